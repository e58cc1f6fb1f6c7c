"""Formulas are read in the writer's order and exactly; whatever is not a formula is refused at once in a sentence."""

import math
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

import pytest
import sympy
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from derive.config.formula import FormulaError, check_formula, parse_formula
from derive.config.vocabulary import CONSTANTS, FUNCTIONS

NAMES = {name: sympy.Symbol(name, real=True) for name in ("x1", "x2", "x3", "z", "y_pred", "y")}
X1, X2, Z = NAMES["x1"], NAMES["x2"], NAMES["z"]
POINT = {
    "x1": Fraction(11, 10),
    "x2": Fraction(-22, 10),
    "x3": Fraction(3, 7),
    "z": Fraction(1, 2),
    "y_pred": Fraction(1),
    "y": Fraction(33, 10),
}


def exactly(node: Any) -> Fraction:
    """Calculate an expression over `POINT` without SymPy's own evaluation."""
    parts = [exactly(part) for part in node.args]
    if node.is_Symbol:
        return POINT[node.name]
    if node.is_Rational:
        return Fraction(int(node.p), int(node.q))
    if node.is_Pow:
        assert parts[1].denominator == 1
        return parts[0] ** parts[1].numerator
    folds: dict[str, Callable[[list[Fraction]], Fraction]] = {
        "Add": lambda terms: sum(terms, Fraction(0)),
        "Mul": math.prod,  # type: ignore[dict-item]
        "Max": max,
        "Min": min,
        "Abs": lambda only: abs(only[0]),
    }
    return folds[type(node).__name__](parts)


def python_value(text: str) -> Fraction:
    """Let Python calculate a formula that this module wrote, with every literal as a fraction."""
    literals = re.sub(r"(?<![\w.])(\d*\.?\d+(?:e-?\d+)?)", r"F('\1')", text.replace("^", "**"))
    result = eval(literals, {"F": Fraction, "max": max, "min": min, "abs": abs, **POINT})
    assert isinstance(result, Fraction)
    return result


def leaves(node: Any) -> Iterator[str]:
    """The names and numbers of an expression from left to right, without signs and exponents."""
    if node.is_Pow:
        yield from leaves(node.base)
    elif node.is_Symbol:
        yield node.name
    elif node.is_Rational and node != -1:
        yield str(abs(node))
    for part in () if node.is_Pow else node.args:
        yield from leaves(part)


@pytest.mark.parametrize(
    "text",
    [
        "x1 + x2",
        "x2 + x1 - 3",
        "x1 - x2 - x3",
        "x1 - (x2 - x3)",
        "-x1**2",
        "(-x1)^2",
        "x1^-2",
        "2*x1 - 0.10*x2 + 1e-3",
        "1/2*(y_pred - y)^2",
        "x1/x2/x3",
        "x1/(x2*x3)",
        "-x1*x2/3",
        "+x1 - -2",
        "-(-2)*x1",
        "max(x1, x2, 0.5) - min(x3, z)",
        "abs(x2)*.5",
        "\tx1\n + x2 ",
    ],
)
def test_rational_formulas(text: str) -> None:
    assert exactly(parse_formula(text, NAMES)) == python_value(" ".join(text.split()))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("z / (1 + exp(-z))", lambda z: z / (1 + math.exp(-z))),
        ("z * e^(-z)", lambda z: z * math.exp(-z)),
        ("log(z) + ln(z)", lambda z: 2 * math.log(z)),
        ("sqrt(z) - z**(1/2) + z^0.5", math.sqrt),
        ("sin(z) + cos(z) + tan(z)", lambda z: math.sin(z) + math.cos(z) + math.tan(z)),
        ("sinh(z) + cosh(z) + tanh(z)", lambda z: math.sinh(z) + math.cosh(z) + math.tanh(z)),
        ("sigmoid(z) + erf(z)", lambda z: 1 / (1 + math.exp(-z)) + math.erf(z)),
        ("0.5*z*(1 + erf(z/sqrt(2)))", lambda z: 0.5 * z * (1 + math.erf(z / math.sqrt(2)))),
        ("pi*z - e", lambda z: math.pi * z - math.e),
        ("2^z + 0.3 * 0.8**(-z) - (1/2)^(z/3)", lambda z: 2**z + 0.3 * 0.8**-z - 0.5 ** (z / 3)),
        ("max(0, z) + abs(-z) + min(z, 1)", lambda z: 3 * z),
    ],
)
def test_functions_and_constants(text: str, expected: Callable[[float], float]) -> None:
    for z in (0.125, 0.875):
        assert float(parse_formula(text, NAMES).evalf(subs={Z: z})) == pytest.approx(expected(z), rel=1e-12)


