"""Folders for temporary files, which only this user can read."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from derive.errors import UserError, user_error


def temporary_folder() -> tempfile.TemporaryDirectory[str]:
    """Make a folder that is gone when it is left.

    Raises:
        UserError: if it can't be made.
    """
    try:
        return tempfile.TemporaryDirectory(prefix="derive-", ignore_cleanup_errors=True)
    except OSError as error:
        raise _unwritable(error) from error


@contextmanager
def private_folder() -> Iterator[Path]:
    """Make such a folder; a fault of the system while something is done in it is a `UserError` as well."""
    with temporary_folder() as name:
        try:
            yield Path(name)
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
