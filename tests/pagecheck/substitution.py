"""Whether numbers put in are those of the symbols before them."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from fractions import Fraction
from itertools import islice, product
from typing import Any

from tests.pagecheck.calculate import (
    Calculator,
    Definition,
    Printed,
    Undefined,
    Unresolved,
    as_decimal,
    as_fraction,
    as_printed,
    name_of,
    tiny,
)
from tests.pagecheck.history import History
from tests.pagecheck.judge import Judge, groupings, spread
from tests.pagecheck.nodes import (
    Call,
    Cases,
    Neg,
    Node,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    Symbol,
    decimals_of,
    is_rounded_at_will,
    literals_in,
    make_product,
    make_sum,
    parts_of,
    symbols_in,
    walk,
)


class Substitution:
    """Holds a side in symbols against a side in numbers, by the values that the page printed so far.

    ``loose`` are numbers of tables that do not say which symbol has which value: the first use of a symbol tells.
    """

    def __init__(
        self, functions: Mapping[str, Definition], known: dict[str, History], loose: Collection[Fraction] = ()
    ) -> None:
        self.functions = functions
        self.known = known
        self.judge = Judge(functions)
        self.loose = loose
        self.bound: dict[str, Fraction] = {}
        self.matched: list[Printed] = []
        self.other_form = False
        """The printed values that the last formula was held against, and whether a part of it is written otherwise."""

    def fault(self, formula: Node, numbers: Node) -> str:
        """Say where the numbers are not those of the formula. Raises `Unresolved`."""
        number = as_printed(numbers)
        name = name_of(formula)
        if number and isinstance(formula, Symbol) and name not in self.known and number.value in self.loose:
            self.known[name] = History((number,))
            self.bound[name] = number.value
        if number and isinstance(formula, Symbol | Call) and name in self.known:
            self.other_form |= isinstance(formula, Call) and not self.known[name].values[-1].exact
            return self._value_fault(name, number)
        if not symbols_in(formula) and not _calls_known(formula, self.known):
            return self._constant_fault(formula, numbers, number)
        match formula, numbers:
            case (Sum(terms), Sum(others)) if [s for s, _ in terms] == [s for s, _ in others]:
                return self._each([t for _, t in terms], [t for _, t in others])
            case (Sum(terms), Sum(others)) if len(terms) == len(others):
                signed = [[part if sign > 0 else Neg(part) for sign, part in parts] for parts in (terms, others)]
                return self._each(*signed) and self._distance_fault(formula, numbers)
            case (Product(factors), Product(others)):
                before, form = list(self.matched), self.other_form
                fault = self._grouped_fault(formula, numbers, list(factors), list(others))
                joined = self._joined_to_cases(factors)
                if not fault or len(joined) == len(factors):
                    return fault
                self.matched, self.other_form = before, form
                return self._grouped_fault(formula, numbers, joined, list(others))
            case (Quotient() | Power() | Neg(), _) if type(formula) is type(numbers):
                return self._each(parts_of(formula), parts_of(numbers))
            case (Call(name, args), Call(other, other_args)) if name == other and len(args) == len(other_args):
                return self._each(args, other_args)
            case (Call(name, args), _) if name in self.functions:
                opened = applied(self.functions[name], args)
                if type(opened) is type(numbers) and not isinstance(opened, Cases):
                    return self.fault(opened, numbers)
        return self._distance_fault(formula, numbers)

    def only_exact_in(self, formula: Node, numbers: Node) -> bool:
        """Tell whether nothing that was rounded stands in the numbers; what only chose a case does not stand there."""
        if all(value.exact for value in self.matched):
            return True
        if not any(isinstance(part, Call) and self._has_cases(part.name) for part in walk(formula)):
            return False
        exact = {abs(value.value) for value in self.matched if value.exact}
        exact -= {abs(value.value) for value in self.matched if not value.exact}
        own = self._literals_of_functions(formula) | set(literals_in(formula))
        return not any("." in text and Fraction(text) not in exact and text not in own for text in literals_in(numbers))

    def could_be_either(self, numbers: Node) -> bool:
        """Tell whether a number may be an exact value or a rounded one that is printed alike."""
        exact, rounded = ({abs(v.value) for v in self.matched if v.exact is kind} for kind in (True, False))
        return any("." in text and Fraction(text) in exact & rounded for text in literals_in(numbers))

    def _has_cases(self, name: str) -> bool:
        return name in self.functions and isinstance(self.functions[name].body, Cases)

    def _value_fault(self, name: str, number: Printed) -> str:
        """Compare with what was printed for the symbol, and remember further digits of it."""
        history = self.known[name]
        if not history.agrees(number):
            return f"{name} was printed as {history.values[-1]}, not as {number}"
        self.matched.append(history.values[-1])
        self.known[name] = history.refined(replace(number, exact=False))
        return ""

    def _each(self, formulas: Sequence[Node], numbers: Sequence[Node]) -> str:
        faults = (self.fault(formula, number) for formula, number in zip(formulas, numbers, strict=True))
        return next((fault for fault in faults if fault), "")

    def _constant_fault(self, formula: Node, numbers: Node, number: Printed | None) -> str:
        if self.judge.same(formula, numbers):
            return ""
        if number and not isinstance(formula, Number):
            return self.judge.rounding_fault(formula, number)
        return f"{self.judge.shown(formula)} in the formula is {self.judge.shown(numbers)} in the numbers"

    def _joined_to_cases(self, factors: Sequence[Node]) -> list[Node]:
        """Join what is defined by cases and the factor after it: h'(u) · y may be printed as one sign, -(-1)."""
        found: list[Node] = []
        for factor in factors:
            last = found[-1] if found else None
            if isinstance(last, Call) and self._has_cases(last.name):
                found[-1] = Product((last, factor))
            else:
                found.append(factor)
        return found

    def _grouped_fault(self, formula: Node, numbers: Node, factors: list[Node], others: list[Node]) -> str:
        """Let each factor of the formula stand for one or more neighbours of the numbers, or several for one."""
        if len(factors) == len(others):
            return self._each(factors, others)
        first = ""
        few, many = sorted((factors, others), key=len)
        for groups in groupings(many, len(few)):
            joined = [make_product(group) for group in groups]
            fault = self._each(joined, others) if few is others else self._each(factors, joined)
            if not fault:
                return ""
            first = first or fault
        return first or self._distance_fault(formula, numbers)

    def _distance_fault(self, formula: Node, numbers: Node) -> str:
        """Compare the values, as near as the printed digits tell; each number must have been printed before."""
        self.other_form = True
        names = keys(formula, self.known)
        if unknown := next((name for name in names if name not in self.known), ""):
            raise Unresolved(unknown)
        self.matched += [self.known[name].values[-1] for name in names]
        stranger = None if as_printed(numbers) else self._stranger(formula, numbers)
        if stranger:
            return f"{stranger} was not printed before as the value of a symbol"
        faults = []
        for values in self.choices(formula):
            fault = self._distance(formula, numbers, values)
            if not fault:
                return ""
            faults.append(fault)
        return faults[0]

    def _stranger(self, formula: Node, numbers: Node) -> str | None:
        own = set(literals_in(formula)) | self._literals_of_functions(formula)
        in_decimals = [history for history in self.known.values() if history.values[-1].decimals > 0]
        for text in literals_in(numbers):
            written = Printed(Fraction(text), decimals_of(text))
            both = (written, replace(written, value=-written.value))
            seen = any(history.agrees(sign) for history in in_decimals for sign in both)
            if is_rounded_at_will(text) and text not in own and not seen:
                return text
        return None

    def _literals_of_functions(self, formula: Node) -> set[str]:
        """The numbers that the page defined the functions with that are called."""
        found: set[str] = set()
        called = [part.name for part in walk(formula) if isinstance(part, Call)]
        for name in called:
            for defined in (name, name.rstrip("'")):
                found |= set(literals_in(self.functions[defined].body)) if defined in self.functions else set()
        return found

    def choices(self, *formulas: Node) -> Iterator[dict[str, Printed]]:
        """The values that the symbols may stand for: the last printed ones first."""
        names = list(dict.fromkeys(key for formula in formulas for key in keys(formula, self.known)))
        for name in names:
            if name not in self.known:
                raise Unresolved(name)
        histories = [tuple(dict.fromkeys(reversed(self.known[name].values))) for name in names]
        for values in islice(product(*histories), 64):
            yield dict(zip(names, values, strict=True))

    def difference(self, formulas: Sequence[Node], patience: int) -> str:
        """Say so where formulas differ by more than so many times what the rounding of the printed values explains."""
        fault = ""
        for values in self.choices(*formulas):
            found = [self._around(formula, values) for formula in formulas]
            if all(abs(middle - found[0][0]) <= (room + found[0][1]) * patience + tiny() for middle, room in found):
                return ""
            shown = ", ".join(as_decimal(as_fraction(middle), 8) for middle, _ in found)
            fault = fault or f"from the printed values the sides are about {shown}"
        return fault

    def comparison_fault(self, left: Node, relation: str, right: Node) -> str:
        """Say so where a comparison can't hold for any values that round to the printed ones."""
        difference = make_sum([(1, left), (-1, right)])
        for values in self.choices(difference):
            middle, room = self._around(difference, values)
            low, high = middle - room, middle + room
            if {"<": low < 0, "≤": low <= 0, ">": high > 0, "≥": high >= 0}[relation]:
                return ""
        return f"by the printed values this is not {relation}"

    def _around(self, formula: Node, values: Mapping[str, Printed]) -> tuple[Any, Any]:
        """The value, and how far it may be off, to first order, for the rounding of the values that went in."""
        calculator = Calculator(self.functions, {name: printed.value for name, printed in values.items()})
        middle = calculator.inexact(calculator.value(formula))
        room = calculator.inexact(Fraction(0))
        rounded = {name: printed for name, printed in values.items() if not printed.exact}
        for sign in (-1, 1):  # all at once, for a product of values that were all rounded to 0
            ends = {name: printed.value + sign * printed.unit / 2 for name, printed in rounded.items()}
            moved = replace(calculator, symbols={**calculator.symbols, **ends})
            with suppress(Undefined):
                room = max(room, abs(calculator.inexact(moved.value(formula)) - middle))
        for name, printed in values.items():
            if not printed.exact:
                ends = (printed.value - printed.unit / 2, printed.value + printed.unit / 2)
                moved = [replace(calculator, symbols={**calculator.symbols, name: end}).value(formula) for end in ends]
                room += max(abs(calculator.inexact(value) - middle) for value in moved)
        return middle, room

    def _distance(self, formula: Node, numbers: Node, values: Mapping[str, Printed]) -> str:
        middle, room = self._around(formula, values)
        right = self.judge.calculator.inexact(self.judge.calculator.value(numbers))
        if abs(middle - right) <= room + self._room_of_numbers(numbers, values) + tiny():
            return ""
        found = as_decimal(as_fraction(middle), 8)
        return f"the formula gives about {found} from the printed values, the numbers {self.judge.shown(numbers)}"

    def _room_of_numbers(self, numbers: Node, values: Mapping[str, Printed]) -> Any:
        """Half a place for each number that is not an exact one of the formula's."""
        exact = {abs(printed.value) for printed in values.values() if printed.exact}
        loose = [text for text in literals_in(numbers) if is_rounded_at_will(text) and Fraction(text) not in exact]
        number = as_printed(numbers)
        if number and loose:
            return self.judge.calculator.inexact(number.unit / 2)
        return spread(self.judge.calculator, numbers, loose)


