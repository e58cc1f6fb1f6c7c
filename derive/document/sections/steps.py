"""The four steps: forward pass, loss, backward pass, update."""

from collections.abc import Iterator

from derive.document.blocks import Block, Heading, Paragraph
from derive.document.page import Page
from derive.document.sections.network import frozen_names
from derive.kind import Kind
from derive.tape.forward import suffix


def forward_section(page: Page) -> Iterator[Block]:
    """Work the forward pass, layer by layer and unit by unit."""
    words = page.words
    yield Heading(1, words("forward.heading"))
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
    words, structure = page.words, page.structure
    yield Heading(1, words("backward.heading"))
    yield Paragraph(words("backward.text"))
    if structure.samples > 1:
        yield Paragraph(words("backward.samples"))
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
    yield from (page.chain(page.tape.quantities[place]) for place in updated)
    if page.structure.frozen:
        names = frozen_names(page)
        yield Paragraph(words("update.frozen", names=names[0].upper() + names[1:]))
