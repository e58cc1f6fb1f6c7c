"""A Dask cluster on this machine: the same bytes as one process, and a worker that is killed costs no copy."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from derive.copies.sheets import Wanted, sheets
from derive.errors import UserError
from tests.copies.test_making import contents
from tests.exam.exams import exam_keys
from tests.samples import ROOT

COPIES = 160


def _started(words: list[str], folder: Path, said: str) -> tuple[subprocess.Popen[str], str]:
    """Start a part of the cluster; return it, and the address that it says."""
    here = {**os.environ, "PYTHONPATH": str(ROOT), "DASK_DISTRIBUTED__DASHBOARD__ENABLED": "False"}
    command = [sys.executable, "-m", "distributed.cli." + words[0], *words[1:]]
    process = subprocess.Popen(command, cwd=folder, env=here, stderr=subprocess.PIPE, text=True)
    assert process.stderr
    for line in process.stderr:
        if found := re.search(rf"{said}\s*(tcp://\S+)", line):
            return process, found[1]
    raise AssertionError(f"{words[0]} did not start")


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[tuple[str, list[subprocess.Popen[str]]]]:
    scheduler, address = _started(
        ["dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--no-show"],
        tmp_path,
        "Scheduler at:",
    )
    workers = []
    try:
        for _ in range(2):
            words = ["dask_worker", address, "--nthreads", "1", "--no-nanny", "--no-dashboard", "--host", "127.0.0.1"]
            workers.append(_started(words, tmp_path, "Registered to:")[0])
        yield address, workers
    finally:
        for process in (*workers, scheduler):
            process.kill()
            process.communicate()


def test_same_bytes_and_a_killed_worker_costs_no_copy(
    cluster: tuple[str, list[subprocess.Popen[str]]], tmp_path: Path
) -> None:
    address, workers = cluster
    done = 0

    def tell(total: int) -> None:
        nonlocal done
        done += 1
        if done == 1:
            workers[0].send_signal(signal.SIGKILL)

    sheets(exam_keys(), tmp_path / "one", Wanted(COPIES, workers=1))
    outcome = sheets(exam_keys(), tmp_path / "cluster", Wanted(COPIES, scheduler=address), tell)
    assert (outcome.copies, outcome.faults, done) == (COPIES, [], COPIES)
    assert contents(tmp_path / "cluster") == contents(tmp_path / "one")


def test_a_scheduler_that_does_not_answer_is_said(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"--scheduler: no scheduler answers at tcp://127\.0\.0\.1:9; start one"):
        sheets(exam_keys(), tmp_path, Wanted(2, scheduler="tcp://127.0.0.1:9"))
