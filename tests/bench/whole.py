"""A whole process against one that only imports what it cannot do without."""

from tempfile import TemporaryDirectory

from tests.bench.report import Goal, Report, duration, times
from tests.bench.timing import SOURCE, interleaved, process

_ROUNDS = 15
_MOST = 1.3


def measure(report: Report) -> None:
    """Compare ``derive solve`` to Markdown, and ``derive --help``, with the import of SymPy and Jinja."""
    with TemporaryDirectory() as folder:
        found = interleaved(
            _ROUNDS,
            {
                "floor": process("-c", "import sympy, jinja2"),
                "solve": process("-m", "derive", "solve", str(SOURCE), "--format", "md", "--out", folder),
                "help": process("-m", "derive", "--help"),
            },
        )
    floor = found["floor"]
    rows = []
    for key, what in (("solve", "derive solve, to Markdown"), ("help", "derive --help")):
        ratio = found[key] / floor
        goal = Goal(_MOST, f"≤ {_MOST} ×", ratio.median) if key == "solve" else None
        rows.append(((what, duration(found[key]), duration(floor), times(ratio)), goal))
    report.table("Whole process, with source.toml", ("what", "time", "import sympy, jinja2", "ratio"), rows)
