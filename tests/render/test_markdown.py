"""Markdown as GitHub reads it: what its mathematics may hold, and where its lines end."""

from re import findall

import pytest

from derive.document.blocks import Equation
from derive.examples import examples
from derive.pipeline import solve
from derive.render.markdown import equation
from tests.gallery import CONFIGS


def test_every_row_of_a_matrix_ends_its_line() -> None:
    block = Equation((("W", r"= \begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix}"),))
    assert equation(block) == "W = \\begin{pmatrix} 1 & 2 \\\\\n3 & 4 \\end{pmatrix}"


@pytest.mark.parametrize("name", ["both-forms", "elastic-net", "hard-sigmoid", "softmax-classifier"])
def test_github_can_read_the_mathematics(name: str) -> None:
    assert name in examples()
    page = solve(CONFIGS / f"{name}.toml").text("md")
    assert r"\operatorname" not in page, "GitHub does not allow it"
    ends = findall(r"\\\\(.?)", page)
    assert ends
    assert not any(ends), "GitHub keeps both backslashes at the end of a line alone"
    inline = findall(r"(?m)^(?!\$\$).*?\$([^$\n]+)\$", page)
    assert inline
    assert not any(r"\\" in tex for tex in inline)
