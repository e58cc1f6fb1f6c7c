"""What a user did wrong, apart from our own faults."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """One thing to mend.

    ``where`` is a key path (``layers[1].weights``) or a file name, ``what`` says what is wrong there, ``mend`` what
    would be right. Together they read as one sentence, on one line whatever a name holds.
    """

    where: str
    what: str
    mend: str

    def __str__(self) -> str:
        head = f"{self.where}: " if self.where else ""
        tail = f"; {self.mend}" if self.mend else ""
        stop = "?" if self.mend.startswith("did you mean") else "."
        return printable(f"{head}{self.what}{tail}{stop}")


class UserError(Exception):
    """The user's input cannot be used. Holds every problem that was found, in the order of the input."""

    exit_code = 2

    def __init__(self, *problems: Problem) -> None:
        self.problems = problems
        super().__init__("\n".join(self.sentences()))

    def __reduce__(self) -> tuple[type["UserError"], tuple[Problem, ...]]:
        """Let another process send it: with every problem, and as the kind of error that a user sees."""
        return UserError, self.problems

    def sentences(self, most: int = 50) -> list[str]:
        """Write a sentence for each problem; of more than ``most``, the first, and how many more there are."""
        shown = [str(problem) for problem in self.problems[:most]]
        rest = len(self.problems) - len(shown)
        return [*shown, f"{rest:,} more such problem{'s' if rest > 1 else ''}."] if rest else shown


def user_error(where: str, what: str, mend: str = "") -> UserError:
    """Return a `UserError` of a single problem."""
    return UserError(Problem(where, what, mend))


def reason_of(error: OSError) -> str:
    """Return what the system says of a fault, to stand inside a sentence."""
    return (error.strerror or "unknown fault").lower()


def printable(text: str) -> str:
    """Name every character that would break a line or not be seen."""
    return "".join(c if c.isprintable() else f"<U+{ord(c):04X}>" for c in text)


def quoted(text: str) -> str:
    """Show text in a sentence: in quotes, cut short."""
    return printable(f'"{text}"' if len(text) <= 40 else f'"{text[:37]}..."')


def nearest(word: str, names: Iterable[str]) -> str | None:
    """Return the name that the word is most likely a slip of, or None."""
    from difflib import get_close_matches

    known = {name.lower(): name for name in names}
    near = get_close_matches(word.lower(), known, n=1) if len(word) <= 60 else []
    return known[near[0]] if near else None


def instead(word: str, names: Collection[str]) -> str:
    """Say what may stand in place of a word that is none of the names, the most likely first."""
    near = nearest(word, names)
    others = listed([quoted(name) for name in names if name != near])
    if near is None:
        return f"it can be {others}"
    return f"did you mean {quoted(near)}" + (f" (it can also be {others})" if others else "")


_MOST_LISTED = 12


def listed(words: Collection[str], last: str = "or") -> str:
    """Write words the way a sentence lists them, only the first of many."""
    shown = list(words)[:_MOST_LISTED]
    if len(words) > _MOST_LISTED:
        return ", ".join(shown) + " and so on"
    return f"{', '.join(shown[:-1])} {last} {shown[-1]}" if len(shown) > 1 else "".join(shown)
