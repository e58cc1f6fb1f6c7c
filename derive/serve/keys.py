"""What a form holds and what a config holds: the same keys, but in a form every number is a text, as it was typed."""

from decimal import Decimal
from re import compile as pattern
from typing import Any

from derive.config.values import Unreadable

_WHOLE = pattern(r"[+-]?\d{1,1000}")
_NUMBER = pattern(r"[+-]?(?:\d{1,1000}\.?\d{0,1000}|\.\d{1,1000})(?:[eE][+-]?\d{1,6})?")
_TEXTS = ("title",)
"""What stays a text even where it looks like a number."""


def typed(value: Any, key: str = "") -> Any:
    """Read the numbers of a form."""
    if isinstance(value, dict):
        return {key: typed(each, key) for key, each in value.items()}
    if isinstance(value, list):
        return [typed(each) for each in value]
    if not isinstance(value, str) or key in _TEXTS:
        return value
    text = value.strip().replace("−", "-")
    if _WHOLE.fullmatch(text):
        return int(text)
    return Decimal(text) if _NUMBER.fullmatch(text) else value


def written(value: Any) -> Any:
    """Write the numbers of a config as a form holds them."""
    if isinstance(value, dict):
        return {key: written(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [written(each) for each in value]
    if isinstance(value, bool | str) or value is None:
        return value
    return value.text if isinstance(value, Unreadable) else str(value)
