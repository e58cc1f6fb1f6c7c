"""Lists as text: a table where a terminal is wide enough for it, else a few plain lines for each entry."""

from collections.abc import Iterator, Sequence
from io import StringIO

from derive.reference.tables import Section

_WIDEST = 140


def written(lists: Sequence[Section], width: int | None = None) -> Iterator[str]:
    """Write lists line by line: for a terminal of ``width`` columns, or for a program or a file where that is None."""
    for number, section in enumerate(lists):
        if number:
            yield ""
        yield f"{section.name} ({section.use})"
        yield from _plain(section) if width is None else _styled(section, width)


def _plain(section: Section) -> Iterator[str]:
    """Write every entry, each detail in a line of its own, however long, so that it can be searched and copied."""
    longest = max((len(entry.name) for entry in section.entries), default=0)
    for entry in section.entries:
        yield f"  {entry.name:{longest}}  {entry.title}".rstrip()
        for name, text in entry.lines:
            yield f"      {name} = {text}"


def _styled(section: Section, width: int) -> Iterator[str]:
    """Write a table without lines between its columns; nothing in a formula is cut, long ones are continued."""
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=SIMPLE_HEAD, show_header=False, padding=(0, 1), pad_edge=False, expand=False)
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    for entry in section.entries:
        body = Text(entry.title)
        for name, text in entry.lines:
            body.append(f"\n{name} = ", style="dim").append(text, style="cyan")
        table.add_row(Text(entry.name), body)
    console = Console(file=StringIO(), width=min(width, _WIDEST), force_terminal=True, highlight=False)
    console.print(table)
    file = console.file
    assert isinstance(file, StringIO)
    yield from file.getvalue().rstrip("\n").splitlines()
