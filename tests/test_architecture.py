"""Data flows one way: a package imports only those before it."""

import ast
from pathlib import Path

import pytest

from tests.samples import ROOT

ORDER = [
    "errors", "resources", "examples", "symbolic", "lazy", "readable", "kind", "numbers", "catalog", "notation",
    "config", "tape", "training", "exam", "document", "render", "reference", "copies", "pipeline", "watching", "serve",
    "cli", "__main__", "__init__",
]  # fmt: skip
FILES = sorted((ROOT / "derive").rglob("*.py"))


def _package(path: Path) -> str:
    first = path.relative_to(ROOT / "derive").parts[0]
    return first.removesuffix(".py")


def _imports(path: Path) -> set[str]:
    """Collect the parts of derive that a file imports, but for those that only its types need."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and getattr(node.test, "id", "") == "TYPE_CHECKING":
            node.body = []
    modules = [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    return {module.split(".")[1] for module in modules if module.startswith("derive.")}


def test_there_are_files_to_read() -> None:
    assert len(FILES) > 30
    assert sum(len(_imports(path)) for path in FILES) > 60
    assert {_package(path) for path in FILES} == set(ORDER)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_point_backwards(path: Path) -> None:
    own = ORDER.index(_package(path))
    later = {name for name in _imports(path) if ORDER.index(name) > own}
    assert not later, f"{path.name} imports {', '.join(later)}, which comes after it"


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_is_one_idea_of_readable_length(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 330
