"""Reading lists: a row of numbers, the rows of a matrix, one sample or several. Their entries are read afterwards."""

from collections.abc import Callable
from typing import Any

from derive.config.values import Reader, fault, misfit


def _bounded(read: Callable[[Any], Any], most: int) -> Reader:
    return Reader(read, lambda schema: schema | {"minItems": 1, "maxItems": most})


def row(of: str, most: int) -> Reader:
    """Make a reader of a list with at least one entry; ``of`` says what the entries stand for, in the plural."""

    def read(value: Any) -> Any:
        entries = list_of(of, value)
        if not entries:
            raise fault("this list is empty", "write at least one entry in it")
        if len(entries) > most:
            raise fault(f"this list has {len(entries):,} {of}", f"the most is {most:,}")
        return entries

    return _bounded(read, most)


def list_of(words: str, value: Any) -> list[Any] | tuple[Any, ...]:
    """Take a list of anything."""
    if not isinstance(value, list | tuple):
        raise misfit(value, "a list", f"write a list of {words} in square brackets")
    return value


def is_flat(value: Any) -> bool:
    """Tell whether a list has no list in it."""
    return isinstance(value, list | tuple) and not any(isinstance(entry, list | tuple) for entry in value)


def matrix(rows: str, most: int) -> Reader:
    """Make a reader of a list of rows."""
    read_rows = row(rows, most)

    def read(value: Any) -> Any:
        if is_flat(value) and value:
            raise fault("this is a single list", f"write a list of {rows}, each of them in square brackets as well")
        return read_rows(value)

    return _bounded(read, most)


def samples(entries: str, most: int) -> Reader:
    """Make a reader of a list of samples, in which a flat list is one sample; ``entries`` is what a sample has."""
    read_samples = row("samples", most)

    def read(value: Any) -> Any:
        listed = list_of(entries, value)
        return [listed] if listed and is_flat(listed) else read_samples(listed)

    return Reader(read, lambda schema: {"anyOf": [schema["items"], schema | {"minItems": 1, "maxItems": most}]})


def sections(name: str, most: int) -> Reader:
    """Make a reader of a list of sections ``[[name]]``."""

    def read(value: Any) -> Any:
        if not isinstance(value, list | tuple):
            raise misfit(value, "a list", f"write [[{name}]] above the keys of each one")
        if len(value) > most:
            raise fault(f"there are {len(value):,} {name}", f"the most is {most:,}")
        if not value:
            raise fault("this list is empty", f"write [[{name}]] at least once")
        return value

    return _bounded(read, most)


def words(value: Any) -> Any:
    """Read a list of words."""
    return list_of("quoted words", value)
