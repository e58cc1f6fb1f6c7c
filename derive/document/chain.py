"""The chain of one quantity: symbol = formula = numbers put in (= terms worked out) = or ≈ value.

Every link holds for the printed digits. ``=`` stands where both sides are equal as they are printed, ``≈`` elsewhere,
and calculating a side from its printed digits and rounding gives the value at the end. Where operands with the usual
number of digits would not give it, the chain shows them with a digit more. Where that would take many, as in 1 - a of a
saturated unit, it shows what is worked out of them in their place.
"""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from decimal import Context, Decimal, Inexact
from fractions import Fraction
from itertools import pairwise
from typing import NamedTuple

from derive.document.working import Stage, working
from derive.notation.pattern import Pattern, with_numbers, with_symbols
from derive.numbers.arithmetic import Calculation, working_precision
from derive.numbers.exact import NotExact
from derive.numbers.shown import Shown, Value
from derive.tape.evaluate import Values, calculated
from derive.tape.quantity import Quantity
from derive.tape.rule import Rule

EQUAL, CLOSE = "=", r"\approx"


@dataclass(frozen=True)
class Chain:
    """A symbol and what it is linked to: pairs of a relation and a side. Sides hold marks where a line may break.

    ``case`` states what holds, where it was worked by a definition by cases.
    """

    symbol: str
    links: tuple[tuple[str, str], ...]
    case: str = ""


MOST_EXTRA = 10
"""At most so many digits more than usual are shown of the numbers that are put in."""

MOST_WORKED = 40
"""At most so many are shown of what is worked out of them."""


def chain(quantity: Quantity, values: Values, symbols: Sequence[str]) -> Chain:
    """Write a calculated quantity out."""
    assert quantity.rule is not None
    place = values.tape.place[quantity.key]
    return linked(symbols[place], quantity.rule, quantity.args, values.shown[place], values, symbols)


def linked(symbol: str, rule: Rule, args: Sequence[int], value: Shown, values: Values, symbols: Sequence[str]) -> Chain:
    """Link a symbol to a rule in symbols, its numbers, what is worked out of them, and the value."""
    named = [symbols[arg] for arg in args]
    with on_paper(values) as context:
        plan = working(rule.decided([values.exact[arg] for arg in args]))
        paper = Paper(args, values, value, context)
        found_sides = paper.sides(plan.stages)
        sides = [
            (with_numbers(side.pattern, side.texts), paper.exactly(side))
            for side in found_sides
            if len(side.pattern) > 1 or paper.exactly(side) != value.number  # 0.4800 that is taken over as 0.48
        ]
    sides.append((value.text, value.number))
    found = [(EQUAL, with_symbols(plan.symbolic, named))]
    if found_sides and found_sides[0].stage is plan.stages[0]:
        is_exact = paper.operands_are_exact(plan.unnamed, plan.used)
    else:
        is_exact = all(number.exact for number in (found_sides[0].numbers if found_sides else [value]))
    relation = EQUAL if is_exact else CLOSE
    for (text, left), (following, right) in pairwise(sides):
        if text not in (following, value.text, found[-1][1]):
            found.append((relation, text))
            relation = EQUAL if left is not None and left == right else CLOSE
    if found != [(EQUAL, value.text)]:
        found.append((relation, value.text))
    return Chain(symbol, tuple(found), with_symbols(plan.held, named))


def on_paper(values: Values) -> AbstractContextManager[Context]:
    """Enter a decimal context in which calculating from printed digits loses none that matters."""
    return working_precision(max(60 + 4 * values.style.digits, values.precision))


class Side(NamedTuple):
    """A stage with its numbers: ``amount`` is what their printed ``digits`` amount to, exactly if ``is_exact``."""

    stage: Stage
    numbers: list[Shown]
    digits: list[Decimal]
    amount: Decimal
    is_exact: bool

    @property
    def pattern(self) -> Pattern:
        """How the numbers are printed."""
        return self.stage.pattern

    @property
    def texts(self) -> list[str]:
        """The numbers as they are printed."""
        return [number.text for number in self.numbers]


