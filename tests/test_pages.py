"""Every printed link is true: the page checker re-calculates them from the printed digits."""

from decimal import Decimal
from itertools import product

import latex2mathml.converter
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin

from derive.pipeline import Solution, solve
from tests.networks import configs, small_network
from tests.pagecheck import check_latex, check_markdown
from tests.samples import ROOT

NAMES = sorted(path.stem for path in (ROOT / "templates" / "configs").glob("*.toml"))


def test_there_are_configs_to_read() -> None:
    assert {"source", "mazur", "three-layers", "starter"} <= set(NAMES)


@pytest.mark.parametrize("carry", ["exact", "rounded"])
@pytest.mark.parametrize("name", NAMES)
def test_links_of_the_examples_are_true(name: str, carry: str) -> None:
    solution = _with(name, carry=carry)
    comma = solution.values.style.mark == "comma"
    for check, text in ((check_markdown, solution.text("md")), (check_latex, solution.text("tex"))):
        report = check(text, decimal_comma=comma)
        assert report.findings == ()
        assert report.links >= 25
        assert report.symbolic >= 15


@settings(max_examples=60)
@given(config=configs())
def test_links_of_random_networks_are_true(config: dict) -> None:
    assert_true(solve(config))


@settings(max_examples=25)
@given(
    config=configs(deepest=3, widest=3, most_samples=2),
    digits=st.integers(1, 8),
    kind=st.sampled_from(("decimals", "significant")),
    mark=st.sampled_from(("point", "comma")),
)
def test_links_are_true_however_numbers_are_written(config: dict, digits: int, kind: str, mark: str) -> None:
    report = {key: value for key, value in config["report"].items() if key != "decimals"}
    assert_true(solve(config | {"report": report | {kind: digits, "decimal_mark": mark}}))


def assert_true(solution: Solution) -> None:
    comma = solution.values.style.mark == "comma"
    for check, text in ((check_markdown, solution.text("md")), (check_latex, solution.text("tex"))):
        report = check(text, decimal_comma=comma)
        assert report.findings == ()
        assert report.links >= 5


STYLES = ({}, {"decimals": 1}, {"decimals": 9, "decimal_mark": "comma"}, {"significant": 1}, {"significant": 4})
EXTREMES = (("20", "40"), ("-200", "400"), ("800", "-3000"), ("1e40", "1"), ("1e-40", "1e-20"), ("0.0001", "-0.0001"))
"""First weights of a unit with inputs about 1: saturated, beyond all digits, and hardly off zero."""


@pytest.mark.parametrize("weights", EXTREMES, ids="_".join)
@pytest.mark.parametrize("activation", ["sigmoid", "tanh"])
def test_links_are_true_with_very_large_and_very_small_numbers(activation: str, weights: tuple[str, str]) -> None:
    config = small_network(activation, "half_squared_error", "none", 1)
    config["layers"][0]["weights"][0] = [Decimal(weight) for weight in weights]
    for style, carry in (*product(STYLES, ("exact",)), *product(STYLES[-2:], ("rounded",))):
        solution = solve(config | {"report": {**style, "carry": carry}})
        report = check_markdown(solution.text("md"), decimal_comma="decimal_mark" in style)
        assert report.findings == ()
        assert report.links >= 30


@pytest.mark.parametrize("decimals", [1, 2, 3, 8, 15])
@pytest.mark.parametrize("carry", ["exact", "rounded"])
def test_links_are_true_with_few_and_many_decimals(decimals: int, carry: str) -> None:
    report = check_markdown(_with("three-layers", carry=carry, decimals=decimals).text("md"))
    assert report.findings == ()
    assert report.links > 100


@pytest.mark.parametrize("name", NAMES)
def test_markdown_is_commonmark_with_dollar_mathematics(name: str) -> None:
    formulas = _formulas(_with(name).text("md"))
    assert len(formulas) > 50
    for formula in formulas:
        assert "<math" in latex2mathml.converter.convert(formula)


def _formulas(text: str) -> list[str]:
    """Parse Markdown; no dollar, no TeX command may be left in the plain text."""
    tokens = MarkdownIt("commonmark").enable("table").use(dollarmath_plugin).parse(text)
    found: list[str] = []
    for token in tokens:
        if token.type == "math_block":
            found.append(token.content)
        for child in token.children or ():
            if child.type == "math_inline":
                found.append(child.content)
            elif child.type == "text":
                assert "$" not in child.content
                assert "\\" not in child.content.replace("from \\ to", "")
    return found


@given(seed=st.integers(0, 10_000))
@settings(max_examples=10)
def test_new_numbers_keep_every_line_but_its_digits(seed: int) -> None:
    """The definitions depend on the structure alone, so two sets of numbers give pages of the same symbols."""
    import tomllib
    from decimal import Decimal
    from random import Random

    random = Random(seed)
    keys = tomllib.loads((ROOT / "templates/configs/source.toml").read_text(encoding="utf-8"), parse_float=Decimal)
    for layer in keys["layers"]:
        layer["weights"] = [[Decimal(random.randint(-99, 99)) / 100 for _ in row] for row in layer["weights"]]
    first, second = _symbols(solve(keys)), _symbols(_with("source"))
    assert first == second


def _symbols(solution: Solution) -> list[tuple[str, str]]:
    return [(solution[key].symbol, str(solution[key].definition)) for key in solution.tape.place]


def _with(name: str, **report: object) -> Solution:
    import tomllib
    from decimal import Decimal

    text = (ROOT / "templates" / "configs" / f"{name}.toml").read_text(encoding="utf-8")
    keys = tomllib.loads(text, parse_float=Decimal)
    keys["report"] = keys.get("report", {}) | report
    return solve(keys)
