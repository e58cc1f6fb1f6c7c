"""The committed samples in ``output/``: ``make samples`` renews them, and a test says when they are stale."""

from collections.abc import Sequence
from pathlib import Path

import pypdfium2

from derive.config.schema import FILE, schema_text
from derive.copies.sheets import Wanted, sheets
from derive.document.blocks import Document, Figure
from derive.pipeline import Solution, solve

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "output"
SNAPSHOTS = ROOT / "tests" / "snapshots"
SAMPLES = ("source", "mazur", "three-layers")
EXAMS = ("exam", "exam-faded", "exam-gaps")
"""Sheets and keys: of each of these configs the first copy by the seed 2026."""

STALE = "the samples are stale: run make samples, look at what has changed, and commit it"
"""What a test says of a sample that is not what the program writes."""

FORMATS = ("md", "tex", "json")
"""The text formats, which are compared to the byte; of a PDF the engine's version decides the bytes."""
PAGES = {"source": ("html", "ipynb")}
"""What else is written of a sample; such files are larger."""


PICTURES = (
    ("source.pdf", 0, "source-page-1.png"),
    ("source.pdf", 1, "source-page-2.png"),
    ("exam-gaps/sheets/0001.pdf", 1, "exam-sheet.png"),
    ("exam-gaps/keys/0001.pdf", 1, "exam-key.png"),
)
"""The pages that the README shows."""


def solved(name: str) -> Solution:
    """Work a sample out, compared with the composed loss."""
    return solve(ROOT / "templates" / "configs" / f"{name}.toml", check=True)


def write_exam(name: str, folder: Path, formats: Sequence[str]) -> None:
    """Make the sheet and the key of an exam's copy."""
    config = ROOT / "templates" / "configs" / f"{name}.toml"
    sheets(config, folder / name, Wanted(only=1, seed=2026, formats=tuple(formats), engine="tinytex"))


def outline(document: Document) -> str:
    """Write the document model down, a block a line; a figure's layout has tests of its own."""
    blocks = (
        f"Figure({block.title!r}, {block.description!r})" if isinstance(block, Figure) else repr(block)
        for block in document.blocks
    )
    lines = [f"{document.title!r} on {document.paper}", *blocks]
    return "\n".join(lines) + "\n"


def schema_file() -> Path:
    """Return where the JSON schema of the configs is committed."""
    return FOLDER / FILE


def renew() -> None:
    """Write every sample and snapshot, and pictures of the first pages for the README."""
    SNAPSHOTS.mkdir(exist_ok=True)
    for name in SAMPLES:
        solution = solved(name)
        for path in solution.write(FOLDER, *FORMATS, *PAGES.get(name, ()), "pdf", name=name, engine="tinytex"):
            print(path.relative_to(ROOT))
        (SNAPSHOTS / f"{name}.txt").write_text(outline(solution.document), encoding="utf-8")
    schema_file().write_text(schema_text(), encoding="utf-8")
    for name in EXAMS:
        write_exam(name, FOLDER, (*FORMATS, "pdf"))
        print((FOLDER / name).relative_to(ROOT))
    for pdf, page, picture in PICTURES:
        document = pypdfium2.PdfDocument(FOLDER / pdf)
        document[page].render(scale=1.6).to_pil().save(FOLDER / picture, optimize=True)
        print((FOLDER / picture).relative_to(ROOT))


if __name__ == "__main__":
    renew()
