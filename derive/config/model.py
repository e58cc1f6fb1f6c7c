"""The config: its keys, their types and bounds.

The first line of a section's docstring, and that below each key, is what an editor says of it (`derive.config.schema`).
"""

from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, Tag, model_validator

from derive.catalog.layer_activations import EVERY_ACTIVATION
from derive.catalog.losses import LOSSES
from derive.catalog.optimizers import OPTIMIZERS
from derive.config.functions import Function, Written
from derive.config.limits import (
    MAX_DECIMALS,
    MAX_LAYERS,
    MAX_SAMPLES,
    MAX_SEED,
    MAX_SHOWN_STEPS,
    MAX_STEP,
    MAX_UNITS,
)
from derive.config.lists import matrix, row, samples, sections, words
from derive.config.names import own_name
from derive.config.sheet import Sheet, Vary
from derive.config.training import (
    full_or_number,
    number_not_below_zero,
    number_of_epochs,
    positive_number_or_formula,
    truth,
)
from derive.config.values import (
    exact_number,
    number_or_formula,
    one_of,
    positive_number,
    shared_bias,
    text_line,
    title_line,
    whole_number,
)
from derive.notation import NOTATIONS
from derive.numbers.style import Style
from derive.resources import languages, sentences

LOSS_NAMES = ("y_pred", "y")
"""What the formula of a loss is written in: the prediction, the target."""

Number = Annotated[Decimal, BeforeValidator(exact_number)]
"""A decimal exactly as it was written; whole numbers and (from Python) floats by their shortest form."""

Target = Annotated[Decimal | str, BeforeValidator(number_or_formula)]
Inputs = Annotated[list[Number], BeforeValidator(row("inputs", MAX_UNITS))]
Targets = Annotated[list[Target], BeforeValidator(row("targets", MAX_UNITS))]
Weights = Annotated[list[Number], BeforeValidator(row("weights", MAX_UNITS))]
Biases = Annotated[list[Number], BeforeValidator(row("biases", MAX_UNITS))]
Bias = Annotated[
    Annotated[Decimal, BeforeValidator(shared_bias), Tag("shared")] | Annotated[Biases, Tag("own")],
    Discriminator(lambda value: "own" if isinstance(value, list | tuple) else "shared"),
]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Data(_Section):
    """The samples: ``inputs`` of shape (samples, inputs), ``targets`` of shape (samples, outputs).

    One sample may be written as a flat list. A flat list of target formulas holds for every sample.
    """

    inputs: Annotated[list[Inputs], BeforeValidator(samples("inputs", MAX_SAMPLES))] = Field(examples=[[0.5, -1.0]])
    """The inputs of one sample, or a list of samples."""
    targets: Annotated[list[Targets], BeforeValidator(samples("targets", MAX_SAMPLES))] = Field(examples=[[0.3]])
    """A number or a formula in x1, x2, … for each output; for several samples a list of such lists."""


class Layer(_Section):
    """A fully connected layer: ``weights[i][j]`` leads from unit i of the layer before to unit j of this one.

    A layer may be written with ``units`` alone; `derive.config.drawn` writes its weights out before it comes here.
    """

    activation: Annotated[Written, Function(EVERY_ACTIVATION, "an activation", ("z",))] = Field(examples=["sigmoid"])
    """The activation function of the layer's units."""
    units: Annotated[int, BeforeValidator(whole_number(1, MAX_UNITS))] | None = None
    """How many units the layer has, in place of its weights: they are drawn as [random] says."""
    weights: Annotated[list[Weights], BeforeValidator(matrix("rows", MAX_UNITS))] = Field(
        examples=[[[0.2, 0.3], [0.4, 0.7]]]
    )
    """A row for each unit of the layer before (or each input), with a weight for each unit of this layer."""
    bias: Bias | None = None
    """A bias for each unit, or a single number that all units share; left out: none."""


class Penalty(_Section):
    """What the size of the weights adds to the loss; ``l2_form`` says whether λ/2 or λ stands before the squares."""

    l1: Annotated[Decimal, BeforeValidator(number_not_below_zero)] = Decimal(0)
    """The strength of the L1 penalty, the sum of the weights' sizes."""
    l2: Annotated[Decimal, BeforeValidator(number_not_below_zero)] = Decimal(0)
    """The strength of the L2 penalty, the sum of the weights' squares."""
    l2_form: Annotated[
        Literal["half", "full"], BeforeValidator(one_of(("half", "full"), "a form of the L2 penalty"))
    ] = "half"
    """Whether half the strength or all of it stands before the squares."""
    biases: Annotated[bool, BeforeValidator(truth)] = False
    """Whether the penalty is on the biases too."""


