"""Many PDFs from few runs of the engine.

Nearly all of a single document's time is the engine's start and its preamble. So a run starts with a dumped format,
sets many documents one after the other, and is then taken apart.

The bytes of a PDF depend on its document alone, not on those that were set with it: what of each font goes into a file
is the same in every run, because a specimen is set first, and a page with all signs of numbers. Where a document has
still other signs, it is set again without its neighbours.
"""

import io
import pickle
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from time import sleep, time
from typing import BinaryIO

from derive.errors import reason_of, user_error
from derive.render.engine import Engine, RenderError, compile_pdf
from derive.render.formats import File
from derive.render.pagefile import PageFile
from derive.render.pagesource import Pages, marks, plain
from derive.render.setup import Setup
from derive.resources import environment

_SECONDS, _SECONDS_EACH = 60.0, 2.0
"""The time that a run may take: for itself, and for each document in it."""

_SECONDS_READY = 300.0
"""The time that it may take until a press is ready."""


@dataclass(frozen=True)
class Manuscript:
    """A document to set: the name of its file without an ending, its title, and what `latex.body` writes of it."""

    name: str
    title: str
    body: str


@dataclass(frozen=True)
class Failure:
    """A document that the engine refused."""

    name: str
    reason: str


@dataclass(frozen=True)
class Press:
    """What the runs for documents of one kind have in common. It can be sent to other processes of the same machine.

    ``signs`` are what the fonts of a run are known by, if they are those of the specimen.
    """

    engine: Engine
    preamble: str
    specimen: str
    dumped: Path | None = None
    signs: frozenset[tuple[bytes, ...]] = frozenset()

    def print(self, manuscripts: Sequence[Manuscript]) -> list[File | Failure]:
        """Set documents in as few runs as can be.

        Raises:
            UserError: if the engine can't be started or lacks a package, or there is no room to write.
        """
        if not manuscripts:
            return []
        if not self.engine.kind.start:
            return [self._alone(manuscript) for manuscript in manuscripts]
        try:
            pages = self.run(manuscripts)
        except RenderError as error:
            if len(manuscripts) == 1:
                slow = replace(self, dumped=None)
                return slow.print(manuscripts) if self.dumped else [_failure(manuscripts[0], error)]
            pages = None
        if pages is None or (len(manuscripts) > 1 and _signs(pages) != self.signs):
            middle = len(manuscripts) // 2
            return [*self.print(manuscripts[:middle]), *self.print(manuscripts[middle:])]
        return apart(pages, manuscripts)

    def run(self, manuscripts: Sequence[Manuscript]) -> Pages:
        """Set the specimen, the page of signs, and documents."""
        template = environment("latex").get_template("latex/run.tex.j2")
        text = template.render(specimen=self.specimen, bodies=[manuscript.body for manuscript in manuscripts])
        dumped = self.dumped if self.dumped and self.dumped.is_file() else None
        timeout = _SECONDS + _SECONDS_EACH * len(manuscripts)
        return Pages(compile_pdf(text if dumped else self.preamble + text, self.engine, timeout=timeout, dumped=dumped))

    def _alone(self, manuscript: Manuscript) -> File | Failure:
        text = f"{self.preamble}\\begin{{document}}\n{manuscript.body}\n\\end{{document}}\n"
        try:
            pages = Pages(plain(compile_pdf(text, self.engine)))
        except RenderError as error:
            return _failure(manuscript, error)
        return _file(pages, range(len(pages)), manuscript)


def press(setup: Setup, specimen: str) -> Press:
    """Wait until documents can be set.

    The specimen is the body of such a document. It has every letter that the documents have, so that none of them
    needs a run for itself.

    Raises:
        RenderError: if the engine refuses the specimen.
        UserError: as `Press.print` does.
    """
    slow = Press(setup.engine, setup.preamble, specimen)
    return _ready(slow, setup.dumped()) if setup.engine.kind.start else slow


@dataclass(frozen=True)
class Promise:
    """A press that one process of this machine makes ready while others go on: it comes in a file."""

    file: Path

    def keep(self, make: Callable[[], Press]) -> None:
        """Make the press for all who wait; where that fails they need not wait any longer."""
        found: Press | None = None
        try:
            found = make()
        finally:
            draft = self.file.with_suffix(".draft")
            draft.write_bytes(pickle.dumps(found))
            draft.replace(self.file)

    def press(self) -> Press:
        """Wait for the press.

        Raises:
            RuntimeError: if it could not be made, which the process that was to make it tells of.
        """
        end = time() + _SECONDS_READY
        while not self.file.exists() and time() < end:
            sleep(0.005)
        found = pickle.loads(self.file.read_bytes())
        if not isinstance(found, Press):
            raise RuntimeError("there is no press")
        return found


def _ready(slow: Press, dumped: Path | None) -> Press:
    """Use the dumped format if the engine takes it; learn what the fonts of a run are known by."""
    if dumped:
        quick = replace(slow, dumped=dumped)
        with suppress(RenderError):
            return replace(quick, signs=_signs(quick.run([])))
    return replace(slow, signs=_signs(slow.run([])))


class Binding:
    """Puts all pages of a press's PDFs into one for printing; on ``two_sided`` paper each begins on a right-hand page.

    Fonts that several files have come once. What is held in memory doesn't grow with the files.
    """

    def __init__(self, stream: BinaryIO, title: str, *, two_sided: bool = True) -> None:
        self._whole = PageFile(stream, title)
        self._two_sided = two_sided

    def add(self, file: Path) -> None:
        """Add the pages of a file.

        Raises:
            UserError: if it is another file, or can't be read.
        """
        pages = _written(file)
        self._whole.add(pages, range(len(pages)))
        if self._two_sided and len(pages) % 2:
            self._whole.add_empty_after(pages)

    def close(self) -> None:
        """Write the end."""
        self._whole.close()


def _written(file: Path) -> Pages:
    try:
        return Pages(file.read_bytes())
    except (ValueError, LookupError, OSError) as error:
        reason = f"cannot be read ({reason_of(error)})" if isinstance(error, OSError) else "was changed or is cut off"
        raise user_error(str(file), f"this file {reason}", "delete it, and run the command again") from None


def _failure(manuscript: Manuscript, error: RenderError) -> Failure:
    return Failure(manuscript.name, f"{error.engine}: {error.reason}")


def apart(pages: Pages, manuscripts: Sequence[Manuscript]) -> list[File | Failure]:
    """Take a run apart."""
    _, start, *ends = map(int, pages.information.partition(b"/Copies (")[2].partition(b")")[0].split())
    files: list[File | Failure] = []
    for manuscript, end in zip(manuscripts, ends, strict=True):
        files.append(_file(pages, range(start, end), manuscript))
        start = end
    return files


def _file(pages: Pages, places: Iterable[int], manuscript: Manuscript) -> File:
    stream = io.BytesIO()
    file = PageFile(stream, manuscript.title)
    file.add(pages, places)
    file.close()
    return File(f"{manuscript.name}.pdf", stream.getvalue())


def _signs(pages: Pages) -> frozenset[tuple[bytes, ...]]:
    """Return what the fonts of a run are known by: the name on its pages, the mark of the signs in it, and codes."""
    return frozenset((name, *marks(font)) for name, font in pages.fonts())
