"""Matrices in TeX, and lines of them broken into rows that fit on the paper.

A matrix that has more rows or columns than are shown or fit is thinned: its first ones, dots, its last one.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import inf
from typing import Generic, TypeVar

from derive.document.rows import WIDEST, width
from derive.notation.pattern import BREAK

MOST, MOST_BRIEF = 10, 6
"""The most rows and columns that are shown; plain amsmath sets no more than 10 columns."""

_FEWEST = 2
_BETWEEN, _BRACKETS, _DOTS = 0.92, 1.9, 1.2
"""Widths in em: the gap between columns, a pair of tall brackets, dots."""

T = TypeVar("T")
U = TypeVar("U")


@dataclass(frozen=True)
class Grid(Generic[T]):
    """A matrix of anything. Where it is thinned, dots stand before its last row or its last column."""

    cells: tuple[tuple[T, ...], ...]
    row_dots: bool = False
    column_dots: bool = False

    @property
    def all(self) -> list[T]:
        """What it shows, row by row."""
        return [cell for row in self.cells for cell in row]

    @property
    def transposed(self) -> "Grid[T]":
        """Columns for rows."""
        return Grid(tuple(zip(*self.cells, strict=True)), self.column_dots, self.row_dots)

    def like(self, items: Sequence[U]) -> "Grid[U]":
        """Arrange one thing for each cell as the cells are."""
        size = len(self.cells[0])
        rows = tuple(tuple(items[start : start + size]) for start in range(0, len(items), size))
        return Grid(rows, self.row_dots, self.column_dots)


def grid(rows: int, columns: int, cell: Callable[[int, int], T], most: int = MOST) -> Grid[T]:
    """Make a matrix of what ``cell(row, column)`` gives, counted from 1, thinned to what is shown at most."""
    row_numbers, column_numbers = shown_of(rows, most), shown_of(columns, most)
    cells = tuple(tuple(cell(row, column) for column in column_numbers) for row in row_numbers)
    return Grid(cells, rows > most, columns > most)


def shown_of(count: int, most: int) -> Sequence[int]:
    """Choose which of so many things, counted from 1, are shown: all, or the first ones and, after dots, the last."""
    return range(1, count + 1) if count <= most else (*range(1, most - 1), count)


@dataclass(frozen=True)
class Matrix:
    """A matrix of texts."""

    texts: Grid[str]

    @property
    def width(self) -> float:
        """How wide it is set, in em."""
        widths = [max(map(width, column)) for column in zip(*self.texts.cells, strict=True)]
        dots = (_DOTS + _BETWEEN) * self.texts.column_dots
        return sum(widths) + _BETWEEN * (len(widths) - 1) + dots + _BRACKETS

    @property
    def transposed(self) -> "Matrix":
        """Columns for rows."""
        return Matrix(self.texts.transposed)

    def narrower(self) -> "Matrix | None":
        """Leave a column out and set dots for it; None where too few are left."""
        if len(self.texts.cells[0]) <= _FEWEST:
            return None
        cells = tuple((*row[:-2], row[-1]) for row in self.texts.cells)
        return Matrix(Grid(cells, self.texts.row_dots, column_dots=True))

    @property
    def tex(self) -> str:
        """The matrix in TeX."""
        lines = [self._line(row, r"\cdots") for row in self.texts.cells]
        if self.texts.row_dots:
            lines.insert(-1, self._line([r"\vdots"] * len(self.texts.cells[0]), r"\ddots"))
        return r"\begin{pmatrix} " + r" \\ ".join(lines) + r" \end{pmatrix}"

    def _line(self, row: Sequence[str], dots: str) -> str:
        return " & ".join([*row[:-1], dots, row[-1]] if self.texts.column_dots else row)


Piece = tuple[str | Matrix, ...]
"""What stands in one row: texts and matrices. A side is broken between its pieces only."""


def fitted(piece: Piece, room: float) -> Piece | None:
    """Thin the widest matrices of a piece until it fits; None where it can't."""
    parts = list(piece)
    while _width(parts) > room:
        narrower = {place: part.narrower() for place, part in enumerate(parts) if isinstance(part, Matrix)}
        sizes = {place: parts[place].width for place, part in narrower.items() if part is not None}  # type: ignore[union-attr]
        if not sizes:
            return None
        widest = max(sizes, key=sizes.__getitem__)
        parts[widest] = narrower[widest] or parts[widest]
    return tuple(parts)


def _width(piece: Sequence[str | Matrix]) -> float:
    return sum(part.width if isinstance(part, Matrix) else width(part) for part in piece)


def _tex(piece: Piece) -> str:
    return "".join(part.tex if isinstance(part, Matrix) else part.replace(BREAK, "") for part in piece)


def set_rows(symbol: str, sides: Sequence[tuple[str, Sequence[Piece]]]) -> tuple[tuple[str, str], ...]:
    """Set a symbol and its sides, each a relation and pieces, in one row if they fit, else each side in rows apart.

    Where something is too wide in any case there are no rows.
    """
    room = WIDEST - width(symbol)
    rows: list[tuple[float, str]] = []
    for relation, pieces in sides:
        used = inf
        for number, piece in enumerate(pieces):
            part = fitted((f"{relation} ", *piece) if number == 0 else (_INDENT, *piece), room)
            if part is None:
                return ()
            if number and used + _width(part[1:]) <= room:
                rows[-1] = (used + _width(part[1:]), f"{rows[-1][1]} {_tex(part[1:])}")
            else:
                rows.append((_width(part), _tex(part)))
            used = rows[-1][0]
    if sum(size for size, _ in rows) <= room:
        rows = [(room, " ".join(text.removeprefix(_INDENT) for _, text in rows))]
    return tuple((symbol if number == 0 else "", text) for number, (_, text) in enumerate(rows))


_INDENT = r"\qquad {}"