def _calls_known(formula: Node, known: Mapping[str, History]) -> bool:
    return any(isinstance(part, Call) and name_of(part) in known for part in walk(formula))


def keys(formula: Node, known: Mapping[str, History]) -> list[str]:
    """The symbols of a formula, and the calls such as \\sigma(z_1) whose own value the page printed."""
    if isinstance(formula, Symbol) or (isinstance(formula, Call) and name_of(formula) in known):
        return [name_of(formula)]
    return list(dict.fromkeys(key for part in parts_of(formula) for key in keys(part, known)))


def applied(definition: Definition, args: Sequence[Node]) -> Node:
    return replaced(definition.body, dict(zip(definition.parameters, args, strict=True)))


def replaced(node: Node, values: Mapping[str, Node]) -> Node:
    """Put trees in for symbols, and for calls by the name that `name_of` gives them."""
    if isinstance(node, Symbol | Call) and name_of(node) in values:
        return values[name_of(node)]

    def inner(part: Node) -> Node:
        return replaced(part, values)

    match node:
        case Neg(part):
            return Neg(inner(part))
        case Sum(terms):
            return Sum(tuple((sign, inner(term)) for sign, term in terms))
        case Product(factors):
            return make_product([inner(factor) for factor in factors])
        case Quotient(top, bottom):
            return Quotient(inner(top), inner(bottom))
        case Power(base, exponent):
            return Power(inner(base), inner(exponent))
        case Call(name, args):
            return Call(name, tuple(inner(arg) for arg in args))
        case Cases(rows):
            return Cases(tuple((inner(v), tuple((inner(a), r, inner(b)) for a, r, b in tests)) for v, tests in rows))
    return node


def as_node(number: Printed) -> Node:
    text = Number(as_decimal(abs(number.value), max(number.decimals, 0)))
    return Neg(text) if number.value < 0 else text
