"""Lines of a sheet with gaps in them, to be filled in by hand."""

from collections.abc import Container, Iterator

from derive.document.chain import Chain
from derive.document.page import Page
from derive.document.rows import GAP, LINE, WIDEST, rows
from derive.document.working import working
from derive.notation.pattern import Slot, with_numbers, with_symbols
from derive.tape.quantity import Quantity

WIDEST_ANSWER = WIDEST - 1.0
"""The widest row in em beside the letter of a part."""

Rows = tuple[tuple[str, str], ...]


def bare(page: Page, quantity: Quantity) -> Rows:
    """Write the symbol and room for the value."""
    return ((page.symbol(quantity), f"= {LINE}"),)


def with_formula(page: Page, quantity: Quantity) -> Rows:
    """Write the formula in symbols, and room for the numbers and the value; one room where they are the same."""
    assert quantity.rule is not None
    formula, numbers = _formula(page, quantity), working(quantity.rule).stages[0].pattern
    rooms = [("=", LINE)] * (1 if len(numbers) == 1 and isinstance(numbers[0], Slot) else 2)
    return rows(Chain(page.symbol(quantity), (("=", formula), *rooms)), WIDEST_ANSWER, apart=2)


def with_numbers_known(page: Page, quantity: Quantity, unknown: Container[int]) -> Rows:
    """Write the formula and the numbers put in; there are gaps for those that are not known yet, and for the value."""
    assert quantity.rule is not None
    shown = [GAP if arg in unknown else page.values.shown[arg].text for arg in quantity.args]
    formula, numbers = _formula(page, quantity), with_numbers(working(quantity.rule).stages[0].pattern, shown)
    return rows(Chain(page.symbol(quantity), tuple(_links(formula, numbers))), WIDEST_ANSWER, apart=2)


def _links(formula: str, numbers: str) -> Iterator[tuple[str, str]]:
    yield "=", formula
    if numbers not in (formula, GAP):
        yield "=", numbers
    yield "=", LINE


def _formula(page: Page, quantity: Quantity) -> str:
    assert quantity.rule is not None
    return with_symbols(working(quantity.rule).symbolic, [page.symbols[arg] for arg in quantity.args])
