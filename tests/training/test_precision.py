"""The digits that are shown are right, even where a training magnifies every rounding: before mpmath at 500 digits."""

from decimal import Decimal
from typing import Any

import mpmath
import pytest

import derive
from derive.catalog.activations import ACTIVATIONS
from derive.errors import UserError
from derive.numbers.arithmetic import PRECISION
from derive.numbers.shown import round_half_away
from derive.numbers.style import Style
from derive.training import train
from derive.training.run import Run
from tests.networks import small_network

START = ("0.3", "0.7")


def two_weights(rate: str, epochs: int, **report: Any) -> dict[str, Any]:
    """Build a network of two weights u and v in a row, with input and target 1.

    Gradient descent is then u - η(uv - 1)v and the same for v: a cubic map, chaotic for many a large η.
    """
    return {
        "data": {"inputs": [1], "targets": [1]},
        "layers": [{"activation": "linear", "weights": [[Decimal(weight)]]} for weight in START],
        "training": {"learning_rate": Decimal(rate), "epochs": epochs},
        "report": {"decimals": 8, **report},
    }


def by_mpmath(rate: str, epochs: int) -> list[tuple[Any, Any]]:
    """Return the two weights, at the start and after each epoch."""
    with mpmath.workdps(500):
        u, v = map(mpmath.mpf, START)
        found = [(u, v)]
        for _ in range(epochs):
            error = u * v - 1
            u, v = u - mpmath.mpf(rate) * error * v, v - mpmath.mpf(rate) * error * u
            found.append((u, v))
        return found


def shown(number: Any) -> Decimal:
    with mpmath.workdps(500):
        return Style(8).rounded(Decimal(mpmath.nstr(number, 60)))


@pytest.mark.parametrize(
    ("rate", "is_chaotic"), [("0.1", False), ("1.2", False), ("1.4", True), ("1.6", True), ("1.8", True)]
)
def test_every_loss_of_a_chaotic_training_is_right(rate: str, is_chaotic: bool) -> None:
    solution = derive.solve(two_weights(rate, 400, show_steps=[1, 250]))
    expected = by_mpmath(rate, 400)
    with mpmath.workdps(500):
        losses = [shown((u * v - 1) ** 2 / 2) for u, v in expected]
    assert [loss.number for _, loss in solution.training.losses] == losses
    worked = solution.training.steps[1].values
    for values, (u, v) in ((worked, expected[249]), (solution.training.final, expected[-1])):
        assert [values.shown[values.tape.place[key]].number for key in ("w_1_1_1", "w_2_1_1")] == [shown(u), shown(v)]
    assert (solution.training.steps[0].values.precision > PRECISION) == is_chaotic


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_a_calm_training_is_known_to_be_calm(activation: str) -> None:
    config = small_network(activation, "half_squared_error", "own", 3)
    config["training"]["epochs"] = 5
    run = Run(derive.load(config), watched=True)
    run.training()
    assert run.shadow is not None
    assert run.shadow.is_near


def test_60_digits_alone_would_not_do() -> None:
    training = Run(derive.load(two_weights("1.6", 400))).training()
    (u, v) = by_mpmath("1.6", 400)[-1]
    with mpmath.workdps(500):
        assert training.losses[-1][1].number != shown((u * v - 1) ** 2 / 2)


def test_a_training_that_no_digits_fix_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(train, "MOST_DIGITS", 300)
    with pytest.raises(UserError) as caught:
        derive.solve(two_weights("1.6", 1500))
    assert caught.value.sentences() == [
        "training.epochs: this training is chaotic: rounding grows so fast that no value is sure after 1,500 steps; "
        "train for fewer epochs, or with a smaller learning rate."
    ]


def test_a_stop_is_met_where_it_is_met_without_rounding() -> None:
    config = two_weights("1.6", 400)
    config["training"]["stop"] = {"loss": Decimal("0.000001")}
    training = derive.solve(config).training
    with mpmath.workdps(500):
        losses = [(u * v - 1) ** 2 / 2 for u, v in by_mpmath("1.6", 400)]
        reached = next((epoch for epoch, loss in enumerate(losses) if loss <= mpmath.mpf("0.000001")), 400)
    assert training.epochs == reached
    assert training.stopped == (reached < 400)


def test_rounded_values_need_no_more_digits() -> None:
    training = derive.solve(two_weights("1.6", 400, carry="rounded")).training
    assert training.final.precision == PRECISION
    u, v, rate = (*map(Decimal, START), Decimal("1.6"))
    for _ in range(3):
        a1 = u
        error = round_half_away(round_half_away(a1 * v, 8) - 1, 8)
        delta = round_half_away(error * v, 8)
        u, v = (
            round_half_away(u - rate * round_half_away(delta, 8), 8),
            round_half_away(v - rate * round_half_away(error * a1, 8), 8),
        )
    third = derive.solve(two_weights("1.6", 3, carry="rounded")).training.final
    assert (third["w_1_1_1"], third["w_2_1_1"]) == (u, v)
