"""Many PDFs from few runs: the same bytes however they are set, the same text as one at a time, faults kept apart."""

import io
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest
from pypdf import PdfReader

from derive.errors import UserError
from derive.pipeline import solve
from derive.render import latex
from derive.render.engine import ENGINES, Engine, RenderError, compile_pdf, find_engine
from derive.render.formats import File
from derive.render.many import Binding, Failure, Manuscript, Press, Promise
from derive.render.many import press as made_ready
from derive.render.pagefile import PageFile
from derive.render.pagesource import Pages, plain
from derive.render.preamble import preamble
from derive.render.setup import setting_up
from tests.bench.networks import config

COPIES = 5


def keys(copy: int) -> dict[str, object]:
    return {**config((1, 1), copy), "title": f"Réseau {copy}", "report": {"detail": "brief"}}


def manuscript(copy: int) -> Manuscript:
    document = solve(keys(copy)).document
    return Manuscript(f"{copy:04}", document.title, str(latex.body(document)))


@contextmanager
def press(engine: Engine, specimen: str) -> Iterator[Press]:
    with setting_up(engine, "a4") as setup:
        yield made_ready(setup, specimen)


@pytest.fixture(scope="module")
def engine() -> Engine:
    return find_engine("tinytex")


@pytest.fixture(scope="module")
def ready(engine: Engine) -> Iterator[Press]:
    with press(engine, manuscript(0).body) as found:
        yield found


@pytest.fixture(scope="module")
def manuscripts() -> list[Manuscript]:
    return [manuscript(copy) for copy in range(1, COPIES + 1)]


@pytest.fixture(scope="module")
def files(ready: Press, manuscripts: list[Manuscript]) -> list[File]:
    return printed(ready, manuscripts)


def printed(ready: Press, manuscripts: list[Manuscript]) -> list[File]:
    found = ready.print(manuscripts)
    assert not [file for file in found if isinstance(file, Failure)]
    return [file for file in found if isinstance(file, File)]


def join(paths: list[Path], stream: io.BytesIO, title: str) -> None:
    binding = Binding(stream, title)
    for path in paths:
        binding.add(path)
    binding.close()


def texts(content: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(content), strict=True).pages]


def test_a_file_for_each_in_order(files: list[File], manuscripts: list[Manuscript]) -> None:
    assert [file.name for file in files] == [f"{each.name}.pdf" for each in manuscripts]
    for file, each in zip(files, manuscripts, strict=True):
        with pikepdf.open(io.BytesIO(file.content)) as pdf:
            assert pdf.check_pdf_syntax() == []
            assert str(pdf.docinfo["/Title"]) == each.title
            assert set(pdf.docinfo) == {"/Title", "/Creator"}
            assert set(pdf.trailer) == {"/Size", "/Root", "/Info"}


def test_the_text_is_that_of_a_document_set_alone(engine: Engine, files: list[File]) -> None:
    for copy in (1, COPIES):
        alone = compile_pdf(latex.render(solve(keys(copy)).document), engine)
        assert texts(files[copy - 1].content) == texts(alone)
        assert len(texts(alone)) > 1


def test_neighbours_and_order_change_no_byte(ready: Press, files: list[File], manuscripts: list[Manuscript]) -> None:
    assert printed(ready, manuscripts[::-1]) == files[::-1]
    assert printed(ready, manuscripts[2:4]) == files[2:4]
    assert printed(ready, manuscripts[3:4]) == files[3:4]


def test_another_press_and_other_processes_change_no_byte(
    engine: Engine, files: list[File], manuscripts: list[Manuscript]
) -> None:
    parts = [manuscripts[:1], manuscripts[1:]]
    with press(engine, manuscript(0).body) as another, ProcessPoolExecutor(2) as pool:
        assert [file for part in pool.map(another.print, parts) for file in part] == files


def test_what_is_dumped_is_used_and_gone_afterwards(engine: Engine, manuscripts: list[Manuscript]) -> None:
    with press(engine, manuscripts[0].body) as found:
        assert found.dumped
        assert found.dumped.stat().st_size > 10_000_000
        folder = found.dumped.parent
    assert not folder.exists()


