"""The table of output formats. A renderer is imported when it is first used."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from derive.catalog.table import Table

if TYPE_CHECKING:
    from derive.document.blocks import Document
    from derive.pipeline import Solution


@dataclass(frozen=True, slots=True)
class File:
    """A finished file: its name inside the output folder, and its bytes."""

    name: str
    content: bytes

    def inside(self, folder: str) -> "File":
        """Return the file with its name as it is seen from inside the folder."""
        return File(self.name.removeprefix(f"{folder}/"), self.content)


@dataclass(frozen=True)
class Format:
    """A format: ``render(solution, name, engine)`` makes its files, ``name`` being the name without its ending.

    ``document`` does the same for any document; JSON, which has values and no page, has none.
    """

    name: str
    title: str
    render: "Callable[[Solution, str, str], Sequence[File]]"
    document: "Callable[[Document, str, str], Sequence[File]] | None" = None


def _of_documents(name: str, title: str, render: "Callable[[Document, str, str], Sequence[File]]") -> Format:
    return Format(name, title, lambda solution, stem, engine: render(solution.document, stem, engine), render)


def _markdown(document: "Document", name: str, engine: str) -> Sequence[File]:
    from derive.render import markdown

    drawings = markdown.drawings(document)
    names = markdown.file_names(document, name)
    text = markdown.render(document, names)
    pictures = [File(picture, svg.encode()) for picture, svg in zip(names, drawings, strict=True)]
    return [File(f"{name}.md", text.encode()), *pictures]


def _latex(document: "Document", name: str, engine: str) -> Sequence[File]:
    from derive.render import latex

    return [File(f"{name}.tex", latex.render(document).encode())]


def _pdf(document: "Document", name: str, engine: str) -> Sequence[File]:
    from derive.render import latex
    from derive.render.engine import compile_pdf, find_engine

    chosen = find_engine(engine)
    return [File(f"{name}.pdf", compile_pdf(latex.render(document), chosen))]


def _json(solution: "Solution", name: str, engine: str) -> Sequence[File]:
    from derive.render import machine

    return [File(f"{name}.json", machine.render(solution.config, solution.training).encode())]


def _html(document: "Document", name: str, engine: str) -> Sequence[File]:
    from derive.document.wording import wording
    from derive.render import html

    return [File(f"{name}.html", html.render(document, wording(document.language)).encode())]


def _notebook(solution: "Solution", name: str, engine: str) -> Sequence[File]:
    from derive.document.program import Program
    from derive.document.wording import wording
    from derive.render import notebook

    program = Program(solution.starts[: len(solution.training.steps)])
    rounded = solution.values.rounded
    text = notebook.render(solution.linked, program, wording(solution.config.report.language), carried_rounded=rounded)
    return [File(f"{name}.ipynb", text.encode())]


FORMATS: Table[Format] = Table(
    (
        _of_documents("md", "Markdown with the diagram as SVG, as GitHub renders it", _markdown),
        _of_documents("tex", "LaTeX that compiles by itself", _latex),
        _of_documents("pdf", "PDF", _pdf),
        Format(
            "html",
            "one file for any browser, which needs nothing else",
            lambda solution, stem, engine: _html(solution.linked, stem, engine),
            _html,
        ),
        Format("ipynb", "a Jupyter notebook that calculates each step with NumPy", _notebook),
        Format("json", "every value, for programs", _json),
    )
)

COPY_FORMATS = tuple(name for name, record in FORMATS.items() if record.document or name == "json")
"""The formats in which sheets and keys are written."""
