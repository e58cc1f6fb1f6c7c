"""Sheets and keys of a class: the time a student from the command to the last file, and where it goes.

A run is a process of its own. What is compared with is the engine's own time for a single key.
"""

from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

import simplejson

from derive.config.load import load
from derive.copies.job import Job, Order, manuscripts
from derive.copies.printing import specimen
from derive.exam.exam import exam_of
from derive.render.engine import Engine, compile_pdf
from derive.render.many import Manuscript, apart, press
from derive.render.preamble import preamble
from derive.render.setup import setting_up
from tests.bench.networks import config
from tests.bench.report import Goal, Report, duration, times
from tests.bench.timing import Series, clocked, interleaved, python

_STUDENTS = (1, 30, 300, 1000)
_GOALS = {("pdf", 300): 0.012, ("md", 1000): 0.005}
"""The most seconds a student."""
_PIECE = 40
_ROUNDS = 5
_KEYS = {
    **config((2, 2, 1)),
    "vary": {
        "inputs": {"from": -2, "to": 2, "decimals": 1},
        "weights": {"from": Decimal("-0.9"), "to": Decimal("0.9"), "decimals": 1},
    },
}


def measure(report: Report) -> None:
    """Measure classes of several sizes as Markdown and as PDF, and the parts of one piece of the work."""
    engine = report.engine("Sheets and keys")
    if engine is None:
        return
    alone, parts = _piece(engine)
    rows: list[tuple[tuple[str, ...], Goal | None]] = []
    for chosen, students in ((chosen, students) for chosen in ("pdf", "md") for students in _STUDENTS):
        each, memory = _class(chosen, students)
        most = _GOALS.get((chosen, students))
        goal = Goal(most, f"≤ {1000 * most:g} ms", each) if most else None
        ratio = times(Series((each / alone.median,)))
        rows.append(((f"{students:,} in {chosen}", duration(Series((each,))), ratio, f"{memory} MB"), goal))
    title = f"Sheet and key as separate files, whole process; {engine.name} alone takes {duration(alone)} for a key"
    report.table(title, ("students", "each", "each / alone", "memory"), rows)
    whole = sum(parts.values())
    shares = [
        ((name, duration(Series((seconds / _PIECE,))), f"{seconds / whole:.0%}"), None)
        for name, seconds in parts.items()
    ]
    report.table(f"Where it goes, {_PIECE} students in one process", ("part", "a student", "share"), shares)


_CHILD = """
import resource, subprocess, sys
subprocess.run([sys.executable, *sys.argv[1:]], check=True, stdout=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)
"""


def _class(chosen: str, students: int) -> tuple[float, int]:
    """Return the seconds a student, and the megabytes of the largest of the program's processes."""
    with TemporaryDirectory() as folder:
        config = Path(folder) / "exam.json"
        config.write_text(simplejson.dumps(_KEYS, use_decimal=True), encoding="utf-8")
        words = ("-m", "derive", "sheet", str(config), "--copies", str(students), "--format", chosen)
        start = perf_counter()
        memory = python(("-c", _CHILD, *words, "--out", str(Path(folder) / "out")))
        return (perf_counter() - start) / students, int(memory)


def _piece(engine: Engine) -> tuple[Series, dict[str, float]]:
    """Return what the engine takes for a single key, and the seconds of each part of the work for a piece."""
    exam = exam_of(load(_KEYS), 1)
    job = Job(exam.config, 1, ("pdf",), exam.digest)
    with setting_up(engine, exam.config.report.paper) as setup:
        ready = press(setup, specimen(exam))
        manuscripts(job, _orders(1))
        clock = [perf_counter()]
        found = manuscripts(job, _orders(_PIECE))
        clock.append(perf_counter())
        pdf = ready.run(found)
        clock.append(perf_counter())
        apart(pdf, found)
        clock.append(perf_counter())
        bare = [Manuscript(each.name, each.title, rf"\renewcommand{{\drawing}}[4]{{}}{each.body}") for each in found]
        text = rf"{preamble(setup.paper)}\begin{{document}}{found[1].body}\end{{document}}"
        runs = interleaved(
            _ROUNDS,
            {
                "all": clocked(lambda: ready.run(found)),
                "bare": clocked(lambda: ready.run(bare)),
                "alone": clocked(lambda: compile_pdf(text, engine)),
            },
        )
    own, engines, splitting = (after - before for before, after in pairwise(clock))
    drawing = engines * (1 - (runs["bare"] / runs["all"]).median)
    return runs["alone"], {
        "own code": own,
        "engine, but for drawings": engines - drawing,
        "engine, drawings": drawing,
        "splitting": splitting,
    }


def _orders(students: int) -> list[Order]:
    return [Order(number, f"{number:04}", {}, "", ("pdf",)) for number in range(1, students + 1)]
