"""What is left of a config with faults without its numbers and functions: its sizes, and the names it asks for."""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from derive.catalog.activations import ACTIVATIONS
from derive.config.consistency import entries, inconsistencies, rows_of, table, widths_of
from derive.config.model import Config
from derive.notation import NOTATIONS


def skeleton(keys: Mapping[str, Any]) -> Config | None:
    """Return a config of the same sizes that asks for the same names, or None where its sizes are at fault.

    With it the names can be looked up in the first reading, so that their faults are seen with all the others.
    """
    asked = {key: value for key, value in table(keys.get("report")).items() if _can_be_asked(key, value)}
    if not asked:
        return None
    data, widths = table(keys.get("data")), widths_of(keys)
    layers = [
        _bare(table(layer), before, units)
        for layer, before, units in zip(entries(keys.get("layers")), widths, widths[1:], strict=False)
    ]
    inputs = rows_of(data.get("inputs"), flat=True)
    outputs = len(layers[-1]["weights"][0]) if layers and layers[-1]["weights"] else 0
    bare = {
        "data": {"inputs": [[0] * len(row) for row in inputs], "targets": [[0] * outputs for _ in inputs]},
        "layers": layers,
        "training": {"learning_rate": 1},
        "report": asked,
    }
    try:
        return None if inconsistencies(bare) else Config.model_validate(bare)
    except ValidationError:
        return None


def _can_be_asked(key: str, value: Any) -> bool:
    return isinstance(value, str) and (key == "explain" or (key == "notation" and value in NOTATIONS))


def _bare(layer: Mapping[str, Any], before: int | None, units: int | None) -> dict[str, Any]:
    bias = layer.get("bias")
    if "weights" in layer:
        weights = [[0] * len(row) for row in rows_of(layer.get("weights"))]
    else:
        weights = [[0] * (units or 0)] * (before or 0)
        bias = [0] * (units or 0) if bias == "own" else bias
    bare: dict[str, Any] = {
        "activation": next(iter(ACTIVATIONS)),
        "weights": weights,
    }
    if bias is not None:
        bare["bias"] = [0] * len(bias) if isinstance(bias, list | tuple) else 0
    return bare
