"""The machine-readable twin: every value of a solution as JSON, in the format ``derive/1``."""

from typing import Any

import simplejson

from derive.config.model import Config
from derive.kind import Kind
from derive.notation.own import own_names
from derive.numbers.shown import digits
from derive.tape.evaluate import Values
from derive.training.run import Step, Training

_UNLISTED = frozenset((Kind.WEIGHT, Kind.BIAS, Kind.STEP, Kind.HYPERPARAMETER))
"""What stands elsewhere in the twin: under ``parameters``, as the step's number, and in the config."""


def record(config: Config, training: Training) -> dict[str, Any]:
    """Return the twin as plain data. Values are decimal strings: exact ones in full, others with 30 digits.

    ``symbols`` are the names of the config's own, in TeX. With ``carry = "rounded"`` they are the rounded values.
    """
    return {
        "format": "derive/1",
        "title": config.title,
        "config": _keys(config),
        **_symbols(config),
        "steps": [_step(step) for step in training.steps],
        "history": [
            {"epoch": epoch, "loss": shown.plain if training.final.rounded else digits(loss)}
            for epoch, (loss, shown) in enumerate(training.losses)
        ],
        "final": _parameters(training.final),
    }


def _symbols(config: Config) -> dict[str, dict[str, str]]:
    if not config.report.names:
        return {}
    return {"symbols": {key: name.latex for key, name in own_names(tuple(config.report.names.items()))}}


def _step(step: Step) -> dict[str, Any]:
    values, tape = step.values, step.values.tape
    listed = [
        place
        for place, quantity in enumerate(tape.quantities)
        if quantity.kind not in _UNLISTED and (quantity.rule is not None or quantity.kind is not Kind.LEARNING_RATE)
    ]
    return {
        "epoch": step.epoch,
        "step": step.number,
        "samples": [max(number, 1) for number in tape.structure.numbers],
        "parameters": _parameters(values),
        "quantities": {tape.quantities[place].key: _digits(values, place) for place in listed},
    }


def _parameters(values: Values) -> dict[str, str]:
    tape = values.tape
    places = sorted((*tape.by_kind[Kind.WEIGHT], *tape.by_kind[Kind.BIAS]))
    return {tape.quantities[place].key: _digits(values, place) for place in places}


def _keys(config: Config) -> dict[str, Any]:
    """Return the config's keys, such that they can be read again: targets for all samples are a flat list."""
    keys: dict[str, Any] = config.model_dump(mode="python", exclude_none=True, by_alias=True)
    if len(keys["data"]["targets"]) < len(keys["data"]["inputs"]):
        (keys["data"]["targets"],) = keys["data"]["targets"]
    return keys


def _digits(values: Values, place: int) -> str:
    if values.rounded:
        return values.shown[place].plain
    return digits(values.exact[place])


def render(config: Config, training: Training) -> str:
    """Write the twin as JSON text. Numbers of the config keep the digits that they were written with."""
    return simplejson.dumps(record(config, training), use_decimal=True, ensure_ascii=False, indent=1) + "\n"