class Paper:
    """Calculates as a reader does, from digits that are printed."""

    def __init__(self, args: Sequence[int], values: Values, value: Shown, context: Context) -> None:
        self.args = args
        self.values = values
        self.value = value
        self.context = context

    def operands_are_exact(self, unnamed: Sequence[int], used: Sequence[int]) -> bool:
        """Tell whether the numbers put in are the values of what the symbols name.

        A rounded value that is carried on is the value from there on; but σ'(z) is not a(1 - a) for a rounded a.
        """
        numbers = unnamed if self.values.rounded else used
        return all(self.values.shown[self.args[number]].exact for number in numbers)

    def sides(self, stages: Sequence[Stage]) -> list[Side]:
        """Fill the stages with numbers, with as few digits as make every one give the value.

        The first ones are left out where it takes too many; nothing is left where no stage gives the value.
        """
        extras = range(1 if self.values.rounded else MOST_EXTRA + 1)
        numbers: Sequence[int | Value] = self.args
        for start, stage in enumerate(stages):
            if start:
                numbers = self._carried_on(stage, numbers)
            for extra in extras:
                first = self.side(stage, [self.operand(number, extra) for number in numbers])
                found = self.gives_value(first) and self.worked(stages[start:], first)
                if found:
                    return found
        return []

    def _carried_on(self, stage: Stage, numbers: Sequence[int | Value]) -> list[int | Value]:
        """Work a stage out of unrounded numbers: places on the tape, and what was worked out before."""
        with working_precision(self.values.precision):
            exact = [self.values.exact[number] if isinstance(number, int) else number for number in numbers]
            return [numbers[s] if isinstance(s, int) else calculated(s, exact) for s in stage.sources]

    def operand(self, number: int | Value, extra: int) -> Shown:
        """Show a value by its place on the tape, or one that is worked out, with some digits more than usual."""
        if not isinstance(number, int):
            return self.values.style.show(number, extra)
        shown = self.values.shown[number]
        if extra == 0 or shown.exact:
            return shown
        return self.values.style.show(self.values.exact[number], extra)

    def worked(self, stages: Sequence[Stage], first: Side) -> list[Side] | None:
        """Go on from the numbers of the first stage, with as few digits as make every stage give the value."""
        for more in range(MOST_WORKED + 1):
            found = self.worked_with(stages, first, more)
            if found is not None:
                return found
        return None

    def worked_with(self, stages: Sequence[Stage], first: Side, more: int) -> list[Side] | None:
        """Go on from the numbers of the first stage with so many digits more; None if that doesn't give the value."""
        found = [first]
        for stage in stages[1:]:
            before, digits = found[-1].numbers, found[-1].digits
            numbers = [before[s] if isinstance(s, int) else self.worked_number(s, digits, more) for s in stage.sources]
            found.append(self.side(stage, numbers))
            if not self.gives_value(found[-1]):
                return None
        return found

    def side(self, stage: Stage, numbers: list[Shown]) -> Side:
        digits = [number.number for number in numbers]
        return Side(stage, numbers, digits, *self._calculated(stage.whole, digits))

    def worked_number(self, calculate: Calculation, digits: Sequence[Decimal], more: int) -> Shown:
        result, is_exact = self._calculated(calculate, digits)
        exact = None if is_exact else _as_fraction(calculate, digits)
        return self.values.style.show(result if exact is None else exact, more, is_exact=is_exact)

    def _calculated(self, calculate: Calculation, digits: Sequence[Decimal]) -> tuple[Decimal, bool]:
        """Calculate from printed digits; decimals tell by not having to round that the result is exact."""
        self.context.clear_flags()
        result = Decimal(calculate.closely(digits))
        return result, not self.context.flags[Inexact]

    def gives_value(self, side: Side) -> bool:
        if self.value.exact:
            return self.exactly(side) == self.value.number
        if self.values.style.rounded(side.amount) != self.value.number:
            return False
        # a quotient that does not end can hide a tie, which is rounded the other way
        exact = None if side.is_exact else _as_fraction(side.stage.whole, side.digits)
        return exact is None or self.values.style.rounded(exact) == self.value.number

    def exactly(self, side: Side) -> Decimal | Fraction | None:
        """Return exactly what the printed digits of a side amount to, or None if that is irrational."""
        return side.amount if side.is_exact else _as_fraction(side.stage.whole, side.digits)


def _as_fraction(calculate: Calculation, digits: Sequence[Decimal]) -> Fraction | None:
    try:
        return Fraction(calculate.exactly([Fraction(number) for number in digits]))
    except NotExact:
        return None
