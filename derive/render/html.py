"""Blocks to one HTML file that holds all it needs: mathematics as MathML, fonts, drawings, style and script."""

import json
from base64 import b64encode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from itertools import groupby
from re import compile as pattern
from typing import Any

from markupsafe import Markup, escape

from derive.document.blocks import (
    Answer,
    Answers,
    Block,
    Document,
    Equation,
    Figure,
    Heading,
    Math,
    Plot,
    Question,
    Spans,
    Strong,
    Text,
)
from derive.document.wording import Wording
from derive.notation.marks import MARK, number_of, unmarked
from derive.render.markdown import equation
from derive.render.mathml import inline, sides
from derive.render.svg import svg
from derive.resources import environment, templates

_NO_LINKS = '<script type="application/json" id="links">{}</script>'
_SHOWN = pattern(r'data-q="(\d+)"')
_ENDING = pattern(r"[,;.:)]+")
_FONTS = ("text", "text-italic", "text-bold", "math")


@dataclass(frozen=True)
class Line:
    """An equation: its number on the page, the quantity that it works out or "", its TeX, sides in pieces, and tag."""

    number: int
    quantity: int | str
    tex: str
    left: Sequence[Markup]
    right: Sequence[Sequence[Markup]]
    tag: str = ""


@dataclass(frozen=True)
class Part:
    """What the template sees of one block, or of equations that follow each other (``lines``)."""

    kind: str
    block: Any = None
    lines: Sequence[Line] = ()
    name: str = ""


def render(document: Document, words: Wording) -> str:
    """Write a document, the symbols of which may be marked."""
    parts = list(_parts(document.blocks))
    script = script_source()
    page: str = _template().render(
        document=document,
        words=words.plain,
        parts=parts,
        contents=[
            part for part in parts if part.kind == "Question" or (part.kind == "Heading" and part.block.level < 3)
        ],
        style=Markup(_style()),
        script=Markup(script),
        script_hash=b64encode(sha256(script.encode()).digest()).decode(),
    )
    return page.replace(_NO_LINKS, _NO_LINKS.replace("{}", _links(document, page)))


def framed(page: str, title: str) -> str:
    """Put a page into another one; its script runs, but sees nothing outside of the frame."""
    frame = '<iframe title="{}" srcdoc="{}" sandbox="allow-scripts" width="100%" height="720" frameborder="0"></iframe>'
    return Markup(frame).format(_visible(title), page)


def spans(line: Spans) -> Markup:
    """Write a line of text and mathematics. What ends a clause stays with the mathematics before it."""
    found: list[Markup] = []
    before: Any = None
    for span in line:
        ending = _ENDING.match(span.text) if isinstance(before, Math) and isinstance(span, Text) else None
        if ending:
            found[-1] = Markup('<span class="whole">{}{}</span>').format(found[-1], ending[0])
            found.append(_span(Text(ending.string[ending.end() :])))
        else:
            found.append(_span(span))
        before = span
    return Markup("").join(found)


def header(line: Spans) -> Markup:
    """Write the header of a column; its mathematics has a name in plain text, for programs that know no MathML."""
    return Markup("").join(_span(span, is_named=True) for span in line)


def _span(span: Any, *, is_named: bool = False) -> Markup:
    if isinstance(span, Math):
        mathematics = inline(span.tex, is_named=is_named)
        return Markup('<span class="m" data-tex="{}">{}</span>').format(unmarked(span.tex), mathematics)
    text = escape(_visible(span.text))
    return Markup("<strong>{}</strong>").format(text) if isinstance(span, Strong) else text


def _parts(blocks: Sequence[Block]) -> Iterator[Part]:
    lines, headings = 0, 0
    for kind, group in groupby(blocks, type):
        if kind is Equation:
            together = [_line(block, lines + n) for n, block in enumerate(group, 1) if isinstance(block, Equation)]
            lines += len(together)
            yield Part("Equations", lines=together)
            continue
        for block in group:
            headings += isinstance(block, Heading | Question)
            answers = block.items if isinstance(block, Answers) else ()
            together = [_line(answer, lines + n) for n, answer in enumerate(answers, 1)]
            lines += len(together)
            yield Part(kind.__name__, block, together, name=f"section-{headings}")


def _line(block: Equation | Answer, number: int) -> Line:
    first, *others = (list(sides(*row)) for row in block.rows)
    left, *right = first
    for before, *row in others:
        right[-1] += before  # a row without a relation goes on with the side of the row before
        right += row
    mark = MARK.search(block.rows[0][0]) if block.key else None
    tex = unmarked(equation(Equation(block.rows)))
    tag = block.tag if isinstance(block, Equation) else ""
    return Line(number, number_of(mark[0]) if mark else "", tex, left, right, tag)


def _links(document: Document, page: str) -> str:
    """Write key, part and sources of each quantity that the page shows, as JSON for the script."""
    shown = sorted(set(map(int, _SHOWN.findall(page))))
    found = {number: document.links[number] for number in shown}
    records = {number: [link.key, link.part, link.sources] for number, link in found.items()}
    return json.dumps(records, separators=(",", ":")).replace("<", r"\u003c")


def drawing(block: Figure | Plot) -> Markup:
    """Draw a figure as part of the page."""
    return Markup(svg(block.layout, block.title, block.description))


def _visible(text: str) -> str:
    """Replace the characters that HTML cannot hold."""
    return "".join(c if c.isprintable() or c in "\t\n" else "\ufffd" for c in text)


@cache
def _template() -> Any:
    found = environment("html").overlay()
    found.filters |= {"spans": spans, "drawing": drawing, "visible": _visible, "header": header}
    return found.get_template("html/document.html.j2")


def script_source() -> str:
    """Return the script of every page."""
    return _asset("script.js")


@cache
def _asset(name: str) -> str:
    return (templates() / "html" / name).read_text(encoding="utf-8")


@cache
def _style() -> str:
    fonts = {name: b64encode((templates() / "html" / "fonts" / f"{name}.woff2").read_bytes()) for name in _FONTS}
    style = _asset("style.css")
    for name, data in fonts.items():
        style = style.replace(f"fonts/{name}.woff2", f"data:font/woff2;base64,{data.decode()}")
    return style
