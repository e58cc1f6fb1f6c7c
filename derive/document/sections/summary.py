"""The summary of a step: every parameter before and after it."""

from collections.abc import Iterator

from derive.document.blocks import Block, Math, Paragraph, Spans, Table
from derive.document.page import Page
from derive.tape.quantity import Quantity


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
    """Tabulate the parameters that a step starts from; with the optimizer's state, where that is not worked before."""
    layers = range(1, len(page.structure.layers) + 1)
    parameters = [parameter for number in layers for parameter in page.parameters(number)]
    worked = any(step.number == page.step.number - 1 for step in page.training.steps)
    states = [] if worked else [line for line in page.structure.optimizer.lines if line.state]

    def state(parameter: Quantity) -> Iterator[Spans]:
        for line in states:
            key = f"old_{line.name}_{parameter.key}"
            yield from (page.math(key), (Math(page.shown(key)),)) if key in page.tape.place else ((), ())

    quantities = (page.words("summary.quantity"), page.words("summary.value")) * len(states)
    rows = ((page.lasting(parameter), (Math(page.shown(parameter)),), *state(parameter)) for parameter in parameters)
    return Table((page.words("summary.parameter"), page.words("summary.value"), *quantities), tuple(rows))
