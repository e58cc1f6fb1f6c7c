"""The list of a class: a CSV file with a line for each student, read with care, for anyone may have typed into it."""

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice
from pathlib import Path
from unicodedata import normalize

from derive.config.limits import MAX_TITLE
from derive.config.read import read_text
from derive.config.values import steering_character
from derive.errors import Problem, UserError, quoted, user_error
from derive.exam.draw import MAX_COPIES

_NAMES = ("id", "name")
"""What a student is known by: the first of these columns that the list has."""

_MOST_COLUMNS = 50


@dataclass(frozen=True)
class Student:
    """A student: the line of the list, what it says by the names of the columns, and the name of the files."""

    line: int
    texts: Mapping[str, str]
    stem: str

    @property
    def known_as(self) -> str:
        """The id, or the name where there is none."""
        return next((self.texts[name] for name in _NAMES if self.texts.get(name)), "")


@dataclass(frozen=True)
class Roster:
    """The students in the order of the list, copy 1 for the first of them, and a digest of the list."""

    students: tuple[Student, ...]
    digest: str


def read_roster(path: Path) -> Roster:
    """Read a list.

    Raises:
        UserError: with every line that cannot be used.
    """
    text = read_text(path, "a list in CSV")
    rows = list(islice(_rows(path, text), MAX_COPIES + 2))
    if not rows:
        raise user_error(
            str(path), "the list is empty", "write name,id in the first line and a student in each other one"
        )
    columns = _columns(path, *rows[0])
    if len(rows) > MAX_COPIES + 1:
        raise user_error(str(path), "the list has too many students", f"the most is {MAX_COPIES:,}")
    if len(rows) == 1:
        raise user_error(str(path), "the list has no students", "write one in each line below the names of the columns")
    problems = list(_faults(path, columns, rows[1:]))
    if problems:
        raise UserError(*problems)
    stems = _Stems()
    students = []
    for number, (line, row) in enumerate(rows[1:], 1):
        texts = dict(zip(columns, row, strict=True))
        known_as = next((texts[name] for name in _NAMES if texts.get(name)), "")
        students.append(Student(line, texts, stems.take(known_as, number)))
    return Roster(tuple(students), sha256(text.encode()).hexdigest())


def _rows(path: Path, text: str) -> Iterator[tuple[int, list[str]]]:
    """Return the rows that are not empty, with the numbers of their lines, blanks round the cells left out."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    mark = max(",;\t", key=first.count)
    reader = csv.reader(text.splitlines(keepends=True), delimiter=mark, strict=True)
    try:
        for row in reader:
            cells = [normalize("NFC", cell.strip()) for cell in row]
            if any(cells):
                yield reader.line_num, cells
    except csv.Error as error:
        what = f"this is no line of CSV ({error})"
        raise user_error(f"{path}, line {reader.line_num}", what, "put such text in quotes") from None


def _columns(path: Path, line: int, cells: Sequence[str]) -> list[str]:
    columns = [cell.casefold() for cell in cells]
    where = f"{path}, line {line}"
    if not set(columns) & set(_NAMES):
        raise user_error(where, "no column is called name or id", "write the names of the columns in the first line")
    twice = next((column for column in columns if columns.count(column) > 1), None)
    if twice is not None:
        what = f"two columns are called {quoted(twice)}" if twice else "columns without a name stand in the list"
        raise user_error(where, what, "give each column a name of its own")
    if len(columns) > _MOST_COLUMNS:
        raise user_error(where, f"there are {len(columns)} columns", f"the most is {_MOST_COLUMNS}")
    return columns


def _faults(path: Path, columns: Sequence[str], rows: Sequence[tuple[int, list[str]]]) -> Iterator[Problem]:
    seen: dict[str, int] = {}
    for line, row in rows:
        where = f"{path}, line {line}"
        if len(row) != len(columns):
            cells = "there is 1 cell" if len(row) == 1 else f"there are {len(row)} cells"
            what = f"{cells} for the {len(columns)} columns"
            yield Problem(where, what, "write one for each, and put text with commas in quotes")
            continue
        for column, cell in zip(columns, row, strict=True):
            if len(cell) > MAX_TITLE:
                yield Problem(where, f"the {column} has {len(cell):,} characters", f"the most is {MAX_TITLE}")
            elif steering := steering_character(cell):
                what = f"the {column} has the invisible character U+{ord(steering):04X} in it"
                yield Problem(where, what, "leave that out")
        texts = dict(zip(columns, row, strict=True))
        if not any(texts.get(name) for name in _NAMES):
            yield Problem(where, "there is neither a name nor an id", "write one, or delete the line")
        elif texts.get("id") and (earlier := seen.setdefault(texts["id"], line)) != line:
            yield Problem(where, f"the id {quoted(texts['id'])} stands in line {earlier} already", "give each its own")


class _Stems:
    """Names the files of each student so that no two are the same, on any system."""

    def __init__(self) -> None:
        self.taken: set[str] = set()

    def take(self, known_as: str, number: int) -> str:
        stem = re.sub(r"[^\w.-]+", "-", known_as).strip(".-")[:60]
        if not stem or stem.casefold() in self.taken or _RESERVED.fullmatch(stem):
            stem = f"{stem}-{number:04d}".lstrip("-")
        while stem.casefold() in self.taken:
            stem += "-"
        self.taken.add(stem.casefold())
        return stem


_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)
"""What Windows takes for a device."""
