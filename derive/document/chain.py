"""The chain of one quantity: symbol = formula = numbers put in (= terms worked out) = or ≈ value.

Every link holds for the printed digits. ``=`` stands where both sides are equal as they are printed, ``≈`` elsewhere,
and calculating a side from its printed digits and rounding gives the value at the end. Where operands with the usual
number of decimals would not give it, the chain shows them with a digit more.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Context, Decimal, Inexact
from fractions import Fraction
from itertools import pairwise

from derive.document.working import Stage, working
from derive.notation.pattern import with_numbers, with_symbols
from derive.numbers.arithmetic import Calculation, NotExact, working_precision
from derive.numbers.shown import Shown, Value, round_half_away, show
from derive.tape.evaluate import Values
from derive.tape.quantity import Quantity
from derive.tape.rule import Rule

EQUAL, CLOSE = "=", r"\approx"


@dataclass(frozen=True)
class Chain:
    """A symbol and what it is linked to: pairs of a relation and a side. Sides hold marks where a line may break."""

    symbol: str
    links: tuple[tuple[str, str], ...]


MOST_EXTRA = 40
"""At most so many digits more than usual are shown."""


def chain(quantity: Quantity, values: Values, symbols: Sequence[str]) -> Chain:
    """Write a calculated quantity out."""
    assert quantity.rule is not None
    place = values.tape.place[quantity.key]
    return Chain(symbols[place], links(quantity.rule, quantity.args, values.shown[place], values, symbols))


def links(
    rule: Rule, args: Sequence[int], value: Shown, values: Values, symbols: Sequence[str]
) -> tuple[tuple[str, str], ...]:
    """Link a rule in symbols, its numbers, what is worked out of them, and the value."""
    plan = working(rule)
    with working_precision(60 + 4 * values.decimals) as context:
        paper = _Paper(args, values, value, context)
        sides = [
            (with_numbers(stage.pattern, [number.text for number in numbers]), paper.printed_value(stage, numbers))
            for stage, numbers in zip(plan.stages, paper.stages(plan.stages), strict=False)
        ]
    sides.append((value.text, Fraction(value.number)))
    found = [(EQUAL, with_symbols(plan.symbolic, [symbols[arg] for arg in args]))]
    relation = EQUAL if paper.operands_are_exact(plan.unnamed) else CLOSE
    for (text, left), (following, right) in pairwise(sides):
        if text not in (following, value.text, found[-1][1]):
            found.append((relation, text))
            relation = EQUAL if left is not None and left == right else CLOSE
    return (*found, (relation, value.text))


class _Paper:
    """Calculates as a reader does, from digits that are printed."""

    def __init__(self, args: Sequence[int], values: Values, value: Shown, context: Context) -> None:
        self.args = args
        self.values = values
        self.value = value
        self.context = context

    def operands_are_exact(self, unnamed: Sequence[int]) -> bool:
        """Tell whether the numbers put in are the values of what the symbols name.

        A rounded value that is carried on is the value from there on; but σ'(z) is not a(1 - a) for a rounded a.
        """
        places = [self.args[number] for number in unnamed] if self.values.rounded else self.args
        return all(self.values.shown[place].exact for place in places)

    def stages(self, stages: Sequence[Stage]) -> list[list[Shown]]:
        """Return the numbers to print in each stage, with as few digits as make every stage give the value."""
        most = 0 if self.values.rounded else MOST_EXTRA
        for extra in range(most + 1):
            operands = [self._operand(arg, extra) for arg in self.args]
            if not self._gives_value(stages[0], operands):
                continue
            for more in range(MOST_EXTRA + 1):
                found = self._worked(stages, operands, self.values.decimals + more)
                if found is not None:
                    return found
        return [[self._operand(arg, 0) for arg in self.args]]

    def _operand(self, arg: int, extra: int) -> Shown:
        shown = self.values.shown[arg]
        if extra == 0 or shown.exact:
            return shown
        return show(self.values.exact[arg], self.values.decimals + extra)

    def _worked(self, stages: Sequence[Stage], operands: list[Shown], decimals: int) -> list[list[Shown]] | None:
        found = [operands]
        for stage in stages[1:]:
            before = found[-1]
            numbers = [number.number for number in before]
            found.append([before[s] if isinstance(s, int) else self._show(s, numbers, decimals) for s in stage.sources])
            if not self._gives_value(stage, found[-1]):
                return None
        return found

    def _show(self, calculate: Calculation, numbers: Sequence[Decimal], decimals: int) -> Shown:
        return show(self._recalculated(calculate, numbers), decimals)

    def _recalculated(self, calculate: Calculation, numbers: Sequence[Decimal]) -> Value:
        """Calculate from printed digits: exactly where that can be done, which decimals tell by not having to round."""
        self.context.clear_flags()
        result = Decimal(calculate.closely(numbers))
        if not self.context.flags[Inexact]:
            return Fraction(result)
        try:
            return Fraction(calculate.exactly([Fraction(number) for number in numbers]))
        except NotExact:
            return result

    def _gives_value(self, stage: Stage, numbers: Sequence[Shown]) -> bool:
        digits = [number.number for number in numbers]
        if self.value.exact:
            return self._recalculated(stage.whole, digits) == Fraction(self.value.number)
        result = Decimal(stage.whole.closely(digits))
        return round_half_away(result, self.values.decimals) == self.value.number

    def printed_value(self, stage: Stage, numbers: Sequence[Shown]) -> Fraction | None:
        """Return exactly what the printed digits of a stage amount to, or None if that is irrational."""
        result = self._recalculated(stage.whole, [number.number for number in numbers])
        return result if isinstance(result, Fraction) else None
