"""Values of whole networks: exact while they can be, thirty digits right, and the same in every process."""

import hashlib
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import mpmath
import pytest
from hypothesis import assume, given, settings

from derive.catalog.layer_activations import EVERY_ACTIVATION
from derive.errors import UserError
from derive.pipeline import Solution, solve
from derive.render.machine import record
from tests.byhand import EXACT, HIGH, by_hand, is_near_a_kink
from tests.networks import configs, small_network
from tests.pagecheck import check_markdown
from tests.reference import Config

VANISHING = mpmath.mpf("1e-1000")
"""A rounded value that is closer to zero is written as 0."""

ROOT = Path(__file__).parent.parent.parent


def _texts(solution: Solution) -> dict[str, str]:
    twin = record(solution.config, solution.training)
    final = {f"final {key}": text for key, text in twin["final"].items()}
    return {**twin["steps"][0]["quantities"], **final, "after_loss": twin["history"][1]["loss"]}


def _by_hand(config: Config, arithmetic: Any) -> dict[str, Any]:
    answer = by_hand(config, arithmetic)
    final = {f"final {key}": value for key, value in answer.final.items()}
    return {**answer.quantities, **final, "after_loss": answer.loss_after}


def _unit(activation: str, weight: str, target: str = "0.25", **report: Any) -> dict[str, Any]:
    """Build a network of one weight, whose input is 1."""
    return {
        "data": {"inputs": [Decimal(1)], "targets": [Decimal(target)]},
        "layers": [{"activation": activation, "weights": [[Decimal(weight)]]}],
        "training": {"learning_rate": Decimal("0.5")},
        "report": report,
    }


RATIONAL = ("half_squared_error", "squared_error", "mean_squared_error", "mean_absolute_error", "huber", "hinge")


@given(config=configs(carry=["exact"], activations=["relu", "linear"], losses=RATIONAL, deepest=3))
def test_networks_of_rational_functions_are_exact(config: Config) -> None:
    """Only a target may be irrational, and what depends on it: that is compared elsewhere."""
    values = solve(config).values
    expected = by_hand(config, EXACT).quantities
    targets = [key for key in expected if key.startswith("y_")]
    if all(isinstance(values[key], Fraction) for key in targets):
        assert {key: values[key] for key in expected} == expected
    else:
        activations = [key for key in expected if key.startswith("a_")]
        assert {key: values[key] for key in activations} == {key: expected[key] for key in activations}


def test_exact_values_are_written_exactly_however_long() -> None:
    config = small_network("linear", "half_squared_error", "own", 1)
    texts = _texts(solve(config))
    expected = _by_hand(config, EXACT)
    assert {key: Fraction(text) for key, text in texts.items()} == expected
    assert max(map(len, texts.values())) > 20


def test_thirds_are_thirds() -> None:
    config = small_network("linear", "half_squared_error", "shared", 3)
    values, texts = solve(config).values, _texts(solve(config))
    assert values["grad_b_2"] == by_hand(config, EXACT).quantities["grad_b_2"]
    assert values["loss"] == (values["loss_s1"] + values["loss_s2"] + values["loss_s3"]) / 3
    assert values["loss"].denominator % 3 == 0
    assert len(texts["loss"].replace(".", "").lstrip("0")) == 30


def _off(texts: Mapping[str, str], true: Mapping[str, Any], significant: int) -> dict[str, str]:
    """Return what is off by more than half a unit of its last significant digit, and a breath."""
    return {key: text for key, text in texts.items() if abs(_mpf(text) - true[key]) > _half_a_unit(text, significant)}


def _half_a_unit(text: str, significant: int) -> mpmath.mpf:
    number = Decimal(text)
    unit = mpmath.mpf(10) ** (number.adjusted() + 1 - significant)
    return unit * mpmath.mpf("0.5000001") if number else mpmath.mpf(0)


def _mpf(text: str) -> mpmath.mpf:
    """Read a decimal; Python refuses to read a whole number of more than 4,300 digits from text."""
    top, bottom = Decimal(text).as_integer_ratio()
    return mpmath.mpf(top) / bottom


@given(config=configs(carry=["exact"], deepest=3, widest=3))
def test_thirty_digits_are_right(config: Config) -> None:
    with mpmath.workdps(120):
        assume(not is_near_a_kink(config))
        texts = _texts(solve(config))
        true = _by_hand(config, HIGH)
        true = {key: 0 if abs(value) < mpmath.mpf("1e-100") else value for key, value in true.items()}
        nothing = {key: "0" for key, text in texts.items() if true[key] == 0 and abs(_mpf(text)) < 1e-50}
        texts |= nothing  # terms that cancel do so to the digits that are carried
        assert texts.keys() == true.keys()
        assert _off(texts, true, 30) == {}


def test_a_wrong_digit_is_seen() -> None:
    with mpmath.workdps(120):
        third = {"loss": mpmath.mpf(1) / 3}
        assert _off({"loss": "0." + "3" * 29 + "4"}, third, 30)
        assert not _off({"loss": "0." + "3" * 30}, third, 30)
        assert _off({"loss": "0"}, {"loss": mpmath.mpf("1e-99")}, 30)


