"""Whole runs of ``derive sheet``: a sheet and a key for each student, from the command to the last file."""

import resource
from tempfile import TemporaryDirectory
from time import perf_counter

from derive.errors import UserError
from derive.render.engine import find_engine
from tests.bench.report import Goal, Report, duration
from tests.bench.timing import ROOT, Series, python

_EXAM = ROOT / "templates" / "configs" / "exam.toml"
_STUDENTS = (1, 30, 300, 1000)
_GOALS = {("md", 1000): 1 / 200, ("pdf", 300): 0.012}
"""The most seconds a student, by format and number of students."""


def measure(report: Report) -> None:
    """Measure classes of several sizes as Markdown and as PDF."""
    rows = []
    for chosen in ("md", "pdf") if _has_engine(report) else ("md",):
        for students in _STUDENTS:
            each = _each(chosen, students)
            most = _GOALS.get((chosen, students))
            goal = Goal(most, f"≤ {1000 * most:g} ms", each) if most else None
            memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
            rows.append(((f"{students:,} as {chosen}", duration(Series((each,))), f"{memory} MB"), goal))
    report.table("derive sheet, whole process: sheet and key a student", ("students", "each", "memory"), rows)


def _has_engine(report: Report) -> bool:
    try:
        find_engine()
    except UserError as error:
        report.say(f"Sheets as PDF: not measured. {error}")
        return False
    return True


def _each(chosen: str, students: int) -> float:
    with TemporaryDirectory() as folder:
        words = ("-m", "derive", "sheet", str(_EXAM), "--copies", str(students), "--format", chosen, "--out", folder)
        start = perf_counter()
        python(words)
        return (perf_counter() - start) / students
