"""Text of a config stays text: never a command of TeX, mathematics, Markdown, HTML, XML, or a template."""

import json
import random
import re
import string
from collections.abc import Sequence
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from xml.etree import ElementTree

import pypdf
import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.dollarmath import dollarmath_plugin

import derive
from derive.document.blocks import Strong, Text
from derive.pipeline import Solution
from derive.render import latex, markdown, textext
from derive.render.engine import ENGINES
from derive.render.svg import svg

TITLES = [
    r"\input{/etc/passwd}",
    r"\write18{touch x} \def\a{b} \csname x\endcsname \end{document}",
    "$x$ and $$y$$ and $`z`$",
    "a_b_c *d* __e__ **f** ~~g~~",
    "| a | b |",
    "<script>alert(1)</script> <b>x</b> <!-- y --> </title>",
    "{{ 7 * 7 }} {% raw %} {# x #}",
    r"\VAR{title} \BLOCK{x} \#{ y } %% z",
    "`code` ``more``",
    "[a](http://b.c) ![d](e.png) [f][g] [^1]",
    "&lt; &amp; &#36; & % #1 ^^41 ^ ~",
    "# not a heading #",
    "- x",
    "1. x",
    "> x",
    "***",
    r"back\slash \\ \$ \* ends in \ ".rstrip(),
    "\"double\" 'single' ''two'' ,,low'' <<a>> !`b ?`c",
    "a@b.cd :smile: --- ...",
    "]]> ?> <?xml",
    "%comment",
    "+ x === y",
]
"""Titles with only characters that TeX's fonts have. They hold every printable ASCII sign."""


def test_every_sign_is_tried() -> None:
    assert set(string.punctuation) <= set("".join(TITLES))


def solution(title: str) -> Solution:
    return derive.solve(
        {
            "title": title,
            "data": {"inputs": [1], "targets": [2]},
            "layers": [{"activation": "linear", "weights": [[3]]}],
            "training": {"learning_rate": 1},
        }
    )


READER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).use(dollarmath_plugin)


def as_read(line: str, kind: str) -> str:
    """Return what a Markdown reader shows of a line of source, if it is nothing but text in one block."""
    opened, inline, closed = READER.parse(line)
    assert (opened.type, closed.type) == (f"{kind}_open", f"{kind}_close")
    assert {child.type for child in inline.children or []} <= {"text", "text_special"}, line
    return "".join(child.content for child in inline.children or [])


@pytest.mark.parametrize("title", TITLES)
def test_a_title_is_a_heading_of_plain_text_in_markdown(title: str) -> None:
    page = solution(title).text("md")
    assert as_read(page.splitlines()[0], "heading") == title


@pytest.mark.parametrize("title", TITLES)
def test_the_rest_of_the_page_is_the_same_for_every_title(title: str) -> None:
    def kinds(tokens: Sequence[Token]) -> list[str]:
        return [kind for token in tokens for kind in (token.type, *kinds(token.children or []))]

    def rest(name: str) -> list[str]:
        page = solution(name).text("md")
        found = kinds(READER.parse(page.split("\n", 1)[1]))
        assert len(found) > 100
        return found

    assert rest(title) == rest("plain")
    assert not {"html_block", "html_inline"} & set(rest(title))


def test_any_text_is_plain_in_a_heading_a_table_and_a_paragraph() -> None:
    draw = random.Random(3)
    for _ in range(2000):
        text = "".join(draw.choices(string.punctuation + "ab1 é", k=draw.randint(1, 12))).strip()
        if not text:
            continue
        assert as_read(f"# {markdown.escape(text)}", "heading") == text
        assert as_read(f"x {markdown.escape(text)}", "paragraph") == f"x {text}"
        cells = [
            t for t in READER.parse(f"| a | b |\n|---|---|\n| {markdown.escape(text)} | c |") if t.type == "inline"
        ]
        assert ["".join(child.content for child in cell.children or []) for cell in cells] == ["a", "b", text, "c"]


SAFE = re.compile(
    r"\\textbackslash\{\}|\\textasciitilde\{\}|\\\^\{\}|\\[{}$&#_%]|\{[-\[\]]\}|\{\}|\\ensuremath\{\\[a-zA-Z]+\}"
)


@pytest.mark.parametrize("title", TITLES)
def test_a_title_has_no_sign_of_tex(title: str) -> None:
    for escaped in (textext.escape(title), textext.pdf_text(title)):
        assert not set(SAFE.sub("", escaped)) & set("\\{}$&#^_~%"), escaped
    assert textext.escape(title) in solution(title).text("tex")


def test_bold_text_is_escaped_as_well() -> None:
    spans = (Strong("a_b $c$ <i>"), Text(r" \d{e}"))
    assert as_bold(markdown.spans(spans)) == ["a_b $c$ <i>", r" \d{e}"]
    assert latex.spans(spans) == r"\textbf{a\_b \$c\$ <i>} \textbackslash{}d\{e\}"


