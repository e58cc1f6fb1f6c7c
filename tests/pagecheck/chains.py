"""Formulas as chains: sides, and the relations between them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tests.pagecheck.extract import Formula
from tests.pagecheck.tokens import Token

# From tokens to chains

RELATIONS = {
    **{"=": "=", r"\approx": "≈", r"\leftarrow": "←", r"\gets": "←", r"\coloneqq": "=", r"\equiv": "="},
    **{"<": "<", ">": ">", r"\lt": "<", r"\gt": ">", r"\le": "≤", r"\leq": "≤", r"\ge": "≥", r"\geq": "≥"},
    **{r"\ne": "≠", r"\neq": "≠"},
    **dict.fromkeys((r"\to", r"\rightarrow", r"\in", r"\propto", r"\sim", r"\simeq", r"\mapsto", r"\cong"), "?"),
}
_BREAKS_OFF = {r"\Rightarrow", r"\implies", r"\iff", r"\Longrightarrow", ",", ";", ".", ":", "?"}
OPERATORS = {"+", "-", "*", "/", r"\cdot", r"\times", r"\ast", r"\div", r"\pm", r"\odot"}
OPENING = {"(": ")", "[": "]", "{": "}", r"\{": r"\}"}
CLOSING = set(OPENING.values())


@dataclass(frozen=True)
class Chain:
    line: int
    text: str
    sides: tuple[tuple[Token, ...], ...]
    relations: tuple[str, ...]


def chains_of(formula: Formula, tokens: Sequence[Token]) -> Iterator[Chain]:
    """Split at what separates: commas, prose, and new lines that do not continue the line before."""
    current: list[Token] = []
    for index, (token, depth) in enumerate(with_depth(tokens)):
        if depth == 0 and _separates(tokens, index):
            yield from chain_of(formula, current)
            current = []
        elif depth or not is_layout(token):
            current.append(token)
    yield from chain_of(formula, current)


def with_depth(tokens: Sequence[Token], *kinds: str) -> Iterator[tuple[Token, int]]:
    """Give each token with how many brackets and environments it is inside of; with ``begin``, environments only."""
    depth = 0
    for token in tokens:
        bracket = not kinds
        depth -= token.kind == "end" or (bracket and token.text in CLOSING)
        yield token, depth
        depth += token.kind == "begin" or (bracket and token.text in OPENING)


def _separates(tokens: Sequence[Token], index: int) -> bool:
    token = tokens[index]
    before = next((t for t in reversed(tokens[:index]) if not is_layout(t)), None)
    if token.kind in ("break", "quad"):
        after = next((t for t in tokens[index + 1 :] if not is_layout(t)), None)
        return not (_continues(before) or _continues(after))
    if token.kind == "prose":
        return before is None or before.text not in ("_", "^")
    return token.text in _BREAKS_OFF


def is_layout(token: Token) -> bool:
    return token.kind in ("break", "quad") or token.text == "&"


def _continues(token: Token | None) -> bool:
    return token is not None and (token.text in OPERATORS or token.text in RELATIONS)


def chain_of(formula: Formula, tokens: list[Token]) -> Iterator[Chain]:
    if not tokens:
        return
    if _is_bracketed_comparison(tokens):
        yield from chains_of(formula, tokens[1:-1])
        return
    sides: list[list[Token]] = [[]]
    relations = []
    for token, depth in with_depth(tokens):
        if depth == 0 and token.text in RELATIONS:
            relations.append(RELATIONS[token.text])
            sides.append([])
        else:
            sides[-1].append(token)
    text = " ".join(formula.source[tokens[0].start : tokens[-1].end].split())
    line = formula.line + formula.source.count("\n", 0, tokens[0].start)
    yield Chain(line, text, tuple(map(tuple, sides)), tuple(relations))


COMPARISONS = {"<", ">", "≤", "≥"}


def _is_bracketed_comparison(tokens: list[Token]) -> bool:
    """Tell whether brackets hold what is said of a line, as in (z > 0)."""
    inner = [token for token, depth in with_depth(tokens) if depth == 1]
    closed = [token for token, depth in with_depth(tokens) if not depth]
    is_bracket = [token.text for token in closed] == ["(", ")"] and tokens[-1].text == ")"
    return is_bracket and any(RELATIONS.get(token.text) in {*COMPARISONS, "="} for token in inner)
