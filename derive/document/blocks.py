"""What a document is made of. Blocks say what a thing is, and no output format."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import ClassVar

from derive.document.diagram import Layout
from derive.document.plot import curve


@dataclass(frozen=True, slots=True)
class Text:
    """Plain text; a renderer escapes it."""

    text: str


@dataclass(frozen=True, slots=True)
class Strong:
    """Plain text that stands out."""

    text: str


@dataclass(frozen=True, slots=True)
class Math:
    """Mathematics inside a line, in TeX."""

    tex: str


Spans = tuple[Text | Strong | Math, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; level 1 is a chapter of the document (its title stands apart)."""

    level: int
    spans: Spans


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of running text."""

    spans: Spans


@dataclass(frozen=True, slots=True)
class Items:
    """A list, numbered or not."""

    items: tuple[Spans, ...]
    numbered: bool = False


@dataclass(frozen=True, slots=True)
class Equation:
    """Displayed mathematics in rows of two aligned columns. ``key`` is that of the quantity that it calculates.

    ``tag`` is what it is called on the page, such as 1a. A line of matrices ``works`` out the quantities with these
    numbers of marks.
    """

    rows: tuple[tuple[str, str], ...]
    key: str = ""
    tag: str = field(default="", repr=False)
    works: tuple[int, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Table:
    """A table; every cell is a line of spans."""

    header: tuple[Spans, ...]
    rows: tuple[tuple[Spans, ...], ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """The network's diagram, with a title and a description for those who cannot see it.

    ``too_large`` is what to say where the paper has no room for it.
    """

    layout: Layout
    title: str
    description: str
    too_large: Spans
    name: ClassVar[str] = "network"
    """What its file is called after the document's name."""


@dataclass(frozen=True)
class Plot:
    """A curve through points whose x counts something, such as epochs, with a title and a description as a figure has.

    ``mark`` is the decimal mark of the numbers on the axes; ``key`` marks the curve for programs.
    """

    title: str
    description: str
    x_title: str
    y_title: str
    points: tuple[tuple[float, float], ...]
    key: str = "loss"
    mark: str = "."
    name: ClassVar[str] = "loss"

    @cached_property
    def layout(self) -> Layout:
        """Where everything stands. It fits on any paper."""
        return curve(self.points, self.x_title, self.y_title, self.key, self.mark)


@dataclass(frozen=True, slots=True)
class Fields:
    """What is filled in by hand at the head of a sheet: pairs of a label and a text, which may be there already."""

    items: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Marks:
    """The points of each question and their sum, with room for those that are reached; the first four are labels."""

    question: str
    points: str
    reached: str
    total: str
    questions: tuple[tuple[str, str], ...]
    """Pairs of a number and its points."""
    sum: str


@dataclass(frozen=True, slots=True)
class Question:
    """The heading of a numbered question, with its points."""

    number: int
    spans: Spans
    points: str


@dataclass(frozen=True, slots=True)
class Answer:
    """A line of a sheet: asked with a letter and points, given without.

    ``rows`` are as an equation has them; where something is to be written they hold `derive.document.gaps`.
    """

    letter: str
    rows: tuple[tuple[str, str], ...]
    points: str
    key: str


@dataclass(frozen=True, slots=True)
class Answers:
    """The lines of a question, aligned at the relation."""

    items: tuple[Answer, ...]


@dataclass(frozen=True, slots=True)
class Room:
    """Empty paper for the work, so many centimetres high."""

    centimetres: str


Block = Heading | Paragraph | Items | Equation | Table | Figure | Plot | Fields | Marks | Question | Answers | Room


@dataclass(frozen=True, slots=True)
class Front:
    """What stands on a copy beside its title: the course, the date, and on each page the copy's code.

    ``page`` says which page of how many it is, with {page} and {pages}.
    """

    course: str
    date: str
    code: str
    page: str


@dataclass(frozen=True, slots=True)
class Link:
    """A quantity's key, where it stands in the diagram (the key of a part, or nothing), what it is calculated from."""

    key: str
    part: str
    sources: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """A whole document: its title as plain text, its blocks in order, its paper.

    ``links`` are those of the quantities whose symbols are marked, by the numbers that their marks hold. ``language``
    is that of its words. A copy of a sheet or of its key has a ``front``.
    """

    title: str
    blocks: tuple[Block, ...]
    paper: str
    links: tuple[Link, ...] = ()
    language: str = "en"
    front: Front | None = None

    @property
    def figures(self) -> tuple[Figure | Plot, ...]:
        """The document's drawings in order."""
        return tuple(block for block in self.blocks if isinstance(block, Figure | Plot))


def joined(pieces: Iterable[Spans], separator: str = ", ") -> Spans:
    """Join lines of spans with a separator."""
    spans: list[Text | Strong | Math] = []
    for piece in pieces:
        if spans:
            spans.append(Text(separator))
        spans += piece
    return tuple(spans)
