"""A laid-out drawing as a standalone SVG file: no script, no style sheet, no font of its own."""

from functools import lru_cache

from markupsafe import Markup, escape

from derive.document.diagram.shapes import Edge, EdgeKind, Label, LabelKind, Layout, Node, NodeKind
from derive.document.diagram.widths import SCRIPT, text_width
from derive.notation.name import Name
from derive.numbers.shown import readable
from derive.render.points import written
from derive.resources import environment

_PIXELS = 4 / 3
_BASELINE = 0.32
_RAISED = 0.4
_LOWERED = 0.22
_DASHED = 'stroke="#767676" stroke-dasharray="3 2"'
_STROKES: dict[EdgeKind, str] = {
    "weight": 'stroke="#767676"', "bias": _DASHED, "target": _DASHED, "input": 'stroke="#222"', "axis": 'stroke="#222"',
    "grid": 'stroke="#ddd"', "curve": 'stroke="#2c5282" stroke-width="1.2"',
}  # fmt: skip
_FILLS: dict[NodeKind, str] = {
    "input": 'fill="#fff"', "hidden": 'fill="#eef2f7"', "output": 'fill="#dfe7f1"', "bias": 'fill="#fff"',
    "point": 'fill="#2c5282" stroke="none"',
}  # fmt: skip
_LIGHT: frozenset[LabelKind] = frozenset({"target", "caption"})
_ON_LINES: frozenset[LabelKind] = frozenset({"weight", "bias", "target"})


def svg(layout: Layout, title: str, description: str) -> str:
    """Draw a layout; its title and its description are what a screen reader says of it."""
    return (
        environment("html")
        .get_template("svg/diagram.svg.j2")
        .render(
            left=written(layout.left),
            top=written(layout.top),
            width=written(layout.width),
            height=written(layout.height),
            pixel_width=round(layout.width * _PIXELS),
            pixel_height=round(layout.height * _PIXELS),
            line_width=written(layout.line_width),
            title=_safe(title),
            description=_safe(description),
            edges=Markup("\n".join(map(_edge, layout.edges))),
            nodes=Markup("\n".join(map(_node, layout.nodes))),
            texts=Markup("\n".join(map(_text, layout.labels))),
        )
    )


def _edge(edge: Edge) -> str:
    points = " ".join([f"{written(x)},{written(y)}" for x, y in edge.points])
    return f'<polyline {_STROKES[edge.kind]} points="{points}"{_key(edge.key)}/>'


def _node(node: Node) -> str:
    place = f'cx="{written(node.x)}" cy="{written(node.y)}" r="{written(node.r)}"'
    return f"<circle {place} {_FILLS[node.kind]}{_key(node.key)}/>"


def _text(label: Label) -> str:
    """Write a centred text and, where there are lines behind it, the ground that hides them."""
    ground = ""
    if label.kind in _ON_LINES:
        left, top, _, _ = label.box
        size = f'width="{written(label.width)}" height="{written(label.height)}"'
        ground = f'<rect x="{written(left)}" y="{written(top)}" {size} fill="#fff"/>\n'
    place = f'x="{written(label.x)}" y="{written(label.y + _BASELINE * label.size)}"'
    light = ' fill="#555"' if label.kind in _LIGHT else ""
    start = f'<text {place} font-size="{written(label.size)}"{light}{_key(label.key)}>'
    return f"{ground}{start}{_pieces(label)}</text>"


def _pieces(label: Label) -> str:
    if label.kind in ("title", "caption"):
        return _piece(label.text)
    text = readable(label.text)
    if label.name is None:
        return _piece(text)
    pieces, following = _name(label.name, label.size)
    return pieces + _piece(f"\u00a0=\u00a0{text}", following) if text else pieces


@lru_cache(maxsize=1000)
def _name(name: Name, size: float) -> tuple[str, str]:
    """Write a name, and the attributes that bring what follows back to the baseline and to the name's end.

    A subscript goes back to under the superscript before it, which may reach further than all of its parts.
    """
    pieces, lift, above, before = [], 0.0, 0.0, 0
    for run in name.runs:
        rise = size * (_RAISED if run.shift > 0 else -_LOWERED if run.shift < 0 else 0.0)
        width = text_width(run.text, SCRIPT * size)
        slant = ' font-style="italic"' if run.italic else ""
        script = _attribute("font-size", SCRIPT * size) if run.shift else ""
        back = above if run.shift < 0 < before else 0.0
        pieces.append(_piece(run.text, slant + script + _attribute("dx", -back) + _attribute("dy", lift - rise)))
        above += width if run.shift > 0 else -width if run.shift < 0 else 0.0
        lift, before = rise, run.shift
    skip = max(0.0, above) if before < 0 else 0.0
    return "".join(pieces), _attribute("dx", skip) + _attribute("dy", lift)


def _piece(text: str, attributes: str = "") -> str:
    """Write a part of a text, which stands where the part before it ends if no attribute moves it."""
    return f"<tspan{attributes}>{escape(_safe(text))}</tspan>"


def _attribute(name: str, number: float) -> str:
    """Write a measure, or nothing if it is zero."""
    return f' {name}="{written(number)}"' if number else ""


def _key(key: str) -> str:
    return f' data-key="{escape(key)}"' if key else ""


def _safe(text: str) -> str:
    """Replace the characters that XML cannot hold; it can hold every one that is printable."""
    return text if text.isprintable() else "".join(c if _in_xml(c) else "\ufffd" for c in text)


def _in_xml(c: str) -> bool:
    return c in "\t\n\r" or " " <= c <= "\ud7ff" or "\ue000" <= c <= "\ufffd" or c >= "\U00010000"
