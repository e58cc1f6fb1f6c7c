"""A laid-out diagram as a TikZ picture. The document needs TikZ and amsmath; no TikZ library."""

from collections.abc import Callable, Iterator
from itertools import groupby

from derive.document.diagram.shapes import Edge, Label, Layout, Placement, Point
from derive.resources import environment


def tikz(layout: Layout, escape: Callable[[str], str], placement: Placement | None = None) -> str:
    """Draw the diagram at its natural size, or scaled and turned as ``placement`` says.

    ``escape`` makes any text safe in TeX. Titles and captions go through it; names and values are our own mathematics.
    """
    return environment("latex").get_template("latex/diagram.tex.j2").render(
        scale=f"{placement.scale:.4f}" if placement and placement.scale != 1 else "",
        rotated=placement is not None and placement.rotated,
        corners=(_point((layout.left, layout.top)), _point((layout.left + layout.width, layout.top + layout.height))),
        line_width=_number(layout.line_width),
        lines={kind: [_line(edge) for edge in edges] for kind, edges in _by_kind(layout.edges)},
        ...
    )
