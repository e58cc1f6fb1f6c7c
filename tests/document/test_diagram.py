"""Nothing in a diagram touches what it does not belong to, whatever the network."""

from collections import Counter
from itertools import combinations, pairwise, product
from math import dist, hypot

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from derive.document.diagram import Layer, Layout, Network, Placement, Unit, Weight, layout, may_fit
from derive.document.diagram.shapes import SMALLEST_TYPE, Box, Edge, Label, Node, Point
from derive.notation.name import Name

A4 = (455.0, 640.0)
SIZES = list(product(range(1, 9), repeat=2))
DEEP = [(2, 2, 1), (3, 4, 4, 2), (2, 8, 8, 3), (4, 8, 8, 3), (8, 8, 8), (2, 8, 1), (5, 1), (8, 2, 8), (1, 1, 1, 1)]


def network(
    widths: tuple[int, ...], bias: str = "none", *, value: str = "-0.25", sup: bool = True, targets: bool = True
) -> Network:
    layers = [Layer("Inputs", "", tuple(Unit(Name("x", str(i)), "1.1", f"x_{i}") for i in range(widths[0])))]
    for number, (before, width) in enumerate(pairwise(widths), 1):
        above = f"({number})" if sup else ""
        count = {"none": 0, "own": width, "shared": 1}[bias]
        layers.append(
            Layer(
                f"Hidden layer {number}",
                "sigmoid",
                tuple(Unit(Name("a", str(j), above), "", f"a_{number}_{j}") for j in range(width)),
                tuple(
                    tuple(Weight(Name("w", f"{i}{j}", above), value, f"w_{number}_{i}_{j}") for j in range(width))
                    for i in range(before)
                ),
                tuple(Weight(Name("b", str(j), above), value, f"b_{number}_{j}") for j in range(count)),
                bias == "shared",
            )
        )
    aims = tuple(Unit(Name("y", str(j)), "3.3", f"y_{j}") for j in range(widths[-1])) if targets else ()
    return Network(tuple(layers), aims)


def drawn(drawing: Layout | None) -> Layout:
    assert drawing is not None
    return drawing


def apart(one: Box, other: Box) -> bool:
    return one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]


def clear_of(label: Label, node: Node) -> bool:
    left, top, right, bottom = label.box
    nearest = (min(max(node.x, left), right), min(max(node.y, top), bottom))
    return dist(nearest, (node.x, node.y)) >= node.r


def distance(point: Point, edge: Edge) -> float:
    return min(_to_segment(point, start, end) for start, end in pairwise(edge.points))


def _to_segment(point: Point, start: Point, end: Point) -> float:
    across, down = end[0] - start[0], end[1] - start[1]
    part = ((point[0] - start[0]) * across + (point[1] - start[1]) * down) / (across**2 + down**2)
    part = max(0.0, min(1.0, part))
    return hypot(start[0] + part * across - point[0], start[1] + part * down - point[1])


def crosses(edge: Edge, box: Box) -> bool:
    """Whether a line runs through a box: cut each segment at the box's left and right, compare the heights there."""
    left, top, right, bottom = box
    for (x0, y0), (x1, y1) in pairwise(edge.points):
        low, high = max(left, min(x0, x1)), min(right, max(x0, x1))
        if low > high:
            continue
        ends = [y0, y1] if x0 == x1 else [y0 + (y1 - y0) * (x - x0) / (x1 - x0) for x in (low, high)]
        if max(ends) > top and min(ends) < bottom:
            return True
    return False


def assert_tidy(drawing: Layout) -> None:
    outside = [label for label in drawing.labels if label.kind not in ("unit", "one")]
    assert outside
    for one, other in combinations(outside, 2):
        assert apart(one.box, other.box), (one, other)
    for label, node in product(outside, drawing.nodes):
        assert clear_of(label, node), (label, node)
    for one_node, other_node in combinations(drawing.nodes, 2):
        assert dist((one_node.x, one_node.y), (other_node.x, other_node.y)) > one_node.r + other_node.r
    for edge, node in product(drawing.edges, drawing.nodes):
        centre = (node.x, node.y)
        ends_there = any(abs(dist(end, centre) - node.r) < 0.01 for end in (edge.points[0], edge.points[-1]))
        assert distance(centre, edge) > node.r + (-0.01 if ends_there else 0.5), (edge, node)
    boxes = [node.box for node in drawing.nodes] + [label.box for label in drawing.labels]
    for left, top, right, bottom in boxes:
        assert drawing.left < left
        assert drawing.top < top
        assert right < drawing.left + drawing.width
        assert bottom < drawing.top + drawing.height


def assert_complete(drawing: Layout, shown: Network) -> None:
    weights = [weight for layer in shown.layers for row in layer.weights for weight in row]
    biases = [bias for layer in shown.layers for bias in layer.biases]
    units = [unit for layer in shown.layers for unit in layer.units]
    labels = Counter((label.name, label.text, label.key) for label in drawing.labels if label.name)
    expected = Counter((weight.name, weight.value, weight.key) for weight in weights + biases)
    expected += Counter((target.name, target.value, target.key) for target in shown.targets)
    expected += Counter((unit.name, "", unit.key) for unit in units)
    assert labels == expected
    edges = {edge.key: edge for edge in drawing.edges if edge.kind == "weight"}
    assert len(edges) == len(weights)
    for label in drawing.labels:
        if label.kind == "weight":
            assert distance((label.x, label.y), edges[label.key]) < 0.01
    for unit in units:
        assert sum(node.key == unit.key for node in drawing.nodes) == 1


