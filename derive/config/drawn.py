"""Weights that a config leaves to chance: drawn from a seed, the same on any machine, and then written out.

Each unit has a generator of its own (Python's Mersenne Twister, seeded with the text ``seed layer kind unit``), which
gives a number in [0, 1) for each weight that leads to the unit. So nothing but the seed, the layer and the unit decides
where a weight stands between its bounds: a longer layer before adds weights and leaves the others, and biases, which
have generators of their own, leave all weights. What is drawn is scaled in decimals and rounded half away from zero.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from random import Random as Generator
from typing import Any, Literal

from pydantic import ValidationError

from derive.config.consistency import entries, units_of, widths_of
from derive.config.model import Config, Layer, Random
from derive.numbers.arithmetic import working_precision
from derive.numbers.shown import round_half_away

Part = Literal["weights", "weights and bias", "weights and biases"]
"""What of a layer was drawn."""


def written_out(keys: Mapping[str, Any], *, draw: bool) -> dict[str, Any]:
    """Return the keys with the weights and biases that are to be drawn written out; without ``draw`` as empty zeros.

    Nothing is drawn for a config that has faults, for the sizes that it asks for may be out of bounds.
    """
    layers = entries(keys.get("layers"))
    if not any(_is_drawn(layer) or _asks_for_bias(layer) for layer in layers):
        return dict(keys)
    found = dict(keys) if keys.get("random") is not None else {**keys, "random": {}}
    random, widths = _settings(found["random"]), widths_of(keys)
    if random is None or not draw:
        return found | {"layers": [_blank(layer) for layer in layers]}
    drawn = [
        _filled(layer, random, number, widths[number - 1] or 1) if _is_drawn(layer) else layer
        for number, layer in enumerate(layers, 1)
    ]
    return found | {"layers": drawn}


def drawn_parts(config: Config) -> dict[int, Part]:
    """Return which layers (from 1) have the very numbers that the config's seed draws.

    A config with weights written out is one whose weights were drawn as long as nobody has changed them.
    """
    parts: dict[int, Part] = {}
    width = len(config.data.inputs[0])
    for number, layer in enumerate(config.layers, 1):
        part = _part(layer, config.random, number, width) if config.random and layer.units else None
        if part:
            parts[number] = part
        width = len(layer.weights[0])
    return parts


def _part(layer: Layer, random: Random, number: int, before: int) -> Part | None:
    units = len(layer.weights[0])
    if layer.weights != _weights(random, number, before, units):
        return None
    if isinstance(layer.bias, list) and layer.bias == _biases(random, number, before, units, "own"):
        return "weights and biases"
    if isinstance(layer.bias, Decimal) and layer.bias == _biases(random, number, before, units, "shared"):
        return "weights and bias"
    return "weights"


def _is_drawn(layer: Any) -> bool:
    return isinstance(layer, Mapping) and layer.get("units") is not None and "weights" not in layer


def _asks_for_bias(layer: Any) -> bool:
    return isinstance(layer, Mapping) and layer.get("bias") in ("own", "shared")


def _settings(section: Any) -> Random | None:
    try:
        return Random.model_validate(section)
    except ValidationError:
        return None


def _blank(layer: Any) -> Any:
    weights = {"weights": [[0]]} if _is_drawn(layer) else {}
    bias = {"bias": 0} if _asks_for_bias(layer) else {}
    return {**layer, **weights, **bias} if weights or bias else layer


def _filled(layer: Mapping[str, Any], random: Random, number: int, before: int) -> dict[str, Any]:
    units = units_of(layer) or 1
    found = {**layer, "weights": _weights(random, number, before, units)}
    bias = {"bias": _biases(random, number, before, units, layer["bias"])} if _asks_for_bias(layer) else {}
    return found | bias


def _weights(random: Random, layer: int, before: int, units: int) -> list[list[Decimal]]:
    """Draw ``weights[i][j]``, column by column."""
    columns = [
        list(_numbers(random, f"{random.seed} {layer} w {unit}", before, (before, units)))
        for unit in range(1, units + 1)
    ]
    return [list(row) for row in zip(*columns, strict=True)]


def _biases(random: Random, layer: int, before: int, units: int, kind: str) -> Any:
    own = range(1, units + 1) if kind == "own" else (0,)
    found = [next(_numbers(random, f"{random.seed} {layer} b {unit}", 1, (before, units))) for unit in own]
    return found if kind == "own" else found[0]


def _numbers(random: Random, seed: str, count: int, widths: tuple[int, int]) -> Iterator[Decimal]:
    generator = Generator(seed)
    assert random.decimals is not None
    with working_precision():
        low, high = _bounds(random, *widths)
        found = [low + (high - low) * Decimal(generator.random()) for _ in range(count)]
    yield from (round_half_away(number, random.decimals) for number in found)


def _bounds(random: Random, before: int, units: int) -> tuple[Decimal, Decimal]:
    """Return the bounds between which every number is as likely as any other."""
    if random.method == "uniform":
        assert random.low is not None
        assert random.high is not None
        return random.low, random.high
    limit = (Decimal(6) / (before + units if random.method == "xavier" else before)).sqrt()
    return -limit, limit
