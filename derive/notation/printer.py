"""The one printer from SymPy to TeX mathematics.

It keeps the order of terms that the expression has, writes a dot between factors, and never simplifies. Slots are left
open. Every command it writes is one that KaTeX, MathJax as GitHub runs it, and plain amsmath know.
"""

from functools import cache
from typing import Any

import sympy

from derive.notation.pattern import BREAK, Pattern, Place, Slot, merged
from derive.symbolic import conditions, is_negated, mul, number_of, slot

Parts = list[str | Slot]

_SUM, _FACTOR, _BASE = 0, 1, 2
"""How tightly the place of an expression binds: brackets stand around a looser expression in a tighter place."""

_FUNCTIONS = {
    "log": r"\ln",
    **{name: rf"\{name}" for name in ("tanh", "sinh", "cosh", "sin", "cos", "tan")},
    "erf": r"\mathrm{erf}",
    "Max": r"\max",
    "Min": r"\min",
}


@cache
def printed(expression: sympy.Expr) -> Pattern:
    """Print an expression over slots; a slot in it is any symbol of `derive.symbolic.slot`."""
    return merged(_print(expression, _SUM, True))


@cache
def printed_comparisons(cases: tuple[tuple[Any, ...], ...]) -> Pattern:
    """Print what holds in some cases, each of which is a few comparisons that hold together."""
    parts: Parts = []
    for number, case in enumerate(dict.fromkeys(cases)):
        parts += [", "] * bool(number) + _comparisons(case)
    return merged(_unbroken(parts))


_TERMS = {"t": Place.TERM, "u": Place.LESS}
"""Symbols whose name begins so stand for worked-out terms of a sum: see `term_slot`."""


@cache
def term_slot(number: int, *, less: bool = False) -> sympy.Symbol:
    """Return a slot that prints its number with its sign as the operation between terms; ``less``: -0 for 0."""
    return sympy.Symbol(f"{'u' if less else 't'}{number}", real=True)


def _print(node: Any, tightness: int, leads: bool) -> Parts:
    if node.is_Symbol:
        return [_slot(node, tightness, leads)]
    if node.is_Rational:
        return _number(node, tightness, leads)
    if node.is_Add:
        parts = _sum(node)
        return _bracketed(parts) if tightness > _SUM else parts
    if node.is_Mul:
        return _product(node, tightness, leads)
    if node.is_Pow and node.base != sympy.E:
        return _power(node, tightness, leads)
    if node.is_Piecewise:
        return _cases(node)
    return _function(node)


def _slot(symbol: sympy.Symbol, tightness: int, leads: bool) -> Slot:
    place = Place.BASE if tightness == _BASE else Place.OPEN if leads else Place.GUARDED
    return Slot(number_of(symbol), place)


def _number(node: Any, tightness: int, leads: bool) -> Parts:
    size = abs(node)
    if size.is_Integer:
        text = str(size)
    elif _is_decimal(size.q):
        text = _decimal(size)
    else:
        text = rf"\frac{{{size.p}}}{{{size.q}}}"
    if node < 0:
        text = f"-{text}"
    needs = (node < 0 and not leads) or (tightness == _BASE and (node < 0 or r"\frac" in text))
    return _bracketed([text]) if needs else [text]


def _is_decimal(denominator: int) -> bool:
    from derive.numbers.shown import decimal_places

    return denominator not in (2, 4, 8) and decimal_places(denominator) is not None


def _decimal(number: Any) -> str:
    from fractions import Fraction

    from derive.numbers.shown import digits

    return digits(Fraction(int(number.p), int(number.q)))


def _sum(node: Any) -> Parts:
    parts: Parts = []
    for place, term in enumerate(node.args):
        if place == 0:
            parts += _print(term, _SUM, True)
        elif term.is_Symbol and term.name[0] in _TERMS:
            parts.append(Slot(number_of(term), _TERMS[term.name[0]]))
        elif is_negated(term):
            parts += [f"{BREAK} - ", *_print(mul(term.args[1:]), _FACTOR, False)]
        else:
            parts += [f"{BREAK} + ", *_print(term, _FACTOR, False)]
    return parts


def _product(node: Any, tightness: int, leads: bool) -> Parts:
    if is_negated(node):
        parts = ["-", *_print(mul(node.args[1:]), _FACTOR, False)]
        return parts if leads and tightness < _BASE else _bracketed(parts)
    above = [factor for factor in node.args if not _is_divisor(factor)]
    below = [sympy.Pow(f.base, -f.exp, evaluate=False) if f.exp != -1 else f.base for f in node.args if _is_divisor(f)]
    if below:
        top: Parts = _factors(above, True) if above else ["1"]
        single = above[0] if len(above) == 1 else None
        if single is not None and single.is_Add:
            top = _sum(single)
        bottom = _print(below[0], _SUM, True) if len(below) == 1 else _factors(below, True)
        parts = [r"\frac{", *_unbroken(top), "}{", *_unbroken(bottom), "}"]
    else:
        parts = _factors(above, leads)
    return _bracketed(parts) if tightness == _BASE else parts


