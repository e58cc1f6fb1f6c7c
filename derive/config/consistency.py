"""Whether the parts of a config fit together: sizes, formulas, and what is left out of the update.

This reads the keys as they were written, before they have types, and passes over what has no usable form there: that is
reported with the types. So a user sees the faults of both kinds at once.
"""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from derive.config.formula import FormulaError, check_formula
from derive.config.limits import MAX_LAYERS, MAX_SAMPLES, MAX_UNITS, MAX_WEIGHTS
from derive.config.values import nested, quoted
from derive.errors import Problem


def inconsistencies(keys: Mapping[str, Any]) -> list[Problem]:
    """Find every fault in how the parts of the config fit together."""
    data = _table(keys.get("data"))
    samples = _rows(data.get("inputs"))
    layers = keys.get("layers")
    widths = [len(samples[0]) if samples else None, *(_width(_table(layer)) for layer in _list(layers))]
    return [
        *_sample_faults(samples, _list(data.get("inputs"))),
        *_layer_faults(_list(layers), widths),
        *_target_faults(data.get("targets"), len(samples), widths),
        *_training_faults(_table(keys.get("training")), len(_list(layers))),
    ]


def _table(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _list(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list | tuple) else ()


def _rows(value: Any) -> list[Sequence[Any]]:
    rows = _list(nested(value))
    return list(rows) if all(isinstance(row, list | tuple) for row in rows) else []


def _width(layer: Mapping[str, Any]) -> int | None:
    rows = _rows(layer.get("weights"))
    return len(rows[0]) if rows else None


def _sample_faults(samples: list[Sequence[Any]], written: Sequence[Any]) -> Iterator[Problem]:
    if isinstance(written, list | tuple) and not written:
        return
    if samples and not samples[0]:
        yield Problem("data.inputs", "the sample has no inputs", "give at least one number")
    if len(samples) > MAX_SAMPLES:
        yield Problem("data.inputs", f"{len(samples)} samples are too many", f"the most is {MAX_SAMPLES}")
    if samples and len(samples[0]) > MAX_UNITS:
        yield Problem("data.inputs", f"{len(samples[0])} inputs are too many", f"the most is {MAX_UNITS}")
    for number, row in enumerate(samples[1:], 2):
        if len(row) != len(samples[0]):
            yield Problem(
                f"data.inputs[{number}]",
                f"this sample has {_count(len(row), 'input')}, the first has {len(samples[0])}",
                "give every sample the same number of inputs",
            )


def _layer_faults(layers: Sequence[Any], widths: list[int | None]) -> Iterator[Problem]:
    if len(layers) > MAX_LAYERS:
        yield Problem("layers", f"{len(layers)} layers are too many", f"the most is {MAX_LAYERS}")
    if sum(len(row) for layer in layers for row in _rows(_table(layer).get("weights"))) > MAX_WEIGHTS:
        yield Problem("layers", "the network has too many weights", f"the most is {MAX_WEIGHTS}")
    for number, layer in enumerate(layers, 1):
        where = f"layers[{number}]"
        weights = _table(layer).get("weights")
        if isinstance(weights, list | tuple) and weights and not any(isinstance(r, list | tuple) for r in weights):
            yield Problem(
                f"{where}.weights", "this is a single list", "write one list for each unit of the layer before it"
            )
            continue
        rows = _rows(weights)
        if rows:
            yield from _matrix_faults(where, rows, widths[number - 1], number)
            yield from _bias_faults(where, _table(layer).get("bias"), len(rows[0]))


def _matrix_faults(where: str, rows: list[Sequence[Any]], before: int | None, number: int) -> Iterator[Problem]:
    units = len(rows[0])
    source = "input" if number == 1 else f"unit of layer {number - 1}"
    if not units:
        yield Problem(f"{where}.weights[1]", "this row is empty", "write one weight for each unit of the layer")
    if units > MAX_UNITS:
        yield Problem(f"{where}.weights", f"{units} units are too many", f"the most is {MAX_UNITS} a layer")
    for place, row in enumerate(rows[1:], 2):
        if len(row) != units:
            yield Problem(
                f"{where}.weights[{place}]",
                f"this row has {_count(len(row), 'weight')}, the first row has {units}",
                "give every row one weight for each unit of the layer",
            )
    if before is not None and before != len(rows):
        yield Problem(
            f"{where}.weights",
            f"there {'is' if len(rows) == 1 else 'are'} {_count(len(rows), 'row')} for {_count(before, source)}",
            f"write one row for each {source}",
        )


def _bias_faults(where: str, bias: Any, units: int) -> Iterator[Problem]:
    if isinstance(bias, list | tuple) and len(bias) != units:
        yield Problem(
            f"{where}.bias",
            f"{_count(len(bias), 'bias', 'biases')} for {_count(units, 'unit')}",
            "give one for each unit, or a single number that they share",
        )


def _target_faults(written: Any, samples: int, widths: list[int | None]) -> Iterator[Problem]:
    rows, inputs, outputs = _rows(written), widths[0], widths[-1]
    if len(widths) < 2 or not rows or inputs is None or not outputs or not samples:
        return
    flat = not any(isinstance(row, list | tuple) for row in _list(written))
    yield from _target_shape_faults(rows, flat, samples, outputs)
    names = [f"x{unit}" for unit in range(1, inputs + 1)]
    for number, row in enumerate(rows, 1):
        for output, target in enumerate(row, 1):
            if isinstance(target, str):
                where = f"data.targets[{output}]" if flat else f"data.targets[{number}][{output}]"
                try:
                    check_formula(target, names)
                except FormulaError as error:
                    yield Problem(where, error.what, error.mend)


def _target_shape_faults(rows: list[Sequence[Any]], flat: bool, samples: int, outputs: int) -> Iterator[Problem]:
    if flat and samples > 1:
        one_each = outputs == 1 and len(rows[0]) == samples
        for_all = len(rows[0]) == outputs and all(isinstance(target, str) for target in rows[0])
        if not (one_each or for_all):
            yield Problem(
                "data.targets",
                f"this single list does not say the {_count(outputs, 'target')} of each of the {samples} samples",
                "write one list for each sample, or one formula for each output",
            )
        return
    if len(rows) != samples:
        yield Problem(
            "data.targets",
            f"there {'is' if len(rows) == 1 else 'are'} {_count(len(rows), 'list')} of targets for {_count(samples, 'sample')}",
            "write one list for each sample",
        )
    for number, row in enumerate(rows, 1):
        if len(row) != outputs:
            yield Problem(
                "data.targets" if flat else f"data.targets[{number}]",
                f"{_count(len(row), 'target')} for {_count(outputs, 'output')}",
                "give one for each unit of the last layer",
            )


def _training_faults(training: Mapping[str, Any], layers: int) -> Iterator[Problem]:
    rate = training.get("learning_rate")
    if isinstance(rate, int | float | Decimal) and not isinstance(rate, bool) and rate <= 0:
        yield Problem("training.learning_rate", f"{rate} is not above zero", "write a number such as 0.1")
    allowed = ["weights", "biases", *(f"layer_{number}" for number in range(1, layers + 1))]
    for place, word in enumerate(_list(training.get("frozen")), 1):
        if isinstance(word, str) and word not in allowed:
            yield Problem(
                f"training.frozen[{place}]", f"{quoted(word)} names nothing to freeze", f"it can be {', '.join(allowed)}"
            )


def _count(number: int, one: str, many: str = "") -> str:
    if number == 1:
        return f"1 {one}"
    head, _, tail = one.partition(" of ")
    return f"{number} {many or (f'{head}s of {tail}' if tail else one + 's')}"