@pytest.mark.parametrize("target", ["1", "-1", "0", "0.25"])
@pytest.mark.parametrize("weight", ["20", "-21", "60", "150.5", "1000", "-1000"])
@pytest.mark.parametrize("activation", ["sigmoid", "tanh"])
def test_saturated_units_keep_their_slope(activation: str, weight: str, target: str) -> None:
    config = _unit(activation, weight, target)
    texts = _texts(solve(config))
    with mpmath.workdps(2000):
        true = {key: 0 if abs(value) < VANISHING else value for key, value in _by_hand(config, HIGH).items()}
        assert _off(texts, true, 20) == {}
        assert true["delta_1_1"] != 0 or weight.strip("-") == "1000"
        assert texts["grad_w_1_1_1"] == texts["delta_1_1"]


@pytest.mark.parametrize(("activation", "hopeless"), [("tanh", "7000"), ("sigmoid", "-12000"), ("tanh", "1e12")])
def test_a_unit_beyond_help_takes_no_digits_from_the_others(activation: str, hopeless: str) -> None:
    config = _unit("linear", "1")
    weights = [Decimal("60"), Decimal(hopeless), Decimal("300")]
    config["layers"].insert(0, {"activation": activation, "weights": [weights]})
    config["layers"][1]["weights"] = [[Decimal("0.5")]] * 3
    texts = _texts(solve(config))
    with mpmath.workdps(2000):
        true = _by_hand(config, HIGH)
        assert _off({key: texts[key] for key in ("delta_1_1", "delta_1_3")}, true, 30) == {}
    assert texts["delta_1_2"] == "0"


@pytest.mark.parametrize("rate", ["20", "60", "100", "1000"])
def test_a_step_that_saturates_a_unit_leaves_a_loss_with_right_digits(rate: str) -> None:
    config = _unit("tanh", "0", "1") | {"training": {"learning_rate": Decimal(rate)}}
    texts = _texts(solve(config))
    with mpmath.workdps(2000):
        true = {key: 0 if abs(value) < VANISHING else value for key, value in _by_hand(config, HIGH).items()}
        assert _off(texts, true, 30) == {}
    assert Decimal(texts["after_loss"]) < Decimal("1e-30")


def test_saturated_units_in_the_middle_of_a_network() -> None:
    config = small_network("tanh", "squared_error", "own", 3)
    config["layers"][0]["weights"] = [[Decimal(number) for number in row] for row in (("900", "-400"), ("1", "650"))]
    texts = _texts(solve(config))
    with mpmath.workdps(3000):
        true = {key: 0 if abs(value) < VANISHING else value for key, value in _by_hand(config, HIGH).items()}
        assert _off(texts, true, 20) == {}
    assert abs(Decimal(texts["delta_1_1_s1"])) < Decimal("1e-300")


@pytest.mark.parametrize(("activation", "value", "delta"), [("sigmoid", "0.5", "0.0625"), ("tanh", "0", "-0.25")])
def test_pre_activation_of_zero_is_exact(activation: str, value: str, delta: str) -> None:
    config = _unit(activation, "0")
    texts = _texts(solve(config))
    assert (texts["z_1_1"], texts["a_1_1"], texts["delta_1_1"]) == ("0", value, delta)
    assert all(isinstance(number, Fraction) for number in (solve(config).values[key] for key in ("a_1_1", "loss")))


@pytest.mark.parametrize("weight", ["1e60", "-1e60", "1e-60", "123456789e40"])
def test_largest_and_smallest_given_numbers(weight: str) -> None:
    config = _unit("linear", weight)
    texts = _texts(solve(config))
    assert {key: Fraction(text) for key, text in texts.items()} == _by_hand(config, EXACT)
    assert "$" in solve(config).text("md")


def test_rounded_values_are_what_is_shown() -> None:
    report = {"carry": "rounded", "decimals": 3}
    solution = solve(small_network("sigmoid", "half_squared_error", "own", 3) | {"report": report})
    for place, quantity in enumerate(solution.tape.quantities):
        shown = solution.values.shown[place]
        assert solution.values.exact[place] == Fraction(shown.text), quantity.key
        assert quantity.rule is None or len(shown.text.partition(".")[2]) <= 3, quantity.key


def test_given_zeros_stay_on_the_page() -> None:
    solution = solve(_unit("sigmoid", "0.20", "0.10"))
    assert [solution[key].shown for key in ("w_1_1_1", "y_1", "eta")] == ["0.20", "0.10", "0.5"]
    assert r"0.20" in solution.text("md")


@pytest.mark.parametrize("formula", ["1 / x1", "log(x1)", "sqrt(x1 - 1)"])
def test_a_value_that_does_not_exist_is_a_fault_of_the_config(formula: str) -> None:
    config = _unit("linear", "1")
    config["data"] = {"inputs": [Decimal(0)], "targets": [formula]}
    with pytest.raises(UserError, match=r"has no .*value"):
        solve(config)


