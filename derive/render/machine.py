"""The machine-readable twin: every value of a solution as JSON, in the format ``derive/1``."""

from typing import Any

import simplejson

from derive.config.model import Config
from derive.kind import Kind
from derive.numbers.shown import digits
from derive.tape.evaluate import Values

_LISTED = frozenset(Kind) - {Kind.WEIGHT, Kind.BIAS, Kind.LEARNING_RATE}
"""Parameters stand in the config and, after the step, under ``final``."""


def record(config: Config, values: Values) -> dict[str, Any]:
    """Return the twin as plain data. Values are decimal strings: exact ones in full, others with 30 digits."""
    tape = values.tape
    text = [_digits(values, place) for place in range(len(tape.quantities))]
    quantities = {
        quantity.key: text[place]
        for place, quantity in enumerate(tape.quantities)
        if quantity.kind in _LISTED and not quantity.after
    }
    parameters = sorted((*tape.by_kind[Kind.WEIGHT], *tape.by_kind[Kind.BIAS]))
    final = {}
    for place in parameters:
        key = tape.quantities[place].key
        final[key] = text[tape.place.get(f"new_{key}", place)]
    return {
        "format": "derive/1",
        "title": config.title,
        "config": _keys(config),
        "steps": [{"epoch": 1, "step": 1, "quantities": quantities}],
        "history": [
            {"epoch": 0, "loss": text[tape.place["loss"]]},
            {"epoch": 1, "loss": text[tape.place["after_loss"]]},
        ],
        "final": final,
    }


def _keys(config: Config) -> dict[str, Any]:
    """Return the config's keys, such that they can be read again: targets for all samples are a flat list."""
    keys: dict[str, Any] = config.model_dump(mode="python", exclude_none=True, by_alias=True)
    if len(keys["data"]["targets"]) < len(keys["data"]["inputs"]):
        (keys["data"]["targets"],) = keys["data"]["targets"]
    return keys


def _digits(values: Values, place: int) -> str:
    if values.rounded:
        return values.shown[place].text
    return digits(values.exact[place])


def render(config: Config, values: Values) -> str:
    """Write the twin as JSON text. Numbers of the config keep the digits that they were written with."""
    return simplejson.dumps(record(config, values), use_decimal=True, ensure_ascii=False, indent=1) + "\n"
