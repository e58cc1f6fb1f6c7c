"""All files or none: whatever goes wrong, older files stay as they were and nothing else is left in the folder."""

import errno
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from derive.errors import UserError
from derive.render import write
from derive.render.formats import File
from derive.render.write import check_name, write_files

NEW = [File("a.md", b"new a"), File("b.svg", b"new b"), File("c.json", b"new c")]
OLD = {"a.md": b"old a", "c.json": b"old c", "other.txt": b"other"}


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with older files, one of which the new ones don't replace."""
    made = tmp_path / "output"
    made.mkdir()
    for name, content in OLD.items():
        (made / name).write_bytes(content)
    return made


def test_files_are_written_over_older_ones(folder: Path) -> None:
    assert write_files(folder, NEW) == [folder / "a.md", folder / "b.svg", folder / "c.json"]
    assert contents(folder) == {"a.md": b"new a", "b.svg": b"new b", "c.json": b"new c", "other.txt": b"other"}


def test_folders_are_made(tmp_path: Path) -> None:
    write_files(tmp_path / "one" / "two", NEW)
    assert contents(tmp_path / "one" / "two") == {file.name: file.content for file in NEW}


def test_a_file_has_the_rights_of_any_new_file(tmp_path: Path) -> None:
    write_files(tmp_path, NEW[:1])
    (tmp_path / "plain").write_bytes(b"")
    assert (tmp_path / "a.md").stat().st_mode == (tmp_path / "plain").stat().st_mode


def failing(call: Callable[..., Any], number: int, error: BaseException) -> Callable[..., Any]:
    """Make a stand-in that works until its ``number``-th call, which raises."""
    count = 0

    def stand_in(*args: Any, **kwargs: Any) -> Any:
        nonlocal count
        count += 1
        if count == number:
            raise error
        return call(*args, **kwargs)

    return stand_in


FULL = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.mark.parametrize("number", [1, 2, 3])
@pytest.mark.parametrize("step", ["open", "replace"])
def test_a_fault_at_any_file_leaves_all_as_it_was(
    step: str, number: int, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, step, failing(getattr(Path, step), number, FULL))
    with pytest.raises(UserError) as caught:
        write_files(folder, NEW)
    monkeypatch.undo()
    what = "no files can be written there (no space left on device); make room there, or choose another folder."
    assert str(caught.value) == f"{folder}: {what}"
    assert contents(folder) == OLD


def test_a_file_system_without_links_is_served_as_well(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "link", failing(os.link, 1, NotImplementedError()))
    monkeypatch.setattr(Path, "replace", failing(Path.replace, 3, FULL))
    with pytest.raises(UserError):
        write_files(folder, NEW)
    monkeypatch.undo()
    assert contents(folder) == OLD


def test_no_room_to_keep_an_older_file_leaves_all_as_it_was(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "link", failing(os.link, 1, FULL))
    monkeypatch.setattr(write, "copyfile", failing(write.copyfile, 1, FULL))
    with pytest.raises(UserError):
        write_files(folder, NEW)
    monkeypatch.undo()
    assert contents(folder) == OLD


def test_an_interruption_leaves_all_as_it_was(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "replace", failing(Path.replace, 2, KeyboardInterrupt()))
    with pytest.raises(KeyboardInterrupt):
        write_files(folder, NEW)
    monkeypatch.undo()
    assert contents(folder) == OLD


def test_folders_that_were_made_go_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "open", failing(Path.open, 2, FULL))
    with pytest.raises(UserError):
        write_files(tmp_path / "one" / "two", NEW)
    assert list(tmp_path.iterdir()) == []


KILLED = """
import os, signal, sys
from pathlib import Path
from derive.render.formats import File
from derive.render.write import write_files

replace, count = Path.replace, 0

def kill_at_the_second(self, target):
    global count
    count += 1
    if count == 2:
        os.kill(os.getpid(), signal.SIGKILL)
    return replace(self, target)

Path.replace = kill_at_the_second
write_files(Path(sys.argv[1]), [File(name, b"new " * 100_000) for name in ("a.md", "b.svg", "c.json")])
"""


