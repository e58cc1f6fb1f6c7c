"""The update: the optimizer's lines for every parameter, and the parameter after the step."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from sympy import Symbol

from derive.catalog.optimizers import Formula, Optimizer
from derive.config.formula import parse_formula
from derive.kind import Kind
from derive.symbolic import slot
from derive.tape.quantity import Quantity, Recorder
from derive.tape.rule import Rule
from derive.tape.structure import Structure


def record_rate(tape: Recorder, structure: Structure) -> None:
    """Write down the number of the step, where a formula needs it, the learning rate, and the other hyperparameters."""
    rules = [optimizer_rule(formula) for formula in _formulas(structure.optimizer)]
    if structure.rate is not None or any("t" in names for _, names in rules):
        tape.add(Quantity("t", Kind.STEP))
    if structure.rate is None:
        tape.add(Quantity("eta", Kind.LEARNING_RATE))
    else:
        tape.add(Quantity("eta", Kind.LEARNING_RATE, rate_rule(structure.rate), (tape.place["t"],)))
    for hyper in structure.optimizer.parameters:
        tape.add(Quantity(hyper.name, Kind.HYPERPARAMETER, letter=hyper.letter))


def record_states(tape: Recorder, structure: Structure) -> None:
    """Write down the optimizer's state before the step: of each kind of state, one for each parameter that moves."""
    for line in structure.optimizer.lines:
        if line.state:
            for place, parameter in _moving(tape, structure):
                _add(tape, f"old_{line.name}", Kind.OLD_STATE, None, (), parameter, place, line.letter)


def record_update(tape: Recorder, structure: Structure) -> None:
    """Write down the optimizer's lines and the new value of each parameter that moves, the last layer first."""
    optimizer = structure.optimizer
    for gradient in [quantity for quantity in tape.quantities if quantity.kind is Kind.GRADIENT]:
        parameter = tape.quantities[gradient.of]
        if structure.is_frozen(parameter.kind.value, parameter.layer):
            continue
        for line in optimizer.lines:
            rule, names = optimizer_rule(line.formula)
            args = _places(tape, names, parameter.key)
            _add(tape, line.name, Kind.STATE, rule, args, parameter, gradient.of, line.letter)
        rule, names = optimizer_rule(optimizer.update)
        _add(tape, "new", Kind.UPDATED, rule, _places(tape, names, parameter.key), parameter, gradient.of)


def _formulas(optimizer: Optimizer) -> tuple[Formula, ...]:
    return (*(line.formula for line in optimizer.lines), optimizer.update)


def _moving(tape: Recorder, structure: Structure) -> list[tuple[int, Quantity]]:
    return [
        (place, quantity)
        for place, quantity in enumerate(tape.quantities)
        if quantity.kind in (Kind.WEIGHT, Kind.BIAS) and not structure.is_frozen(quantity.kind.value, quantity.layer)
    ]


def _add(
    tape: Recorder,
    prefix: str,
    kind: Kind,
    rule: Rule | None,
    args: tuple[int, ...],
    parameter: Quantity,
    place: int,
    letter: str = "",
) -> None:
    """Write down what belongs to a parameter: it has the parameter's layer and units."""
    key = f"{prefix}_{parameter.key}"
    layer, unit, source = parameter.layer, parameter.unit, parameter.source
    tape.add(Quantity(key, kind, rule, args, layer, unit, source, of=place, letter=letter))


def _places(tape: Recorder, names: Sequence[str], parameter: str) -> tuple[int, ...]:
    """Find what the names of an optimizer's formula stand for, for one parameter."""
    own = {"w": parameter, "g": f"grad_{parameter}"}
    return tuple(tape.place[own.get(name) or (name if name in tape.place else f"{name}_{parameter}")] for name in names)


class _Names:
    """Gives each name that a formula asks for a slot, in the order in which it asks."""

    def __init__(self) -> None:
        self.asked: dict[str, Symbol] = {}

    def __getattr__(self, name: str) -> Symbol:
        return self.asked.setdefault(name, slot(len(self.asked)))


@cache
def optimizer_rule(formula: Formula) -> tuple[Rule, tuple[str, ...]]:
    """Build the rule of one of an optimizer's formulas; returns it with the names that fill its slots."""
    names: Any = _Names()
    definition = formula(names)
    return Rule(len(names.asked), definition, definition), tuple(names.asked)


@cache
def rate_rule(formula: str) -> Rule:
    """Read the learning rate's formula. Slot: the number of the step."""
    expression = parse_formula(formula, {"t": slot(0)})
    return Rule(1, expression, expression)
