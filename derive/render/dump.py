"""A dumped format: TeX's memory as it is after a preamble, so that the next run need not read the preamble again."""

import gzip
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from derive.render.engine import Engine, RenderError, started
from derive.render.workplace import room_to_write

_SECONDS = 120.0
"""The time that it may take."""


@contextmanager
def dumping(preamble: str, engine: Engine, folder: Path) -> Iterator[Callable[[], Path | None]]:
    """Begin to write the format of a preamble into a folder, and go on; what is given waits for it.

    It returns None where this engine can't make one. The format is of use to no other engine, and to no other version
    of this one. TeX stores it compressed; unpacked, it loads several times as fast.

    Raises:
        UserError: if the engine lacks a package or can't be started, or there is no room to write.
    """
    words = [word for word in engine.kind.arguments if word != "{job}.tex"]
    arguments = ["-ini", *words, "-jobname=dumped", f"&{engine.kind.start}", "dumped.tex"]
    with room_to_write():
        (folder / "dumped.tex").write_text(f"{preamble}\\dump\n", encoding="utf-8", newline="\n")
    with started(engine, arguments, folder, _SECONDS) as finish:

        def wait() -> Path | None:
            with room_to_write():
                try:
                    finish()
                    return _unpacked(folder / "dumped.fmt", folder / "press.fmt")
                except (RenderError, gzip.BadGzipFile, EOFError, FileNotFoundError):
                    return None

        yield wait


def _unpacked(source: Path, target: Path) -> Path:
    with source.open("rb") as stream:
        packed = stream.read(2) == b"\x1f\x8b"
    if not packed:
        return source
    with gzip.open(source) as packed_stream, target.open("wb") as stream:
        shutil.copyfileobj(packed_stream, stream)
    return target
