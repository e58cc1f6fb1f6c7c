"""The exercise sheet of a copy: what is given, the questions, and room for the answers; no answer stands on it."""

from collections.abc import Iterable, Iterator

from derive.document.blocks import (
    Answer,
    Answers,
    Block,
    Document,
    Heading,
    Marks,
    Math,
    Paragraph,
    Room,
    Spans,
    Strong,
    Text,
)
from derive.document.copypage import CopyPage, points
from derive.document.gaps import WIDEST_ANSWER, Rows, bare, with_formula, with_numbers_known
from derive.document.sections.activations import activation_section
from derive.document.sections.network import diagram_block
from derive.document.sections.tables import unmarked
from derive.exam.questions import Question as Asked
from derive.kind import Kind
from derive.tape.quantity import Quantity


def compose_sheet(copy: CopyPage) -> Document:
    """Arrange the sheet of a copy."""
    return copy.document(copy.exam.title, _blocks(copy))


def _blocks(copy: CopyPage) -> Iterator[Block]:
    exam, words, page = copy.exam, copy.words, copy.page
    yield copy.fields
    yield _marks(copy)
    for line in exam.sheet.instructions:
        yield Paragraph((Text(line),))
    decimals = words.count("count.decimal", page.values.style.digits)
    yield Paragraph(words(f"sheet.rounding.{page.config.report.carry}", decimals=decimals))
    yield Heading(1, words("sheet.network"))
    yield from copy.given
    yield diagram_block(page)
    if exam.sheet.formula_box:
        yield from activation_section(page)
    for heading, asked, quantities in copy.groups():
        if asked is None and exam.sheet.hints != "gaps":
            continue
        yield heading
        if asked is not None:
            yield Paragraph((*words(f"sheet.{asked.group}.task"), *_sums(copy, quantities)))
        yield Answers(tuple(_answers(copy, asked, quantities)))
        if asked is not None and exam.sheet.room:
            yield Room(points(exam.sheet.room))


def _sums(copy: CopyPage, quantities: Iterable[Quantity]) -> Spans:
    """Say what the symbols of sums over a layer are; no other symbol is as little known."""
    page, found = copy.page, list[Text | Strong | Math]()
    for quantity in quantities:
        if quantity.kind is Kind.LAYER_SUM and quantity.sample in (0, page.samples[0]):
            title = copy.words.title(page.structure.layers[quantity.layer - 1].activation)
            symbol = (Math(unmarked(page, page.place(quantity))),)
            found += copy.words("sheet.forward.sum", symbol=symbol, title=title)
    return tuple(found)


def _marks(copy: CopyPage) -> Marks:
    exam, words = copy.exam, copy.words
    rows = tuple((str(question.number), points(question.points)) for question in exam.questions)
    question, reachable, reached, total = (
        words.plain(f"sheet.marks.{key}") for key in ("question", "points", "reached", "total")
    )
    return Marks(question, reachable, reached, total, rows, points(exam.points))


def _answers(copy: CopyPage, asked: Asked | None, quantities: list[Quantity]) -> Iterator[Answer]:
    """Write the lines of a question: what is asked and, on a sheet that has more, what is not."""
    exam, page = copy.exam, copy.page
    parts = {part.place: part for part in asked.parts} if asked else {}
    for quantity in quantities:
        place = page.place(quantity)
        part = parts.get(place)
        if part is not None:
            yield Answer(part.letter, _rows(copy, quantity), points(part.points), quantity.key)
        elif place in exam.worked:
            yield Answer("", page.chain(quantity, WIDEST_ANSWER).rows, "", quantity.key)
        elif exam.sheet.hints == "gaps":
            yield Answer("", _rows(copy, quantity), "", quantity.key)


def _rows(copy: CopyPage, quantity: Quantity) -> Rows:
    hints = copy.exam.sheet.hints
    if hints == "formula":
        return with_formula(copy.page, quantity)
    if hints == "gaps" or (hints == "faded" and quantity.unit == 1):
        return with_numbers_known(copy.page, quantity, copy.exam.unknown)
    return bare(copy.page, quantity)
