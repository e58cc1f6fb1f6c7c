"""The summary: what the step has changed, and whether the loss fell."""

from collections.abc import Iterator

from derive.document.blocks import Block, Heading, Math, Paragraph, Spans, Table
from derive.document.page import Page
from derive.kind import Kind
from derive.tape.composed import Verdict
from derive.tape.forward import suffix


def summary_section(page: Page, verdict: Verdict | None) -> Iterator[Block]:
    """Tabulate the parameters before and after, then the predictions and the loss before and after."""
    words = page.words
    yield Heading(1, words("summary.heading"))
    yield _parameter_table(page)
    yield Paragraph(_loss_sentence(page))
    yield _loss_table(page)
    yield Paragraph(words("summary.epochs"))
    if verdict is not None:
        yield Paragraph(_verdict(page, verdict))


def _parameter_table(page: Page) -> Table:
    words = page.words
    header = (
        words("summary.parameter"),
        words("summary.before"),
        words("summary.gradient"),
        words("summary.after"),
    )
    rows = []
    for number in range(1, len(page.structure.layers) + 1):
        for parameter in page.parameters(number):
            new = f"new_{parameter.key}"
            after = new if new in page.tape.place else parameter.key
            rows.append(
                (
                    page.math(parameter),
                    (Math(page.shown(parameter)),),
                    (Math(page.shown(f"grad_{parameter.key}")),),
                    (Math(page.shown(after)),),
                )
            )
    return Table(header, tuple(rows))


def _loss_sentence(page: Page) -> Spans:
    before, after = page.values["loss"], page.values["after_loss"]
    key = "falls" if after < before else "rises"
    if page.shown("loss") == page.shown("after_loss"):
        key = "stays"
    return page.words(f"summary.{key}", before=(Math(page.shown("loss")),), after=(Math(page.shown("after_loss")),))


def _loss_table(page: Page) -> Table:
    words = page.words
    header = (words("summary.quantity"), words("summary.before_update"), words("summary.after_update"))
    keys = []
    last = len(page.structure.layers)
    for sample in page.samples:
        keys += [f"a_{last}_{unit}{suffix(sample)}" for unit in range(1, page.structure.outputs + 1)]
        keys += [f"loss{suffix(sample)}"] * bool(sample)
    keys.append("loss")
    return Table(
        header,
        tuple((page.math(key), (Math(page.shown(key)),), (Math(page.shown(f"after_{key}")),)) for key in keys),
    )


def _verdict(page: Page, verdict: Verdict) -> Spans:
    if verdict.size is not None:
        return page.words("summary.too_large", size=str(verdict.size))
    return page.words(
        f"summary.verified.{page.config.report.carry}",
        number=str(len(page.tape.by_kind[Kind.GRADIENT])),
        points=str(verdict.points),
    )
