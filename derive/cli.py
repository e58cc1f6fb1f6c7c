"""The command line: parse the words, call the pipeline, turn an error into a sentence.

Nothing that needs SymPy is imported before a command runs, so that ``derive --help`` answers at once.
"""

import gc
import os
import shlex
import signal
import sys
from collections.abc import Collection, Iterator
from contextlib import contextmanager, nullcontext
from io import TextIOWrapper
from pathlib import Path
from re import sub
from shutil import get_terminal_size
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from derive import __version__
from derive.errors import Problem, UserError, instead, quoted, reason_of, user_error
from derive.examples import STARTER, example
from derive.reference import LISTS
from derive.render.engine import ENGINES, RenderError, find_engine
from derive.render.formats import COPY_FORMATS, FORMATS, File
from derive.render.write import check_name, write_files
from derive.watching import saves

if TYPE_CHECKING:
    from derive.render.setup import Setup

app = typer.Typer(
    help="Turn a config of a small neural network into a worked solution by hand.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def _version(wanted: bool) -> None:
    if wanted:
        _say(f"derive {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Turn a config of a small neural network into a worked solution by hand."""


@app.command()
def solve(
    config: Annotated[
        Path, typer.Argument(help="The network: a TOML or JSON file.", show_default=False, readable=False)
    ],
    formats: Annotated[
        str, typer.Option("--format", "-f", help=f"What to write, with commas between: {', '.join(FORMATS)}.")
    ] = "md",
    out: Annotated[Path, typer.Option("--out", "-o", help="The folder to write into.", readable=False)] = Path(
        "output"
    ),
    name: Annotated[
        str, typer.Option(help="The files' name without an ending; the config's name if left out.", show_default=False)
    ] = "",
    engine: Annotated[
        str, typer.Option(help="The LaTeX engine for PDF: auto takes one of the system first, then the bundled one.")
    ] = "auto",
    verify: Annotated[
        bool, typer.Option("--verify", help="Compare the gradients with the derivatives of the composed loss.")
    ] = False,
    max_epochs: Annotated[
        int | None,
        typer.Option(
            min=1, help="Allow so many epochs, however long they take; else training is bounded.", show_default=False
        ),
    ] = None,
    watch: Annotated[
        bool, typer.Option("--watch", help="Go on, and write the files again each time the config is saved.")
    ] = False,
) -> None:
    """Write the worked solution of a network."""
    chosen = _formats(formats)
    stem = check_name(name, "--name") if name else _stem(config)
    _check_targets(config, [out / f"{stem}.{ending}" for ending in chosen])
    _check_engine(engine, needed="pdf" in chosen)
    from derive.pipeline import solve as solve_config

    def write() -> None:
        solution = solve_config(config, check=verify, max_epochs=max_epochs)
        for path in solution.write(out, *chosen, name=stem, engine=engine):
            _say(str(path))

    if not watch or not config.is_file():
        return write()
    for _ in saves(config):
        try:
            write()
        except UserError as error:
            _complain(*error.sentences())


@app.command()
def sheet(
    config: Annotated[
        Path,
        typer.Argument(help="The exam: a config with [vary] and [sheet].", show_default=False, readable=False),
    ],
    copies: Annotated[
        int | None,
        typer.Option(min=1, max=100_000, help="How many copies; one for each student if left out.", show_default=False),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="What decides the numbers of every copy.")] = 0,
    formats: Annotated[
        str, typer.Option("--format", "-f", help=f"What to write, with commas between: {', '.join(COPY_FORMATS)}.")
    ] = "md",
    out: Annotated[Path, typer.Option("--out", "-o", help="The folder to write into.", readable=False)] = Path(
        "output/exam"
    ),
    roster: Annotated[
        Path | None,
        typer.Option(help="The class: a CSV file with the columns name and id.", show_default=False, readable=False),
    ] = None,
    only: Annotated[
        int | None,
        typer.Option(min=1, max=100_000, help="Make this copy alone, the same to the byte.", show_default=False),
    ] = None,
    workers: Annotated[
        int | None,
        typer.Option(min=1, max=256, help="How many processes; as many as cores if left out.", show_default=False),
    ] = None,
    scheduler: Annotated[
        str,
        typer.Option(help="A Dask cluster in place of processes, such as tcp://127.0.0.1:8786.", show_default=False),
    ] = "",
    engine: Annotated[
        str, typer.Option(help="The LaTeX engine for PDF: auto takes one of the system first, then the bundled one.")
    ] = "auto",
) -> None:
    """Write exercise sheets and their keys, each copy with its own numbers."""
    chosen = tuple(_formats(formats, COPY_FORMATS))
    _check_engine(engine, needed="pdf" in chosen)
    with _ready_to_print(config, engine) if "pdf" in chosen else nullcontext() as setup:
        from derive.copies.progress import progress
        from derive.copies.sheets import Wanted, sheets

        gc.freeze()  # what is loaded stays, and need not be looked through again
        gc.enable()  # which `derive.__main__` has switched off for short runs
        wanted = Wanted(copies or 0, only or 0, seed, chosen, roster, engine, workers or 0, scheduler)
        with progress() as tell:
            made = sheets(config, out, wanted, tell, setup)
    _say(f"{out}: {made.copies:,} {'copy' if made.copies == 1 else 'copies'}, seed {seed}")
    for note in made.notes:
        print(f"derive: {note}", file=sys.stderr)
    if made.faults:
        _fail(UserError.exit_code, *made.faults)


@app.command()
def new(
    file: Annotated[
        Path, typer.Argument(help="The file to write; its name ends in .toml.", show_default=False, readable=False)
    ],
    source: Annotated[
        str, typer.Option("--from", help="The example to start from: `derive list examples` names them.")
    ] = STARTER,
) -> None:
    """Write a commented config to start from."""
    text = example(source)
    if file.suffix != ".toml":
        raise user_error(str(file), "this name does not end in .toml", "write a name such as my-network.toml")
    if file.exists() or file.is_symlink():
        raise user_error(str(file), "this name is taken already", "choose another one")
    for path in write_files(file.parent, [File(file.name, text)]):
        _say(f"{path}: now try  derive solve {shlex.quote(str(path))}")


@app.command()
def serve(
    config: Annotated[
        Path | None, typer.Argument(help="What the form holds at first.", show_default=False, readable=False)
    ] = None,
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port; a free one if left out.")] = 0,
    no_open: Annotated[bool, typer.Option("--no-open", help="Do not open the browser.")] = False,
) -> None:
    """Serve a page to play with, on this machine alone: a network as a form, and its worked solution beside it."""
    from derive.serve.app import run

    run(config, port, show=not no_open, say=_say)


@app.command("list")
def show(
    what: Annotated[
        str, typer.Argument(help=f"What to list: {', '.join(LISTS)}; all of them if left out.", show_default=False)
    ] = "",
) -> None:
    """List what a config can name, with formulas and parameters."""
    if what and what not in LISTS:
        raise user_error("list", f"{quoted(what)} is nothing to list", instead(what, LISTS))
    from derive.reference.tables import sections
    from derive.reference.terminal import written

    width = get_terminal_size().columns if sys.stdout.isatty() else None
    for line in written(sections([what] if what else LISTS), width):
        _say(line)


@app.command()
def schema(
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", "-o", help="A folder to write derive.schema.json into.", show_default=False, readable=False
        ),
    ] = None,
) -> None:
    """Print the JSON schema of a config, by which an editor completes and checks its keys."""
    from derive.config.schema import FILE, schema_text

    if out is None:
        _say(schema_text().rstrip("\n"))
        return
    for path in write_files(out, [File(FILE, schema_text().encode())]):
        _say(str(path))


