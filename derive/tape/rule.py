"""A rule: how one kind of quantity follows from others, written once and shared by all quantities of that kind.

A rule's slots stand for the quantities it is applied to. Its definition is a SymPy expression over the slots in the
order in which a person writes the terms.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from functools import cache, cached_property
from typing import Any

import sympy

from derive.numbers.arithmetic import Calculation, calculation
from derive.numbers.exact import NotExact
from derive.numbers.shown import decimal
from derive.symbolic import add, by_cases, conditions, derivative, exchanged, number_of, replaced, sign, slot


@dataclass(frozen=True)
class Partial:
    """The derivative of a rule for one slot: an expression over the few slots that it needs.

    ``symbolic`` names an activation's derivative (σ'(z)) where ``numeric`` writes it out (a(1 - a)); elsewhere they are
    the same. Both are over slots 0, 1, …; ``places`` says which slots of the rule these are.
    """

    symbolic: sympy.Expr
    numeric: sympy.Expr
    places: tuple[int, ...]

    @cached_property
    def shape(self) -> tuple[sympy.Expr, sympy.Expr]:
        """What two partials share when they differ only in the quantities they are applied to."""
        return self.symbolic, self.numeric


@dataclass(frozen=True, eq=False)
class Rule:
    """How a quantity follows from its arguments.

    ``symbolic`` is what stands after the symbol, ``numeric`` what the numbers are put into: the same value, with named
    functions (σ, σ') written out where that is worth showing.
    """

    count: int
    symbolic: sympy.Expr
    numeric: sympy.Expr
    derivatives: dict[int, tuple[sympy.Expr, sympy.Expr]] = field(default_factory=dict)
    """Textbook forms (symbolic, numeric) of derivatives, by slot; each was compared with SymPy's when made."""
    held: tuple[tuple[Any, ...], ...] = ()
    """Of a rule that was `decided`: the comparisons that hold in each case that was taken."""
    alike: int = 0
    """So many first arguments make the value exactly 0 where they are one fraction: they weigh what sums to nothing."""
    _branches: "dict[int, Rule]" = field(default_factory=dict)
    _signed: "dict[tuple[int, ...], Rule]" = field(default_factory=dict)

    def decided(self, values: Sequence[Fraction | Decimal]) -> "Rule":
        """Put what holds for these arguments in the place of every definition by cases, where the numbers go in."""
        rule = self
        while rule._by_cases is not None:
            rule = rule._branch(_result(rule._choice, values) if rule._by_cases.is_Piecewise else 0)
        return rule

    def signed(self, values: Sequence[Fraction | Decimal]) -> "Rule":
        """Put -1, 0 or 1, which is exact for any argument, in the place of every sign."""
        if not self._signs:
            return self
        signs = tuple(_result(calculate, values) for calculate in self._signs.values())
        if signs not in self._signed:
            numeric = self.numeric
            for part, number in zip(self._signs, signs, strict=True):
                numeric = exchanged(numeric, part, sympy.Integer(number))
            self._signed[signs] = Rule(self.count, numeric, numeric)
        return self._signed[signs]

    @cached_property
    def is_plain(self) -> bool:
        """Whether all of its arguments matter to its value, whatever they are."""
        return self._by_cases is None and not self._signs and not self.alike

    @cached_property
    def used(self) -> frozenset[int]:
        """The slots that its numbers need."""
        return frozenset(number_of(symbol) for symbol in self.numeric.free_symbols)

    @cached_property
    def _by_cases(self) -> Any:
        return by_cases(self.numeric)

    @cached_property
    def _signs(self) -> dict[Any, Calculation]:
        return {part: calculation(part) for part in self.numeric.atoms(sign)}

    @cached_property
    def _choice(self) -> Calculation:
        """Which case holds, counted from 0."""
        places = [(sympy.Integer(place), condition) for place, (_, condition) in enumerate(self._by_cases.args)]
        return calculation(sympy.Piecewise(*places, evaluate=False))

    def _branch(self, number: int) -> "Rule":
        if number not in self._branches:
            part, held = self._by_cases, self.held
            if part.is_Piecewise:
                value, held = part.args[number][0], (*held, conditions(part)[number])
            else:
                value = part.definition(*part.args)
            numeric = exchanged(self.numeric, part, value)
            self._branches[number] = replace(self, numeric=numeric, derivatives={}, held=held, _branches={}, _signed={})
        return self._branches[number]

    @cached_property
    def calculate(self) -> Calculation:
        """The rule as a function of its arguments' values."""
        return calculation(self.numeric)

    @cached_property
    def _terms(self) -> dict[sympy.Symbol, list[sympy.Expr]]:
        """The terms of the sum that hold each slot: the others do not matter to its derivative."""
        found: dict[sympy.Symbol, list[sympy.Expr]] = {}
        for term in self.numeric.args if self.numeric.is_Add else (self.numeric,):
            for symbol in term.free_symbols:
                found.setdefault(symbol, []).append(term)
        return found

    def partial(self, place: int) -> Partial:
        """Differentiate for the slot at ``place``; terms that differ only in their slots are differentiated once."""
        terms = self._terms.get(slot(place), ())
        if place not in self.derivatives and len(terms) == 1:
            used = sorted(map(number_of, terms[0].free_symbols))
            shape = replaced(terms[0], {slot(old): slot(new) for new, old in enumerate(used)})
            found = _partial_of_term(shape, used.index(place))
            return Partial(found.symbolic, found.numeric, tuple(used[number] for number in found.places))
        symbolic, numeric = self.derivatives.get(place) or (self._differentiate(place),) * 2
        return _partial(symbolic, numeric)

    def _differentiate(self, place: int) -> sympy.Expr:
        symbol = slot(place)
        return add(derivative(term, symbol) for term in self._terms[symbol])


@cache
def _partial_of_term(term: sympy.Expr, place: int) -> Partial:
    found = derivative(term, slot(place))
    return _partial(found, found)


def _partial(symbolic: sympy.Expr, numeric: sympy.Expr) -> Partial:
    """Number the slots that a derivative needs anew."""
    used = sorted(map(number_of, symbolic.free_symbols | numeric.free_symbols))
    rename = {slot(old): slot(new) for new, old in enumerate(used)}
    return Partial(replaced(symbolic, rename), replaced(numeric, rename), tuple(used))


def _result(calculate: Calculation, values: Sequence[Fraction | Decimal]) -> int:
    fractions = [value for value in values if isinstance(value, Fraction)]
    if len(fractions) == len(values):
        try:
            return int(calculate.exactly(fractions))
        except NotExact:
            pass
    return int(calculate.closely(list(map(decimal, values))))
