"""The name of a quantity, in pieces, so that every output can typeset it in its own way."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from re import compile as pattern
from typing import NamedTuple


def _command(letter: str) -> str:
    """Return what TeX calls a Greek letter; Unicode spells lambda without its b."""
    size, _, word = unicodedata.name(letter).removeprefix("GREEK ").split()[:3]
    spelt = word.replace("LAMDA", "LAMBDA")
    return spelt.capitalize() if size == "CAPITAL" else spelt.lower()


GREEK = {_command(letter): letter for letter in "αβγδεζηθικλμνξπρστυφχψωΓΔΘΛΞΠΣΥΦΨΩ"}
_SIGNS = {"partial": "∂", "langle": "⟨", "rangle": "⟩", "varphi": "φ", "varepsilon": "ε", "ast": "*", "ell": "ℓ"}
COMMANDS = GREEK | _SIGNS
"""The TeX commands that stand for one character of a name, without their backslash."""

ACCENTS = {"hat": "\u0302", "bar": "\u0304", "tilde": "\u0303", "dot": "\u0307", "vec": "\u20d7"}
"""The TeX commands that put an accent on what follows in braces, and the character that does so in plain text."""

_TOKEN = pattern(r"\\text\{(?P<words>[^{}]*)\}|\\(?P<command>[A-Za-z]+) ?|(?P<character>.)")
_COMMAND_LAST = pattern(r"\\[A-Za-z]+$")


@dataclass(frozen=True)
class Run:
    """A piece of a name as a program without TeX draws it: ``shift`` is -1 for a subscript, 1 for a superscript."""

    text: str
    italic: bool
    shift: int


@dataclass(frozen=True)
class Name:
    """A base with a subscript and a superscript, each in a small part of TeX.

    That part is letters, digits, signs, `COMMANDS`, `ACCENTS`, words in ``\\text{…}``, and scripts of scripts.
    ``sample`` and ``step`` are the numbers of the sample and of the step that the quantity is of, where others have a
    like one, and ``mark`` is a further superscript: what tells a new or an old value from the present one.
    """

    base: str
    sub: str = ""
    sup: str = ""
    sample: int = 0
    step: int | None = None
    mark: str = ""

    @cached_property
    def above(self) -> str:
        """The whole superscript in TeX."""
        return superscript(self.sup, step_mark(self.step), sample_mark(self.sample), self.mark)

    @cached_property
    def latex(self) -> str:
        """The name in TeX mathematics, such as ``w^{(1)}_{11}``."""
        return self.base + _script("^", self.above) + _script("_", self.sub)

    @cached_property
    def plain(self) -> str:
        """The name in ASCII without its marks, such as ``w_h1``; brackets and commas become underscores."""
        return "_".join(found for part in (self.base, self.sup, self.sub) if (found := _ascii(part)))

    @cached_property
    def runs(self) -> tuple[Run, ...]:
        """The name as pieces of Unicode text, superscript before subscript."""
        return tuple(
            run for part, shift in ((self.base, 0), (self.above, 1), (self.sub, -1)) for run in _runs(part, shift)
        )


def superscript(*parts: str) -> str:
    """Join superscripts; where a letter or digit would meet another one, a comma stands between them."""
    joined = ""
    for part in parts:
        meets = part and part not in ("+", r"\top") and joined[-1:].isalnum() and not _COMMAND_LAST.search(joined)
        joined += f",{part}" if meets else part
    return joined


def sample_mark(sample: int) -> str:
    """Return the superscript of a quantity that each sample has its own of."""
    return f"[{sample}]" if sample else ""


def step_mark(step: int | str | None) -> str:
    """Return the superscript of a quantity that each step has its own of."""
    return "" if step is None else rf"\langle {step}\rangle"


def _script(mark: str, text: str) -> str:
    if not text:
        return ""
    return f"{mark}{text}" if len(text) == 1 else f"{mark}{{{text}}}"


class _Letters(NamedTuple):
    text: str
    italic: bool


def _letters(tex: str) -> Iterator[_Letters]:
    """Read TeX as characters, letters in italics outside of words."""
    accent = ""
    for match in _TOKEN.finditer(tex):
        word = match["command"]
        if match["words"] is not None:
            yield _Letters(match["words"], False)
        elif word in ACCENTS:
            accent = ACCENTS[word]
        elif word or match["character"] not in "{}_^ ":
            text = COMMANDS.get(word, word) if word else match["character"]
            yield _Letters(text + accent, text.isalpha())
            accent = ""


def _runs(tex: str, shift: int) -> Iterator[Run]:
    for italic, letters in groupby(_letters(tex), lambda found: found.italic):
        yield Run("".join(found.text for found in letters), italic, shift)


def _ascii(tex: str) -> str:
    words = _TOKEN.sub(lambda match: match["words"] or match["command"] or match["character"], tex)
    return "_".join("".join(c if c.isalnum() else " " for c in words).split())