def as_bold(line: str) -> list[str]:
    inline = READER.parse(line)[1]
    kinds = [child.type for child in inline.children or []]
    assert kinds.count("strong_open") == kinds.count("strong_close") == 1
    assert set(kinds) <= {"text", "text_special", "strong_open", "strong_close"}
    parts = "".join(child.content if child.type.startswith("text") else "\n" for child in inline.children or [])
    return [part for part in parts.split("\n") if part]


TYPESET = str.maketrans({"’": "'", "‘": "`", "ˆ": "^", "˜": "~", "”": '"', "“": '"'})
BUNDLED = ENGINES["tinytex"].locate() is not None


PAIRS = [(0, 2), (2, 5), (5, 8), (8, 12), (16, 22)]


@pytest.mark.skipif(not BUNDLED, reason="the bundled LaTeX engine is not there for this system")
@pytest.mark.parametrize("title", [" ".join(TITLES[start:end]) for start, end in PAIRS])
def test_a_title_is_set_in_a_pdf_as_it_is(title: str) -> None:
    (file,) = solution(title).files("x", "pdf", engine="tinytex")
    reader = pypdf.PdfReader(BytesIO(file.content))
    set_ = "".join(reader.pages[0].extract_text().split())[: len(title)].translate(TYPESET)
    plain = "".join(title.split())
    assert set_.startswith(plain[:60])
    assert set_[: len(plain)] == plain
    assert reader.metadata is not None
    assert "".join(str(reader.metadata.title).split()) == plain


@pytest.mark.parametrize("title", ["日本語", "emoji 😀", "עברית", "a\u0301", "क्‍ष"])
def test_a_title_that_tex_cannot_set_is_refused_there_and_fine_elsewhere(title: str) -> None:
    ours = solution(title)
    assert as_read(ours.text("md").splitlines()[0], "heading") == title
    assert json.loads(ours.text("json"))["title"] == title
    with pytest.raises(derive.UserError, match=r"^title: the fonts of a PDF do not have ") as caught:
        ours.text("tex")
    assert str(caught.value).isprintable()


@pytest.mark.parametrize("title", TITLES)
def test_a_title_is_data_in_json(title: str) -> None:
    assert json.loads(solution(title).text("json"))["title"] == title


@pytest.mark.parametrize("text", [*TITLES, "a\x00b\ufffe"])
def test_text_is_data_in_svg(text: str) -> None:
    (figure,) = solution("plain").document.figures
    labels = [replace(label, text=text) if label.kind == "title" else label for label in figure.layout.labels]
    drawn = svg(replace(figure.layout, labels=tuple(labels)), text, text)
    plain = svg(figure.layout, "plain", "plain")
    tree, expected = ElementTree.fromstring(drawn), text.replace("\x00", "\ufffd").replace("\ufffe", "\ufffd")
    assert [node.tag for node in tree.iter()] == [node.tag for node in ElementTree.fromstring(plain).iter()]
    name = "{http://www.w3.org/2000/svg}"
    assert tree.findtext(f"{name}title") == tree.findtext(f"{name}desc") == tree.get("aria-label") == expected
    assert sum("".join(node.itertext()) == expected for node in tree.iter(f"{name}text")) > 1
    assert not re.search(r"<script|<foreignObject|\son\w+=|href", drawn.replace(text, ""))


@pytest.mark.parametrize("name", ["a-b", "a_b_c", "Übung", "日本", "a.b"])
def test_the_picture_of_any_name_is_found(name: str, tmp_path: Path) -> None:
    page, picture = solution("plain").write(tmp_path, "md", name=name)
    images = [t for token in READER.parse(page.read_text("utf-8")) for t in token.children or [] if t.type == "image"]
    assert [unquote(str(image.attrs["src"])) for image in images] == [picture.name]


@pytest.mark.parametrize("name", ["../x", "/x", "a b", "a)b", "<a>", ""])
def test_a_name_that_would_break_the_link_or_leave_the_folder_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(derive.UserError, match="cannot name the files"):
        solution("plain").write(tmp_path / "in", "md", name=name)
    assert list(tmp_path.iterdir()) == []


def test_no_text_of_a_config_but_title_and_numbers_reaches_the_page() -> None:
    """Names are looked up in tables, and formulas are read into trees: what is written on the page is ours."""
    config: dict[str, Any] = {
        "data": {"inputs": [[1, 2]], "targets": ["x1 /*comment*/ + x2"]},
        "layers": [{"activation": "linear", "weights": [[3], [4]]}],
        "training": {"learning_rate": 1},
    }
    with pytest.raises(derive.UserError):
        derive.solve(config)
    config["data"]["targets"] = ["  ( x1 )*1.50 +  x2 "]
    assert "( x1 )" not in derive.solve(config).text("md")
