"""What a notation is, and the symbols that every notation builds in the same way."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from derive.kind import Kind
from derive.notation.lazy import Lazy
from derive.notation.name import Name

if TYPE_CHECKING:
    from derive.tape.quantity import Quantity, Tape
    from derive.tape.structure import Structure


@dataclass(frozen=True)
class Notation:
    """A way to name quantities.

    ``fits`` tells whether it can name everything in a network, ``limit`` says in words what it can name. ``name_of``
    gives the name of any quantity but a gradient or an updated parameter: `symbols` makes those from their
    parameter's name.
    """

    name: str
    title: str
    limit: str
    fits: "Callable[[Structure], bool]"
    name_of: "Callable[[Quantity, Structure], Name]"
    general: tuple[tuple[str, str], ...]
    """The gradients in terms of the deltas, for any layer and unit: pairs of a symbol and what it equals."""


def index(*numbers: int, width: int) -> str:
    """Join index numbers; with commas where one of the network's widths has two digits, so that 1,11 is not 11,1."""
    return ("," if width > 9 else "").join(map(str, numbers))


def sample_mark(sample: int) -> str:
    """Return the superscript of a quantity that each sample has its own of."""
    return f"[{sample}]" if sample else ""


def names(tape: "Tape", notation: Notation) -> "Sequence[Name | None]":
    """Return the name of each quantity by its place; a gradient has none, only a symbol."""
    quantities = tape.quantities

    def name(place: int) -> Name | None:
        quantity = quantities[place]
        return None if quantity.kind is Kind.GRADIENT else _name(quantity, tape, notation)

    return Lazy(name, len(quantities))


def _name(quantity: "Quantity", tape: "Tape", notation: Notation) -> Name:
    match quantity.kind:
        case Kind.UPDATED:
            old = notation.name_of(tape.quantities[quantity.of], tape.structure)
            return Name(old.base, old.sub, old.sup + r"\text{new}", old.upright)
        case Kind.STATE | Kind.OLD_STATE:
            parameter = notation.name_of(tape.quantities[quantity.of], tape.structure)
            return Name(quantity.letter, parameter.latex, "old" if quantity.kind is Kind.OLD_STATE else "")
        case Kind.HYPERPARAMETER:
            return Name(quantity.letter)
        case Kind.STEP:
            return Name("t")
        case Kind.PENALTY:
            return Name("R")
        case Kind.DATA_LOSS:
            return Name("L", "data", upright=True)
    return notation.name_of(quantity, tape.structure)


def symbols(tape: "Tape", notation: Notation) -> Sequence[str]:
    """Return each quantity's symbol in TeX mathematics, by its place."""
    named = names(tape, notation)

    def symbol(place: int) -> str:
        name = named[place]
        if name is not None:
            return name.latex
        parameter = named[tape.quantities[place].of]
        assert parameter is not None
        return rf"\frac{{\partial L}}{{\partial {parameter.latex}}}"

    return Lazy(symbol, len(named))
