"""A page says what it takes as a derivative where a function that it works with has none, and only there."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from derive.pipeline import solve

H = 1e-6
FUNCTIONS: dict[str, Callable[[float], float]] = {
    "abs({})": abs,
    "{0}*abs({0})": lambda x: x * abs(x),
    "max({0}, 2*{0})": lambda x: max(x, 2 * x),
    "max({0} - 1, 0)": lambda x: max(x - 1, 0.0),
    "min({0}^2, {0}^3 + 1)": lambda x: min(x**2, x**3 + 1),
    "{0}^2": lambda x: x**2,
}


def has_kink(function: Callable[[float], float], x: float) -> bool:
    """Compare the differences on both sides."""
    left, right = (function(x) - function(x - H)) / H, (function(x + H) - function(x)) / H
    return abs(left - right) > 0.01


def page(z: int, activation: str = "linear", loss: str = "half_squared_error", target: int = 5) -> str:
    keys: dict[str, Any] = {
        "data": {"inputs": [Decimal(z)], "targets": [Decimal(target)]},
        "layers": [{"weights": [[Decimal(1)]], "activation": activation}],
        "training": {"learning_rate": Decimal("0.1"), "loss": loss},
    }
    return solve(keys).text("md")


@pytest.mark.parametrize("z", [-1, 0, 1])
@pytest.mark.parametrize("formula", FUNCTIONS)
def test_of_an_activation(formula: str, z: int) -> None:
    said = f"At $z = {z}$ this function has no derivative. Where it is used there, the page takes $f'({z}) = "
    assert (said in page(z, activation=formula.format("z"))) == has_kink(FUNCTIONS[formula], z)


@pytest.mark.parametrize("difference", [-1, 0, 1])
@pytest.mark.parametrize("formula", FUNCTIONS)
def test_of_a_loss(formula: str, difference: int) -> None:
    said = (
        f"At $p = {2 + difference}$, $y = 2$ the loss has no derivative for $p$. Where it is used there, the page takes"
    )
    found = page(2 + difference, loss=formula.format("(y_pred - y)"), target=2)
    assert (said in found) == has_kink(FUNCTIONS[formula], difference)
