"""A laid-out diagram: circles, lines and texts in points (TeX's pt, y downwards)."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

from derive.notation.name import Name

Point = tuple[float, float]
NodeKind = Literal["input", "hidden", "output", "bias"]
EdgeKind = Literal["weight", "bias", "input", "target"]
LabelKind = Literal["unit", "value", "weight", "bias", "target", "title", "caption"]

SMALLEST_TYPE = 5.5
"""Smaller type (in points, on paper) is not readable."""
_MARGIN = 8.0


@dataclass(frozen=True, slots=True)
class Label:
    """A text centred at (x, y) in a box of its own: a name, a text, or ``name = text``."""

    x: float
    y: float
    width: float
    height: float
    size: float
    kind: LabelKind
    name: Name | None = None
    text: str = ""
    key: str = ""

    @property
    def covers(self) -> bool:
        """Whether lines may run behind it, so that it needs a white ground."""
        return self.kind in ("weight", "bias", "target")


@dataclass(frozen=True, slots=True)
class Node:
    """A circle."""

    x: float
    y: float
    r: float
    kind: NodeKind
    key: str = ""

    @property
    def width(self) -> float:
        """The width of the box around it."""
        return 2 * self.r

    @property
    def height(self) -> float:
        """The height of the box around it."""
        return 2 * self.r


@dataclass(frozen=True, slots=True)
class Edge:
    """A line through two or more points; it passes behind the label of its weight."""

    points: tuple[Point, ...]
    kind: EdgeKind
    key: str = ""


@dataclass(frozen=True)
class Placement:
    """How the drawing is put on a page: scaled, and turned by 90 degrees where it is too wide to stand upright."""

    scale: float
    rotated: bool


@dataclass(frozen=True)
class Layout:
    """The drawing at its natural size. Lines lie under labels, labels of units on their circles."""

    width: float
    height: float
    line_width: float
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    labels: tuple[Label, ...]

    @cached_property
    def type_size(self) -> float:
        """The smallest type at natural size, scripts apart."""
        return min(label.size for label in self.labels)

    def placement(self, text_width: float, text_height: float) -> Placement | None:
        """Return how it fits into an area of a page, upright if it is readable so; None if it is readable in no way."""
        for width, height, rotated in ((self.width, self.height, False), (self.height, self.width, True)):
            scale = min(1.0, text_width / width, text_height / height)
            if scale * self.type_size >= SMALLEST_TYPE:
                return Placement(scale, rotated)
        return None


def framed(nodes: Iterable[Node], edges: Iterable[Edge], labels: Iterable[Label], line_width: float) -> Layout:
    """Return a layout of these, moved to where the upper left corner of their frame is (0, 0)."""
    nodes, labels = tuple(nodes), tuple(labels)
    boxes = [(part.x, part.y, part.width / 2, part.height / 2) for part in (*nodes, *labels)]
    left, top = min(x - w for x, _, w, _ in boxes) - _MARGIN, min(y - h for _, y, _, h in boxes) - _MARGIN
    right, bottom = max(x + w for x, _, w, _ in boxes) + _MARGIN, max(y + h for _, y, _, h in boxes) + _MARGIN
    return Layout(
        right - left,
        bottom - top,
        line_width,
        tuple(replace(node, x=node.x - left, y=node.y - top) for node in nodes),
        tuple(replace(edge, points=tuple((x - left, y - top) for x, y in edge.points)) for edge in edges),
        tuple(replace(label, x=label.x - left, y=label.y - top) for label in labels),
    )
