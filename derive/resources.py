"""Where the templates are, and how they are read."""

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from jinja2 import Environment

Kind = Literal["html", "latex", "text"]


@cache
def templates() -> Path:
    """Return the folder of the templates: the package's own one in a wheel, the repository's one beside it otherwise."""
    packaged = Path(__file__).parent / "_templates"
    return packaged if packaged.is_dir() else Path(__file__).parent.parent / "templates"


@cache
def environment(kind: Kind) -> "Environment":
    """Return the reader of one kind of template. An undefined name is an error.

    ``html`` (also SVG and other XML) escapes what is put in. ``latex`` and ``text`` do not: what is put in is escaped
    already. In ``latex`` the marks are those that TeX leaves free: ``\\VAR{…}``, ``\\BLOCK{…}``, ``\\#{…}``, and ``%%`` and
    ``%#`` at the beginning of a line for a statement and a comment.
    """
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    marks: dict[str, str] = {}
    if kind == "latex":
        marks = {
            "block_start_string": r"\BLOCK{",
            "block_end_string": "}",
            "variable_start_string": r"\VAR{",
            "variable_end_string": "}",
            "comment_start_string": r"\#{",
            "comment_end_string": "}",
            "line_statement_prefix": "%%",
            "line_comment_prefix": "%#",
        }
    return Environment(
        loader=FileSystemLoader(templates()),
        autoescape=kind == "html",
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
        **marks,
    )
