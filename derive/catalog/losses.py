"""Losses: a sum over the outputs of one term in the prediction p and the target y, perhaps averaged."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import sympy
from sympy import Expr, Integer, Rational

from derive.catalog.canonical import SIGMOID_ENTROPY, SOFTMAX_ENTROPY, Canonical
from derive.catalog.domain import DISTRIBUTION, INSIDE, NOT_NEGATIVE, POSITIVE, SHARE, SIGN, Domain
from derive.catalog.logarithm import times_log
from derive.catalog.parameter import Parameter
from derive.catalog.table import Table
from derive.symbolic import cases, minus, mul, named_function, negative, over, power, sign


@dataclass(frozen=True)
class Loss:
    """One loss of a sample: ``scale(n)`` times the sum of ``term(p, y)`` over its n outputs.

    ``slope(p, y)`` is the derivative of the term for the prediction as textbooks write it, or None where SymPy's is
    that already; `derive.tape.loss` proves it before using it. ``targets`` and ``predictions`` say what the loss is
    made for, None if for any number. With the activation of ``canonical`` in the last layer the deltas are short.
    """

    name: str
    title: str
    term: Callable[..., Expr]
    scale: Callable[[int], Rational] = lambda outputs: Integer(1)
    slope: Callable[..., Expr] | None = None
    kink: str = ""
    """The sentence that states the convention at a point without a derivative."""
    note: str = ""
    """A sentence for the page on how the loss is meant."""
    targets: Domain | None = None
    predictions: Domain | None = None
    canonical: Canonical | None = None
    parameters: tuple[Parameter, ...] = ()


def _squared(p: Expr, y: Expr) -> Expr:
    return power(minus(p, y), 2)


def _binary_entropy(p: Expr, y: Expr) -> Expr:
    return minus(negative(times_log(y, p)), times_log(minus(Integer(1), y), minus(Integer(1), p)))


@cache
def _huber(delta: Expr) -> tuple[type[sympy.Function], type[sympy.Function]]:
    """Make the Huber loss of an error and its derivative."""
    half = Rational(1, 2)

    def loss(error: Expr) -> Expr:
        size = sympy.Abs(error, evaluate=False)
        squared = mul((half, power(error, 2)))
        linear = minus(size, half * delta)
        return cases((squared, size <= delta), otherwise=linear if delta == 1 else mul((delta, linear)))

    def slope(error: Expr) -> Expr:
        size = sympy.Abs(error, evaluate=False)
        linear = sign(error) if delta == 1 else mul((delta, sign(error)))
        return cases((error, size <= delta), otherwise=linear)

    return named_function("huber", "H", loss, by_cases=True), named_function("huber'", "H'", slope, by_cases=True)


_hinge = named_function(
    "hinge", "h", lambda m: cases((minus(Integer(1), m), m < 1), otherwise=Integer(0)), by_cases=True
)
_hinge_slope = named_function(
    "hinge'", "h'", lambda m: cases((Integer(-1), m < 1), otherwise=Integer(0)), by_cases=True
)

_ZERO_LOGS = "A term whose target is 0 is 0 and is left out."

LOSSES: Table[Loss] = Table(
    (
        Loss("half_squared_error", "half the squared error", lambda p, y: mul((Rational(1, 2), _squared(p, y)))),
        Loss("squared_error", "the squared error", _squared),
        Loss("mean_squared_error", "the mean squared error", _squared, lambda outputs: Rational(1, outputs)),
        Loss(
            "mean_absolute_error",
            "the mean absolute error",
            lambda p, y: sympy.Abs(minus(p, y), evaluate=False),
            lambda outputs: Rational(1, outputs),
            slope=lambda p, y: sign(minus(p, y)),
            kink="At $p = y$ the absolute value has no derivative. The value taken there is $\\mathrm{sgn}(0) = 0$.",
        ),
        Loss(
            "huber",
            "the Huber loss",
            lambda p, y, delta: _huber(delta)[0](minus(p, y)),
            slope=lambda p, y, delta: _huber(delta)[1](minus(p, y)),
            note="It is half the square of a small error; a larger one counts in proportion to its size.",
            parameters=(Parameter("delta", "1", "the size up to which an error counts squared", above="0"),),
        ),
        Loss(
            "log_cosh",
            "the log-cosh loss",
            lambda p, y: sympy.log(sympy.cosh(minus(p, y), evaluate=False), evaluate=False),
            slope=lambda p, y: sympy.tanh(minus(p, y), evaluate=False),
        ),
        Loss(
            "binary_cross_entropy",
            "the binary cross-entropy",
            _binary_entropy,
            note="A target of 1 leaves of this the first term alone, a target of 0 the second: "
            "a term with the factor 0 is 0 and is left out.",
            targets=SHARE,
            predictions=INSIDE,
            canonical=SIGMOID_ENTROPY,
        ),
        Loss(
            "cross_entropy",
            "the cross-entropy",
            lambda p, y: negative(times_log(y, p)),
            note=_ZERO_LOGS,
            targets=DISTRIBUTION,
            predictions=POSITIVE,
            canonical=SOFTMAX_ENTROPY,
        ),
        Loss(
            "kl_divergence",
            "the Kullback-Leibler divergence",
            lambda p, y: times_log(y, over(y, p)),
            slope=lambda p, y: negative(over(y, p)),
            note=_ZERO_LOGS,
            targets=DISTRIBUTION,
            predictions=POSITIVE,
            canonical=SOFTMAX_ENTROPY,
        ),
        Loss(
            "hinge",
            "the hinge loss",
            lambda p, y: _hinge(mul((y, p))),
            slope=lambda p, y: mul((_hinge_slope(mul((y, p))), y)),
            kink="At $y \\cdot p = 1$ the hinge loss has no derivative. The value taken there is 0.",
            targets=SIGN,
        ),
        Loss(
            "poisson",
            "the Poisson loss",
            lambda p, y: minus(p, times_log(y, p)),
            note="It is the negative logarithm of the Poisson distribution with the mean $p$, without the part "
            "$\\ln(y!)$, in which $p$ does not stand. A target of 0 leaves $p$ alone.",
            targets=NOT_NEGATIVE,
            predictions=POSITIVE,
        ),
    )
)
