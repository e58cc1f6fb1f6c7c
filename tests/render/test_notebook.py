"""The notebook: the text of the Markdown, and code that runs from top to bottom and meets the printed values."""

import re
from contextlib import suppress
from functools import cache
from typing import Any

import nbformat
import pytest
from hypothesis import given, settings
from nbclient import NotebookClient

import derive
from derive.catalog.activations import ACTIVATIONS
from derive.catalog.losses import LOSSES
from derive.catalog.optimizers import OPTIMIZERS
from derive.pipeline import Solution
from tests.networks import configs
from tests.samples import SAMPLES
from tests.samples import solved as solve_sample

solved = cache(solve_sample)


def cells(ours: Solution, kind: str) -> list[str]:
    notebook = nbformat.reads(ours.text("ipynb"), as_version=4)
    return [cell.source for cell in notebook.cells if cell.cell_type == kind]


def run(ours: Solution) -> dict[str, Any]:
    """Run the code cells; return the names that they leave."""
    names: dict[str, Any] = {}
    for source in cells(ours, "code"):
        exec(compile(source, "cell", "exec"), names)
    return names


def test_runs_in_a_kernel_from_top_to_bottom() -> None:
    notebook = nbformat.reads(solved("source").text("ipynb"), as_version=4)
    NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))
    assert len(code) > 8
    assert not any(cell.outputs for cell in code)


@pytest.mark.parametrize("name", SAMPLES)
def test_has_the_text_of_the_markdown(name: str) -> None:
    text = "\n\n".join(cells(solved(name), "markdown"))
    drop = re.compile(r"!\[[^\]]*\]\([^)]*\)")
    assert drop.sub("", text).split() == drop.sub("", solved(name).text("md")).split()


@pytest.mark.parametrize("name", SAMPLES)
def test_every_quantity_is_calculated_and_checked_against_its_printed_value(name: str) -> None:
    ours, names = solved(name), run(solved(name))
    code = "\n".join(cells(ours, "code"))
    for place, quantity in enumerate(ours.tape.quantities):
        assert names[quantity.key] == pytest.approx(float(ours.values.exact[place]), rel=1e-9, abs=1e-12)
        if quantity.rule is not None:
            shown = ours.values.shown[place]
            assert re.search(
                rf"^{quantity.key} = (exactly|rounded)\(.*, {re.escape(str(shown.number))}[,)]", code, re.M
            )


def test_a_wrong_value_fails() -> None:
    code = "\n".join(cells(solved("source"), "code"))
    names: dict[str, Any] = {}
    with pytest.raises(AssertionError):
        exec(code.replace("w_1_1_1 = 0.2", "w_1_1_1 = 0.3"), names)
    with pytest.raises(AssertionError):
        exec(code.replace("0.64919", "0.64918"), names)


@settings(max_examples=25)
@given(configs(deepest=3, widest=3))
def test_any_notebook_runs(config: dict[str, Any]) -> None:
    run(derive.solve(config))


def _network(**training: Any) -> dict[str, Any]:
    return {
        "data": {"inputs": [[1, 0.5], [0.25, -1]], "targets": [0.25, 0.75]},
        "layers": [
            {"activation": "tanh", "weights": [[0.2, -0.3], [0.4, 0.7]], "bias": [0.1, 0.2]},
            {"activation": "sigmoid", "weights": [[0.6], [-0.1]], "bias": 0.3},
        ],
        "training": {"learning_rate": 0.1, **training},
    }


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("carry", ["exact", "rounded"])
def test_every_loss_runs(loss: str, carry: str) -> None:
    with suppress(derive.UserError):  # some losses take other targets than these
        run(derive.solve(_network(loss=loss) | {"report": {"carry": carry}}))


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_every_optimizer_runs_over_several_steps(optimizer: str) -> None:
    config = _network(optimizer=optimizer, epochs=3, learning_rate="0.1 / t", batch_size=1)
    ours = derive.solve(config | {"report": {"show_steps": [1, 2, 5]}})
    names = run(ours)
    assert names["t"] == 5
    last = ours.training.steps[-1].values
    assert names["new_w_2_1_1"] == pytest.approx(float(last["new_w_2_1_1"]), rel=1e-9)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_every_activation_runs(activation: str) -> None:
    config = _network()
    config["layers"][0]["activation"] = activation
    run(derive.solve(config))


@pytest.mark.parametrize("form", ["matrix", "both"])
def test_a_page_of_matrices_is_calculated_all_the_same(form: str) -> None:
    names = run(derive.solve(_network() | {"report": {"form": form}}))
    assert "new_w_2_1_1" in names


def test_each_layer_of_matrices_has_a_cell_of_its_own() -> None:
    ours = derive.solve(_network() | {"report": {"form": "matrix"}})
    found = [set(re.findall(r"^(\w+) = (?:rounded|exactly)", source, re.MULTILINE)) for source in cells(ours, "code")]
    assert {"z_1_1_s2", "a_1_2_s2"} <= next(names for names in found if "z_1_1_s1" in names)
    for one, other in (("z_1_1_s1", "z_2_1_s1"), ("delta_2_1_s1", "delta_1_1_s1"), ("grad_w_1_1_1", "new_w_1_1_1")):
        assert not any({one, other} <= names for names in found)


def test_same_config_same_bytes() -> None:
    assert solve_sample("source").text("ipynb") == solved("source").text("ipynb")


def test_a_solution_shows_itself() -> None:
    ours = solved("source")
    html = ours._repr_html_()
    assert html.startswith('<iframe title="Learning y = x1 + x2" srcdoc="&lt;!DOCTYPE html&gt;')
    assert "<script" not in html
    latex = ours._repr_latex_()
    assert latex.count("$$") == 2 * latex.count("\n\n") + 2 > 80
    assert r"\delta_o &= (y_{\text{pred}} - y) \cdot \sigma'(z_o)" in latex
