"""The derivative of a formula that a user has written: in the shortest of a few equal forms, its cases put together."""

from collections.abc import Callable, Iterator
from itertools import combinations, groupby, pairwise
from typing import Any

import sympy

from derive.symbolic import arranged, cases, derivative, has_cases, mul, named_function, rebuilt

_LARGEST = 60
"""An expression of more operations than this is left as it was derived: other forms would take too long to find."""

_MOST_LEAVES = 8
"""With more arguments than this, the cases of nested max and min are not put together."""

_FORMS: tuple[Callable[[sympy.Expr], sympy.Expr], ...] = (sympy.factor_terms, sympy.together)


def readable_derivative(expression: sympy.Expr, symbol: sympy.Symbol) -> sympy.Expr:
    """Differentiate a formula in one symbol.

    Where max and min choose among straight lines, the derivative is by cases whose bounds are numbers; at a bound it
    is that of the left side. The derivative of |u| is sgn(u) u', which is 0 for u = 0.
    """
    edges = _edges(expression, symbol)
    if not edges:
        return _with_roots(_shortest(_with_steps(derivative(expression, symbol))))
    points = [edges[0] - 1, *((low + high) / 2 for low, high in pairwise(edges)), edges[-1] + 1]
    slopes = [_shortest(derivative(_chosen(expression, symbol, point), symbol)) for point in points]
    groups = [
        (slope, [place for place, _ in group]) for slope, group in groupby(enumerate(slopes), lambda pair: pair[1])
    ]
    if len(groups) == 1:
        return slopes[0]
    rows = ((slope, _interval(symbol, edges, places[0], places[-1])) for slope, places in reversed(groups))
    return sympy.Piecewise(*rows, evaluate=False)


step = named_function(
    "step", r"\mathrm{step}", lambda x: cases((sympy.Integer(1), x > 0), otherwise=sympy.Integer(0)), by_cases=True
)
"""1 above 0, else 0: the derivative of max(0, x), with a value where it has none."""


def _with_steps(expression: sympy.Expr) -> sympy.Expr:
    """Put `step` in the place of SymPy's Heaviside, where the lines that max and min choose among have no numbers."""
    if not expression.has(sympy.Heaviside):
        return expression
    return expression.replace(sympy.Heaviside, lambda x, at_zero=None: step(x))


def _with_roots(expression: sympy.Expr) -> sympy.Expr:
    """Write a negative power that is no whole number as a root below a fraction."""
    if not expression.args:
        return expression
    parts = [_with_roots(part) for part in expression.args]
    if expression.is_Pow and expression.exp.is_Rational and not expression.exp.is_Integer and expression.exp < 0:
        root = sympy.Pow(parts[0], -expression.exp, evaluate=False)
        return sympy.Pow(root, sympy.Integer(-1), evaluate=False)
    return rebuilt(expression, parts)


def _interval(symbol: sympy.Symbol, edges: list[Any], first: int, last: int) -> Any:
    """Say between which edges the symbol lies, from interval ``first`` to ``last``; an edge is of its left side."""
    low = [symbol > edges[first - 1]] if first else []
    high = [symbol <= edges[last]] if last < len(edges) else []
    return sympy.And(*low, *high)


def _edges(expression: sympy.Expr, symbol: sympy.Symbol) -> list[Any]:
    """Return in order where the lines among which max and min choose can meet; nothing if they are not all lines."""
    nodes = expression.atoms(sympy.Max, sympy.Min)
    leaves = {part for node in nodes for part in node.args if not part.has(sympy.Max, sympy.Min)}
    lines = [_line(leaf, symbol) for leaf in leaves]
    if len(lines) > _MOST_LEAVES or None in lines:
        return []
    found = set()
    for (slope, start), (other_slope, other_start) in combinations([line for line in lines if line], 2):
        if slope != other_slope:
            found.add((other_start - start) / (slope - other_slope))
    return sorted(found)


def _line(expression: sympy.Expr, symbol: sympy.Symbol) -> tuple[Any, Any] | None:
    """Return the slope and the start of a line with rational numbers, or None if it is not one."""
    plain = sympy.expand(expression)
    if not plain.is_polynomial(symbol) or sympy.degree(plain, symbol) > 1:
        return None
    slope, start = plain.coeff(symbol, 1), plain.coeff(symbol, 0)
    return (slope, start) if slope.is_Rational and start.is_Rational else None


def _chosen(expression: sympy.Expr, symbol: sympy.Symbol, point: Any) -> sympy.Expr:
    """Put in the place of every max and min what it chooses at a point."""
    if not expression.args:
        return expression
    parts = [_chosen(part, symbol, point) for part in expression.args]
    if isinstance(expression, sympy.Max | sympy.Min):
        choose = max if isinstance(expression, sympy.Max) else min
        return choose(parts, key=lambda part: part.subs(symbol, point))
    return rebuilt(expression, parts)


def _shortest(expression: sympy.Expr) -> sympy.Expr:
    """Return an equal form with the fewest signs to write."""
    if has_cases(expression) or sympy.count_ops(expression) > _LARGEST:
        return _signed(expression)
    return _signed(min((expression, *_others(expression)), key=_size))


def _others(expression: sympy.Expr) -> Iterator[sympy.Expr]:
    for form in _FORMS:
        other = arranged(form(expression))
        if _peculiar(other) <= _peculiar(expression):
            yield other


def _peculiar(expression: sympy.Expr) -> set[Any]:
    """Return what another form must not bring in: other fractions or decimals, and exponentials of other things."""
    return {part for part in expression.atoms(sympy.Rational, sympy.exp) if not part.is_Integer}


def _size(expression: Any) -> int:
    """Count the signs of an expression, the digits of its numbers among them."""
    if expression.is_Rational:
        return len(str(expression))
    return 1 + sum(_size(part) for part in expression.args)


def _signed(expression: sympy.Expr) -> sympy.Expr:
    """Write a negative number in a sum, or before a product, as minus a positive one."""
    if not expression.args or expression.is_Piecewise:
        return expression
    parts = [_signed(part) for part in expression.args]
    if expression.is_Add:
        parts = parts[:1] + [mul((sympy.Integer(-1), -part)) if _is_negative(part) else part for part in parts[1:]]
    if expression.is_Mul and _is_negative(parts[0]) and parts[0] != -1:
        parts = [sympy.Integer(-1), -parts[0], *parts[1:]]
    return rebuilt(expression, parts)


def _is_negative(expression: sympy.Expr) -> bool:
    return bool(expression.is_Rational and expression < 0)
