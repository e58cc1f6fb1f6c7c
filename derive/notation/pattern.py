"""A printed expression with its slots left open: printed once for a rule, filled for each of its quantities."""

from collections.abc import Sequence
from enum import Enum, auto
from functools import lru_cache
from re import Match
from re import compile as compiled
from typing import NamedTuple

BREAK = "\x1f"
"""Stands in a printed text where a line may be broken: before a plus or minus between terms."""


class Place(Enum):
    """Where a slot stands: this decides how a negative number is written there."""

    OPEN = auto()
    """At the beginning: as it is."""
    GUARDED = auto()
    """After a sign or a dot: in brackets."""
    BASE = auto()
    """Under a power: in brackets, and so is a symbol that has a superscript already, or a number with a power."""
    TERM = auto()
    """A term of a sum: its sign becomes the operation."""
    LESS = auto()
    """A term that was taken away: where nothing is left of it, a minus is still the operation."""


TERMS = (Place.TERM, Place.LESS)


class Slot(NamedTuple):
    """An open place for the argument number ``number``."""

    number: int
    place: Place


Pattern = tuple[str | Slot, ...]


def merged(parts: Sequence[str | Slot]) -> Pattern:
    """Join neighbouring texts."""
    joined: list[str | Slot] = []
    for part in parts:
        if isinstance(part, str) and joined and isinstance(joined[-1], str):
            joined[-1] += part
        else:
            joined.append(part)
    return tuple(joined)


def with_symbols(pattern: Pattern, symbols: Sequence[str]) -> str:
    """Fill the slots with symbols."""
    return _with_symbols(pattern, tuple(symbols))


@lru_cache(maxsize=10_000)
def _with_symbols(pattern: Pattern, symbols: tuple[str, ...]) -> str:
    texts = []
    for part in pattern:
        if isinstance(part, str):
            texts.append(part)
        elif part.place is Place.BASE and r"\frac" in symbols[part.number]:
            texts.append(rf"\left({symbols[part.number]}\right)")
        elif part.place is Place.BASE and "^" in symbols[part.number]:
            texts.append(f"({symbols[part.number]})")
        elif part.place in TERMS:
            texts.append(f"{BREAK} + {symbols[part.number]}")
        else:
            texts.append(symbols[part.number])
    text = "".join(texts)
    return _enlarged(text) if any(r"\frac" in symbol for symbol in symbols) else text


_BRACKET = compiled(r"(?P<tall>\\left|\\right)?[()]")


def _enlarged(tex: str) -> str:
    """Make brackets as tall as the fractions in them, and leave no place for a line break there."""
    opened: list[Match[str]] = []
    edits: dict[int, str] = {}
    for match in _BRACKET.finditer(tex):
        if match[0].endswith("("):
            opened.append(match)
            continue
        before = opened.pop()
        if not before["tall"] and r"\frac" in tex[before.end() : match.start()]:
            edits |= {place: "" for place in range(before.end(), match.start()) if tex[place] == BREAK}
            edits |= {before.start(): r"\left(", match.start(): r"\right)"}
    return "".join(edits.get(place, character) for place, character in enumerate(tex))


def with_numbers(pattern: Pattern, numbers: Sequence[str]) -> str:
    """Fill the slots with decimal numbers."""
    texts = []
    for part in pattern:
        if isinstance(part, str):
            texts.append(part)
            continue
        number = numbers[part.number]
        is_nothing = not number.strip("0.")
        if texts == ["-"] and is_nothing:
            texts = []  # minus nothing is nothing
        if part.place in TERMS:
            sign = "-" if number[0] == "-" or (is_nothing and part.place is Place.LESS) else "+"
            texts.append(f"{BREAK} {sign} {number.removeprefix('-')}")
        else:
            texts.append(bracketed(number, part.place))
    return "".join(texts)


def bracketed(number: str, place: Place) -> str:
    """Write a number in the brackets that its place needs."""
    needed = (number[0] == "-" and place is not Place.OPEN) or ("^" in number and place is Place.BASE)
    return f"({number})" if needed else number
