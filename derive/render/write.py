"""Writing finished files: all of them, or none, and never half of one."""

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

from derive.errors import user_error
from derive.render.formats import File


def write_files(folder: Path, files: Sequence[File]) -> list[Path]:
    """Write the files into the folder, which is made if need be. Each appears whole; on a fault none is replaced.

    Raises:
        UserError: if the folder cannot be written or the disk is full.
    """
    targets = [folder / file.name for file in files]
    for target, file in zip(targets, files, strict=True):
        if Path(file.name).name != file.name or target.is_dir():
            raise user_error(str(target), "this cannot be the name of a file to write", "choose another name")
    drafts: list[Path] = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for file in files:
            drafts.append(_draft(folder, file))
        for draft, target in zip(drafts, targets, strict=True):
            draft.replace(target)
    except OSError as error:
        for draft in drafts:
            draft.unlink(missing_ok=True)
        reason = (error.strerror or "unknown fault").lower()
        raise user_error(
            str(folder), f"the files cannot be written there ({reason})", "choose a folder that can be written, with --out"
        ) from None
    return targets


def _draft(folder: Path, file: File) -> Path:
    """Write a file under a temporary name in the same folder, with the rights that a new file gets."""
    handle, name = tempfile.mkstemp(prefix=".derive-", dir=folder)
    draft = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(file.content)
        umask = os.umask(0)
        os.umask(umask)
        draft.chmod(0o666 & ~umask)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    return draft
