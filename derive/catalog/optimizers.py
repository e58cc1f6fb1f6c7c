"""Optimizers: how a parameter follows from its gradient."""

from collections.abc import Callable
from dataclasses import dataclass

from sympy import Expr

from derive.catalog.parameter import Parameter
from derive.catalog.table import Table
from derive.symbolic import minus, mul


@dataclass(frozen=True)
class Optimizer:
    """One optimizer: ``update(w, gradient, learning_rate)`` is the parameter after the step."""

    name: str
    title: str
    update: Callable[[Expr, Expr, Expr], Expr]
    parameters: tuple[Parameter, ...] = ()


OPTIMIZERS: Table[Optimizer] = Table(
    (Optimizer("gradient_descent", "gradient descent", lambda w, g, rate: minus(w, mul((rate, g)))),)
)
