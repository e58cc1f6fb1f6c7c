"""Where each part of a curve stands: its axes, their marks and titles, and the line, thinned to what can be seen."""

from collections.abc import Iterator, Sequence
from math import isfinite

from derive.document.diagram.plan import LINE, PAD, TYPE
from derive.document.diagram.shapes import Edge, Label, Layout, Node, Part, Point, framed
from derive.document.diagram.widths import text_width
from derive.document.plot.ticks import Axis, counted, measured

_WIDTH, _HEIGHT = 320.0, 170.0
_MOST_POINTS = 300
_MOST_DOTS = 25
"""A curve of more points than this has no dots on them."""
_DOT = 2.0
_TICK = 3.0


def curve(points: Sequence[Point], x_title: str, y_title: str, key: str = "", mark: str = ".") -> Layout:
    """Lay a curve out; the origin is the upper left corner of the area between the axes.

    The points are in the order of their x, which counts something. Infinite ones are left out.
    """
    usable = [point for point in points if isfinite(point[0]) and isfinite(point[1])]
    x_axis, y_axis = counted([x for x, _ in usable] or [0.0]), measured([y for _, y in usable] or [0.0])
    drawn = [(_WIDTH * x_axis.part(x), _HEIGHT * (1 - y_axis.part(y))) for x, y in thinned(usable)]
    parts = [*_y_marks(y_axis, mark), *_x_marks(x_axis, mark), *_titles(x_title, y_title)]
    parts.append(Edge(((0.0, 0.0), (0.0, _HEIGHT), (_WIDTH, _HEIGHT)), "axis"))
    if len(drawn) > 1:
        parts.append(Edge(tuple(drawn), "curve", key))
    if len(drawn) <= _MOST_DOTS:
        parts += [Node(x, y, _DOT, "point", key) for x, y in drawn]
    return framed(parts, 0.8, (0.0, 0.0, _WIDTH, _HEIGHT))


def thinned(points: Sequence[Point], most: int = _MOST_POINTS) -> Sequence[Point]:
    """Keep what can be seen of many points: the lowest and the highest of every few, the first and the last."""
    if len(points) <= most:
        return points
    slices = most // 2 - 1
    kept = {0, len(points) - 1}
    for number in range(slices):
        places = range(len(points) * number // slices, len(points) * (number + 1) // slices)
        kept |= {min(places, key=lambda place: points[place][1]), max(places, key=lambda place: points[place][1])}
    return [points[place] for place in sorted(kept)]


def _y_marks(axis: Axis, mark: str) -> Iterator[Part]:
    for tick, text in zip(axis.ticks, axis.labels(mark), strict=True):
        y = _HEIGHT * (1 - axis.part(float(tick)))
        if y < _HEIGHT:
            yield Edge(((0.0, y), (_WIDTH, y)), "grid")
        yield Edge(((-_TICK, y), (0.0, y)), "axis")
        width = text_width(text, TYPE)
        yield Label(-_TICK - PAD - width / 2, y, width, LINE, TYPE, "caption", None, text)


def _x_marks(axis: Axis, mark: str) -> Iterator[Part]:
    for tick, text in zip(axis.ticks, axis.labels(mark), strict=True):
        x = _WIDTH * axis.part(float(tick))
        yield Edge(((x, _HEIGHT), (x, _HEIGHT + _TICK)), "axis")
        yield Label(x, _HEIGHT + _TICK + PAD + LINE / 2, text_width(text, TYPE), LINE, TYPE, "caption", None, text)


def _titles(x_title: str, y_title: str) -> Iterator[Part]:
    """Put the one title below its axis and the other above its own, so that both read from left to right."""
    yield Label(_WIDTH / 2, _HEIGHT + _TICK + 2 * LINE, text_width(x_title, TYPE), LINE, TYPE, "title", None, x_title)
    width = text_width(y_title, TYPE)
    yield Label(max(0.0, width / 2 - 2 * LINE), -1.5 * LINE, width, LINE, TYPE, "title", None, y_title)
