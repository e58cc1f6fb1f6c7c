"""The page checker finds what is false on a page, and nothing on a page that is true."""

import re
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.pagecheck import Report, check_latex, check_markdown

GIVEN = r"""
Inputs $x_1 = 1.1$ and $x_2 = 2.2$, rate $\eta = 0.1$, target $y = x_1 + x_2 = 1.1 + 2.2 = 3.3$.

| weight | value |
| --- | --- |
| $w_{11}$ | $0.2$ |
| $w_{21}$ | $0.4$ |
| $w_{12}$ | $0.3$ |
| $w_{22}$ | $0.7$ |
| $w_{h1}$ | $0.6$ |
| $w_{h2}$ | $-0.1$ |

$$\sigma(z) = \frac{1}{1 + e^{-z}}$$

$$\sigma'(z) = \sigma(z) \cdot (1 - \sigma(z))$$
"""

TRUE = [
    r"z_1 = x_1 \cdot w_{11} + x_2 \cdot w_{21} = 1.1 \cdot 0.2 + 2.2 \cdot 0.4 = 0.22 + 0.88 = 1.1",
    r"a_1 = \sigma(z_1) = \frac{1}{1 + e^{-1.1}} \approx 0.75026",
    r"z_2 = x_1 \cdot w_{12} + x_2 \cdot w_{22} = 1.1 \cdot 0.3 + 2.2 \cdot 0.7 = 0.33 + 1.54 = 1.87",
    r"a_2 = \sigma(z_2) = \frac{1}{1 + e^{-1.87}} \approx 0.86646",
    r"""\begin{aligned}
    z_o &= a_1 \cdot w_{h1} + a_2 \cdot w_{h2} \\
    &\approx 0.75026 \cdot 0.6 \\
    &\quad {}+ 0.86646 \cdot (-0.1) \\
    &= 0.45016 - 0.08665 = 0.36351
    \end{aligned}""",
    r"y_{\text{pred}} = \sigma(z_o) \approx \frac{1}{1 + e^{-0.36351}} \approx 0.58989",
    r"L = \tfrac{1}{2} (y_{\text{pred}} - y)^2 \approx \tfrac{1}{2} (0.58989 - 3.3)^2"
    r" = \tfrac{1}{2} \cdot (-2.71011)^2 \approx 3.67235",
    r"\delta_o = (y_{\text{pred}} - y) \cdot \sigma'(z_o) \approx (0.58989 - 3.3) \cdot 0.58989 \cdot (1 - 0.58989)"
    r" \approx -2.71011 \cdot 0.24192 \approx -0.65563",
    r"\frac{\partial L}{\partial w_{h1}} = \delta_o \cdot a_1 \approx -0.65563 \cdot 0.75026 \approx -0.49189",
    r"\delta_1 = \delta_o \cdot w_{h1} \cdot \sigma'(z_1) \approx -0.65563 \cdot 0.6 \cdot 0.75026 \cdot (1 - 0.75026)"
    r" \approx -0.39338 \cdot 0.18737 \approx -0.07371",
    r"\delta_2 = \delta_o \cdot w_{h2} \cdot \sigma'(z_2)"
    r" \approx -0.65563 \cdot (-0.1) \cdot 0.86646 \cdot (1 - 0.86646) \approx 0.06556 \cdot 0.11571 \approx 0.00759",
    r"\frac{\partial L}{\partial w_{21}} = \delta_1 \cdot x_2 \approx -0.07371 \cdot 2.2 \approx -0.16216",
    r"w_{h1} \leftarrow w_{h1} - \eta \cdot \frac{\partial L}{\partial w_{h1}} \approx 0.6 - 0.1 \cdot (-0.49189)"
    r" \approx 0.6 + 0.04919 = 0.64919",
    r"w_{21} \leftarrow w_{21} - \eta \cdot \frac{\partial L}{\partial w_{21}} \approx 0.4 - 0.1 \cdot (-0.16216)"
    r" \approx 0.4 + 0.01622 = 0.41622",
]
"""A worked step of a 2-2-1 network with sigmoids, values carried on unrounded."""

