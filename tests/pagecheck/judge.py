"""Whether the relation between two sides is true."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import combinations, islice, pairwise
from typing import Any

from tests.pagecheck.calculate import (
    DIGITS,
    Calculator,
    Definition,
    Printed,
    Value,
    as_decimal,
    as_printed,
    precise,
    tiny,
    to_unit,
)
from tests.pagecheck.nodes import (
    Call,
    Neg,
    Node,
    Product,
    Sum,
    decimals_of,
    is_rounded_at_will,
    literals_in,
    make_product,
    make_sum,
    parts_of,
)

# How two numeric sides fit


class Judge:
    """Compares two sides by the printed digits."""

    def __init__(self, functions: Mapping[str, Definition]) -> None:
        self.calculator = Calculator(functions)

    def same(self, left: Node, right: Node) -> bool:
        """Tell whether two sides are exactly equal; irrational ones are compared at many digits."""
        return self._equal(self.calculator.value(left), self.calculator.value(right))

    def _equal(self, left: Value, right: Value) -> bool:
        if isinstance(left, Fraction) or isinstance(right, Fraction):
            return isinstance(left, Fraction) and isinstance(right, Fraction) and left == right
        return bool(abs(left - right) <= abs(left) * precise(DIGITS.get()).mpf(10) ** -45)

    def fault(self, left: Node, relation: str, right: Node) -> str:
        """Say what is wrong with one link, or nothing."""
        if relation in ("<", ">", "≤", "≥", "≠"):
            holds = self.calculator.holds(left, relation, right)
            return "" if holds else f"{self.shown(left)} {relation} {self.shown(right)} does not hold"
        if relation == "≈":
            return self._rounded_fault(left, right)
        if self.same(left, right):
            hidden = self.calculator.value(left) == 0 and self.worked_out(left, right) is False
            return "both sides are zero, but their parts differ" if hidden else ""
        return f"the left is {self.shown(left)}, the right is {self.shown(right)}, so they are not equal"

    def _rounded_fault(self, left: Node, right: Node) -> str:
        if self.same(left, right):
            return "both sides are exactly equal, so ≈ should be ="
        printed = as_printed(right)
        if printed:
            return self.rounding_fault(left, printed)
        worked = self.worked_out(left, right)
        if worked is None:
            worked = self.within(left, right)
        return "" if worked else f"the right is not the left with parts worked out and rounded ({self.shown(left)})"

    def rounding_fault(self, left: Node, printed: Printed) -> str:
        """Say so where a number is not the rounding of a side to as many decimals."""
        expected = to_unit(self.calculator.exactly(left), printed.unit)
        return "" if expected == printed.value else f"it gives {replace(printed, value=expected)}, not {printed}"

    def shown(self, node: Node) -> str:
        return as_decimal(self.calculator.exactly(node), 12).rstrip("0").rstrip(".")

    def worked_out(self, left: Node, right: Node) -> bool | None:
        """Tell whether each number on the right is the rounding of its part of the left.

        None: the two are built too differently to say which part that is.
        """
        if left == right:
            return True
        printed = as_printed(right)
        if printed:
            return self._equal(self.calculator.value(left), printed.value) or not self.rounding_fault(left, printed)
        match left, right:
            case (Sum(terms), Sum(others)):
                signed, other_signed = [_signed(*term) for term in terms], [_signed(*other) for other in others]
                return self._grouped(signed, other_signed, lambda part: make_sum([(1, p) for p in part]))
            case (Product(factors), Product(other_factors)):
                return self._grouped(list(factors), list(other_factors), make_product)
            case (Call(name, _), Call(other_name, _)) if name != other_name:
                return None
        parts, others_parts = parts_of(left), parts_of(right)
        if type(left) is not type(right) or len(parts) != len(others_parts) or not parts:
            return None
        return _all(self.worked_out(part, other) for part, other in zip(parts, others_parts, strict=True))

    def _grouped(self, left: list[Node], right: list[Node], join: Callable[[list[Node]], Node]) -> bool | None:
        """Match each part on the right with neighbours on the left."""
        if len(left) == len(right):
            return _all(self.worked_out(part, other) for part, other in zip(left, right, strict=True))
        for groups in groupings(left, len(right)):
            if all(self.worked_out(join(group), other) for group, other in zip(groups, right, strict=True)):
                return True
        return False if len(left) > len(right) and all(map(as_printed, right)) else None

    def within(self, left: Node, right: Node) -> bool:
        """Tell whether the left lies in the range that the right's newly rounded digits leave."""
        kept = set(literals_in(left))
        fresh = [text for text in literals_in(right) if is_rounded_at_will(text) and text not in kept]
        sides = [self.calculator.inexact(self.calculator.value(side)) for side in (left, right)]
        return bool(abs(sides[0] - sides[1]) <= spread(self.calculator, right, fresh) + tiny())


def _signed(sign: int, node: Node) -> Node:
    return node if sign > 0 else Neg(node)


def _all(results: Iterable[bool | None]) -> bool | None:
    """False where one is false, else None where one is unknown."""
    seen = list(results)
    return False if False in seen else None if None in seen else True


def groupings(parts: Sequence[Node], count: int) -> Iterator[list[list[Node]]]:
    """The ways to cut a row of parts into so many groups of neighbours; the first few thousand."""
    if count > len(parts):
        return
    for cuts in islice(combinations(range(1, len(parts)), count - 1), 2000):
        edges = [0, *cuts, len(parts)]
        yield [list(parts[a:b]) for a, b in pairwise(edges)]


def spread(calculator: Calculator, node: Node, literals: Iterable[str]) -> Any:
    """How far the value may be off, to first order, if each of these literals is off by half of its last place."""
    middle = calculator.inexact(calculator.value(node))
    total = precise(DIGITS.get()).mpf(0)
    for text in literals:
        half = Fraction(1, 2) / Fraction(10) ** decimals_of(text)
        ends = (Fraction(text) - half, Fraction(text) + half)
        moved = [replace(calculator, changed={**calculator.changed, text: end}).value(node) for end in ends]
        total += max(abs(calculator.inexact(value) - middle) for value in moved)
    return total
