"""What is given of a training: the updates that are worked, penalties, learning rate, optimizer, epochs and stop."""

from collections.abc import Iterator
from math import ceil

from derive.catalog.penalties import Penalty
from derive.config.model import Stop
from derive.document.blocks import Math, Spans, joined
from derive.document.page import Page
from derive.notation.pattern import with_symbols
from derive.notation.printer import printed
from derive.numbers.shown import as_written
from derive.symbolic import slot


def worked_updates(page: Page) -> Spans:
    """Say which updates the page works, of how many."""
    words, training = page.words, page.training
    if training.updates == 1:
        return words("intro.works.step")
    return words(
        f"intro.works.{'one' if len(training.steps) == 1 else 'many'}",
        worked=words.listed([words.number(step.number) for step in training.steps]),
        epochs=words.count("count.epoch", training.epochs),
        updates=words.count("count.update", training.updates),
    )


def penalty_items(page: Page) -> Iterator[Spans]:
    words, shape = page.words, page.structure.penalty
    for penalty in shape.penalties if shape else ():
        formula = (Math(_penalty_formula(penalty)),)
        key = f"network.penalty.{'biases' if shape and shape.biases else 'weights'}"
        yield words(key, title=words.title(penalty), formula=formula, value=page.statement(penalty.key))


def _penalty_formula(penalty: Penalty) -> str:
    factor = with_symbols(printed(penalty.factor(slot(0))), [penalty.letter])
    return rf"{factor} \sum {with_symbols(printed(penalty.term(slot(0))), ['w'])}"


def training_items(page: Page) -> Iterator[Spans]:
    """State the learning rate, the optimizer if it has lines of its own, and the epochs if there are several."""
    words, optimizer, training = page.words, page.structure.optimizer, page.config.training
    yield words("network.rate", value=_rate(page))
    if optimizer.lines:
        values = joined(page.statement(parameter.name) for parameter in optimizer.parameters)
        parts = [words("network.optimizer", title=words.title(optimizer))]
        parts += [words("network.parameters", values=values)] * bool(values)
        yield joined(parts)
    samples, size = page.structure.samples, training.batch_size
    updates = 1 if size == "full" else ceil(samples / size)
    if training.epochs > 1 or updates > 1:
        counts = {
            "epochs": words.count("count.epoch", training.epochs),
            "updates": words.count("count.update", updates),
        }
        if training.stop is None:
            yield words("network.epochs", **counts)
        else:
            yield words("network.epochs_at_most", **counts, stop=_stop(page, training.stop))


def _rate(page: Page) -> Spans:
    rate = page.tape["eta"]
    if rate.rule is None:
        return page.statement(rate)
    formula = with_symbols(printed(rate.rule.symbolic), [page.symbol("t")])
    return (Math(f"{page.bare(rate).latex} = {formula}"),)


def _stop(page: Page, stop: Stop) -> Spans:
    """Say in words when the training is to stop."""
    bounds = {"loss": stop.loss, "change": stop.change}
    found = {
        key: page.words(f"network.stop.{key}", bound=(Math(as_written(bound).text),))
        for key, bound in bounds.items()
        if bound is not None
    }
    return page.words("network.stop.both", **found) if len(found) > 1 else next(iter(found.values()))
