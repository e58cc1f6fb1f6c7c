"""The independent check: it agrees where the tape is right, and raises where the tape is broken in any way."""

from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from sympy import Integer, Piecewise, Rational

from derive.config.load import load
from derive.config.model import Config as Loaded
from derive.pipeline import solve
from derive.symbolic import mul, slots
from derive.tape.build import build
from derive.tape.composed import LARGEST, POINTS, composed_size, verify
from derive.tape.quantity import Quantity, Tape
from derive.tape.rule import Rule
from derive.tape.structure import givens_of, structure_of
from tests.networks import GRID, configs, small_network
from tests.reference import Config

CONFIGS = Path(__file__).parent.parent.parent / "templates" / "configs"


def _tape(source: Any) -> tuple[Tape, dict[str, Decimal]]:
    config: Loaded = load(source)
    return build(structure_of(config)), givens_of(config)


@pytest.mark.parametrize("name", ["source", "mazur"])
def test_examples_agree(name: str) -> None:
    verdict = solve(CONFIGS / f"{name}.toml", check=True).verdict
    assert verdict is not None
    assert (verdict.points, verdict.size) == (POINTS, None)
    assert POINTS >= 1


OF_THE_GRID = [case for case in GRID if case[2:] in (("own", 1), ("shared", 3))]
"""Each activation with each loss, in two networks that between them have every kind of parameter."""


@pytest.mark.parametrize(("activation", "loss", "bias", "samples"), OF_THE_GRID)
def test_grid_agrees(activation: str, loss: str, bias: str, samples: int) -> None:
    tape, givens = _tape(small_network(activation, loss, bias, samples))
    assert verify(tape, givens).size is None


@settings(max_examples=20)
@given(config=configs(deepest=3, widest=2, most_samples=2))
def test_random_networks_agree(config: Config) -> None:
    tape, givens = _tape(config)
    assert verify(tape, givens).points == POINTS


def _on_the_kink(numbers: str) -> tuple[Tape, dict[str, Decimal]]:
    """Build a network of two units, the first a ReLU whose pre-activation x · w + b is zero."""
    x, weight, bias = map(Decimal, numbers.split())
    layers = [
        {"activation": "relu", "weights": [[weight]], "bias": [bias]},
        {"activation": "linear", "weights": [[Decimal("0.3")]]},
    ]
    return _tape(_config(layers, [x], [Decimal(2)]))


@pytest.mark.parametrize("numbers", ["0.1 0.2 -0.02", "0.7 0.7 -0.49", "1.1 0.3 -0.33", "0 1.5 0.0"])
def test_relu_at_exactly_zero_agrees(numbers: str) -> None:
    tape, givens = _on_the_kink(numbers)
    assert verify(tape, givens).size is None


def _config(layers: list[dict[str, Any]], inputs: list[Decimal], targets: list[Decimal]) -> dict[str, Any]:
    data = {"inputs": inputs, "targets": targets}
    return {"data": data, "layers": layers, "training": {"learning_rate": Decimal("0.1")}}


def test_a_network_too_large_says_its_size() -> None:
    widths = (4, 8, 8, 3)
    layers = [
        {"activation": "tanh", "weights": [[Decimal("0.1")] * units for _ in range(before)]}
        for before, units in pairwise(widths)
    ]
    tape, givens = _tape(_config(layers, [Decimal(1)] * 4, [Decimal(1)] * 3))
    assert composed_size(tape.structure) == 4 * 8 * 8 * 3 < LARGEST
    verdict = verify(tape, givens)
    assert (verdict.points, verdict.size) == (0, 4 * 8 * 8 * 3)


def _with(tape: Tape, *changed: Quantity) -> Tape:
    quantities = list(tape.quantities)
    for quantity in changed:
        quantities[tape.place[quantity.key]] = quantity
    return Tape(tape.structure, tuple(quantities), tape.place)


def _reads(tape: Tape, key: str, old: str, new: str) -> Tape:
    """Let a quantity read another one than it should."""
    assert tape.place[old] in tape[key].args
    places = {tape.place[old]: tape.place[new]}
    return _with(tape, tape[key]._replace(args=tuple(places.get(place, place) for place in tape[key].args)))


def _scaled(tape: Tape, key: str, factor: Any) -> Tape:
    """Multiply what a quantity is by a factor."""
    rule = tape[key].rule
    assert rule is not None
    wrong = Rule(rule.count, rule.symbolic, mul((factor, rule.numeric)))
    return _with(tape, tape[key]._replace(rule=wrong))


def _without_slope(tape: Tape, key: str) -> Tape:
    """Leave σ'(z) out of a hidden delta: δ = Σ δ_k w_jk."""
    first, second, left, right = slots(4)
    wrong = first * left + second * right
    args = tuple(tape.place[name] for name in ("delta_2_1_s1", "delta_2_2_s1", "w_2_1_1", "w_2_1_2"))
    return _with(tape, tape[key]._replace(rule=Rule(4, wrong, wrong), args=args))


def _exchanged(tape: Tape, one: str, other: str) -> Tape:
    """Give two quantities each other's rule and arguments."""
    first, second = tape[one], tape[other]
    return _with(
        tape,
        first._replace(rule=second.rule, args=second.args),
        second._replace(rule=first.rule, args=first.args),
    )


