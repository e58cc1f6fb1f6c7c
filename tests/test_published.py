"""Worked examples that others have published, number by number.

Only facts are taken over: the numbers of a network and the results that are printed for it. A printed number is
compared at the digits that it has. Where a source prints something else than what is true, the test says so.
"""

import tomllib
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import pytest

from derive.pipeline import Solution, solve
from derive.render.machine import record
from tests.oracle import oracle

CONFIGS = Path(__file__).parent.parent / "templates" / "configs"


def _numbers(solution: Solution) -> dict[str, Decimal]:
    twin = record(solution.config, solution.training)
    found = {key: Decimal(text) for key, text in twin["steps"][0]["quantities"].items()}
    return found | {"after_loss": Decimal(twin["history"][1]["loss"])}


def _wrong(numbers: Mapping[str, Decimal], printed: Mapping[str, str]) -> dict[str, str]:
    """Return what is printed otherwise than rounded from our numbers, with what we have."""
    ours = {key: numbers[key].quantize(Decimal(text), ROUND_HALF_UP) for key, text in printed.items()}
    return {key: str(ours[key]) for key, text in printed.items() if ours[key] != Decimal(text)}


def _decimals(*rows: str) -> list[list[Decimal]]:
    return [[Decimal(number) for number in row.split()] for row in rows]


MAZUR = {
    "z_1_1": "0.3775", "a_1_1": "0.593269992", "a_1_2": "0.596884378", "z_2_1": "1.105905967",
    "a_2_1": "0.751365070", "a_2_2": "0.772928465", "loss": "0.298371109",
    "delta_2_1": "0.138498562", "grad_w_2_1_1": "0.082167041", "grad_w_1_1_1": "0.000438568",
    "new_w_2_1_1": "0.358916480", "new_w_2_2_1": "0.408666186",
    "new_w_2_1_2": "0.511301270", "new_w_2_2_2": "0.561370121",
    "new_w_1_1_1": "0.149780716", "new_w_1_2_1": "0.19956143",
    "new_w_1_1_2": "0.24975114", "new_w_1_2_2": "0.29950229",
    "after_loss": "0.291027924",
}  # fmt: skip
"""Matt Mazur, "A Step by Step Backpropagation Example" (mattmazur.com, 17 March 2015)."""


def test_mazur() -> None:
    """All but its last number: the loss after the step is 0.291027774, not 0.291027924.

    What it prints follows when the hidden gradients are taken with output weights that are already updated, which its
    text and its new weights rule out.
    """
    assert _wrong(_numbers(solve(CONFIGS / "mazur.toml")), MAZUR) == {"after_loss": "0.291027774"}


def _mazur(first: list[list[Decimal]], second: list[list[Decimal]]) -> dict[str, Any]:
    return {
        "data": {"inputs": _decimals("0.05 0.10"), "targets": _decimals("0.01 0.99")},
        "layers": [
            {"activation": "sigmoid", "weights": first, "bias": Decimal("0.35")},
            {"activation": "sigmoid", "weights": second, "bias": Decimal("0.60")},
        ],
        "training": {"learning_rate": Decimal("0.5")},
    }


def test_loss_of_the_weights_that_mazur_prints_is_ours() -> None:
    first = [[Decimal(MAZUR[f"new_w_1_{i}_{j}"]) for j in (1, 2)] for i in (1, 2)]
    second = [[Decimal(MAZUR[f"new_w_2_{i}_{j}"]) for j in (1, 2)] for i in (1, 2)]
    assert _wrong(_numbers(solve(_mazur(first, second))), {"loss": "0.291027774"}) == {}


def test_loss_that_mazur_prints_comes_from_hidden_gradients_taken_too_late() -> None:
    start, rate = _decimals("0.15 0.25", "0.20 0.30"), Decimal("0.5")
    step = _numbers(solve(CONFIGS / "mazur.toml"))
    second = [[step[f"new_w_2_{i}_{j}"].quantize(Decimal("1e-20")) for j in (1, 2)] for i in (1, 2)]
    late = []
    for i, x in enumerate(_decimals("0.05 0.10")[0]):
        late.append([])
        for j in (1, 2):
            error = sum(step[f"delta_2_{k}"] * second[j - 1][k - 1] for k in (1, 2))
            delta = error * step[f"a_1_{j}"] * (1 - step[f"a_1_{j}"])
            late[i].append((start[i][j - 1] - rate * delta * x).quantize(Decimal("1e-20")))
    assert _wrong(_numbers(solve(_mazur(late, second))), {"loss": MAZUR["after_loss"]}) == {}


