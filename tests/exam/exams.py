"""Exams to try things on."""

from decimal import Decimal
from itertools import pairwise
from typing import Any

from derive.config.load import load
from derive.exam.copies import Copies
from derive.exam.exam import exam_of

VARY: dict[str, Any] = {
    "inputs": {"from": Decimal(-2), "to": Decimal(2), "decimals": 1},
    "weights": {"from": Decimal("-0.9"), "to": Decimal("0.9"), "decimals": 1},
    "biases": {"choose": [Decimal("-0.5"), Decimal("0.5"), Decimal(1)]},
    "learning_rate": {"choose": [Decimal("0.1"), Decimal("0.5")]},
}


def exam_keys(activation: str = "sigmoid", widths: tuple[int, ...] = (2, 2, 1), **sections: Any) -> dict[str, Any]:
    """Return the keys of an exam: its first layer has a bias for each unit, the others share one."""
    layers = [
        {
            "activation": activation,
            "weights": [[Decimal("0.3")] * after for _ in range(before)],
            "bias": [Decimal("0.1")] * after if not place else Decimal("0.5"),
        }
        for place, (before, after) in enumerate(pairwise(widths))
    ]
    names = " + ".join(f"x{unit}" for unit in range(1, widths[0] + 1))
    return {
        "data": {"inputs": [Decimal(1)] * widths[0], "targets": [names] * widths[-1]},
        "layers": layers,
        "training": {"learning_rate": Decimal("0.1")},
        "report": {"decimals": 4},
        "vary": VARY,
    } | sections


def copies_of(seed: int = 1, **keys: Any) -> Copies:
    """Return the copies of an exam."""
    return Copies(exam_of(load(exam_keys(**keys)), seed))
