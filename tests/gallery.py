"""The gallery in ``output/gallery/``: every example's page as Markdown, a picture of it, and an index of them all."""

from pathlib import Path

import pypdfium2
from PIL import Image

from derive.examples import examples
from derive.pipeline import solve
from derive.render.formats import File
from derive.render.write import write_files

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "output" / "gallery"
CONFIGS = ROOT / "templates" / "configs"
NAMES = tuple(examples())
INDEX = "README.md"

_HEAD = """# Gallery

Every example that comes with the program: `derive new my-network.toml --from NAME` starts from one.

| first pages | example |
| --- | --- |
"""


def index() -> str:
    """Write the table of all examples: picture, name, page, config, and what the config says of itself."""
    rows = (
        f"| [![First pages of {name}]({name}.png)]({name}.md) "
        f"| **{name}**: {text}<br>[page]({name}.md), [config](../../templates/configs/{name}.toml) |"
        for name, text in examples().items()
    )
    return _HEAD + "\n".join(rows) + "\n"


def page(name: str) -> list[File]:
    """Write one example's page, with its figures."""
    return solve(CONFIGS / f"{name}.toml").files(name, "md")


def renew() -> None:
    """Write the gallery anew."""
    FOLDER.mkdir(exist_ok=True)
    for old in FOLDER.iterdir():
        old.unlink()
    (FOLDER / INDEX).write_text(index(), encoding="utf-8")
    for name in NAMES:
        write_files(FOLDER, page(name))
        (pdf,) = solve(CONFIGS / f"{name}.toml").files(name, "pdf", engine="tinytex")
        _picture(pdf.content).save(FOLDER / f"{name}.png", optimize=True)
        print(name)


def _picture(pdf: bytes) -> Image.Image:
    """Draw the first two pages side by side."""
    document = pypdfium2.PdfDocument(pdf)
    pages = [document[number].render(scale=0.6).to_pil().convert("L") for number in range(min(2, len(document)))]
    picture = Image.new("L", (sum(page.width for page in pages) + 4 * (len(pages) - 1), pages[0].height), 128)
    left = 0
    for drawn in pages:
        picture.paste(drawn, (left, 0))
        left += drawn.width + 4
    return picture.quantize(16)


if __name__ == "__main__":
    renew()
