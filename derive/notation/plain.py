"""From SymPy to a line of plain text that a person reads: 1 / (1 + e^(−z)), (p − y)², max(0, z)."""

from typing import Any

import sympy

from derive.symbolic import is_negated, mul

_LINE, _SUM, _PRODUCT, _BASE = range(4)
"""How tightly the place of an expression binds: brackets stand around a looser expression in a tighter place."""
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_NAMES = {"log": "ln", "Max": "max", "Min": "min", "sgn": "sgn"}
_RELATIONS = {"<=": "≤", ">=": "≥", "==": "=", "!=": "≠"}


def plain(expression: sympy.Expr) -> str:
    """Write an expression in one line, its terms in their order, functions that stand for others written out."""
    return _text(expression, _LINE)


def _text(node: Any, tightness: int) -> str:
    definition = getattr(type(node), "definition", None)
    if definition is not None and type(node).__name__ not in _NAMES:
        return _text(definition(*node.args), tightness)
    if node.is_Add:
        return _bracketed(_sum(node.args), tightness > _SUM)
    if node.is_Mul:
        return _product(node, tightness)
    if node.is_Rational:
        tight = node < 0 or (tightness == _BASE and not node.is_Integer)
        return _bracketed(_number(node), tightness > _SUM and tight)
    if node.is_Piecewise:
        return _bracketed(_cases(node), tightness > _LINE)
    if node.is_Pow or isinstance(node, sympy.exp):
        return _power(node, tightness)
    if node.is_Relational:
        relation = _RELATIONS.get(node.rel_op, node.rel_op)
        return f"{_text(node.lhs, _SUM)} {relation} {_text(node.rhs, _SUM)}"
    if isinstance(node, sympy.And):
        return " and ".join(sorted(_text(part, _SUM) for part in node.args))
    if isinstance(node, sympy.Abs):
        return f"|{_text(node.args[0], _SUM)}|"
    if node.args:
        name = type(node).__name__
        inner = (_text(part, _SUM if part.is_Piecewise else _LINE) for part in node.args)
        return f"{_NAMES.get(name, name)}({', '.join(inner)})"
    return {sympy.E: "e", sympy.pi: "π"}.get(node, str(node))


def _bracketed(text: str, needed: bool) -> str:
    return f"({text})" if needed else text


def _number(number: Any) -> str:
    """Write a decimal where that is short, else a fraction."""
    size = abs(number)
    decimal = f"{float(size):.10g}"
    text = str(size) if size.is_Integer else decimal if sympy.Rational(decimal) == size else f"{size.p}/{size.q}"
    if not size.is_Integer and size.q > 10**10:
        text = f"{float(size):.6g}…"
    return f"−{text}" if number < 0 else text


def _sum(terms: Any) -> str:
    text = ""
    for term in terms:
        negative, size = _sign(term)
        sign = (" − " if negative else " + ") if text else "−" if negative else ""
        text += sign + _text(size, _PRODUCT if text or negative else _SUM)
    return text


def _sign(term: Any) -> tuple[bool, Any]:
    """Split a minus off that leads a product."""
    return (True, mul(term.args[1:])) if is_negated(term) else (False, term)


def _product(node: Any, tightness: int) -> str:
    negative, size = _sign(node)
    if negative:
        return _bracketed(f"−{_text(size, _PRODUCT)}", tightness > _SUM)
    above = [factor for factor in node.args if not _is_divisor(factor)]
    below = [sympy.Pow(f.base, -f.exp, evaluate=False) if f.exp != -1 else f.base for f in node.args if _is_divisor(f)]
    text = " · ".join(_text(factor, _PRODUCT) for factor in above) or "1"
    if below:
        divisor = " · ".join(_text(factor, _BASE if len(below) == 1 else _PRODUCT) for factor in below)
        text += f" / {_bracketed(divisor, len(below) > 1)}"
    return _bracketed(text, tightness == _BASE or bool(below and tightness > _SUM))


def _is_divisor(factor: Any) -> bool:
    return bool(factor.is_Pow and factor.exp.is_Rational and factor.exp < 0)


def _power(node: Any, tightness: int) -> str:
    if isinstance(node, sympy.exp):
        base, exponent = sympy.E, node.args[0]
    else:
        base, exponent = node.base, node.exp
    if exponent.is_Rational and exponent < 0:
        inverse = base if exponent == -1 else sympy.Pow(base, -exponent, evaluate=False)
        return _bracketed(f"1 / {_text(inverse, _BASE)}", tightness > _SUM)
    if exponent == sympy.Rational(1, 2):
        return f"√{_text(base, _BASE)}"
    if exponent.is_Integer:
        return _text(base, _BASE) + str(exponent).translate(_RAISED)
    return f"{_text(base, _BASE)}^{_text(exponent, _BASE)}"


def _cases(node: Any) -> str:
    found = []
    for value, condition in node.args:
        when = "otherwise" if condition == sympy.true else f"if {_text(condition, _SUM)}"
        found.append(f"{_text(value, _SUM)} {when}")
    return ", ".join(found)
