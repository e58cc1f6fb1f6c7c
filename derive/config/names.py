"""A user's own names of quantities, by key."""

from typing import Any

from derive.config.values import fault, misfit
from derive.notation.own import NameFault, read_name


def own_name(value: Any) -> str:
    """Check a name, and return it as it was written."""
    if not isinstance(value, str):
        raise misfit(value, "a name", r'write one in quotes, such as "w_{AB}"')
    try:
        read_name(value)
    except NameFault as error:
        raise fault(error.what, error.mend) from None
    return value
