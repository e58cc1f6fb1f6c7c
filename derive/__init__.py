"""A worked solution by hand for any small neural network.

    import derive

    solution = derive.solve("network.toml")
    solution["delta_2_1"].value
    solution.write("output", "md", "pdf")

The names are loaded when they are first used, so that importing the package costs nothing.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from derive.config.load import load
    from derive.config.model import Config
    from derive.errors import UserError
    from derive.pipeline import Solution, solve

__version__ = "0.1.0"
__all__ = ["Config", "Solution", "UserError", "load", "solve"]

_HOMES = {
    "Config": "derive.config.model",
    "Solution": "derive.pipeline",
    "UserError": "derive.errors",
    "load": "derive.config.load",
    "solve": "derive.pipeline",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'derive' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
