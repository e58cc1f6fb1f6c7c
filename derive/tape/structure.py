"""What of a config decides the definitions, apart from the numbers that are put into them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from derive.catalog.activations import Activation
from derive.catalog.layer_activations import LayerActivation
from derive.catalog.losses import Loss
from derive.catalog.optimizers import OPTIMIZERS, Optimizer
from derive.catalog.parameter import resolved
from derive.catalog.penalties import PENALTIES, Penalty
from derive.config.functions import Written
from derive.config.model import Config, Layer
from derive.config.model import Penalty as PenaltySection
from derive.tape.loss import Corners, loss_term
from derive.tape.written import activations_of, loss_of


@dataclass(frozen=True)
class LayerShape:
    """A layer without its numbers. ``bias`` is "none", "own" (one a unit) or "shared" (one for the layer)."""

    units: int
    activation: Activation | LayerActivation
    bias: str


@dataclass(frozen=True)
class PenaltyShape:
    """Which penalties stand in the loss, and whether they are on the ``biases`` too."""

    penalties: tuple[Penalty, ...]
    biases: bool


@dataclass(frozen=True)
class Structure:
    """All that fixes the tape's definitions: networks that share it differ in given numbers alone.

    ``numbers`` are those of the samples, counted from 1; where the data has a single one its number is 0, which no key
    shows. ``targets[sample][output]`` is a formula in x1, x2, … or None for a given number. ``rate`` is the learning
    rate's formula in t, or None for a given number. ``corners`` has for each sample the targets that make terms of the
    loss vanish; None in the structure of a tape that no page shows.
    """

    inputs: int
    layers: tuple[LayerShape, ...]
    numbers: tuple[int, ...]
    targets: tuple[tuple[str | None, ...], ...]
    corners: tuple[Corners, ...] | None
    loss: Loss
    reduction: str
    penalty: PenaltyShape | None
    optimizer: Optimizer
    rate: str | None
    frozen: frozenset[str]

    @property
    def samples(self) -> int:
        """How many samples there are."""
        return len(self.numbers)

    @property
    def single(self) -> bool:
        """Whether the data has a single sample, so that nothing has to say which one."""
        return self.numbers == (0,)

    @property
    def outputs(self) -> int:
        """The number of units of the last layer."""
        return self.layers[-1].units

    @property
    def canonical(self) -> bool:
        """Whether the loss and the last activation cancel, so that the last deltas have a short form."""
        short = self.loss.canonical
        return short is not None and short.activation == self.layers[-1].activation.name

    def shares(self, layer: int) -> bool:
        """Tell whether the units of a layer (counted from 1) share a sum, as those of a softmax do."""
        return isinstance(self.layers[layer - 1].activation, LayerActivation)

    def cancels(self, layer: int) -> bool:
        """Tell whether the deltas of a layer are the predictions minus the targets."""
        return layer == len(self.layers) and self.canonical

    def has_adjoints(self, layer: int) -> bool:
        """Tell whether the derivatives of the loss for a layer's activations are quantities of their own."""
        return self.shares(layer) and not self.cancels(layer)

    def widths(self) -> tuple[int, ...]:
        """Units by layer, the inputs first."""
        return (self.inputs, *(layer.units for layer in self.layers))

    def is_frozen(self, kind: str, layer: int) -> bool:
        """Tell whether the weights (``w``) or biases (``b``) of a layer are left out of the update."""
        return {"w": "weights", "b": "biases"}[kind] in self.frozen or f"layer_{layer}" in self.frozen