HAN_AND_KAMBER = {
    "z_1_1": "-0.7", "z_1_2": "0.1", "z_2_1": "-0.105", "a_1_1": "0.332", "a_1_2": "0.525", "a_2_1": "0.474",
    "delta_2_1": "-0.1311", "delta_1_2": "0.0065", "delta_1_1": "0.0087",
    "new_w_2_1_1": "-0.261", "new_w_2_2_1": "-0.138", "new_w_1_1_1": "0.192", "new_w_1_1_2": "-0.306",
    "new_w_1_2_1": "0.4", "new_w_1_2_2": "0.1", "new_w_1_3_1": "-0.508", "new_w_1_3_2": "0.194",
    "new_b_2_1": "0.218", "new_b_1_2": "0.194", "new_b_1_1": "-0.408",
}  # fmt: skip


def test_han_and_kamber() -> None:
    """The 3-2-1 network of J. Han and M. Kamber, "Data Mining: Concepts and Techniques", on backpropagation.

    It is also in a course handout, "Appendix B: An Example of Back-propagation Algorithm" (November 2011). Its errors
    are our deltas with the other sign. The output's error, 0.1311, is 0.474 (1 - 0.474)², of rounded values; the true
    one is 0.1312.
    """
    first = _decimals("0.2 -0.3", "0.4 0.1", "-0.5 0.2")
    config = {
        "data": {"inputs": _decimals("1 0 1"), "targets": _decimals("1")},
        "layers": [
            {"activation": "sigmoid", "weights": first, "bias": _row("-0.4 0.2")},
            {"activation": "sigmoid", "weights": _decimals("-0.3", "-0.2"), "bias": _row("0.1")},
        ],
        "training": {"learning_rate": Decimal("0.9")},
    }
    assert _wrong(_numbers(solve(config)), HAN_AND_KAMBER) == {"delta_2_1": "-0.1312"}


def _row(text: str) -> list[Decimal]:
    return _decimals(text)[0]


FLIP = {
    "z_1_1": "0.0", "z_1_2": "-0.1", "z_1_3": "0.5", "a_1_1": "0.0", "a_1_2": "0.0", "a_1_3": "0.5",
    "a_2_1": "0.10", "a_2_2": "-0.10", "a_2_3": "-0.05", "a_2_4": "-0.25", "loss": "0.896",
    "delta_2_1": "-0.45", "delta_2_2": "-0.55", "delta_2_3": "-0.025", "delta_2_4": "-0.625",
    "grad_w_2_3_1": "-0.2250", "grad_w_2_3_2": "-0.2750", "grad_w_2_3_3": "-0.0125", "grad_w_2_3_4": "-0.3125",
    "new_w_2_3_1": "0.2225", "new_w_2_3_2": "-0.3725", "new_w_2_3_3": "0.10125", "new_w_2_3_4": "-0.46875",
    "grad_b_2_1": "-0.4500", "grad_b_2_2": "-0.5500", "grad_b_2_3": "-0.0250", "grad_b_2_4": "-0.6250",
    "new_b_2_1": "0.0450", "new_b_2_2": "0.1550", "new_b_2_3": "-0.0975", "new_b_2_4": "0.0625",
    "grad_w_1_1_3": "0.4400", "grad_w_1_2_3": "0.0000", "grad_w_1_3_3": "0.4400", "grad_w_1_4_3": "0.4400",
    "new_w_1_1_3": "0.0560", "new_w_1_2_3": "-0.2000", "new_w_1_3_3": "0.4560", "new_w_1_4_3": "-0.1440",
}  # fmt: skip
"""The other gradients of weights are zero there."""


def test_relu_network_with_a_unit_at_exactly_zero() -> None:
    """The 4-3-4 network of book-ai.org, "Neural Networks", chapter 8, sections 2 to 4.

    Its hidden biases follow from the pre-activations that it prints. The weights that lead away from the two dead units
    are our own: nothing that is compared depends on them.
    """
    first = _decimals("0.20 -0.50 0.10", "-0.30 0.40 -0.20", "0.10 0.30 0.50", "-0.40 0.20 -0.10")
    second = _decimals("0.3 0.1 -0.2 0.4", "-0.1 0.5 0.2 0.3", "0.2 -0.4 0.1 -0.5")
    config = {
        "data": {"inputs": _decimals("1 0 1 1"), "targets": _decimals("1 1 0 1")},
        "layers": [
            {"activation": "relu", "weights": first, "bias": _row("0.1 -0.1 0")},
            {"activation": "linear", "weights": second, "bias": _row("0.0 0.1 -0.1 0.0")},
        ],
        "training": {"loss": "mean_squared_error", "learning_rate": Decimal("0.1")},
    }
    dead = {f"grad_w_1_{i}_{j}": "0" for i in (1, 2, 3, 4) for j in (1, 2)}
    dead |= {f"grad_w_2_{i}_{j}": "0" for i in (1, 2) for j in (1, 2, 3, 4)}
    numbers = _numbers(solve(config))
    assert _wrong(numbers, FLIP | dead) == {}
    assert numbers["loss"] == Decimal("0.89625")


