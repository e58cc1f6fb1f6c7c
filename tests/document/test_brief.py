"""Brief pages: short for wide networks and many samples, true in what they print, and nothing left out of the JSON."""

import json
from decimal import Decimal
from itertools import pairwise
from random import Random
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from derive.document.blocks import Equation, Table
from derive.document.chain import Chain
from derive.document.detail import MOST_LINES, MOST_TERMS, thinned, thinned_sum
from derive.notation.pattern import BREAK
from derive.pipeline import Solution, solve
from tests.bench.networks import config as wide_config
from tests.networks import configs
from tests.pagecheck import check_latex, check_markdown

WIDE = (16, 64, 64, 10)


def _many_samples(count: int, **report: object) -> dict[str, Any]:
    random = Random(count)
    return {
        "data": {
            "inputs": [[Decimal(random.randint(-99, 99)).scaleb(-2) for _ in range(2)] for _ in range(count)],
            "targets": ["x1 + x2"],
        },
        "layers": [
            {"activation": "sigmoid", "weights": _rows("0.2 0.3", "0.4 0.7"), "bias": _rows("0.1 -0.1")[0]},
            {"activation": "linear", "weights": _rows("0.6", "-0.1"), "bias": Decimal("0.2")},
        ],
        "training": {"learning_rate": Decimal("0.1")},
        "report": report,
    }


def _rows(*rows: str) -> list[list[Decimal]]:
    return [[Decimal(number) for number in row.split()] for row in rows]


@pytest.fixture(scope="module")
def wide() -> Solution:
    return solve(wide_config(WIDE))


def test_a_wide_network_makes_a_short_page_by_itself(wide: Solution) -> None:
    page = wide.text("md")
    assert len(page) < 40_000
    assert "This page is brief. Written out in full it would have 11," in page
    assert "The JSON leaves nothing out." in page
    equations = [block for block in wide.document.blocks if isinstance(block, Equation)]
    rows = sum(len(block.rows) for block in wide.document.blocks if isinstance(block, Table))
    assert 30 < len(equations) < 80
    assert rows < 150


def test_the_json_of_a_wide_network_leaves_nothing_out(wide: Solution) -> None:
    twin = json.loads(wide.text("json"))
    weights = sum(before * units for before, units in pairwise(WIDE))
    quantities, units = twin["steps"][0]["quantities"], sum(WIDE[1:])
    counted = {
        start: sum(key.startswith(start) for key in quantities) for start in ("z_", "a_", "delta_", "grad_", "new_")
    }
    assert counted == {"z_": units, "a_": units, "delta_": units, "grad_": weights, "new_": weights}
    assert len(twin["final"]) == weights


@pytest.mark.parametrize("form", ["scalar", "matrix", "both"])
def test_what_a_wide_page_prints_is_true(form: str) -> None:
    keys = wide_config(WIDE) | {"report": {"form": form}}
    solution = solve(keys)
    for report in (check_markdown(solution.text("md")), check_latex(solution.text("tex"))):
        assert report.findings == ()
        assert report.thinned > 20


def test_many_samples_make_one_worked_sample_and_tables() -> None:
    solution = solve(_many_samples(50))
    page = solution.text("md")
    assert check_markdown(page).findings == ()
    assert page.count("z^{[1]}_1 ") == 1
    assert "z^{[2]}_1 " not in page
    tables = [block for block in solution.document.blocks if isinstance(block, Table)]
    assert [len(table.rows) for table in tables[:4]] == [50, 50, 50, 50]


def test_the_first_terms_and_the_last_are_held_against_the_numbers() -> None:
    page = solve(_many_samples(50)).text("md")
    line = next(line for line in page.split("\n") if "cdots" in line and r"\frac{\partial L}{\partial w_{h1}}" in line)
    wrong = line.replace(r"\delta^{[2]}_o \cdot a^{[2]}_1", r"\delta^{[3]}_o \cdot a^{[2]}_1")
    assert wrong != line
    assert any("printed as" in finding.what for finding in check_markdown(page.replace(line, wrong)).findings)


@pytest.mark.parametrize(("count", "is_brief"), [(2, False), (50, True)])
def test_auto_goes_by_the_number_of_lines(count: int, is_brief: bool) -> None:
    assert ("This page is brief." in solve(_many_samples(count)).text("md")) == is_brief
    assert "This page is brief." in solve(_many_samples(count, detail="brief")).text("md")
    assert "This page is brief." not in solve(_many_samples(count, detail="full")).text("md")
    assert MOST_LINES > 100


@settings(max_examples=15, phases=(Phase.explicit, Phase.generate))
@given(config=configs(), form=st.sampled_from(("scalar", "matrix", "both")), batch=st.sampled_from(("columns", "rows")))
def test_brief_pages_of_random_networks_are_true(config: dict[str, Any], form: str, batch: str) -> None:
    config["report"] |= {"form": form, "batch": batch, "detail": "brief"}
    solution = solve(config)
    for report in (check_markdown(solution.text("md")), check_latex(solution.text("tex"))):
        assert report.findings == ()


def test_dots_stand_for_the_middle_of_a_long_sum_only() -> None:
    short = BREAK.join(["a"] + [" + b"] * (MOST_TERMS - 1))
    assert thinned_sum(short) == short
    terms = [f" + b_{number}" for number in range(1, 21)]
    side = f"2 \\cdot (a{BREAK}{BREAK.join(terms)}) \\cdot (1{BREAK} - c)"
    shown = r"2 \cdot (a + b_1 + b_2 + \cdots + b_20) \cdot (1 - c)"
    assert thinned_sum(side).replace(BREAK, "") == shown
    assert thinned(Chain("z", (("=", side),))).links[0][1].replace(BREAK, "") == shown
