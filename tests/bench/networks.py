"""Networks to measure: sigmoid layers of given widths, their numbers random decimals from a fixed seed."""

from decimal import Decimal
from itertools import pairwise
from random import Random
from typing import Any

Widths = tuple[int, ...]


def config(widths: Widths, seed: int = 1) -> dict[str, Any]:
    """Return the keys of a config; another seed gives other numbers for the same structure."""
    random = Random(f"{widths} {seed}")

    def numbers(count: int) -> list[Decimal]:
        return [Decimal(random.choice((-1, 1)) * random.randint(1, 99)).scaleb(-2) for _ in range(count)]

    return {
        "title": f"A network of {name(widths)}",
        "data": {"inputs": numbers(widths[0]), "targets": numbers(widths[-1])},
        "layers": [
            {"activation": "sigmoid", "weights": [numbers(units) for _ in range(before)]}
            for before, units in pairwise(widths)
        ],
        "training": {"learning_rate": Decimal("0.1")},
    }


def weights(widths: Widths) -> int:
    """Return how many weights there are between layers of these widths."""
    return sum(before * units for before, units in pairwise(widths))


def name(widths: Widths) -> str:
    """Write the widths as ``4-8-8-3``."""
    return "-".join(map(str, widths))


def widths_of(text: str) -> Widths:
    """Read widths that `name` wrote."""
    return tuple(map(int, text.split("-")))
