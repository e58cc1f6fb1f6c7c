"""The name of a quantity, in pieces, so that every output can typeset it in its own way."""

from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

_UNICODE = {r"\delta": "δ", r"\eta": "η", r"\sigma": "σ", r"\partial": "∂"}


@dataclass(frozen=True)
class Run:
    """A piece of a name as a program without TeX draws it: ``shift`` is -1 for a subscript, 1 for a superscript."""

    text: str
    italic: bool
    shift: int


@dataclass(frozen=True)
class Name:
    """A base letter with a subscript and a superscript.

    ``base`` is one letter or one TeX command (``\\delta``); ``sub`` and ``sup`` are plain text: digits,
    letters, commas, brackets. ``upright`` sets a subscript of words (``pred``) in roman type.
    """

    base: str
    sub: str = ""
    sup: str = ""
    upright: bool = False

    @cached_property
    def latex(self) -> str:
        """The name in TeX mathematics, such as ``w^{(1)}_{11}``."""
        sub = rf"\text{{{self.sub}}}" if self.upright else self.sub
        return self.base + _script("^", _words(self.sup)) + _script("_", sub)

    @cached_property
    def plain(self) -> str:
        """The name in ASCII, such as ``w_h1``; brackets and commas become underscores."""
        parts = [self.base.lstrip("\\"), *(_ascii(p) for p in (self.sup, self.sub) if p)]
        return "_".join(p for p in parts if p)

    @cached_property
    def runs(self) -> tuple[Run, ...]:
        """The name as pieces of Unicode text, superscript before subscript."""
        base = _UNICODE.get(self.base, self.base)
        pieces = [Run(base, True, 0)]
        if self.sup:
            pieces.append(Run(self.sup, False, 1))
        for is_word, letters in groupby(self.sub, str.isalpha):
            pieces.append(Run("".join(letters), is_word and not self.upright, -1))
        return tuple(pieces)


def _script(mark: str, text: str) -> str:
    if not text:
        return ""
    return f"{mark}{text}" if len(text) == 1 else f"{mark}{{{text}}}"


def _words(text: str) -> str:
    return rf"\text{{{text}}}" if len(text) > 1 and text.isalpha() else text


def _ascii(text: str) -> str:
    return "_".join("".join(c if c.isalnum() else " " for c in text).split())
