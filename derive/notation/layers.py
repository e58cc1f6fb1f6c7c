"""Layers as superscripts, for any network: $w^{(1)}_{11}$ leads from unit 1 to unit 1 of layer 1."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from derive.kind import Kind
from derive.notation.base import Notation, index
from derive.notation.name import Name

if TYPE_CHECKING:
    from derive.tape.quantity import Quantity
    from derive.tape.structure import Structure

_BASES = {Kind.PRE_ACTIVATION: "z", Kind.ACTIVATION: "a", Kind.DELTA: r"\delta", Kind.INPUT: "x", Kind.TARGET: "y"}


def layered(
    superscript: Callable[[int], str], loss: str, *, to_from: bool
) -> Callable[["Quantity", "Structure"], Name]:
    """Return what names quantities by their layer's superscript; ``to_from`` is the order of a weight's indices."""

    def name(quantity: "Quantity", structure: "Structure") -> Name:
        sup, sample = superscript(quantity.layer) if quantity.layer else "", quantity.sample
        match quantity.kind:
            case Kind.LEARNING_RATE:
                return Name(r"\eta")
            case Kind.LAYER_SUM:
                return Name("S", sup=sup, sample=sample)
            case Kind.LOSS:
                return Name(loss, sample=sample)
            case Kind.WEIGHT:
                units = (quantity.source, quantity.unit)
                return Name("w", index(*(units[::-1] if to_from else units), width=max(structure.widths())), sup)
            case Kind.BIAS:
                return Name("b", str(quantity.unit) if quantity.unit else "", sup)
        return Name(_BASES[quantity.kind], str(quantity.unit), sup, sample)

    return name


LAYERS = Notation(
    "layers",
    "layers as superscripts",
    "any network",
    lambda structure: True,
    layered("({})".format, "L", to_from=False),
    general=((r"\frac{\partial L}{\partial w^{(l)}_{ij}}", r"\delta^{(l)}_j \cdot a^{(l-1)}_i"),),
    general_delta=(
        r"\delta^{(l)}_j",
        r"\left( \sum_k \delta^{(l+1)}_k \cdot w^{(l+1)}_{jk} \right) \cdot f'(z^{(l)}_j)",
    ),
    general_inputs=r"a^{(0)}_i = x_i",
    general_shared=(
        r"\delta^{(l)}_j",
        r"\sum_i \left( \sum_k \delta^{(l+1)}_k \cdot w^{(l+1)}_{ik} \right) "
        r"\cdot \frac{\partial a^{(l)}_i}{\partial z^{(l)}_j}",
    ),
)
