"""How numbers are written down: rounded half away from zero, exact ones in full, given ones as they were given."""

import re
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from derive.numbers.shown import SIGNIFICANT, as_written, decimal_places, digits, readable, round_half_away
from derive.numbers.style import Style

FRACTIONS = st.fractions(min_value=-(10**6), max_value=10**6, max_denominator=10**6)
HALVES = st.integers(-(10**9), 10**9).map(lambda n: Fraction(2 * n + 1, 2))
TIES = st.builds(lambda half, places: half / 10**places, HALVES, st.integers(0, 20))
PLACES = st.integers(1, 20)


def _is_nearest(rounded: Fraction, value: Fraction, places: int) -> bool:
    """Tell whether this is the multiple of 10^-places nearest to a value, of two the one farther from zero."""
    unit = Fraction(1, 10**places)
    off = abs(rounded - value)
    on_grid = (rounded / unit).denominator == 1
    return on_grid and (off < unit / 2 or (off == unit / 2 and abs(rounded) > abs(value)))


@given(value=FRACTIONS | TIES, places=PLACES)
@example(value=Fraction(1, 2000), places=3)
@example(value=Fraction(-1, 2000), places=3)
@example(value=Fraction(5, 2), places=1)
def test_fractions_round_half_away_from_zero(value: Fraction, places: int) -> None:
    assert _is_nearest(Fraction(round_half_away(value, places)), value, places)


@given(value=st.decimals(-(10**9), 10**9, allow_nan=False) | TIES.map(lambda tie: Decimal(digits(tie))))
@example(value=Decimal("0.125"))
@example(value=Decimal("-0.125"))
@example(value=Decimal("1e-400"))
def test_decimals_round_half_away_from_zero(value: Decimal) -> None:
    for places in (1, 2, 5, 20):
        assert _is_nearest(Fraction(round_half_away(value, places)), Fraction(value), places)


@given(value=TIES, places=PLACES)
def test_fraction_and_decimal_of_it_round_alike(value: Fraction, places: int) -> None:
    assert round_half_away(Decimal(digits(value)), places) == round_half_away(value, places)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("0.00005", "0.0001"), ("-0.00005", "-0.0001"), ("0.00014999", "0.0001"),
        ("2.00005", "2.0001"), ("9.99995", "10.0000"), ("-9.99995", "-10.0000"), ("1e8", "100000000.0000"),
    ],
)  # fmt: skip
def test_rounded_decimals_are_padded(value: str, text: str) -> None:
    shown = Style(4).show(Decimal(value))
    assert (shown.text, str(shown.number), shown.exact) == (text, text, False)


@given(value=FRACTIONS, places=PLACES)
def test_shown_number_is_what_the_text_says(value: Fraction, places: int) -> None:
    for shown in (Style(places).show(value), Style(places, significant=True).show(value)):
        assert _read(shown.text) == shown.number == Decimal(shown.plain)
        assert shown.exact == (Fraction(shown.number) == value)
        assert not shown.text.startswith("-0") or shown.number != 0


def _read(text: str) -> Decimal:
    return Decimal(re.sub(r" \\cdot 10\^\{(-?\d+)\}", r"e\1", text))


@given(units=st.integers(-(10**8), 10**8), places=st.integers(0, 20), more=st.integers(0, 5))
def test_exact_values_are_shown_in_full_and_unpadded(units: int, places: int, more: int) -> None:
    value = Fraction(units, 10**places)
    shown = Style(places + more + 1).show(value)
    assert shown.exact
    assert Fraction(shown.number) == value
    assert "." not in shown.text.partition(" ")[0] or not shown.text.partition(" ")[0].endswith("0")


def test_an_exact_value_with_more_decimals_than_are_shown_counts_as_rounded() -> None:
    shown = Style(2).show(Fraction(1, 8))
    assert (shown.text, shown.exact) == ("0.13", False)


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ("0.20", "0.20"), ("0.10", "0.10"), ("1.0", "1.0"), ("-0.500", "-0.500"), ("3", "3"), ("0", "0"),
        ("0.00", "0.00"), ("-0.0", "0.0"), ("-0", "0"), ("1e3", "1000"), ("12E+2", "1200"), ("1e-3", "0.001"),
        ("999999999.5", "999999999.5"), ("1000000000", r"1.000000000 \cdot 10^{9}"), ("1e9", r"1 \cdot 10^{9}"),
        ("0.000001", "0.000001"), ("0.0000010", "0.0000010"), ("-1e-7", r"-1 \cdot 10^{-7}"),
        ("1e60", r"1 \cdot 10^{60}"), ("2.50e-60", r"2.50 \cdot 10^{-60}"),
    ],
)  # fmt: skip
def test_given_numbers_keep_the_digits_they_were_written_with(given: str, text: str) -> None:
    shown = as_written(Decimal(given))
    assert (shown.text, shown.exact) == (text, True)
    assert shown.number == Decimal(given)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("0.00004999", r"4.9990 \cdot 10^{-5}"), ("-0.00004999", r"-4.9990 \cdot 10^{-5}"),
        ("9.99996e-7", r"1.0000 \cdot 10^{-6}"), ("9.99994e-7", r"9.9999 \cdot 10^{-7}"),
        ("999999999.99994", "999999999.9999"), ("999999999.99995", r"1.0000 \cdot 10^{9}"),
        ("123456789012.5", r"1.2346 \cdot 10^{11}"), ("1e-1000", r"1.0000 \cdot 10^{-1000}"), ("1e-1001", "0"),
        ("-1e-100000", "0"),
    ],
)  # fmt: skip
def test_what_would_vanish_or_be_too_long_has_a_power_of_ten(value: str, text: str) -> None:
    shown = Style(4).show(Decimal(value))
    assert (shown.text, shown.exact) == (text, False)
    assert _read(text) == shown.number == Style(4).rounded(Decimal(value))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("9.994", "9.99"), ("9.995", "10.0"), ("-9.995", "-10.0"), ("0.99951", "1.00"), ("0.12345", "0.123"),
        ("0.1235", "0.124"), ("123.45", "123"), ("999.5", r"1.00 \cdot 10^{3}"), ("1234.5", r"1.23 \cdot 10^{3}"),
        ("1235", r"1.24 \cdot 10^{3}"), ("-1235", r"-1.24 \cdot 10^{3}"), ("0.0001234", "0.000123"),
        ("0.00009995", "0.000100"), ("0.00009994", r"9.99 \cdot 10^{-5}"), ("2e-5", r"2.00 \cdot 10^{-5}"),
        ("5", "5.00"), ("1e40", r"1.00 \cdot 10^{40}"), ("1e-2000", "0"),
    ],
)  # fmt: skip
def test_significant_digits(value: str, text: str) -> None:
    shown = Style(3, significant=True).show(Decimal(value))
    assert (shown.text, shown.exact) == (text, False)
    assert _read(text) == shown.number == Style(3, significant=True).rounded(Decimal(value))


