"""How a config names a function of the catalogue: "name", { name = …, parameter = … } or, where allowed, a formula.

What was written stays as it is, so that a config that is written out can be read again.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler, ValidationError
from pydantic_core import CoreSchema, InitErrorDetails, PydanticCustomError, core_schema

from derive.catalog.parameter import Parameter, Parametric
from derive.catalog.table import Table
from derive.config.formula import FormulaError, check_formula
from derive.config.values import exact_number, fault, misfit, shown_value
from derive.config.vocabulary import CONSTANTS
from derive.errors import listed, nearest, quoted

Written = str | dict[str, Any]
"""A name, a formula, or a table of a name and values of its parameters (decimals, as they were written)."""


@dataclass(frozen=True)
class Function:
    """The type of a config's key that names a function. Stands in ``Annotated[Written, Function(…)]``.

    ``kind`` says what the table holds ("an activation"). Where a formula may stand as well, ``names`` are what it is
    written in, and it has to use the first of them.
    """

    table: Table[Any]
    kind: str
    names: tuple[str, ...] = ()

    def read(self, value: Any) -> Written:
        """Check a value and return it as it was written, its numbers as decimals."""
        if isinstance(value, str):
            if value not in self.table:
                self._check_formula(value)
            return value
        if isinstance(value, Mapping):
            return self._read_table(value)
        raise misfit(value, f"the name of {self.kind}", self._instead(""))

    @property
    def _formula(self) -> str:
        return f"a formula in {listed(self.names, 'and')}"

    def _check_formula(self, text: str) -> None:
        """Take text that is not a name for a formula, unless it looks like a misspelt name."""
        if not self.names or self._is_words(text):
            raise fault(f"{quoted(text)} is not {self.kind}", self._instead(text))
        try:
            used = check_formula(text, self.names)
        except FormulaError as error:
            raise fault(error.what, error.mend) from None
        if self.names[0] not in used:
            what = f"the formula {quoted(text)} does not depend on {self.names[0]}"
            raise fault(what, f"write {self._formula}")

    def _is_words(self, text: str) -> bool:
        """Tell whether text is words, joined by blanks or dashes, of which some can't stand in a formula."""
        if not re.fullmatch(r"[A-Za-z_]\w*(?:[ -][A-Za-z_]\w*)*", text.strip()):
            return False
        return not set(re.split("[ -]", text.strip())) <= {*self.names, *CONSTANTS}

    def _instead(self, word: str) -> str:
        """Say what may stand in place of a word: the name that it is most likely a slip of, else all of them."""
        near = nearest(word, self.table)
        if near:
            return f"did you mean {quoted(near)}"
        names = [quoted(name) for name in self.table]
        return f"it can be {', '.join(names)}, or {self._formula}" if self.names else f"it can be {listed(names)}"

    def _read_table(self, keys: Mapping[Any, Any]) -> Written:
        name = keys.get("name")
        if "name" not in keys:
            raise fault("this table has no name", f"add one, such as name = {quoted(self._meant(keys))}")
        if not isinstance(name, str):
            raise _faults([(("name",), misfit(name, f"the name of {self.kind}", self._instead("")))])
        if name not in self.table:
            raise _faults([(("name",), fault(f"{quoted(name)} is not {self.kind}", self._instead(name)))])
        found: dict[str, Any] = {}
        faults: list[tuple[tuple[str, ...], PydanticCustomError]] = []
        for key, value in keys.items():
            try:
                found[key] = name if key == "name" else _parameter(self.table[name], key, value)
            except PydanticCustomError as error:
                faults.append(((str(key),), error))
        if faults:
            raise _faults(faults)
        return found

    def _meant(self, keys: Mapping[Any, Any]) -> str:
        """Return the name of the first record that has one of the parameters, else the first of all."""
        records = self.table.values()
        having = (record for record in records if any(p.name in keys for p in record.parameters))
        return str(next(having, next(iter(records))).name)

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(self.read)

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """List the names, a table for each function with parameters, and whether any other text is a formula."""
        choices: list[dict[str, Any]] = [{"enum": list(self.table)}]
        plain = [record.name for record in self.table.values() if not record.parameters]
        own = [({"enum": plain}, ())] if plain else []
        own += [({"const": record.name}, record.parameters) for record in self.table.values() if record.parameters]
        named = {"description": f"The name of {self.kind}."}
        choices += [_table_schema(name | named, parameters) for name, parameters in own]
        if self.names:
            description = f"{self._formula[0].upper()}{self._formula[1:]}"
            choices.append({"type": "string", "pattern": rf"\b{self.names[0]}\b", "description": description})
        return {"anyOf": choices}


def _faults(found: list[tuple[tuple[str, ...], PydanticCustomError]]) -> ValidationError:
    """Bundle faults of the keys of a table; pydantic puts the place of the table before theirs."""
    details = [InitErrorDetails(type=error, loc=place, input=None) for place, error in found]
    return ValidationError.from_exception_data("function", details)


def _parameter(record: Parametric, key: Any, value: Any) -> Decimal:
    parameters = {parameter.name: parameter for parameter in record.parameters}
    if key not in parameters:
        raise fault(f"{quoted(record.name)} has no such parameter", _known(str(key), list(parameters)))
    parameter = parameters[key]
    number = exact_number(value)
    if not parameter.allows(number):
        raise fault(f"{shown_value(value)} is out of range", f"write a number that is {parameter.range}")
    return number


def _known(key: str, names: list[str]) -> str:
    near = nearest(key, names)
    if near:
        return f"did you mean {quoted(near)}"
    return f"its parameter{'s are' if len(names) > 1 else ' is'} {listed(names, 'and')}" if names else "it has none"


def _table_schema(name: dict[str, Any], parameters: Sequence[Parameter]) -> dict[str, Any]:
    properties = {parameter.name: _number_schema(parameter) for parameter in parameters}
    return {
        "type": "object",
        "properties": {"name": name, **properties},
        "required": ["name"],
        "additionalProperties": False,
    }


def _number_schema(parameter: Parameter) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "number", "description": parameter.meaning, "default": float(parameter.value)}
    bounds = {
        "minimum": parameter.least, "exclusiveMinimum": parameter.above,
        "maximum": parameter.most, "exclusiveMaximum": parameter.below,
    }  # fmt: skip
    return schema | {word: float(text) for word, text in bounds.items() if text}
