"""The matrix form: every element of every line is true, in each orientation, and a wide line is thinned."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from derive.catalog.optimizers import OPTIMIZERS
from derive.document.blocks import Heading
from derive.document.matrices import MOST, Grid, Matrix, grid, set_rows, shown_of
from derive.document.rows import WIDEST
from derive.pipeline import Solution, solve
from tests.networks import BIASES, configs, small_network
from tests.pagecheck import check_latex, check_markdown


def _written(keys: dict[str, Any], **report: object) -> Solution:
    return solve({**keys, "report": keys.get("report", {}) | report})


@settings(max_examples=15, phases=(Phase.explicit, Phase.generate))
@given(config=configs(), form=st.sampled_from(("matrix", "both")), batch=st.sampled_from(("columns", "rows")))
def test_lines_of_random_networks_are_true(config: dict[str, Any], form: str, batch: str) -> None:
    solution = _written(config, form=form, batch=batch)
    for report in (check_markdown(solution.text("md")), check_latex(solution.text("tex"))):
        assert report.findings == ()
        assert report.matrices >= 2 * len(config["layers"])


@pytest.mark.parametrize("batch", ["columns", "rows"])
@pytest.mark.parametrize("carry", ["exact", "rounded"])
@pytest.mark.parametrize("samples", [1, 3])
@pytest.mark.parametrize("bias", BIASES)
def test_lines_of_every_kind_are_true(bias: str, samples: int, carry: str, batch: str) -> None:
    keys = small_network("tanh", "mean_squared_error", bias, samples)
    report = check_markdown(_written(keys, form="matrix", batch=batch, carry=carry).text("md"))
    assert report.findings == ()
    own_biases = 2 if bias == "own" else 0
    given_matrices, calculated = 2 + 2 + own_biases, 2 * 3 + 2 + 2 + 2 * own_biases
    assert report.matrices == given_matrices + calculated


@pytest.mark.parametrize(
    ("samples", "batch", "lines"),
    [
        (1, "columns", (r"\mathbf{z}^{(1)} = W^{(1)\top} \mathbf{x} + \mathbf{b}^{(1)}",
                        r"(W^{(2)} \boldsymbol{\delta}^{(2)}) \odot \tanh'(\mathbf{z}^{(1)})",
                        r"= \mathbf{a}^{(1)} \boldsymbol{\delta}^{(2)\top}")),
        (1, "rows", (r"\mathbf{z}^{(1)} = \mathbf{x} W^{(1)} + \mathbf{b}^{(1)\top}",
                     r"(\boldsymbol{\delta}^{(2)} W^{(2)\top}) \odot \tanh'(\mathbf{z}^{(1)})",
                     r"= \mathbf{a}^{(1)\top} \boldsymbol{\delta}^{(2)}")),
        (3, "columns", (r"Z^{(1)} = W^{(1)\top} X + \mathbf{b}^{(1)} \mathbf{1}^{\top}",
                        r"(W^{(2)} \Delta^{(2)}) \odot \tanh'(Z^{(1)})",
                        r"= \frac{1}{3} A^{(1)} \Delta^{(2)\top}",
                        r"= \frac{1}{3} \Delta^{(2)} \mathbf{1}")),
        (3, "rows", (r"Z^{(1)} = X W^{(1)} + \mathbf{1} \mathbf{b}^{(1)\top}",
                     r"(\Delta^{(2)} W^{(2)\top}) \odot \tanh'(Z^{(1)})",
                     r"= \frac{1}{3} A^{(1)\top} \Delta^{(2)}",
                     r"= \frac{1}{3} \Delta^{(2)\top} \mathbf{1}")),
    ],
)  # fmt: skip
def test_formulas_of_each_orientation(samples: int, batch: str, lines: tuple[str, ...]) -> None:
    page = _written(small_network("tanh", "squared_error", "own", samples), form="matrix", batch=batch).text("md")
    page = page.replace(" &=", " =").replace(" \\\\\n", " ")
    for line in lines:
        assert line in page


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("penalty", [{}, {"l1": Decimal("0.02"), "l2": Decimal("0.1"), "biases": True}], ids=str)
def test_lines_of_every_optimizer_are_true(optimizer: str, penalty: dict[str, Any]) -> None:
    keys = small_network("sigmoid", "half_squared_error", "own", 3)
    keys["training"] |= {"optimizer": optimizer} | ({"penalty": penalty} if penalty else {})
    report = check_markdown(_written(keys, form="matrix").text("md"))
    assert report.findings == ()
    assert report.matrices >= 20


def test_both_has_the_lines_of_scalar_and_of_matrix() -> None:
    keys = small_network("sigmoid", "half_squared_error", "own", 1)
    scalar, matrix, both = (_written(keys, form=form).document for form in ("scalar", "matrix", "both"))
    more = {*both.blocks} - {*scalar.blocks} - {*matrix.blocks}
    assert {*scalar.blocks} | {*matrix.blocks} == {*both.blocks} - more
    assert {type(block) for block in more} == {Heading}
    assert {*scalar.blocks} - {*matrix.blocks}
    assert {*matrix.blocks} - {*scalar.blocks}


def test_a_matrix_has_no_more_columns_than_amsmath_sets() -> None:
    matrix = Matrix(grid(1, 50, lambda row, column: str(column)))
    assert matrix.tex == r"\begin{pmatrix} 1 & 2 & 3 & 4 & 5 & 6 & 7 & 8 & \cdots & 50 \end{pmatrix}"
    assert matrix.tex.count("&") < MOST


def test_a_thinned_matrix_keeps_its_last_row_and_column() -> None:
    matrix = Matrix(Grid((("1", "2"), ("3", "4")), row_dots=True, column_dots=True))
    assert matrix.tex == r"\begin{pmatrix} 1 & \cdots & 2 \\ \vdots & \ddots & \vdots \\ 3 & \cdots & 4 \end{pmatrix}"
    assert list(shown_of(5, 5)) == [1, 2, 3, 4, 5]
    assert list(shown_of(6, 5)) == [1, 2, 3, 6]


def test_a_row_never_runs_off_the_paper() -> None:
    wide = Matrix(grid(2, 9, lambda row, column: "-0.123456789"))
    rows = set_rows("Z", [("=", [("A",)]), (r"\approx", [(wide, wide), ("+ ", wide)])])
    assert len(rows) == 3
    assert all(r"\cdots" in right for _, right in rows[1:])
    assert set_rows("Z", [("=", [(Matrix(Grid((("0" * 200,),))),)])]) == ()
    assert wide.width > WIDEST


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("1.1 \\\\\n1.87", "1.1 \\\\\n1.88", "not equal"),
        ("-0.08108 & 0.00834 \\\\", "-0.08109 & 0.00834 \\\\", "not -0.08109"),
        ("0.2 & 0.4 \\\\\n0.3 & 0.7", "0.2 & 0.3 \\\\\n0.4 & 0.7", "printed as"),
        (r"W^{(1)\top} \mathbf{x} =", r"W^{(1)} \mathbf{x} =", "printed as"),
        (r"\mathbf{x} \boldsymbol{\delta}^{(1)\top}", r"\boldsymbol{\delta}^{(1)\top} \mathbf{x}", "beside one of"),
        (r"= \begin{pmatrix} 0.36351", r"\approx \begin{pmatrix} 0.36351", "≈ should be ="),
    ],
)
def test_the_checker_sees_a_false_element(old: str, new: str, what: str) -> None:
    from tests.samples import ROOT

    keys = _source(ROOT)
    page = _written(keys, form="matrix").text("md")
    assert not check_markdown(page).findings
    assert old in page
    findings = check_markdown(page.replace(old, new)).findings
    assert any(what in finding.what for finding in findings), findings


def _source(root: Any) -> dict[str, Any]:
    import tomllib

    text = (root / "templates" / "configs" / "source.toml").read_text(encoding="utf-8")
    return dict(tomllib.loads(text, parse_float=Decimal))


@pytest.mark.parametrize("notation", ["layers", "to_from"])
def test_the_learning_rate_is_a_number_even_beside_matrices_of_one_element(notation: str) -> None:
    keys = small_network("tanh", "mean_squared_error", "own", 1)
    keys["layers"][-1] |= {"weights": [row[:1] for row in keys["layers"][-1]["weights"]], "bias": [0.25]}
    keys["data"]["targets"] = [0.5]
    text = _written(keys, form="matrix", notation=notation).text("md")
    assert text.count(r"- \eta \cdot \frac") >= 4
    assert r"\eta \odot" not in text


@pytest.mark.parametrize("form", ["scalar", "matrix"])
@pytest.mark.parametrize("samples", [1, 2])
@pytest.mark.parametrize(("units", "is_shown"), [(2, True), (4, True), (5, False)])
def test_the_jacobian_of_a_small_softmax_is_a_matrix(units: int, is_shown: bool, samples: int, form: str) -> None:
    keys = small_network("softmax", "half_squared_error", "none", samples)
    row = [Decimal(place) / 10 for place in range(units)]
    keys["layers"][0]["weights"] = [row, row[::-1]]
    keys["layers"][1] = {"activation": "linear", "weights": [[weight, 1 - weight] for weight in row]}
    page = _written(keys, form=form, decimals=3).text("md")
    assert page.count(r"\frac{\partial \mathbf{a}^{(1)") == samples * is_shown
    assert check_markdown(page).findings == ()
    wrong = page.replace(r"-a^{(1)}_1 \cdot a^{(1)}_2 &", r"a^{(1)}_1 \cdot a^{(1)}_2 &")
    assert wrong == page or check_markdown(wrong).findings
