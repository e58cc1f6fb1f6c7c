"""The four steps: forward pass, loss, backward pass, update."""

from collections.abc import Callable, Iterator

from derive.document.blocks import Block, Heading, Paragraph
from derive.document.page import Page
from derive.document.sections.matrix import backward_lines, forward_lines, update_lines
from derive.document.sections.network import frozen_names
from derive.kind import Kind
from derive.tape.forward import suffix

Part = Callable[[Page], Iterator[Block]]


def forward_section(page: Page) -> Iterator[Block]:
    """Work the forward pass, as the config asks: unit by unit, in matrix form, or both."""
    yield Heading(1, page.words("forward.heading"))
    yield from _in_form(page, _forward_chains, forward_lines)


def _in_form(page: Page, chains: Part, lines: Part) -> Iterator[Block]:
    form = page.config.report.form
    if form != "matrix":
        yield from chains(page)
    if form == "both":
        yield Heading(2, page.words("matrix.heading"))
    if form != "scalar":
        yield from lines(page)


def _forward_chains(page: Page) -> Iterator[Block]:
    words = page.words
    layers = page.structure.layers
    for sample in page.samples:
        if sample:
            yield Heading(2, words("forward.sample", number=str(sample)))
        for number, shape in enumerate(layers, 1):
            yield Heading(3 if sample else 2, words("forward.layer", layer=page.layer_title(number)))
            for unit in range(1, shape.units + 1):
                last = number == len(layers)
                if shape.units > 1:
                    yield Paragraph(words("forward.unit", number=str(unit)))
                elif last and len(layers) > 1:
                    yield Paragraph(words("forward.output"))
                yield page.chain(f"z_{number}_{unit}{suffix(sample)}")
                yield page.chain(f"a_{number}_{unit}{suffix(sample)}")


def loss_section(page: Page) -> Iterator[Block]:
    """Work the loss of each sample, and the one over all samples."""
    words, structure = page.words, page.structure
    yield Heading(1, words("loss.heading"))
    yield Paragraph(words("loss.text", title=words.title(structure.loss)))
    for sample in page.samples:
        if structure.samples > 1:
            for output in range(1, structure.outputs + 1):
                target = page.tape[f"y_{output}{suffix(sample)}"]
                if target.rule is not None:
                    yield page.chain(target)
        yield page.chain(f"loss{suffix(sample)}")
    if structure.samples > 1:
        yield Paragraph(words(f"loss.reduced.{structure.reduction}"))
        yield page.chain("loss")


def backward_section(page: Page) -> Iterator[Block]:
    """Work each layer's deltas and gradients, from the output back."""
    yield Heading(1, page.words("backward.heading"))
    yield Paragraph(page.words("backward.text"))
    if page.structure.samples > 1:
        yield Paragraph(page.words("backward.samples"))
    yield from _in_form(page, _backward_chains, backward_lines)


def _backward_chains(page: Page) -> Iterator[Block]:
    words, structure = page.words, page.structure
    gradients = [page.tape.quantities[place] for place in page.tape.by_kind[Kind.GRADIENT]]
    for number in range(len(structure.layers), 0, -1):
        yield Heading(2, words("backward.layer", layer=page.layer_title(number)))
        units = structure.layers[number - 1].units
        many = "one" if units == 1 else "many"
        for sample in page.samples:
            if sample:
                yield Paragraph(words(f"backward.delta_sample.{many}", number=str(sample)))
            else:
                yield Paragraph(words(f"backward.delta.{many}"))
            for unit in range(1, units + 1):
                yield page.chain(f"delta_{number}_{unit}{suffix(sample)}")
        yield Paragraph(words("backward.gradients"))
        yield from (page.chain(gradient) for gradient in gradients if gradient.layer == number)


def update_section(page: Page) -> Iterator[Block]:
    """Work the update of every parameter that is not frozen."""
    words = page.words
    yield Heading(1, words("update.heading"))
    updated = page.tape.by_kind[Kind.UPDATED]
    if not updated:
        yield Paragraph(words("update.none"))
        return
    yield Paragraph(words("update.text", rate=page.statement("eta")))
    yield from _in_form(page, _update_chains, update_lines)
    if page.structure.frozen:
        names = frozen_names(page)
        yield Paragraph(words("update.frozen", names=names[0].upper() + names[1:]))


def _update_chains(page: Page) -> Iterator[Block]:
    return (page.chain(page.tape.quantities[place]) for place in page.tape.by_kind[Kind.UPDATED])
