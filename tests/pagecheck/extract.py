"""The mathematics of a page, and what stands in its tables."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

# From a page to its formulas


@dataclass(frozen=True)
class Formula:
    source: str
    line: int


@dataclass(frozen=True)
class Row:
    cells: tuple[str, ...]
    header: tuple[str, ...]
    line: int


@dataclass(frozen=True)
class Stray:
    """A dollar sign that opens or closes nothing."""

    line: int


Piece = Formula | Row | Stray

_MARKDOWN = re.compile(
    r"""^(?P<fence>```|~~~)[ ]*(?P<info>\w*)[^\n]*\n(?P<code>.*?)^(?P=fence)
    |<!--.*?-->
    |\$`(?P<ticks>[^`]+)`\$
    |(?P<tick>`+).+?(?P=tick)
    |\\\$
    |\$\$(?P<display>.+?)\$\$
    |\$(?P<inline>(?:\\.|[^$\\\n]|\n(?![ \t]*\n))+?)\$
    |(?P<stray>\$)""",
    re.MULTILINE | re.DOTALL | re.VERBOSE,
)
_LATEX = re.compile(
    r"""\\begin\{(?P<code>verbatim\*?|lstlisting|comment)\}.*?\\end\{(?P=code)\}
    |\\verb(?P<bar>[^\w\s]).*?(?P=bar)
    |\\\\\*?(?:\[[^\]]*\])?
    |\\\$
    |\\\[(?P<display>.+?)\\\]
    |\\\((?P<round>.+?)\\\)
    |\\begin\{(?P<name>(?:equation|align|alignat|gather|multline|flalign|eqnarray|displaymath|math|dmath)\*?)\}
        (?P<environment>.+?)\\end\{(?P=name)\}
    |\$\$(?P<dollars>.+?)\$\$
    |\$(?P<inline>(?:\\.|[^$\\])+?)\$
    |(?P<stray>\$)""",
    re.DOTALL | re.VERBOSE,
)
_FORMULA_GROUPS = ("ticks", "display", "inline", "round", "environment", "dollars")


def markdown(text: str) -> Iterator[Piece]:
    yield from _in_order([*_formulas(text, _MARKDOWN), *_markdown_rows(text)])


def latex(text: str) -> Iterator[Piece]:
    text = re.sub(r"(?<!\\)%.*", "", text)
    before, begin, body = text.partition(r"\begin{document}")
    if begin:
        text = re.sub(r"[^\n]", " ", before + begin) + body
    yield from _in_order([*_formulas(text, _LATEX), *_latex_rows(text)])


def _in_order(pieces: list[tuple[int, Piece]]) -> list[Piece]:
    return [piece for _, piece in sorted(pieces, key=lambda piece: piece[0])]


def _line(text: str, place: int) -> int:
    return text.count("\n", 0, place) + 1


def _formulas(text: str, pattern: re.Pattern[str]) -> Iterator[tuple[int, Piece]]:
    for match in pattern.finditer(text):
        found = match.groupdict()
        group = next((name for name in _FORMULA_GROUPS if found.get(name)), None)
        if found.get("info") == "math":
            group = "code"
        if group:
            yield match.start(), Formula(found[group], _line(text, match.start(group)))
        elif found["stray"]:
            yield match.start(), Stray(_line(text, match.start()))


def _markdown_rows(text: str) -> Iterator[tuple[int, Piece]]:
    header: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    place = 0
    for number, line in enumerate(text.split("\n"), 1):
        place += len(line) + 1
        stripped = line.strip()
        if not stripped.startswith("|"):
            header = before = ()
            continue
        cells = tuple(cell.strip().replace(r"\|", "|") for cell in re.split(r"(?<!\\)\|", stripped.strip("|")))
        if all(re.fullmatch(r":?-+:?", cell) for cell in cells):
            header = before
        elif header:
            yield place - 1, Row(cells, header, number)
        before = cells


_RULES = re.compile(r"\\(?:hline|toprule|midrule|bottomrule|end(?:first|last)?(?:head|foot)|cline\{[^}]*\})")


def _latex_rows(text: str) -> Iterator[tuple[int, Piece]]:
    pattern = r"\\begin\{(tabular|tabularx|longtable)\}(.*?)\\end\{\1\}"
    for table in re.finditer(pattern, text, re.DOTALL):
        body = re.sub(r"^(?:\[[^\]]*\]|\{(?:[^{}]|\{[^{}]*\})*\})+", lambda m: " " * len(m.group()), table.group(2))
        header: tuple[str, ...] = ()
        place = table.start(2)
        for row in re.split(r"\\\\|\\tabularnewline", body):
            place += len(row) + 2
            cells = tuple(cell.strip() for cell in _RULES.sub(" ", row).split("&"))
            if header:
                yield place, Row(cells, header, _line(text, place - len(row.lstrip()) - 2))
            header = header or cells
