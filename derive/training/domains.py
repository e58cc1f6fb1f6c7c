"""Whether the targets that formulas give, and the predictions, are what the loss is made for."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from derive.config.domains import mend, not_one
from derive.config.model import Config
from derive.errors import Problem, UserError, quoted, user_error
from derive.kind import Kind
from derive.numbers.arithmetic import working_precision
from derive.numbers.exact import NotExact
from derive.numbers.shown import Value, decimal, readable
from derive.numbers.style import Style
from derive.tape.forward import target_rule
from derive.tape.quantity import Tape
from derive.tape.structure import Structure

_CLOSE = Decimal("1e-40")
"""Targets whose sum is this close to 1 sum to 1, where they are no exact fractions."""


def check_targets(config: Config, structure: Structure) -> None:
    """Check the targets of each sample that has formulas among them.

    Raises:
        UserError: if they are nothing for the loss.
    """
    domain, problems = structure.loss.targets, []
    for sample, formulas in enumerate(structure.targets):
        if domain is None or not any(formulas):
            continue
        written = config.targets(sample)
        values = [_value(target, config.data.inputs[sample]) for target in written]
        for output, (target, value) in enumerate(zip(written, values, strict=True)):
            if value is not None and isinstance(target, str) and not domain.has(value):
                what = f"the formula {quoted(target)} gives {_shown(value)}, and this is no target for "
                place = config.target_path(sample, output)
                problems.append(Problem(place, what + structure.loss.title, mend(domain)))
        known = [value for value in values if value is not None]
        if domain.shares and not problems and len(known) == len(values) and abs(_sum(known) - 1) > _CLOSE:
            place = config.target_path(sample, 0).rsplit("[", 1)[0]
            problems.append(Problem(place, not_one(structure.loss, Style().show(_sum(known)).number), mend(domain)))
    if problems:
        raise UserError(*problems)


def _value(target: Decimal | str, inputs: Sequence[Decimal]) -> Value | None:
    """Calculate a target; None where it has no value, which is found again when all quantities are calculated."""
    if not isinstance(target, str):
        return Fraction(target)
    rule, units = target_rule(target, len(inputs))
    numbers = [Fraction(inputs[unit - 1]) for unit in units]
    try:
        return rule.calculate.exactly(numbers)
    except NotExact:
        pass
    except ArithmeticError:
        return None
    with working_precision():
        try:
            value = rule.calculate.closely(list(map(decimal, numbers)))
        except ArithmeticError:
            return None
    return value if value.is_finite() else None


def _sum(values: Sequence[Value]) -> Decimal:
    with working_precision():
        return sum((decimal(value) for value in values), Decimal(0))


def check_predictions(tape: Tape, values: Sequence[Value], step: int, *, rounded: bool, failed: bool) -> None:
    """Check the predictions among the first values of a tape; with ``failed`` the loss that follows has no value.

    (A prediction of 0 or 1 is at fault then only: where no logarithm is taken of it, the loss has one.)

    Raises:
        UserError: if a prediction is nothing for the loss.
    """
    loss, last = tape.structure.loss, len(tape.structure.layers)
    if loss.predictions is None:
        return
    for place in tape.by_kind[Kind.ACTIVATION]:
        quantity = tape.quantities[place]
        if quantity.layer < last or place >= len(values) or loss.predictions.has(values[place]):
            continue
        edge = values[place] in (0, 1)
        if failed or not edge:
            when = f" at step {step}" if step > 1 else ""
            what = f"{loss.title} is for predictions {loss.predictions.words}, and {quantity.key} is "
            raise user_error("training.loss", what + _shown(values[place]) + when, _mend(tape, rounded and edge))


def _mend(tape: Tape, by_rounding: bool) -> str:
    if by_rounding:
        return 'write more decimals, or carry = "exact"'
    canonical = tape.structure.loss.canonical
    if canonical and not tape.structure.canonical:
        return f"let the last layer have the activation {quoted(canonical.activation)}"
    return "choose a last layer or weights that give such predictions"


def _shown(value: Value) -> str:
    return readable(Style().show(value).text)
