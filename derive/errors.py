"""What a user did wrong, apart from our own faults."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """One thing to mend.

    ``where`` is a key path (``layers[1].weights``) or a file name, ``what`` says what is wrong there, ``mend`` what
    would be right. Together they read as one sentence.
    """

    where: str
    what: str
    mend: str

    def __str__(self) -> str:
        head = f"{self.where}: " if self.where else ""
        return f"{head}{self.what}; {self.mend}." if self.mend else f"{head}{self.what}."


class UserError(Exception):
    """The user's input cannot be used. Holds every problem that was found, in the order of the input."""

    exit_code = 2

    def __init__(self, *problems: Problem) -> None:
        self.problems = problems
        super().__init__("\n".join(map(str, problems)))


def user_error(where: str, what: str, mend: str = "") -> UserError:
    """Return a `UserError` of a single problem."""
    return UserError(Problem(where, what, mend))
