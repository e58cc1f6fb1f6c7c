"""The machine-readable twins of a sheet and of a key, in the formats ``derive-sheet/1`` and ``derive-key/1``."""

from typing import Any

import simplejson

from derive.document.copypage import CopyPage
from derive.kind import Kind

_GIVEN = (Kind.INPUT, Kind.TARGET, Kind.WEIGHT, Kind.BIAS, Kind.LEARNING_RATE, Kind.HYPERPARAMETER, Kind.OLD_STATE)


def sheet_record(copy: CopyPage) -> dict[str, Any]:
    """Return what stands on a sheet as plain data: the given numbers and the questions, no answer."""
    return {
        "format": "derive-sheet/1",
        **_head(copy),
        "questions": [
            {
                "question": question.number,
                "group": question.group,
                "parts": [
                    {
                        "part": question.label(part),
                        "quantity": copy.page.tape.quantities[part.place].key,
                        "symbol": copy.page.symbols[part.place],
                        "points": part.points,
                    }
                    for part in question.parts
                ],
            }
            for question in copy.exam.questions
        ],
    }


def key_record(copy: CopyPage) -> dict[str, Any]:
    """Return the answers of a copy as plain data."""
    return {"format": "derive-key/1", **_head(copy), "answers": answers(copy)}


def answers(copy: CopyPage) -> list[dict[str, Any]]:
    """Return the answer to each part; values and bounds are decimal strings."""
    found = copy.copy.accepted
    return [
        {
            "part": question.label(part),
            "quantity": copy.page.tape.quantities[part.place].key,
            "value": copy.answer(part.place),
            "low": format(found[part.place].low, "f"),
            "high": format(found[part.place].high, "f"),
            "points": part.points,
        }
        for question in copy.exam.questions
        for part in question.parts
    ]


def _head(copy: CopyPage) -> dict[str, Any]:
    values, exam = copy.page.values, copy.exam
    given = [place for place, quantity in enumerate(values.tape.quantities) if quantity.kind in _GIVEN]
    return {
        "title": exam.title,
        "course": exam.sheet.course or "",
        "date": exam.sheet.date or "",
        "copy": copy.copy.number,
        "code": copy.copy.code,
        "student": dict(copy.student),
        "decimals": values.style.digits,
        "points": exam.points,
        "given": {values.tape.quantities[place].key: values.shown[place].plain for place in given},
    }


def render(record: dict[str, Any]) -> str:
    """Write a twin as JSON text."""
    return simplejson.dumps(record, use_decimal=True, ensure_ascii=False, indent=1) + "\n"
