"""The matrices of a network's layers: which quantities they hold, and what they are called."""

from collections.abc import Callable
from functools import cached_property
from typing import TypeVar

from derive.catalog.optimizers import Line
from derive.document.matrices import MOST, MOST_BRIEF, Grid, grid
from derive.document.matrixline import Places
from derive.document.page import Page
from derive.kind import Kind
from derive.notation.matrix import TRANSPOSED
from derive.notation.name import Name
from derive.tape.forward import suffix

T = TypeVar("T")

_SAMPLED = {
    Kind.INPUT: "x", Kind.TARGET: "y", Kind.PRE_ACTIVATION: "z", Kind.ACTIVATION: "a", Kind.DELTA: "delta",
    Kind.ADJOINT: "adjoint",
}  # fmt: skip
"""What each sample has its own of, and how its keys begin."""


class Layers:
    """The matrices of a page's network, as its notation has them.

    What samples have their own of has a column for each sample, or a row, as the config says. Biases are a column.
    """

    def __init__(self, page: Page) -> None:
        self.page = page
        self.in_rows = page.config.report.batch == "rows"
        self.batch = len(page.samples) > 1
        self.to_from = page.notation.matrices.to_from

    def grid(self, rows: int, columns: int, cell: Callable[[int, int], T]) -> Grid[T]:
        """Make a matrix of as many rows and columns as the page shows."""
        return grid(rows, columns, cell, MOST_BRIEF if self.page.brief else MOST)

    def sampled(self, kind: Kind, layer: int = 0) -> Places:
        """Return what each sample has its own of; the activations of layer 0 are the inputs."""
        if kind is Kind.ACTIVATION and not layer:
            kind = Kind.INPUT
        widths, samples, place = self.page.structure.widths(), self.page.samples, self.page.tape.place
        start = f"{_SAMPLED[kind]}_" + (f"{layer}_" if layer else "")
        units = widths[-1] if kind is Kind.TARGET else widths[layer]
        found = self.grid(
            units, len(samples), lambda unit, number: place[f"{start}{unit}{suffix(samples[number - 1])}"]
        )
        return found.transposed if self.in_rows else found

    def weights(self, layer: int, prefix: str = "") -> Places:
        """Return a layer's weights, or with a prefix such as ``grad_`` what belongs to each of them."""
        widths, place = self.page.structure.widths(), self.page.tape.place
        found = self.grid(widths[layer - 1], widths[layer], lambda i, j: place[f"{prefix}w_{layer}_{i}_{j}"])
        return found.transposed if self.to_from else found

    def mapping(self, layer: int, *, to_from: bool) -> tuple[str, Places]:
        """Return a layer's weights as a product needs them, with a row for each unit that they lead to, or a column."""
        if to_from == self.to_from:
            return self.symbol(Kind.WEIGHT, layer), self.weights(layer)
        return self.symbol(Kind.WEIGHT, layer, TRANSPOSED), self.weights(layer).transposed

    def biases(self, layer: int, prefix: str = "") -> Places:
        """Return the biases of a layer that has one for each unit."""
        place = self.page.tape.place
        return self.grid(self.page.structure.widths()[layer], 1, lambda j, _: place[f"{prefix}b_{layer}_{j}"])

    def has_biases(self, layer: int) -> bool:
        """Tell whether each unit of a layer has a bias of its own."""
        return self.page.structure.layers[layer - 1].bias == "own"

    def symbol(self, kind: Kind, layer: int = 0, mark: str = "") -> str:
        """Return the symbol of a matrix; ``mark`` is a further superscript."""
        return self._symbol(kind, layer, self._step(kind, layer), mark)

    def _symbol(self, kind: Kind, layer: int, step: int | None = None, mark: str = "") -> str:
        batch = self.batch and kind in _SAMPLED
        return self.page.notation.matrices.symbol(kind, layer, batch=batch, step=step, mark=mark)

    def _step(self, kind: Kind, layer: int) -> int | None:
        """Return the number of the step, if several are worked and each has a matrix of its own."""
        is_fixed = kind is Kind.TARGET or not layer
        is_parameter = kind in (Kind.WEIGHT, Kind.BIAS)
        is_fixed = is_fixed or (is_parameter and self.page.structure.is_frozen(kind.value, layer))
        return None if is_fixed else self.page.marked_step

    def updated(self, kind: Kind, layer: int) -> str:
        """Return the symbol of what the step makes of a layer's weights or biases."""
        step = self.page.marked_step
        if step is None:
            return self._symbol(kind, layer, mark=self.page.notation.new)
        return self._symbol(kind, layer, step + 1)

    def __call__(self, places: Places) -> str | None:
        """Return what a matrix of quantities, or a single one, is called."""
        found = self._names.get(places)
        if found is None and len(places.all) == 1:
            return self.page.symbols[places.all[0]]
        return found

    @cached_property
    def _names(self) -> dict[Places, str]:
        """Every matrix by what it holds, and its transpose."""
        found: dict[Places, str] = {}

        def name(places: Places, kind: Kind, layer: int = 0) -> None:
            found.setdefault(places, self.symbol(kind, layer))
            found.setdefault(places.transposed, self.symbol(kind, layer, TRANSPOSED))

        name(self.sampled(Kind.INPUT), Kind.INPUT)
        name(self.sampled(Kind.TARGET), Kind.TARGET)
        for layer in range(1, len(self.page.structure.layers) + 1):
            for kind in (Kind.PRE_ACTIVATION, Kind.ACTIVATION, Kind.DELTA):
                name(self.sampled(kind, layer), kind, layer)
            if f"adjoint_{layer}_1{suffix(self.page.samples[0])}" in self.page.tape.place:
                found.setdefault(self.sampled(Kind.ADJOINT, layer), self.gradient(Kind.ACTIVATION, layer))
            for kind, places in ((Kind.WEIGHT, self.weights), (Kind.BIAS, self.biases)):
                if kind is Kind.WEIGHT or self.has_biases(layer):
                    name(places(layer), kind, layer)
                    found.setdefault(places(layer, "grad_"), self.gradient(kind, layer))
                    if f"new_{kind.value}_{layer}_1" + "_1" * (kind is Kind.WEIGHT) in self.page.tape.place:
                        found.setdefault(places(layer, "new_"), self.updated(kind, layer))
                    self._name_states(found, kind, layer)
        return found

    def _name_states(self, found: dict[Places, str], kind: Kind, layer: int) -> None:
        places = self.weights if kind is Kind.WEIGHT else self.biases
        for line in self.page.structure.optimizer.lines:
            for prefix, old in ((line.name, False), (f"old_{line.name}", True)):
                if f"{prefix}_{kind.value}_{layer}_1" + "_1" * (kind is Kind.WEIGHT) in self.page.tape.place:
                    found.setdefault(places(layer, f"{prefix}_"), self.state(line, kind, layer, old=old))

    def state(self, line: Line, kind: Kind, layer: int, *, old: bool = False) -> str:
        """Return the symbol of an optimizer's state for a layer's weights or biases, after the step or before it."""
        parameter, step = self._symbol(kind, layer), self.page.marked_step
        if step is None:
            return Name(line.letter, parameter, mark=r"\text{old}" if old else "").latex
        return Name(line.letter, parameter, step=step - old).latex

    def gradient(self, kind: Kind, layer: int) -> str:
        """Return the symbol of the loss's derivatives for a layer's weights, biases or activations."""
        return rf"\frac{{\partial {self.page.symbol('loss')}}}{{\partial {self.symbol(kind, layer)}}}"
