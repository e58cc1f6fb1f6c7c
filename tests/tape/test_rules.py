"""The rules of the tape: derivatives are those of SymPy, and terms stand in the order in which a person writes them."""

import re
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import mpmath
import pytest
import sympy
from sympy import Expr, Integer

from derive.catalog.activations import ACTIVATIONS, Activation
from derive.catalog.losses import LOSSES
from derive.catalog.parameter import bound
from derive.notation.pattern import BREAK, with_symbols
from derive.notation.printer import printed
from derive.pipeline import Solution, solve
from derive.symbolic import add, derivative, minus, mul, opened, slot, slots
from derive.tape.forward import confirm_derivative, reduction_rule, weighted_sum
from derive.tape.loss import loss_rule
from derive.tape.rule import Rule
from tests.reference import FUNCTIONS

Z, A = slots(2)
POINTS = [Integer(n) / 16 + sympy.Rational(1, 99) for n in range(-50, 50)]
"""A hundred points from -3 to 3, none of them on a kink."""


def _power(base: Expr, exponent: int) -> Expr:
    return sympy.Pow(base, Integer(exponent), evaluate=False)


def _difference(activation: Activation) -> Expr:
    """Return SymPy's derivative of the formula less the textbook's, its parameters at their defaults."""
    activation = bound(activation)
    formula = opened(activation.formula(Z))
    return sympy.diff(formula, Z) - opened(activation.derivative(Z, formula))


def _largest(expression: Expr) -> Any:
    """Return the largest size of an expression at the points, at 50 digits."""
    steps = [{"Heaviside": lambda x, at_zero=None: mpmath.mpf(x > 0)}, "mpmath"]
    function = sympy.lambdify([Z], expression, modules=steps)
    with mpmath.workdps(60):
        return max(abs(function(mpmath.mpf(int(point.p)) / int(point.q))) for point in POINTS)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_textbook_derivative_is_that_of_sympy(name: str) -> None:
    difference = _difference(ACTIVATIONS[name])
    assert sympy.simplify(difference) == 0 or _largest(difference) < mpmath.mpf("1e-50")


@pytest.mark.parametrize("name", ["sigmoid", "tanh", "linear"])
def test_sympy_proves_the_smooth_ones_for_every_number(name: str) -> None:
    assert sympy.simplify(_difference(ACTIVATIONS[name])) == 0


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_formula_is_the_function_that_bears_the_name(name: str) -> None:
    function = sympy.lambdify([Z], opened(bound(ACTIVATIONS[name]).formula(Z)), modules="mpmath")
    with mpmath.workdps(60):
        for point in POINTS:
            z = mpmath.mpf(int(point.p)) / int(point.q)
            assert mpmath.almosteq(function(z), FUNCTIONS[name].value(mpmath, z), mpmath.mpf("1e-55"))


WRONG: dict[str, list[Callable[[Expr, Expr], Expr]]] = {
    "sigmoid": [lambda z, a: a * (1 + a), lambda z, a: 1 - a, lambda z, a: -a * (1 - a)],
    "tanh": [lambda z, a: 1 - a, lambda z, a: 1 + a**2, lambda z, a: (1 - a**2) * (1 + sympy.Rational(1, 10**40))],
    "relu": [lambda z, a: Integer(1), lambda z, a: Integer(0), lambda z, a: a],
    "linear": [lambda z, a: Integer(0), lambda z, a: z],
    "leaky_relu": [lambda z, a: Integer(1), lambda z, a: sympy.Piecewise((1, z > 0), (0, True))],
    "elu": [lambda z, a: sympy.exp(z), lambda z, a: a + 1],
}


@pytest.mark.parametrize(("name", "number"), [(name, number) for name in WRONG for number in range(len(WRONG[name]))])
def test_a_wrong_record_is_refused(name: str, number: int) -> None:
    wrong = replace(bound(ACTIVATIONS[name]), derivative=WRONG[name][number])
    assert _largest(_difference(wrong)) > mpmath.mpf("1e-45")
    with pytest.raises(AssertionError, match=f"the derivative of {name} in the catalogue is not that of its formula"):
        confirm_derivative(wrong)


@pytest.mark.parametrize("name", LOSSES)
@pytest.mark.parametrize("outputs", [1, 2, 3])
def test_partial_derivatives_of_losses_are_those_of_sympy(name: str, outputs: int) -> None:
    rule = loss_rule(bound(LOSSES[name]), outputs, (None,) * outputs)
    point = [mpmath.mpf(31 + 7 * place) / 100 for place in range(2 * outputs)]
    for place in range(outputs):
        partial = rule.partial(place)
        ours = partial.numeric.xreplace({slot(new): slot(old) for new, old in enumerate(partial.places)})
        difference = opened(ours) - sympy.diff(opened(rule.numeric), slot(place))
        with mpmath.workdps(60):
            assert abs(sympy.lambdify(slots(2 * outputs), opened(ours), "mpmath")(*point)) > 0.01
            assert abs(sympy.lambdify(slots(2 * outputs), difference, "mpmath")(*point)) < mpmath.mpf("1e-50")


P, Y = slots(2)
HALF = sympy.Rational(1, 2)
TERMS = [
    P,
    minus(P, Y),
    _power(minus(P, Y), 2),
    mul((HALF, _power(minus(P, Y), 2))),
    mul((sympy.Rational(-2, 3), _power(add((mul((P, Y)), Integer(1))), 3))),
    mul((Integer(3), _power(add((P, Y)), -1))),
    _power(add((_power(P, 2), Integer(1))), 4),
    mul((Integer(-1), Y, sympy.log(P))),
    sympy.exp(mul((Integer(-1), _power(minus(P, Y), 2))), evaluate=False),
    sympy.log(add((Integer(1), sympy.exp(P)))),
    sympy.Pow(add((_power(minus(P, Y), 2), Integer(1))), HALF, evaluate=False),
    mul((P, _power(minus(Integer(1), P), 2), _power(Y, 3))),
    add((mul((Integer(5), P)), mul((Integer(-1), Y)), _power(P, 3))),
]


