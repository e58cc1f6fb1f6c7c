"""A formula of a config, such as ``x1 + x2``, read into a SymPy expression. Its text is never evaluated.

Three steps: a scan lets through only the characters and decimal numbers that a formula is made of, Python's own
grammar (`ast.parse`, which runs nothing) gives the structure, and `_Reader` admits what this module lists into a small
tree of its own. Only that tree is turned into SymPy, in the writer's order.
"""

import ast
import difflib
import keyword
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice, pairwise
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import sympy

MAX_LENGTH = 500
MAX_DEPTH = 50
MAX_PARTS = 200
MAX_DEGREE = 100
MAX_POWER_OF_TEN = 300
"""Bounds of a formula: characters, levels of nesting, parts (numbers, names, operations), degree, powers of ten."""


class FormulaError(ValueError):
    """The text is not a formula that can be used. ``what`` is wrong with it, ``mend`` says what would be right."""

    def __init__(self, what: str, mend: str) -> None:
        self.what = what
        self.mend = mend
        super().__init__(f"{what}; {mend}.")


@dataclass(frozen=True)
class Function:
    """A function that a formula may call, with ``least`` to ``most`` arguments (None: any number)."""

    name: str
    least: int
    most: int | None
    build: Callable[..., Any]
    """Receives the sympy module, then the arguments as SymPy expressions."""


def _unevaluated(name: str) -> Callable[..., Any]:
    return lambda sympy, *args: getattr(sympy, name)(*args, evaluate=False)


def _sqrt(sympy: Any, x: Any) -> Any:
    return sympy.Pow(x, sympy.Rational(1, 2), evaluate=False)


def _sigmoid(sympy: Any, z: Any) -> Any:
    """1 / (1 + exp(-z))"""
    power = sympy.exp(sympy.Mul(-1, z, evaluate=False), evaluate=False)
    return sympy.Pow(sympy.Add(1, power, evaluate=False), -1, evaluate=False)


FUNCTIONS: Mapping[str, Function] = MappingProxyType(
    {
        function.name: function
        for function in (
            Function("exp", 1, 1, _unevaluated("exp")),
            Function("log", 1, 1, _unevaluated("log")),
            Function("ln", 1, 1, _unevaluated("log")),
            Function("sqrt", 1, 1, _sqrt),
            Function("abs", 1, 1, _unevaluated("Abs")),
            Function("min", 2, None, _unevaluated("Min")),
            Function("max", 2, None, _unevaluated("Max")),
            Function("sin", 1, 1, _unevaluated("sin")),
            Function("cos", 1, 1, _unevaluated("cos")),
            Function("tan", 1, 1, _unevaluated("tan")),
            Function("sinh", 1, 1, _unevaluated("sinh")),
            Function("cosh", 1, 1, _unevaluated("cosh")),
            Function("tanh", 1, 1, _unevaluated("tanh")),
            Function("sigmoid", 1, 1, _sigmoid),
            Function("erf", 1, 1, _unevaluated("erf")),
        )
    }
)
"""What a formula may call. SymPy sorts the arguments of its Min and Max; everything else keeps the writer's order."""

CONSTANTS: Mapping[str, str] = MappingProxyType({"pi": "pi", "e": "E"})
"""Names that always have a value, and what SymPy calls them. A name that the caller gives goes first."""


def parse_formula(text: str, names: "Mapping[str, sympy.Symbol]") -> "sympy.Expr":
    """Read ``text`` over ``names`` into an unevaluated SymPy expression; every decimal is exactly as written.

    Raises `FormulaError`.
    """
    tree = _read(text, names)
    import sympy

    return _Builder(sympy, names).build(tree)


def check_formula(text: str, names: Collection[str]) -> frozenset[str]:
    """Return which of ``names`` the formula uses, without SymPy. Raises `FormulaError` as `parse_formula` does."""
    return frozenset(part.name for part in _parts(_read(text, names)) if isinstance(part, _Name) and part.given)


@dataclass(frozen=True)
class _Number:
    value: Fraction


@dataclass(frozen=True)
class _Name:
    name: str
    given: bool
    """By the caller; the others are constants."""


@dataclass(frozen=True)
class _Negative:
    part: "_Part"


@dataclass(frozen=True)
class _Sum:
    terms: tuple["_Part", ...]


@dataclass(frozen=True)
class _Product:
    """``inverse`` marks the factors that a division sign stands before."""

    factors: tuple["_Part", ...]
    inverse: tuple[bool, ...]


@dataclass(frozen=True)
class _Power:
    base: "_Part"
    exponent: Fraction


@dataclass(frozen=True)
class _Call:
    function: Function
    arguments: tuple["_Part", ...]


