"""Which answers are right: all that a student can reach who rounds at some steps to the asked decimals, or at none.

The tape is gone through with intervals. A given number is what is printed; every other quantity may have been carried
on as it was calculated or as it was written down, rounded. What is written down in the end is rounded, so the accepted
range goes from the rounded least to the rounded greatest value.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from derive.kind import Kind
from derive.numbers.arithmetic import working_precision
from derive.numbers.intervals import EVERYTHING, Interval, Reach, reach
from derive.numbers.shown import decimal, round_half_away
from derive.tape.evaluate import Values
from derive.tape.quantity import Tape
from derive.tape.rule import Rule

_DIGITS = 40
_GUARD = Decimal("1e-30")
"""What the bounds are widened by, relative to 1, for they are calculated with so many digits and no more."""

_PRINTED = (Kind.TARGET, Kind.LEARNING_RATE)
"""What stands on the sheet as a number though it follows from a formula."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """The least and the greatest answer that is right, both with the asked decimals."""

    low: Decimal
    high: Decimal

    @property
    def bounded(self) -> bool:
        """Whether there are bounds at all: a division by what may be rounded to zero leaves none."""
        return self.low.is_finite() and self.high.is_finite()

    def __contains__(self, answer: Decimal) -> bool:
        return self.low <= answer <= self.high


def accepted(values: Values, asked: Iterable[int]) -> dict[int, Accepted]:
    """Return the range of each asked quantity, by its place on the tape."""
    tape, decimals, asked = values.tape, values.style.digits, tuple(asked)
    half = Decimal(5).scaleb(-decimals - 1)
    found: dict[int, Interval] = {}
    written: dict[int, Accepted] = {}
    with working_precision(_DIGITS):
        for place in needed(tape, asked):
            quantity = tape.quantities[place]
            if quantity.rule is None or quantity.kind in _PRINTED:
                exact, shown = decimal(values.exact[place]), values.shown[place].number
                found[place] = min(exact, shown), max(exact, shown)
                continue
            low, high = _reach_of(quantity.rule)([found[arg] for arg in quantity.args], half)
            if (low, high) == EVERYTHING:
                found[place], written[place] = EVERYTHING, Accepted(low, high)
                continue
            ends = round_half_away(low - _GUARD, decimals), round_half_away(high + _GUARD, decimals)
            written[place] = Accepted(*ends)
            found[place] = min(low, ends[0]), max(high, ends[1])
    return {place: written[place] for place in asked}


@lru_cache(maxsize=1024)
def _reach_of(rule: Rule) -> Reach:
    return reach(rule.numeric)


@lru_cache(maxsize=64)
def needed(tape: Tape, asked: tuple[int, ...]) -> tuple[int, ...]:
    """Return the places of all that the asked quantities follow from, and their own, in the order of the tape."""
    wanted = set(asked)
    for place in range(len(tape.quantities) - 1, -1, -1):
        if place in wanted:
            wanted.update(tape.quantities[place].args)
    return tuple(sorted(wanted))
