"""Many PDFs: a sheet and a key for each student as separate files, beside the engine's own time for a single one."""

import resource
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import partial
from itertools import pairwise
from multiprocessing import get_context
from os import cpu_count
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from derive.document.blocks import Equation
from derive.errors import UserError
from derive.pipeline import solve
from derive.render import latex
from derive.render.engine import compile_pdf, find_engine
from derive.render.many import Manuscript, Press, apart, join, press
from tests.bench.networks import config
from tests.bench.report import Goal, Report, duration, times
from tests.bench.timing import Series, clocked, interleaved

_STUDENTS = (1, 30, 300, 1000)
_GOAL_AT, _MOST = 300, 0.012
_PIECE = 40
"""Students in one run of the engine."""
_ROUNDS = 5

Parts = tuple[float, ...]
"""Seconds for our own code, the engine, taking its file apart, writing, and joining."""


def measure(report: Report) -> None:
    """Measure classes of several sizes, and of one piece the share of its drawings."""
    try:
        engine = find_engine()
    except UserError as error:
        report.say(f"Many PDFs: not measured. {error}")
        return
    key = solve(_keys(0)).document
    alone = interleaved(_ROUNDS, {"alone": clocked(lambda: compile_pdf(latex.render(key), engine))})["alone"]
    rows: list[tuple[Sequence[str], Goal | None]] = []
    for students in _STUDENTS:
        start = perf_counter()
        with press(engine, "a4", "\n\\newpage\n".join(each.body for each in _student(0))) as ready:
            parts, memory = _class(ready, students)
            each = (perf_counter() - start) / students
            drawing = _drawing(ready)
        shares = [f"{part / sum(parts):.0%}" for part in parts]
        shares.insert(2, f"{drawing * parts[1] / sum(parts):.0%}")
        goal = Goal(_MOST, f"≤ {1000 * _MOST:g} ms", each) if students == _GOAL_AT else None
        taken, ratio = Series((each,)), Series((each / alone.median,))
        rows.append(((f"{students:,}", duration(taken), *shares, f"{memory} MB", times(ratio)), goal))
    columns = (
        "students",
        "each",
        "own code",
        "engine",
        "its drawings",
        "splitting",
        "writing",
        "joining",
        "memory",
        "each / alone",
    )
    title = f"Many PDFs by {engine.name}, {cpu_count()} processes; a single key alone takes {duration(alone)}"
    report.table(title, columns, rows)


def _keys(number: int) -> dict[str, Any]:
    return {**config((2, 2, 1), number), "title": "Backpropagation"}


def _student(number: int) -> tuple[Manuscript, Manuscript]:
    """Return a sheet, which is what stands before the first equation, and a key, which is the whole."""
    key = solve(_keys(number)).document
    first = next(place for place, block in enumerate(key.blocks) if isinstance(block, Equation))
    sheet = replace(key, blocks=key.blocks[:first])
    return (
        Manuscript(f"sheet-{number:05}", sheet.title, str(latex.body(sheet))),
        Manuscript(f"key-{number:05}", key.title, str(latex.body(key))),
    )


def _class(ready: Press, students: int) -> tuple[Parts, int]:
    """Make the files of a class, and the two that have all of them; return the time of each part, and the memory."""
    pieces = [range(first, min(first + _PIECE, students + 1)) for first in range(1, students + 1, _PIECE)]
    with TemporaryDirectory() as folder, ProcessPoolExecutor(cpu_count(), get_context("spawn")) as pool:
        found = list(pool.map(partial(_piece, ready, Path(folder)), pieces))
        joining = sum(pool.map(partial(_joined, Path(folder)), ("sheet", "key")))
    parts = (sum(numbers) for numbers in zip(*(parts for parts, _ in found), strict=True))
    return (*parts, joining), max(memory for _, memory in found) // 1024


def _piece(ready: Press, folder: Path, numbers: range) -> tuple[Parts, int]:
    clock = [perf_counter()]
    manuscripts = [each for number in numbers for each in _student(number)]
    clock.append(perf_counter())
    pdf = ready.run(manuscripts)
    clock.append(perf_counter())
    files = apart(pdf, manuscripts)
    clock.append(perf_counter())
    for file in files:
        (folder / file.name).write_bytes(file.content)
    clock.append(perf_counter())
    return tuple(after - before for before, after in pairwise(clock)), resource.getrusage(
        resource.RUSAGE_SELF
    ).ru_maxrss


def _joined(folder: Path, kind: str) -> float:
    start = perf_counter()
    with (folder / f"{kind}s.pdf").open("wb") as stream:
        join(sorted(folder.glob(f"{kind}-*.pdf")), stream, "Backpropagation")
    return perf_counter() - start


def _drawing(ready: Press) -> float:
    """Return the share of a run that goes into drawings: what is saved where they are left out."""
    manuscripts = [each for number in range(_PIECE) for each in _student(number)]
    bare = [replace(each, body=rf"\renewcommand{{\drawing}}[4]{{}}{each.body}") for each in manuscripts]
    found = interleaved(3, {"all": clocked(lambda: ready.run(manuscripts)), "bare": clocked(lambda: ready.run(bare))})
    return 1 - (found["bare"] / found["all"]).median
