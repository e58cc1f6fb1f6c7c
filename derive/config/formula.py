"""A formula of a config, such as ``x1 + x2``, read into a SymPy expression. Its text is never evaluated.

Three steps: a scan lets through only the signs and decimal numbers that a formula is made of, Python's own grammar
(`ast.parse`, which runs nothing) gives the structure, and `_Reader` takes in what this module lists, within bounds.
Only then is SymPy asked for, and builds what was read in the writer's order.
"""

import ast
import difflib
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from derive.config.vocabulary import CONSTANTS, FUNCTIONS, unevaluated

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


def parse_formula(text: str, names: "Mapping[str, sympy.Symbol]") -> "sympy.Expr":
    """Read ``text`` over ``names`` into an unevaluated SymPy expression; every decimal is exactly as written.

    Raises `FormulaError`.
    """
    formula, _ = _read(text, names)
    import sympy

    return formula.build(sympy, names)


def check_formula(text: str, names: Collection[str]) -> frozenset[str]:
    """Return which of ``names`` the formula uses, without SymPy. Raises `FormulaError` as `parse_formula` does."""
    return _read(text, names)[1]


@dataclass(frozen=True)
class _Part:
    """A part that was read. ``build`` makes its expression from the sympy module and the symbols.

    ``degree`` is the polynomial degree with the sign of exponents left out, so that a quotient counts as a product
    does. ``number`` is set for a literal, ``exponent`` for whatever may stand as one: a literal, or 1/2.
    """

    build: Callable[[Any, Mapping[str, Any]], Any]
    degree: Fraction = Fraction(0)
    number: Fraction | None = None
    exponent: Fraction | None = None


def _read(text: str, names: Collection[str]) -> tuple[_Part, frozenset[str]]:
    _check_text(text)
    source = " ".join(text.split()).replace("^", "**")
    _check_signs(source)
    try:
        tree = ast.parse(source, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise FormulaError(f"{_short(source)} does not read as a formula", "check its brackets and signs") from None
    reader = _Reader(source, names)
    formula = reader.read(tree)
    if formula.degree > MAX_DEGREE:
        raise FormulaError(f"the powers multiply to a degree above {MAX_DEGREE}", "use smaller exponents")
    return formula, frozenset(reader.used)


# The text

_SIGNS = "a formula has numbers, names, + - * / **, round brackets and functions"
_TOKEN = re.compile(
    r"(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)(?P<runs_into>\s*[\w.]+)?|[A-Za-z_]\w*|[-+*/(),]|(?P<other>\S)"
)
_OTHER: Mapping[str, str] = MappingProxyType(
    {
        "'\"`": "text in quotes has no place in a formula",
        "[]": "square brackets have no place in a formula",
        "{}": "curly brackets have no place in a formula",
        "<>=!": "a comparison or an assignment has no place in a formula",
        ".": "a dot stands only inside a number, and parts of names are out of reach",
    }
)


def _check_text(text: str) -> None:
    if not text.strip():
        raise FormulaError("the formula is empty", "write one, such as x1 + x2")
    if len(text) > MAX_LENGTH:
        raise FormulaError(f"the formula has {len(text)} characters", f"at most {MAX_LENGTH} are read")
    strange = next((c for c in text if not (c.isascii() and (c.isprintable() or c.isspace()))), None)
    if strange:
        raise FormulaError(f"the character {strange!a} has no place in a formula", "use plain ASCII, as * for a dot")


def _check_signs(source: str) -> None:
    """Refuse every sign that a formula is not made of, and every number that is not a plain decimal: 0x10, 1_0, 1j."""
    for token in _TOKEN.finditer(source):
        number, after, other = token["number"], token["runs_into"], token["other"]
        if other:
            what = next((what for signs, what in _OTHER.items() if other in signs), None)
            raise FormulaError(what or f"the sign {other} has no place in a formula", _SIGNS)
        if after:
            mend = f"write decimal digits alone, or {_short(f'{number}*{after.strip()}')} to multiply"
            raise FormulaError(f"in {_short(token.group())} a number runs into what follows", mend)
        if number:
            _check_number(number)


def _check_number(literal: str) -> None:
    mantissa, _, power = literal.lower().partition("e")
    if re.match(r"0\d", mantissa):
        raise FormulaError(f"{_short(literal)} begins with a zero too many", "write the number without it")
    if power and abs(int(power)) > MAX_POWER_OF_TEN:
        raise FormulaError(f"{_short(literal)} is out of range", f"powers of ten go up to {MAX_POWER_OF_TEN}")


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:37]}..."


