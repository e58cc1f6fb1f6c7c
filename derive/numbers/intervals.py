"""Where a result lies that is worked out step by step, each step rounded to some decimals or not.

An expression becomes a function of intervals: of its slots, whatever a person may have written down for each of them,
and of half a unit in the last decimal. Each operation inside it is a step whose result may be rounded before it is used
(a product before it is added, e^(-z) before 1 is added to it); the last result is left as it is. The bounds hold for
every such way of working; a slot that stands in an expression twice is taken for two numbers, so they may be a little
wide.
"""

from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import reduce
from math import prod
from typing import Any

import sympy

from derive.numbers.arithmetic import calculation
from derive.symbolic import number_of, slot

Interval = tuple[Decimal, Decimal]
"""The least and the greatest value."""

Reach = Callable[[Sequence[Interval], Decimal], Interval]
"""From the intervals of the slots, and half a unit in the last decimal, to the interval of the result."""

ZERO, ONE, INFINITY = Decimal(0), Decimal(1), Decimal("Infinity")
EVERYTHING: Interval = (-INFINITY, INFINITY)


def reach(expression: sympy.Expr) -> Reach:
    """Compile an expression over slots. Works in the current decimal context; `EVERYTHING` where nothing is known."""
    found = _reach(expression)

    def bounds(v: Sequence[Interval], h: Decimal) -> Interval:
        if EVERYTHING in v:
            return EVERYTHING
        try:
            return found(v, h)
        except ArithmeticError:
            return EVERYTHING

    return bounds


def _reach(node: Any) -> Reach:
    if node.is_Symbol:
        place = number_of(node)
        return lambda v, h: v[place]
    if node.is_Rational or node.is_NumberSymbol:
        return _constant(node)
    if node.is_Add:
        return _sum([_step(term) for term in node.args])
    if node.is_Mul:
        return _product(node)
    if node.is_Pow and node.base != sympy.E:
        return _power(node)
    if node.is_Piecewise:
        return _cases(node)
    return _call(node)


def _step(node: Any) -> Reach:
    """Compile a part whose result may be rounded before it is used."""
    found = _reach(node)
    if _is_plain(node):
        return found

    def rounded(v: Sequence[Interval], h: Decimal) -> Interval:
        low, high = found(v, h)
        if low == high and low % (2 * h) == 0:
            return low, high  # there is nothing to round
        return low - h, high + h

    return rounded


def _is_plain(node: Any) -> bool:
    """Tell whether nothing has to be worked out: a number, a slot, or minus one of them."""
    if node.is_Mul and len(node.args) == 2 and node.args[0] == -1:
        node = node.args[1]
    return bool(node.is_Symbol or node.is_Integer)


def _constant(node: Any) -> Reach:
    value = calculation(node).closely(())
    both = Decimal(value), Decimal(value)
    return lambda v, h: both


def _sum(terms: Sequence[Reach]) -> Reach:
    def total(v: Sequence[Interval], h: Decimal) -> Interval:
        low = high = ZERO
        for term in terms:
            least, most = term(v, h)
            low += least
            high += most
        return low, high

    return total


def _product(node: Any) -> Reach:
    """Multiply. Of three factors or more, the product of the first ones may be rounded before it is multiplied."""
    factors = [_step(factor) for factor in node.args]
    between = sum(not factor.is_Integer for factor in node.args) - 2

    def product(v: Sequence[Interval], h: Decimal) -> Interval:
        found = [factor(v, h) for factor in factors]
        low, high = reduce(_times, found)
        if between > 0:
            sizes = sorted((max(-least, most) for least, most in found), reverse=True)
            slack = between * h * prod((max(ONE, size) for size in sizes[:between]), start=ONE)
            return low - slack, high + slack
        return low, high

    return product


def _times(one: Interval, other: Interval) -> Interval:
    (a, b), (c, d) = one, other
    if a >= 0 and c >= 0:
        return a * c, b * d
    ends = (a * c, a * d, b * c, b * d)
    return min(ends), max(ends)


def _power(node: Any) -> Reach:
    base, exponent = _step(node.base), node.exp
    if not exponent.is_Rational:
        logarithm = sympy.log(node.base, evaluate=False)
        return _reach(sympy.exp(sympy.Mul(exponent, logarithm, evaluate=False), evaluate=False))
    if not exponent.is_Integer:
        return _root(base, exponent)
    number, divides = abs(int(exponent)), bool(exponent < 0)

    def power(v: Sequence[Interval], h: Decimal) -> Interval:
        low, high = base(v, h)
        if number % 2 == 0:
            low, high = _size((low, high))
        both = low**number, high**number
        return _inverse(both) if divides else both

    return power


