"""Tables of values: by sample, and by unit where there is a single sample."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from math import ceil
from typing import TypeVar

from derive.document.blocks import Math, Spans, Table
from derive.document.matrices import shown_of
from derive.document.page import Page
from derive.tape.forward import suffix
from derive.tape.quantity import Quantity

T = TypeVar("T")

WIDEST_TABLE = 80
"""A table of more characters than this is cut in parts that fit on the paper."""

MOST_SHOWN, MOST_UNITS = 100, 50
"""A brief page shows at most so many rows of a table, and so many units in a table by units."""

_ROWS = 8
"""A table by units of more rows than this goes on beside itself."""

DOTS: Spans = (Math(r"\vdots"),)


def parts(columns: Sequence[T], widest: int) -> Iterator[Sequence[T]]:
    """Cut columns of numbers with at most ``widest`` characters into equal parts that fit on the paper."""
    count = ceil(len(columns) / max(1, WIDEST_TABLE // (widest + 4)))
    size = ceil(len(columns) / count)
    for start in range(0, len(columns), size):
        yield columns[start : start + size]


def by_sample(page: Page, columns: Sequence[Quantity]) -> Iterator[Table]:
    """Tabulate what each sample has its own of: a row each; ``columns`` are quantities of the first one.

    A brief page leaves the middle of many columns and rows out.
    """
    first = page.samples[0]
    wanted = {(quantity.kind, quantity.layer, quantity.unit) for quantity in columns}
    found = [q for q in page.tape.quantities if (q.kind, q.layer, q.unit) in wanted and q.sample]
    widest = max(map(page.length, found))
    if page.brief:
        room = _room(widest)
        columns = [columns[number - 1] for number in shown_of(len(columns), room)]
    numbers = shown_of(len(page.samples), MOST_SHOWN if page.brief else len(page.samples))
    for part in [columns] if page.brief else parts(columns, widest):
        header = (page.words("network.sample"), *((Math(unmarked(page, page.place(q))),) for q in part))
        rows: list[tuple[Spans, ...]] = []
        for number in numbers:
            sample = page.samples[number - 1]
            keys = [q.key.removesuffix(f"_s{first}") + f"_s{sample}" for q in part]
            rows.append(((Math(str(sample)),), *((Math(page.shown(key)),) for key in keys)))
        if len(numbers) < len(page.samples):
            rows.insert(-1, (DOTS,) * len(header))
        yield Table(header, tuple(rows))


def _room(widest: int) -> int:
    """Count the columns of numbers that fit beside the samples' numbers."""
    return max(2, WIDEST_TABLE // (widest + 2) - 1)


def fits_by_sample(page: Page, columns: Sequence[Quantity]) -> bool:
    """Tell whether all columns stand side by side."""
    return len(columns) <= _room(max(map(page.length, columns)) + 1)


def thinned_rows(page: Page, rows: Sequence[tuple[Spans, ...]]) -> tuple[tuple[Spans, ...], ...]:
    """Leave the middle of a long table out where the page is brief."""
    if not page.brief or len(rows) <= MOST_UNITS:
        return tuple(rows)
    return (*rows[: MOST_UNITS - 2], (DOTS,) * len(rows[0]), rows[-1])


def calculated_targets(page: Page) -> list[Quantity]:
    """Return the first sample's targets that are calculated for some sample."""
    units = [unit for unit, each in enumerate(zip(*page.structure.targets, strict=True), 1) if any(each)]
    return [page.tape[f"y_{unit}{suffix(page.samples[0])}"] for unit in units]


def by_unit(page: Page, units: Sequence[Sequence[str]]) -> Table:
    """Tabulate symbols with their values: for each unit the keys of some quantities; long tables go on to the right."""
    shown = shown_of(len(units), MOST_UNITS)
    rows = [tuple(cell for key in units[n - 1] for cell in (page.math(key), _value(page, key))) for n in shown]
    if len(shown) < len(units):
        rows.insert(-1, (DOTS,) * len(rows[0]))
    widest = max(page.length(key) for keys in units for key in keys) + 8
    count = min(max(1, WIDEST_TABLE // ((widest + 3) * len(units[0]))), ceil(len(rows) / _ROWS))
    return beside((page.words("summary.quantity"), page.words("brief.value")) * len(units[0]), rows, count)


def beside(header: tuple[Spans, ...], rows: Sequence[tuple[Spans, ...]], count: int) -> Table:
    """Set a long table in so many parts side by side."""
    height = ceil(len(rows) / count)
    filled = [*rows, *[((),) * len(header)] * (height * count - len(rows))]
    lines = (sum((filled[n + height * part] for part in range(count)), ()) for n in range(height))
    return Table(header * count, tuple(lines))


def _value(page: Page, key: str) -> Spans:
    return (Math(page.shown(key)),)


def unmarked(page: Page, place: int) -> str:
    """Return a symbol without the mark of a sample."""
    name = page.names[place]
    assert name is not None
    return replace(name, sample=0).latex
