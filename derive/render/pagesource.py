"""The pages of PDF files and what they refer to, as text that can be written into another file."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from itertools import pairwise
from typing import Protocol

import pikepdf

Identity = tuple[int, int]
"""The number and the generation of an object in the file that it was read from."""

HEADER = b"%PDF-1.5\n%\xe2\xe3\xcf\xd3\n"
PARENT = b" /Parent 2 0 R"
"""How a written file begins, and how a page of it names the tree of pages."""

_REFERENCE = re.compile(rb"\((?:\\.|[^\\()])*\)|<[0-9a-fA-F]*>|(?<![^\s\[/<>])(\d+) (\d+) R\b", re.DOTALL)
"""A reference to an object (with groups), or a string, in which nothing is one."""


@dataclass(frozen=True, eq=False)
class Body:
    """An object as it is written: text between references, one more than these.

    ``font`` is what a font is known by, without a look at the objects that it refers to.
    """

    texts: tuple[bytes, ...]
    references: tuple[Identity, ...]
    font: bytes = b""

    @cached_property
    def digest(self) -> bytes:
        """What the text is known by."""
        return sha256(b" R ".join(self.texts)).digest()

    def written(self, numbers: Sequence[int]) -> bytes:
        """Write the object with other numbers for what it refers to."""
        parts = [self.texts[0]]
        for number, text in zip(numbers, self.texts[1:], strict=True):
            parts += (b"%d 0 R" % number, text)
        return b"".join(parts)


def _body(text: bytes, head: int, font: bytes = b"") -> Body:
    """Find the references in the text of an object, whose dictionary ends before a place."""
    texts, references, start = [], [], 0
    for found in _REFERENCE.finditer(text, 0, head):
        if found[1]:
            texts.append(text[start : found.start()])
            references.append((int(found[1]), int(found[2])))
            start = found.end()
    return Body((*texts, text[start:]), tuple(references), font)


class Source(Protocol):
    """The pages of a file, and the objects that they refer to."""

    def __len__(self) -> int: ...

    def page(self, place: int) -> Body:
        """Return a page's dictionary with what it inherits, and without links and its place in the tree of pages."""

    def body(self, identity: Identity) -> Body:
        """Return another object."""


class Pages:
    """The pages of any file, each object read once."""

    def __init__(self, pdf: pikepdf.Pdf) -> None:
        self._pdf = pdf
        self._known: dict[Identity, Body] = {}

    def __len__(self) -> int:
        return len(self._pdf.pages)

    def page(self, place: int) -> Body:
        page = self._pdf.pages[place]
        page.obj.MediaBox, page.obj.Resources = page.mediabox, page.resources
        for key in ("/Parent", "/Annots", "/StructParents"):
            if key in page.obj:
                del page.obj[key]
        text = page.obj.unparse(resolved=True)
        return _body(text, len(text))

    def body(self, identity: Identity) -> Body:
        if identity not in self._known:
            self._known[identity] = self._read(self._pdf.get_object(identity))
        return self._known[identity]

    def _read(self, found: pikepdf.Object) -> Body:
        if isinstance(found, pikepdf.Stream):
            head = found.stream_dict.unparse(resolved=True)
            return _body(b"%s\nstream\n%s\nendstream" % (head, found.read_raw_bytes()), len(head))
        text = found.unparse(resolved=True)
        return _body(text, len(text), _font(text, self))


class Written:
    """The pages of a file that a `PageFile` wrote: read at a tenth of the cost.

    Raises:
        ValueError: if it is another file.
    """

    def __init__(self, content: bytes) -> None:
        if not content.startswith(HEADER):
            raise ValueError("another file")
        start = int(content[content.rindex(b"startxref\n") + 10 :].split(b"\n", 1)[0])
        _, count, _, *lines = content[start:].split(b"\n")
        offsets = [int(line[:10]) for line in lines[: int(count.split()[1]) - 1]]
        self._content = content
        self._offsets = offsets
        self._ends = dict(pairwise(sorted((*offsets, start))))
        self._pages = [int(number) for number in re.findall(rb"(\d+) 0 R", self._text(2))]
        self._known: dict[Identity, Body] = {}

    def __len__(self) -> int:
        return len(self._pages)

    def page(self, place: int) -> Body:
        text = self._text(self._pages[place]).replace(PARENT, b"", 1)
        return _body(text, len(text))

    def body(self, identity: Identity) -> Body:
        if identity not in self._known:
            text = self._text(identity[0])
            head = text.find(b"\nstream\n")
            self._known[identity] = _body(text, len(text) if head < 0 else head, _font(text, self) if head < 0 else b"")
        return self._known[identity]

    def _text(self, number: int) -> bytes:
        start = self._offsets[number - 1]
        return self._content[self._content.index(b"\n", start) + 1 : self._ends[start] - len(b"\nendobj\n")]


_FONT = re.compile(
    rb"(?=.*/Type /Font\b)(?=.*/BaseFont (?P<name>/[A-Z]{6}\+\S+))(?=.*/FirstChar (?P<first>\d+))"
    rb"(?=.*/LastChar (?P<last>\d+))(?=.*/Encoding (?P<number>\d+) (?P<generation>\d+) R\b)",
    re.DOTALL,
)


def _font(text: bytes, source: Source) -> bytes:
    """Return what a part of a font is known by, if this is the dictionary of one.

    It is its name, before which the engine writes a mark of the signs that it has, their codes and their encoding.
    """
    found = _FONT.match(text)
    if found is None:
        return b""
    encoding = source.body((int(found["number"]), int(found["generation"])))
    return b" ".join((found["name"], found["first"], found["last"], encoding.digest))
