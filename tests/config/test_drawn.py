"""Weights drawn from a seed: the same everywhere, each from its own place in the network, and stated on the page."""

import random
from decimal import ROUND_HALF_UP, Decimal
from math import sqrt
from pathlib import Path
from statistics import mean, pstdev
from typing import Any

import pytest
import simplejson

import derive
from derive.config.drawn import drawn_parts
from derive.errors import UserError
from tests.pagecheck import check_latex, check_markdown

DRAWN = "Drawn at random:"


def config(*layers: dict[str, Any], inputs: int = 2, **settings: Any) -> dict[str, Any]:
    """Build a config whose layers say all but their activation; ``settings`` are the keys of [random]."""
    found: dict[str, Any] = {
        "data": {"inputs": [0.5] * inputs, "targets": [1] * int(layers[-1].get("units", 1))},
        "layers": [{"activation": "tanh"} | layer for layer in layers],
        "training": {"learning_rate": 0.1},
    }
    return found | {"random": settings} if settings else found


def weights(keys: dict[str, Any], layer: int = 1) -> list[list[Decimal]]:
    return derive.load(keys).layers[layer - 1].weights


def bias(keys: dict[str, Any], layer: int = 1) -> Any:
    return derive.load(keys).layers[layer - 1].bias


def fault(keys: dict[str, Any]) -> str:
    with pytest.raises(UserError) as caught:
        derive.load(keys)
    return str(caught.value)


def test_these_numbers_are_drawn_on_every_machine() -> None:
    keys = config({"units": 3, "bias": "own"}, {"units": 2, "bias": "shared"}, seed=1)
    loaded = derive.load(keys)
    assert [[str(w) for w in row] for row in loaded.layers[0].weights] == PINNED[0]
    assert [str(b) for b in bias(keys)] == PINNED[1]
    assert [[str(w) for w in row] for row in loaded.layers[1].weights] == PINNED[2]
    assert str(bias(keys, 2)) == PINNED[3]


@pytest.mark.parametrize(
    ("settings", "limit"),
    [
        ({"method": "xavier", "seed": 7}, sqrt(6 / (5 + 4))),
        ({"method": "he", "seed": 8, "decimals": 5}, sqrt(6 / 5)),
        ({"seed": 9, "from": Decimal("-0.5"), "to": Decimal("0.5"), "decimals": 3}, 0.5),
    ],
)
def test_the_numbers_are_those_of_pythons_generator(settings: dict[str, Any], limit: float) -> None:
    """In floats, with the formula of the method as its papers state it."""
    found = weights(config({"units": 4}, inputs=5, **settings))
    places = Decimal(1).scaleb(-settings.get("decimals", 2))
    for unit in range(4):
        generator = random.Random(f"{settings['seed']} 1 w {unit + 1}")
        for row in found:
            expected = Decimal(limit * (2 * generator.random() - 1)).quantize(places, ROUND_HALF_UP)
            assert row[unit] == expected


def test_many_numbers_are_spread_evenly() -> None:
    numbers = [float(w) for row in weights(config({"units": 90}, inputs=110, seed=3, decimals=6)) for w in row]
    assert -1 <= min(numbers) < -0.999
    assert 0.999 < max(numbers) <= 1
    assert abs(mean(numbers)) < 0.02
    assert pstdev(numbers) == pytest.approx(1 / sqrt(3), rel=0.02)


def test_a_later_layer_a_bias_and_an_input_leave_the_other_numbers() -> None:
    plain = config({"units": 3}, {"units": 2}, seed=4)
    first, second = weights(plain), weights(plain, 2)
    assert weights(config({"units": 3}, {"units": 9}, seed=4)) == first
    assert weights(config({"units": 3, "bias": "own"}, {"units": 2, "bias": "shared"}, seed=4), 2) == second
    assert weights(config({"units": 3}, {"units": 2}, inputs=5, seed=4))[:2] == first
    assert weights(config({"units": 5}, {"units": 2}, seed=4), 2)[:3] == second
    assert [row[:3] for row in weights(config({"units": 5}, {"units": 2}, seed=4))] == first


def test_another_seed_gives_other_numbers() -> None:
    layer = {"units": 4, "bias": "own"}
    keys = [config(layer, seed=seed, decimals=6) for seed in range(20)]
    assert len({str((weights(k), bias(k))) for k in keys}) == 20


