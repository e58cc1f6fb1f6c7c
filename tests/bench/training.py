"""A training of a thousand epochs: the whole process, its cost by epochs, samples and weights, and its memory.

The floor is the same training written out by hand: sigmoid layers in loops over decimals of as many digits, in a
process that imports what derive cannot do without.
"""

import sys
import tracemalloc
from decimal import Decimal, getcontext
from itertools import pairwise
from json import dumps, loads
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from tests.bench.networks import Widths, config, name, weights, widths_of
from tests.bench.report import Goal, Report, duration, times
from tests.bench.timing import interleaved, process, python

_EPOCHS = 1_000
_SAMPLES = 4
_WIDTHS: Widths = (2, 2, 1)
_ROUNDS = 5
_LONGEST = 2.0
_SIZES: tuple[tuple[Widths, int, int], ...] = (
    ((2, 2, 1), 4, 500),
    ((2, 2, 1), 4, 2000),
    ((2, 2, 1), 16, 500),
    ((4, 8, 3), 4, 500),
)
_MOST_BYTES = 1_000
"""Memory for each epoch more: the loss after it, and how that is shown."""


def measure(report: Report) -> None:
    """Compare a process with the floor, and divide what trainings cost by epochs, samples and weights."""
    _whole(report)
    rows = []
    for widths, samples, epochs in _SIZES:
        words = ("-m", "tests.bench.training", "train", name(widths), str(samples), str(epochs))
        seconds = float(loads(python(words)))
        each = seconds / (epochs * samples * weights(widths))
        rows.append(((name(widths), str(samples), f"{epochs:,}", f"{seconds:.2f} s", f"{1e6 * each:.1f} µs"), None))
    report.table("Training, warm", ("network", "samples", "epochs", "time", "for each weight of each"), rows)
    few, many = (int(python(("-m", "tests.bench.training", "memory", str(n)))) for n in (_EPOCHS, 5 * _EPOCHS))
    each = (many - few) / (4 * _EPOCHS)
    goal = Goal(_MOST_BYTES, f"≤ {_MOST_BYTES:,} bytes", each)
    cells = (f"{few / 1e6:.1f} MB", f"{many / 1e6:.1f} MB", f"{each:.0f} bytes")
    report.table(
        "Training: memory", (f"{_EPOCHS:,} epochs", f"{5 * _EPOCHS:,}", "for each epoch more"), [(cells, goal)]
    )


def _whole(report: Report) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder, "training.json")
        path.write_text(dumps(_config(_WIDTHS, _SAMPLES, _EPOCHS), default=float))
        found = interleaved(
            _ROUNDS,
            {
                "solve": process(
                    "-m", "derive", "solve", str(path), "--format", "md,json", "--out", folder, "--name", "page"
                ),
                "floor": process("-m", "tests.bench.training", "floor"),
            },
        )
    goal = Goal(_LONGEST, f"≤ {_LONGEST:g} s", found["solve"].median)
    cells = (
        f"{name(_WIDTHS)}, {_SAMPLES} samples",
        *map(duration, found.values()),
        times(found["solve"] / found["floor"]),
    )
    report.table(
        f"Training of {_EPOCHS:,} epochs, a process each",
        ("network", "time", "decimals by hand", "ratio"),
        [(cells, goal)],
    )


def _config(widths: Widths, samples: int, epochs: int) -> dict[str, Any]:
    keys = config(widths)
    data = [config(widths, seed)["data"] for seed in range(samples)]
    keys["data"] = {part: [sample[part] for sample in data] for part in ("inputs", "targets")}
    return keys | {"training": {"learning_rate": Decimal("0.1"), "epochs": epochs}}


def _floor() -> None:
    """Train by hand, and print the last loss."""
    import jinja2  # noqa: F401
    import sympy  # noqa: F401

    getcontext().prec = 60
    keys = _config(_WIDTHS, _SAMPLES, _EPOCHS)
    layers = [layer["weights"] for layer in keys["layers"]]
    for _ in range(_EPOCHS):
        slopes = [[[Decimal(0)] * len(row) for row in rows] for rows in layers]
        loss = sum(map(lambda x, y: _add_slopes(slopes, layers, x, y), *keys["data"].values()), Decimal(0)) / _SAMPLES
        layers = [
            [
                [w - keys["training"]["learning_rate"] * g / _SAMPLES for w, g in zip(*rows, strict=True)]
                for rows in zip(*pair, strict=True)
            ]
            for pair in zip(layers, slopes, strict=True)
        ]
    print(loss)


def _add_slopes(slopes: list[Any], layers: list[Any], x: list[Decimal], y: list[Decimal]) -> Decimal:
    """Add the gradient of one sample to the slopes, and return its loss."""
    outputs = [x]
    for rows in layers:
        sums = [sum(a * w for a, w in zip(outputs[-1], column, strict=True)) for column in zip(*rows, strict=True)]
        outputs.append([1 / (1 + (-z).exp()) for z in sums])
    adjoints = [a - t for a, t in zip(outputs[-1], y, strict=True)]
    loss = sum((d * d for d in adjoints), Decimal(0)) / 2
    for place, (before, after) in reversed(list(enumerate(pairwise(outputs)))):
        deltas = [d * a * (1 - a) for d, a in zip(adjoints, after, strict=True)]
        for row, a in zip(slopes[place], before, strict=True):
            row[:] = [g + a * d for g, d in zip(row, deltas, strict=True)]
        adjoints = [sum((d * w for d, w in zip(deltas, row, strict=True)), Decimal(0)) for row in layers[place]]
    return loss


def _main(what: str, *words: str) -> None:
    from derive.pipeline import solve

    match what:
        case "floor":
            _floor()
        case "train":
            solve(_config(_WIDTHS, 1, 2))
            start = perf_counter()
            solve(_config(widths_of(words[0]), int(words[1]), int(words[2])))
            print(perf_counter() - start)
        case "memory":
            solve(_config((1, 1), 1, 2)).text("md")
            tracemalloc.start()
            solve(_config((1, 1), 1, int(words[0]))).text("md")
            print(tracemalloc.get_traced_memory()[1])


if __name__ == "__main__":
    _main(*sys.argv[1:])
