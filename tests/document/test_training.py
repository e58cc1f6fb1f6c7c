"""What a page says of a training: which updates it works, how the loss went, whether the stop was reached."""

from typing import Any

import pytest

import derive
from derive.document.sections.training import thinned
from tests.gallery import CONFIGS


def page(training: dict[str, Any], steps: list[int] | None = None) -> str:
    return derive.solve(
        {
            "data": {"inputs": [[0.5, 1], [0.2, -0.4], [-1.1, 0.3]], "targets": ["x1 * x2"]},
            "layers": [
                {"activation": "sigmoid", "weights": [[0.5, -0.4], [0.3, 0.8]], "bias": [0.1, -0.2]},
                {"activation": "linear", "weights": [[0.7], [-0.6]]},
            ],
            "training": {"learning_rate": 0.3, **training},
            "report": {"show_steps": steps or [1]},
        }
    ).text()


def test_a_single_update_is_the_whole_page() -> None:
    text = page({})
    assert "This page works one step of its training by hand" in text
    assert "## Training" not in text


def test_the_page_says_which_updates_it_works() -> None:
    text = page({"epochs": 4, "batch_size": 2}, [5, 1, 2])
    assert "Of its training, 8 updates in 4 epochs, this page works updates 1, 2 and 5 by hand" in text
    assert "Updates 1, 2 and 5 are worked above. In all, the training makes 8 updates in 4 epochs." in text
    assert [f"## Update {number}, Step 4: Weight Update" in text for number in (1, 2, 5, 6)] == [True] * 3 + [False]


def test_a_stop_that_is_reached_ends_the_table_and_the_training() -> None:
    text = page({"epochs": 1000, "stop": {"loss": 0.004}})
    assert "The training stopped after 121 epochs, since the loss is no more than $0.004$." in text
    assert "| $121$ | $0.00397$ |" in text
    assert "this page works update 1 by hand" in text
    assert "With the last parameters, the loss has fallen from $0.04567$ to $0.00397$:" in text


def test_the_stop_is_stated_among_what_is_given() -> None:
    assert "**Training:** 4 epochs, 1 update each" in page({"epochs": 4})
    text = page({"epochs": 4, "batch_size": 2, "stop": {"change": 1e-9}})
    assert (
        "**Training:** at most 4 epochs, 2 updates each, until the loss changes by no more than $1 \\cdot 10^{-9}$"
        in text
    )
    text = page({"epochs": 4, "stop": {"change": 0.001, "loss": 0.004}})
    assert "until the loss is no more than $0.004$, or the loss changes by no more than $0.001$" in text


def test_a_stop_that_is_missed_is_said() -> None:
    text = page({"epochs": 50, "stop": {"loss": 0.004}})
    assert "After 50 epochs, which is the bound that was set, the loss is still more than the $0.004$" in text


def test_steps_after_the_stop_are_said_to_be_missing() -> None:
    text = page({"epochs": 1000, "stop": {"loss": 0.004}}, [1, 121, 122])
    assert "Update 122 is not worked above, for the training had stopped before." in text
    text = page({"epochs": 1000, "stop": {"loss": 0.004}}, [1, 500, 1000])
    assert "Updates 500 and 1,000 are not worked above, for the training had stopped before." in text
    assert "not worked above" not in page({"epochs": 1000, "stop": {"loss": 0.004}}, [1, 121])


def test_the_last_forward_pass_stands_in_full() -> None:
    text = page({"epochs": 3})
    after = text[text.index("### The Last Forward Pass") :]
    for symbol in ("$z^{[3]}_2$", "$a^{[3]}_2$", r"$y^{[1]}_{\text{pred}}$", "$L^{[2]}$", "$L$"):
        assert f"| {symbol} |" in after


def test_each_penalty_is_stated_by_its_formula() -> None:
    text = page({"penalty": {"l1": 0.01, "l2": 0.02, "biases": True}})
    assert r"L1 penalty on the weights and biases, $\lambda_1 \sum \left\lvert w \right\rvert$ with" in text
    assert r"L2 penalty on the weights and biases, $\frac{\lambda_2}{2} \sum w^2$ with $\lambda_2 = 0.02$" in text
    assert r"$\lambda_2 \sum w^2$ with" in page({"penalty": {"l2": 0.02, "l2_form": "full"}})


def test_a_square_of_a_derivative_stands_in_tall_brackets() -> None:
    assert r"\left(\frac{\partial L}{\partial w_{h1}}\right)^2" in page({"optimizer": "adam"})


@pytest.mark.parametrize("last", [1, 2, 19, 20, 21, 100, 101, 999, 1000, 100_000])
def test_a_table_of_epochs_is_short_and_has_the_ends(last: int) -> None:
    shown = list(thinned(last))
    assert shown == sorted(set(shown))
    assert (shown[0], shown[-1]) == (0, last)
    assert len(shown) <= 21


def test_a_later_update_says_how_it_is_done_once() -> None:
    text = page({"epochs": 2, "optimizer": "momentum"}, [1, 2])
    assert text.count("The delta of a unit is the derivative") == 1
    assert text.count("Momentum gathers the gradients") == 1
    assert "The optimizer's formulas are those of update 1." in text
    assert r"| $v^{\langle 1\rangle}" not in text


def test_an_update_alone_gives_the_state_that_it_starts_from() -> None:
    text = page({"epochs": 2, "optimizer": "momentum"}, [2])
    before = derive.solve(
        {
            "data": {"inputs": [[0.5, 1], [0.2, -0.4], [-1.1, 0.3]], "targets": ["x1 * x2"]},
            "layers": [
                {"activation": "sigmoid", "weights": [[0.5, -0.4], [0.3, 0.8]], "bias": [0.1, -0.2]},
                {"activation": "linear", "weights": [[0.7], [-0.6]]},
            ],
            "training": {"learning_rate": 0.3, "optimizer": "momentum"},
        }
    )
    value, velocity = before["new_w_1_1_1"].shown, before["v_w_1_1_1"].shown
    assert rf"| $w_{{11}}$ | ${value}$ | $v^{{\langle 1\rangle}}_{{w_{{11}}}}$ | ${velocity}$ |" in text


def test_the_formula_of_nesterov_stands_in_tall_brackets() -> None:
    assert r"\eta \cdot \left(\frac{\partial L}{\partial w_{h1}} + \mu" in page({"optimizer": "nesterov"})


def test_a_rounded_value_that_is_taken_over_stands_there_once() -> None:
    solution = derive.solve(CONFIGS / "three-layers.toml")
    assert (solution["z_3_2_s3"].shown, solution["a_3_2_s3"].shown) == ("0.4800", "0.48")
    assert "a^{(3)[3]}_2 = z^{(3)[3]}_2 = 0.48\n" in solution.text("md")
