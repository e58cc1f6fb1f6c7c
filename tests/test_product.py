"""Every activation with every loss, kind of bias and number of samples, and optimizers with one of each: no pages."""

from collections.abc import Mapping
from itertools import product
from typing import Any

import pytest

from derive.catalog.layer_activations import EVERY_ACTIVATION
from derive.catalog.losses import LOSSES
from derive.config.load import load
from derive.numbers.style import Style
from derive.tape.build import build
from derive.tape.evaluate import evaluate
from derive.tape.structure import givens_of, structure_of
from tests.networks import BIASES, small_network
from tests.oracle import oracle


def _off(config: Mapping[str, Any]) -> list[str]:
    """Return what is not as autograd has it, of the deltas, gradients and updated parameters of the first step."""
    loaded = load(config)
    values = evaluate(build(structure_of(loaded)), givens_of(loaded), Style())
    found = {key: float(values.exact[place]) for key, place in values.tape.place.items()}
    expected = {
        key: value for key, value in oracle(config).quantities.items() if key.startswith(("delta", "grad", "new"))
    }
    assert len(expected) >= 20
    noise = 1e-14 * max(map(abs, expected.values()))
    return [key for key, value in expected.items() if abs(found[key] - value) > 1e-10 * abs(value) + noise]


@pytest.mark.parametrize("activation", EVERY_ACTIVATION)
def test_the_whole_product_agrees_with_autograd(activation: str) -> None:
    cases = list(product(LOSSES, BIASES, (1, 3)))
    assert len(cases) >= 66
    off = {case: keys for case in cases if (keys := _off(small_network(activation, *case)))}
    assert off == {}
