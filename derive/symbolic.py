"""SymPy expressions in a person's order.

SymPy sorts the arguments of a sum or product as soon as it evaluates one, so everything here builds with
``evaluate=False`` and rebuilds without evaluating. Slots are the symbols that stand for a rule's arguments.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import Any

import sympy


@cache
def slot(place: int) -> sympy.Symbol:
    """Return the symbol that stands for the argument at ``place``."""
    return sympy.Symbol(f"s{place}", real=True)


def number_of(symbol: Any) -> int:
    """Return the number of a slot."""
    return int(symbol.name[1:])


def slots(count: int, start: int = 0) -> tuple[sympy.Symbol, ...]:
    """Return ``count`` slot symbols, the first of them at ``start``."""
    return tuple(slot(place) for place in range(start, start + count))


def add(terms: Iterable[sympy.Expr]) -> sympy.Expr:
    """Add in the given order without evaluating; a single term stays as it is."""
    return _join(sympy.Add, tuple(terms))


def mul(factors: Iterable[sympy.Expr]) -> sympy.Expr:
    """Multiply in the given order without evaluating; a single factor stays as it is."""
    return _join(sympy.Mul, tuple(factors))


def minus(left: sympy.Expr, right: sympy.Expr) -> sympy.Expr:
    """Subtract without evaluating."""
    return add((left, negative(right)))


def negative(expression: sympy.Expr) -> sympy.Expr:
    """Put a minus before, without evaluating."""
    return mul((sympy.Integer(-1), expression))


def is_negated(expression: Any) -> bool:
    """Tell whether a minus stands before."""
    return bool(expression.is_Mul and expression.args[0] == -1)


def power(base: sympy.Expr, exponent: sympy.Expr | int) -> sympy.Expr:
    """Raise to a power without evaluating."""
    return sympy.Pow(base, exponent, evaluate=False)


def over(above: sympy.Expr, below: sympy.Expr) -> sympy.Expr:
    """Divide without evaluating."""
    return mul((above, power(below, -1)))


def root(expression: sympy.Expr) -> sympy.Expr:
    """Take the square root without evaluating."""
    return power(expression, sympy.Rational(1, 2))


def _join(operation: Any, parts: tuple[sympy.Expr, ...]) -> sympy.Expr:
    return parts[0] if len(parts) == 1 else operation(*parts, evaluate=False)


def named_function(
    name: str, latex: str, definition: Callable[..., sympy.Expr] | None = None, *, by_cases: bool = False
) -> type[sympy.Function]:
    """Make a function that stays closed in an expression and prints as ``latex(…)``.

    ``definition`` says what it stands for; `opened` and the compiler of expressions use it. One that is defined
    ``by_cases`` is worked out on the page by the case that holds.
    """
    body: dict[str, Any] = {"latex": latex, "nargs": 1, "is_real": True, "by_cases": by_cases}
    if definition is not None:
        body["definition"] = staticmethod(definition)
    return type(name, (sympy.Function,), body)


def cases(*branches: tuple[sympy.Expr, Any], otherwise: sympy.Expr) -> sympy.Piecewise:
    """Build a definition by cases: values with their conditions, of which no two hold at once, and a last value."""
    return sympy.Piecewise(*branches, (otherwise, True), evaluate=False)


def is_undefined(expression: sympy.Expr) -> bool:
    """Tell whether an expression divides by zero, whatever its symbols stand for."""
    return bool(expression.has(sympy.nan, sympy.zoo, sympy.oo))


def has_cases(expression: sympy.Expr) -> bool:
    """Tell whether a definition by cases stands openly in an expression."""
    return bool(expression.has(sympy.Piecewise))


def by_cases(expression: sympy.Expr) -> sympy.Expr | None:
    """Return the first part of an expression that is worked out by cases, in the order in which it is read."""
    if expression.is_Piecewise or getattr(type(expression), "by_cases", False):
        return expression
    return next((found for part in expression.args if (found := by_cases(part)) is not None), None)


def conditions(node: sympy.Piecewise) -> tuple[tuple[Any, ...], ...]:
    """Return for each case the comparisons that hold in it; in an unconditional last one, what the others leave."""
    found = [comparisons(condition) for _, condition in node.args]
    if found[-1] == (sympy.true,):
        found[-1] = tuple(sympy.Not(only) for (only,) in found[:-1])
    return tuple(found)


def comparisons(condition: Any) -> tuple[Any, ...]:
    """Return the comparisons that hold together where a condition holds."""
    return condition.args if isinstance(condition, sympy.And) else (condition,)


def _sign_cases(x: sympy.Expr) -> sympy.Expr:
    return sympy.Piecewise((sympy.Integer(1), x > 0), (sympy.Integer(-1), x < 0), (sympy.Integer(0), True))


sign = named_function("sgn", r"\mathrm{sgn}", _sign_cases)
"""The sign of a number, that of 0 being 0: the derivative of the absolute value, with a value where it has none."""


def derivative(expression: sympy.Expr, symbol: sympy.Symbol) -> sympy.Expr:
    """Differentiate with SymPy, in textbook form: 2(p - y) stays a product.

    SymPy multiplies a number into a sum, so powers of sums are differentiated by the chain rule, the outer and the
    inner function apart, and numbers are gathered in front.
    """
    if symbol not in expression.free_symbols:
        return sympy.Integer(0)
    if expression.is_Add:
        return add(derivative(term, symbol) for term in expression.args if symbol in term.free_symbols)
    if expression.is_Piecewise:
        branches = ((derivative(value, symbol), condition) for value, condition in expression.args)
        return sympy.Piecewise(*branches, evaluate=False)
    if expression.is_Mul and expression.args[0].is_Rational:
        return _times(expression.args[0], derivative(mul(expression.args[1:]), symbol))
    if expression.is_Pow and expression.base.is_Add and expression.exp.is_Integer:
        inside = sympy.Symbol("u", real=True)
        outer = sympy.diff(sympy.Pow(inside, expression.exp), inside)
        inner = derivative(expression.base, symbol)
        number, power = outer.as_coeff_Mul()
        base = replaced(power, {inside: expression.base})
        return _times(number, base if inner == 1 else mul((base, inner)))
    return _by_parts(expression, symbol)


def _by_parts(expression: sympy.Expr, symbol: sympy.Symbol) -> sympy.Expr:
    """Differentiate by SymPy, but for what has kinks: of |u|, max and min the derivatives are written by this module.

    (SymPy's derivative of max(u, v) has no value, or the wrong one, where both are equal.)
    """
    kinks = [part for part in _outermost(expression) if symbol in part.free_symbols]
    stands_for = {part: sympy.Symbol(f"{_PART}{number}", real=True) for number, part in enumerate(kinks)}
    smooth = _exchanged_all(expression, stands_for)
    back = {inner: part for part, inner in stands_for.items()}
    terms = []
    for variable, part in ((symbol, symbol), *back.items()):
        outer = sympy.diff(smooth, variable)
        if outer != 0:
            slope = sympy.Integer(1) if part == symbol else _slope_of_kink(part, symbol)
            terms.append(_product_of(arranged(replaced(outer, back)), slope))
    return add(term for term in terms if term != 0) if any(term != 0 for term in terms) else sympy.Integer(0)


_PART = "k"


def _outermost(expression: sympy.Expr) -> list[sympy.Expr]:
    if isinstance(expression, sympy.Abs | sympy.Max | sympy.Min):
        return [expression]
    return list(dict.fromkeys(part for inner in expression.args for part in _outermost(inner)))


def _exchanged_all(expression: sympy.Expr, parts: Mapping[sympy.Expr, sympy.Expr]) -> sympy.Expr:
    for part, new in parts.items():
        expression = exchanged(expression, part, new)
    return expression


def _product_of(left: sympy.Expr, right: sympy.Expr) -> sympy.Expr:
    if 0 in (left, right):
        return sympy.Integer(0)
    return right if left == 1 else left if right == 1 else mul((left, right))


def _slope_of_kink(node: sympy.Expr, symbol: sympy.Symbol) -> sympy.Expr:
    """Differentiate |u| as sgn(u) u', and max or min by cases."""
    if isinstance(node, sympy.Abs):
        (inside,) = node.args
        return _product_of(sign(inside), derivative(inside, symbol))
    first, *others = node.args
    rest = others[0] if len(others) == 1 else node.func(*others, evaluate=False)
    slopes = [derivative(part, symbol) for part in (first, rest)]
    if slopes[0] == slopes[1]:
        return slopes[0]
    wins_above = isinstance(node, sympy.Max)
    condition = rest > first if first.is_number else first > rest
    above, below = slopes if wins_above != first.is_number else reversed(slopes)
    return cases((above, condition), otherwise=below)


def _times(number: sympy.Rational, expression: sympy.Expr) -> sympy.Expr:
    factors = expression.args if expression.is_Mul else (expression,)
    if factors[0].is_Rational:
        number, factors = number * factors[0], factors[1:]
    if not factors:
        return number
    return mul(factors) if number == 1 else mul((number, *factors))


def arranged(expression: sympy.Expr) -> sympy.Expr:
    """Put sums and products of a derived expression in a person's order: numbers first, then slots by their place.

    In a sum the terms without a minus come first.
    """
    if not expression.args or expression.is_Rational:
        return expression
    parts = [arranged(part) for part in expression.args]
    if expression.is_Add:
        return add(sorted(parts, key=lambda p: (p.could_extract_minus_sign(), _first_slot(p))))
    if expression.is_Mul:
        return mul(sorted(parts, key=lambda p: (not p.is_number, _first_slot(p))))
    return rebuilt(expression, parts)


def _first_slot(expression: sympy.Expr) -> int:
    return min((number_of(s) for s in expression.free_symbols if str(s)[0] != _PART), default=-1)


def rebuilt(expression: sympy.Expr, parts: Sequence[sympy.Expr]) -> sympy.Expr:
    """Make the same kind of expression from other parts, without evaluating or sorting it."""
    if expression.is_Add or expression.is_Mul or expression.is_Pow or expression.is_Piecewise:
        return expression.func(*parts, evaluate=False)
    return expression.func(*parts)


def replaced(expression: sympy.Expr, mapping: Mapping[sympy.Symbol, sympy.Expr]) -> sympy.Expr:
    """Replace symbols and keep the order of terms (SymPy's own ``xreplace`` sorts and flattens)."""
    if not expression.args:
        return mapping.get(expression, expression)
    return rebuilt(expression, [replaced(part, mapping) for part in expression.args])


def exchanged(expression: sympy.Expr, part: sympy.Expr, new: sympy.Expr) -> sympy.Expr:
    """Put something else in the place of a part, wherever it stands, and keep the order of terms."""
    if expression == part:
        return new
    if not expression.args:
        return expression
    return rebuilt(expression, [exchanged(inner, part, new) for inner in expression.args])


def opened(expression: sympy.Expr) -> sympy.Expr:
    """Replace each named function by its definition, so that SymPy can differentiate and evaluate the whole."""
    if not expression.args:
        return expression
    args = [opened(arg) for arg in expression.args]
    definition = getattr(type(expression), "definition", None)
    return opened(definition(*args)) if definition is not None else rebuilt(expression, args)
