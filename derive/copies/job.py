"""One piece of the work: some copies, from their numbers to their files. Runs anywhere, and gives the same bytes."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path

from derive.config.model import Config
from derive.document.blocks import Document
from derive.document.copypage import CopyPage, copy_page
from derive.document.key import compose_key
from derive.document.sheet import compose_sheet
from derive.errors import UserError
from derive.exam.copies import Copies
from derive.exam.exam import exam_of
from derive.render import copies as twins
from derive.render.formats import FORMATS, File
from derive.render.latex import body
from derive.render.many import Failure, Manuscript, Press, Promise
from derive.render.textext import missing
from derive.render.write import write_files

PDF = "pdf"

Row = tuple[str, ...]
"""A line of ``answers.csv``: copy, student, question, quantity, value, low, high, points."""


@dataclass(frozen=True)
class Job:
    """What all copies have in common: with PDF, what sets them. ``key`` tells it from other jobs of the process.

    ``out`` is the folder that copies are written into where they are made; without it their files are sent back.
    """

    config: Config = field(compare=False)
    seed: int
    formats: tuple[str, ...]
    key: str
    press: Press | Promise | None = field(default=None, compare=False)
    out: Path | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Order:
    """One copy that is wanted: its number, what is known of the student, the name of its files, and which it lacks."""

    number: int
    stem: str
    student: Mapping[str, str]
    known_as: str
    lacking: tuple[str, ...]


@dataclass(frozen=True)
class Made:
    """A copy that was made, or why it was not."""

    order: Order
    code: str
    files: tuple[File, ...] = ()
    rows: tuple[Row, ...] = ()
    fault: str = ""
    notes: tuple[str, ...] = ()
    """What of the student a page does not show."""


@lru_cache(maxsize=4)
def _copies(job: Job) -> Copies:
    return Copies(exam_of(job.config, job.seed))


def work(job: Job, orders: Sequence[Order]) -> list[Made]:
    """Make some copies. One that cannot be made says why, and the others are made."""
    found = [_made(job, order) for order in orders]
    press = job.press.press() if isinstance(job.press, Promise) else job.press
    copies = _with_pdfs(press, found) if press else [made for made, _ in found]
    return [written(made, job.out) for made in copies] if job.out else copies


def written(made: Made, out: Path) -> Made:
    """Write the files of a copy, unless they are written already.

    Raises:
        UserError: if the folder cannot be written.
    """
    for folder in dict.fromkeys(name.rpartition("/")[0] for name in (file.name for file in made.files)):
        inside = [file.inside(folder) for file in made.files if file.name.startswith(f"{folder}/")]
        write_files(out / folder, inside)
    return replace(made, files=())


def manuscripts(job: Job, orders: Sequence[Order]) -> list[Manuscript]:
    """Write what the PDFs of some copies are set from."""
    return [manuscript for order in orders for manuscript in _made(job, order)[1]]


def _made(job: Job, order: Order) -> tuple[Made, list[Manuscript]]:
    """Make a copy but for its PDFs, and write what these are set from."""
    copies = _copies(job)
    code = copies.exam.code(order.number)
    try:
        page = copy_page(copies.exam, copies[order.number], order.student)
        documents = {"sheets": compose_sheet(page), "keys": compose_key(page)} if order.lacking else {}
        files = tuple(_files(order, page, documents))
        manuscripts = [
            Manuscript(f"{folder}/{order.stem}", document.title, body(document))
            for folder, document in documents.items()
            if PDF in order.lacking
        ]
    except UserError as error:
        return Made(order, code, fault=" ".join(error.sentences(3))), []
    notes = tuple(_notes(page)) if {PDF, "tex"} & set(order.lacking) else ()
    return Made(order, code, files, tuple(_rows(page, order.known_as)), notes=notes), manuscripts


def _files(order: Order, page: CopyPage, documents: Mapping[str, Document]) -> Iterator[File]:
    """Render what is lacking: the files that others link to come first."""
    for chosen in order.lacking:
        render = FORMATS[chosen].document
        for folder, document in documents.items():
            if chosen == PDF:
                continue
            found: Sequence[File]
            if render is None:
                found = [File(f"{order.stem}.json", twins.render(_RECORDS[folder](page)).encode())]
            else:
                found = render(document, order.stem, "")
            yield from (File(f"{folder}/{file.name}", file.content) for file in reversed(found))


_RECORDS = {"sheets": twins.sheet_record, "keys": twins.key_record}


def _with_pdfs(press: Press, found: Sequence[tuple[Made, list[Manuscript]]]) -> list[Made]:
    """Set the PDFs of all these copies."""
    printed = iter(press.print([manuscript for _, manuscripts in found for manuscript in manuscripts]))
    copies = []
    for made, manuscripts in found:
        results = [next(printed) for _ in manuscripts]
        failed = next((result for result in results if isinstance(result, Failure)), None)
        files = (*made.files, *(result for result in results if isinstance(result, File)))
        if failed:
            fault = f"copy {made.order.number}: the PDF {failed.name} cannot be made ({failed.reason})."
            copies.append(Made(made.order, made.code, fault=fault))
        else:
            copies.append(replace(made, files=files))
    return copies


def _notes(page: CopyPage) -> Iterator[str]:
    """Say what of the student the fonts of a PDF do not have, so that it is left to be written by hand."""
    for label, text in page.fields.items:
        if unknown := missing(text):
            shown = ", ".join(f"{character} (U+{ord(character):04X})" for character in unknown[:3])
            where = f"copy {page.copy.number}: {label} is left to be written by hand"
            yield f"{where}, for the fonts of a PDF do not have {shown}."


def _rows(page: CopyPage, student: str) -> Iterator[Row]:
    for answer in twins.answers(page):
        numbers = (answer["value"], answer["low"], answer["high"], format(answer["points"], "f"))
        yield (str(page.copy.number), _harmless(student), answer["part"], answer["quantity"], *numbers)


def _harmless(text: str) -> str:
    """Keep a spreadsheet from taking text for a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text
