"""What the report section of a config asks of names: which notation, and which parameter is explained."""

from collections.abc import Sequence
from functools import lru_cache

from derive.config.model import Report
from derive.errors import Problem, UserError, instead, listed, nearest, quoted
from derive.kind import Kind
from derive.notation import NOTATIONS
from derive.notation.base import Notation, names, symbols
from derive.notation.name import Name
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
        what = f"the notation {quoted(notation.name)} can name {notation.limit} only"
        problems.append(Problem("report.notation", what, instead("", ["auto", *(other.name for other in fitting)])))
        notation = fitting[0]
    explained = _explained(report.explain, tape, notation)
    if explained is None:
        assert report.explain is not None
        known = _parameters(tape, notation)
        near = nearest(report.explain, known)
        names = f"names here are such as {listed([quoted(name) for name in list(known)[:3]], 'and')}"
        what = f"no weight or bias is called {quoted(report.explain)}"
        problems.append(Problem("report.explain", what, f"did you mean {quoted(near)}" if near else names))
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
def named(tape: Tape, notation: Notation) -> tuple[Sequence[Name | None], Sequence[str]]:
    """Return the names and the symbols of all quantities, by place."""
    return names(tape, notation), symbols(tape, notation)
