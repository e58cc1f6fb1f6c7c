"""Reading the values of the training section: learning rate, batches and strengths."""

from decimal import Decimal
from typing import Any

from pydantic import ValidationInfo

from derive.config.formula import FormulaError, check_formula
from derive.config.limits import MAX_EPOCHS, MAX_SAMPLES
from derive.config.values import (
    Unreadable,
    exact_number,
    fault,
    is_number,
    misfit,
    positive_number,
    shown_value,
    whole_number,
)
from derive.errors import quoted


def positive_number_or_formula(value: Any) -> Decimal | str:
    """Read a learning rate: a number above zero, or a formula in t, the number of the step."""
    if not isinstance(value, str):
        return positive_number(value)
    try:
        check_formula(value, ("t",))
    except FormulaError as error:
        raise fault(error.what, error.mend) from None
    return value


def number_not_below_zero(value: Any) -> Decimal:
    """Read a number of at least zero."""
    number = exact_number(value)
    if number < 0:
        raise fault(f"{shown_value(value)} is below zero", "write a number such as 0.01, or 0 for none")
    return number


def truth(value: Any) -> bool:
    """Read true or false."""
    if not isinstance(value, bool):
        raise misfit(value, "true or false", "write true or false without quotes")
    return value


def full_or_number(value: Any) -> Any:
    """Read how many samples make a batch."""
    if isinstance(value, str) and value != "full":
        raise fault(f"{quoted(value)} is not a size", 'write "full" for all samples, or a number such as 1')
    return value if value == "full" else whole_number(1, MAX_SAMPLES)(value)


def number_of_epochs(value: Any, info: ValidationInfo) -> int:
    """Read how many epochs there are. The bound is the context's ``max_epochs``, where the caller has raised it."""
    most = (info.context or {}).get("max_epochs") or MAX_EPOCHS
    number = Decimal(value) if is_number(value) and not isinstance(value, Unreadable) else Decimal(0)
    if number.is_finite() and number > most:
        what = f"{shown_value(value)} epochs are too many"
        raise fault(what, f"write at most {most}, or raise this bound with --max-epochs")
    found: int = whole_number(1, most)(value)
    return found