@pytest.mark.parametrize("content", [b"", b"no format", None])
def test_a_format_that_cannot_be_used_changes_no_byte(
    ready: Press, files: list[File], manuscripts: list[Manuscript], tmp_path: Path, content: bytes | None
) -> None:
    dumped = tmp_path / "broken.fmt"
    if content is not None:
        dumped.write_bytes(content)
    assert printed(replace(ready, dumped=dumped), manuscripts[:2]) == files[:2]


def test_a_promise_is_kept_for_those_who_wait(
    ready: Press, files: list[File], manuscripts: list[Manuscript], tmp_path: Path
) -> None:
    promise = Promise(tmp_path / "press")
    with ProcessPoolExecutor(1) as pool:
        waiting = pool.submit(_printed_when_ready, promise, manuscripts[:2])
        promise.keep(lambda: ready)
        assert waiting.result() == files[:2]


def _printed_when_ready(promise: Promise, manuscripts: list[Manuscript]) -> list[File | Failure]:
    return promise.press().print(manuscripts)


def test_a_promise_that_is_not_kept_lets_nobody_wait(tmp_path: Path) -> None:
    promise = Promise(tmp_path / "press")

    def make() -> Press:
        raise FileNotFoundError("elsewhere")

    with pytest.raises(FileNotFoundError, match="elsewhere"):
        promise.keep(make)
    with pytest.raises(RuntimeError, match="there is no press"):
        promise.press()


def test_an_engine_that_dumps_nothing_sets_each_alone(
    engine: Engine, files: list[File], manuscripts: list[Manuscript]
) -> None:
    plain = Engine(replace(engine.kind, start=""), engine.program)
    with press(plain, manuscripts[0].body) as found:
        assert texts(printed(found, manuscripts[:1])[0].content) == texts(files[0].content)
        (failure,) = found.print([Manuscript("bad", "Bad", r"\undefined")])
        assert failure == Failure("bad", "tinytex: Undefined control sequence.")


def test_a_document_that_cannot_be_set_is_named_and_the_others_are_made(
    ready: Press, files: list[File], manuscripts: list[Manuscript]
) -> None:
    bad = Manuscript("bad", "Bad", "Fine so far. \\undefined")
    failure = Failure("bad", "tinytex: Undefined control sequence.")
    assert ready.print([*manuscripts[:2], bad, *manuscripts[2:]]) == [*files[:2], failure, *files[2:]]


def test_signs_that_no_other_has_leave_the_others_alone(
    ready: Press, files: list[File], manuscripts: list[Manuscript]
) -> None:
    odd = Manuscript("odd", "Odd", latex.escape("Škvorecký, Þór") + r" \textsf{in another font} $\Psi$")
    first, *rest = printed(ready, [odd, *manuscripts[:3]])
    assert rest == files[:3]
    assert [first] == printed(ready, [odd])
    assert texts(first.content)[0].startswith("Škvorecký, Þór in another font Ψ")


def test_an_engine_that_is_killed_costs_one_document(
    engine: Engine, ready: Press, files: list[File], manuscripts: list[Manuscript], tmp_path: Path
) -> None:
    program = tmp_path / "engine"
    program.write_text(f'#!/bin/sh\ngrep -q KILL document.tex && kill -9 $$\nexec {engine.program} "$@"\n')
    program.chmod(0o755)
    deadly = replace(ready, engine=Engine(replace(engine.kind, name="deadly"), program))
    found = deadly.print([*manuscripts[:2], Manuscript("killed", "Killed", "KILL"), manuscripts[2]])
    assert [found[0], found[1], found[3]] == files[:3]
    assert isinstance(found[2], Failure)


def test_a_specimen_that_cannot_be_set_is_our_fault(engine: Engine) -> None:
    with pytest.raises(RenderError, match="Undefined control"), press(engine, r"\undefined"):
        pass


