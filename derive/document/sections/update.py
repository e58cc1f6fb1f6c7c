"""The fourth step: the update of every parameter that is not frozen, by the optimizer's lines."""

from collections.abc import Iterator

from derive.catalog.optimizers import Formula
from derive.document.blocks import Block, Equation, Paragraph
from derive.document.chain import Chain
from derive.document.page import Page
from derive.document.rows import rows
from derive.document.sections.brief import brief_update
from derive.document.sections.form import in_form
from derive.document.sections.matrix import update_lines
from derive.document.sections.network import frozen_names
from derive.kind import Kind
from derive.notation.name import Name, step_mark
from derive.notation.pattern import with_symbols
from derive.notation.printer import printed
from derive.tape.update import optimizer_rule


def update_section(page: Page) -> Iterator[Block]:
    """State the optimizer's formulas where they are more than one, and work the update of every parameter."""
    words, structure = page.words, page.structure
    yield page.heading("update.heading")
    updated = page.tape.by_kind[Kind.UPDATED]
    if not updated:
        yield Paragraph(words("update.none"))
        return
    optimizer = structure.optimizer
    if structure.rate is not None:
        yield Paragraph(words("update.rate", number=words.number(page.step.number)))
        yield page.chain("eta")
    if optimizer.lines and not page.is_first:
        yield Paragraph(words("update.again", number=words.number(page.training.steps[0].number)))
    else:
        yield Paragraph(words.sentence(optimizer, "text"))
    if optimizer.lines and page.is_first:
        yield from _general(page)
        yield Paragraph((*words("update.general"), *words.sentence(optimizer, "convention")))
    yield from in_form(page, brief_update if page.brief else _chains, update_lines)
    if structure.frozen:
        names = frozen_names(page)
        yield Paragraph(words("update.frozen", names=names[0].upper() + names[1:]))


def _chains(page: Page) -> Iterator[Block]:
    lines = page.structure.optimizer.lines
    for place in page.tape.by_kind[Kind.UPDATED]:
        quantity = page.tape.quantities[place]
        parameter = page.tape.quantities[quantity.of]
        if lines:
            yield Paragraph(page.words("update.parameter", parameter=page.math(parameter)))
        yield from (page.chain(f"{line.name}_{parameter.key}") for line in lines)
        yield page.chain(quantity)


def _general(page: Page) -> Iterator[Equation]:
    """Write each of the optimizer's formulas for any parameter w with the gradient g."""
    optimizer, several = page.structure.optimizer, page.marked_step is not None
    now, before, after = map(step_mark, ("t", "t-1", "t+1")) if several else ("", r"\text{old}", page.notation.new)

    def marked(letter: str, mark: str) -> str:
        return Name(letter, mark=mark).latex

    letters = {"w": marked("w", now), "g": marked("g", now), "eta": r"\eta", "t": "t"}
    letters |= {parameter.name: parameter.letter for parameter in optimizer.parameters}
    letters |= {line.name: marked(line.letter, now) for line in optimizer.lines}
    letters |= {f"old_{line.name}": marked(line.letter, before) for line in optimizer.lines}
    lines: list[tuple[str, Formula]] = [(letters[line.name], line.formula) for line in optimizer.lines]
    for symbol, formula in (*lines, (marked("w", after), optimizer.update)):
        rule, names = optimizer_rule(formula)
        text = with_symbols(printed(rule.symbolic), [letters[name] for name in names])
        yield Equation(rows(Chain(symbol, (("=", text),))))
