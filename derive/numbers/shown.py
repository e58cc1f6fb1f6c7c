"""How a number is written down: rounded half away from zero, as a person does it."""

from dataclasses import dataclass
from decimal import MAX_EMAX, MIN_EMIN, ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from functools import cache

Value = Fraction | Decimal
"""A number of the tape: a `Fraction` is exact, a `Decimal` was rounded at the working precision."""

SIGNIFICANT = 30
"""Significant digits of a value that decimals cannot write out in full."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A number as it stands on the page.

    ``number`` is exactly what ``text`` says; ``exact`` tells whether that is the value itself and not a rounding of it.
    """

    text: str
    number: Decimal
    exact: bool


def as_written(number: Decimal) -> Shown:
    """Show a given number with just the digits it was written with (``0.20`` keeps its zero)."""
    number = number + 0 if number == 0 else number
    plain = number.quantize(Decimal(1), context=_WIDE) if number.as_tuple().exponent > 0 else number  # type: ignore[operator]
    return Shown(format(plain, "f"), plain, exact=True)


def show(value: Value, decimals: int) -> Shown:
    """Show a value at ``decimals`` places: in full and unpadded where that is exact, else rounded and padded."""
    if isinstance(value, Fraction):
        places = decimal_places(value.denominator)
        if places is not None and places <= decimals:
            return as_written(_quotient(value, places))
    number = round_half_away(value, decimals)
    return Shown(format(number, "f"), number, exact=False)


def show_decimal(number: Decimal, decimals: int) -> Shown:
    """Show a decimal that is exact, as `show` shows the fraction of the same value."""
    plain = number.normalize(_WIDE)
    places = plain.as_tuple().exponent
    assert isinstance(places, int)
    if -places <= decimals:
        return as_written(plain)
    rounded = round_half_away(number, decimals)
    return Shown(format(rounded, "f"), rounded, exact=False)


def round_half_away(value: Value, decimals: int) -> Decimal:
    """Round to ``decimals`` places, a half away from zero. A result of zero carries no sign."""
    if isinstance(value, Fraction):
        scaled, rest = divmod(abs(value.numerator) * 10**decimals * 2 + value.denominator, 2 * value.denominator)
        del rest
        rounded = Decimal(-scaled if value < 0 else scaled).scaleb(-decimals, _WIDE)
    else:
        rounded = value.quantize(_unit(decimals), ROUND_HALF_UP, _WIDE)
    return abs(rounded) if rounded == 0 else rounded


@cache
def _unit(decimals: int) -> Decimal:
    return Decimal(1).scaleb(-decimals)


def digits(value: Value) -> str:
    """Write a value for programs: exactly where decimals can, else with `SIGNIFICANT` significant digits."""
    if isinstance(value, Fraction):
        places = decimal_places(value.denominator)
        if places is not None:
            return format(_quotient(value, places), "f")
        rounded = _SIGNIFICANT.divide(Decimal(value.numerator), Decimal(value.denominator))
    else:
        rounded = _SIGNIFICANT.plus(value)
    return str(rounded).replace("E", "e")


def decimal_places(denominator: int) -> int | None:
    """Return how many decimals a fraction in lowest terms with this denominator has, or None if it never ends."""
    twos = (denominator & -denominator).bit_length() - 1
    rest, fives = denominator >> twos, 0
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    return max(twos, fives) if rest == 1 else None


def _quotient(value: Fraction, places: int) -> Decimal:
    return Decimal(value.numerator * 10**places // value.denominator).scaleb(-places, _WIDE)


_WIDE = Context(prec=100_000, Emax=MAX_EMAX, Emin=MIN_EMIN, traps=[])
_SIGNIFICANT = Context(prec=SIGNIFICANT, rounding=ROUND_HALF_UP, Emax=MAX_EMAX, Emin=MIN_EMIN, traps=[])
