"""A disk that is full is said in a sentence, wherever it is met, and nothing half-written stays."""

import errno
import os
from pathlib import Path
from typing import Any

import pytest

from derive.copies.record import Answers
from derive.copies.sheets import Wanted, sheets
from derive.errors import UserError
from derive.render.many import Binding
from derive.render.write import DRAFT
from tests.exam.exams import exam_keys

SAID = r": no files can be written there \(no space left on device\); make room there, or choose another folder\."


def full(*_: Any) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def drafts(folder: Path) -> list[Path]:
    return list(folder.rglob(f"{DRAFT}*"))


def test_while_copies_are_bound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Binding, "close", full)
    with pytest.raises(UserError, match=SAID):
        sheets(exam_keys(), tmp_path, Wanted(copies=1, formats=("pdf",)))
    assert (tmp_path / "keys" / "0001.pdf").is_file()
    assert not (tmp_path / "sheets.pdf").exists()
    assert not drafts(tmp_path)


@pytest.mark.parametrize("workers", [1, 2])
def test_while_copies_are_written(workers: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("derive.render.write._replace", full)
    with pytest.raises(UserError, match=SAID):
        sheets(exam_keys(), tmp_path, Wanted(copies=6, formats=("json",), workers=workers))
    assert not drafts(tmp_path)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no device that is full")
def test_while_answers_are_written(tmp_path: Path) -> None:
    answers = Answers(tmp_path)
    answers.stream.close()
    answers.stream = Path("/dev/full").open("w")  # noqa: SIM115
    answers.stream.write("1")
    with pytest.raises(UserError, match=SAID):
        answers.finish()
    answers.close()
    assert not drafts(tmp_path)
