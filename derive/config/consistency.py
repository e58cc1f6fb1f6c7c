"""Whether the parts of a config fit together: sizes, formulas, and what is left out of the update.

This reads the keys as they were written, before they have types, and passes over what has no usable form there: that is
reported with the types. So a user sees the faults of both kinds at once, and each once.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any, TypeVar

from pydantic_core import PydanticCustomError

from derive.config.formula import FormulaError, check_formula
from derive.config.limits import MAX_DECIMALS, MAX_PRODUCTS, MAX_SAMPLES, MAX_UNITS, MAX_WEIGHTS
from derive.config.lists import is_flat
from derive.config.values import exact_number, whole_number
from derive.errors import Problem, instead, quoted
from derive.numbers.shown import round_half_away

T = TypeVar("T")
Rows = Sequence[Sequence[Any]]

_LONGEST = max(MAX_UNITS, MAX_SAMPLES)


def inconsistencies(keys: Mapping[str, Any]) -> list[Problem]:
    """Find every fault in how the parts of the config fit together."""
    data, layers = table(keys.get("data")), [table(layer) for layer in entries(keys.get("layers"))]
    inputs = rows_of(data.get("inputs"), flat=True)
    matrices = [rows_of(layer.get("weights")) for layer in layers]
    widths = widths_of(keys)
    outputs = widths[-1] if layers else None
    return [
        *_uneven(inputs, "data.inputs", "sample", "input", "give every sample the same number of inputs"),
        *_target_faults(data.get("targets"), len(inputs), outputs),
        *_formula_faults(data.get("targets"), widths[0]),
        *_weight_faults(matrices, widths),
        *_unit_faults(layers, widths),
        *_bias_faults(layers, widths),
        *_work_faults(widths, len(inputs)),
        *_frozen_faults(table(keys.get("training")).get("frozen"), len(layers)),
        *_digit_faults(table(keys.get("report"))),
        *_random_faults(keys.get("random"), layers),
        *_vary_faults(keys),
    ]


def widths_of(keys: Mapping[str, Any]) -> list[int | None]:
    """Return the number of inputs and the number of units of each layer, as far as there is telling."""
    layers = [table(layer) for layer in entries(keys.get("layers"))]
    widths = (_width(rows_of(layer["weights"])) if "weights" in layer else units_of(layer) for layer in layers)
    return [_width(rows_of(table(keys.get("data")).get("inputs"), flat=True)), *widths]


def units_of(layer: Mapping[str, Any]) -> int | None:
    """Return how many units a layer says to have."""
    return usable(whole_number(1, MAX_UNITS), layer.get("units"))


def usable(read: Callable[[Any], T], value: Any) -> T | None:
    """Read a value, or return None where it cannot be read."""
    try:
        return read(value)
    except PydanticCustomError:
        return None


def table(value: Any) -> Mapping[str, Any]:
    """Take a section, or an empty one where there is none."""
    return value if isinstance(value, Mapping) else {}


def entries(value: Any) -> Sequence[Any]:
    """Take a list, or an empty one where there is none."""
    return value if isinstance(value, list | tuple) else ()


def rows_of(value: Any, *, flat: bool = False) -> Rows:
    """Return the rows of a list of lists, or no rows where it isn't one; with ``flat``, a flat list is a single row."""
    rows = [value] if flat and is_flat(value) else entries(value)
    usable = len(rows) <= _LONGEST and all(is_flat(row) and 0 < len(row) <= _LONGEST for row in rows)
    return rows if usable else ()


def _width(rows: Rows) -> int | None:
    """Return the length of most rows, or None where there is no telling."""
    lengths = Counter(map(len, rows)).most_common(2)
    if not lengths or (len(lengths) > 1 and lengths[0][1] == lengths[1][1]):
        return None
    return lengths[0][0]


