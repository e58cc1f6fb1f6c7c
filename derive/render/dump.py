"""A dumped format: TeX's memory as it is after a preamble, so that the next run need not read the preamble again."""

import gzip
import shutil
from pathlib import Path

from derive.render.engine import Engine, RenderError, run_engine
from derive.render.workplace import private_folder


def dump(preamble: str, engine: Engine, target: Path, timeout: float = 120) -> bool:
    """Write the format of a preamble; return False if this engine can't make one.

    It is of use to no other engine, and to no other version of this one. TeX stores it compressed; unpacked, it loads
    several times as fast.

    Raises:
        UserError: if the engine lacks a package or can't be started, or there is no room to write.
    """
    start = engine.kind.start
    if not start:
        return False
    words = [word for word in engine.kind.arguments if word != "{job}.tex"]
    with private_folder() as folder:
        (folder / "dumped.tex").write_text(f"{preamble}\\dump\n", encoding="utf-8", newline="\n")
        try:
            run_engine(engine, ["-ini", *words, "-jobname=dumped", f"&{start}", "dumped.tex"], folder, timeout)
            _unpack(folder / "dumped.fmt", target)
        except (RenderError, gzip.BadGzipFile, EOFError, FileNotFoundError):
            return False
    return True


def _unpack(source: Path, target: Path) -> None:
    with source.open("rb") as stream:
        packed = stream.read(2) == b"\x1f\x8b"
    if not packed:
        shutil.copyfile(source, target)
        return
    with gzip.open(source) as packed_stream, target.open("wb") as stream:
        shutil.copyfileobj(packed_stream, stream)
