"""What the tests know about networks by themselves: functions, losses, and how a config is read.

Nothing here, in `tests.oracle` and in `tests.byhand` comes from derive. A new record of the catalogue needs its entry.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import partial
from typing import Any

Config = Mapping[str, Any]
"""A config as a mapping: what `derive.solve` takes."""


@dataclass(frozen=True)
class Function:
    """An activation: ``value(m, z)`` takes exp, tanh, … from ``m``, and its parameters, which are fractions, by name.

    ``slope(m, z, a)`` is its derivative as it is used by hand; at a kink, which has none, the value that is agreed on.
    """

    value: Callable[..., Any]
    slope: Callable[..., Any]
    kinks: tuple[int, ...] = ()


@dataclass(frozen=True)
class Loss:
    """A sample's loss over predictions and targets, and its slope for one prediction of ``outputs`` many."""

    value: Callable[[Sequence[Any], Sequence[Any]], Any]
    slope: Callable[[Any, Any, int], Any]


@dataclass(frozen=True)
class Answer:
    """All that the machine-readable twin says: its quantities, the parameters after the step, and the loss after it."""

    quantities: Mapping[str, Any]
    final: Mapping[str, Any]
    loss_after: Any


def _squares(p: Sequence[Any], y: Sequence[Any]) -> Any:
    return sum((p[k] - y[k]) ** 2 for k in range(len(y)))


def _times(factor: Fraction, value: Any) -> Any:
    """Multiply any kind of number by a fraction."""
    return value * factor.numerator / factor.denominator


def _like(z: Any, number: Fraction) -> Any:
    """Write a fraction as a number of the kind that z is."""
    return _times(number, z * 0 + 1)


def _logistic(m: Any, z: Any) -> Any:
    return 1 / (1 + m.exp(-z))


def _size(z: Any) -> Any:
    """The absolute value; at 0, where autograd needs a slope, it takes that of the right side."""
    return z * (2 * (z >= 0) - 1)


def _cubic(m: Any, z: Any) -> Any:
    return m.sqrt(2 / m.pi) * (z + _times(_CUBIC, z * z * z))


_ONE, _HUNDREDTH, _CUBIC = Fraction(1), Fraction(1, 100), Fraction("0.044715")
_SCALE, _ALPHA = Fraction("1.05070098"), Fraction("1.67326324")

FUNCTIONS: Mapping[str, Function] = {
    "sigmoid": Function(lambda m, z: 1 / (1 + m.exp(-z)), lambda m, z, a: a * (1 - a)),
    "tanh": Function(lambda m, z: m.tanh(z), lambda m, z, a: 1 - a * a),
    "relu": Function(lambda m, z: z * (z > 0), lambda m, z, a: int(z > 0), kinks=(0,)),
    "linear": Function(lambda m, z: z, lambda m, z, a: 1),
    "leaky_relu": Function(
        lambda m, z, slope=_HUNDREDTH: z * (z > 0) + _times(slope, z * (z <= 0)),
        lambda m, z, a, slope=_HUNDREDTH: 1 if z > 0 else _like(z, slope),
        kinks=(0,),
    ),
    "elu": Function(
        lambda m, z, alpha=_ONE: z * (z > 0) + _times(alpha, m.exp(z * (z <= 0)) - 1),
        lambda m, z, a, alpha=_ONE: 1 if z > 0 else _times(alpha, m.exp(z)),
        kinks=(0,),
    ),
    "selu": Function(
        lambda m, z: _times(_SCALE, z * (z > 0) + _times(_ALPHA, m.exp(z * (z <= 0)) - 1)),
        lambda m, z, a: _like(z, _SCALE) if z > 0 else _times(_SCALE * _ALPHA, m.exp(z)),
        kinks=(0,),
    ),
    "hard_sigmoid": Function(
        lambda m, z: (z / 6 + _like(z, Fraction(1, 2))) * (abs(z) < 3) + (z >= 3),
        lambda m, z, a: _like(z, Fraction(1, 6)) if -3 < z < 3 else 0,
        kinks=(-3, 3),
    ),
    "softplus": Function(lambda m, z: m.log(1 + m.exp(z)), lambda m, z, a: _logistic(m, z)),
    "softsign": Function(lambda m, z: z / (1 + _size(z)), lambda m, z, a: 1 / (1 + _size(z)) ** 2),
    "silu": Function(
        lambda m, z: z * _logistic(m, z), lambda m, z, a: _logistic(m, z) * (1 + z * (1 - _logistic(m, z)))
    ),
    "gelu": Function(
        lambda m, z: z * (1 + m.erf(z / m.sqrt(2))) / 2,
        lambda m, z, a: (1 + m.erf(z / m.sqrt(2))) / 2 + z * m.exp(-z * z / 2) / m.sqrt(2 * m.pi),
    ),
    "gelu_tanh": Function(
        lambda m, z: z * (1 + m.tanh(_cubic(m, z))) / 2,
        lambda m, z, a: (
            (1 + m.tanh(_cubic(m, z))) / 2
            + z * (1 - m.tanh(_cubic(m, z)) ** 2) / 2 * m.sqrt(2 / m.pi) * (1 + _times(3 * _CUBIC, z * z))
        ),
    ),
    "mish": Function(
        lambda m, z: z * m.tanh(m.log(1 + m.exp(z))),
        lambda m, z, a: m.tanh(m.log(1 + m.exp(z))) + z * _logistic(m, z) * (1 - m.tanh(m.log(1 + m.exp(z))) ** 2),
    ),
}

