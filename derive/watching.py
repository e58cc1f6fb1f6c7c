"""Waiting for a file to be saved."""

from collections.abc import Iterator
from pathlib import Path

LONGEST_WAIT = 500
"""After so many milliseconds the file is looked at in any case, for what was saved before the watch began."""


def saves(file: Path) -> Iterator[None]:
    """Go on once at the beginning and then after each time the file was saved, be it by another file in its place."""
    from watchfiles import watch

    seen = _stamp(file)
    yield
    for _ in watch(
        file.parent, recursive=False, debounce=200, step=20, rust_timeout=LONGEST_WAIT, yield_on_timeout=True
    ):
        now = _stamp(file)
        if now not in (None, seen):
            seen = now
            yield


def _stamp(file: Path) -> tuple[int, int, int] | None:
    """Return what differs after a save, or None while there is no such file."""
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
