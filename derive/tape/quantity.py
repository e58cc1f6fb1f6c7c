"""The tape (the Wengert list of reverse-mode differentiation) and the quantities on it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from derive.kind import Kind
from derive.tape.rule import Rule
from derive.tape.structure import Structure


class Quantity(NamedTuple):
    """One line of the calculation. A tuple, since a wide network has ten thousands and these are made fast.

    ``key`` is its name in the JSON (``delta_2_1_s3``). ``layer``, ``unit``, ``source`` (the unit a weight comes from)
    and ``sample`` count from 1; 0 means that it has none. A gradient, a state of the optimizer or an updated value is
    of the parameter at place ``of``. ``args`` are the places on the tape of what its rule is applied to; a given
    quantity has no rule. ``letter`` is the TeX letter of what the catalogue names: a hyperparameter, a state of the
    optimizer.
    """

    key: str
    kind: Kind
    rule: Rule | None = None
    args: tuple[int, ...] = ()
    layer: int = 0
    unit: int = 0
    source: int = 0
    sample: int = 0
    of: int = -1
    letter: str = ""


@dataclass(frozen=True, eq=False)
class Tape:
    """Every quantity in the order of calculation: each depends on earlier ones only."""

    structure: Structure
    quantities: tuple[Quantity, ...]
    place: dict[str, int] = field(repr=False)
    """The place of each key."""

    def __getitem__(self, key: str) -> Quantity:
        return self.quantities[self.place[key]]

    @cached_property
    def by_kind(self) -> dict[Kind, tuple[int, ...]]:
        """The places of each kind."""
        found: dict[Kind, list[int]] = {kind: [] for kind in Kind}
        for place, quantity in enumerate(self.quantities):
            found[quantity.kind].append(place)
        return {kind: tuple(places) for kind, places in found.items()}

    @cached_property
    def parameters(self) -> dict[int, list[Quantity]]:
        """Each layer's weights and biases, unit by unit, a shared bias last."""
        found: dict[int, list[Quantity]] = {number + 1: [] for number in range(len(self.structure.layers))}
        for place in (*self.by_kind[Kind.WEIGHT], *self.by_kind[Kind.BIAS]):
            found[self.quantities[place].layer].append(self.quantities[place])
        return {number: by_unit(quantities) for number, quantities in found.items()}


class Recorder:
    """Writes a tape: appends quantities and remembers their places."""

    def __init__(self) -> None:
        self.quantities: list[Quantity] = []
        self.place: dict[str, int] = {}

    def add(self, quantity: Quantity) -> int:
        """Append a quantity and return its place."""
        place = len(self.quantities)
        self.quantities.append(quantity)
        self.place[quantity.key] = place
        return place

    def tape(self, structure: Structure) -> Tape:
        """Return what was written as a finished tape."""
        return Tape(structure, tuple(self.quantities), self.place)


def by_unit(parameters: Iterable[Quantity]) -> list[Quantity]:
    """Sort a layer's parameters, biases last, by the unit that they lead to; a shared bias stays last."""
    return sorted(parameters, key=lambda quantity: quantity.unit or _LAST)


_LAST = 10**9
