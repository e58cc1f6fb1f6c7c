"""How the time to JSON grows with the number of weights."""

from itertools import pairwise
from math import log
from statistics import linear_regression

from tests.bench.fresh import measured
from tests.bench.networks import Widths, name, weights
from tests.bench.report import Goal, Report, duration, times
from tests.bench.timing import Measure, interleaved

_SIZES: tuple[Widths, ...] = ((2, 2, 1), (4, 8, 8, 3), (16, 64, 64, 10), (100, 100, 10))
_FITTED = _SIZES[1:]
_ROUNDS = 3
_MOST = 1.1
_LONGEST = 30.0
"""What "seconds, not minutes" is taken to mean for the largest network."""


def measure(report: Report) -> None:
    """Fit time = constant · weights^exponent to the larger networks, each in fresh processes."""
    found = interleaved(_ROUNDS, {name(widths): _fresh(widths) for widths in _SIZES}, warm_up=False)
    rows: list[tuple[tuple[str, ...], Goal | None]] = []
    smallest = found[name(_SIZES[0])].median / weights(_SIZES[0])
    for widths in _SIZES:
        series, size = found[name(widths)], weights(widths)
        last = widths == _SIZES[-1]
        goal = Goal(_LONGEST, f"≤ {_LONGEST:g} s", series.median) if last else None
        each = series.median / size
        rows.append(
            ((name(widths), str(size), duration(series), f"{1000 * each:.3f} ms", f"{each / smallest:.2f} ×"), goal)
        )
    columns = ("network", "weights", "time to JSON", "time per weight", "of that in 2-2-1")
    report.table("Growth: sigmoid networks to JSON, cold, a process each", columns, rows)
    steps: list[tuple[tuple[str, ...], Goal | None]] = []
    for small, large in pairwise(_FITTED):
        ratio = found[name(large)] / found[name(small)]
        power = log(ratio.median) / log(weights(large) / weights(small))
        more = f"{weights(large) / weights(small):.2f} ×"
        steps.append(((f"{name(small)} to {name(large)}", more, times(ratio), f"{power:.3f}"), None))
    sizes, taken = [log(weights(widths)) for widths in _FITTED], [log(found[name(w)].median) for w in _FITTED]
    exponent = linear_regression(sizes, taken).slope
    goal = Goal(_MOST, f"≤ {_MOST}", exponent)
    steps.append(((f"fitted from {name(_FITTED[0])} on", "", "", f"{exponent:.3f}"), goal))
    report.table("Growth: the exponent", ("from, to", "weights", "time", "exponent"), steps)


def _fresh(widths: Widths) -> Measure:
    return lambda: measured("tape", name(widths))[0]
