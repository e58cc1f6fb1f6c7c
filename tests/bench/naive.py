"""The naive way: the loss as one composed expression, differentiated for every weight, numbers put in by ``subs``."""

from math import isclose
from subprocess import TimeoutExpired

from tests.bench.fresh import Gradients, measured
from tests.bench.networks import Widths, name, weights
from tests.bench.report import Report, duration
from tests.bench.timing import Series

_SIZES: tuple[Widths, ...] = ((2, 2, 1), (2, 3, 2), (3, 4, 4, 2))
_ROUNDS = 3
_LIMIT = 120.0
"""Seconds that a case may take."""
_ENOUGH = 20.0
"""A case that takes this many seconds is measured once."""


def measure(report: Report) -> None:
    """Compare it with the tape, each in fresh processes; both must find the same gradients."""
    rows = []
    for widths in _SIZES:
        ours, naive = [], []
        for _ in range(_ROUNDS):
            taken, gradients = measured("tape", name(widths))
            ours.append(taken)
            try:
                taken, others = measured("naive", name(widths), _LIMIT)
            except TimeoutExpired:
                break
            _compare(gradients, others)
            naive.append(taken)
            if taken > _ENOUGH:
                break
        ratio = (sum(naive) / len(naive) if naive else _LIMIT) / Series(tuple(ours)).median
        shown = duration(Series(tuple(naive))) if naive else f"stopped at {_LIMIT:g} s"
        cells = (name(widths), str(weights(widths)), shown, duration(Series(tuple(ours))))
        rows.append(((*cells, f"{ratio:,.0f} ×" if naive else f"over {ratio:,.0f} ×"), None))
    title = "The naive way: composed loss, diff for every weight, subs"
    report.table(title, ("network", "weights", "naive", "the tape, to JSON", "naive / tape"), rows)


def _compare(ours: Gradients, others: Gradients) -> None:
    if ours.keys() != others.keys() or not all(isclose(ours[key], others[key], rel_tol=1e-12) for key in ours):
        raise AssertionError("the two ways find different gradients")
