"""The sections of a config that make exercise sheets of it: what varies from copy to copy, and how a sheet looks."""

from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from derive.config.limits import MAX_DECIMALS, MAX_UNITS
from derive.config.lists import list_of, row
from derive.config.training import number_not_below_zero, truth
from derive.config.values import Reader, exact_number, fault, one_line, one_of, positive_number, text_line, whole_number

GROUPS = ("forward", "loss", "deltas", "gradients", "update")
"""What a sheet can ask for, in the order of the calculation."""

HINTS = ("none", "formula", "faded", "gaps")

Number = Annotated[Decimal, BeforeValidator(exact_number)]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Spread(_Section):
    """What one number may become: any one between two bounds, with 1 decimal or ``decimals``, or one of a list."""

    low: Number | None = Field(None, alias="from")
    """The least number."""
    high: Number | None = Field(None, alias="to")
    """The greatest number."""
    decimals: Annotated[int, BeforeValidator(whole_number(0, MAX_DECIMALS))] | None = None
    """How many decimals the numbers between the bounds have; left out: 1."""
    choose: Annotated[list[Number], BeforeValidator(row("numbers", MAX_UNITS))] | None = None
    """The numbers to choose from, in place of bounds."""

    @model_validator(mode="after")
    def _checked(self) -> "Spread":
        bounds = (self.low, self.high)
        if self.choose is not None:
            if (*bounds, self.decimals) != (None, None, None):
                mend = "write choose = […], or from, to and decimals"
                raise fault("both a list to choose from and bounds stand here", mend)
            if len(set(self.choose)) < len(self.choose):
                raise fault("a number stands twice in the list", "leave it out the second time")
        elif None in bounds:
            raise fault("there is nothing to draw from", "write from = …, to = … and decimals = …, or choose = […]")
        elif self.count < 1:
            places = f"{self._places} decimal{'' if self._places == 1 else 's'}"
            raise fault(
                f"no number with {places} lies from {self.low} to {self.high}",
                "write the smaller bound first, or bounds that are farther apart",
            )
        return self

    @property
    def count(self) -> int:
        """How many different numbers there are."""
        if self.choose is not None:
            return len(self.choose)
        least, most = self._ends
        return most - least + 1

    def number(self, place: int) -> Decimal:
        """Return one of the numbers, counted from 0."""
        if self.choose is not None:
            return self.choose[place]
        return Decimal(self._ends[0] + place).scaleb(-self._places)

    @property
    def _places(self) -> int:
        return 1 if self.decimals is None else self.decimals

    @cached_property
    def _ends(self) -> tuple[int, int]:
        """The bounds in units of the last decimal."""
        assert self.low is not None
        assert self.high is not None
        least = self.low.scaleb(self._places).to_integral_value(ROUND_CEILING)
        return int(least), int(self.high.scaleb(self._places).to_integral_value(ROUND_FLOOR))


def _positive(spread: Spread) -> Spread:
    if min(spread.choose or [spread.number(0)]) <= 0:
        raise fault("not every one of these numbers is above zero", "write numbers such as 0.1")
    return spread


class Require(_Section):
    """What the numbers of every copy must meet; 0 or false turns a requirement off."""

    alive: Annotated[bool, BeforeValidator(truth)] = True
    """No unit has the derivative 0."""
    kink: Annotated[Decimal, BeforeValidator(number_not_below_zero)] = Decimal("0.01")
    """Every pre-activation is at least so far from a kink."""
    slope: Annotated[Decimal, BeforeValidator(number_not_below_zero)] = Decimal("0.01")
    """No unit has a smaller derivative: it would be saturated."""
    nonzero: Annotated[bool, BeforeValidator(truth)] = True
    """No drawn number is zero, and no right answer, however it was rounded."""
    tie: Annotated[Decimal, BeforeValidator(number_not_below_zero)] = Decimal("0.001")
    """No answer is closer to a tie than this, in units of its last decimal."""
    distinct: Annotated[bool, BeforeValidator(truth)] = True
    """All copies differ."""


class Vary(_Section):
    """What each copy has numbers of its own for. Targets by formula follow the inputs."""

    inputs: Spread | None = None
    """What the inputs are drawn from."""
    targets: Spread | None = None
    """What the targets that are numbers are drawn from."""
    weights: Spread | None = None
    """What the weights are drawn from."""
    biases: Spread | None = None
    """What the biases are drawn from."""
    learning_rate: Annotated[Spread, AfterValidator(_positive)] | None = None
    """What the learning rate is drawn from."""
    require: Require = Require()
    """What the numbers of every copy must meet."""


class Points(_Section):
    """The points for each answer of a group."""

    forward: Annotated[Decimal, BeforeValidator(positive_number)] = Decimal(1)
    """For each answer of this group."""
    loss: Annotated[Decimal, BeforeValidator(positive_number)] = Decimal(1)
    """For each answer of this group."""
    deltas: Annotated[Decimal, BeforeValidator(positive_number)] = Decimal(1)
    """For each answer of this group."""
    gradients: Annotated[Decimal, BeforeValidator(positive_number)] = Decimal(1)
    """For each answer of this group."""
    update: Annotated[Decimal, BeforeValidator(positive_number)] = Decimal(1)
    """For each answer of this group."""

    def of(self, group: str) -> Decimal:
        """Return the points for an answer of this group."""
        return Decimal(getattr(self, group))


def _date(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else one_line("date")(value)


def _one_or_more(value: Any) -> list[Any]:
    return [value] if isinstance(value, str) else list(list_of("quoted texts", value))


_lines = Reader(_one_or_more, lambda schema: {"anyOf": [schema["items"], schema]})
"""Takes one text or a list of them."""


Line = Annotated[str, BeforeValidator(one_line("text"))]


class Sheet(_Section):
    """How a sheet looks and what it asks."""

    title: Line | None = None
    """The title of the sheets; left out: the config's."""
    course: Line | None = None
    """The course, which stands above the title."""
    date: Annotated[str, BeforeValidator(_date)] | None = None
    """The date, which stands above the title."""
    instructions: Annotated[list[Line], BeforeValidator(_lines)] = []
    """What students should know, one paragraph each."""
    fields: Annotated[list[Line], BeforeValidator(_lines)] = ["Name"]
    """What is filled in at the head; columns of the roster of these names fill it in."""
    ask: Annotated[list[Annotated[str, BeforeValidator(text_line)]], BeforeValidator(_lines)] = list(GROUPS)
    """Groups of quantities, or keys of single ones."""
    points: Points = Points()
    """The points for each answer, by group."""
    decimals: Annotated[int, BeforeValidator(whole_number(1, MAX_DECIMALS))] | None = None
    """How many decimals the answers have; left out: those of the report."""
    hints: Annotated[Literal["none", "formula", "faded", "gaps"], BeforeValidator(one_of(HINTS, "a kind of hints"))] = (
        "none"
    )
    """Nothing, the formulas, the first units worked, or every line with its values left out."""
    room: Annotated[Decimal, BeforeValidator(number_not_below_zero)] = Decimal(0)
    """The height that is left free for the work on each question, in centimetres."""
    formula_box: Annotated[bool, BeforeValidator(truth)] = False
    """Whether the sheet states the activation functions."""
    two_sided: Annotated[bool, BeforeValidator(truth)] = True
    """Whether each copy begins on a right-hand page in the file that holds all."""
