"""A config that was changed at random is solved or refused in plain sentences; nothing else comes of it."""

import copy
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

import derive
from derive.errors import UserError


def right() -> dict[str, Any]:
    """Write the config as Python would."""
    return {
        "title": "A network",
        "data": {"inputs": [[1, 2], [3, 4]], "targets": [["x1 + x2", 1], [0.5, 2]]},
        "layers": [
            {"activation": "tanh", "weights": [[0.2, Decimal("0.3")], [0.4, 0.7]], "bias": [1, 2]},
            {"activation": "sigmoid", "weights": [[0.6, 1], [-0.1, 2]], "bias": 1},
            {"activation": "relu", "units": 2, "bias": "own"},
        ],
        "training": {"learning_rate": 0.1, "loss": "squared_error", "reduction": "sum", "frozen": ["layer_1"]},
        "report": {"decimals": 3, "carry": "rounded", "notation": "layers", "explain": "w_1_1_2", "paper": "a4"},
        "random": {"seed": 1, "method": "uniform", "from": -0.5, "to": 1, "decimals": 2},
    }


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """List the place of everything inside a value."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [place for key, entry in inside for place in ((*path, key), *places(entry, (*path, key)))]


JUNK: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.builds(pow, st.just(10), st.just(5000))
    | st.floats()
    | st.decimals()
    | st.text(max_size=5)
    | st.binary(max_size=2)
    | st.sampled_from(["x1", "x9", "tanh", "NaN", "{}", "%s", "layers", "w_1_11", Decimal("sNaN"), 1j, {1, 2}]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=4,
)
CHANGES = st.tuples(st.sampled_from(places(right())), st.sampled_from(["set", "remove", "add"]), JUNK)


def apply(config: Any, place: tuple[Any, ...], how: str, junk: Any) -> None:
    """Change a config at a place, if the place is still there."""
    try:
        for step in place[:-1]:
            config = config[step]
        _ = config[place[-1]]
    except (LookupError, TypeError):
        return
    if not isinstance(config, dict | list):
        return
    match how:
        case "set":
            config[place[-1]] = junk
        case "remove":
            del config[place[-1]]
        case "add" if isinstance(config, dict):
            config["more"] = junk
        case "add":
            config.append(junk)


def test_the_python_config_that_is_changed_at_random_is_right() -> None:
    assert derive.load(right()).outputs == 2


@settings(max_examples=300)
@given(st.lists(CHANGES, min_size=1, max_size=4))
def test_whatever_is_changed_is_refused_in_plain_sentences_or_solved(changes: list[tuple[Any, str, Any]]) -> None:
    config = right()
    for change in changes:
        apply(config, *copy.deepcopy(change))
    try:
        derive.solve(config).text("json")
    except UserError as error:
        said = error.sentences()
        assert said
        assert len(set(said)) == len(said)
        for sentence in said:
            assert sentence.isprintable()
            assert sentence[-1] in ".?"
            assert not any(
                word in sentence for word in ("Input", "valid ", "Decimal(", "pydantic", "None", "{'", "dict")
            )
