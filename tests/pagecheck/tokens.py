"""TeX mathematics in pieces."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

# From a formula to its tokens


@dataclass(frozen=True)
class Token:
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


class Unreadable(Exception):
    """A side is not written in the grammar of this module."""


def tokenized(source: str) -> list[Token]:
    return _without_empty_braces(_all_tokens(source))


def _all_tokens(source: str) -> Iterator[Token]:
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
            is_bold = match["style"] in ("mathbf", "boldsymbol") and re.fullmatch(r"\\?[A-Za-z]+|1", content)
            bold = Token("letter", f"bold {content.lstrip(chr(92))}", start, place)
            yield bold if is_bold else _styled(content, start, place)
        elif kind == "command" and match.group()[1:] in _NOTHING | _NOTHING_WITH_ARGUMENT:
            if match.group()[1:] in _NOTHING_WITH_ARGUMENT:
                place = _after_group(source, place)
        else:
            yield _plain(kind, match.group(), start, place)


def _plain(kind: str, text: str, start: int, end: int) -> Token:
    if text in (r"\quad", r"\qquad"):
        kind = "quad"
    elif text in (r"\{", r"\}") or text in _ABSOLUTE:
        kind, text = "sign", _ABSOLUTE.get(text, text)
    elif kind == "number":
        text = text.replace("{,}", ".")
    return Token(kind, text, start, end)


def _edge(match: re.Match[str]) -> Iterator[Token]:
    if match["environment"] not in _LAYOUT:
        yield Token(match["edge"], match["environment"], match.start(), match.end())


def _styled(content: str, start: int, end: int) -> Token:
    if re.fullmatch(r"[A-Za-z]", content):
        return Token("letter", content, start, end)
    if re.fullmatch(r"[A-Za-z][\w-]*(?:\\_[\w-]+)*", content) and content.lower() not in _PROSE:
        return Token("word", content, start, end)
    return Token("prose", content, start, end)


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


def _without_empty_braces(tokens: Iterable[Token]) -> list[Token]:
    kept: list[Token] = []
    for token in tokens:
        if token.text == "}" and kept and kept[-1].text == "{":
            kept.pop()
        else:
            kept.append(token)
    return kept
