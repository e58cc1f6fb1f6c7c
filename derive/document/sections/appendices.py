"""The appendices: the delta of an output derived, and the chain rule for one weight taken apart."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache, lru_cache
from math import prod

import sympy

from derive.catalog.activations import Activation
from derive.catalog.layer_activations import LayerActivation
from derive.catalog.losses import Loss
from derive.document.blocks import Block, Equation, Heading, Math, Paragraph
from derive.document.chain import EQUAL
from derive.document.page import Page
from derive.document.sections.jacobian import cancelled, layer_delta, loss_for_prediction, own_loss, ratio
from derive.kind import Kind
from derive.notation.pattern import Pattern, with_symbols
from derive.notation.printer import printed
from derive.symbolic import add, mul, rebuilt, replaced, slot
from derive.tape.forward import activation_derivative, suffix
from derive.tape.loss import loss_slope
from derive.tape.quantity import Quantity, Tape
from derive.tape.rule import Rule

MOST_TERMS = 2
"""A closed form of more terms than this is not written out."""


def delta_appendix(page: Page) -> Iterator[Block]:
    """Derive the delta of the first output for this loss and activation."""
    words, structure = page.words, page.structure
    last, sample = len(structure.layers), page.samples[0]
    z, a, y, delta, loss = (
        page.tape[key + suffix(sample)]
        for key in (f"z_{last}_1", f"a_{last}_1", "y_1", f"delta_{last}_1", own_loss(structure))
    )
    activation = structure.layers[-1].activation
    where = words.plain("delta.where_sample", number=str(sample)) if sample else words.plain("delta.where")
    yield Heading(1, words("delta.heading", delta=page.math(delta)))
    if isinstance(activation, LayerActivation):
        yield from layer_delta(page, delta, loss, where)
        yield Paragraph(words("delta.use"))
        return
    yield Paragraph(words("delta.text", z=page.math(z), a=page.math(a)))
    outer, inner = ratio(page, loss, a), ratio(page, a, z)
    yield page.formula(page.symbol(delta), ratio(page, loss, z), rf"{outer} \cdot {inner}")
    yield from loss_for_prediction(page, a, y, loss)
    yield Paragraph(words("delta.activation", activation=words.title(activation), z=page.math(z)))
    yield page.formula(inner, *_activation_sides(page, activation, (z, a)))
    if structure.canonical:
        yield from cancelled(page, delta, where)
    else:
        yield Paragraph(words("delta.product", where=where))
        yield _with_formula(page, delta)
    yield Paragraph(words("delta.use"))


@cache
def _loss_derivative(loss: Loss, outputs: int, corner: int | None) -> Rule:
    """The derivative of the loss for one prediction. Slots: the prediction, its target."""
    definition = loss_slope(loss, outputs, corner)
    return Rule(2, definition, definition)


@cache
def _sum_of_products(count: int) -> Rule:
    """Σ δ·w over the units of the next layer."""
    total = add(mul((slot(k), slot(count + k))) for k in range(count))
    return Rule(2 * count, total, total)


def _activation_sides(page: Page, activation: Activation, quantities: tuple[Quantity, Quantity]) -> list[str]:
    rule, needed = activation_derivative(activation)
    symbols = [page.symbol(quantities[number]) for number in needed]
    return list(dict.fromkeys(with_symbols(printed(side), symbols) for side in (rule.symbolic, rule.numeric)))


def _with_formula(page: Page, quantity: Quantity) -> Equation:
    """Write a quantity out with its definition in symbols, derivatives written out, before the numbers."""
    assert quantity.rule is not None
    found = page.chains[page.place(quantity)]
    formula = with_symbols(printed(quantity.rule.numeric), [page.symbols[arg] for arg in quantity.args])
    (relation, side), *others = found.links[1:]
    if page.values.rounded and others:
        relation = EQUAL
    return page.equation(replace(found, links=((EQUAL, formula), (relation, side), *others)), quantity.key)


def explain_appendix(page: Page, parameter: Quantity) -> Iterator[Block]:
    """Take the chain rule for one parameter apart, factor by factor; then give every gradient in closed form."""
    words = page.words
    yield Heading(1, words("explain.heading", weight=page.math(parameter)))
    gradient = page.tape[f"grad_{parameter.key}"]
    if parameter.unit:
        yield from _factors(page, parameter, gradient)
    else:
        units = words.count("count.unit", page.structure.layers[parameter.layer - 1].units)
        yield Paragraph(words("explain.path_shared", weight=page.math(parameter), units=units))
        yield page.chain(gradient)
    if any(page.tape.quantities[arg].kind is Kind.HYPERPARAMETER for arg in gradient.args):
        yield Paragraph(words("explain.penalty"))
    if f"new_{parameter.key}" in page.tape.place:
        yield Paragraph(words("explain.update"))
        yield page.chain(f"new_{parameter.key}")
    yield Heading(2, words("explain.closed"))
    yield from _closed_forms(page)


def _factors(page: Page, parameter: Quantity, gradient: Quantity) -> Iterator[Block]:
    words, sample = page.words, page.samples[0]
    end, layer, unit = suffix(sample), parameter.layer, parameter.unit
    keys = (f"z_{layer}_{unit}", f"a_{layer}_{unit}", own_loss(page.structure))
    z, a, loss = (page.tape[key + end] for key in keys)
    is_bias = parameter.kind is Kind.BIAS
    if page.structure.cancels(layer) or page.structure.shares(layer):
        yield from _two_factors(page, parameter, gradient)
        return
    fillings = {"weight": page.math(parameter), "z": page.math(z), "a": page.math(a)}
    yield Paragraph(words("explain.path_bias" if is_bias else "explain.path", **fillings))
    outer, middle, inner = ratio(page, loss, a), ratio(page, a, z), ratio(page, z, parameter)
    yield page.formula(ratio(page, loss, parameter), rf"{outer} \cdot {middle} \cdot {inner}")
    if sample:
        yield Paragraph(words("explain.sample", number=str(sample)))
    yield from _outer_factor(page, a, loss, outer)
    yield Paragraph(words("explain.middle"))
    rule, needed = activation_derivative(page.structure.layers[layer - 1].activation)
    yield page.aside(middle, rule, [(page.place(z), page.place(a))[number] for number in needed])
    yield from _inner_factor(page, parameter, inner, "inner")
    yield Paragraph(words("explain.product_samples" if sample else "explain.product"))
    yield page.formula(page.symbol(f"delta_{layer}_{unit}{end}"), rf"{outer} \cdot {middle}")
    yield page.chain(gradient)


def _two_factors(page: Page, parameter: Quantity, gradient: Quantity) -> Iterator[Block]:
    """Take the chain rule apart where the delta is no product of two factors itself."""
    words, sample, layer, unit = page.words, page.samples[0], parameter.layer, parameter.unit
    end, bias = suffix(sample), "_bias" if parameter.kind is Kind.BIAS else ""
    z, delta, loss = (
        page.tape[key + end] for key in (f"z_{layer}_{unit}", f"delta_{layer}_{unit}", own_loss(page.structure))
    )
    yield Paragraph(words(f"explain.path_delta{bias}", weight=page.math(parameter), z=page.math(z)))
    inner = ratio(page, z, parameter)
    yield page.formula(ratio(page, loss, parameter), rf"{ratio(page, loss, z)} \cdot {inner}")
    if sample:
        yield Paragraph(words("explain.sample", number=str(sample)))
    yield Paragraph(words("explain.delta"))
    yield page.chain(delta)
    yield from _inner_factor(page, parameter, inner, "inner_second")
    yield Paragraph(words("explain.product_two_samples" if sample else "explain.product_two"))
    yield page.chain(gradient)


def _inner_factor(page: Page, parameter: Quantity, inner: str, key: str) -> Iterator[Block]:
    words, layer, end = page.words, parameter.layer, suffix(page.samples[0])
    if parameter.kind is Kind.BIAS:
        yield Paragraph(words(f"explain.{key}_bias"))
        return
    x = page.tape[(f"a_{layer - 1}_{parameter.source}" if layer > 1 else f"x_{parameter.source}") + end]
    z = page.math(f"z_{layer}_{parameter.unit}{end}")
    yield Paragraph(words(f"explain.{key}", x=page.math(x), weight=page.math(parameter), z=z))
    yield page.known(inner, x)


def _outer_factor(page: Page, a: Quantity, loss: Quantity, outer: str) -> Iterator[Block]:
    words, structure = page.words, page.structure
    end = suffix(a.sample)
    if a.layer == len(structure.layers):
        yield Paragraph(words("explain.outer_loss"))
        corners = structure.corners[0] if structure.corners else (None,) * structure.outputs
        rule = _loss_derivative(structure.loss, structure.outputs, corners[a.unit - 1])
        yield page.aside(outer, rule, [page.place(a), page.place(f"y_{a.unit}{end}")])
        return
    yield Paragraph(words("explain.outer_layer", a=page.math(a)))
    following = a.layer + 1
    units = range(1, structure.layers[a.layer].units + 1)
    places = [page.place(f"delta_{following}_{k}{end}") for k in units]
    places += [page.place(f"w_{following}_{a.unit}_{k}") for k in units]
    yield page.aside(outer, _sum_of_products(len(units)), places)


def _closed_forms(page: Page) -> Iterator[Block]:
    words, structure = page.words, page.structure
    shared = [number for number in range(1, len(structure.layers) + 1) if structure.has_adjoints(number)]
    terms = structure.samples * prod(shape.units for shape in structure.layers[1:])
    terms *= prod(structure.layers[number - 1].units for number in shared)
    if terms > MOST_TERMS:
        yield Paragraph(words("explain.closed_long", number=str(terms)))
    if terms > MOST_TERMS or page.brief:
        yield from _general_forms(page, [number for number in shared if number < len(structure.layers)])
        return
    yield Paragraph(words("explain.closed_text"))
    for number in range(1, len(structure.layers) + 1):
        for parameter in page.parameters(number):
            gradient = page.place(f"grad_{parameter.key}")
            yield page.formula(page.symbols[gradient], with_symbols(_closed(page.tape)[gradient], page.symbols))


def _general_forms(page: Page, shared: Sequence[int]) -> Iterator[Block]:
    """Give the gradients in terms of the deltas; ``shared`` are the hidden layers whose units share a sum."""
    words, structure, notation = page.words, page.structure, page.notation
    yield Paragraph(words("explain.closed_general" if structure.single else "explain.closed_general_samples"))
    yield from (page.formula(*pair) for pair in notation.general)
    if notation.general_inputs:
        yield Paragraph(words("explain.closed_inputs", statement=(Math(notation.general_inputs),)))
    if len(structure.layers) > 1 + len(shared):
        yield Paragraph(words("explain.closed_hidden"))
        yield page.formula(*notation.general_delta)
    if shared:
        activation = words.title(structure.layers[shared[0] - 1].activation)
        yield Paragraph(words("explain.closed_shared", activation=activation))
        yield page.formula(*notation.general_shared)
    if structure.penalty is not None:
        yield Paragraph(words("backward.penalty"))


@lru_cache(maxsize=32)
def _closed(tape: Tape) -> dict[int, Pattern]:
    """Print every gradient with the deltas written out, over the places of the tape."""
    deltas: dict[int, sympy.Expr] = {}
    for place in sorted((*tape.by_kind[Kind.ADJOINT], *tape.by_kind[Kind.DELTA])):
        deltas[place] = _written_out(tape.quantities[place], deltas)
    return {place: printed(_written_out(tape.quantities[place], deltas)) for place in tape.by_kind[Kind.GRADIENT]}


def _written_out(quantity: Quantity, deltas: dict[int, sympy.Expr]) -> sympy.Expr:
    """Put the definition of each delta in its place; every other quantity stays a slot with its place on the tape."""
    assert quantity.rule is not None
    filled = {slot(number): deltas.get(arg, slot(arg)) for number, arg in enumerate(quantity.args)}
    return _without_ones(replaced(quantity.rule.numeric, filled))


def _without_ones(expression: sympy.Expr) -> sympy.Expr:
    """Leave out factors of 1, which the derivative of the identity is."""
    parts = [_without_ones(part) for part in expression.args]
    if expression.is_Mul:
        return mul([part for part in parts if part != 1] or parts[:1])
    return rebuilt(expression, parts) if parts else expression
