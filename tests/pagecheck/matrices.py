"""Matrices, taken apart: each element of a side becomes a tree of its own, over the elements of what it is made of."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product

from tests.pagecheck.nodes import (
    DOTS,
    Call,
    Matrix,
    Neg,
    Node,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    Symbol,
    make_product,
    make_sum,
    walk,
)
from tests.pagecheck.parse import TRANSPOSED
from tests.pagecheck.tokens import Unreadable

Grid = tuple[tuple[Node, ...], ...]
Shape = tuple[int, int]

ONES = "bold 1"
_MOST_ONES = 40


def is_of_matrices(node: Node, shapes: Mapping[str, Shape]) -> bool:
    """Tell whether a side holds a matrix or the symbol of one."""
    return any(
        isinstance(part, Matrix)
        or (
            isinstance(part, Symbol) and (part.name.startswith("bold ") or part.name.removesuffix(TRANSPOSED) in shapes)
        )
        for part in walk(node)
    )


def is_thinned(node: Node) -> bool:
    """Tell whether dots stand for some of a side."""
    return DOTS in walk(node)


@dataclass
class Matrices:
    """The matrices that a page has named: their sizes, and the symbols of their elements where it says so."""

    shapes: dict[str, Shape] = field(default_factory=dict)
    elements: dict[str, tuple[tuple[Symbol, ...], ...]] = field(default_factory=dict)

    def name(self, matrix: str, rows: tuple[tuple[Node, ...], ...]) -> None:
        """Take in what the elements of a matrix are called."""
        self.shapes.setdefault(matrix, (len(rows), len(rows[0])))
        self.elements[matrix] = tuple(tuple(cell for cell in row if isinstance(cell, Symbol)) for row in rows)

    def element(self, matrix: str, row: int, column: int) -> Symbol:
        """Name an element, counted from 0. The derivative for a matrix has the derivatives for its elements."""
        if matrix in self.elements:
            return self.elements[matrix][row][column]
        above, slash, below = matrix.partition("/∂")
        if slash and below in self.elements and self.shapes[below] == self.shapes.get(matrix, self.shapes[below]):
            return Symbol(f"{above}/∂{self.elements[below][row][column].name}")
        return Symbol(f"{matrix}[{row + 1},{column + 1}]")


def taken_apart(node: Node, known: Matrices, shape: Shape | None) -> Grid:
    """Return the elements of a side. Vectors of ones are as long as the rest of the side asks for.

    Raises:
        Unreadable: if sizes do not fit, or a symbol's size is not known.
    """
    lengths = range(1, _MOST_ONES) if Symbol(ONES) in walk(node) or Symbol(ONES + TRANSPOSED) in walk(node) else [0]
    why = "a matrix cannot be taken apart"
    for length in lengths:
        try:
            found = _grid(_Apart(Matrices({**known.shapes, ONES: (length, 1)}, known.elements)).of(node))
        except Unreadable as error:
            why = str(error)
            continue
        if shape is None or (len(found), len(found[0])) == shape:
            return found
        why = f"a matrix of {len(found)} x {len(found[0])} stands beside one of {shape[0]} x {shape[1]}"
    raise Unreadable(why)


def _grid(found: Node | Grid) -> Grid:
    return found if isinstance(found, tuple) else ((found,),)


class _Apart:
    """Works an expression of matrices out, element by element."""

    def __init__(self, known: Matrices) -> None:
        self.known = known

    def of(self, node: Node) -> Node | Grid:
        match node:
            case Matrix(rows):
                return rows
            case Symbol(name):
                return self._symbol(name)
            case Neg(part):
                return _each(Neg, self.of(part))
            case Sum(terms):
                signs = [sign for sign, _ in terms]
                return _together(
                    lambda *parts: make_sum(list(zip(signs, parts, strict=True))), [self.of(term) for _, term in terms]
                )
            case Product(factors):
                return self._product([self.of(factor) for factor in factors])
            case Call("odot", args):
                return _together(lambda *parts: make_product(parts), [self.of(arg) for arg in args])
            case Call(name, args):
                return _together(lambda *parts: Call(name, parts), [self.of(arg) for arg in args])
            case Quotient(top, bottom):
                return _together(Quotient, [self.of(top), self.of(bottom)])
            case Power(base, exponent):
                return _together(Power, [self.of(base), self.of(exponent)])
        return node

    def _symbol(self, name: str) -> Node | Grid:
        plain = name.removesuffix(TRANSPOSED)
        shape = self.known.shapes.get(plain)
        if shape is None:
            if plain.startswith("bold ") or plain != name:
                raise Unreadable(f"the size of {plain} is not known")
            return Symbol(name)
        rows = tuple(
            tuple(
                Number("1") if plain == ONES else self.known.element(plain, row, column) for column in range(shape[1])
            )
            for row in range(shape[0])
        )
        return rows if plain == name else tuple(zip(*rows, strict=True))

    def _product(self, factors: Sequence[Node | Grid]) -> Node | Grid:
        found = factors[0]
        for factor in factors[1:]:
            if isinstance(found, tuple) and isinstance(factor, tuple):
                found = _matrix_product(found, factor)
            else:
                found = _together(lambda *parts: make_product(parts), [found, factor])
        return found


def _matrix_product(left: Grid, right: Grid) -> Grid:
    if len(left[0]) != len(right):
        raise Unreadable(f"a matrix with {len(left[0])} columns is multiplied by one with {len(right)} rows")
    columns = list(zip(*right, strict=True))
    return tuple(
        tuple(make_sum([(1, make_product(pair)) for pair in zip(row, column, strict=True)]) for column in columns)
        for row in left
    )


def _each(make: Callable[[Node], Node], part: Node | Grid) -> Node | Grid:
    return tuple(tuple(map(make, row)) for row in part) if isinstance(part, tuple) else make(part)


def _together(make: Callable[..., Node], parts: Sequence[Node | Grid]) -> Node | Grid:
    """Combine element by element; a number goes with every element."""
    shapes = {(len(part), len(part[0])) for part in parts if isinstance(part, tuple)}
    if not shapes:
        return make(*parts)
    if len(shapes) > 1:
        raise Unreadable("matrices of different sizes are combined element by element")
    ((rows, columns),) = shapes
    cells = {
        (i, j): make(*(part[i][j] if isinstance(part, tuple) else part for part in parts))
        for i, j in product(range(rows), range(columns))
    }
    return tuple(tuple(cells[i, j] for j in range(columns)) for i in range(rows))
