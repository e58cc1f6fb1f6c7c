"""What is known of a run: the answers, and ``manifest.json``, which tells whether files of an earlier run can stay."""

import csv
import json
from contextlib import suppress
from pathlib import Path
from typing import Any

from derive import __version__
from derive.copies.job import Job, Made
from derive.errors import user_error
from derive.render.formats import File
from derive.render.write import DRAFT, write_files, writing_into

MANIFEST, ANSWERS = "manifest.json", "answers.csv"
_FORMAT = "derive-copies/1"
_COLUMNS = ("copy", "student", "question", "quantity", "value", "low", "high", "points")


class Record:
    """The manifest of a run in a folder: what decides every byte of the copies, then what was written."""

    def __init__(self, out: Path, job: Job, roster: str) -> None:
        self.out = out
        about = {"format": _FORMAT, "version": __version__}
        self.identity = {**about, "seed": job.seed, "config": job.key, "roster": roster}
        self.formats = job.formats
        self.copies: list[dict[str, Any]] = []
        self.faults: list[str] = []
        self.notes: list[str] = []

    def begin(self) -> None:
        """Say that a run is under way."""
        self._write({**self.identity, "finished": False})

    def check(self) -> dict[str, Any] | None:
        """Return the manifest of an earlier run like this one, or None if there is none.

        Raises:
            UserError: if the folder has copies of another exam, seed or class.
        """
        try:
            earlier = json.loads((self.out / MANIFEST).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        if not isinstance(earlier, dict) or earlier.get("format") != _FORMAT:
            return None
        for key, what in (
            ("config", "config"),
            ("seed", "seed"),
            ("roster", "class"),
            ("version", "version of derive"),
        ):
            if earlier.get(key) != self.identity[key]:
                fault = f"the copies in this folder are of another {what}"
                raise user_error(str(self.out), fault, "choose another --out, or delete the folder")
        return earlier

    def add(self, made: Made) -> None:
        """Take down a copy."""
        self.notes += made.notes
        if made.fault:
            self.faults.append(made.fault)
        else:
            order = made.order
            self.copies.append(
                {"copy": order.number, "code": made.code, "student": order.known_as, "files": order.stem}
            )

    def finish(self) -> None:
        """Write what was made."""
        found = {
            **self.identity,
            "finished": True,
            "formats": list(self.formats),
            "faults": self.faults,
            "notes": self.notes,
        }
        self._write({**found, "copies": self.copies})

    def _write(self, found: dict[str, Any]) -> None:
        text = json.dumps(found, ensure_ascii=False, indent=1) + "\n"
        write_files(self.out, [File(MANIFEST, text.encode())])


class Answers:
    """The file of all answers, written while the copies are made, under another name until it is whole."""

    def __init__(self, out: Path) -> None:
        self.target, self.draft = out / ANSWERS, out / f"{DRAFT}{ANSWERS}"
        with writing_into(out):
            self.stream = self.draft.open("w", encoding="utf-8", newline="")
        self.writer = csv.writer(self.stream, lineterminator="\n")
        self.writer.writerow(_COLUMNS)

    def add(self, made: Made) -> None:
        """Take the answers of a copy in."""
        with writing_into(self.target.parent):
            self.writer.writerows(made.rows)

    def finish(self) -> None:
        """Give the file its name."""
        with writing_into(self.target.parent):
            self.stream.close()
            self.draft.replace(self.target)

    def close(self) -> None:
        """Leave nothing behind of a run that has not come to its end."""
        with suppress(OSError):
            self.stream.close()
        self.draft.unlink(missing_ok=True)


def remove_drafts(out: Path) -> None:
    """Remove what a run that was killed has left half-written."""
    for folder in (out, out / "sheets", out / "keys"):
        for draft in folder.glob(f"{DRAFT}*"):
            with suppress(OSError):
                draft.unlink()
