"""Where each part of the diagram stands.

Columns of units stand side by side. All have the same distance between their units and are centred on one line, which
is y = 0 until the frame is known. What stands between two columns is in `gap`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import hypot

from derive.document.diagram.gap import ROW, Gap
from derive.document.diagram.network import Layer, Network, Unit, Weight
from derive.document.diagram.shapes import Edge, EdgeKind, Label, LabelKind, Layout, Node, NodeKind, Point, framed
from derive.document.diagram.widths import equation_width, lines, name_width, number_width, text_width
from derive.notation.name import Name

PAGE = (455.0, 650.0)
"""A4 less its margins: 160 mm wide, and the height that is left under a heading."""
_MOST_UNITS = 16
_MOST_WEIGHTS = 400
_TYPE = 9.0
_UNIT_TYPE = 11.0
_LINE = 11.0
_TITLE_LINE = 100.0
_LEAST_RADIUS = 15.0
_BIAS_RADIUS = 8.0
_ROOMY = 74.0
_TICK = 6.0
_PAD = 2.0

Part = Node | Edge | Label


def layout(network: Network) -> Layout | None:
    """Lay the diagram out; None if it would not be readable on an A4 page, upright or sideways."""
    if not may_fit([len(layer.units) for layer in network.layers]):
        return None
    plan = _plan(network)
    parts = list(_parts(network, plan))
    nodes = [part for part in parts if isinstance(part, Node)]
    edges = [part for part in parts if isinstance(part, Edge)]
    labels = [part for part in parts if isinstance(part, Label)]
    top = min(part.y - part.height / 2 for part in (*nodes, *labels))
    labels += _titles(network, plan, top - 4)
    most = max(gap.sources * gap.targets for gap in plan.gaps)
    drawing = framed(nodes, edges, labels, line_width=0.8 if most <= 9 else 0.6 if most <= 25 else 0.5)
    return drawing if drawing.placement(*PAGE) else None


def may_fit(widths: Sequence[int]) -> bool:
    """Return False if layers of so many units are too large to draw, whatever their weights are called."""
    return max(widths) <= _MOST_UNITS and sum(n * m for n, m in pairwise(widths)) <= _MOST_WEIGHTS


@dataclass(frozen=True)
class _Plan:
    """The radius and the centres of the units, column by column, and the gaps between the columns."""

    radius: float
    columns: tuple[tuple[Point, ...], ...]
    gaps: tuple[Gap, ...]


def _plan(network: Network) -> _Plan:
    layers = network.layers
    units = [unit for layer in layers for unit in layer.units]
    radius = max(_LEAST_RADIUS, max(name_width(unit.name, _UNIT_TYPE) for unit in units) / 2 + 3)
    tallest = max(len(layer.units) for layer in layers)
    gaps = [_gap(before, layer, radius) for before, layer in pairwise(layers)]
    above = _TICK + ROW if any(layer.own_biases for layer in layers) else 0.0
    below = ROW if any(unit.value for layer in layers[1:] for unit in layer.units) else 0.0
    least = _ROOMY if tallest <= 3 else 0.0
    spacing = max(2 * radius + 10 + above + below, least, *(gap.spacing for gap in gaps))
    xs = [0.0]
    for gap, (before, layer) in zip(gaps, pairwise(layers), strict=True):
        titles = (_title_width(before) + _title_width(layer)) / 2 + 10
        xs.append(xs[-1] + max(gap.length(spacing * (tallest - 1)), titles))
    columns = tuple(_column(len(layer.units), x, spacing) for layer, x in zip(layers, xs, strict=True))
    return _Plan(radius, columns, tuple(gaps))


def _column(count: int, x: float, spacing: float) -> tuple[Point, ...]:
    return tuple((x, (row - (count - 1) / 2) * spacing) for row in range(count))


def _gap(before: Layer, layer: Layer, radius: float) -> Gap:
    label = max(equation_width(w.name, w.value, _TYPE) for row in layer.weights for w in row) + 2 * _PAD
    left = radius if not before.weights else _half_width(before, radius)
    return Gap(len(before.units), len(layer.units), label, left, _half_width(layer, radius))


def _half_width(layer: Layer, radius: float) -> float:
    values = [number_width(unit.value, _TYPE) for unit in layer.units]
    biases = [equation_width(bias.name, bias.value, _TYPE) for bias in layer.own_biases]
    return max(radius, max(values + biases) / 2 + _PAD)


def _parts(network: Network, plan: _Plan) -> Iterator[Part]:
    for number, (layer, column) in enumerate(zip(network.layers, plan.columns, strict=True)):
        kind: NodeKind = "input" if number == 0 else "output" if number == len(plan.gaps) else "hidden"
        for unit, centre in zip(layer.units, column, strict=True):
            yield from _unit(unit, centre, plan.radius, kind)
        for bias, centre in zip(layer.own_biases, column, strict=False):
            yield from _own_bias(bias, centre, plan.radius)
    for layer, gap, (left, right) in zip(network.layers[1:], plan.gaps, pairwise(plan.columns), strict=True):
        yield from _weights(layer, gap, plan.radius, left, right)
    for target, centre in zip(network.targets, plan.columns[-1], strict=False):
        yield from _target(target, centre, plan.radius)


def _unit(unit: Unit, centre: Point, radius: float, kind: NodeKind) -> Iterator[Part]:
    x, y = centre
    yield Node(x, y, radius, kind, unit.key)
    yield Label(x, y, name_width(unit.name, _UNIT_TYPE), _UNIT_TYPE, _UNIT_TYPE, "unit", unit.name, "", unit.key)
    if unit.value:
        width = number_width(unit.value, _TYPE) + 2 * _PAD
        at = (x - radius - 2 * _TICK - width / 2, y) if kind == "input" else (x, y + radius + _LINE / 2 + 1)
        yield Label(*at, width, _LINE, _TYPE, "value", None, unit.value, unit.key)
        if kind == "input":
            yield Edge(((x - radius - 2 * _TICK, y), (x - radius, y)), "input", unit.key)


def _own_bias(bias: Weight, centre: Point, radius: float) -> Iterator[Part]:
    x, y = centre[0], centre[1] - radius - _TICK
    yield Edge(((x, y), (x, y + _TICK)), "bias", bias.key)
    yield _equation(bias, (x, y - _LINE / 2), "bias")


def _weights(layer: Layer, gap: Gap, radius: float, left: Sequence[Point], right: Sequence[Point]) -> Iterator[Part]:
    lowest = left[-1][1] + radius + _LINE
    for i, row in enumerate(layer.weights):
        for j, weight in enumerate(row):
            at = gap.label(left[i], right[j], i, j)
            lowest = max(lowest, at[1] + ROW / 2)
            yield _edge((left[i], *gap.bends(at), right[j]), radius, radius, "weight", weight.key)
            yield _equation(weight, at, "weight")
    if layer.shared_bias:
        yield from _shared_bias(layer.biases[0], (gap.bias(left[0]), lowest + _BIAS_RADIUS + 4), radius, right)


def _shared_bias(bias: Weight, centre: Point, radius: float, units: Sequence[Point]) -> Iterator[Part]:
    x, y = centre
    yield Node(x, y, _BIAS_RADIUS, "bias", bias.key)
    yield Label(x, y, _TYPE, _TYPE, _TYPE, "unit", None, "1", bias.key)
    for unit in units:
        yield _edge((centre, unit), _BIAS_RADIUS, radius, "bias", bias.key)
    yield _equation(bias, (x, y + _BIAS_RADIUS + _LINE / 2 + 1), "bias")


def _target(target: Unit, centre: Point, radius: float) -> Iterator[Part]:
    x, y = centre
    end = x + radius + 4 * _TICK
    width = equation_width(target.name, target.value, _TYPE) + 2 * _PAD
    yield Edge(((x + radius, y), (end, y)), "target", target.key)
    yield Label(end + width / 2, y, width, _LINE, _TYPE, "target", target.name, target.value, target.key)


def _equation(weight: Weight, centre: Point, kind: LabelKind) -> Label:
    width = equation_width(weight.name, weight.value, _TYPE) + 2 * _PAD
    return Label(*centre, width, _LINE, _TYPE, kind, weight.name, weight.value, weight.key)


def _edge(points: tuple[Point, ...], start: float, end: float, kind: EdgeKind, key: str) -> Edge:
    """Draw a line from circle to circle: the centres give way to points on the circles."""
    return Edge((_on_circle(points[0], points[1], start), *points[1:-1], _on_circle(points[-1], points[-2], end)), kind, key)


def _on_circle(centre: Point, towards: Point, radius: float) -> Point:
    (x, y), (to_x, to_y) = centre, towards
    part = radius / hypot(to_x - x, to_y - y)
    return x + part * (to_x - x), y + part * (to_y - y)


def _heading(layer: Layer) -> list[tuple[str, LabelKind]]:
    titles: list[tuple[str, LabelKind]] = [(line, "title") for line in lines(layer.title, _TYPE, _TITLE_LINE)]
    return titles + [(line, "caption") for line in lines(layer.caption, _TYPE, _TITLE_LINE)]


def _title_width(layer: Layer) -> float:
    return max((text_width(line, _TYPE) for line, _ in _heading(layer)), default=0.0)


def _titles(network: Network, plan: _Plan, bottom: float) -> Iterator[Label]:
    headings = [_heading(layer) for layer in network.layers]
    top = bottom - _LINE * max(len(heading) for heading in headings)
    for heading, column in zip(headings, plan.columns, strict=True):
        for row, (line, kind) in enumerate(heading):
            width = text_width(line, _TYPE)
            yield Label(column[0][0], top + _LINE * (row + 0.5), width, _LINE, _TYPE, kind, None, line)
