"""What numbers a loss is made for."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

Number = Fraction | Decimal


@dataclass(frozen=True)
class Domain:
    """A set of numbers: ``words`` say in a sentence which ("a number from 0 to 1"), ``has`` tells if one is in it.

    Where ``shares`` is set, those of a sample have to sum to 1 besides, so that there have to be several of them.
    """

    words: str
    has: Callable[[Number], bool]
    shares: bool = False


SHARE = Domain("a number from 0 to 1", lambda number: 0 <= number <= 1)
DISTRIBUTION = Domain("numbers from 0 to 1 that sum to 1", SHARE.has, shares=True)
SIGN = Domain("-1 or 1", lambda number: abs(number) == 1)
NOT_NEGATIVE = Domain("a number of at least 0", lambda number: number >= 0)
POSITIVE = Domain("above 0", lambda number: number > 0)
INSIDE = Domain("between 0 and 1", lambda number: 0 < number < 1)
