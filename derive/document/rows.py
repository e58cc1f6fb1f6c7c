"""Breaking a chain into rows that fit on the paper."""

from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from re import compile as pattern
from re import escape

from derive.document.chain import Chain
from derive.notation.marks import is_mark
from derive.notation.pattern import BREAK

WIDEST = 39.0
"""The widest row in em: a text width of 160 mm at 11 points, with a little to spare."""

GAP = r"\rule[-1ex]{0ex}{4ex}\rule{3em}{.4pt}"
"""Room for a number inside a line, as high as handwriting. It is the same for every number, and tells nothing of it."""

LINE = r"\rule{9em}{.4pt}"
"""Room for an answer, or for the numbers that are put in."""

_ALIKE = bytes.maketrans(b"123456789", b"000000000")
"""Digits are all of one width, so that a text's width is found once for all numbers of its shape."""

_ROOMS = {room.encode().translate(_ALIKE).decode(): wide for room, wide in ((GAP, 3.0), (LINE, 9.0))}
_TOKEN = pattern("|".join((*map(escape, _ROOMS), r"\\[a-zA-Z]+|\\.|[_^]|.")))
_WIDTHS = {r"\cdot": 0.72, r"\approx": 1.33, r"\frac": 0.2, r"\partial": 0.56, r"\delta": 0.45, r"\eta": 0.5}
_WIDTHS |= {"=": 1.33, "+": 1.22, "-": 1.0, "(": 0.39, ")": 0.39, ".": 0.28, ",": 0.45}
_WIDTHS |= {"{": 0, "}": 0, " ": 0, BREAK: 0}
_WIDTHS |= {
    r"\left": 0.1,
    r"\right": 0.1,
    r"\text": 0,
    r"\mathrm": 0,
    r"\mathbf": 0,
    r"\boldsymbol": 0,
    r"\quad": 1.0,
    r"\qquad": 2.0,
}
_WIDTHS |= {r"\tanh": 2.0, r"\max": 2.0, r"\sigma": 0.57}
_WIDTHS |= _ROOMS


def width(tex: str) -> float:
    """Estimate how wide mathematics is set, in em. Fractions count as their two parts side by side."""
    return _width(tex.encode().translate(_ALIKE))  # bytes are translated twenty times as fast as text


@lru_cache(maxsize=20_000)
def _width(tex: bytes) -> float:
    total, scale, depth = 0.0, 1.0, 0
    for token in _TOKEN.findall(tex.decode()):
        if token in "_^":
            scale, depth = 0.7, 0
            continue
        total += scale * _WIDTHS.get(token, 0.0 if is_mark(token) else 0.52)
        if scale < 1:
            depth += (token == "{") - (token == "}")
            if depth == 0 and not token.startswith("\\"):
                scale = 1.0
    return total


def rows(chain: Chain, widest: float = WIDEST, *, apart: int = 3) -> tuple[tuple[str, str], ...]:
    """Set a chain in one row if it fits; else the formula, the numbers, and what follows from them in rows apart.

    So many sides as ``apart`` says begin a row of their own, and the others where the row before is full.
    """
    sides = [f"{relation} {text}" for relation, text in chain.links]
    sides += [rf"\quad ({chain.case})"] * bool(chain.case)
    left = width(chain.symbol)
    widths = [width(side) for side in sides]
    if left + sum(widths) <= widest:
        return ((chain.symbol, " ".join(sides).replace(BREAK, "")),)
    room = widest - left
    found: list[str] = []
    used = 0.0
    for number, (side, side_width) in enumerate(zip(sides, widths, strict=True)):
        if number >= apart and used + side_width <= room:
            found[-1] += f" {side.replace(BREAK, '')}"
            used += side_width
            continue
        pieces = _broken(side, room)
        found += pieces
        used = width(pieces[-1])
    return tuple((chain.symbol if number == 0 else "", side) for number, side in enumerate(found))


_INDENT = r"\qquad {}"


def _broken(side: str, room: float) -> Sequence[str]:
    """Break a side that is too wide before its pluses and minuses, else before its dots, and in brackets at last."""
    if width(side) <= room:
        return [side.replace(BREAK, "")]
    pieces = _pieces(*_parts(side), room - width(_INDENT))
    found = [pieces[0]]
    for piece in pieces[1:]:
        if width(found[-1]) + width(piece) <= room:
            found[-1] += piece
        else:
            found.append(f"{_INDENT}{piece}")
    return found


_BREAKS = pattern(rf"{BREAK}|\\begin|\\end|[(){{}}]| (?=\\cdot (?!10\^))")
"""Where a line may be broken, and what says how deep inside brackets that is; a power of ten is no product."""


def _parts(side: str) -> tuple[list[str], list[int]]:
    """Cut a side wherever it may be broken; with each part comes how bad a break before it is.

    A dot between factors is better than a sign in brackets; in brackets themselves there is no break at a dot.
    """
    parts, ranks = [], [0]
    start = depth = braces = 0
    for match in _BREAKS.finditer(side):
        mark = match[0]
        depth += (mark == "(") - (mark == ")")
        braces += (mark in ("{", r"\begin")) - (mark in ("}", r"\end"))
        if mark == BREAK or (mark == " " and depth == braces == 0):
            parts.append(side[start : match.start()])
            ranks.append(2 * depth if mark == BREAK else 1)
            start = match.end() if mark == BREAK else match.start()
    return [*parts, side[start:]], ranks


def _pieces(parts: Sequence[str], ranks: Sequence[int], room: float) -> list[str]:
    """Join parts to pieces that fit, if they can, by splitting at the best breaks first."""
    whole = "".join(parts)
    if len(parts) == 1 or width(whole) <= room:
        return [whole]
    least = min(ranks[1:])
    cuts = [0, *(place for place in range(1, len(parts)) if ranks[place] == least), len(parts)]
    return [piece for start, end in pairwise(cuts) for piece in _pieces(parts[start:end], ranks[start:end], room)]
