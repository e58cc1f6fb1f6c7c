"""What a document is made of. Blocks say what a thing is, and no output format."""

from collections.abc import Iterable
from dataclasses import dataclass

from derive.document.diagram import Layout


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


Block = Heading | Paragraph | Items | Equation | Table | Figure


@dataclass(frozen=True, slots=True)
class Document:
    """A whole document: its title as plain text, its blocks in order, the paper that it is meant for."""

    title: str
    blocks: tuple[Block, ...]
    paper: str

    @property
    def figures(self) -> tuple[Figure, ...]:
        """The document's figures in order."""
        return tuple(block for block in self.blocks if isinstance(block, Figure))


def joined(pieces: Iterable[Spans], separator: str = ", ") -> Spans:
    """Join lines of spans with a separator."""
    spans: list[Text | Strong | Math] = []
    for piece in pieces:
        if spans:
            spans.append(Text(separator))
        spans += piece
    return tuple(spans)