_Part = _Number | _Name | _Negative | _Sum | _Product | _Power | _Call


def _inside(part: _Part) -> tuple[_Part, ...]:
    match part:
        case _Negative(inner) | _Power(inner, _):
            return (inner,)
        case _Sum(parts) | _Product(parts, _) | _Call(_, parts):
            return parts
        case _:
            return ()


def _parts(part: _Part) -> Iterator[_Part]:
    yield part
    for inner in _inside(part):
        yield from _parts(inner)


def _read(text: str, names: Collection[str]) -> _Part:
    _check_text(text)
    spaced = " ".join(text.split())
    _check_tokens(spaced)
    source = spaced.replace("^", "**")
    tree = _Reader(source, names).read(_grammar(source))
    if _degree(tree) > MAX_DEGREE:
        raise FormulaError(f"the powers multiply to a degree above {MAX_DEGREE}", "use smaller exponents")
    return tree


def _degree(part: _Part) -> Fraction:
    """The polynomial degree, with the sign of exponents left out, so that a quotient counts as a product does."""
    zero, one = Fraction(0), Fraction(1)
    inside = [_degree(inner) for inner in _inside(part)]
    match part:
        case _Number():
            return zero
        case _Power(_, exponent):
            return max(one, inside[0]) * max(one, abs(exponent))
        case _Product():
            return Fraction(sum(inside))
        case _:
            return max(inside, default=one)


# The text

_TOKEN = re.compile(
    r"(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|(?P<name>[A-Za-z_][A-Za-z_0-9]*)|(?P<sign>\*\*|//|[-+*/^(),])"
)
_OTHER_SIGNS: Mapping[str, str] = MappingProxyType(
    {
        "'\"`": "text in quotes has no place in a formula",
        "[]": "square brackets have no place in a formula",
        "{}": "curly brackets have no place in a formula",
        "<>=!": "a comparison or an assignment has no place in a formula",
        ".": "a dot stands only inside a number, and parts of names are out of reach",
    }
)
_SIGNS_MEND = "a formula has numbers, names, + - * / **, round brackets and functions"


def _check_text(text: str) -> None:
    if not text.strip():
        raise FormulaError("the formula is empty", "write one, such as x1 + x2")
    if len(text) > MAX_LENGTH:
        raise FormulaError(f"the formula has {len(text)} characters", f"at most {MAX_LENGTH} are read")
    strange = next((c for c in text if not (c.isascii() and (c.isprintable() or c.isspace()))), None)
    if strange:
        raise FormulaError(
            f"the character {strange!a} has no place in a formula", "use plain ASCII, such as * for a dot"
        )


def _check_tokens(text: str) -> None:
    """Refuse every character and every number that a formula is not made of, and brackets that are too deep."""
    tokens: list[re.Match[str]] = []
    place = 0
    while place < len(text):
        if text[place] == " ":
            place += 1
            continue
        token = _TOKEN.match(text, place)
        if not token:
            raise FormulaError(_other_sign(text[place]), _SIGNS_MEND)
        tokens.append(token)
        place = token.end()
    for token in tokens:
        if token.lastgroup == "number":
            _check_number(token.group())
    for left, right in pairwise(tokens):
        _check_neighbours(left, right)
    _check_brackets(token.group() for token in tokens)


def _other_sign(sign: str) -> str:
    return next(
        (what for signs, what in _OTHER_SIGNS.items() if sign in signs), f"the sign {sign} has no place in a formula"
    )


def _check_number(literal: str) -> None:
    mantissa, _, power = literal.lower().partition("e")
    if re.match(r"0\d", mantissa):
        raise FormulaError(f"{_short(literal)} begins with a zero too many", "write the number without it")
    if power and abs(int(power)) > MAX_POWER_OF_TEN:
        raise FormulaError(
            f"{_short(literal)} is out of range", f"powers of ten go from -{MAX_POWER_OF_TEN} to {MAX_POWER_OF_TEN}"
        )


def _check_neighbours(left: re.Match[str], right: re.Match[str]) -> None:
    """Refuse ``2x1``, ``2 x1``, ``0x10``, ``1_000`` and ``1j``, where a number runs into a name, and ``1 2``."""
    if left.lastgroup != "number" or right.lastgroup == "sign":
        return
    gap = right.string[left.end() : right.start()]
    if gap and keyword.iskeyword(right.group()):
        return
    both = _short(left.group() + gap + right.group())
    if right.lastgroup == "number":
        raise FormulaError(f"{both} has two numbers side by side", "put a sign between them")
    product = _short(f"{left.group()}*{right.group()}")
    raise FormulaError(f"in {both} a number runs into letters", f"write decimal digits alone, or {product} to multiply")


