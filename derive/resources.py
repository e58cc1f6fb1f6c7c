"""Where the templates are, and how they are read."""

from functools import cache
from pathlib import Path
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
