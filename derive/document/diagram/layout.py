"""Where each part of a diagram stands, and whether the whole fits on a page."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from math import hypot

from derive.document.diagram.gap import Gap
from derive.document.diagram.network import Layer, Network, Unit, Weight
from derive.document.diagram.plan import HIGH_LINE, LINE, PAD, TICK, TYPE, UNIT_TYPE, Plan, bias_shift, heading, plan
from derive.document.diagram.shapes import (
    Edge,
    Label,
    LabelKind,
    Layout,
    Node,
    NodeKind,
    Part,
    Point,
    bounds,
    framed,
)
from derive.document.diagram.widths import equation_width, name_width, number_width, text_width

PAGE = (455.0, 640.0)
"""The room for text on A4 and on letter, in points: 160 mm wide, and the lower of their two heights."""
_MOST_UNITS = 16
_MOST_WEIGHTS = 400
_STEEPNESSES = (4.0, 5.0, 6.5, 9.0, 12.0, 16.0)
_GOOD_SCALE = 0.8
_BIAS_RADIUS = 8.0

Sides = tuple[Sequence[Point], Sequence[Point]]
"""The units on the left and on the right of a gap."""


def layout(network: Network) -> Layout | None:
    """Lay the diagram out; None if it would not be readable on a page, upright or sideways.

    Of the drawings from wide to narrow it takes the first that is large enough upright, or else the largest. Where the
    height is what limits the scale, a narrower one is no larger.
    """
    if not may_fit([len(layer.units) for layer in network.layers]):
        return None
    best, most = None, 0.0
    for steepness in _STEEPNESSES:
        drawing = _drawn(network, plan(network, steepness))
        placement = drawing.placement(*PAGE)
        worth = min(placement.scale, _GOOD_SCALE) + (not placement.rotated) if placement else 0.0
        if worth > most:
            best, most = drawing, worth
        if most >= 1 + _GOOD_SCALE or drawing.width / PAGE[0] <= drawing.height / PAGE[1]:
            break
    return best


def may_fit(widths: Sequence[int]) -> bool:
    """Return False if layers of so many units are too large to draw, whatever their weights are called."""
    return max(widths) <= _MOST_UNITS and sum(n * m for n, m in pairwise(widths)) <= _MOST_WEIGHTS


def _drawn(network: Network, measures: Plan) -> Layout:
    layers, columns, radius = network.layers, measures.columns, measures.radius
    parts: list[Part] = []
    for number in range(len(layers)):
        parts += _column(network, number, measures)
    for target, centre in zip(network.targets, columns[-1], strict=False):
        parts += _target(target, centre, radius)
    for layer, gap, sides in zip(layers[1:], measures.gaps, pairwise(columns), strict=True):
        between = list(_weights(layer, gap, sides, radius))
        parts += between
        if layer.shared_bias:
            lowest = max(sides[0][-1][1] + radius, sides[1][-1][1] + radius, bounds(between)[3])
            parts += _shared_bias(layer.biases[0], gap, sides, lowest, radius)
    parts += _headings(network, measures, bounds(parts)[1] - LINE / 2)
    most = max((gap.sources * gap.targets for gap in measures.gaps), default=0)
    return framed(parts, line_width=0.8 if most <= 9 else 0.6 if most <= 25 else 0.5)


def _column(network: Network, number: int, measures: Plan) -> Iterator[Part]:
    layer, shift = network.layers[number], bias_shift(network, number)
    kind: NodeKind = "input" if number == 0 else "output" if number == len(measures.gaps) else "hidden"
    for unit, centre in zip(layer.units, measures.columns[number], strict=True):
        yield from _unit(unit, centre, measures.radius, kind)
    for bias, centre in zip(layer.own_biases, measures.columns[number], strict=False):
        yield from _own_bias(bias, centre, measures.radius, shift)


def _unit(unit: Unit, centre: Point, radius: float, kind: NodeKind) -> Iterator[Part]:
    x, y = centre
    yield Node(x, y, radius, kind, unit.key)
    yield Label(x, y, name_width(unit.name, UNIT_TYPE), UNIT_TYPE, UNIT_TYPE, "unit", unit.name, "", unit.key)
    if unit.value:
        width, tip = number_width(unit.value, TYPE) + 2 * PAD, x - radius - 2 * TICK
        at = (tip - width / 2, y) if kind == "input" else (x, y + radius + LINE / 2 + 1)
        yield Label(*at, width, LINE, TYPE, "value", None, unit.value, unit.key)
        if kind == "input":
            yield Edge(((tip, y), (x - radius, y)), "input", unit.key)


def _own_bias(bias: Weight, centre: Point, radius: float, shift: float) -> Iterator[Part]:
    x, y = centre[0], centre[1] - radius - 2 * TICK
    yield Edge(((x, y), (x, y + 2 * TICK)), "bias", bias.key)
    label = _equation(bias, (x, y), "bias")
    yield replace(label, x=x + shift * label.width / 2, y=y - label.height / 2)


def _weights(layer: Layer, gap: Gap, sides: Sides, radius: float) -> Iterator[Part]:
    left, right = sides
    for i, row in enumerate(layer.weights):
        for j, weight in enumerate(row):
            at = gap.label(left[i], right[j], i, j)
            start, *bends, end = left[i], *gap.bends(at), right[j]
            first = _on_flank(start, [*bends, end][0], radius)
            last = _on_flank(end, [start, *bends][-1], radius)
            yield Edge((first, *bends, last), "weight", weight.key)
            yield _equation(weight, at, "weight")


def _target(target: Unit, centre: Point, radius: float) -> Iterator[Part]:
    x, y = centre
    end = x + radius + 3 * TICK
    width = equation_width(target.name, target.value, TYPE) + 2 * PAD
    yield Edge(((x + radius, y), (end, y)), "target", target.key)
    yield Label(end + width / 2, y, width, LINE, TYPE, "target", target.name, target.value, target.key)


def _shared_bias(bias: Weight, gap: Gap, sides: Sides, lowest: float, radius: float) -> Iterator[Part]:
    """Draw the unit of a shared bias, below all others.

    Its lines go straight to one unit, or to two if there is room. Straight lines to more would run behind units and
    labels: they go up as one line beside the column, and from there to each unit.
    """
    left, right = sides
    direct = len(right) == 1 or (len(right) == 2 and not gap.stacked)
    x = (left[0][0] + right[0][0]) / 2 if direct else right[0][0] - radius - TICK
    y = lowest + 2 * _BIAS_RADIUS
    yield Node(x, y, _BIAS_RADIUS, "bias", bias.key)
    yield Label(x, y, TYPE, TYPE, TYPE, "one", None, "1", bias.key)
    for unit in right:
        turns = [] if direct else [(x, unit[1] + radius)]
        first = _on_circle((x, y), [*turns, unit][0], _BIAS_RADIUS)
        last = _on_circle(unit, [(x, y), *turns][-1], radius)
        yield Edge((first, *turns, last), "bias", bias.key)
    yield _equation(bias, (x, y + _BIAS_RADIUS + HIGH_LINE / 2), "bias")


def _headings(network: Network, measures: Plan, bottom: float) -> Iterator[Label]:
    headings = [heading(layer) for layer in network.layers]
    top = bottom - LINE * max(len(lines) for lines in headings)
    for lines, column in zip(headings, measures.columns, strict=True):
        for row, (line, kind) in enumerate(lines):
            width = text_width(line, TYPE)
            yield Label(column[0][0], top + LINE * (row + 0.5), width, LINE, TYPE, kind, None, line)


def _equation(weight: Weight, centre: Point, kind: LabelKind) -> Label:
    width = equation_width(weight.name, weight.value, TYPE) + 2 * PAD
    height = HIGH_LINE if weight.name.sup else LINE
    return Label(*centre, width, height, TYPE, kind, weight.name, weight.value, weight.key)


def _on_flank(centre: Point, towards: Point, radius: float) -> Point:
    """Return where a weight's line meets a circle.

    A steep one does not aim at the centre but at the flank, or it would run behind the circles above or below.
    """
    (x, y), (to_x, to_y) = centre, towards
    reach = abs(to_x - x)
    return _on_circle(centre, (to_x, y + max(-reach, min(reach, to_y - y))), radius)


def _on_circle(centre: Point, towards: Point, radius: float) -> Point:
    (x, y), (to_x, to_y) = centre, towards
    part = radius / hypot(to_x - x, to_y - y)
    return x + part * (to_x - x), y + part * (to_y - y)
