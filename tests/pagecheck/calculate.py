"""What an expression amounts to, exactly or at 50 digits or as an interval."""

from collections.abc import Callable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cache
from math import isqrt
from typing import Any

from mpmath.ctx_mp import MPContext

from tests.pagecheck.nodes import Call, Cases, Neg, Node, Number, Power, Product, Quotient, Sum, Symbol, decimals_of

# What numbers say

Value = Any
"""A `Fraction` is exact; an mpf stands for an irrational number at some precision."""

DIGITS: ContextVar[int] = ContextVar("digits", default=60)
"""How many digits are calculated with: more where a page has very small or very large numbers."""


@cache
def precise(digits: int) -> Any:
    context = MPContext()
    context.dps = digits
    return context


class Undefined(ArithmeticError):
    """A side has no value: it divides by zero, or takes the logarithm of a negative number."""


class Unresolved(Exception):
    """Something on a side has no known value."""


@dataclass(frozen=True)
class Printed:
    """A number as it stands on the page. ``exact`` tells whether it was given or calculated without rounding.

    ``doubtful``: the rounding on the way happened to vanish, as in 0.26 · 0, so ``=`` and ``≈`` are both right.
    ``tabled``: it stands in a table of values that are worked out nowhere, or follows from one, so the page does not
    say whether it was rounded.
    """

    value: Fraction
    decimals: int
    exact: bool = True
    doubtful: bool = False
    tabled: bool = False

    @property
    def unit(self) -> Fraction:
        """One in the last printed place."""
        return Fraction(1, 10) ** self.decimals

    def __str__(self) -> str:
        return as_decimal(self.value, max(self.decimals, 0))


@dataclass(frozen=True)
class Definition:
    parameters: tuple[str, ...]
    body: Node


def as_printed(node: Node) -> Printed | None:
    r"""Read a node as one printed number: 0.5, -0.5, 1.5 \cdot 10^{-7}."""
    match node:
        case Number(text):
            return Printed(Fraction(text), decimals_of(text))
        case Neg(part):
            inner = as_printed(part)
            return inner and replace(inner, value=-inner.value)
    return None


