"""A line of matrices: symbol = formula = numbers (= what is worked out of them) = or ≈ values.

It is made of the rules and values of its elements, and obeys what their chains obey: each element, calculated from the
printed digits, gives the printed value. ``=`` stands where all elements are equal as they are printed.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal, getcontext
from fractions import Fraction
from functools import partial
from itertools import pairwise
from math import prod
from typing import NamedTuple, TypeVar

from derive.document.blocks import Equation
from derive.document.chain import CLOSE, EQUAL, MOST_EXTRA, MOST_WORKED, Paper, Side, on_paper
from derive.document.matrices import Grid, Matrix, Piece, set_rows
from derive.document.vectorised import DOT, factors, holds_matrices, is_short, terms, unbracketed, vectorised
from derive.document.working import Stage, working
from derive.kind import Kind
from derive.notation.pattern import BREAK, Pattern, with_numbers
from derive.notation.printer import printed
from derive.numbers.shown import Shown
from derive.tape.evaluate import Values
from derive.tape.rule import Rule

Places = Grid[int]
"""A matrix of quantities, by their places on the tape."""

Texts = Callable[[int], str]
"""How the value at a place is printed in a line."""

Naming = Callable[[Places], str | None]
"""What the page calls a matrix of values, if it has a name."""

T = TypeVar("T")

Amount = Fraction | Decimal | None


class Factor(NamedTuple):
    """A factor of each element that is worked out by itself: its rule, and element by element what it is applied to."""

    rule: Rule
    args: Grid[tuple[int, ...]]


@dataclass(frozen=True)
class Product:
    """A line whose formula is one of matrices.

    ``formula`` may be broken between its pieces. ``numbers`` writes it with the digits of ``operands``. Where the
    elements are products of ``factors``, these are worked out on a side of their own.
    """

    symbol: str
    grid: Places
    formula: Sequence[str]
    numbers: Callable[[Texts], Sequence[Piece]]
    operands: frozenset[int]
    factors: tuple[Factor, ...] = ()


class Numbers(NamedTuple):
    """A side in numbers, and what its elements amount to by their printed digits."""

    pieces: Sequence[Piece]
    amounts: Sequence[Amount]


def texts_of(places: Places, texts: Texts) -> Matrix:
    """Print a matrix of values."""
    return Matrix(places.like([texts(place) for place in places.all]))


def texts_filled(factor: Factor, texts: Texts) -> Matrix:
    """Print a matrix whose elements are a rule with numbers put in."""
    pattern = printed(factor.rule.numeric)
    cells = [with_numbers(pattern, [texts(place) for place in args]).replace(BREAK, "") for args in factor.args.all]
    return Matrix(factor.args.like(cells))


def product_line(line: Product, values: Values) -> Equation | None:
    """Write a line out; None where its elements follow from other things than it names, or it has no room."""
    with on_paper(values):
        elements = _Elements(line.grid, values)
        if any(not line.operands.issuperset(paper.args) for paper in elements.papers):
            return None
        for extra in elements.extras:
            sides = elements.first(extra)
            if sides is None:
                continue
            show = partial(elements.papers[0].operand, extra=extra)
            numbers = [Numbers(line.numbers(lambda place: show(place).text), elements.exactly(sides))]  # noqa: B023
            if line.factors:
                worked = elements.products(line.factors, show)
                if worked is None:
                    continue
                numbers.append(worked)
            exact = all(paper.operands_are_exact((), range(len(paper.args))) for paper in elements.papers)
            return elements.equation(line.symbol, [(part,) for part in line.formula], numbers, exact)
    return None


def elementwise_line(symbol: str, grid: Places, values: Values, naming: Naming) -> Equation | None:
    """Write a matrix whose elements follow by one rule, each from the same element of other matrices.

    Where one of these has no name, or the rule is not one to put matrices into, numbers go in element by element.
    """
    rules = list({values.tape.quantities[place].rule for place in grid.all})
    if len(rules) != 1 or rules[0] is None:
        return None
    plan = working(rules[0])
    with on_paper(values):
        elements = _Elements(grid, values)
        operands = [elements.operand(number, naming) for number in range(rules[0].count)]
        scalars = {number for number, operand in enumerate(operands) if operand.is_scalar}
        used = [part.number for part in plan.symbolic if not isinstance(part, str)]
        formula: list[Piece] = []
        if is_short(plan.symbolic) and all(operands[number].name for number in used):
            formula = vectorised(plan.symbolic, [operand.name for operand in operands], scalars)
        for extra in elements.extras:
            stages = elements.stages(plan.stages, extra)
            if stages is not None:
                exact = all(paper.operands_are_exact(plan.unnamed, plan.used) for paper in elements.papers)
                is_copy = len(plan.stages[0].pattern) == 1
                numbers = [] if is_copy else list(elements.printed(stages, scalars))
                return elements.equation(symbol, formula, numbers, exact)
    return None


_OF_ALL = (Kind.LEARNING_RATE, Kind.HYPERPARAMETER, Kind.STEP)
"""What is one number for the whole network, and no matrix even where all others have a single element."""


class _Operand(NamedTuple):
    name: str
    is_scalar: bool


class _Elements:
    """The elements of a line's matrix."""

    def __init__(self, grid: Places, values: Values) -> None:
        self.grid = grid
        self.values = values
        self.quantities = [values.tape.quantities[place] for place in grid.all]
        self.shown = [values.shown[place] for place in grid.all]
        self.extras = range(1 if values.rounded else MOST_EXTRA + 1)
        self.papers = [
            Paper(quantity.args, values, shown, getcontext())
            for quantity, shown in zip(self.quantities, self.shown, strict=True)
        ]

    def operand(self, number: int, naming: Naming) -> _Operand:
        """Find what stands in a slot: a matrix of the page, or one number for all elements."""
        places = [quantity.args[number] for quantity in self.quantities]
        of_all = self.values.tape.quantities[places[0]].kind in _OF_ALL
        name = None if of_all else naming(self.grid.like(places))
        if name is None and len(set(places)) == 1:
            return _Operand(naming(Grid(((places[0],),))) or "", is_scalar=True)
        return _Operand(name or "", is_scalar=False)

    def first(self, extra: int) -> list[Side] | None:
        """Put the numbers in, with so many digits more than usual; None where they don't give every value."""
        found = []
        for quantity, paper in zip(self.quantities, self.papers, strict=True):
            assert quantity.rule is not None
            stage = working(quantity.rule).stages[0]
            found.append(paper.side(stage, [paper.operand(arg, extra) for arg in paper.args]))
            if not paper.gives_value(found[-1]):
                return None
        return found

    def stages(self, plan: Sequence[Stage], extra: int) -> list[list[Side]] | None:
        """Work every element out, all of them with the same digits: for each stage a side of each element."""
        first = self.first(extra)
        if first is None:
            return None
        for more in range(MOST_WORKED + 1):
            worked = [paper.worked_with(plan, side, more) for paper, side in self._pairs(first)]
            complete = [sides for sides in worked if sides is not None]
            if len(complete) == len(worked):
                return [list(sides) for sides in zip(*complete, strict=True)]
        return None

    def _pairs(self, sides: Sequence[Side]) -> Iterator[tuple[Paper, Side]]:
        return zip(self.papers, sides, strict=True)

    def exactly(self, sides: Sequence[Side]) -> list[Amount]:
        """Return exactly what the printed digits of each element amount to."""
        return [paper.exactly(side) for paper, side in self._pairs(sides)]

    def products(self, factors: Sequence[Factor], show: Callable[[int], Shown]) -> Numbers | None:
        """Work the factors of every element out, such that their products give the values."""
        for more in range(MOST_WORKED + 1):
            shown = [[self._worked(factor.rule, args, show, more) for args in factor.args.all] for factor in factors]
            amounts = [
                prod((Fraction(s.number) for s in element), start=Fraction(1)) for element in zip(*shown, strict=True)
            ]
            if all(self._gives(value, amount) for value, amount in zip(self.shown, amounts, strict=True)):
                matrices = [Matrix(self.grid.like([s.text for s in each])) for each in shown]
                pieces: list[Piece] = [((r"\odot ",) if number else ()) + (m,) for number, m in enumerate(matrices)]
                return Numbers(pieces, amounts)
        return None

    def _worked(self, rule: Rule, args: Sequence[int], show: Callable[[int], Shown], more: int) -> Shown:
        numbers = [show(arg).number for arg in args]
        return self.papers[0].worked_number(rule.calculate, numbers, more)

    def _gives(self, value: Shown, amount: Fraction) -> bool:
        return amount == value.number if value.exact else self.values.style.rounded(amount) == value.number

    def printed(self, stages: Sequence[Sequence[Side]], scalars: set[int]) -> Iterator[Numbers]:
        """Print each stage, with matrices for its numbers or as a matrix of expressions."""
        for sides in stages:
            stage = sides[0].stage
            if sides is not stages[0]:
                scalars = {n for n, source in enumerate(stage.sources) if source in scalars}
            texts = [[shown.text for shown in side.numbers] for side in sides]
            if holds_matrices(stage.pattern):
                pieces = self._filled(stage.pattern, texts, scalars)
            else:
                pieces = [piece for term in terms(stage.pattern) for piece in self._term(term, texts, scalars)]
            yield Numbers(pieces, self.exactly(sides))

    def _term(self, term: Pattern, texts: Sequence[Sequence[str]], scalars: set[int]) -> list[Piece]:
        """Write a term, or a whole that is no sum, factor by factor."""
        sign, first = "", term[0]
        if isinstance(first, str) and first.startswith((" + ", " - ")):
            sign, term = first[1:3], (first[3:], *term[1:]) if len(first) > 3 else term[1:]
        pieces: list[Piece] = []
        for part in factors(term):
            found, *others = self._filled(part, texts, scalars)
            if pieces and any(all(isinstance(token, str) for token in piece) for piece in (pieces[-1], found)):
                pieces[-1] += (DOT, *found)
            else:
                pieces.append((r"\odot ", *found) if pieces else found)
            pieces += others
        return [(sign, *pieces[0]), *pieces[1:]] if sign else pieces

    def _filled(self, part: Pattern, texts: Sequence[Sequence[str]], scalars: set[int]) -> list[Piece]:
        """Put matrices into a factor, or where that can't be done, make it a matrix of expressions."""
        used = {slot.number for slot in part if not isinstance(slot, str)}
        if used <= scalars:
            return [(with_numbers(part, texts[0]),)]
        if not holds_matrices(part):
            cells = [with_numbers(unbracketed(part), element).replace(BREAK, "") for element in texts]
            return [(Matrix(self.grid.like(cells)),)]
        slots = [
            each[0] if number in scalars else Matrix(self.grid.like(each))
            for number, each in enumerate(zip(*texts, strict=True))
        ]
        return vectorised(part, slots, scalars)

    def equation(
        self, symbol: str, formula: Sequence[Piece], numbers: Sequence[Numbers], exact: bool
    ) -> Equation | None:
        """Put a line together; None where it has no room. With ``exact``, operands are what their symbols name."""
        last = Numbers([(Matrix(self.grid.like([s.text for s in self.shown])),)], [s.number for s in self.shown])
        sides: list[tuple[str, Sequence[Piece]]] = [(EQUAL, formula)] if formula else []
        relation = EQUAL if exact else CLOSE
        for side, following in pairwise((*numbers, last)):
            if side.pieces not in (following.pieces, last.pieces, formula):
                sides.append((relation, side.pieces))
                same = all(a is not None and a == b for a, b in zip(side.amounts, following.amounts, strict=True))
                relation = EQUAL if same else CLOSE
        rows = set_rows(symbol, [*sides, (relation, last.pieces)])
        return Equation(rows) if rows else None
