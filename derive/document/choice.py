"""What the report section of a config asks of names: which notation, and which parameter is explained."""

from collections.abc import Mapping, Sequence
from functools import lru_cache

from derive.config.model import Report
from derive.errors import Problem, UserError, instead, listed, nearest, quoted
from derive.kind import Kind
from derive.notation import NOTATIONS
from derive.notation.base import Notation, names, symbols
from derive.notation.name import Name
from derive.notation.own import own_names, with_names, without_sample
from derive.tape.quantity import Quantity, Tape


def choose(report: Report, tape: Tape) -> tuple[Notation, Quantity]:
    """Return the notation, and the parameter whose chain rule is explained.

    Raises:
        UserError: if the notation cannot name this network, or no parameter has the name that is asked for.
    """
    problems: list[Problem] = []
    fitting = [notation for notation in NOTATIONS.values() if notation.fits(tape.structure)]
    notation = fitting[0] if report.notation == "auto" else NOTATIONS[report.notation]
    if notation not in fitting:
        what = f"the notation {quoted(notation.name)} can name {notation.limit} only"
        problems.append(Problem("report.notation", what, instead("", ["auto", *(other.name for other in fitting)])))
        notation = fitting[0]
    notation = _with_own_names(report.names or {}, tape, notation, problems)
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


_NAMEABLE = (
    Kind.INPUT, Kind.TARGET, Kind.WEIGHT, Kind.BIAS, Kind.LEARNING_RATE, Kind.PRE_ACTIVATION, Kind.ACTIVATION,
    Kind.LOSS, Kind.DELTA,
)  # fmt: skip
"""What may have a name of a user's own; gradients, updated values and states follow from these."""


def _with_own_names(written: Mapping[str, str], tape: Tape, notation: Notation, problems: list[Problem]) -> Notation:
    """Put a user's own names into a notation; adds to the problems where a key or a name can't be taken."""
    if not written:
        return notation
    keys = dict.fromkeys(without_sample(quantity) for quantity in tape.quantities if quantity.kind in _NAMEABLE)
    for key in written:
        if key not in keys:
            near = nearest(key, keys)
            mend = f"did you mean {quoted(near)}" if near else f"keys are such as {listed(list(keys)[:4], 'and')}"
            problems.append(Problem(f"report.names.{key}", "there is no such quantity", mend))
    found = with_names(notation, own_names([pair for pair in written.items() if pair[0] in keys]))
    problems += _taken(written, tape, found)
    return found


def _taken(written: Mapping[str, str], tape: Tape, notation: Notation) -> list[Problem]:
    """Find the names that are taken already; what follows from a name is named after it, and only told by itself."""
    taken, symbols = _reserved(tape), named(tape, notation)[1]
    own: list[Problem] = []
    following: list[Problem] = []
    keys = [without_sample(quantity) for quantity in tape.quantities]
    for place in sorted(range(len(keys)), key=lambda place: keys[place] in written):
        key, symbol = keys[place], symbols[place]
        if symbol in taken and key in written:
            what = f"the name {quoted(written[key])} is taken by {taken[symbol]}"
            own.append(Problem(f"report.names.{key}", what, "choose another one"))
        elif symbol in taken:
            what = f"with these names {key} is called as {taken[symbol]} is"
            following.append(Problem("report.names", what, "choose other ones"))
        taken.setdefault(symbol, key)
    return own or following


def _reserved(tape: Tape) -> dict[str, str]:
    """Return the symbols that stand for something else on the page, and what for."""
    functions = (shape.activation for shape in tape.structure.layers)
    found = {"e": "Euler's number", r"\pi": "the number pi", "f": "the activation function"}
    found |= {function.symbol: f"the {function.title}" for function in functions if function.symbol}
    if tape.structure.optimizer.lines:
        found |= {"w": "any weight in the optimizer's formulas", "g": "any gradient in the optimizer's formulas"}
    return found


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
def named(tape: Tape, notation: Notation, step: int | None = None) -> tuple[Sequence[Name | None], Sequence[str]]:
    """Return the names and the symbols of all quantities, by place; ``step`` marks those of one of several steps."""
    found = names(tape, notation, step)
    return found, symbols(tape, found)
