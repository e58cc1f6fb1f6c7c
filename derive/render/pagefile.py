"""PDF files put together from pages, written one after the other, so that no file is held in memory.

pikepdf can read and write files as well, but takes several times as long.
"""

import re
from collections.abc import Iterable
from typing import BinaryIO

from derive.render.pagesource import Pages

_HEADER = b"%PDF-1.5\n%\xe2\xe3\xcf\xd3\n"
_Key = bytes | tuple[bytes | int, ...]


class PageFile:
    """A PDF that is written page by page. Objects that are alike, such as the fonts of several documents, come once."""

    def __init__(self, stream: BinaryIO, title: str = "") -> None:
        self._stream = stream
        self._title = title
        self._at = 0
        self._offsets = [0, 0]
        self._pages: list[int] = []
        self._written: dict[_Key, int] = {}
        self._write(_HEADER)

    def add(self, source: Pages, places: Iterable[int]) -> None:
        """Copy pages."""
        numbers: dict[int, int] = {}
        for place in places:
            page = source.page(place)
            content = page.written([self._copied(source, number, numbers) for number in page.references])
            self._pages.append(self._put(b"<< /Parent 2 0 R" + content.removeprefix(b"<<")))

    def add_empty_after(self, source: Pages) -> None:
        """Add an empty page of the size of another file's last one."""
        page = source.page(len(source) - 1)
        size = re.search(rb"/MediaBox \[[^\]]*\]", page.text)
        self._pages.append(
            self._put(b"<< /Parent 2 0 R /Type /Page /Resources << >> %s >>" % (size[0] if size else b""))
        )

    def close(self) -> None:
        """Write what stands at the end of a file."""
        kids = b" ".join(b"%d 0 R" % number for number in self._pages)
        self._put(b"<< /Type /Catalog /Pages 2 0 R /Lang (en) >>", 1)
        self._put(b"<< /Type /Pages /Count %d /Kids [ %s ] >>" % (len(self._pages), kids), 2)
        title = ("\ufeff" + self._title).encode("utf-16-be").hex().encode()
        information = self._put(b"<< /Title <%s> /Creator (derive) >>" % title)
        start, size = self._at, len(self._offsets) + 1
        self._write(b"xref\n0 %d\n0000000000 65535 f \n" % size)
        self._write(b"".join(b"%010d 00000 n \n" % offset for offset in self._offsets))
        self._write(b"trailer << /Size %d /Root 1 0 R /Info %d 0 R >>\n" % (size, information))
        self._write(b"startxref\n%d\n%%%%EOF\n" % start)

    def _copied(self, source: Pages, number: int, numbers: dict[int, int]) -> int:
        """Return the number of a copied object."""
        if number in numbers:
            return numbers[number]
        body = source.body(number)
        key: _Key = body.font
        if not key or key not in self._written:
            parts = [self._copied(source, part, numbers) for part in body.references]
            key = key or (body.digest, *parts)
            if key not in self._written:
                self._written[key] = self._put(body.written(parts))
        numbers[number] = self._written[key]
        return numbers[number]

    def _put(self, content: bytes, number: int = 0) -> int:
        if not number:
            self._offsets.append(0)
            number = len(self._offsets)
        self._offsets[number - 1] = self._at
        for part in (b"%d 0 obj\n" % number, content, b"\nendobj\n"):
            self._write(part)
        return number

    def _write(self, content: bytes) -> None:
        self._stream.write(content)
        self._at += len(content)
