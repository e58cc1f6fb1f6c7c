"""Every value of the machine-readable twin before judges from outside: autograd, differences, a pocket calculator."""

import json
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import mpmath
import pytest
from hypothesis import assume, example, given

from derive.catalog.activations import ACTIVATIONS
from derive.catalog.losses import LOSSES as CATALOGUE_LOSSES
from derive.pipeline import Solution, solve
from derive.render.machine import record
from tests.byhand import HIGH, Quantities, by_hand, forward, is_near_a_kink, pocket_calculator
from tests.networks import GRID, configs, small_network
from tests.oracle import oracle
from tests.reference import FUNCTIONS, LOSSES, Answer, Config, loss_of, marks, parameters, widths


def _twin(solution: Solution) -> Answer:
    """Read the twin as numbers."""
    written = record(solution.config, solution.training)
    ((step,), (start, end)) = written["steps"], written["history"]
    quantities = {key: Decimal(text) for key, text in step["quantities"].items()}
    assert start == {"epoch": 0, "loss": step["quantities"]["loss"]}
    assert end["epoch"] == 1
    return Answer(quantities, {key: Decimal(text) for key, text in written["final"].items()}, Decimal(end["loss"]))


def _all(answer: Answer) -> dict[str, Any]:
    final = {f"final {key}": value for key, value in answer.final.items()}
    return {**answer.quantities, **final, "after_loss": answer.loss_after}


def _differing(found: Answer, expected: Answer) -> dict[str, tuple[Decimal, float]]:
    """Return what differs by more than a relative 1e-10, apart from the noise of double precision near zero."""
    ours, theirs = _all(found), _all(expected)
    assert ours.keys() == theirs.keys()
    noise = 1e-14 * max(map(abs, theirs.values()))
    return {
        key: (ours[key], value)
        for key, value in theirs.items()
        if abs(float(ours[key]) - value) > 1e-10 * abs(value) + noise
    }


def test_judges_know_every_record_of_the_catalogue() -> None:
    assert ACTIVATIONS.keys() <= FUNCTIONS.keys(), "write the new activation in tests/reference.py too"
    assert CATALOGUE_LOSSES.keys() <= LOSSES.keys(), "write the new loss in tests/reference.py too"


@pytest.mark.parametrize(("activation", "loss", "bias", "samples"), GRID)
def test_grid_agrees_with_autograd(activation: str, loss: str, bias: str, samples: int) -> None:
    config = small_network(activation, loss, bias, samples)
    found = _twin(solve(config))
    assert _differing(found, oracle(config)) == {}
    assert sum(key.startswith("grad_") for key in found.quantities) == 8 + {"none": 0, "own": 4, "shared": 2}[bias]
    pulled_alike = (activation, loss) == ("softmax", "mean_absolute_error")  # shares cannot all grow
    assert pulled_alike or any(value for key, value in found.quantities.items() if key.startswith("delta_1_"))


@given(config=configs(carry=["exact"]))
def test_random_networks_agree_with_autograd(config: Config) -> None:
    found = _twin(solve(config))
    # where the logarithm of 1 - p is larger, double precision has lost the digits of 1 - p
    assume(not loss_of(config).last or max(found.quantities["loss"], found.loss_after) < 15)
    assert _differing(found, oracle(config)) == {}


def test_a_wrong_value_is_seen() -> None:
    config = small_network("tanh", "half_squared_error", "own", 3)
    expected = oracle(config)
    for key in ("grad_w_1_2_1", "delta_2_2_s3", "new_b_1_2", "z_1_1_s1"):
        wrong = {**expected.quantities, key: expected.quantities[key] * (1 + 1e-9)}
        judged = _differing(_twin(solve(config)), Answer(wrong, expected.final, expected.loss_after))
        assert list(judged) == [key]


ON_THE_KINK = ("0.1 0.2 -0.02", "0.7 0.7 -0.49", "1.1 0.3 -0.33", "3 0 0", "0 1.5 0.0")
"""An input, a weight and a bias with x · w + b = 0, though not always in binary."""


