"""Faults of writing: bare negative numbers, brackets that do not close, words no page should have."""

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction

from tests.pagecheck.chains import CLOSING, OPENING, OPERATORS, RELATIONS
from tests.pagecheck.tokens import Token

# How formulas are written


def faults_of_writing(source: str, tokens: list[Token], decimal_comma: bool) -> Iterator[tuple[str, int]]:
    unbalanced = open_bracket(tokens)
    if unbalanced:
        yield unbalanced, 0
    if len(re.findall(r"\\left(?![A-Za-z])", source)) != len(re.findall(r"\\right(?![A-Za-z])", source)):
        yield r"\left and \right do not pair", 0
    yield from _open_environments(source)
    for what in strange_words(source):
        yield what, 0
    for match in re.finditer(r"(?<=\S)  +(?=\S)", source):
        yield "two spaces stand side by side", match.start()
    if re.search(r"(?<!\d)\.\d", source):
        yield "a number begins with its point", 0
    if not decimal_comma and re.search(r"\d\{,\}\d", source):
        yield "a decimal comma stands among decimal points", 0
    if decimal_comma and re.search(r"(?<!\\\\\[)(?<!\\\\\*\[)(?<!\d)\d+\.\d", source):
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


def _faults_of_signs(tokens: list[Token]) -> Iterator[tuple[str, int]]:
    for place, token in enumerate(tokens):
        if token.text != "-":
            continue
        before = next((t for t in reversed(tokens[:place]) if t.text not in ("{", "&") and t.kind != "break"), None)
        after = tokens[place + 1] if place + 1 < len(tokens) else None
        if before and before.text in OPERATORS:
            yield f"a bare minus follows {before.text}", token.start
        is_sign = (
            before is None or before.kind == "begin" or before.text in OPERATORS | set(RELATIONS) | set(OPENING) | {","}
        )
        power = place + 2 < len(tokens) and tokens[place + 2].text == "^"
        if is_sign and after and after.kind == "number" and Fraction(after.text) == 0 and not power:
            yield "a zero is negative", token.start


def strange_words(text: str) -> Iterator[str]:
    for match in re.finditer(r"(?<![A-Za-z\\])(nan|NaN|inf|Infinity|None|null)(?![A-Za-z])", text):
        yield f"{match.group()} is no number"
    for match in re.finditer(r"\d+\.\d*\.\d+", text):
        yield f"{match.group()} is no number"
    for match in re.finditer(r"\d(?:\.\d*)?[eE][-+]?\d+", text):
        yield f"{match.group()} is a computer's way of writing a number"


def open_bracket(tokens: Sequence[Token]) -> str:
    """Say which bracket does not close, or nothing."""
    stack: list[str] = []
    for token in tokens:
        if token.text in OPENING:
            stack.append(OPENING[token.text])
        elif token.text in CLOSING and (not stack or stack.pop() != token.text):
            return f"{token.text} closes nothing"
    return f"{stack[-1]} is missing" if stack else ""
