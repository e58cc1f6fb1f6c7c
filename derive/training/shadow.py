"""How much a training magnifies rounding: it is followed in binary floats, which cost next to nothing.

Floats round at the 16th digit. While a training in floats stays near the one in decimals, whatever separates the two
has grown from there, and what rounding does to decimals of 60 digits is smaller by the factor 10^44. Where the two
part, the training is chaotic, or may be: `derive.training.train` then makes sure of it with more digits.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from math import ceil

from derive.numbers.shown import Value
from derive.training.quick import Quick

_NEAR = 1e-4
"""How near the two must stay: so much of a value, or as it is for a value below 1."""

_DIGITS = 12
"""About how many digits a float has lost where the two part."""


class Shadow:
    """A training in floats beside the one in decimals."""

    def __init__(self, givens: Mapping[str, Value]) -> None:
        self._givens = {key: float(value) for key, value in givens.items()}
        self._steps = 0
        self._parted_at = 0
        self._failed = False

    @property
    def is_near(self) -> bool:
        """Whether the two have stayed near to each other, so that the digits of the other one are right."""
        return not (self._parted_at or self._failed)

    def lost_digits(self, steps: int) -> int:
        """Estimate how many digits are lost in this many steps, if they go on being lost as they were."""
        return ceil(_DIGITS * steps / self._parted_at) if self._parted_at else 0

    def follow(
        self, quick: Quick, data: Mapping[str, Decimal], found: Mapping[str, Value], places: Sequence[int]
    ) -> None:
        """Take a step as well. ``found`` is what the other one gives to its next step, ``places`` where it stands."""
        if not self.is_near:
            return
        self._steps += 1
        try:
            self._givens["t"] = float(self._steps)
            values = quick.roughly(self._givens, data)
            own = dict(zip(found, (values[place] for place in places), strict=True))
            near = all(abs(own[key] - float(value)) <= _NEAR * max(1.0, abs(own[key])) for key, value in found.items())
        except (ArithmeticError, ValueError, TypeError):
            self._failed = True
            return
        self._givens |= own
        if not near:
            self._parted_at = self._steps
