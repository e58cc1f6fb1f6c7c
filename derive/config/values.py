"""Reading single values: each function takes what stood in the config and returns it in its final type.

A fault is a `PydanticCustomError` whose context says what is wrong and what would be right.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal, InvalidOperation
from typing import Any
from unicodedata import category

from pydantic_core import PydanticCustomError

from derive.config.limits import MAX_EXPONENT, MAX_TITLE
from derive.errors import instead, nearest, printable, quoted


@dataclass(frozen=True)
class Unreadable:
    """A number of a file that nothing can hold, such as 1e99999999999999999999, as it was written."""

    text: str


def fault(what: str, mend: str) -> PydanticCustomError:
    """Make the error that `derive.config.faults` turns into a sentence. Braces in the texts stay as they are."""
    return PydanticCustomError("derive", "{what}", {"what": what, "mend": mend})


def misfit(value: Any, wanted: str, mend: str) -> PydanticCustomError:
    """Make the fault of a value that is of another kind than ``wanted``, such as "a list"."""
    return fault(f"{described(value)} where {wanted} should be", mend)


def described(value: Any) -> str:
    """Say what a value is, in plain words."""
    kind = next((name for kind, name in _KINDS if isinstance(value, kind)), f"a {type(value).__name__}")
    shown = shown_value(value)
    return f"{shown} is {kind}" if shown else f"{kind} stands"


def shown_value(value: Any) -> str:
    """Show a value as a config writes it, cut short; nothing for one that has parts."""
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float | Decimal | Unreadable | date | time):
        text = value.text if isinstance(value, Unreadable) else str(Decimal(value) if isinstance(value, int) else value)
        return printable(text if len(text) <= 40 else f"{text[:37]}...")
    return ""


_KINDS: tuple[tuple[type | tuple[type, ...], str], ...] = (
    (str, "text"),
    (bool, "a truth value"),
    ((int, float, Decimal, Unreadable), "a number"),
    ((list, tuple), "a list"),
    (dict, "a table of keys"),
    ((date, time), "a date or a time"),
    (type(None), "null"),
)


_NUMBER_MEND = "write a decimal such as 0.25"


def is_number(value: Any) -> bool:
    """Tell whether a value was written as a number, be it one that can be used or not."""
    return isinstance(value, int | float | Decimal | Unreadable) and not isinstance(value, bool)


def exact_number(value: Any) -> Decimal:
    """Read a number without loss: a decimal as written, a float by the shortest text that gives it back."""
    if not is_number(value):
        raise misfit(value, "a number", _number_mend(value))
    if isinstance(value, Unreadable):
        raise _out_of_range(value)
    number = Decimal(repr(float(value))) if isinstance(value, float) else Decimal(value)
    if not number.is_finite():
        raise fault(f"{shown_value(value)} is not a finite number", _NUMBER_MEND)
    exponent = number.as_tuple().exponent
    if abs(number.adjusted()) > MAX_EXPONENT or (isinstance(exponent, int) and exponent < -MAX_EXPONENT):
        raise _out_of_range(value)
    return number


def _number_mend(value: Any) -> str:
    """Text that holds a number lacks nothing but its quotes."""
    try:
        finite = isinstance(value, str) and len(value) <= MAX_EXPONENT and Decimal(value).is_finite()
    except InvalidOperation:
        finite = False
    return f"write {printable(value.strip())} without the quotes" if finite else _NUMBER_MEND


def _out_of_range(value: Any) -> PydanticCustomError:
    mend = f"write at most {MAX_EXPONENT} digits before the point and {MAX_EXPONENT} after it"
    return fault(f"{shown_value(value)} is out of range", mend)


def shared_bias(value: Any) -> Decimal:
    """Read the bias of a layer that has one for all of its units; that or all of them may be left to be drawn."""
    near = nearest(value, ("own", "shared")) if isinstance(value, str) else None
    if near:
        raise fault(f"{quoted(str(value))} is no bias", f"did you mean {quoted(near)}")
    return exact_number(value)


def positive_number(value: Any) -> Decimal:
    """Read a number above zero."""
    number = exact_number(value)
    if number <= 0:
        raise fault(f"{shown_value(value)} is not above zero", "write a number such as 0.1")
    return number


@dataclass(frozen=True)
class Reader:
    """A function that reads a value, and how it narrows the JSON schema of what it takes."""

    read: Callable[[Any], Any]
    narrowed: Callable[[dict[str, Any]], dict[str, Any]]

    def __call__(self, value: Any) -> Any:
        return self.read(value)


def whole_number(least: int, most: int) -> Reader:
    """Make a reader of whole numbers between two bounds."""

    mend = f"write a whole number from {least} to {most}"

    def read(value: Any) -> int:
        if not is_number(value):
            raise misfit(value, "a whole number", mend)
        number = Decimal("nan") if isinstance(value, Unreadable) else Decimal(value)
        if not (number.is_finite() and least <= number <= most):
            raise fault(f"{shown_value(value)} is out of range", mend)
        if number != int(number):
            raise fault(f"{shown_value(value)} is not a whole number", mend)
        return int(number)

    return Reader(read, lambda schema: schema | {"minimum": least, "maximum": most})


def number_or_formula(value: Any) -> Decimal | str:
    """Read a target: text is a formula (checked later, when the number of inputs is known), the rest a number."""
    if isinstance(value, str):
        return value
    if not is_number(value):
        raise misfit(value, "a number or a formula", 'write one such as 0.25 or "x1 + x2"')
    return exact_number(value)


def one_of(names: Collection[str], kind: str) -> Reader:
    """Make a reader that takes one of the names, and suggests the nearest for a misspelt one."""

    def read(value: Any) -> str:
        if not isinstance(value, str):
            raise misfit(value, f"the name of {kind}", instead("", names))
        if value not in names:
            raise fault(f"{quoted(value)} is not {kind}", instead(value, names))
        return value

    return Reader(read, lambda schema: {**schema, "enum": list(names)})


def text_line(value: Any) -> str:
    """Read a line of text."""
    if not isinstance(value, str):
        raise misfit(value, "text", "write it in quotes")
    return value


_JOINERS = "\u200c\u200d"
"""Format characters that some scripts and emoji need between their letters."""


def one_line(name: str) -> Reader:
    """Make a reader of a line of text, not too long, without characters that steer a page or a terminal.

    ``name`` says what the text is, in a sentence about a fault.
    """

    def read(value: Any) -> str:
        text = text_line(value)
        if not text.strip():
            raise fault(f"the {name} is empty", "write one, or leave the key out")
        if len(text) > MAX_TITLE:
            raise fault(f"the {name} has {len(text):,} characters", f"the most is {MAX_TITLE}")
        if any(c in "\n\r\v\f\x85\u2028\u2029" for c in text):
            raise fault(f"the {name} has a line break in it", "write it on one line")
        if steering := steering_character(text):
            raise fault(f"the {name} has the invisible character U+{ord(steering):04X} in it", "leave that out")
        return text

    return Reader(read, lambda schema: schema | {"minLength": 1, "maxLength": MAX_TITLE})


def steering_character(text: str) -> str | None:
    """Return the first character that is not seen itself and may change how others are seen, or None."""
    return next((c for c in text if category(c) in ("Cc", "Cf", "Cs", "Cn", "Co") and c not in _JOINERS), None)


title_line = one_line("title")
