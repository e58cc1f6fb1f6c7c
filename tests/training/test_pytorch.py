"""Whole trainings against PyTorch: every parameter after every step, at double precision.

``pytorch.json`` holds what PyTorch 2.13.0 (CPU, float64) has computed with `torch.optim`: SGD (plain, with
``momentum``, with ``nesterov=True``), Adagrad, RMSprop, Adadelta, Adam, Adamax and AdamW, each made with the parameters
that the case names and PyTorch's defaults for all others. The network is
``torch.sigmoid(torch.tanh(x @ W1 + b1) @ W2 + b2)``; the loss of a sample is half the sum of its squared errors, and
that of a batch their mean or sum, in the order given. A penalty is added to the loss, where autograd sees it; a case
with ``own_weight_decay`` gave its strength to the optimizer as ``weight_decay`` instead. A learning rate in t is a
`LambdaLR` over a rate of 1. ``parameters`` are those after each step.
"""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import derive
from derive.catalog.optimizers import OPTIMIZERS
from derive.pipeline import Solution

GOLDEN = json.loads((Path(__file__).parent / "pytorch.json").read_text(encoding="utf-8"), parse_float=Decimal)
CASES = GOLDEN["cases"]
KEYS = GOLDEN["keys"]
STEPS = 6


def name_of(training: dict[str, Any]) -> str:
    written = training["optimizer"]
    return str(written if isinstance(written, str) else written["name"])


def title(case: dict[str, Any]) -> str:
    training = {key: value for key, value in case["training"].items() if key != "epochs"}
    return json.dumps(training, default=str).translate(str.maketrans("", "", '{}"'))


def solved(case: dict[str, Any], steps: list[int]) -> Solution:
    return derive.solve({**GOLDEN["network"], "training": case["training"], "report": {"show_steps": steps}})


def close(found: dict[str, float], expected: list[Decimal]) -> bool:
    return list(found.values()) == pytest.approx([float(number) for number in expected], rel=1e-12, abs=1e-14)


def final(solution: Solution) -> dict[str, float]:
    return {key: float(solution.training.final[key]) for key in KEYS}


def test_every_optimizer_is_there_with_several_parameters_and_all_that_surrounds_it() -> None:
    assert GOLDEN["torch"] == "2.13.0"
    assert len(CASES) > 50
    assert all(len(case["parameters"]) == STEPS for case in CASES)
    for name, optimizer in OPTIMIZERS.items():
        trainings = [case["training"] for case in CASES if name_of(case["training"]) == name]
        assert {training.get("batch_size") for training in trainings} >= {None, 2, 3}
        assert {training.get("reduction") for training in trainings} == {None, "sum"}
        assert {key for training in trainings for key in training.get("penalty", {})} == {
            "l1",
            "l2",
            "l2_form",
            "biases",
        }
        set_ones = {
            key for training in trainings if isinstance(training["optimizer"], dict) for key in training["optimizer"]
        }
        assert set_ones - {"name"} == {parameter.name for parameter in optimizer.parameters}


@pytest.mark.parametrize("case", CASES, ids=title)
def test_worked_steps_are_those_of_pytorch(case: dict[str, Any]) -> None:
    solution = solved(case, list(range(1, STEPS + 1)))
    for step, expected in zip(solution.training.steps, case["parameters"], strict=True):
        assert close({key: float(step.values[f"new_{key}"]) for key in KEYS}, expected), step.number
    assert close(final(solution), case["parameters"][-1])


@pytest.mark.parametrize("case", CASES, ids=title)
def test_steps_that_no_page_shows_are_those_of_pytorch(case: dict[str, Any]) -> None:
    solution = solved(case, [4])
    (step,) = solution.training.steps
    assert close({key: float(step.values[key]) for key in KEYS}, case["parameters"][2])
    assert close(final(solution), case["parameters"][-1])


def test_a_wrong_convention_is_seen() -> None:
    case = next(case for case in CASES if name_of(case["training"]) == "adam")
    expected = list(case["parameters"][-1])
    expected[3] *= 1 + Decimal("1e-11")
    assert not close(final(solved(case, [1])), expected)
    nesterov = {**case, "training": {**case["training"], "optimizer": "nesterov"}}
    assert not close(final(solved(nesterov, [1])), case["parameters"][-1])
