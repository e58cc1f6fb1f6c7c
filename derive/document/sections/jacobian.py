"""Deltas that do not go through a single slope: those of a softmax, and those whose factors cancel."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from sympy import Expr, Integer, Pow

from derive.catalog.layer_activations import LayerActivation
from derive.document.blocks import Block, Equation, Paragraph
from derive.document.chain import CLOSE, EQUAL, Chain, linked
from derive.document.matrices import Matrix, Piece, grid, set_rows
from derive.document.page import Page
from derive.kind import Kind
from derive.notation.name import sample_mark
from derive.notation.pattern import BREAK, with_symbols
from derive.notation.printer import printed
from derive.symbolic import derivative, minus, mul, slots
from derive.tape.evaluate import aside
from derive.tape.forward import suffix
from derive.tape.layer import jacobian_rule
from derive.tape.loss import loss_slope, scaled_term
from derive.tape.quantity import Quantity
from derive.tape.structure import Structure


def delta_forms(page: Page, number: int) -> Iterator[Paragraph]:
    """Say how the deltas of a layer come about, where that is not as the introduction of the step says."""
    structure, words = page.structure, page.words
    if structure.cancels(number):
        activation = words.title(structure.layers[number - 1].activation)
        yield Paragraph(words("backward.short", loss=words.title(structure.loss), activation=activation))
    elif structure.shares(number):
        yield Paragraph(words("backward.jacobian"))


MOST_UNITS = 4
"""The Jacobian of a layer of more units than this is not written as a matrix."""


def jacobian(page: Page, number: int, sample: int) -> Iterator[Block]:
    """Write the derivatives of a layer's activations for its pre-activations as a matrix.

    Where the formulas or the numbers put in have no room, they are left out.
    """
    activation, units = page.structure.layers[number - 1].activation, page.structure.layers[number - 1].units
    assert isinstance(activation, LayerActivation)
    if units > MOST_UNITS:
        return
    places = [page.place(f"a_{number}_{unit}{suffix(sample)}") for unit in range(1, units + 1)]
    elements = grid(
        units, units, lambda i, j: _element(page, activation, [places[n - 1] for n in dict.fromkeys((i, j))])
    )
    sides: list[tuple[str, list[Piece]]] = []
    for part in zip(*elements.all, strict=True):
        relation = CLOSE if CLOSE in [each for each, _ in part] else EQUAL
        sides.append((relation, [(Matrix(elements.like([text.replace(BREAK, "") for _, text in part])),)]))
    above, below = (
        page.notation.matrices.symbol(kind, number, step=page.marked_step, mark=sample_mark(sample))
        for kind in (Kind.ACTIVATION, Kind.PRE_ACTIVATION)
    )
    symbol = rf"\frac{{\partial {above}}}{{\partial {below}}}"
    value = (CLOSE if CLOSE in dict(sides) else EQUAL, sides[-1][1])
    found = (set_rows(symbol, kept) for kept in (sides, [sides[0], value], [value]))
    whole = next((rows for rows in found if rows and not any(r"\cdots" in side for _, side in rows)), None)
    if whole:
        key = "backward.matrix_sample" if sample else "backward.matrix"
        yield Paragraph(page.words(key, number=str(sample)))
        yield Equation(whole)


def _element(page: Page, activation: LayerActivation, args: Sequence[int]) -> Sequence[tuple[str, str]]:
    """Write one element of a Jacobian: the formula, the numbers put in, and the value."""
    rule = jacobian_rule(activation, len(args))
    value = aside(rule, args, page.values)
    formula, numbers, *worked = linked("", rule, args, value, page.values, page.symbols).links
    relation = CLOSE if CLOSE in dict(worked) else EQUAL
    return formula, numbers, (relation, value.text)


def pulls_alike(page: Page, number: int, sample: int) -> Iterator[Paragraph]:
    """Say why the deltas of a layer are 0, where the loss pulls all activations alike and they can't all give way."""
    units = range(1, page.structure.layers[number - 1].units + 1)
    adjoints, deltas = (
        {page.values[f"{start}_{number}_{unit}{suffix(sample)}"] for unit in units} for start in ("adjoint", "delta")
    )
    if len(adjoints) == 1 and deltas == {0} != adjoints:
        yield Paragraph(page.words("backward.alike"))


def own_loss(structure: Structure) -> str:
    """Return how the key of a sample's own loss begins: what is left of the loss without a penalty."""
    return "data_loss" if structure.single and structure.penalty else "loss"


def _part(page: Page, loss: Quantity, target: Quantity) -> str:
    """Write the symbol of an output's part of a loss: the output's index stands below it."""
    whole, output = page.names[page.place(loss)], page.names[page.place(target)]
    assert whole is not None
    assert output is not None
    return replace(whole, sub=output.sub).latex