def test_an_engine_that_cannot_be_run_is_a_sentence(tmp_path: Path) -> None:
    program = tmp_path / "pdflatex"
    program.write_bytes(b"\x00not a program")
    program.chmod(0o755)
    broken = Engine(ENGINES["pdflatex"], program)
    with pytest.raises(UserError, match="cannot be run"), press(broken, "x"):
        pass


def test_a_latex_that_is_too_old_says_so(engine: Engine) -> None:
    body = r"\begin{document}\let\AddToHook\undefined\pagefoot{}{}x\end{document}"
    with pytest.raises(RenderError, match="LaTeX of October 2020 or later is needed"):
        compile_pdf(preamble("a4") + body, engine)


def test_a_fault_of_its_user_passes_through(engine: Engine) -> None:
    with pytest.raises(FileNotFoundError, match="elsewhere"), press(engine, "x"):
        raise FileNotFoundError("elsewhere")


def test_the_foot_knows_the_last_page(ready: Press, engine: Engine) -> None:
    foot = r"\pagefoot{Code A}{page \thepage\ of \lastpage}"
    body = rf"{foot}One\newpage Two\newpage \textcolor{{red}}{{Three}}"
    (file,) = printed(ready, [Manuscript("foot", "Foot", body)])
    expected = [f"{word}\nCode A page {number} of 3" for number, word in enumerate(("One", "Two", "Three"), 1)]
    assert texts(file.content) == expected
    alone = compile_pdf(f"{preamble('a4')}\\begin{{document}}{body}\\end{{document}}", engine)
    assert texts(alone) == expected


def test_the_foot_is_one_documents_alone(ready: Press, files: list[File], manuscripts: list[Manuscript]) -> None:
    footed = Manuscript("foot", "Foot", r"\pagefoot{A}{\lastpage}x")
    assert printed(ready, [footed, manuscripts[0]])[1] == files[0]


def test_joined_each_begins_on_a_right_hand_page(ready: Press, files: list[File], tmp_path: Path) -> None:
    pages = [1, 2, 3]
    bodies = [r"\newpage ".join(f"{copy}.{page}" for page in range(1, copy + 1)) for copy in pages]
    short = printed(ready, [Manuscript(f"short{copy}", "", body) for copy, body in zip(pages, bodies, strict=True)])
    paths = [tmp_path / file.name for file in (*short, *files)]
    for path, file in zip(paths, (*short, *files), strict=True):
        path.write_bytes(file.content)
    joined = io.BytesIO()
    join(paths, joined, "Alle Bögen")
    found = texts(joined.getvalue())
    assert [text.partition("\n")[0] for text in found[:8]] == ["1.1", "", "2.1", "2.2", "3.1", "3.2", "3.3", ""]
    for file in files:
        own = texts(file.content)
        assert found[found.index(own[0]) :][: len(own)] == own
        assert found.index(own[0]) % 2 == 0
    again = io.BytesIO()
    join(paths, again, "Alle Bögen")
    assert again.getvalue() == joined.getvalue()
    with pikepdf.open(joined) as pdf:
        assert pdf.check_pdf_syntax() == []
        assert str(pdf.docinfo["/Title"]) == "Alle Bögen"
    assert len(joined.getvalue()) < 2 * len(files[0].content), "the fonts come once"


@pytest.mark.parametrize("content", [b"", b"%PDF-1.5 of another kind", None])
def test_what_is_joined_is_ours(files: list[File], tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "0001.pdf"
    path.write_bytes(files[0].content[:-100] if content is None else content)
    with pytest.raises(UserError, match=r"0001\.pdf: this file was changed or is cut off; delete it, and run"):
        join([path], io.BytesIO(), "")


def test_a_file_is_read_as_what_pikepdf_makes_of_it(files: list[File]) -> None:
    own, other = Pages(files[0].content), Pages(plain(files[0].content))
    assert len(own) == len(other) > 1
    copies = io.BytesIO(), io.BytesIO()
    for source, stream in zip((own, other), copies, strict=True):
        copy = PageFile(stream, files[0].name)
        copy.add(source, range(len(source)))
        copy.close()
    first, second = (texts(stream.getvalue()) for stream in copies)
    assert first == second == texts(files[0].content)
