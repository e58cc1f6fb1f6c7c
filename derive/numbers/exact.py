"""Exact arithmetic: fractions, and what is known of a number that is none."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import sympy


class NotExact(ArithmeticError):
    """A value has no exact rational form: a transcendental function was met."""


@dataclass(frozen=True)
class _Irrational:
    """Stands for a number that is not known to be rational: nothing times it is 0, all else stays unknown."""

    is_positive: bool = False

    def __mul__(self, other: Any) -> Any:
        if isinstance(other, _Irrational):
            return _POSITIVE if self.is_positive and other.is_positive else _IRRATIONAL
        return Fraction(0) if other == 0 else _POSITIVE if self.is_positive and other > 0 else _IRRATIONAL

    def __add__(self, other: Any) -> Any:
        stays = other.is_positive if isinstance(other, _Irrational) else other >= 0
        return _POSITIVE if self.is_positive and stays else _IRRATIONAL

    def __neg__(self) -> Any:
        return _IRRATIONAL

    def __abs__(self) -> Any:
        return self

    def __lt__(self, other: Any) -> bool:
        raise NotExact

    __rmul__, __radd__, __gt__, __le__, __ge__ = __mul__, __add__, __lt__, __lt__, __lt__


_IRRATIONAL, _POSITIVE = _Irrational(), _Irrational(is_positive=True)


def rational(function: Callable[[Sequence[Fraction]], Any]) -> Callable[[Sequence[Fraction]], Fraction]:
    """Let a calculation with the functions of `EXACT` raise `NotExact` where its result is not known to be rational."""

    def exactly(values: Sequence[Fraction]) -> Any:
        result = function(values)
        if isinstance(result, _Irrational):
            raise NotExact
        return result

    return exactly


def _exact_only_at(argument: int, result: int) -> Callable[[Any], Any]:
    return lambda x: Fraction(result) if x == argument else _IRRATIONAL


def _exact_exp(x: Any) -> Any:
    return Fraction(1) if x == 0 else _POSITIVE


def _exact_log(x: Any) -> Any:
    if isinstance(x, _Irrational):
        if x.is_positive:
            return _IRRATIONAL
        raise NotExact
    if x <= 0:
        raise NotExact
    return Fraction(0) if x == 1 else _IRRATIONAL


_LARGEST_EXACT_EXPONENT = 1_000


def _exact_root(base: Any, exponent: Any) -> Any:
    """Calculate a power whose root is rational, such as the square root of 9/4."""
    if isinstance(base, _Irrational) and base.is_positive:
        return base
    if base < 0 or (base == 0 and exponent <= 0) or abs(Fraction(exponent).numerator) > _LARGEST_EXACT_EXPONENT:
        raise NotExact
    power, degree = Fraction(exponent).as_integer_ratio()
    above, below = (sympy.integer_nthroot(part, degree) for part in Fraction(base).as_integer_ratio())
    if not (above[1] and below[1]):
        return _POSITIVE
    return Fraction(int(above[0]), int(below[0])) ** power


def _exact_quotient(a: Any, b: Any) -> Any:
    if isinstance(b, _Irrational):
        return a * b
    return a * Fraction(1, b) if isinstance(a, _Irrational) else Fraction(a, b)


def _exact_power(base: Any, exponent: int) -> Any:
    if isinstance(base, _Irrational):
        return base if exponent else Fraction(1)
    return Fraction(base) ** exponent


EXACT: dict[str, Any] = {
    "ratio": Fraction,
    "divide": _exact_quotient,
    "power": _exact_power,
    "exp": _exact_exp,
    "log": _exact_log,
    "sign": lambda x: (x > 0) - (x < 0),
    "times_log": lambda y, q: y * _exact_log(q) if y else Fraction(0),
    **dict.fromkeys(("cosh", "cos"), _exact_only_at(0, 1)),
    **dict.fromkeys(("tanh", "sinh", "sin", "tan", "erf"), _exact_only_at(0, 0)),
    "general_power": _exact_root,
    **dict.fromkeys(("one_plus_tanh", "one_plus_erf"), lambda x: Fraction(1) if x == 0 else _POSITIVE),
    "Exp1": lambda: _POSITIVE,
    "Pi": lambda: _POSITIVE,
}
"""What the functions of an expression come to for fractions."""
