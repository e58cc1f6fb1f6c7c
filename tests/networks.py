"""Networks to try things on: random ones, and a grid of every activation with every loss and every kind of bias.

Both read the tables of the catalogue, so a new record is tried without a word here.
"""

from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise, product
from typing import Any

from hypothesis import strategies as st

from derive.catalog.activations import Activation
from derive.catalog.layer_activations import EVERY_ACTIVATION, LayerActivation
from derive.catalog.losses import LOSSES
from derive.notation import NOTATIONS
from tests.reference import LOSSES as REFERENCE
from tests.reference import Loss

BIASES = ("none", "own", "shared")
ANY_NETWORK = tuple(name for name, notation in NOTATIONS.items() if notation.limit == "any network")
"""The notations that name every network."""


@st.composite
def numbers(draw: st.DrawFn, largest: int = 2) -> Decimal:
    """Draw a decimal of one to three digits after the point, or none; its last digits may be zeros."""
    places = draw(st.integers(0, 3))
    return Decimal(draw(st.integers(-largest * 10**places, largest * 10**places))).scaleb(-places)


def _formulas(inputs: int) -> st.SearchStrategy[str]:
    last = f"x{inputs}"
    texts = ("x1", f"x1 + {last}", f"0.5 * x1 - {last}", f"x1 * {last}", "x1^2 - 1.5", f"max(x1, {last}, 0.25)")
    return st.sampled_from((*texts, f"{last} / 3", f"sin(x1) + {last}", f"exp({last}) / 10", f"-(x1 - {last})^2"))


@st.composite
def _function(draw: st.DrawFn, record: Activation | LayerActivation | Loss) -> str | dict[str, Any]:
    """Draw how a function is written: by its name alone, or with some of its parameters."""
    given: dict[str, Any] = {}
    for parameter in record.parameters:
        value = draw(st.none() | numbers())
        if value is not None and parameter.allows(value):
            given[parameter.name] = value
    return {"name": record.name, **given} if given else record.name


def _fitting(activations: Sequence[str], units: int) -> Sequence[str]:
    """Return the activations that a layer of so many units may have."""
    shared = [name for name, record in EVERY_ACTIVATION.items() if isinstance(record, LayerActivation)]
    return activations if units > 1 else [name for name in activations if name not in shared] or ["sigmoid"]


@st.composite
def _layers(
    draw: st.DrawFn, inputs: int, activations: Sequence[str], deepest: int, widest: int
) -> list[dict[str, Any]]:
    layers = []
    for _ in range(draw(st.integers(1, deepest))):
        units = draw(st.integers(1, widest))
        row = st.lists(numbers(), min_size=units, max_size=units)
        layer = {
            "activation": draw(_function(EVERY_ACTIVATION[draw(st.sampled_from(_fitting(activations, units)))])),
            "weights": draw(st.lists(row, min_size=inputs, max_size=inputs)),
        }
        bias = draw(st.sampled_from(BIASES))
        if bias != "none":
            layer["bias"] = draw(row if bias == "own" else numbers())
        layers.append(layer)
        inputs = units
    return layers


@st.composite
def _goals(draw: st.DrawFn, outputs: int, loss: Loss) -> list[Decimal]:
    """Draw the targets of a sample for a loss that is made for some numbers only."""
    if not loss.shares:
        signs = "-1" in (loss.goals or ("",))[0]
        each = st.sampled_from((-1, 1)).map(Decimal) if signs else st.integers(0, 10).map(lambda n: Decimal(n) / 10)
        return [draw(each) for _ in range(outputs)]
    cuts = sorted(draw(st.lists(st.integers(0, 4), min_size=outputs - 1, max_size=outputs - 1)))
    return [Decimal(high - low) / 4 for low, high in pairwise((0, *cuts, 4))]


