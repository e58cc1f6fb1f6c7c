"""The committed samples are what the program writes today; ``make samples`` renews them."""

import json
import re
from pathlib import Path

import pypdf
import pytest

from derive.pipeline import solve
from tests.samples import EXAMS, FOLDER, FORMATS, PAGES, ROOT, SAMPLES, SNAPSHOTS, STALE, outline, solved, write_exam


@pytest.mark.parametrize("name", SAMPLES)
def test_text_formats_are_fresh(name: str) -> None:
    pages = PAGES.get(name, ())
    files = solved(name).files(name, *FORMATS, *pages)
    assert len(files) == len(FORMATS) + 1 + len(pages)
    for file in files:
        assert (FOLDER / file.name).read_bytes() == file.content, f"{file.name}: {STALE}"


@pytest.mark.parametrize("name", SAMPLES)
def test_document_model_is_fresh(name: str) -> None:
    assert (SNAPSHOTS / f"{name}.txt").read_text(encoding="utf-8") == outline(solved(name).document), STALE


@pytest.mark.parametrize("name", SAMPLES)
def test_pdf_holds_every_heading_and_final_value(name: str) -> None:
    reader = pypdf.PdfReader(FOLDER / f"{name}.pdf")
    solution = solved(name)
    assert reader.metadata is not None
    assert reader.metadata.title == solution.config.title
    text = re.sub(r"\s", "", "".join(page.extract_text() for page in reader.pages)).replace("−", "-")
    shown = [solution[key].shown for key in solution.tape.place if key.startswith(("new_", "grad_", "delta_"))]
    assert len(shown) > 10
    missing = [value for value in shown if value not in text]
    assert not missing, STALE
    titles = [entry.title for entry in _flat(reader.outline)]
    assert titles[0] == "Structure of the Network"
    assert any(title.startswith("Appendix 2") for title in titles)


@pytest.mark.parametrize("name", EXAMS)
def test_sheets_and_keys_are_fresh(name: str, tmp_path: Path) -> None:
    write_exam(name, tmp_path, FORMATS)
    written = [path for path in (tmp_path / name).rglob("*") if path.is_file()]
    assert len(written) == 2 * len(FORMATS) + 1
    for path in written:
        assert (FOLDER / path.relative_to(tmp_path)).read_bytes() == path.read_bytes(), f"{path.name}: {STALE}"
    for folder in ("sheets", "keys"):
        assert pypdf.PdfReader(FOLDER / name / folder / "0001.pdf").pages


def _flat(outline: list) -> list:
    return [leaf for entry in outline for leaf in (_flat(entry) if isinstance(entry, list) else [entry])]


@pytest.mark.parametrize("name", SAMPLES)
def test_twin_of_a_sample_solves_again_from_its_own_config(name: str, tmp_path: Path) -> None:
    text = (FOLDER / f"{name}.json").read_text(encoding="utf-8")
    config = tmp_path / "again.json"
    start = text.index('"config": ') + len('"config": ')
    decoder = json.JSONDecoder()
    _, end = decoder.raw_decode(text, start)
    config.write_text(text[start:end], encoding="utf-8")
    assert json.loads(solve(config).text("json")) == json.loads(text)


def test_starter_config_has_no_surprise() -> None:
    assert (ROOT / "templates" / "configs" / "starter.toml").read_text(encoding="utf-8").startswith("# A network")
