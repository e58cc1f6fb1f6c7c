"""Every fault of a config is one sentence that says where it is, what is wrong and what would be right; all at once."""

import re
import tomllib
from itertools import pairwise
from pathlib import Path

import pytest

import derive
from derive.catalog.layer_activations import EVERY_ACTIVATION
from derive.errors import UserError

RIGHT = """\
title = "A network"

[data]
inputs = [1.5, 2]
targets = ["x1 + x2"]

[[layers]]
activation = "tanh"
weights = [[0.2, 0.3], [0.4, 0.7]]

[[layers]]
activation = "sigmoid"
weights = [[0.6], [-0.1]]
bias = 0.5

[training]
learning_rate = 0.1

[report]
decimals = 5
"""
FIRST, LAST = "[[0.2, 0.3], [0.4, 0.7]]", "[[0.6], [-0.1]]"
NUMBER = "write a decimal such as 0.25."
NAMES = [f'"{name}"' for name in EVERY_ACTIVATION]
ANY_ACTIVATION = f"it can be {', '.join(NAMES)}, or a formula in z"


def changed(*pairs: tuple[str, str]) -> str:
    """Put the second text of each pair in the place of the first."""
    text = RIGHT
    for old, new in pairs:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


def sentences(text: str | bytes, folder: Path, name: str = "net.toml") -> list[str]:
    """Solve a config of this text; return what is said of it, with the file's name without its folder."""
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(UserError) as caught:
        derive.solve(path)
    return [sentence.replace(str(path), name) for sentence in caught.value.sentences()]


def test_the_config_that_all_others_are_made_from_is_right(tmp_path: Path) -> None:
    (tmp_path / "net.toml").write_text(RIGHT)
    assert derive.solve(tmp_path / "net.toml")["loss"].shown


CASES = tomllib.loads((Path(__file__).parent / "bad_configs.toml").read_text(encoding="utf-8"))


def test_there_are_cases_of_every_key() -> None:
    assert len(CASES) > 80
    said = {re.sub(r"\[\d+\]", "", case["says"].split(": ")[0]) for case in CASES.values()}
    keys = {"title", "data.inputs", "data.targets", "layers", "layers.activation", "layers.weights", "layers.bias"}
    keys |= {"training.loss", "training.learning_rate", "training.reduction", "training.frozen"}
    keys |= {"report.decimals", "report.carry", "report.notation", "report.explain", "report.paper"}
    keys |= {"report.names", "report.names.w_1_1_1", "report.names.w_9_1_1", "report.language"}
    keys |= {"training.optimizer", "training.epochs", "training.batch_size", "training.stop", "training.stop.loss"}
    keys |= {"training.stop.change", "training.penalty", "training.penalty.l1", "training.penalty.l2"}
    keys |= {"training.penalty.l2_form", "training.penalty.biases", "report.show_steps"}
    keys |= {"layers.units", "random", "random.seed", "random.method", "random.from", "random.to", "random.decimals"}
    assert keys <= said


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_one_fault_is_one_sentence(case: dict[str, str], tmp_path: Path) -> None:
    says = case["says"].replace("{any activation}", ANY_ACTIVATION)
    assert sentences(changed((case["old"], case["new"])), tmp_path) == [says]


LAYER = '[[layers]]\nactivation = "relu"\nweights = [[1]]\n'
BOUNDS = "write at most 60 digits before the point and 60 after it."
LARGE = {
    "a unit too many": (
        (LAST, f"[[{'1,' * 1001}], [2]]"),
        "layers[2].weights[1]: this list has 1,001 weights; the most is 1,000.",
    ),
    "a million units": (
        (LAST, f"[[{'1,' * 10**6}], [2]]"),
        "layers[2].weights[1]: this list has 1,000,000 weights; the most is 1,000.",
    ),
    "a row too many": ((LAST, f"[{'[1],' * 1001}]"), "layers[2].weights: this list has 1,001 rows; the most is 1,000."),
    "a sample too many": (
        ("[1.5, 2]", f"[{'[1, 2],' * 1001}]"),
        "data.inputs: this list has 1,001 samples; the most is 1,000.",
    ),
    "an input too many": (
        ("[1.5, 2]", f"[{'1,' * 1001}]"),
        "data.inputs: this list has 1,001 inputs; the most is 1,000.",
    ),
    "a thousand layers": (("[report]", LAYER * 998 + "[report]"), "layers: there are 1,000 layers; the most is 100."),
    "a decimal of 5,000 digits": (
        ("[0.6]", f"[0.{'1' * 5000}]"),
        f"layers[2].weights[1][1]: 0.{'1' * 35}... is out of range; {BOUNDS}",
    ),
    "a whole number of 5,000 digits": (
        ("[0.6]", f"[{'1' * 5000}]"),
        "net.toml, line 13: this number has too many digits; write it shorter.",
    ),
    "an endless word": (
        ('"tanh"', f'"{"s" * 10**6}"'),
        f'layers[1].activation: "{"s" * 37}..." is not an activation; {ANY_ACTIVATION}.',
    ),
    "an endless title": (('"A network"', f'"{"s" * 201}"'), "title: the title has 201 characters; the most is 200."),
    "10,000 brackets": (
        ('"x1 + x2"', f'"{"(" * 10**4 + ")" * 10**4}"'),
        "data.targets[1]: the formula has 20000 characters; at most 500 are read.",
    ),
}


