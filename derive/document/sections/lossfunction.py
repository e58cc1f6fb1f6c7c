"""The loss function, where a page has to say more of it than its line in Step 2 shows."""

from collections.abc import Iterator

from sympy import Expr

from derive.catalog.losses import LOSSES
from derive.document.blocks import Block, Heading, Paragraph
from derive.document.page import Page
from derive.notation.pattern import with_symbols
from derive.notation.printer import printed
from derive.symbolic import by_cases, slot
from derive.tape.loss import loss_slope, scaled_term


def loss_function(page: Page) -> Iterator[Block]:
    """State what an output adds to the loss, the derivative of that, and the conventions that come with it."""
    words, loss, outputs = page.words, page.structure.loss, page.structure.outputs
    if loss.name in LOSSES and not (loss.note or loss.kink):
        return
    term, slope = scaled_term(loss, outputs), loss_slope(loss, outputs)
    yield Heading(2, words("network.loss_function"))
    yield Paragraph(words("network.loss_term", title=words.title(loss)))
    yield from _by_cases(page, term, slope)
    yield page.formula("L(p, y)", with_symbols(printed(term), ("p", "y")))
    yield page.formula(r"\frac{\partial L(p, y)}{\partial p}", with_symbols(printed(slope), ("p", "y")))
    for part in ("note", "kink"):
        if getattr(loss, part):
            yield Paragraph(words.sentence(loss, part))


def _by_cases(page: Page, *expressions: Expr) -> Iterator[Block]:
    """Define each function that is worked out by the case that holds."""
    for expression in expressions:
        named = by_cases(expression)
        if named is not None and not named.is_Piecewise:
            symbol = with_symbols(printed(type(named)(slot(0))), ("u",))
            yield page.formula(symbol, with_symbols(printed(named.definition(slot(0))), ("u",)))