@pytest.mark.parametrize("numbers", ON_THE_KINK)
def test_slope_of_relu_at_zero_is_zero(numbers: str) -> None:
    x, weight, bias = map(Decimal, numbers.split())
    hidden = {"activation": "relu", "weights": [[weight, Decimal(1)]], "bias": [bias, Decimal("0.5")]}
    output = {"activation": "linear", "weights": [[Decimal("0.3")], [Decimal("-0.4")]]}
    config = {
        "data": {"inputs": [x], "targets": [Decimal(2)]},
        "layers": [hidden, output],
        "training": {"learning_rate": Decimal("0.1")},
    }
    found = _twin(solve(config))
    assert _differing(found, oracle(config)) == {}
    zeros = ("z_1_1", "a_1_1", "delta_1_1", "grad_w_1_1_1", "grad_b_1_1", "grad_w_2_1_1")
    assert [found.quantities[key] for key in zeros] == [0] * 6
    assert found.quantities["delta_1_2"] != 0


@given(config=configs(carry=["rounded"]))
def test_rounded_values_are_those_of_a_pocket_calculator(config: Config) -> None:
    """Each line is calculated exactly from the values shown before it, and rounded, a half away from zero."""
    expected = by_hand(config, pocket_calculator(config["report"]["decimals"]))
    assert _all(_twin(solve(config))) == _all(expected)


STEP = mpmath.mpf("1e-20")


def _differences(config: Config) -> Quantities:
    """Return the gradients and deltas as central differences of the loss, from forward passes alone."""
    values = {key: mpmath.mpf(str(value)) for key, value in parameters(config).items()}
    slopes: Quantities = {}
    for key, value in values.items():
        above, below = (forward(config, HIGH, values | {key: value + h})["loss"] for h in (STEP, -STEP))
        slopes[f"grad_{key}"] = (above - below) / (2 * STEP)
    units = [(layer, unit) for layer, width in enumerate(widths(config)) if layer for unit in range(1, width + 1)]
    for mark in marks(config):
        for layer, unit in units:
            nudges = ({f"z_{layer}_{unit}{mark}": h} for h in (STEP, -STEP))
            above, below = (forward(config, HIGH, values, nudge)[f"loss{mark}"] for nudge in nudges)
            slopes[f"delta_{layer}_{unit}{mark}"] = (above - below) / (2 * STEP)
    return slopes


def _off(solution: Solution, slopes: Mapping[str, Any]) -> dict[str, Any]:
    """Return the slopes that differ by more than a relative 1e-30; differences at 60 digits can't see below 1e-36."""
    found = {key: mpmath.mpf(str(_decimal(solution, key))) for key in slopes}
    return {
        key: (found[key], slope)
        for key, slope in slopes.items()
        if abs(found[key] - slope) > mpmath.mpf("1e-30") * abs(slope) + mpmath.mpf("1e-36")
    }


def _decimal(solution: Solution, key: str) -> Decimal:
    from decimal import localcontext

    value = solution.values[key]
    with localcontext(prec=70):
        return value if isinstance(value, Decimal) else Decimal(value.numerator) / value.denominator


@given(config=configs(carry=["exact"], deepest=3, widest=3))
@example(config=small_network("sigmoid", "mean_squared_error", "shared", 3))
@example(config=small_network("tanh", "squared_error", "own", 1))
def test_random_networks_agree_with_differences(config: Config) -> None:
    with mpmath.workdps(60):
        assume(not is_near_a_kink(config))
        slopes = _differences(config)
        assert len(slopes) >= 2
        assert _off(solve(config), slopes) == {}


def test_a_wrong_slope_is_seen() -> None:
    config = small_network("sigmoid", "half_squared_error", "shared", 3)
    with mpmath.workdps(60):
        slopes = _differences(config)
        slopes["grad_b_1"] *= 1 + mpmath.mpf("1e-28")
        assert list(_off(solve(config), slopes)) == ["grad_b_1"]


@given(config=configs(deepest=2, widest=2))
def test_written_twin_is_the_record(config: Config, tmp_path_factory: pytest.TempPathFactory) -> None:
    solution = solve(config)
    folder = tmp_path_factory.mktemp("twin")
    (path,) = solution.write(folder, "json", name="network")
    assert path == Path(folder, "network.json")
    written = json.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    expected = record(solution.config, solution.training)
    assert written == expected
    assert set(written) == {"format", "title", "config", "steps", "history", "final"}
    assert written["format"] == "derive/1"
