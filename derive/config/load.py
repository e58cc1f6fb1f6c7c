"""Reading a config: from a file or a mapping to a checked `Config`, or to every problem in it at once."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from derive.config.consistency import inconsistencies
from derive.config.faults import faults
from derive.config.model import Config
from derive.config.read import read_keys
from derive.errors import Problem, UserError


def load(source: str | Path | Mapping[str, Any] | Config) -> Config:
    """Read a config from a TOML or JSON file, or from a mapping with the same keys.

    Raises:
        UserError: with all problems of the config, places counted from 1 as on the page.
    """
    if isinstance(source, Config):
        return source
    return _checked(read_keys(Path(source)) if isinstance(source, str | Path) else dict(source))


def _checked(keys: dict[str, Any]) -> Config:
    """Check the kinds of the values and how they fit together, so that the faults of both are seen at once."""
    problems = inconsistencies(keys)
    try:
        config = Config.model_validate(keys)
    except ValidationError as error:
        problems = [*faults(error, keys), *problems]
    else:
        if not problems:
            return config
    raise UserError(*sorted(problems, key=_order)) from None


def _order(problem: Problem) -> tuple[int, int]:
    """Sort problems as the sections and layers of a config stand; within those they stay in the order of checking."""
    found = re.match(r"(\w+)(?:\[(\d+)\])?", problem.where)
    known = list(Config.model_fields)
    if found is None or found[1] not in known:
        return len(known), 0
    return known.index(found[1]), int(found[2] or 0) if found[1] == "layers" else 0
