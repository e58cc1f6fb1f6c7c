"""The decimal mark of a page: a whole document, written with points, made one with decimal commas.

All numbers of a page pass here, also the constants of formulas and of sentences. With the comma a list of numbers has
semicolons, and thousands are set apart by a space.
"""

from dataclasses import replace
from re import compile as pattern

from derive.document.blocks import (
    Answer,
    Answers,
    Block,
    Document,
    Equation,
    Figure,
    Heading,
    Items,
    Marks,
    Math,
    Paragraph,
    Plot,
    Question,
    Spans,
    Table,
    Text,
)
from derive.document.diagram.shapes import Label
from derive.numbers.style import Style

_POINT = pattern(r"(?<=\d)\.(?=\d)")
_THOUSANDS = pattern(r"(?<=\d),(?=\d{3}(?!\d))")
_NO_BREAK = "\N{NO-BREAK SPACE}"
_COMMA = "{,}"
"""Plain, TeX would set a space after it."""


def with_decimal_mark(document: Document, style: Style) -> Document:
    """Write every number of a document with the decimal mark of a style; the title is the user's and stays."""
    if style.mark == "point":
        return document
    return replace(document, blocks=tuple(map(_block, document.blocks)))


def _block(block: Block) -> Block:
    match block:
        case Heading() | Paragraph():
            return replace(block, spans=_line(block.spans))
        case Items():
            return replace(block, items=tuple(map(_line, block.items)))
        case Equation():
            return replace(block, rows=tuple((_tex(left), _tex(right)) for left, right in block.rows))
        case Question():
            return replace(block, spans=_line(block.spans), points=_text(block.points))
        case Answers():
            return replace(block, items=tuple(map(_answer, block.items)))
        case Table():
            rows = tuple(tuple(map(_line, row)) for row in block.rows)
            return replace(block, header=tuple(map(_line, block.header)), rows=rows)
        case Figure():
            labels = tuple(map(_label, block.layout.labels))
            return replace(block, layout=replace(block.layout, labels=labels), description=_text(block.description))
        case Plot():
            return replace(block, mark=",", description=_text(block.description))
        case Marks():
            questions = tuple((number, _text(points)) for number, points in block.questions)
            return replace(block, questions=questions, sum=_text(block.sum))
    return block


def _answer(item: Answer) -> Answer:
    return replace(item, rows=tuple((_tex(left), _tex(right)) for left, right in item.rows), points=_text(item.points))


def _label(label: Label) -> Label:
    return replace(label, text=(_text if label.kind in ("title", "caption") else _tex)(label.text))


def _line(spans: Spans) -> Spans:
    """Mark the numbers of a line, and set a semicolon between those of its formulas that stand in a list."""
    found = tuple(Math(_tex(s.tex)) if isinstance(s, Math) else type(s)(_text(s.text)) for s in spans)
    if not any(isinstance(span, Math) and _COMMA in span.tex for span in found):
        return found
    listed = {place for place in range(1, len(found) - 1) if _is_between(found, place)}
    return tuple(Text("; ") if place in listed else span for place, span in enumerate(found))


def _is_between(spans: Spans, place: int) -> bool:
    return spans[place] == Text(", ") and isinstance(spans[place - 1], Math) and isinstance(spans[place + 1], Math)


def _tex(tex: str) -> str:
    return _POINT.sub(_COMMA, tex.replace(", ", "; "))


def _text(text: str) -> str:
    return _POINT.sub(",", _THOUSANDS.sub(_NO_BREAK, text))
