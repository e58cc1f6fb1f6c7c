"""The JSON schema of a config: what is right fits it, what is wrong does not, and it names all that there is."""

import json
import tomllib
from collections.abc import Iterator
from contextlib import suppress
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from jsonschema import Draft7Validator

from derive.catalog.layer_activations import EVERY_ACTIVATION
from derive.catalog.losses import LOSSES
from derive.catalog.optimizers import OPTIMIZERS
from derive.config.schema import FILE, schema, schema_text
from derive.notation import NOTATIONS
from tests.config.test_bad_configs import CASES, RIGHT, changed
from tests.networks import configs
from tests.samples import ROOT, schema_file

SCHEMA = schema()
VALIDATOR = Draft7Validator(SCHEMA)
EXAMPLES = sorted((ROOT / "templates" / "configs").glob("*.toml"))


def fits(config: Any) -> bool:
    return bool(VALIDATOR.is_valid(config))


def keys(section: dict[str, Any], path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Return every key of a schema, and of the sections and tables inside it, with its own schema."""
    for key, inner in section.get("properties", {}).items():
        yield f"{path}{key}", inner
        for part in (inner, inner.get("items", {}), *inner.get("anyOf", [])):
            yield from keys(part, f"{path}{key}.")


def test_the_committed_schema_is_fresh() -> None:
    assert schema_file().read_text(encoding="utf-8") == schema_text(), "run `make samples`"


def test_it_is_a_schema_without_references() -> None:
    Draft7Validator.check_schema(SCHEMA)
    assert "$ref" not in schema_text()
    assert '"null"' not in schema_text()


def test_every_key_is_described() -> None:
    """What is said of a key is the docstring below it in ``derive/config/model.py``."""
    found = list(keys(SCHEMA))
    assert {"training.optimizer.beta1", "training.penalty.l1", "vary.require.kink"} <= {key for key, _ in found}
    assert [key for key, inner in found if not inner.get("description")] == []
    assert SCHEMA["properties"]["data"]["properties"]["inputs"]["description"].startswith("The inputs of one sample")


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_every_example_fits(path: Path) -> None:
    assert list(VALIDATOR.iter_errors(tomllib.loads(path.read_text(encoding="utf-8")))) == []


def test_the_starter_names_the_schema_in_its_head() -> None:
    head = (ROOT / "templates" / "configs" / "starter.toml").read_text(encoding="utf-8").split("\n\n")[0]
    assert f"#:schema {FILE}" in head.splitlines()


def test_the_config_that_the_bad_ones_are_made_from_fits() -> None:
    assert fits(tomllib.loads(RIGHT))


BAD = {
    "an unknown key": ("decimals", "colour"),
    "an unknown key in a section inside another": ("rate = 0.1", "rate = 0.1\nepochs = 2\nstop = { los = 1 }"),
    "a number for an activation": ('"tanh"', "1"),
    "a missing activation": ('activation = "tanh"', ""),
    "missing weights": ("weights = [[0.6], [-0.1]]", ""),
    "text for a number": ("[0.6]", '["0.6"]'),
    "a rate of zero": ("learning_rate = 0.1", "learning_rate = 0"),
    "half a decimal": ("decimals = 5", "decimals = 5.5"),
    "too many decimals": ("decimals = 5", "decimals = 21"),
    "no epochs": ("rate = 0.1", "rate = 0.1\nepochs = 0"),
    "a batch of another kind": ("rate = 0.1", 'rate = 0.1\nbatch_size = "all"'),
    "an optimizer without a name": ("rate = 0.1", "rate = 0.1\noptimizer = { beta1 = 0.5 }"),
    "a parameter of another optimizer": ("rate = 0.1", 'rate = 0.1\noptimizer = { name = "momentum", beta1 = 0.5 }'),
    "a parameter out of range": ("rate = 0.1", 'rate = 0.1\noptimizer = { name = "adam", beta1 = 1 }'),
    "a penalty below zero": ("rate = 0.1", "rate = 0.1\npenalty = { l1 = -1 }"),
    "no steps": ("decimals = 5", "show_steps = []"),
    "an empty title": ('"A network"', '""'),
}


@pytest.mark.parametrize("change", BAD.values(), ids=BAD)
def test_what_is_wrong_does_not_fit(change: tuple[str, str]) -> None:
    old, new = change
    assert not fits(tomllib.loads(RIGHT.replace(old, new, 1)))


def test_most_faults_of_a_single_value_are_seen() -> None:
    texts = [changed((case["old"], case["new"])) for case in CASES.values()]
    seen = 0
    for text in texts:
        with suppress(tomllib.TOMLDecodeError):
            seen += not fits(tomllib.loads(text))
    assert seen > len(texts) / 2


def test_it_completes_every_name_and_parameter() -> None:
    training, layer = SCHEMA["properties"]["training"]["properties"], SCHEMA["properties"]["layers"]["items"]
    for found, table in (
        (layer["properties"]["activation"], EVERY_ACTIVATION),
        (training["loss"], LOSSES),
        (training["optimizer"], OPTIMIZERS),
    ):
        names, *tables = found["anyOf"]
        assert names["enum"] == list(table)
        parameters = {
            inner["properties"]["name"].get("const"): inner["properties"] for inner in tables if "properties" in inner
        }
        for record in table.values():
            expected = {"name", *(parameter.name for parameter in record.parameters)}
            assert not record.parameters or set(parameters[record.name]) == expected
    assert set(NOTATIONS) <= set(SCHEMA["properties"]["report"]["properties"]["notation"]["enum"])


def as_float(value: Any) -> float:
    assert isinstance(value, Decimal)
    return float(value)


@settings(max_examples=60)
@given(config=configs())
def test_random_configs_fit(config: dict[str, Any]) -> None:
    assert list(VALIDATOR.iter_errors(json.loads(json.dumps(config, default=as_float)))) == []


def test_the_command_prints_it_and_writes_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from derive import cli

    monkeypatch.chdir(tmp_path)
    for words, printed in ((["schema"], schema_text()), (["schema", "-o", "in"], f"in/{FILE}\n")):
        monkeypatch.setattr("sys.argv", ["derive", *words])
        with pytest.raises(SystemExit) as caught:
            cli.main()
        assert not caught.value.code
        assert capsys.readouterr().out == printed
    assert (tmp_path / "in" / FILE).read_text(encoding="utf-8") == schema_text()
