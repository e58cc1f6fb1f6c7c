"""Weights and biases numbered in order, net inputs and outputs: $w_5$, $net_{h1}$, $out_{o1}$, $E_{total}$."""

from typing import TYPE_CHECKING

from derive.kind import Kind
from derive.notation.base import Notation
from derive.notation.matrix import LETTERS, Matrices
from derive.notation.name import Name

if TYPE_CHECKING:
    from derive.tape.quantity import Quantity
    from derive.tape.structure import Structure

_BASES = {
    Kind.PRE_ACTIVATION: r"\text{net}", Kind.ACTIVATION: r"\text{out}", Kind.DELTA: r"\delta",
    Kind.TARGET: r"\text{target}",
}  # fmt: skip


def _name(quantity: "Quantity", structure: "Structure") -> Name:
    sample = quantity.sample
    match quantity.kind:
        case Kind.LEARNING_RATE:
            return Name(r"\eta")
        case Kind.LAYER_SUM:
            return Name("S", _unit(quantity, structure), sample=sample)
        case Kind.LOSS:
            return Name("E", r"\text{total}", sample=sample)
        case Kind.INPUT:
            return Name("i", str(quantity.unit), sample=sample)
        case Kind.WEIGHT:
            return Name("w", str(_weight_number(quantity, structure)))
        case Kind.BIAS:
            return Name("b", str(_bias_number(quantity, structure)))
    return Name(_BASES[quantity.kind], _unit(quantity, structure), sample=sample)


def _unit(quantity: "Quantity", structure: "Structure") -> str:
    """Return h2 for a hidden unit, with several hidden layers h1,2 for unit 2 of the first, o2 for an output."""
    layers = len(structure.layers)
    unit = str(quantity.unit or "")
    if quantity.layer in (0, layers):
        return f"o{unit}"
    return f"h{unit}" if layers == 2 else ",".join(filter(None, (f"h{quantity.layer}", unit)))


def _weight_number(quantity: "Quantity", structure: "Structure") -> int:
    """Count the weights layer by layer, in each of them unit by unit."""
    widths, before = structure.widths(), quantity.layer - 1
    earlier = sum(widths[layer] * widths[layer + 1] for layer in range(before))
    return earlier + (quantity.unit - 1) * widths[before] + quantity.source


def _bias_number(quantity: "Quantity", structure: "Structure") -> int:
    """Count the biases layer by layer; one that a layer's units share counts once."""
    counts = {"none": 0, "shared": 1}
    earlier = sum(counts.get(shape.bias, shape.units) for shape in structure.layers[: quantity.layer - 1])
    return earlier + max(quantity.unit, 1)


NUMBERED = Notation(
    "numbered",
    "weights and biases numbered in order, with net and out",
    "any network",
    lambda structure: True,
    _name,
    general=((r"\frac{\partial E_{\text{total}}}{\partial w_{i \to j}}", r"\delta_j \cdot \text{out}_i"),),
    general_delta=(r"\delta_j", r"\left( \sum_k \delta_k \cdot w_{j \to k} \right) \cdot f'(\text{net}_j)"),
    general_inputs=r"\text{out}_{i1} = i_1",
    general_shared=(
        r"\delta_j",
        r"\sum_i \left( \sum_k \delta_k \cdot w_{i \to k} \right) "
        r"\cdot \frac{\partial \text{out}_i}{\partial \text{net}_j}",
    ),
    matrices=Matrices(
        {
            **LETTERS,
            Kind.INPUT: (r"\mathbf{i}", "I"),
            Kind.TARGET: (r"\mathbf{target}", r"\mathbf{TARGET}"),
            Kind.PRE_ACTIVATION: (r"\mathbf{net}", r"\mathbf{NET}"),
            Kind.ACTIVATION: (r"\mathbf{out}", r"\mathbf{OUT}"),
        }
    ),
    deep=True,
    new="+",
)
