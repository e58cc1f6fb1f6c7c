"""Measuring several ways in turn, so that whatever else the machine does falls on all of them alike."""

import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "templates" / "configs" / "source.toml"

Measure = Callable[[], float]
"""Does something once and returns the seconds it took."""


@dataclass(frozen=True)
class Series:
    """One number a round: seconds, or ratios of the seconds of two ways in the same round."""

    numbers: tuple[float, ...]

    @property
    def median(self) -> float:
        """The number in the middle."""
        return median(self.numbers)

    @property
    def least(self) -> float:
        """The smallest number."""
        return min(self.numbers)

    @property
    def most(self) -> float:
        """The largest number."""
        return max(self.numbers)

    def __truediv__(self, other: "Series") -> "Series":
        return Series(tuple(a / b for a, b in zip(self.numbers, other.numbers, strict=True)))

    def __sub__(self, other: "Series") -> "Series":
        return Series(tuple(a - b for a, b in zip(self.numbers, other.numbers, strict=True)))


def interleaved(rounds: int, ways: Mapping[str, Measure], *, warm_up: bool = True) -> dict[str, Series]:
    """Measure every way once a round; a round before the first, which is not counted, fills caches."""
    found: dict[str, list[float]] = {name: [] for name in ways}
    if warm_up:
        for measure in ways.values():
            measure()
    for _ in range(rounds):
        for name, measure in ways.items():
            found[name].append(measure())
    return {name: Series(tuple(numbers)) for name, numbers in found.items()}


def clocked(action: Callable[[], object]) -> Measure:
    """Make a measure of a function of this process."""

    def measure() -> float:
        start = perf_counter()
        action()
        return perf_counter() - start

    return measure


def process(*words: str) -> Measure:
    """Make a measure of a whole Python process with these arguments, in the project's folder."""
    return clocked(lambda: python(words))


def python(words: Sequence[str], timeout: float | None = None) -> str:
    """Run Python with these arguments and return what it printed.

    Its byte code may be kept, as on a user's machine, whatever this process was told.
    """
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    done = subprocess.run(
        [sys.executable, *words],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(words)} ended with {done.returncode}:\n{done.stderr[-2000:]}")
    return done.stdout
