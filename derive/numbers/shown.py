"""How a number is written down: rounded half away from zero, as a person does it."""

from dataclasses import dataclass
from decimal import MAX_EMAX, MIN_EMIN, ROUND_DOWN, ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from functools import cache, lru_cache
from re import compile as pattern

Value = Fraction | Decimal
"""A number of the tape: a `Fraction` is exact, a `Decimal` was rounded at the working precision."""

SIGNIFICANT = 30
"""Significant digits of a value that decimals cannot write out in full."""

SMALLEST, LARGEST = -6, 9
"""An exact number from 10^-6 to below 10^9 is written in full."""

VANISHING = -1000
"""A rounded value closer to zero than 10^-1000 is written as 0."""

_LONGEST = 60
"""For programs a shown number is written in full if its first digit is no farther from the point than this."""


@dataclass(frozen=True, slots=True)
class Shown:
    r"""A number as it stands on the page, in TeX: ``-0.25`` or ``2.5 \cdot 10^{-7}``.

    ``number`` is exactly what ``text`` says; ``exact`` tells whether that is the value itself and not a rounding of it.
    """

    text: str
    number: Decimal
    exact: bool

    @property
    def plain(self) -> str:
        """The number as programs read it."""
        text = str(self.number).replace("E", "e")
        return text if "e" in text and abs(self.number.adjusted()) > _LONGEST else format(self.number, "f")


def as_written(number: Decimal) -> Shown:
    """Show an exact number with just the digits that it has (``0.20`` keeps its zero)."""
    number = number + 0 if number == 0 else number
    in_full = number == 0 or SMALLEST <= number.adjusted() < LARGEST
    return Shown(format(number, "f") if in_full else with_power(number), number, exact=True)


def with_power(number: Decimal) -> str:
    """Write a number as a · 10^n, its first digit before the point of a."""
    size = number.adjusted()
    return rf"{number.scaleb(-size, WIDE):f} \cdot 10^{{{size}}}"


def readable(text: str) -> str:
    """Write a shown number without TeX, for a drawing or a line of plain text: −2.5·10⁻⁷."""
    return _POWER.sub(lambda match: f"·10{match[1].translate(_RAISED)}", text).replace("{,}", ",").replace("-", "−")


_POWER = pattern(r" \\cdot 10\^\{(-?\d+)\}")
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def decimal(value: Value) -> Decimal:
    """Return a value as a decimal, rounded at the precision in force if it must be."""
    return value if isinstance(value, Decimal) else Decimal(value.numerator) / value.denominator


def round_half_away(value: Value, decimals: int) -> Decimal:
    """Round to ``decimals`` places, a half away from zero. A result of zero carries no sign."""
    return rounded_at(value, decimals)[0]


def rounded_at(value: Value, decimals: int) -> tuple[Decimal, bool]:
    """Round as `round_half_away`, and tell whether that is the value itself. Digits before the point round as well."""
    if not isinstance(value, Decimal):
        top, bottom = abs(value.numerator) * 10 ** max(decimals, 0), value.denominator * 10 ** max(-decimals, 0)
        units, rest = divmod(top, bottom)
        units += 2 * rest >= bottom
        return Decimal(-units if value < 0 else units).scaleb(-decimals, WIDE), not rest
    rounded = value.quantize(_unit(decimals), ROUND_HALF_UP, WIDE)
    return abs(rounded) if rounded == 0 else rounded, rounded == value


@cache
def _unit(decimals: int) -> Decimal:
    return Decimal(1).scaleb(-decimals)


def magnitude(value: Value) -> int:
    """Return the n of 10^n ≤ |value| < 10^(n + 1); the value is not zero."""
    if not isinstance(value, Decimal):
        value = _TRUNCATED.divide(Decimal(value.numerator), Decimal(value.denominator))
    return value.adjusted()


def is_within(value: Value, size: int) -> bool:
    """Tell at little cost that 10^-size ≤ |value| < 10^size, or that an exact value is 0; it may miss some that are."""
    if isinstance(value, Decimal):
        return -size <= value.adjusted() < size
    return abs(value.numerator.bit_length() - value.denominator.bit_length()) < 3 * size  # for 2^3 < 10


def digits(value: Value) -> str:
    """Write a value for programs: exactly where decimals can, else with `SIGNIFICANT` significant digits."""
    if not isinstance(value, Decimal):
        places = decimal_places(value.denominator)
        if places is not None:
            units = value.numerator * (10**places // value.denominator)
            return format(Decimal(units).scaleb(-places, WIDE), "f")
        rounded = _SIGNIFICANT.divide(Decimal(value.numerator), Decimal(value.denominator))
    elif value and value.adjusted() < VANISHING:
        return "0"
    else:
        rounded = _SIGNIFICANT.plus(value)
    return str(rounded).replace("E", "e")


@lru_cache(maxsize=1024)
def decimal_places(denominator: int) -> int | None:
    """Return how many decimals a fraction in lowest terms with this denominator has, or None if it never ends."""
    twos = (denominator & -denominator).bit_length() - 1
    rest, fives = denominator >> twos, 0
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    return max(twos, fives) if rest == 1 else None


WIDE = Context(prec=100_000, Emax=MAX_EMAX, Emin=MIN_EMIN, traps=[])
"""Loses no digit of any number that can be shown."""
_SIGNIFICANT = Context(prec=SIGNIFICANT, rounding=ROUND_HALF_UP, Emax=MAX_EMAX, Emin=MIN_EMIN, traps=[])
_TRUNCATED = Context(prec=2, rounding=ROUND_DOWN, Emax=MAX_EMAX, Emin=MIN_EMIN, traps=[])