def _uneven(rows: Rows, where: str, row_name: str, entry_name: str, mend: str) -> Iterator[Problem]:
    width = _width(rows)
    others = "the others have" if width else f"the first {row_name} has"
    expected = width or (len(rows[0]) if rows else 0)
    for number, row in enumerate(rows, 1):
        if len(row) != expected:
            what = f"this {row_name} has {count(len(row), entry_name)} and {others} {expected:,}"
            yield Problem(f"{where}[{number}]", what, mend)


def _weight_faults(matrices: Sequence[Rows], widths: Sequence[int | None]) -> Iterator[Problem]:
    mend = "give every row one weight for each unit of the layer"
    for number, rows in enumerate(matrices, 1):
        where, before = f"layers[{number}].weights", widths[number - 1]
        yield from _uneven(rows, where, "row", "weight", mend)
        if rows and before is not None and len(rows) != before:
            source = count(before, "input") if number == 1 else f"the {count(before, 'unit')} of layer {number - 1}"
            there = "there is" if len(rows) == 1 else "there are"
            yield Problem(where, f"{there} {count(len(rows), 'row')} for {source}", "write one row for each of them")


def _unit_faults(layers: Sequence[Mapping[str, Any]], widths: Sequence[int | None]) -> Iterator[Problem]:
    for number, layer in enumerate(layers, 1):
        units, width, where = units_of(layer), widths[number], f"layers[{number}]"
        if units is not None and width is not None and units != width:
            mend = "leave one of the two out"
            yield Problem(f"{where}.units", f"there are weights for {count(width, 'unit')} and not for {units:,}", mend)
        if "weights" in layer and layer.get("bias") in ("own", "shared"):
            mend = "write the biases as well, or units = … in place of the weights"
            yield Problem(f"{where}.bias", "biases are drawn in a layer without weights only", mend)


def _bias_faults(layers: Sequence[Mapping[str, Any]], widths: Sequence[int | None]) -> Iterator[Problem]:
    for number, layer in enumerate(layers, 1):
        biases, units = entries(layer.get("bias")), widths[number]
        if biases and units is not None and len(biases) != units:
            there = "there is" if len(biases) == 1 else "there are"
            what = f"{there} {count(len(biases), 'bias', 'biases')} for {count(units, 'unit')}"
            yield Problem(f"layers[{number}].bias", what, "give one for each unit, or a single number for all of them")


def _work_faults(widths: Sequence[int | None], samples: int) -> Iterator[Problem]:
    weights = sum((before or 0) * (width or 0) for before, width in pairwise(widths))
    if weights > MAX_WEIGHTS:
        yield Problem("layers", f"{weights:,} weights are too many", f"the most is {MAX_WEIGHTS:,}")
    elif weights * samples > MAX_PRODUCTS:
        what = f"{samples:,} samples are too many for {weights:,} weights"
        yield Problem("data.inputs", what, f"the most is {MAX_PRODUCTS // weights:,} here")


def _target_faults(written: Any, samples: int, outputs: int | None) -> Iterator[Problem]:
    """Find whether there is a target for each output of each sample, in a form that `Config.targets` reads."""
    rows = rows_of(written, flat=True)
    if not rows or outputs is None or not samples:
        return
    if is_flat(written) and samples > 1:
        one_each = outputs == 1 and len(rows[0]) == samples
        for_all = len(rows[0]) == outputs and all(isinstance(target, str) for target in rows[0])
        if not (one_each or for_all):
            what = f"this single list does not say {count(outputs, 'target')} for each of {samples:,} samples"
            yield Problem("data.targets", what, "write one list for each sample, or one formula for each output")
        return
    if len(rows) != samples:
        there = "there is" if len(rows) == 1 else "there are"
        what = f"{there} {count(len(rows), 'list')} of targets for {count(samples, 'sample')}"
        yield Problem("data.targets", what, "write one list for each sample")
    for number, row in enumerate(rows, 1):
        if len(row) != outputs:
            where = "data.targets" if is_flat(written) else f"data.targets[{number}]"
            there = "there is" if len(row) == 1 else "there are"
            what = f"{there} {count(len(row), 'target')} for {count(outputs, 'output')}"
            yield Problem(where, what, "give one for each unit of the last layer")


