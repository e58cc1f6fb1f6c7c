"""What pydantic found wrong in a config, as sentences that name a key as the user wrote it."""

import json
import re
from collections.abc import Mapping
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from derive.config.lists import is_flat
from derive.config.model import Config
from derive.config.values import described
from derive.errors import Problem, listed, nearest, quoted

Place = tuple[int | str, ...]
"""A place as pydantic gives it: keys, and list entries counted from 0."""


def faults(error: ValidationError, keys: Mapping[str, Any]) -> list[Problem]:
    """Write every fault once: a key that is missing because it is misspelt is reported where it is misspelt."""
    details = error.errors(include_url=False)
    meant = {detail["loc"]: _meant(detail["loc"], keys) for detail in details if detail["type"] == "extra_forbidden"}
    return [
        _problem(detail, keys, meant.get(detail["loc"]))
        for detail in details
        if not (detail["type"] == "missing" and detail["loc"] in meant.values())
    ]


def _problem(detail: ErrorDetails, keys: Mapping[str, Any], meant: Place | None) -> Problem:
    place = detail["loc"]
    where = key_path(place, keys)
    match detail["type"]:
        case "derive":
            return Problem(where, detail["ctx"]["what"], detail["ctx"]["mend"])
        case "missing":
            return Problem(where, "this key is missing", _example(place))
        case "extra_forbidden":
            return Problem(where, "there is no such key", _correct_key(place, meant))
        case "model_type" | "model_attributes_type" | "dict_type":
            mend = f"write its keys below {_heading(place[0])}"
            return Problem(where, f"{described(detail['input'])} where a section should be", mend)
    return Problem(where, "this cannot be read", "write keys and values as `derive new FILE` does")


def key_path(place: Place, keys: Any) -> str:
    """Write a place as ``layers[1].weights[2][1]``, counted from 1, for the lists that the user wrote."""
    text, value = "", keys
    for number, step in enumerate(place):
        if isinstance(step, int):
            if place[0] == "data" and number == 2 and is_flat(value):
                continue  # a flat list was read as a single sample
            text += f"[{step + 1}]"
            value = value[step] if isinstance(value, list | tuple) and step < len(value) else None
        elif number == 0 or place[number - 1] != "bias":  # the kind of a bias is no key
            text += f".{step}" if text else step
            value = value.get(step) if isinstance(value, Mapping) else None
    return text


def _model(field: FieldInfo) -> type[BaseModel] | None:
    """Return the section that a field holds, alone or in a list."""
    kinds = (field.annotation, *get_args(field.annotation))
    return next((kind for kind in kinds if isinstance(kind, type) and issubclass(kind, BaseModel)), None)


def _written(model: type[BaseModel]) -> dict[str, FieldInfo]:
    """Return the fields of a section by their keys in a config."""
    return {field.alias or name: field for name, field in model.model_fields.items()}


_SECTIONS = {name: model for name, field in Config.model_fields.items() if (model := _model(field))}


def _fields(place: Place) -> Mapping[str, FieldInfo]:
    """Return the fields of the section that a key stands in."""
    return _written(Config if len(place) == 1 else _SECTIONS[str(place[0])])


def _heading(section: int | str) -> str:
    return f"[[{section}]]" if section == "layers" else f"[{section}]"


def _meant(place: Place, keys: Any) -> Place | None:
    """Return the place of the key that an unknown one means: of another section, or the nearest lacking here."""
    key, written = str(place[-1]), keys
    if key in Config.model_fields:
        return (key,)
    home = next((section for section, model in _SECTIONS.items() if key in _written(model)), None)
    if home:
        return home, key
    for step in place[:-1]:
        written = written[step]
    near = nearest(key, [name for name in _fields(place) if name not in written])
    return (*place[:-1], near) if near else None


def _correct_key(place: Place, meant: Place | None) -> str:
    if meant is None:
        return f"the keys here are {listed(list(_fields(place)), 'and')}"
    if meant[:-1] == place[:-1]:
        return f"did you mean {quoted(str(meant[-1]))}"
    return f"it belongs below {_heading(meant[0])}" if len(meant) > 1 else "it belongs above the first section"


def _example(place: Place) -> str:
    field = _fields(place)[str(place[-1])]
    model = _model(field)
    if model:
        needed = [name for name, inner in model.model_fields.items() if inner.is_required()]
        return f"add {_heading(place[0])} with {listed(needed, 'and')}"
    return f"add it, such as {place[-1]} = {json.dumps((field.examples or [0])[0])}"


def order(problem: Problem) -> list[int]:
    """Return where the place of a problem stands in the model, to sort by."""
    place: list[int] = []
    fields: Mapping[str, Any] = Config.model_fields
    for number, key in re.findall(r"\[(\d+)\]|([^.\[\]]+)", problem.where):
        names = list(fields)
        place.append(int(number) if number else names.index(key) if key in names else len(names))
        fields = _written(_SECTIONS[key]) if key in _SECTIONS and len(place) == 1 else fields
    return place
