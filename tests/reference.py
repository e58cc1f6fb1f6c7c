"""What the tests know about networks by themselves: functions, losses, and how a config is read.

Nothing here, in `tests.oracle` and in `tests.byhand` comes from derive. A new record of the catalogue needs its entry.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
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
    """A sample's loss over predictions and targets, and its slope for one prediction of ``outputs`` many.

    ``goals`` are targets for two outputs that it is made for, or None for any; ``last`` are the activations that give
    predictions for it, "" for any; with the ``canonical`` one the delta is prediction minus target.
    """

    value: Callable[[Any, Sequence[Any], Sequence[Any]], Any]
    slope: Callable[[Any, Any, Any, int], Any]
    goals: tuple[str, ...] | None = None
    last: tuple[str, ...] = ()
    canonical: str = ""
    shares: bool = False
    """Whether the targets of a sample have to sum to 1."""
    kinks: Callable[[Any, Any], Sequence[Any]] = lambda p, y: ()
    """Numbers that are 0 where the loss has no derivative."""


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


def _size(z: Any) -> Any:
    """The absolute value; at 0, where autograd needs a slope, it takes that of the right side."""
    return z * (2 * (z >= 0) - 1)


def _logistic(m: Any, z: Any) -> Any:
    """1 / (1 + exp(-z)), by a power that is never above 1: no size of z overflows."""
    power = m.exp(-_size(z))
    return ((z >= 0) + power * (z < 0)) / (1 + power)


def _softplus(m: Any, z: Any) -> Any:
    """log(1 + exp(z)), by a power that is never above 1."""
    return z * (z >= 0) + m.log(1 + m.exp(-_size(z)))


def _log_cosh(m: Any, error: Any) -> Any:
    """log(cosh(error)), by a power that is never above 1."""
    return _size(error) + m.log((1 + m.exp(-2 * _size(error))) / 2)


def _cubic(m: Any, z: Any) -> Any:
    return m.sqrt(2 / m.pi) * (z + _times(_CUBIC, z * z * z))


_ONE, _HUNDREDTH, _CUBIC = Fraction(1), Fraction(1, 100), Fraction("0.044715")
_SCALE, _ALPHA = Fraction("1.05070098"), Fraction("1.67326324")

FUNCTIONS: Mapping[str, Function] = {
    "sigmoid": Function(_logistic, lambda m, z, a: a * (1 - a)),
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
    "softplus": Function(_softplus, lambda m, z, a: _logistic(m, z)),
    "softsign": Function(lambda m, z: z / (1 + _size(z)), lambda m, z, a: 1 / (1 + _size(z)) ** 2),
    "silu": Function(lambda m, z: z * _logistic(m, z), lambda m, z, a: a + _logistic(m, z) * (1 - a)),
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
        lambda m, z: z * m.tanh(_softplus(m, z)),
        lambda m, z, a: m.tanh(_softplus(m, z)) + z * _logistic(m, z) * (1 - m.tanh(_softplus(m, z)) ** 2),
    ),
}


def _sign(x: Any) -> int:
    return int(x > 0) - int(x < 0)


def _log(m: Any, factor: Any, x: Any) -> Any:
    """Multiply a number with a logarithm; 0 stays 0."""
    return factor * m.log(x) if factor else 0


def _ratio(above: Any, below: Any) -> Any:
    return above / below if above else 0


def _huber(error: Any, delta: Fraction) -> Any:
    size = abs(error)
    return error * error / 2 if size <= _like(size, delta) else _times(delta, size) - _like(size, delta * delta / 2)


def _by_output(term: Callable[[Any, Any, Any], Any]) -> Callable[[Any, Sequence[Any], Sequence[Any]], Any]:
    return lambda m, p, y: sum(term(m, p[k], y[k]) for k in range(len(y)))


_ENTROPY = _by_output(lambda m, p, y: -_log(m, y, p))
_SHARES = ("0.3 0.7", "1 0", "0.05 0.95")

LOSSES: Mapping[str, Loss] = {
    "half_squared_error": Loss(lambda m, p, y: _squares(p, y) / 2, lambda m, p, y, outputs: p - y),
    "squared_error": Loss(lambda m, p, y: _squares(p, y), lambda m, p, y, outputs: 2 * (p - y)),
    "mean_squared_error": Loss(lambda m, p, y: _squares(p, y) / len(y), lambda m, p, y, outputs: 2 * (p - y) / outputs),
    "mean_absolute_error": Loss(
        lambda m, p, y: _by_output(lambda m, p, y: abs(p - y))(m, p, y) / len(y),
        lambda m, p, y, outputs: _like(p, Fraction(_sign(p - y), outputs)),
        kinks=lambda p, y: (p - y,),
    ),
    "log_cosh": Loss(_by_output(lambda m, p, y: _log_cosh(m, p - y)), lambda m, p, y, outputs: m.tanh(p - y)),
    "huber": Loss(
        lambda m, p, y, delta=_ONE: sum(_huber(p[k] - y[k], delta) for k in range(len(y))),
        lambda m, p, y, outputs, delta=_ONE: p - y if abs(p - y) <= _like(p, delta) else _like(p, delta * _sign(p - y)),
    ),
    "hinge": Loss(
        _by_output(lambda m, p, y: (1 - y * p) * (y * p < 1)),
        lambda m, p, y, outputs: -y * (y * p < 1),
        goals=("1 -1", "-1 -1", "1 1"),
        kinks=lambda p, y: (y * p - 1,),
    ),
    "binary_cross_entropy": Loss(
        _by_output(lambda m, p, y: -_log(m, y, p) - _log(m, 1 - y, 1 - p)),
        lambda m, p, y, outputs: _ratio(1 - y, 1 - p) - _ratio(y, p),
        goals=("0.3 0.75", "0 1", "1 0.05"),
        last=("sigmoid", "softmax"),
        canonical="sigmoid",
    ),
    "cross_entropy": Loss(
        _ENTROPY, lambda m, p, y, outputs: -_ratio(y, p), _SHARES, ("softmax", "sigmoid"), "softmax", shares=True
    ),
    "kl_divergence": Loss(
        lambda m, p, y: _ENTROPY(m, p, y) - sum(-_log(m, goal, goal) for goal in y),
        lambda m, p, y, outputs: -_ratio(y, p),
        _SHARES,
        ("softmax", "sigmoid"),
        "softmax",
        shares=True,
    ),
    "poisson": Loss(
        _by_output(lambda m, p, y: p - _log(m, y, p)),
        lambda m, p, y, outputs: 1 - _ratio(y, p),
        goals=("0 2", "3 0.5", "1 1"),
        last=("sigmoid", "softmax"),
    ),
}


def is_shared(layer: Mapping[str, Any]) -> bool:
    """Tell whether the activations of a layer depend on all of its pre-activations."""
    return layer["activation"] == "softmax"


def has_adjoints(config: "Config", number: int) -> bool:
    """Tell whether the derivatives for the activations of a layer (counted from 1) are written down."""
    layers = config["layers"]
    return is_shared(layers[number - 1]) and not (number == len(layers) and is_short(config))


def is_short(config: "Config") -> bool:
    """Tell whether the last deltas are the predictions minus the targets."""
    return bool(loss_of(config).canonical == config["layers"][-1]["activation"])


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
    """Return the loss that a config names, with the parameters that it is given."""
    written = config["training"].get("loss", "half_squared_error")
    if isinstance(written, str):
        return LOSSES[written]
    found = LOSSES[written["name"]]
    given = {name: Fraction(value) for name, value in written.items() if name != "name"}
    return replace(found, value=partial(found.value, **given), slope=partial(found.slope, **given))


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
