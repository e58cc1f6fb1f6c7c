"""How a config names a function: its parameters, what is said of a wrong one, and that it is written as it was read."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any

import pytest
from pydantic import BaseModel, ValidationError

from derive.catalog.parameter import Parameter, bound, resolved
from derive.catalog.table import Table
from derive.config.functions import Function, Written


@dataclass(frozen=True)
class Line:
    """A record with two parameters that its functions take by name."""

    name: str
    value: Any
    parameters: tuple[Parameter, ...] = ()
    other: Any = None


LINES = Table(
    (
        Line("flat", lambda x: x),
        Line(
            "steep",
            lambda x, slope, shift: slope * x + shift,
            (
                Parameter("slope", "0.5", "how steep it is", above="0", most="2"),
                Parameter("shift", "0", "how high it is", least="-1", below="1"),
            ),
            other=lambda x, shift: x + shift,
        ),
    )
)


class Model(BaseModel):
    line: Annotated[Written, Function(LINES, "a line")] = "flat"
    free: Annotated[Written, Function(LINES, "a line", ("u", "v"))] = "flat"


@pytest.mark.parametrize(
    "written", ["flat", "steep", {"name": "steep"}, {"name": "steep", "slope": Decimal("0.10")}, {"name": "flat"}]
)
def test_what_is_read_is_written_again(written: Any) -> None:
    dumped = Model(line=written).model_dump()["line"]
    assert dumped == written
    assert str(dumped) == str(written)


def test_floats_become_their_shortest_decimals() -> None:
    assert Model(line={"name": "steep", "slope": 0.1}).line == {"name": "steep", "slope": Decimal("0.1")}


@pytest.mark.parametrize("text", ["u", "u * v", "1 / (1 + exp(-u))", "-u", " u ", "u - 2"])
def test_a_formula_is_no_name(text: str) -> None:
    assert Model(free=text).free == text


def test_parameters_reach_the_functions_that_name_them() -> None:
    record = resolved(LINES, {"name": "steep", "slope": Decimal("0.1")})
    assert record.value(Decimal(0)) == 0
    assert str(record.value(10)) == "1"
    assert [(p.name, p.value) for p in record.parameters] == [("slope", "0.1"), ("shift", "0")]
    assert resolved(LINES, "steep").value(4) == 2
    assert bound(LINES["flat"]) is LINES["flat"]
    assert resolved(LINES, {"name": "steep", "slope": Decimal("0.10")}) is record


SAID = {
    "a misspelt name": ("line", "stepe", "", '"stepe" is not a line; did you mean "steep"'),
    "an unknown name": ("line", "round", "", '"round" is not a line; it can be "flat" or "steep"'),
    "no formula here": ("line", "u + 1", "", '"u + 1" is not a line; it can be "flat" or "steep"'),
    "a number": ("line", 3, "", '3 is a number where the name of a line should be; it can be "flat" or "steep"'),
    "a list": ("line", [], "", 'a list stands where the name of a line should be; it can be "flat" or "steep"'),
    "no name": ("line", {"shift": 0}, "", 'this table has no name; add one, such as name = "steep"'),
    "an empty table": ("line", {}, "", 'this table has no name; add one, such as name = "flat"'),
    "a wrong name": ("line", {"name": "fat"}, "name", '"fat" is not a line; did you mean "flat"'),
    "a name that is none": (
        "line",
        {"name": 1},
        "name",
        '1 is a number where the name of a line should be; it can be "flat" or "steep"',
    ),
    "an unknown parameter": (
        "line",
        {"name": "steep", "x": 1},
        "x",
        '"steep" has no such parameter; its parameters are slope and shift',
    ),
    "a misspelt parameter": (
        "line",
        {"name": "steep", "slop": 1},
        "slop",
        '"steep" has no such parameter; did you mean "slope"',
    ),
    "no parameters at all": ("line", {"name": "flat", "x": 1}, "x", '"flat" has no such parameter; it has none'),
    "too large": (
        "line",
        {"name": "steep", "slope": 2.5},
        "slope",
        "2.5 is out of range; write a number that is above 0 and at most 2",
    ),
    "just too large": (
        "line",
        {"name": "steep", "shift": 1},
        "shift",
        "1 is out of range; write a number that is at least -1 and below 1",
    ),
    "no number": (
        "line",
        {"name": "steep", "shift": "1"},
        "shift",
        '"1" is text where a number should be; write 1 without the quotes',
    ),
    "a word for a formula": (
        "free",
        "stepe",
        "",
        '"stepe" is not a line; did you mean "steep"',
    ),
    "another word": ("free", "magic", "", '"magic" is not a line; it can be "flat", "steep", or a formula in u and v'),
    "words": ("free", "no idea", "", '"no idea" is not a line; it can be "flat", "steep", or a formula in u and v'),
    "a constant": (
        "free",
        "3 + v",
        "",
        'the formula "3 + v" does not depend on u; write a formula in u and v',
    ),
    "a broken formula": ("free", "u + (v", "", "u + (v does not read as a formula; check its brackets and signs"),
    "a foreign name": ("free", "u + w", "", "w is not a name that can stand here; the names are u, v"),
    "nothing": ("free", "", "", "the formula is empty; write one, such as x1 + x2"),
}


@pytest.mark.parametrize("case", SAID)
def test_a_fault_is_one_sentence(case: str) -> None:
    field, written, place, said = SAID[case]
    with pytest.raises(ValidationError) as caught:
        Model(**{field: written})
    (error,) = caught.value.errors()
    assert ".".join(map(str, error["loc"])) == f"{field}.{place}".rstrip(".")
    assert f"{error['ctx']['what']}; {error['ctx']['mend']}" == said


def test_all_faults_of_a_table_are_found() -> None:
    with pytest.raises(ValidationError) as caught:
        Model(line={"name": "steep", "slope": 0, "shift": 5, "x": 1})
    assert [error["loc"][-1] for error in caught.value.errors()] == ["slope", "shift", "x"]


def test_the_schema_lists_names_and_parameters() -> None:
    properties = Model.model_json_schema()["properties"]
    names, flat, steep = properties["line"]["anyOf"]
    assert names == {"enum": ["flat", "steep"]}
    assert flat["properties"] == {"name": {"enum": ["flat"], "description": "The name of a line."}}
    assert steep["properties"]["slope"] == {
        "type": "number",
        "description": "how steep it is",
        "default": 0.5,
        "exclusiveMinimum": 0.0,
        "maximum": 2.0,
    }
    assert properties["free"]["anyOf"][-1] == {
        "type": "string",
        "pattern": r"\bu\b",
        "description": "A formula in u and v",
    }
