"""A network worked out in plain loops with any kind of number: as a person does it, or at any precision."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from types import SimpleNamespace
from typing import Any

import mpmath

from tests.reference import (
    Answer,
    Config,
    bias_key,
    function_of,
    is_frozen,
    is_shared,
    is_short,
    loss_of,
    marks,
    parameters,
    samples,
    target,
    targets,
    widths,
)

Quantities = dict[str, Any]


@dataclass(frozen=True)
class Arithmetic:
    """A kind of number: how one is read from text, where its exp and tanh are, and what is kept of each result."""

    number: Callable[[str], Any]
    functions: Any
    keep: Callable[[Any], Any] = lambda value: value


HIGH = Arithmetic(mpmath.mpf, mpmath)
"""Numbers of mpmath at the precision in force."""


def _rational(name: str) -> Callable[[Fraction], Fraction]:
    def function(x: Fraction) -> Fraction:
        with mpmath.workdps(80):
            return _fraction(getattr(mpmath, name)(mpmath.mpf(x.numerator) / x.denominator))

    return function


def _fraction(value: Any) -> Fraction:
    sign, mantissa, exponent, _ = value._mpf_
    return (-1) ** sign * int(mantissa) * Fraction(2) ** exponent


def _pi() -> Fraction:
    with mpmath.workdps(80):
        return _fraction(+mpmath.pi)


_FUNCTIONS = ("exp", "tanh", "sin", "log", "erf", "sqrt")
_RATIONAL = SimpleNamespace(pi=_pi(), **{name: _rational(name) for name in _FUNCTIONS})

EXACT = Arithmetic(Fraction, _RATIONAL)
"""Fractions. Only a transcendental function is rounded, at 80 digits."""


def half_away(value: Fraction, decimals: int) -> Fraction:
    """Round as at school: look at the size, add half a unit of the last place, drop the rest, and put the sign back."""
    unit = Fraction(1, 10**decimals)
    size = (abs(value) + unit / 2) // unit * unit
    return -size if value < 0 else size


def written_down(value: Fraction, decimals: int) -> Fraction:
    """Round to some decimals, or where nothing or 10^9 would be left, to some of the a of a · 10^n."""
    rounded = half_away(value, decimals)
    if value == 0 or 0 < abs(rounded) < 10**9:
        return rounded
    power = Fraction(1)
    while abs(value / power) >= 10:
        power *= 10
    while abs(value / power) < 1:
        power /= 10
    return half_away(value / power, decimals) * power


def pocket_calculator(decimals: int) -> Arithmetic:
    """Fractions of which only some decimals are written down after each line."""
    return Arithmetic(Fraction, _RATIONAL, lambda value: written_down(Fraction(value), decimals))


def by_hand(config: Config, arithmetic: Arithmetic) -> Answer:
    """Work a config out by the textbook's formulas for one step of gradient descent."""
    before = {key: arithmetic.number(str(value)) for key, value in parameters(config).items()}
    found = forward(config, arithmetic, before)
    found |= backward(config, arithmetic, before, found)
    rate = arithmetic.number(str(config["training"]["learning_rate"]))
    final = dict(before)
    for key, value in before.items():
        if not is_frozen(config, key):
            final[key] = found[f"new_{key}"] = arithmetic.keep(value - rate * found[f"grad_{key}"])
    return Answer(found, final, forward(config, arithmetic, final)["loss"])


def forward(
    config: Config, arithmetic: Arithmetic, values: Mapping[str, Any], nudge: Mapping[str, Any] | None = None
) -> Quantities:
    """Calculate the forward pass; ``nudge`` holds what is added to some pre-activations."""
    found: Quantities = {}
    number, keep, functions = arithmetic.number, arithmetic.keep, arithmetic.functions
    for mark, row, wanted in zip(marks(config), samples(config), targets(config), strict=True):
        units = [number(str(value)) for value in row]
        found |= {f"x_{unit}{mark}": value for unit, value in enumerate(units, 1)}
        goals = [target(goal, units, number, functions) for goal in wanted]
        goals = [keep(goal) if isinstance(text, str) else goal for goal, text in zip(goals, wanted, strict=True)]
        found |= {f"y_{output}{mark}": value for output, value in enumerate(goals, 1)}
        for layer, shape in enumerate(config["layers"], 1):
            function = None if is_shared(shape) else function_of(shape)
            inputs, units = units, []
            for unit in range(1, len(shape["weights"][0]) + 1):
                z = sum((x * values[f"w_{layer}_{i}_{unit}"] for i, x in enumerate(inputs, 1)), number("0"))
                bias = bias_key(config, layer, unit)
                z = keep(z + values[bias] if bias else z) + (nudge or {}).get(f"z_{layer}_{unit}{mark}", 0)
                units.append(z if is_shared(shape) else keep(function.value(functions, z)))
                found |= {f"z_{layer}_{unit}{mark}": z, f"a_{layer}_{unit}{mark}": units[-1]}
            if is_shared(shape):
                powers = [functions.exp(z) for z in units]
                found[f"sum_{layer}{mark}"] = total = arithmetic.keep(sum(powers))
                units = [keep(power / total) for power in powers]
                found |= {f"a_{layer}_{unit}{mark}": a for unit, a in enumerate(units, 1)}
            units = [a + (nudge or {}).get(f"a_{layer}_{unit}{mark}", 0) for unit, a in enumerate(units, 1)]
        found[f"loss{mark}"] = keep(loss_of(config).value(functions, units, goals))
    if "loss" not in found:
        found["loss"] = keep(sum(found[f"loss{mark}"] for mark in marks(config)) * _share(config, number))
    return found