def test_a_kill_between_two_files_leaves_no_half_of_one(folder: Path) -> None:
    """Nothing can tidy up after it, but each file is wholly old or wholly new."""
    code = subprocess.run([sys.executable, "-c", KILLED, str(folder)], check=False).returncode
    assert code == -signal.SIGKILL
    after = {name: content for name, content in contents(folder).items() if not name.startswith(".derive-")}
    assert after == {"a.md": b"new " * 100_000, "c.json": b"old c", "other.txt": b"other"}


LIMITED = """
import resource, sys
from pathlib import Path
from derive.errors import UserError
from derive.render.formats import File
from derive.render.write import write_files

resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
try:
    write_files(Path(sys.argv[1]), [File("a.md", b"new"), File("c.json", b"new" * 1000)])
except UserError as error:
    print(error)
"""


def test_a_write_that_the_system_stops_half_way_leaves_all_as_it_was(folder: Path) -> None:
    done = subprocess.run([sys.executable, "-c", LIMITED, str(folder)], capture_output=True, text=True, check=True)
    assert "no files can be written there (file too large); " in done.stdout
    assert contents(folder) == OLD


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is forbidden to root")
def test_a_folder_without_the_right_to_write(folder: Path) -> None:
    folder.chmod(0o500)
    with pytest.raises(UserError, match=r"no files can be written there \(permission denied\)"):
        write_files(folder, NEW)
    folder.chmod(0o700)
    assert contents(folder) == OLD


def test_a_folder_that_the_system_refuses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "mkdir", failing(Path.mkdir, 1, PermissionError(errno.EACCES, "Permission denied")))
    with pytest.raises(UserError, match=r"no files can be written there \(permission denied\)"):
        write_files(tmp_path / "new", NEW)


@pytest.mark.parametrize("below", ["", "sub", "sub/sub"])
def test_a_folder_that_is_a_file(below: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"old")
    with pytest.raises(UserError, match=r"no files can be written there \(this is a file\); choose a folder"):
        write_files(tmp_path / "file" / below, NEW)
    assert contents(tmp_path) == {"file": b"old"}


def test_a_name_that_a_folder_has(folder: Path) -> None:
    (folder / "b.svg").mkdir()
    with pytest.raises(UserError, match=r"b\.svg: there is a folder of this name; choose another name\."):
        write_files(folder, NEW)
    (folder / "b.svg").rmdir()
    assert contents(folder) == OLD


@pytest.mark.parametrize("name", ["../a.md", "/a.md", "sub/a.md", "..", ".", ""])
def test_a_name_that_leads_elsewhere(name: str, folder: Path) -> None:
    with pytest.raises(UserError, match="; choose another name"):
        write_files(folder, [NEW[0], File(name, b"")])
    assert contents(folder) == OLD


def test_a_name_that_is_too_long(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="file name too long"):
        write_files(tmp_path / ("a" * 300), NEW)


@pytest.mark.parametrize("leads", ["to a file", "nowhere"])
def test_a_link_is_replaced_and_not_followed(leads: str, folder: Path, tmp_path: Path) -> None:
    aim = tmp_path / "aim.txt"
    if leads == "to a file":
        aim.write_bytes(b"aim")
    (folder / "b.svg").symlink_to(aim)
    write_files(folder, NEW)
    assert not (folder / "b.svg").is_symlink()
    assert (folder / "b.svg").read_bytes() == b"new b"
    assert aim.exists() == (leads == "to a file")
    assert not aim.exists() or aim.read_bytes() == b"aim"


def test_a_link_is_put_back_as_a_link(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "b.svg").symlink_to("other.txt")
    monkeypatch.setattr(Path, "replace", failing(Path.replace, 3, FULL))
    with pytest.raises(UserError):
        write_files(folder, NEW)
    assert (folder / "b.svg").is_symlink()
    assert contents(folder) == OLD | {"b.svg": b"other"}


@pytest.mark.parametrize("name", ["a", "a-b_c.d", "3", "Übung", "日本", "a" * 100])
def test_a_name_for_files(name: str) -> None:
    assert check_name(name) == name


@pytest.mark.parametrize(
    "name", ["../x", "/etc/x", ".hidden", "-x", "a b", "a/b", "a\\b", "a\nb", "", "..", "a(b)", "a$", "a" * 101, "a\n"]
)
def test_a_name_that_cannot_name_files(name: str) -> None:
    with pytest.raises(UserError, match="cannot name the files; use up to 100 letters") as caught:
        check_name(name, "--name")
    assert re.fullmatch(r"--name: [^\n]*\.", str(caught.value))
