"""Reading a config: from a file or a mapping to a checked `Config`, or to every problem in it at once."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from derive.config.consistency import inconsistencies
from derive.config.domains import domain_faults
from derive.config.drawn import written_out
from derive.config.faults import faults, order
from derive.config.model import Config
from derive.config.read import read_keys
from derive.config.schedule import schedule_faults
from derive.config.skeleton import skeleton
from derive.errors import Problem, UserError


class ConfigError(UserError):
    """The faults of a config, and what is left of it without them (see `derive.config.skeleton`)."""

    def __init__(self, problems: Iterable[Problem], left: Config | None) -> None:
        self.left = left
        super().__init__(*problems)


def load(source: str | Path | Mapping[str, Any] | Config, *, max_epochs: int | None = None) -> Config:
    """Read a config from a TOML or JSON file, or from a mapping with the same keys.

    ``max_epochs`` takes the place of the usual bounds of how long a training may be.

    Raises:
        UserError: with all problems of the config, places counted from 1 as on the page.
    """
    if isinstance(source, Config):
        return source
    keys = read_keys(Path(source)) if isinstance(source, str | Path) else dict(source)
    return _checked(keys, max_epochs)


def _checked(keys: dict[str, Any], max_epochs: int | None) -> Config:
    """Check the kinds of the values and how they fit together, so that the faults of both are seen at once."""
    problems = [*inconsistencies(keys), *domain_faults(keys), *schedule_faults(keys, max_epochs)]
    try:
        config = Config.model_validate(written_out(keys, draw=not problems), context={"max_epochs": max_epochs})
    except ValidationError as error:
        problems = [*faults(error, keys), *problems]
    else:
        if not problems:
            return config
    raise ConfigError(sorted(problems, key=order), skeleton(keys)) from None
