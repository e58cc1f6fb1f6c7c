"""The command line: sentences on standard error, exit codes, nothing half-written, and help at once."""

import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import derive
from derive import cli
from derive.catalog.table import Table
from derive.render import engine
from derive.render.engine import RenderError
from derive.render.formats import FORMATS, Format
from tests.samples import ROOT

Run = Callable[..., tuple[int | str | None, list[str], list[str]]]
SOURCE = ROOT / "templates" / "configs" / "source.toml"


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Iterator[Run]:
    """Run the command line in this process, in an empty folder; return the exit code, what it printed, what it said."""
    monkeypatch.chdir(tmp_path)

    def run(*words: str | Path) -> tuple[int | str | None, list[str], list[str]]:
        monkeypatch.setattr(sys, "argv", ["derive", *map(str, words)])
        with pytest.raises(SystemExit) as caught:
            cli.main()
        printed = capsys.readouterr()
        return caught.value.code or 0, printed.out.splitlines(), printed.err.splitlines()

    before = signal.getsignal(signal.SIGTERM)
    yield run
    signal.signal(signal.SIGTERM, before)


def files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_solve_writes_and_names_the_files(run: Run, tmp_path: Path) -> None:
    code, printed, said = run("solve", SOURCE, "--format", "md, json,md", "--out", "here")
    assert (code, said) == (0, [])
    assert printed == ["here/source.md", "here/source-network.svg", "here/source.json"]
    assert files(tmp_path) == sorted(printed)


def test_solve_writes_markdown_into_output(run: Run, tmp_path: Path) -> None:
    assert run("solve", SOURCE)[0] == 0
    assert files(tmp_path) == ["output/source-network.svg", "output/source.md"]


def test_the_version_is_that_of_the_package(run: Run) -> None:
    assert run("--version") == (0, [f"derive {derive.__version__}"], [])


def test_verify_says_so_on_the_page(run: Run, tmp_path: Path) -> None:
    assert run("solve", SOURCE, "--verify")[0] == 0
    assert "Checked" in (tmp_path / "output" / "source.md").read_text()


def test_new_writes_a_config_that_solves(run: Run, tmp_path: Path) -> None:
    code, printed, said = run("new", "in/my network.toml")
    assert (code, said) == (0, [])
    assert printed == ["in/my network.toml: now try  derive solve 'in/my network.toml'"]
    assert run("solve", "in/my network.toml")[:2] == (0, ["output/my-network.md", "output/my-network-network.svg"])


