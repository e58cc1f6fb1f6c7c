"""The gallery is what the program writes today; ``make samples`` renews it."""

import pytest

from tests.gallery import CONFIGS, FOLDER, INDEX, NAMES, index, page
from tests.samples import STALE


def test_the_index_names_every_example() -> None:
    assert (FOLDER / INDEX).read_text(encoding="utf-8") == index(), STALE
    assert len(NAMES) == len(list(CONFIGS.glob("*.toml"))) >= 40


def test_nothing_in_the_gallery_is_left_over() -> None:
    names = {path.name for path in FOLDER.iterdir()} - {INDEX}
    pages = {f"{name}.{ending}" for name in NAMES for ending in ("md", "png")}
    assert pages <= names
    assert all(name.endswith(".svg") and name.startswith(NAMES) for name in names - pages)


@pytest.mark.parametrize("name", NAMES)
def test_every_page_is_fresh(name: str) -> None:
    for file in page(name):
        assert (FOLDER / file.name).read_bytes() == file.content, f"{file.name}: {STALE}"
