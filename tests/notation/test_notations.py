"""Every quantity has one name and no two share one, in each notation; the names are those of the books."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from derive.catalog.optimizers import OPTIMIZERS
from derive.catalog.parameter import bound
from derive.document.choice import named
from derive.kind import Kind
from derive.notation import NOTATIONS
from derive.notation.name import Name, Run
from derive.pipeline import Solution, solve
from derive.tape.build import build
from derive.tape.quantity import Tape
from derive.tape.structure import Structure, structure_of
from tests.networks import ANY_NETWORK, configs
from tests.pagecheck import check_latex, check_markdown
from tests.samples import ROOT


def _config(widths: Sequence[int], samples: int = 1, bias: str = "own") -> dict[str, Any]:
    layers = []
    for before, units in pairwise(widths):
        layer: dict[str, Any] = {"activation": "sigmoid", "weights": [[Decimal("0.1")] * units] * before}
        if bias != "none":
            layer["bias"] = [Decimal("0.2")] * units if bias == "own" else Decimal("0.2")
        layers.append(layer)
    rows = ([[Decimal(number)] * width] * samples for number, width in (("0.5", widths[0]), ("0.3", widths[-1])))
    return {
        "data": dict(zip(("inputs", "targets"), rows, strict=True)),
        "layers": layers,
        "training": {"learning_rate": Decimal("0.1"), "penalty": {"l1": Decimal("0.1"), "l2": Decimal("0.1")}},
    }  # fmt: skip


def _structure(widths: Sequence[int], samples: int = 1, bias: str = "own") -> Structure:
    from derive.config.load import load

    return structure_of(load(_config(widths, samples, bias)))


def _symbols(tape: Tape, notation: str, step: int | None = None) -> dict[str, str]:
    symbols = named(tape, NOTATIONS[notation], step)[1]
    return {quantity.key: symbols[place] for place, quantity in enumerate(tape.quantities)}


def _twice(symbols: dict[str, str]) -> list[str]:
    return [symbol for symbol, count in Counter(symbols.values()).items() if count > 1]


WIDTHS = st.lists(st.integers(1, 12), min_size=2, max_size=5)


@settings(max_examples=60)
@given(
    widths=WIDTHS,
    samples=st.integers(1, 3),
    biases=st.lists(st.sampled_from(("none", "own", "shared")), min_size=4, max_size=4),
    optimizer=st.sampled_from(tuple(OPTIMIZERS)),
    step=st.sampled_from((None, 1, 2, 11)),
)
def test_no_two_quantities_share_a_name(
    widths: list[int], samples: int, biases: list[str], optimizer: str, step: int | None
) -> None:
    found = _structure(widths, samples)
    layers = tuple(replace(shape, bias=bias) for shape, bias in zip(found.layers, biases, strict=False))
    tape = build(replace(found, layers=layers, optimizer=bound(OPTIMIZERS[optimizer])))
    for name, notation in NOTATIONS.items():
        if notation.fits(tape.structure):
            assert _twice(_symbols(tape, name, step)) == []


@pytest.mark.parametrize("name", NOTATIONS)
def test_steps_share_the_names_of_what_they_share(name: str) -> None:
    """An updated weight and a state of one step are what the next one starts from; all other values are its own."""
    tape = build(replace(_structure((2, 2, 1)), optimizer=bound(OPTIMIZERS["adam"])))
    first, second = _symbols(tape, name, 1), _symbols(tape, name, 2)
    parameters = [key for key in first if tape[key].kind in (Kind.WEIGHT, Kind.BIAS)]
    shared = {first[f"new_{key}"]: second[key] for key in parameters}
    shared |= {first[f"{state}_{key}"]: second[f"old_{state}_{key}"] for key in parameters for state in "mv"}
    assert all(left == right for left, right in shared.items())
    constant = (Kind.INPUT, Kind.TARGET, Kind.HYPERPARAMETER, Kind.LEARNING_RATE, Kind.STEP)
    own = {symbol for key, symbol in first.items() if tape[key].kind not in constant}
    assert own & set(second.values()) == set(shared)


@pytest.mark.parametrize(
    ("notation", "names"),
    [
        ("numbered", {
            "x_2": "i_2", "w_1_1_1": "w_1", "w_1_2_1": "w_2", "w_1_1_2": "w_3", "w_1_2_2": "w_4", "w_2_1_1": "w_5",
            "w_2_2_1": "w_6", "w_2_1_2": "w_7", "w_2_2_2": "w_8", "b_1": "b_1", "b_2": "b_2",
            "z_1_1": r"\text{net}_{h1}", "a_1_2": r"\text{out}_{h2}", "z_2_1": r"\text{net}_{o1}",
            "a_2_1": r"\text{out}_{o1}", "y_1": r"\text{target}_{o1}", "loss": r"E_{\text{total}}",
            "delta_2_1": r"\delta_{o1}", "new_w_2_1_1": "w^+_5", "eta": r"\eta",
            "grad_w_2_1_1": r"\frac{\partial E_{\text{total}}}{\partial w_5}",
        }),
        ("to_from", {
            "x_2": "x_2", "w_1_1_2": "w^2_{21}", "w_2_1_2": "w^3_{21}", "b_1": "b^2", "z_1_1": "z^2_1",
            "a_2_1": "a^3_1", "y_1": "y_1", "loss": "C", "delta_2_2": r"\delta^3_2",
            "grad_w_1_1_2": r"\frac{\partial C}{\partial w^2_{21}}", "new_w_1_1_2": r"w^{2,\text{new}}_{21}",
        }),
    ],
)  # fmt: skip
def test_names_are_those_of_the_published_examples(notation: str, names: dict[str, str]) -> None:
    """The network of Mazur's post, with its names, and with those of Nielsen's book (chapter 2)."""
    solution = _mazur(notation)
    assert {key: solution[key].symbol for key in names} == names


def _mazur(notation: str) -> Solution:
    import tomllib

    keys = tomllib.loads((ROOT / "templates/configs/mazur.toml").read_text(encoding="utf-8"), parse_float=Decimal)
    return solve(keys | {"report": {"notation": notation}})


def test_deeper_networks_say_the_hidden_layer_and_many_units_have_commas() -> None:
    tape = build(_structure((11, 11, 12, 2), samples=2))
    numbered, to_from = _symbols(tape, "numbered"), _symbols(tape, "to_from")
    assert numbered["z_1_11_s1"] == r"\text{net}^{[1]}_{h1,11}"
    assert numbered["z_2_1_s2"] == r"\text{net}^{[2]}_{h2,1}"
    assert numbered["w_2_1_1"] == "w_{122}"
    assert numbered["b_2_1"] == "b_{12}"
    assert (to_from["w_1_11_1"], to_from["w_1_1_11"]) == ("w^2_{1,11}", "w^2_{11,1}")
    assert to_from["a_3_1_s2"] == "a^{4,[2]}_1"


@pytest.mark.parametrize(
    ("name", "latex", "plain", "runs"),
    [
        (Name("w", "h1"), "w_{h1}", "w_h1", (Run("w", True, 0), Run("h", True, -1), Run("1", False, -1))),
        (Name("w", "11", "(1)", step=2), r"w^{(1)\langle 2\rangle}_{11}", "w_1_11",
         (Run("w", True, 0), Run("(1)⟨2⟩", False, 1), Run("11", False, -1))),
        (Name("a", "1", "2", sample=3, step=1), r"a^{2,\langle 1\rangle[3]}_1", "a_2_1",
         (Run("a", True, 0), Run("2,⟨1⟩[3]", False, 1), Run("1", False, -1))),
        (Name(r"\text{net}", "o1"), r"\text{net}_{o1}", "net_o1",
         (Run("net", False, 0), Run("o", True, -1), Run("1", False, -1))),
        (Name(r"\hat{m}", "w_{11}"), r"\hat{m}_{w_{11}}", "hat_m_w_11",
         (Run("m\u0302", True, 0), Run("w", True, -1), Run("11", False, -1))),
        (Name(r"\delta", mark=r"\text{new}"), r"\delta^{\text{new}}", "delta",
         (Run("δ", True, 0), Run("new", False, 1))),
    ],
)  # fmt: skip
def test_a_name_is_written_in_every_way(name: Name, latex: str, plain: str, runs: tuple[Run, ...]) -> None:
    assert (name.latex, name.plain, name.runs) == (latex, plain, runs)


@settings(max_examples=12, phases=(Phase.explicit, Phase.generate))
@given(
    config=configs(deepest=3, widest=3),
    optimizer=st.sampled_from(("gradient_descent", "momentum", "adam", "adamw")),
    form=st.sampled_from(("scalar", "both")),
)
def test_pages_of_several_steps_are_true(config: dict[str, Any], optimizer: str, form: str) -> None:
    config["training"] |= {"optimizer": optimizer, "epochs": 3, "learning_rate": Decimal("0.1")}
    config["report"] |= {"show_steps": [1, 2], "form": form}
    solution = solve(config)
    for report in (check_markdown(solution.text("md")), check_latex(solution.text("tex"))):
        assert report.findings == ()
        assert report.links >= 10


@pytest.mark.parametrize("batch", ["columns", "rows"])
@pytest.mark.parametrize("samples", [1, 2])
@pytest.mark.parametrize("notation", ANY_NETWORK)
def test_matrix_form_is_true_in_every_notation(notation: str, samples: int, batch: str) -> None:
    keys = _config((2, 3, 2), samples)
    keys["layers"][0]["weights"] = [[Decimal(n).scaleb(-1) for n in row] for row in ((1, -2, 3), (4, 5, -6))]
    report = check_markdown(
        solve(keys | {"report": {"notation": notation, "form": "matrix", "batch": batch}}).text("md")
    )
    assert report.findings == ()
    assert report.matrices > 15


def test_matrices_have_the_rows_that_the_notation_says() -> None:
    keys = _config((2, 3, 1)) | {"report": {"notation": "to_from", "form": "matrix"}}
    page = solve(keys).text("md")
    assert (
        r"\mathbf{z}^{2} &= W^{2} \mathbf{x} + \mathbf{b}^{2}" in page or r"= W^{2} \mathbf{x} + \mathbf{b}^{2}" in page
    )
    matrix = r"\begin{pmatrix} w^2_{11} & w^2_{12} \\|w^2_{21} & w^2_{22} \\|w^2_{31} & w^2_{32} \end{pmatrix}"
    assert matrix.replace("|", "\n") in page
    assert r"(W^{3\top} \boldsymbol{\delta}^{3}) \odot" in page
    assert r"= \boldsymbol{\delta}^{3} \mathbf{a}^{2\top}" in page
    assert "$W^{l}$ has a row for each unit of layer $l$" in page
