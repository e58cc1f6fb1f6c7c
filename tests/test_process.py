"""The command line as a process: what it prints, how it ends, what it loads and what a signal leaves."""

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import IO

import pytest

from derive.render import workplace
from tests.samples import ROOT
from tests.test_cli import SOURCE, files


def start(*words: str | Path, folder: Path, out: int | IO[str] = subprocess.PIPE) -> subprocess.Popen[str]:
    """Start Python on this code, in a folder."""
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    command = [sys.executable, *map(str, words)]
    return subprocess.Popen(command, cwd=folder, env=environment, stdout=out, stderr=subprocess.PIPE, text=True)


def test_a_process_prints_no_traceback(tmp_path: Path) -> None:
    process = start("-m", "derive", "solve", "nothing.toml", folder=tmp_path)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (2, "")
    assert err.startswith("derive: nothing.toml: there is no such file; ")
    assert err.count("\n") == 1


def test_a_pipe_does_not_make_it_wait(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "net.toml")
    process = start("-m", "derive", "solve", "net.toml", folder=tmp_path)
    assert process.communicate(timeout=60)[1] == "derive: net.toml: this is a pipe or a device; name a config file.\n"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_output_that_cannot_be_printed_is_a_sentence(tmp_path: Path) -> None:
    with Path("/dev/full").open("w") as full:
        process = start("-m", "derive", "new", "net.toml", folder=tmp_path, out=full)
        _, err = process.communicate(timeout=60)
    assert process.returncode == 1
    assert err == "derive: the names of the files cannot be printed (no space left on device).\n"
    assert files(tmp_path) == ["net.toml"]


def test_a_reader_that_has_gone_is_no_fault(tmp_path: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    process = start("-m", "derive", "new", "net.toml", folder=tmp_path, out=writer)
    os.close(writer)
    assert process.communicate(timeout=60)[1] == ""
    assert process.returncode == 1


STOPPED = """
import signal, sys, time
from pathlib import Path
from derive.cli import main

replace, count = Path.replace, 0

def wait_at_the_second(self, target):
    global count
    count += 1
    if count == 2:
        print("now", flush=True)
        time.sleep(60)
    return replace(self, target)

Path.replace = wait_at_the_second
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job would ignore it
sys.argv = ["derive", "solve", sys.argv[1], "--format", "md,json"]
main()
"""


@pytest.mark.parametrize(("sent", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_between_two_files_leaves_all_as_it_was(sent: signal.Signals, code: int, tmp_path: Path) -> None:
    (tmp_path / "output").mkdir()
    (tmp_path / "output" / "source.md").write_text("old")
    process = start("-c", STOPPED, SOURCE, folder=tmp_path)
    assert process.stdout is not None
    assert process.stdout.readline() == "now\n"
    process.send_signal(sent)
    _, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (code, "")
    assert files(tmp_path) == ["output/source.md"]
    assert (tmp_path / "output" / "source.md").read_text() == "old"


HEAVY = ["sympy", "mpmath", "jinja2", "pylatex", "derive.pipeline", "derive.config.model"]
"""Of pydantic, Typer itself loads a part for every command; for the first help it does not."""
LIGHT = f"""
import sys
from derive.cli import main
sys.argv = ["derive", *sys.argv[1:]]
try:
    main()
finally:
    print("loaded:", sorted({{"pydantic", *{HEAVY}}} & set(sys.modules)), file=sys.stderr)
"""


@pytest.mark.parametrize(
    "words", [["--help"], ["solve", "--help"], ["new", "--help"], ["new", "net.toml"], ["solve", "x", "-f", "y"]]
)
def test_help_does_not_load_what_only_solving_needs(words: list[str], tmp_path: Path) -> None:
    process = start("-c", LIGHT, *words, folder=tmp_path)
    loaded = process.communicate(timeout=60)[1].splitlines()[-1]
    assert loaded == "loaded: []" or (loaded == "loaded: ['pydantic']" and words != ["--help"])
    assert process.returncode == (2 if words[-1] == "y" else 0)


def test_watching_renews_the_files_and_goes_on_after_a_mistake(tmp_path: Path) -> None:
    config, page = tmp_path / "net.toml", tmp_path / "output" / "net.md"
    text = SOURCE.read_text(encoding="utf-8")
    config.write_text(text, encoding="utf-8")
    process = start("-m", "derive", "solve", "net.toml", "--watch", folder=tmp_path)
    assert process.stdout is not None
    assert process.stderr is not None

    def written() -> str:
        assert process.stdout is not None
        assert process.stdout.readline() + process.stdout.readline() == "output/net.md\noutput/net-network.svg\n"
        return page.read_text(encoding="utf-8")

    try:
        assert "0.64919" in written()
        config.write_text(text.replace("learning_rate = 0.1", 'learning_rate = "one"'), encoding="utf-8")
        assert process.stderr.readline().startswith("derive: training.learning_rate: ")
        assert "0.64919" in page.read_text(encoding="utf-8")
        other = tmp_path / "new"  # as editors save: another file takes the place of the old one
        other.write_text(text.replace("learning_rate = 0.1", "learning_rate = 0.2"), encoding="utf-8")
        other.replace(config)
        assert "0.69838" in written()
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)
    assert process.returncode in (130, 143)  # the watching library turns the signal into an interrupt


@pytest.mark.skipif(sys.platform == "win32", reason="only there the system lets go of a folder with its process")
def test_the_temporary_folder_of_a_killed_process_goes_with_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wait = """
import time
from derive.render.workplace import temporary_folder
with temporary_folder() as name:
    print(name, flush=True)
    time.sleep(60)
"""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)
    monkeypatch.setattr(workplace, "_YOUNG", 0.0)
    running, killed = (start("-c", wait, folder=ROOT) for _ in range(2))
    names = [Path(process.stdout.readline().strip()) for process in (running, killed) if process.stdout]
    killed.kill()
    killed.communicate()
    with workplace.temporary_folder() as own:
        assert sorted(tmp_path.iterdir()) == sorted([names[0], Path(own)])
    running.kill()
    running.communicate()
