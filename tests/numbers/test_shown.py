"""How numbers are written down: rounded half away from zero, exact ones in full, given ones as they were given."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from derive.numbers.shown import SIGNIFICANT, as_written, decimal_places, digits, round_half_away, show

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
        ("0.00005", "0.0001"), ("-0.00005", "-0.0001"), ("0.00004999", "0.0000"), ("-0.00004999", "0.0000"),
        ("2.00005", "2.0001"), ("9.99995", "10.0000"), ("-9.99995", "-10.0000"), ("1e30", "1" + "0" * 30 + ".0000"),
    ],
)  # fmt: skip
def test_rounded_decimals_are_padded_and_never_minus_zero(value: str, text: str) -> None:
    shown = show(Decimal(value), 4)
    assert (shown.text, str(shown.number), shown.exact) == (text, text, False)


@given(value=FRACTIONS, places=PLACES)
def test_shown_number_is_what_the_text_says(value: Fraction, places: int) -> None:
    shown = show(value, places)
    assert Decimal(shown.text) == shown.number
    assert shown.exact == (Fraction(shown.number) == value)
    assert not shown.text.startswith("-0") or shown.number != 0
    if not shown.exact:
        assert len(shown.text.partition(".")[2]) == places


@given(units=st.integers(-(10**12), 10**12), places=st.integers(0, 20), more=st.integers(0, 5))
def test_exact_values_are_shown_in_full_and_unpadded(units: int, places: int, more: int) -> None:
    value = Fraction(units, 10**places)
    shown = show(value, places + more)
    assert shown.exact
    assert Fraction(shown.number) == value
    assert "." not in shown.text or not shown.text.endswith("0")


def test_an_exact_value_with_more_decimals_than_are_shown_counts_as_rounded() -> None:
    shown = show(Fraction(1, 8), 2)
    assert (shown.text, shown.exact) == ("0.13", False)


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ("0.20", "0.20"), ("0.10", "0.10"), ("1.0", "1.0"), ("-0.500", "-0.500"), ("3", "3"), ("0", "0"),
        ("0.00", "0.00"), ("-0.0", "0.0"), ("-0", "0"), ("1e3", "1000"), ("12E+2", "1200"), ("1e-3", "0.001"),
        ("1e60", "1" + "0" * 60), ("1e-60", "0." + "0" * 59 + "1"),
    ],
)  # fmt: skip
def test_given_numbers_keep_the_digits_they_were_written_with(given: str, text: str) -> None:
    shown = as_written(Decimal(given))
    assert (shown.text, shown.exact) == (text, True)
    assert shown.number == Decimal(given)


@given(units=st.integers(-(10**60), 10**60), places=st.integers(0, 60))
def test_given_numbers_lose_nothing(units: int, places: int) -> None:
    number = Decimal(f"{units}e-{places}")
    assert Fraction(as_written(number).text) == Fraction(number)


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
    assert [show(Fraction(number, 3), 5).text for number in (1, 2, -2)] == ["0.33333", "0.66667", "-0.66667"]


@given(twos=st.integers(0, 60), fives=st.integers(0, 60), other=st.sampled_from([1, 3, 7, 9, 11, 21]))
def test_decimal_places_say_where_a_quotient_ends(twos: int, fives: int, other: int) -> None:
    places = decimal_places(2**twos * 5**fives * other)
    assert places == (max(twos, fives) if other == 1 else None)
