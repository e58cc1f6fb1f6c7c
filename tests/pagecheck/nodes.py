"""An expression as a tree."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

# From a side to its tree


@dataclass(frozen=True)
class Number:
    """``text`` has a power of ten in the way of computers: 1.5e-7."""

    text: str

    @property
    def value(self) -> Fraction:
        return Fraction(self.text)


@dataclass(frozen=True)
class Symbol:
    name: str


@dataclass(frozen=True)
class Neg:
    part: "Node"


@dataclass(frozen=True)
class Sum:
    """Terms, each with the sign that stands before it."""

    terms: tuple[tuple[int, "Node"], ...]


@dataclass(frozen=True)
class Product:
    factors: tuple["Node", ...]


@dataclass(frozen=True)
class Quotient:
    top: "Node"
    bottom: "Node"


@dataclass(frozen=True)
class Power:
    base: "Node"
    exponent: "Node"


@dataclass(frozen=True)
class Call:
    name: str
    args: tuple["Node", ...]


@dataclass(frozen=True)
class Cases:
    """Values with their conditions; a condition is a chain of comparisons, and empty where it always holds."""

    rows: tuple[tuple["Node", tuple[tuple["Node", str, "Node"], ...]], ...]


@dataclass(frozen=True)
class Matrix:
    rows: tuple[tuple["Node", ...], ...]


DOTS = Symbol("…")
"""Stands for what a sum or a matrix leaves out."""

Node = Number | Symbol | Neg | Sum | Product | Quotient | Power | Call | Cases | Matrix


def decimals_of(text: str) -> int:
    """Count the decimals of a number: 1.5e-7 has eight."""
    digits, _, power = text.partition("e")
    return len(digits.partition(".")[2]) - int(power or 0)


def is_rounded_at_will(text: str) -> bool:
    """Tell a decimal, or a number with a power of ten, from a whole number."""
    return "." in text or "e" in text


def parts_of(node: Node) -> tuple[Node, ...]:
    match node:
        case Neg(part):
            return (part,)
        case Sum(terms):
            return tuple(term for _, term in terms)
        case Product(parts) | Call(_, parts):
            return parts
        case Quotient(first, second) | Power(first, second):
            return (first, second)
        case Matrix(rows):
            return tuple(cell for row in rows for cell in row)
        case Cases(rows):
            conditions = (part for _, tests in rows for left, _, right in tests for part in (left, right))
            return (*(value for value, _ in rows), *conditions)
    return ()


def walk(node: Node) -> Iterator[Node]:
    yield node
    for part in parts_of(node):
        yield from walk(part)


def symbols_in(node: Node) -> list[str]:
    return list(dict.fromkeys(part.name for part in walk(node) if isinstance(part, Symbol)))


def literals_in(node: Node) -> list[str]:
    return list(dict.fromkeys(part.text for part in walk(node) if isinstance(part, Number)))


def make_sum(terms: list[tuple[int, Node]]) -> Node:
    if len(terms) == 1:
        return terms[0][1]
    flat: list[tuple[int, Node]] = []
    for sign, term in terms:
        flat += [(sign * inner, part) for inner, part in term.terms] if isinstance(term, Sum) else [(sign, term)]
    return Sum(tuple(flat))


def make_product(factors: Sequence[Node]) -> Node:
    if len(factors) == 1:
        return factors[0]
    flat: list[Node] = []
    for factor in factors:
        flat += factor.factors if isinstance(factor, Product) else [factor]
    return Product(tuple(flat))