def _root(base: Reach, exponent: Any) -> Reach:
    """Raise to a broken power, which no negative base has."""
    number = Decimal(int(exponent.p)) / Decimal(int(exponent.q))

    def root(v: Sequence[Interval], h: Decimal) -> Interval:
        low, high = base(v, h)
        low = max(low, ZERO)
        if high < 0 or (low == 0 and number < 0):
            return EVERYTHING
        ends = low**number if low else ZERO, high**number if high else ZERO
        return min(ends), max(ends)

    return root


def _size(interval: Interval) -> Interval:
    low, high = interval
    return (low, high) if low >= 0 else (-high, -low) if high <= 0 else (ZERO, max(-low, high))


def _inverse(interval: Interval) -> Interval:
    low, high = interval
    return EVERYTHING if low <= 0 <= high else (ONE / high, ONE / low)


def _cases(node: Any) -> Reach:
    """Take the values of all cases that may hold."""
    branches = [(_reach(value), _condition(condition)) for value, condition in node.args]

    def cases(v: Sequence[Interval], h: Decimal) -> Interval:
        found: list[Interval] = []
        for value, condition in branches:
            may, must = condition(v, h)
            if may:
                found.append(value(v, h))
            if must:
                break
        return min(low for low, _ in found), max(high for _, high in found)

    return cases


def _condition(node: Any) -> Callable[[Sequence[Interval], Decimal], tuple[bool, bool]]:
    """Compile a condition to whether it may hold, and whether it must."""
    if node == sympy.true:
        return lambda v, h: (True, True)
    left, right = _reach(node.lhs), _reach(node.rhs)
    return lambda v, h: _holds(node.rel_op, left(v, h), right(v, h))


def _holds(relation: str, left: Interval, right: Interval) -> tuple[bool, bool]:
    """Tell whether a relation may hold, and whether it must."""
    if relation in (">", ">="):
        return _holds("<" if relation == ">" else "<=", right, left)
    if relation == "<":
        return left[0] < right[1], left[1] < right[0]
    if relation == "<=":
        return left[0] <= right[1], left[1] <= right[0]
    return True, False


_RISING = ("exp", "log", "tanh", "erf", "sinh", "sgn", "Heaviside")


def _call(node: Any) -> Reach:
    name = type(node).__name__
    if name in ("Max", "Min"):
        parts, choose = [_step(part) for part in node.args], max if name == "Max" else min

        def extreme(v: Sequence[Interval], h: Decimal) -> Interval:
            found = [part(v, h) for part in parts]
            return choose(low for low, _ in found), choose(high for _, high in found)

        return extreme
    argument = node.args[1] if node.is_Pow else node.args[0]
    inner, function = _step(argument), _function(name if not node.is_Pow else "exp", type(node))
    if name == "Abs":
        return lambda v, h: _size(inner(v, h))
    if name == "cosh":
        return lambda v, h: _ends(function, _size(inner(v, h)))
    if name in ("sin", "cos"):
        return lambda v, h: _wave(function, inner(v, h))
    if name in _RISING or node.is_Pow:
        return lambda v, h: _ends(function, inner(v, h))
    definition = getattr(type(node), "definition", None)
    if definition is None:
        raise NotImplementedError(f"Unsupported node {name}")
    return _reach(definition(*node.args))


def _function(name: str, kind: Any) -> Callable[[Decimal], Decimal]:
    x = slot(0)
    made = sympy.exp(x) if name == "exp" else kind(x)
    try:
        calculate = calculation(made).closely
    except NotImplementedError:
        return lambda number: number
    return lambda number: Decimal(calculate((number,)))


def _ends(function: Callable[[Decimal], Decimal], interval: Interval) -> Interval:
    """Apply a function that never falls."""
    return function(interval[0]), function(interval[1])


def _wave(function: Callable[[Decimal], Decimal], interval: Interval) -> Interval:
    """Apply a function that changes no faster than its argument and lies between -1 and 1."""
    low, high = interval
    if not (low.is_finite() and high.is_finite()):
        return -ONE, ONE
    middle, half = function((low + high) / 2), (high - low) / 2
    return max(-ONE, middle - half), min(ONE, middle + half)
