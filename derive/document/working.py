"""How a rule is worked out on paper: the numbers put in, then the terms or factors worked out, then the value."""

from dataclasses import dataclass
from functools import cache
from typing import Any

import sympy

from derive.notation.pattern import Pattern
from derive.notation.printer import printed, printed_comparisons, term_slot
from derive.numbers.arithmetic import Calculation, calculation
from derive.symbolic import is_negated, number_of, rebuilt, replaced, slot
from derive.tape.rule import Rule


@dataclass(frozen=True)
class Stage:
    """One side of the chain after the symbols: a pattern over its own slots.

    ``sources`` says where each slot's number comes from in the stage before: an argument number is taken over as it
    stands, a calculation is over all of that stage's slots. ``whole`` calculates the stage.
    """

    pattern: Pattern
    sources: tuple[int | Calculation, ...]
    whole: Calculation


@dataclass(frozen=True)
class Working:
    """A rule ready to be written out: in symbols, then stage by stage in numbers.

    ``unnamed`` are the arguments that the numbers bring in and the symbols do not name: the a of σ'(z) = a(1 - a).
    ``used`` are all that the numbers need. ``held`` states the cases that were taken, for a rule that was decided.
    """

    symbolic: Pattern
    stages: tuple[Stage, ...]
    unnamed: tuple[int, ...]
    used: tuple[int, ...]
    held: Pattern


MOST_STAGES = 4


@cache
def working(rule: Rule) -> Working:
    """Plan the chain of a rule."""
    stages = [Stage(printed(rule.numeric), tuple(range(rule.count)), rule.calculate)]
    expression = rule.numeric
    while len(stages) < MOST_STAGES:
        step = _Step()
        worked = step.work(expression)
        if worked is None or worked.is_Symbol:
            break
        sources = tuple(s if isinstance(s, int) else calculation(s) for s in step.sources)
        expression = worked
        terms = {term_slot(n, less=less): slot(n) for n in range(len(sources)) for less in (False, True)}
        plain = replaced(worked, terms)
        stages.append(Stage(printed(worked), sources, calculation(plain)))
        expression = plain
    used = rule.numeric.free_symbols
    unnamed = _places(used - rule.symbolic.free_symbols)
    return Working(printed(rule.symbolic), tuple(stages), unnamed, _places(used), printed_comparisons(rule.held))


def _places(symbols: Any) -> tuple[int, ...]:
    return tuple(sorted(number_of(symbol) for symbol in symbols))


class _Step:
    """Works one level of an expression out: each part that is not a plain number becomes a slot for its value."""

    def __init__(self) -> None:
        self.sources: list[Any] = []

    def work(self, node: Any) -> Any | None:
        """Return the expression after one step, or None if there is nothing left but a plain sum or product."""
        if node.is_Add and any(not _is_atom(term) for term in node.args):
            return rebuilt(node, [self._term(term, first=place == 0) for place, term in enumerate(node.args)])
        if node.is_Mul and any(not _is_atom(factor) for factor in node.args) and not _divides(node):
            return self._product(node)
        if node.is_Pow and node.base.is_Add and node.exp.is_Integer and node.exp > 0:
            return rebuilt(node, [self._value(node.base), node.exp])
        return None

    def _product(self, node: Any) -> Any | None:
        before = len(self.sources)
        factors = [self._factor(factor) for factor in node.args]
        if all(worked == factor for worked, factor in zip(factors, node.args, strict=True)):
            del self.sources[before:]
            return None
        return rebuilt(node, factors)

    def _factor(self, node: Any) -> Any:
        if node.is_Add and sum(not _is_atom(term) for term in node.args) > 1:
            return self.work(node)
        if node.is_Pow and node.base.is_Add:
            return rebuilt(node, [self._value(node.base), node.exp])
        if node.is_Pow and _is_atom(node.base):
            return rebuilt(node, [self._kept(node.base), node.exp])
        return self._kept(node) if _is_atom(node) else self._value(node)

    def _term(self, node: Any, *, first: bool) -> Any:
        if node.is_Mul and _is_atom(node):
            return self._kept(node)
        found = self._kept(node) if _is_atom(node) else self._value(node)
        return term_slot(number_of(found), less=is_negated(node)) if found.is_Symbol and not first else found

    def _kept(self, node: Any) -> Any:
        if node.is_Mul:
            return rebuilt(node, [node.args[0], self._kept(node.args[1])])
        if not node.is_Symbol:
            return node
        self.sources.append(number_of(node))
        return slot(len(self.sources) - 1)

    def _value(self, node: Any) -> sympy.Symbol:
        self.sources.append(node)
        return slot(len(self.sources) - 1)


def _is_atom(node: Any) -> bool:
    """Tell whether this is a number, a slot, or minus a slot."""
    if node.is_Mul and len(node.args) == 2 and node.args[0] == -1:
        node = node.args[1]
    return bool(node.is_Symbol or node.is_Rational)


def _divides(node: Any) -> bool:
    return any(factor.is_Pow and factor.exp.is_Integer and factor.exp < 0 for factor in node.args)