LOSSES: Mapping[str, Loss] = {
    "half_squared_error": Loss(lambda p, y: _squares(p, y) / 2, lambda p, y, outputs: p - y),
    "squared_error": Loss(_squares, lambda p, y, outputs: 2 * (p - y)),
    "mean_squared_error": Loss(lambda p, y: _squares(p, y) / len(y), lambda p, y, outputs: 2 * (p - y) / outputs),
}


def function_of(layer: Mapping[str, Any]) -> Function:
    """Return the activation that a layer names, with the parameters that it is given."""
    written = layer["activation"]
    if isinstance(written, str):
        return FUNCTIONS[written]
    found = FUNCTIONS[written["name"]]
    given = {name: Fraction(value) for name, value in written.items() if name != "name"}
    return Function(partial(found.value, **given), partial(found.slope, **given), found.kinks)


def samples(config: Config) -> list[list[Decimal]]:
    """Return the inputs of each sample."""
    written = config["data"]["inputs"]
    return written if isinstance(written[0], list) else [written]


def targets(config: Config) -> list[list[Decimal | str]]:
    """Return the targets of each sample as written: numbers or formulas."""
    written, count = config["data"]["targets"], len(samples(config))
    if isinstance(written[0], list):
        return written
    return [[target] for target in written] if widths(config)[-1] == 1 and len(written) == count else [written] * count


def widths(config: Config) -> list[int]:
    """Return the number of inputs, and of units layer by layer."""
    return [len(samples(config)[0]), *(len(layer["weights"][0]) for layer in config["layers"])]


def marks(config: Config) -> list[str]:
    """Return what each sample adds to its keys."""
    count = len(samples(config))
    return [f"_s{number}" for number in range(1, count + 1)] if count > 1 else [""]


def bias_key(config: Config, layer: int, unit: int) -> str:
    """Return the key of the bias of a unit, or nothing if it has none."""
    bias = config["layers"][layer - 1].get("bias")
    if bias is None:
        return ""
    return f"b_{layer}_{unit}" if isinstance(bias, list) else f"b_{layer}"


def parameters(config: Config) -> dict[str, Decimal]:
    """Return every weight and bias by its key."""
    found: dict[str, Decimal] = {}
    for number, layer in enumerate(config["layers"], 1):
        for i, row in enumerate(layer["weights"], 1):
            found |= {f"w_{number}_{i}_{j}": weight for j, weight in enumerate(row, 1)}
        bias = layer.get("bias")
        if isinstance(bias, list):
            found |= {f"b_{number}_{j}": value for j, value in enumerate(bias, 1)}
        elif bias is not None:
            found[f"b_{number}"] = bias
    return found


def loss_of(config: Config) -> Loss:
    """Return the loss that a config names."""
    return LOSSES[config["training"].get("loss", "half_squared_error")]


def is_frozen(config: Config, key: str) -> bool:
    """Tell whether a parameter is left out of the update."""
    frozen = config["training"].get("frozen", [])
    kind = {"w": "weights", "b": "biases"}[key[0]]
    return kind in frozen or f"layer_{key.split('_')[1]}" in frozen


def target(written: Decimal | str, inputs: Sequence[Any], number: Callable[[str], Any], m: Any) -> Any:
    """Return the value of a target, with its numbers read by ``number`` and its functions taken from ``m``."""
    if not isinstance(written, str):
        return number(str(written))
    source = re.sub(r"(?<![\w.])\d+(\.\d+)?", r"number('\g<0>')", written.replace("^", "**"))
    names = {f"x{unit}": value for unit, value in enumerate(inputs, 1)}
    functions = {name: getattr(m, name) for name in ("exp", "sin") if name in written}
    return eval(source, {"number": number, "max": max, **functions, **names})
