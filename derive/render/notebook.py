"""Blocks to a Jupyter notebook: the text in Markdown, and after each group of lines the same calculation in NumPy."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

import nbformat
from nbformat import v4

from derive.document.blocks import Block, Document, Equation, Heading
from derive.document.program import Program
from derive.document.wording import Wording
from derive.notation.marks import MARK, number_of, unmarked
from derive.render import markdown
from derive.resources import environment

_METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def render(document: Document, program: Program, words: Wording, *, carried_rounded: bool) -> str:
    """Write a document whose symbols are marked; the same document gives the same bytes."""
    template = environment("text").get_template("notebook/checks.py.j2")
    checks = template.render(words=words.plain, carried_rounded=carried_rounded)
    sources = [("markdown", f"# {markdown.escape(document.title)}"), ("code", checks), *_cells(document, program)]
    cells: list[Any] = []
    for number, (kind, source) in enumerate(sources, 1):
        new = v4.new_markdown_cell if kind == "markdown" else v4.new_code_cell
        cells.append(new(source.strip("\n"), id=f"cell-{number}"))
    notebook = v4.new_notebook(cells=cells, metadata=_METADATA, nbformat_minor=5)
    nbformat.validate(notebook)
    return f"{nbformat.writes(notebook)}\n"


def _cells(document: Document, program: Program) -> Iterator[tuple[str, str]]:
    """Cut the text after each group of lines that work quantities out, and before each section."""
    figures = markdown.inside(document)
    waiting: list[Block] = []

    def text() -> Iterator[tuple[str, str]]:
        if waiting:
            yield "markdown", unmarked(markdown.part(document, waiting, figures))
            waiting.clear()

    for _, group in groupby(document.blocks, type):
        blocks = list(group)
        if isinstance(blocks[0], Heading) and blocks[0].level == 1:
            yield from text()
        waiting += blocks
        numbers = _worked(blocks)
        for lines in (list(program.given(numbers)), list(program.calculated(numbers))):
            if lines:
                yield from text()
                yield "code", "\n".join(lines)
    yield from text()
    rest = list(program.rest())
    if rest:
        yield "code", "\n".join(rest)


def _worked(blocks: Sequence[Block]) -> list[int]:
    numbers: list[int] = []
    for block in blocks:
        if isinstance(block, Equation):
            mark = MARK.search(block.rows[0][0]) if block.key else None
            numbers += [number_of(mark[0])] if mark else block.works
    return numbers
