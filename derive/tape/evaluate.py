"""Putting numbers into a tape."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation, Overflow, getcontext
from fractions import Fraction
from typing import Any

from derive.kind import Kind
from derive.lazy import Lazy
from derive.numbers.arithmetic import PRECISION, TINY, Calculation, working_precision
from derive.numbers.exact import NotExact
from derive.numbers.shown import VANISHING, Shown, Value, as_written, decimal, is_within
from derive.numbers.style import Style
from derive.tape.quantity import Quantity, Tape
from derive.tape.rule import Rule

_DEEP = 200 - VANISHING
"""At this precision even what is left of a difference of 10^-1000 has its digits."""

_ORDINARY = 12
"""A value between 10^-12 and 10^13 has lost so few digits, if any, that more than can be shown are left."""

_LONGEST_WHOLE = 1_000
_LONGEST_WHOLE_BITS = 3_322
"""A value with more digits (or about so many bits) than this before its point cannot be shown."""

_LONGEST_EXACT = 4_096
"""An exact value whose denominator is longer than this many bits is carried on rounded to the working precision."""


Given = Decimal | tuple[Value, Shown | None]
"""A given number as the config has it, or a value that another tape has, with how it is shown if that is of its own."""


class NoValue(ArithmeticError):
    """Quantities without a finite real value: every target that has none or, if they all have one, the first other.

    ``faults`` are pairs of a quantity and the reason in words; ``step`` is the number of the training step, if known.
    ``values`` are those of the quantities before.
    """

    def __init__(self, faults: Sequence[tuple[Quantity, str]], step: int = 0, values: Sequence[Value] = ()) -> None:
        self.faults = faults
        self.step = step
        self.values = values
        super().__init__(", ".join(f"{quantity.key} ({reason})" for quantity, reason in faults))


@dataclass(frozen=True, eq=False)
class Values:
    """The value of each quantity, by its place on the tape, and how it is shown.

    With ``rounded``, each shown value is what later quantities were calculated from, so it is the value.
    """

    tape: Tape
    style: Style
    rounded: bool
    precision: int
    exact: tuple[Value, ...]
    shown: Sequence[Shown]

    def __getitem__(self, key: str) -> Value:
        return self.exact[self.tape.place[key]]

    @property
    def givens(self) -> dict[str, Given]:
        """The given numbers that the values were calculated from."""
        places = [place for place, quantity in enumerate(self.tape.quantities) if quantity.rule is None]
        return {self.tape.quantities[place].key: (self.exact[place], self.shown[place]) for place in places}

    def given(self, place: int) -> tuple[Value, Shown | None]:
        """Return a calculated value as what another tape is given."""
        return self.exact[place], self.shown[place] if self.rounded else None


def evaluate(
    tape: Tape, givens: Mapping[str, Given], style: Style, *, rounded: bool = False, precision: int = PRECISION
) -> Values:
    """Calculate every quantity of the tape.

    Exact rationals stay exact until a transcendental function is met. From there on `PRECISION` digits are carried,
    more where a difference such as 1 - a of a saturated unit would lose too many of them.

    Raises:
        NoValue: if a quantity has no finite real value.
    """
    values = _run(tape, givens, style, rounded, precision)
    if not any(_may_have_lost_digits(values, place) for place in range(len(values.exact))):
        return values
    finer = _run(tape, givens, style, rounded, 2 * precision)
    if all(map(_is_settled, values.exact, finer.exact)):
        return finer
    return _run(tape, givens, style, rounded, _DEEP)


def _may_have_lost_digits(values: Values, place: int) -> bool:
    """Tell whether a value is so small that a difference may have made it, or so large that one may undo it."""
    if is_within(values.exact[place], _ORDINARY):
        return False
    shown = values.shown[place]
    size = shown.number.adjusted() if shown.number else VANISHING
    return size > _ORDINARY or (size < -_ORDINARY and not shown.exact)


def _is_settled(value: Value, finer: Value) -> bool:
    """Tell whether a few digits stay the same at a higher precision: then all of those have digits that were added."""
    if value == finer:
        return True
    with working_precision():
        return abs(decimal(value) - decimal(finer)) <= abs(decimal(finer)) * Decimal("1e-5")


def _run(tape: Tape, givens: Mapping[str, Given], style: Style, rounded: bool, precision: int) -> Values:
    exact: list[Value] = []
    texts: dict[int, Decimal | Shown] = {}
    fractions: list[Fraction | None] = []
    close: list[Decimal] = []
    faults: list[tuple[Quantity, str]] = []
    with working_precision(precision):
        for place, quantity in enumerate(tape.quantities):
            if faults and quantity.kind is not Kind.TARGET:
                break
            value: Value
            rule = quantity.rule
            if rule is None:
                given = givens[quantity.key]
                if isinstance(given, tuple):
                    value, text = given
                    if text is not None:
                        texts[place] = text
                else:
                    value = Fraction(*given.as_integer_ratio())
                    texts[place] = given
            else:
                try:
                    if rule.is_plain:
                        value = _calculated(rule.calculate, quantity.args, fractions, close)
                    else:
                        value = _of_rule(rule, quantity.args, fractions, close)
                except ArithmeticError as error:
                    faults.append((quantity, _reason(error)))
                    value = Fraction(0)
                if rounded:
                    texts[place] = text = style.show(value)
                    value = Fraction(text.number)
            exact.append(value)
            fractions.append(None if isinstance(value, Decimal) else value)
            close.append(decimal(value))
    if faults:
        raise NoValue(faults, values=exact[:-1])

    def show(place: int) -> Shown:
        text = texts.get(place)
        if text is None:
            return style.show(exact[place])
        return as_written(text) if isinstance(text, Decimal) else text

    return Values(tape, style, rounded, precision, tuple(exact), Lazy(show, len(exact)))


def _of_rule(rule: Rule, args: Sequence[int], fractions: Sequence[Fraction | None], close: Sequence[Decimal]) -> Value:
    """Calculate what follows from some arguments; one that only decides a case or a sign need not be exact for it."""
    exactly, nearly = [fractions[place] for place in args], [close[place] for place in args]
    if None in exactly and not rule.is_plain:
        if None not in exactly[: rule.alike or None] and len({*exactly[: rule.alike]}) == 1:
            return Fraction(0)
        rule = rule.decided(nearly).signed(nearly)
        exactly = [fraction if number in rule.used else Fraction(0) for number, fraction in enumerate(exactly)]
    return _calculated(rule.calculate, range(len(args)), exactly, nearly)


def _calculated(
    calculate: Calculation, args: Sequence[int], fractions: Sequence[Fraction | None], close: Sequence[Decimal]
) -> Value:
    exactly: list[Fraction] = []
    for place in args:
        fraction = fractions[place]
        if fraction is None:
            break
        exactly.append(fraction)
    else:
        try:
            value = Fraction(calculate.exactly(exactly))
        except NotExact:
            pass
        else:
            if value.denominator.bit_length() <= _LONGEST_EXACT:
                if value.numerator.bit_length() - value.denominator.bit_length() > _LONGEST_WHOLE_BITS:
                    raise Overflow
                return value
    flags = getcontext().flags
    flags[Overflow] = False
    result: Any = calculate.closely([close[place] for place in args])
    if isinstance(result, int):
        return Fraction(result)
    if not result:
        return TINY.copy_sign(result) if flags[Overflow] else Fraction(0)
    if (flags[Overflow] and result.is_infinite()) or result.adjusted() > _LONGEST_WHOLE:
        raise Overflow
    if not result.is_finite():
        raise InvalidOperation
    return Decimal(result)


def aside(rule: Rule, args: Sequence[int], values: Values) -> Shown:
    """Calculate and show a value that is no quantity of the tape, from quantities that are."""
    with working_precision(values.precision):
        operands = [values.exact[place] for place in args]
        fractions = [v if isinstance(v, Fraction) else None for v in operands]
        return values.style.show(_of_rule(rule, range(len(args)), fractions, [decimal(v) for v in operands]))


def calculated(calculate: Calculation, operands: Sequence[Value]) -> Value:
    """Calculate from values at the precision in force.

    Raises:
        ArithmeticError: if there is no finite real result.
    """
    close = [decimal(operand) for operand in operands]
    fractions = [v if isinstance(v, Fraction) else None for v in operands]
    return _calculated(calculate, range(len(operands)), fractions, close)


def _reason(error: ArithmeticError) -> str:
    match error:
        case ZeroDivisionError():
            return "a division by zero"
        case Overflow():
            return f"a number beyond 10^{_LONGEST_WHOLE}"
    return "no real number"
