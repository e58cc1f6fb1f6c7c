"""How wide a text will be, estimated for Latin Modern and Times, rather too wide than too narrow."""

from functools import cache, lru_cache

from derive.notation.name import Name
from derive.numbers.shown import readable

SCRIPT = 0.7
"""The size of a subscript, in sizes of its base."""
_EQUALS = 1.36
_OTHER = 0.53
_WIDE = 1.0
_SCRIPT_WIDTH = 0.8
_AFTER_SCRIPT = 0.06
_NUMBER_WIDTHS = {".": 0.28, ",": 0.28, "−": 0.78, "·": 0.73, "⁻": 0.55} | dict.fromkeys("⁰¹²³⁴⁵⁶⁷⁸⁹", 0.36)


def text_width(text: str, size: float) -> float:
    """Estimate the width of upright or italic text."""
    return size * _ems(text)


@lru_cache(maxsize=10_000)
def number_width(value: str, size: float) -> float:
    """Estimate the width of a number: a digit is half an em, a minus sign is as wide as a plus sign."""
    return size * sum(_NUMBER_WIDTHS.get(c, 0.5) for c in readable(value))


@lru_cache(maxsize=1000)
def name_width(name: Name, size: float) -> float:
    """Estimate the width of a name, its superscript above its subscript; small type is wider than its size says."""
    base, above, below = (sum(_ems(run.text) for run in name.runs if run.shift == shift) for shift in (0, 1, -1))
    return size * (base + _SCRIPT_WIDTH * max(above, below) + _AFTER_SCRIPT)


def equation_width(name: Name, value: str, size: float) -> float:
    """Estimate the width of ``name = value``."""
    return name_width(name, size) + _EQUALS * size + number_width(value, size)


@lru_cache(maxsize=1000)
def lines(text: str, size: float, width: float) -> tuple[str, ...]:
    """Break a text between words into lines of about this width; a longer word has a line of its own."""
    broken: list[str] = []
    for word in text.split():
        if broken and text_width(f"{broken[-1]} {word}", size) <= width:
            broken[-1] += f" {word}"
        else:
            broken.append(word)
    return tuple(broken)


@cache
def _ems(text: str) -> float:
    return sum(_em(c) for c in text)


def _em(character: str) -> float:
    if character.isdigit():
        return 0.5
    if character in "fijlt.,:;'|!()[]⟨⟩ -":
        return 0.36
    if character in "mwMW@%":
        return 0.9
    if character in "+=<>−" or character.isupper():
        return 0.78
    return _OTHER if character < "\u0400" else _WIDE
