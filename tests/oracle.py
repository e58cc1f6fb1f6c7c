"""The oracle from outside: autograd differentiates a network written with matrices, in double precision."""

import math
from collections.abc import Mapping, Sequence
from types import SimpleNamespace
from typing import Any

import autograd.numpy as np
from autograd import grad
from autograd.extend import defvjp, primitive
from autograd.tracer import getval

from tests.reference import (
    Answer,
    Config,
    bias_key,
    function_of,
    has_adjoints,
    is_frozen,
    is_shared,
    loss_of,
    marks,
    parameters,
    samples,
    target,
    targets,
    widths,
)

Parameters = list[tuple[Any, Any]]
"""Of each layer the matrix of its weights and its bias: a vector, one number for all units, or zero."""


@primitive
def erf(x: Any) -> Any:
    """The error function, which autograd has with SciPy only."""
    return np.vectorize(math.erf)(x)


defvjp(erf, lambda answer, x: lambda slope: slope * 2 / np.sqrt(np.pi) * np.exp(-(x**2)))

NUMPY = SimpleNamespace(pi=np.pi, erf=erf, **{name: getattr(np, name) for name in ("exp", "tanh", "log", "sqrt")})
"""What autograd can differentiate."""

NOISE = 1e-12
"""A pre-activation this close to a kink lies on it: 0.1 · 0.2 - 0.02 is not quite 0 in binary."""


def oracle(config: Config) -> Answer:
    """Return every quantity of a config, by its key in the machine-readable twin."""
    old = {key: float(value) for key, value in parameters(config).items()}
    before = _shaped(config, old)
    found = _forward_quantities(config, before)
    still = [np.zeros((2, len(matrix[0]))) for matrix, _ in before]
    for number, mark in enumerate(marks(config)):
        deltas = grad(lambda nudge, number=number: _own_loss(config, before, number, nudge))(still)
        found |= _named("delta", [of_z for of_z, _ in deltas], mark)
        adjoints = [of_a if has_adjoints(config, layer) else () for layer, (_, of_a) in enumerate(deltas, 1)]
        found |= _named("adjoint", adjoints, mark)
    gradients = _flat(config, grad(lambda shaped: _loss(config, shaped))(before))
    rate = float(config["training"]["learning_rate"])
    new = {key: value - rate * gradients[key] for key, value in old.items() if not is_frozen(config, key)}
    found |= {f"grad_{key}": value for key, value in gradients.items()}
    found |= {f"new_{key}": value for key, value in new.items()}
    return Answer(found, old | new, float(_loss(config, _shaped(config, old | new))))


def _shaped(config: Config, values: Mapping[str, float]) -> Parameters:
    """Arrange parameters, which come by their keys, in matrices and vectors."""
    sizes = widths(config)
    shaped: Parameters = []
    for layer, units in enumerate(sizes[1:], 1):
        sources = range(1, sizes[layer - 1] + 1)
        matrix = [[values[f"w_{layer}_{i}_{j}"] for j in range(1, units + 1)] for i in sources]
        bias = [values.get(bias_key(config, layer, j), 0.0) for j in range(1, units + 1)]
        own = isinstance(config["layers"][layer - 1].get("bias"), list)
        shaped.append((np.array(matrix), np.array(bias if own else bias[0])))
    return shaped


def _forward(config: Config, shaped: Parameters, sample: int, nudge: list[Any]) -> list[tuple[Any, Any]]:
    """Return the pre-activations and activations of each layer."""
    layers, a = [], np.array(samples(config)[sample], dtype=float)
    for shape, (matrix, bias), shift in zip(config["layers"], shaped, nudge, strict=True):
        z = a @ matrix + bias + shift[0]
        if is_shared(shape):
            powers = np.exp(z - max(getval(z)))  # none is above 1, and their shares are the same
            a = powers / np.sum(powers)
        else:
            function = function_of(shape)
            for kink in function.kinks:
                z = z - np.where(abs(getval(z) - kink) < NOISE, getval(z) - kink, 0)
            a = function.value(NUMPY, z)
        a = a + shift[1]
        layers.append((z, a))
    return layers


