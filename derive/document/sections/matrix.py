"""The steps in matrix form: one line for each layer.

A line that a network has no matrix form of is left to the chains of its elements.
"""

from collections.abc import Iterator

from derive.document.blocks import Block, Equation, Heading, Paragraph
from derive.document.layerlines import affine, bias_gradients, carried_back, weight_gradients
from derive.document.layers import Layers
from derive.document.matrices import Piece, set_rows
from derive.document.matrixline import Places, Product, elementwise_line, product_line, texts_of
from derive.document.page import Page
from derive.kind import Kind


def matrices_given(page: Page) -> Iterator[Block]:
    """State how matrices are written, and give those of the config."""
    words, layers = page.words, Layers(page)
    many = "many" if layers.batch else "one"
    yield Heading(2, words("matrix.heading"))
    yield Paragraph(words(f"matrix.{page.config.report.batch}.{many}"))
    yield Paragraph(words("matrix.elementwise"))
    yield from _stated(page, layers, Kind.INPUT, layers.sampled(Kind.INPUT))
    for number in range(1, len(page.structure.layers) + 1):
        yield from _stated(page, layers, Kind.WEIGHT, layers.weights(number), number)
        if layers.has_biases(number):
            yield from _stated(page, layers, Kind.BIAS, layers.biases(number), number)
    yield from _stated(page, layers, Kind.TARGET, layers.sampled(Kind.TARGET))
    yield Paragraph(words("matrix.elements"))
    for number in range(1, len(page.structure.layers) + 1):
        for kind in (Kind.PRE_ACTIVATION, Kind.ACTIVATION, Kind.DELTA):
            yield from _stated(page, layers, kind, layers.sampled(kind, number), number)


def _stated(page: Page, layers: Layers, kind: Kind, places: Places, layer: int = 0) -> Iterator[Equation]:
    """Give a matrix by its elements, in symbols and, where it is given, in numbers."""
    sides: list[tuple[str, list[Piece]]] = [("=", [(texts_of(places, page.symbols.__getitem__),)])]
    if all(page.tape.quantities[place].rule is None for place in places.all):
        sides.append(("=", [(texts_of(places, lambda place: page.values.shown[place].text),)]))
    rows = set_rows(layers.symbol(kind, layer), sides)
    if rows:
        yield Equation(rows)


def forward_lines(page: Page) -> Iterator[Block]:
    """Write the pre-activations and activations of each layer."""
    layers = Layers(page)
    for number in range(1, len(page.structure.layers) + 1):
        yield Paragraph(page.words("matrix.layer", layer=page.layer_title(number)))
        yield from _or_chains(page, layers.sampled(Kind.PRE_ACTIVATION, number), affine(layers, number))
        yield from _elementwise(page, layers, Kind.ACTIVATION, layers.sampled(Kind.ACTIVATION, number), number)


def backward_lines(page: Page) -> Iterator[Block]:
    """Write the deltas and gradients of each layer, from the last to the first."""
    layers = Layers(page)
    last = len(page.structure.layers)
    for number in range(last, 0, -1):
        yield Paragraph(page.words("matrix.layer", layer=page.layer_title(number)))
        deltas = layers.sampled(Kind.DELTA, number)
        if number == last:
            yield from _elementwise(page, layers, Kind.DELTA, deltas, number)
        else:
            yield from _or_chains(page, deltas, carried_back(layers, number))
        gradients = weight_gradients(layers, number) if page.structure.penalty is None else None
        yield from _or_chains(page, layers.weights(number, "grad_"), gradients)
        yield from _bias_gradients(page, layers, number)


def update_lines(page: Page) -> Iterator[Block]:
    """Write the updated weights and biases of each layer, from the last to the first."""
    layers = Layers(page)
    for number in range(len(page.structure.layers), 0, -1):
        if f"new_w_{number}_1_1" in page.tape.place:
            yield from _elementwise(page, layers, Kind.WEIGHT, layers.weights(number, "new_"), number, NEW)
        if layers.has_biases(number):
            if f"new_b_{number}_1" in page.tape.place:
                yield from _elementwise(page, layers, Kind.BIAS, layers.biases(number, "new_"), number, NEW)
        elif f"new_b_{number}" in page.tape.place:
            yield page.chain(f"new_b_{number}")


NEW = r"\text{new}"


def _elementwise(
    page: Page, layers: Layers, kind: Kind, places: Places, layer: int, mark: str = ""
) -> Iterator[Equation]:
    line = elementwise_line(layers.symbol(kind, layer, mark), places, page.values, layers)
    yield from _fallen_back(page, places, line)


def _or_chains(page: Page, places: Places, line: Product | None) -> Iterator[Equation]:
    yield from _fallen_back(page, places, product_line(line, page.values) if line else None)


def _fallen_back(page: Page, places: Places, line: Equation | None) -> Iterator[Equation]:
    if line is not None:
        yield line
    else:
        yield from (page.chain(page.tape.quantities[place]) for place in places.all)


def _bias_gradients(page: Page, layers: Layers, number: int) -> Iterator[Equation]:
    if page.structure.layers[number - 1].bias == "shared":
        yield page.chain(f"grad_b_{number}")
    elif layers.has_biases(number) and page.structure.penalty is not None:
        yield from _fallen_back(page, layers.biases(number, "grad_"), None)
    elif layers.has_biases(number):
        places = layers.biases(number, "grad_")
        if layers.batch:
            yield from _or_chains(page, places, bias_gradients(layers, number))
        else:
            yield from _fallen_back(
                page, places, elementwise_line(layers.gradient(Kind.BIAS, number), places, page.values, layers)
            )