FALSE = {
    "a_2": r"a_2 = \sigma(z_2) = \frac{1}{1 + e^{-1.87}} \approx 0.86607",
    "z_o": r"z_o = a_1 \cdot w_{h1} + a_2 \cdot w_{h2} = 0.75026 \cdot 0.6 + 0.86607 \cdot (-0.1)"
    r" = 0.45016 - 0.08661 = 0.36355",
    "y": r"y_{\text{pred}} = \sigma(z_o) = \frac{1}{1 + e^{-0.36355}} \approx 0.58989",
    "L": r"\text{Loss} = \frac{1}{2} (y_{\text{pred}} - y)^2 = \frac{1}{2} (0.58989 - 3.3)^2 \approx 3.67545",
    "wh1": r"\frac{\partial \text{Loss}}{\partial w_{h1}} = -0.65584 \cdot 0.75026 \approx -0.49198",
    "wh2": r"\frac{\partial \text{Loss}}{\partial w_{h2}} = -0.65584 \cdot 0.86607 \approx -0.56795",
    "d1": r"\delta_1 \approx -0.39350 \cdot 0.1875 \approx -0.07382",
    "d2": r"\delta_2 \approx 0.06558 \cdot 0.1158 \approx 0.00760",
    "w21": r"\frac{\partial \text{Loss}}{\partial w_{21}} = -0.07382 \cdot 2.2 \approx -0.16241",
    "w12": r"\frac{\partial \text{Loss}}{\partial w_{12}} = 0.00760 \cdot 1.1 \approx 0.00836",
}
"""Links of a published page that do not hold as they are printed."""

SAID = {
    "a_2": "it gives 0.86646, not 0.86607",
    "z_o": "the left is 0.363549, the right is 0.36355, so they are not equal",
    "y": "it gives 0.58990, not 0.58989",
    "L": "it gives 3.67235, not 3.67545",
    "wh1": "it gives -0.49205, not -0.49198",
    "wh2": "it gives -0.56800, not -0.56795",
    "d1": "it gives -0.07378, not -0.07382",
    "d2": "it gives 0.00759, not 0.00760",
    "w21": "it gives -0.16240, not -0.16241",
    "w12": "both sides are exactly equal, so ≈ should be =",
}


def page(chains: list[str] = TRUE) -> str:
    return GIVEN + "".join(f"\n$$\n{chain}\n$$\n" for chain in chains)


def notices(text: str) -> bool:
    report = check_markdown(text)
    return bool(report.findings or report.unresolved)


def says(text: str) -> list[str]:
    return [finding.what for finding in check_markdown(text).findings]


def test_a_true_page_has_no_findings() -> None:
    report = check_markdown(page())
    assert report == Report(links=24, chains=18, symbolic=17, unresolved=(), findings=())


def test_the_same_page_in_latex() -> None:
    rows = "".join(rf"$w_{{{k}}}$ & ${v}$ \\" for k, v in WEIGHTS.items())
    head = r"Inputs $x_1 = 1.1$, $x_2 = 2.2$, \(\eta = 0.1\), $y = x_1 + x_2 = 1.1 + 2.2 = 3.3$. % $1 = 2$"
    table = rf"\begin{{tabular}}{{lr}} weight & value \\ \hline {rows} \end{{tabular}}"
    short = [chain for chain in TRUE if "aligned" not in chain]
    long = [chain.replace("{aligned}", "{align*}") for chain in TRUE if "aligned" in chain]
    body = (
        [rf"\[{chain}\]" for chain in short[:4]]
        + long
        + [rf"\begin{{equation*}}{c}\end{{equation*}}" for c in short[4:]]
    )
    report = check_latex("\\newcommand{\\x}{$1 = 2$}\n\\begin{document}\n" + "\n".join([head, table, *body]))
    assert report.findings == ()
    assert report.unresolved == ()
    assert (report.links, report.symbolic) == (24, 15)


