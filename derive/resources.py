"""Where the templates are, and how they are read."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from jinja2 import Environment

Kind = Literal["html", "latex", "text"]


@cache
def templates() -> Path:
    """Return the folder of the templates: in a wheel the package's own, else the one beside the package."""
    packaged = Path(__file__).parent / "_templates"
    return packaged if packaged.is_dir() else Path(__file__).parent.parent / "templates"


@cache
def sentences(language: str) -> Mapping[str, str]:
    """Return the sentences of a language by key, as they stand in its file."""
    tables = tomllib.loads((templates() / "wording" / f"{language}.toml").read_text(encoding="utf-8"))
    return MappingProxyType(_flat(tables))


def _flat(table: Mapping[str, object], prefix: str = "") -> dict[str, str]:
    found: dict[str, str] = {}
    for key, value in table.items():
        if isinstance(value, dict):
            found |= _flat(value, f"{prefix}{key}.")
        else:
            found[prefix + key] = str(value)
    return found


@cache
def languages() -> tuple[str, ...]:
    """Return the languages that a page can be written in; there is a file for each."""
    return tuple(sorted(path.stem for path in (templates() / "wording").glob("*.toml")))


@cache
def environment(kind: Kind) -> "Environment":
    r"""Return the reader of one kind of template. An undefined name is an error.

    ``html`` (also SVG and other XML) escapes what is put in. ``latex`` and ``text`` do not: what is put in is escaped
    already. In ``latex`` the marks are such as TeX does not know: ``\VAR{…}``, ``\BLOCK{…}``, ``\#{…}``; and ``%%`` and
    ``%#`` begin a line that is a statement or a comment.
    """
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    found = Environment(
        loader=FileSystemLoader(templates()),
        autoescape=kind == "html",
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )
    if kind != "latex":
        return found
    return found.overlay(
        block_start_string=r"\BLOCK{",
        block_end_string="}",
        variable_start_string=r"\VAR{",
        variable_end_string="}",
        comment_start_string=r"\#{",
        comment_end_string="}",
        line_statement_prefix="%%",
        line_comment_prefix="%#",
    )