PRINT_HASHES = """
import hashlib, sys
from derive.pipeline import solve
for path in sys.argv[1:]:
    for file in solve(path).files("page", "md", "json", "tex"):
        print(path, file.name, hashlib.sha256(file.content).hexdigest())
"""
NAMES = ("source", "mazur", "three-layers")


def _hashes(**environment: str) -> list[str]:
    """Render the examples in a process of its own."""
    paths = [str(ROOT / "templates" / "configs" / f"{name}.toml") for name in NAMES]
    run = subprocess.run(
        [sys.executable, "-c", PRINT_HASHES, *paths],
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        cwd=ROOT, check=True, capture_output=True, text=True,
    )  # fmt: skip
    return run.stdout.splitlines()


def test_same_config_gives_same_bytes_in_every_process() -> None:
    one = _hashes(PYTHONHASHSEED="1", LC_ALL="C", TZ="Pacific/Kiritimati")
    other = _hashes(PYTHONHASHSEED="4242", LC_ALL="de_DE.UTF-8", TZ="America/Los_Angeles")
    assert len(one) == len(NAMES) * 4
    assert one == other
    assert len({line.split()[-1] for line in one}) == len(one)
    here = solve(ROOT / "templates" / "configs" / "source.toml").files("page", "json")[0].content
    assert hashlib.sha256(here).hexdigest() in " ".join(one)


@settings(max_examples=30)
@given(config=configs(deepest=2))
def test_solving_twice_gives_the_same_bytes(config: Config) -> None:
    first, second = (solve(config).files("page", "md", "json", "tex") for _ in range(2))
    assert first == second


@pytest.mark.parametrize(
    ("loss", "target", "pull"), [("mean_absolute_error", 1, "-1/3"), ("huber", 3, "-1"), ("hinge", 1, "-1")]
)
@pytest.mark.parametrize("detail", ["full", "brief"])
def test_a_softmax_that_is_pulled_alike_has_deltas_of_exactly_0(loss: str, target: int, pull: str, detail: str) -> None:
    config = small_network("softmax", loss, "own", 1)
    config["layers"][1] |= {"weights": [[Decimal(7 * i + 3 * j) / 10 for j in range(3)] for i in (-1, 1)], "bias": 0}
    config["data"]["targets"] = [[Decimal(target)] * 3]
    solution = solve(config | {"report": {"detail": detail}})
    assert {solution.values[f"adjoint_2_{unit}"] for unit in (1, 2, 3)} == {Fraction(pull)}
    assert all(solution.values[key] == 0 for key in ("delta_2_1", "delta_2_2", "delta_2_3", "grad_w_1_1_1"))
    assert "the terms of each delta cancel" in solution.text("md")
    assert check_markdown(solution.text("md")).findings == ()


def test_the_sign_of_an_error_is_exact_where_the_error_is_not() -> None:
    config = small_network("sigmoid", "mean_absolute_error", "own", 1)
    config["layers"][1]["activation"] = "linear"
    solution = solve(config)
    assert isinstance(solution.values["a_2_1"], Decimal)
    assert solution.values["delta_2_1"] == Fraction(1, 2)
    assert r"\cdot 1 = 0.5" in solution.text("md")


def _far_off(config: Config, keys: Sequence[str] = ()) -> list[str]:
    """Return what has not 25 right digits, even of numbers such as 1e-700, among some keys or all."""
    with mpmath.workdps(4_000):
        texts, true = _texts(solve(config)), _by_hand(config, HIGH)
        off = {key: abs(_mpf(texts[key]) - true[key]) > abs(true[key]) * mpmath.mpf("1e-25") for key in keys or true}
        return [key for key, is_off in off.items() if is_off and abs(true[key]) > VANISHING]


@pytest.mark.parametrize("activation", EVERY_ACTIVATION)
def test_pre_activations_of_800_and_minus_800(activation: str) -> None:
    config = small_network(activation, "half_squared_error", "none", 1)
    config["data"]["inputs"] = [[Decimal(1), Decimal(1)]]
    config["layers"][0]["weights"] = [[Decimal(800), Decimal(-800)], [Decimal(0), Decimal(0)]]
    config["layers"][1]["activation"] = "linear"
    assert _far_off(config) == []
    page = solve(config).text("md")
    loss = page[page.index("## Step 2") : page.index("## Step 3")]
    assert check_markdown(loss if activation == "mish" else page).findings == ()  # which takes the checker long


@pytest.mark.parametrize("loss", ["cross_entropy", "kl_divergence", "half_squared_error", "poisson"])
def test_a_softmax_of_800_and_minus_800_keeps_what_is_left_of_1(loss: str) -> None:
    config = small_network("softmax", loss, "none", 1)
    config["data"] = {"inputs": [[Decimal(800), Decimal(0)]], "targets": [[Decimal(1), Decimal(0)]]}
    config["layers"] = [{"activation": "softmax", "weights": [[Decimal(1), Decimal(-1)], [Decimal(0), Decimal(0)]]}]
    assert _far_off(config, ("a_1_1", "a_1_2", "loss", "delta_1_1", "delta_1_2")) == []
    assert check_markdown(solve(config).text("md")).findings == ()
