"""Blocks to LaTeX, by PyLaTeX: a document that compiles by itself in one pass of any engine."""

from collections.abc import Callable
from functools import lru_cache
from itertools import groupby
from re import sub
from typing import Any

from pylatex import Command, NoEscape

from derive.document.blocks import (
    Answers,
    Document,
    Equation,
    Fields,
    Figure,
    Heading,
    Items,
    Marks,
    Math,
    Paragraph,
    Plot,
    Question,
    Room,
    Spans,
    Strong,
    Table,
)
from derive.document.rows import LINE, width
from derive.document.wording import wording
from derive.errors import user_error
from derive.render.preamble import begun
from derive.render.textext import escape, missing, pdf_text
from derive.render.tikz import tikz
from derive.resources import environment

TEXT_WIDTH, TEXT_HEIGHT = 455.0, 640.0
"""The space for a diagram in points: 160 mm, and the lower of the two papers' text heights."""


def render(document: Document) -> str:
    """Write a document that compiles by itself.

    Raises:
        UserError: if the title has characters that TeX's fonts do not have.
    """
    latex = begun(document.paper, copies=document.front is not None)
    links = environment("latex").get_template("latex/links.tex.j2")
    subject = pdf_text(wording(document.language).plain("language.subject"))
    title = pdf_text(document.title)
    latex.preamble.append(NoEscape(links.render(pdf_title=title, subject=subject, language=document.language)))
    latex.append(body(document))
    return str(latex.dumps()) + "\n"


def body(document: Document) -> NoEscape:
    """Write what stands between the beginning and the end of a document.

    Raises:
        UserError: if the title has characters that TeX's fonts do not have.
    """
    unknown = missing(document.title)
    if unknown:
        shown = ", ".join(f"{character} (U+{ord(character):04X})" for character in unknown[:5])
        raise user_error("title", f"the fonts of a PDF do not have {shown}", "write the title without, or choose md")
    parts = [*_hyphenation(document), _head(document)]
    before: type | None = None
    for kind, group in groupby(document.blocks, type):
        if kind is Equation and before is Question:
            parts.append(NoEscape(r"\vspace{-\baselineskip}"))  # for the empty line that a display begins
        before = kind
        if kind is Equation:
            parts.append(_equations([block for block in group if isinstance(block, Equation)]))
        else:
            parts.extend(_WRITERS[kind](block) for block in group)
    text = "%\n".join(parts)
    # \text sets its words in four sizes, of which one is used: among thousands of documents that counts
    return NoEscape(sub(r"\\text\{([A-Za-z]+)\}", r"\\mathrm{\1}", text) if document.front else text)


def _hyphenation(document: Document) -> list[NoEscape]:
    """Divide words where this TeX has the patterns of their language, and else not at all; English goes by itself."""
    patterns = wording(document.language).plain("language.tex_patterns")
    if not patterns:
        return []
    there = rf"\language=\csname l@{patterns}\endcsname"
    lacking = r"\hyphenpenalty=10000 \exhyphenpenalty=10000 \emergencystretch=3em"
    return [NoEscape(rf"\ifcsname l@{patterns}\endcsname {there} \else {lacking} \fi")]


def _head(document: Document) -> NoEscape:
    title, front = escape(document.title), document.front
    if front is None:
        return NoEscape(rf"\derivetitle{{{title}}}")
    page = escape(front.page.format(page="@", pages="@@")).replace("@@", r"\lastpage{}").replace("@", r"\thepage{}")
    head = rf"\copyhead{{{title}}}{{{escape(front.course)}}}{{{escape(front.date)}}}"
    return NoEscape(rf"\pagefoot{{{escape(front.code)}}}{{{page}}}{head}")


def spans(line: Spans) -> NoEscape:
    """Write a line of text and mathematics."""
    return NoEscape(_line(line))


def _line(line: Spans) -> str:
    return "".join(map(_span, line))


def _span(span: Any) -> str:
    if isinstance(span, Math):
        return f"${span.tex}$"
    return rf"\textbf{{{escape(span.text)}}}" if isinstance(span, Strong) else escape(span.text)


_SECTIONS = {1: "section", 2: "subsection", 3: "subsubsection"}


@lru_cache(maxsize=1000)
def _heading(block: Heading) -> NoEscape:
    """Write a heading; its bookmark has the symbols spelt out."""
    title = spans(block.spans)
    if any(isinstance(span, Math) for span in block.spans):
        words = "".join(_spelt(span.tex) if isinstance(span, Math) else pdf_text(span.text) for span in block.spans)
        title = NoEscape(rf"\texorpdfstring{{{title}}}{{{words}}}")
    return NoEscape(Command(_SECTIONS[block.level], title).dumps())


def _spelt(tex: str) -> str:
    return sub(r"[\\{}$]|text", "", tex).replace("_", r"\_").replace("^", "")


def _paragraph(block: Paragraph) -> NoEscape:
    """Write a paragraph. An equation that follows belongs to it, so that no page break comes between them."""
    return NoEscape("\n" + spans(block.spans))


def _items(block: Items) -> NoEscape:
    kind = "enumerate" if block.numbered else "itemize"
    settings = (
        r"\setlength{\itemsep}{0.2em}\setlength{\parskip}{0pt}",
        r"\raggedright\relpenalty=9999\binoppenalty=9999",
    )
    items = (f"\\item%\n{_line(item)}" for item in block.items)
    return NoEscape("%\n".join((rf"\begin{{{kind}}}", *settings, *items, rf"\end{{{kind}}}")))


