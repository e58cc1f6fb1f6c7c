r"""Recalculates a worked page from nothing but its printed digits.

    check_markdown(text) and check_latex(text) -> Report

The page is read as a person reads it, from the top. Each formula is split into chains (side = side \approx side …),
each side is parsed by a grammar of the TeX that such pages use, and then

- two numeric sides next to each other must fit: `=` says that both are exactly equal, `\approx` that they are not, and
  that the right one is the left one rounded half away from zero; where the right one is worked out only in part
  (0.45016 - 0.08665), each worked-out number must be the rounding of its part of the left one;
- the first numeric side of a chain, typed into a calculator, must give the result at the chain's end;
- a side in symbols must give the side in numbers: each symbol's number is one that the page printed for that symbol;
- a formula f(z) = … for a known function, or for a derivative, must be true;
- no sign may stand before a bare negative number, no zero be negative, no bracket be left open, and so on.

This is a test's tool. It knows nothing of the program that wrote the page.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cache, partial
from itertools import combinations, islice, pairwise, product
from math import isqrt
from typing import Any

from mpmath.ctx_mp import MPContext

# What comes out


@dataclass(frozen=True)
class Finding:
    """Something on the page that is not so."""

    line: int
    chain: str
    what: str


@dataclass(frozen=True)
class Report:
    """``links`` counts pairs of numeric sides, ``symbolic`` sides in symbols that were held against numbers.

    ``unresolved`` says what could not be judged: symbols without a printed value, sides that cannot be read, and
    values that a symbol is given without a calculation and that differ from what was printed for it before.
    """

    links: int
    chains: int
    symbolic: int
    unresolved: tuple[str, ...]
    findings: tuple[Finding, ...]


def check_markdown(text: str, *, definitions: bool = True, decimal_comma: bool = False) -> Report:
    """Check the formulas of a Markdown page: $…$, $$…$$, $`…`$ and fences of ``math``."""
    return _check(_markdown(text), definitions, decimal_comma)


def check_latex(text: str, *, definitions: bool = True, decimal_comma: bool = False) -> Report:
    r"""Check the formulas of a LaTeX document: $…$, \(…\), \[…\] and the environments of amsmath."""
    return _check(_latex(text), definitions, decimal_comma)


# From a page to its formulas


@dataclass(frozen=True)
class _Formula:
    source: str
    line: int


@dataclass(frozen=True)
class _Row:
    cells: tuple[str, ...]
    header: tuple[str, ...]
    line: int


@dataclass(frozen=True)
class _Stray:
    """A dollar sign that opens or closes nothing."""

    line: int


_Piece = _Formula | _Row | _Stray

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
    |\\\\(?:\[[^\]]*\])?
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


def _markdown(text: str) -> Iterator[_Piece]:
    yield from _in_order([*_formulas(text, _MARKDOWN), *_markdown_rows(text)])


def _latex(text: str) -> Iterator[_Piece]:
    text = re.sub(r"(?<!\\)%.*", "", text)
    before, begin, body = text.partition(r"\begin{document}")
    if begin:
        text = re.sub(r"[^\n]", " ", before + begin) + body
    yield from _in_order([*_formulas(text, _LATEX), *_latex_rows(text)])


def _in_order(pieces: list[tuple[int, _Piece]]) -> list[_Piece]:
    return [piece for _, piece in sorted(pieces, key=lambda piece: piece[0])]


def _line(text: str, place: int) -> int:
    return text.count("\n", 0, place) + 1


def _formulas(text: str, pattern: re.Pattern[str]) -> Iterator[tuple[int, _Piece]]:
    for match in pattern.finditer(text):
        found = match.groupdict()
        group = next((name for name in _FORMULA_GROUPS if found.get(name)), None)
        if found.get("info") == "math":
            group = "code"
        if group:
            yield match.start(), _Formula(found[group], _line(text, match.start(group)))
        elif found["stray"]:
            yield match.start(), _Stray(_line(text, match.start()))


def _markdown_rows(text: str) -> Iterator[tuple[int, _Piece]]:
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
            yield place - 1, _Row(cells, header, number)
        before = cells


_RULES = re.compile(r"\\(?:hline|toprule|midrule|bottomrule|end(?:first|last)?(?:head|foot)|cline\{[^}]*\})")


def _latex_rows(text: str) -> Iterator[tuple[int, _Piece]]:
    pattern = r"\\begin\{(tabular|tabularx|longtable)\}(.*?)\\end\{\1\}"
    for table in re.finditer(pattern, text, re.DOTALL):
        body = re.sub(r"^(?:\[[^\]]*\]|\{(?:[^{}]|\{[^{}]*\})*\})+", lambda m: " " * len(m.group()), table.group(2))
        header: tuple[str, ...] = ()
        place = table.start(2)
        for row in re.split(r"\\\\|\\tabularnewline", body):
            place += len(row) + 2
            cells = tuple(cell.strip() for cell in _RULES.sub(" ", row).split("&"))
            if header:
                yield place, _Row(cells, header, _line(text, place - len(row.lstrip()) - 2))
            header = header or cells


# From a formula to its tokens


@dataclass(frozen=True)
class _Token:
    r"""``kind``: number, letter, command, word (\text{Loss}), prose (\text{so that}), begin, end, break, quad or sign.

    ``start`` and ``end`` are places in the formula's source.
    """

    kind: str
    text: str
    start: int
    end: int


_TOKEN = re.compile(
    r"""(?P<space>\s+|\\[,;:!\ >]|~|\\[()])
    |(?P<break>\\\\\*?(?:\[-?[\d.]+\s*(?:[a-z]{2}|\\\w+)\])?)
    |\\(?P<edge>begin|end)\s*\{(?P<environment>[^}]*)\}
    |\\(?P<style>text|textrm|textit|textbf|textsf|mbox|mathrm|mathit|mathsf|mathbf|mathcal|boldsymbol|operatorname\*?)
        \s*(?=[{])
    |(?P<size>\\(?:left|right|middle|[bB]igg?[lrm]?)(?![A-Za-z])\s*\.?)
    |(?P<command>\\(?:[A-Za-z]+|[{}|%&_\#]))
    |(?P<number>\d+(?:\{,\}\d+|\.\d+)?)
    |(?P<letter>[A-Za-z])
    |(?P<sign>.)""",
    re.VERBOSE | re.DOTALL,
)
_NOTHING = {
    *("displaystyle", "textstyle", "scriptstyle", "limits", "nolimits", "nonumber", "notag", "allowbreak", "nobreak"),
    *("hfill", "mathstrut", "strut", "thinspace", "medspace", "thickspace", "negthinspace", "enspace", "boxed"),
    *("underbrace", "overbrace", "underline", "mathord", "displaybreak", "allowdisplaybreaks", "centering", "relax"),
}
_NOTHING_WITH_ARGUMENT = {
    *("hspace", "phantom", "hphantom", "vphantom", "label", "tag", "color", "textcolor", "intertext"),
}
_LAYOUT = {
    *("aligned", "align", "align*", "alignedat", "alignat", "alignat*", "split", "gathered", "gather", "gather*"),
    *("equation", "equation*", "multline", "multline*", "multlined", "array", "flalign", "flalign*"),
}
_ABSOLUTE = {r"\lvert": "|", r"\rvert": "|", r"\vert": "|", r"\lbrack": "[", r"\rbrack": "]"}


class _Unreadable(Exception):
    """A side is not written in the grammar of this module."""


def _tokens(source: str) -> list[_Token]:
    return _without_empty_braces(_all_tokens(source))


def _all_tokens(source: str) -> Iterator[_Token]:
    place = 0
    while place < len(source):
        match = _TOKEN.match(source, place)
        assert match is not None
        start, place = place, match.end()
        kind = match.lastgroup or ""
        if kind in ("space", "size"):
            continue
        if kind == "environment":
            yield from _edge(match)
            if match["environment"] in _LAYOUT and match["edge"] == "begin":
                place = _after_arguments(source, place)
        elif kind == "style":
            place = _after_group(source, place)
            content = source[match.end() + 1 : place - 1].strip()
            yield _styled(content, start, place)
        elif kind == "command" and match.group()[1:] in _NOTHING | _NOTHING_WITH_ARGUMENT:
            if match.group()[1:] in _NOTHING_WITH_ARGUMENT:
                place = _after_group(source, place)
        else:
            yield _plain(kind, match.group(), start, place)


def _plain(kind: str, text: str, start: int, end: int) -> _Token:
    if text in (r"\quad", r"\qquad"):
        kind = "quad"
    elif text in (r"\{", r"\}") or text in _ABSOLUTE:
        kind, text = "sign", _ABSOLUTE.get(text, text)
    elif kind == "number":
        text = text.replace("{,}", ".")
    return _Token(kind, text, start, end)


def _edge(match: re.Match[str]) -> Iterator[_Token]:
    if match["environment"] not in _LAYOUT:
        yield _Token(match["edge"], match["environment"], match.start(), match.end())


def _styled(content: str, start: int, end: int) -> _Token:
    if re.fullmatch(r"[A-Za-z]", content):
        return _Token("letter", content, start, end)
    if re.fullmatch(r"[A-Za-z][\w-]*(?:\\_[\w-]+)*", content) and content.lower() not in _PROSE:
        return _Token("word", content, start, end)
    return _Token("prose", content, start, end)


_PROSE = {
    *("if", "for", "otherwise", "else", "and", "or", "since", "because", "where", "with", "so", "thus", "then", "at"),
}


def _after_group(source: str, place: int) -> int:
    """Return the place after the group in braces that begins at ``place``; the end where it does not close."""
    depth = 0
    for index in range(place, len(source)):
        depth += (source[index] == "{") - (source[index] == "}")
        if depth <= 0:
            return index + 1
    return len(source)


def _after_arguments(source: str, place: int) -> int:
    """Skip the [t] or {rl} of an environment that only lays out."""
    match = re.compile(r"(?:\[[tbc]\]|\{[lrc|@\d]+\})*").match(source, place)
    assert match is not None
    return match.end()


def _without_empty_braces(tokens: Iterable[_Token]) -> list[_Token]:
    kept: list[_Token] = []
    for token in tokens:
        if token.text == "}" and kept and kept[-1].text == "{":
            kept.pop()
        else:
            kept.append(token)
    return kept


# From tokens to chains

_RELATIONS = {
    **{"=": "=", r"\approx": "≈", r"\leftarrow": "←", r"\gets": "←", r"\coloneqq": "=", r"\equiv": "="},
    **{"<": "<", ">": ">", r"\lt": "<", r"\gt": ">", r"\le": "≤", r"\leq": "≤", r"\ge": "≥", r"\geq": "≥"},
    **{r"\ne": "≠", r"\neq": "≠"},
    **dict.fromkeys((r"\to", r"\rightarrow", r"\in", r"\propto", r"\sim", r"\simeq", r"\mapsto", r"\cong"), "?"),
}
_BREAKS_OFF = {r"\Rightarrow", r"\implies", r"\iff", r"\Longrightarrow", ",", ";", ".", ":", "?"}
_OPERATORS = {"+", "-", "*", "/", r"\cdot", r"\times", r"\ast", r"\div", r"\pm"}
_OPENING = {"(": ")", "[": "]", "{": "}", r"\{": r"\}"}
_CLOSING = set(_OPENING.values())


@dataclass(frozen=True)
class _Chain:
    line: int
    text: str
    sides: tuple[tuple[_Token, ...], ...]
    relations: tuple[str, ...]


def _chains(formula: _Formula, tokens: Sequence[_Token]) -> Iterator[_Chain]:
    """Split at what separates: commas, prose, and new lines that do not continue the line before."""
    current: list[_Token] = []
    for index, (token, depth) in enumerate(_with_depth(tokens)):
        if depth == 0 and _separates(tokens, index):
            yield from _chain(formula, current)
            current = []
        elif depth or not _is_layout(token):
            current.append(token)
    yield from _chain(formula, current)


def _with_depth(tokens: Sequence[_Token], *kinds: str) -> Iterator[tuple[_Token, int]]:
    """Give each token with how many brackets and environments it is inside of; with ``begin``, environments only."""
    depth = 0
    for token in tokens:
        bracket = not kinds
        depth -= token.kind == "end" or (bracket and token.text in _CLOSING)
        yield token, depth
        depth += token.kind == "begin" or (bracket and token.text in _OPENING)


def _separates(tokens: Sequence[_Token], index: int) -> bool:
    token = tokens[index]
    before = next((t for t in reversed(tokens[:index]) if not _is_layout(t)), None)
    if token.kind in ("break", "quad"):
        after = next((t for t in tokens[index + 1 :] if not _is_layout(t)), None)
        return not (_continues(before) or _continues(after))
    if token.kind == "prose":
        return before is None or before.text not in ("_", "^")
    return token.text in _BREAKS_OFF


def _is_layout(token: _Token) -> bool:
    return token.kind in ("break", "quad") or token.text == "&"


def _continues(token: _Token | None) -> bool:
    return token is not None and (token.text in _OPERATORS or token.text in _RELATIONS)


def _chain(formula: _Formula, tokens: list[_Token]) -> Iterator[_Chain]:
    if not tokens:
        return
    sides: list[list[_Token]] = [[]]
    relations = []
    for token, depth in _with_depth(tokens):
        if depth == 0 and token.text in _RELATIONS:
            relations.append(_RELATIONS[token.text])
            sides.append([])
        else:
            sides[-1].append(token)
    text = " ".join(formula.source[tokens[0].start : tokens[-1].end].split())
    line = formula.line + formula.source.count("\n", 0, tokens[0].start)
    yield _Chain(line, text, tuple(map(tuple, sides)), tuple(relations))


# From a side to its tree


@dataclass(frozen=True)
class _Number:
    text: str

    @property
    def value(self) -> Fraction:
        return Fraction(self.text)


@dataclass(frozen=True)
class _Symbol:
    name: str


@dataclass(frozen=True)
class _Neg:
    part: "_Node"


@dataclass(frozen=True)
class _Sum:
    """Terms, each with the sign that stands before it."""

    terms: tuple[tuple[int, "_Node"], ...]


@dataclass(frozen=True)
class _Product:
    factors: tuple["_Node", ...]


@dataclass(frozen=True)
class _Quotient:
    top: "_Node"
    bottom: "_Node"


@dataclass(frozen=True)
class _Power:
    base: "_Node"
    exponent: "_Node"


@dataclass(frozen=True)
class _Call:
    name: str
    args: tuple["_Node", ...]


@dataclass(frozen=True)
class _Cases:
    """Values with their conditions; a condition is a chain of comparisons, and empty where it always holds."""

    rows: tuple[tuple["_Node", tuple[tuple["_Node", str, "_Node"], ...]], ...]


_Node = _Number | _Symbol | _Neg | _Sum | _Product | _Quotient | _Power | _Call | _Cases


def _inside(node: _Node) -> tuple[_Node, ...]:
    match node:
        case _Neg(part):
            return (part,)
        case _Sum(terms):
            return tuple(term for _, term in terms)
        case _Product(parts) | _Call(_, parts):
            return parts
        case _Quotient(first, second) | _Power(first, second):
            return (first, second)
        case _Cases(rows):
            conditions = (part for _, tests in rows for left, _, right in tests for part in (left, right))
            return (*(value for value, _ in rows), *conditions)
    return ()


def _walk(node: _Node) -> Iterator[_Node]:
    yield node
    for part in _inside(node):
        yield from _walk(part)


def _symbols(node: _Node) -> list[str]:
    return list(dict.fromkeys(part.name for part in _walk(node) if isinstance(part, _Symbol)))


def _literals(node: _Node) -> list[str]:
    return list(dict.fromkeys(part.text for part in _walk(node) if isinstance(part, _Number)))


def _sum(terms: list[tuple[int, _Node]]) -> _Node:
    if len(terms) == 1:
        return terms[0][1]
    flat: list[tuple[int, _Node]] = []
    for sign, term in terms:
        flat += [(sign * inner, part) for inner, part in term.terms] if isinstance(term, _Sum) else [(sign, term)]
    return _Sum(tuple(flat))


def _product(factors: Sequence[_Node]) -> _Node:
    if len(factors) == 1:
        return factors[0]
    flat: list[_Node] = []
    for factor in factors:
        flat += factor.factors if isinstance(factor, _Product) else [factor]
    return _Product(tuple(flat))


_NAMED = {"tanh", "sinh", "cosh", "sin", "cos", "tan", "ln", "log", "exp", "max", "min", "arctan", "erf", "sqrt"}
_GREEK = {
    *("alpha", "beta", "gamma", "delta", "epsilon", "varepsilon", "zeta", "eta", "theta", "kappa", "lambda", "mu"),
    *("nu", "xi", "rho", "sigma", "tau", "phi", "varphi", "chi", "psi", "omega", "Delta", "Sigma", "Phi", "Theta"),
}
_ACCENTS = {"hat", "bar", "tilde", "vec", "dot", "widehat", "overline"}
_FRACTIONS = {r"\frac", r"\dfrac", r"\tfrac", r"\cfrac"}


def _parse(tokens: Sequence[_Token], functions: Iterable[str]) -> _Node:
    """Parse one side. Raises `_Unreadable`."""
    parser = _Parser(tokens, frozenset(functions))
    node = parser.sum()
    if not parser.done():
        raise _Unreadable(f"{parser.peek().text} cannot stand there")
    return node


class _Parser:
    """Recursive descent over the tokens of a side; ``functions`` are the page's own single-letter functions."""

    def __init__(self, tokens: Sequence[_Token], functions: frozenset[str]) -> None:
        self.tokens = [token for token, depth in _with_depth(tokens, "begin") if depth or not _is_layout(token)]
        self.functions = functions
        self.place = 0

    def done(self) -> bool:
        return self.place >= len(self.tokens)

    def peek(self, ahead: int = 0) -> _Token:
        place = self.place + ahead
        return self.tokens[place] if place < len(self.tokens) else _Token("finish", "", 0, 0)

    def take(self) -> _Token:
        token = self.peek()
        if token.kind == "finish":
            raise _Unreadable("something is missing at the end")
        self.place += 1
        return token

    def at(self, *texts: str) -> bool:
        return not self.done() and self.peek().text in texts

    def skip(self, *texts: str) -> bool:
        found = self.at(*texts)
        self.place += found
        return found

    def expect(self, text: str) -> None:
        if not self.skip(text):
            raise _Unreadable(f"{text} is missing")

    def sum(self) -> _Node:
        terms = [(1, self.product())]
        while self.at("+", "-"):
            terms.append((1 if self.take().text == "+" else -1, self.product()))
        return _sum(terms)

    def product(self) -> _Node:
        factors = [self.factor()]
        while True:
            if self.skip(r"\cdot", r"\times", "*", r"\ast"):
                factors.append(self.factor())
            elif self.skip("/", r"\div"):
                factors = [_Quotient(_product(factors), self.factor())]
            elif self._starts_factor():
                if self.peek().kind == "number" and self.tokens[self.place - 1].kind == "number":
                    raise _Unreadable("two numbers stand side by side")
                factors.append(self.factor())
            else:
                return _product(factors)

    def _starts_factor(self) -> bool:
        token = self.peek()
        if token.kind == "sign":
            return token.text in _OPENING
        return token.kind in ("number", "letter", "word", "begin") or (
            token.kind == "command" and token.text not in _OPERATORS and token.text not in _RELATIONS
        )

    def factor(self) -> _Node:
        if self.skip("-"):
            return _Neg(self.factor())
        if self.skip("+"):
            return self.factor()
        node = self.primary()
        while self.skip("^"):
            node = _Power(node, self.script())
        return node

    def script(self) -> _Node:
        if self.skip("{"):
            node = self.sum()
            self.expect("}")
            return node
        if self.peek().kind == "number" and len(self.peek().text) > 1:
            raise _Unreadable("an exponent of several digits has no braces")
        return self.primary()

    def primary(self) -> _Node:
        token = self.take()
        if token.kind == "number":
            return _Number(token.text)
        if token.text in _OPENING:
            return self._bracket(token.text)
        if token.text == "|":
            node = self.sum()
            self.expect("|")
            return _Call("abs", (node,))
        if token.text in _FRACTIONS:
            return self._fraction()
        if token.text == r"\sqrt":
            return self._root()
        if token.kind == "begin":
            return self._cases(token)
        if token.text == r"\pi":
            return _Call("pi", ())
        if token.text == "e" and not self.at("_"):
            return _Call("exp", (self.script() if self.skip("^") else _Number("1"),))
        self.place -= 1
        return self._named()

    def _bracket(self, opening: str) -> _Node:
        node = self.sum()
        self.expect(_OPENING[opening])
        if opening == "{" and self.skip("_"):
            self._raw()
        return node

    def _raw(self) -> list[_Token]:
        """Take the argument of a script or accent without parsing it."""
        token = self.take()
        if token.text != "{":
            if token.kind == "number" and len(token.text) > 1:
                raise _Unreadable("a script of several digits has no braces")
            return [token]
        taken: list[_Token] = []
        depth = 1
        while True:
            token = self.take()
            depth += (token.text == "{") - (token.text == "}")
            if not depth:
                return taken
            taken.append(token)

    def _fraction(self) -> _Node:
        above, below = self._argument(), self._argument()
        if _is_differential(above) and _is_differential(below):
            return _Symbol(f"{_joined(above)}/{_joined(below)}")
        return _Quotient(_parse(above, self.functions), _parse(below, self.functions))

    def _argument(self) -> list[_Token]:
        r"""Take an argument as TeX does: \frac12 is one half."""
        token = self.peek()
        if token.kind != "number" or len(token.text) == 1:
            return self._raw()
        if "." in token.text:
            raise _Unreadable("a decimal stands in a fraction without braces")
        first, rest = replace(token, text=token.text[0]), replace(token, text=token.text[1:])
        self.tokens[self.place : self.place + 1] = [first, rest]
        return [self.take()]

    def _root(self) -> _Node:
        degree: _Node = _Number("2")
        if self.skip("["):
            degree = self.sum()
            self.expect("]")
        radicand = _parse(self._argument(), self.functions)
        if degree == _Number("2"):
            return _Call("sqrt", (radicand,))
        return _Power(radicand, _Quotient(_Number("1"), degree))

    def _cases(self, begin: _Token) -> _Node:
        if begin.text not in ("cases", "dcases"):
            raise _Unreadable(f"the environment {begin.text} is not numbers")
        end = next((i for i in range(self.place, len(self.tokens)) if self.tokens[i].kind == "end"), None)
        if end is None:
            raise _Unreadable("the cases do not end")
        inside = [token for token in self.tokens[self.place : end] if token.kind != "quad"]
        rows = [self._case(row) for row in _split(inside, "\\\\") if row]
        self.place = end + 1
        return _Cases(tuple(rows))

    def _case(self, row: list[_Token]) -> tuple[_Node, tuple[tuple[_Node, str, _Node], ...]]:
        value, *condition = _split([t for t in row if t.text not in (",", ".")], "&")
        tests = [token for part in condition for token in part if token.kind != "prose"]
        relations = [_RELATIONS[token.text] for token in tests if token.text in _RELATIONS]
        if not relations:
            return _parse(value, self.functions), ()
        sides = [_parse(side, self.functions) for side in _split(tests, *_RELATIONS)]
        return _parse(value, self.functions), tuple(zip(sides, relations, sides[1:], strict=False))

    def _named(self) -> _Node:
        """Read a function with its arguments, or a symbol with its scripts."""
        token = self.take()
        name = token.text.lstrip("\\")
        primes = self._primes()
        if self._is_function(token, name):
            return self._call(name + primes)
        if name in _ACCENTS:
            name = f"{name}({_joined(self._raw())})"
        elif name == "partial":
            return self._differential()
        elif token.kind == "command" and name not in _GREEK:
            raise _Unreadable(f"{token.text} is not known")
        elif token.kind not in ("letter", "word", "command"):
            raise _Unreadable(f"{token.text} cannot stand there")
        if name == "Delta" and self.peek().kind in ("letter", "command"):
            name += _joined([self.take()])
        return _Symbol(self._scripts(name + primes))

    def _primes(self) -> str:
        primes = ""
        while True:
            if self.skip("'"):
                primes += "'"
            elif self.at("^") and self.peek(1).text == r"\prime":
                self.place += 2
                primes += "'"
            elif self.at("^") and [self.peek(n).text for n in (1, 2, 3)] == ["{", r"\prime", "}"]:
                self.place += 4
                primes += "'"
            else:
                return primes

    def _is_function(self, token: _Token, name: str) -> bool:
        if token.kind == "command" and name in _NAMED:
            return True
        called = self.at("(", "[")
        return called and (token.kind == "word" or name == "sigma" or name in self.functions)

    def _call(self, name: str) -> _Node:
        power = self.script() if self.skip("^") else None
        opening = self.peek().text
        if opening in ("(", "[", r"\{"):
            self.take()
            args = [self.sum()]
            while self.skip(",", ";"):
                args.append(self.sum())
            self.expect(_OPENING[opening])
        else:
            args = [self.factor()]
        call = _Call({"log": "ln"}.get(name, name), tuple(args))
        return call if power is None else _Power(call, power)

    def _differential(self) -> _Node:
        r"""Read \partial L / \partial w."""
        above = self._symbol_text()
        self.expect("/")
        self.expect(r"\partial")
        return _Symbol(f"∂{above}/∂{self._symbol_text()}")

    def _symbol_text(self) -> str:
        node = self._named()
        if not isinstance(node, _Symbol):
            raise _Unreadable("a derivative is not that of a symbol")
        return node.name

    def _scripts(self, name: str) -> str:
        """Read subscripts, and superscripts that are labels and not exponents."""
        below = above = ""
        while True:
            if self.skip("_"):
                below += _joined(self._raw())
            elif self.at("^") and self._label_follows():
                self.take()
                above += _joined(self._raw())
            else:
                below, above = f"_{below}" if below else "", f"^{above}" if above else ""
                return name + below + above + self._primes()

    def _label_follows(self) -> bool:
        token = self.peek(2) if self.peek(1).text == "{" else self.peek(1)
        return token.kind in ("word", "prose") or (token.text in ("(", "[", "*", "+", "-") and self._label_is_short())

    def _label_is_short(self) -> bool:
        """Tell w^{-} and w^{(1)[2]} from w^{-1}: a label in braces is a mark or a group of brackets."""
        if self.peek(1).text != "{":
            return True
        return self.peek(2).text in ("(", "[") or self.peek(3).text == "}"


def _split(tokens: Sequence[_Token], *separators: str) -> list[list[_Token]]:
    parts: list[list[_Token]] = [[]]
    for token, depth in _with_depth(tokens):
        if depth == 0 and (token.text in separators or (token.kind == "break" and "\\\\" in separators)):
            parts.append([])
        else:
            parts[-1].append(token)
    return parts


def _is_differential(tokens: list[_Token]) -> bool:
    return len(tokens) > 1 and tokens[0].text in (r"\partial", "d")


def _joined(tokens: Sequence[_Token]) -> str:
    """Write the tokens of a name so that equal names are equal text."""
    if tokens and tokens[0].text == r"\partial" and len(tokens) > 1:
        return f"∂{_joined(tokens[1:])}"
    if any(t.text in ("_", "^") for t in tokens):
        node = _parse(tokens, ())
        if isinstance(node, _Symbol):
            return node.name
    return "".join(token.text.lstrip("\\") for token in tokens if token.text not in ("{", "}"))


# What numbers say

_Value = Any
"""A `Fraction` is exact; an mpf stands for an irrational number at some precision."""

_DIGITS = 60


@cache
def _precise(digits: int) -> Any:
    context = MPContext()
    context.dps = digits
    return context


class _Undefined(ArithmeticError):
    """A side has no value: it divides by zero, or takes the logarithm of a negative number."""


class _Unresolved(Exception):
    """Something on a side has no known value."""


@dataclass(frozen=True)
class _Printed:
    """A number as it stands on the page. ``exact`` tells whether it was given or calculated without rounding.

    ``doubtful``: the rounding on the way happened to vanish, as in 0.26 · 0, so ``=`` and ``≈`` are both right.
    """

    value: Fraction
    decimals: int
    exact: bool = True
    doubtful: bool = False

    @property
    def unit(self) -> Fraction:
        """One in the last printed place."""
        return Fraction(1, 10) ** self.decimals

    def __str__(self) -> str:
        return _decimal(self.value, max(self.decimals, 0))


@dataclass(frozen=True)
class _Definition:
    parameters: tuple[str, ...]
    body: _Node


def _printed(node: _Node) -> _Printed | None:
    r"""Read a node as one printed number: 0.5, -0.5, 1.5 \cdot 10^{-7}."""
    match node:
        case _Number(text):
            return _Printed(Fraction(text), len(text.partition(".")[2]))
        case _Neg(part):
            inner = _printed(part)
            return inner and replace(inner, value=-inner.value)
        case _Product((first, _Power(_Number("10"), exponent))):
            inner, power = _printed(first), _printed(exponent)
            if inner and power and power.decimals == 0:
                shift = int(power.value)
                return _Printed(inner.value * Fraction(10) ** shift, inner.decimals - shift)
    return None


def _to_unit(value: Fraction, unit: Fraction) -> Fraction:
    """Round to a multiple of ``unit``, a half away from zero."""
    steps = abs(value) / unit + Fraction(1, 2)
    return (1 if value >= 0 else -1) * (steps.numerator // steps.denominator) * unit


def _decimal(value: Fraction, decimals: int) -> str:
    scaled = int(_to_unit(value, Fraction(1, 10**decimals)) * 10**decimals)
    digits = str(abs(scaled)).rjust(decimals + 1, "0")
    text = f"{digits[: len(digits) - decimals]}.{digits[len(digits) - decimals :]}" if decimals else digits
    return f"-{text}" if scaled < 0 else text


def _named_value(name: str, args: Sequence[Any], context: Any) -> Any:
    """Functions of irrational or inexact results, by mpmath."""
    functions: dict[str, Callable[..., Any]] = {
        **{n: getattr(context, n) for n in ("exp", "tanh", "sinh", "cosh", "sin", "cos", "tan", "ln", "erf", "sqrt")},
        "arctan": context.atan,
    }
    if name not in functions:
        raise _Unresolved(name)
    if name == "ln" and args[0] <= 0:
        raise _Undefined("it takes the logarithm of a number that is not positive")
    if name == "sqrt" and args[0] < 0:
        raise _Undefined("it takes the root of a negative number")
    return functions[name](*args)


_AT = {"exp": (0, 1), "cosh": (0, 1), "cos": (0, 1), "ln": (1, 0)} | dict.fromkeys(
    ("tanh", "sinh", "sin", "tan", "erf", "arctan"), (0, 0)
)
"""Where a transcendental function has a rational value: at which argument, and which."""

_Z = _Symbol("z")
_ONE = _Number("1")
_SIGMA = _Call("sigma", (_Z,))
_POSITIVE = ((_Z, ">", _Number("0")),)
_BODIES: Mapping[str, "_Node"] = {
    "sigma": _Quotient(_ONE, _Sum(((1, _ONE), (1, _Call("exp", (_Neg(_Z),)))))),
    "ReLU": _Call("max", (_Number("0"), _Z)),
    "sigma'": _Product((_SIGMA, _Sum(((1, _ONE), (-1, _SIGMA))))),
    "tanh'": _Sum(((1, _ONE), (-1, _Power(_Call("tanh", (_Z,)), _Number("2"))))),
    "ReLU'": _Cases(((_ONE, _POSITIVE), (_Number("0"), ()))),
}
_BUILT_IN = {name: _Definition(("z",), body) for name, body in _BODIES.items()}


@dataclass(frozen=True)
class _Calculator:
    """Gives a tree its value. ``symbols`` are known by name, ``changed`` overrides literals by their text."""

    functions: Mapping[str, _Definition]
    symbols: Mapping[str, _Value] = field(default_factory=dict)
    changed: Mapping[str, Fraction] = field(default_factory=dict)
    digits: int = _DIGITS

    def value(self, node: _Node) -> _Value:
        match node:
            case _Number(text):
                return self.changed.get(text, node.value)
            case _Symbol(name):
                if name not in self.symbols:
                    raise _Unresolved(name)
                return self.symbols[name]
            case _Neg(part):
                return -self.value(part)
            case _Sum(terms):
                return self._total([sign * self.value(term) for sign, term in terms])
            case _Product(factors):
                return self._times([self.value(factor) for factor in factors])
            case _Quotient(top, bottom):
                return self._divided(self.value(top), self.value(bottom))
            case _Power(base, exponent):
                return self._power(self.value(base), self.value(exponent))
            case _Cases(rows):
                return self._case(rows)
            case _Call(name, args):
                known = self.symbols.get(_name(node)) if self.symbols else None
                return self._call(name, [self.value(arg) for arg in args]) if known is None else known

    def inexact(self, value: _Value) -> Any:
        context = _precise(self.digits)
        return context.mpf(value.numerator) / value.denominator if isinstance(value, Fraction) else context.mpf(value)

    def _total(self, values: list[_Value]) -> _Value:
        exact = all(isinstance(value, Fraction) for value in values)
        return sum(values, Fraction(0)) if exact else _precise(self.digits).fsum(map(self.inexact, values))

    def _times(self, values: list[_Value]) -> _Value:
        if any(isinstance(value, Fraction) and value == 0 for value in values):
            return Fraction(0)
        exact = all(isinstance(value, Fraction) for value in values)
        result = Fraction(1) if exact else _precise(self.digits).mpf(1)
        for value in values:
            result = result * (value if exact else self.inexact(value))
        return result

    def _divided(self, top: _Value, bottom: _Value) -> _Value:
        if bottom == 0:
            raise _Undefined("it divides by zero")
        if isinstance(top, Fraction) and isinstance(bottom, Fraction):
            return top / bottom
        return self.inexact(top) / self.inexact(bottom)

    def _power(self, base: _Value, exponent: _Value) -> _Value:
        if isinstance(base, Fraction) and isinstance(exponent, Fraction) and exponent.denominator == 1:
            if base == 0 and exponent < 0:
                raise _Undefined("it divides by zero")
            if abs(exponent) <= 10_000:
                return base**exponent.numerator
        if isinstance(exponent, Fraction) and exponent == Fraction(1, 2):
            return self._call("sqrt", [base])
        if base < 0 and not (isinstance(exponent, Fraction) and exponent.denominator == 1):
            raise _Undefined("it takes a broken power of a negative number")
        return self.inexact(base) ** self.inexact(exponent)

    def _case(self, rows: tuple[tuple[_Node, tuple[tuple[_Node, str, _Node], ...]], ...]) -> _Value:
        holding = [
            (self.value(value), tests)
            for value, tests in rows
            if all(self.holds(left, relation, right) for left, relation, right in tests)
        ]
        if not holding:
            raise _Undefined("no case holds")
        first = holding[0][0]
        if any(tests and abs(self.inexact(value) - self.inexact(first)) > _tiny() for value, tests in holding):
            raise _Undefined("two cases hold and differ")
        return first

    def _call(self, name: str, args: list[_Value]) -> _Value:
        if name in ("max", "min"):
            return (max if name == "max" else min)(args, key=self.inexact)
        if name == "abs":
            return abs(args[0])
        if name == "pi":
            return +_precise(self.digits).pi
        definition = self.functions.get(name)
        if definition is not None:
            inner = dict(zip(definition.parameters, args, strict=True))
            return replace(self, symbols=inner, changed={}).value(definition.body)
        if name.endswith("'"):
            return self._slope(name[:-1], args)
        return self._transcendental(name, args)

    def _transcendental(self, name: str, args: list[_Value]) -> _Value:
        only = args[0]
        if isinstance(only, Fraction) and name in _AT and only == _AT[name][0]:
            return Fraction(_AT[name][1])
        if isinstance(only, Fraction) and name == "sqrt" and only >= 0:
            roots = [isqrt(part) for part in (only.numerator, only.denominator)]
            if all(root**2 == part for root, part in zip(roots, (only.numerator, only.denominator), strict=True)):
                return Fraction(*roots)
        try:
            return _named_value(name, [self.inexact(arg) for arg in args], _precise(self.digits))
        except OverflowError:
            raise _Undefined("it is too large") from None

    def _slope(self, name: str, args: list[_Value]) -> _Value:
        call = _Call(name, (_Symbol(" "),))

        def function(z: Any) -> Any:
            return self.inexact(replace(self, symbols={" ": z}).value(call))

        return _precise(self.digits).diff(function, self.inexact(args[0]))

    def holds(self, left: _Node, relation: str, right: _Node) -> bool:
        """Tell whether a comparison is true."""
        difference = self._total([self.value(left), -self.value(right)])
        return bool(
            (relation in "<≤≠" and difference < 0)
            or (relation in ">≥≠" and difference > 0)
            or (relation in "≤≥=" and difference == 0)
        )

    def exactly(self, node: _Node) -> Fraction:
        """The value as a fraction, near enough to round it to any printed decimal."""
        value = self.value(node)
        if isinstance(value, Fraction):
            return value
        size = int(sum(value._mpf_[2:]))
        if size > 100_000:
            raise _Undefined("it is too large")
        if size < -100_000:
            return Fraction(0)
        if size > _DIGITS:
            value = replace(self, digits=_DIGITS + size).value(node)
        return _fraction(value)


def _fraction(value: Any) -> Fraction:
    """An mpf is a sign, a mantissa and a power of two."""
    sign, mantissa, exponent, _ = value._mpf_
    return Fraction(-int(mantissa) if sign else int(mantissa)) * Fraction(2) ** int(exponent)


def _name(node: _Node) -> str:
    """A symbol or call as the key of its printed value."""
    match node:
        case _Symbol(name):
            return name
        case _Number(text):
            return text
        case _Call(name, args):
            return f"{name}({', '.join(map(_name, args))})"
    return repr(node)


# How two numeric sides fit


class _Judge:
    """Compares two sides by the printed digits."""

    def __init__(self, functions: Mapping[str, _Definition]) -> None:
        self.calculator = _Calculator(functions)

    def same(self, left: _Node, right: _Node) -> bool:
        """Tell whether two sides are exactly equal; irrational ones are compared at many digits."""
        return self._equal(self.calculator.value(left), self.calculator.value(right))

    def _equal(self, left: _Value, right: _Value) -> bool:
        if isinstance(left, Fraction) or isinstance(right, Fraction):
            return isinstance(left, Fraction) and isinstance(right, Fraction) and left == right
        return bool(abs(left - right) <= abs(left) * _precise(_DIGITS).mpf(10) ** -45)

    def fault(self, left: _Node, relation: str, right: _Node) -> str:
        """Say what is wrong with one link, or nothing."""
        if relation in ("<", ">", "≤", "≥", "≠"):
            holds = self.calculator.holds(left, relation, right)
            return "" if holds else f"{self.shown(left)} {relation} {self.shown(right)} does not hold"
        if relation == "≈":
            return self._rounded_fault(left, right)
        if self.same(left, right):
            hidden = self.calculator.value(left) == 0 and self.worked_out(left, right) is False
            return "both sides are zero, but their parts differ" if hidden else ""
        return f"the left is {self.shown(left)}, the right is {self.shown(right)}, so they are not equal"

    def _rounded_fault(self, left: _Node, right: _Node) -> str:
        if self.same(left, right):
            return "both sides are exactly equal, so ≈ should be ="
        printed = _printed(right)
        if printed:
            return self.rounding_fault(left, printed)
        worked = self.worked_out(left, right)
        if worked is None:
            worked = self.within(left, right)
        return "" if worked else f"the right is not the left with parts worked out and rounded ({self.shown(left)})"

    def rounding_fault(self, left: _Node, printed: _Printed) -> str:
        """Say so where a number is not the rounding of a side to as many decimals."""
        expected = _to_unit(self.calculator.exactly(left), printed.unit)
        return "" if expected == printed.value else f"it gives {replace(printed, value=expected)}, not {printed}"

    def shown(self, node: _Node) -> str:
        return _decimal(self.calculator.exactly(node), 12).rstrip("0").rstrip(".")

    def worked_out(self, left: _Node, right: _Node) -> bool | None:
        """Tell whether each number on the right is the rounding of its part of the left.

        None: the two are built too differently to say which part that is.
        """
        if left == right:
            return True
        printed = _printed(right)
        if printed:
            return self._equal(self.calculator.value(left), printed.value) or not self.rounding_fault(left, printed)
        match left, right:
            case (_Sum(terms), _Sum(others)):
                signed, other_signed = [_signed(*term) for term in terms], [_signed(*other) for other in others]
                return self._grouped(signed, other_signed, lambda part: _sum([(1, p) for p in part]))
            case (_Product(factors), _Product(other_factors)):
                return self._grouped(list(factors), list(other_factors), _product)
            case (_Call(name, _), _Call(other_name, _)) if name != other_name:
                return None
        parts, others_parts = _inside(left), _inside(right)
        if type(left) is not type(right) or len(parts) != len(others_parts) or not parts:
            return None
        return _all(self.worked_out(part, other) for part, other in zip(parts, others_parts, strict=True))

    def _grouped(self, left: list[_Node], right: list[_Node], join: Callable[[list[_Node]], _Node]) -> bool | None:
        """Match each part on the right with neighbours on the left."""
        if len(left) == len(right):
            return _all(self.worked_out(part, other) for part, other in zip(left, right, strict=True))
        for groups in _groupings(left, len(right)):
            if all(self.worked_out(join(group), other) for group, other in zip(groups, right, strict=True)):
                return True
        return False if len(left) > len(right) and all(map(_printed, right)) else None

    def within(self, left: _Node, right: _Node) -> bool:
        """Tell whether the left lies in the range that the right's newly rounded digits leave."""
        kept = set(_literals(left))
        fresh = [text for text in _literals(right) if "." in text and text not in kept]
        sides = [self.calculator.inexact(self.calculator.value(side)) for side in (left, right)]
        return bool(abs(sides[0] - sides[1]) <= _spread(self.calculator, right, fresh) + _tiny())


def _signed(sign: int, node: _Node) -> _Node:
    return node if sign > 0 else _Neg(node)


def _all(results: Iterable[bool | None]) -> bool | None:
    """False where one is false, else None where one is unknown."""
    seen = list(results)
    return False if False in seen else None if None in seen else True


def _groupings(parts: Sequence[_Node], count: int) -> Iterator[list[list[_Node]]]:
    """The ways to cut a row of parts into so many groups of neighbours; the first few thousand."""
    if count > len(parts):
        return
    for cuts in islice(combinations(range(1, len(parts)), count - 1), 2000):
        edges = [0, *cuts, len(parts)]
        yield [list(parts[a:b]) for a, b in pairwise(edges)]


def _tiny() -> Any:
    return _precise(_DIGITS).mpf(10) ** -40


def _spread(calculator: _Calculator, node: _Node, literals: Iterable[str]) -> Any:
    """How far the value may be off, to first order, if each of these literals is off by half of its last place."""
    middle = calculator.inexact(calculator.value(node))
    total = _precise(_DIGITS).mpf(0)
    for text in literals:
        half = Fraction(1, 2) / 10 ** len(text.partition(".")[2])
        ends = (Fraction(text) - half, Fraction(text) + half)
        moved = [replace(calculator, changed={**calculator.changed, text: end}).value(node) for end in ends]
        total += max(abs(calculator.inexact(value) - middle) for value in moved)
    return total


# How a side in symbols and a side in numbers fit


@dataclass(frozen=True)
class _History:
    """What the page printed for one symbol, the last one last."""

    values: tuple[_Printed, ...]

    def agrees(self, number: _Printed) -> bool:
        return any(_agree(number, known) for known in self.values)

    def has(self, number: _Printed) -> bool:
        """Tell whether the number was printed with as many digits or more."""
        return any(known.decimals >= number.decimals and _agree(number, known) for known in self.values)

    def with_last(self, number: _Printed) -> "_History":
        """Add a value; one that agrees with it gives way, but for its further digits."""
        same = [known for known in self.values if _agree(number, known)]
        longest = max([number, *(known for known in same if not known.exact)], key=lambda value: value.decimals)
        return _History((*(known for known in self.values if known not in same), number if number.exact else longest))

    def refined(self, number: _Printed) -> "_History":
        """Replace a rounded value by the same one with more digits."""
        return _History(
            tuple(
                number if _agree(number, known) and number.decimals > known.decimals and not known.exact else known
                for known in self.values
            )
        )


def _agree(number: _Printed, known: _Printed) -> bool:
    """Tell whether two numbers are the same as far as the shorter one goes; an exact one gets no further digits.

    A longer one that ends in a half of the shorter one's last place was itself rounded, so it may go either way.
    """
    if known.exact and number.decimals >= known.decimals:
        return number.value == known.value
    unit, distance = max(number.unit, known.unit), abs(number.value - known.value)
    is_half = number.decimals != known.decimals and not known.exact and distance == unit / 2
    return is_half or _to_unit(number.value, unit) == _to_unit(known.value, unit)


class _Substitution:
    """Holds a side in symbols against a side in numbers, by the values that the page printed so far.

    ``loose`` are numbers of tables that do not say which symbol has which value: the first use of a symbol tells.
    """

    def __init__(
        self, functions: Mapping[str, _Definition], known: dict[str, _History], loose: Collection[Fraction] = ()
    ) -> None:
        self.functions = functions
        self.known = known
        self.judge = _Judge(functions)
        self.loose = loose
        self.bound: dict[str, Fraction] = {}
        self.matched: list[_Printed] = []
        self.other_form = False
        """The printed values that the last formula was held against, and whether a part of it is written otherwise."""

    def fault(self, formula: _Node, numbers: _Node) -> str:
        """Say where the numbers are not those of the formula. Raises `_Unresolved`."""
        number = _printed(numbers)
        name = _name(formula)
        if number and isinstance(formula, _Symbol) and name not in self.known and number.value in self.loose:
            self.known[name] = _History((number,))
            self.bound[name] = number.value
        if number and isinstance(formula, _Symbol | _Call) and name in self.known:
            self.other_form |= isinstance(formula, _Call) and not self.known[name].values[-1].exact
            return self._value_fault(name, number)
        if not _symbols(formula) and not _calls_known(formula, self.known):
            return self._constant_fault(formula, numbers, number)
        match formula, numbers:
            case (_Sum(terms), _Sum(others)) if [s for s, _ in terms] == [s for s, _ in others]:
                return self._each([t for _, t in terms], [t for _, t in others])
            case (_Product(factors), _Product(others)):
                return self._grouped_fault(formula, numbers, list(factors), list(others))
            case (_Quotient() | _Power() | _Neg(), _) if type(formula) is type(numbers):
                return self._each(_inside(formula), _inside(numbers))
            case (_Call(name, args), _Call(other, other_args)) if name == other and len(args) == len(other_args):
                return self._each(args, other_args)
            case (_Call(name, args), _) if name in self.functions:
                opened = _filled(self.functions[name], args)
                if type(opened) is type(numbers) and not isinstance(opened, _Cases):
                    return self.fault(opened, numbers)
        return self._distance_fault(formula, numbers)

    def _value_fault(self, name: str, number: _Printed) -> str:
        """Compare with what was printed for the symbol, and remember further digits of it."""
        history = self.known[name]
        if not history.agrees(number):
            return f"{name} was printed as {history.values[-1]}, not as {number}"
        self.matched.append(history.values[-1])
        self.known[name] = history.refined(replace(number, exact=False))
        return ""

    def _each(self, formulas: Sequence[_Node], numbers: Sequence[_Node]) -> str:
        faults = (self.fault(formula, number) for formula, number in zip(formulas, numbers, strict=True))
        return next((fault for fault in faults if fault), "")

    def _constant_fault(self, formula: _Node, numbers: _Node, number: _Printed | None) -> str:
        if self.judge.same(formula, numbers):
            return ""
        if number and not isinstance(formula, _Number):
            return self.judge.rounding_fault(formula, number)
        return f"{self.judge.shown(formula)} in the formula is {self.judge.shown(numbers)} in the numbers"

    def _grouped_fault(self, formula: _Node, numbers: _Node, factors: list[_Node], others: list[_Node]) -> str:
        """Let each factor of the formula stand for one or more neighbouring factors of the numbers."""
        if len(factors) == len(others):
            return self._each(factors, others)
        first = ""
        for groups in _groupings(others, len(factors)):
            fault = self._each(factors, [_product(group) for group in groups])
            if not fault:
                return ""
            first = first or fault
        return first or self._distance_fault(formula, numbers)

    def _distance_fault(self, formula: _Node, numbers: _Node) -> str:
        """Compare the values, as near as the printed digits tell; each number must have been printed before."""
        self.other_form = True
        self.matched += [self.known[key].values[-1] for key in _keys(formula, self.known) if key in self.known]
        stranger = None if _printed(numbers) else self._stranger(formula, numbers)
        if stranger:
            return f"{stranger} was not printed before as the value of a symbol"
        faults = []
        for values in self.choices(formula):
            fault = self._distance(formula, numbers, values)
            if not fault:
                return ""
            faults.append(fault)
        return faults[0]

    def _stranger(self, formula: _Node, numbers: _Node) -> str | None:
        own = set(_literals(formula))
        in_decimals = [history for history in self.known.values() if history.values[-1].decimals > 0]
        for text in _literals(numbers):
            written = _Printed(Fraction(text), len(text.partition(".")[2]))
            both = (written, replace(written, value=-written.value))
            seen = any(history.agrees(sign) for history in in_decimals for sign in both)
            if "." in text and text not in own and not seen:
                return text
        return None

    def choices(self, *formulas: _Node) -> Iterator[dict[str, _Printed]]:
        """The values that the symbols may stand for: the last printed ones first."""
        names = list(dict.fromkeys(key for formula in formulas for key in _keys(formula, self.known)))
        for name in names:
            if name not in self.known:
                raise _Unresolved(name)
        histories = [tuple(dict.fromkeys(reversed(self.known[name].values))) for name in names]
        for values in islice(product(*histories), 64):
            yield dict(zip(names, values, strict=True))

    def difference(self, formulas: Sequence[_Node], patience: int) -> str:
        """Say so where formulas differ by more than so many times what the rounding of the printed values explains."""
        fault = ""
        for values in self.choices(*formulas):
            found = [self._around(formula, values) for formula in formulas]
            if all(abs(middle - found[0][0]) <= (room + found[0][1]) * patience + _tiny() for middle, room in found):
                return ""
            shown = ", ".join(_decimal(_fraction(middle), 8) for middle, _ in found)
            fault = fault or f"from the printed values the sides are about {shown}"
        return fault

    def _around(self, formula: _Node, values: Mapping[str, _Printed]) -> tuple[Any, Any]:
        """The value, and how far it may be off, to first order, for the rounding of the values that went in."""
        calculator = _Calculator(self.functions, {name: printed.value for name, printed in values.items()})
        middle = calculator.inexact(calculator.value(formula))
        room = calculator.inexact(Fraction(0))
        for name, printed in values.items():
            if not printed.exact:
                ends = (printed.value - printed.unit / 2, printed.value + printed.unit / 2)
                moved = [replace(calculator, symbols={**calculator.symbols, name: end}).value(formula) for end in ends]
                room += max(abs(calculator.inexact(value) - middle) for value in moved)
        return middle, room

    def _distance(self, formula: _Node, numbers: _Node, values: Mapping[str, _Printed]) -> str:
        middle, room = self._around(formula, values)
        right = self.judge.calculator.inexact(self.judge.calculator.value(numbers))
        if abs(middle - right) <= room + self._room_of_numbers(numbers, values) + _tiny():
            return ""
        found = _decimal(_fraction(middle), 8)
        return f"the formula gives about {found} from the printed values, the numbers {self.judge.shown(numbers)}"

    def _room_of_numbers(self, numbers: _Node, values: Mapping[str, _Printed]) -> Any:
        """Half a place for each number that is not an exact one of the formula's."""
        exact = {abs(printed.value) for printed in values.values() if printed.exact}
        loose = [text for text in _literals(numbers) if "." in text and Fraction(text) not in exact]
        number = _printed(numbers)
        if number and loose:
            return self.judge.calculator.inexact(number.unit / 2)
        return _spread(self.judge.calculator, numbers, loose)


def _calls_known(formula: _Node, known: Mapping[str, _History]) -> bool:
    return any(isinstance(part, _Call) and _name(part) in known for part in _walk(formula))


def _keys(formula: _Node, known: Mapping[str, _History]) -> list[str]:
    """The symbols of a formula, and the calls such as \\sigma(z_1) whose own value the page printed."""
    if isinstance(formula, _Symbol) or (isinstance(formula, _Call) and _name(formula) in known):
        return [_name(formula)]
    return list(dict.fromkeys(key for part in _inside(formula) for key in _keys(part, known)))


def _filled(definition: _Definition, args: Sequence[_Node]) -> _Node:
    return _replaced(definition.body, dict(zip(definition.parameters, args, strict=True)))


def _replaced(node: _Node, values: Mapping[str, _Node]) -> _Node:
    """Put trees in for symbols, and for calls by the name that `_name` gives them."""
    if isinstance(node, _Symbol | _Call) and _name(node) in values:
        return values[_name(node)]

    def inner(part: _Node) -> _Node:
        return _replaced(part, values)

    match node:
        case _Neg(part):
            return _Neg(inner(part))
        case _Sum(terms):
            return _Sum(tuple((sign, inner(term)) for sign, term in terms))
        case _Product(factors):
            return _product([inner(factor) for factor in factors])
        case _Quotient(top, bottom):
            return _Quotient(inner(top), inner(bottom))
        case _Power(base, exponent):
            return _Power(inner(base), inner(exponent))
        case _Call(name, args):
            return _Call(name, tuple(inner(arg) for arg in args))
        case _Cases(rows):
            return _Cases(tuple((inner(v), tuple((inner(a), r, inner(b)) for a, r, b in tests)) for v, tests in rows))
    return node


def _as_node(number: _Printed) -> _Node:
    text = _Number(_decimal(abs(number.value), max(number.decimals, 0)))
    return _Neg(text) if number.value < 0 else text


# Reading the page


@dataclass(frozen=True)
class _Side:
    """``node`` is None where the side could not be read, and ``why`` says so."""

    node: _Node | None
    tokens: tuple[_Token, ...]
    why: str = ""

    @property
    def is_numeric(self) -> bool:
        return self.node is not None and not _symbols(self.node)

    @property
    def is_symbolic(self) -> bool:
        return self.node is not None and bool(_symbols(self.node))

    @property
    def is_lone(self) -> bool:
        """A symbol by itself, or a function of symbols such as \\sigma'(z_1)."""
        return isinstance(self.node, _Symbol) or (self.is_symbolic and isinstance(self.node, _Call))

    @property
    def printed(self) -> _Printed | None:
        return _printed(self.node) if self.node is not None else None


@dataclass(frozen=True)
class _Later:
    """A fault that is one only on a page that carries its values on unrounded, or only on one that does not."""

    chain: _Chain
    on_unrounded: str
    on_rounded: str


class _Page:
    """Reads a page from the top and remembers what it printed."""

    def __init__(self, definitions: bool, decimal_comma: bool) -> None:
        self.definitions = definitions
        self.decimal_comma = decimal_comma
        self.functions = dict(_BUILT_IN)
        self.known: dict[str, _History] = {}
        self.unfinished: dict[str, _Node] = {}
        self.last_side: _Side | None = None
        self.alone: list[_Printed] = []
        self.true: dict[str, _Value] = {}
        self.derived: set[str] = set()
        self.loose: set[Fraction] = set()
        self.later: list[_Later] = []
        self.exchanges: dict[str, int] = {"=": 0, "≈": 0}
        self.links = self.chains = self.symbolic = 0
        self.unresolved: list[str] = []
        self.findings: list[Finding] = []

    def report(self) -> Report:
        unrounded = self.exchanges["≈"] >= self.exchanges["="]
        for later in self.later:
            self._find(later.chain, later.on_unrounded if unrounded else later.on_rounded)
        self._numbers_alone()
        unresolved = tuple(dict.fromkeys(self.unresolved))
        findings = tuple(sorted(self.findings, key=lambda finding: finding.line))
        return Report(self.links, self.chains, self.symbolic, unresolved, findings)

    def read(self, piece: _Piece) -> None:
        match piece:
            case _Stray(line):
                self.findings.append(Finding(line, "$", "a dollar sign opens or closes nothing"))
            case _Row():
                self._row(piece)
            case _Formula():
                self._formula(piece)

    def _formula(self, formula: _Formula) -> None:
        tokens = _tokens(formula.source)
        for what, place in _faults_of_writing(formula.source, tokens, self.decimal_comma):
            line = formula.line + formula.source.count("\n", 0, place)
            self.findings.append(Finding(line, " ".join(formula.source.split()), what))
        if not _open_bracket(tokens):
            for chain in _chains(formula, tokens):
                self._chain(chain)

    def _find(self, chain: _Chain, what: str) -> None:
        if what:
            self.findings.append(Finding(chain.line, chain.text, what))

    def _chain(self, chain: _Chain) -> None:
        if not any(chain.sides):
            return
        sides = self._sides(chain)
        if self._learn(chain):
            return
        if not any(side.is_numeric for side in sides):
            self._formulas_alone(chain, sides)
            return
        if len(sides) == 1:
            self.alone += [sides[0].printed] if sides[0].printed else []
            return
        self.chains += 1
        self._links(chain, sides)
        if self.definitions:
            self._formulas_and_numbers(chain, sides)
            self._remember(chain, sides)
        self.last_side = sides[-1]

    def _sides(self, chain: _Chain) -> list[_Side]:
        sides = [self._side(tokens) for tokens in chain.sides]
        if not chain.sides[0] and self.last_side:
            sides[0] = self.last_side
        for place, side in enumerate(sides):
            if not side.tokens and (place or not self.last_side):
                self._find(chain, "a relation has nothing beside it")
            elif side.why and _is_all_numbers(side.tokens):
                self._find(chain, side.why)
            elif side.why and (any(s.is_numeric for s in sides) or any("." in t.text for t in side.tokens)):
                self.unresolved.append(f"{side.why}: {chain.text}")
        return sides

    def _side(self, tokens: tuple[_Token, ...]) -> _Side:
        letters = {name for name in self.functions if len(name.rstrip("'")) == 1}
        try:
            return _Side(_parse(tokens, letters), tokens)
        except _Unreadable as error:
            return _Side(None, tokens, str(error))

    # Numbers

    def _links(self, chain: _Chain, sides: list[_Side]) -> None:
        judge = _Judge(self.functions)
        for place, relation in enumerate(chain.relations):
            if sides[place].is_numeric and sides[place + 1].is_numeric:
                self._link(chain, judge, sides[place].node, relation, sides[place + 1].node)
        for first, last in _runs(chain, sides):
            result = sides[last].printed
            if last - first > 1 and result and "≈" in chain.relations[first:last]:
                self._calculated(chain, partial(_first_to_last, judge, sides[first].node, result))

    def _link(self, chain: _Chain, judge: _Judge, left: _Node | None, relation: str, right: _Node | None) -> None:
        assert left is not None
        assert right is not None
        if relation == "?":
            return
        self.links += 1
        self._calculated(chain, lambda: judge.fault(left, "=" if relation == "←" else relation, right))

    def _calculated(self, chain: _Chain, judgement: Callable[[], str]) -> bool:
        """Record what a judgement says, and tell whether there was one."""
        try:
            self._find(chain, judgement())
        except _Undefined as error:
            self._find(chain, str(error))
        except _Unresolved as error:
            self.unresolved.append(str(error))
            return False
        return True

    # Symbols

    def _formulas_and_numbers(self, chain: _Chain, sides: list[_Side]) -> None:
        self._continued(chain, sides)
        substitution = _Substitution(self.functions, self.known, self.loose)
        for place, side in enumerate(sides):
            if not place or side.node is None or not side.is_symbolic:
                continue
            if isinstance(side.node, _Symbol) and self._is_defined_here(side.node, sides):
                continue
            self._formula_and_numbers(chain, sides, place, substitution)
        self.true |= substitution.bound
        self._arrow(chain, sides)

    def _formulas_alone(self, chain: _Chain, sides: list[_Side]) -> None:
        """Formulas without numbers must give the same from the printed values, where all of these are known.

        Where each line goes on with rounded values, roundings add up.
        """
        nodes = [side.node for side in sides if side.node is not None]
        nodes = [node for node in nodes if all(key in self.known for key in _keys(node, self.known))]
        if self.definitions and len(nodes) > 1 and set(chain.relations) == {"="}:
            substitution = _Substitution(self.functions, self.known)
            try:
                faults = [substitution.difference(nodes, patience) for patience in (1, 20)]
            except (_Undefined, _Unresolved):
                return
            self.symbolic += 1
            self.later.append(_Later(chain, *faults))

    def _is_defined_here(self, symbol: _Symbol, sides: list[_Side]) -> bool:
        """Tell a second name for the chain's subject, as in ∂L/∂z_o = δ_o = …, from a symbol that is used."""
        if symbol.name not in self.known:
            return True
        composite = any(side.is_symbolic and not side.is_lone for side in sides[1:])
        final = _final(sides)
        return composite and final is not None and not self.known[symbol.name].agrees(final)

    def _formula_and_numbers(self, chain: _Chain, sides: list[_Side], place: int, judge: _Substitution) -> None:
        formula = sides[place].node
        other = _nearest_numbers(chain, sides, place)
        if formula is None or other is None:
            return
        numbers = sides[other].node
        assert numbers is not None
        between = chain.relations[min(place, other) : max(place, other)]
        relation = "≈" if "≈" in between else "="

        def judgement() -> str:
            judge.matched, judge.other_form = [], False
            fault = judge.fault(formula, numbers)
            if fault or other < place or any(value.doubtful for value in judge.matched):
                return fault
            exact = all(value.exact for value in judge.matched)
            if exact and (_printed(numbers) or not judge.other_form):
                return self._exact_fault(judge, formula, relation, numbers)
            if not exact and _printed(numbers) is None:
                self._exchange(chain, relation, put_in=not judge.other_form)
            return ""

        if self._calculated(chain, judgement):
            self.symbolic += 1
            if "≈" in chain.relations[:place] and not any(side.is_numeric for side in sides[:place]):
                self._find(chain, "≈ stands before a formula, where nothing was rounded yet")

    def _exchange(self, chain: _Chain, relation: str, *, put_in: bool) -> None:
        """Either all rounded values that are put into formulas get ≈, or, where they count as the values, all get =.

        Where the numbers are those of another form of the formula, as a (1 - a) for σ'(z), ≈ is right in any case.
        """
        on_unrounded = "rounded values are put in with =" if relation == "=" else ""
        on_rounded = "rounded values are put in with ≈, elsewhere with =" if relation == "≈" and put_in else ""
        self.exchanges[relation] += put_in
        self.later.append(_Later(chain, on_unrounded, on_rounded))

    def _exact_fault(self, judge: _Substitution, formula: _Node, relation: str, numbers: _Node) -> str:
        """Where nothing that went in was rounded, the relation must say whether the numbers are exactly the formula."""
        fault = ""
        for values in judge.choices(formula):
            filled = _replaced(formula, {name: _as_node(number) for name, number in values.items()})
            fault = judge.judge.fault(filled, relation, numbers)
            if not fault:
                return ""
        return fault

    def _arrow(self, chain: _Chain, sides: list[_Side]) -> None:
        if chain.relations[:1] == ("←",) and isinstance(sides[0].node, _Symbol) and sides[1].is_symbolic:
            assert sides[1].node is not None
            if sides[0].node.name not in _symbols(sides[1].node):
                self._find(chain, "what is updated does not stand on the right")

    def _continued(self, chain: _Chain, sides: list[_Side]) -> None:
        """Link a chain to the one before it that had the same subject and no result yet."""
        if len(sides) > 1 and isinstance(sides[0].node, _Symbol) and sides[1].is_numeric:
            left = self.unfinished.pop(sides[0].node.name, None)
            if left is not None:
                self._link(chain, _Judge(self.functions), left, chain.relations[0], sides[1].node)

    def _remember(self, chain: _Chain, sides: list[_Side]) -> None:
        names = self._subjects(sides)
        final = _final(sides)
        if not names:
            return
        if final is None:
            if sides[-1].is_numeric and sides[-1].node is not None:
                self.unfinished[names[0]] = sides[-1].node
            return
        true = self._true_value(chain, sides, final)
        used = [key for side in sides if side.node is not None for key in _keys(side.node, self.known)]
        certain = all(self.known[key].values[-1].exact for key in used if key in self.known and key not in names)
        exact = certain and "≈" not in chain.relations
        doubtful = not exact and isinstance(true, Fraction) and true == final.value
        if true is not None and names[0] not in self.derived:
            self.later.append(_Later(chain, _carried_fault(true, final), ""))
        stated = len(sides) == 2
        self.derived |= set() if stated else {*names}
        for name in names:
            if self._state(name, replace(final, exact=exact, doubtful=doubtful), check=stated):
                self.true.pop(name, None)
                self.true |= {name: true} if true is not None else {}

    def _true_value(self, chain: _Chain, sides: list[_Side], final: _Printed) -> _Value | None:
        """What a chain gives when nothing is rounded on the way, where the page says enough to know."""
        calculator = _Calculator(self.functions, self.true)
        if len(sides) == 2 and sides[1].is_numeric:
            return final.value if chain.relations == ("=",) else None
        for side in sides[1:]:
            if side.is_symbolic and side.node is not None:
                try:
                    return calculator.value(side.node)
                except (_Unresolved, _Undefined):
                    continue
        return None

    def _subjects(self, sides: list[_Side]) -> list[str]:
        """What a chain gives a value: its first side, and other lone symbols before the first number."""
        if not sides[0].is_lone:
            return []
        names = []
        for place, side in enumerate(sides):
            if side.is_numeric:
                break
            used = place and isinstance(side.node, _Symbol) and not self._is_defined_here(side.node, sides)
            if side.node is not None and side.is_lone and not used:
                names.append(_name(side.node))
        return names

    def _state(self, name: str, number: _Printed, *, check: bool) -> bool:
        """Remember a printed value, and tell whether it is new. One that is only stated again must be the old one."""
        history = self.known.get(name, _History(()))
        agrees = history.agrees(number)
        if check and agrees:
            return False
        if check and history.values:
            self.unresolved.append(f"{name} = {number}, printed before as {history.values[-1]}")
        if history.values and not agrees:
            self._forget_functions_of(name)
        self.known[name] = history.with_last(number)
        return not check or not agrees

    def _forget_functions_of(self, name: str) -> None:
        for key in [key for key in self.known if "(" in key and name in re.split(r"[(), ]+", key)]:
            del self.known[key]
            self.true.pop(key, None)

    def _numbers_alone(self) -> None:
        """A decimal that stands by itself in the prose or in a table must stand somewhere else too."""
        for number in self.alone:
            if number.decimals <= 0 or self.alone.count(number) > 1:
                continue
            if not any(history.has(number) for history in self.known.values()):
                self.unresolved.append(f"{number}, printed nowhere else")

    # Definitions of functions

    def _learn(self, chain: _Chain) -> bool:
        """Take f(z) = … in: hold it against what is known of f, or learn it. Tell whether it was such a definition."""
        head = _function_head(chain.sides[0])
        if not self.definitions or head is None or set(chain.relations) != {"="}:
            return False
        name, parameters = head
        sides = [self._side(tokens) for tokens in chain.sides[1:]]
        bodies = [s.node for s in sides if s.node is not None and set(_symbols(s.node)) <= set(parameters)]
        for body in bodies:
            self._define(chain, name, _Definition(parameters, body))
        return bool(bodies)

    def _define(self, chain: _Chain, name: str, definition: _Definition) -> None:
        """A single letter such as f may stand for one function after another; other names keep their meaning."""
        calls = [part.name for part in _walk(definition.body) if isinstance(part, _Call)]
        is_letter = len(name) == 1
        known = name in _NAMED or name.endswith("'") or (name in self.functions and not is_letter)
        if known and len(definition.parameters) == 1 and name not in calls:
            self.symbolic += self._calculated(chain, partial(self._definition_fault, name, definition))
        if is_letter:
            self.functions.pop(f"{name}'", None)
        if name not in calls and name not in _BUILT_IN and name not in _NAMED:
            self.functions[name] = definition

    def _definition_fault(self, name: str, definition: _Definition) -> str:
        calculator = _Calculator(self.functions)
        for z in (Fraction(-17, 10), Fraction(3, 10), Fraction(21, 10)):
            expected = calculator.value(_Call(name, (_Number(str(z)) if z >= 0 else _Neg(_Number(str(-z))),)))
            found = replace(calculator, symbols={definition.parameters[0]: z}).value(definition.body)
            if abs(calculator.inexact(expected) - calculator.inexact(found)) > _precise(_DIGITS).mpf(10) ** -15:
                return f"this is not {name}: at {_decimal(z, 1)} it differs"
        return ""

    # Tables

    def _row(self, row: _Row) -> None:
        for cell in row.cells:
            for what in _strange_words(cell):
                self.findings.append(Finding(row.line, cell, what))
        if not self.definitions:
            return
        cells = [self._cell(cell) for cell in row.cells]
        header = [self._cell(cell) for cell in row.header]
        names = [cell for cell in cells if isinstance(cell, str)]
        numbers = [cell for cell in cells if isinstance(cell, _Printed)]
        if any(isinstance(cell, str) for cell in header):
            if names:
                self.loose |= {number.value for number in numbers}
            else:
                self._columns(header, cells)
        elif isinstance(cells[0], str) and len(names) == 1:
            self._named_row(names[0], numbers)
        else:
            for left, right in pairwise(cells):
                if isinstance(left, str) and isinstance(right, _Printed):
                    self._given(left, right, check=True)

    def _given(self, name: str, number: _Printed, *, check: bool = False) -> None:
        if self._state(name, number, check=check):
            self.true[name] = number.value

    def _columns(self, header: Sequence[str | _Printed | None], cells: Sequence[str | _Printed | None]) -> None:
        """Take in a table that has a column for each symbol; a whole number in front counts the samples."""
        first = cells[0]
        sample = first.value if isinstance(first, _Printed) and header[0] is None and first.decimals == 0 else None
        for name, number in zip(header, cells, strict=False):
            if isinstance(name, str) and isinstance(number, _Printed):
                self._given(name, number)
                if sample is not None:
                    self._given(f"{name}{'' if '^' in name else '^'}[{sample}]", number)

    def _named_row(self, name: str, numbers: list[_Printed]) -> None:
        """Numbers beside a symbol are its own, its derivative's or those of the updated symbol."""
        if name in self.known:
            related = [history for key, history in self.known.items() if _is_related(key, name)]
            strangers = [number for number in numbers if not any(history.agrees(number) for history in related)]
            self.unresolved += [f"{name} = {number}, not printed before" for number in strangers]
            self.alone = [number for number in self.alone if number not in strangers]
            return
        for number in numbers:
            self._given(name, number)

    def _cell(self, cell: str) -> str | _Printed | None:
        """Read a cell as the name of a symbol, as a number, or as neither."""
        match = re.fullmatch(r"(?:\$`(.*)`\$|\$([^$]*)\$|(-?\d+(?:\.\d+)?))", cell.strip())
        if not match:
            return None
        tokens = _tokens(next(group for group in match.groups() if group is not None))
        if not tokens or any(token.text in _RELATIONS for token in tokens):
            return None
        side = self._side(tuple(tokens))
        if side.node is not None and side.is_lone:
            return _name(side.node)
        return side.printed


def _check(pieces: Iterable[_Piece], definitions: bool, decimal_comma: bool) -> Report:
    page = _Page(definitions, decimal_comma)
    for piece in pieces:
        page.read(piece)
    return page.report()


def _runs(chain: _Chain, sides: list[_Side]) -> Iterator[tuple[int, int]]:
    """The first and last place of numeric sides that are equal or nearly so."""
    first = 0
    for place, side in enumerate(sides):
        ends = place == len(sides) - 1 or not sides[place + 1].is_numeric or chain.relations[place] not in "=≈←"
        if not side.is_numeric or ends:
            if side.is_numeric:
                yield first, place
            first = place + 1


def _is_related(key: str, name: str) -> bool:
    label = key.removeprefix(name) if key.startswith(name) else "?"
    return bool(re.fullmatch(r"\^?[A-Za-z*+']*", label)) or key.endswith(f"/∂{name}")


def _first_to_last(judge: _Judge, first: _Node | None, last: _Printed) -> str:
    assert first is not None
    fault = judge.rounding_fault(first, last)
    return fault and f"from the first numbers to the result: {fault}"


def _carried_fault(true: _Value, final: _Printed) -> str:
    """Hold a printed value against the one that was carried on unrounded."""
    near = true if isinstance(true, Fraction) else _fraction(true)
    if abs(near - final.value) <= final.unit / 2 + Fraction(1, 10**40):
        return ""
    return f"carried on unrounded it is {replace(final, value=_to_unit(near, final.unit))}, not {final}"


def _nearest_numbers(chain: _Chain, sides: list[_Side], place: int) -> int | None:
    """The numbers that follow a formula, or else those before it, with no side between that cannot be read."""
    for step in (1, -1):
        other = place + step
        while 0 <= other < len(sides) and sides[other].node is not None:
            relations = chain.relations[min(place, other) : max(place, other)]
            if not set(relations) <= {"=", "≈", "←"}:
                break
            if sides[other].is_numeric:
                return other
            other += step
    return None


def _final(sides: list[_Side]) -> _Printed | None:
    """The number that a chain ends in."""
    numeric = [side for side in sides if side.is_numeric]
    return numeric[-1].printed if numeric else None


def _is_all_numbers(tokens: Sequence[_Token]) -> bool:
    return all(t.kind in ("number", "sign") or t.text in _OPERATORS | _FRACTIONS | {r"\sqrt", r"\max"} for t in tokens)


def _function_head(tokens: Sequence[_Token]) -> tuple[str, tuple[str, ...]] | None:
    """Read f(z), f'(z) or f(x, y) with plain letters."""
    texts = [token.text.lstrip("\\") for token in tokens]
    match = re.fullmatch(r"([A-Za-z]+)\s((?:'\s)*)\(\s([a-z](?:\s,\s[a-z])*)\s\)", " ".join(texts))
    if not match:
        return None
    return match[1] + "'" * match[2].count("'"), tuple(match[3].split(" , "))


# How formulas are written


def _faults_of_writing(source: str, tokens: list[_Token], decimal_comma: bool) -> Iterator[tuple[str, int]]:
    unbalanced = _open_bracket(tokens)
    if unbalanced:
        yield unbalanced, 0
    if len(re.findall(r"\\left(?![A-Za-z])", source)) != len(re.findall(r"\\right(?![A-Za-z])", source)):
        yield r"\left and \right do not pair", 0
    yield from _open_environments(source)
    for what in _strange_words(source):
        yield what, 0
    for match in re.finditer(r"(?<=\S)  +(?=\S)", source):
        yield "two spaces stand side by side", match.start()
    if re.search(r"(?<!\d)\.\d", source):
        yield "a number begins with its point", 0
    if not decimal_comma and re.search(r"\d\{,\}\d", source):
        yield "a decimal comma stands among decimal points", 0
    if decimal_comma and re.search(r"\d\.\d", source):
        yield "a decimal point stands among decimal commas", 0
    yield from _faults_of_signs(tokens)


def _open_environments(source: str) -> Iterator[tuple[str, int]]:
    stack: list[str] = []
    for match in re.finditer(r"\\(begin|end)\{([^}]*)\}", source):
        if match[1] == "begin":
            stack.append(match[2])
        elif not stack or stack.pop() != match[2]:
            yield f"{match[2]} ends and has not begun", match.start()
    if stack:
        yield f"{stack[-1]} does not end", 0


def _faults_of_signs(tokens: list[_Token]) -> Iterator[tuple[str, int]]:
    for place, token in enumerate(tokens):
        if token.text != "-":
            continue
        before = next((t for t in reversed(tokens[:place]) if t.text not in ("{", "&") and t.kind != "break"), None)
        after = tokens[place + 1] if place + 1 < len(tokens) else None
        if before and before.text in _OPERATORS:
            yield f"a bare minus follows {before.text}", token.start
        is_sign = before is None or before.text in _OPERATORS | set(_RELATIONS) | set(_OPENING) | {","}
        power = place + 2 < len(tokens) and tokens[place + 2].text == "^"
        if is_sign and after and after.kind == "number" and Fraction(after.text) == 0 and not power:
            yield "a zero is negative", token.start


def _strange_words(text: str) -> Iterator[str]:
    for match in re.finditer(r"(?<![A-Za-z\\])(nan|NaN|inf|Infinity|None|null)(?![A-Za-z])", text):
        yield f"{match.group()} is no number"
    for match in re.finditer(r"\d+\.\d*\.\d+", text):
        yield f"{match.group()} is no number"
    for match in re.finditer(r"\d(?:\.\d*)?[eE][-+]?\d+", text):
        yield f"{match.group()} is a computer's way of writing a number"


def _open_bracket(tokens: Sequence[_Token]) -> str:
    """Say which bracket does not close, or nothing."""
    stack: list[str] = []
    for token in tokens:
        if token.text in _OPENING:
            stack.append(_OPENING[token.text])
        elif token.text in _CLOSING and (not stack or stack.pop() != token.text):
            return f"{token.text} closes nothing"
    return f"{stack[-1]} is missing" if stack else ""
