"""From a SymPy expression to a Python function that calculates it, exactly or at a chosen precision.

The generated functions hold nothing but operators, whole numbers, places in a list of arguments, and functions of the
tables below: text from a config reaches them only as a SymPy tree that the formula parser has built.
"""

import math
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from decimal import MAX_EMAX, MIN_EMIN, ROUND_05UP, Context, Decimal, Inexact, Overflow, getcontext, localcontext
from fractions import Fraction
from functools import cache
from typing import Any

import sympy
from mpmath import libmp
from mpmath.libmp.libelefun import exp_basecase, ln2_fixed

from derive.numbers.exact import EXACT, rational
from derive.symbolic import number_of

PRECISION = 60
"""Working precision in decimal digits of everything that is not exact."""


TINY = Decimal(f"1E{MIN_EMIN}")
"""What stands for a value that is too small for any exponent: it is not zero."""


@dataclass(frozen=True, slots=True)
class Calculation:
    """One expression as functions of the list of its slots' values."""

    exactly: Callable[[Sequence[Fraction]], Fraction]
    """Raises `NotExact` where the result is irrational."""
    closely: Callable[[Sequence[Decimal]], Decimal]
    """Works in the current decimal context, whose ``Inexact`` flag tells whether anything was rounded."""
    roughly: Callable[[Sequence[float]], float]
    """Works in binary floats, in a small part of the time; raises all that Python's ``math`` does."""


def calculation(expression: sympy.Expr) -> Calculation:
    """Compile an expression over slots 0, 1, …; a call receives their values in this order."""
    code = compile(f"lambda v: {_write(expression)}", "<formula>", "eval")
    exactly, closely, roughly = (eval(code, functions) for functions in (_EXACT, _CLOSE, _ROUGH))
    return Calculation(rational(exactly), closely, roughly)


def working_precision(precision: int = PRECISION) -> AbstractContextManager[Context]:
    """Enter a decimal context of this many digits, with an exponent range that nothing on a page can leave."""
    return localcontext(_context(precision))


@cache
def _context(precision: int) -> Context:
    """Make what `localcontext` copies, so that it stays as it is.

    It cuts further digits off, but never so that 0 or 5 is the last one: what was rounded does not look like a tie or
    like a number that ends, and is rounded again as the unrounded would be. So 1 - e^-200 is not 1.
    """
    return Context(prec=precision, rounding=ROUND_05UP, Emax=MAX_EMAX, Emin=MIN_EMIN)


def _write(node: Any) -> str:
    """Write an expression as Python source over ``v``, the list of the slots' values."""
    if node.is_Symbol:
        return f"v[{number_of(node)}]"
    if node.is_Integer:
        return f"({int(node)})"
    if node.is_Rational:
        return f"ratio({int(node.p)}, {int(node.q)})"
    if node.is_Add:
        complement = _complement(node)
        if complement is not None:
            return _write_complement(*complement)
        name = "sum_of_powers" if all(isinstance(arg, sympy.exp) for arg in node.args) else "sum"
        return f"{name}(({', '.join(map(_write, node.args))}))"
    if node.is_Mul:
        return _write_product(node)
    if node.is_Pow and node.exp.is_Integer:
        return f"power({_write(node.base)}, {int(node.exp)})"
    if node.is_Piecewise:
        return _write_cases(node)
    return _write_call(node)


def _write_complement(name: str, argument: Any, sign: int, squared: bool) -> str:
    """Write 1 ± f(x), or 1 - f(x)² as (1 + f(x))(1 - f(x)), for an odd f, such that no digits are lost at ±1."""
    inside = _write(argument)
    plus, less = f"one_plus_{name}({inside})", f"one_plus_{name}(-{inside})"
    return f"({plus}*{less})" if squared else plus if sign > 0 else less


def _write_product(node: Any) -> str:
    """Divide once and last, so that a third of 0.6 is exactly 0.2."""
    above: list[str] = []
    below: list[str] = []
    for factor in node.args:
        if factor.is_Rational and not factor.is_Integer:
            above.append(str(int(factor.p)))
            below.append(str(int(factor.q)))
        elif factor.is_Pow and factor.exp.is_Integer and factor.exp < 0:
            below.append(f"power({_write(factor.base)}, {-int(factor.exp)})")
        else:
            above.append(_write(factor))
    product = "*".join(above) or "1"
    return f"divide({product}, {'*'.join(below)})" if below else f"({product})"


