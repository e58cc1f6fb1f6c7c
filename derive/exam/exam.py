"""An exam: a config whose copies are asked for, and all that its copies share."""

from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from hashlib import sha256

from derive.config.model import Config
from derive.config.sheet import Sheet
from derive.exam.questions import Question, groups, questions
from derive.tape.build import build
from derive.tape.quantity import Quantity, Tape
from derive.tape.structure import Structure, batch_of, structure_of
from derive.training.batches import batches_of

_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Without I, O, 0 and 1, which a hand makes alike."""


_DECIMALS = 4
"""How many decimals a sheet asks for where the config has significant digits only."""


@dataclass(frozen=True, eq=False)
class Exam:
    """A config and a seed; the asked decimals are those of the config's report (see `exam_of`)."""

    config: Config
    seed: int

    @cached_property
    def sheet(self) -> Sheet:
        """How the sheets look."""
        return self.config.sheet or Sheet()

    @cached_property
    def title(self) -> str:
        """The title of the sheets."""
        return self.sheet.title or self.config.title

    @cached_property
    def tape(self) -> Tape:
        """The tape of the step that is asked about: the first one of the training."""
        return build(first_step(self.config))

    @cached_property
    def worked(self) -> frozenset[int]:
        """What a faded sheet works out: the first unit of each layer, as far as that does not need what is asked."""
        if self.sheet.hints != "faded":
            return frozenset()
        open_: set[int] = set()
        found: set[int] = set()
        for place, quantity in enumerate(self.tape.quantities):
            if groups(self.tape)[place]:
                (found if quantity.unit == 1 and open_.isdisjoint(quantity.args) else open_).add(place)
        return frozenset(found)

    @cached_property
    def unknown(self) -> frozenset[int]:
        """What a sheet must not show: all that is calculated and not worked out on it."""
        return frozenset(place for place, group in enumerate(groups(self.tape)) if group) - self.worked

    @cached_property
    def groups(self) -> dict[str, list[Quantity]]:
        """The quantities of each group, in the order of the tape."""
        found: dict[str, list[Quantity]] = {}
        for quantity, group in zip(self.tape.quantities, groups(self.tape), strict=True):
            found.setdefault(group, []).append(quantity)
        return found

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        """What is asked."""
        return questions(self.tape, self.sheet, self.worked)

    @cached_property
    def asked(self) -> tuple[int, ...]:
        """The places of what is asked, in the order of the questions."""
        return tuple(part.place for question in self.questions for part in question.parts)

    @cached_property
    def points(self) -> Decimal:
        """The points of all questions."""
        return sum((question.points for question in self.questions), Decimal(0))

    @cached_property
    def digest(self) -> str:
        """What tells this config from every other."""
        return sha256(self.config.model_dump_json(by_alias=True, exclude_defaults=True).encode()).hexdigest()

    def code(self, copy: int) -> str:
        """Return what stands on each page of a copy: its number, and letters that tell it from other exams' copies."""
        digest = sha256(f"{self.digest} {self.seed} {copy}".encode()).digest()
        return f"{copy:04d}-" + "".join(_LETTERS[byte % len(_LETTERS)] for byte in digest[:4])


def first_step(config: Config) -> Structure:
    """Return the structure of the first step of a training."""
    samples, size = len(config.data.inputs), config.training.batch_size
    return batch_of(structure_of(config), next(iter(batches_of(samples, samples if size == "full" else size))))


def exam_of(config: Config, seed: int) -> Exam:
    """Return the exam of a config: its report is in full, line by line, with as many decimals as its sheet asks for."""
    decimals = (config.sheet.decimals if config.sheet else None) or config.report.decimals or _DECIMALS
    changes = {"detail": "full", "form": "scalar", "decimals": decimals, "significant": None}
    return Exam(config.model_copy(update={"report": config.report.model_copy(update=changes)}), seed)
