"""Recalculates a worked page from nothing but its printed digits.

    check_markdown(text) and check_latex(text) -> Report

The page is read as a person reads it, from the top. Each formula is split into chains (side = side \approx side …),
each side is parsed by a grammar of the TeX that such pages use, and then

- two numeric sides next to each other must fit: `=` says that both are exactly equal, `\approx` that they are not, and
  that the right one is the left one rounded half away from zero; where the right one is worked out only in part
  (0.45016 - 0.08665), each worked-out number must be the rounding of its part of the left one;
- the first numeric side of a chain, typed into a calculator, must give the result at the chain's end;
- a side in symbols must give the side in numbers: each symbol's number is one that the page printed for that symbol;
- a formula f(z) = … for a known function, or for a derivative, must be true;
- no sign may stand before a bare negative number, no zero be negative, no bracket be left open, and so on.

This is a test's tool. It knows nothing of the program that wrote the page.
"""

import re
from collections.abc import Iterator

from tests.pagecheck.calculate import DIGITS
from tests.pagecheck.check import check_pieces
from tests.pagecheck.extract import Piece, latex, markdown
from tests.pagecheck.report import Finding, Report


def _checked(pieces: Iterator[Piece], text: str, definitions: bool, decimal_comma: bool) -> Report:
    """Check with as many digits as the smallest and largest numbers of the text need beside each other."""
    powers = [abs(int(power)) for power in re.findall(r"10\^\{(-?\d+)\}", text)]
    token = DIGITS.set(60 + 2 * max(powers, default=0))
    try:
        return check_pieces(pieces, definitions, decimal_comma)
    finally:
        DIGITS.reset(token)


def check_markdown(text: str, *, definitions: bool = True, decimal_comma: bool = False) -> Report:
    """Check the formulas of a Markdown page: $…$, $$…$$, $`…`$ and fences of ``math``."""
    return _checked(markdown(text), text, definitions, decimal_comma)


def check_latex(text: str, *, definitions: bool = True, decimal_comma: bool = False) -> Report:
    r"""Check the formulas of a LaTeX document: $…$, \(…\), \[…\] and the environments of amsmath."""
    return _checked(latex(text), text, definitions, decimal_comma)


__all__ = ["Finding", "Report", "check_latex", "check_markdown"]
