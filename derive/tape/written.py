"""Activations as a config names them: records of the catalogue, or formulas in z."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

from sympy import Expr

from derive.catalog.activations import ACTIVATIONS, Activation
from derive.catalog.parameter import resolved
from derive.config.formula import parse_formula
from derive.config.functions import Written
from derive.errors import Problem, UserError, quoted
from derive.readable import readable_derivative
from derive.symbolic import replaced, slot

_LETTERS = "fghkpqr"


def activations_of(written: Sequence[Written]) -> list[Activation]:
    """Return the activation of each layer; its different formulas are called f, g, h, … in their order.

    Raises:
        UserError: if a formula is constant, so that its layer learns nothing.
    """
    letters = _letters()
    named = {text: next(letters) for text in map(formula_of, written) if text is not None}
    found = [
        from_formula(text, named[text]) if (text := formula_of(each)) else resolved(ACTIVATIONS, each)
        for each in written
    ]
    mend = "write a formula in z whose value changes with z"
    problems = [
        Problem(f"layers[{number}].activation", f"the formula {quoted(str(text))} is constant", mend)
        for number, (text, activation) in enumerate(zip(written, found, strict=True), 1)
        if activation.derivative(slot(0), slot(1)) == 0
    ]
    if problems:
        raise UserError(*problems)
    return _told_apart(found)


def _told_apart(activations: Sequence[Activation]) -> list[Activation]:
    """Number the symbols of functions that differ in their parameters alone, such as two leaky ReLUs."""
    of_symbol: dict[str, list[Activation]] = {}
    for activation in dict.fromkeys(activations):
        of_symbol.setdefault(activation.symbol, []).append(activation)
    numbered = {
        activation: replace(activation, symbol=f"{symbol}_{{{number}}}")
        for symbol, same in of_symbol.items()
        if symbol and len(same) > 1
        for number, activation in enumerate(same, 1)
    }
    return [numbered.get(activation, activation) for activation in activations]


def formula_of(written: Written) -> str | None:
    """Return the formula that an activation is written as, or None where it is a record's name."""
    return written if isinstance(written, str) and written not in ACTIVATIONS else None


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
