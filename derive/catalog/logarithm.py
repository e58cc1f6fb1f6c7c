"""A number times a logarithm, as entropies have it: 0 where the number is 0, whatever the logarithm is of."""

from collections.abc import Mapping

import sympy
from sympy import Expr, Integer

from derive.symbolic import add, mul, rebuilt, replaced


class times_log(sympy.Function):  # type: ignore[misc]
    """y · ln q. Its ``definition`` is what a page shows, where the term does not vanish."""

    nargs = 2
    is_real = True

    @staticmethod
    def definition(y: Expr, q: Expr) -> Expr:
        """Write the product out."""
        return mul((y, sympy.log(q, evaluate=False)))


def without_zeros(term: Expr, known: Mapping[sympy.Symbol, Integer]) -> Expr:
    """Leave out the summands whose number before the logarithm is 0 with the ``known`` values, and open the others."""
    summands = term.args if term.is_Add else (term,)
    kept = [_written_out(summand) for summand in summands if not _vanishes(summand, known)]
    return add(kept) if kept else Integer(0)


def _written_out(expression: Expr) -> Expr:
    if not expression.find(times_log):
        return expression
    parts = [_written_out(part) for part in expression.args]
    return times_log.definition(*parts) if isinstance(expression, times_log) else rebuilt(expression, parts)


def _vanishes(summand: Expr, known: Mapping[sympy.Symbol, Integer]) -> bool:
    found = summand.find(times_log)
    return any(replaced(log.args[0], known).doit() == 0 for log in found)
