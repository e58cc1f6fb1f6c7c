"""The table of output formats. A renderer is imported when it is first used."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from derive.catalog.table import Table

if TYPE_CHECKING:
    from derive.pipeline import Solution


@dataclass(frozen=True, slots=True)
class File:
    """A finished file: its name inside the output folder, and its bytes."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Format:
    """A format: ``render(solution, name, engine)`` makes its files, ``name`` being the name without its ending."""

    name: str
    title: str
    render: "Callable[[Solution, str, str], Sequence[File]]"


def _markdown(solution: "Solution", name: str, engine: str) -> Sequence[File]:
    from derive.render import markdown

    drawings = markdown.drawings(solution.document)
    names = markdown.file_names(solution.document, name)
    text = markdown.render(solution.document, names)
    pictures = [File(picture, svg.encode()) for picture, svg in zip(names, drawings, strict=True)]
    return [File(f"{name}.md", text.encode()), *pictures]


def _latex(solution: "Solution", name: str, engine: str) -> Sequence[File]:
    from derive.render import latex

    return [File(f"{name}.tex", latex.render(solution.document).encode())]


def _pdf(solution: "Solution", name: str, engine: str) -> Sequence[File]:
    from derive.render import latex
    from derive.render.engine import compile_pdf, find_engine

    chosen = find_engine(engine)
    return [File(f"{name}.pdf", compile_pdf(latex.render(solution.document), chosen))]


def _json(solution: "Solution", name: str, engine: str) -> Sequence[File]:
    from derive.render import machine

    return [File(f"{name}.json", machine.render(solution.config, solution.training).encode())]


def _html(solution: "Solution", name: str, engine: str) -> Sequence[File]:
    from derive.document.wording import wording
    from derive.render import html

    return [File(f"{name}.html", html.render(solution.linked, wording(solution.config.report.language)).encode())]


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
        Format("md", "Markdown with the diagram as SVG, as GitHub renders it", _markdown),
        Format("tex", "LaTeX that compiles by itself", _latex),
        Format("pdf", "PDF", _pdf),
        Format("html", "one file for any browser, which needs nothing else", _html),
        Format("ipynb", "a Jupyter notebook that calculates each step with NumPy", _notebook),
        Format("json", "every value, for programs", _json),
    )
)
