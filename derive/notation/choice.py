"""What the report section of a config asks of names: which notation, and which parameter is explained."""

from difflib import get_close_matches
from functools import lru_cache

from derive.config.model import Report
from derive.config.values import quoted
from derive.errors import Problem, UserError
from derive.notation import NOTATIONS
from derive.notation.base import Notation, names, symbols
from derive.notation.name import Name
from derive.tape.kind import Kind
from derive.tape.quantity import Quantity, Tape


def choose(report: Report, tape: Tape) -> tuple[Notation, Quantity]:
    """Return the notation, and the parameter whose chain rule is explained.

    Raises:
        UserError: if the notation cannot name this network, or no parameter has the name that is asked for.
    """
    problems = []
    fitting = [notation for notation in NOTATIONS.values() if notation.fits(tape.structure)]
    notation = fitting[0] if report.notation == "auto" else NOTATIONS[report.notation]
    if notation not in fitting:
        others = ", ".join(other.name for other in fitting)
        what = f"the notation {notation.name} can name {notation.limit} only"
        problems.append(Problem("report.notation", what, f"for this network it can be auto, {others}"))
        notation = fitting[0]
    explained = _explained(report.explain, tape, notation)
    if explained is None:
        assert report.explain is not None
        known = _parameters(tape, notation)
        near = get_close_matches(report.explain, known, n=1)
        guess = f"did you mean {near[0]}? " if near else ""
        some = ", ".join(list(known)[:3])
        what = f"no weight or bias is called {quoted(report.explain)}"
        problems.append(Problem("report.explain", what, f"{guess}names here are written as {some}"))
    if problems or explained is None:
        raise UserError(*problems)
    return notation, explained


def _explained(asked: str | None, tape: Tape, notation: Notation) -> Quantity | None:
    if asked is None:
        return tape[f"w_{len(tape.structure.layers)}_1_1"]
    return _parameters(tape, notation).get(asked)


@lru_cache(maxsize=32)
def _parameters(tape: Tape, notation: Notation) -> dict[str, Quantity]:
    """Return every weight and bias by its name on the page and by its key; the page's names win."""
    places = (*tape.by_kind[Kind.WEIGHT], *tape.by_kind[Kind.BIAS])
    by_key = {tape.quantities[place].key: tape.quantities[place] for place in places}
    by_name = {_plain(named(tape, notation)[0][place]): tape.quantities[place] for place in places}
    return by_name | {key: quantity for key, quantity in by_key.items() if key not in by_name}


def _plain(name: Name | None) -> str:
    assert name is not None
    return name.plain


@lru_cache(maxsize=32)
def named(tape: Tape, notation: Notation) -> tuple[tuple[Name | None, ...], tuple[str, ...]]:
    """Return the names and the symbols of all quantities, by place."""
    return names(tape, notation), symbols(tape, notation)
