"""Activations of a whole layer: each unit's value depends on the pre-activations of all of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import sympy
from sympy import Expr, Integer

from derive.catalog.activations import ACTIVATIONS, Activation
from derive.catalog.parameter import Parameter
from derive.catalog.table import Table
from derive.symbolic import add, minus, mul, over


@dataclass(frozen=True)
class LayerActivation:
    """One activation of a layer: the share of ``part(z)`` of a unit in the sum S of those of all units.

    ``derivative(a, j, k)`` is that of unit j's activation for unit k's pre-activation, over the layer's activations;
    `derive.tape.layer` proves it equal to what SymPy derives before using it. ``general`` are the definitions and the
    Jacobian for any unit as the page introduces them: pairs of a symbol and what it equals.
    """

    name: str
    title: str
    symbol: str
    part: Callable[[Expr], Expr]
    derivative: Callable[[Sequence[Expr], int, int], Expr]
    general: tuple[tuple[str, str], ...]
    parameters: tuple[Parameter, ...] = ()

    def formula(self, z: Sequence[Expr], j: int) -> Expr:
        """Unit j's activation, over the layer's pre-activations."""
        return self.share(z[j], add(self.part(each) for each in z))

    def share(self, z: Expr, total: Expr) -> Expr:
        """A unit's activation, with the sum S put in."""
        return over(self.part(z), total)


def _softmax_derivative(a: Sequence[Expr], j: int, k: int) -> Expr:
    if j == k:
        return mul((a[j], minus(Integer(1), a[j])))
    return mul((Integer(-1), a[j], a[k]))


SOFTMAX = LayerActivation(
    "softmax",
    "softmax",
    r"\mathrm{softmax}",
    lambda z: sympy.exp(z, evaluate=False),
    _softmax_derivative,
    general=(
        ("S", r"\sum_k e^{z_k}"),
        ("a_i", r"\frac{e^{z_i}}{S}"),
        (
            r"\frac{\partial a_i}{\partial z_j}",
            r"\begin{cases} a_i \cdot (1 - a_i) & i = j \\ -a_i \cdot a_j & i \ne j \end{cases}",
        ),
    ),
)

EVERY_ACTIVATION: Table[Activation | LayerActivation] = Table((*ACTIVATIONS.values(), SOFTMAX))
"""What a layer's activation may be."""
