"""A laid-out drawing as a TikZ picture. The document needs TikZ and amsmath; no TikZ library."""

from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from operator import attrgetter

from derive.document.diagram.shapes import Edge, EdgeKind, Label, Layout, Placement, Point
from derive.render.points import written
from derive.resources import environment

_EDGE_KINDS: tuple[EdgeKind, ...] = ("weight", "bias", "target", "input", "grid", "axis", "curve")
_BASELINE = 0.3


def tikz(layout: Layout, escape: Callable[[str], str], placement: Placement | None = None) -> str:
    """Draw the diagram at its natural size, or scaled and turned as ``placement`` says.

    ``escape`` makes any text safe in TeX. Titles and captions go through it; names and values are mathematics.
    """
    bottom = layout.top + layout.height

    def put(label: Label) -> tuple[str, str, str]:
        return label.kind, _point((label.x - layout.left, bottom - _baseline(label))), _text(label, escape)

    return (
        environment("latex")
        .get_template("latex/diagram.tex.j2")
        .render(
            scale=f"{placement.scale:.4f}" if placement and placement.scale < 1 else "",
            rotated=placement is not None and placement.rotated,
            size=_point((layout.width, layout.height)),
            origin=_point((-layout.left, bottom)),
            line_width=written(layout.line_width),
            lines={kind: [_line(edge) for edge in layout.edges if edge.kind == kind] for kind in _EDGE_KINDS},
            circles=[(node.kind, _point((node.x, node.y)), written(node.r)) for node in layout.nodes],
            labels=[(written(size), [put(label) for label in group]) for size, group in _by_size(layout.labels)],
        )
    )


def _line(edge: Edge) -> str:
    return " -- ".join(map(_point, edge.points))


def _by_size(labels: Iterable[Label]) -> Iterator[tuple[float, Iterable[Label]]]:
    """Put labels of a size together: to change the size of mathematics is what costs TeX most."""
    return groupby(sorted(labels, key=attrgetter("size")), attrgetter("size"))


def _baseline(label: Label) -> float:
    return label.y + _BASELINE * label.size


def _text(label: Label, escape: Callable[[str], str]) -> str:
    if label.kind in ("title", "caption"):
        return escape(label.text)
    sides = [label.name.latex] if label.name else []
    sides += [label.text] if label.text else []
    return f"${' = '.join(sides)}$"


def _point(point: Point) -> str:
    return f"({written(point[0])},{written(point[1])})"
