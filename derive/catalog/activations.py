"""Activations: a function of the pre-activation z, and its derivative as textbooks write it."""

from collections.abc import Callable
from dataclasses import dataclass

import sympy
from sympy import Expr, Integer, Rational

from derive.catalog.parameter import Parameter
from derive.catalog.table import Table
from derive.symbolic import add, cases, minus, mul, named_function, negative, over, power, root


@dataclass(frozen=True)
class Activation:
    """One activation.

    ``formula(z)`` is the definition. ``derivative(z, a)`` is its derivative with a = formula(z): the form that the
    numbers are put into. `derive.tape.forward` proves it equal to what SymPy derives from the formula before using it.
    ``symbol`` is the function's name in TeX; an activation without one is written out wherever it stands. Where the
    formula has no derivative, the one that ``derivative`` gives is taken, and the page says so.
    """

    name: str
    title: str
    symbol: str
    formula: Callable[..., Expr]
    derivative: Callable[..., Expr]
    note: str = ""
    """What the page says of the definition, where libraries or books differ."""
    shown_formula: Callable[..., Expr] | None = None
    """How the page introduces the function, where that says more than ``formula``."""
    parameters: tuple[Parameter, ...] = ()
    number: int = 0
    """Tells those of a network apart that differ in their parameters alone; 0 where there is one."""


_ZERO, _ONE, _HALF = Integer(0), Integer(1), Rational(1, 2)
_SCALE, _ALPHA = Rational("1.05070098"), Rational("1.67326324")
_CUBIC = Rational("0.044715")


def _exp(z: Expr) -> Expr:
    return sympy.exp(z, evaluate=False)


def _half(z: Expr) -> Expr:
    return over(z, Integer(2))


def _tanh(z: Expr) -> Expr:
    return sympy.tanh(z, evaluate=False)


def _one_and_size(z: Expr) -> Expr:
    return add((_ONE, sympy.Abs(z, evaluate=False)))


_sigma = named_function("logistic", r"\sigma", lambda z: power(add((_ONE, _exp(negative(z)))), -1))
_softplus = named_function(
    "softplus_of", r"\mathrm{softplus}", lambda z: sympy.log(add((_ONE, _exp(z))), evaluate=False)
)
_Phi = named_function(
    "Phi", r"\Phi", lambda z: mul((_HALF, add((_ONE, sympy.erf(over(z, root(Integer(2))), evaluate=False)))))
)
_phi = named_function(
    "phi", r"\varphi", lambda z: over(_exp(negative(_half(power(z, 2)))), root(mul((Integer(2), sympy.pi))))
)
_u = named_function("u", "u", lambda z: mul((root(over(Integer(2), sympy.pi)), add((z, mul((_CUBIC, power(z, 3))))))))
_u_slope = named_function(
    "u_slope",
    "u'",
    lambda z: mul((root(over(Integer(2), sympy.pi)), add((_ONE, mul((3 * _CUBIC, power(z, 2))))))),
)


def _scaled(factor: Expr, value: Expr) -> Expr:
    return value if factor == 1 else mul((factor, value))


