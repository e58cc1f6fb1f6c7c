"""A user's own names: read as data, the same in lines, diagram, tables and JSON, and never somebody else's."""

import json
import time
import tomllib
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from derive.errors import UserError
from derive.notation.name import ACCENTS, GREEK
from derive.notation.own import MOST_CHARACTERS, NameFault, read_name
from derive.pipeline import Solution, solve
from tests.pagecheck import check_latex, check_markdown
from tests.samples import ROOT


def _solved(names: dict[str, str], **report: object) -> Solution:
    text = (ROOT / "templates/configs/source.toml").read_text(encoding="utf-8")
    keys = tomllib.loads(text, parse_float=Decimal)
    keys["report"] = {"decimals": 5, "names": names} | report
    keys["training"]["epochs"] = 2
    return solve(keys)


@pytest.mark.parametrize(
    ("text", "latex"),
    [
        ("w_{AB}", "w_{AB}"),
        ("w_{A B}", "w_{AB}"),
        (r"\text{hours}", r"\text{hours}"),
        (r"\text{Größe  2}_1", r"\text{Größe 2}_1"),
        (r"\hat{y}", r"\hat{y}"),
        (r"\hat{\beta}_0", r"\hat{\beta}_0"),
        (r"\alpha_{\beta k}", r"\alpha_{\beta k}"),
        (r"w_\text{in}^{(1)}", r"w^{(1)}_{\text{in}}"),
        ("w_{a_1}", "w_{a_1}"),
        ("w^*_{1,2}", "w^*_{1,2}"),
    ],
)
def test_a_name_is_written_anew(text: str, latex: str) -> None:
    name = read_name(text)
    assert name.latex == latex
    assert read_name(name.latex) == name


HOSTILE = (
    r"\input{/etc/passwd}", r"\write18{ls}", r"\def\x{}", r"\csname x\endcsname", "w_{", "w}", "}{", "$w$", "w$", "w%",
    "w&x", "w#", "~", "w\n", "w\\\\x", r"\text{a$b}", r"\text{a}b}", r"\text{\input{x}}", r"\hat{", r"\hat{\input}",
    "w_{{{1}}}", "w" * 10_000, "{" * 10_000, "w_" * 5_000, r"\hat{" * 3_000, r"\text{" + "a" * 150 + "}", "", " ",
    "w_1_2", "w__1", "\\", "^", r"\text{学}", "ß", "\u202e", "{{7*7}}", "<b>", "a`b", "^^41", r"\langle 1\rangle",
    r"\partial", "w'", "é",
)  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_anything_else_is_refused_at_once(text: str) -> None:
    start = time.process_time()
    with pytest.raises(NameFault):
        read_name(text)
    assert time.process_time() - start < 0.5


PARTS = st.sampled_from(
    [*"wxyzAB01,()[]+-*_^{} ", *(rf"\{command} " for command in (*GREEK, "input", "write")), r"\text{", r"\hat{", "}"]
)


@given(st.lists(PARTS, max_size=12).map("".join))
def test_what_is_taken_is_balanced_and_short(text: str) -> None:
    try:
        name = read_name(text)
    except NameFault:
        return
    latex = name.latex
    assert latex.count("{") == latex.count("}")
    assert sum(len(run.text) for run in name.runs) <= MOST_CHARACTERS
    commands = {word.split("{")[0] for word in latex.replace("_", " ").replace("}", " ").split() if word[0] == "\\"}
    known = {"\\" + command for command in (*GREEK, *ACCENTS, "text")}
    assert all(any(part in known for part in (c, c.split("^")[0])) for c in commands), latex
    assert read_name(latex).latex == latex


NAMES = {
    "w_1_1_1": "w_{AB}",
    "x_1": r"\text{hours}",
    "a_2_1": r"\hat{y}",
    "z_1_2": r"\nu_2",
    "eta": r"\alpha",
    "loss": "J",
}


@pytest.mark.parametrize("steps", [[1], [1, 2]])
def test_names_reach_everything(steps: list[int]) -> None:
    solution = _solved(NAMES, show_steps=steps)
    mark = r"^{\langle 1\rangle}" if len(steps) > 1 else ""
    symbols = {key: solution[key].symbol for key in ("w_1_1_1", "x_1", "a_2_1", "grad_w_1_1_1", "eta")}
    assert symbols == {
        "w_1_1_1": f"w{mark}_{{AB}}",
        "x_1": r"\text{hours}",
        "a_2_1": rf"\hat{{y}}{mark}",
        "grad_w_1_1_1": rf"\frac{{\partial J{mark}}}{{\partial w{mark}_{{AB}}}}",
        "eta": r"\alpha",
    }
    page, drawing, *_ = (file.content.decode() for file in solution.files("page", "md"))
    assert page.count("w_{11}") + page.count("w^{\\langle 1\\rangle}_{11}") == 0
    assert r"\text{hours} \cdot w" in page
    assert ">hours</tspan>" in drawing
    assert ">AB</tspan>" in drawing
    assert ">y\u0302</tspan>" in drawing
    assert json.loads(solution.text("json"))["symbols"]["w_1_1_1"] == "w_{AB}"
    assert solve(json.loads(solution.text("json"))["config"]).text("md") == page.replace("page-", "solution-")
    for report in (check_markdown(page), check_latex(solution.text("tex"))):
        assert report.findings == ()
        assert report.symbolic > 20


def _three(**report: object) -> Solution:
    text = (ROOT / "templates/configs/three-layers.toml").read_text(encoding="utf-8")
    keys = tomllib.loads(text, parse_float=Decimal)
    return solve(keys | {"report": report})


def test_samples_share_a_name_and_keep_their_marks() -> None:
    solution = _three(names={"x_1": "u", "z_1_2": "n_2", "delta_3_1": "d"}, decimals=4)
    assert [solution[key].symbol for key in ("x_1_s2", "z_1_2_s3", "delta_3_1_s1")] == [
        "u^{[2]}",
        "n^{[3]}_2",
        "d^{[1]}",
    ]
    assert check_markdown(solution.text("md")).findings == ()


def test_a_chosen_name_can_be_explained() -> None:
    assert r"Appendix 2: The Chain Rule for $w_{AB}$" in _solved({"w_1_1_1": "w_{AB}"}, explain="w_AB").text("md")


def test_all_faults_come_at_once() -> None:
    with pytest.raises(UserError) as caught:
        _solved({"w_1_1_1": "q", "w_1_2_1": "q", "w_9": "a", "x_1": "e"})
    assert len(caught.value.problems) == 3