class Stop(_Section):
    """When to stop before the last epoch: when the ``loss``, or its ``change``, is no more than this."""

    loss: Annotated[Decimal, BeforeValidator(positive_number)] | None = None
    """Stop when the loss is no more than this."""
    change: Annotated[Decimal, BeforeValidator(positive_number)] | None = None
    """Stop when the loss changes by no more than this in an epoch."""


class Training(_Section):
    """How the network learns."""

    loss: Annotated[Written, Function(LOSSES, "a loss", names=LOSS_NAMES)] = "half_squared_error"
    """The loss of one sample."""
    learning_rate: Annotated[Decimal | str, BeforeValidator(positive_number_or_formula)] = Field(examples=[0.1])
    """A number above zero, or a formula in t, the number of the step."""
    optimizer: Annotated[Written, Function(OPTIMIZERS, "an optimizer")] = "gradient_descent"
    """How a weight follows from its gradient."""
    epochs: Annotated[int, BeforeValidator(number_of_epochs)] = 1
    """How often the training goes through all samples, at most."""
    batch_size: Annotated[int | Literal["full"], BeforeValidator(full_or_number)] = "full"
    """How many samples make one update, in the order given."""
    stop: Stop | None = None
    """When to stop before the last epoch."""
    penalty: Penalty | None = None
    """What the size of the weights adds to the loss."""
    reduction: Annotated[Literal["mean", "sum"], BeforeValidator(one_of(("mean", "sum"), "a reduction"))] = "mean"
    """Whether the loss of several samples is the mean or the sum of theirs."""
    frozen: Annotated[list[Annotated[str, BeforeValidator(text_line)]], BeforeValidator(words)] = []
    """What the update leaves as it is: "weights", "biases", "layer_1", "layer_2", …"""


class Report(_Section):
    """How the page is written. Values are rounded to ``decimals`` or to ``significant`` digits."""

    decimals: Annotated[int, BeforeValidator(whole_number(1, MAX_DECIMALS))] | None = None
    """How many decimals are shown; 5 where no significant digits are asked for."""
    significant: Annotated[int, BeforeValidator(whole_number(1, MAX_DECIMALS))] | None = None
    """How many significant digits are shown, in place of decimals."""
    decimal_mark: Annotated[
        Literal["point", "comma"], BeforeValidator(one_of(("point", "comma"), "a decimal mark"))
    ] = "point"
    """How the page writes the mark before the decimals."""
    carry: Annotated[
        Literal["exact", "rounded"], BeforeValidator(one_of(("exact", "rounded"), "a way to carry numbers on"))
    ] = "exact"
    """Whether the next line goes on with the exact value, or with the rounded one that is shown."""
    notation: Annotated[str, BeforeValidator(one_of(("auto", *NOTATIONS), "a notation"))] = "auto"
    """How quantities are named."""
    names: dict[str, Annotated[str, BeforeValidator(own_name)]] | None = None
    """Names of your own for quantities, by the keys of the JSON."""
    show_steps: Annotated[
        list[Annotated[int, BeforeValidator(whole_number(1, MAX_STEP))]],
        BeforeValidator(row("steps", MAX_SHOWN_STEPS)),
    ] = [1]
    """The numbers of the updates that are worked out in full."""
    explain: Annotated[str, BeforeValidator(text_line)] | None = None
    """The weight or bias whose chain rule the second appendix takes apart."""
    form: Annotated[
        Literal["scalar", "matrix", "both"],
        BeforeValidator(one_of(("scalar", "matrix", "both"), "a form of the lines")),
    ] = "scalar"
    """Whether lines are written for single numbers, for matrices, or both."""
    batch: Annotated[
        Literal["columns", "rows"], BeforeValidator(one_of(("columns", "rows"), "a place of the samples"))
    ] = "columns"
    """Whether samples are the columns or the rows of a matrix."""
    detail: Annotated[
        Literal["auto", "full", "brief"], BeforeValidator(one_of(("auto", "full", "brief"), "a level of detail"))
    ] = "auto"
    """Whether every line is worked, or one of each kind; auto decides by their number."""
    language: Annotated[str, BeforeValidator(one_of(languages(), "a language"))] = "en"
    """The language of the page, which decides its title as well, if none is written."""
    paper: Annotated[Literal["a4", "letter"], BeforeValidator(one_of(("a4", "letter"), "a paper size"))] = "a4"
    """The size of the paper."""

    @model_validator(mode="before")
    @classmethod
    def _with_decimals(cls, keys: Any) -> Any:
        """Write out what goes without saying: five decimals, if no significant digits; the language's decimal mark."""
        if not isinstance(keys, dict):
            return keys
        found = dict(keys)
        if keys.get("decimals") is None and keys.get("significant") is None:
            found["decimals"] = 5
        if keys.get("decimal_mark") is None and keys.get("language", "en") in languages():
            found["decimal_mark"] = sentences(keys.get("language", "en"))["language.decimal_mark"]
        return found

    @property
    def style(self) -> Style:
        """How numbers are written."""
        if self.significant is not None:
            return Style(self.significant, significant=True, mark=self.decimal_mark)
        assert self.decimals is not None
        return Style(self.decimals, mark=self.decimal_mark)


