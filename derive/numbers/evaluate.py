"""Putting numbers into a tape."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, Inexact
from fractions import Fraction
from math import ceil

from derive.errors import user_error
from derive.numbers.arithmetic import PRECISION, Calculation, NotExact, working_precision
from derive.numbers.shown import Shown, Value, as_written, show
from derive.tape.kind import Kind
from derive.tape.quantity import Tape
from derive.tape.rule import Rule

MAX_PRECISION = 5_000
"""Working precision is not raised beyond this many digits."""

_LONGEST_EXACT = 4_096
"""An exact value whose denominator is longer than this many bits is carried on rounded to the working precision."""


@dataclass(frozen=True, eq=False)
class Values:
    """The value of each quantity, by its place on the tape, and how it is shown at ``decimals`` places.

    With ``rounded``, each shown value is what later quantities were calculated from, so it is the value.
    """

    tape: Tape
    decimals: int
    rounded: bool
    precision: int
    exact: tuple[Value, ...]
    shown: tuple[Shown, ...]

    def __getitem__(self, key: str) -> Value:
        return self.exact[self.tape.place[key]]


def evaluate(tape: Tape, givens: Mapping[str, Decimal], decimals: int, *, rounded: bool = False, precision: int = PRECISION) -> Values:
    """Calculate every quantity of the tape.

    Exact rationals stay exact until a transcendental function is met. From there on `PRECISION` digits are carried, more
    where a saturated unit would lose too many of them in 1 - a.

    Raises:
        UserError: if a quantity has no finite real value.
    """
    values = _run(tape, givens, decimals, rounded, precision)
    needed = precision + min(_lost_digits(tape, values), MAX_PRECISION)
    if needed > precision and not rounded:
        values = _run(tape, givens, decimals, rounded, needed)
    return values


def _lost_digits(tape: Tape, values: Values) -> int:
    """Bound the digits that 1 - a loses for the largest pre-activation: 1 - tanh(z)² is about 4·exp(-2|z|)."""
    largest = max((abs(values.exact[place]) for place in tape.by_kind[Kind.PRE_ACTIVATION]), default=0)
    return ceil(min(largest, 10**6) * 87 / 100) if largest > 20 else 0


def _run(tape: Tape, givens: Mapping[str, Decimal], decimals: int, rounded: bool, precision: int) -> Values:
    exact: list[Value] = []
    shown: list[Shown] = []
    fractions: list[Fraction | None] = []
    close: list[Decimal] = []
    with working_precision(precision):
        for quantity in tape.quantities:
            value: Value
            if quantity.rule is None:
                given = givens[quantity.key]
                value, text = Fraction(given), as_written(given)
            else:
                calculate = quantity.rule.calculate
                try:
                    value = _calculated(calculate, quantity.args, fractions, close)
                except ArithmeticError as error:
                    raise user_error(
                        quantity.key, f"this quantity has no finite real value ({_reason(error)})", "choose other numbers"
                    ) from None
                text = show(value, decimals)
                if rounded:
                    value = Fraction(text.number)
            exact.append(value)
            shown.append(text)
            if isinstance(value, Fraction):
                fractions.append(value)
                close.append(Decimal(value.numerator) / value.denominator)
            else:
                fractions.append(None)
                close.append(value)
    return Values(tape, decimals, rounded, precision, tuple(exact), tuple(shown))


def _calculated(
    calculate: Calculation, args: Sequence[int], fractions: Sequence[Fraction | None], close: Sequence[Decimal]
) -> Value:
    exactly = [fraction for place in args if (fraction := fractions[place]) is not None]
    if len(exactly) == len(args):
        try:
            value = Fraction(calculate.exactly(exactly))
        except NotExact:
            pass
        else:
            if value.denominator.bit_length() <= _LONGEST_EXACT:
                return value
    result = calculate.closely([close[place] for place in args])
    return Fraction(int(result)) if isinstance(result, int) or result == 0 else result


def aside(rule: Rule, args: Sequence[int], values: Values) -> Shown:
    """Calculate and show a value that is no quantity of the tape, from quantities that are."""
    with working_precision(values.precision):
        operands = [values.exact[place] for place in args]
        close = [Decimal(v.numerator) / v.denominator if isinstance(v, Fraction) else v for v in operands]
        fractions = [v if isinstance(v, Fraction) else None for v in operands]
        return show(_calculated(rule.calculate, range(len(args)), fractions, close), values.decimals)


def _reason(error: ArithmeticError) -> str:
    return "division by zero" if isinstance(error, ZeroDivisionError) else "out of range"
