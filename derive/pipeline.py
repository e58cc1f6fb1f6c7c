"""The whole way: load, build, differentiate, evaluate, compose, render."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import accumulate
from pathlib import Path
from typing import Any

from derive.catalog.losses import LOSSES
from derive.config.load import ConfigError, load
from derive.config.model import Config
from derive.document.blocks import Document, Equation, Link
from derive.document.choice import choose, named
from derive.document.links import links
from derive.document.mark import with_decimal_mark
from derive.document.page import Page, counted
from derive.document.solution import compose
from derive.document.wording import wording
from derive.errors import Problem, UserError, quoted
from derive.kind import Kind
from derive.lazy import Lazy
from derive.notation.base import Notation
from derive.notation.marks import marked
from derive.numbers.shown import Value
from derive.render.formats import FORMATS, File
from derive.render.write import check_name, write_files
from derive.symbolic import opened, replaced, slot
from derive.tape.build import build
from derive.tape.composed import Verdict, verify
from derive.tape.evaluate import NoValue, Values
from derive.tape.quantity import Quantity, Tape
from derive.tape.structure import structure_of
from derive.tape.written import formula_of
from derive.training.run import Step, Training
from derive.training.train import train


def solve(
    source: str | Path | Mapping[str, Any] | Config, *, check: bool = False, max_epochs: int | None = None
) -> "Solution":
    """Work a network out.

    ``source`` is a config file, a mapping with the same keys, or a `Config`. With ``check``, the gradients are compared
    with the derivatives of the composed loss, and the page says so. ``max_epochs`` takes the place of the usual bounds
    of how long a training may be.

    Raises:
        UserError: with every problem of the config.
    """
    config = _loaded(source, max_epochs)
    notation, explained = choose(config.report, build(structure_of(config)))
    try:
        training = train(config)
    except NoValue as error:
        faults = (_no_value(config, quantity, reason, error.step) for quantity, reason in error.faults)
        raise UserError(*faults) from None
    first = training.steps[0].values
    return Solution(config, training, notation, explained, verify(first.tape, first.givens) if check else None)


def _loaded(source: str | Path | Mapping[str, Any] | Config, max_epochs: int | None) -> Config:
    """Read the config. If it has faults, those of the names that it asks for are found as well."""
    try:
        return load(source, max_epochs=max_epochs)
    except ConfigError as error:
        problems = list(error.problems)
        if error.left:
            try:
                choose(error.left.report, build(structure_of(error.left)))
            except UserError as names:
                problems += names.problems
        raise UserError(*problems) from None


def _no_value(config: Config, quantity: Quantity, reason: str, step: int) -> Problem:
    if quantity.kind is Kind.LEARNING_RATE:
        what = (
            f"the formula {quoted(str(config.training.learning_rate))} has no value at step {max(step, 1)} ({reason})"
        )
        return Problem("training.learning_rate", what, "change the formula, or train for fewer epochs")
    formula = formula_of(config.layers[quantity.layer - 1].activation) if quantity.layer else None
    if formula is not None and quantity.kind in (Kind.ACTIVATION, Kind.DELTA):
        whose = "derivative" if quantity.kind is Kind.DELTA else "value"
        what = f"the formula {quoted(formula)} has no {whose} where {quantity.key} needs it ({reason})"
        return Problem(f"layers[{quantity.layer}].activation", what, "change the formula or the numbers")
    loss = config.training.loss
    if isinstance(loss, str) and loss not in LOSSES and _is_of_loss(config, quantity):
        part = "" if quantity.kind in (Kind.LOSS, Kind.DATA_LOSS) else "the derivative of "
        where = f" of sample {quantity.sample}" * bool(quantity.sample) + f" at step {step}" * (step > 1)
        what = f"{part}the formula {quoted(loss)} has no value at the predictions and targets{where} ({reason})"
        return Problem("training.loss", what, "change the formula, the weights or the last activation")
    if quantity.kind is not Kind.TARGET:
        when, mend = (f" at step {step}", " or a smaller learning rate") if step > 1 else ("", "")
        what = f"{quantity.key} has no value that can be shown{when} ({reason})"
        return Problem("", what, f"choose smaller numbers{mend}")
    sample, output = max(quantity.sample, 1) - 1, quantity.unit - 1
    inputs = f"the inputs of sample {quantity.sample}" if quantity.sample else "these inputs"
    what = f"the formula {quoted(str(config.targets(sample)[output]))} has no value at {inputs} ({reason})"
    return Problem(config.target_path(sample, output), what, "change the formula or the inputs")


def _is_of_loss(config: Config, quantity: Quantity) -> bool:
    """Tell whether the loss or its derivative for a prediction is calculated in a quantity."""
    of_output = quantity.kind in (Kind.DELTA, Kind.ADJOINT) and quantity.layer == len(config.layers)
    return of_output or (quantity.kind in (Kind.LOSS, Kind.DATA_LOSS))


@dataclass(frozen=True)
class Reading:
    """One quantity of a solution.

    ``definition`` is its SymPy expression over the symbols of other quantities, or None for a given number. ``value``
    is a `Fraction` where it is exact, else a `Decimal` of at least 60 digits; ``shown`` is what the page prints.
    """

    key: str
    symbol: str
    definition: Any
    value: Value
    shown: str


@dataclass(frozen=True, eq=False)
class Solution:
    """A config worked out: ask it for a quantity by its key, for a document, or to write files.

    Quantities are those of the first worked step; ``training`` has the others, the losses, and the last parameters.
    """

    config: Config
    training: Training
    notation: Notation
    explained: Quantity
    verdict: Verdict | None = None

    @property
    def values(self) -> Values:
        """The values of the first worked step."""
        return self.training.steps[0].values

    @property
    def tape(self) -> Tape:
        """Every quantity of the first worked step, in order."""
        return self.values.tape

    def __getitem__(self, key: str) -> Reading:
        """Read a quantity by its key, such as ``delta_2_1`` or ``grad_w_1_2_1``."""
        import sympy

        place = self.tape.place[key]
        quantity = self.tape.quantities[place]
        definition = None
        if quantity.rule is not None:
            arguments = {
                slot(number): sympy.Symbol(self.tape.quantities[arg].key, real=True)
                for number, arg in enumerate(quantity.args)
            }
            definition = replaced(opened(quantity.rule.numeric), arguments)
        symbol = named(self.tape, self.notation, counted(self.training.steps[0], self.training))[1][place]
        return Reading(key, symbol, definition, self.values.exact[place], self.values.shown[place].text)

    @cached_property
    def document(self) -> Document:
        """The worked solution as blocks."""
        start, *steps = map(self._page, (Step(1, 1, self.training.start), *self.training.steps))
        return with_decimal_mark(compose(start, steps, self.explained, self.verdict), self.values.style)

    @cached_property
    def linked(self) -> Document:
        """The worked solution with a mark on every symbol, which says what quantity it stands for."""
        found: list[Link] = []
        for _, values in self.starts:
            found += links(values.tape, len(found))
        numbers = [start for start, _ in self.starts]
        whole = (
            Step(1, 1, self.training.start),
            numbers[0] if len(numbers) == len(self.training.steps) else numbers[-1],
        )
        pages = [self._page(*each) for each in (whole, *zip(self.training.steps, numbers, strict=False))]
        document = with_decimal_mark(compose(pages[0], pages[1:], self.explained, self.verdict), self.values.style)
        return replace(document, links=tuple(found))

    @property
    def starts(self) -> list[tuple[int, Values]]:
        """The values of each worked step, and the number that the first of its quantities has in `linked`.

        They are followed by those of all samples, where the first step does not take them all.
        """
        all_values = [step.values for step in self.training.steps]
        if self.training.start.tape is not self.values.tape:
            all_values.append(self.training.start)
        numbers = accumulate((len(values.tape.quantities) for values in all_values), initial=0)
        return list(zip(numbers, all_values, strict=False))

    def _page(self, step: Step, start: int | None = None) -> Page:
        """Return what the page of a step is written from; its symbols are marked with numbers from ``start`` on."""
        names, symbols = named(step.values.tape, self.notation, counted(step, self.training))
        if start is not None:
            plain, first = symbols, start
            symbols = Lazy(lambda place: marked(plain[place], first + place), len(plain))
        words = wording(self.config.report.language)
        return Page(self.config, step, self.notation, names, symbols, words, self.training)

    def files(self, name: str, *formats: str, engine: str = "auto") -> list[File]:
        """Render the solution in some formats without writing anything."""
        check_name(name)
        return [file for chosen in formats for file in FORMATS[chosen].render(self, name, engine)]

    def write(self, folder: str | Path, *formats: str, name: str = "solution", engine: str = "auto") -> list[Path]:
        """Write the solution in some formats (``md``, ``tex``, ``pdf``, ``json``); all files are written, or none."""
        return write_files(Path(folder), self.files(name, *formats, engine=engine))

    def text(self, chosen: str = "md") -> str:
        """Return the solution in one text format."""
        return self.files("solution", chosen)[0].content.decode()

    def _repr_markdown_(self) -> str:
        """Show the solution in a notebook, its diagram inside the text."""
        from derive.render.markdown import with_figures_inside

        return with_figures_inside(self.document)

    def _repr_html_(self) -> str:
        """Show the HTML page in a notebook, in a frame of its own."""
        from derive.render.html import framed

        return framed(self.text("html"), self.config.title)

    def _repr_latex_(self) -> str:
        """Give the equations of the solution as LaTeX that stands in text."""
        from derive.render.markdown import equation

        return "\n\n".join(f"$$\n{equation(b)}\n$$" for b in self.document.blocks if isinstance(b, Equation))
