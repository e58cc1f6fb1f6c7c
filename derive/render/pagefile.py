"""PDF pages put together in new files: read by pikepdf, written one after the other, so that no file is held in memory.

pikepdf can write files as well, but keeps all objects of a file until the end, and takes twice as long.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import BinaryIO

import pikepdf

Identity = tuple[int, int]
"""The number and the generation of an object in the file that it was read from."""

_Key = bytes | tuple[bytes | int, ...]

_REFERENCE = re.compile(rb"\((?:\\.|[^\\()])*\)|<[0-9a-fA-F]*>|(?<![^\s\[/<>])(\d+) (\d+) R\b", re.DOTALL)
"""A reference to an object (with groups), or a string, in which nothing is one."""


@dataclass(frozen=True, eq=False)
class _Body:
    """An object as it is written: text between references, one more than these.

    ``digest`` is of the text. ``font`` is what a font is known by, without a look at the objects that it refers to.
    """

    texts: tuple[bytes, ...]
    references: tuple[Identity, ...]
    digest: bytes
    font: bytes = b""

    def written(self, numbers: Sequence[int]) -> bytes:
        parts = [self.texts[0]]
        for number, text in zip(numbers, self.texts[1:], strict=True):
            parts += (b"%d 0 R" % number, text)
        return b"".join(parts)


def _body(dictionary: pikepdf.Object, stream: bytes | None = None, font: bytes = b"") -> _Body:
    text = dictionary.unparse(resolved=True)
    if stream is not None:
        text = b"%s\nstream\n%s\nendstream" % (text, stream)
    head = len(text) - len(stream or b"")
    texts, references, start = [], [], 0
    for found in _REFERENCE.finditer(text, 0, head):
        if found[1]:
            texts.append(text[start : found.start()])
            references.append((int(found[1]), int(found[2])))
            start = found.end()
    return _Body((*texts, text[start:]), tuple(references), sha256(text).digest(), font)


class Pages:
    """The pages of an open file, and the objects that they refer to, each read once."""

    def __init__(self, pdf: pikepdf.Pdf) -> None:
        self._pdf = pdf
        self._known: dict[Identity, _Body] = {}

    def __len__(self) -> int:
        return len(self._pdf.pages)

    def size(self, place: int) -> bytes:
        """Return the array of a page's corners."""
        return self._pdf.pages[place].mediabox.unparse()

    def page(self, place: int) -> _Body:
        """Return a page's dictionary with what it inherits, and without links and its place in the tree of pages."""
        page = self._pdf.pages[place]
        page.obj.MediaBox, page.obj.Resources = page.mediabox, page.resources
        for key in ("/Parent", "/Annots", "/StructParents"):
            if key in page.obj:
                del page.obj[key]
        return _body(page.obj)

    def body(self, identity: Identity) -> _Body:
        """Return another object."""
        if identity not in self._known:
            self._known[identity] = self._read(self._pdf.get_object(identity))
        return self._known[identity]

    def _read(self, found: pikepdf.Object) -> _Body:
        if isinstance(found, pikepdf.Stream):
            return _body(found.stream_dict, found.read_raw_bytes())
        if isinstance(found, pikepdf.Dictionary) and found.get("/Type") == "/Font":
            return _body(found, font=self._font(found))
        return _body(found)

    def _font(self, font: pikepdf.Object) -> bytes:
        """Return what a part of a font is known by.

        It is its name, before which the engine writes a mark of the signs that it has, their codes and their encoding.
        """
        name = str(font.get("/BaseFont", ""))
        encoding = font.get("/Encoding")
        if not re.match(r"/[A-Z]{6}\+", name) or "/FirstChar" not in font or encoding is None:
            return b""
        signs = self.body(encoding.objgen).digest if encoding.is_indirect else encoding.unparse()
        return b"%s %d %d %s" % (name.encode(), int(font.FirstChar), int(font.LastChar), signs)


class PageFile:
    """A PDF that is written page by page. Objects that are alike, such as the fonts of several documents, come once."""

    def __init__(self, stream: BinaryIO, title: str = "") -> None:
        self._stream = stream
        self._title = title
        self._at = 0
        self._offsets = [0, 0]
        self._pages: list[int] = []
        self._written: dict[_Key, int] = {}
        self._write(b"%PDF-1.5\n%\xe2\xe3\xcf\xd3\n")

    def add(self, source: Pages, places: Iterable[int]) -> None:
        """Copy pages."""
        numbers: dict[Identity, int] = {}
        for place in places:
            page = source.page(place)
            content = page.written([self._copied(source, identity, numbers) for identity in page.references])
            self._pages.append(self._put(b"<< /Parent 2 0 R" + content.removeprefix(b"<<")))

    def add_empty(self, size: bytes) -> None:
        """Add an empty page; its size is the array of its corners."""
        self._pages.append(self._put(b"<< /Type /Page /Parent 2 0 R /Resources << >> /MediaBox %s >>" % size))

    def close(self) -> None:
        """Write what stands at the end of a file."""
        kids = b" ".join(b"%d 0 R" % number for number in self._pages)
        self._put(b"<< /Type /Catalog /Pages 2 0 R /Lang (en) >>", 1)
        self._put(b"<< /Type /Pages /Count %d /Kids [ %s ] >>" % (len(self._pages), kids), 2)
        information = self._put(pikepdf.Dictionary(Title=self._title, Creator="derive").unparse())
        start, size = self._at, len(self._offsets) + 1
        self._write(b"xref\n0 %d\n0000000000 65535 f \n" % size)
        self._write(b"".join(b"%010d 00000 n \n" % offset for offset in self._offsets))
        self._write(b"trailer << /Size %d /Root 1 0 R /Info %d 0 R >>\n" % (size, information))
        self._write(b"startxref\n%d\n%%%%EOF\n" % start)

    def _copied(self, source: Pages, identity: Identity, numbers: dict[Identity, int]) -> int:
        """Return the number of a copied object."""
        if identity in numbers:
            return numbers[identity]
        body = source.body(identity)
        key: _Key = body.font
        if not key or key not in self._written:
            parts = [self._copied(source, part, numbers) for part in body.references]
            key = key or (body.digest, *parts)
            if key not in self._written:
                self._written[key] = self._put(body.written(parts))
        numbers[identity] = self._written[key]
        return numbers[identity]

    def _put(self, content: bytes, number: int = 0) -> int:
        if not number:
            self._offsets.append(0)
            number = len(self._offsets)
        self._offsets[number - 1] = self._at
        self._write(b"%d 0 obj\n%s\nendobj\n" % (number, content))
        return number

    def _write(self, content: bytes) -> None:
        self._stream.write(content)
        self._at += len(content)
