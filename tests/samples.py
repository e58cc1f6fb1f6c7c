"""The committed samples in ``output/``: ``make samples`` renews them, and a test says when they are stale."""

from pathlib import Path

import pypdfium2

from derive.config.schema import FILE, schema_text
from derive.document.blocks import Document, Figure
from derive.pipeline import Solution, solve

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "output"
SNAPSHOTS = ROOT / "tests" / "snapshots"
SAMPLES = ("source", "mazur", "three-layers")
FORMATS = ("md", "tex", "json")
"""The text formats, which are compared to the byte; of a PDF the engine's version decides the bytes."""
PAGES = {"source": ("html", "ipynb")}
"""What else is written of a sample; such files are larger."""


def solved(name: str) -> Solution:
    """Work a sample out, compared with the composed loss."""
    return solve(ROOT / "templates" / "configs" / f"{name}.toml", check=True)


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
    document = pypdfium2.PdfDocument(FOLDER / "source.pdf")
    for page in (0, 1):
        picture = FOLDER / f"source-page-{page + 1}.png"
        document[page].render(scale=1.6).to_pil().save(picture, optimize=True)
        print(picture.relative_to(ROOT))


if __name__ == "__main__":
    renew()
