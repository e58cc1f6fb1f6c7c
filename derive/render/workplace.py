"""Folders for temporary files, which only this user can read."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from time import time

from derive.errors import UserError, user_error

_PREFIX = "derive-temporary-"
_YOUNG = 60.0
"""A folder younger than so many seconds may not be held yet."""


@contextmanager
def temporary_folder() -> Iterator[str]:
    """Make a folder that is gone when it is left; those of processes that were killed go with it.

    Raises:
        UserError: if it can't be made.
    """
    try:
        folder = tempfile.TemporaryDirectory(prefix=_PREFIX, ignore_cleanup_errors=True)
    except OSError as error:
        raise _unwritable(error) from error
    with folder as name, _held(Path(name)) as can_be_held:
        if can_be_held:
            for other in Path(name).parent.glob(f"{_PREFIX}????????"):
                _remove_abandoned(other)
        yield name


@contextmanager
def _held(folder: Path) -> Iterator[bool]:
    """Hold a folder as this process's own, which the system lets go of when the process ends, however it does.

    False: somebody else holds it, or this system has nothing of the kind.
    """
    try:
        import fcntl

        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except (ImportError, OSError):
        yield False
        return
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        held = True
    except OSError:
        held = False
    try:
        yield held
    finally:
        os.close(handle)


def _remove_abandoned(folder: Path) -> None:
    with suppress(OSError):
        found = folder.lstat()
        if found.st_uid != os.getuid() or time() - found.st_mtime < _YOUNG:
            return
        with _held(folder) as is_abandoned:
            if is_abandoned:
                shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def private_folder() -> Iterator[Path]:
    """Make such a folder; a fault of the system while something is done in it is a `UserError` as well."""
    with temporary_folder() as name, room_to_write():
        yield Path(name)


@contextmanager
def room_to_write() -> Iterator[None]:
    """Let a fault of the system while something is done in such a folder be a `UserError`."""
    try:
        yield
    except OSError as error:
        raise _unwritable(error) from error


def _unwritable(error: OSError) -> UserError:
    return user_error(
        tempfile.tempdir or "temporary folder",
        f"the PDF's temporary files cannot be written there ({error.strerror or error})",
        "free some space, or point TMPDIR to another folder",
    )


def place(file: Path, target: Path) -> None:
    """Make a file appear in another folder, without copying it if that can be."""
    try:
        target.symlink_to(file)
    except (OSError, NotImplementedError):
        shutil.copyfile(file, target)