@st.composite
def _data(draw: st.DrawFn, inputs: int, outputs: int, samples: int, loss: Loss) -> dict[str, Any]:
    """Draw samples and targets in one of the ways in which a config may write them."""
    rows = draw(st.lists(st.lists(numbers(3), min_size=inputs, max_size=inputs), min_size=samples, max_size=samples))
    if loss.goals:
        return {"inputs": rows, "targets": [draw(_goals(outputs, loss)) for _ in range(samples)]}
    each = st.one_of(numbers(), _formulas(inputs))
    ways: list[st.SearchStrategy[list[Any]]] = [
        st.lists(st.lists(each, min_size=outputs, max_size=outputs), min_size=samples, max_size=samples)
    ]
    if samples == 1 or outputs == 1:
        ways.append(st.lists(each, min_size=samples * outputs, max_size=samples * outputs))
    if samples > 1:
        ways.append(st.lists(_formulas(inputs), min_size=outputs, max_size=outputs))
    return {
        "inputs": rows[0] if samples == 1 and draw(st.booleans()) else rows,
        "targets": draw(st.one_of(ways)),
    }


@st.composite
def configs(
    draw: st.DrawFn,
    *,
    carry: Sequence[str] = ("exact", "rounded"),
    activations: Sequence[str] = tuple(EVERY_ACTIVATION),
    losses: Sequence[str] = tuple(LOSSES),
    deepest: int = 4,
    widest: int = 4,
    most_samples: int = 3,
) -> dict[str, Any]:
    """Draw a config as a mapping."""
    inputs, samples = draw(st.integers(1, 3)), draw(st.integers(1, most_samples))
    layers = draw(_layers(inputs, activations, deepest, widest))
    carried, outputs = draw(st.sampled_from(carry)), len(layers[-1]["weights"][0])
    loss = draw(st.sampled_from([name for name in losses if _fits(REFERENCE[name], carried, outputs)]))
    if REFERENCE[loss].last:
        layers[-1]["activation"] = draw(st.sampled_from(_fitting(REFERENCE[loss].last, outputs)))
    freezable = ["weights", "biases", *(f"layer_{number}" for number in range(1, len(layers) + 1))]
    return {
        "data": draw(_data(inputs, outputs, samples, REFERENCE[loss])),
        "layers": layers,
        "training": {
            "loss": draw(_function(LOSSES[loss])),
            "learning_rate": abs(draw(numbers(1))) or Decimal("0.10"),
            "reduction": draw(st.sampled_from(("mean", "sum"))),
            "frozen": draw(st.one_of(st.just([]), st.lists(st.sampled_from(freezable), unique=True, max_size=2))),
        },
        "report": {
            "decimals": draw(st.integers(1, 10)),
            "carry": carried,
            "notation": draw(st.sampled_from(("auto", *ANY_NETWORK))),
        },
    }


def _fits(loss: Loss, carry: str, outputs: int) -> bool:
    """Tell whether a loss can be used: a prediction that was rounded to 0 or 1 may have no logarithm."""
    return not loss.last or (carry == "exact" and (outputs > 1 or not loss.shares))


_PAIRS = tuple(product(EVERY_ACTIVATION, LOSSES))
GRID = tuple(
    (*pair, bias, samples)
    for number, pair in enumerate(_PAIRS)
    for bias, samples in ((BIASES[number % 3], 1), (BIASES[(number + number // 3) % 3], 3))
)
"""Every activation with every loss, for one and for several samples, with each kind of bias in turn."""


def small_network(activation: str, loss: str, bias: str, samples: int) -> dict[str, Any]:
    """Build a 2-2-2 network without rounding in its config; every sample has hidden units on both sides of zero."""
    rows = _decimals("0.5 -1.5", "-0.3 0.4", "1.20 0.7")[:samples]
    layers: list[dict[str, Any]] = [
        {"activation": activation, "weights": _decimals("0.4 -0.7", "-0.25 0.60")},
        {"activation": activation, "weights": _decimals("0.9 -0.35", "-0.8 0.55")},
    ]
    for layer, own in zip(layers, _decimals("0.35 -0.15", "0.45 0.80"), strict=True):
        if bias != "none":
            layer["bias"] = own if bias == "own" else own[0]
    judged = REFERENCE[loss]
    if judged.last and activation not in judged.last:
        layers[-1]["activation"] = judged.last[0]
    goals = judged.goals or ("0.3 -0.2", "0.75 1", "-1.1 0.05")
    return {
        "data": {"inputs": rows, "targets": _decimals(*goals)[:samples]},
        "layers": layers,
        "training": {"loss": loss, "learning_rate": Decimal("0.2")},
    }


def _decimals(*rows: str) -> list[list[Decimal]]:
    return [[Decimal(number) for number in row.split()] for row in rows]