WEIGHTS = {"11": "0.2", "21": "0.4", "12": "0.3", "22": "0.7", "h1": "0.6", "h2": "-0.1"}


@pytest.mark.parametrize("name", FALSE)
def test_false_links_of_a_published_page(name: str) -> None:
    assert SAID[name] in says(f"$${FALSE[name]}$$")


def test_a_chain_in_pieces_is_one_chain() -> None:
    text = (
        r"$$\delta_o = (0.58989 - 3.3) \cdot (0.58989 \cdot (1 - 0.58989))$$ $$\delta_o \approx -2.71011 \cdot 0.242$$"
    )
    assert says(text) == []
    assert check_markdown(text).links == 1
    assert says(rf"{text} $$\delta_o \approx -0.65584$$") == ["it gives -0.65585, not -0.65584"]
    assert len(says(text.replace("0.242", "0.243"))) == 1


@pytest.mark.parametrize("chain", range(len(TRUE)))
def test_any_changed_digit_is_noticed(chain: int) -> None:
    """Every digit of a number, but those of the names."""
    text = TRUE[chain]
    names = re.compile(r"_\{[^}]*\}|_\w")
    covered = {place for match in names.finditer(text) for place in range(*match.span())}
    places = [place for place, sign in enumerate(text) if sign.isdigit() and place not in covered]
    assert len(places) >= 10
    missed = []
    for place in places:
        changed = text[:place] + str((int(text[place]) + 1) % 10) + text[place + 1 :]
        if not notices(page([*TRUE[:chain], changed, *TRUE[chain + 1 :]])):
            missed.append(changed)
    assert missed == []


@pytest.mark.parametrize("given_value", re.findall(r"\$(-?\d\.\d)\$|(?:_\d|eta) = (\d\.\d)", GIVEN))
def test_any_changed_given_number_is_noticed(given_value: tuple[str, str]) -> None:
    value = given_value[0] or given_value[1]
    changed = value[:-1] + str((int(value[-1]) + 1) % 10)
    before, _, after = GIVEN.partition(f"${value}$" if given_value[0] else f"= {value}")
    middle = f"${changed}$" if given_value[0] else f"= {changed}"
    assert notices(before + middle + after + page()[len(GIVEN) :])


RELATIONS = [
    (chain, match.start(), match.group())
    for chain, text in enumerate(TRUE)
    for match in re.finditer(r"=|\\approx", text)
]


@pytest.mark.parametrize(("chain", "place", "relation"), RELATIONS)
def test_a_swapped_relation_is_noticed(chain: int, place: int, relation: str) -> None:
    text = TRUE[chain]
    other = "=" if relation == r"\approx" else r"\approx"
    swapped = text[:place] + other + text[place + len(relation) :]
    assert notices(page([*TRUE[:chain], swapped, *TRUE[chain + 1 :]]))


@pytest.mark.parametrize("chain", range(len(TRUE)))
def test_a_dropped_bracket_is_noticed(chain: int) -> None:
    text = TRUE[chain]
    places = [place for place, sign in enumerate(text) if sign in "(){}" and text[place : place + 2] != "{}"]
    places = [place for place in places if text[place - 1 : place + 1] != "{}"]
    for place in places:
        assert notices(page([*TRUE[:chain], text[:place] + text[place + 1 :], *TRUE[chain + 1 :]])), text[place:]


@pytest.mark.parametrize(
    "change",
    [
        (r"x_1 \cdot w_{11}", r"x_2 \cdot w_{11}"),
        (r"\delta_o \cdot a_1", r"\delta_o \cdot a_2"),
        (r"w_{h1} \leftarrow w_{h1}", r"w_{h2} \leftarrow w_{h1}"),
        (r"\sigma'(z_o)", r"\sigma(z_o)"),
        (r"+ x_2", r"- x_2"),
        (r"\sigma(z) \cdot (1 - ", r"\sigma(z) \cdot (1 + "),
        (r"- \eta \cdot", r"+ \eta \cdot"),
        (r"0.86646 \cdot (-0.1)", r"0.86646 \cdot -0.1"),
        (r"0.45016 - 0.08665", r"0.45016 0.08665"),
        (r"(y_{\text{pred}} - y) \cdot \sigma'", r"(y - y_{\text{pred}}) \cdot \sigma'"),
    ],
)
def test_a_wrong_formula_is_noticed(change: tuple[str, str]) -> None:
    assert change[0] in page()
    assert notices(page().replace(*change))