def _check_brackets(tokens: Iterator[str]) -> None:
    depth = 0
    for token in tokens:
        depth += (token == "(") - (token == ")")
        if depth > MAX_DEPTH:
            raise FormulaError(f"brackets are nested more than {MAX_DEPTH} deep", "write a simpler formula")
        if depth < 0:
            raise FormulaError("a closing bracket has no opening one", "remove it, or add the opening bracket")
    if depth:
        raise FormulaError("an opening bracket has no closing one", "remove it, or add the closing bracket")


def _grammar(source: str) -> ast.expr:
    try:
        return ast.parse(source, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise FormulaError(f"{_short(source)} does not read as a formula", _SIGNS_MEND) from None


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:37]}..."


# From Python's tree to ours

_REFUSED: Mapping[type[ast.AST], str] = MappingProxyType(
    {
        ast.Attribute: "a dot stands only inside a number, and parts of names are out of reach",
        ast.Lambda: "a lambda has no place in a formula",
        ast.IfExp: "a condition has no place in a formula",
        ast.BoolOp: "and, or have no place in a formula",
        ast.Compare: "a comparison has no place in a formula",
        ast.GeneratorExp: "a loop has no place in a formula",
        ast.Starred: "a star stands only between two numbers or names",
        ast.Tuple: "a comma stands only between the arguments of a function",
        ast.Constant: "True, False and None have no place in a formula",
        ast.Not: "not has no place in a formula",
        ast.FloorDiv: "// has no place in a formula",
    }
)


class _Reader:
    """Admits Python's tree of one text, part by part, within the bounds."""

    def __init__(self, source: str, names: Collection[str]) -> None:
        self.source = source
        self.names = names
        self.count = 0

    def read(self, node: ast.expr, depth: int = 0) -> _Part:
        self.count += 1
        if depth > MAX_DEPTH:
            raise FormulaError(f"the formula is nested more than {MAX_DEPTH} deep", "write a simpler formula")
        if self.count > MAX_PARTS:
            raise FormulaError(f"the formula has more than {MAX_PARTS} parts", "write a shorter formula")
        match node:
            case ast.BinOp(op=ast.Add() | ast.Sub()):
                return self._sum(node, depth + 1)
            case ast.BinOp(op=ast.Mult() | ast.Div()):
                return self._product(node, depth + 1)
            case ast.BinOp(left=base, op=ast.Pow(), right=exponent):
                return self._power(base, exponent, depth + 1)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return _negative(self.read(operand, depth + 1))
            case ast.UnaryOp(op=ast.UAdd(), operand=operand):
                return self.read(operand, depth + 1)
            case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
                return _Number(Fraction(self._text(node)))
            case ast.Name(id=name):
                return self._name(name)
            case ast.Call(func=function, args=arguments, keywords=keywords):
                return self._call(function, arguments, keywords, depth + 1)
        raise _refusal(node)

    def _text(self, node: ast.expr) -> str:
        return self.source[node.col_offset : node.end_col_offset]

    def _chain(self, node: ast.expr, *signs: type[ast.operator]) -> tuple[list[ast.expr], list[ast.operator]]:
        """Take ``a - b + c`` apart: its operands, and the signs between them."""
        operands: list[ast.expr] = []
        operators: list[ast.operator] = []
        while isinstance(node, ast.BinOp) and isinstance(node.op, signs):
            operands.append(node.right)
            operators.append(node.op)
            node = node.left
        self.count += len(operators) - 1
        return [node, *reversed(operands)], operators[::-1]

    def _sum(self, node: ast.BinOp, depth: int) -> _Part:
        operands, operators = self._chain(node, ast.Add, ast.Sub)
        terms = [self.read(operand, depth) for operand in operands]
        signed = [_Negative(t) if isinstance(o, ast.Sub) else t for o, t in zip(operators, terms[1:], strict=True)]
        return _Sum((terms[0], *signed))

    def _product(self, node: ast.BinOp, depth: int) -> _Part:
        operands, operators = self._chain(node, ast.Mult, ast.Div)
        factors = [self.read(operand, depth) for operand in operands]
        inverse = (False, *(isinstance(operator, ast.Div) for operator in operators))
        if any(divides and factor == _Number(Fraction(0)) for divides, factor in zip(inverse, factors, strict=True)):
            raise FormulaError("the formula divides by zero", "divide by something else")
        match factors[0]:
            case _Negative(part):
                return _Negative(_Product((part, *factors[1:]), inverse))
            case _:
                return _Product(tuple(factors), inverse)

    def _power(self, base: ast.expr, exponent: ast.expr, depth: int) -> _Part:
        inner = self.read(base, depth)
        if inner == _Name("e", given=False):
            return _Call(FUNCTIONS["exp"], (self.read(exponent, depth),))
        number = self._exponent(self.read(exponent, depth))
        if inner == _Number(Fraction(0)) and number < 0:
            raise FormulaError("the formula divides by zero", "divide by something else")
        return _Power(inner, number)

    def _exponent(self, part: _Part) -> Fraction:
        match part:
            case _Number(value):
                number = value
            case _Product((_Number(above), _Number(below)), (False, True)):
                number = above / below
            case _:
                raise FormulaError("an exponent is not a plain number", "write one, such as 2, -1 or (1/2), or use exp")
        if abs(number) > MAX_DEGREE or number.denominator > MAX_DEGREE:
            raise FormulaError(
                "an exponent is too large or too fine", f"write a whole number or fraction of at most {MAX_DEGREE}"
            )
        return number

    def _name(self, name: str) -> _Part:
        if name in self.names or name in CONSTANTS:
            return _Name(name, given=name in self.names)
        if name in FUNCTIONS:
            raise FormulaError(f"{name} is a function without its argument", f"write {name}(...)")
        raise FormulaError(f"{_short(name)} is not a name that can stand here", _instead(name, self.names, "name"))

    def _call(self, name: ast.expr, arguments: list[ast.expr], keywords: list[ast.keyword], depth: int) -> _Part:
        if not isinstance(name, ast.Name):
            raise FormulaError("a bracket follows a number or another bracket", "put a sign such as * between them")
        if name.id in self.names or name.id in CONSTANTS:
            raise FormulaError(f"{name.id} is not a function", f"write {name.id}*(...) to multiply")
        if name.id not in FUNCTIONS:
            what = f"{_short(name.id)} is not a function that can stand here"
            raise FormulaError(what, _instead(name.id, FUNCTIONS, "function"))
        function = FUNCTIONS[name.id]
        if keywords or not function.least <= len(arguments) <= (function.most or len(arguments)):
            many = "argument" if len(arguments) == 1 else "arguments"
            raise FormulaError(f"{function.name} has {len(arguments)} {many}", f"it takes {_arity(function)}")
        return _Call(function, tuple(self.read(argument, depth) for argument in arguments))


