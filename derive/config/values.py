"""Reading single values: each function takes what stood in the config and returns it in its final type.

A fault is a `PydanticCustomError` whose message says what is wrong, and whose context says what would be right.
"""

from collections.abc import Callable, Collection
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from typing import Any

from pydantic_core import PydanticCustomError

from derive.config.limits import MAX_EXPONENT


def fault(what: str, mend: str) -> PydanticCustomError:
    """Make the error that `derive.config.load` turns into a sentence. Braces in the texts stay as they are."""
    return PydanticCustomError("derive", "{what}", {"what": what, "mend": mend})


def quoted(value: Any) -> str:
    """Show a value of the config in a message, cut short and on one line."""
    text = f'"{value}"' if isinstance(value, str) else str(value)
    text = "".join(c if c.isprintable() else "?" for c in text)
    return text if len(text) <= 40 else text[:37] + "..."


def exact_number(value: Any) -> Decimal:
    """Read a number without loss: a decimal as written, a float by the shortest text that gives it back."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        kind = {str: "text", bool: "a truth value", list: "a list", dict: "a table"}.get(type(value), "something else")
        raise fault(f"{quoted(value)} is {kind} where a number should be", "write a decimal such as 0.25")
    try:
        number = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    except InvalidOperation:
        raise fault(f"{quoted(value)} is not a number", "write a decimal such as 0.25") from None
    if not number.is_finite():
        raise fault(f"{value} is not a finite number", "write a decimal such as 0.25")
    exponent = number.as_tuple().exponent
    if abs(number.adjusted()) > MAX_EXPONENT or (isinstance(exponent, int) and exponent < -MAX_EXPONENT):
        raise fault(
            f"{quoted(value)} is out of range", f"keep numbers within {MAX_EXPONENT} digits on either side of the point"
        )
    return number


def number_or_formula(value: Any) -> Decimal | str:
    """Read a target: text is a formula (checked later, when the number of inputs is known), the rest a number."""
    return value if isinstance(value, str) else exact_number(value)


def nested(value: Any) -> Any:
    """Read a flat list as a single row."""
    if isinstance(value, list | tuple) and not any(isinstance(row, list | tuple) for row in value):
        return [value]
    return value


def one_of(names: Collection[str], kind: str) -> Callable[[Any], Any]:
    """Make a reader that takes one of the names, and suggests the nearest for a misspelt one."""

    def read(value: Any) -> Any:
        if isinstance(value, str) and value in names:
            return value
        near = get_close_matches(str(value), names, n=1)
        guess = f'did you mean "{near[0]}"? ' if near else ""
        raise fault(f"{quoted(value)} is not {kind}", f"{guess}it can be {', '.join(names)}")

    return read


def printable(value: Any) -> Any:
    """Read a line of text that has no control characters."""
    if isinstance(value, str) and not value.isprintable():
        raise fault("the text has a control character or a line break in it", "write it on one line")
    return value
