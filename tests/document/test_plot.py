"""A curve's picture: marks at 1, 2 or 5 times a power of ten, all in its frame, nothing seen lost in thinning."""

from decimal import Decimal
from itertools import combinations, pairwise
from math import exp, inf, isclose, log10, nan, sin

import pytest
from hypothesis import given
from hypothesis import strategies as st

from derive.document.blocks import Document, Heading, Plot, Text
from derive.document.diagram import Layout
from derive.document.plot import curve
from derive.document.plot.curve import thinned
from derive.document.plot.ticks import counted, measured
from derive.render.markdown import file_names, render, with_figures_inside

LOSSES = st.floats(1e-300, 1e300)


def points(*losses: float) -> list[tuple[float, float]]:
    return [(float(epoch), loss) for epoch, loss in enumerate(losses)]


def labels(values: list[float]) -> tuple[str, ...]:
    return measured(values).labels()


def plot(*losses: float) -> Plot:
    return Plot("The loss", "It falls.", "Epoch", "Loss", tuple(points(*losses)))


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([0.0, 1.0], ("0", "0.2", "0.4", "0.6", "0.8", "1.0")),
        ([0.8, 2.4], ("0", "0.5", "1.0", "1.5", "2.0", "2.5")),
        ([41.0, 60.0], ("40", "45", "50", "55", "60")),
        ([-1.0, 1.0], ("−1.0", "−0.5", "0", "0.5", "1.0")),
        ([0.693147, 0.693148], ("0.6931470", "0.6931472", "0.6931474", "0.6931476", "0.6931478", "0.6931480")),
        ([1e-7, 4e-7], ("0", "10⁻⁷", "2·10⁻⁷", "3·10⁻⁷", "4·10⁻⁷")),
        ([0.5, 0.5], ("0", "0.2", "0.4", "0.6", "0.8", "1.0")),
        ([0.0], ("0", "0.2", "0.4", "0.6", "0.8", "1.0")),
        ([0.002, 0.9], ("0.001", "0.01", "0.1", "1")),
        ([1e-6, 0.9], ("10⁻⁶", "10⁻⁵", "10⁻⁴", "10⁻³", "10⁻²", "10⁻¹", "10⁰")),
    ],
)
def test_marks_are_those_that_a_reader_expects(values: list[float], expected: tuple[str, ...]) -> None:
    assert labels(values) == expected


def test_the_decimal_mark_is_the_pages() -> None:
    assert measured([0.0, 1.0]).labels(",")[1] == "0,2"


@given(st.lists(st.one_of(LOSSES, LOSSES.map(lambda y: -y), st.just(0.0)), min_size=1, max_size=20))
def test_an_axis_covers_its_values_in_few_round_steps(values: list[float]) -> None:
    axis = measured(values)
    assert all(-1e-9 <= axis.part(value) <= 1 + 1e-9 for value in values)
    assert 1 <= len(axis.ticks) <= 9
    assert len(set(axis.labels())) == len(axis.ticks)
    if axis.logarithmic:
        assert all(tick.normalize().as_tuple().digits == (1,) for tick in axis.ticks)
        assert len({isclose(log10(float(b / a)), 0) for a, b in pairwise(axis.ticks)}) <= 1
    else:
        (step,) = {b - a for a, b in pairwise(axis.ticks)}
        assert step.normalize().as_tuple().digits in {(1,), (2,), (5,)}


@given(st.integers(0, 10**6))
def test_epochs_are_counted_in_whole_numbers(last: int) -> None:
    axis = counted([0.0, float(last)])
    assert axis.ticks[0] == 0
    assert all(tick == int(tick) <= max(last, 1) for tick in axis.ticks)
    assert 2 <= len(axis.ticks) <= 7


def test_a_scale_is_logarithmic_beyond_two_powers_of_ten_and_above_zero() -> None:
    assert not measured([1.0, 100.0]).logarithmic
    assert measured([1.0, 101.0]).logarithmic
    assert not measured([0.0, 101.0]).logarithmic
    assert not measured([-1.0, 101.0]).logarithmic


def test_thinning_keeps_what_can_be_seen() -> None:
    many = points(*(exp(-n / 1000) + 0.1 * sin(n) for n in range(20_000)))
    many[777] = (777.0, 9.0)
    kept = thinned(many)
    assert len(kept) <= 300
    assert {many[0], many[-1], many[777]} <= set(kept) <= set(many)
    assert list(kept) == sorted(kept)
    assert min(y for _, y in kept) == min(y for _, y in many)
    assert thinned(many[:300]) == many[:300]


@given(st.lists(LOSSES, min_size=1, max_size=400))
def test_everything_stands_inside_the_frame_and_apart(losses: list[float]) -> None:
    drawing = curve(points(*losses), "Epoch", "Loss", "loss")
    assert_tidy(drawing)
    assert sum(edge.kind == "curve" for edge in drawing.edges) == (len(losses) > 1)
    assert len(drawing.nodes) == (len(losses) if len(losses) <= 25 else 0)


def assert_tidy(drawing: Layout) -> None:
    boxes = [part.box for part in (*drawing.labels, *drawing.nodes)]
    boxes += [(x, y, x, y) for edge in drawing.edges for x, y in edge.points]
    for left, top, right, bottom in boxes:
        assert drawing.left < left <= right < drawing.left + drawing.width
        assert drawing.top < top <= bottom < drawing.top + drawing.height
    for one, other in combinations(drawing.labels, 2):
        apart = one.box[2] <= other.box[0] or other.box[2] <= one.box[0]
        assert apart or one.box[3] <= other.box[1] or other.box[3] <= one.box[1], (one, other)
    placement = drawing.placement(455, 640)
    assert placement is not None
    assert placement.scale == 1


def test_the_curve_goes_down_where_the_loss_does() -> None:
    (line,) = (edge for edge in curve(points(4, 2, 1, 3), "Epoch", "Loss", "loss").edges if edge.kind == "curve")
    assert line.key == "loss"
    heights = [-y for _, y in line.points]
    assert heights[0] > heights[3] > heights[1] > heights[2]
    assert [x for x, _ in line.points] == sorted(x for x, _ in line.points)


@pytest.mark.parametrize("losses", [(), (inf,), (nan, inf)])
def test_a_curve_without_a_point_is_its_axes(losses: tuple[float, ...]) -> None:
    drawing = curve(points(*losses), "Epoch", "Loss")
    assert_tidy(drawing)
    assert not drawing.nodes
    assert "curve" not in {edge.kind for edge in drawing.edges}


def test_the_same_points_are_laid_out_the_same() -> None:
    assert plot(3, 2, 1).layout == plot(3, 2, 1).layout


def test_a_document_names_the_files_of_its_drawings() -> None:
    document = Document("Title", (Heading(1, (Text("Training"),)), plot(3, 2, 1), plot(2, 1)), "a4")
    names = file_names(document, "mine")
    assert names == ["mine-loss.svg", "mine-loss-2.svg"]
    assert "![It falls.](mine-loss.svg)" in render(document, names)
    assert with_figures_inside(document).count("data:image/svg+xml;base64,") == 2


def test_marks_are_decimals_without_the_noise_of_floats() -> None:
    assert measured([0.0, 0.7]).ticks[3] == Decimal("0.6")
