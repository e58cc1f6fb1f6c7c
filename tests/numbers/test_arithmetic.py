"""Expressions as Python functions: exact where that can be, else right to the last digit of the working precision."""

import math
from decimal import Decimal, Inexact
from fractions import Fraction

import mpmath
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from derive.catalog.activations import ACTIVATIONS
from derive.catalog.parameter import bound
from derive.config.formula import parse_formula
from derive.numbers.arithmetic import (
    _CLOSE,
    _ROUGH,
    PRECISION,
    Calculation,
    _by_decimals,
    calculation,
    working_precision,
)
from derive.numbers.exact import NotExact
from derive.symbolic import add, minus, mul, slot, slots
from tests.reference import FUNCTIONS

Z = slot(0)
FRACTIONS = st.fractions(min_value=-50, max_value=50, max_denominator=1000)
EXACT_POINTS = {"exp": (0, 1), "log": (1, 0), "tanh": (0, 0), "sinh": (0, 0), "cosh": (0, 1), "sin": (0, 0)}
"""Transcendental functions, and where each has a rational value."""
TRANSCENDENTAL = {name: getattr(sympy, name) for name in EXACT_POINTS}


def _of_one(expression: sympy.Expr) -> Calculation:
    return calculation(expression)


def _power(base: sympy.Expr, exponent: int) -> sympy.Expr:
    return sympy.Pow(base, sympy.Integer(exponent), evaluate=False)


@given(a=FRACTIONS, b=FRACTIONS, c=FRACTIONS)
def test_rational_operations_are_exact(a: Fraction, b: Fraction, c: Fraction) -> None:
    x, y, w = slots(3)
    bottom = add((_power(w, 2), sympy.Integer(1)))
    expression = add((mul((sympy.Rational(1, 3), x, y)), minus(_power(x, 3), mul((y, _power(bottom, -1))))))
    found = calculation(expression).exactly([a, b, c])
    assert found == a * b / 3 + a**3 - b / (c**2 + 1)


@given(a=FRACTIONS, b=FRACTIONS)
def test_comparing_functions_are_exact(a: Fraction, b: Fraction) -> None:
    x, y = slots(2)
    for function, expected in ((sympy.Max, max(a, b)), (sympy.Min, min(a, b))):
        assert calculation(function(x, y, evaluate=False)).exactly([a, b]) == expected
    cases = sympy.Piecewise((sympy.Integer(1), x > 0), (sympy.Integer(0), True))
    assert _of_one(cases).exactly([a]) == (1 if a > 0 else 0)


def test_a_third_of_a_decimal_that_it_divides_is_exact() -> None:
    third = _of_one(mul((sympy.Rational(1, 3), Z)))
    with working_precision() as context:
        assert third.closely([Decimal("0.6")]) == Decimal("0.2")
        assert not context.flags[Inexact]


@given(root=st.fractions(min_value=0, max_value=50, max_denominator=1000), degree=st.sampled_from([2, 3]))
def test_a_root_is_exact_where_it_is_rational(root: Fraction, degree: int) -> None:
    function = _of_one(sympy.Pow(Z, sympy.Rational(1, degree), evaluate=False))
    assert function.exactly([root**degree]) == root
    with pytest.raises(NotExact):
        function.exactly([2 * (root + 1) ** degree])


@pytest.mark.parametrize("name", TRANSCENDENTAL)
def test_a_transcendental_function_is_exact_at_one_point_only(name: str) -> None:
    function = _of_one(TRANSCENDENTAL[name](Z, evaluate=False))
    point, value = EXACT_POINTS[name]
    assert function.exactly([Fraction(point)]) == value
    with pytest.raises(NotExact):
        function.exactly([Fraction(1, 7)])


@pytest.mark.parametrize("name", TRANSCENDENTAL)
@pytest.mark.parametrize("text", ["0.001", "0.37", "1.1", "19.25", "123.456"])
def test_transcendental_functions_are_right_to_the_last_digit(name: str, text: str) -> None:
    with working_precision():
        found = _of_one(TRANSCENDENTAL[name](Z, evaluate=False)).closely([Decimal(text)])
    assert _is_right(found, name, Decimal(text), PRECISION)


