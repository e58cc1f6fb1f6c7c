"""Copies of a class: the same bytes in whatever way they are made, nothing half-written, faults named."""

import csv
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import simplejson

from derive.copies.sheets import Wanted, sheets
from derive.errors import UserError
from tests.exam.exams import exam_keys
from tests.samples import ROOT


def made(folder: Path, keys: dict[str, Any] | None = None, **wanted: Any) -> dict[str, bytes]:
    sheets(keys or exam_keys(), folder, Wanted(**{"copies": 45, "seed": 3, "formats": ("md", "json")} | wanted))
    return contents(folder)


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_one_and_two_workers_write_the_same_bytes(tmp_path: Path) -> None:
    one, two = made(tmp_path / "one", workers=1), made(tmp_path / "two", workers=2)
    assert one == two
    assert len(one) == 45 * 5 + 2


def test_one_copy_alone_is_the_same_as_among_all(tmp_path: Path) -> None:
    every, alone = made(tmp_path / "all", workers=1), made(tmp_path / "one", only=17)
    assert len(alone) == 5
    assert alone == {name: every[name] for name in alone}


def test_another_locale_and_time_zone_change_nothing(tmp_path: Path) -> None:
    config = tmp_path / "exam.json"
    config.write_text(simplejson.dumps(exam_keys(), use_decimal=True))
    here = {**os.environ, "PYTHONPATH": str(ROOT)}
    words = [sys.executable, "-m", "derive", "sheet", str(config), "--copies", "3", "--out"]
    for name, change in (("a", {"TZ": "UTC", "LC_ALL": "C"}), ("b", {"TZ": "Asia/Tokyo", "LC_ALL": "de_DE.UTF-8"})):
        subprocess.run([*words, str(tmp_path / name)], env=here | change, check=True, capture_output=True)
    assert contents(tmp_path / "a") == contents(tmp_path / "b")


def test_answers_are_those_of_the_keys(tmp_path: Path) -> None:
    found = made(tmp_path, copies=5)
    rows = list(csv.DictReader(found["answers.csv"].decode().splitlines()))
    assert list(rows[0]) == ["copy", "student", "question", "quantity", "value", "low", "high", "points"]
    keys = ("part", "quantity", "value", "low", "high")
    answers = [json.loads(found[f"keys/{number:04d}.json"])["answers"] for number in range(1, 6)]
    wanted = [
        [str(number), *(answer[key] for key in keys)] for number, copy in enumerate(answers, 1) for answer in copy
    ]
    columns = ("copy", "question", "quantity", "value", "low", "high")
    assert [[row[column] for column in columns] for row in rows] == wanted


def test_the_manifest_says_what_was_made(tmp_path: Path) -> None:
    manifest = json.loads(made(tmp_path, copies=5)["manifest.json"])
    assert manifest["seed"] == 3
    assert manifest["finished"] is True
    assert manifest["formats"] == ["md", "json"]
    assert [copy["copy"] for copy in manifest["copies"]] == [1, 2, 3, 4, 5]


def test_a_run_that_was_stopped_goes_on_and_ends_with_the_same_bytes(tmp_path: Path) -> None:
    whole = made(tmp_path / "whole", workers=1)

    class Stopped(Exception):
        pass

    def stop_after(copies: int) -> Callable[[int], None]:
        left = iter(range(copies))

        def tell(total: int) -> None:
            if next(left, None) is None:
                raise Stopped

        return tell

    for copies in (3, 8):
        wanted = Wanted(45, seed=3, formats=("md", "json"), workers=1)
        with pytest.raises(Stopped):
            sheets(exam_keys(), tmp_path / "part", wanted, stop_after(copies))
    part = contents(tmp_path / "part")
    assert "answers.csv" not in part
    assert json.loads(part["manifest.json"])["finished"] is False
    (tmp_path / "part" / "sheets" / ".derive-0123").write_text("half")
    (tmp_path / "part" / "keys" / "0002.md").unlink()
    kept = (tmp_path / "part" / "sheets" / "0001.md").stat()
    assert made(tmp_path / "part", workers=1) == whole
    assert (tmp_path / "part" / "sheets" / "0001.md").stat() == kept


def test_a_run_that_was_killed_goes_on(tmp_path: Path) -> None:
    config = tmp_path / "exam.json"
    config.write_text(simplejson.dumps(exam_keys(), use_decimal=True))
    words = [sys.executable, "-m", "derive", "sheet", str(config), "--copies", "90", "--workers", "2", "--out"]
    here = {**os.environ, "PYTHONPATH": str(ROOT)}
    subprocess.run([*words, str(tmp_path / "whole")], env=here, check=True, capture_output=True)
    process = subprocess.Popen(
        [*words, str(tmp_path / "part")], env=here, stdout=subprocess.DEVNULL, start_new_session=True
    )
    keys = tmp_path / "part" / "keys"
    while process.poll() is None and not (keys.is_dir() and len(list(keys.glob("*.md"))) > 5):
        time.sleep(0.01)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    subprocess.run([*words, str(tmp_path / "part")], env=here, check=True, capture_output=True)
    assert contents(tmp_path / "part") == contents(tmp_path / "whole")


@pytest.mark.parametrize(
    ("change", "said"),
    [({"seed": 4}, "another seed"), ({"keys": exam_keys(activation="tanh")}, "another config")],
)
def test_copies_of_another_exam_are_not_mixed_in(change: dict[str, Any], said: str, tmp_path: Path) -> None:
    before = made(tmp_path, copies=2)
    for only in (0, 1):
        with pytest.raises(UserError, match=f"the copies in this folder are of {said}"):
            made(tmp_path, **{"copies": 2, "only": only} | change)
    assert contents(tmp_path) == before


def test_a_copy_that_cannot_be_made_is_named_and_the_others_are_made(tmp_path: Path) -> None:
    keys = exam_keys(vary={"learning_rate": {"choose": [0.1, 0.5]}})
    outcome = sheets(keys, tmp_path, Wanted(4))
    assert outcome.copies == 2
    assert [fault.split(":")[0] for fault in outcome.faults] == ["copy 3", "copy 4"]
    assert len(list((tmp_path / "sheets").glob("*.md"))) == 2
    assert json.loads((tmp_path / "manifest.json").read_text())["faults"] == outcome.faults
