"""Writing finished files: all of them, or none, and never half of one."""

import errno
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from secrets import token_hex
from shutil import copyfile

from derive.errors import quoted, reason_of, user_error
from derive.render.formats import File

DRAFT = ".derive-"
"""How the names of files begin that are not finished."""


def check_name(name: str, where: str = "name") -> str:
    """Return a name for output files, without its ending, if it is one that stays in the folder and needs no quoting.

    Raises:
        UserError: if it is not.
    """
    if not re.fullmatch(r"\w[\w.-]{0,99}", name):
        mend = "use up to 100 letters, digits, dots, dashes and underscores, beginning with a letter or a digit"
        raise user_error(where, f"{quoted(name)} cannot name the files", mend)
    return name


def write_files(folder: Path, files: Sequence[File]) -> list[Path]:
    """Write the files into the folder, which is made if need be. Each appears whole; on a fault all stays as it was.

    Raises:
        UserError: if the folder cannot be written or the disk is full.
    """
    targets = [folder / file.name for file in files]
    for target, file in zip(targets, files, strict=True):
        if Path(file.name).name != file.name:
            raise user_error(str(target), "this name leads out of the folder", "choose another name")
    with writing_into(folder):
        for target in targets:
            if target.is_dir():
                raise user_error(str(target), "there is a folder of this name", "choose another name")
        _write(folder, files, targets)
    return targets


@contextmanager
def writing_into(folder: Path) -> Iterator[None]:
    """Let a fault of the system while files are written into a folder be a `UserError`."""
    try:
        yield
    except OSError as error:
        reason = "this is a file" if isinstance(error, FileExistsError | NotADirectoryError) else reason_of(error)
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        mend = "make room there, or choose another folder" if full else "choose a folder that can be written"
        raise user_error(str(folder), f"no files can be written there ({reason})", mend) from None


def _write(folder: Path, files: Sequence[File], targets: Sequence[Path]) -> None:
    """Write every file under a temporary name, then move all to their names. An exception leaves nothing behind."""
    made = _missing(folder)
    drafts: list[Path] = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for file in files:
            drafts.append(_beside(folder))
            with drafts[-1].open("xb") as stream:
                stream.write(file.content)
        _replace(drafts, targets)
    except BaseException:
        _clear(drafts, made)
        raise


def _missing(folder: Path) -> list[Path]:
    """List the folders that making this one will make, the innermost first."""
    return [place for place in (folder, *folder.parents) if not place.exists()]


def _beside(folder: Path) -> Path:
    """Name a temporary file: in the same folder, so that to move it is to change its name and nothing else."""
    return folder / f"{DRAFT}{token_hex(8)}"


def _replace(drafts: Sequence[Path], targets: Sequence[Path]) -> None:
    """Move every draft to its target. Older files are kept until all have moved, and put back if one does not."""
    older: dict[Path, Path] = {}
    moved: list[Path] = []
    try:
        for target in targets:
            if target.is_symlink() or target.exists():
                older[target] = _beside(target.parent)
                _keep(target, older[target])
        for draft, target in zip(drafts, targets, strict=True):
            moved.append(target)
            draft.replace(target)
    except BaseException:
        for target in moved:
            if target in older:
                older[target].replace(target)
            else:
                target.unlink(missing_ok=True)
        raise
    finally:
        _clear(older.values(), ())


def _keep(target: Path, place: Path) -> None:
    """Give a file a second name; on a file system without links, copy it."""
    try:
        os.link(target, place, follow_symlinks=False)
    except (OSError, NotImplementedError):
        copyfile(target, place)


def _clear(files: Iterable[Path], folders: Iterable[Path]) -> None:
    """Remove temporary files, and folders if they are empty."""
    for file in files:
        with suppress(OSError):
            file.unlink(missing_ok=True)
    for folder in folders:
        with suppress(OSError):
            folder.rmdir()
