"""Printed sheets and keys, read back from their PDFs."""

import re
from pathlib import Path
from typing import Any

import pypdf
import pytest

from derive.copies.sheets import Outcome, Wanted, sheets
from derive.errors import UserError
from tests.exam.exams import copies_of, exam_keys

SHEET = {"course": "Machine Learning", "date": "2026-02-12", "fields": ["Name", "Id"], "hints": "gaps"}
NAMES = ["Zoë Ångström", "=cmd()", r"\input{/etc/passwd} $x$ 100%", "王小明"]
COUNT = len(NAMES)


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Outcome]:
    folder = tmp_path_factory.mktemp("printed")
    roster = folder / "class.csv"
    roster.write_text("name,id\n" + "".join(f'"{name}",s{n}\n' for n, name in enumerate(NAMES, 1)), encoding="utf-8")
    wanted = Wanted(formats=("pdf",), seed=1, roster=roster, engine="tinytex", workers=1)
    return folder, sheets(exam_keys(sheet=SHEET), folder / "out", wanted)


def text_of(path: Path) -> list[str]:
    return [page.extract_text().replace("−", "-") for page in pypdf.PdfReader(path).pages]


def test_sheet_and_key_carry_the_numbers_of_their_copy(printed: tuple[Path, Outcome]) -> None:
    copies = copies_of(sheet=SHEET)
    for number in range(1, COUNT + 1):
        copy = copies[number]
        given = [str(x) for x in copy.config.data.inputs[0]]
        given += [str(weight) for layer in copy.config.layers for row in layer.weights for weight in row]
        for folder in ("sheets", "keys"):
            pages = text_of(printed[0] / "out" / folder / f"s{number}.pdf")
            words = re.sub(r"\s", "", "".join(pages))
            assert all(f"={value}" in words for value in given)
            for place, page in enumerate(pages, 1):
                assert copy.code in page
                assert f"Page {place} of {len(pages)}" in page
        words = re.sub(r"\s", "", "".join(text_of(printed[0] / "out" / "keys" / f"s{number}.pdf")))
        for place, found in copy.accepted.items():
            assert copy.values.shown[place].text in words
            assert f"{found.low:f}" in words
            assert f"{found.high:f}" in words


def test_no_answer_is_in_a_sheet(printed: tuple[Path, Outcome]) -> None:
    copies, looked = copies_of(sheet=SHEET), 0
    for number in range(1, COUNT + 1):
        path = printed[0] / "out" / "sheets" / f"s{number}.pdf"
        reader = pypdf.PdfReader(path)
        words = " ".join([*text_of(path), str(reader.metadata), str(reader.xmp_metadata), str(reader.outline)])
        copy = copies[number]
        for place in copy.accepted:
            answer = copy.values.shown[place].text
            if len(answer.lstrip("-")) > 5:
                assert answer.lstrip("-") not in words
                looked += 1
    assert looked > 30


def test_names_reach_the_page_as_they_are_or_it_is_said(printed: tuple[Path, Outcome]) -> None:
    folder, outcome = printed
    first, second, third, last = (text_of(folder / "out" / "sheets" / f"s{n}.pdf")[0] for n in range(1, COUNT + 1))
    assert "Zoë Ångström" in first
    assert "=cmd()" in second
    assert "100%" in third
    assert "passwd" in third
    assert "s4" in last
    assert outcome.faults == []
    signs = "王 (U+738B), 小 (U+5C0F), 明 (U+660E)"
    said = f"copy 4: Name is left to be written by hand, for the fonts of a PDF do not have {signs}."
    assert outcome.notes == [said]


def test_one_copy_alone_has_the_same_bytes(printed: tuple[Path, Outcome], tmp_path: Path) -> None:
    folder, _ = printed
    wanted = Wanted(formats=("pdf",), seed=1, roster=folder / "class.csv", engine="tinytex", only=3)
    sheets(exam_keys(sheet=SHEET), tmp_path, wanted)
    made = sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*.pdf"))
    assert made == ["keys/s3.pdf", "sheets/s3.pdf"]
    for name in made:
        assert (tmp_path / name).read_bytes() == (folder / "out" / name).read_bytes()


def test_all_copies_stand_in_one_file_each_on_a_right_hand_page(printed: tuple[Path, Outcome]) -> None:
    folder, _ = printed
    for kind in ("sheets", "keys"):
        pages = text_of(folder / "out" / f"{kind}.pdf")
        assert len(pages) % 2 == 0
        starts = [place for place, page in enumerate(pages) if "Page 1 of" in page]
        assert len(starts) == COUNT
        assert all(start % 2 == 0 for start in starts)


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ({"course": "数学"}, "sheet.course: the fonts of a PDF do not have 数 (U+6570), 学 (U+5B66); write it without"),
        ({"instructions": ["ok", "❤"]}, "sheet.instructions[2]: the fonts of a PDF do not have ❤ (U+2764)"),
    ],
)
def test_what_the_fonts_do_not_have_is_said_before_anything_is_made(
    key: dict[str, Any], said: str, tmp_path: Path
) -> None:
    with pytest.raises(UserError) as caught:
        sheets(exam_keys(sheet=key), tmp_path / "out", Wanted(formats=("pdf",), engine="tinytex"))
    assert str(caught.value).startswith(said)
    assert not (tmp_path / "out").exists()
