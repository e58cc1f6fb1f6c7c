"""Reading a config: from a file or a mapping to a checked `Config`, or to every problem in it at once."""

import json
import tomllib
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from derive.config.consistency import inconsistencies
from derive.config.limits import MAX_FILE_BYTES
from derive.config.model import Config
from derive.config.values import quoted
from derive.errors import Problem, UserError, user_error


def load(source: str | Path | Mapping[str, Any] | Config) -> Config:
    """Read a config from a TOML or JSON file, or from a mapping with the same keys.

    Raises:
        UserError: with all problems of the config, places counted from 1 as on the page.
    """
    if isinstance(source, Config):
        return source
    return _checked(read_keys(Path(source)) if isinstance(source, str | Path) else dict(source))


def read_keys(path: Path) -> dict[str, Any]:
    """Read the file's keys and values, decimals as `Decimal`."""
    text = _text(path)
    if not text.strip():
        raise user_error(str(path), "the file is empty", "`derive new FILE` writes a config to start from")
    try:
        if path.suffix.lower() == ".json":
            keys = json.loads(text, parse_float=Decimal, parse_constant=Decimal)
        else:
            keys = tomllib.loads(text, parse_float=Decimal)
    except (tomllib.TOMLDecodeError, json.JSONDecodeError) as error:
        kind = "JSON" if path.suffix.lower() == ".json" else "TOML"
        raise user_error(str(path), f"this is not valid {kind}: {_one_line(error)}", "mend it there") from None
    except (RecursionError, ValueError, ArithmeticError):
        raise user_error(
            str(path), "the file nests too deeply or holds a number that is too long", "write a plain config"
        ) from None
    if not isinstance(keys, dict):
        raise user_error(str(path), "the file holds no keys", "write [data], [[layers]] and [training]")
    return keys


def _text(path: Path) -> str:
    try:
        if path.is_dir():
            raise user_error(str(path), "this is a folder", "name a config file in it")
        if path.exists() and not path.is_file():
            raise user_error(str(path), "this is not a regular file", "name a config file")
        if path.stat().st_size > MAX_FILE_BYTES:
            raise user_error(str(path), "the file is too large for a config", f"keep it under {MAX_FILE_BYTES} bytes")
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise user_error(str(path), "there is no such file", "`derive new FILE` writes a config to start from") from None
    except UnicodeDecodeError:
        raise user_error(str(path), "this is not a text file in UTF-8", "name a TOML or JSON config") from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "its name cannot be used"
        raise user_error(str(path), f"the file cannot be read ({reason.lower()})", "check its name and rights") from None
    return text


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())[:200]


def _checked(keys: dict[str, Any]) -> Config:
    problems: list[Problem] = []
    config = None
    try:
        config = Config.model_validate(keys)
    except ValidationError as error:
        problems += [_problem(detail, keys) for detail in error.errors(include_url=False)]
    known = {problem.where for problem in problems}
    problems += [problem for problem in inconsistencies(keys) if problem.where not in known]
    if problems or config is None:
        raise UserError(*problems)
    return config


_SENTENCES = {
    "missing": ("this key is missing", "add it"),
    "extra_forbidden": ("there is no such key", "check its spelling, or leave it out"),
    "list_type": ("{input} is no list", "write a list in brackets"),
    "string_type": ("{input} is no text", "write text in quotes"),
    "model_type": ("{input} is no table of keys", "write its keys below a heading in brackets"),
    "dict_type": ("{input} is no table of keys", "write its keys below a heading in brackets"),
    "too_short": ("the list is empty", "give at least one entry"),
    "string_too_long": ("the text is too long", "keep it to {max_length} characters"),
    "string_too_short": ("the text is empty", "write something, or leave the key out"),
    "int_type": ("{input} is no whole number", "write a whole number"),
    "int_from_float": ("{input} is no whole number", "write a whole number"),
    "int_parsing": ("{input} is no whole number", "write a whole number"),
    "greater_than_equal": ("{input} is too small", "the least is {ge}"),
    "less_than_equal": ("{input} is too large", "the most is {le}"),
    "literal_error": ("{input} is not a choice here", "it can be {expected}"),
}


def _problem(detail: ErrorDetails, keys: dict[str, Any]) -> Problem:
    context = detail.get("ctx", {})
    where = key_path(detail["loc"], keys)
    if detail["type"] == "derive":
        return Problem(where, context["what"], context["mend"])
    if detail["type"] == "extra_forbidden":
        return Problem(where, "there is no such key", _nearest_key(detail["loc"]))
    what, mend = _SENTENCES.get(detail["type"], (_one_line(ValueError(detail["msg"])), ""))
    values = {**context, "input": quoted(detail["input"])}
    return Problem(where, what.format_map(values), mend.format_map(values))


def _nearest_key(loc: tuple[int | str, ...]) -> str:
    from difflib import get_close_matches

    names: dict[str, Any] = dict(Config.model_fields)
    for step in loc[:-1]:
        if isinstance(step, str) and step in names:
            annotation = names[step].annotation
            model = next((a for a in (annotation, *getattr(annotation, "__args__", ())) if hasattr(a, "model_fields")), None)
            names = dict(model.model_fields) if model is not None else {}
    near = get_close_matches(str(loc[-1]), names, n=1)
    guess = f"did you mean {near[0]}? " if near else ""
    return f"{guess}the keys here are {', '.join(names)}"


def key_path(loc: tuple[int | str, ...], keys: Any) -> str:
    """Write a place as ``layers[1].weights[2][1]``, counted from 1, for the lists that the user wrote."""
    text, value = "", keys
    for step in loc:
        if isinstance(step, int):
            if isinstance(value, list | tuple) and step < len(value):
                value = value[step]
            else:
                continue
            text += f"[{step + 1}]"
        elif step not in ("shared", "own") or isinstance(value, dict):
            text += f".{step}" if text else step
            value = value.get(step) if isinstance(value, dict) else None
    return text