def test_without_a_section_the_seed_is_zero() -> None:
    assert weights(config({"units": 3})) == weights(config({"units": 3}, seed=0))
    assert derive.load(config({"units": 3})).random is not None


def test_no_number_is_a_negative_zero() -> None:
    numbers = [w for row in weights(config({"units": 30}, inputs=30, seed=0, decimals=0)) for w in row]
    assert {str(number) for number in numbers} == {"-1", "0", "1"}


def test_equal_bounds_make_equal_weights() -> None:
    keys = config({"units": 2}, **{"from": Decimal("0.25"), "to": Decimal("0.25"), "decimals": 2})
    assert weights(keys) == [[Decimal("0.25")] * 2] * 2


def test_written_layers_stand_beside_drawn_ones() -> None:
    keys = config({"weights": [[1, 2, 3], [4, 5, 6]]}, {"units": 2, "bias": [7, 8]}, seed=1)
    keys["data"]["targets"] = [0, 0]
    loaded = derive.load(keys)
    assert loaded.layers[0].units is None
    assert len(loaded.layers[1].weights) == 3
    assert loaded.layers[1].bias == [7, 8]
    assert drawn_parts(loaded) == {2: "weights"}
    assert "the weights of layer 2, uniformly from $-1$ to $1$" in derive.solve(keys).text()


@pytest.mark.parametrize("method", ["uniform", "xavier", "he"])
@pytest.mark.parametrize("kind", [None, "own", "shared"])
def test_the_page_says_so_and_the_twin_gives_the_same_page(method: str, kind: str | None, tmp_path: Path) -> None:
    layers = [{"units": units} | ({"bias": kind} if kind else {}) for units in (3, 2)]
    solution = derive.solve(config(*layers, method=method, seed=5))
    page = solution.text()
    (sentence,) = (line for line in page.splitlines() if DRAWN in line)
    assert ("all weights and biases" if kind else "all weights,") in sentence
    assert "(seed 5)" in sentence
    assert check_markdown(page).findings == check_latex(solution.text("tex")).findings == ()
    twin = simplejson.loads(solution.text("json"), use_decimal=True)["config"]
    assert (twin["random"]["seed"], twin["random"]["method"]) == (5, method)
    (tmp_path / "twin.json").write_text(simplejson.dumps(twin, use_decimal=True))
    again = derive.solve(tmp_path / "twin.json")
    assert again.text() == page
    assert again.text("json") == solution.text("json")


def test_a_changed_weight_is_no_longer_called_drawn() -> None:
    keys = config({"units": 2}, seed=5)
    keys["layers"][0]["weights"] = weights(keys)
    assert DRAWN in derive.solve(keys).text()
    keys["layers"][0]["weights"][0][0] += 1
    assert DRAWN not in derive.solve(keys).text()


def test_what_cannot_be_drawn_is_not_called_missing() -> None:
    keys = config({"units": 0, "bias": "own"}, {"units": "2"}, inputs=1, seed=-1)
    keys["data"] = {"inputs": ["a"], "targets": [1, 2]}
    assert fault(keys).splitlines() == [
        'data.inputs[1]: "a" is text where a number should be; write a decimal such as 0.25.',
        "layers[1].units: 0 is out of range; write a whole number from 1 to 1000.",
        'layers[2].units: "2" is text where a whole number should be; write a whole number from 1 to 1000.',
        "random.seed: -1 is out of range; write a whole number from 0 to 4294967295.",
    ]


def test_names_are_checked_along_with_the_rest() -> None:
    keys = config({"units": 2, "bias": "own"}, {"units": 1}, method="xaver")
    keys["report"] = {"explain": "w_9"}
    said = fault_of_solve(keys).splitlines()
    assert {line.split(": ")[0] for line in said} == {"random.method", "report.explain"}


def fault_of_solve(keys: dict[str, Any]) -> str:
    with pytest.raises(UserError) as caught:
        derive.solve(keys)
    return str(caught.value)


def test_too_many_weights_are_refused_before_they_are_drawn() -> None:
    keys = config(*[{"units": 1000}] * 100, inputs=1000, seed=1)
    assert fault(keys) == "layers: 100,000,000 weights are too many; the most is 100,000."


PINNED = (
    [["-0.5", "-0.2", "-0.4"], ["0.1", "0.6", "-0.3"]],
    ["0.4", "0.4", "-0.3"],
    [["-0.6", "0.9"], ["0.5", "0.6"], ["0.6", "-0.1"]],
    "0.7",
)