@pytest.mark.parametrize(
    ("value", "text", "exact"),
    [
        ("0.5", "0.5", True), ("100", "100", True), ("12000", "12000", True), ("1234", r"1.23 \cdot 10^{3}", False),
        ("0.00001", "0.00001", True), ("0.0000001", r"1 \cdot 10^{-7}", True), ("1e9", r"1 \cdot 10^{9}", True),
        ("0.1234", "0.123", False), ("0", "0", True),
    ],
)  # fmt: skip
def test_exact_values_of_few_significant_digits_stay_as_they_are(value: str, text: str, exact: bool) -> None:
    shown = Style(3, significant=True).show(Fraction(value))
    assert (shown.text, shown.exact) == (text, exact)


@given(value=FRACTIONS.filter(bool), digits=st.integers(1, 20))
@example(value=Fraction(9995, 1000), digits=3)
@example(value=Fraction(10**6), digits=1)
def test_significant_digits_are_so_many_and_the_nearest(value: Fraction, digits: int) -> None:
    shown = Style(digits, significant=True).show(value)
    count = len(shown.text.partition(" ")[0].replace(".", "").lstrip("-0"))
    assert count == digits or (shown.exact and count <= 12)
    unit = Fraction(10) ** (shown.number.adjusted() + 1 - digits)
    assert abs(Fraction(shown.number) - value) <= unit / 2


@given(value=FRACTIONS, digits=st.integers(1, 12), more=st.integers(1, 10), significant=st.booleans())
def test_more_digits_are_nearer(value: Fraction, digits: int, more: int, significant: bool) -> None:
    style = Style(digits, significant=significant)
    fewer, finer = style.show(value), style.show(value, more)
    assert abs(Fraction(finer.number) - value) * 2 <= Fraction(10) ** (1 - more) * max(abs(value), 1)
    assert abs(Fraction(finer.number) - value) <= abs(Fraction(fewer.number) - value)
    assert not fewer.exact or finer.text == fewer.text


def test_a_number_in_a_drawing_has_no_tex() -> None:
    assert readable(r"-2{,}5 \cdot 10^{-12}") == "−2,5·10⁻¹²"
    assert readable("-0.25") == "−0.25"


@given(units=st.integers(-(10**60), 10**60), places=st.integers(0, 60))
def test_given_numbers_lose_nothing(units: int, places: int) -> None:
    number = Decimal(f"{units}e-{places}")
    assert _read(as_written(number).text) == number


@given(value=FRACTIONS)
@example(value=Fraction(1, 3))
@example(value=Fraction(-2, 7))
@example(value=Fraction(1, 2**200))
def test_digits_are_exact_where_decimals_end_and_thirty_elsewhere(value: Fraction) -> None:
    text = digits(value)
    if decimal_places(value.denominator) is not None:
        assert Fraction(text) == value
        return
    written = Decimal(text)
    assert len(written.as_tuple().digits) == SIGNIFICANT == 30
    last = Fraction(10) ** written.as_tuple().exponent
    assert abs(Fraction(written) - value) <= last / 2


def test_thirds() -> None:
    assert digits(Fraction(1, 3)) == "0." + "3" * 30
    assert digits(Fraction(-2, 3)) == "-0." + "6" * 29 + "7"
    assert digits(Fraction(2, 3) * 10**40) == "6." + "6" * 28 + "7e+39"
    assert [Style(5).show(Fraction(number, 3)).text for number in (1, 2, -2)] == ["0.33333", "0.66667", "-0.66667"]


@given(twos=st.integers(0, 60), fives=st.integers(0, 60), other=st.sampled_from([1, 3, 7, 9, 11, 21]))
def test_decimal_places_say_where_a_quotient_ends(twos: int, fives: int, other: int) -> None:
    places = decimal_places(2**twos * 5**fives * other)
    assert places == (max(twos, fives) if other == 1 else None)