def test_new_replaces_nothing(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text("old")
    (tmp_path / "link.toml").symlink_to("nowhere.toml")
    for name in ("a.toml", "link.toml"):
        assert run("new", name) == (2, [], [f"derive: {name}: this name is taken already; choose another one."])
    assert (tmp_path / "a.toml").read_text() == "old"
    assert files(tmp_path) == ["a.toml"]


@pytest.mark.parametrize("name", ["net", "net.json", ".toml", "net.toml.md"])
def test_new_wants_a_name_in_toml(name: str, run: Run, tmp_path: Path) -> None:
    mend = "write a name such as my-network.toml."
    assert run("new", name) == (2, [], [f"derive: {name}: this name does not end in .toml; {mend}"])
    assert files(tmp_path) == []


FORMAT_NAMES = '"md", "tex", "pdf", "html", "ipynb" or "json"'
NAMES = "use up to 100 letters, digits, dots, dashes and underscores, beginning with a letter or a digit."
WORDS = {
    "an unknown format": (["-f", "docx"], f'--format: "docx" is not a format; it can be {FORMAT_NAMES}.'),
    "a misspelt format": (
        ["-f", "md,pfd"],
        '--format: "pfd" is not a format; did you mean "pdf" (it can also be "md", "tex", "html", "ipynb" or "json")?',
    ),
    "no format": (["-f", " , "], f"--format: no format is named; it can be {FORMAT_NAMES}."),
    "an unknown engine": (
        ["--engine", "word"],
        '--engine: "word" is not an engine; it can be "auto", "pdflatex", "lualatex", "tectonic" or "tinytex".',
    ),
    "a name that climbs": (["--name", "../x"], f'--name: "../x" cannot name the files; {NAMES}'),
    "a name from the root": (["--name", "/etc/x"], f'--name: "/etc/x" cannot name the files; {NAMES}'),
    "a hidden name": (["--name", ".hidden"], f'--name: ".hidden" cannot name the files; {NAMES}'),
    "a name with a space": (["--name", "a b"], f'--name: "a b" cannot name the files; {NAMES}'),
    "a name of two lines": (["--name", "a\nb"], f'--name: "a<U+000A>b" cannot name the files; {NAMES}'),
    "a name like an option": (["--name=-x"], f'--name: "-x" cannot name the files; {NAMES}'),
}


@pytest.mark.parametrize(("words", "sentence"), WORDS.values(), ids=WORDS)
def test_a_wrong_word_is_a_sentence(words: list[str], sentence: str, run: Run, tmp_path: Path) -> None:
    assert run("solve", SOURCE, *words) == (2, [], [f"derive: {sentence}"])
    assert files(tmp_path) == []


def test_every_wrong_format_is_named(run: Run) -> None:
    assert [line.split(" is ")[0] for line in run("solve", SOURCE, "-f", "a,md,b")[2]] == [
        'derive: --format: "a"',
        'derive: --format: "b"',
    ]


@pytest.mark.parametrize("words", [[], ["solve"], ["solve", "a", "b"], ["nonsense"], ["solve", "a", "--nonsense"]])
def test_wrong_usage_has_the_exit_code_2(words: list[str], run: Run) -> None:
    assert run(*words)[0] == 2


def test_every_fault_of_a_config_is_a_line(run: Run, tmp_path: Path) -> None:
    (tmp_path / "bad.toml").write_text('title = 3\n[data]\ninputs = []\ntargets = ["x1"]\n[training]\n')
    assert run("solve", "bad.toml", "-f", "md,json") == (
        2,
        [],
        [
            "derive: title: 3 is a number where text should be; write it in quotes.",
            "derive: data.inputs: this list is empty; write at least one entry in it.",
            "derive: layers: this key is missing; add [[layers]] with activation and weights.",
            "derive: training.learning_rate: this key is missing; add it, such as learning_rate = 0.1.",
        ],
    )
    assert files(tmp_path) == ["bad.toml"]


def test_a_fault_leaves_the_older_files(run: Run, tmp_path: Path) -> None:
    run("solve", SOURCE, "-f", "md,json")
    older = {path: path.read_bytes() for path in (tmp_path / "output").iterdir()}
    (tmp_path / "source.toml").write_text(SOURCE.read_text().replace("2.2", '"2.2"'))
    assert run("solve", "source.toml", "-f", "md,json")[0] == 2
    assert {path: path.read_bytes() for path in (tmp_path / "output").iterdir()} == older


def test_one_format_that_fails_leaves_all_unwritten(run: Run, tmp_path: Path) -> None:
    (tmp_path / "net.toml").write_text(SOURCE.read_text().replace("Learning", "学习"), encoding="utf-8")
    code, printed, said = run("solve", "net.toml", "-f", "md,json,tex")
    assert (code, printed, len(said)) == (2, [], 1)
    assert said[0].startswith("derive: title: the fonts of a PDF do not have 学 (U+5B66), 习 (U+4E60); ")
    assert files(tmp_path) == ["net.toml"]
    assert run("solve", "net.toml", "-f", "md,json")[0] == 0


@pytest.mark.parametrize("out", ["taken", "taken/below"])
def test_an_output_folder_that_is_a_file(out: str, run: Run, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("old")
    what = "no files can be written there (this is a file); choose a folder that can be written."
    assert run("solve", SOURCE, "--out", out) == (2, [], [f"derive: {out}: {what}"])
    assert (tmp_path / "taken").read_text() == "old"


def test_the_config_is_never_written_over(run: Run, tmp_path: Path) -> None:
    run("new", "net.toml")
    text = (
        '{"data": {"inputs": [1], "targets": [2]}, "training": {"learning_rate": 1}, '
        '"layers": [{"activation": "linear", "weights": [[3]]}]}'
    )
    (tmp_path / "net.json").write_text(text)
    (tmp_path / "link").symlink_to(".")
    for out in (".", "link"):
        code, _, said = run("solve", "net.json", "-f", "md,json", "--out", out)
        assert code == 2
        assert said[0].endswith("net.json: this would take the place of the config; choose another --name or --out.")
    assert (tmp_path / "net.json").read_text() == text
    assert run("solve", "net.json", "-f", "json", "--out", ".", "--name", "other")[0] == 0


@pytest.mark.parametrize(
    ("name", "stem"),
    [("a b(1).toml", "a-b-1"), ("-x.toml", "x"), (".toml", "toml"), ("é.toml", "solution"), ("n.v2.toml", "n.v2")],
)
def test_files_are_named_after_any_config(name: str, stem: str, run: Run, tmp_path: Path) -> None:
    (tmp_path / name).write_text(SOURCE.read_text())
    assert run("solve", f"./{name}", "-f", "json")[1] == [f"output/{stem}.json"]


def test_a_missing_engine_is_told_before_any_work(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine.shutil, "which", lambda name: None)
    code, printed, said = run("solve", "there-is-no-such-config.toml", "-f", "pdf", "--engine", "tectonic")
    assert (code, printed) == (2, [])
    assert said[0].startswith("derive: --engine: tectonic on PATH was not found; install Tectonic")


def refuse(*_: object) -> None:
    raise RenderError("pdflatex", "Undefined control sequence.", 12)


def test_a_fault_of_ours_is_a_sentence_with_the_exit_code_1(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    table = Table([*(FORMATS[name] for name in ("md", "tex", "json")), Format("pdf", "PDF", refuse)])  # type: ignore[arg-type]
    monkeypatch.setattr("derive.pipeline.FORMATS", table)
    monkeypatch.setattr(cli, "find_engine", lambda name: None)
    code, printed, said = run("solve", SOURCE, "-f", "md,pdf")
    assert (code, printed) == (1, [])
    (sentence,) = said
    assert sentence.startswith("derive: pdflatex, line 12: Undefined control sequence; this is a fault of derive")
    assert files(tmp_path) == []


def test_an_interruption_is_quiet(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("derive.pipeline.solve", interrupt)
    assert run("solve", SOURCE) == (130, [], [])


@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "relu", "linear"])
@pytest.mark.parametrize("weight", ["1000", "-1000", "1e6", "-1e6", "5000", "-1e30"])
def test_a_saturated_unit_is_calculated_at_once(activation: str, weight: str, run: Run, tmp_path: Path) -> None:
    """The bound in seconds is for a calculation that would take minutes, not for a slow machine."""
    text = SOURCE.read_text().replace('"sigmoid"', f'"{activation}"', 1).replace("[[0.2,", f"[[{weight},")
    (tmp_path / "net.toml").write_text(text)
    began = time.monotonic()
    assert run("solve", "net.toml", "-f", "md,json")[0] == 0
    assert time.monotonic() - began < 20


def test_rights_are_the_systems_to_judge(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Typer would look for the right to read, even of a folder to write into, and say so in a box of its own."""
    monkeypatch.setattr("os.access", lambda *_, **__: False)
    assert run("solve", SOURCE, "--out", ".")[0] == 0
