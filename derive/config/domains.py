"""Whether a config's targets and last layer are what its loss is made for, as far as its numbers are given.

What formulas give is checked when they are calculated; see `derive.training.domains`.
"""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from pydantic_core import PydanticCustomError
from sympy import diff

from derive.catalog.domain import Domain
from derive.catalog.layer_activations import EVERY_ACTIVATION, LayerActivation
from derive.catalog.losses import LOSSES, Loss
from derive.config.consistency import entries, rows_of, table, widths_of
from derive.config.formula import FormulaError, check_formula, parse_formula
from derive.config.lists import is_flat
from derive.config.model import LOSS_NAMES
from derive.config.values import exact_number
from derive.errors import Problem, quoted
from derive.numbers.shown import digits
from derive.symbolic import is_undefined, slots


def domain_faults(keys: Mapping[str, Any]) -> list[Problem]:
    """Find what a loss or an activation can't be used with."""
    layers = [table(layer) for layer in entries(keys.get("layers"))]
    widths = widths_of(keys)
    return [*_lone_units(layers, widths), *_loss_faults(keys, widths[-1] if layers else None)]


def _lone_units(layers: Sequence[Mapping[str, Any]], widths: Sequence[int | None]) -> Iterator[Problem]:
    for number, layer in enumerate(layers, 1):
        name = _name(layer.get("activation"))
        if widths[number] == 1 and isinstance(EVERY_ACTIVATION.get(name), LayerActivation):
            what = f"the {name} of a single unit is 1 whatever its weights are"
            yield Problem(f"layers[{number}].activation", what, 'write "sigmoid", or weights for more units')


def _loss_faults(keys: Mapping[str, Any], outputs: int | None) -> Iterator[Problem]:
    written = table(keys.get("training")).get("loss")
    if isinstance(written, str) and written not in LOSSES:
        yield from _constant_loss(written)
    loss = LOSSES.get(_name(written))
    if loss is None or loss.targets is None:
        return
    if loss.targets.shares and outputs == 1:
        what = f"{loss.title} compares shares of 1, and a single output has none"
        yield Problem("training.loss", what, 'write "binary_cross_entropy", or weights for more outputs')
        return
    written = table(keys.get("data")).get("targets")
    for number, row in enumerate(rows_of(written, flat=True), 1):
        place = "data.targets" if is_flat(written) else f"data.targets[{number}]"
        numbers = [_number(target) for target in row]
        for output, target in enumerate(numbers, 1):
            if target is not None and not loss.targets.has(target):
                yield Problem(f"{place}[{output}]", f"{target} is no target for {loss.title}", mend(loss.targets))
        if all(target is not None and loss.targets.has(target) for target in numbers) and len(row) == outputs:
            total = sum((Fraction(target) for target in numbers if target is not None), Fraction(0))
            if loss.targets.shares and total != 1:
                yield Problem(place, not_one(loss, total), mend(loss.targets))


def _constant_loss(formula: str) -> Iterator[Problem]:
    """Find whether a formula for the loss is constant though it names the prediction; other faults are the type's."""
    try:
        if LOSS_NAMES[0] not in check_formula(formula, LOSS_NAMES):
            return
    except FormulaError:
        return
    prediction, target = slots(2)
    term = parse_formula(formula, dict(zip(LOSS_NAMES, (prediction, target), strict=True)))
    slope = diff(term, prediction).doit()
    if is_undefined(slope):
        what = f"the formula {quoted(formula)} divides by zero whatever it is given"
        yield Problem("training.loss", what, "write a formula whose value changes with the error")
    if slope == 0:
        what = f"the formula {quoted(formula)} has the same value for every {LOSS_NAMES[0]}"
        yield Problem("training.loss", what, "write one that grows with the error")


def mend(domain: Domain) -> str:
    """Say what would be right."""
    return f"write {domain.words}"


def not_one(loss: Loss, total: Fraction | Decimal) -> str:
    """Say what is wrong with targets that are no distribution."""
    return f"these targets sum to {digits(total)}, and those of {loss.title} have to sum to 1"


def _name(written: Any) -> Any:
    """Return the name that is written alone or in a table."""
    name = written.get("name") if isinstance(written, Mapping) else written
    return name if isinstance(name, str) else ""


def _number(target: Any) -> Decimal | None:
    try:
        return exact_number(target)
    except PydanticCustomError:
        return None
