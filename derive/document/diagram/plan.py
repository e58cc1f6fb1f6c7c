"""The measures of a diagram: where the columns stand, and how far apart the units of each.

All columns are centred on one line, which is y = 0.
"""

from dataclasses import dataclass

from derive.document.diagram.gap import Gap, stacked
from derive.document.diagram.network import Layer, Network
from derive.document.diagram.shapes import LabelKind, Point
from derive.document.diagram.widths import equation_width, lines, name_width, number_width, text_width

TYPE = 9.0
UNIT_TYPE = 11.0
LINE = 11.0
"""The height of a label."""
HIGH_LINE = 12.5
"""The height of a label whose name has a superscript."""
PAD = 2.0
"""How much wider than its text a label is, on either side."""
TICK = 6.0
"""A short line's length; some lines are two or three times as long."""
_ROW = 12.5
_HIGH_ROW = 14.0
_LEAST_RADIUS = 15.0
_ROOMY = 74.0
_TITLE_LINE = 100.0
_BETWEEN_TITLES = 10.0
_MOST_SPREAD = 2.5


@dataclass(frozen=True)
class Plan:
    """The radius and the centres of the units, column by column, and the gaps between the columns."""

    radius: float
    columns: tuple[tuple[Point, ...], ...]
    gaps: tuple[Gap, ...]


def plan(network: Network, steepness: float) -> Plan:
    """Measure everything; the steeper edges may be, the narrower the diagram."""
    layers = network.layers
    names = [unit.name for layer in layers for unit in layer.units]
    radius = max(_LEAST_RADIUS, max(name_width(name, UNIT_TYPE) for name in names) / 2 + 3)
    gaps = [_gap(network, number, radius, steepness) for number in range(len(layers) - 1)]
    tallest = max(len(layer.units) for layer in layers)
    above = 2 * TICK + HIGH_LINE if any(layer.own_biases for layer in layers) else 0.0
    below = LINE + 2 if any(unit.value for layer in layers[1:] for unit in layer.units) else 0.0
    roomy = _ROOMY if tallest <= 3 else 0.0
    spacing = max(2 * radius + 10 + above + below, roomy, *(gap.spacing for gap in gaps))
    spacings = [spacing * _spread(gaps, number, tallest) for number in range(len(layers))]
    xs = [0.0]
    for number, gap in enumerate(gaps):
        rise = (spacings[number] * (gap.sources - 1) + spacings[number + 1] * (gap.targets - 1)) / 2
        titles = (_heading_width(layers[number]) + _heading_width(layers[number + 1])) / 2 + _BETWEEN_TITLES
        xs.append(xs[-1] + max(gap.length(rise), titles))
    columns = tuple(_column(len(layer.units), x, s) for layer, x, s in zip(layers, xs, spacings, strict=True))
    return Plan(radius, columns, tuple(gaps))


def _spread(gaps: list[Gap], number: int, tallest: int) -> float:
    """Return how much farther apart the units of a column stand than those of the tallest one.

    A column of few units spreads out, but not beside a gap whose straight edges need equal distances.
    """
    beside = gaps[max(0, number - 1) : number + 1]
    count = beside[0].sources if number == 0 else beside[0].targets
    if count == 1 or not all(gap.stacked for gap in beside):
        return 1.0
    return min(_MOST_SPREAD, ((tallest - 1) / (count - 1) + 1) / 2)


def bias_shift(network: Network, number: int) -> float:
    """Return how far right of its unit the text of a bias of this layer stands, in units of its half width.

    Where edges cross freely on one side of the units only, it gives way to the other side.
    """
    widths = [len(layer.units) for layer in network.layers]
    crossed_left = number > 0 and stacked(widths[number - 1], widths[number]) and widths[number - 1] >= widths[number]
    last = number == len(widths) - 1
    crossed_right = not last and stacked(widths[number], widths[number + 1]) and widths[number] < widths[number + 1]
    return 0.7 * (crossed_left - crossed_right)


def heading(layer: Layer) -> list[tuple[str, LabelKind]]:
    """Return the lines above a column."""
    titles: list[tuple[str, LabelKind]] = [(line, "title") for line in lines(layer.title, TYPE, _TITLE_LINE)]
    return titles + [(line, "caption") for line in lines(layer.caption, TYPE, _TITLE_LINE)]


def _heading_width(layer: Layer) -> float:
    return max((text_width(line, TYPE) for line, _ in heading(layer)), default=0.0)


def _column(count: int, x: float, spacing: float) -> tuple[Point, ...]:
    return tuple((x, (row - (count - 1) / 2) * spacing) for row in range(count))


def _gap(network: Network, number: int, radius: float, steepness: float) -> Gap:
    before, layer = network.layers[number : number + 2]
    weights = [weight for row in layer.weights for weight in row]
    label = max(equation_width(weight.name, weight.value, TYPE) for weight in weights) + 2 * PAD
    row = _HIGH_ROW if any(weight.name.sup for weight in weights) else _ROW
    left = max(radius, _half_width(before) * (1 + bias_shift(network, number))) if number else radius
    right = max(radius, _half_width(layer) * (1 - bias_shift(network, number + 1)))
    return Gap(len(before.units), len(layer.units), label, row, left, right, steepness)


def _half_width(layer: Layer) -> float:
    """Return half the width of the widest text above or under a unit."""
    values = [number_width(unit.value, TYPE) for unit in layer.units]
    biases = [equation_width(bias.name, bias.value, TYPE) for bias in layer.own_biases]
    return max(values + biases) / 2 + PAD
