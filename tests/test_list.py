"""`derive list`: every record by itself, its formulas true, on any terminal and in a pipe."""

import math
import re
import sys
from pathlib import Path
from typing import Any

import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from derive import cli
from derive.catalog.layer_activations import EVERY_ACTIVATION
from derive.catalog.losses import LOSSES
from derive.catalog.optimizers import OPTIMIZERS
from derive.examples import examples
from derive.notation import NOTATIONS
from derive.notation.plain import plain
from derive.reference import LISTS
from derive.reference.tables import sections
from derive.reference.terminal import written
from derive.render.formats import FORMATS
from derive.symbolic import add, minus, mul
from tests.samples import ROOT

TABLES: dict[str, Any] = {
    "activations": EVERY_ACTIVATION,
    "losses": LOSSES,
    "optimizers": OPTIMIZERS,
    "notations": NOTATIONS,
    "formats": FORMATS,
}
X, Y, Z = sympy.symbols("x y z", real=True)
SMALL = st.one_of(st.sampled_from([X, Y, Z]), st.fractions(-9, 9, max_denominator=9).map(sympy.Rational))
EXPRESSIONS = st.recursive(
    SMALL,
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=3).map(add),
        st.lists(inner, min_size=2, max_size=3).map(mul),
        st.tuples(inner, inner).map(lambda pair: minus(*pair)),
        st.tuples(inner, st.sampled_from([-2, -1, 2, 3])).map(lambda p: sympy.Pow(p[0], p[1], evaluate=False)),
        inner.map(lambda e: sympy.tanh(e, evaluate=False)),
        inner.map(lambda e: sympy.Abs(e, evaluate=False)),
        st.tuples(inner, inner).map(lambda p: sympy.Piecewise((p[0], X > 0), (p[1], True), evaluate=False)),
    ),
    max_leaves=6,
)


def value(text: str, **numbers: float) -> float:
    """Calculate what a line of plain mathematics says, by Python's own rules."""
    for place, digit in enumerate("⁰¹²³⁴⁵⁶⁷⁸⁹"):
        text = text.replace(digit, f"**{place}")
    text = text.translate(str.maketrans({"−": "-", "·": "*", "^": "**", "π": "pi", "≤": "<=", "≥": ">="}))
    text = re.sub(r"\|([^|]*)\|", r"abs(\1)", text)
    text = re.sub(r"√(\w+)", r"sqrt(\1)", text).replace("√", "sqrt")
    text = re.sub(r" if ([^,()]*), ", r" if \1 else ", text).replace(" otherwise", "")
    names: dict[str, Any] = {"e": math.e, "ln": math.log, "tanh": math.tanh, "max": max, "abs": abs, "pi": math.pi}
    return float(eval(text, {"sqrt": math.sqrt, "erf": math.erf} | names | numbers))


@given(EXPRESSIONS.filter(lambda e: str(e).count("Abs") < 2), st.floats(-2, 2), st.floats(-2, 2), st.floats(-2, 2))
def test_a_line_of_plain_text_means_what_was_to_be_written(node: Any, x: float, y: float, z: float) -> None:
    try:
        expected = complex(node.subs({X: x, Y: y, Z: z}).evalf())
        found = value(plain(node), x=x, y=y, z=z)
    except (ZeroDivisionError, OverflowError, TypeError):
        return
    if math.isfinite(expected.real) and math.isfinite(found):
        assert found == pytest.approx(expected.real, rel=1e-6, abs=1e-6), plain(node)


def test_mathematics_looks_like_that_of_a_book() -> None:
    e = sympy.exp(mul((sympy.Integer(-1), X)), evaluate=False)
    assert plain(sympy.Pow(add((sympy.Integer(1), e)), -1, evaluate=False)) == "1 / (1 + e^(−x))"
    assert plain(mul((sympy.Rational(1, 2), sympy.Pow(minus(X, Y), 2, evaluate=False)))) == "0.5 · (x − y)²"
    assert (
        plain(sympy.Piecewise((sympy.Integer(1), X > 0), (sympy.Rational(1, 3), True))) == "1 if x > 0, 1/3 otherwise"
    )
    assert plain(sympy.Max(0, X, evaluate=False)) == "max(0, x)"


