"""A laid-out drawing, a network's or a curve's: circles, lines and texts in points (TeX's pt, y downwards)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from derive.notation.name import Name

Point = tuple[float, float]
Box = tuple[float, float, float, float]
NodeKind = Literal["input", "hidden", "output", "bias", "point"]
EdgeKind = Literal["weight", "bias", "input", "target", "grid", "axis", "curve"]
LabelKind = Literal["unit", "one", "value", "weight", "bias", "target", "title", "caption"]

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
    def box(self) -> Box:
        """The left, top, right and bottom of the box."""
        half, high = self.width / 2, self.height / 2
        return self.x - half, self.y - high, self.x + half, self.y + high


@dataclass(frozen=True, slots=True)
class Node:
    """A circle."""

    x: float
    y: float
    r: float
    kind: NodeKind
    key: str = ""

    @property
    def box(self) -> Box:
        """The left, top, right and bottom of the box around it."""
        return self.x - self.r, self.y - self.r, self.x + self.r, self.y + self.r


@dataclass(frozen=True, slots=True)
class Edge:
    """A line through two or more points; it passes behind the label of its weight."""

    points: tuple[Point, ...]
    kind: EdgeKind
    key: str = ""


Part = Node | Edge | Label


@dataclass(frozen=True)
class Placement:
    """How the drawing is put on a page: scaled, and turned by 90 degrees where it is too wide to stand upright."""

    scale: float
    rotated: bool


@dataclass(frozen=True)
class Layout:
    """The drawing at its natural size: its frame, whose upper left corner is (left, top), and what is in it.

    Labels cover lines, and stand on nodes.
    """

    left: float
    top: float
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


def framed(parts: Sequence[Part], line_width: float, area: Box | None = None) -> Layout:
    """Return the layout of these parts, in a frame that leaves a margin around them, and around an area for lines."""
    nodes = tuple(part for part in parts if isinstance(part, Node))
    edges = tuple(part for part in parts if isinstance(part, Edge))
    labels = tuple(part for part in parts if isinstance(part, Label))
    left, top, right, bottom = bounds(parts)
    if area is not None:
        left, top = min(left, area[0]), min(top, area[1])
        right, bottom = max(right, area[2]), max(bottom, area[3])
    width, height = right - left + 2 * _MARGIN, bottom - top + 2 * _MARGIN
    return Layout(left - _MARGIN, top - _MARGIN, width, height, line_width, nodes, edges, labels)


def bounds(parts: Iterable[Part]) -> Box:
    """Return the left, top, right and bottom of the box around all circles and texts."""
    boxes = [part.box for part in parts if not isinstance(part, Edge)]
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)
