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
    found = _told_apart(found)
    mend = "write a formula in z whose value changes with z"
    problems = [
        Problem(f"layers[{number}].activation", f"the formula {quoted(str(text))} is constant", mend)
        for number, (text, activation) in enumerate(zip(written, found, strict=True), 1)
        if activation.derivative(slot(0), slot(1)) == 0
    ]
    if problems:
        raise UserError(*problems)
    return found


def _told_apart(found: list[Activation]) -> list[Activation]:
    """Number the names of functions that are one record with different parameters: ELU1, ELU2."""
    different = list(dict.fromkeys(found))
    alike = {each: [other for other in different if other.symbol == each.symbol] for each in different}
    renamed = {
        each: replace(each, symbol=f"{each.symbol[:-1]}{others.index(each) + 1}}}") if len(others) > 1 else each
        for each, others in alike.items()
    }
    return [renamed[each] for each in found]


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
