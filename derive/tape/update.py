"""The update: the optimizer's lines for every parameter, and the parameter after the step."""

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
    if structure.rate is not None or any("t" in names for _, names in _rules(structure.optimizer)):
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
    lines = [(line, *optimizer_rule(line.formula)) for line in structure.optimizer.lines]
    states = [line for line in structure.optimizer.lines if line.state]
    update, update_names = optimizer_rule(structure.optimizer.update)
    asked = {*update_names, *(name for _, _, names in lines for name in names)}
    shared = {name: tape.place[name] for name in asked if name in tape.place}
    moving = dict(_moving(tape, structure))
    gradients = [(place, quantity) for place, quantity in enumerate(tape.quantities) if quantity.kind is Kind.GRADIENT]
    for place, gradient in gradients:
        parameter = moving.get(gradient.of)
        if parameter is None:
            continue
        named = {**shared, "w": gradient.of, "g": place}
        named |= {f"old_{line.name}": tape.place[f"old_{line.name}_{parameter.key}"] for line in states}
        for line, rule, names in lines:
            args = tuple([named[name] for name in names])
            named[line.name] = _add(tape, line.name, Kind.STATE, rule, args, parameter, gradient.of, line.letter)
        args = tuple([named[name] for name in update_names])
        _add(tape, "new", Kind.UPDATED, update, args, parameter, gradient.of)


def _rules(optimizer: Optimizer) -> list[tuple[Rule, tuple[str, ...]]]:
    return [optimizer_rule(formula) for formula in (*(line.formula for line in optimizer.lines), optimizer.update)]


def _moving(tape: Recorder, structure: Structure) -> list[tuple[int, Quantity]]:
    layers = range(1, len(structure.layers) + 1)
    moving = {(kind, n) for kind in (Kind.WEIGHT, Kind.BIAS) for n in layers if not structure.is_frozen(kind.value, n)}
    found = enumerate(tape.quantities)
    return [(place, quantity) for place, quantity in found if (quantity.kind, quantity.layer) in moving]


def _add(
    tape: Recorder,
    prefix: str,
    kind: Kind,
    rule: Rule | None,
    args: tuple[int, ...],
    parameter: Quantity,
    place: int,
    letter: str = "",
) -> int:
    """Write down what belongs to a parameter: it has the parameter's layer and units."""
    key, layer, unit, source = f"{prefix}_{parameter.key}", parameter.layer, parameter.unit, parameter.source
    return tape.add(Quantity(key, kind, rule, args, layer, unit, source, 0, place, letter))


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
