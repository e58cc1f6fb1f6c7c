"""The steps in matrix form: one line for each layer.

A line that a network has no matrix form of is left to the chains of its elements.
"""

from collections.abc import Iterator
from dataclasses import replace

from derive.document.blocks import Block, Equation, Math, Paragraph, Spans
from derive.document.layerlines import affine, bias_gradients, carried_back, weight_gradients
from derive.document.layers import Layers
from derive.document.matrices import Piece, set_rows
from derive.document.matrixline import Places, Product, elementwise_line, product_line, texts_of
from derive.document.page import Page
from derive.document.sections.jacobian import delta_forms, jacobian, pulls_alike
from derive.kind import Kind
from derive.notation.marks import MARK, number_of
from derive.tape.forward import suffix


def forward_lines(page: Page) -> Iterator[Block]:
    """Give the matrices of a step, then write the pre-activations and activations of each layer."""
    layers = Layers(page)
    yield from _conventions(page, layers)
    yield from _matrices(page, layers)
    for number in range(1, len(page.structure.layers) + 1):
        yield Paragraph(page.words("matrix.layer", layer=page.layer_title(number)))
        yield from _or_chains(page, layers, layers.sampled(Kind.PRE_ACTIVATION, number), affine(layers, number))
        if page.structure.shares(number):
            samples = page.samples[:1] if page.brief else page.samples
            yield from (page.chain(f"sum_{number}{suffix(sample)}") for sample in samples)
        yield from _elementwise(page, layers, layers.sampled(Kind.ACTIVATION, number))


def _conventions(page: Page, layers: Layers) -> Iterator[Paragraph]:
    """Say how matrices are written, at the first of the steps that are worked."""
    if page.is_first:
        many = "many" if layers.batch else "one"
        yield Paragraph((*_weights(page), *page.words(f"matrix.{page.config.report.batch}.{many}", **_general(page))))
        function = Math(f"f({page.notation.matrices.symbol(Kind.PRE_ACTIVATION)})")
        yield Paragraph(page.words("matrix.elementwise", f=(function,)))
        if page.brief:
            yield Paragraph(page.words("matrix.thinned"))


def _weights(page: Page) -> Spans:
    """Say what the rows and columns of a weight matrix are."""
    order = "to_from" if page.notation.matrices.to_from else "from_to"
    return page.words(f"matrix.{order}", **_general(page))


_LETTERS = {
    "x": Kind.INPUT, "y": Kind.TARGET, "w": Kind.WEIGHT, "b": Kind.BIAS, "z": Kind.PRE_ACTIVATION,
    "a": Kind.ACTIVATION, "delta": Kind.DELTA,
}  # fmt: skip


def _general(page: Page) -> dict[str, Spans]:
    """Return the symbols of the matrices of any layer, by what sentences call them."""
    matrices, batch = page.notation.matrices, len(page.samples) > 1

    def symbol(kind: Kind) -> Spans:
        layer = "" if kind in (Kind.INPUT, Kind.TARGET) else "l"
        return (Math(matrices.symbol(kind, layer, batch=batch)),)

    return {name: symbol(kind) for name, kind in _LETTERS.items()}


def _matrices(page: Page, layers: Layers) -> Iterator[Block]:
    yield from _elements(page, layers, layers.sampled(Kind.INPUT))
    for number in range(1, len(page.structure.layers) + 1):
        yield from _elements(page, layers, layers.weights(number))
        if layers.has_biases(number):
            yield from _elements(page, layers, layers.biases(number))
    yield from _elements(page, layers, layers.sampled(Kind.TARGET))
    yield Paragraph(page.words("matrix.elements"))
    for number in range(1, len(page.structure.layers) + 1):
        for kind in (Kind.PRE_ACTIVATION, Kind.ACTIVATION, Kind.DELTA):
            yield from _elements(page, layers, layers.sampled(kind, number))


def wide_given(page: Page) -> Iterator[Block]:
    """Give what is too much for a line: the matrices of a page that has no lines of matrices."""
    layers = Layers(page)
    yield Paragraph((*_weights(page), *page.words("brief.matrices", **_general(page))))
    for kind in (Kind.INPUT, Kind.TARGET):
        if not layers.batch:
            yield from stated(page, layers, layers.sampled(kind))
    yield from parameter_matrices(page)


def parameter_matrices(page: Page) -> Iterator[Block]:
    """Give the weights and biases that a step starts from."""
    layers = Layers(page)
    for number in range(1, len(page.structure.layers) + 1):
        yield from stated(page, layers, layers.weights(number))
        if layers.has_biases(number):
            yield from stated(page, layers, layers.biases(number))


def stated(page: Page, layers: Layers, places: Places) -> Iterator[Equation]:
    """Give a matrix of values that are worked elsewhere."""
    yield from _given(layers, places, [_value(page, places)])


