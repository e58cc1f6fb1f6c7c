"""Where a function that a page uses has no derivative: the point at which two of its cases meet."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

import sympy

from derive.numbers.arithmetic import Calculation, calculation, working_precision
from derive.numbers.shown import decimal
from derive.symbolic import opened

_NEAR = Decimal("1e-40")
"""How far beside a point the slopes on both sides are taken, and how much they may differ where they are one."""


@dataclass(frozen=True)
class Kinks:
    """Where the cases of a derivative meet. ``meet`` are differences that are 0 there, ``slope`` is the derivative."""

    meet: tuple[Calculation, ...]
    slope: Calculation

    def hold(self, point: Sequence[Fraction]) -> bool:
        """Tell whether two cases meet at a point and the function has no derivative there for its first argument."""
        if not any(_is_zero(difference, point) for difference in self.meet):
            return False
        with working_precision(100):
            at, *others = map(decimal, point)
            try:
                slopes = [Decimal(self.slope.closely([at + h, *others])) for h in (-_NEAR, Decimal(0), _NEAR)]
            except ArithmeticError:
                return False
            return max(slopes) - min(slopes) > _NEAR.sqrt()


def _is_zero(difference: Calculation, point: Sequence[Fraction]) -> bool:
    try:
        return difference.exactly(point) == 0
    except ArithmeticError:
        return False


@lru_cache(maxsize=64)
def kinks(slope: sympy.Expr) -> Kinks | None:
    """Return where a derivative over slots, for slot 0, may have kinks; None if nowhere."""
    slope = opened(slope)
    found = [comparison.lhs - comparison.rhs for comparison in slope.atoms(sympy.core.relational.Relational)]
    return Kinks(tuple(calculation(each) for each in found), calculation(slope)) if found else None
