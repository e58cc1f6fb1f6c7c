"""Layers counted from the inputs, and where a weight leads to before where it comes from: $w^{3}_{12}$, $C$."""

from typing import TYPE_CHECKING

from derive.kind import Kind
from derive.notation.base import Notation, index
from derive.notation.matrix import LETTERS, Matrices
from derive.notation.name import Name

if TYPE_CHECKING:
    from derive.tape.quantity import Quantity
    from derive.tape.structure import Structure

_BASES = {Kind.PRE_ACTIVATION: "z", Kind.ACTIVATION: "a", Kind.DELTA: r"\delta", Kind.INPUT: "x", Kind.TARGET: "y"}
_FIRST = 2
"""The number of the first layer after the inputs."""


def _name(quantity: "Quantity", structure: "Structure") -> Name:
    layer, sample = str(quantity.layer + _FIRST - 1) if quantity.layer else "", quantity.sample
    match quantity.kind:
        case Kind.LEARNING_RATE:
            return Name(r"\eta")
        case Kind.LAYER_SUM:
            return Name("S", sup=layer, sample=sample)
        case Kind.LOSS:
            return Name("C", sample=sample)
        case Kind.WEIGHT:
            return Name("w", index(quantity.unit, quantity.source, width=max(structure.widths())), layer)
        case Kind.BIAS:
            return Name("b", str(quantity.unit) if quantity.unit else "", layer)
    return Name(_BASES[quantity.kind], str(quantity.unit), layer, sample)


TO_FROM = Notation(
    "to_from",
    "layers counted from the inputs, to before from in the weights",
    "any network",
    lambda structure: True,
    _name,
    general=((r"\frac{\partial C}{\partial w^{l}_{jk}}", r"\delta^{l}_j \cdot a^{l-1}_k"),),
    general_delta=(r"\delta^{l}_j", r"\left( \sum_k \delta^{l+1}_k \cdot w^{l+1}_{kj} \right) \cdot f'(z^{l}_j)"),
    general_shared=(
        r"\delta^{l}_j",
        r"\sum_i \left( \sum_k \delta^{l+1}_k \cdot w^{l+1}_{ki} \right) "
        r"\cdot \frac{\partial a^{l}_i}{\partial z^{l}_j}",
    ),
    matrices=Matrices(LETTERS, layer="{}", first=_FIRST, to_from=True),
)
