"""The JSON schema of a config, by which editors complete and check its keys.

It is draft 7 without references, which every editor understands. What a single schema cannot say, such as whether the
sizes of the layers fit together, is left to `derive.config.load`.
"""

import ast
import inspect
import json
from collections.abc import Callable, Mapping
from functools import cached_property
from textwrap import dedent
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema
from pydantic_core import core_schema

from derive.config.limits import MAX_SAMPLES
from derive.config.model import Config
from derive.config.training import full_or_number, number_not_below_zero, number_of_epochs, positive_number_or_formula
from derive.config.values import Reader, positive_number

FILE = "derive.schema.json"
"""What the file is called, beside configs that begin with ``#:schema derive.schema.json``."""

Schema = dict[str, Any]

_NARROWED: Mapping[Callable[..., Any], Callable[[Schema], Schema]] = {
    positive_number: lambda schema: schema | {"exclusiveMinimum": 0},
    number_not_below_zero: lambda schema: schema | {"minimum": 0},
    number_of_epochs: lambda schema: schema | {"minimum": 1},
    full_or_number: lambda _: {"anyOf": [{"const": "full"}, {"type": "integer", "minimum": 1, "maximum": MAX_SAMPLES}]},
    positive_number_or_formula: lambda _: {"anyOf": [{"type": "number", "exclusiveMinimum": 0}, {"type": "string"}]},
}
"""How readers that are plain functions narrow the schema of what they take."""


def schema_text() -> str:
    """Write the schema as JSON."""
    return json.dumps(schema(), indent=1, ensure_ascii=False) + "\n"


def schema() -> Schema:
    """Return the schema as data."""
    generated = Config.model_json_schema(schema_generator=_Generator)
    definitions = generated.pop("$defs")
    found = _tidy(_inlined(generated, definitions))
    _allow_drawn_layers(found["properties"]["layers"]["items"])
    return {"$schema": "http://json-schema.org/draft-07/schema#", "title": "A config of derive", **found}


class _Generator(GenerateJsonSchema):
    """Takes the keys as a config writes them: numbers are never text, and nothing is null."""

    def decimal_schema(self, schema: core_schema.DecimalSchema) -> Schema:
        return {"type": "number"}

    def nullable_schema(self, schema: core_schema.NullableSchema) -> Schema:
        return self.generate_inner(schema["schema"])

    def tagged_union_schema(self, schema: core_schema.TaggedUnionSchema) -> Schema:
        return {"anyOf": [self.generate_inner(choice) for choice in schema["choices"].values()]}

    def function_before_schema(self, schema: core_schema.BeforeValidatorFunctionSchema) -> Schema:
        reader, found = schema["function"]["function"], super().function_before_schema(schema)
        if isinstance(reader, Reader):
            return reader.narrowed(found)
        return _NARROWED[reader](found) if reader in _NARROWED else found

    def model_schema(self, schema: core_schema.ModelSchema) -> Schema:
        documented = _Documented(schema["cls"])
        found = super().model_schema(schema) | {"description": documented.summary}
        for key, description in documented.keys.items():
            found["properties"][key]["description"] = description
        return found

    def encode_default(self, dft: Any) -> Any:
        found = super().encode_default(dft)
        if isinstance(found, dict):
            return {key: value for key, value in found.items() if value is not None}
        return float(found) if type(dft).__name__ == "Decimal" else found


class _Documented:
    """What the docstrings of a section and of its keys say."""

    def __init__(self, model: type[BaseModel]) -> None:
        self.model = model

    @property
    def summary(self) -> str:
        """The first paragraph of the section's docstring, without marks of code."""
        return " ".join((self.model.__doc__ or "").split("\n\n")[0].split()).replace("``", "")

    @cached_property
    def keys(self) -> dict[str, str]:
        """The docstring below each key, as a config writes the key."""
        (tree,) = ast.parse(dedent(inspect.getsource(self.model))).body
        assert isinstance(tree, ast.ClassDef)
        found = {}
        for before, node in zip(tree.body, tree.body[1:], strict=False):
            if isinstance(before, ast.AnnAssign) and isinstance(before.target, ast.Name):
                name, field = before.target.id, self.model.model_fields[before.target.id]
                if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
                    found[field.alias or name] = str(node.value.value)
        return found


def _inlined(value: Any, definitions: Mapping[str, Schema]) -> Any:
    """Put each section's schema in the place where it is referred to; what stands beside the reference goes first."""
    if isinstance(value, list):
        return [_inlined(entry, definitions) for entry in value]
    if not isinstance(value, dict):
        return value
    found = {key: _inlined(entry, definitions) for key, entry in value.items() if key != "$ref"}
    if "$ref" in value:
        found = {**_inlined(definitions[value["$ref"].rsplit("/", 1)[1]], definitions), **found}
    return found


def _tidy(value: Any, *, keys: bool = False) -> Any:
    """Leave out titles, which repeat the keys; ``keys`` tells that this is a table of keys, which may have a title."""
    if isinstance(value, list):
        return [_tidy(entry) for entry in value]
    if not isinstance(value, dict):
        return value
    kept = {
        key: entry for key, entry in value.items() if keys or not (key == "title" or (key, entry) == ("default", None))
    }
    return {key: _tidy(entry, keys=key == "properties" and not keys) for key, entry in kept.items()}


def _allow_drawn_layers(layer: Schema) -> None:
    """A layer has weights or units, and where they are drawn its biases may be as well."""
    layer["required"] = [key for key in layer["required"] if key != "weights"]
    layer["anyOf"] = [{"required": ["weights"]}, {"required": ["units"]}]
    layer["properties"]["bias"]["anyOf"].append({"enum": ["own", "shared"]})
