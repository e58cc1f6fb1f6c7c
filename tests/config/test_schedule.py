"""How long a training may be, and how that bound is raised."""

import json
from pathlib import Path
from typing import Any

import pytest

import derive
from derive.config.limits import MAX_EPOCHS, MAX_WORK
from derive.errors import UserError

LINE = {"activation": "linear", "weights": [[1]]}


def line(epochs: int, **training: Any) -> dict[str, Any]:
    """Build the shortest training: one weight and one sample, without any rounding."""
    return {
        "data": {"inputs": [1], "targets": [0]},
        "layers": [LINE],
        "training": {"learning_rate": 1, "epochs": epochs, **training},
    }


def wide(samples: int, weights: int, epochs: int) -> dict[str, Any]:
    return {
        "data": {"inputs": [[1]] * samples, "targets": [[0] * weights] * samples},
        "layers": [{"activation": "linear", "weights": [[1] * weights]}],
        "training": {"learning_rate": 1, "epochs": epochs},
    }


def sentences(keys: dict[str, Any], **options: Any) -> list[str]:
    with pytest.raises(UserError) as caught:
        derive.load(keys, **options)
    return caught.value.sentences()


def test_epochs_are_bounded() -> None:
    assert derive.load(line(MAX_EPOCHS)).training.epochs == MAX_EPOCHS
    assert sentences(line(10**9)) == [
        "training.epochs: 1000000000 epochs are too many; write at most 100000, or raise this bound with --max-epochs."
    ]


def test_the_bound_of_the_epochs_can_be_raised() -> None:
    assert derive.load(line(10**9), max_epochs=10**9).training.epochs == 10**9
    assert sentences(line(10**9 + 1), max_epochs=10**9) == [
        "training.epochs: 1000000001 epochs are too many; "
        "write at most 1000000000, or raise this bound with --max-epochs."
    ]


def test_the_bound_of_the_epochs_can_be_lowered() -> None:
    assert sentences(line(3), max_epochs=2) == [
        "training.epochs: 3 epochs are too many; write at most 2, or raise this bound with --max-epochs."
    ]


def test_work_is_bounded_by_epochs_samples_and_weights() -> None:
    samples, weights = 100, 200
    most = MAX_WORK // (samples * weights)
    assert derive.load(wide(samples, weights, most)).training.epochs == most
    assert sentences(wide(samples, weights, most + 1)) == [
        f"training.epochs: {most + 1} epochs with 100 samples and 200 weights would take too long; "
        f"write at most {most}, or raise this bound with --max-epochs."
    ]
    assert derive.load(wide(samples, weights, most + 1), max_epochs=most + 1).training.epochs == most + 1


def test_a_step_after_the_last_of_all_batches() -> None:
    keys = wide(5, 1, 2) | {"report": {"show_steps": [6, 7]}}
    keys["training"]["batch_size"] = 2
    assert sentences(keys) == [
        "report.show_steps[2]: there is no step 7, for the training has 6 steps; write numbers from 1 to 6."
    ]


def test_a_batch_larger_than_the_data() -> None:
    keys = wide(5, 1, 2)
    keys["training"]["batch_size"] = 6
    assert sentences(keys) == [
        "training.batch_size: there are 5 samples for batches of 6; "
        'write "full" for all of them, or a number from 1 to 5.'
    ]


def test_the_twin_of_a_training_can_be_read_again() -> None:
    stop = {"loss": 0.01, "change": 0.001}
    keys = line(3, stop=stop, penalty={"l1": 0.25}, optimizer="momentum", batch_size=1)
    twin = json.loads(derive.solve(keys).text("json"))["config"]
    assert derive.load(twin) == derive.load(keys)


def test_a_learning_rate_without_a_value_names_the_step() -> None:
    keys = line(5, learning_rate="0.1 / (3 - t)")
    with pytest.raises(UserError) as caught:
        derive.solve(keys)
    assert caught.value.sentences() == [
        'training.learning_rate: the formula "0.1 / (3 - t)" has no value at step 3 (a division by zero); '
        "change the formula, or train for fewer epochs."
    ]
    keys["training"]["learning_rate"] = "0.3 - 0.1 * t"
    with pytest.raises(UserError) as caught:
        derive.solve(keys)
    assert caught.value.sentences() == [
        "training.learning_rate: the formula gives a rate that is not above zero at step 3; "
        "change the formula, or train for fewer epochs."
    ]


def test_a_learning_rate_that_rounding_takes_away() -> None:
    with pytest.raises(UserError) as caught:
        derive.solve(line(3, learning_rate="exp(-1000 * t)") | {"report": {"decimals": 1, "carry": "rounded"}})
    assert caught.value.sentences() == [
        "training.learning_rate: rounded as it is shown, the formula gives a rate that is not above zero at step 3; "
        "change the formula, or train for fewer epochs, or show more decimals."
    ]


def test_a_learning_rate_that_decays_by_a_power() -> None:
    keys = line(3, learning_rate="0.3 * 0.8^t") | {"report": {"show_steps": [2]}}
    solution = derive.solve(keys)
    assert str(solution.values["eta"]) == "24/125"
    assert r"\eta^{\langle 2\rangle} = 0.3 \cdot 0.8^{t} = 0.3 \cdot 0.8^{2} = 0.192" in solution.text()


def test_max_epochs_on_the_command_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    from derive import cli

    (tmp_path / "net.json").write_text(json.dumps(line(12)))
    monkeypatch.chdir(tmp_path)
    for most, code in (("11", 2), ("12", 0)):
        monkeypatch.setattr("sys.argv", ["derive", "solve", "net.json", "--max-epochs", most])
        with pytest.raises(SystemExit) as caught:
            cli.main()
        assert (caught.value.code or 0) == code
    assert capsys.readouterr().err.splitlines() == [
        "derive: training.epochs: 12 epochs are too many; write at most 11, or raise this bound with --max-epochs."
    ]
