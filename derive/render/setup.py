"""What runs for sheets and keys start with, made while the rest of the program is being loaded."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from derive.render.dump import dumping
from derive.render.engine import Engine
from derive.render.preamble import preamble
from derive.render.workplace import temporary_folder
from derive.resources import environment


@dataclass(frozen=True)
class Setup:
    """An engine, the preamble for a paper, and a folder for what is to be gone afterwards.

    ``dumped`` waits for the preamble's format, and returns None where the engine can't make one.
    """

    engine: Engine
    paper: str
    preamble: str
    folder: Path
    dumped: Callable[[], Path | None]


@contextmanager
def setting_up(engine: Engine, paper: str) -> Iterator[Setup]:
    """Begin to make ready for many documents, and go on.

    Raises:
        UserError: if the engine can't be started, or there is no room to write.
    """
    with temporary_folder() as name:
        folder = Path(name)
        if not engine.kind.start:
            yield Setup(engine, paper, preamble(paper), folder, lambda: None)
            return
        text = preamble(paper) + environment("latex").get_template("latex/copies.tex.j2").render()
        with dumping(text, engine, folder) as dumped:
            yield Setup(engine, paper, text, folder, dumped)
