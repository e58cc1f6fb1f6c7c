"""Decimal commas: on the whole page, in lists with semicolons, and nowhere in the JSON or in the user's title."""

import json
import re
from decimal import Decimal
from typing import Any

import pytest

from derive.document.blocks import Document, Items, Math, Paragraph, Plot, Table, Text
from derive.document.mark import with_decimal_mark
from derive.numbers.style import Style
from derive.pipeline import Solution, solve
from tests.networks import small_network

COMMA = Style(mark="comma")


def solution(mark: str, **report: Any) -> Solution:
    keys = small_network("sigmoid", "half_squared_error", "own", 1) | {"title": "Version 1.5, with 1,000 dots"}
    keys["data"] = keys["data"] | {"targets": ["0.3 * x1", "max(x1, x2, 0.15)"]}
    keys["training"] = keys["training"] | {"epochs": 2}
    return solve(keys | {"report": {"decimal_mark": mark, **report}})


@pytest.mark.parametrize("form", ["scalar", "both"])
@pytest.mark.parametrize("format_name", ["md", "tex"])
def test_a_page_with_commas_is_the_page_with_points_but_for_its_marks(form: str, format_name: str) -> None:
    point, comma = (solution(mark, form=form).text(format_name) for mark in ("point", "comma"))
    assert point.count("0.") > 100
    assert re.search(r"\\max\(-?0\.\d+, -?\d", point)
    assert re.search(r"\\max\(-?0\{,\}\d+; -?\d", comma)
    assert _alike(comma) == _alike(point)


def _alike(text: str) -> str:
    """Make points of commas between digits, and commas of semicolons."""
    return re.sub(r"(?<=\d)(\{,\}|,)(?=\d)", ".", text).replace("; ", ", ")


def test_the_drawings_have_commas() -> None:
    names = {file.name: file.content.decode() for file in solution("comma").files("page", "md")}
    drawings = [text for name, text in names.items() if name.endswith(".svg")]
    assert len(drawings) == 2
    for drawing in drawings:
        texts = re.findall(r"<tspan[^>]*>([^<]*)</tspan>", drawing)
        assert any(re.search(r"\d,\d", text) for text in texts)
        assert not any(re.search(r"\d\.\d|[{}\\]", text) for text in texts)
        assert not re.search(r"\d\.\d", re.findall("<desc>(.*)</desc>", drawing)[0])


def test_the_json_stays_with_points() -> None:
    point, comma = (json.loads(solution(mark).text("json")) for mark in ("point", "comma"))
    assert comma.pop("config")["report"]["decimal_mark"] == "comma"
    del point["config"]
    assert comma == point


def test_lists_of_decimals_have_semicolons_and_thousands_a_space() -> None:
    line = (Text("Weights "), Math("w = 0.5"), Text(", "), Math("v = 2"), Text(", as in 12,345 others, 3 of them 1.5"))
    symbols = (Math("z"), Text(", "), Math("a"))
    plot = Plot("Loss", "From 0.5 to 0.25.", "x", "y", ((0.0, 0.5), (1.0, 0.25)))
    blocks = (Paragraph(line), Items((line,)), Table((symbols,), ((line,),)), plot)
    paragraph, items, table, curve = with_decimal_mark(Document("1.5", blocks, "a4"), COMMA).blocks
    assert isinstance(paragraph, Paragraph)
    assert [span.tex if isinstance(span, Math) else span.text for span in paragraph.spans] == [
        "Weights ", "w = 0{,}5", "; ", "v = 2", ", as in 12\u00a0345 others, 3 of them 1,5",
    ]  # fmt: skip
    assert items == Items((paragraph.spans,))
    assert table == Table((symbols,), ((paragraph.spans,),))
    assert isinstance(curve, Plot)
    assert (curve.description, curve.mark) == ("From 0,5 to 0,25.", ",")


def test_with_the_point_nothing_changes() -> None:
    document = Document("Title", (Paragraph((Math("0.5"), Text(", 1,000"))),), "a4")
    assert with_decimal_mark(document, Style()) is document


def test_two_ways_to_round_at_once_are_a_fault() -> None:
    from derive.errors import UserError

    with pytest.raises(UserError, match=r"report\.significant: values are rounded .* leave one of the two out"):
        solution("point", decimals=3, significant=4)


def test_a_page_says_how_it_rounds() -> None:
    assert "up to 4 significant digits" in solution("point", significant=4).text("md")
    assert "rounded to 1 significant digit," in solution("point", significant=1, carry="rounded").text("md")
    tiny = solve(small_network("sigmoid", "half_squared_error", "none", 1) | {"report": {"decimals": 2}})
    assert r"written as $a \cdot 10^{n}$" in tiny.text("md")
    assert r"10^{n}" not in solution("point", decimals=9).text("md")
    assert solve(tiny.config)["delta_1_1"].value != Decimal(0)
