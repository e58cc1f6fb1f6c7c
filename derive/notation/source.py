"""Short names for one hidden layer and one output: $w_{11}$, $w_{h1}$, $z_o$, $y_{pred}$."""

from typing import TYPE_CHECKING

from derive.kind import Kind
from derive.notation.base import Notation, index
from derive.notation.name import Name

if TYPE_CHECKING:
    from derive.tape.quantity import Quantity
    from derive.tape.structure import Structure


def _fits(structure: "Structure") -> bool:
    return len(structure.layers) == 2 and structure.outputs == 1


def _name(quantity: "Quantity", structure: "Structure") -> Name:
    sample = quantity.sample
    hidden = quantity.layer == 1
    unit = str(quantity.unit) if hidden else "o"
    match quantity.kind:
        case Kind.LEARNING_RATE:
            return Name(r"\eta")
        case Kind.LAYER_SUM:
            return Name("S", sample=sample)
        case Kind.LOSS:
            return Name("L", sample=sample)
        case Kind.INPUT:
            return Name("x", str(quantity.unit), sample=sample)
        case Kind.TARGET:
            return Name("y", sample=sample)
        case Kind.WEIGHT:
            width = max(structure.widths())
            return Name("w", index(quantity.source, quantity.unit, width=width) if hidden else f"h{quantity.source}")
        case Kind.BIAS:
            shared = hidden and structure.layers[0].bias == "shared"
            return Name("b", "h" if shared else unit)
        case Kind.PRE_ACTIVATION:
            return Name("z", unit, sample=sample)
        case Kind.ACTIVATION:
            return Name("a", unit, sample=sample) if hidden else Name("y", r"\text{pred}", sample=sample)
        case Kind.DELTA:
            return Name(r"\delta", unit, sample=sample)
    raise ValueError(f"Unsupported quantity {quantity.key}")


SOURCE = Notation(
    "source",
    "short names for one hidden layer and one output",
    "one hidden layer and one output",
    _fits,
    _name,
    general=(
        (r"\frac{\partial L}{\partial w_{hi}}", r"\delta_o \cdot a_i"),
        (r"\frac{\partial L}{\partial w_{ij}}", r"\delta_j \cdot x_i"),
    ),
    general_delta=(r"\delta_j", r"\delta_o \cdot w_{hj} \cdot f'(z_j)"),
    general_shared=(r"\delta_j", r"\sum_i \delta_o \cdot w_{hi} \cdot \frac{\partial a_i}{\partial z_j}"),
)
