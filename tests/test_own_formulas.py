"""Formulas of one's own for activations and losses: their gradients against differences at high precision."""

import time
from decimal import Decimal
from typing import Any

import mpmath
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from derive.errors import UserError
from derive.pipeline import solve
from tests.pagecheck import check_markdown

NAMES: dict[str, Any] = {
    "exp": mpmath.exp, "tanh": mpmath.tanh, "sin": mpmath.sin, "cos": mpmath.cos, "sqrt": mpmath.sqrt,
    "log": mpmath.log,
}  # fmt: skip


def _formulas(variable: str) -> st.SearchStrategy[str]:
    """Draw smooth formulas that are real everywhere and change with the variable."""
    simple = st.sampled_from(
        [variable, f"tanh({variable})", f"sin({variable})", f"{variable}^2", f"exp(-{variable})", f"{variable}^3 / 3"]
    )
    above_zero = st.sampled_from([f"(1 + {variable}^2)", f"(2 + cos({variable}))", f"(1 + exp({variable}))"])
    return st.one_of(
        simple,
        st.tuples(simple, above_zero).map(" / ".join),
        st.tuples(simple, simple).map(lambda pair: f"{pair[0]} + 0.5 * {pair[1]}"),
        st.tuples(simple, simple).map(" * ".join),
        above_zero.map(lambda f: f"sqrt{f}"),
        above_zero.map(lambda f: f"log{f}"),
    )


def _value(formula: str, **numbers: Any) -> Any:
    """Calculate a formula at 60 digits by Python's own rules."""
    text = formula.replace("^", "**")
    return eval(text, {"__builtins__": {}}, NAMES | numbers)


WEIGHTS = ("w_1_1_1", "w_1_1_2", "w_1_2_1", "w_1_2_2", "w_2_1_1", "w_2_2_1")


def _keys(hidden: str, output: str, loss: str, weights: list[Decimal]) -> dict[str, Any]:
    return {
        "data": {"inputs": [Decimal("0.6"), Decimal("-0.9")], "targets": [Decimal("0.25")]},
        "layers": [
            {"activation": hidden, "weights": [weights[0:2], weights[2:4]]},
            {"activation": output, "weights": [[weights[4]], [weights[5]]]},
        ],
        "training": {"loss": loss, "learning_rate": Decimal("0.1")},
        "report": {"decimals": 5},
    }


def _loss(hidden: str, output: str, loss: str, weights: list[Any]) -> Any:
    x = [mpmath.mpf("0.6"), mpmath.mpf("-0.9")]
    units = [_value(hidden, z=x[0] * weights[j] + x[1] * weights[2 + j]) for j in (0, 1)]
    predicted = _value(output, z=units[0] * weights[4] + units[1] * weights[5])
    return _value(loss, y_pred=predicted, y=mpmath.mpf("0.25"))


NUMBERS = st.lists(st.decimals(-2, 2, places=2), min_size=6, max_size=6)
LOSSES = st.one_of(
    st.sampled_from(
        ["(y_pred - y)^4", "(y_pred - y)^2 / 3", "exp(y_pred - y) - (y_pred - y)", "sqrt(1 + (y - y_pred)^2)"]
    )
)


@settings(max_examples=25)
@given(hidden=_formulas("z"), output=_formulas("z"), loss=LOSSES, weights=NUMBERS)
def test_gradients_of_random_formulas_are_those_of_differences(
    hidden: str, output: str, loss: str, weights: list[Decimal]
) -> None:
    solution = solve(_keys(hidden, output, loss, weights))
    step = mpmath.mpf(10) ** -20
    with mpmath.workdps(60):
        exact = [mpmath.mpf(str(weight)) for weight in weights]
        for place, key in enumerate(WEIGHTS):
            above, below = list(exact), list(exact)
            above[place] += step
            below[place] -= step
            slope = (_loss(hidden, output, loss, above) - _loss(hidden, output, loss, below)) / (2 * step)
            found = mpmath.mpf(str(solution[f"grad_{key}"].value).split("/")[0])
            if "/" in str(solution[f"grad_{key}"].value):
                found /= mpmath.mpf(str(solution[f"grad_{key}"].value).split("/")[1])
            assert abs(found - slope) <= mpmath.mpf(10) ** -30 * (1 + abs(slope)), key
    assert check_markdown(solution.text("md")).findings == ()


@pytest.mark.parametrize(
    ("formula", "said"),
    [
        ("3", "depend"),
        ("z - z", "constant"),
        ("log(-1 - z^2)", "no "),
        ("q + z", "q"),
        ("z^z^z^z^z", ""),
        ("exp(" * 300 + "z" + ")" * 300, ""),
        ("(" * 5_000 + "z" + ")" * 5_000, ""),
        ("+".join(["z^900"] * 2_000), ""),
        ("__import__('os')", ""),
    ],
)
def test_a_formula_that_cannot_be_used_is_refused_at_once(formula: str, said: str) -> None:
    keys = _keys(formula, "z", "(y_pred - y)^2", [Decimal("0.5")] * 6)
    start = time.process_time()
    with pytest.raises(UserError) as refused:
        solve(keys)
    assert time.process_time() - start < 5
    sentence = next(iter(refused.value.sentences()))
    assert "layers[1].activation" in sentence
    assert said in sentence
    assert len(sentence) < 500
