"""Files that cannot be read as a config, and numbers that can, to the last digit."""

import os
from pathlib import Path

import pytest

import derive
from derive.errors import UserError
from tests.config.test_bad_configs import BOUNDS, NUMBER, RIGHT, changed, sentences

OR_JSON = "mend it there, or let the name end in .json if this is JSON."
OR_TOML = "mend it there, or let the name end in .toml if this is TOML."
DEEP = "lists or tables are nested too deeply in it; write a plain config."
NEW = "`derive new FILE` writes a config to start from"
JSON = (
    '{"data": {"inputs": [1], "targets": [2]}, "layers": [{"activation": "relu", "weights": [[3]]}], '
    '"training": {"learning_rate": 0.10}}'
)
FILES = {
    "empty": ("net.toml", "", f"net.toml: the file is empty; {NEW}."),
    "blank": ("net.toml", " \n\n", f"net.toml: the file is empty; {NEW}."),
    "binary": ("net.toml", bytes(range(256)), "net.toml: this is not text in UTF-8; name a TOML or JSON config."),
    "zeros": ("net.toml", bytes(100), "net.toml: this is not text in UTF-8; name a TOML or JSON config."),
    "UTF-16": ("net.toml", RIGHT.encode("utf-16"), "net.toml: this is not text in UTF-8; name a TOML or JSON config."),
    "50 MB": (
        "net.toml",
        RIGHT + "#" * 50_000_000,
        "net.toml: the file is too large for a config; the most is 5,000,000 bytes.",
    ),
    "a key twice": (
        "net.toml",
        "title = 'a'\ntitle = 'b'\n",
        f"net.toml, line 2, column 12: this is not valid TOML (this key is there already); {OR_JSON}",
    ),
    "a section twice": (
        "net.toml",
        RIGHT + "[data]\n",
        f"net.toml, line 21, column 6: this is not valid TOML (this section is there already); {OR_JSON}",
    ),
    "an open bracket": ("net.toml", "a = [1", f"net.toml: this is not valid TOML (unclosed array); {OR_JSON}"),
    "JSON called TOML": (
        "net.toml",
        JSON,
        f"net.toml, line 1, column 1: this is not valid TOML (invalid statement); {OR_JSON}",
    ),
    "TOML called JSON": (
        "net.json",
        RIGHT,
        f"net.json, line 1, column 1: this is not valid JSON (expecting value); {OR_TOML}",
    ),
    "deep TOML": ("net.toml", "a = " + "[" * 100_000 + "]" * 100_000, f"net.toml: {DEEP}"),
    "deep JSON": ("net.json", "[" * 100_000 + "]" * 100_000, f"net.json: {DEEP}"),
    "a key of many parts": (
        "net.toml",
        "a." * 200_000 + "a = 1",
        'net.toml: the key that begins with "a.a.a.a.a.a.a.a.a.a." has too many parts; shorten it.',
    ),
    "no keys in JSON": ("net.json", "[]", f"net.json: the file holds no keys; {NEW}."),
    "a JSON key twice": (
        "net.json",
        JSON.replace('"layers"', '"data": 1, "layers"'),
        'net.json: the key "data" stands twice in one table; keep one.',
    ),
    "NaN in JSON": (
        "net.json",
        JSON.replace("[3]", "[NaN]"),
        f"layers[1].weights[1][1]: NaN is not a finite number; {NUMBER}",
    ),
    "infinity in JSON": (
        "net.json",
        JSON.replace("[3]", "[-Infinity]"),
        f"layers[1].weights[1][1]: -Infinity is not a finite number; {NUMBER}",
    ),
    "nothing in JSON": (
        "net.json",
        JSON.replace("[3]", "[null]"),
        f"layers[1].weights[1][1]: null stands where a number should be; {NUMBER}",
    ),
    "5,000 digits in JSON": (
        "net.json",
        JSON.replace("[3]", f"[{'9' * 5000}]"),
        f"layers[1].weights[1][1]: {'9' * 37}... is out of range; {BOUNDS}",
    ),
    "half a character in JSON": (
        "net.json",
        JSON.replace('"data"', r'"title": "\ud800", "data"'),
        "title: the title has the invisible character U+D800 in it; leave that out.",
    ),
}


@pytest.mark.parametrize(("name", "text", "sentence"), FILES.values(), ids=FILES)
def test_a_file_that_cannot_be_used(name: str, text: str | bytes, sentence: str, tmp_path: Path) -> None:
    assert sentences(text, tmp_path, name) == [sentence]


def test_dots_in_text_are_no_parts_of_a_key(tmp_path: Path) -> None:
    dots = "a" + "." * 60 + " and a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p.q.r.s.t.u.v"
    (tmp_path / "net.toml").write_text(f"# {dots}\n" + changed(('"A network"', f'"{dots}"')))
    assert derive.load(tmp_path / "net.toml").title == dots


def test_numbers_stay_as_they_are_written(tmp_path: Path) -> None:
    texts = ["0.10", "1_000.50", "-0.0", "1e3", "+7.000", "0x10", "0.1234567890123456789012345678901234567890"]
    weights = "[[" + ", ".join(texts) + "]]"
    (tmp_path / "net.toml").write_text(
        f"[data]\ninputs = [1]\ntargets = [{'1,' * 7}]\n[training]\nlearning_rate = 0.10\n"
        f'[[layers]]\nactivation = "linear"\nweights = {weights}\n'
    )
    config = derive.load(tmp_path / "net.toml")
    assert [str(number) for number in config.layers[0].weights[0]] == [
        *("0.10", "1000.50", "-0.0", "1E+3", "7.000", "16", "0.1234567890123456789012345678901234567890")
    ]
    (tmp_path / "net.json").write_text(JSON)
    assert str(derive.load(tmp_path / "net.json").training.learning_rate) == "0.10"


@pytest.mark.parametrize("make", ["folder", "pipe", "device", "nothing", "broken link", "loop", "long name"])
def test_what_is_no_file(make: str, tmp_path: Path) -> None:
    path = tmp_path / "net.toml"
    match make:
        case "folder":
            path.mkdir()
            said = "this is a folder; name a config file in it."
        case "pipe":
            os.mkfifo(path)
            said = "this is a pipe or a device; name a config file."
        case "device":
            path = Path("/dev/zero")
            said = "this is a pipe or a device; name a config file."
        case "nothing":
            said = f"there is no such file; check the name, or start afresh: {NEW}."
        case "broken link":
            path.symlink_to("nowhere.toml")
            said = "this link points to a file that is not there; name the config itself."
        case "loop":
            path.symlink_to("net.toml")
            said = "the file cannot be read (too many levels of symbolic links); check its name and rights."
        case _:
            path = tmp_path / ("a" * 300)
            said = "the file cannot be read (file name too long); check its name and rights."
    with pytest.raises(UserError) as caught:
        derive.load(path)
    assert str(caught.value) == f"{path}: {said}"


def test_a_file_without_the_right_to_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The system's own refusal is acted out, since nothing is forbidden to root."""
    path = tmp_path / "net.toml"
    path.write_text(RIGHT)

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(UserError) as caught:
        derive.load(path)
    assert str(caught.value) == f"{path}: the file cannot be read (permission denied); check its name and rights."


def test_a_name_with_a_line_break_or_a_colour_is_shown_on_one_plain_line(tmp_path: Path) -> None:
    with pytest.raises(UserError) as caught:
        derive.load(tmp_path / "a\nb\x1b[31m\udcff.toml")
    assert "/a<U+000A>b<U+001B>[31m<U+DCFF>.toml: there is no such file; " in str(caught.value)
