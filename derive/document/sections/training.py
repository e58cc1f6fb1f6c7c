"""What the training has come to: the loss after each epoch, the last parameters, and the last forward pass."""

from collections.abc import Iterator, Sequence

from derive.document.blocks import Block, Heading, Math, Paragraph, Plot, Spans, Table
from derive.document.page import Page
from derive.document.sections.tables import beside, thinned_rows
from derive.kind import Kind
from derive.numbers.shown import as_written, readable
from derive.tape.composed import Verdict
from derive.training.run import Training

LONG_TABLE, WIDEST_PART = 16, 26
"""A table of more rows is set in two parts side by side, if the values of a row have fewer characters."""

MOST_EPOCHS = 20
"""A table of the loss has at most about so many rows; of more epochs it takes steps that grow."""


def training_section(page: Page, verdict: Verdict | None) -> Iterator[Block]:
    """Say what became of the loss and of the parameters. ``page`` is of the first step with all samples."""
    words, training = page.words, page.training
    if training.updates > 1:
        yield Heading(1, words("training.heading"))
        yield Paragraph(_course(page))
        yield _loss_by_epoch(page)
        if len(training.losses) > 2:
            yield _curve(page)
        yield Heading(2, words("training.parameters"))
        yield _last_parameters(page)
        yield Heading(2, words("training.forward"))
    yield Paragraph(_loss_sentence(page))
    yield _forward_table(page, whole=training.updates > 1)
    if training.stopped is not None:
        yield Paragraph(_stop(page))
    if late := [words.number(step) for step in sorted(page.config.report.show_steps) if step > training.updates]:
        yield Paragraph(words(f"training.unworked.{'one' if len(late) == 1 else 'many'}", numbers=words.listed(late)))
    if training.updates == 1:
        yield Paragraph(words("summary.epochs"))
    if verdict is not None:
        yield Paragraph(_verdict(page, verdict))


def _course(page: Page) -> Spans:
    words, training = page.words, page.training
    return words(
        "training.course.one" if len(training.steps) == 1 else "training.course.many",
        worked=words.listed([words.number(step.number) for step in training.steps]),
        epochs=words.count("count.epoch", training.epochs),
        updates=words.count("count.update", training.updates),
        losses=words.plain("training.losses.single" if page.structure.single else "training.losses.samples"),
    )


def _loss_by_epoch(page: Page) -> Table:
    losses = page.training.losses
    shown = thinned(len(losses) - 1)
    rows = (((Math(str(epoch)),), (Math(losses[epoch][1].text),)) for epoch in shown)
    return Table((page.words("training.epoch"), page.lasting("loss")), tuple(rows))


def thinned(last: int) -> Sequence[int]:
    """Choose epochs from 0 to the last: each of the first few, then 1, 2 and 5 times the powers of ten."""
    if last <= MOST_EPOCHS:
        return range(last + 1)
    steps = [digit * 10**power for power in range(len(str(last))) for digit in (1, 2, 5)]
    return [0, *(epoch for epoch in steps if epoch < last), last]


def _curve(page: Page) -> Plot:
    words, losses = page.words, page.training.losses
    points = tuple((float(epoch), float(loss)) for epoch, (loss, _) in enumerate(losses))
    first, last = (readable(losses[epoch][1].text) for epoch in (0, -1))
    description = words.plain("training.curve_text", epochs=str(page.training.epochs), first=first, last=last)
    title = words.plain("training.curve")
    return Plot(title, description, words.plain("training.epoch"), words.plain("training.loss"), points)


def _last_parameters(page: Page) -> Table:
    words, training = page.words, page.training
    header = (words("summary.parameter"), words("training.first"), words("training.last"))
    layers = range(1, len(page.structure.layers) + 1)
    rows = [
        (page.lasting(parameter), (Math(page.shown(parameter)),), (Math(_final(training, parameter.key)),))
        for number in layers
        for parameter in page.parameters(number)
    ]
    return _table(page, header, rows)


def _table(page: Page, header: tuple[Spans, ...], rows: Sequence[tuple[Spans, ...]]) -> Table:
    """Set a long table in two parts side by side, where the paper is wide enough for them."""
    shown = thinned_rows(page, rows)
    widths = (sum(len(span.tex) for cell in row[1:] for span in cell if isinstance(span, Math)) for row in shown)
    return beside(header, shown, 2 if len(shown) > LONG_TABLE and max(widths) < WIDEST_PART else 1)


def _final(training: Training, key: str) -> str:
    return training.final.shown[training.final.tape.place[key]].text


def _loss_sentence(page: Page) -> Spans:
    training = page.training
    before, after = page.shown("loss"), _final(training, "loss")
    key = "stays" if before == after else "falls" if training.losses[-1][0] < training.losses[0][0] else "rises"
    many = "training" if training.updates > 1 else "summary"
    return page.words(f"{many}.{key}", before=(Math(before),), after=(Math(after),))


def _forward_table(page: Page, *, whole: bool) -> Table:
    """Tabulate the forward pass before and after: the ``whole`` of it, or the predictions and the losses."""
    words = page.words
    many = "training" if whole else "summary"
    header = (words("summary.quantity"), words(f"{many}.before_update"), words(f"{many}.after_update"))
    kinds = (Kind.PRE_ACTIVATION, Kind.ACTIVATION) if whole else (Kind.ACTIVATION,)
    last, final = len(page.structure.layers), page.training.final
    keys = [
        quantity.key
        for quantity in final.tape.quantities
        if (quantity.kind in kinds and (whole or quantity.layer == last))
        or (quantity.kind in (Kind.LOSS, Kind.DATA_LOSS, Kind.PENALTY))
    ]
    rows = [(page.lasting(key), (Math(page.shown(key)),), (Math(_final(page.training, key)),)) for key in keys]
    return _table(page, header, rows)


def _stop(page: Page) -> Spans:
    training, stop = page.training, page.config.training.stop
    assert stop is not None
    what = (
        "loss" if stop.loss is not None and (stop.change is None or training.losses[-1][0] <= stop.loss) else "change"
    )
    if not training.stopped:
        what = "loss" if stop.loss is not None else "change"
    bound = stop.loss if what == "loss" else stop.change
    assert bound is not None
    reached = "reached" if training.stopped else "missed"
    return page.words(
        f"training.{reached}.{what}",
        bound=(Math(as_written(bound).text),),
        epochs=page.words.count("count.epoch", training.epochs),
    )


def _verdict(page: Page, verdict: Verdict) -> Spans:
    if verdict.size is not None:
        return page.words("summary.too_large", size=str(verdict.size))
    return page.words(
        f"summary.verified.{'tied' if verdict.tied else page.config.report.carry}",
        number=str(len(page.tape.by_kind[Kind.GRADIENT])),
        points=str(verdict.points),
    )
