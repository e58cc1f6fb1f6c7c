"""The update: every parameter after one step of the optimizer."""

from functools import cache

from derive.catalog.optimizers import Optimizer
from derive.kind import Kind
from derive.symbolic import slots
from derive.tape.quantity import Quantity, Recorder
from derive.tape.rule import Rule
from derive.tape.structure import Structure


def record_update(tape: Recorder, structure: Structure) -> None:
    """Write down the new value of each parameter that is not frozen, from the last layer to the first."""
    rule = update_rule(structure.optimizer)
    gradients = [quantity for quantity in tape.quantities if quantity.kind is Kind.GRADIENT]
    for gradient in gradients:
        parameter = tape.quantities[gradient.of]
        if not structure.is_frozen(parameter.kind.value, parameter.layer):
            args = (gradient.of, tape.place[gradient.key], tape.place["eta"])
            tape.add(
                Quantity(
                    f"new_{parameter.key}", Kind.UPDATED, rule, args,
                    parameter.layer, parameter.unit, parameter.source, of=gradient.of,
                )
            )  # fmt: skip


@cache
def update_rule(optimizer: Optimizer) -> Rule:
    """Build the optimizer's rule. Slots: the parameter, its gradient, the learning rate."""
    definition = optimizer.update(*slots(3))
    return Rule(3, definition, definition)
