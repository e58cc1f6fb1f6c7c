"""The lists of `derive list`, each read from the table that the program itself works with."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from derive.catalog.layer_activations import EVERY_ACTIVATION
from derive.catalog.losses import LOSSES
from derive.catalog.optimizers import OPTIMIZERS
from derive.examples import examples
from derive.notation import NOTATIONS
from derive.reference import LISTS
from derive.reference.formulas import Line, activation_lines, loss_lines, optimizer_lines
from derive.render.formats import FORMATS


@dataclass(frozen=True)
class Entry:
    """One thing of a list: the name that a config or a command calls it by, what it is, and lines of details."""

    name: str
    title: str
    lines: tuple[Line, ...] = ()


@dataclass(frozen=True)
class Section:
    """A list: its name, where its names are written, and its entries."""

    name: str
    use: str
    entries: tuple[Entry, ...]


def sections(names: Sequence[str]) -> list[Section]:
    """Return the lists of these names."""
    assert set(_LISTS) == set(LISTS)
    return [Section(name, _LISTS[name][0], tuple(_LISTS[name][1]())) for name in names]


def _functions(table: Any, lines: Callable[[Any], Iterator[Line]]) -> Callable[[], Iterator[Entry]]:
    return lambda: (Entry(r.name, r.title, (*lines(r), *_parameters(r))) for r in table.values())


def _parameters(record: Any) -> Iterator[Line]:
    for parameter in record.parameters:
        yield parameter.name, f"{parameter.value} ({parameter.range}): {parameter.meaning}"


def _titles(table: Any) -> Callable[[], Iterator[Entry]]:
    return lambda: (Entry(record.name, record.title) for record in table.values())


_LISTS: dict[str, tuple[str, Callable[[], Iterator[Entry]]]] = {
    "activations": ("layers.activation", _functions(EVERY_ACTIVATION, activation_lines)),
    "losses": ("training.loss, with p for y_pred", _functions(LOSSES, loss_lines)),
    "optimizers": ("training.optimizer", _functions(OPTIMIZERS, optimizer_lines)),
    "notations": ("report.notation", _titles(NOTATIONS)),
    "formats": ("--format", _titles(FORMATS)),
    "examples": ("derive new FILE --from NAME", lambda: (Entry(*pair) for pair in examples().items())),
}
