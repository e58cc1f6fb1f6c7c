"""The marks of an axis: at steps of 1, 2 or 5 times a power of ten, each written as a reader would write it."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import ceil, floor, isclose, log10

_MOST_STEPS = 6
_PLAIN = (Decimal("0.001"), Decimal(1_000_000))
"""An axis whose largest mark lies between these is written without powers of ten."""
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_LOG_SPAN = 100.0


@dataclass(frozen=True)
class Axis:
    """A range of numbers, its marks in it, and whether equal lengths on it are equal factors."""

    low: float
    high: float
    ticks: tuple[Decimal, ...]
    logarithmic: bool = False

    def part(self, value: float) -> float:
        """Return how far along the axis a value stands, from 0 to 1."""
        if self.logarithmic:
            return (log10(value) - log10(self.low)) / (log10(self.high) - log10(self.low))
        return (value - self.low) / (self.high - self.low)

    def labels(self, mark: str = ".") -> tuple[str, ...]:
        """Write every mark, with this decimal mark: all of them plainly, or all with a power of ten."""
        sizes = [abs(tick) for tick in self.ticks if tick] or [Decimal(1)]
        least = min(sizes) if self.logarithmic else max(sizes)
        plain = _PLAIN[0] <= least and max(sizes) < _PLAIN[1]
        texts = (_plain(tick, padded=not self.logarithmic) if plain else _with_power(tick) for tick in self.ticks)
        return tuple(text.replace(".", mark) for text in texts)


def counted(values: Sequence[float]) -> Axis:
    """Return an axis of whole numbers that begins and ends with these values."""
    low = min(values)
    high = max(*values, low + 1)
    step = max(_step((high - low) / _MOST_STEPS), Decimal(1))
    return Axis(low, high, tuple(step * k for k in range(ceil(low / float(step)), floor(high / float(step)) + 1)))


def measured(values: Sequence[float]) -> Axis:
    """Return an axis that covers these values and ends at marks.

    It is logarithmic where all of them are above zero and span more than two powers of ten.
    """
    low, high = min(values), max(values)
    if low > 0 and high / low > _LOG_SPAN:
        return _decades(floor(log10(low)), ceil(log10(high)))
    if isclose(low, high, rel_tol=1e-12):
        low, high = min(0.0, 2 * low), max(0.0, 2 * high) or 1.0
    elif 0 <= low <= high / 2:
        low = 0.0
    step = _step(high / _MOST_STEPS - low / _MOST_STEPS)
    first, last = floor(low / float(step)), ceil(high / float(step))
    ticks = tuple(step * k for k in range(first, last + 1))
    return Axis(float(ticks[0]), float(ticks[-1]), ticks)


def _decades(first: int, last: int) -> Axis:
    step = int(max(_step((last - first) / _MOST_STEPS), Decimal(1)))
    ticks = tuple(Decimal(1).scaleb(power) for power in range(first, last + 1) if power % step == 0)
    return Axis(float(f"1e{first}"), min(float(f"1e{last}"), 1.79e308), ticks, logarithmic=True)


def _step(least: float) -> Decimal:
    """Return the smallest of 1, 2 and 5 times a power of ten that is not less."""
    power = floor(log10(least))
    steps = (Decimal(f"{digit}e{power + more}") for digit, more in ((1, 0), (2, 0), (5, 0), (1, 1)))
    return next(step for step in steps if float(step) >= least * (1 - 1e-9))


def _plain(tick: Decimal, *, padded: bool = False) -> str:
    """Write a mark in full, its decimals as many as its step has where it is ``padded``."""
    text = f"{tick:f}" if tick else "0"
    text = text if padded or "." not in text else text.rstrip("0").rstrip(".")
    return text.replace("-", "−")


def _with_power(tick: Decimal) -> str:
    if tick == 0:
        return "0"
    power = tick.adjusted()
    digits = _plain(tick.scaleb(-power))
    raised = f"10{str(power).translate(_RAISED)}"
    return raised if digits == "1" else f"{digits}·{raised}"
