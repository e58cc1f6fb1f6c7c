"""Where a line is broken that is too wide for the paper: outside of brackets if it can be."""

import pytest

from derive.document.chain import Chain
from derive.document.rows import WIDEST, rows, width
from derive.notation.pattern import BREAK


def chain(text: str) -> Chain:
    """Write a chain of one side; `|` stands where it may be broken."""
    return Chain("y", (("=", text.replace("|", BREAK)),))


def sides(text: str) -> list[str]:
    return [side for _, side in rows(chain(text))]


LONG = r"aaaaaaaaaaaaaaaaaaaa \cdot bbbbbbbbbbbbbbbbbbbb"


def test_what_fits_is_one_row() -> None:
    assert rows(chain("a| + b| - c")) == (("y", "= a + b - c"),)


def test_a_break_stands_before_a_sign_and_outside_of_brackets() -> None:
    text = rf"\frac{{1}}{{2}} ({LONG}| + d)| + e \cdot (fffffffffffffffffff| + g)| - h"
    assert sides(text) == [
        rf"= \frac{{1}}{{2}} ({LONG} + d)",
        r"\qquad {} + e \cdot (fffffffffffffffffff + g) - h",
    ]


def test_a_bracket_is_broken_where_it_is_too_wide_itself_and_no_deeper() -> None:
    text = rf"\frac{{1}}{{2}} ((p| - q) \cdot {LONG}| + (r| - s) \cdot {LONG}| + (t| - u) \cdot {LONG})| + v"
    assert sides(text) == [
        rf"= \frac{{1}}{{2}} ((p - q) \cdot {LONG}",
        rf"\qquad {{}} + (r - s) \cdot {LONG}",
        rf"\qquad {{}} + (t - u) \cdot {LONG}) + v",
    ]


def test_a_product_is_broken_before_a_dot_and_not_inside_of_its_factors() -> None:
    text = rf"({LONG}| + d) \cdot ee \cdot ({LONG}| - f) \cdot g"
    assert sides(text) == [
        rf"= ({LONG} + d) \cdot ee",
        rf"\qquad {{}} \cdot ({LONG} - f) \cdot g",
    ]


@pytest.mark.parametrize("form", [r"\frac{%s}{b}", r"\left(%s\right)", r"\begin{cases} %s & a \end{cases}"])
def test_what_cannot_be_taken_apart_is_not(form: str) -> None:
    text = form % rf"{LONG} \cdot {LONG}"
    assert sides(f"{text} \\cdot g") == [f"= {text}", r"\qquad {} \cdot g"]


def test_tall_brackets_count_as_brackets() -> None:
    text = rf"\left({LONG}| + d\right)| + {LONG}"
    assert sides(text) == [rf"= \left({LONG} + d\right)", rf"\qquad {{}} + {LONG}"]


@pytest.mark.parametrize("terms", range(1, 40))
def test_rows_fit_and_leave_nothing_out(terms: int) -> None:
    inside = "| + ".join([r"12.34567 \cdot w"] * terms)
    text = f"({inside})| - z"
    found = sides(text)
    assert all(width(side) <= WIDEST for side in found)
    assert "".join(side.removeprefix(r"\qquad {}") for side in found) == f"= {text.replace('|', '')}"


FACTOR = r"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"


def test_a_product_is_broken_before_a_dot_rather_than_in_a_bracket() -> None:
    text = rf"(p| - q) \cdot {FACTOR} \cdot (1| - a) \cdot x"
    assert sides(text) == [rf"= (p - q) \cdot {FACTOR}", r"\qquad {} \cdot (1 - a) \cdot x"]


def test_a_power_of_ten_is_not_broken() -> None:
    text = rf"(1| - {FACTOR}| - bbbbbbbbbb \cdot c) \cdot 10^{{-7}}"
    assert sides(text) == [rf"= (1 - {FACTOR}", r"\qquad {} - bbbbbbbbbb \cdot c) \cdot 10^{-7}"]
