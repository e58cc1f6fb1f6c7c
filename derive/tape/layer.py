"""What goes through a last layer or a layer with a shared sum in a way of its own.

The softmax has a whole Jacobian where other activations have a single derivative; and a loss and an activation that
cancel give a delta in short form.
"""

from decimal import Decimal
from functools import cache

import sympy
from sympy import Expr

from derive.catalog.activations import Activation
from derive.catalog.canonical import Canonical
from derive.catalog.layer_activations import EVERY_ACTIVATION, LayerActivation
from derive.catalog.losses import Loss
from derive.numbers.arithmetic import calculation, working_precision
from derive.symbolic import add, mul, opened, slot, slots
from derive.tape.loss import loss_slope
from derive.tape.rule import Rule


@cache
def sum_rule(activation: LayerActivation, units: int) -> Rule:
    """S = e^z₁ + e^z₂ + … Slots: the pre-activations of the layer."""
    total = add(activation.part(z) for z in slots(units))
    return Rule(units, total, total)


@cache
def share_rule(activation: LayerActivation) -> Rule:
    """a = e^z / S. Slots: the unit's pre-activation, the sum."""
    confirm_jacobian(activation)
    share = activation.share(*slots(2))
    return Rule(2, share, share)


@cache
def jacobian_delta_rule(activation: LayerActivation, units: int) -> Rule:
    """δ = Σ ∂L/∂a_i · ∂a_i/∂z for the first unit. Slots: ∂L/∂a_i for all units of the layer, then their a_i.

    The activations are shares of a sum, so their derivatives sum to 0.
    """
    a = slots(units, start=units)
    terms = [_product(slot(i), activation.derivative(a, i, 0)) for i in range(units)]
    return Rule(2 * units, add(terms), add(terms), alike=units)


def _product(factor: Expr, partial: Expr) -> Expr:
    """Multiply, with a minus in front."""
    factors = partial.args
    return mul((factors[0], factor, *factors[1:])) if factors[0] == -1 else mul((factor, *factors))


@cache
def jacobian_rule(activation: LayerActivation, count: int) -> Rule:
    """∂a_i/∂z_j. Slots: a_i and, where that is another unit's, a_j."""
    partial = activation.derivative(slots(count), 0, count - 1)
    return Rule(count, partial, partial)


@cache
def short_delta_rule(loss: Loss) -> Rule:
    """δ = p - y. Slots: the prediction, the target."""
    assert loss.canonical is not None
    confirm_canonical(loss, loss.canonical)
    delta = loss.canonical.delta(*slots(2))
    return Rule(2, delta, delta)


_UNITS = 3
_TINY = Decimal("1e-50")


@cache
def confirm_jacobian(activation: LayerActivation) -> None:
    """Compare the Jacobian with what SymPy derives for three units, at 50 digits.

    Raises:
        AssertionError: if the record of the catalogue is wrong.
    """
    z = a = slots(_UNITS)
    point = [Decimal("0.7"), Decimal("-1.9"), Decimal("0.4")]
    formulas = [activation.formula(z, j) for j in range(_UNITS)]
    with working_precision():
        shares = [calculation(formula).closely(point) for formula in formulas]
        for j in range(_UNITS):
            for k in range(_UNITS):
                derived = calculation(sympy.diff(formulas[j], z[k])).closely(point)
                ours = calculation(activation.derivative(a, j, k)).closely(shares)
                if abs(derived - ours) > _TINY:
                    raise AssertionError(f"the Jacobian of {activation.name} in the catalogue is wrong")


_PREDICTIONS, _TARGETS = ("0.2", "0.7", "0.1"), ("0.35", "0.05", "0.6")


@cache
def confirm_canonical(loss: Loss, canonical: Canonical) -> None:
    """Compare each step to the short form of a delta with the chain rule, at 50 digits.

    Raises:
        AssertionError: if the record of the catalogue is wrong.
    """
    activation = EVERY_ACTIVATION[canonical.activation]
    units = 1 if isinstance(activation, Activation) else _UNITS
    p, y = slots(units), slots(units, start=units)
    slope = opened(loss_slope(loss, units))
    if isinstance(activation, Activation):
        inner = [activation.derivative(slot(2 * units), p[0])]
    else:
        inner = [activation.derivative(p, i, 0) for i in range(units)]
    terms = [mul((slope.xreplace({slot(0): p[i], slot(1): y[i]}), inner[i])) for i in range(units)]
    point = [Decimal(text) for text in (*_PREDICTIONS[:units], *_TARGETS[:units])]
    with working_precision():
        whole = calculation(add(terms)).closely(point)
        for _, step in canonical.steps:
            if abs(whole - calculation(step(p, y)).closely(point)) > _TINY:
                raise AssertionError(f"a step to the short form of the delta of {loss.name} is wrong")