class Random(_Section):
    """Where the weights of layers come from that have ``units`` and no weights."""

    seed: Annotated[int, BeforeValidator(whole_number(0, MAX_SEED))] = 0
    """What the numbers are drawn from; the same seed gives the same numbers on any machine."""
    method: Annotated[
        Literal["uniform", "xavier", "he"], BeforeValidator(one_of(("uniform", "xavier", "he"), "a way to draw"))
    ] = "uniform"
    """Uniform between two bounds, or by Xavier's or He's rule, whose bounds follow from the layers' sizes."""
    low: Number | None = Field(None, alias="from")
    """The least number that is drawn, -1 if left out."""
    high: Number | None = Field(None, alias="to")
    """The greatest number that is drawn, 1 if left out."""
    decimals: Annotated[int, BeforeValidator(whole_number(0, MAX_DECIMALS))] | None = None
    """How many decimals the drawn numbers have: 1 if left out, 2 with "xavier" and "he"."""

    @model_validator(mode="before")
    @classmethod
    def _with_defaults(cls, keys: Any) -> Any:
        """Write out what goes without saying, which depends on the method."""
        if not isinstance(keys, dict):
            return keys
        uniform = keys.get("method", "uniform") == "uniform"
        defaults = {"from": -1, "to": 1, "decimals": 1} if uniform else {"decimals": 2}
        return keys | {key: value for key, value in defaults.items() if keys.get(key) is None}


class Config(_Section):
    """A network, its data, its training, and how to report it."""

    title: Annotated[str, BeforeValidator(title_line)] = sentences("en")["language.title"]
    """The title of the page."""
    data: Data
    """The inputs and the targets."""
    layers: Annotated[list[Layer], BeforeValidator(sections("layers", MAX_LAYERS))]
    """The layers in order; the last one is the output layer."""
    training: Training
    """The loss, and how the network learns."""
    report: Report = Report()
    """How the page is written."""
    random: Random | None = None
    """How the weights of layers that have only their units are drawn."""
    vary: Vary | None = None
    """What each copy of an exercise sheet has numbers of its own for."""
    sheet: Sheet | None = None
    """How exercise sheets look and what they ask."""

    @model_validator(mode="before")
    @classmethod
    def _with_title(cls, keys: Any) -> Any:
        """Give a page without a title one in its language."""
        report = keys.get("report") if isinstance(keys, dict) else None
        language = report.get("language") if isinstance(report, dict) else None
        if language not in languages() or keys.get("title") is not None:
            return keys
        return {**keys, "title": sentences(language)["language.title"]}

    @property
    def outputs(self) -> int:
        """The number of units of the last layer."""
        return len(self.layers[-1].weights[0])

    def targets(self, sample: int) -> list[Decimal | str]:
        """Return the targets of a sample (counted from 0), one for each output."""
        row, column = self._target_place(sample)
        targets = self.data.targets[row]
        return targets if column is None else [targets[column]]

    def _target_place(self, sample: int) -> tuple[int, int | None]:
        """Return the row of a sample's targets, and the column where a single row lists one target a sample.

        Any other single row holds for every sample.
        """
        samples, rows = len(self.data.inputs), self.data.targets
        if len(rows) == samples:
            return sample, None
        return 0, sample if self.outputs == 1 and len(rows[0]) == samples else None

    def target_path(self, sample: int, output: int) -> str:
        """Return the key path of a target; sample and output count from 0, the path from 1."""
        row, column = self._target_place(sample)
        if len(self.data.targets) == 1:
            return f"data.targets[{(output if column is None else column) + 1}]"
        return f"data.targets[{row + 1}][{output + 1}]"
