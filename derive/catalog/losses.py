"""Losses: a sum over the outputs of one term in the prediction p and the target y, perhaps averaged."""

from collections.abc import Callable
from dataclasses import dataclass

import sympy
from sympy import Expr, Integer, Rational

from derive.catalog.parameter import Parameter
from derive.catalog.table import Table
from derive.symbolic import minus, mul


@dataclass(frozen=True)
class Loss:
    """One loss of a sample: ``scale(n)`` times the sum of ``term(p, y)`` over its n outputs."""

    name: str
    title: str
    term: Callable[[Expr, Expr], Expr]
    scale: Callable[[int], Rational] = lambda outputs: Integer(1)
    parameters: tuple[Parameter, ...] = ()


def _squared(p: Expr, y: Expr) -> Expr:
    return sympy.Pow(minus(p, y), Integer(2), evaluate=False)


LOSSES: Table[Loss] = Table(
    (
        Loss("half_squared_error", "half the squared error", lambda p, y: mul((Rational(1, 2), _squared(p, y)))),
        Loss("squared_error", "the squared error", _squared),
        Loss("mean_squared_error", "the mean squared error", _squared, lambda outputs: Rational(1, outputs)),
    )
)