# The structure

_REFUSED: Mapping[type[ast.AST], str] = MappingProxyType(
    {
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
    """Takes in Python's tree of one text, part by part, and notes the names it ``used``."""

    def __init__(self, source: str, names: Collection[str]) -> None:
        self.source = source
        self.names = names
        self.used: set[str] = set()
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
                return self._power(self.read(base, depth + 1), self.read(exponent, depth + 1), base)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                part = self.read(operand, depth + 1)
                return _number(-part.number) if _is_literal(operand) and part.number is not None else _negative(part)
            case ast.UnaryOp(op=ast.UAdd(), operand=operand):
                return self.read(operand, depth + 1)
            case ast.Constant() if _is_literal(node):
                return _number(Fraction(self.source[node.col_offset : node.end_col_offset]))
            case ast.Name(id=name):
                return self._name(name)
            case ast.Call():
                return self._call(node, depth + 1)
        parts: tuple[ast.AST, ...] = (node, node.op) if isinstance(node, ast.UnaryOp | ast.BinOp) else (node,)
        what = next((_REFUSED[type(part)] for part in parts if type(part) in _REFUSED), "")
        raise FormulaError(what or f"{type(node).__name__} has no place in a formula", _SIGNS)

    def _chain(self, node: ast.expr, *signs: type[ast.operator]) -> tuple[list[ast.expr], list[bool]]:
        """Take ``a - b + c`` apart: its operands, and which of them have the second of the signs before them."""
        operands, second = [], []
        while isinstance(node, ast.BinOp) and isinstance(node.op, signs):
            operands.append(node.right)
            second.append(isinstance(node.op, signs[1]))
            node = node.left
        self.count += len(operands) - 1
        return [node, *reversed(operands)], [False, *reversed(second)]

    def _sum(self, node: ast.BinOp, depth: int) -> _Part:
        operands, subtracted = self._chain(node, ast.Add, ast.Sub)
        read = [self.read(operand, depth) for operand in operands]
        terms = [_negative(term) if minus else term for term, minus in zip(read, subtracted, strict=True)]
        return _built(unevaluated("Add"), terms, max(term.degree for term in terms))

    def _product(self, node: ast.BinOp, depth: int) -> _Part:
        """Read ``-a * b`` as the negative of a product, as ``c - a * b`` has it."""
        operands, divided = self._chain(node, ast.Mult, ast.Div)
        match operands[0]:
            case ast.UnaryOp(op=ast.USub(), operand=first) if not _is_literal(first):
                return _negative(self._multiplied([first, *operands[1:]], divided, depth))
        return self._multiplied(operands, divided, depth)

    def _multiplied(self, operands: list[ast.expr], divided: list[bool], depth: int) -> _Part:
        read = [self.read(operand, depth) for operand in operands]
        factors = [_raised(part, Fraction(-1)) if below else part for part, below in zip(read, divided, strict=True)]
        exponent = None
        if divided == [False, True] and read[0].number is not None and read[1].number:
            exponent = read[0].number / read[1].number
        return _built(unevaluated("Mul"), factors, Fraction(sum(part.degree for part in read)), exponent)

    def _power(self, base: _Part, exponent: _Part, written_base: ast.expr) -> _Part:
        if isinstance(written_base, ast.Name) and written_base.id == "e" and "e" not in self.names:
            return _built(unevaluated("exp"), [exponent], exponent.degree)
        number = exponent.exponent
        if number is None and base.exponent is not None and base.exponent > 0:
            return _built(unevaluated("Pow"), [base, exponent], _TOWER * max(exponent.degree, Fraction(1)))
        if number is None:
            mend = "write one, such as 2, -1 or (1/2), or a number above zero as the base, or use exp"
            raise FormulaError("an exponent is not a plain number", mend)
        if abs(number) > MAX_DEGREE or number.denominator > MAX_DEGREE:
            raise FormulaError("an exponent is too large or too fine", f"use whole numbers of at most {MAX_DEGREE}")
        return _raised(base, number)

    def _name(self, name: str) -> _Part:
        if name in self.names:
            self.used.add(name)
            return _Part(lambda sympy, names: names[name], Fraction(1))
        if name in CONSTANTS:
            return _Part(lambda sympy, names: getattr(sympy, CONSTANTS[name]), Fraction(1))
        if name in FUNCTIONS:
            raise FormulaError(f"{name} is a function without its argument", f"write {name}(...)")
        raise _unknown(name, self.names, "name")

    def _call(self, node: ast.Call, depth: int) -> _Part:
        if not isinstance(node.func, ast.Name):
            raise FormulaError("a bracket follows a number or another bracket", "put a sign such as * between them")
        name, count = node.func.id, len(node.args)
        if name in self.names or name in CONSTANTS:
            raise FormulaError(f"{name} is not a function", f"write {name}*(...) to multiply")
        if name not in FUNCTIONS:
            raise _unknown(name, FUNCTIONS, "function")
        function = FUNCTIONS[name]
        if node.keywords or not function.least <= count <= (function.most or count):
            takes = "one" if function.most == 1 else f"{function.least} or more"
            raise FormulaError(f"{name} has {count} argument{'s' * (count != 1)}", f"it takes {takes}")
        arguments = [self.read(argument, depth) for argument in node.args]
        return _built(function.build, arguments, max(argument.degree for argument in arguments))


_TOWER = 20
"""As what degree a power such as 2^x counts, so that a power in the exponent of a power is refused."""


def _is_literal(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and type(node.value) in (int, float)


def _number(value: Fraction) -> _Part:
    return _Part(lambda sympy, _: sympy.Rational(value.numerator, value.denominator), number=value, exponent=value)


def _built(make: Callable[..., Any], parts: list[_Part], degree: Fraction, exponent: Fraction | None = None) -> _Part:
    """Put parts together; ``make`` is as a `Function` has it."""
    return _Part(
        lambda sympy, names: make(sympy, *(part.build(sympy, names) for part in parts)), degree, None, exponent
    )


def _negative(part: _Part) -> _Part:
    return _built(unevaluated("Mul"), [_number(Fraction(-1)), part], part.degree)


def _raised(base: _Part, exponent: Fraction) -> _Part:
    if base.number == 0 and exponent < 0:
        raise FormulaError("the formula divides by zero", "divide by something else")
    degree = max(Fraction(1), base.degree) * max(Fraction(1), abs(exponent))
    return _built(unevaluated("Pow"), [base, _number(exponent)], degree)


def _unknown(name: str, allowed: Collection[str], kind: str) -> FormulaError:
    """Suggest the nearest of ``allowed``, or the first few."""
    lowered = {known.lower(): known for known in islice(allowed, 300)}
    near = difflib.get_close_matches(name.lower(), lowered, n=1) if len(name) <= 40 else []
    first = ", ".join(islice(allowed, 8)) + (", ..." if len(allowed) > 8 else "")
    mend = f"the {kind}s are {first}" if allowed else "only numbers can stand here"
    return FormulaError(
        f"{_short(name)} is not a {kind} that can stand here", f"did you mean {lowered[near[0]]}" if near else mend
    )
