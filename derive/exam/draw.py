"""The numbers of a copy: drawn from the seed and the copy's number alone.

All that may vary makes one large number: the place of each varied number among those that it may become. Every copy
that could exist is one of these, and a `Shuffle` by the seed puts them in an order. So a copy is found at once, and no
two draws are the same, without looking at any other copy.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from math import prod

from derive.config.model import Config
from derive.config.sheet import Spread, Vary
from derive.exam.shuffle import Shuffle

MAX_COPIES = 100_000
MAX_DRAWS = 1_000
"""So many draws are made for one copy before it is given up."""


@dataclass(frozen=True, eq=False)
class Draws:
    """Every config that a copy can have, in the order of the seed."""

    config: Config
    seed: int

    @cached_property
    def spreads(self) -> tuple[Spread, ...]:
        """What each varied number may become: inputs, targets, weights, biases, learning rate."""
        config, vary = self.config, self.config.vary or Vary()
        found: list[Spread] = []

        def add(spread: Spread | None, count: int) -> None:
            found.extend([spread] * count if spread else ())

        add(vary.inputs, sum(map(len, config.data.inputs)))
        add(vary.targets, sum(isinstance(target, Decimal) for row in config.data.targets for target in row))
        for layer in config.layers:
            add(vary.weights, len(layer.weights) * len(layer.weights[0]))
            add(vary.biases, len(layer.bias) if isinstance(layer.bias, list) else layer.bias is not None)
        add(vary.learning_rate, 1)
        return tuple(found)

    @cached_property
    def order(self) -> Shuffle:
        """The order of all that can be drawn."""
        return Shuffle(prod(spread.count for spread in self.spreads), f"derive {self.seed}")

    def __len__(self) -> int:
        return self.order.count

    def __getitem__(self, place: int) -> Config:
        """Return the config at a place in the order."""
        rest, numbers = self.order[place], []
        for spread in self.spreads:
            rest, which = divmod(rest, spread.count)
            numbers.append(spread.number(which))
        return _with_numbers(self.config, iter(numbers))

    def places(self, copy: int) -> Iterator[int]:
        """Return the places of the draws for a copy (from 1): one after the other, until one can be used.

        With `MAX_COPIES` copies or more to choose from, the order is dealt out among as many, so that each has draws of
        its own. (Where there are fewer, `derive.exam.copies` takes them one after the other.)
        """
        stride = self.order.count // self.tries
        if copy <= stride:
            yield from range(copy - 1, self.tries * stride, stride)

    @property
    def tries(self) -> int:
        """How many draws each copy has."""
        return max(1, min(MAX_DRAWS, self.order.count // MAX_COPIES))


def _with_numbers(config: Config, numbers: Iterator[Decimal]) -> Config:
    """Put the numbers in, in the order of `Draws.spreads`."""
    vary = config.vary or Vary()
    data, training = config.data, config.training
    changes: dict[str, object] = {}
    if vary.inputs:
        changes["inputs"] = [[next(numbers) for _ in row] for row in data.inputs]
    if vary.targets:
        changes["targets"] = [
            [next(numbers) if isinstance(target, Decimal) else target for target in row] for row in data.targets
        ]
    layers = []
    for layer in config.layers:
        own: dict[str, object] = {}
        if vary.weights:
            own["weights"] = [[next(numbers) for _ in row] for row in layer.weights]
        if vary.biases and layer.bias is not None:
            own["bias"] = [next(numbers) for _ in layer.bias] if isinstance(layer.bias, list) else next(numbers)
        layers.append(layer.model_copy(update=own) if own else layer)
    if vary.learning_rate:
        training = training.model_copy(update={"learning_rate": next(numbers)})
    return config.model_copy(update={"data": data.model_copy(update=changes), "layers": layers, "training": training})
