"""Waiting for a file to be saved."""

from collections.abc import Iterator
from pathlib import Path


def saves(file: Path) -> Iterator[None]:
    """Go on once at the beginning and then after each time the file was saved, be it by another file in its place."""
    from watchfiles import Change, watch

    def concerns(change: Change, path: str) -> bool:
        return change is not Change.deleted and Path(path).name == file.name

    changes = watch(file.parent, watch_filter=concerns, recursive=False, debounce=200, step=20)
    yield
    for _ in changes:
        yield