@pytest.mark.parametrize(("change", "sentence"), LARGE.values(), ids=LARGE)
def test_what_is_too_large_is_one_sentence(change: tuple[str, str], sentence: str, tmp_path: Path) -> None:
    assert sentences(changed(change), tmp_path) == [sentence]


def test_too_many_weights_in_all() -> None:
    widths = [1, *[1000, 50] * 2, 1]
    layers = [{"activation": "relu", "weights": [[0] * units] * before} for before, units in pairwise(widths)]
    with pytest.raises(UserError) as caught:
        derive.load({"data": {"inputs": [1], "targets": [1]}, "layers": layers, "training": {"learning_rate": 1}})
    assert str(caught.value) == "layers: 151,050 weights are too many; the most is 100,000."


def test_the_same_network_with_more_samples_is_too_much_work(tmp_path: Path) -> None:
    wide = [
        ("[1.5, 2]", f"[{'[1, 2],' * 900}]"),
        (FIRST, f"[{('[' + '1,' * 500 + '],') * 2}]"),
        (LAST, f"[{'[1],' * 500}]"),
    ]
    assert sentences(changed(*wide), tmp_path) == [
        "data.inputs: 900 samples are too many for 1,500 weights; the most is 666 here."
    ]


def test_a_section_that_is_a_number(tmp_path: Path) -> None:
    text = "report = 3\n" + changed(("[report]\ndecimals = 5\n", ""))
    assert sentences(text, tmp_path) == [
        "report: 3 is a number where a section should be; write its keys below [report]."
    ]


def test_layers_that_are_numbers() -> None:
    with pytest.raises(UserError) as caught:
        derive.load({"data": {"inputs": [1], "targets": [1]}, "layers": [3], "training": {"learning_rate": 1}})
    assert str(caught.value) == "layers[1]: 3 is a number where a section should be; write its keys below [[layers]]."


def test_faults_of_all_kinds_are_seen_at_once_in_the_order_of_the_config(tmp_path: Path) -> None:
    text = changed(
        ('"A network"', "7"),
        ('"x1 + x2"', '"log(", 1'),
        ('"tanh"', '"tan"'),
        (FIRST, '[[0.2, "a"], [0.4, nan], [1, 2]]'),
        ("0.5", "[1, 2, 3]"),
        ("learning_rate = 0.1", 'learning_rate = -1\nfrozen = ["bias"]'),
        ("decimals = 5", 'decimals = 99\nnotation = "source"\nexplain = "q"'),
    )
    assert [sentence.split(": ")[0] for sentence in sentences(text, tmp_path)] == [
        "title",
        "data.targets",
        "data.targets[1]",
        "layers[1].activation",
        "layers[1].weights",
        "layers[1].weights[1][2]",
        "layers[1].weights[2][2]",
        "layers[2].bias",
        "training.learning_rate",
        "training.frozen[1]",
        "report.decimals",
    ]


def test_names_are_looked_up_although_numbers_are_wrong(tmp_path: Path) -> None:
    text = changed(
        ("[0.6], [-0.1]", '[0.6, "a"], [-0.1, 1]'),
        ("0.5", "nan"),
        ('["x1 + x2"]', '["foo", 1]'),
        ("decimals = 5", 'decimals = 99\nnotation = "source"\nexplain = "w_h1"'),
    )
    said = sentences(text, tmp_path)
    assert len(said) == 6
    assert said[-2:] == [
        'report.notation: the notation "source" can name one hidden layer and one output only; '
        'it can be "auto", "layers", "numbered" or "to_from".',
        'report.explain: no weight or bias is called "w_h1"; did you mean "w_2_21"?',
    ]


def test_every_target_without_a_value_is_named(tmp_path: Path) -> None:
    two_outputs = [(LAST, "[[0.6, 1], [-0.1, 1]]"), ('["x1 + x2"]', '["log(-x1)", "1/(x2 - 2)"]')]
    assert [s.split(" has")[0] for s in sentences(changed(*two_outputs), tmp_path)] == [
        'data.targets[1]: the formula "log(-x1)"',
        'data.targets[2]: the formula "1/(x2 - 2)"',
    ]


@pytest.mark.parametrize(
    ("targets", "where"),
    [
        ('["log(x1)"]', "data.targets[1]"),
        ('[1, "log(x1)", 2]', "data.targets[2]"),
        ('[[1], ["log(x1)"], [2]]', "data.targets[2][1]"),
    ],
)
def test_a_target_without_a_value_is_named_by_sample(targets: str, where: str, tmp_path: Path) -> None:
    text = changed(("[1.5, 2]", "[[1, 2], [-1, 2], [3, 4]]"), ('["x1 + x2"]', targets))
    assert sentences(text, tmp_path) == [
        f'{where}: the formula "log(x1)" has no value at the inputs of sample 2 (no real number); '
        "change the formula or the inputs."
    ]


def test_a_network_that_grows_beyond_all_bounds(tmp_path: Path) -> None:
    said = sentences(changed(('"x1 + x2"', '"exp(2200)"')), tmp_path)
    assert said == ["loss has no value that can be shown (a number beyond 10^1000); choose smaller numbers."]


def test_only_the_first_of_very_many_faults_are_shown(tmp_path: Path) -> None:
    said = sentences(changed(("[report]", "[report]\n" + "".join(f"k{i} = 1\n" for i in range(1000)))), tmp_path)
    assert len(said) == 51
    assert said[-1] == "950 more such problems."
