"""Records with parameters: what a function's parameter may be, and the record with its values put in."""

import inspect
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, fields, replace
from decimal import Decimal
from functools import lru_cache, partial
from typing import Any, Protocol, TypeVar, cast

from derive.catalog.table import Table


@dataclass(frozen=True)
class Parameter:
    """A number that belongs to a function, such as the slope of a leaky ReLU.

    ``value`` is the default, until `bound` puts another one in. Bounds are decimals as text: ``least`` and ``most``
    may be taken, ``above`` and ``below`` may not. ``letter`` is its TeX letter, where it is a quantity of its own.
    """

    name: str
    value: str
    meaning: str
    least: str = ""
    above: str = ""
    most: str = ""
    below: str = ""
    letter: str = ""

    def allows(self, number: Decimal) -> bool:
        """Tell whether the number lies within the bounds."""
        return (
            (not self.least or number >= Decimal(self.least))
            and (not self.above or number > Decimal(self.above))
            and (not self.most or number <= Decimal(self.most))
            and (not self.below or number < Decimal(self.below))
        )

    @property
    def range(self) -> str:
        """The bounds in words, such as "above 0 and at most 1"."""
        low = f"at least {self.least}" if self.least else f"above {self.above}" if self.above else ""
        high = f"at most {self.most}" if self.most else f"below {self.below}" if self.below else ""
        return " and ".join(bound for bound in (low, high) if bound) or "of any size"


class Parametric(Hashable, Protocol):
    """A record of the catalogue: a frozen dataclass whose functions take its parameters by their names."""

    @property
    def name(self) -> str: ...
    @property
    def parameters(self) -> tuple[Parameter, ...]: ...


Record = TypeVar("Record", bound=Parametric)
Written = str | Mapping[str, Any]
"""How a config names a record: by its name alone, or by a table of its name and values of its parameters."""


def resolved(table: Table[Record], written: Written) -> Record:
    """Return the record that a checked config names, with its parameters put in."""
    if isinstance(written, str):
        return bound(table[written])
    return bound(table[written["name"]], tuple((key, value) for key, value in written.items() if key != "name"))


def bound(record: Record, values: tuple[tuple[str, Decimal], ...] = ()) -> Record:
    """Put values of parameters in (else their defaults), and return a record whose functions need none any more.

    Each function of the record receives, as SymPy numbers, those parameters that its signature names. The record keeps
    its parameters, with the values in the place of the defaults.
    """
    return cast(Record, _bound(record, values)) if record.parameters else record


@lru_cache(maxsize=256)
def _bound(record: Any, values: tuple[tuple[str, Decimal], ...]) -> Any:
    given = dict(values)
    parameters = tuple(replace(p, value=str(given.get(p.name, p.value))) for p in record.parameters)
    changes: dict[str, Any] = {"parameters": parameters}
    for field in fields(record):
        function = getattr(record, field.name)
        if callable(function):
            changes[field.name] = _filled(function, parameters)
    return replace(record, **changes)


def _filled(function: Callable[..., Any], parameters: tuple[Parameter, ...]) -> Callable[..., Any]:
    import sympy

    takes = inspect.signature(function).parameters
    numbers = {p.name: sympy.Rational(p.value) for p in parameters if p.name in takes}
    return partial(function, **numbers) if numbers else function
