"""The SVG of a diagram: well formed, complete, and deaf to what user text says."""

from itertools import pairwise
from xml.etree import ElementTree

import pytest

from derive.document.diagram import Layer, Layout, Network, Unit, Weight, layout
from derive.document.diagram.shapes import Label
from derive.document.diagram.widths import SCRIPT, text_width
from derive.document.plot import curve
from derive.notation.name import Name
from derive.render.points import written
from derive.render.svg import svg

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = "<script>alert(1)</script> & \"quotes\" 'single' ]]> {{ 7*7 }} {% raw %} \x00\ud800 <!-- é"


def drawing(*widths: int, title: str = "Hidden layer") -> Layout:
    layers = [Layer("Inputs", "", tuple(Unit(Name("x", str(i)), "-1.1", f"x_{i}") for i in range(widths[0])))]
    for before, width in pairwise(widths):
        weights = tuple(
            tuple(Weight(Name("w", f"{i}{j}", "(2)"), f"-{i}.{j}", f"w_{width}_{i}_{j}") for j in range(width))
            for i in range(before)
        )
        units = tuple(Unit(Name(r"\delta", r"\text{pred}"), "", "<&>") for _ in range(width))
        layers.append(Layer(title, title, units, weights, (Weight(Name("b"), "-0.25"),), shared_bias=True))
    found = layout(Network(tuple(layers), (Unit(Name("y"), "3.3"),)))
    assert found is not None
    return found


def plot(*losses: float, title: str = "Loss") -> Layout:
    return curve([(float(epoch), loss) for epoch, loss in enumerate(losses)], "Epoch", title, "loss")


def texts(source: str) -> list[str]:
    return ["".join(text.itertext()) for text in ElementTree.fromstring(source).iter(f"{SVG}text")]


@pytest.mark.parametrize("widths", [(2, 2, 1), (1, 1), (3, 4, 4, 2), (8, 8, 8)])
def test_every_weight_stands_there_with_its_value(widths: tuple[int, ...]) -> None:
    source = svg(drawing(*widths), "A network", "Two inputs")
    root = ElementTree.fromstring(source)
    found = texts(source)
    for before, width in pairwise(widths):
        for i in range(before):
            for j in range(width):
                assert f"w(2){i}{j}\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}\N{MINUS SIGN}{i}.{j}" in found
                assert sum(line.get("data-key") == f"w_{width}_{i}_{j}" for line in root.iter(f"{SVG}polyline")) >= 1
    assert "y\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}3.3" in found
    assert "-" not in "".join(found)


def test_it_says_what_it_is_and_how_large() -> None:
    layout_ = drawing(2, 2, 1)
    root = ElementTree.fromstring(svg(layout_, "A network", "Two inputs"))
    assert root.get("role") == "img"
    assert root.get("aria-label") == root.findtext(f"{SVG}title") == "A network"
    assert root.findtext(f"{SVG}desc") == "Two inputs"
    assert [float(number) for number in root.get("viewBox", "").split()] == [
        pytest.approx(number, abs=0.01) for number in (layout_.left, layout_.top, layout_.width, layout_.height)
    ]
    ground = next(root.iter(f"{SVG}rect"))
    assert ground.get("fill") == "#fff"
    assert ground.get("width") == root.get("viewBox", "").split()[2]


def test_user_text_stays_text() -> None:
    source = svg(drawing(2, 2, 1, title=HOSTILE), HOSTILE, HOSTILE)
    root = ElementTree.fromstring(source)
    kept = HOSTILE.replace("\x00", "\ufffd").replace("\ud800", "\ufffd")
    assert root.findtext(f"{SVG}title") == root.findtext(f"{SVG}desc") == kept
    assert "<script>" in "".join(texts(source))
    assert {element.tag.removeprefix(SVG) for element in root.iter()} == {
        *("svg", "title", "desc", "rect", "g", "polyline", "circle", "text", "tspan")
    }
    source.encode()


def test_nothing_is_loaded_or_run() -> None:
    source = svg(drawing(2, 2, 1), "A network", "")
    for word in ("script", "href", "style", "url(", "http://www.w3.org/1999", "@import", "NaN", "None"):
        assert word not in source.replace("font-style", "")


def test_the_same_layout_gives_the_same_bytes() -> None:
    assert svg(drawing(3, 4, 2), "t", "d") == svg(drawing(3, 4, 2), "t", "d")


def test_a_curve_is_drawn_with_its_axes() -> None:
    source = svg(plot(4, 2, 1, 0.5), "The loss", "It falls.")
    root = ElementTree.fromstring(source)
    assert texts(source) == ["0", "1", "2", "3", "4", "0", "1", "2", "3", "Epoch", "Loss"]
    (line,) = (line for line in root.iter(f"{SVG}polyline") if line.get("data-key") == "loss")
    heights = [float(point.split(",")[1]) for point in line.get("points", "").split()]
    assert heights == [0, 85, 127.5, 148.75]
    assert [float(dot.get("cy", "")) for dot in root.iter(f"{SVG}circle")] == heights


def test_a_curves_titles_stay_text() -> None:
    source = svg(plot(2, 1, title=HOSTILE), HOSTILE, HOSTILE)
    assert "<script>" in "".join(texts(source))
    assert "<script>" not in source


@pytest.mark.parametrize(
    ("number", "text"), [(0.0, "0"), (-0.001, "0"), (1.5, "1.5"), (2.0, "2"), (1 / 3, "0.33"), (-10.0, "-10")]
)
def test_coordinates_have_at_most_two_decimals(number: float, text: str) -> None:
    assert written(number) == text


@pytest.mark.parametrize(("sub", "sup"), [("11", "(1)"), ("h1", ""), ("h10", "(10)"), ("1", "(2)")])
def test_scripts_stand_over_each_other_and_what_follows_after_both(sub: str, sup: str) -> None:
    name = Name("w", sub, sup, step=1)
    label = Label(0.0, 0.0, 100.0, 10.0, 10.0, "weight", name, "0.5")
    drawn = svg(Layout(0.0, 0.0, 100.0, 20.0, 0.5, (), (), (label,)), "title", "text")
    pen, starts, ends = 0.0, {}, {}
    runs = [*name.runs, None]
    for run, piece in zip(runs, ElementTree.fromstring(drawn).iter(f"{SVG}tspan"), strict=True):
        pen += float(piece.get("dx", "0"))
        if run is None:
            assert pen == pytest.approx(max(ends[1], ends[-1]), abs=0.02)
        else:
            starts.setdefault(run.shift, pen)
            pen += text_width(run.text, SCRIPT * 10.0)
            ends[run.shift] = pen
    assert starts[1] == pytest.approx(starts[-1], abs=0.02)
