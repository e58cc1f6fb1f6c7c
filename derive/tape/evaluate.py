"""Putting numbers into a tape."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import MIN_EMIN, Decimal, InvalidOperation, Overflow, getcontext
from fractions import Fraction
from math import ceil
from typing import Any

from derive.kind import Kind
from derive.numbers.arithmetic import PRECISION, Calculation, NotExact, working_precision
from derive.numbers.shown import Shown, Value, as_written, show
from derive.tape.quantity import Quantity, Tape
from derive.tape.rule import Rule

MAX_PRECISION = 5_000
"""Working precision is not raised by more than this many digits; a unit that would need more has 1 - a = 0."""

_LONGEST_WHOLE = 1_000
_LONGEST_WHOLE_BITS = 3_322
"""A value with more digits (or about so many bits) than this before its point cannot be shown."""

_LONGEST_EXACT = 4_096
"""An exact value whose denominator is longer than this many bits is carried on rounded to the working precision."""

_TINY = Decimal(f"1E{MIN_EMIN}")
"""What stands for a value that is too small for any exponent: it is not zero, but is shown as zero."""


Given = Decimal | tuple[Value, Shown]
"""A given number as the config has it, or a value that another tape has, and how it is shown."""


class NoValue(ArithmeticError):
    """Quantities without a finite real value: every target that has none or, if they all have one, the first other.

    ``faults`` are pairs of a quantity and the reason in words; ``step`` is the number of the training step, if known.
    """

    def __init__(self, faults: Sequence[tuple[Quantity, str]], step: int = 0) -> None:
        self.faults = faults
        self.step = step
        super().__init__(", ".join(f"{quantity.key} ({reason})" for quantity, reason in faults))


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

    @property
    def givens(self) -> dict[str, Given]:
        """The given numbers that the values were calculated from."""
        places = [place for place, quantity in enumerate(self.tape.quantities) if quantity.rule is None]
        return {self.tape.quantities[place].key: (self.exact[place], self.shown[place]) for place in places}


def evaluate(
    tape: Tape, givens: Mapping[str, Given], decimals: int, *, rounded: bool = False, precision: int = PRECISION
) -> Values:
    """Calculate every quantity of the tape.

    Exact rationals stay exact until a transcendental function is met. From there on `PRECISION` digits are carried,
    more where a saturated unit would lose too many of them in 1 - a.

    Raises:
        NoValue: if a quantity has no finite real value.
    """
    values = _run(tape, givens, decimals, rounded, precision)
    lost = _lost_digits(tape, values)
    if lost and not rounded:
        values = _run(tape, givens, decimals, rounded, precision + lost)
    return values


def _lost_digits(tape: Tape, values: Values) -> int:
    """Bound the digits that 1 - a loses: 1 - tanh(z)² is about 4·exp(-2|z|). A unit that loses too many takes none."""
    both: Any = zip(tape.quantities, values.exact, strict=True)
    sizes = (abs(value) for quantity, value in both if quantity.kind is Kind.PRE_ACTIVATION)
    lost = (ceil(size * 87 / 100) for size in sizes if 20 < size <= 2 * MAX_PRECISION)
    return max((digits for digits in lost if digits <= MAX_PRECISION), default=0)


def _run(tape: Tape, givens: Mapping[str, Given], decimals: int, rounded: bool, precision: int) -> Values:
    exact: list[Value] = []
    shown: list[Shown] = []
    fractions: list[Fraction | None] = []
    close: list[Decimal] = []
    faults: list[tuple[Quantity, str]] = []
    with working_precision(precision):
        for quantity in tape.quantities:
            if faults and quantity.kind is not Kind.TARGET:
                break
            value: Value
            if quantity.rule is None:
                given = givens[quantity.key]
                value, text = given if isinstance(given, tuple) else (Fraction(given), as_written(given))
            else:
                calculate = quantity.rule.calculate
                try:
                    value = _calculated(calculate, quantity.args, fractions, close)
                except ArithmeticError as error:
                    faults.append((quantity, _reason(error)))
                    value = Fraction(0)
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
    if faults:
        raise NoValue(faults)
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
                if value.numerator.bit_length() - value.denominator.bit_length() > _LONGEST_WHOLE_BITS:
                    raise Overflow
                return value
    getcontext().flags[Overflow] = False
    result: Any = calculate.closely([close[place] for place in args])
    if isinstance(result, int):
        return Fraction(result)
    overflow = getcontext().flags[Overflow]
    if result == 0:
        return _TINY.copy_sign(result) if overflow else Fraction(0)
    if (overflow and result.is_infinite()) or result.adjusted() > _LONGEST_WHOLE:
        raise Overflow
    if not result.is_finite():
        raise InvalidOperation
    return Decimal(result)


def aside(rule: Rule, args: Sequence[int], values: Values) -> Shown:
    """Calculate and show a value that is no quantity of the tape, from quantities that are."""
    with working_precision(values.precision):
        operands = [values.exact[place] for place in args]
        close = [Decimal(v.numerator) / v.denominator if isinstance(v, Fraction) else v for v in operands]
        fractions = [v if isinstance(v, Fraction) else None for v in operands]
        return show(_calculated(rule.calculate, range(len(args)), fractions, close), values.decimals)


def _reason(error: ArithmeticError) -> str:
    match error:
        case ZeroDivisionError():
            return "a division by zero"
        case Overflow():
            return f"a number beyond 10^{_LONGEST_WHOLE}"
    return "no real number"