def test_every_function_of_the_table_is_unevaluated_and_has_bounds() -> None:
    assert len(FUNCTIONS) >= 14
    for name, function in FUNCTIONS.items():
        call = f"{name}({', '.join(['x1', 'x2', '0'][: function.least])})"
        assert check_formula(call, NAMES) == {"x1", "x2"} if function.least > 1 else {"x1"}
        assert parse_formula(call, NAMES).free_symbols
        with pytest.raises(FormulaError, match=rf"^{name} has 0 arguments; it takes "):
            check_formula(f"{name}()", NAMES)


def add(*terms: Any) -> sympy.Expr:
    return sympy.Add(*terms, evaluate=False)


def mul(*factors: Any) -> sympy.Expr:
    return sympy.Mul(*factors, evaluate=False)


def power(base: Any, exponent: Any) -> sympy.Expr:
    return sympy.Pow(base, exponent, evaluate=False)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x2 + x1 + 1", add(X2, X1, 1)),
        ("x2*x1*0.10", mul(X2, X1, sympy.Rational(1, 10))),
        ("x2 - x1 + z", add(X2, mul(-1, X1), Z)),
        ("x2 - 2", add(X2, mul(-1, 2))),
        ("-2 + x2", add(-2, X2)),
        ("-x2", mul(-1, X2)),
        ("x2/x1", mul(X2, power(X1, -1))),
        ("z + (x2 + x1)", add(Z, add(X2, X1))),
        ("-z*x1", mul(-1, mul(Z, X1))),
        ("z^2", power(Z, 2)),
        ("0*z + 1*x1", add(mul(0, Z), mul(1, X1))),
    ],
)
def test_the_writers_order(text: str, expected: sympy.Expr) -> None:
    parsed = parse_formula(text, NAMES)
    assert parsed == expected
    assert parsed.args == expected.args


def test_decimals_are_exact() -> None:
    assert parse_formula("0.1", NAMES) == sympy.Rational(1, 10)
    assert parse_formula("1.10000000000000000000000001", NAMES) == 1 + sympy.Rational(1, 10) + sympy.Rational(1, 10**26)
    assert parse_formula("-1.5e-3", NAMES) == sympy.Rational(-3, 2000)


def test_check_says_which_names_are_used() -> None:
    assert check_formula("x2*exp(-z) + pi", NAMES) == {"x2", "z"}
    assert check_formula("3.3", ()) == frozenset()


def test_a_given_name_goes_before_a_constant() -> None:
    e = sympy.Symbol("e")
    assert parse_formula("e + 1", {"e": e}) == add(e, 1)
    assert check_formula("e + 1", {"e"}) == {"e"}
    assert set(CONSTANTS) == {"e", "pi"}


Grown = tuple[str, bool]
"""A formula's text, and whether it can stand beside any operator without brackets."""


def _decimal(whole: int, places: int) -> str:
    digits = str(whole).rjust(places + 1, "0")
    return f"{digits[: len(digits) - places]}.{digits[len(digits) - places :]}" if places else digits


def _bracketed(part: Grown) -> str:
    return part[0] if part[1] else f"({part[0]})"


def _joined(parts: list[Grown], signs: list[str]) -> Grown:
    text = _bracketed(parts[0])
    for sign, part in zip(signs, parts[1:], strict=False):
        text += f" {sign} {_bracketed(part)}"
    return text, False


def _grown(part: st.SearchStrategy[Grown]) -> st.SearchStrategy[Grown]:
    several = st.lists(part, min_size=2, max_size=4)
    return st.one_of(
        st.builds(_joined, several, st.lists(st.sampled_from("+-"), min_size=3, max_size=3)),
        st.builds(_joined, several, st.lists(st.sampled_from("*/"), min_size=3, max_size=3)),
        part.map(lambda p: (f"-{_bracketed(p)}", False)),
        st.builds(lambda p, n: (f"{_bracketed(p)}**{n}", False), part, st.integers(2, 3)),
    )


