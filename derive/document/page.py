"""What every section of a document is written from."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from derive.config.model import Config
from derive.document.blocks import Equation, Heading, Math, Spans, Text
from derive.document.chain import Chain, chain, linked
from derive.document.detail import is_brief, lines, thinned
from derive.document.rows import WIDEST, rows
from derive.document.wording import Wording
from derive.lazy import Lazy
from derive.notation.base import Notation
from derive.notation.name import Name
from derive.numbers.shown import readable
from derive.tape.evaluate import Values, aside
from derive.tape.quantity import Quantity, Tape
from derive.tape.rule import Rule
from derive.tape.structure import Structure
from derive.training.run import Step, Training


@dataclass(frozen=True, eq=False)
class Page:
    """A worked step of a network, its names, and the language of the page."""

    config: Config
    step: Step
    notation: Notation
    names: Sequence[Name | None]
    symbols: Sequence[str]
    words: Wording
    training: Training

    @cached_property
    def values(self) -> Values:
        """The values of the step."""
        return self.step.values

    @cached_property
    def tape(self) -> Tape:
        """The tape that the values are of."""
        return self.values.tape

    @cached_property
    def structure(self) -> Structure:
        """The network without its numbers."""
        return self.tape.structure

    @property
    def marked_step(self) -> int | None:
        """The number of the step, where another one than the first is worked, so that each marks its quantities."""
        return counted(self.step, self.training)

    @property
    def is_first(self) -> bool:
        """Whether this is the first of the steps that are worked, which says how it is done."""
        return self.step.number == self.training.steps[0].number

    def place(self, quantity: Quantity | str) -> int:
        """Return a quantity's place on the tape."""
        return self.tape.place[quantity if isinstance(quantity, str) else quantity.key]

    def symbol(self, quantity: Quantity | str) -> str:
        """Return a quantity's symbol in TeX."""
        return self.symbols[self.place(quantity)]

    def bare(self, quantity: Quantity | str) -> Name:
        """Return a quantity's name without the marks of its sample and its step: what all of them share."""
        name = self.names[self.place(quantity)]
        assert name is not None
        return replace(name, sample=0, step=None) if name.sample or name.step is not None else name

    def lasting(self, quantity: Quantity | str) -> Spans:
        """Return a quantity's symbol without the mark of its step, for what stands beside values of several steps."""
        name = self.names[self.place(quantity)]
        assert name is not None
        return (Math(replace(name, step=None).latex),)

    def math(self, quantity: Quantity | str) -> Spans:
        """Return a quantity's symbol as mathematics in a line."""
        return (Math(self.symbol(quantity)),)

    def shown(self, quantity: Quantity | str) -> str:
        """Return a quantity's value as it is shown."""
        return self.values.shown[self.place(quantity)].text

    def length(self, quantity: Quantity | str) -> int:
        """Count the characters of a value as it is shown."""
        return len(readable(self.shown(quantity)))

    @cached_property
    def has_powers(self) -> bool:
        """Whether a value of the worked steps is shown with a power of ten."""
        return any(
            "^" in values.shown[place].text
            for values in (step.values for step in self.training.steps)
            for place, value in enumerate(values.exact)
            if not values.style.is_plain(value)
        )

    def statement(self, quantity: Quantity | str) -> Spans:
        """Return symbol = value, or symbol ≈ value where the value was rounded."""
        return (Math(f"{self.symbol(quantity)} {self.relation(quantity)} {self.shown(quantity)}"),)

    def relation(self, quantity: Quantity | str) -> str:
        """Return the relation between a quantity and its shown value."""
        exact = self.values.rounded or self.values.shown[self.place(quantity)].exact
        return "=" if exact else r"\approx"

    @cached_property
    def brief(self) -> bool:
        """Whether the page works one line of each kind and gives the rest in tables."""
        return is_brief(self.config.report.detail, self.lines)

    @cached_property
    def lines(self) -> int:
        """How many lines there are to work out in all steps that the page shows."""
        return sum(lines(step.values.tape) for step in self.training.steps)

    def chain(self, quantity: Quantity | str, widest: float = WIDEST, tag: str = "") -> Equation:
        """Write a calculated quantity out; a brief page leaves the middle of long sums out."""
        place = self.place(quantity)
        return self.equation(self.chains[place], self.tape.quantities[place].key, widest, tag)

    @cached_property
    def chains(self) -> Sequence[Chain]:
        """Each calculated quantity written out, by its place on the tape; some stand on a page twice."""
        quantities = self.tape.quantities
        return Lazy(lambda place: chain(quantities[place], self.values, self.symbols), len(quantities))

    def equation(self, found: Chain, key: str = "", widest: float = WIDEST, tag: str = "") -> Equation:
        """Set a chain in rows."""
        return Equation(rows(thinned(found) if self.brief else found, widest), key, tag)

    def aside(self, symbol: str, rule: Rule, args: Sequence[int]) -> Equation:
        """Write out a value that is no quantity of the tape, such as one factor of a chain rule."""
        value = aside(rule, args, self.values)
        return self.equation(linked(symbol, rule, args, value, self.values, self.symbols))

    def known(self, symbol: str, quantity: Quantity) -> Equation:
        """Write out that something is a quantity of the tape, whose value is known."""
        sides = (("=", self.symbol(quantity)), (self.relation(quantity), self.shown(quantity)))
        return self.equation(Chain(symbol, sides))

    def heading(self, key: str) -> Heading:
        """Return the heading of one of a step's sections; where several steps are worked it says which one."""
        number = self.words.number(self.step.number) if self.marked_step is not None else ""
        return Heading(1, (*self.words("step.of", number=number), *self.words(key)) if number else self.words(key))

    def formula(self, symbol: str, *sides: str) -> Equation:
        """Write a formula without numbers."""
        return _formula(symbol, sides)

    def parameters(self, layer: int) -> list[Quantity]:
        """Return a layer's weights and biases, unit by unit, a shared bias last."""
        return self.tape.parameters[layer]

    def layer_number(self, number: int) -> str:
        """Return how the notation counts a layer that is the first, second, … after the inputs."""
        return str(number + self.notation.matrices.first - 1)

    def layer_title(self, number: int) -> str:
        """Return what a layer is called in a heading or list."""
        layers = len(self.structure.layers)
        if number == layers:
            return self.words.plain("network.output_layer")
        if layers == 2:
            return self.words.plain("network.hidden_layer")
        return self.words.plain("network.hidden_layer_number", number=str(number))

    @property
    def samples(self) -> Sequence[int]:
        """The numbers of the step's samples; where the data has a single one its number is 0."""
        return self.structure.numbers


@lru_cache(maxsize=1000)
def _formula(symbol: str, sides: tuple[str, ...]) -> Equation:
    return Equation(rows(Chain(symbol, tuple(("=", side) for side in sides))))


def counted(step: Step, training: Training) -> int | None:
    """Return a step's number for its mark in names; where the first step alone is worked it has none."""
    return step.number if training.steps[-1].number > 1 else None


def plain(text: str) -> Spans:
    """Return plain text as spans."""
    return (Text(text),)
