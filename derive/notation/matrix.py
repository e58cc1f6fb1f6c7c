"""What the matrices of a layer are called: $W^{(1)}$, $\\mathbf{z}^{(1)}$, with several samples $Z^{(1)}$."""

from collections.abc import Mapping
from dataclasses import dataclass

from derive.kind import Kind
from derive.notation.name import step_mark, superscript

ONES = r"\mathbf{1}"
TRANSPOSED = r"\top"
LETTERS: Mapping[Kind, tuple[str, str]] = {
    Kind.INPUT: (r"\mathbf{x}", "X"),
    Kind.TARGET: (r"\mathbf{y}", "Y"),
    Kind.WEIGHT: ("W", "W"),
    Kind.BIAS: (r"\mathbf{b}", r"\mathbf{b}"),
    Kind.PRE_ACTIVATION: (r"\mathbf{z}", "Z"),
    Kind.ACTIVATION: (r"\mathbf{a}", "A"),
    Kind.DELTA: (r"\boldsymbol{\delta}", r"\Delta"),
}


@dataclass(frozen=True)
class Matrices:
    """How a notation calls matrices: ``letters`` for what each sample has its own of, of one sample and of all.

    ``layer`` is the form of a layer's number as a superscript, ``first`` the number of the first layer after the
    inputs. With ``to_from`` a weight matrix has a row for each unit that its weights lead to, else a column.
    """

    letters: Mapping[Kind, tuple[str, str]]
    layer: str = "({})"
    first: int = 1
    to_from: bool = False

    def symbol(
        self, kind: Kind, layer: int | str = 0, *, batch: bool = False, step: int | None = None, mark: str = ""
    ) -> str:
        """Return a symbol; what each sample has its own of is a vector, and with ``batch`` a matrix of all samples.

        ``layer`` counts from 1, the inputs being 0, or is a letter; ``mark`` is a superscript in TeX: that of an
        updated value, or a transpose.
        """
        if kind is Kind.ACTIVATION and not layer:
            kind = Kind.INPUT
        number = layer + self.first - 1 if isinstance(layer, int) else layer
        above = superscript(self.layer.format(number) if layer else "", step_mark(step), mark)
        return self.letters[kind][batch] + (f"^{{{above}}}" if above else "")


USUAL = Matrices(LETTERS)
