"""The HTML file as text: well-formed, self-contained, every formula and number of the document in it, text as data."""

import json
import re
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

import derive
from derive.copies.sheets import Wanted, sheets
from derive.document.blocks import Document, Equation, Math, Text
from derive.notation.marks import MARK, marked, unmarked
from derive.pipeline import Solution
from derive.render import markdown
from derive.render.html import spans
from derive.render.mathml import inline, sides
from tests.networks import configs
from tests.samples import ROOT, SAMPLES
from tests.samples import solved as solve_sample
from tests.test_hostile_text import TITLES, solution

solved = cache(solve_sample)

VOID = {"meta", "wbr", "br", "hr", "img", "input", "link"}


class Reader(HTMLParser):
    """Reads a page strictly: every tag is closed where it should be."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.texts: list[tuple[str, str]] = []
        self.feed(page)
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append((self.open[-1] if self.open else "", data))

    def all(self, tag: str, key: str = "") -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag and (not key or key in attributes)]

    def text(self, *tags: str) -> str:
        return "".join(text for tag, text in self.texts if tag in tags)


def equations(document: Document) -> list[Equation]:
    return [block for block in document.blocks if isinstance(block, Equation)]


@pytest.mark.parametrize("name", SAMPLES)
def test_every_equation_is_a_line_with_its_tex(name: str) -> None:
    ours = solved(name)
    page = Reader(ours.text("html"))
    expected = [markdown.equation(block) for block in equations(ours.document)]
    assert len(expected) > 20
    assert [line["data-tex"] for line in page.all("div", "data-tex")] == expected


@settings(max_examples=15)
@given(configs(deepest=3, widest=3, most_samples=2))
def test_any_page_is_well_formed_and_says_what_the_markdown_says(config: dict[str, Any]) -> None:
    ours = derive.solve(config)
    page = ours.text("html")
    reader = Reader(page)
    assert not MARK.search(page)
    assert "merror" not in page
    assert markdown.render(ours.document, ["x"] * 9) == unmarked(markdown.render(ours.linked, ["x"] * 9))
    digits = re.sub(r"[^0-9.]", "", reader.text("mn"))
    for block in equations(ours.document):
        for _, right in block.rows:
            for number in re.findall(r"\d+\.\d+", right):
                assert number in digits


def test_nothing_is_loaded_and_only_our_script_runs() -> None:
    page = solved("three-layers").text("html")
    reader = Reader(page)
    assert not re.search(r"url\((?!data:)|@import", page)
    assert not [tag for tag, each in reader.tags if "src" in each or not (each.get("href") or "#").startswith("#")]
    assert not reader.all("link")
    assert not re.search(r"<[^>]*\son\w+=", page)
    (policy,) = [meta["content"] for meta in reader.all("meta", "http-equiv")]
    assert policy is not None
    assert policy.startswith("default-src 'none'; ")
    assert len(reader.all("script")) == 2


@pytest.mark.parametrize("title", [*TITLES, "日本語 😀"])
def test_a_title_is_text(title: str) -> None:
    page = Reader(solution(title).text("html"))
    plain = Reader(solution("plain").text("html"))
    assert page.text("title").removesuffix("The network with its weights") == page.text("h1") == title
    assert [tag for tag, _ in page.tags] == [tag for tag, _ in plain.tags]


def test_marks_name_the_quantities_of_the_line() -> None:
    ours = solved("source")
    numbers = {link.key: number for number, link in enumerate(ours.linked.links)}
    page = ours.text("html")
    line = next(part for part in page.split('<div class="line"') if f'data-of="{numbers["delta_1_1"]}"' in part)
    found = list(dict.fromkeys(int(number) for number in re.findall(r'data-q="(\d+)"', line.partition("</div>\n<")[0])))
    assert [ours.linked.links[number].key for number in found] == ["delta_1_1", "delta_2_1", "w_2_1_1", "z_1_1"]


def test_links_follow_the_tape_and_name_parts_that_the_diagram_has() -> None:
    ours = solved("three-layers")
    links = ours.linked.links
    for quantity, link in zip(ours.tape.quantities, links, strict=True):
        assert link.key == quantity.key
        assert [links[source].key for source in link.sources] == [
            ours.tape.quantities[arg].key for arg in quantity.args
        ]
    (figure,) = ours.document.figures
    drawn = {part.key for part in (*figure.layout.nodes, *figure.layout.edges)} - {""}
    assert len(drawn) > 20
    assert drawn == {link.part for link in links if link.part in drawn}
    by_key = {link.key: link.part for link in links}
    assert by_key["delta_2_1_s3"] == by_key["z_2_1_s1"] == "a_2_1_s1"
    assert by_key["grad_w_2_1_1"] == by_key["new_w_2_1_1"] == "w_2_1_1"


def test_steps_that_are_worked_apart_are_marked_apart() -> None:
    config = {
        "data": {"inputs": [1], "targets": [2]},
        "layers": [{"activation": "linear", "weights": [[3]]}],
        "training": {"learning_rate": "0.1 / t", "epochs": 2, "optimizer": "momentum"},
        "report": {"show_steps": [1, 2]},
    }
    ours: Solution = derive.solve(config)
    links = ours.linked.links
    assert [link.key for link in links].count("z_1_1") == 2
    lines = [line["data-of"] for line in Reader(ours.text("html")).all("div", "data-of")]
    assert len(lines) == len(set(lines)) + _twice(ours)


def _twice(ours: Solution) -> int:
    """Count the lines that an appendix repeats."""
    keys = [block.rows[0][0] for block in equations(ours.linked) if block.key]
    return len(keys) - len(set(keys))


@pytest.mark.parametrize("symbol", ["x", r"\delta_o", r"\frac{\partial L}{\partial w_1}", "w^{(1)}_{11}", r"\hat{m}"])
@pytest.mark.parametrize(
    "around", ["X", "X^2", r"\frac{1}{X}", r"- X \cdot 2", r"\sigma'(X)", r"\left( X \right)^2", r"\sqrt{X}"]
)
def test_a_mark_is_kept_whatever_stands_round_it(symbol: str, around: str) -> None:
    for number in (0, 1, 999, 60_000):
        page = inline(around.replace("X", marked(symbol, number)))
        assert page.count(f'data-q="{number}"') == 1
        assert not MARK.search(page)
        if around != "X^2":  # there the exponent stands over the index, or after it where a mark is between them
            assert re.sub(r"</?mrow[^>]*>", "", page) == re.sub(
                r"</?mrow[^>]*>", "", inline(around.replace("X", symbol))
            )


def test_a_row_breaks_at_relations_and_a_long_side_at_its_terms() -> None:
    found = list(sides("z", r"= a \cdot b + (c - d) \cdot e = 1 - 2 \approx -3 \cdot (-4)"))
    assert [len(side) for side in found] == [1, 2, 2, 2]
    assert [re.sub("<[^>]*>", "", "|".join(side)) for side in found] == ["z", "=a⋅b|+(c−d)⋅e", "=1|−2", "≈−3|⋅(−4)"]
    assert 'form="infix"' in found[1][1]


def test_a_sheet_holds_no_answer_and_its_key_all(tmp_path: Path) -> None:
    wanted = Wanted(1, 0, 0, ("html", "json"), None, "auto", 1, "")
    sheets(ROOT / "templates" / "configs" / "exam.toml", tmp_path, wanted)
    sheet, key = ((tmp_path / kind / "0001.html").read_text(encoding="utf-8") for kind in ("sheets", "keys"))
    answers = json.loads((tmp_path / "keys" / "0001.json").read_text(encoding="utf-8"))["answers"]
    given = set(json.loads((tmp_path / "sheets" / "0001.json").read_text(encoding="utf-8"))["given"].values())
    values = {each["value"].lstrip("-") for each in answers} - {value.lstrip("-") for value in given}
    assert len(values) > 10
    body = sheet.partition("<body>")[2]
    assert [value for value in values if re.search(rf"(?<![\d.]){re.escape(value)}(?!\d)", body)] == []
    assert [value for value in values if value not in key] == []
    page = Reader(sheet)
    assert len(page.all("mspace", "class")) >= len(answers)
    assert '<script type="application/json" id="links">{}</script>' in sheet


def test_what_ends_a_clause_stays_with_its_mathematics() -> None:
    line = (Math("x_1"), Text(", "), Math("x_2"), Text(" and "), Math("x_3"), Text("."))
    text = re.sub(r"<math>.*?</math>", "M", str(spans(line)))
    one, two, three = (f'<span class="m" data-tex="x_{number}">M</span>' for number in (1, 2, 3))
    assert text == f'<span class="whole">{one},</span> {two} and <span class="whole">{three}.</span>'