def _write_cases(node: Any) -> str:
    """Write cases, one of which holds: the last where no other does."""
    *others, (last, _) = node.args
    text = "".join(f"{_write(value)} if {_write_condition(condition)} else " for value, condition in others)
    return f"({text}{_write(last)})"


def _write_condition(condition: Any) -> str:
    held = condition.args if isinstance(condition, sympy.And) else (condition,)
    return " and ".join(f"{_write(each.lhs)} {each.rel_op} {_write(each.rhs)}" for each in held)


def _write_call(node: Any) -> str:
    name = type(node).__name__
    definition = getattr(type(node), "definition", None)
    if definition is not None and name not in _CLOSE:
        return _write(definition(*node.args))
    if node.is_Pow:
        name = "exp" if node.base == sympy.E else "general_power"
        args = node.args[1:] if node.base == sympy.E else node.args
    else:
        args = node.args
    if name not in _CLOSE:
        raise NotImplementedError(f"Unsupported node {name}")
    return f"{name}({', '.join(map(_write, args))})"


def _complement(node: Any) -> tuple[str, Any, int, bool] | None:
    """Recognize 1 + f(x), 1 - f(x) and 1 - f(x)² for tanh and erf: f's name, x, the sign, and whether it is squared."""
    if len(node.args) != 2 or sympy.S.One not in node.args:
        return None
    other = next((arg for arg in node.args if arg != 1), sympy.S.One)
    sign = 1
    if other.is_Mul and len(other.args) == 2 and other.args[0] == -1:
        sign, other = -1, other.args[1]
    squared = bool(other.is_Pow and other.exp == 2 and sign < 0)
    found = other.base if squared else other
    return (type(found).__name__, found.args[0], sign, squared) if isinstance(found, sympy.tanh | sympy.erf) else None


def _by_mpmath(name: str, largest: int) -> Callable[[Decimal], Decimal]:
    """Calculate a function that `decimal` lacks. Its result counts as rounded even where its digits end.

    It is cut off and not rounded, for erf(200) is not 1. An argument beyond 10^``largest`` is out of range: its result
    is too, or the work would never end.
    """
    calculate = getattr(libmp, f"mpf_{name}")

    def function(x: Decimal) -> Decimal:
        if not Decimal(x).is_finite() or (x and Decimal(x).adjusted() > largest):
            raise Overflow
        context = getcontext()
        bits = libmp.dps_to_prec(context.prec + 10)
        context.flags[Inexact] = True
        return +Decimal(libmp.to_str(calculate(_mpf(x, bits), bits, "d"), context.prec + 15))

    return function


def _mpf(x: Decimal, bits: int) -> Any:
    """Convert without text, which Python limits to 4,300 digits."""
    sign, digits, exponent = Decimal(x).as_tuple()
    power = libmp.mpf_pow_int(libmp.ften, exponent, bits, "n")
    return libmp.mpf_mul(libmp.from_int(int(Decimal((sign, digits, 0)))), power, bits, "n")


_LARGEST_FIXED_EXP = 1_000
"""Up to here e^x is calculated in fixed point, in a quarter of the time of `decimal` at 60 digits."""
_LARGEST_FAST_EXP = 10**9
"""Up to here mpmath calculates e^x: in half the time of `decimal` at 60 digits, in a thousandth of it at 4,000."""


def _exp(x: Decimal) -> Decimal:
    """Calculate e^x; infinite where it leaves the range of exponents, so that 1 / (1 + e^x) goes on to 0."""
    x = Decimal(x)
    if x and x.adjusted() < -getcontext().prec:
        return 1 + x
    try:
        if abs(x) <= _LARGEST_FIXED_EXP:
            return _exp_in_fixed_point(x)
        return _exp_by_mpmath(x) if abs(x) < _LARGEST_FAST_EXP else x.exp() or TINY
    except Overflow:
        return Decimal("Infinity")