def listed(name: str) -> dict[str, dict[str, str]]:
    """Read a list as it is piped: the lines of details of each entry."""
    found: dict[str, dict[str, str]] = {}
    for line in list(written(sections([name])))[1:]:
        if line.startswith("      "):
            key, text = line.strip().split(" = ", 1)
            found[list(found)[-1]][key] = text
        else:
            found[line.split()[0]] = {}
    return found


@pytest.mark.parametrize("name", TABLES)
def test_every_record_is_listed_with_its_parameters(name: str) -> None:
    found = listed(name)
    assert list(found) == list(TABLES[name])
    for record in TABLES[name].values():
        for parameter in getattr(record, "parameters", ()):
            assert found[record.name][parameter.name].startswith(f"{parameter.value} (")


@pytest.mark.parametrize("z", [-1.3, 0.4, 2.0])
def test_the_derivatives_that_are_listed_are_those_of_the_functions(z: float) -> None:
    """By differences of the listed function itself."""
    tried = 0
    for name, lines in listed("activations").items():
        if "f(z)" not in lines or "and" in lines["f(z)"] or "(" in lines["f(z)"].partition(" if ")[2]:
            continue
        parameters = {key: float(text.split()[0]) for key, text in lines.items() if "(z)" not in key}
        f, h = lines["f(z)"], 1e-6
        slope = (value(f, z=z + h, **parameters) - value(f, z=z - h, **parameters)) / (2 * h)
        own = {"z": z, "a": value(f, z=z, **parameters)}
        assert value(lines["f′(z)"].removesuffix(" with a = f(z)"), **own, **parameters) == pytest.approx(
            slope, abs=1e-4
        ), name
        tried += 1
    assert tried >= 4


def test_examples_are_listed_with_their_first_line() -> None:
    assert list(listed("examples")) == list(examples())
    assert next(iter(examples())) == "starter"
    assert examples()["source"].startswith("The network of the introduction to backpropagation")
    assert all(examples().values())


@pytest.mark.parametrize("width", [30, 80, 200])
def test_on_a_terminal_no_line_is_wider_and_nothing_is_lost(width: int) -> None:
    lines = [re.sub(r"\x1b\[[0-9;]*m", "", line) for line in written(sections(LISTS), width)]
    assert max(len(line) for line in lines if not line.endswith(")")) <= width
    squeezed = re.sub(r"\s", "", "".join(lines))
    for name in LISTS:
        assert all(re.sub(r"\s", "", key) in squeezed for key in listed(name))
    assert "1/(1+e^(−z))" in squeezed


def run(words: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> tuple[Any, str, str]:
    monkeypatch.setattr(sys, "argv", ["derive", *words])
    with pytest.raises(SystemExit) as caught:
        cli.main()
    printed = capsys.readouterr()
    return caught.value.code or 0, printed.out, printed.err


def test_a_pipe_gets_plain_lines(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    code, printed, said = run(["list"], monkeypatch, capsys)
    assert (code, said) == (0, "")
    assert "\x1b" not in printed
    assert [line.split()[0] for line in printed.splitlines() if line[:1].strip()] == list(LISTS)


def test_only_what_is_asked_for_is_listed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["list", "formats"], monkeypatch, capsys)[1].startswith("formats (--format)\n  md ")
    assert run(["list", "losess"], monkeypatch, capsys) == (
        2,
        "",
        'derive: list: "losess" is nothing to list; did you mean "losses" (it can also be "activations", "optimizers", '
        '"notations", "formats" or "examples")?\n',
    )


@pytest.mark.parametrize("name", list(examples()))
def test_new_starts_from_any_example(
    name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "mine.toml"
    assert run(["new", str(file), "--from", name], monkeypatch, capsys)[0] == 0
    assert file.read_bytes() == (ROOT / "templates" / "configs" / f"{name}.toml").read_bytes()


def test_an_unknown_example_is_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "mine.toml"
    for name, mend in (
        ("sorce", 'did you mean "source"?'),
        ("../../etc/passwd", "`derive list examples` names them all."),
    ):
        code, _, said = run(["new", str(file), "--from", name], monkeypatch, capsys)
        assert (code, said) == (2, f'derive: --from: there is no example called "{name}"; {mend}\n')
    assert not file.exists()
