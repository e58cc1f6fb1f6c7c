"""The command line: parse the words, call the pipeline, turn an error into a sentence.

Nothing that needs SymPy is imported before a command runs, so that ``derive --help`` answers at once.
"""

import sys
from pathlib import Path
from re import sub
from typing import Annotated

import typer

from derive.errors import UserError, user_error
from derive.render.formats import FORMATS

app = typer.Typer(
    help="Turn a config of a small neural network into a worked solution by hand.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.callback()
def _root() -> None:
    """Turn a config of a small neural network into a worked solution by hand."""


@app.command()
def solve(
    config: Annotated[Path, typer.Argument(help="The network: a TOML or JSON file.", show_default=False)],
    formats: Annotated[
        str, typer.Option("--format", "-f", help=f"What to write, with commas between: {', '.join(FORMATS)}.")
    ] = "md",
    out: Annotated[Path, typer.Option("--out", "-o", help="The folder to write into.")] = Path("output"),
    name: Annotated[
        str, typer.Option(help="The files' name without an ending; the config's name if left out.", show_default=False)
    ] = "",
    engine: Annotated[
        str, typer.Option(help="The LaTeX engine for PDF: auto takes one of the system first, then the bundled one.")
    ] = "auto",
    verify: Annotated[
        bool, typer.Option("--verify", help="Compare the gradients with the derivatives of the composed loss.")
    ] = False,
) -> None:
    """Write the worked solution of a network."""
    chosen = _formats(formats)
    stem = _stem(name, config)
    from derive.pipeline import solve as solve_config

    for path in solve_config(config, check=verify).write(out, *chosen, name=stem, engine=engine):
        typer.echo(path)


@app.command()
def new(
    file: Annotated[Path, typer.Argument(help="The file to write; its name ends in .toml.", show_default=False)],
) -> None:
    """Write a commented config to start from."""
    if file.suffix != ".toml":
        raise user_error(str(file), "this name does not end in .toml", "write a name such as my-network.toml")
    if file.exists() or file.is_symlink():
        raise user_error(str(file), "this file is there already", "choose another name, or remove it first")
    from derive.render.formats import File
    from derive.render.write import write_files
    from derive.resources import templates

    starter = (templates() / "configs" / "starter.toml").read_bytes()
    for path in write_files(file.parent, [File(file.name, starter)]):
        typer.echo(f"{path}: now try  derive solve {path}")


def _formats(words: str) -> list[str]:
    chosen = [word.strip() for word in words.split(",") if word.strip()]
    unknown = [word for word in chosen if word not in FORMATS]
    if unknown or not chosen:
        what = f'"{unknown[0]}" is no format' if unknown else "no format is named"
        raise user_error("--format", what, f"choose among {', '.join(FORMATS)}, with commas between")
    return list(dict.fromkeys(chosen))


def _stem(name: str, config: Path) -> str:
    """Return the files' name: one that every system takes, and that stays in the output folder."""
    if name and sub(r"[^\w.-]", "", name, flags=0) != name or name.startswith("."):
        raise user_error("--name", f'"{name}" cannot name a file', "use letters, digits, dots, dashes and underscores")
    return name or sub(r"[^A-Za-z0-9_.-]+", "-", config.stem).strip(".-") or "solution"


def main() -> None:
    """Run the command line; every fault of the user's is a sentence and the exit code 2."""
    try:
        app()
    except UserError as error:
        for problem in error.problems:
            print(f"derive: {problem}", file=sys.stderr)
        sys.exit(error.exit_code)


if __name__ == "__main__":
    main()
