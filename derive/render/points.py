"""How a coordinate is written in a drawing."""

from functools import lru_cache


@lru_cache(maxsize=10_000)
def written(number: float) -> str:
    """Write at most two decimals, no more than needed."""
    text = f"{number:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
