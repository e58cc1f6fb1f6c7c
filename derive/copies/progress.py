"""The bar that shows how far the copies are: on a terminal alone, and on the channel of messages."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn
from rich.text import Text


class _Rate(ProgressColumn):
    """How many copies are made in a second."""

    def render(self, task: Task) -> Text:
        return Text(f"{task.speed:,.0f}/s" if task.speed else "")


@contextmanager
def progress() -> Iterator[Callable[[int], None]]:
    """Return what is called with the number of all copies each time one is done."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda total: None
        return
    columns = (TextColumn("copies"), BarColumn(), MofNCompleteColumn(), _Rate(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("copies", total=None)
        yield lambda total: bar.update(task, total=total, advance=1)
