"""What the sheet and the key of a copy have in common: the page with the copy's numbers, and its head."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from derive.config.sheet import GROUPS
from derive.document.blocks import Block, Document, Fields, Front, Heading, Question
from derive.document.choice import choose, named
from derive.document.mark import with_decimal_mark
from derive.document.page import Page
from derive.document.sections.network import given_section
from derive.document.wording import Wording, wording
from derive.exam.copies import Copy
from derive.exam.exam import Exam
from derive.exam.questions import Part
from derive.exam.questions import Question as Asked
from derive.notation.base import Notation
from derive.tape.quantity import Quantity
from derive.training.run import Step, Training


@dataclass(frozen=True, eq=False)
class CopyPage:
    """A copy, and what of the student is known: texts by the names of the roster's columns."""

    exam: Exam
    copy: Copy
    page: Page
    student: Mapping[str, str]

    @property
    def words(self) -> Wording:
        """The sentences."""
        return self.page.words

    @property
    def front(self) -> Front:
        """What stands beside the title, and on each page."""
        sheet = self.exam.sheet
        page = self.words.plain("sheet.page", page="{page}", pages="{pages}")
        return Front(sheet.course or "", sheet.date or "", self.copy.code, page)

    @property
    def fields(self) -> Fields:
        """What is filled in at the head."""
        return Fields(tuple((name, self.student.get(name.casefold(), "")) for name in self.exam.sheet.fields))

    @cached_property
    def given(self) -> tuple[Block, ...]:
        """What the sheet and the key both begin with: what is given."""
        return tuple(given_section(self.page))

    def document(self, title: str, blocks: Iterable[Block]) -> Document:
        """Put a document together."""
        report = self.exam.config.report
        document = Document(title, tuple(blocks), report.paper, (), report.language, self.front)
        return with_decimal_mark(document, report.style)

    def answer(self, place: int) -> str:
        """Write the value of a quantity with all of the asked decimals."""
        return format(self.page.values.shown[place].number, f".{self.page.values.style.digits}f")

    def question(self, asked: Asked) -> Question:
        """Return the heading of a question."""
        return Question(asked.number, self.words(f"sheet.{asked.group}.title"), self.points(asked.points))

    def points(self, number: Decimal) -> str:
        """Write a number of points in words."""
        return self.words.plain(f"sheet.points.{'one' if number == 1 else 'many'}", number=points(number))

    def part_of(self) -> dict[int, tuple[Asked, Part]]:
        """Return every part with its question, by its place on the tape."""
        return {part.place: (asked, part) for asked in self.exam.questions for part in asked.parts}

    def groups(self) -> Iterator[tuple[Block, Asked | None, list[Quantity]]]:
        """Return each group of quantities with its heading, in the order of the calculation, up to the last one asked.

        A group that nothing is asked of has no question.
        """
        asked = {question.group: question for question in self.exam.questions}
        last = self.exam.questions[-1].group
        for group in GROUPS:
            quantities, question = self.exam.groups.get(group), asked.get(group)
            if quantities:
                heading = self.question(question) if question else Heading(2, self.words(f"sheet.{group}.title"))
                yield heading, question, quantities
            if group == last:
                return


def copy_page(exam: Exam, copy: Copy, student: Mapping[str, str]) -> CopyPage:
    """Return what a copy is written from."""
    notation, step = _notation(exam), Step(1, 1, copy.values)
    training = Training(copy.values, (step,), (), copy.values, 1, None)
    page = Page(
        copy.config, step, notation, *named(exam.tape, notation), wording(copy.config.report.language), training
    )
    return CopyPage(exam, copy, page, student)


def _notation(exam: Exam) -> Notation:
    return choose(exam.config.report, exam.tape)[0]


def points(number: Decimal) -> str:
    """Write a number of points."""
    return format(number.normalize(), "f")
