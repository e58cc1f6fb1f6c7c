"""What a notation is, and the names that every notation builds in the same way."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from derive.kind import Kind
from derive.lazy import Lazy
from derive.notation.matrix import USUAL, Matrices
from derive.notation.name import Name

if TYPE_CHECKING:
    from derive.tape.quantity import Quantity, Tape
    from derive.tape.structure import Structure


@dataclass(frozen=True, eq=False)
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
    """The gradients for weights in terms of the deltas, for any layer and unit: pairs of a symbol and its side."""
    general_delta: tuple[str, str]
    """The delta of a hidden unit, as a pair like those of ``general``."""
    general_shared: tuple[str, str]
    """The same for a unit in a layer whose units share a sum."""
    general_inputs: str = ""
    """How ``general`` writes the inputs, where the page has another name for them."""
    matrices: Matrices = USUAL
    deep: bool = False
    """Whether the page says more of its names where a network has several hidden layers."""
    new: str = r"\text{new}"
    """The superscript of an updated parameter, where a single step is worked."""


def index(*numbers: int, width: int) -> str:
    """Join index numbers; with commas where one of the network's widths has two digits, so that 1,11 is not 11,1."""
    return ("," if width > 9 else "").join(map(str, numbers))


def names(tape: "Tape", notation: Notation, step: int | None = None) -> "Sequence[Name | None]":
    """Return the name of each quantity by its place; a gradient has none, only a symbol.

    Where several steps are worked, ``step`` is the number of the one that the tape is of: it marks every quantity that
    each step has its own of.
    """
    quantities = tape.quantities

    def name(place: int) -> Name | None:
        quantity = quantities[place]
        derivative = quantity.kind in (Kind.GRADIENT, Kind.ADJOINT)
        return None if derivative else _name(quantity, tape, notation, step)

    return Lazy(name, len(quantities))


def _name(quantity: "Quantity", tape: "Tape", notation: Notation, step: int | None) -> Name:
    match quantity.kind:
        case Kind.UPDATED:
            old = notation.name_of(tape.quantities[quantity.of], tape.structure)
            return replace(old, mark=notation.new) if step is None else replace(old, step=step + 1)
        case Kind.STATE:
            return Name(quantity.letter, _of(quantity, tape, notation), step=step)
        case Kind.OLD_STATE:
            parameter = _of(quantity, tape, notation)
            if step is None:
                return Name(quantity.letter, parameter, mark=r"\text{old}")
            return Name(quantity.letter, parameter, step=step - 1)
        case Kind.HYPERPARAMETER:
            return Name(quantity.letter)
        case Kind.STEP:
            return Name("t")
        case Kind.PENALTY:
            return Name("R", step=step)
        case Kind.DATA_LOSS:
            loss = notation.name_of(tape["loss"], tape.structure)
            return replace(loss, sub=r"\text{data}", step=step)
    found = notation.name_of(quantity, tape.structure)
    return replace(found, step=step) if step is not None and _changes(quantity, tape.structure) else found


def _of(quantity: "Quantity", tape: "Tape", notation: Notation) -> str:
    return notation.name_of(tape.quantities[quantity.of], tape.structure).latex


def _changes(quantity: "Quantity", structure: "Structure") -> bool:
    """Tell whether each step has a value of its own of a quantity."""
    match quantity.kind:
        case Kind.INPUT | Kind.TARGET:
            return False
        case Kind.WEIGHT | Kind.BIAS:
            return not structure.is_frozen(quantity.kind.value, quantity.layer)
        case Kind.LEARNING_RATE:
            return quantity.rule is not None
    return True


def symbols(tape: "Tape", named: "Sequence[Name | None]") -> Sequence[str]:
    """Return each quantity's symbol in TeX mathematics, by its place, from the names of all."""

    def latex(place: int) -> str:
        name = named[place]
        assert name is not None
        return name.latex

    def symbol(place: int) -> str:
        if named[place] is not None:
            return latex(place)
        quantity = tape.quantities[place]
        own = "data_loss" if quantity.kind is Kind.ADJOINT and "data_loss" in tape.place else "loss"
        loss = tape.place[f"loss_s{quantity.sample}" if quantity.sample else own]
        return rf"\frac{{\partial {latex(loss)}}}{{\partial {latex(quantity.of)}}}"

    return Lazy(symbol, len(named))