@pytest.mark.parametrize("term", TERMS, ids=str)
def test_derivative_in_textbook_form_is_that_of_sympy(term: Expr) -> None:
    for symbol in (P, Y):
        ours, theirs = derivative(term, symbol), sympy.diff(term, symbol)
        assert sympy.simplify(ours - theirs) == 0


def _written(rule: Rule, *symbols: str) -> str:
    return with_symbols(printed(rule.symbolic), symbols).replace(BREAK, "")


@pytest.mark.parametrize("count", [1, 2, 9, 10, 11, 12])
@pytest.mark.parametrize("bias", [False, True])
def test_weighted_sum_is_written_in_order(count: int, bias: bool) -> None:
    numbers = range(1, count + 1)
    text = _written(weighted_sum(count, bias), *(f"x{n}" for n in numbers), *(f"w{n}" for n in numbers), "b")
    terms = [rf"x{n} \cdot w{n}" for n in numbers] + ["b"] * bias
    assert text == " + ".join(terms)


@pytest.mark.parametrize("outputs", [2, 10, 12])
def test_losses_are_written_in_order(outputs: int) -> None:
    numbers = range(1, outputs + 1)
    symbols = [*(f"p{n}" for n in numbers), *(f"y{n}" for n in numbers)]
    for loss in LOSSES.values():
        text = _written(loss_rule(bound(loss), outputs, (None,) * outputs), *symbols)
        for letter in "py":
            found = re.findall(rf"{letter}(\d+)", text)
            assert list(dict.fromkeys(found)) == [str(n) for n in numbers]
            assert found == sorted(found, key=int)


@pytest.mark.parametrize("reduction", ["mean", "sum"])
def test_losses_of_samples_are_added_in_order(reduction: str) -> None:
    text = _written(reduction_rule(reduction, 12), *(f"L{n}" for n in range(1, 13)))
    assert " + ".join(f"L{n}" for n in range(1, 13)) in text
    assert text.startswith(r"\frac{1}{12}") == (reduction == "mean")


def _wide() -> Solution:
    """Solve a network of 12 inputs, 12 hidden units, 12 outputs and 12 samples."""
    twelve = range(1, 13)
    weights = [[Decimal(i * j % 7 - 3) / 10 for j in twelve] for i in twelve]
    return solve(
        {
            "data": {"inputs": [[Decimal(s * i % 5) / 4 for i in twelve] for s in twelve], "targets": ["x1"] * 12},
            "layers": [
                {"activation": "tanh", "weights": weights, "bias": Decimal("0.1")},
                {"activation": "sigmoid", "weights": weights},
            ],
            "training": {"learning_rate": Decimal("0.1")},
        }
    )


SYMBOLS_IN_ORDER = {
    "z_1_3_s2": r"x_(\d+)_s2 \\cdot w_1_(\d+)_3",
    "z_2_12_s12": r"a_1_(\d+)_s12 \\cdot w_2_(\d+)_12",
    "delta_1_5_s1": r"delta_2_(\d+)_s1 \\cdot w_2_5_(\d+)",
    "grad_w_2_7_4": r"delta_2_4_s(\d+) \\cdot a_1_7_s(\d+)",
    "grad_w_1_11_10": r"delta_1_10_s(\d+) \\cdot x_11_s(\d+)",
}


def test_wide_sums_are_written_in_order() -> None:
    tape = _wide().tape
    for key, pattern in SYMBOLS_IN_ORDER.items():
        quantity = tape[key]
        assert quantity.rule is not None
        text = _written(quantity.rule, *(tape.quantities[place].key for place in quantity.args))
        assert re.findall(pattern, text) == [(str(n), str(n)) for n in range(1, 13)], key


def test_shared_bias_takes_samples_and_units_in_order() -> None:
    tape = _wide().tape
    keys = [tape.quantities[place].key for place in tape["grad_b_1"].args]
    assert keys == [f"delta_1_{unit}_s{sample}" for sample in range(1, 13) for unit in range(1, 13)]


@pytest.mark.parametrize(
    ("activation", "loss", "text"),
    [
        ("sigmoid", "half_squared_error", r"(a - y) \cdot a \cdot (1 - a)"),
        ("tanh", "half_squared_error", r"(a - y) \cdot (1 - a^2)"),
        ("linear", "half_squared_error", r"(a - y) \cdot 1"),
        ("linear", "squared_error", r"2 \cdot (a - y) \cdot 1"),
    ],
)
def test_output_delta_has_its_textbook_form(activation: str, loss: str, text: str) -> None:
    solution = solve(
        {
            "data": {"inputs": [Decimal(1)], "targets": [Decimal("0.5")]},
            "layers": [{"activation": activation, "weights": [[Decimal("0.3")]]}],
            "training": {"learning_rate": Decimal("0.1"), "loss": loss},
        }
    )
    quantity = solution.tape["delta_1_1"]
    assert quantity.rule is not None
    names = {"a_1_1": "a", "y_1": "y", "z_1_1": "z"}
    symbols = [names[solution.tape.quantities[place].key] for place in quantity.args]
    assert with_symbols(printed(quantity.rule.numeric), symbols).replace(BREAK, "") == text