def _formats(words: str, known: Collection[str] = FORMATS) -> list[str]:
    chosen = list(dict.fromkeys(word.strip() for word in words.split(",") if word.strip()))
    if not chosen:
        raise user_error("--format", "no format is named", instead("", known))
    unknown = [word for word in chosen if word not in known]
    if unknown:
        raise UserError(
            *(Problem("--format", f"{quoted(word)} is not a format", instead(word, known)) for word in unknown)
        )
    return chosen


def _stem(config: Path) -> str:
    """Make a name for the files from the name of the config."""
    return sub(r"[^A-Za-z0-9_.-]+", "-", config.stem).strip(".-")[:100] or "solution"


def _check_targets(config: Path, targets: list[Path]) -> None:
    """Refuse to write over the config, be it by another name."""
    for target in targets:
        if _same(target, config):
            raise user_error(str(target), "this would take the place of the config", "choose another --name or --out")


def _same(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except (OSError, ValueError):
        return False


def _check_engine(engine: str, *, needed: bool) -> None:
    """Refuse an engine that does not exist, and one that is not there if it is needed, before any work is done."""
    if needed or (engine != "auto" and engine not in ENGINES):
        find_engine(engine)


@contextmanager
def _ready_to_print(config: Path, engine: str) -> Iterator["Setup"]:
    """Let the engine begin with what it needs for any exam on the config's paper, while the rest of us is loaded."""
    from derive.config.read import read_keys
    from derive.render.setup import setting_up

    try:
        report = read_keys(config).get("report")
    except UserError:  # of which whoever needs the config will tell
        report = None
    paper = report.get("paper") if isinstance(report, dict) else None
    with setting_up(find_engine(engine), "letter" if paper == "letter" else "a4") as setup:
        yield setup


def main() -> None:
    """Run the command line; every fault is a sentence: the user's with the exit code 2, others with 1."""
    signal.signal(signal.SIGTERM, _terminated)
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        app()
    except UserError as error:
        _fail(error.exit_code, *error.sentences())
    except RenderError as error:
        reason = str(error).rstrip(".")
        _fail(1, f"{reason}; this is a fault of derive and not of the config, please report it with the config.")
    except KeyboardInterrupt:
        sys.exit(130)


def _say(line: str) -> None:
    """Print a line. Where that is impossible, say so: the files are written all the same."""
    try:
        print(line, flush=True)
    except BrokenPipeError:
        raise
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # for what is left in the buffer
        _fail(1, f"the names of the files cannot be printed ({reason_of(error)}).")


def _fail(code: int, *sentences: str) -> NoReturn:
    _complain(*sentences)
    sys.exit(code)


def _complain(*sentences: str) -> None:
    for sentence in sentences:
        print(f"derive: {sentence}", file=sys.stderr, flush=True)


def _terminated(*_: object) -> NoReturn:
    """Leave by an exception, so that temporary files are removed."""
    sys.exit(128 + signal.SIGTERM)


if __name__ == "__main__":
    main()
