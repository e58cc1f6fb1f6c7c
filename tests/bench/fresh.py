"""One network worked out in a process of its own, so that nothing is known of it before the clock starts.

What a process does once, importing and deriving the first activation, is done for a network of one unit beforehand.
"""

import json
import sys
from time import perf_counter
from typing import Any

import sympy

from derive.pipeline import solve
from tests.bench.networks import Widths, config, widths_of
from tests.bench.timing import python

Gradients = dict[str, float]


def measured(way: str, widths: str, timeout: float | None = None) -> tuple[float, Gradients]:
    """Return the seconds that a way of `WAYS` takes for a network, and its gradients.

    Raises:
        subprocess.TimeoutExpired: if it takes longer than ``timeout``.
    """
    seconds, gradients = json.loads(python(("-m", "tests.bench.fresh", way, widths), timeout))
    return float(seconds), {key: float(value) for key, value in gradients.items()}


def _by_tape(keys: dict[str, Any]) -> Gradients:
    twin = json.loads(solve(keys).text("json"))
    return {key: value for key, value in twin["steps"][0]["quantities"].items() if key.startswith("grad_")}


def _naively(keys: dict[str, Any]) -> Gradients:
    """Compose the loss of the whole network, differentiate it for every weight, and put the numbers in."""
    numbers: dict[sympy.Symbol, sympy.Rational] = {}

    def given(key: str, value: Any) -> sympy.Symbol:
        symbol = sympy.Symbol(key)
        numbers[symbol] = sympy.Rational(str(value))
        return symbol

    values: list[Any] = [given(f"x_{unit}", x) for unit, x in enumerate(keys["data"]["inputs"], 1)]
    parameters = []
    for number, layer in enumerate(keys["layers"], 1):
        rows = [
            [given(f"w_{number}_{i}_{j}", weight) for j, weight in enumerate(row, 1)]
            for i, row in enumerate(layer["weights"], 1)
        ]
        parameters += [symbol for row in rows for symbol in row]
        sums = [sum(x * w for x, w in zip(values, column, strict=True)) for column in zip(*rows, strict=True)]
        values = [1 / (1 + sympy.exp(-z)) for z in sums]
    targets = [given(f"y_{unit}", y) for unit, y in enumerate(keys["data"]["targets"], 1)]
    loss = sum(sympy.Rational(1, 2) * (a - y) ** 2 for a, y in zip(values, targets, strict=True))
    return {f"grad_{weight}": sympy.diff(loss, weight).subs(numbers).evalf(20) for weight in parameters}


WAYS = {"tape": _by_tape, "naive": _naively}


def _main(way: str, widths: Widths) -> None:
    WAYS[way](config((1, 1)))
    keys = config(widths)
    start = perf_counter()
    gradients = WAYS[way](keys)
    print(json.dumps([perf_counter() - start, {key: str(value) for key, value in gradients.items()}]))


if __name__ == "__main__":
    _main(sys.argv[1], widths_of(sys.argv[2]))
