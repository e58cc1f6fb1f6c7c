"""One process, everything loaded: the source config again, and the same structure with new numbers."""

import re
from collections.abc import Callable
from decimal import Decimal
from itertools import count, cycle, islice
from math import exp
from typing import Any

from derive.pipeline import Solution, solve
from tests.bench.networks import config
from tests.bench.report import Goal, Report, duration, times
from tests.bench.timing import SOURCE, Measure, clocked, interleaved

_ROUNDS = 200
_WIDTHS = (2, 2, 1)
_AGAIN_MOST, _NEW_MOST = 10.0, 3.0
_NUMBER = re.compile(r"\d+\.\d+")


def measure(report: Report) -> None:
    """Compare both with the floor: the same text filled by ``str.format``, its numbers calculated as floats."""
    found = interleaved(
        _ROUNDS,
        {
            "floor": _with_new_numbers(_floor(solve(SOURCE))),
            "again": clocked(lambda: _written(solve(SOURCE))),
            "new": _with_new_numbers(lambda keys: _written(solve(keys))),
        },
    )
    rows = []
    for key, what, most in (
        ("again", "source.toml, read and solved again", _AGAIN_MOST),
        ("new", "new numbers for its structure", _NEW_MOST),
    ):
        taken = found[key]
        goal = Goal(most, f"≤ {most:g} ms", 1000 * taken.median)
        rows.append(((what, duration(taken), duration(found["floor"]), times(taken / found["floor"])), goal))
    title = "Warm, in one process, to Markdown (with its SVG) and JSON"
    report.table(title, ("what", "time", "str.format and floats", "ratio"), rows)


def _written(solution: Solution) -> int:
    return sum(len(file.content) for file in solution.files("source", "md", "json"))


def _with_new_numbers(action: Callable[[dict[str, Any]], object]) -> Measure:
    """Measure what is done with a config, each time another one; to make it up is not part of it."""
    seeds = count()

    def measure() -> float:
        keys = _new_numbers(next(seeds))
        return clocked(lambda: action(keys))()

    return measure


def _new_numbers(seed: int) -> dict[str, Any]:
    """Return a config of the source network's structure with numbers of its own."""
    keys = config(_WIDTHS, seed)
    keys["data"]["targets"] = ["x1 + x2"]
    keys["report"] = {"explain": "w_h1"}
    return keys


def _floor(solution: Solution) -> Callable[[dict[str, Any]], list[str]]:
    texts = [file.content.decode() for file in solution.files("source", "md", "json")]
    holes = [len(_NUMBER.findall(text)) for text in texts]
    patterns = [_NUMBER.sub("{}", text.replace("{", "{{").replace("}", "}}")) for text in texts]

    def fill(keys: dict[str, Any]) -> list[str]:
        numbers = cycle([f"{number:.5f}" for number in _by_floats(keys)])
        return [pattern.format(*islice(numbers, size)) for pattern, size in zip(patterns, holes, strict=True)]

    return fill


def _by_floats(keys: dict[str, Any]) -> list[float]:
    """Calculate a network of sigmoid layers with one output: forward, backward, update, and forward again."""
    inputs, rate = _floats(keys["data"]["inputs"]), float(keys["training"]["learning_rate"])
    layers = [[_floats(row) for row in layer["weights"]] for layer in keys["layers"]]
    target, numbers = sum(inputs), []
    for turn in range(2):
        outputs = [inputs]
        for rows in layers:
            sums = [sum(x * w for x, w in zip(outputs[-1], column, strict=True)) for column in zip(*rows, strict=True)]
            outputs.append([1 / (1 + exp(-z)) for z in sums])
            numbers += [*sums, *outputs[-1]]
        numbers.append((outputs[-1][0] - target) ** 2 / 2)
        if turn:
            break
        adjoints = [outputs[-1][0] - target]
        for place in reversed(range(len(layers))):
            deltas = [adjoint * a * (1 - a) for adjoint, a in zip(adjoints, outputs[place + 1], strict=True)]
            adjoints = [sum(d * w for d, w in zip(deltas, row, strict=True)) for row in layers[place]]
            gradients = [[a * d for d in deltas] for a in outputs[place]]
            layers[place] = [
                [w - rate * g for w, g in zip(row, grads, strict=True)]
                for row, grads in zip(layers[place], gradients, strict=True)
            ]
            numbers += [*deltas, *(n for row in gradients for n in row), *(n for row in layers[place] for n in row)]
    return numbers


def _floats(numbers: list[Decimal]) -> list[float]:
    return [float(number) for number in numbers]
