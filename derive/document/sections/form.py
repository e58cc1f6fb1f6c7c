"""The form of a step: scalar lines, matrix form, or both."""

from collections.abc import Callable, Iterator

from derive.document.blocks import Block, Heading
from derive.document.page import Page

Part = Callable[[Page], Iterator[Block]]


def in_form(page: Page, chains: Part, lines: Part) -> Iterator[Block]:
    """Write a step in the form that the config asks for."""
    form = page.config.report.form
    if form != "matrix":
        yield from chains(page)
    if form == "both":
        yield Heading(2, page.words("matrix.heading"))
    if form != "scalar":
        yield from lines(page)