def _negative(part: _Part) -> _Part:
    """Keep a negative literal as one number; ``-(-2)`` stays the negative of it."""
    if isinstance(part, _Number) and part.value >= 0:
        return _Number(-part.value)
    return _Negative(part)


def _refusal(node: ast.expr) -> FormulaError:
    parts: tuple[ast.AST, ...] = (node, node.op) if isinstance(node, ast.UnaryOp | ast.BinOp) else (node,)
    what = next((_REFUSED[type(part)] for part in parts if type(part) in _REFUSED), None)
    return FormulaError(what or f"{type(node).__name__} has no place in a formula", _SIGNS_MEND)


def _instead(name: str, allowed: Collection[str], kind: str) -> str:
    """Name the nearest of ``allowed``, or the first few."""
    lowered = {known.lower(): known for known in islice(allowed, 300)}
    near = difflib.get_close_matches(name.lower(), lowered, n=1) if len(name) <= 40 else []
    if near:
        return f"did you mean {lowered[near[0]]}"
    shown = ", ".join(islice(allowed, 8))
    if not shown:
        return "only numbers can stand here"
    return f"the {kind}s are {shown}{', ...' if len(allowed) > 8 else ''}"


def _arity(function: Function) -> str:
    return "one" if function.most == 1 else f"{function.least} or more"


# From our tree to SymPy


class _Builder:
    """Writes a tree as SymPy, with nothing evaluated and nothing sorted."""

    def __init__(self, sympy: Any, names: "Mapping[str, sympy.Symbol]") -> None:
        self.sympy = sympy
        self.names = names

    def build(self, part: _Part) -> Any:
        sympy = self.sympy
        match part:
            case _Number(value):
                return sympy.Rational(value.numerator, value.denominator)
            case _Name(name, given):
                return self.names[name] if given else getattr(sympy, CONSTANTS[name])
            case _Negative(inner):
                return sympy.Mul(-1, self.build(inner), evaluate=False)
            case _Sum(terms):
                return sympy.Add(*map(self.build, terms), evaluate=False)
            case _Product(factors, inverse):
                return sympy.Mul(*map(self._factor, factors, inverse), evaluate=False)
            case _Power(base, exponent):
                return sympy.Pow(self.build(base), self.build(_Number(exponent)), evaluate=False)
            case _Call(function, arguments):
                return function.build(sympy, *map(self.build, arguments))

    def _factor(self, part: _Part, inverse: bool) -> Any:
        factor = self.build(part)
        return self.sympy.Pow(factor, -1, evaluate=False) if inverse else factor
