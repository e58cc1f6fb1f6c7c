"""What the matrices of a layer are called: $W^{(1)}$, $\\mathbf{z}^{(1)}$, with several samples $Z^{(1)}$."""

from derive.kind import Kind

_VECTORS = {
    Kind.INPUT: r"\mathbf{x}",
    Kind.TARGET: r"\mathbf{y}",
    Kind.BIAS: r"\mathbf{b}",
    Kind.PRE_ACTIVATION: r"\mathbf{z}",
    Kind.ACTIVATION: r"\mathbf{a}",
    Kind.DELTA: r"\boldsymbol{\delta}",
}
_MATRICES = {
    Kind.INPUT: "X",
    Kind.TARGET: "Y",
    Kind.PRE_ACTIVATION: "Z",
    Kind.ACTIVATION: "A",
    Kind.DELTA: r"\Delta",
    Kind.WEIGHT: "W",
}
ONES = r"\mathbf{1}"


def matrix_symbol(kind: Kind, layer: int = 0, *, batch: bool = False, mark: str = "") -> str:
    """Return a symbol; what each sample has its own of is a vector, and with ``batch`` a matrix of all samples.

    ``mark`` is a superscript in TeX: that of an updated value, or a transpose.
    """
    if kind is Kind.ACTIVATION and not layer:
        kind = Kind.INPUT
    base = _MATRICES[kind] if batch or kind not in _VECTORS else _VECTORS[kind]
    above = (f"({layer})" if layer else "") + mark
    return f"{base}^{{{above}}}" if above else base