def _is_right(found: Decimal, name: str, argument: Decimal, precision: int) -> bool:
    """Compare with mpmath at twice the digits; at most the last digit may be off by one."""
    with mpmath.workdps(2 * precision):
        true = getattr(mpmath, name)(_mpf(argument))
        return bool(abs(_mpf(found) - true) <= abs(true) * mpmath.mpf(10) ** (1 - precision))


def _mpf(number: Decimal) -> mpmath.mpf:
    top, bottom = number.as_integer_ratio()
    return mpmath.mpf(top) / bottom


@pytest.mark.parametrize("name", ["tanh", "exp", "sin"])
@pytest.mark.parametrize("precision", [20, 300, 4400])
def test_precision_is_what_is_asked_for(name: str, precision: int) -> None:
    """Also beyond 4,300 digits, where Python refuses to read a whole number from text."""
    function = _of_one(TRANSCENDENTAL[name](Z, evaluate=False))
    with working_precision(precision):
        third = Decimal(1) / 3
        found = function.closely([third])
        assert len(found.as_tuple().digits) == precision
    assert _is_right(found, name, third, precision)
    assert not _is_right(found + Decimal(f"3e-{precision}") * 10, name, third, precision)


@pytest.mark.parametrize("name", ["sigmoid", "tanh"])
@pytest.mark.parametrize("size", [100, 200, 1000])
def test_a_saturated_function_never_counts_as_exact(name: str, size: int) -> None:
    """At 60 digits tanh(200) is 1.000…, and yet it is not 1."""
    function = calculation(bound(ACTIVATIONS[name]).formula(Z))
    with working_precision() as context:
        assert abs(function.closely([Decimal(size)]) - 1) < Decimal("1e-40")
        assert context.flags[Inexact]
    with pytest.raises(NotExact):
        function.exactly([Fraction(size)])


@pytest.mark.parametrize("name", ACTIVATIONS)
@given(z=st.decimals(-15, 15, places=3))
def test_activations_are_right_to_fifty_digits(name: str, z: Decimal) -> None:
    function = calculation(bound(ACTIVATIONS[name]).formula(Z))
    with working_precision():
        found = Decimal(function.closely([z]))
    with mpmath.workdps(400):
        true = FUNCTIONS[name].value(mpmath, _mpf(z))
        assert abs(_mpf(found) - true) <= abs(true) * mpmath.mpf("1e-50")


ROUGHLY = {
    "exp(-z) / (1 + z)": lambda z: math.exp(-z) / (1 + z),
    "z**3 - sqrt(z) + 2/3": lambda z: z**3 - math.sqrt(z) + 2 / 3,
    "max(z, 1/2) + min(z, 1) + abs(-z)": lambda z: max(z, 0.5) + min(z, 1) + z,
    "pi * z + e * 2**z": lambda z: math.pi * z + math.e * 2**z,
}


@pytest.mark.parametrize("text", ROUGHLY)
def test_floats_are_right_to_their_last_digits(text: str) -> None:
    calculate = _of_one(parse_formula(text, {"z": Z}))
    for number in (0.125, 0.75, 3.5):
        assert calculate.roughly([number]) == pytest.approx(ROUGHLY[text](number), rel=1e-14)


def test_every_function_of_decimals_is_one_of_floats_too() -> None:
    assert _ROUGH.keys() == _CLOSE.keys()
    assert _by_decimals(_CLOSE["tanh"])(0.5) == pytest.approx(math.tanh(0.5), rel=1e-14)


def test_working_precision_ends_with_its_block() -> None:
    with working_precision(7):
        inside = Decimal(1) / 3
    assert len(inside.as_tuple().digits) == 7
    assert len((Decimal(1) / 3).as_tuple().digits) == 28


def test_an_unknown_function_is_refused_and_never_guessed() -> None:
    with pytest.raises(NotImplementedError, match="Unsupported node zeta"):
        _of_one(sympy.zeta(Z))
