"""A list of a class may hold anything: it reaches names of files safely, or is refused in one clear sentence."""

from pathlib import Path

import pytest

from derive.copies.roster import Roster, read_roster
from derive.errors import UserError


def roster(folder: Path, text: str | bytes) -> Roster:
    path = folder / "class.csv"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return read_roster(path)


def test_a_plain_list(tmp_path: Path) -> None:
    found = roster(tmp_path, "name,id\nAda Lovelace,s01\nAlan Turing,s02\n").students
    assert [(student.texts["name"], student.texts["id"], student.stem) for student in found] == [
        ("Ada Lovelace", "s01", "s01"),
        ("Alan Turing", "s02", "s02"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "\ufeffName;Id\n\nAda;s01\n;;\n".replace(";;", ";"),
        "ID\tNAME\ns01\tAda\n",
        '"name","id"\r\n" Ada ","s01"\r\n\r\n',
        "id,name,group\n\n\ns01,Ada,3\n,,\n",
    ],
)
def test_marks_blanks_and_empty_lines_do_not_matter(text: str, tmp_path: Path) -> None:
    (student,) = roster(tmp_path, text).students
    assert (student.texts["id"], student.texts["name"], student.known_as) == ("s01", "Ada", "s01")


def test_names_of_any_script_and_hostile_ones_stay_in_the_folder(tmp_path: Path) -> None:
    names = ["../../etc/passwd", "=cmd()", "a/b", "a-b", "A-B", "王小明", "con", ".", "…", "x" * 150, 'O\'Brien, "Q"']
    quoted = ['"{}"'.format(name.replace('"', '""')) for name in names]
    found = roster(tmp_path, "name\n" + "\n".join(quoted)).students
    assert [student.texts["name"] for student in found] == names
    stems = [student.stem for student in found]
    assert len({stem.casefold() for stem in stems}) == len(names)
    for stem in stems:
        assert (tmp_path / "sheets" / f"{stem}.md").resolve().parent == (tmp_path / "sheets").resolve()
        assert not stem.startswith((".", "-"))
        assert len(stem) <= 70
    assert stems[5] == "王小明"
    assert stems[6] != "con"


def test_ten_thousand_students(tmp_path: Path) -> None:
    lines = [f"Student {number},{number}" for number in range(10_000)]
    assert len(roster(tmp_path, "name,id\n" + "\n".join(lines)).students) == 10_000


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "class.csv: the list is empty; write name,id in the first line and a student in each other one."),
        ("name,id\n", "class.csv: the list has no students; write one in each line below the names of the columns."),
        (
            "Ada,s01\n",
            "class.csv, line 1: no column is called name or id; write the names of the columns in the first line.",
        ),
        ("name,name\nA,B\n", 'class.csv, line 1: two columns are called "name"; give each column a name of its own.'),
        (
            "name,id\nA\n",
            "class.csv, line 2: there is 1 cell for the 2 columns; write one for each, and put text with commas in "
            "quotes.",
        ),
        ("name,id\nA,1\n\nB,1\n", 'class.csv, line 4: the id "1" stands in line 2 already; give each its own.'),
        ("name,id,x\n,,y\n", "class.csv, line 2: there is neither a name nor an id; write one, or delete the line."),
        ("name\nA\u202eB\n", "class.csv, line 2: the name has the invisible character U+202E in it; leave that out."),
        (f"name\n{'A' * 300}\n", "class.csv, line 2: the name has 300 characters; the most is 200."),
        (b"name\n\xff\xfe\n", "class.csv: this is not text in UTF-8; name a list in CSV."),
        (
            'name\n"A" b\n',
            "class.csv, line 2: this is no line of CSV (',' expected after '\"'); put such text in quotes.",
        ),
    ],
)
def test_a_bad_list_is_refused_in_a_sentence(text: str | bytes, said: str, tmp_path: Path) -> None:
    with pytest.raises(UserError) as caught:
        roster(tmp_path, text)
    assert [sentence.replace(str(tmp_path) + "/", "") for sentence in caught.value.sentences()] == [said]


def test_every_bad_line_is_said(tmp_path: Path) -> None:
    with pytest.raises(UserError) as caught:
        roster(tmp_path, "name,id\nA\nB,1,2\nC,3\n")
    assert len(caught.value.problems) == 2