def _exp_in_fixed_point(x: Decimal) -> Decimal:
    """Calculate e^x = 2^n e^t with t from 0 to ln 2, on whole numbers that stand for multiples of 2^-bits."""
    context = getcontext()
    bits = libmp.dps_to_prec(context.prec + 10) + _LARGEST_FIXED_EXP.bit_length()
    scaled = int(_context(2 * context.prec + bits).multiply(x, 1 << bits))
    n, t = map(int, divmod(scaled, ln2_fixed(bits)))
    power = int(exp_basecase(t, bits))
    context.flags[Inexact] = True
    return Decimal(power << max(n - bits, 0)) / Decimal(1 << max(bits - n, 0))


_exp_by_mpmath = _by_mpmath("exp", 9)


def _tanh(x: Decimal) -> Decimal:
    """Calculate tanh(x); from some size on as 1 - 2t / (1 + t) with t = e^-2x, for mpmath makes it 1 in the end."""
    if abs(x) < 20:
        return _tanh_by_mpmath(x)
    t = _exp(-2 * abs(x))
    return (1 - 2 * t / (1 + t)).copy_sign(x)


_tanh_by_mpmath = _by_mpmath("tanh", 2)


_erfc = _by_mpmath("erfc", 8)


def _one_plus_erf(x: Decimal) -> Decimal:
    return _erfc(-Decimal(x))


def _one_plus_tanh(x: Decimal) -> Decimal:
    return 2 / (1 + _exp(-2 * Decimal(x)))


def _power(base: Decimal, exponent: int) -> Decimal:
    """Calculate a power; the empty product is 1, for `decimal` has no 0^0."""
    return Decimal(base) ** exponent if exponent else Decimal(1)


_LARGEST_DECIMAL_LN = 150
"""Up to so many digits `decimal` is quick with logarithms; with 1,200 mpmath takes a hundredth of its time."""


def _ln(x: Decimal) -> Decimal:
    x = Decimal(x)
    by_decimal = getcontext().prec <= _LARGEST_DECIMAL_LN or x <= 0 or x == 1
    return x.ln() if by_decimal else _ln_by_mpmath(x)


_ln_by_mpmath = _by_mpmath("log", MAX_EMAX)


def _sum_of_powers(terms: Sequence[Decimal]) -> Decimal:
    """Add positive numbers such that the sum is larger than each of them, however small the others are."""
    total = sum(terms, Decimal(0))
    return total.next_plus() if total in terms and len(terms) > 1 else total


_SHARED: dict[str, Any] = {
    "__builtins__": {},
    "sum": sum,
    "sum_of_powers": sum,
    "Max": max,
    "Min": min,
    "Abs": abs,
    "sign": lambda x: (x > 0) - (x < 0),
    "Heaviside": lambda x, at_zero=0: int(x > 0),
}
_EXACT: dict[str, Any] = _SHARED | EXACT
_CLOSE: dict[str, Any] = _SHARED | {
    "sum_of_powers": _sum_of_powers,
    "ratio": lambda p, q: Decimal(p) / q,
    "divide": lambda a, b: Decimal(a) / b,
    "power": _power,
    "exp": _exp,
    "log": _ln,
    "times_log": lambda y, q: y * _ln(q) if y else Decimal(0),
    **{name: _by_mpmath(name, 1000) for name in ("sin", "cos", "tan", "erf")},
    "tanh": _tanh,
    **{name: _by_mpmath(name, 17) for name in ("sinh", "cosh")},
    "general_power": lambda base, exponent: Decimal(base) ** exponent,
    "one_plus_tanh": _one_plus_tanh,
    "one_plus_erf": _one_plus_erf,
    "Exp1": lambda: Decimal(1).exp(),
    "Pi": lambda: _by_mpmath("acos", 0)(Decimal(-1)),
}


def _by_decimals(function: Callable[..., Any]) -> Callable[..., float]:
    """Take a function of decimals for one of floats."""
    return lambda *arguments: float(function(*map(Decimal, arguments)))


_ROUGH: dict[str, Any] = {
    **{name: getattr(math, name, _by_decimals(function)) for name, function in _CLOSE.items() if callable(function)},
    **_SHARED,
    "ratio": lambda p, q: p / q,
    "divide": lambda a, b: a / b,
    "power": math.pow,
    "general_power": math.pow,
    "times_log": lambda y, q: y * math.log(q) if y else 0.0,
    "one_plus_tanh": lambda x: 1 + math.tanh(x),
    "one_plus_erf": lambda x: math.erfc(-x),
    "Exp1": lambda: math.e,
    "Pi": lambda: math.pi,
}