ACTIVATIONS: Table[Activation] = Table(
    (
        Activation(
            "sigmoid",
            "sigmoid",
            r"\sigma",
            lambda z: power(add((_ONE, _exp(negative(z)))), -1),
            lambda z, a: mul((a, minus(_ONE, a))),
        ),
        Activation(
            "tanh",
            "hyperbolic tangent",
            r"\tanh",
            _tanh,
            lambda z, a: minus(_ONE, power(a, 2)),
            shown_formula=lambda z: mul(
                (minus(_exp(z), _exp(negative(z))), power(add((_exp(z), _exp(negative(z)))), -1))
            ),
        ),
        Activation(
            "relu",
            "ReLU",
            r"\mathrm{ReLU}",
            lambda z: sympy.Max(_ZERO, z, evaluate=False),
            lambda z, a: cases((_ONE, z > 0), otherwise=_ZERO),
        ),
        Activation(
            "leaky_relu",
            "leaky ReLU",
            r"\mathrm{LReLU}",
            lambda z, slope: cases((z, z > 0), otherwise=mul((slope, z))),
            lambda z, a, slope: cases((_ONE, z > 0), otherwise=slope),
            parameters=(Parameter("slope", "0.01", "the slope below zero", least="0", below="1"),),
        ),
        Activation(
            "elu",
            "ELU",
            r"\mathrm{ELU}",
            lambda z, alpha: cases((z, z > 0), otherwise=_scaled(alpha, minus(_exp(z), _ONE))),
            lambda z, a, alpha: cases((_ONE, z > 0), otherwise=_scaled(alpha, _exp(z))),
            parameters=(Parameter("alpha", "1", "minus the value far below zero", above="0"),),
        ),
        Activation(
            "selu",
            "SELU",
            r"\mathrm{SELU}",
            lambda z: cases((mul((_SCALE, z)), z > 0), otherwise=mul((_SCALE, _ALPHA, minus(_exp(z), _ONE)))),
            lambda z, a: cases((_SCALE, z > 0), otherwise=mul((_SCALE, _ALPHA, _exp(z)))),
            note="The two constants of the SELU are those of its paper, with 8 decimals.",
        ),
        Activation(
            "hard_sigmoid",
            "hard sigmoid",
            r"\mathrm{HardSigmoid}",
            lambda z: cases((_ZERO, z <= -3), (_ONE, z >= 3), otherwise=add((over(z, Integer(6)), _HALF))),
            lambda z, a: cases((_ZERO, z <= -3), (_ZERO, z >= 3), otherwise=Rational(1, 6)),
            note="This is the hard sigmoid of PyTorch; other libraries take other slopes, such as 0.2.",
        ),
        Activation(
            "softplus",
            "softplus",
            r"\mathrm{softplus}",
            lambda z: sympy.log(add((_ONE, _exp(z))), evaluate=False),
            lambda z, a: _sigma(z),
        ),
        Activation(
            "softsign",
            "softsign",
            r"\mathrm{softsign}",
            lambda z: over(z, _one_and_size(z)),
            lambda z, a: over(_ONE, power(_one_and_size(z), 2)),
        ),
        Activation(
            "silu",
            "SiLU (swish)",
            r"\mathrm{SiLU}",
            lambda z: mul((z, _sigma(z))),
            lambda z, a: add((a, mul((_sigma(z), minus(_ONE, a))))),
        ),
        Activation(
            "gelu",
            "GELU",
            r"\mathrm{GELU}",
            lambda z: mul((z, _Phi(z))),
            lambda z, a: add((_Phi(z), mul((z, _phi(z))))),
            note="This is the exact GELU, with the distribution function $\\Phi$ of the normal distribution and its "
            "density $\\varphi$. Its tanh form is an approximation.",
        ),
        Activation(
            "gelu_tanh",
            "GELU in its tanh form",
            r"\mathrm{tGELU}",
            lambda z: mul((_half(z), add((_ONE, _tanh(_u(z)))))),
            lambda z, a: add(
                (
                    mul((_HALF, add((_ONE, _tanh(_u(z)))))),
                    mul((_half(z), minus(_ONE, power(_tanh(_u(z)), 2)), _u_slope(z))),
                )
            ),
            note="This is an approximation to the GELU. The exact one has the distribution function of the normal "
            "distribution in the place of the tanh.",
        ),
        Activation(
            "mish",
            "Mish",
            r"\mathrm{Mish}",
            lambda z: mul((z, _tanh(_softplus(z)))),
            lambda z, a: add((_tanh(_softplus(z)), mul((z, _sigma(z), minus(_ONE, power(_tanh(_softplus(z)), 2)))))),
        ),
        Activation("linear", "identity", "", lambda z: z, lambda z, a: _ONE),
    )
)
