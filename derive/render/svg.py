"""A laid-out diagram as a standalone SVG file: no script, no style sheet, no font of its own."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from derive.document.diagram.shapes import Edge, EdgeKind, Label, LabelKind, Layout
from derive.document.diagram.widths import SCRIPT, text_width
from derive.notation.name import Name
from derive.resources import environment

_PIXELS = 4 / 3
_BASELINE = 0.32
_RAISED = 0.4
_LOWERED = 0.22
_EDGE_KINDS: tuple[EdgeKind, ...] = ("weight", "bias", "input", "target")
_LABEL_KINDS: tuple[LabelKind, ...] = ("weight", "bias", "target", "unit", "one", "value", "title", "caption")
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def svg(layout: Layout, title: str, description: str) -> str:
    """Draw the diagram; what a program that reads aloud says of it is its title and its description."""
    return (
        environment("html")
        .get_template("svg/diagram.svg.j2")
        .render(
            left=_number(layout.left),
            top=_number(layout.top),
            width=_number(layout.width),
            height=_number(layout.height),
            pixel_width=round(layout.width * _PIXELS),
            pixel_height=round(layout.height * _PIXELS),
            line_width=_number(layout.line_width),
            title=_NOT_XML.sub("\ufffd", title),
            description=_NOT_XML.sub("\ufffd", description),
            edges={kind: [_line(edge) for edge in layout.edges if edge.kind == kind] for kind in _EDGE_KINDS},
            circles=[(node, _number(node.x), _number(node.y), _number(node.r)) for node in layout.nodes],
            labels={kind: [_text(label) for label in layout.labels if label.kind == kind] for kind in _LABEL_KINDS},
        )
    )


@dataclass(frozen=True, slots=True)
class _Line:
    points: str
    key: str


@dataclass(frozen=True, slots=True)
class _Piece:
    """A part of a text: moved by ``dx`` and ``dy`` from where the part before it ended."""

    text: str
    italic: bool = False
    size: str = ""
    dx: str = ""
    dy: str = ""


@dataclass(frozen=True, slots=True)
class _Text:
    x: str
    y: str
    size: str
    pieces: tuple[_Piece, ...]
    key: str
    left: str
    top: str
    width: str
    height: str


def _line(edge: Edge) -> _Line:
    return _Line(" ".join(f"{_number(x)},{_number(y)}" for x, y in edge.points), edge.key)


def _text(label: Label) -> _Text:
    return _Text(
        _number(label.x),
        _number(label.y + _BASELINE * label.size),
        _number(label.size),
        tuple(_pieces(label)),
        label.key,
        _number(label.x - label.width / 2),
        _number(label.y - label.height / 2),
        _number(label.width),
        _number(label.height),
    )


def _pieces(label: Label) -> Iterator[_Piece]:
    if label.kind in ("title", "caption"):
        yield _Piece(_NOT_XML.sub("\ufffd", label.text))
        return
    text, lift, skip = label.text.replace("-", "\u2212"), 0.0, 0.0
    if label.name:
        pieces, lift, skip = _name(label.name, label.size)
        yield from pieces
        text = f"\u00a0=\u00a0{text}" if text else ""
    if text:
        yield _Piece(text, dx=_move(skip), dy=_move(lift))


def _name(name: Name, size: float) -> tuple[list[_Piece], float, float]:
    """Return the pieces of a name, then how far down and to the right what follows has to start.

    A subscript goes back to under the superscript before it.
    """
    pieces, lift, above, skip = [], 0.0, 0.0, 0.0
    for run in name.runs:
        rise = size * (_RAISED if run.shift > 0 else -_LOWERED if run.shift < 0 else 0.0)
        script = _number(SCRIPT * size) if run.shift else ""
        width = text_width(run.text, SCRIPT * size)
        pieces.append(_Piece(run.text, run.italic, script, _move(-above), _move(lift - rise)))
        skip = max(0.0, above - width)
        lift, above = rise, width if run.shift > 0 else 0.0
    return pieces, lift, skip


def _move(distance: float) -> str:
    return _number(distance) if distance else ""


def _number(number: float) -> str:
    """Write at most two decimals, no more than needed."""
    text = f"{number:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