MOST_TOGETHER = 6
"""An equation of no more rows than this stays on one page."""


LEAST_APART = 3
"""Fewer rows than this of equations that follow each other do not stand on a page apart from the others."""


def _equations(blocks: list[Equation]) -> NoEscape:
    """Write equations that follow each other aligned at their relations, rows of one equation closer together."""
    before, after = 0, sum(len(block.rows) for block in blocks)
    lines = []
    for block in blocks:
        before, after = before + len(block.rows), after - len(block.rows)
        kept = "*" if min(before, after) < LEAST_APART else ""
        lines.append(_chain(block) + (f" \\\\{kept}[0.5em]" if after else ""))
    return NoEscape("\n".join(("\\begin{align*}", *lines, "\\end{align*}")))


def _chain(block: Equation) -> str:
    separator = " \\\\*\n" if len(block.rows) <= MOST_TOGETHER else " \\\\\n"
    tag = rf" \tag{{{block.tag}}}" if block.tag else ""
    return separator.join(f"{left} &{right}" for left, right in block.rows) + tag


MOST_ROWS = 32
"""A table of more rows goes on in another one, so that none is longer than a page."""


def _table(block: Table) -> NoEscape:
    template = environment("latex").get_template("latex/table.tex.j2")
    header = list(map(_line, block.header))
    rows = [list(map(_line, row)) for row in block.rows]
    parts = (rows[start : start + MOST_ROWS] for start in range(0, len(rows), MOST_ROWS))
    return NoEscape("".join(template.render(header=header, rows=part) for part in parts))


def _figure(block: Figure) -> NoEscape:
    placement = block.layout.placement(TEXT_WIDTH, TEXT_HEIGHT)
    if placement is None:
        return NoEscape(spans(block.too_large) + r"\par")
    picture = f"\\begin{{center}}\n{tikz(block.layout, escape, placement)}\n\\end{{center}}"
    return NoEscape(f"\n\\clearpage\n{picture}\n\\clearpage" if placement.rotated else picture)


def _plot(block: Plot) -> NoEscape:
    return NoEscape(f"\\begin{{center}}\n{tikz(block.layout, escape)}\n\\end{{center}}")


def _fields(block: Fields) -> NoEscape:
    """Write two fields in a line. What the fonts do not have is left to be written by hand."""
    found = [
        rf"\copyfield{{{escape(label)}}}{{{'' if missing(text) else escape(text)}}}" for label, text in block.items
    ]
    pairs = (r"\quad ".join(found[start : start + 2]) for start in range(0, len(found), 2))
    return NoEscape("\n".join(rf"\noindent {pair}\par\vspace{{0.3em}}" for pair in pairs))


def _marks(block: Marks) -> NoEscape:
    lines = (
        (block.question, *(number for number, _ in block.questions), block.total),
        (block.points, *(points for _, points in block.questions), block.sum),
        (block.reached, *("" for _ in block.questions), ""),
    )
    rows = [
        " & ".join((escape(first), *(rf"\makebox[2.4em]{{{escape(cell)}}}" for cell in cells)))
        for first, *cells in lines
    ]
    columns = f"|l|{'c|' * (len(block.questions) + 1)}"
    table = "".join(f"{row} \\\\ \\hline\n" for row in rows)
    table = f"\\begin{{tabular}}{{{columns}}}\\hline\n{table}\\end{{tabular}}"
    return NoEscape(f"\\begin{{center}}\\leavevmode\\once{{}}{{{table}}}\\end{{center}}")


def _question(block: Question) -> NoEscape:
    return NoEscape(rf"\question{{{block.number}}}{{{spans(block.spans)}}}{{{escape(block.points)}}}")


_BLANK = frozenset(f"{relation} {LINE}" for relation in ("=", r"\approx"))
"""What stands beside symbols where nothing is given. It is the same in every copy, and set once for all of them."""


def _answers(block: Answers) -> NoEscape:
    widest = max((item.rows[0][0] for item in block.items), key=width)
    lines = []
    for item in block.items:
        letter, points = (f"({item.letter})", f"({item.points})") if item.letter else ("", "")
        for place, (left, right) in enumerate(item.rows, 1):
            first, last = place == 1, place == len(item.rows)
            height = r"\forwriting" if r"\rule" in right else r"\forreading"
            command = "sameanswer" if right in _BLANK else "answer"
            head = rf"\{command}{{{height}}}{{{letter if first else ''}}}"
            line = f"{head}{{{left}}}{{{right}}}{{{points if last else ''}}}"
            lines.append(line if last else rf"{line}\nopagebreak")
    return NoEscape("\n".join((rf"\begin{{answers}}{{{widest}}}", *lines, r"\end{answers}")))


def _room(block: Room) -> NoEscape:
    return NoEscape(rf"\room{{{block.centimetres}cm}}")


_WRITERS: dict[type[Any], Callable[[Any], NoEscape]] = {
    Heading: _heading,
    Paragraph: _paragraph,
    Items: _items,
    Table: _table,
    Figure: _figure,
    Plot: _plot,
    Fields: _fields,
    Marks: _marks,
    Question: _question,
    Answers: _answers,
    Room: _room,
}
