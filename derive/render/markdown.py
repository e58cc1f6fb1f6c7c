"""Blocks to the Markdown that GitHub renders: dollar mathematics, pipe tables, drawings as linked SVG."""

from base64 import b64encode
from collections import Counter
from collections.abc import Sequence
from functools import cache, lru_cache
from re import compile as pattern
from typing import Any

from derive.document.blocks import Answers, Block, Document, Equation, Front, Math, Spans, Strong
from derive.render.svg import svg
from derive.resources import environment

_SPECIAL = pattern(r"[\\`*_\[\]<>#|~$&@]")
_ENTITIES = {
    "<": "&lt;",
    ">": "&gt;",
    "&": "&amp;",
    "$": "&#36;",
    "|": "&#124;",
    "\\": "&#92;",
    "`": "&#96;",
    "@": "&#64;",
}
"""Characters that a backslash does not disarm everywhere: in mathematics, in tables, as HTML, as a mention."""


@lru_cache(maxsize=1000)
def escape(text: str) -> str:
    """Write plain text so that every Markdown renderer shows it as it is."""
    return _SPECIAL.sub(lambda match: _ENTITIES.get(match[0], "\\" + match[0]), text)


def spans(line: Spans) -> str:
    """Write a line of text and mathematics."""
    parts = []
    for span in line:
        if isinstance(span, Math):
            parts.append(f"${span.tex}$")
        elif isinstance(span, Strong):
            parts.append(f"**{escape(span.text)}**")
        else:
            parts.append(escape(span.text))
    return "".join(parts)


def equation(block: Equation) -> str:
    """Write displayed mathematics: rows aligned at the relation where there is more than one.

    A row of a matrix or of cases ends its line too, for GitHub keeps both backslashes at the end of a line alone.
    """
    tag = rf" \tag{{{block.tag}}}" if block.tag else ""
    if len(block.rows) == 1:
        left, right = block.rows[0]
        return _lines(f"{left} {right}{tag}")
    lines = " \\\\\n".join(f"{left} &{right}" for left, right in block.rows)
    return _lines(f"\\begin{{aligned}}\n{lines}\n\\end{{aligned}}{tag}")


def _lines(tex: str) -> str:
    return tex.replace("\\\\ ", "\\\\\n")


def answers(block: Answers) -> str:
    """Write the lines of a sheet as a table without a heading, so that the answers align."""
    lines = ["| | | | |", "| --- | ---: | --- | ---: |"]
    for item in block.items:
        symbol = item.rows[0][0]
        right = " ".join(side for _, side in item.rows).replace(r"\qquad {}", "")
        letter, points = (f"({item.letter})", f"({item.points})") if item.letter else ("", "")
        lines.append(f"| {letter} | {_cell(symbol)} | {_cell(right)} | {points} |")
    return "\n".join(lines)


def _cell(tex: str) -> str:
    """Write mathematics in a cell of a table, where a bar would end it."""
    return f"${tex}$".replace("|", r"\vert ")


def front(block: Front) -> str:
    """Write what stands beside the title."""
    return " · ".join(escape(text) for text in (block.course, block.date, block.code) if text)


def render(document: Document, figures: Sequence[str]) -> str:
    """Write a document; ``figures`` are the names of its SVG files, relative to the Markdown."""
    template = _templates().get_template("markdown/document.md.j2")
    return str(template.render(document=document, blocks=document.blocks, drawn=document.figures, figures=figures))


def part(document: Document, blocks: Sequence[Block], figures: Sequence[str]) -> str:
    """Write some blocks of a document."""
    template = _templates().get_template("markdown/blocks.md.j2")
    return str(template.render(blocks=blocks, drawn=document.figures, figures=figures)).strip("\n")


@cache
def _templates() -> Any:
    found = environment("text").overlay()
    found.filters |= {"spans": spans, "equation": equation, "escape": escape, "kind": lambda b: type(b).__name__}
    found.filters |= {"answers": answers, "front": front}
    return found


def file_names(document: Document, name: str) -> list[str]:
    """Name the files of the document's figures, in order: each after what it shows, and numbered from the second on."""
    seen: Counter[str] = Counter()
    names = []
    for figure in document.figures:
        seen[figure.name] += 1
        number = f"-{seen[figure.name]}" if seen[figure.name] > 1 else ""
        names.append(f"{name}-{figure.name}{number}.svg")
    return names


def drawings(document: Document) -> list[str]:
    """Draw the document's figures as SVG, in order."""
    return [svg(figure.layout, figure.title, figure.description) for figure in document.figures]


def with_figures_inside(document: Document) -> str:
    """Write a document as one text, its figures as data in their links."""
    return render(document, inside(document))


def inside(document: Document) -> list[str]:
    """Draw the document's figures as data that can stand in their links, in order."""
    return [f"data:image/svg+xml;base64,{b64encode(drawing.encode()).decode()}" for drawing in drawings(document)]