@pytest.mark.parametrize("bias", ["none", "own", "shared"])
@pytest.mark.parametrize("sup", [True, False])
@pytest.mark.parametrize("widths", SIZES)
def test_two_layers_of_any_size(widths: tuple[int, int], sup: bool, bias: str) -> None:
    shown = network(widths, bias, sup=sup)
    drawing = drawn(layout(shown))
    assert_tidy(drawing)
    assert_complete(drawing, shown)


@pytest.mark.parametrize("bias", ["none", "own", "shared"])
@pytest.mark.parametrize("widths", DEEP)
def test_networks_up_to_eight_units_a_layer(widths: tuple[int, ...], bias: str) -> None:
    shown = network(widths, bias)
    drawing = drawn(layout(shown))
    assert_tidy(drawing)
    assert_complete(drawing, shown)
    placement = drawing.placement(*A4)
    assert placement is not None
    assert placement.scale * drawing.type_size >= SMALLEST_TYPE


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.integers(1, 9), min_size=2, max_size=5).map(tuple),
    st.sampled_from(["none", "own", "shared"]),
    st.sampled_from(["0", "0.2", "-0.1", "-0.12345"]),
    st.booleans(),
)
def test_any_network_is_tidy_or_told(widths: tuple[int, ...], bias: str, value: str, sup: bool) -> None:
    shown = network(widths, bias, value=value, sup=sup)
    drawing = layout(shown)
    if drawing is not None:
        assert_tidy(drawing)
        assert_complete(drawing, shown)


@pytest.mark.parametrize("widths", [(3, 3), (4, 4), (8, 8), (2, 8), (8, 3), (5, 1), (1, 6)])
def test_no_weights_line_runs_behind_the_label_of_another(widths: tuple[int, int]) -> None:
    drawing = drawn(layout(network(widths)))
    labels = [label for label in drawing.labels if label.kind == "weight"]
    edges = [edge for edge in drawing.edges if edge.kind == "weight"]
    assert len(labels) == len(edges) == widths[0] * widths[1]
    for label, edge in product(labels, edges):
        assert crosses(edge, label.box) == (label.key == edge.key)


@pytest.mark.parametrize("widths", [(3, 3), (4, 4), (8, 8), (2, 8), (8, 3), (3, 4, 4, 2), (2, 3, 1)])
def test_biases_stand_where_no_weights_line_runs(widths: tuple[int, ...]) -> None:
    drawing = drawn(layout(network(widths, "own")))
    biases = [label for label in drawing.labels if label.kind == "bias"]
    assert len(biases) == sum(widths[1:])
    for bias, edge in product(biases, drawing.edges):
        assert edge.kind != "weight" or not crosses(edge, bias.box)


def test_the_lines_of_a_small_network_are_straight() -> None:
    drawing = drawn(layout(network((2, 2, 1), sup=False)))
    assert all(len(edge.points) == 2 for edge in drawing.edges)
    assert drawing.placement(*A4) == Placement(1.0, rotated=False)


@pytest.mark.parametrize("widths", [(20, 20), (10, 10, 10), (100, 100, 10), (17, 1), (8,) * 7])
def test_what_is_too_large_is_not_drawn(widths: tuple[int, ...]) -> None:
    assert layout(network(widths)) is None


def test_may_fit_is_quick_to_refuse() -> None:
    assert may_fit((4, 8, 8, 3))
    assert not may_fit((1_000_000, 1))
    assert not may_fit((16, 16, 16))


def test_a_wide_network_is_turned() -> None:
    drawing = drawn(layout(network((4, 4, 4, 4, 4, 4))))
    placement = drawing.placement(*A4)
    assert placement is not None
    assert placement.rotated
    assert drawing.width * placement.scale <= A4[1]
    assert drawing.height * placement.scale <= A4[0]
    assert drawing.placement(100, 100) is None


def test_long_titles_are_broken_and_kept_apart() -> None:
    shown = network((2, 2, 1))
    title = "A hidden layer with a title that is much too long for one line"
    layers = tuple(Layer(title, "leaky rectifier", *_rest(layer)) for layer in shown.layers)
    drawing = drawn(layout(Network(layers)))
    assert_tidy(drawing)
    words = " ".join(label.text for label in drawing.labels if label.kind == "title")
    assert Counter(words.split()) == Counter(title.split() * 3)


def test_values_of_hidden_units_stand_clear() -> None:
    shown = network((2, 3, 2), "own")
    units = [tuple(Unit(unit.name, "0.75026", unit.key) for unit in layer.units) for layer in shown.layers]
    layers = tuple(
        Layer(layer.title, layer.caption, own, layer.weights, layer.biases)
        for layer, own in zip(shown.layers, units, strict=True)
    )
    drawing = drawn(layout(Network(layers)))
    assert_tidy(drawing)
    assert sum(label.kind == "value" for label in drawing.labels) == 7


def test_the_same_network_is_laid_out_the_same() -> None:
    assert layout(network((3, 4, 2), "own")) == layout(network((3, 4, 2), "own"))


def _rest(layer: Layer) -> tuple[tuple[Unit, ...], tuple[tuple[Weight, ...], ...]]:
    return layer.units, layer.weights