def test_tanh_neuron() -> None:
    """The neuron of A. Karpathy's lecture "The spelled-out intro to neural networks and backpropagation".

    It differentiates the output itself; the target that is one below the output makes the slope of our loss 1.
    """
    config = {
        "data": {"inputs": _decimals("2 0"), "targets": _decimals("-0.2928932188134524")},
        "layers": [{"activation": "tanh", "weights": _decimals("-3", "1"), "bias": _row("6.8813735870195432")}],
        "training": {"learning_rate": Decimal("0.1")},
    }
    printed = {"z_1_1": "0.8814", "a_1_1": "0.7071", "delta_1_1": "0.5000", "grad_b_1_1": "0.5000"}
    assert _wrong(_numbers(solve(config)), printed | {"grad_w_1_1_1": "1.0000", "grad_w_1_2_1": "0.0000"}) == {}


SOURCE = {
    "z_1_1": "1.10000", "z_1_2": "1.87000", "a_1_1": "0.75026", "a_1_2": "0.86646", "z_2_1": "0.36351",
    "a_2_1": "0.58989", "loss": "3.67235", "delta_2_1": "-0.65563",
    "grad_w_2_1_1": "-0.49189", "grad_w_2_2_1": "-0.56808", "delta_1_1": "-0.07371", "delta_1_2": "0.00759",
    "grad_w_1_1_1": "-0.08108", "grad_w_1_2_1": "-0.16216", "grad_w_1_1_2": "0.00834", "grad_w_1_2_2": "0.01669",
    "new_w_2_1_1": "0.64919", "new_w_2_2_1": "-0.04319", "new_w_1_1_1": "0.20811", "new_w_1_2_1": "0.41622",
    "new_w_1_1_2": "0.29917", "new_w_1_2_2": "0.69833",
}  # fmt: skip
"""The true values of the introduction that this program began with; `tests.oracle` has them too."""

SOURCE_AS_PRINTED = {
    "a_1_1": "0.75026", "a_1_2": "0.86607", "z_2_1": "0.36355", "a_2_1": "0.58989", "loss": "3.67545",
    "delta_2_1": "-0.65584", "grad_w_2_1_1": "-0.49198", "grad_w_2_2_1": "-0.56795",
    "delta_1_1": "-0.07382", "delta_1_2": "0.00760", "grad_w_1_1_1": "-0.08120", "grad_w_1_2_1": "-0.16241",
    "grad_w_1_1_2": "0.00836", "grad_w_1_2_2": "0.01672",
    "new_w_2_1_1": "0.6492", "new_w_2_2_1": "-0.0432", "new_w_1_1_1": "0.2081", "new_w_1_2_1": "0.4162",
    "new_w_1_1_2": "0.2992", "new_w_1_2_2": "0.6983",
}  # fmt: skip
"""What that introduction prints."""


def test_source_network() -> None:
    solution = solve(CONFIGS / "source.toml")
    assert _wrong(_numbers(solution), SOURCE) == {}
    config = tomllib.loads((CONFIGS / "source.toml").read_text(encoding="utf-8"), parse_float=Decimal)
    assert _wrong({key: Decimal(value) for key, value in oracle(config).quantities.items()}, SOURCE) == {}
    shown = {key: solution.values.shown[solution.tape.place[key]].text for key in SOURCE}
    assert {key: Decimal(text) for key, text in shown.items()} == {key: Decimal(text) for key, text in SOURCE.items()}


def test_what_the_source_printed_was_false_from_its_second_activation_on() -> None:
    """σ(1.87) is 0.86646, not 0.86607; half of (0.58989 - 3.3)² is 3.67235, not 3.67545; most of the rest follows."""
    true = {"a_1_1", "a_2_1", "new_w_2_1_1", "new_w_2_2_1", "new_w_1_1_1", "new_w_1_2_1", "new_w_1_1_2", "new_w_1_2_2"}
    wrong = _wrong(_numbers(solve(CONFIGS / "source.toml")), SOURCE_AS_PRINTED)
    assert wrong == {key: text for key, text in SOURCE.items() if key in SOURCE_AS_PRINTED and key not in true}


@pytest.mark.parametrize(("key", "text"), [("loss", "0.298371108"), ("new_w_2_1_1", "0.35891649")])
def test_a_wrong_number_is_seen(key: str, text: str) -> None:
    assert list(_wrong(_numbers(solve(CONFIGS / "mazur.toml")), {key: text})) == [key]