def ratio(page: Page, of: Quantity, by: Quantity) -> str:
    """Write a derivative."""
    return rf"\frac{{\partial {page.symbol(of)}}}{{\partial {page.symbol(by)}}}"


def cancelled(page: Page, delta: Quantity, where: str) -> Iterator[Block]:
    """Go from the chain rule to the short form of the first output's delta, step by step, then put the numbers in."""
    canonical, outputs = page.structure.loss.canonical, page.structure.outputs
    assert canonical is not None
    shared = page.structure.shares(delta.layer)
    units = range(1, outputs + 1 if shared else 2)
    end = suffix(delta.sample)
    symbols = [page.symbol(f"{key}_{unit}{end}") for key in (f"a_{delta.layer}", "y") for unit in units]
    p, y = slots(len(units)), slots(len(units), start=len(units))
    for number, (sentence, step) in enumerate(canonical.steps, 1):
        key = "delta.step" if number > 1 else "delta.cancel_sum" if shared else "delta.cancel"
        yield Paragraph(page.words(key, text=page.words.step(canonical.activation, number, sentence)))
        yield page.formula(page.symbol(delta), with_symbols(printed(step(p, y)), symbols))
    yield Paragraph(page.words("delta.numbers", where=where))
    yield page.chain(delta)


def layer_delta(page: Page, delta: Quantity, loss: Quantity, where: str) -> Iterator[Block]:
    """Derive the delta of the first output of a layer whose units share a sum."""
    words, layer, end = page.words, delta.layer, suffix(delta.sample)
    activation = page.structure.layers[layer - 1].activation
    assert isinstance(activation, LayerActivation)
    units = range(1, page.structure.outputs + 1)
    z, total, y = (page.tape[f"{key}{end}"] for key in (f"z_{layer}_1", f"sum_{layer}", "y_1"))
    outputs = [page.tape[f"a_{layer}_{unit}{end}"] for unit in units]
    yield Paragraph(words("delta.layer_text", z=page.math(z), sum=page.math(total)))
    terms = [rf"{ratio(page, loss, a)} \cdot {ratio(page, a, z)}" for a in outputs]
    yield _formula(page, page.symbol(delta), f"{BREAK} + ".join(terms))
    yield from loss_for_prediction(page, outputs[0], y, loss)
    yield Paragraph(words("delta.likewise"))
    yield Paragraph(words("delta.layer_activation", z=page.math(z), activation=words.title(activation)))
    for unit in (1, 2):
        symbols = [page.symbol(f"z_{layer}_{unit}{end}"), page.symbol(z), page.symbol(total)]
        symbols += [page.symbol(outputs[unit - 1]), page.symbol(outputs[0])]
        sides = [with_symbols(printed(side), symbols) for side in _quotient(activation, own=unit == 1)]
        yield page.formula(ratio(page, outputs[unit - 1], z), *sides)
    if page.structure.canonical:
        yield from cancelled(page, delta, where)
    else:
        yield Paragraph(words("delta.layer_product", where=where))
        yield page.chain(delta)


def _formula(page: Page, symbol: str, side: str) -> Equation:
    """Set a formula; a brief page leaves the middle of it out."""
    return page.equation(Chain(symbol, ((EQUAL, side),)))


def loss_for_prediction(page: Page, a: Quantity, y: Quantity, loss: Quantity) -> Iterator[Block]:
    """Write the part of the loss that holds a prediction, and its derivative."""
    words, structure, symbols = page.words, page.structure, [page.symbol(a), page.symbol(y)]
    yield Paragraph(words("delta.loss", loss_title=words.title(structure.loss), a=page.math(a)))
    part = with_symbols(printed(scaled_term(structure.loss, structure.outputs)), symbols)
    yield page.formula(page.symbol(loss) if structure.outputs == 1 else _part(page, loss, y), part)
    yield Paragraph(words("delta.loss_derivative"))
    slope = loss_slope(structure.loss, structure.outputs)
    yield page.formula(ratio(page, loss, a), with_symbols(printed(slope), symbols))


def _quotient(activation: LayerActivation, *, own: bool) -> Sequence[Expr]:
    """Differentiate f(z_i) / S for z_1. Slots: z_i, z_1, S, a_i, a_1; for the ``own`` one i is 1.

    For a part f that is its own derivative, as e^z is.
    """
    z, first, total, a, a_first = slots(5)
    slope = derivative(activation.part(z), z) if own else Integer(0)
    above = minus(mul((slope, total)), mul((activation.part(z), derivative(activation.part(first), first))))
    quotient = mul((above, Pow(total, Integer(-2), evaluate=False)))
    layer = (a_first,) if own else (a_first, a)
    middle = [minus(a_first, mul((a_first, a_first)))] if own else []
    return [quotient, *middle, activation.derivative(layer, len(layer) - 1, 0)]
