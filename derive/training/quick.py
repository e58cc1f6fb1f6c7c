"""A tape's values alone, for the many steps of a training that no page shows."""

from collections.abc import Mapping
from decimal import Decimal

from derive.kind import Kind
from derive.numbers.arithmetic import working_precision
from derive.numbers.style import Style
from derive.tape.quantity import Tape

_DATA = (Kind.INPUT, Kind.TARGET)


class Quick:
    """Evaluates one tape at a precision, or with each value rounded as it would be shown."""

    def __init__(self, tape: Tape, precision: int, rounding: Style | None) -> None:
        self.tape = tape
        self.precision = precision
        self.rounding = rounding
        quantities = list(enumerate(tape.quantities))
        self.data = [(place, quantity.key) for place, quantity in quantities if quantity.kind in _DATA]
        self.givens = [
            (place, quantity.key)
            for place, quantity in quantities
            if quantity.rule is None and quantity.kind not in _DATA
        ]
        self.rules = [
            (place, quantity.rule.calculate, quantity.args)
            for place, quantity in quantities
            if quantity.rule is not None
        ]

    def __call__(self, givens: Mapping[str, Decimal], data: Mapping[str, Decimal]) -> list[Decimal]:
        """Return the value of each quantity, by place. ``data`` has the inputs and targets, ``givens`` the rest.

        Raises:
            ArithmeticError: if one has no finite real value.
        """
        values = [Decimal(0)] * len(self.tape.quantities)
        for place, key in self.givens:
            values[place] = givens[key]
        for place, key in self.data:
            values[place] = data[key]
        rounded = self.rounding.rounded if self.rounding else None
        with working_precision(self.precision):
            for place, calculate, args in self.rules:
                value = Decimal(calculate.closely([values[arg] for arg in args]))
                values[place] = rounded(value) if rounded else value
        return values

    def roughly(self, givens: Mapping[str, float], data: Mapping[str, Decimal]) -> list[float]:
        """Return the value of each quantity in binary floats; raises what Python's ``math`` does."""
        values = [0.0] * len(self.tape.quantities)
        for place, key in self.givens:
            values[place] = givens[key]
        for place, key in self.data:
            values[place] = float(data[key])
        for place, calculate, args in self.rules:
            values[place] = calculate.roughly([values[arg] for arg in args])
        return values
