"""What of a config decides the definitions, apart from the numbers that are put into them."""

from dataclasses import dataclass
from decimal import Decimal

from derive.catalog.activations import ACTIVATIONS, Activation
from derive.catalog.losses import LOSSES, Loss
from derive.catalog.optimizers import OPTIMIZERS, Optimizer
from derive.catalog.parameter import resolved
from derive.config.model import Config, Layer


@dataclass(frozen=True)
class LayerShape:
    """A layer without its numbers. ``bias`` is "none", "own" (one a unit) or "shared" (one for the layer)."""

    units: int
    activation: Activation
    bias: str


@dataclass(frozen=True)
class Structure:
    """All that fixes the tape's definitions: networks that share it differ in given numbers alone.

    ``targets[sample][output]`` is a formula in x1, x2, … or None for a given number.
    """

    inputs: int
    layers: tuple[LayerShape, ...]
    samples: int
    targets: tuple[tuple[str | None, ...], ...]
    loss: Loss
    reduction: str
    optimizer: Optimizer
    frozen: frozenset[str]

    @property
    def outputs(self) -> int:
        """The number of units of the last layer."""
        return self.layers[-1].units

    def widths(self) -> tuple[int, ...]:
        """Units by layer, the inputs first."""
        return (self.inputs, *(layer.units for layer in self.layers))

    def is_frozen(self, kind: str, layer: int) -> bool:
        """Tell whether the weights (``w``) or biases (``b``) of a layer are left out of the update."""
        return {"w": "weights", "b": "biases"}[kind] in self.frozen or f"layer_{layer}" in self.frozen


def structure_of(config: Config) -> Structure:
    """Return the structure of a checked config."""
    return Structure(
        inputs=len(config.data.inputs[0]),
        layers=tuple(
            LayerShape(len(layer.weights[0]), resolved(ACTIVATIONS, layer.activation), _bias(layer))
            for layer in config.layers
        ),
        samples=len(config.data.inputs),
        targets=tuple(
            tuple(target if isinstance(target, str) else None for target in config.targets(sample))
            for sample in range(len(config.data.inputs))
        ),
        loss=resolved(LOSSES, config.training.loss),
        reduction=config.training.reduction,
        optimizer=resolved(OPTIMIZERS, config.training.optimizer),
        frozen=frozenset(config.training.frozen),
    )


def _bias(layer: Layer) -> str:
    if layer.bias is None:
        return "none"
    return "own" if isinstance(layer.bias, list) else "shared"


def givens_of(config: Config) -> dict[str, Decimal]:
    """Return every given number by the key of its quantity."""
    single = len(config.data.inputs) == 1
    givens: dict[str, Decimal] = {"eta": config.training.learning_rate}
    for sample, row in enumerate(config.data.inputs, 1):
        suffix = "" if single else f"_s{sample}"
        givens |= {f"x_{unit}{suffix}": number for unit, number in enumerate(row, 1)}
        givens |= {
            f"y_{output}{suffix}": target
            for output, target in enumerate(config.targets(sample - 1), 1)
            if isinstance(target, Decimal)
        }
    for number, layer in enumerate(config.layers, 1):
        givens |= {
            f"w_{number}_{i}_{j}": weight for i, row in enumerate(layer.weights, 1) for j, weight in enumerate(row, 1)
        }
        if isinstance(layer.bias, list):
            givens |= {f"b_{number}_{unit}": bias for unit, bias in enumerate(layer.bias, 1)}
        elif layer.bias is not None:
            givens[f"b_{number}"] = layer.bias
    return givens
