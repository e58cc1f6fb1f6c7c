"""The calculation as lines of Python with NumPy, each checked against what the page prints."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import cache

from derive.notation.python import filled, python
from derive.tape.evaluate import Values
from derive.tape.rule import Rule


class Program:
    """Writes the lines of quantities by the numbers that a document's marks hold, each line once.

    ``steps`` are the worked steps, each with the number of its first quantity. A line calls ``exactly(value, printed)``
    where the page prints the value in full, else ``rounded(value, printed, decimals)``.
    """

    def __init__(self, steps: Sequence[tuple[int, Values]]) -> None:
        self._steps = steps
        self._written: set[int] = set()

    def given(self, numbers: Sequence[int]) -> Iterator[str]:
        """Write the given numbers of the steps that these quantities are of, before anything else of a step."""
        for start, values in self._steps:
            if start not in self._written and self._within(start, values, numbers):
                self._written.add(start)
                for place, quantity in enumerate(values.tape.quantities):
                    if quantity.rule is None:
                        yield f"{quantity.key} = {_literal(values, place)}"

    def calculated(self, numbers: Sequence[int]) -> Iterator[str]:
        """Write the lines of these quantities, each after those of the quantities that it needs."""
        for start, values in self._steps:
            for place in self._within(start, values, numbers):
                yield from self._line(start, values, place)

    def rest(self) -> Iterator[str]:
        """Write the lines that the steps which have begun still lack."""
        for start, values in self._steps:
            if start in self._written:
                yield from self.calculated(range(start, start + len(values.tape.quantities)))

    @staticmethod
    def _within(start: int, values: Values, numbers: Sequence[int]) -> list[int]:
        return [number - start for number in numbers if start <= number < start + len(values.tape.quantities)]

    def _line(self, start: int, values: Values, place: int) -> Iterator[str]:
        quantity, shown = values.tape.quantities[place], values.shown[place]
        if quantity.rule is None or start + place in self._written:
            return
        self._written.add(start + place)
        for arg in quantity.args:
            yield from self._line(start, values, arg)
        code = filled(_code(quantity.rule), [values.tape.quantities[arg].key for arg in quantity.args])
        if shown.exact:
            yield f"{quantity.key} = exactly({code}, {shown.number})"
        else:
            yield f"{quantity.key} = rounded({code}, {shown.number}, {_decimals(shown.number)})"


def _literal(values: Values, place: int) -> str:
    """Write a given number as the page does; what a step before has left is not given in full, so it is a float."""
    shown = values.shown[place]
    return str(shown.number) if shown.exact or values.rounded else repr(float(values.exact[place]))


def _decimals(number: Decimal) -> int:
    exponent = number.as_tuple().exponent
    assert isinstance(exponent, int)
    return -exponent


@cache
def _code(rule: Rule) -> str:
    return python(rule.numeric)
