"""The key of a copy: its worked solution in the numbering of the sheet, with points and accepted answers."""

from collections.abc import Iterator
from functools import lru_cache
from re import compile as pattern

from derive.document.blocks import Block, Document, Fields, Heading, Math, Paragraph, Spans, Table, Text
from derive.document.copypage import CopyPage, points
from derive.document.rows import WIDEST
from derive.document.sections.activations import activation_section
from derive.exam.questions import Question as Asked

_TAG = 4.0
"""The room for the label beside a line, in em."""

_FRACTION = pattern(r"\\frac\{(\\partial .+)\}\{(\\partial .+)\}")


def compose_key(copy: CopyPage) -> Document:
    """Arrange the key of a copy."""
    return copy.document(copy.words.plain("key.title", title=copy.exam.title), _blocks(copy))


def _blocks(copy: CopyPage) -> Iterator[Block]:
    words, page = copy.words, copy.page
    known = tuple((name, text) for name, text in copy.fields.items if text)
    if known:
        yield Fields(known)
    yield Paragraph(words("key.text", points=copy.points(copy.exam.points)))
    yield Heading(1, words("sheet.network"))
    yield from copy.given
    yield from activation_section(page)
    for heading, asked, quantities in copy.groups():
        yield heading
        labels = {part.place: asked.label(part) for part in asked.parts} if asked else {}
        for quantity in quantities:
            yield page.chain(quantity, WIDEST - _TAG, labels.get(page.place(quantity), ""))
        if asked is not None:
            yield _table(copy, asked)


def _table(copy: CopyPage, asked: Asked) -> Table:
    """Tabulate the value, the accepted range and the points of each part."""
    words, page = copy.words, copy.page
    header = tuple(words(f"key.{key}") for key in ("part", "quantity", "value", "low", "high", "points"))
    rows: list[tuple[Spans, ...]] = []
    for part in asked.parts:
        found = copy.copy.accepted[part.place]
        numbers = (copy.answer(part.place), format(found.low, "f"), format(found.high, "f"))
        texts = (_flat(page.symbols[part.place]), *numbers, points(part.points))
        rows.append(((Text(asked.label(part)),), *((Math(text),) for text in texts)))
    return Table(header, tuple(rows))


@lru_cache(maxsize=1000)
def _flat(symbol: str) -> str:
    """Write a derivative with a slash: in a table its fraction would be small."""
    return _FRACTION.sub(r"\1 / \2", symbol)
