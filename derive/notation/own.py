"""A user's own names: a small part of TeX, read as data and written anew, so that nothing else can stand in a page.

name     = atom [_ script] [^ script]
atom     = letter | \\alpha … | \\text{words} | \\hat{atom} …
script   = letter | digit | sign | \\alpha … | { parts }
parts    = one or more of atoms, digits, signs, each with scripts of its own, once
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from re import compile as pattern
from typing import TYPE_CHECKING

from derive.errors import nearest, quoted
from derive.notation.base import Notation
from derive.notation.name import ACCENTS, GREEK, Name

if TYPE_CHECKING:
    from derive.tape.quantity import Quantity
    from derive.tape.structure import Structure

MOST_CHARACTERS = 20
"""A name that shows more characters than this would not fit on a page."""

_MOST_TEX = 200
_MOST_DEPTH = 2
_SIGNS = ",()[]+-*"
_SPECIAL_LETTERS = "ĦħĸĿŀŉŦŧſ"
"""Latin letters that TeX's usual fonts do not have."""

_TOKEN = pattern(r"\\(?P<command>[A-Za-z]+) *|(?P<character>[\s\S])")
_GROUP = pattern(r"\{([^{}]*)\}")
_EXAMPLE = r'write a name such as "w_{AB}", "\\text{hours}" or "\\hat{y}"'


class NameFault(Exception):
    """A name that can't be read: ``what`` is wrong, ``mend`` is what would be right."""

    def __init__(self, what: str, mend: str = _EXAMPLE) -> None:
        self.what = what
        self.mend = mend
        super().__init__(what)


def read_name(text: str) -> Name:
    """Read a name.

    Raises:
        NameFault: if it is not of the form that stands at the head of this file, or too long.
    """
    if len(text) > _MOST_TEX:
        raise NameFault(f"this name has {len(text):,} characters", f"the most that it may show is {MOST_CHARACTERS}")
    name = _Reader(text).name()
    shown = sum(len(run.text) for run in name.runs)
    if shown > MOST_CHARACTERS:
        raise NameFault(f"the name {quoted(text)} shows {shown} characters", f"the most is {MOST_CHARACTERS}")
    if name.sup.isdigit():
        raise NameFault(
            f"in {quoted(text)} the superscript looks like a power", f'write it in brackets, "({name.sup})"'
        )
    return name


class _Reader:
    """Recursive descent over the text of a name."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.place = 0

    def name(self) -> Name:
        if not self.text.strip():
            raise NameFault("this name is empty")
        base = self._atom()
        if not base:
            raise self._cannot_stand()
        below, above = self._scripts(0)
        if self.place < len(self.text):
            raise self._cannot_stand()
        return Name(base, below, above)

    def _rest(self) -> str:
        return self.text[self.place :]

    def _cannot_stand(self) -> NameFault:
        match = _TOKEN.match(self.text, self.place)
        if match is None:
            return NameFault(f"the name {quoted(self.text)} breaks off")
        found = match[0].strip() or match[0]
        if match["command"]:
            near = nearest(match["command"], (*GREEK, *ACCENTS, "text"))
            mend = rf"did you mean \{near}" if near else _EXAMPLE
            return NameFault(f"the command {quoted(found)} cannot stand in a name", mend)
        if found.isalpha() and found.isascii():
            what = f"the name {quoted(self.text)} has several letters side by side"
            return NameFault(what, r'write words as "\\text{…}"')
        return NameFault(f"{quoted(found)} cannot stand there in a name")

    def _atom(self) -> str:
        """Read a letter, a Greek letter, words, or something with an accent; nothing where none of these stands."""
        match = _TOKEN.match(self.text, self.place)
        if match is None:
            return ""
        command, character = match["command"], match["character"] or ""
        if command == "text":
            return self._words(match.end())
        if command in ACCENTS:
            return self._accented(command, match.end())
        if command in GREEK:
            self.place = match.end()
            return rf"\{command}"
        if character.isascii() and character.isalpha():
            self.place = match.end()
            return character
        return ""

    def _words(self, start: int) -> str:
        group = _GROUP.match(self.text, start)
        if group is None or not group[1].strip():
            raise NameFault(f"in {quoted(self.text)} no words stand in \\text{{…}}")
        strange = next((c for c in group[1] if not _is_in_words(c)), None)
        if strange:
            raise NameFault(
                f"{quoted(strange)} cannot stand in the words of a name", "write letters, digits and blanks"
            )
        self.place = group.end()
        return rf"\text{{{' '.join(group[1].split())}}}"

    def _accented(self, command: str, start: int) -> str:
        self.place = start + 1
        inside = self._atom() if self.text[start : start + 1] == "{" else ""
        if not inside or self._rest()[:1] != "}":
            raise NameFault(rf"in {quoted(self.text)} no single letter stands in \{command}{{…}}")
        self.place += 1
        return rf"\{command}{{{inside}}}"

    def _scripts(self, depth: int) -> tuple[str, str]:
        """Read a subscript and a superscript, each at most once."""
        found = {"_": "", "^": ""}
        while (mark := self._rest()[:1]) in found and mark:
            if found[mark]:
                raise NameFault(f"in {quoted(self.text)} two scripts stand at one place")
            if depth >= _MOST_DEPTH:
                raise NameFault(f"in {quoted(self.text)} scripts of scripts have scripts")
            self.place += 1
            found[mark] = self._script(depth)
        return found["_"], found["^"]

    def _script(self, depth: int) -> str:
        if self._rest()[:1] != "{":
            part = self._part()
            if not part:
                raise self._cannot_stand()
            return part
        self.place += 1
        parts = "".join(self._parts(depth + 1)).strip()
        if not parts or self._rest()[:1] != "}":
            raise self._cannot_stand()
        self.place += 1
        return parts

    def _parts(self, depth: int) -> Iterator[str]:
        while True:
            self.place += len(self._rest()) - len(self._rest().lstrip(" "))
            part = self._part()
            if not part:
                return
            below, above = self._scripts(depth)
            yield Name(part, below, above).latex + (" " if part.startswith("\\") and part[1:] in GREEK else "")

    def _part(self) -> str:
        character = self._rest()[:1]
        if character and (character in _SIGNS or (character.isascii() and character.isdigit())):
            self.place += 1
            return character
        return self._atom()


def _is_in_words(character: str) -> bool:
    is_latin = character.isalpha() and character <= "\u017f" and character not in _SPECIAL_LETTERS
    return is_latin or (character.isascii() and character.isdigit()) or character in " -."


@lru_cache(maxsize=32)
def with_names(notation: Notation, own: tuple[tuple[str, Name], ...]) -> Notation:
    """Return a notation with a user's own names, by key, in place of some of its names; all samples share one."""
    if not own:
        return notation
    by_key = dict(own)

    def name_of(quantity: "Quantity", structure: "Structure") -> Name:
        found = by_key.get(without_sample(quantity))
        return notation.name_of(quantity, structure) if found is None else replace(found, sample=quantity.sample)

    return replace(notation, name_of=name_of)


def without_sample(quantity: "Quantity") -> str:
    """Return a quantity's key without its sample."""
    return quantity.key.removesuffix(f"_s{quantity.sample}")


def own_names(written: Sequence[tuple[str, str]]) -> tuple[tuple[str, Name], ...]:
    """Read the names of a checked config."""
    return tuple((key, read_name(text)) for key, text in written)
