"""What printing needs beside the copies: a specimen of their letters, and all of them in one file."""

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from string import ascii_letters

from derive.copies.job import Order
from derive.copies.make import processes
from derive.document.copypage import copy_page
from derive.document.key import compose_key
from derive.document.sheet import compose_sheet
from derive.errors import Problem, UserError
from derive.exam.copies import Copies
from derive.exam.exam import Exam
from derive.render.latex import body
from derive.render.many import Binding
from derive.render.textext import escape, missing
from derive.render.write import DRAFT, writing_into

_LETTERS = ascii_letters + "".join(chr(code) for code in range(0xC0, 0x100) if code not in (0xD7, 0xF7))
"""The letters of most names, so that a copy with such a name needs no run of the engine for itself."""


def specimen(exam: Exam) -> str:
    """Write what has every letter of the copies: the sheet and the key of the first one, and the letters of names."""
    page = copy_page(exam, Copies(exam).first, {})
    return "\n\\newpage\n".join((body(compose_sheet(page)), body(compose_key(page)), escape(_LETTERS)))


def check_signs(exam: Exam) -> None:
    """Look for signs in the texts of the sheets that a PDF's fonts do not have.

    Raises:
        UserError: with every text that has some.
    """
    problems = []
    for where, text in _texts(exam):
        if unknown := missing(text):
            shown = ", ".join(f"{character} (U+{ord(character):04X})" for character in unknown[:5])
            problems.append(Problem(where, f"the fonts of a PDF do not have {shown}", "write it without, or choose md"))
    if problems:
        raise UserError(*problems)


def _texts(exam: Exam) -> Iterator[tuple[str, str]]:
    sheet = exam.sheet
    yield ("sheet.title" if sheet.title else "title"), exam.title
    yield "sheet.course", sheet.course or ""
    yield "sheet.date", sheet.date or ""
    for key, texts in (("instructions", sheet.instructions), ("fields", sheet.fields)):
        yield from ((f"sheet.{key}[{number}]", text) for number, text in enumerate(texts, 1))


def gather(out: Path, orders: Sequence[Order], exam: Exam, *, side_by_side: bool) -> None:
    """Put the sheets of all copies into one file, and the keys: with two sides, each begins on a right-hand page.

    Raises:
        UserError: if a copy's file is not as it was written, or the folder is full.
    """
    stems = [order.stem for order in orders]
    bind = partial(_bind, out, stems=stems, title=exam.title, two_sided=exam.sheet.two_sided)
    folders = ("sheets", "keys")
    if not side_by_side:
        for folder in folders:
            bind(folder)
        return
    with processes(len(folders)) as force:
        list(force.start().map(bind, folders))


def _bind(out: Path, folder: str, stems: Sequence[str], title: str, *, two_sided: bool) -> None:
    draft = out / f"{DRAFT}{folder}.pdf"
    try:
        with writing_into(out), draft.open("wb") as stream:
            binding = Binding(stream, title, two_sided=two_sided)
            for file in (out / folder / f"{stem}.pdf" for stem in stems):
                if file.is_file():
                    binding.add(file)
            binding.close()
        draft.replace(out / f"{folder}.pdf")
    finally:
        draft.unlink(missing_ok=True)
