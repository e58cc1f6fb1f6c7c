"""The sign of a worked-out term becomes the operation before it; what is taken away stays a minus, even of nothing."""

from decimal import Decimal
from typing import Any

import pytest

from derive.document.blocks import Equation
from derive.pipeline import solve


def update(weight: str, inputs: str, target: str) -> str:
    keys: dict[str, Any] = {
        "data": {"inputs": [Decimal(inputs)], "targets": [Decimal(target)]},
        "layers": [{"weights": [[Decimal(weight)]], "activation": "linear"}],
        "training": {"learning_rate": Decimal("0.5")},
    }
    equations = [block for block in solve(keys).document.blocks if isinstance(block, Equation)]
    ((_, right),) = next(equation.rows for equation in equations if equation.key == "new_w_1_1_1")
    return right.partition("} = ")[2]


@pytest.mark.parametrize(
    ("weight", "inputs", "target", "expected"),
    [
        ("1.2", "1", "1.2", "1.2 - 0.5 \\cdot 0 = 1.2 - 0 = 1.2"),
        ("1.2", "1", "0.2", "1.2 - 0.5 \\cdot 1 = 1.2 - 0.5 = 0.7"),
        ("1.2", "1", "2.2", "1.2 - 0.5 \\cdot (-1) = 1.2 + 0.5 = 1.7"),
        ("-1.2", "0", "2", "-1.2 - 0.5 \\cdot 0 = -1.2 - 0 = -1.2"),
    ],
)
def test_an_update(weight: str, inputs: str, target: str, expected: str) -> None:
    assert update(weight, inputs, target) == expected
