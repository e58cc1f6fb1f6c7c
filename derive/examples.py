"""The configs that come with the program, each with what its first line says of it."""

from functools import cache

from derive.errors import nearest, quoted, user_error
from derive.resources import templates

STARTER = "starter"


@cache
def examples() -> dict[str, str]:
    """Return what each example shows, by its name; the starter comes first."""
    files = sorted((templates() / "configs").glob("*.toml"), key=lambda path: (path.stem != STARTER, path.stem))
    found = {}
    for path in files:
        with path.open(encoding="utf-8") as stream:
            first = stream.readline().strip()
        found[path.stem] = first.lstrip("# ") if first.startswith("#") else ""
    return found


def example(name: str) -> bytes:
    """Return the text of an example.

    Raises:
        UserError: if there is none of this name.
    """
    if name not in examples():
        near = nearest(name, examples())
        mend = f"did you mean {quoted(near)}" if near else "`derive list examples` names them all"
        raise user_error("--from", f"there is no example called {quoted(name)}", mend)
    return (templates() / "configs" / f"{name}.toml").read_bytes()
