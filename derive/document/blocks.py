"""What a document is made of. Blocks say what a thing is, and no output format."""

from collections.abc import Iterable
from dataclasses import dataclass
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
    """Displayed mathematics in rows of two aligned columns. ``key`` is that of the quantity that it calculates."""

    rows: tuple[tuple[str, str], ...]
    key: str = ""


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


Block = Heading | Paragraph | Items | Equation | Table | Figure | Plot


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
    is that of its words.
    """

    title: str
    blocks: tuple[Block, ...]
    paper: str
    links: tuple[Link, ...] = ()
    language: str = "en"

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
