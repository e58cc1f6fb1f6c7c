"""What a document knows of its quantities beside their lines: where each comes from, and its place in the diagram."""

from collections.abc import Iterator

from derive.document.blocks import Link
from derive.kind import Kind
from derive.tape.quantity import Quantity, Tape

_OF_UNITS = (Kind.PRE_ACTIVATION, Kind.ACTIVATION, Kind.DELTA)


def links(tape: Tape, start: int = 0) -> Iterator[Link]:
    """Yield a link for each quantity of a tape; their numbers begin with ``start``."""
    first = "" if tape.structure.single else "_s1"
    for quantity in tape.quantities:
        yield Link(quantity.key, _part(tape, quantity, first), tuple(start + arg for arg in quantity.args))


def _part(tape: Tape, quantity: Quantity, first: str) -> str:
    """Return the key that the diagram has for a quantity: that of its unit, or of its weight or bias.

    The diagram shows what all samples share under the keys of the first one.
    """
    if quantity.of >= 0:
        return tape.quantities[quantity.of].key
    if quantity.kind in _OF_UNITS:
        return f"a_{quantity.layer}_{quantity.unit}{first}"
    if quantity.kind in (Kind.INPUT, Kind.TARGET):
        return f"{quantity.kind.value}_{quantity.unit}{first}"
    return quantity.key if quantity.kind in (Kind.WEIGHT, Kind.BIAS) else ""