def is_near_a_kink(config: Config) -> bool:
    """Tell whether a pre-activation is so close to a kink that binary numbers can't say on which side it is."""
    values = {key: mpmath.mpf(str(value)) for key, value in parameters(config).items()}
    found = forward(config, HIGH, values)
    outputs = range(1, widths(config)[-1] + 1)
    pairs = [
        (found[f"a_{len(config['layers'])}_{k}{mark}"], found[f"y_{k}{mark}"])
        for k in outputs
        for mark in marks(config)
    ]
    if any(abs(kink) < 1e-15 for p, y in pairs for kink in loss_of(config).kinks(p, y)):
        return True
    return any(
        abs(found[f"z_{layer}_{unit}{mark}"] - kink) < 1e-15
        for layer, shape in enumerate(config["layers"], 1)
        for kink in (() if is_shared(shape) else function_of(shape).kinks)
        for unit in range(1, len(shape["weights"][0]) + 1)
        for mark in marks(config)
    )


def backward(config: Config, arithmetic: Arithmetic, values: Mapping[str, Any], found: Quantities) -> Quantities:
    """Calculate the backward pass: δ of the last layer, then δ_j = (Σ_k δ_k w_jk) · f'(z_j), and the gradients."""
    result: Quantities = {}
    sizes, last = widths(config), len(config["layers"])
    for mark in marks(config):
        for layer in range(last, 0, -1):
            units = range(1, sizes[layer] + 1)
            a = [found[f"a_{layer}_{unit}{mark}"] for unit in units]
            if layer == last and is_short(config):
                deltas = [a[unit - 1] - found[f"y_{unit}{mark}"] for unit in units]
            else:
                errors = [_error(config, arithmetic, values, found | result, (layer, unit), mark) for unit in units]
                if is_shared(config["layers"][layer - 1]):
                    errors = [arithmetic.keep(error) for error in errors]
                    result |= {f"adjoint_{layer}_{unit}{mark}": errors[unit - 1] for unit in units}
                    deltas = [sum(e * a[i] * ((i == j) - a[j]) for i, e in enumerate(errors)) for j in range(len(a))]
                else:
                    slope = function_of(config["layers"][layer - 1]).slope
                    z = [found[f"z_{layer}_{unit}{mark}"] for unit in units]
                    deltas = [e * slope(arithmetic.functions, z[j], a[j]) for j, e in enumerate(errors)]
            result |= {f"delta_{layer}_{unit}{mark}": arithmetic.keep(deltas[unit - 1]) for unit in units}
    totals = _gradients(config, found, result)
    share = _share(config, arithmetic.number)
    return result | {key: arithmetic.keep(total * share) for key, total in totals.items()}


def _error(
    config: Config,
    arithmetic: Arithmetic,
    values: Mapping[str, Any],
    found: Quantities,
    place: tuple[int, int],
    mark: str,
) -> Any:
    """Calculate the derivative of the loss for an activation, whose layer and unit are its place."""
    sizes, (layer, unit) = widths(config), place
    if layer == len(config["layers"]):
        p, y = found[f"a_{layer}_{unit}{mark}"], found[f"y_{unit}{mark}"]
        return loss_of(config).slope(arithmetic.functions, p, y, sizes[-1])
    return sum(
        found[f"delta_{layer + 1}_{k}{mark}"] * values[f"w_{layer + 1}_{unit}_{k}"]
        for k in range(1, sizes[layer + 1] + 1)
    )


def _gradients(config: Config, found: Quantities, deltas: Quantities) -> Quantities:
    """Sum the samples' gradients of each parameter."""
    totals: Quantities = {f"grad_{key}": 0 for key in parameters(config)}
    sizes = widths(config)
    for mark in marks(config):
        for layer in range(1, len(sizes)):
            before = f"a_{layer - 1}" if layer > 1 else "x"
            for unit in range(1, sizes[layer] + 1):
                delta = deltas[f"delta_{layer}_{unit}{mark}"]
                for source in range(1, sizes[layer - 1] + 1):
                    totals[f"grad_w_{layer}_{source}_{unit}"] += delta * found[f"{before}_{source}{mark}"]
                if bias := bias_key(config, layer, unit):
                    totals[f"grad_{bias}"] += delta
    return totals


def _share(config: Config, number: Callable[[str], Any]) -> Any:
    """Return what the loss of one sample counts for in the whole."""
    mean = config["training"].get("reduction", "mean") == "mean"
    return number("1") / len(samples(config)) if mean else number("1")
