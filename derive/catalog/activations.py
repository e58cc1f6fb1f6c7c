"""Activations: a function of the pre-activation z, and its derivative as textbooks write it."""

from collections.abc import Callable
from dataclasses import dataclass

import sympy
from sympy import Expr, Integer

from derive.catalog.parameter import Parameter
from derive.catalog.table import Table
from derive.symbolic import add, minus, mul, named_function


@dataclass(frozen=True)
class Activation:
    """One activation.

    ``formula(z)`` is the definition. ``derivative(z, a)`` is its derivative with a = formula(z): the form that the
    numbers are put into. `derive.tape.forward` proves it equal to what SymPy derives from the formula before using it.
    ``symbol`` is the function's name in TeX; an activation without one is written out wherever it stands.
    """

    name: str
    title: str
    symbol: str
    formula: Callable[[Expr], Expr]
    derivative: Callable[[Expr, Expr], Expr]
    kink: str = ""
    """The sentence that states the convention at a point without a derivative."""
    shown_formula: Callable[[Expr], Expr] | None = None
    """How the page introduces the function, where that says more than ``formula``."""
    shown_derivative: Callable[[Expr, Expr], Expr] | None = None
    """How the page introduces the derivative, where that says more than ``derivative``."""
    parameters: tuple[Parameter, ...] = ()


def _power(base: Expr, exponent: int) -> Expr:
    return sympy.Pow(base, Integer(exponent), evaluate=False)


def _negative(z: Expr) -> Expr:
    return mul((Integer(-1), z))


def _exp(z: Expr) -> Expr:
    return sympy.exp(z, evaluate=False)


def _step(z: Expr) -> Expr:
    return sympy.Piecewise((Integer(1), z > 0), (Integer(0), True))


_relu_derivative = named_function("relu_derivative", r"\mathrm{ReLU}'", _step)

ACTIVATIONS: Table[Activation] = Table(
    (
        Activation(
            "sigmoid",
            "sigmoid",
            r"\sigma",
            lambda z: _power(add((Integer(1), _exp(_negative(z)))), -1),
            lambda z, a: mul((a, minus(Integer(1), a))),
        ),
        Activation(
            "tanh",
            "hyperbolic tangent",
            r"\tanh",
            lambda z: sympy.tanh(z, evaluate=False),
            lambda z, a: minus(Integer(1), _power(a, 2)),
            shown_formula=lambda z: mul(
                (minus(_exp(z), _exp(_negative(z))), _power(add((_exp(z), _exp(_negative(z)))), -1))
            ),
        ),
        Activation(
            "relu",
            "ReLU",
            r"\mathrm{ReLU}",
            lambda z: sympy.Max(Integer(0), z, evaluate=False),
            lambda z, a: _relu_derivative(z),
            kink="At $z = 0$ the ReLU has no derivative. The value taken there is 0.",
            shown_derivative=lambda z, a: _step(z),
        ),
        Activation("linear", "identity", "", lambda z: z, lambda z, a: Integer(1)),
    )
)
