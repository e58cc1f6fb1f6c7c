"""The given numbers of the next step, in the two forms in which tapes take them."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

from derive.numbers.arithmetic import working_precision
from derive.numbers.shown import decimal
from derive.numbers.style import Style
from derive.tape.evaluate import Given


class Givens:
    """Given numbers by key: as the config writes them or as a worked step has left them, or as bare decimals.

    Each form is made from the other when it is asked for, so that steps that no page shows never round for showing.
    """

    def __init__(self, written: Mapping[str, Decimal], style: Style, precision: int, *, rounded: bool) -> None:
        self._shown: dict[str, Given] = dict(written)
        self._bare: dict[str, Decimal] = {}
        self._unshown: Mapping[str, Decimal] = {}
        self._style = style
        self._precision = precision
        self._rounded = rounded

    def take_step(self, number: int) -> None:
        """Take in the number of the step."""
        self._shown["t"] = Decimal(number)
        if self._bare:
            self._bare["t"] = Decimal(number)

    def take_shown(self, found: Mapping[str, Given]) -> None:
        """Take in what is given from now on, with how it is shown."""
        self._shown |= found
        self._unshown = {}
        if self._bare:
            self._bare |= self._decimals_of(found)

    def take_bare(self, found: Mapping[str, Decimal]) -> None:
        """Take in what is given from now on, each time the same keys."""
        self._bare |= found
        self._unshown = found

    def shown(self) -> Mapping[str, Given]:
        """Return every number for `derive.tape.evaluate`."""
        self._shown |= {key: self._pair(value) for key, value in self._unshown.items()}
        self._unshown = {}
        return self._shown

    def bare(self) -> Mapping[str, Decimal]:
        """Return every number as a decimal of the working precision."""
        if not self._bare:
            self._bare = self._decimals_of(self._shown)
        return self._bare

    def _pair(self, value: Decimal) -> Given:
        if not self._rounded:
            return value, None
        shown = self._style.show(value)
        return Fraction(shown.number), shown

    def _decimals_of(self, found: Mapping[str, Given]) -> dict[str, Decimal]:
        with working_precision(self._precision):
            return {key: decimal(given[0] if isinstance(given, tuple) else given) for key, given in found.items()}
