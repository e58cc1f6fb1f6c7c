"""From a file to its keys and values: TOML or JSON, decimals kept as they are written, nothing else known of them."""

import json
import re
import stat
import tomllib
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from derive.config.limits import MAX_FILE_BYTES
from derive.config.values import Unreadable
from derive.errors import Problem, UserError, quoted, reason_of, user_error

_NEW = "`derive new FILE` writes a config to start from"


def read_keys(path: Path) -> dict[str, Any]:
    """Read a file.

    Raises:
        UserError: if it cannot be read, or is not TOML (or JSON, where its name ends in .json).
    """
    text = read_text(path)
    if not text.strip():
        raise user_error(str(path), "the file is empty", _NEW)
    try:
        keys = _json(text, path) if path.suffix.lower() == ".json" else _toml(text, path)
    except RecursionError:
        raise user_error(str(path), "lists or tables are nested too deeply in it", "write a plain config") from None
    if not isinstance(keys, dict):
        raise user_error(str(path), "the file holds no keys", _NEW)
    return keys


def read_text(path: Path, what: str = "a TOML or JSON config") -> str:
    """Read a text file, whatever is in it.

    Raises:
        UserError: if it cannot be read; ``what`` is what should be in it.
    """
    try:
        content = _content(path)
    except FileNotFoundError:
        what, mend = "there is no such file", f"check the name, or start afresh: {_NEW}"
        if path.is_symlink():
            what, mend = "this link points to a file that is not there", "name the config itself"
        raise user_error(str(path), what, mend) from None
    except (OSError, ValueError) as error:
        reason = reason_of(error) if isinstance(error, OSError) else "its name cannot be used"
        raise user_error(str(path), f"the file cannot be read ({reason})", "check its name and rights") from None
    try:
        text = content.decode("utf-8-sig")
        if "\0" in text:
            raise ValueError
        return text
    except ValueError:
        raise user_error(str(path), "this is not text in UTF-8", f"name {what}") from None


def _content(path: Path) -> bytes:
    """Read a regular file. Opening a pipe would wait for a writer, and a device may have no end."""
    status = path.stat()
    if stat.S_ISDIR(status.st_mode):
        raise user_error(str(path), "this is a folder", "name a config file in it")
    if not stat.S_ISREG(status.st_mode):
        raise user_error(str(path), "this is a pipe or a device", "name a config file")
    with path.open("rb") as stream:
        content = stream.read(MAX_FILE_BYTES + 1)
    if len(content) > MAX_FILE_BYTES:
        raise user_error(str(path), "the file is too large for a config", f"the most is {MAX_FILE_BYTES:,} bytes")
    return content


# TOML

_MESSAGE = re.compile(r"(?P<what>.*) \(at (?:line (?P<line>\d+), column (?P<column>\d+)|end of document)\)", re.DOTALL)
_PLAINER = (
    ("Cannot overwrite a value", "this key is there already"),
    ("Cannot declare", "this section is there already"),
    ("Cannot mutate immutable namespace", "this section is there already"),
)
_STRING_OR_COMMENT = re.compile(r'"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'|#[^\n]*')
_LONG_KEY = re.compile(r"""(?<![\w"'.-])(?:[\w"'-]+[ \t]*\.[ \t]*){16}""")
_LONG_NUMBER = re.compile(r"(?<!\w)[\d_]{4000}")


def _toml(text: str, path: Path) -> Any:
    # The parser's time grows with the square of a dotted key's parts.
    if dotted := _LONG_KEY.search(_STRING_OR_COMMENT.sub('""', text)):
        what = f"the key that begins with {quoted(dotted[0][:20])} has too many parts"
        raise user_error(str(path), what, "shorten it")
    try:
        return tomllib.loads(text, parse_float=_decimal)
    except tomllib.TOMLDecodeError as error:
        raise _toml_error(str(error), path) from None
    except ValueError:  # a whole number with more digits than Python reads
        number = _LONG_NUMBER.search(text)
        line = text.count("\n", 0, number.start()) + 1 if number else 1
        raise user_error(f"{path}, line {line}", "this number has too many digits", "write it shorter") from None


def _toml_error(message: str, path: Path) -> UserError:
    found = _MESSAGE.fullmatch(message)
    what = _one_line(found["what"] if found else message)
    what = next((plain for start, plain in _PLAINER if what.startswith(start)), what)
    where = f"{path}, line {found['line']}, column {found['column']}" if found and found["line"] else str(path)
    return _not_valid(where, "TOML", what)


def _decimal(text: str) -> Decimal | Unreadable:
    try:
        return Decimal(text)
    except InvalidOperation:
        return Unreadable(text)


# JSON


def _json(text: str, path: Path) -> Any:
    doubles: list[str] = []

    def table(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
        if len(keys := dict(pairs)) < len(pairs):
            doubles.extend(key for key, count in Counter(key for key, _ in pairs).items() if count > 1)
        return keys

    try:
        keys = json.loads(text, parse_float=_decimal, parse_int=_whole, parse_constant=Decimal, object_pairs_hook=table)
    except json.JSONDecodeError as error:
        where = f"{path}, line {error.lineno}, column {error.colno}"
        raise _not_valid(where, "JSON", error.msg) from None
    if doubles:
        raise UserError(
            *(Problem(str(path), f"the key {quoted(key)} stands twice in one table", "keep one") for key in doubles)
        )
    return keys


def _whole(text: str) -> int | Unreadable:
    return int(text) if len(text) < 1000 else Unreadable(text)


def _not_valid(where: str, kind: str, what: str) -> UserError:
    other = "JSON" if kind == "TOML" else "TOML"
    mend = f"mend it there, or let the name end in .{other.lower()} if this is {other}"
    return user_error(where, f"this is not valid {kind} ({what[:1].lower()}{what[1:]})", mend)


def _one_line(text: str) -> str:
    return " ".join(text.split())[:200]
