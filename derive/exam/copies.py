"""The copies of an exam: each with numbers of its own that meet the requirements."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from threading import Lock

from derive.config.model import Config
from derive.config.sheet import Vary
from derive.errors import UserError, listed, user_error
from derive.exam.accepted import Accepted, accepted
from derive.exam.draw import MAX_DRAWS, Draws
from derive.exam.exam import Exam, first_step
from derive.exam.require import REQUIREMENTS, unmet_by_answers, unmet_by_givens, unmet_by_units
from derive.tape.evaluate import NoValue, Values, evaluate
from derive.tape.structure import givens_of

_FEW = 100
"""Where each copy would have fewer draws of its own than this, the copies take the good ones in order."""


@dataclass(frozen=True, eq=False)
class Copy:
    """One copy: its number (from 1), its code, its config, the values of the step, and which answers are accepted."""

    number: int
    code: str
    config: Config
    values: Values
    accepted: dict[int, Accepted]
    """By the places of what is asked."""


class Copies:
    """Finds the copies of an exam. What a copy is depends on the config, the seed and its number, on nothing else."""

    def __init__(self, exam: Exam) -> None:
        self.exam = exam
        self.draws = Draws(exam.config, exam.seed)
        self.require = (exam.config.vary or Vary()).require
        self.has_own_targets = exam.config.vary is not None and exam.config.vary.targets is not None
        """Then a target may be one, such as 0, that leaves some terms out of the loss."""
        self._lock = Lock()
        self._good: list[int] = []
        """The places of the first good draws, where the copies take them in order."""

    def __getitem__(self, number: int) -> Copy:
        """Return a copy.

        Raises:
            UserError: if no numbers for it meet the requirements.
        """
        if not self.draws.spreads:
            return self._copy(self.exam.config, number)
        if self.draws.tries >= _FEW:
            return self._first(self.draws.places(number), number)[1]
        with self._lock:
            return self._in_order(number)

    def _in_order(self, number: int) -> Copy:
        """Return a copy where each takes the next good draw."""
        while len(self._good) < number:
            start = self._good[-1] + 1 if self._good else 0
            try:
                place, found = self._first(range(start, min(start + MAX_DRAWS, len(self.draws))), number)
            except UserError:
                if self._good and not self.require.distinct:
                    break
                raise
            self._good.append(place)
            if len(self._good) == number:
                return found
        return self._copy(self.draws[self._good[(number - 1) % len(self._good)]], number)

    @property
    def first(self) -> Copy:
        """The first copy or, where there is none, one with the config's own numbers."""
        try:
            return self[1]
        except UserError:
            return self._copy(self.exam.config, 1)

    def _first(self, places: Iterable[int], number: int) -> tuple[int, Copy]:
        """Return the first draw that meets the requirements, with its place."""
        unmet: Counter[str] = Counter()
        for place in places:
            found = self._checked(self.draws[place], number)
            if isinstance(found, Copy):
                return place, found
            unmet[found] += 1
        raise self._nothing_found(unmet, number)

    def _checked(self, config: Config, number: int) -> Copy | str:
        """Work a draw out; return it, or the name of the requirement that it does not meet."""
        unmet = unmet_by_givens(config, self.require)
        if unmet:
            return unmet
        if self.has_own_targets and first_step(config) != self.exam.tape.structure:
            return "lines"
        try:
            values = self._values(config)
        except NoValue:
            return "value"
        unmet = unmet_by_units(values, self.require)
        if unmet:
            return unmet
        found = self._copy(config, number, values)
        return unmet_by_answers(values, found.accepted, self.require) or found

    def _copy(self, config: Config, number: int, values: Values | None = None) -> Copy:
        values = values or self._values(config)
        return Copy(number, self.exam.code(number), config, values, accepted(values, self.exam.asked))

    def _values(self, config: Config) -> Values:
        report = config.report
        return evaluate(self.exam.tape, givens_of(config), report.style, rounded=report.carry == "rounded")

    def _nothing_found(self, unmet: Counter[str], number: int) -> UserError:
        where, total = f"copy {number}", sum(unmet.values())
        if not total:
            what = f"there are only {self._most:,} different copies"
            return user_error(where, what, "let more numbers vary, or widen what they are drawn from, in [vary]")
        worst = [REQUIREMENTS[name] for name, _ in unmet.most_common()]
        counts = listed([f"{count:,} with {REQUIREMENTS[name].fault}" for name, count in unmet.most_common()], "and")
        what = f"none of {total:,} draws meets the requirements: {counts}"
        if self._good:
            what = f"only {len(self._good):,} different copies meet the requirements; {what}"
        return user_error(where, what, worst[0].mend)

    @cached_property
    def _most(self) -> int:
        return len(self.draws) if self.draws.tries < _FEW else len(self.draws) // self.draws.tries
