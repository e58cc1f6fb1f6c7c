"""The PDF against what the engine itself takes for the same ``.tex``."""

import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

from derive.pipeline import solve
from derive.render import latex
from derive.render.engine import Engine, compile_pdf
from tests.bench.report import Goal, Report, duration, times
from tests.bench.timing import SOURCE, Measure, clocked, interleaved, process

_ROUNDS = 11
_MOST = 1.15


def measure(report: Report) -> None:
    """Compare the PDF step, as the difference of two whole processes and inside this one, with the engine."""
    engine = report.engine("PDF")
    if engine is None:
        return
    document = solve(SOURCE).document
    with TemporaryDirectory() as folder:
        found = interleaved(
            _ROUNDS,
            {
                "engine": _engine_alone(engine, latex.render(document), Path(folder)),
                "md": _solve("md", folder),
                "pdf": _solve("pdf", folder),
                "inside": clocked(lambda: compile_pdf(latex.render(document), engine)),
            },
        )
    alone = found["engine"]
    rows = []
    for what, taken in (
        ("processes: --format pdf less md", found["pdf"] - found["md"]),
        ("this one: render and compile_pdf", found["inside"]),
    ):
        ratio = taken / alone
        goal = Goal(_MOST, f"≤ {_MOST} ×", ratio.median)
        rows.append(((what, duration(taken), duration(alone), times(ratio)), goal))
    report.table(f"PDF of source.toml, by {engine.name}", ("what", "time", "engine alone", "ratio"), rows)


def _solve(kind: str, folder: str) -> Measure:
    return process("-m", "derive", "solve", str(SOURCE), "--format", kind, "--out", folder)


def _engine_alone(engine: Engine, tex: str, folder: Path) -> Measure:
    """Run the engine on the finished ``.tex`` as a user would, each time without the files of the last run."""
    source = folder / "alone.tex"
    source.write_text(tex, encoding="utf-8")
    command = [str(engine.program), *(word.replace("{job}", "alone") for word in engine.kind.arguments)]
    run = clocked(
        lambda: subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=True)
    )

    def measure() -> float:
        for file in folder.glob("alone.*"):
            if file != source:
                file.unlink()
        return run()

    return measure
