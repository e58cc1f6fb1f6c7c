"""Activations and losses as a config names them: records of the catalogue, or formulas."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

from sympy import Expr

from derive.catalog.activations import Activation
from derive.catalog.layer_activations import EVERY_ACTIVATION, LayerActivation
from derive.catalog.losses import LOSSES, Loss
from derive.catalog.parameter import resolved
from derive.config.formula import parse_formula
from derive.config.functions import Written
from derive.config.model import LOSS_NAMES
from derive.errors import Problem, UserError, quoted
from derive.readable import readable_derivative
from derive.symbolic import is_undefined, replaced, slot, slots

_LETTERS = "fghkpqr"


AnyActivation = Activation | LayerActivation


def activations_of(written: Sequence[Written]) -> list[AnyActivation]:
    """Return the activation of each layer; its different formulas are called f, g, h, … in their order.

    Raises:
        UserError: if a formula is constant, so that its layer learns nothing, or has no derivative anywhere.
    """
    letters = _letters()
    named = {text: next(letters) for text in map(formula_of, written) if text is not None}
    found = [
        from_formula(text, named[text]) if (text := formula_of(each)) else resolved(EVERY_ACTIVATION, each)
        for each in written
    ]
    mend = "write a formula in z whose value changes with z"
    problems = [
        Problem(f"layers[{number}].activation", f"the formula {quoted(str(text))} {fault}", mend)
        for number, (text, activation) in enumerate(zip(written, found, strict=True), 1)
        if isinstance(activation, Activation) and (fault := _fault_of(activation))
    ]
    if problems:
        raise UserError(*problems)
    return _told_apart(found)


@lru_cache(maxsize=64)
def _fault_of(activation: Activation) -> str:
    """Say what is wrong with a function that has this derivative; nothing if it is usable."""
    slope = activation.derivative(slot(0), slot(1))
    if is_undefined(slope):
        return "divides by zero whatever it is given"
    return "is constant" if slope == 0 else ""


def _told_apart(activations: Sequence[AnyActivation]) -> list[AnyActivation]:
    """Number the functions that differ in their parameters alone, such as two leaky ReLUs."""
    different = dict.fromkeys(each for each in activations if isinstance(each, Activation) and each.symbol)
    of_symbol: dict[str, list[Activation]] = {each.symbol: [] for each in different}
    for each in different:
        of_symbol[each.symbol].append(each)
    numbered: dict[AnyActivation, AnyActivation] = {
        each: replace(
            each, symbol=f"{symbol[:-1]}{number}}}" if symbol.endswith("}") else f"{symbol}_{{{number}}}", number=number
        )
        for symbol, same in of_symbol.items()
        if len(same) > 1
        for number, each in enumerate(same, 1)
    }
    return [numbered.get(each, each) for each in activations]


def formula_of(written: Written) -> str | None:
    """Return the formula that an activation is written as, or None where it is a record's name."""
    return written if isinstance(written, str) and written not in EVERY_ACTIVATION else None


def _letters() -> Iterator[str]:
    yield from _LETTERS
    number = 1
    while True:
        yield f"f_{{{number}}}"
        number += 1


@lru_cache(maxsize=64)
def from_formula(text: str, letter: str) -> Activation:
    """Make a record of a formula; SymPy derives its derivative."""
    z = slot(0)
    expression = parse_formula(text, {"z": z})
    slope = readable_derivative(expression, z)

    def formula(z: Expr) -> Expr:
        return replaced(expression, {slot(0): z})

    def derivative(z: Expr, a: Expr) -> Expr:
        return replaced(slope, {slot(0): z})

    return Activation("formula", "function {symbol}", letter, formula, derivative)


def loss_of(written: Written) -> Loss:
    """Return the loss that a checked config names or writes as a formula."""
    if isinstance(written, str) and written not in LOSSES:
        return _loss_by_formula(written)
    return resolved(LOSSES, written)


@lru_cache(maxsize=32)
def _loss_by_formula(text: str) -> Loss:
    prediction, target = slots(2)
    term = parse_formula(text, dict(zip(LOSS_NAMES, (prediction, target), strict=True)))
    slope = readable_derivative(term, prediction)

    def of(expression: Expr, p: Expr, y: Expr) -> Expr:
        return replaced(expression, {slot(0): p, slot(1): y})

    title = "the given formula, summed over the outputs"
    return Loss("formula", title, lambda p, y: of(term, p, y), slope=lambda p, y: of(slope, p, y))
