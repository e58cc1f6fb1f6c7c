"""From a config to the sheets and keys of a class in a folder."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from os import cpu_count
from pathlib import Path
from typing import Any

from derive.config.load import load
from derive.config.model import Config
from derive.copies.cluster import Workforce, cluster
from derive.copies.job import PDF, Job, Made, Order
from derive.copies.make import make, processes
from derive.copies.printing import check_signs, gather, specimen
from derive.copies.record import Record, remove_drafts
from derive.copies.roster import Roster, read_roster
from derive.document.choice import choose
from derive.errors import user_error
from derive.exam.exam import Exam, exam_of
from derive.render.engine import find_engine
from derive.render.many import Promise, press
from derive.render.setup import Setup, setting_up

_FEW = 5
"""So few copies are not worth starting other processes for."""


@dataclass(frozen=True)
class Wanted:
    """What is asked for: how many copies (0: one for each student, or a single one) or ``only`` one of them."""

    copies: int = 0
    only: int = 0
    seed: int = 0
    formats: tuple[str, ...] = ("md",)
    roster: Path | None = None
    engine: str = "auto"
    workers: int = 0
    scheduler: str = ""


@dataclass
class Outcome:
    """How many copies were made, why others were not, and what else there is to say."""

    copies: int = 0
    faults: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    """What of a student a page does not show."""


def sheets(
    source: str | Path | Mapping[str, Any] | Config,
    out: Path,
    wanted: Wanted,
    tell: Callable[[int], None] = lambda total: None,
    setup: Setup | None = None,
) -> Outcome:
    """Make the sheets and keys. ``tell`` is called for each copy that is done, with how many there will be.

    ``setup`` is of use for PDFs if it is of the engine and the paper that they need.

    Raises:
        UserError: if the config, the roster or the folder cannot be used.
    """
    config = load(source)
    exam = exam_of(config, wanted.seed)
    choose(exam.config.report, exam.tape)
    assert exam.questions
    roster = read_roster(wanted.roster) if wanted.roster else None
    numbers = _numbers(wanted, roster)
    job = Job(config, wanted.seed, wanted.formats, exam.digest)
    record = Record(out, job, roster.digest if roster else "")
    again = record.check() is not None
    outcome = Outcome()

    def take(made: Made) -> None:
        outcome.copies += not made.fault
        outcome.faults += [made.fault] * bool(made.fault)
        outcome.notes += made.notes
        tell(len(orders))

    def lacking(stem: str) -> tuple[str, ...]:
        return _lacking(out, stem, job.formats) if again and not wanted.only else job.formats

    orders = list(_orders(numbers, roster, lacking))
    with ExitStack() as stack:
        setup = stack.enter_context(_setup(exam, wanted, setup))
        if wanted.only:
            make(_with_press(job, setup, exam), orders, out, None, None, take)
            return outcome
        force = stack.enter_context(_force(wanted, len(orders)))
        record.begin()
        remove_drafts(out)
        if force and force.is_here:
            job, beside = _with_promise(replace(job, out=out), setup, exam)
            make(job, orders, out, force, record, take, beside)
            remove_drafts(out)
        else:
            make(_with_press(job, setup, exam), orders, out, force, record, take)
        if setup:
            gather(out, orders, exam, side_by_side=force is not None)
    record.finish()
    return outcome


@contextmanager
def _force(wanted: Wanted, copies: int) -> Iterator[Workforce | None]:
    """Return what does the work; None where it is too little to share."""
    workers = wanted.workers or cpu_count() or 1
    if wanted.scheduler:
        with cluster(wanted.scheduler) as found:
            yield found
    elif workers == 1 or copies <= _FEW:
        yield None
    else:
        with processes(workers) as found:
            yield found


@contextmanager
def _setup(exam: Exam, wanted: Wanted, setup: Setup | None) -> Iterator[Setup | None]:
    """Make ready to set PDFs, if they are wanted."""
    if {PDF, "tex"} & set(wanted.formats):
        check_signs(exam)
    if PDF not in wanted.formats:
        yield None
        return
    engine, paper = find_engine(wanted.engine), exam.config.report.paper
    if setup and (setup.engine, setup.paper) == (engine, paper):
        yield setup
        return
    with setting_up(engine, paper) as found:
        yield found


def _with_press(job: Job, setup: Setup | None, exam: Exam) -> Job:
    return replace(job, press=press(setup, specimen(exam))) if setup else job


def _with_promise(job: Job, setup: Setup | None, exam: Exam) -> tuple[Job, Callable[[], None] | None]:
    """Return also what makes the press ready, when processes have begun that need it later."""
    if not setup:
        return job, None
    promise, text, needed = Promise(setup.folder / "press"), specimen(exam), setup
    return replace(job, press=promise), lambda: promise.keep(lambda: press(needed, text))


def _numbers(wanted: Wanted, roster: Roster | None) -> Sequence[int]:
    students = len(roster.students) if roster else 0
    if wanted.only:
        if roster and wanted.only > students:
            raise user_error("--only", f"the list has {students:,} students", f"write a number from 1 to {students}")
        return [wanted.only]
    if roster and wanted.copies > students:
        what = f"the list has {students:,} students"
        raise user_error("--copies", what, f"write a number up to {students}, or leave this out")
    return range(1, (wanted.copies or students or 1) + 1)


def _orders(
    numbers: Sequence[int], roster: Roster | None, lacking: Callable[[str], tuple[str, ...]]
) -> Iterator[Order]:
    for number in numbers:
        student = roster.students[number - 1] if roster else None
        stem = student.stem if student else f"{number:04d}"
        yield Order(number, stem, student.texts if student else {}, student.known_as if student else "", lacking(stem))


def _lacking(out: Path, stem: str, formats: Sequence[str]) -> tuple[str, ...]:
    """Return the formats that a copy has no sheet or no key in yet. What it links to was written before."""
    return tuple(
        chosen
        for chosen in formats
        if not all((out / folder / f"{stem}.{chosen}").is_file() for folder in ("sheets", "keys"))
    )