EQUAL = {
    r"\frac{1}{2}": "0.5",
    r"\tfrac12": "0.5",
    r"\dfrac{1}{2} \cdot 3": "1.5",
    r"-0.5 \cdot (-3)": "1.5",
    r"2 \times 3 - 1": "5",
    r"(-2.5)^2": "6.25",
    r"-2.5^2": "-6.25",
    r"2^{-2}": "0.25",
    r"\left( 1 - 0.25 \right) \bigl( 2 + 2 \bigr)": "3",
    r"0.5 (1 - 0.5)": "0.25",
    r"\max(0, -1.1)": "0",
    r"\max\left\{0, 1.1\right\} - \min(2, 3)": "-0.9",
    r"\sqrt{6.25}": "2.5",
    r"e^{0} + \exp(0)": "2",
    r"\ln(1) + \tanh(0) + \sin 0": "0",
    r"\sigma(0)": "0.5",
    r"\sigma'(0)": "0.25",
    r"\operatorname{ReLU}(-3) + \mathrm{ReLU}(2)": "2",
    r"\operatorname{ReLU}'(1.1)": "1",
    r"\text{ReLU}'(-1.1)": "0",
    r"1.5 \cdot 10^{-3}": "0.0015",
    r"10^{3}": "1000",
    r"\left| -0.5 \right| + \lvert -0.5 \rvert": "1",
    r"3 / 4": "0.75",
    r"1.5 \, \cdot \; 2": "3",
    r"\begin{cases} 1 & 2 > 0 \\ 0 & \text{otherwise} \end{cases}": "1",
    r"{}- 0.5": "-0.5",
}
"""Sides that are equal to a decimal."""

CLOSE = {
    r"\frac{1}{1 + e^{-(-1.87)}}": "0.13354",
    r"\tanh(0.3)": "0.29131",
    r"1 - \tanh^2(0.3)": "0.91514",
    r"\sigma(1.1)": "0.75026",
    r"\tanh'(0.3)": "0.91514",
    r"\sqrt{2}": "1.41421",
    r"\sqrt[3]{2}": "1.25992",
    r"\ln 2 + \log(2)": "1.38629",
    r"\pi": "3.14159",
    r"e": "2.718",
    r"2^{0.5}": "1.414",
    r"\frac{1}{3}": "0.33",
    r"\mathrm{erf}(1)": "0.8427",
    r"0.125": "0.13",
    r"-0.125": "-0.13",
    r"1.23 \cdot 10^{-7} \cdot 1.5": r"1.8 \cdot 10^{-7}",
    r"e^{1000} \cdot e^{-999}": "2.71828",
    r"e^{-1000}": "0.00",
    r"1234.5 \cdot 2.25": "2778",
}
"""Sides that a decimal is the rounding of."""


@pytest.mark.parametrize(("side", "value"), EQUAL.items())
def test_equal(side: str, value: str) -> None:
    assert check_markdown(f"${side} = {value}$") == Report(1, 1, 0, (), ())
    assert says(rf"${side} \approx {value}$") == ["both sides are exactly equal, so ≈ should be ="]
    assert len(says(rf"${side} = {value}1$" if "." in value else rf"${side} = {value}.1$")) == 1


@pytest.mark.parametrize(("side", "value"), CLOSE.items())
def test_close(side: str, value: str) -> None:
    assert check_markdown(rf"${side} \approx {value}$") == Report(1, 1, 0, (), ())
    assert len(says(f"${side} = {value}$")) == 1


