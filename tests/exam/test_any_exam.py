"""Exams of all kinds of networks: keys agree with the oracle and are true, sheets are silent."""

from itertools import cycle
from typing import Any

import pytest

from derive.catalog.optimizers import OPTIMIZERS
from derive.config.sheet import HINTS
from derive.document.copypage import CopyPage, copy_page
from derive.document.key import compose_key
from derive.document.sheet import compose_sheet
from derive.errors import UserError
from derive.exam.copies import Copies
from derive.exam.exam import exam_of
from derive.pipeline import load
from derive.render import latex, markdown
from tests.networks import GRID, small_network
from tests.oracle import oracle
from tests.pagecheck import check_latex, check_markdown

KINDS = GRID[:: max(1, len(GRID) // 23)]
"""Some of all kinds of networks."""


def exam_page(keys: dict[str, Any], hints: str, number: int = 1) -> CopyPage:
    """Return a copy of an exam with inputs and weights that vary, and 6 decimals."""
    spread = {"from": -0.9, "to": 0.9, "decimals": 1}
    vary = {"inputs": spread, "weights": spread, "require": {"alive": False, "kink": 0, "slope": 0, "nonzero": False}}
    exam = exam_of(load(keys | {"vary": vary, "sheet": {"hints": hints, "decimals": 6}}), 1)
    return copy_page(exam, Copies(exam)[number], {})


def written(page: CopyPage) -> dict[str, Any]:
    """Return the config of a copy as a mapping, as the oracle reads it."""
    config = page.copy.config
    return {
        "data": {"inputs": config.data.inputs, "targets": config.data.targets},
        "layers": [layer.model_dump(exclude_none=True) for layer in config.layers],
        "training": config.training.model_dump(exclude_none=True),
    }


@pytest.mark.parametrize(("activation", "loss", "bias", "samples"), KINDS)
def test_keys_agree_with_the_oracle_and_every_link_is_true(activation: str, loss: str, bias: str, samples: int) -> None:
    for number in (1, 2):
        page = exam_page(small_network(activation, loss, bias, samples), "none", number)
        found = oracle(written(page)).quantities
        assert len(page.copy.accepted) > 15
        for place, accepted in page.copy.accepted.items():
            key = page.page.tape.quantities[place].key
            assert float(page.copy.values.exact[place]) == pytest.approx(found[key], abs=1e-9, rel=1e-9)
            assert page.copy.values.shown[place].number in accepted
        document = compose_key(page)
        for report in (check_markdown(markdown.render(document, [])), check_latex(latex.render(document))):
            assert report.findings == ()
            assert report.links >= 15


@pytest.mark.parametrize(("optimizer", "hints"), [*zip(OPTIMIZERS, cycle(HINTS), strict=False)])
def test_every_optimizer_and_kind_of_hints_makes_a_sheet(optimizer: str, hints: str) -> None:
    keys = small_network("tanh", "half_squared_error", "own", 1)
    keys["training"] |= {"optimizer": optimizer, "penalty": {"l2": 0.1}}
    page = exam_page(keys, hints)
    sheet, key = compose_sheet(page), compose_key(page)
    assert check_markdown(markdown.render(key, [])).findings == ()
    shown = page.copy.values.shown
    given = {number.text for place, number in enumerate(shown) if place not in page.exam.unknown}
    answers = {shown[place].text for place in page.exam.asked} - given
    assert len(answers) > 10
    for text in (markdown.render(sheet, ["n.svg"]), latex.render(sheet)):
        assert not [answer for answer in answers if len(answer) >= 8 and answer.lstrip("-") in text]


def test_exams_are_of_the_first_batch() -> None:
    keys = small_network("tanh", "half_squared_error", "own", 3)
    keys["training"] |= {"batch_size": 2, "epochs": 3}
    page = exam_page(keys, "gaps")
    assert page.page.samples == (1, 2)
    assert "delta_1_1_s2" in page.page.tape.place


def test_a_quantity_without_bounds_is_said() -> None:
    keys = small_network("sigmoid", "half_squared_error", "own", 1)
    keys["training"] |= {"optimizer": "adam"}
    vary = {"inputs": {"from": -1, "to": 1}, "require": {"nonzero": False, "tie": 0}}
    exam = exam_of(load(keys | {"vary": vary, "sheet": {"decimals": 2}}), 1)
    with pytest.raises(UserError, match=r"with an answer that rounding may take anywhere"):
        Copies(exam)[1]