def _literals() -> st.SearchStrategy[str]:
    """Decimals, but not one: SymPy writes a minus as a factor of it."""
    return st.builds(_decimal, st.integers(2, 999), st.integers(0, 3)).filter(lambda text: Fraction(text) != 1)


ATOMS: st.SearchStrategy[Grown] = st.one_of(st.sampled_from(sorted(NAMES)), _literals()).map(lambda text: (text, True))


@settings(deadline=None)
@given(st.recursive(ATOMS, _grown, max_leaves=12))
def test_random_formulas_keep_their_value_and_order(grown: Grown) -> None:
    text = grown[0]
    assume(len(text) <= 500)
    try:
        expected = python_value(text)
    except ZeroDivisionError:
        return
    refused = _refusal(text)
    if refused:
        assert "degree above" in refused
        return
    parsed = parse_formula(text, NAMES)
    assert exactly(parsed) == expected
    written = re.findall(r"[a-z]\w*|(?<!\*\*)(?<![\w.])\d+\.?\d*", text)
    assert list(leaves(parsed)) == [name if name[0].isalpha() else str(sympy.Rational(name)) for name in written]


def _refusal(text: str) -> str:
    try:
        check_formula(text, NAMES)
    except FormulaError as error:
        return str(error)
    return ""


REFUSED = [
    ("", "the formula is empty; write one, such as x1 + x2."),
    (" \n", "the formula is empty;"),
    ("__import__('os').system('x')", "text in quotes has no place in a formula; a formula has numbers, names, + - * /"),
    ("__import__(x1)", "__import__ is not a function that can stand here; the functions are exp, log,"),
    ("x1.real", "a dot stands only inside a number, and parts of names are out of reach;"),
    ("(x1).real", "a dot stands only inside a number,"),
    ("1..real", "in 1..real a number runs into what follows;"),
    ("x1[0]", "square brackets have no place in a formula;"),
    ("{x1}", "curly brackets have no place in a formula;"),
    ("lambda: 1", "the sign : has no place in a formula;"),
    ("lambda x1", "lambda x1 does not read as a formula;"),
    ("(yield)", "Yield has no place in a formula;"),
    ("await x1", "Await has no place in a formula;"),
    ("x1 := 2", "the sign : has no place in a formula;"),
    ("'a'", "text in quotes has no place in a formula;"),
    ('f"{x1}"', "text in quotes has no place in a formula;"),
    ("x1 < 2", "a comparison or an assignment has no place in a formula;"),
    ("x1 in x2", "a comparison has no place in a formula;"),
    ("exp(x=1)", "a comparison or an assignment has no place in a formula;"),
    ("exp(*x1)", "a star stands only between two numbers or names;"),
    ("(x1 for x1 in x2)", "a loop has no place in a formula;"),
    ("x1 if x2 else z", "a condition has no place in a formula;"),
    ("x1 and x2", "and, or have no place in a formula;"),
    ("not x1", "not has no place in a formula;"),
    ("True", "True, False and None have no place in a formula;"),
    ("x1, x2", "a comma stands only between the arguments of a function;"),
    ("x1 // 2", "// has no place in a formula;"),
    ("x1 % 2", "the sign % has no place in a formula;"),
    ("~x1", "the sign ~ has no place in a formula;"),
    ("x1 # + x2", "the sign # has no place in a formula;"),
    ("x1; x2", "the sign ; has no place in a formula;"),
    ("x1 \\\n + x2", "the sign \\ has no place in a formula;"),
    ("x1 − x2", r"the character '\u2212' has no place in a formula; use plain ASCII"),
    ("x1\x00", r"the character '\x00' has no place in a formula;"),
    ("X1", "X1 is not a name that can stand here; did you mean x1."),
    ("y_perd", "y_perd is not a name that can stand here; did you mean y_pred."),
    ("q", "q is not a name that can stand here; the names are x1, x2, x3, z, y_pred, y."),
    ("expp(x1)", "expp is not a function that can stand here; did you mean exp."),
    ("exp", "exp is a function without its argument; write exp(...)."),
    ("exp(x1, x2)", "exp has 2 arguments; it takes one."),
    ("max(x1)", "max has 1 argument; it takes 2 or more."),
    ("x1(2)", "x1 is not a function; write x1*(...) to multiply."),
    ("pi(2)", "pi is not a function; write pi*(...) to multiply."),
    ("2(x1)", "a bracket follows a number or another bracket; put a sign such as * between them."),
    ("exp(x1)(x2)", "a bracket follows a number or another bracket;"),
    ("2x1", "in 2x1 a number runs into what follows; write decimal digits alone, or 2*x1 to multiply."),
    ("0x10", "in 0x10 a number runs into what follows;"),
    ("1_000", "in 1_000 a number runs into what follows;"),
    ("1j", "in 1j a number runs into what follows;"),
    ("1.5.2", "in 1.5.2 a number runs into what follows;"),
    ("x1 x2", "x1 x2 does not read as a formula;"),
    ("x1 +", "x1 + does not read as a formula;"),
    ("(x1", "(x1 does not read as a formula; check its brackets and signs."),
    ("x1)", "x1) does not read as a formula; check its brackets and signs."),
    ("007", "007 begins with a zero too many; write the number without it."),
    ("1e999999", "1e999999 is out of range; powers of ten go up to 300."),
    ("1e-301", "1e-301 is out of range;"),
    ("x1/0", "the formula divides by zero; divide by something else."),
    ("x1*2/(0.00)", "the formula divides by zero;"),
    ("0**-1", "the formula divides by zero;"),
    ("9**9**9**9", "the powers multiply to a degree above 100; use smaller exponents."),
    ("2**2**x1", "the powers multiply to a degree above 100; use smaller exponents."),
    ("x1**x1", "an exponent is not a plain number; write one, such as 2, -1 or (1/2), or a number above zero as"),
    ("0**x1", "an exponent is not a plain number;"),
    ("(-2)**x1", "an exponent is not a plain number;"),
    ("x1**101", "an exponent is too large or too fine; use whole numbers of at most 100."),
    ("x1**0.001", "an exponent is too large or too fine;"),
    ("(9**99)**99", "the powers multiply to a degree above 100; use smaller exponents."),
    ("((x1**99)**99)**99", "the powers multiply to a degree above 100;"),
    ("x1**60*x2**60", "the powers multiply to a degree above 100;"),
]


