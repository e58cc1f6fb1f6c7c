"""The steps of a brief page: one line of each kind for each layer, the rest in tables and matrices."""

from collections.abc import Iterator

from derive.document.blocks import Block, Heading, Paragraph
from derive.document.layers import Layers
from derive.document.page import Page
from derive.document.sections.jacobian import delta_forms, pulls_alike
from derive.document.sections.matrix import stated
from derive.document.sections.tables import by_sample, by_unit, calculated_targets, fits_by_sample
from derive.kind import Kind
from derive.tape.forward import suffix
from derive.tape.quantity import Quantity


def brief_forward(page: Page) -> Iterator[Block]:
    """Work one unit of each layer for one sample, and tabulate the values of all."""
    words, end = page.words, suffix(page.samples[0])
    together = _together(page)
    for number in range(1, len(page.structure.layers) + 1):
        yield Heading(2, words("forward.layer", layer=page.layer_title(number)))
        yield from _one_of(page, number, "brief.unit")
        yield page.chain(f"z_{number}_1{end}")
        if page.structure.shares(number):
            yield page.chain(f"sum_{number}{end}")
        yield page.chain(f"a_{number}_1{end}")
        if not together:
            yield from _values(page, number, "z", "a")
    if together:
        yield Paragraph(words("brief.later"))


def _together(page: Page) -> list[Quantity]:
    """Return the forward pass of a sample up to its loss, where a table has room for all of it; else nothing."""
    first = page.samples[0]
    kinds = (Kind.PRE_ACTIVATION, Kind.ACTIVATION, Kind.LOSS)
    found = [q for q in page.tape.quantities if q.kind in kinds and q.sample == first]
    return found if first and fits_by_sample(page, found) else []


def _one_of(page: Page, number: int, key: str) -> Iterator[Paragraph]:
    """Say what the line that follows is an example of, where there are others."""
    sample = page.samples[0]
    if sample:
        yield Paragraph(page.words(f"{key}_sample", sample=str(sample)))
    elif page.structure.layers[number - 1].units > 1:
        yield Paragraph(page.words(key))


def _values(page: Page, number: int, *starts: str) -> Iterator[Block]:
    """Tabulate what each unit of a layer has; nothing for a single unit and sample, whose line says it all."""
    units, end = range(1, page.structure.layers[number - 1].units + 1), suffix(page.samples[0])
    keys = [[f"{start}_{number}_{unit}" for start in starts] for unit in units]
    if end:
        yield Paragraph(page.words("brief.samples"))
        yield from by_sample(page, [page.tape[key + end] for unit in keys for key in unit])
    elif len(units) > 1:
        yield Paragraph(page.words("brief.units"))
        yield by_unit(page, keys)


def brief_loss(page: Page) -> Iterator[Block]:
    """Tabulate the losses of the samples, after that of one was worked."""
    yield Paragraph(page.words("brief.samples"))
    first = page.samples[0]
    targets = calculated_targets(page)
    if targets:
        yield from by_sample(page, targets)
    yield from by_sample(page, _together(page) or [page.tape[f"loss{suffix(first)}"]])


def brief_backward(page: Page) -> Iterator[Block]:
    """Work one delta and one gradient of each layer, and give all of them."""
    words, layers = page.words, Layers(page)
    for number in range(len(page.structure.layers), 0, -1):
        yield Heading(2, words("backward.layer", layer=page.layer_title(number)))
        yield from delta_forms(page, number)
        yield from _one_of(page, number, "brief.delta")
        sample, has_adjoints = page.samples[0], page.structure.has_adjoints(number)
        if has_adjoints:
            yield page.chain(f"adjoint_{number}_1{suffix(sample)}")
            yield from pulls_alike(page, number, sample)
        yield page.chain(f"delta_{number}_1{suffix(sample)}")
        yield from _values(page, number, *["adjoint"] * (has_adjoints and page.structure.single), "delta")
        yield Paragraph(words("brief.gradient"))
        yield from _example_and_all(page, layers, number, "grad_", "brief.gradients")


def brief_update(page: Page) -> Iterator[Block]:
    """Work the update of one weight and one bias of each layer, and give all of them."""
    layers = Layers(page)
    for number in range(len(page.structure.layers), 0, -1):
        if any(f"new_{parameter.key}" in page.tape.place for parameter in page.parameters(number)):
            yield Heading(2, page.words("backward.layer", layer=page.layer_title(number)))
            yield from _example_and_all(page, layers, number, "new_", "brief.updated")


def _example_and_all(page: Page, layers: Layers, number: int, prefix: str, sentence: str) -> Iterator[Block]:
    """Work one weight's and one bias's line, then give the matrices that hold all."""
    place, bias = page.tape.place, f"b_{number}_1" if layers.has_biases(number) else f"b_{number}"
    has_weights, has_bias = f"{prefix}w_{number}_1_1" in place, prefix + bias in place
    lines = page.structure.optimizer.lines if prefix == "new_" else ()
    for key in [f"w_{number}_1_1"] * has_weights + [bias] * has_bias:
        yield from (page.chain(f"{line.name}_{key}") for line in lines)
        yield page.chain(prefix + key)
    if page.config.report.form == "scalar":
        yield Paragraph(page.words(sentence))
        if has_weights:
            yield from stated(page, layers, layers.weights(number, prefix))
        if has_bias and layers.has_biases(number):
            yield from stated(page, layers, layers.biases(number, prefix))
