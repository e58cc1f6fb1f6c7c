"""The Python interface that the README shows."""

import doctest
import re
from decimal import Decimal
from fractions import Fraction

import nbformat
import pytest
import sympy

import derive
from tests.samples import ROOT

CONFIG = {
    "data": {"inputs": [1.1, 2.2], "targets": ["x1 + x2"]},
    "layers": [
        {"activation": "sigmoid", "weights": [[0.2, 0.3], [0.4, 0.7]]},
        {"activation": "sigmoid", "weights": [[0.6], [-0.1]]},
    ],
    "training": {"learning_rate": 0.1},
}


def test_readings_of_the_readme() -> None:
    solution = derive.solve(ROOT / "templates" / "configs" / "source.toml")
    delta = solution["delta_2_1"]
    assert delta.symbol == r"\delta_o"
    assert delta.shown == "-0.65563"
    assert str(delta.value).startswith("-0.6556293116763284")
    assert str(delta.definition) == "(a_2_1*(1 - a_2_1))*(a_2_1 - y_1)"
    assert solution["z_1_1"].value == Fraction(11, 10)
    assert solution["w_1_1_1"].definition is None


def test_mapping_with_floats_is_the_same_network_as_the_file() -> None:
    ours, file = derive.solve(CONFIG), derive.solve(ROOT / "templates" / "configs" / "source.toml")
    assert ours["loss"].value == file["loss"].value


def test_definition_gives_the_value() -> None:
    solution = derive.solve(CONFIG)
    for key in ("loss", "delta_1_2", "grad_w_1_2_1", "new_w_2_1_1"):
        reading = solution[key]
        numbers = {symbol: sympy.Float(str(Decimal(1) * _decimal(solution[symbol.name].value)), 40)
                   for symbol in reading.definition.free_symbols}  # fmt: skip
        difference = abs(reading.definition.subs(numbers).evalf(40) - sympy.Float(str(_decimal(reading.value)), 40))
        assert difference < sympy.Float("1e-25"), key


def _decimal(value: Fraction | Decimal) -> Decimal:
    return Decimal(value.numerator) / value.denominator if isinstance(value, Fraction) else value


def test_unknown_key_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        derive.solve(CONFIG)["delta_9_9"]


def test_notebook_shows_the_page_with_its_diagram_inside() -> None:
    text = derive.solve(CONFIG)._repr_markdown_()
    assert "0.86646" in text
    assert re.search(r"!\[[^\]]+\]\(data:image/svg\+xml;base64,[A-Za-z0-9+/=]+\)", text)
    cell = nbformat.v4.new_output("display_data", {"text/markdown": text})
    nbformat.validate(cell, ref="output", version=4)


def test_package_tells_what_it_has() -> None:
    assert {"solve", "load", "Config", "Solution", "UserError"} <= set(dir(derive))
    with pytest.raises(AttributeError):
        _ = derive.nothing  # type: ignore[attr-defined]
    assert doctest.testmod(derive).failed == 0