def _goals(config: Config, sample: int) -> list[float]:
    inputs = [float(x) for x in samples(config)[sample]]
    return [float(target(goal, inputs, float, np)) for goal in targets(config)[sample]]


def _own_loss(config: Config, shaped: Parameters, sample: int, nudge: list[Any]) -> Any:
    predictions = _forward(config, shaped, sample, nudge)[-1][1]
    return loss_of(config).value(NUMPY, predictions, _goals(config, sample))


def _loss(config: Config, shaped: Parameters) -> Any:
    still = [(0.0, 0.0)] * len(shaped)
    total = sum(_own_loss(config, shaped, number, still) for number in range(len(samples(config))))
    return total / len(samples(config)) if config["training"].get("reduction", "mean") == "mean" else total


def _forward_quantities(config: Config, shaped: Parameters) -> dict[str, float]:
    found: dict[str, float] = {}
    still = [(0.0, 0.0)] * len(shaped)
    for number, mark in enumerate(marks(config)):
        layers = _forward(config, shaped, number, still)
        found |= {f"x_{unit}{mark}": float(x) for unit, x in enumerate(samples(config)[number], 1)}
        found |= {f"y_{output}{mark}": y for output, y in enumerate(_goals(config, number), 1)}
        found |= _named("z", [z for z, _ in layers], mark)
        found |= _named("a", [a for _, a in layers], mark)
        shared = [(layer, z) for layer, (z, _) in enumerate(layers, 1) if is_shared(config["layers"][layer - 1])]
        found |= {f"sum_{layer}{mark}": float(np.sum(np.exp(z))) for layer, z in shared}
        found[f"loss{mark}"] = float(_own_loss(config, shaped, number, still))
    return found | {"loss": float(_loss(config, shaped))}


def _named(letter: str, layers: Sequence[Any], mark: str) -> dict[str, float]:
    return {
        f"{letter}_{layer}_{unit}{mark}": float(value)
        for layer, values in enumerate(layers, 1)
        for unit, value in enumerate(values, 1)
    }


def _flat(config: Config, shaped: Parameters) -> dict[str, float]:
    """Return parameters, or what is shaped like them, by their keys."""
    found: dict[str, float] = {}
    for number, (matrix, bias) in enumerate(shaped, 1):
        for i, row in enumerate(matrix, 1):
            found |= {f"w_{number}_{i}_{j}": float(value) for j, value in enumerate(row, 1)}
        if np.ndim(bias):
            found |= {f"b_{number}_{j}": float(value) for j, value in enumerate(bias, 1)}
        elif "bias" in config["layers"][number - 1]:
            found[f"b_{number}"] = float(bias)
    return found


def batch_gradient(config: Config, values: Mapping[str, float], places: Sequence[int]) -> dict[str, float]:
    """Return the gradient of the loss over some samples, with the penalty of the config, for each parameter."""
    penalty, reduction = config["training"].get("penalty", {}), config["training"].get("reduction", "mean")
    factor = float(penalty.get("l2", 0)) / (1 if penalty.get("l2_form") == "full" else 2)

    def loss(shaped: Parameters) -> Any:
        still = [(0.0, 0.0)] * len(shaped)
        total = sum(_own_loss(config, shaped, place, still) for place in places)
        held = [part for pair in shaped for part in (pair if penalty.get("biases") else pair[:1])]
        return (
            total / (len(places) if reduction == "mean" else 1)
            + factor * sum(np.sum(part**2) for part in held)
            + float(penalty.get("l1", 0)) * sum(np.sum(np.abs(part)) for part in held)
        )

    return _flat(config, grad(loss)(_shaped(config, values)))
