"""What a diagram shows: the units of each layer, and the weights between them."""

from dataclasses import dataclass

from derive.notation.name import Name


@dataclass(frozen=True)
class Weight:
    """A weight or a bias, its value as it is printed (``-0.1``); ``key`` marks its line and its label for programs."""

    name: Name
    value: str
    key: str = ""


@dataclass(frozen=True)
class Unit:
    """A unit. The value of an input stands left of it, that of any other unit under it."""

    name: Name
    value: str = ""
    key: str = ""


@dataclass(frozen=True)
class Layer:
    """A column; ``weights[i][j]`` leads from unit i of the layer before to unit j here. The inputs have no weights.

    ``biases`` holds one for each unit, a single one if it is a ``shared_bias``, or none.
    """

    title: str
    caption: str
    units: tuple[Unit, ...]
    weights: tuple[tuple[Weight, ...], ...] = ()
    biases: tuple[Weight, ...] = ()
    shared_bias: bool = False

    @property
    def own_biases(self) -> tuple[Weight, ...]:
        """The biases that belong to one unit each."""
        return () if self.shared_bias else self.biases


@dataclass(frozen=True)
class Network:
    """The layers from the inputs on; ``targets`` stand right of the outputs."""

    layers: tuple[Layer, ...]
    targets: tuple[Unit, ...] = ()
