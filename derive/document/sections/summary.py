"""The summary of a step: every parameter before and after it."""

from collections.abc import Iterator

from derive.document.blocks import Block, Math, Paragraph, Table
from derive.document.page import Page


def summary_section(page: Page) -> Iterator[Block]:
    """Tabulate the parameters before and after the step, with their gradients; a brief page has them as matrices."""
    yield page.heading("summary.heading")
    yield Paragraph(page.words("brief.parameters")) if page.brief else _parameter_table(page)


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
                    page.lasting(parameter),
                    (Math(page.shown(parameter)),),
                    (Math(page.shown(f"grad_{parameter.key}")),),
                    (Math(page.shown(after)),),
                )
            )
    return Table(header, tuple(rows))


def parameter_values(page: Page) -> Table:
    """Tabulate the parameters that a step starts from."""
    layers = range(1, len(page.structure.layers) + 1)
    parameters = [parameter for number in layers for parameter in page.parameters(number)]
    return Table(
        (page.words("summary.parameter"), page.words("summary.value")),
        tuple((page.lasting(parameter), (Math(page.shown(parameter)),)) for parameter in parameters),
    )