def _elements(page: Page, layers: Layers, places: Places) -> Iterator[Equation]:
    """Give a matrix by the symbols of its elements and, where it is given, in numbers."""
    sides: list[tuple[str, list[Piece]]] = [("=", [(texts_of(places, page.symbols.__getitem__),)])]
    if all(page.tape.quantities[place].rule is None for place in places.all):
        sides.append(_value(page, places))
    yield from _given(layers, places, sides)


def _value(page: Page, places: Places) -> tuple[str, list[Piece]]:
    """Return the numbers of a matrix, and whether it equals them as they are printed."""
    exact = page.values.rounded or all(page.values.shown[place].exact for place in places.all)
    return ("=" if exact else r"\approx", [(texts_of(places, lambda place: page.values.shown[place].text),)])


def _given(layers: Layers, places: Places, sides: list[tuple[str, list[Piece]]]) -> Iterator[Equation]:
    rows = set_rows(layers(places) or "", sides)
    if rows:
        yield Equation(rows)


def backward_lines(page: Page) -> Iterator[Block]:
    """Write the deltas and gradients of each layer, from the last to the first."""
    layers = Layers(page)
    last = len(page.structure.layers)
    for number in range(last, 0, -1):
        yield Paragraph(page.words("matrix.layer", layer=page.layer_title(number)))
        yield from delta_forms(page, number)
        adjoints = page.structure.has_adjoints(number)
        first = layers.sampled(Kind.ADJOINT if adjoints else Kind.DELTA, number)
        if number == last:
            yield from _elementwise(page, layers, first)
        else:
            yield from _or_chains(page, layers, first, carried_back(layers, number))
        if adjoints:
            for sample in page.samples[:1] if page.brief else page.samples:
                yield from jacobian(page, number, sample)
                yield from pulls_alike(page, number, sample)
            yield from _elementwise(page, layers, layers.sampled(Kind.DELTA, number))
        yield from _or_chains(page, layers, layers.weights(number, "grad_"), weight_gradients(layers, number))
        yield from _bias_gradients(page, layers, number)


def update_lines(page: Page) -> Iterator[Block]:
    """Write the optimizer's lines and the updated weights and biases of each layer, from the last to the first."""
    layers, place = Layers(page), page.tape.place
    for number in range(len(page.structure.layers), 0, -1):
        if f"new_w_{number}_1_1" in place:
            for line in page.structure.optimizer.lines:
                places = layers.weights(number, f"{line.name}_")
                yield from _elementwise(page, layers, places)
            yield from _elementwise(page, layers, layers.weights(number, "new_"))
        if f"new_b_{number}_1" in place:
            for line in page.structure.optimizer.lines:
                places = layers.biases(number, f"{line.name}_")
                yield from _elementwise(page, layers, places)
            yield from _elementwise(page, layers, layers.biases(number, "new_"))
        elif f"new_b_{number}" in place:
            yield from (page.chain(f"{line.name}_b_{number}") for line in page.structure.optimizer.lines)
            yield page.chain(f"new_b_{number}")


def _elementwise(page: Page, layers: Layers, places: Places) -> Iterator[Equation]:
    line = elementwise_line(layers(places) or "", places, page.values, layers)
    yield from _fallen_back(page, layers, places, line)


def _or_chains(page: Page, layers: Layers, places: Places, line: Product | None) -> Iterator[Equation]:
    yield from _fallen_back(page, layers, places, product_line(line, page.values) if line else None)


def _fallen_back(page: Page, layers: Layers, places: Places, line: Equation | None) -> Iterator[Equation]:
    """Write the chains of the elements where there is no line, and the matrix that they make."""
    if line is not None:
        yield replace(line, works=_marks(page, places))
        return
    yield from (page.chain(page.tape.quantities[place]) for place in places.all)
    yield from _given(layers, places, [("=", [(texts_of(places, page.symbols.__getitem__),)])])


def _marks(page: Page, places: Places) -> tuple[int, ...]:
    """Return the numbers of the marks of all elements, where symbols have marks; they are in the order of the tape."""
    first = places.all[0]
    mark = MARK.search(page.symbols[first])
    return tuple(number_of(mark[0]) + place - first for place in places.all) if mark else ()


def _bias_gradients(page: Page, layers: Layers, number: int) -> Iterator[Equation]:
    if page.structure.layers[number - 1].bias == "shared":
        yield page.chain(f"grad_b_{number}")
    elif layers.has_biases(number):
        places = layers.biases(number, "grad_")
        if layers.batch or page.structure.penalty is not None:
            yield from _or_chains(page, layers, places, bias_gradients(layers, number))
        else:
            yield from _elementwise(page, layers, places)