def to_unit(value: Fraction, unit: Fraction) -> Fraction:
    """Round to a multiple of ``unit``, a half away from zero."""
    steps = abs(value) / unit + Fraction(1, 2)
    return (1 if value >= 0 else -1) * (steps.numerator // steps.denominator) * unit


def as_decimal(value: Fraction, decimals: int) -> str:
    scaled = int(to_unit(value, Fraction(1, 10**decimals)) * 10**decimals)
    digits = str(abs(scaled)).rjust(decimals + 1, "0")
    text = f"{digits[: len(digits) - decimals]}.{digits[len(digits) - decimals :]}" if decimals else digits
    return f"-{text}" if scaled < 0 else text


def _named_value(name: str, args: Sequence[Any], context: Any) -> Any:
    """Functions of irrational or inexact results, by mpmath."""
    functions: dict[str, Callable[..., Any]] = {
        **{n: getattr(context, n) for n in ("exp", "tanh", "sinh", "cosh", "sin", "cos", "tan", "ln", "erf", "sqrt")},
        "arctan": context.atan,
    }
    if name not in functions:
        raise Unresolved(name)
    if name == "ln" and args[0] <= 0:
        raise Undefined("it takes the logarithm of a number that is not positive")
    if name == "sqrt" and args[0] < 0:
        raise Undefined("it takes the root of a negative number")
    return functions[name](*args)


_AT = {"exp": (0, 1), "cosh": (0, 1), "cos": (0, 1), "ln": (1, 0)} | dict.fromkeys(
    ("tanh", "sinh", "sin", "tan", "erf", "arctan"), (0, 0)
)
"""Where a transcendental function has a rational value: at which argument, and which."""

_Z = Symbol("z")
_ONE = Number("1")
_SIGMA = Call("sigma", (_Z,))
_POSITIVE = ((_Z, ">", Number("0")),)
_BODIES: Mapping[str, "Node"] = {
    "sigma": Quotient(_ONE, Sum(((1, _ONE), (1, Call("exp", (Neg(_Z),)))))),
    "ReLU": Call("max", (Number("0"), _Z)),
    "sigma'": Product((_SIGMA, Sum(((1, _ONE), (-1, _SIGMA))))),
    "tanh'": Sum(((1, _ONE), (-1, Power(Call("tanh", (_Z,)), Number("2"))))),
    "ReLU'": Cases(((_ONE, _POSITIVE), (Number("0"), ()))),
    "sgn": Cases(((_ONE, _POSITIVE), (Neg(_ONE), ((_Z, "<", Number("0")),)), (Number("0"), ()))),
}
BUILT_IN = {name: Definition(("z",), body) for name, body in _BODIES.items()}


@dataclass(frozen=True)
class Calculator:
    """Gives a tree its value. ``symbols`` are known by name, ``changed`` overrides literals by their text."""

    functions: Mapping[str, Definition]
    symbols: Mapping[str, Value] = field(default_factory=dict)
    changed: Mapping[str, Fraction] = field(default_factory=dict)
    digits: int = field(default_factory=DIGITS.get)

    def value(self, node: Node) -> Value:
        match node:
            case Number(text):
                return self.changed.get(text, node.value)
            case Symbol(name):
                if name not in self.symbols:
                    raise Unresolved(name)
                return self.symbols[name]
            case Neg(part):
                return -self.value(part)
            case Sum(terms):
                return self._total([sign * self.value(term) for sign, term in terms])
            case Product(factors):
                return self._times([self.value(factor) for factor in factors])
            case Quotient(top, bottom):
                return self._divided(self.value(top), self.value(bottom))
            case Power(base, exponent):
                return self._power(self.value(base), self.value(exponent))
            case Cases(rows):
                return self._case(rows)
            case Call(name, args):
                known = self.symbols.get(name_of(node)) if self.symbols else None
                return self._call(name, [self.value(arg) for arg in args]) if known is None else known

    def inexact(self, value: Value) -> Any:
        context = precise(self.digits)
        return context.mpf(value.numerator) / value.denominator if isinstance(value, Fraction) else context.mpf(value)

    def _total(self, values: list[Value]) -> Value:
        exact = all(isinstance(value, Fraction) for value in values)
        return sum(values, Fraction(0)) if exact else precise(self.digits).fsum(map(self.inexact, values))

    def _times(self, values: list[Value]) -> Value:
        if any(isinstance(value, Fraction) and value == 0 for value in values):
            return Fraction(0)
        exact = all(isinstance(value, Fraction) for value in values)
        result = Fraction(1) if exact else precise(self.digits).mpf(1)
        for value in values:
            result = result * (value if exact else self.inexact(value))
        return result

    def _divided(self, top: Value, bottom: Value) -> Value:
        if bottom == 0:
            raise Undefined("it divides by zero")
        if isinstance(top, Fraction) and (isinstance(bottom, Fraction) or top == 0):
            return top / bottom if isinstance(bottom, Fraction) else top
        return self.inexact(top) / self.inexact(bottom)

    def _power(self, base: Value, exponent: Value) -> Value:
        if isinstance(base, Fraction) and isinstance(exponent, Fraction) and exponent.denominator == 1:
            if base == 0 and exponent < 0:
                raise Undefined("it divides by zero")
            if abs(exponent) <= 10_000:
                return base**exponent.numerator
        if isinstance(exponent, Fraction) and exponent == Fraction(1, 2):
            return self._call("sqrt", [base])
        if base < 0 and not (isinstance(exponent, Fraction) and exponent.denominator == 1):
            raise Undefined("it takes a broken power of a negative number")
        return self.inexact(base) ** self.inexact(exponent)

    def _case(self, rows: tuple[tuple[Node, tuple[tuple[Node, str, Node], ...]], ...]) -> Value:
        holding = [
            (self.value(value), tests)
            for value, tests in rows
            if all(self.holds(left, relation, right) for left, relation, right in tests)
        ]
        if not holding:
            raise Undefined("no case holds")
        first = holding[0][0]
        if any(tests and abs(self.inexact(value) - self.inexact(first)) > tiny() for value, tests in holding):
            raise Undefined("two cases hold and differ")
        return first

    def _call(self, name: str, args: list[Value]) -> Value:
        if name in ("max", "min"):
            return (max if name == "max" else min)(args, key=self.inexact)
        if name == "abs":
            return abs(args[0])
        if name == "pi":
            return +precise(self.digits).pi
        definition = self.functions.get(name)
        if definition is not None:
            inner = dict(zip(definition.parameters, args, strict=True))
            return replace(self, symbols=inner, changed={}).value(definition.body)
        if name.endswith("'"):
            return self._slope(name[:-1], args)
        return self._transcendental(name, args)

    def _transcendental(self, name: str, args: list[Value]) -> Value:
        only = args[0]
        if isinstance(only, Fraction) and name in _AT and only == _AT[name][0]:
            return Fraction(_AT[name][1])
        if isinstance(only, Fraction) and name == "sqrt" and only >= 0:
            roots = [isqrt(part) for part in (only.numerator, only.denominator)]
            if all(root**2 == part for root, part in zip(roots, (only.numerator, only.denominator), strict=True)):
                return Fraction(*roots)
        try:
            return _named_value(name, [self.inexact(arg) for arg in args], precise(self.digits))
        except OverflowError:
            raise Undefined("it is too large") from None

    def _slope(self, name: str, args: list[Value]) -> Value:
        call = Call(name, (Symbol(" "),))

        def function(z: Any) -> Any:
            return self.inexact(replace(self, symbols={" ": z}).value(call))

        return precise(self.digits).diff(function, self.inexact(args[0]))

    def holds(self, left: Node, relation: str, right: Node) -> bool:
        """Tell whether a comparison is true."""
        difference = self._total([self.value(left), -self.value(right)])
        return bool(
            (relation in "<≤≠" and difference < 0)
            or (relation in ">≥≠" and difference > 0)
            or (relation in "≤≥=" and difference == 0)
        )

    def exactly(self, node: Node) -> Fraction:
        """The value as a fraction, near enough to round it to any printed decimal."""
        value = self.value(node)
        if isinstance(value, Fraction):
            return value
        size = int(sum(value._mpf_[2:]))
        if size > 100_000:
            raise Undefined("it is too large")
        if size < -100_000:
            return Fraction(0)
        if size > self.digits:
            value = replace(self, digits=self.digits + size).value(node)
        return as_fraction(value)


def as_fraction(value: Any) -> Fraction:
    """An mpf is a sign, a mantissa and a power of two."""
    sign, mantissa, exponent, _ = value._mpf_
    return Fraction(-int(mantissa) if sign else int(mantissa)) * Fraction(2) ** int(exponent)


def name_of(node: Node) -> str:
    """A symbol or call as the key of its printed value."""
    match node:
        case Symbol(name):
            return name
        case Number(text):
            return text
        case Call(name, args):
            return f"{name}({', '.join(map(name_of, args))})"
    return repr(node)


def tiny() -> Any:
    return precise(DIGITS.get()).mpf(10) ** (20 - DIGITS.get())
