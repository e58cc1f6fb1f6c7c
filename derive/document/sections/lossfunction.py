"""The loss function, where a page has to say more of it than its line in Step 2 shows."""

from collections.abc import Iterator
from fractions import Fraction

from sympy import Expr

from derive.catalog.losses import LOSSES
from derive.document.blocks import Block, Heading, Math, Paragraph, joined
from derive.document.chain import CLOSE, EQUAL
from derive.document.kinks import kinks
from derive.document.page import Page
from derive.kind import Kind
from derive.notation.pattern import with_symbols
from derive.notation.printer import printed
from derive.symbolic import by_cases, slot
from derive.tape.evaluate import Values, aside
from derive.tape.forward import suffix
from derive.tape.loss import loss_slope, scaled_term
from derive.tape.rule import Rule


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
    if loss.name not in LOSSES:
        yield from _kinks(page, slope)


def _kinks(page: Page, slope: Expr) -> Iterator[Paragraph]:
    """Say what is taken as the derivative where a worked step needs it at a prediction that has none."""
    found, rule = kinks(slope), Rule(2, slope, slope)
    said: set[tuple[Fraction, ...]] = set()
    for values in (step.values for step in page.training.steps):
        for places in _predictions(values):
            point = tuple(value for value in map(values.exact.__getitem__, places) if isinstance(value, Fraction))
            if found and len(point) == len(places) and point not in said and found.hold(point):
                said.add(point)
                taken = aside(rule, places, values)
                shown = (f"{name} = {values.shown[place].text}" for name, place in zip("py", places, strict=True))
                at = joined((Math(text),) for text in shown)
                relation = EQUAL if taken.exact else CLOSE
                sides = (Math(rf"\frac{{\partial L}}{{\partial p}} {relation} {taken.text}"),)
                yield Paragraph(page.words("network.loss_kink", point=at, slope=sides))


def _predictions(values: Values) -> Iterator[tuple[int, int]]:
    """Return the places of each prediction and its target."""
    tape = values.tape
    for place in tape.by_kind[Kind.ACTIVATION]:
        quantity = tape.quantities[place]
        if quantity.layer == len(tape.structure.layers):
            yield place, tape.place[f"y_{quantity.unit}{suffix(quantity.sample)}"]


def _by_cases(page: Page, *expressions: Expr) -> Iterator[Block]:
    """Define each function that is worked out by the case that holds."""
    for expression in expressions:
        named = by_cases(expression)
        if named is not None and not named.is_Piecewise:
            symbol = with_symbols(printed(type(named)(slot(0))), ("u",))
            yield page.formula(symbol, with_symbols(printed(named.definition(slot(0))), ("u",)))
