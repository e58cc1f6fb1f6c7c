"""The first three steps: forward pass, loss, backward pass."""

from collections.abc import Iterator

from derive.document.blocks import Block, Heading, Paragraph
from derive.document.page import Page
from derive.document.sections.brief import brief_backward, brief_forward, brief_loss
from derive.document.sections.form import in_form
from derive.document.sections.jacobian import delta_forms, jacobian, pulls_alike
from derive.document.sections.matrix import backward_lines, forward_lines, parameter_matrices
from derive.document.sections.summary import parameter_values
from derive.kind import Kind
from derive.tape.forward import suffix


def forward_section(page: Page) -> Iterator[Block]:
    """Work the forward pass, as the config asks: unit by unit, in matrix form, or both."""
    yield page.heading("forward.heading")
    yield from _where(page)
    yield from in_form(page, brief_forward if page.brief else _forward_chains, forward_lines)


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
                if not page.structure.shares(number):
                    yield page.chain(f"a_{number}_{unit}{suffix(sample)}")
            if page.structure.shares(number):
                yield from _shares(page, number, sample)


def _shares(page: Page, number: int, sample: int) -> Iterator[Block]:
    """Work the sum that the units of a layer share, and what each has of it."""
    yield Paragraph(page.words("forward.sum"))
    yield page.chain(f"sum_{number}{suffix(sample)}")
    yield Paragraph(page.words("forward.activations"))
    for unit in range(1, page.structure.layers[number - 1].units + 1):
        yield page.chain(f"a_{number}_{unit}{suffix(sample)}")


def _where(page: Page) -> Iterator[Block]:
    """Say which of several updates this is, and what it starts from."""
    words, step, training = page.words, page.step, page.training
    if training.updates == 1 and training.start.tape.structure.samples == len(page.samples):
        return
    number, epoch = words.number(step.number), words.number(step.epoch)
    if training.start.tape.structure.single:
        yield Paragraph(words("step.where_single", number=number, epoch=epoch))
    else:
        yield Paragraph(words("step.where", number=number, epoch=epoch, samples=_samples(page)))
    if step.number > 1:
        yield Paragraph(words("step.start", before=words.number(step.number - 1)))
        yield from _start(page)


def _samples(page: Page) -> str:
    """Say which samples a step is made with."""
    words = page.words
    if len(page.samples) == page.training.start.tape.structure.samples:
        return words.plain("step.all")
    listed = words.listed([str(sample) for sample in page.samples])
    return words.plain("step.samples.one" if len(page.samples) == 1 else "step.samples.many", numbers=listed)


def _start(page: Page) -> Iterator[Block]:
    """Give the parameters that a later step starts from; lines of matrices give them as well."""
    if page.brief and page.config.report.form == "scalar":
        yield from parameter_matrices(page)
    elif not page.brief:
        yield parameter_values(page)


def loss_section(page: Page) -> Iterator[Block]:
    """Work the loss of each sample, and the one over all samples."""
    words, structure = page.words, page.structure
    yield page.heading("loss.heading")
    yield Paragraph(words("loss.text", title=words.title(structure.loss)))
    whole = "loss" if structure.penalty is None else "data_loss"
    for sample in page.samples[:1] if page.brief else page.samples:
        if not structure.single:
            for output in range(1, structure.outputs + 1):
                target = page.tape[f"y_{output}{suffix(sample)}"]
                if target.rule is not None:
                    yield page.chain(target)
        yield page.chain(f"loss{suffix(sample)}" if sample else whole)
    if page.brief and not structure.single:
        yield from brief_loss(page)
    if not structure.single:
        yield Paragraph(words(f"loss.reduced.{structure.reduction}"))
        yield page.chain(whole)
    if structure.penalty is not None:
        yield Paragraph(words("loss.penalty"))
        yield page.chain("penalty")
        yield page.chain("loss")
        yield from (Paragraph(words.sentence(part, "kink")) for part in structure.penalty.penalties if part.kink)


def backward_section(page: Page) -> Iterator[Block]:
    """Work each layer's deltas and gradients, from the output back."""
    yield page.heading("backward.heading")
    if page.is_first:
        yield Paragraph(page.words("backward.text"))
        if not page.structure.single:
            yield Paragraph(page.words("backward.samples"))
        if page.structure.penalty is not None:
            yield Paragraph(page.words("backward.penalty"))
    yield from in_form(page, brief_backward if page.brief else _backward_chains, backward_lines)


def _backward_chains(page: Page) -> Iterator[Block]:
    words, structure = page.words, page.structure
    gradients = [page.tape.quantities[place] for place in page.tape.by_kind[Kind.GRADIENT]]
    for number in range(len(structure.layers), 0, -1):
        yield Heading(2, words("backward.layer", layer=page.layer_title(number)))
        units = structure.layers[number - 1].units
        many = "one" if units == 1 else "many"
        yield from delta_forms(page, number)
        for sample in page.samples:
            if page.structure.has_adjoints(number):
                if sample:
                    yield Paragraph(words("backward.adjoint_sample", number=str(sample)))
                else:
                    yield Paragraph(words("backward.adjoint"))
                yield from (page.chain(f"adjoint_{number}_{unit}{suffix(sample)}") for unit in range(1, units + 1))
                yield from jacobian(page, number, sample)
                yield from pulls_alike(page, number, sample)
            if sample:
                yield Paragraph(words(f"backward.delta_sample.{many}", number=str(sample)))
            else:
                yield Paragraph(words(f"backward.delta.{many}"))
            for unit in range(1, units + 1):
                yield page.chain(f"delta_{number}_{unit}{suffix(sample)}")
        yield Paragraph(words("backward.gradients"))
        yield from (page.chain(gradient) for gradient in gradients if gradient.layer == number)
