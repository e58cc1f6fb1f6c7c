"""The accepted range is what honest rounding can reach, and not what a mistake gives."""

from random import Random

import pytest

from derive.exam.copies import Copy
from derive.exam.exam import Exam
from tests.exam.exams import copies_of
from tests.exam.student import rounding, worked

NETWORKS = (("sigmoid", (2, 2, 1)), ("tanh", (2, 3, 2)), ("sigmoid", (1, 2, 2, 1)))
COUNT = 334
"""Of each network, so that there are more than 1,000 in all."""


@pytest.fixture(scope="module", params=NETWORKS, ids=str)
def exam(request: pytest.FixtureRequest) -> tuple[Exam, list[Copy]]:
    activation, widths = request.param
    copies = copies_of(activation=activation, widths=widths)
    return copies.exam, [copies[number] for number in range(1, COUNT + 1)]


def test_honest_rounding_at_all_some_or_no_steps_is_accepted(exam: tuple[Exam, list[Copy]]) -> None:
    chance = Random(1)
    shared, copies = exam
    decimals = shared.config.report.decimals
    seen = 0
    for copy in copies:
        for when in (lambda: True, lambda: chance.random() < 0.5, lambda: False):
            answers = worked(copy.config, rounding(decimals, when))
            last = rounding(decimals, lambda: True)
            for place, accepted in copy.accepted.items():
                key = shared.tape.quantities[place].key
                assert last(answers[key]) in accepted, (copy.number, key, answers[key], accepted)
                seen += 1
    assert seen > 3 * COUNT * 10


def test_every_range_holds_the_key_and_is_narrow(exam: tuple[Exam, list[Copy]]) -> None:
    shared, copies = exam
    units = 10**shared.config.report.decimals
    for copy in copies:
        for place, accepted in copy.accepted.items():
            right = copy.values.shown[place].number
            assert right in accepted
            assert (accepted.high - accepted.low) * units <= 150 + abs(right) * units / 100


def test_a_flipped_sign_and_a_forgotten_derivative_are_left_out(exam: tuple[Exam, list[Copy]]) -> None:
    shared, copies = exam
    forgotten = flipped = 0
    for copy in copies:
        wrong = worked(copy.config, lambda number: number, forget_slope=True)
        for place, accepted in copy.accepted.items():
            right, width = copy.values.shown[place].number, accepted.high - accepted.low
            assert -right not in accepted
            flipped += 1
            mistake = wrong[shared.tape.quantities[place].key]
            if abs(mistake - right) > width:
                assert mistake not in accepted
                forgotten += 1
    assert flipped > COUNT * 10
    assert forgotten > COUNT * 5


def test_no_zero_is_accepted(exam: tuple[Exam, list[Copy]]) -> None:
    assert all(0 not in found for copy in exam[1] for found in copy.accepted.values())