BREAKS = {
    "a gradient reads the wrong activation": lambda tape: _reads(tape, "grad_w_2_1_1", "a_1_1_s2", "a_1_2_s2"),
    "a gradient reads another sample": lambda tape: _reads(tape, "grad_w_1_1_2", "x_1_s3", "x_1_s1"),
    "a delta reads the wrong weight": lambda tape: _reads(tape, "delta_1_1_s1", "w_2_1_2", "w_2_2_1"),
    "a delta reads that of another sample": lambda tape: _reads(tape, "delta_1_2_s1", "delta_2_1_s1", "delta_2_1_s2"),
    "an output delta has the wrong sign": lambda tape: _scaled(tape, "delta_2_1_s1", Integer(-1)),
    "the mean is forgotten": lambda tape: _scaled(tape, "grad_w_2_2_2", Integer(3)),
    "a shared bias counts twice": lambda tape: _scaled(tape, "grad_b_1", Integer(2)),
    "a gradient is off in its thirtieth digit": lambda tape: _scaled(tape, "grad_w_1_1_1", 1 + Rational(1, 10**30)),
    "a hidden delta lacks its slope": lambda tape: _without_slope(tape, "delta_1_1_s1"),
    "two gradients are exchanged": lambda tape: _exchanged(tape, "grad_w_1_1_2", "grad_w_1_2_1"),
}


@pytest.mark.parametrize("broken", BREAKS)
def test_a_broken_tape_is_found_out(broken: str) -> None:
    tape, givens = _tape(small_network("sigmoid", "half_squared_error", "shared", 3))
    assert verify(tape, givens).size is None
    with pytest.raises(AssertionError, match=r"grad_\w+ is not the derivative of the composed loss"):
        verify(BREAKS[broken](tape), givens)


def test_a_fault_that_the_given_numbers_hide_is_found_out_at_random_ones() -> None:
    """With equal inputs the gradient for the first weight is that for the second."""
    layers = [{"activation": "tanh", "weights": [[Decimal("0.4")], [Decimal("0.3")]]}]
    tape, givens = _tape(_config(layers, [Decimal("0.5")] * 2, [Decimal(1)]))
    with pytest.raises(AssertionError, match="grad_w_1_1_1 is not"):
        verify(_reads(tape, "grad_w_1_1_1", "x_1", "x_2"), givens)


def test_a_fault_that_only_the_given_numbers_show_is_found_out() -> None:
    """A slope of 1 at exactly zero, where 0 is agreed on."""
    tape, givens = _on_the_kink("0.1 0.2 -0.02")
    delta, weight, z = slots(3)
    wrong = delta * weight * Piecewise((Integer(1), z >= 0), (Integer(0), True))
    args = tuple(tape.place[key] for key in ("delta_2_1", "w_2_1_1", "z_1_1"))
    broken = _with(tape, tape["delta_1_1"]._replace(rule=Rule(3, wrong, wrong), args=args))
    assert verify(broken, givens | {"b_1_1": Decimal("0.02")}).size is None
    with pytest.raises(AssertionError, match="grad_w_1_1_1 is not"):
        verify(broken, givens)


def test_a_definition_that_the_backward_pass_did_not_see_is_found_out() -> None:
    tape, givens = _tape(small_network("linear", "squared_error", "none", 1))
    with pytest.raises(AssertionError):
        verify(_scaled(tape, "z_2_1", Integer(2)), givens)


TIES = {
    "max(z, 0.1*z)": ("half_squared_error", True),
    "min(z, 2*z)": ("half_squared_error", True),
    "max(z, 0.1)": ("half_squared_error", False),
    "z": ("max(y_pred - y, 0.5*(y - y_pred))", True),
}


@pytest.mark.parametrize(("activation", "case"), TIES.items())
def test_where_a_maximum_chooses_among_equals_the_page_says_so(activation: str, case: tuple[str, bool]) -> None:
    loss, is_tied = case
    ones = [Decimal(1), Decimal(-1)]
    config = {
        "data": {"inputs": ones, "targets": [Decimal(0) if loss.startswith("max") else Decimal(2)]},
        "layers": [
            {"activation": activation, "weights": [[Decimal("0.3")], [Decimal("0.3")]]},
            {"activation": "linear", "weights": [[Decimal("0.5")]]},
        ],
        "training": {"loss": loss, "learning_rate": Decimal("0.1")},
    }
    solution = solve(config, check=True)
    assert solution.verdict is not None
    assert (solution.verdict.tied, solution.verdict.points) == (is_tied, POINTS)
    assert ("chooses among equals" in solution.text("md")) == is_tied


def test_a_tie_hides_no_fault_elsewhere() -> None:
    config = small_network("linear", "half_squared_error", "none", 1)
    config["layers"][0]["activation"] = "max(z, 0.1*z)"
    config["layers"][0]["weights"] = [[Decimal(0)] * 2] * 2
    tape, givens = _tape(config)
    with pytest.raises(AssertionError):
        verify(_scaled(tape, "z_2_1", Integer(2)), givens)
