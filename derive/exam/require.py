"""Whether the numbers of a copy make good questions: no unit dead or saturated, no answer that vanishes, no tie."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from functools import lru_cache
from typing import Any

import sympy

from derive.config.model import Config
from derive.config.sheet import Require, Vary
from derive.exam.accepted import Accepted
from derive.kind import Kind
from derive.numbers.arithmetic import Calculation, calculation, working_precision
from derive.numbers.shown import Value, decimal
from derive.symbolic import opened
from derive.tape.evaluate import Values
from derive.tape.quantity import Tape
from derive.tape.rule import Rule


@dataclass(frozen=True)
class Requirement:
    """What is wrong with a draw that does not meet it, and what to change if hardly any does."""

    fault: str
    mend: str


REQUIREMENTS = {
    "value": Requirement("a quantity that has no value", "choose smaller numbers in [vary]"),
    "zero": Requirement(
        "an input, a weight or a bias of zero", "leave 0 out of [vary], or write vary.require.nonzero = false"
    ),
    "lines": Requirement(
        "a target that makes other lines of the calculation", "leave such a target, 0 or 1, out of vary.targets"
    ),
    "kink": Requirement(
        "a unit at a kink of its function", "widen vary.inputs or vary.weights, or lower vary.require.kink"
    ),
    "alive": Requirement("a dead unit", "widen vary.weights or vary.biases, or write vary.require.alive = false"),
    "slope": Requirement("a saturated unit", "narrow vary.inputs or vary.weights, or lower vary.require.slope"),
    "bounded": Requirement("an answer that rounding may take anywhere", "ask for more decimals"),
    "nonzero": Requirement(
        "an answer that rounding may take to zero",
        "ask for more decimals, widen vary.weights or vary.inputs, or write vary.require.nonzero = false",
    ),
    "tie": Requirement(
        "an answer that is nearly a tie",
        "give the numbers in [vary] another number of decimals, or lower vary.require.tie",
    ),
}


def unmet_by_givens(config: Config, require: Require) -> str | None:
    """Return the first requirement on the drawn numbers that they do not meet, or None."""
    vary = config.vary or Vary()
    if not require.nonzero:
        return None
    if vary.inputs and any(0 in row for row in config.data.inputs):
        return "zero"
    for layer in config.layers:
        biases = layer.bias if isinstance(layer.bias, list) else [layer.bias]
        if (vary.weights and any(0 in row for row in layer.weights)) or (vary.biases and 0 in biases):
            return "zero"
    return None


def unmet_by_units(values: Values, require: Require) -> str | None:
    """Return the first requirement on the units that the numbers do not meet, or None."""
    with working_precision():
        if require.kink and any(abs(distance) < require.kink for distance in _distances(values)):
            return "kink"
        if require.alive or require.slope:
            sizes = [abs(slope) for slope in _slopes(values)]
            if require.alive and 0 in sizes:
                return "alive"
            if any(0 < size < require.slope for size in sizes):
                return "slope"
    return None


def unmet_by_answers(values: Values, accepted: Mapping[int, Accepted], require: Require) -> str | None:
    """Return the first requirement on the asked values that they do not meet, or None."""
    with working_precision():
        for place, found in accepted.items():
            if not found.bounded:
                return "bounded"
            if require.nonzero and found.low <= 0 <= found.high:
                return "nonzero"
            if require.tie and _from_tie(values.exact[place], values.style.digits) < require.tie:
                return "tie"
    return None


def _from_tie(value: Value, decimals: int) -> Decimal:
    """Return how far a value is from the next tie, in units of its last decimal, at the precision in force."""
    scaled = decimal(value).scaleb(decimals)
    return abs(scaled - scaled.to_integral_value(ROUND_FLOOR) - _HALF)


_HALF = Decimal("0.5")


@dataclass(frozen=True)
class _Slope:
    """How to calculate the derivative of a unit's activation for its own pre-activation."""

    calculate: Calculation
    args: tuple[int, ...]


def _slopes(values: Values) -> Iterator[Decimal]:
    close = _Close(values)
    for slope in _slopes_of(values.tape):
        yield Decimal(slope.calculate.closely(close(slope.args)))


@lru_cache(maxsize=32)
def _slopes_of(tape: Tape) -> tuple[_Slope, ...]:
    found = []
    for place in tape.by_kind[Kind.ACTIVATION]:
        quantity = tape.quantities[place]
        for position, arg in enumerate(quantity.args):
            own = tape.quantities[arg]
            if quantity.rule and own.kind is Kind.PRE_ACTIVATION and own.unit == quantity.unit:
                partial = quantity.rule.partial(position)
                args = tuple(quantity.args[i] if i < len(quantity.args) else place for i in partial.places)
                found.append(_Slope(calculation(opened(partial.numeric)), args))
    return tuple(found)


def _distances(values: Values) -> Iterator[Decimal]:
    """Return how far the forward pass is from each point where one of its functions goes from one case to another."""
    close = _Close(values)
    tape = values.tape
    for place in (*tape.by_kind[Kind.ACTIVATION], *tape.by_kind[Kind.LOSS], *tape.by_kind[Kind.DATA_LOSS]):
        quantity = tape.quantities[place]
        if quantity.rule is not None and (switches := _switches(quantity.rule)):
            numbers = close(quantity.args)
            yield from (Decimal(switch.closely(numbers)) for switch in switches)


@lru_cache(maxsize=256)
def _switches(rule: Rule) -> tuple[Calculation, ...]:
    """Compile the expressions that are zero where a rule goes from one case to another."""
    found = dict.fromkeys(_boundaries(opened(rule.numeric)))
    return tuple(calculation(boundary) for boundary in found)


def _boundaries(node: Any) -> Iterator[sympy.Expr]:
    if isinstance(node, sympy.Max | sympy.Min):
        first, *others = node.args
        yield from (first - other for other in others)
    elif isinstance(node, sympy.Abs):
        yield node.args[0]
    elif node.is_Piecewise:
        yield from (condition.lhs - condition.rhs for _, condition in node.args if condition != sympy.true)
    for part in node.args:
        if getattr(part, "is_Boolean", False) is not True:
            yield from _boundaries(part)


class _Close:
    """The values of quantities as decimals, those of some places at a time."""

    def __init__(self, values: Values) -> None:
        self.values = values

    def __call__(self, places: Iterable[int]) -> list[Decimal]:
        return [decimal(self.values.exact[place]) for place in places]
