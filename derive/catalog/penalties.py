"""Penalties on the size of the weights: L1, L2 in two forms, and the elastic net, which is L1 and L2 together."""

from collections.abc import Callable
from dataclasses import dataclass

import sympy
from sympy import Expr, Integer

from derive.catalog.table import Table
from derive.symbolic import mul, over, power, sign


@dataclass(frozen=True)
class Penalty:
    """One penalty: ``factor(strength)`` times the sum of ``term(w)`` over the weights.

    ``slope(strength, w)`` is its derivative for one weight, as textbooks write it. ``key`` and ``letter`` are those of
    its strength; ``l2`` and ``half_l2`` share theirs, for they are two ways to state one penalty.
    """

    name: str
    title: str
    key: str
    letter: str
    factor: Callable[[Expr], Expr]
    term: Callable[[Expr], Expr]
    slope: Callable[[Expr, Expr], Expr]
    kink: str = ""
    """The sentence that states the convention at a point without a derivative."""


def _square(w: Expr) -> Expr:
    return power(w, 2)


def _half(strength: Expr) -> Expr:
    return over(strength, Integer(2))


PENALTIES: Table[Penalty] = Table(
    (
        Penalty(
            "l1",
            "L1 penalty",
            "lambda1",
            r"\lambda_1",
            factor=lambda strength: strength,
            term=lambda w: sympy.Abs(w, evaluate=False),
            slope=lambda strength, w: mul((strength, sign(w))),
            kink="The derivative of $|w|$ is the sign $\\mathrm{sgn}(w)$, which is $1$ above zero and $-1$ below "
            "it. At $w = 0$ there is none. The value taken there is $\\mathrm{sgn}(0) = 0$.",
        ),
        Penalty(
            "l2",
            "L2 penalty",
            "lambda2",
            r"\lambda_2",
            factor=lambda strength: strength,
            term=_square,
            slope=lambda strength, w: mul((Integer(2), strength, w)),
        ),
        Penalty(
            "half_l2",
            "L2 penalty",
            "lambda2",
            r"\lambda_2",
            factor=_half,
            term=_square,
            slope=lambda strength, w: mul((strength, w)),
        ),
    )
)
