"""What a copy has depends on the config, the seed and its number alone; copies differ and meet the requirements."""

from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest

from derive.errors import UserError
from derive.exam.copies import Copies
from derive.exam.shuffle import Shuffle
from tests.exam.exams import VARY, copies_of


@pytest.mark.parametrize("count", [1, 2, 3, 10, 17, 256, 1000])
def test_a_shuffle_has_every_number_once(count: int) -> None:
    found = [Shuffle(count, "a")[place] for place in range(count)]
    assert sorted(found) == list(range(count))


def test_a_shuffle_depends_on_its_text_and_mixes() -> None:
    one, other = ([Shuffle(1000, text)[place] for place in range(1000)] for text in "ab")
    assert one != other
    assert sum(abs(a - b) < 10 for a, b in pairwise(one)) < 60
    assert sum(place == found for place, found in enumerate(one)) < 10


def test_a_shuffle_can_be_of_any_size() -> None:
    count = 10**500
    assert 0 <= Shuffle(count, "a")[count - 1] < count
    with pytest.raises(IndexError):
        Shuffle(10, "a")[10]


def _numbers(copies: Copies, number: int) -> Any:
    config = copies[number].config
    return config.data, config.layers, config.training.learning_rate


def test_a_copy_is_the_same_in_any_order_and_by_itself() -> None:
    forwards, backwards = copies_of(), copies_of()
    first = [_numbers(forwards, number) for number in range(1, 31)]
    assert [_numbers(backwards, number) for number in range(30, 0, -1)] == first[::-1]
    assert _numbers(copies_of(), 17) == first[16]
    assert _numbers(copies_of(seed=2), 17) != first[16]


def test_all_copies_differ_and_stay_in_their_bounds() -> None:
    copies = copies_of()
    found = [_numbers(copies, number) for number in range(1, 201)]
    assert len({str(numbers) for numbers in found}) == 200
    for data, layers, rate in found:
        assert all(-2 <= x <= 2 and x.as_tuple().exponent == -1 for x in data.inputs[0])
        assert all(abs(weight) <= Decimal("0.9") for layer in layers for row in layer.weights for weight in row)
        assert layers[1].bias in VARY["biases"]["choose"]
        assert set(layers[0].bias) <= set(VARY["biases"]["choose"])
        assert rate in VARY["learning_rate"]["choose"]
        assert data.targets == [["x1 + x2"]]


SMALL = {"inputs": {"choose": [Decimal(number) / 10 for number in range(5, 25)]}}


def test_few_draws_are_dealt_out_one_after_the_other() -> None:
    copies = copies_of(vary=SMALL)
    found = [str(copies[number].config.data.inputs) for number in range(1, 201)]
    assert len(set(found)) == 200
    assert str(copies_of(vary=SMALL)[150].config.data.inputs) == found[149]


def test_too_few_draws_are_said() -> None:
    copies = copies_of(vary={"learning_rate": {"choose": [Decimal("0.1"), Decimal("0.5")]}})
    assert copies[1].config != copies[2].config
    with pytest.raises(UserError, match=r"copy 3: there are only 2 different copies; let more numbers vary"):
        copies[3]


def test_copies_may_be_the_same_if_that_is_wanted() -> None:
    rate = {"choose": [Decimal("0.1"), Decimal("0.5")]}
    copies = copies_of(vary={"learning_rate": rate, "require": {"distinct": False}})
    assert copies[3].config == copies[1].config != copies[2].config


def test_without_vary_every_copy_has_the_numbers_of_the_config() -> None:
    copies = copies_of(vary=None)
    assert copies[1].config == copies[9].config
    assert copies[1].code != copies[9].code


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ({"vary": {"inputs": {"choose": [Decimal(0)]}}}, "1 with an input, a weight or a bias of zero; leave 0 out"),
        ({"vary": {"inputs": {"choose": [Decimal("1e-9")]}}}, "an answer that rounding may take to zero; ask for more"),
        ({"vary": {"weights": {"choose": [Decimal(9)]}}}, "with a saturated unit; narrow vary.inputs or vary.weights"),
        (
            {"activation": "relu", "vary": {"weights": {"choose": [Decimal(-1)]}}},
            "with a dead unit; widen",
        ),
        (
            {"activation": "relu", "vary": {"weights": {"choose": [Decimal("-0.05"), Decimal("-0.051")]}}},
            "with a unit at a kink of its function",
        ),
        (
            {"vary": {"weights": {"choose": [Decimal("0.3")]}, "require": {"tie": 1}}},
            "with an answer that is nearly a tie",
        ),
    ],
)
def test_what_cannot_be_met_is_said_with_how_often_and_what_to_change(keys: dict[str, Any], said: str) -> None:
    with pytest.raises(UserError) as caught:
        copies_of(**keys)[1]
    assert said in str(caught.value)
    assert str(caught.value).startswith("copy 1: none of ")


def test_requirements_hold_for_every_copy() -> None:
    copies = copies_of(activation="relu", widths=(2, 3, 1))
    for number in range(1, 31):
        copy = copies[number]
        z = [copy.values[f"z_1_{unit}"] for unit in (1, 2, 3)]
        assert all(number >= Decimal("0.01") for number in (*z, copy.values["z_2_1"]))
