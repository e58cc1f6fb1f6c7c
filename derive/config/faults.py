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
            mend = f"write its keys below {_heading(_section(place))}"
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


Section = tuple[str, ...]
"""The keys that lead to a section, such as training, stop; none for the config itself."""


def _sections_of(model: type[BaseModel], section: Section = ()) -> dict[Section, type[BaseModel]]:
    found: dict[Section, type[BaseModel]] = {section: model}
    for name, field in _written(model).items():
        if inner := _model(field):
            found |= _sections_of(inner, (*section, name))
    return dict(sorted(found.items(), key=lambda pair: len(pair[0])))


_SECTIONS = _sections_of(Config)
"""Every section of a config, the outer ones first."""


def _section(place: Place) -> Section:
    return tuple(step for step in place if isinstance(step, str))


def _fields(place: Place) -> Mapping[str, FieldInfo]:
    """Return the fields of the section that a key stands in."""
    return _written(_SECTIONS[_section(place)[:-1]])


def _heading(section: Section) -> str:
    return f"[[{section[0]}]]" if section == ("layers",) else f"[{'.'.join(section)}]"


def _meant(place: Place, keys: Any) -> Place | None:
    """Return the place of the key that an unknown one means: of another section, or the nearest lacking here.

    Sections inside of others come last, for their keys may be near one here; those of [vary] name keys of others.
    """
    key, written = str(place[-1]), keys
    homes = [section for section, model in _SECTIONS.items() if key in _written(model) and section != ("vary",)]
    if homes and len(homes[0]) <= 1:
        return *homes[0], key
    for step in place[:-1]:
        written = written[step]
    near = nearest(key, _fields(place))
    if near:
        return (*place[:-1], near) if near not in written else None
    return (*homes[0], key) if homes else None


def _correct_key(place: Place, meant: Place | None) -> str:
    if meant is None:
        return f"the keys here are {listed(list(_fields(place)), 'and')}"
    if meant[:-1] == place[:-1]:
        return f"did you mean {quoted(str(meant[-1]))}"
    home = _section(meant)[:-1]
    return f"it belongs below {_heading(home)}" if home else "it belongs above the first section"


def _example(place: Place) -> str:
    field = _fields(place)[str(place[-1])]
    model = _model(field)
    if model:
        needed = [name for name, inner in model.model_fields.items() if inner.is_required()]
        return f"add {_heading(_section(place))} with {listed(needed, 'and')}"
    return f"add it, such as {place[-1]} = {json.dumps((field.examples or [0])[0])}"


def order(problem: Problem) -> list[int]:
    """Return where the place of a problem stands in the model, to sort by."""
    place: list[int] = []
    section: Section = ()
    for number, key in re.findall(r"\[(\d+)\]|([^.\[\]]+)", problem.where):
        names = list(_written(_SECTIONS[section])) if section in _SECTIONS else []
        place.append(int(number) if number else names.index(key) if key in names else len(names))
        section = (*section, key) if key else section
    return place
