"""How the values of a page are written: with how many digits, and when as a · 10^n."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from derive.numbers.shown import (
    LARGEST,
    VANISHING,
    WIDE,
    Shown,
    Value,
    as_written,
    is_within,
    magnitude,
    rounded_at,
    with_power,
)

_SMALLEST = -4
"""With significant digits, a value below 10^-4 has a power of ten."""


@dataclass(frozen=True, slots=True)
class Style:
    """How many ``digits`` a value is rounded to, half away from zero, and with what decimal ``mark`` it is written.

    They are decimals, or ``significant`` digits. With decimals, a value that would be rounded to zero, or be 10^9 or
    more, is written as a · 10^n, and a has that many decimals. With significant digits it is where the value is below
    10^-4 or has more digits than these before its point. An exact value of no more digits is written like a given one.
    """

    digits: int = 5
    significant: bool = False
    mark: Literal["point", "comma"] = "point"

    def show(self, value: Value, more: int = 0, *, is_exact: bool = False) -> Shown:
        """Show a value, with some digits ``more`` where asked. A decimal counts as rounded unless it ``is_exact``."""
        if value == 0:
            return as_written(Decimal(0))
        number, ends, has_power = self._rounded(value, more)
        if ends and (is_exact or not isinstance(value, Decimal)):
            return as_written(number.normalize(WIDE))
        return Shown(with_power(number) if has_power and number else format(number, "f"), number, exact=False)

    def is_plain(self, value: Value) -> bool:
        """Tell at little cost that a value is written without a power of ten; it may miss some that are."""
        return is_within(value, min(self.digits, 5) - 1)

    def rounded(self, value: Value) -> Decimal:
        """Return the number that is shown."""
        return self._rounded(value, 0)[0] if value else Decimal(0)

    def _rounded(self, value: Value, more: int) -> tuple[Decimal, bool, bool]:
        """Round; return with it whether this is the value itself, and whether it is written with a power of ten."""
        if not self.significant:
            number, ends = rounded_at(value, self.digits + more)
            base = rounded_at(value, self.digits)[0] if more else number
            if base and base.adjusted() < LARGEST:
                return number, ends, False
        size = magnitude(value)
        if size < VANISHING:
            return Decimal(0), False, False
        decimals = self.digits - self.significant - size
        if rounded_at(value, decimals)[0].adjusted() > size:
            size, decimals = size + 1, decimals - 1
        has_power = not self.significant or not _SMALLEST <= size < self.digits
        return *rounded_at(value, decimals + more), has_power
