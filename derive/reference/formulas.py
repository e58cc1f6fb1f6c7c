"""The formulas of a catalogue's records as plain text, written in the names of the records' own arguments.

A record is read by what it has: any record with the functions of an activation, a loss or an optimizer is listed.
"""

from collections.abc import Callable, Iterator
from inspect import signature
from typing import Any

import sympy

from derive.notation.plain import plain
from derive.symbolic import derivative, opened, replaced, slot

Line = tuple[str, str]
"""A name and what it equals."""

_SHOWN = {"rate": "η", "eta": "η"}
_UNITS = 3
"""A function of a whole layer is shown for a layer of so many units: of unit 1, and for unit 2 beside it."""


class _Names:
    """Any name as a symbol, for a function that takes its quantities by name."""

    def __getattr__(self, name: str) -> sympy.Symbol:
        return _symbol(name)


def _symbol(name: str) -> sympy.Symbol:
    old = f"{name.removeprefix('old_')}_old" if name.startswith("old_") else name
    return sympy.Symbol(_SHOWN.get(name, old), real=True)


def applied(function: Callable[..., Any]) -> sympy.Expr:
    """Call a record's function with symbols that are called as its arguments are.

    ``n`` stands for all names. Where there is ``j``, a unit of a layer, the quantities are those of all its units.
    """
    names = list(signature(function).parameters)
    layer = "j" in names
    return function(*(_argument(name, layer) for name in names))


def _argument(name: str, layer: bool) -> Any:
    if name == "n":
        return _Names()
    if layer and name in ("j", "k"):
        return 0 if name == "j" else 1
    return [_symbol(f"{name}{unit}") for unit in range(1, _UNITS + 1)] if layer else _symbol(name)


def activation_lines(record: Any) -> Iterator[Line]:
    """Write an activation and its derivative."""
    of_layer = "j" in signature(record.formula).parameters
    shown = [getattr(record, f"shown_{part}", None) or getattr(record, part) for part in ("formula", "derivative")]
    names = ("a1 of 3 units", "∂a1/∂z2") if of_layer else ("f(z)", "f′(z)")
    for name, function in zip(names, shown, strict=True):
        expression = applied(function)
        of_value = not of_layer and _symbol("a") in expression.free_symbols
        yield name, plain(expression) + (" with a = f(z)" if of_value else "")


def loss_lines(record: Any) -> Iterator[Line]:
    """Write a loss, and the derivative of its term for the prediction p."""
    scale = record.scale(_UNITS)
    factor = "" if scale == 1 else "1/n · " if scale == sympy.Rational(1, _UNITS) else f"{scale} · "
    yield "L", f"{factor}Σ {_grouped(plain(applied(record.term)))}"
    slope = getattr(record, "slope", None)
    yield "∂/∂p", f"{factor}{_grouped(plain(applied(slope) if slope else _derivative(record.term)), bool(factor))}"


def _grouped(text: str, needed: bool = True) -> str:
    """Put brackets around what is more than a product."""
    depth = 0
    sized = False
    for place, sign in enumerate(text):
        depth += (sign == "(") - (sign == ")")
        sized ^= sign == "|"
        if depth == 0 and not sized and text[place : place + 3] in (" + ", " − ", " if"):
            return f"({text})" if needed else text
    return text


def _derivative(term: Callable[..., Any]) -> sympy.Expr:
    """Differentiate for the first argument, over slots, by whose places SymPy's result is put in order."""
    names = list(signature(term).parameters)
    found = derivative(opened(term(*(slot(place) for place in range(len(names))))), slot(0))
    return replaced(found, {slot(place): _symbol(name) for place, name in enumerate(names)})


def optimizer_lines(record: Any) -> Iterator[Line]:
    """Write what an optimizer calculates for each parameter w with the gradient g in a step, in order."""
    for line in getattr(record, "lines", ()):
        yield line.name, plain(applied(line.formula))
    yield "w_new", plain(applied(record.update))