@st.composite
def sums(draw: st.DrawFn) -> tuple[str, Fraction, int]:
    """Draw a sum of products as LaTeX, with its value and how many decimals that has at most."""
    terms = draw(st.lists(st.lists(decimals(), min_size=1, max_size=3), min_size=1, max_size=4))
    text, value = "", Fraction(0)
    for factors in terms:
        minus = draw(st.booleans())
        term = Fraction(1)
        for number in factors:
            term *= Fraction(number)
        value += -term if minus else term
        shown = r" \cdot ".join(f"({n})" if n.startswith("-") else n for n in factors)
        text += (" - " if minus else " + ") if text else "-" if minus else ""
        text += shown
    return text, value, 9


def decimals() -> st.SearchStrategy[str]:
    return st.builds(
        lambda n, places: f"{n / 10**places:.{places}f}", st.integers(-999, 999), st.integers(1, 3)
    ).filter(lambda text: Fraction(text) != 0)


@given(sums(), st.integers(1, 6))
def test_random_sums(drawn: tuple[str, Fraction, int], places: int) -> None:
    text, value, most = drawn
    exact = f"{float(value):.{most}f}"
    if Fraction(exact) == value:
        assert says(f"${text} = {exact}$" if value else f"${text} = 0$") == []
    scaled = abs(value) * 10**places + Fraction(1, 2)
    rounded = Fraction(scaled.numerator // scaled.denominator, 10**places) * (-1 if value < 0 else 1)
    if rounded not in (value, 0):
        shown = f"{float(rounded):.{places}f}"
        off = f"{float(rounded + Fraction(1, 10**places)):.{places}f}"
        assert says(rf"${text} \approx {shown}$") == []
        if Fraction(off):
            assert len(says(rf"${text} \approx {off}$")) == 1


def test_worked_out_terms() -> None:
    left = r"0.75026 \cdot 0.6 + 0.86607 \cdot (-0.1)"
    assert says(rf"${left} \approx 0.45016 - 0.08661$") == []
    assert len(says(rf"${left} \approx 0.45017 - 0.08661$")) == 1
    assert len(says(rf"${left} \approx 0.45016 + 0.08661$")) == 1
    assert says(r"$2.5 \cdot 0.7503 \cdot 0.6 \cdot 1.1 \approx 1.8758 \cdot 0.66$") == []
    assert len(says(r"$2.5 \cdot 0.7503 \cdot 0.6 \cdot 1.1 \approx 1.8757 \cdot 0.66$")) == 1
    assert says(r"$\frac{0.33333}{3.1} \cdot 2 \approx 0.10753 + 0.10753$") == []
    assert len(says(r"$\frac{0.33333}{3.1} \cdot 2 \approx 0.10753 + 0.10751$")) == 1
    assert says(r"$(0.3 + 0.05) \cdot 0 = 0.35 \cdot 0 = 0$") == []
    assert says(r"$(0.3 + 0.05) \cdot 0 = 0.36 \cdot 0 = 0$") == ["both sides are zero, but their parts differ"]


def test_from_the_first_numbers_to_the_result() -> None:
    text = r"$1.004 \cdot 1.3 + 1.004 \cdot 1.3 \approx 1.31 + 1.31 = 2.62$"
    assert says(text) == ["from the first numbers to the result: it gives 2.61, not 2.62"]


@pytest.mark.parametrize(
    ("formula", "what"),
    [
        (r"0.5 \cdot -0.1 = -0.05", r"a bare minus follows \cdot"),
        (r"0.5 - -0.1 = 0.6", "a bare minus follows -"),
        (r"0.5 + {-0.1} = 0.4", "a bare minus follows +"),
        (r"0.5 + \\ & -0.1 = 0.4", "a bare minus follows +"),
        (r"x = -0.00000", "a zero is negative"),
        (r"(-0.0) \cdot 2 = 0", "a zero is negative"),
        (r"(0.5 = 0.5", ") is missing"),
        (r"0.5) = 0.5", ") closes nothing"),
        (r"\frac{1{2} = 0.5", "} is missing"),
        (r"\left( 0.5 ) = 0.5", r"\left and \right do not pair"),
        (r"\begin{aligned} 1 = 1", "aligned does not end"),
        (r"x = nan", "nan is no number"),
        (r"x = \mathrm{inf}", "inf is no number"),
        (r"x = None", "None is no number"),
        (r"x = 1.0e-05", "1.0e-05 is a computer's way of writing a number"),
        (r"0.5 +  0.5 = 1", "two spaces stand side by side"),
        (r"0{,}5 = 0{,}5", "a decimal comma stands among decimal points"),
        (r"1.1 2.2 = 2.42", "two numbers stand side by side"),
        (r"2^10 = 1024", "an exponent of several digits has no braces"),
        (r"1.1 = ", "a relation has nothing beside it"),
        (r"1.1 + = 1.1", "something is missing at the end"),
        (r"1 / 0 = 1", "it divides by zero"),
        (r"1.1 > 2", "1.1 > 2 does not hold"),
        (r"1.1.1 = 1.1", "1.1.1 is no number"),
        (r"x = .5", "a number begins with its point"),
    ],
)
def test_how_formulas_are_written(formula: str, what: str) -> None:
    assert what in says(f"$${formula}$$")


def test_what_is_written_well() -> None:
    text = r"$$x = -0.5 \cdot 0.1 + (-0.2) - \frac{-1}{4} = -0.05 - 0.2 + 0.25 = 0$$ $$e^{0} = 1 - 0.0$$ $-0^2 = 0$"
    assert says(text) == []


def test_decimal_commas() -> None:
    assert check_markdown("$0{,}5 + 0{,}25 = 0{,}75$", decimal_comma=True) == Report(1, 1, 0, (), ())
    assert says("$0{,}5 = 0{,}5$") == ["a decimal comma stands among decimal points"]
    report = check_markdown("$0.5 = 0.5$", decimal_comma=True)
    assert [finding.what for finding in report.findings] == ["a decimal point stands among decimal commas"]


def test_rows_that_continue_and_rows_that_begin() -> None:
    rows = r"\begin{aligned} 0.1 &+ 0.2 \\[2pt] &\quad + 0.3 \\ &= 0.6 \\ "
    rows += r"x &= 0.5 + 0.5 = 1, \qquad y = 2 - 1 = 1 \end{aligned}"
    report = check_markdown(f"$${rows}$$")
    assert (report.links, report.chains, report.findings) == (3, 3, ())
    inside = check_markdown(r"$$\begin{aligned} 2 &\cdot (0.1 \\ &\qquad {} + 0.2) \\ &= 0.6 \end{aligned}$$")
    assert inside == Report(1, 1, 0, (), ())
    assert len(says(f"$${rows.replace('0.6', '0.7')}$$")) == 1


def test_findings_carry_the_line_and_the_chain() -> None:
    text = "Text.\n\n$$\n\\begin{aligned}\nx &= 0.5 \\\\\ny &= 1 + 1 = 3\n\\end{aligned}\n$$\n"
    (finding,) = check_markdown(text).findings
    assert (finding.line, finding.chain) == (6, "y &= 1 + 1 = 3")
    assert finding.what == "the left is 2, the right is 3, so they are not equal"


def test_where_formulas_are_in_markdown() -> None:
    text = "\\$1 = 2\\$ `$1 = 2$`\n\n```\n$1 = 2$\n```\n\n<!-- $1 = 2$ --> $`1 = 1`$\n\n```math\n2 = 2\n```\n"
    assert check_markdown(text) == Report(2, 2, 0, (), ())
    assert says("costs $5\n\nor more") == ["a dollar sign opens or closes nothing"]


def test_where_formulas_are_in_latex() -> None:
    text = "a \\\\[2pt] 5\\$ \\verb|$1 = 2$| % $1 = 2$\n\\begin{verbatim}$1 = 2$\\end{verbatim} $1 = 1$ \\[2 = 2\\]"
    assert check_latex(text) == Report(2, 2, 0, (), ())


def test_a_symbol_has_the_value_that_was_printed_for_it() -> None:
    start = r"$w^{(1)}_{2} = 0.25$ and $a_1 \approx 0.75026$. "
    assert says(start + r"$b = w_2^{(1)} \cdot a_1 \approx 0.25 \cdot 0.75 = 0.1875$") == []
    assert says(start + r"$b = w_2^{(1)} \cdot a_1 \approx 0.25 \cdot 0.74 = 0.185$") == [
        "a_1 was printed as 0.75026, not as 0.74"
    ]
    assert says(start + r"$b = w_2^{(1)} \cdot a_1 \approx 0.25 \cdot 0.750260 \approx 0.187565$") == [
        "both sides are exactly equal, so ≈ should be ="
    ]
    assert check_markdown(start + r"$b = w_2^{(1)} \cdot q = 0.25 \cdot 2 = 0.5$").unresolved == ("q",)


def test_further_digits_of_a_symbol_stay_the_same() -> None:
    start = r"$a \approx 0.00759$ $t = 1.1$ $x = 2.2$ $b = t \cdot a \approx 1.1 \cdot 0.007586 \approx 0.00834$ "
    good = r"$c = x \cdot a \approx 2.2 \cdot 0.007586 \approx 0.01669$"
    assert says(start + good) == []
    assert says(start + good.replace("7586", "7588")) == ["a was printed as 0.007586, not as 0.007588"]


def test_a_value_that_is_stated_again() -> None:
    assert check_markdown("$x = 0.5$ then $x = 0.5$").unresolved == ()
    assert check_markdown("$x = 0.5$ then $x = 0.6$").unresolved == ("x = 0.6, printed before as 0.5",)


def test_what_cannot_be_read_is_said() -> None:
    assert check_markdown(r"$x = \foo{3} = 0.5$").unresolved == (r"\foo is not known: x = \foo{3} = 0.5",)
    assert check_markdown(r"$x = \foo{0.5}$").unresolved == (r"\foo is not known: x = \foo{0.5}",)
    assert check_markdown(r"$x = \sum_i w_i$").unresolved == ()


def test_comparisons_are_no_results() -> None:
    assert check_markdown(r"$0.35 \cdot 3 > 1 \approx 1.01 - 0.01 \cdot 1.1$").links == 2
    assert says(r"$1.05 > 1$ $2 \ge 2 = 1 + 1 \ne 3 < 4$") == []


def test_the_case_that_was_taken_is_held_against_what_was_printed() -> None:
    for case, findings in ("(z > 0)", 0), ("(z \\le 0)", 1), ("(y < 0)", 0), ("(y > 0)", 0), ("(-3 < z < 3)", 0):
        text = f"$z = 0.2$ and $y \\approx 0.00$: $$z - 1 = 0.2 - 1 = -0.8 \\quad {case}$$"
        assert len(check_markdown(text).findings) == findings, case
    assert len(check_markdown("$z = 4$: $$z - 1 = 4 - 1 = 3 \\quad (-3 < z < 3)$$").findings) == 1


def test_tables() -> None:
    columns = "| sample | $x$ | $y$ |\n| --- | --- | --- |\n| 1 | $0.5$ | 2 |\n\n"
    columns += r"$z^{[1]} = x^{[1]} \cdot y^{[1]} = 0.5 \cdot 2 = 1$"
    assert check_markdown(columns) == Report(1, 1, 1, (), ())
    matrix = "| to | $a$ | $b$ |\n| --- | --- | --- |\n| $x$ | $0.5$ | $0.25$ |\n\n$z = w_1 + w_2 = 0.5 + 0.25 = 0.75$"
    assert check_markdown(matrix) == Report(1, 1, 1, (), ())
    assert check_markdown(matrix.replace("= 0.5 + 0.25", "= 0.4 + 0.35")).unresolved[0] == "w_1"
    summary = r"$w = 0.5$ $w^{\text{new}} = w + w = 0.5 + 0.5 = 1$"
    summary += "\n\n| | before | after |\n| - | - | - |\n| $w$ | $0.5$ | $1$ |\n"
    assert check_markdown(summary).unresolved == ()
    assert check_markdown(summary.replace("$1$", "$2$")).unresolved == ("w = 2, not printed before",)


def test_numbers_that_stand_alone() -> None:
    assert check_markdown("$L = 0.25$ The loss is $0.25$.").unresolved == ()
    assert check_markdown("$L = 0.25$ The loss is $0.26$.").unresolved == ("0.26, printed nowhere else",)


@pytest.mark.parametrize(
    ("formula", "is_true"),
    [
        (r"\sigma(z) = \frac{1}{1 + e^{-z}}", True),
        (r"\sigma(z) = \frac{1}{1 + e^{z}}", False),
        (r"\tanh(z) = \frac{e^{z} - e^{-z}}{e^{z} + e^{-z}}", True),
        (r"\tanh'(z) = 1 - \tanh(z)^2", True),
        (r"\tanh'(z) = 1 + \tanh(z)^2", False),
        (r"\mathrm{ReLU}(z) = \max(0, z)", True),
        (r"\mathrm{ReLU}'(z) = \begin{cases} 1 & z > 0 \\ 0 & z \le 0 \end{cases}", True),
        (r"\mathrm{ReLU}'(z) = \begin{cases} 1 & z > 1 \\ 0 & z \le 1 \end{cases}", False),
        (r"\mathrm{ReLU}'(z) = \begin{cases} 1 & z > 0 \\ 0 & z \le 1 \end{cases}", False),
        (r"f(z) = z \cdot \sigma(z)$$ $$f'(z) = \sigma(z) + z \cdot \sigma'(z)", True),
        (r"f(z) = z \cdot \sigma(z)$$ $$f'(z) = \sigma(z) - z \cdot \sigma'(z)", False),
    ],
)
def test_formulas_of_functions(formula: str, is_true: bool) -> None:
    report = check_markdown(f"$${formula}$$")
    assert (not report.findings) == is_true
    assert report.symbolic >= 1


def test_a_function_of_the_page_is_used() -> None:
    start = r"$$\mathrm{swish}(z) = z \cdot \sigma(z)$$ $z_1 = 1.1$ "
    assert says(start + r"$a = \mathrm{swish}(z_1) \approx 0.82529$") == []
    assert says(start + r"$a = \mathrm{swish}(z_1) \approx 0.82528$") != []
    assert check_markdown(r"$\mathrm{gelu}(1.1) \approx 0.95$").unresolved == ("gelu",)


def test_rounded_values_are_put_in_with_one_relation() -> None:
    start = r"$a \approx 0.33333$ $w = 2.5$ "
    close = r"$z = w \cdot a \approx 2.5 \cdot 0.33333 \approx 0.83333$ "
    equal = r"$u = w \cdot a = 2.5 \cdot 0.33333 \approx 0.83333$ "
    assert says(start + close) == []
    assert says(start + equal) == []
    assert says(start + close + close + equal) == ["rounded values are put in with ="]
    assert says(start + equal + equal + close) == ["rounded values are put in with ≈, elsewhere with ="]


def test_values_that_are_carried_on_unrounded() -> None:
    start = r"$x = 1.15$ $w = 0.35$ $a = x \cdot w = 1.15 \cdot 0.35 \approx 0.40$ "
    assert says(start + r"$b = a \cdot x \approx 0.40 \cdot 1.15 = 0.46$") == []
    assert says(start + r"$b = a \cdot x \cdot x \approx 0.40 \cdot 1.15 \cdot 1.15 \approx 0.54$") != []
    assert says(start + r"$b = a \cdot x \cdot x = 0.40 \cdot 1.15 \cdot 1.15 \approx 0.53$") == []


def test_definitions_can_be_left_out() -> None:
    text = r"$x = 2$ $y = x + x = 3 + 3 = 6$"
    assert "x was printed as 2, not as 3" in says(text)
    assert check_markdown(text, definitions=False).findings == ()