def _is_divisor(factor: Any) -> bool:
    return bool(factor.is_Pow and factor.base != sympy.E and factor.exp.is_Rational and factor.exp < 0)


def _factors(factors: Any, leads: bool) -> Parts:
    parts: Parts = []
    for place, factor in enumerate(factors):
        if place:
            before = factors[place - 1]
            is_fraction = before.is_Rational and not before.is_Integer and "frac" in str(_number(before, 0, True))
            squared_sum = factor.is_Add or (factor.is_Pow and factor.base.is_Add)
            parts.append(" " if is_fraction and squared_sum and place == 1 else r" \cdot ")
        parts += _print(factor, _FACTOR, leads and place == 0)
    return parts


def _power(node: Any, tightness: int, leads: bool) -> Parts:
    if node.exp == sympy.Rational(1, 2):
        return [r"\sqrt{", *_unbroken(_print(node.base, _SUM, True)), "}"]
    if node.exp.is_Rational and node.exp < 0:
        return _product(sympy.Mul(sympy.Integer(1), node, evaluate=False), tightness, leads)
    exponent = _unbroken(_print(node.exp, _SUM, True))
    short = len(exponent) == 1 and isinstance(exponent[0], str) and len(exponent[0]) == 1
    parts = [*_print(node.base, _BASE, False), "^", *(exponent if short else ["{", *exponent, "}"])]
    return _bracketed(parts) if tightness == _BASE else parts


def _cases(node: Any) -> Parts:
    r"""Write cases; the last, which holds otherwise, gets the condition that remains: $z > 0$, $z \le 0$."""
    parts: Parts = [r"\begin{cases} "]
    for number, ((value, _), comparisons) in enumerate(zip(node.args, conditions(node), strict=True)):
        row = [*_print(value, _SUM, True), " & ", *_comparisons(comparisons)]
        parts += [r" \\ "] * bool(number) + _unbroken(row)
    return [*parts, r" \end{cases}"]


_RELATIONS = {">": " > ", "<": " < ", ">=": r" \ge ", "<=": r" \le ", "==": " = "}


def _comparisons(held: tuple[Any, ...]) -> Parts:
    r"""Write comparisons that hold together, two bounds of one thing in one: $-3 < z < 3$, $z = 0$ where they meet."""
    if len(held) == 2 and held[0].lhs == held[1].lhs:
        low, high = sorted(held, key=lambda comparison: comparison.rel_op in ("<", "<="))
        if low.rel_op[0] == ">" and high.rel_op[0] == "<":
            if low.rhs == high.rhs:
                return _comparison(low.lhs, "==", low.rhs)
            before = [*_print(low.rhs, _SUM, True), _RELATIONS["<" + low.rel_op[1:]]]
            return [*before, *_comparison(high.lhs, high.rel_op, high.rhs)]
    parts: Parts = []
    for number, comparison in enumerate(held):
        parts += [", "] * bool(number) + _comparison(comparison.lhs, comparison.rel_op, comparison.rhs)
    return parts


def _comparison(left: Any, relation: str, right: Any) -> Parts:
    return [*_print(left, _SUM, True), _RELATIONS[relation], *_print(right, _SUM, True)]


def _function(node: Any) -> Parts:
    kind = type(node)
    if kind is sympy.exp or node.is_Pow:
        exponent = node.args[0] if kind is sympy.exp else node.exp
        return ["e^{", *_unbroken(_print(exponent, _SUM, True)), "}"]
    if node == sympy.pi:
        return [r"\pi"]
    if node == sympy.E:
        return ["e"]
    args = [_unbroken(_print(arg, _SUM, True)) for arg in node.args]
    if kind.__name__ == "Abs":
        return [r"\left\lvert ", *args[0], r" \right\rvert"]
    symbol = getattr(kind, "latex", None) or _FUNCTIONS.get(kind.__name__)
    if symbol is None:
        raise NotImplementedError(f"Unsupported function {kind.__name__}")
    inside: Parts = []
    for number, arg in enumerate(args):
        inside += [", "] * bool(number) + arg
    return [symbol, *_bracketed(inside)]


def _unbroken(parts: Parts) -> Parts:
    """Leave no place for a line break inside a fraction, an exponent or a function's argument."""
    return [part.replace(BREAK, "") if isinstance(part, str) else part for part in parts]


def _bracketed(parts: Parts) -> Parts:
    tall = any(isinstance(part, str) and r"\frac" in part for part in parts)
    return [r"\left(" if tall else "(", *(_unbroken(parts) if tall else parts), r"\right)" if tall else ")"]


__all__ = ["printed", "slot", "term_slot"]
