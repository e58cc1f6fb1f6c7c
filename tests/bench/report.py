"""Tables of measurements, each with its goal beside it."""

from collections.abc import Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table

from derive.errors import UserError
from derive.render.engine import Engine, find_engine
from tests.bench.timing import Series


@dataclass(frozen=True)
class Goal:
    """The most that a figure may be, how it is written, and the figure that was measured (None: it was not)."""

    most: float
    text: str
    figure: float | None

    @property
    def met(self) -> bool:
        """Whether the figure is within the goal."""
        return self.figure is not None and self.figure <= self.most


class Report:
    """Prints tables as they are made and remembers which goals were met."""

    def __init__(self) -> None:
        terminal = Console()
        self._console = terminal if terminal.is_terminal else Console(width=120)
        self._goals: list[Goal] = []

    def say(self, text: str) -> None:
        """Print a line of text."""
        self._console.print(text, highlight=False)

    def engine(self, what: str) -> Engine | None:
        """Return the LaTeX engine that a measurement needs, or say that it is not made."""
        try:
            return find_engine()
        except UserError as error:
            self.say(f"{what}: not measured. {error}")
            return None

    def table(self, title: str, columns: Sequence[str], rows: Sequence[tuple[Sequence[str], Goal | None]]) -> None:
        """Print a table; where there are goals, they and whether they were met come last."""
        goals = [goal for _, goal in rows if goal]
        table = Table(title=title, title_justify="left", title_style="bold")
        for place, column in enumerate((*columns, "goal", "met") if goals else columns):
            table.add_column(column, justify="right" if place else "left")
        for cells, goal in rows:
            table.add_row(*cells, *(_verdict(goal) if goals else ()))
        self._goals += goals
        self._console.print(table)

    def close(self) -> None:
        """Print how many goals were met."""
        met = sum(goal.met for goal in self._goals)
        self.say(f"{met} of {len(self._goals)} goals met.")


def _verdict(goal: Goal | None) -> tuple[str, str]:
    if goal is None:
        return "", ""
    if goal.figure is None:
        return goal.text, "not measured"
    return goal.text, "[green]yes[/green]" if goal.met else "[red]no[/red]"


def duration(series: Series) -> str:
    """Write seconds, or milliseconds where they are fewer than one: the median, and the least and the most."""
    return _spread(series, 1, " s") if series.median >= 1 else _spread(series, 1000, " ms")


def times(series: Series) -> str:
    """Write a ratio: the median, and the least and the most."""
    return _spread(series, 1, " ×")


def _spread(series: Series, scale: float, unit: str) -> str:
    middle, least, most = (_figure(scale * number) for number in (series.median, series.least, series.most))
    return f"{middle}{unit} ({least}–{most})" if len(series.numbers) > 1 else f"{middle}{unit}"


def _figure(number: float) -> str:
    """Write three significant digits, and all those before the point."""
    return f"{number:,.0f}" if abs(number) >= 100 else f"{number:#.3g}"
