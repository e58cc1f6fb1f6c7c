"""What a sheet asks for: one question for each group of quantities, one part for each quantity."""

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property, lru_cache

from derive.config.sheet import GROUPS, Sheet
from derive.errors import Problem, UserError, instead, quoted
from derive.kind import Kind
from derive.tape.quantity import Tape

_GROUPS: dict[Kind, str] = {
    Kind.PRE_ACTIVATION: "forward", Kind.ACTIVATION: "forward",
    Kind.LOSS: "loss", Kind.DATA_LOSS: "loss", Kind.PENALTY: "loss",
    Kind.DELTA: "deltas", Kind.GRADIENT: "gradients", Kind.STATE: "update", Kind.UPDATED: "update",
}  # fmt: skip
"""The group of each kind; what else is calculated belongs to that for which it is needed, the next on the tape."""

_GIVEN = (Kind.TARGET, Kind.LEARNING_RATE)
"""What stands on the sheet as a number though it follows from a formula."""


@dataclass(frozen=True)
class Part:
    """One answer: its letter, the place of its quantity on the tape, its points."""

    letter: str
    place: int
    points: Decimal


@dataclass(frozen=True)
class Question:
    """A numbered question."""

    number: int
    group: str
    parts: tuple[Part, ...]

    @cached_property
    def points(self) -> Decimal:
        """The points of all parts."""
        return sum((part.points for part in self.parts), Decimal(0))

    def label(self, part: Part) -> str:
        """Return what a part is called, such as 2c."""
        return f"{self.number}{part.letter}"


def questions(tape: Tape, sheet: Sheet, given: Collection[int] = ()) -> tuple[Question, ...]:
    """Number what is asked, in the order of the groups and of the tape; what is ``given`` on the sheet is not asked.

    Raises:
        UserError: if a quantity is asked for that there isn't, or nothing is left to ask.
    """
    wanted = _wanted(tape, sheet) - set(given)
    found: list[Question] = []
    for group in GROUPS:
        places = [place for place, other in enumerate(groups(tape)) if other == group and place in wanted]
        if places:
            points = sheet.points.of(group)
            parts = tuple(Part(_letter(n), place, points) for n, place in enumerate(places))
            found.append(Question(len(found) + 1, group, parts))
    if not found:
        mend = "ask for another group" if wanted or not given else 'ask for more, or write hints = "gaps"'
        raise UserError(Problem("sheet.ask", "nothing is left to ask for", mend))
    return tuple(found)


@lru_cache(maxsize=32)
def groups(tape: Tape) -> tuple[str, ...]:
    """Return the group of each quantity, by its place; nothing for what is given on a sheet."""
    found: list[str] = []
    following = ""
    for quantity in reversed(tape.quantities):
        is_given = quantity.rule is None or quantity.kind in _GIVEN
        following = _GROUPS.get(quantity.kind, following)
        found.append("" if is_given else following)
    return tuple(reversed(found))


def _wanted(tape: Tape, sheet: Sheet) -> set[int]:
    wanted: set[int] = set()
    problems = []
    known = groups(tape)
    for number, word in enumerate(sheet.ask, 1):
        if word in GROUPS:
            wanted.update(place for place, group in enumerate(known) if group == word)
        elif word in tape.place and known[tape.place[word]]:
            wanted.add(tape.place[word])
        else:
            keys = [q.key for q, group in zip(tape.quantities, known, strict=True) if group]
            mend = instead(word, [*GROUPS, *keys])
            problems.append(Problem(f"sheet.ask[{number}]", f"{quoted(word)} is nothing to ask for", mend))
    if problems:
        raise UserError(*problems)
    return wanted


def _letter(number: int) -> str:
    """Return a, b, …, z, aa, ab, … for 0, 1, …."""
    letters = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("a") + rest) + letters
    return letters
