"""Layers counted from the inputs, and where a weight leads to before where it comes from: $w^{3}_{12}$, $C$."""

from derive.notation.base import Notation
from derive.notation.layers import layered
from derive.notation.matrix import LETTERS, Matrices

_FIRST = 2
"""The number of the first layer after the inputs."""


TO_FROM = Notation(
    "to_from",
    "layers counted from the inputs, to before from in the weights",
    "any network",
    lambda structure: True,
    layered(lambda layer: str(layer + _FIRST - 1), "C", to_from=True),
    general=((r"\frac{\partial C}{\partial w^{l}_{jk}}", r"\delta^{l}_j \cdot a^{l-1}_k"),),
    general_delta=(r"\delta^{l}_j", r"\left( \sum_k \delta^{l+1}_k \cdot w^{l+1}_{kj} \right) \cdot f'(z^{l}_j)"),
    general_shared=(
        r"\delta^{l}_j",
        r"\sum_i \left( \sum_k \delta^{l+1}_k \cdot w^{l+1}_{ki} \right) "
        r"\cdot \frac{\partial a^{l}_i}{\partial z^{l}_j}",
    ),
    matrices=Matrices(LETTERS, layer="{}", first=_FIRST, to_from=True),
)
