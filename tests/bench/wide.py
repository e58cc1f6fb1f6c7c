"""A network too wide for lines: its worked page and its complete JSON, beside plain Python that writes every line.

The floor calculates with floats in loops and writes each of the some 12,000 quantities as symbol = numbers = value,
and all of them as JSON. Both run in a process of their own, in which modules are loaded and a network of one unit was
worked out; nothing is known of the wide network before the clock starts. As in a run of the program, no garbage is
collected.
"""

import gc
import json
from math import exp
from time import perf_counter
from typing import Any

from derive.pipeline import solve
from tests.bench.networks import Widths, config, name
from tests.bench.report import Goal, Report, duration, times
from tests.bench.timing import Series, python

_WIDTHS: Widths = (16, 64, 64, 10)
_ROUNDS = 7
_MOST = 5.0


def measure(report: Report) -> None:
    """Compare the two, the page as Markdown."""
    found = [json.loads(python(("-m", "tests.bench.wide"))) for _ in range(_ROUNDS)]
    ours, floor = (Series(tuple(each[place] for each in found)) for place in (0, 1))
    ratio = ours / floor
    lines = f"{found[0][2]:,} lines"
    goal = Goal(_MOST, f"≤ {_MOST:g} ×", ratio.median)
    columns = ("network", "page and JSON", f"floats, {lines} and JSON", "ratio")
    report.table(
        "A wide network, cold, a process each",
        columns,
        [((name(_WIDTHS), duration(ours), duration(floor), times(ratio)), goal)],
    )


def _ours(keys: dict[str, Any]) -> int:
    return sum(len(file.content) for file in solve(keys).files("wide", "md", "json"))


class _Floor:
    """Calculates a network of sigmoid layers and writes each quantity down."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.values: dict[str, str] = {}

    def write(self, key: str, symbol: str, numbers: str, value: float) -> None:
        self.values[key] = repr(value)
        self.lines.append(f"{symbol} = {numbers} = {value:.5f}")

    def run(self, keys: dict[str, Any]) -> None:
        rate, targets = float(keys["training"]["learning_rate"]), [float(y) for y in keys["data"]["targets"]]
        layers = [[[float(w) for w in row] for row in layer["weights"]] for layer in keys["layers"]]
        inputs = [float(x) for x in keys["data"]["inputs"]]
        outputs = self.forward(inputs, layers)
        loss = sum((a - y) ** 2 for a, y in zip(outputs[-1], targets, strict=True)) / 2
        squares = " + ".join(f"({a:.5f} - {y})^2" for a, y in zip(outputs[-1], targets, strict=True))
        self.write("loss", "L", rf"\frac{{1}}{{2}} ({squares})", loss)
        self.update(layers, self.backward(layers, outputs, targets), rate)
        after = _Floor()
        after.forward(inputs, layers)

    def forward(self, inputs: list[float], layers: list[list[list[float]]]) -> list[list[float]]:
        found = [inputs]
        for number, rows in enumerate(layers, 1):
            outputs = []
            for unit, column in enumerate(zip(*rows, strict=True), 1):
                z = sum(x * w for x, w in zip(found[-1], column, strict=True))
                terms = " + ".join(rf"{x:.5f} \cdot {w}" for x, w in zip(found[-1], column, strict=True))
                self.write(f"z_{number}_{unit}", f"z^{{({number})}}_{{{unit}}}", terms, z)
                a = 1 / (1 + exp(-z))
                self.write(
                    f"a_{number}_{unit}", f"a^{{({number})}}_{{{unit}}}", rf"\frac{{1}}{{1 + e^{{-({z:.5f})}}}}", a
                )
                outputs.append(a)
            found.append(outputs)
        return found

    def backward(
        self, layers: list[list[list[float]]], outputs: list[list[float]], targets: list[float]
    ) -> list[list[list[float]]]:
        adjoints = [a - y for a, y in zip(outputs[-1], targets, strict=True)]
        inner = [f"({a:.5f} - {y})" for a, y in zip(outputs[-1], targets, strict=True)]
        gradients: list[list[list[float]]] = [[] for _ in layers]
        for place in reversed(range(len(layers))):
            deltas = []
            for unit, (adjoint, a) in enumerate(zip(adjoints, outputs[place + 1], strict=True), 1):
                delta = adjoint * a * (1 - a)
                numbers = rf"{inner[unit - 1]} \cdot {a:.5f} \cdot (1 - {a:.5f})"
                self.write(f"delta_{place + 1}_{unit}", rf"\delta^{{({place + 1})}}_{{{unit}}}", numbers, delta)
                deltas.append(delta)
            for i, a in enumerate(outputs[place], 1):
                row = []
                for j, delta in enumerate(deltas, 1):
                    symbol = rf"\frac{{\partial L}}{{\partial w^{{({place + 1})}}_{{{i},{j}}}}}"
                    gradient = delta * a
                    self.write(f"grad_w_{place + 1}_{i}_{j}", symbol, rf"{delta:.5f} \cdot {a:.5f}", gradient)
                    row.append(gradient)
                gradients[place].append(row)
            adjoints = [sum(d * w for d, w in zip(deltas, row, strict=True)) for row in layers[place]]
            inner = [
                "(" + " + ".join(rf"{d:.5f} \cdot {w}" for d, w in zip(deltas, row, strict=True)) + ")"
                for row in layers[place]
            ]
        return gradients

    def update(self, layers: list[list[list[float]]], gradients: list[list[list[float]]], rate: float) -> None:
        for number, (rows, slopes) in enumerate(zip(layers, gradients, strict=True), 1):
            for i, (row, slope) in enumerate(zip(rows, slopes, strict=True), 1):
                for j, (weight, gradient) in enumerate(zip(row, slope, strict=True), 1):
                    row[j - 1] = weight - rate * gradient
                    symbol = rf"w^{{({number})\text{{new}}}}_{{{i},{j}}}"
                    numbers = rf"{weight} - {rate} \cdot {gradient:.5f}"
                    self.write(f"new_w_{number}_{i}_{j}", symbol, numbers, row[j - 1])


def _floor(keys: dict[str, Any]) -> int:
    """Write everything, and return how many lines there are."""
    floor = _Floor()
    floor.run(keys)
    text = "\n\n".join(f"$$\n{line}\n$$" for line in floor.lines) + json.dumps(floor.values, indent=1)
    assert len(text) > 1_000_000
    return len(floor.lines)


def _main() -> None:
    gc.disable()
    _ours(config((1, 1)))
    _Floor().run(config((1, 1)))
    keys = config(_WIDTHS)
    start = perf_counter()
    _ours(keys)
    between = perf_counter()
    lines = _floor(keys)
    print(json.dumps([between - start, perf_counter() - between, lines]))


if __name__ == "__main__":
    _main()