@pytest.mark.parametrize(("text", "sentence"), REFUSED)
def test_a_refusal_is_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(FormulaError) as caught:
        parse_formula(text, NAMES)
    error = caught.value
    assert str(error).startswith(sentence)
    assert str(error) == f"{error.what}; {error.mend}."
    assert len(str(error)) < 200
    with pytest.raises(FormulaError, match=re.escape(sentence)):
        check_formula(text, NAMES)


def test_without_names_a_formula_has_only_numbers() -> None:
    with pytest.raises(FormulaError, match="only numbers can stand here"):
        check_formula("x1 + 1", ())


HOSTILE = {
    "brackets": "(" * 10_000 + "x1" + ")" * 10_000,
    "brackets within the length": "(" * 240 + "x1" + ")" * 240,
    "bracketed sums within the length": "(1+" * 120 + "x1" + ")" * 120,
    "calls": "exp(" * 500 + "x1" + ")" * 500,
    "calls within the length": "exp(" * 99 + "x1" + ")" * 99,
    "text": "x1 + " * 20_000 + "x1",
    "terms": "+".join(["x1"] * 160),
    "minus signs": "-" * 490 + "x1",
    "powers": "9" + "**9" * 160,
    "power of a power": "(" * 40 + "x1" + "**99)" * 40,
    "digits": "9" * 499,
    "unknown name": "x" * 499,
    "unknown names": "*".join(["q"] * 200),
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_text_takes_no_time(text: str) -> None:
    many = {f"x{unit}": X1 for unit in range(1, 10_001)}
    started = time.perf_counter()
    if text.isdigit():
        assert check_formula(text, many) == frozenset()
    else:
        with pytest.raises(FormulaError):
            check_formula(text, many)
    assert time.perf_counter() - started < 0.05


@settings(deadline=None)
@given(st.text(alphabet="x12.e+-*/^(), ", max_size=40))
def test_any_text_is_a_formula_or_refused(text: str) -> None:
    assert re.fullmatch(r"|.+; .+\.", _refusal(text))


def test_checking_does_not_import_sympy() -> None:
    code = "import sys; from derive.config.formula import check_formula; check_formula('x1', ['x1'])"
    subprocess.run([sys.executable, "-c", f"{code}; sys.exit('sympy' in sys.modules)"], check=True)
