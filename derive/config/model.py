"""The config: its keys, their types and bounds."""

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, StringConstraints, Tag

from derive.catalog.activations import ACTIVATIONS
from derive.catalog.losses import LOSSES
from derive.catalog.optimizers import OPTIMIZERS
from derive.config.limits import MAX_DECIMALS, MAX_TITLE
from derive.config.values import exact_number, nested, number_or_formula, one_of, printable
from derive.notation import NOTATIONS

Number = Annotated[Decimal, BeforeValidator(exact_number)]
"""A decimal exactly as it was written; whole numbers and (from Python) floats by their shortest form."""

Target = Annotated[Decimal | str, BeforeValidator(number_or_formula)]
Rows = Annotated[list[list[Number]], BeforeValidator(nested)]
Bias = Annotated[
    Annotated[Number, Tag("shared")] | Annotated[list[Number], Tag("own")],
    Discriminator(lambda value: "own" if isinstance(value, list | tuple) else "shared"),
]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=False)


class Data(_Section):
    """The samples: ``inputs`` of shape (samples, inputs), ``targets`` of shape (samples, outputs).

    One sample may be written as a flat list. A flat list of target formulas holds for every sample.
    """

    inputs: Rows
    targets: Annotated[list[list[Target]], BeforeValidator(nested)]


class Layer(_Section):
    """A fully connected layer: ``weights[i][j]`` leads from unit i of the layer before to unit j of this one."""

    activation: Annotated[str, BeforeValidator(one_of(ACTIVATIONS, "an activation"))]
    weights: list[list[Number]] = Field(min_length=1)
    bias: Bias | None = None


class Training(_Section):
    """How the network learns."""

    loss: Annotated[str, BeforeValidator(one_of(LOSSES, "a loss"))] = "half_squared_error"
    learning_rate: Number
    optimizer: Annotated[str, BeforeValidator(one_of(OPTIMIZERS, "an optimizer"))] = "gradient_descent"
    reduction: Literal["mean", "sum"] = "mean"
    frozen: list[str] = []


class Report(_Section):
    """How the page is written."""

    decimals: int = Field(default=5, ge=1, le=MAX_DECIMALS)
    carry: Literal["exact", "rounded"] = "exact"
    notation: Annotated[str, BeforeValidator(one_of(("auto", *NOTATIONS), "a notation"))] = "auto"
    explain: str | None = None
    paper: Literal["a4", "letter"] = "a4"


class Config(_Section):
    """A network, its data, one training step, and how to report it."""

    title: Annotated[str, StringConstraints(max_length=MAX_TITLE), BeforeValidator(printable)] = "Backpropagation by hand"
    data: Data
    layers: list[Layer] = Field(min_length=1)
    training: Training
    report: Report = Report()

    @property
    def outputs(self) -> int:
        """The number of units of the last layer."""
        return len(self.layers[-1].weights[0])

    def targets(self, sample: int) -> list[Decimal | str]:
        """Return the targets of a sample (counted from 0), one for each output.

        A single row holds for every sample; for one output it may also list one target a sample.
        """
        samples, rows = len(self.data.inputs), self.data.targets
        if len(rows) == samples:
            return rows[sample]
        return [rows[0][sample]] if self.outputs == 1 and len(rows[0]) == samples else rows[0]