def _formula_faults(written: Any, inputs: int | None) -> Iterator[Problem]:
    names = [f"x{unit}" for unit in range(1, min(inputs or MAX_UNITS, MAX_UNITS) + 1)]
    for number, row in enumerate(rows_of(written, flat=True), 1):
        for output, target in enumerate(row, 1):
            if isinstance(target, str):
                where = f"data.targets[{output}]" if is_flat(written) else f"data.targets[{number}][{output}]"
                try:
                    check_formula(target, names)
                except FormulaError as error:
                    yield Problem(where, error.what, error.mend)


def _frozen_faults(written: Any, layers: int) -> Iterator[Problem]:
    allowed = ["weights", "biases", *(f"layer_{number}" for number in range(1, layers + 1))]
    frozen: set[str] = set()
    for place, word in enumerate(entries(written), 1):
        if not isinstance(word, str):
            continue
        if word not in allowed:
            yield Problem(f"training.frozen[{place}]", f"{quoted(word)} is nothing to freeze", instead(word, allowed))
        elif word in frozen:
            yield Problem(f"training.frozen[{place}]", f"{quoted(word)} is there already", "leave it out")
        frozen.add(word)


def _random_faults(section: Any, layers: Sequence[Mapping[str, Any]]) -> Iterator[Problem]:
    if section is None:
        return
    if not any(layer.get("units") is not None for layer in layers):
        mend = "write units = … in place of the weights of a layer, or leave this section out"
        yield Problem("random", "no layer draws its numbers", mend)
    keys = table(section)
    if keys.get("method", "uniform") != "uniform":
        for key in ("from", "to"):
            if keys.get(key) is not None and keys["method"] in ("xavier", "he"):
                what = f"the bounds of {quoted(keys['method'])} follow from the sizes of the layers"
                yield Problem(f"random.{key}", what, "leave this out")
        return
    written = {"from": -1, "to": 1, "decimals": 1} | {key: value for key, value in keys.items() if value is not None}
    low, high = (usable(exact_number, written[key]) for key in ("from", "to"))
    places = usable(whole_number(0, MAX_DECIMALS), written["decimals"])
    if low is None or high is None:
        return
    if low > high:
        yield Problem("random.from", f"the lower bound {low} is above the upper bound {high}", "exchange them")
    elif places is not None and low < high and round_half_away(low, places) == round_half_away(high, places):
        what = f"rounded to {count(places, 'decimal')}, all numbers from {low} to {high} are the same"
        yield Problem("random.decimals", what, "write more decimals, or bounds that are farther apart")


def _digit_faults(report: Mapping[str, Any]) -> Iterator[Problem]:
    if report.get("decimals") is not None and report.get("significant") is not None:
        what = "values are rounded to decimals or to significant digits, and both are given"
        yield Problem("report.significant", what, "leave one of the two out")


def _vary_faults(keys: Mapping[str, Any]) -> Iterator[Problem]:
    """Find what is to vary from copy to copy though it is not a number of the config."""
    vary, layers = table(keys.get("vary")), [table(layer) for layer in entries(keys.get("layers"))]
    if "biases" in vary and layers and not any("bias" in layer for layer in layers):
        yield Problem("vary.biases", "no layer has a bias", "add bias = … to a layer, or leave this out")
    rate = table(keys.get("training")).get("learning_rate")
    if "learning_rate" in vary and isinstance(rate, str):
        what = f"the learning rate follows from the formula {quoted(rate)}"
        yield Problem("vary.learning_rate", what, "write a number there, or leave this out")
    targets = [target for row in rows_of(table(keys.get("data")).get("targets"), flat=True) for target in row]
    if "targets" in vary and targets and all(isinstance(target, str) for target in targets):
        yield Problem("vary.targets", "all targets follow from the inputs by formula", "leave this out")


def count(number: int, one: str, many: str = "") -> str:
    """Write how many there are of something."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
