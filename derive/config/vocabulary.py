"""What a formula of a config may name: its functions, and constants that always have a value."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any


@dataclass(frozen=True)
class Function:
    """A function that a formula may call, with ``least`` to ``most`` arguments (None: any number)."""

    name: str
    build: Callable[..., Any]
    """Receives the sympy module, then the arguments as SymPy expressions."""
    least: int = 1
    most: int | None = 1


def unevaluated(name: str) -> Callable[..., Any]:
    return lambda sympy, *args: getattr(sympy, name)(*args, evaluate=False)


def _sigmoid(sympy: Any, z: Any) -> Any:
    """1 / (1 + exp(-z))"""
    power = sympy.exp(sympy.Mul(-1, z, evaluate=False), evaluate=False)
    return sympy.Pow(sympy.Add(1, power, evaluate=False), -1, evaluate=False)


_TABLE = (
    *(Function(n, unevaluated(n)) for n in ("exp", "log", "sin", "cos", "tan", "sinh", "cosh", "tanh", "erf")),
    Function("ln", unevaluated("log")),
    Function("abs", unevaluated("Abs")),
    Function("sqrt", lambda sympy, x: sympy.Pow(x, sympy.Rational(1, 2), evaluate=False)),
    Function("sigmoid", _sigmoid),
    Function("min", unevaluated("Min"), 2, None),
    Function("max", unevaluated("Max"), 2, None),
)
FUNCTIONS: Mapping[str, Function] = MappingProxyType({function.name: function for function in _TABLE})
"""What a formula may call. SymPy sorts the arguments of its Min and Max; everything else keeps the writer's order."""

CONSTANTS: Mapping[str, str] = MappingProxyType({"pi": "pi", "e": "E"})
"""Names that always have a value, and what SymPy calls them. A name that the caller gives goes first."""
