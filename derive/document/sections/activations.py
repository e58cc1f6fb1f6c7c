"""The activation functions of a network: what they are, their derivatives, and what is taken where there is none."""

from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import lru_cache

import sympy

from derive.catalog.activations import Activation
from derive.catalog.layer_activations import LayerActivation
from derive.document.blocks import Block, Equation, Heading, Math, Paragraph
from derive.document.chain import CLOSE, EQUAL, Chain
from derive.document.kinks import kinks
from derive.document.page import Page
from derive.document.rows import rows
from derive.kind import Kind
from derive.notation.pattern import with_symbols
from derive.notation.printer import printed
from derive.symbolic import slot
from derive.tape.evaluate import Values, aside
from derive.tape.forward import activation_derivative


def activation_section(page: Page) -> Iterator[Block]:
    """State each activation function that the network uses, and its derivative."""
    used = list(dict.fromkeys(shape.activation for shape in page.structure.layers))
    yield Heading(2, page.words("network.activations.one" if len(used) == 1 else "network.activations.many"))
    known: set[str] = set()
    for activation in used:
        if isinstance(activation, LayerActivation):
            yield Paragraph(page.words("network.layer_activation", title=page.words.title(activation)))
            yield from (page.formula(*pair) for pair in activation.general)
            continue
        helpers = [helper for helper in _helpers(activation) if helper.latex not in known]
        known |= {activation.symbol, *(helper.latex for helper in helpers)}
        title = page.words.title(activation)
        if helpers:
            yield Paragraph(page.words("network.activation_with", title=title))
            yield from (_definition(f"{helper.latex}(z)", helper.definition) for helper in helpers)
        yield Paragraph(page.words("network.activation", title=title))
        yield from _equations(activation)
        if activation.note:
            yield Paragraph(page.words.sentence(activation, "note"))
        yield from _kinks(page, activation)


@lru_cache(maxsize=64)
def _equations(activation: Activation) -> tuple[Equation, Equation]:
    symbol = activation.symbol or r"\mathrm{id}"
    return (
        _definition(f"{symbol}(z)", activation.shown_formula or activation.formula),
        _definition(f"{symbol}'(z)", lambda z: activation.derivative(z, slot(1)), f"{symbol}(z)"),
    )


def _definition(name: str, definition: Callable[[sympy.Expr], sympy.Expr], a: str = "") -> Equation:
    return Equation(rows(Chain(name, (("=", with_symbols(printed(definition(slot(0))), ["z", a])),))))


@lru_cache(maxsize=64)
def _helpers(activation: Activation) -> list[type[sympy.Function]]:
    """Return the functions that an activation is written with and that have a definition of their own."""
    z, a = slot(0), slot(1)
    found: dict[type[sympy.Function], None] = {}
    for expression in (activation.formula(z), activation.derivative(z, a)):
        for part in sympy.preorder_traversal(expression):
            if getattr(type(part), "definition", None) is not None:
                found[type(part)] = None
    return list(found)


def _kinks(page: Page, activation: Activation) -> Iterator[Paragraph]:
    """Say what is taken as the derivative where a worked step needs it at a point that has none."""
    z = slot(0)
    found = kinks(activation.derivative(z, activation.formula(z)))
    if not found:
        return
    rule, needed = activation_derivative(activation)
    said: set[Fraction] = set()
    for values in (step.values for step in page.training.steps):
        for place, argument in _arguments(values, activation):
            value = values.exact[argument]
            if isinstance(value, Fraction) and value not in said and found.hold((value,)):
                said.add(value)
                taken = aside(rule, [(argument, place)[number] for number in needed], values)
                at, relation = values.shown[argument].text, EQUAL if taken.exact else CLOSE
                point, slope = f"z = {at}", f"{activation.symbol}'({at}) {relation} {taken.text}"
                yield Paragraph(page.words("network.kink", point=(Math(point),), slope=(Math(slope),)))


def _arguments(values: Values, activation: Activation) -> Iterator[tuple[int, int]]:
    """Return the places of the activations that are calculated with a function, and of their pre-activations."""
    tape = values.tape
    for place in tape.by_kind[Kind.ACTIVATION]:
        quantity = tape.quantities[place]
        if tape.structure.layers[quantity.layer - 1].activation == activation:
            yield place, quantity.args[0]
