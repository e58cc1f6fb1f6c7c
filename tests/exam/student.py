"""A student with a pocket calculator: works a network of sigmoid or tanh units by hand, rounding where it pleases."""

from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal, localcontext
from typing import Any

Rounding = Callable[[Decimal], Decimal]


def rounding(decimals: int, when: Callable[[], bool]) -> Rounding:
    """Round to some decimals, half away from zero, each time that ``when`` says so."""
    unit = Decimal(1).scaleb(-decimals)
    return lambda number: number.quantize(unit, ROUND_HALF_UP) if when() else number


def worked(config: Any, round_: Rounding, *, forget_slope: bool = False) -> dict[str, Decimal]:
    """Work a config with one sample and half the squared error; every step goes through ``round_``.

    With ``forget_slope`` the derivative of the activation is left out of the deltas.
    """
    with localcontext() as context:
        context.prec = 50
        return _worked(config, round_, forget_slope)


def _worked(config: Any, r: Rounding, forget_slope: bool) -> dict[str, Decimal]:
    found: dict[str, Decimal] = {}
    before = [Decimal(x) for x in config.data.inputs[0]]
    targets = [sum(before, Decimal(0)) if isinstance(t, str) else t for t in config.data.targets[0]]
    outputs = [before]
    for number, layer in enumerate(config.layers, 1):
        units = []
        for j in range(len(layer.weights[0])):
            total = Decimal(0)
            for x, row in zip(outputs[-1], layer.weights, strict=True):
                total += r(x * row[j])
            if layer.bias is not None:
                total += layer.bias[j] if isinstance(layer.bias, list) else layer.bias
            z = found[f"z_{number}_{j + 1}"] = r(total)
            units.append(r(_function(layer.activation, z, r)))
            found[f"a_{number}_{j + 1}"] = units[-1]
        outputs.append(units)
    squares = [r(r(p - y) ** 2) for p, y in zip(outputs[-1], targets, strict=True)]
    found["loss"] = r(r(sum(squares, Decimal(0))) / 2)
    adjoints = [r(p - y) for p, y in zip(outputs[-1], targets, strict=True)]
    rate = config.training.learning_rate
    for number in range(len(config.layers), 0, -1):
        layer, ins = config.layers[number - 1], outputs[number - 1]
        deltas = []
        for j, adjoint in enumerate(adjoints):
            slope = Decimal(1) if forget_slope else r(_slope(layer.activation, outputs[number][j], r))
            deltas.append(r(adjoint * slope))
            found[f"delta_{number}_{j + 1}"] = deltas[-1]
        for j, delta in enumerate(deltas):
            for i, x in enumerate(ins):
                gradient = found[f"grad_w_{number}_{i + 1}_{j + 1}"] = r(delta * x)
                found[f"new_w_{number}_{i + 1}_{j + 1}"] = r(layer.weights[i][j] - r(rate * gradient))
            if isinstance(layer.bias, list):
                found[f"grad_b_{number}_{j + 1}"] = r(delta)
                found[f"new_b_{number}_{j + 1}"] = r(layer.bias[j] - r(rate * delta))
        if layer.bias is not None and not isinstance(layer.bias, list):
            gradient = found[f"grad_b_{number}"] = r(sum(deltas, Decimal(0)))
            found[f"new_b_{number}"] = r(layer.bias - r(rate * gradient))
        adjoints = [r(sum((r(d * w) for d, w in zip(deltas, row, strict=True)), Decimal(0))) for row in layer.weights]
    return found


def _function(name: str, z: Decimal, r: Rounding) -> Decimal:
    if name == "sigmoid":
        return 1 / (1 + r((-z).exp()))
    if name == "tanh":
        return ((2 * z).exp() - 1) / ((2 * z).exp() + 1)
    return z


def _slope(name: str, a: Decimal, r: Rounding) -> Decimal:
    return r(a * (1 - a)) if name == "sigmoid" else 1 - r(a * a) if name == "tanh" else Decimal(1)
