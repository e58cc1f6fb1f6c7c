"""Random trainings against a judge: gradients by autograd, optimizers in floats, step after step."""

from collections.abc import Mapping
from decimal import Decimal
from math import ceil, sqrt
from typing import Any

from hypothesis import Phase, assume, given, settings
from hypothesis import strategies as st

import derive
from derive.catalog.optimizers import OPTIMIZERS
from tests.networks import configs
from tests.oracle import batch_gradient
from tests.pagecheck import check_markdown
from tests.reference import Config, is_frozen, parameters, samples

State = dict[str, float]


def step(name: str, h: Mapping[str, float], rate: float, t: int, w: float, g: float, s: State) -> float:
    """Return the parameter after a step of an optimizer, as its paper or PyTorch's page states it; changes ``s``."""
    match name:
        case "gradient_descent":
            return w - rate * g
        case "momentum" | "nesterov":
            s["b"] = h["momentum"] * s.get("b", 0) + g
            return w - rate * (s["b"] if name == "momentum" else g + h["momentum"] * s["b"])
        case "adagrad":
            s["s"] = s.get("s", 0) + g * g
            return w - rate * g / (sqrt(s["s"]) + h["epsilon"])
        case "rmsprop":
            s["v"] = h["alpha"] * s.get("v", 0) + (1 - h["alpha"]) * g * g
            return w - rate * g / (sqrt(s["v"]) + h["epsilon"])
        case "adadelta":
            s["v"] = h["rho"] * s.get("v", 0) + (1 - h["rho"]) * g * g
            d = sqrt(s.get("u", 0) + h["epsilon"]) / sqrt(s["v"] + h["epsilon"]) * g
            s["u"] = h["rho"] * s.get("u", 0) + (1 - h["rho"]) * d * d
            return w - rate * d
    s["m"] = h["beta1"] * s.get("m", 0) + (1 - h["beta1"]) * g
    m = s["m"] / (1 - h["beta1"] ** t)
    if name == "adamax":
        s["u"] = max(h["beta2"] * s.get("u", 0), abs(g) + h["epsilon"])
        return w - rate * m / s["u"]
    s["v"] = h["beta2"] * s.get("v", 0) + (1 - h["beta2"]) * g * g
    assert name in ("adam", "adamw")
    shrunk = w * (1 - rate * h["weight_decay"]) if name == "adamw" else w
    return shrunk - rate * m / (sqrt(s["v"] / (1 - h["beta2"] ** t)) + h["epsilon"])


def judged(config: Config) -> list[dict[str, float]]:
    """Return all parameters: at the start, then after each step."""
    training, optimizer = config["training"], config["training"]["optimizer"]
    hyper = {key: float(value) for key, value in optimizer.items() if key != "name"}
    values = {key: float(value) for key, value in parameters(config).items()}
    states: dict[str, State] = {key: {} for key in values}
    count, found = len(samples(config)), [values]
    size = count if training["batch_size"] == "full" else training["batch_size"]
    for _ in range(training["epochs"]):
        for start in range(0, count, size):
            gradients = batch_gradient(config, values, range(start, min(start + size, count)))
            values = {
                key: value
                if is_frozen(config, key)
                else step(
                    optimizer["name"], hyper, float(training["learning_rate"]), len(found), value,
                    gradients[key], states[key],
                )
                for key, value in values.items()
            }  # fmt: skip
            found.append(values)
    return found


SHARES = st.sampled_from([Decimal(text) for text in ("0", "0.5", "0.9", "0.99")])
STRENGTHS = st.sampled_from([Decimal(text) for text in ("0.003", "0.1", "0.25")])


@st.composite
def trainings(draw: st.DrawFn) -> Config:
    """Draw a smooth network with several steps. What keeps a divisor from zero is large, for floats have noise."""
    config = draw(configs(carry=["exact"], activations=["sigmoid", "tanh"], deepest=2, widest=3, most_samples=5))
    name = draw(st.sampled_from(tuple(OPTIMIZERS)))
    optimizer: dict[str, Any] = {"name": name}
    for parameter in OPTIMIZERS[name].parameters:
        kinds = {"epsilon": st.just(Decimal("0.01")), "weight_decay": STRENGTHS}
        optimizer[parameter.name] = draw(kinds.get(parameter.name, SHARES))
    penalty = draw(st.fixed_dictionaries({}, optional={"l1": STRENGTHS, "l2": STRENGTHS}))
    if penalty:
        penalty["biases"] = draw(st.booleans())
    if "l2" in penalty:
        penalty["l2_form"] = draw(st.sampled_from(("half", "full")))
    count = len(samples(config))
    config["training"] |= {
        "learning_rate": Decimal("0.1"),
        "optimizer": optimizer,
        "epochs": draw(st.integers(1, 3)),
        "batch_size": draw(st.sampled_from(["full", *range(1, count + 1)])),
        **({"penalty": penalty} if penalty else {}),
    }
    return config


def differing(found: Mapping[str, Any], expected: Mapping[str, float]) -> dict[str, tuple[float, float]]:
    return {
        key: (float(found[key]), value)
        for key, value in expected.items()
        if abs(float(found[key]) - value) > 1e-9 * abs(value) + 1e-10
    }


@settings(max_examples=40)
@given(config=trainings())
def test_random_trainings_agree_with_autograd(config: Config) -> None:
    expected = judged(config)
    count = len(expected) - 1
    assume("l1" not in config["training"].get("penalty", {}) or _is_off_zero(config, expected))
    every = derive.solve({**config, "report": {"show_steps": list(range(1, count + 1))}}).training
    for worked, before in zip(every.steps, expected, strict=False):
        found = {key: worked.values[key] for key in before}
        assert differing(found, before) == {}, worked.number
    assert differing({key: every.final[key] for key in expected[-1]}, expected[-1]) == {}
    quick = derive.solve({**config, "report": {"show_steps": [count]}}).training
    last = quick.steps[0].values
    assert differing({key: last[key] for key in expected[-2]}, expected[-2]) == {}


def _is_off_zero(config: Config, found: list[dict[str, float]]) -> bool:
    """Tell whether no parameter comes so near zero that its sign is noise; those that begin there stay or leave it."""
    return all(abs(value) > 1e-9 for values in found for key, value in values.items() if not is_frozen(config, key))


RATES = st.sampled_from([Decimal("0.1"), "0.3 * 0.8^t", "0.1 / t", "0.5 / (1 + t/10)"])


@settings(max_examples=10, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(config=trainings(), carry=st.sampled_from(("exact", "rounded")), decimals=st.integers(3, 8), rate=RATES)
def test_pages_of_random_trainings_are_true(config: Config, carry: str, decimals: int, rate: Any) -> None:
    config["training"]["learning_rate"] = rate
    count, size = len(samples(config)), config["training"]["batch_size"]
    last = config["training"]["epochs"] * ceil(count / (count if size == "full" else size))
    steps = [1] if carry == "rounded" else [last] if decimals % 2 else sorted({1, last})
    keys = {**config, "report": {"carry": carry, "decimals": decimals, "show_steps": steps}}
    report = check_markdown(derive.solve(keys).text())
    assert report.findings == ()
    assert report.links >= 5
