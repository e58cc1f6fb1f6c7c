"""Marks round a symbol in TeX, from which a renderer can tell which quantity the symbol stands for.

A marked symbol is ``{`` mark symbol end ``}``, where the mark is one character whose code holds the quantity's number.
Only documents that are made for such a renderer hold marks.
"""

from re import compile as pattern

_FIRST, _LAST = 0xF0000, 0xFFFFC
_END = chr(0xFFFFD)
MARK = pattern(f"[{chr(_FIRST)}-{chr(_LAST)}]")
_MARKS = pattern(rf"{{[{chr(_FIRST)}-{chr(_LAST)}]|{_END}}}")


def marked(symbol: str, number: int) -> str:
    """Put marks round a symbol; a number that no character is left for gets none."""
    code = _FIRST + number
    return f"{{{chr(code)}{symbol}{_END}}}" if code <= _LAST else symbol


def unmarked(tex: str) -> str:
    """Take all marks away."""
    return _MARKS.sub("", tex)


def number_of(mark: str) -> int:
    """Return the number of the quantity that a mark stands for."""
    return ord(mark) - _FIRST


def is_mark(character: str) -> bool:
    """Tell whether this is a character of marks, which has no width."""
    return character >= chr(_FIRST)
