"""The loss of one sample, and its derivative for each prediction."""

from decimal import Decimal, DecimalException
from functools import cache

from sympy import Expr, Integer

from derive.catalog.logarithm import without_zeros
from derive.catalog.losses import Loss
from derive.numbers.arithmetic import calculation, working_precision
from derive.symbolic import add, derivative, mul, opened, replaced, slot, slots
from derive.tape.rule import Rule

Corners = tuple[int | None, ...]
"""For each output 0 or 1 where its target is given as that, else None: these decide which terms of a loss vanish."""


@cache
def loss_rule(loss: Loss, outputs: int, corners: Corners | None = None) -> Rule:
    """Build the loss of one sample. Slots: the predictions, then the targets.

    Terms that vanish for the targets of ``corners`` are left out. Without these the rule is for any targets, and not
    one to print.
    """
    terms: list[Expr] = []
    slopes: dict[int, tuple[Expr, Expr]] = {}
    for k in range(outputs):
        known = corners[k] if corners else None
        own = {slot(0): slot(k), slot(1): slot(outputs + k)}
        term = loss.term(*slots(2)) if corners is None else loss_term(loss, known)
        slope = replaced(loss_slope(loss, outputs, known), own)
        summands = term.args if term.is_Add else (term,) if term != 0 else ()
        terms += [replaced(summand, own) for summand in summands]
        slopes[k] = (slope, slope)
    total = add(terms) if terms else Integer(0)
    scale = loss.scale(outputs)
    definition = total if scale == 1 else mul((scale, total))
    return Rule(2 * outputs, definition, definition, slopes)


@cache
def loss_term(loss: Loss, corner: int | None = None) -> Expr:
    """What one output adds to the loss before it is scaled. Slots: the prediction, the target."""
    prediction, target = slots(2)
    known = {} if corner is None else {target: Integer(corner)}
    return without_zeros(loss.term(prediction, target), known)


@cache
def scaled_term(loss: Loss, outputs: int, corner: int | None = None) -> Expr:
    """What one of ``outputs`` outputs adds to the loss. Slots: the prediction, the target."""
    term, scale = loss_term(loss, corner), loss.scale(outputs)
    return term if scale == 1 else mul((scale, term))


@cache
def loss_slope(loss: Loss, outputs: int, corner: int | None = None) -> Expr:
    """The derivative of the loss for one prediction. Slots: the prediction, the target."""
    if loss.slope is None:
        return derivative(scaled_term(loss, outputs, corner), slot(0))
    confirm_slope(loss)
    if loss_term(loss, corner) == 0:
        return Integer(0)
    slope, scale = loss.slope(*slots(2)), loss.scale(outputs)
    return slope if scale == 1 else mul((scale, slope))


_POINTS = tuple(tuple(map(Decimal, pair.split())) for pair in ("0.7 0.4", "0.2 0.9", "0.95 0.3", "3.1 0.6", "0.4 2.5"))
"""Predictions and targets, on both sides of a kink."""


@cache
def confirm_slope(loss: Loss) -> None:
    """Compare a textbook derivative with what SymPy derives from the term, at 50 digits.

    Raises:
        AssertionError: if the record of the catalogue is wrong.
    """
    prediction, target = slots(2)
    assert loss.slope is not None
    derived = calculation(derivative(opened(loss.term(prediction, target)), prediction))
    textbook = calculation(opened(loss.slope(prediction, target)))
    with working_precision():
        for point in _POINTS:
            try:
                difference = abs(derived.closely(point) - textbook.closely(point))
            except DecimalException:  # a formula that a config gives need not have a value everywhere
                continue
            if difference > Decimal("1e-50"):
                raise AssertionError(f"the derivative of {loss.name} in the catalogue is not that of its term")
