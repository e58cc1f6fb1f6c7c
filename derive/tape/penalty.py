"""The penalty on the size of the weights, as one quantity of the tape."""

from functools import cache

from sympy import Expr

from derive.catalog.penalties import Penalty
from derive.kind import Kind
from derive.symbolic import add, mul, slot, slots
from derive.tape.quantity import Quantity, Recorder
from derive.tape.rule import Rule
from derive.tape.structure import PenaltyShape


def record_strengths(tape: Recorder, shape: PenaltyShape | None) -> None:
    """Write down the strength of each penalty."""
    for penalty in shape.penalties if shape else ():
        tape.add(Quantity(penalty.key, Kind.HYPERPARAMETER, letter=penalty.letter))


def record_penalty(tape: Recorder, shape: PenaltyShape) -> int:
    """Write the penalty down; returns its place."""
    strengths = [tape.place[penalty.key] for penalty in shape.penalties]
    kinds = (Kind.WEIGHT, Kind.BIAS) if shape.biases else (Kind.WEIGHT,)
    parameters = [place for place, quantity in enumerate(tape.quantities) if quantity.kind in kinds]
    rule = penalty_rule(shape.penalties, len(parameters))
    return tape.add(Quantity("penalty", Kind.PENALTY, rule, (*strengths, *parameters)))


@cache
def penalty_rule(penalties: tuple[Penalty, ...], count: int) -> Rule:
    """Build the penalty on ``count`` parameters. Slots: the strengths, then the parameters."""
    first = len(penalties)
    weights = slots(count, first)
    parts = [mul((penalty.factor(slot(n)), _sum(penalty, weights))) for n, penalty in enumerate(penalties)]
    slopes = {place: _slope(penalties, slot(place)) for place in range(first, first + count)}
    return Rule(first + count, add(parts), add(parts), {place: (slope, slope) for place, slope in slopes.items()})


def _sum(penalty: Penalty, weights: tuple[Expr, ...]) -> Expr:
    return add(penalty.term(weight) for weight in weights)


def _slope(penalties: tuple[Penalty, ...], weight: Expr) -> Expr:
    return add(penalty.slope(slot(n), weight) for n, penalty in enumerate(penalties))
