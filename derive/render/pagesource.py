"""The pages of a PDF file and what they refer to, as text that can be written into another file."""

import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from itertools import pairwise

_REFERENCE = re.compile(rb"\((?:\\.|[^\\()])*\)|<[0-9a-fA-F]*>|(?<![^\s\[/<>])(\d+) 0 R\b", re.DOTALL)
"""A reference to an object (with groups), or a string, in which nothing is one."""


@dataclass(frozen=True, eq=False)
class Body:
    """An object as it is written. Only its dictionary, which ends at ``head``, refers to others.

    ``font`` is what a font is known by, without a look at the objects that it refers to.
    """

    text: bytes
    head: int
    font: bytes = b""

    @cached_property
    def _parts(self) -> tuple[list[bytes], list[int]]:
        """Return the text between references, one piece more than these, and the numbers of what they refer to."""
        texts, references, start = [], [], 0
        for found in _REFERENCE.finditer(self.text, 0, self.head):
            if found[1]:
                texts.append(self.text[start : found.start()])
                references.append(int(found[1]))
                start = found.end()
        return [*texts, self.text[start:]], references

    @property
    def references(self) -> list[int]:
        """The numbers of the objects that it refers to."""
        return self._parts[1]

    @cached_property
    def digest(self) -> bytes:
        """What the text is known by, whatever the numbers of the others are."""
        return sha256(b" R ".join(self._parts[0]) if self.references else self.text).digest()

    def written(self, numbers: Sequence[int]) -> bytes:
        """Write the object with other numbers for what it refers to."""
        if not numbers:
            return self.text
        texts = self._parts[0]
        parts = [texts[0]]
        for number, text in zip(numbers, texts[1:], strict=True):
            parts += (b"%d 0 R" % number, text)
        return b"".join(parts)


class Pages:
    """The pages of a file whose objects stand in it one by one: of one that pdfTeX was told to write so, or of our own.

    Raises:
        ValueError: if it is another file, or cut off.
    """

    def __init__(self, content: bytes) -> None:
        self._content = content
        start = int(content[content.rindex(b"startxref\n") + 10 :].split(b"\n", 1)[0])
        first, count, *lines = content[start : content.rindex(b"trailer")].split(b"\n")
        if first != b"xref" or not count.startswith(b"0 "):
            raise ValueError("another file")
        entries = enumerate(lines[: int(count.split()[1])])
        self._offsets = {number: int(line[:10]) for number, line in entries if line[17:18] == b"n"}
        self._ends = dict(pairwise(sorted((*self._offsets.values(), start))))
        self._trailer = content[content.rindex(b"trailer") :]
        self._known: dict[int, Body] = {}
        (tree,) = _numbers(b"Pages", self._text(*_numbers(b"Root", self._trailer)))
        self._pages = list(self._leaves(tree))

    def __len__(self) -> int:
        return len(self._pages)

    @property
    def information(self) -> bytes:
        """What the file says of itself."""
        return self._text(*_numbers(b"Info", self._trailer))

    def page(self, place: int) -> Body:
        """Return a page's dictionary without its place in the tree of pages."""
        text = _PARENT.sub(b"", self._text(self._pages[place]), 1)
        return Body(text, len(text))

    def body(self, number: int) -> Body:
        """Return another object."""
        if number not in self._known:
            text = self._text(number)
            head = text.find(b"\nstream\n")
            self._known[number] = Body(text, len(text), _font(text, self)) if head < 0 else Body(text, head)
        return self._known[number]

    def fonts(self) -> Iterator[tuple[bytes, bytes]]:
        """Yield each font: its name on the pages, and its dictionary."""
        found = {pair for page in self._pages for pair in self._fonts_of(page)}
        return ((name, self._text(int(number))) for name, number in found)

    def _fonts_of(self, page: int) -> list[tuple[bytes, bytes]]:
        text = self._text(page)
        text = b"".join(map(self._text, _numbers(b"Resources", text))) or text
        fonts = _FONTS.search(text)
        return _NAMED.findall(fonts[1]) if fonts else []

    def _leaves(self, number: int) -> Iterator[int]:
        text = self._text(number)
        kids = _KIDS.search(text)
        if kids is None:
            yield number
            return
        for kid in kids[1].split(b"0 R")[:-1]:
            yield from self._leaves(int(kid))

    def _text(self, number: int) -> bytes:
        start = self._offsets[number]
        return self._content[self._content.index(b"\n", start) + 1 : self._ends[start] - len(b"\nendobj\n")]


_PARENT = re.compile(rb"\s/Parent \d+ 0 R")
_KIDS = re.compile(rb"/Kids \[([^\]]*)\]")
_FONTS = re.compile(rb"/Font <<([^>]*)>>")
_NAMED = re.compile(rb"/(\S+) (\d+) 0 R")


def _numbers(key: bytes, text: bytes) -> list[int]:
    """Return the number of the object that stands beside a key, if one does."""
    return [int(number) for number in re.findall(rb"/%s (\d+) 0 R" % key, text)]


def plain(content: bytes) -> bytes:
    """Rewrite any PDF such that `Pages` can read it: without links, and with nothing that a page has from the tree."""
    import pikepdf

    with pikepdf.open(io.BytesIO(content)) as pdf:
        for page in pdf.pages:
            page.obj.MediaBox, page.obj.Resources = page.mediabox, page.resources
            for key in ("/Annots", "/StructParents"):
                if key in page.obj:
                    del page.obj[key]
        stream = io.BytesIO()
        pdf.save(stream, object_stream_mode=pikepdf.ObjectStreamMode.disable, deterministic_id=True)
        return stream.getvalue()


_MARKS = re.compile(rb"/(?:BaseFont|FirstChar|LastChar) (\S+)")
_SUBSET = re.compile(rb"/[A-Z]{6}\+")
"""How the name of a font begins that has a part of its signs."""


def marks(font: bytes) -> list[bytes]:
    """Return what the dictionary of a font says of its signs: its name, which begins with a mark of them, and codes."""
    return _MARKS.findall(font)


def _font(text: bytes, pages: Pages) -> bytes:
    """Return what a part of a font is known by, if this is the dictionary of one: its marks and its encoding."""
    if not re.search(rb"/Type /Font\b", text):
        return b""
    found, encoding = marks(text), _numbers(b"Encoding", text)
    if len(found) != 3 or not encoding or not _SUBSET.match(found[0]):
        return b""
    return b" ".join((*found, sha256(pages.body(encoding[0]).text).digest()))