def structure_of(config: Config) -> Structure:
    """Return the structure of a checked config with all its samples."""
    samples, rate = len(config.data.inputs), config.training.learning_rate
    loss = loss_of(config.training.loss)
    activations = activations_of([layer.activation for layer in config.layers])
    return Structure(
        inputs=len(config.data.inputs[0]),
        layers=tuple(
            LayerShape(len(layer.weights[0]), activation, _bias(layer))
            for layer, activation in zip(config.layers, activations, strict=True)
        ),
        numbers=tuple(range(1, samples + 1)) if samples > 1 else (0,),
        targets=tuple(
            tuple(target if isinstance(target, str) else None for target in config.targets(sample))
            for sample in range(samples)
        ),
        corners=tuple(_corners(loss, config.targets(sample)) for sample in range(samples)),
        loss=loss,
        reduction=config.training.reduction,
        penalty=_penalty(config.training.penalty),
        optimizer=OPTIMIZERS[_name(config.training.optimizer)],
        rate=rate if isinstance(rate, str) else None,
        frozen=frozenset(config.training.frozen),
    )


def batch_of(structure: Structure, batch: Sequence[int]) -> Structure:
    """Return the structure with the samples at the places in ``batch`` alone."""
    return replace(
        structure,
        numbers=tuple(structure.numbers[place] for place in batch),
        targets=tuple(structure.targets[place] for place in batch),
        corners=tuple(structure.corners[place] for place in batch) if structure.corners else None,
    )


def _corners(loss: Loss, targets: Sequence[Decimal | str]) -> Corners:
    """Return the targets that are given as 0 or 1, where it matters to the loss."""
    if loss_term(loss, 0) == loss_term(loss, 1) == loss_term(loss):
        return (None,) * len(targets)
    return tuple(int(target) if not isinstance(target, str) and target in (0, 1) else None for target in targets)


def _bias(layer: Layer) -> str:
    if layer.bias is None:
        return "none"
    return "own" if isinstance(layer.bias, list) else "shared"


def _name(written: Written) -> str:
    return written if isinstance(written, str) else str(written["name"])


def _penalty(section: PenaltySection | None) -> PenaltyShape | None:
    if section is None:
        return None
    names = ["l1"] * bool(section.l1) + ["half_l2" if section.l2_form == "half" else "l2"] * bool(section.l2)
    return PenaltyShape(tuple(PENALTIES[name] for name in names), section.biases) if names else None


def givens_of(config: Config) -> dict[str, Decimal]:
    """Return every given number of the first step by the key of its quantity."""
    training, single = config.training, len(config.data.inputs) == 1
    givens: dict[str, Decimal] = {"t": Decimal(1)}
    if isinstance(training.learning_rate, Decimal):
        givens["eta"] = training.learning_rate
    optimizer = resolved(OPTIMIZERS, training.optimizer)
    givens |= {parameter.name: Decimal(parameter.value) for parameter in optimizer.parameters}
    if training.penalty is not None:
        givens |= {"lambda1": training.penalty.l1, "lambda2": training.penalty.l2}
    for sample, row in enumerate(config.data.inputs, 1):
        suffix = "" if single else f"_s{sample}"
        givens |= {f"x_{unit}{suffix}": number for unit, number in enumerate(row, 1)}
        givens |= {
            f"y_{output}{suffix}": target
            for output, target in enumerate(config.targets(sample - 1), 1)
            if isinstance(target, Decimal)
        }
    parameters = parameters_of(config)
    states = [line.name for line in optimizer.lines if line.state]
    return givens | parameters | {f"old_{state}_{key}": Decimal(0) for state in states for key in parameters}


def parameters_of(config: Config) -> dict[str, Decimal]:
    """Return every weight and bias by its key."""
    found: dict[str, Decimal] = {}
    for number, layer in enumerate(config.layers, 1):
        found |= {
            f"w_{number}_{i}_{j}": weight for i, row in enumerate(layer.weights, 1) for j, weight in enumerate(row, 1)
        }
        if isinstance(layer.bias, list):
            found |= {f"b_{number}_{unit}": bias for unit, bias in enumerate(layer.bias, 1)}
        elif layer.bias is not None:
            found[f"b_{number}"] = layer.bias
    return found
