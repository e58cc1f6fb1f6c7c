"""The one printer from SymPy to Python with NumPy, in a person's order of terms."""

from collections.abc import Sequence
from re import compile as pattern
from typing import Any

import sympy
from sympy.printing.numpy import NumPyPrinter
from sympy.printing.precedence import PRECEDENCE

from derive.symbolic import opened

_SLOT = pattern(r"\bs(\d+)\b")


class _Printer(NumPyPrinter):  # type: ignore[misc]
    """Prints for single numbers: cases as Python's own, the largest and smallest by its own functions."""

    def _print_Piecewise(self, expr: Any) -> str:
        *cases, last = expr.args
        text = "".join(f"{self._print(value)} if {self._print(condition)} else " for value, condition in cases)
        return f"({text}{self._print(last[0])})"

    def _print_Relational(self, expr: Any) -> str:
        return f"{self._print(expr.lhs)} {expr.rel_op} {self._print(expr.rhs)}"

    def _print_Max(self, expr: Any) -> str:
        return f"max({', '.join(map(self._print, expr.args))})"

    def _print_Min(self, expr: Any) -> str:
        return f"min({', '.join(map(self._print, expr.args))})"

    def _print_Pow(self, expr: Any, rational: bool = False) -> str:
        if expr.exp == -1:
            return f"(1/{self.parenthesize(expr.base, PRECEDENCE['Pow'])})"
        return str(super()._print_Pow(expr, rational=rational))

    def _print_Heaviside(self, expr: Any) -> str:
        return f"float({self._print(expr.args[0])} > 0)"

    def _print_erf(self, expr: Any) -> str:
        return f"math.erf({self._print(expr.args[0])})"


_PRINTER = _Printer({"order": "none", "fully_qualified_modules": True})


def python(expression: sympy.Expr) -> str:
    """Print an expression; its slots stay as they are, for `filled`."""
    return str(_PRINTER.doprint(opened(expression))).replace("numpy.", "np.")


def filled(code: str, names: Sequence[str]) -> str:
    """Put names in for the slots of printed code."""
    return _SLOT.sub(lambda match: names[int(match[1])], code)
