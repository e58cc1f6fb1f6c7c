"""The TikZ picture of a diagram: complete, safe, and set by a real engine within the text width."""

import io
import re
from collections import Counter
from itertools import pairwise

import pdfplumber
import pytest
from pdfplumber.pdf import PDF

from derive.document.diagram import Layer, Layout, Network, Placement, Unit, Weight, layout
from derive.document.plot import curve
from derive.errors import UserError
from derive.notation.name import Name
from derive.render.engine import Engine, compile_pdf, find_engine
from derive.render.textext import escape
from derive.render.tikz import tikz
from derive.resources import environment

HOSTILE = r"\input{/etc/passwd} $x_1$ 100% #1 & ~^ {\bf } \end{tikzpicture}"
DOCUMENT = (
    "\\documentclass[a4paper]{article}\n\\usepackage[T1]{fontenc}\n\\usepackage{lmodern,amsmath,tikz}\n"
    "\\usepackage[a4paper,hmargin=25mm,vmargin=20mm]{geometry}\n\\pagestyle{empty}\\parindent0pt\n"
    "\\hfuzz0pt\n"
    + environment("latex").get_template("latex/drawing.tex.j2").render().replace("%", "%%")
    + "\\begin{document}\n%s\n\\end{document}\n"
)


def drawing(*widths: int, title: str = "Hidden layer") -> Layout:
    layers = [Layer("Inputs", "", tuple(Unit(Name("x", str(i)), "1.1") for i in range(widths[0])))]
    for number, (before, width) in enumerate(pairwise(widths), 1):
        weights = tuple(
            tuple(Weight(Name("w", f"{i}{j}", f"({number})"), f"-0.{number}{i}{j}") for j in range(width))
            for i in range(before)
        )
        units = tuple(Unit(Name("y", r"\text{pred}")) for _ in range(width))
        biases = tuple(Weight(Name("b", str(j)), f"0.9{j}") for j in range(width))
        layers.append(Layer(title, "sigmoid", units, weights, biases))
    found = layout(Network(tuple(layers), (Unit(Name("y"), "3.3"),)))
    assert found is not None
    return found


@pytest.fixture(scope="module")
def engine() -> Engine:
    try:
        return find_engine()
    except UserError as error:
        pytest.skip(f"no LaTeX engine here: {error}")


def test_every_weight_stands_there_once() -> None:
    source = tikz(drawing(3, 4, 2), escape)
    found = Counter(re.findall(r"\\put\(\S+\)\{\\drawingpatch\{\$(w.*)\$\}\}", source))
    expected = [
        f"w^{{({number})}}_{{{i}{j}}} = -0.{number}{i}{j}"
        for number, (before, width) in enumerate(pairwise((3, 4, 2)), 1)
        for i in range(before)
        for j in range(width)
    ]
    assert found == Counter(expected)
    assert re.match(r"\\drawing\{\([\d.,]+\)\}\{\([\d.,]+\)\}\{\\begin\{tikzpicture\}", source)
    assert source.count("\\end{tikzpicture}") == 1


def test_titles_go_through_the_escape() -> None:
    source = tikz(drawing(1, 1, title="a_b"), str.upper)
    assert "{A_B}" in source
    assert "SIGMOID}" in source


def test_it_is_scaled_and_turned_as_told() -> None:
    source = tikz(drawing(1, 1), escape, Placement(0.75, rotated=True))
    assert source.startswith("\\rotatebox{90}{%\n\\scalebox{0.7500}{%\n\\drawing{")
    assert source.rstrip().endswith("\n}}}")


def test_the_same_layout_gives_the_same_bytes() -> None:
    assert tikz(drawing(3, 4, 2), escape) == tikz(drawing(3, 4, 2), escape)


@pytest.mark.parametrize("widths", [(2, 2, 1), (1, 1), (3, 4, 4, 2), (2, 4, 4, 4, 4, 2), (8, 8, 8)])
def test_it_is_set_on_one_page_with_every_value(engine: Engine, widths: tuple[int, ...]) -> None:
    layout_ = drawing(*widths)
    placement = layout_.placement(455, 640)
    assert placement is not None
    with opened(tikz(layout_, escape, placement), engine) as document:
        (page,) = document.pages
        signs = Counter(character["text"] for character in page.chars)
        assert signs["="] == sum(n * m + m for n, m in pairwise(widths)) + 1
        circles = [curve for curve in page.curves if curve["fill"]]
        assert len(circles) == sum(widths)
        parts = [*page.chars, *page.curves]
        assert min(part["x0"] for part in parts) > 70
        assert max(part["x1"] for part in parts) < page.width - 70
        assert min(part["top"] for part in parts) > 50
        assert max(part["bottom"] for part in parts) < page.height - 50


def test_its_colours_end_with_it(engine: Engine) -> None:
    with opened(tikz(drawing(2, 2, 1), escape) + "\\par ZZ", engine) as document:
        colours = {c["text"]: c["non_stroking_color"] for c in document.pages[0].chars if c["text"] in "Z3s"}
    assert {sign: sum(colour) for sign, colour in colours.items()} == {"Z": 0, "s": 0.35, "3": 0.35}


def test_user_text_does_not_run(engine: Engine) -> None:
    with opened(tikz(drawing(2, 2, 1, title=HOSTILE), escape), engine) as document:
        text = "".join(character["text"] for character in document.pages[0].chars)
    assert r"\input{/etc/passwd}" in text
    assert r"\end{tikzpicture}" in text
    assert "root:" not in text


def test_a_curve_is_set_with_its_axes(engine: Engine) -> None:
    losses = [2.0 * 0.9**epoch for epoch in range(100)]
    picture = tikz(curve(list(enumerate(losses)), "Epoch", HOSTILE), escape)
    with opened(picture, engine) as document:
        (page,) = document.pages
        text = "".join(character["text"] for character in page.chars)
        assert text.startswith("10−5")
        assert "Epoch" in text
        assert r"\end{tikzpicture}" in text
        (line,) = (part for part in page.curves if len(part["pts"]) == len(losses))
        heights = [-y for _, y in line["pts"]]
        assert heights == sorted(heights, reverse=True)
        assert max(part["x1"] for part in (*page.chars, *page.curves)) < page.width - 70


def opened(picture: str, engine: Engine) -> PDF:
    return pdfplumber.open(io.BytesIO(compile_pdf(DOCUMENT % picture, engine)))
