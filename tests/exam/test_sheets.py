"""A sheet asks and does not tell; the key answers in the same numbering."""

import json
import re
from typing import Any

import pytest

from derive.config.load import load
from derive.config.sheet import HINTS
from derive.document.copypage import CopyPage, copy_page
from derive.document.key import compose_key
from derive.document.rows import GAP, LINE
from derive.document.sheet import compose_sheet
from derive.document.wording import wording
from derive.errors import UserError
from derive.exam.copies import Copies
from derive.exam.exam import exam_of
from derive.render import html, markdown
from derive.render.copies import key_record, render, sheet_record
from tests.exam.exams import copies_of, exam_keys
from tests.samples import ROOT

NETWORKS: tuple[dict[str, Any], ...] = ({}, {"widths": (2, 2, 2), "activation": "tanh"}, {"widths": (3, 2, 2, 1)})
NUMBER = re.compile(r"(?<![\d.])-?\d+(?:\.\d+)?")


def pages(hints: str, **keys: Any) -> list[CopyPage]:
    copies = copies_of(sheet={"hints": hints}, **keys)
    return [copy_page(copies.exam, copies[number], {}) for number in range(1, 6)]


def texts(copy: CopyPage) -> list[str]:
    """Everything of a sheet that is written anywhere, but for its PDF."""
    document = compose_sheet(copy)
    return [markdown.render(document, ["n.svg"]), *markdown.drawings(document), render(sheet_record(copy))]


@pytest.mark.parametrize("keys", NETWORKS, ids=str)
@pytest.mark.parametrize("hints", HINTS)
def test_no_answer_stands_on_a_sheet(hints: str, keys: dict[str, Any]) -> None:
    looked = 0
    for copy in pages(hints, **keys):
        values = copy.page.values
        open_ = set(values.tape.place.values()) - copy.exam.unknown
        printed = {values.shown[place].text for place in open_}
        for text in texts(copy):
            numbers = set(NUMBER.findall(text))
            for part in copy.exam.asked:
                shown = values.shown[part].text
                if shown not in printed and len(shown) > 4:
                    assert shown not in numbers
                    assert shown.lstrip("-") not in numbers
                    looked += 1
    assert looked > 100


def test_faded_sheets_work_the_first_units_as_far_as_they_can() -> None:
    copy = pages("faded")[0]
    keys = {copy.page.tape.quantities[place].key for place in copy.exam.worked}
    assert keys == {"z_1_1", "a_1_1"}
    asked = {copy.page.tape.quantities[place].key for place in copy.exam.asked}
    assert not keys & asked
    text = texts(copy)[0]
    assert copy.page.shown("a_1_1") in text
    assert rf"{GAP} \cdot" in text


def test_formulas_are_given_without_numbers() -> None:
    text = texts(pages("formula")[0])[0]
    assert r"$= x_1 \cdot w_{11} + x_2 \cdot w_{21} + b_1 = " + f"{LINE} = {LINE}$" in text


def test_gaps_leave_the_values_out_of_the_whole_page() -> None:
    text = texts(pages("gaps")[0])[0]
    assert rf"\frac{{1}}{{1 + e^{{-{GAP}}}}} = {LINE}" in text


def test_sheet_and_key_have_the_same_parts_and_points() -> None:
    for copy in pages("none"):
        sheet, key = sheet_record(copy), key_record(copy)
        asked = [(part["part"], part["points"]) for question in sheet["questions"] for part in question["parts"]]
        assert asked == [(answer["part"], answer["points"]) for answer in key["answers"]]
        assert sum(points for _, points in asked) == sheet["points"] == key["points"]
        assert sheet["given"] == key["given"]
        text = markdown.render(compose_key(copy), [])
        for answer in key["answers"]:
            row = next(line for line in text.splitlines() if line.startswith(f"| {answer['part']} |"))
            assert [answer[name] for name in ("value", "low", "high")] == re.findall(r"\$(-?[\d.]+)\$", row)[-4:-1]
            assert rf"\tag{{{answer['part']}}}" in text
            assert f'<div class="tag">({answer["part"]})</div>' in html.render(compose_key(copy), wording())


def test_points_and_groups_are_as_asked() -> None:
    keys = exam_keys(sheet={"ask": ["deltas", "z_1_2"], "points": {"deltas": 2.5}})
    exam = exam_of(load(keys), 1)
    assert [(question.group, len(question.parts)) for question in exam.questions] == [("forward", 1), ("deltas", 3)]
    assert float(exam.points) == 8.5
    copy = copy_page(exam, Copies(exam)[1], {"name": "A"})
    assert json.loads(render(sheet_record(copy)))["points"] == 8.5
    assert "Deltas (7.5 points)" in markdown.render(compose_sheet(copy), ["n.svg"])


def test_what_is_nothing_to_ask_for_is_said() -> None:
    with pytest.raises(UserError) as caught:
        _ = exam_of(load(exam_keys(sheet={"ask": ["delta", "x_1"]})), 1).questions
    first, second = caught.value.sentences()
    assert first.startswith('sheet.ask[1]: "delta" is nothing to ask for; did you mean "deltas"')
    assert second.startswith('sheet.ask[2]: "x_1" is nothing to ask for; ')


def test_the_decimals_of_the_sheet_are_those_of_the_answers() -> None:
    copies = copies_of(sheet={"decimals": 6})
    assert copies[1].values.style.digits == 6
    assert all(found.low.as_tuple().exponent == -6 for found in copies[1].accepted.values())
    for answer in key_record(copy_page(copies.exam, copies[1], {}))["answers"]:
        assert re.fullmatch(r"-?\d+\.\d{6}", answer["value"])


def test_the_sum_of_a_softmax_is_introduced() -> None:
    exam = exam_of(load(ROOT / "templates" / "configs" / "exam-gaps.toml"), 1)
    text = markdown.render(compose_sheet(copy_page(exam, Copies(exam)[1], {})), ["n.svg"])
    assert "$S^{(2)}$ is the sum by which the softmax divides." in text
