"""How much a page works out: every line, or one of each kind with the rest in tables."""

from dataclasses import replace
from re import compile as pattern

from derive.document.chain import Chain
from derive.kind import Kind
from derive.notation.pattern import BREAK
from derive.tape.quantity import Tape

MOST_LINES = 300
"""A page that would have more lines than this is brief by itself: these are some 20 pages."""

MOST_TERMS = 8
"""A brief page writes a sum of more terms than this with dots."""

_FIRST = 3
"""So many terms stand before the dots."""

_MARK = pattern(rf"{BREAK}|[({{\[]|[)}}\]]")


def lines(tape: Tape) -> int:
    """Count the lines of a page that works every quantity of a step out."""
    kinds = [places for kind, places in tape.by_kind.items() if places and kind is not Kind.TARGET]
    return sum(len(places) for places in kinds if tape.quantities[places[0]].rule is not None)


def is_brief(asked: str, count: int) -> bool:
    """Tell whether a page is brief, as the config asks or, with "auto", by its length."""
    return asked == "brief" or (asked == "auto" and count > MOST_LINES)


def thinned(chain: Chain) -> Chain:
    """Leave the middle of long sums out of a chain."""
    return replace(chain, links=tuple((relation, thinned_sum(side)) for relation, side in chain.links))


def thinned_sum(side: str) -> str:
    """Write dots for the middle terms of the longest sum of a side, where it is long."""
    breaks: dict[int, list[int]] = {}
    opened = [-1]
    for match in _MARK.finditer(side):
        if match[0] == BREAK:
            breaks.setdefault(opened[-1], []).append(match.start())
        elif match[0] in "({[":
            opened.append(match.start())
        else:
            opened.pop()
    longest = max(breaks.values(), key=len, default=[])
    if len(longest) < MOST_TERMS:
        return side
    return rf"{side[: longest[_FIRST - 1]]}{BREAK} + \cdots{side[longest[-1] :]}"
