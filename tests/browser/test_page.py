"""The HTML page in a real browser."""

import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

import derive
from tests.browser.conftest import Opened
from tests.samples import ROOT
from tests.samples import solved as solve_sample

solved = cache(solve_sample)

TRAINED: dict[str, Any] = {
    "title": "Training",
    "data": {"inputs": [[1, 2], [0.5, -1]], "targets": [1, 0]},
    "layers": [
        {"activation": "relu", "units": 2, "bias": "own"},
        {"activation": "sigmoid", "units": 1, "bias": "shared"},
    ],
    "training": {"learning_rate": 0.1, "epochs": 30, "optimizer": "momentum"},
    "report": {"form": "matrix"},
}


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    (file,) = solved("source").write(tmp_path_factory.mktemp("html"), "html", name="source")
    return file


@pytest.fixture(scope="module")
def pages(source: Path) -> list[Path]:
    """The small network, and a training with matrices, tables and a curve."""
    trained = derive.solve(TRAINED).write(source.parent, "html", name="trained")
    return [source, *trained]


def number(key: str, name: str = "source") -> int:
    return next(n for n, link in enumerate(solved(name).linked.links) if link.key == key)


def line_of(page: Any, key: str) -> Any:
    return page.locator(f'.line[data-of="{number(key)}"]').first


def marked(page: Any, name: str) -> set[str]:
    """The keys of the quantities whose symbols carry a class, in the text."""
    links = solved("source").linked.links
    found = page.eval_on_selector_all(f"main mrow.{name}", "found => found.map((each) => each.dataset.q)")
    return {links[int(q)].key for q in found}


def lit(page: Any, name: str) -> set[str]:
    """The keys of the parts of the diagram that carry a class."""
    return set(page.eval_on_selector_all(f"svg .{name}", "found => found.map((each) => each.dataset.key)"))


def traced(page: Any, role: str) -> Any:
    return page.locator(f'.trace [data-role="{role}"] math').all_text_contents()


def fonts(page: Any) -> set[str]:
    """The fonts that the glyphs of the text are really taken from."""
    page.evaluate("document.fonts.ready")
    devtools = page.context.new_cdp_session(page)
    devtools.send("DOM.enable")
    devtools.send("CSS.enable")
    root = devtools.send("DOM.getDocument")["root"]["nodeId"]
    main = devtools.send("DOM.querySelector", {"nodeId": root, "selector": "main"})["nodeId"]
    nodes = devtools.send("DOM.querySelectorAll", {"nodeId": main, "selector": "h1, h2, p, li, mi, mo, mn, mtext, td"})
    used = [devtools.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"] for node in nodes["nodeIds"]]
    return {each["familyName"] for found in used for each in found}


def test_every_formula_is_set_in_the_fonts_of_the_file(open_page: Opened, pages: list[Path]) -> None:
    for file in pages:
        page = open_page(file)
        sizes = page.eval_on_selector_all(
            "main math", "all => all.map((m) => [m.getBoundingClientRect().width, m.getBoundingClientRect().height])"
        )
        assert len(sizes) > 100
        assert all(width > 3 and height > 5 for width, height in sizes)
        assert page.locator("merror").count() == 0
        assert fonts(page) == {"Derive Math", "Derive Text", "Derive Text Bold"}


def test_pointing_marks_sources_and_uses_in_the_text_and_the_diagram(open_page: Opened, source: Path) -> None:
    page = open_page(source)
    symbol = line_of(page, "delta_1_1").locator("[data-q]").first
    symbol.hover()
    assert marked(page, "is-this") == {"delta_1_1"}
    assert marked(page, "is-from") == {"delta_2_1", "w_2_1_1", "z_1_1", "a_1_1"}
    assert marked(page, "is-to") == {"grad_w_1_1_1", "grad_w_1_2_1"}
    assert lit(page, "is-this") == {"a_1_1"}
    assert lit(page, "is-from") == {"a_2_1", "w_2_1_1"}
    assert lit(page, "is-to") == {"w_1_1_1", "w_1_2_1"}
    page.mouse.move(2, 2)
    assert marked(page, "is-this") == set()
    assert page.locator(".trace").is_hidden()


def test_tapping_keeps_the_marks_and_lists_links_to_the_lines(open_page: Opened, source: Path) -> None:
    page = open_page(source, 360, 740, has_touch=True)
    line_of(page, "a_1_1").locator("[data-q]").first.tap()
    assert marked(page, "is-this") == {"a_1_1"}
    assert traced(page, "sources") == ["z1"]
    page.locator('.trace [data-role="sources"] a').tap()
    assert line_of(page, "z_1_1").evaluate("line => line === document.activeElement")
    assert marked(page, "is-this") == {"z_1_1"}
    assert page.locator("figure.network").evaluate("f => f.getBoundingClientRect().top") >= 0


def test_an_edge_of_the_diagram_leads_to_the_lines_of_its_weight(open_page: Opened, source: Path) -> None:
    page = open_page(source)
    page.locator('svg text[data-key="w_2_1_1"]').click()
    assert marked(page, "is-this") == {"w_2_1_1"}
    hrefs = page.eval_on_selector_all(".trace a", "all => all.map((a) => a.getAttribute('href'))")
    led = {line_of(page, key).get_attribute("id") for key in ("z_2_1", "delta_1_1", "grad_w_2_1_1", "new_w_2_1_1")}
    assert led == {href.removeprefix("#") for href in hrefs}


def test_the_keyboard_alone_goes_everywhere(open_page: Opened, source: Path) -> None:
    page = open_page(source)
    press = page.keyboard.press
    press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    press("Enter")
    for _ in range(40):
        press("Tab")
        if page.evaluate("document.activeElement.dataset.key") == "w_1_1_1":
            break
    assert marked(page, "is-this") == {"w_1_1_1"}
    assert page.evaluate("document.activeElement.getAttribute('aria-label')").replace("\u00a0", " ") == "w11 = 0.2"
    for _ in range(40):
        press("Tab")
        if page.evaluate("document.activeElement.dataset.of") == str(number("z_1_1")):
            break
    assert marked(page, "is-this") == {"z_1_1"}
    press("ArrowRight")
    assert marked(page, "is-this") == {"x_1"}
    press("ArrowLeft")
    press("ArrowLeft")
    assert marked(page, "is-this") == {"w_1_2_1"}
    press("ArrowRight")
    press("Enter")
    assert page.evaluate("document.activeElement.closest('.trace') !== null")
    press("Escape")
    assert page.evaluate("document.activeElement.dataset.of") == str(number("z_1_1"))
    top = page.evaluate("document.activeElement.getBoundingClientRect().top")
    assert 0 < top < 900
    press("Escape")
    assert page.locator(".trace").is_hidden()


def test_step_by_step_shows_line_after_line_and_lights_the_diagram(open_page: Opened, source: Path) -> None:
    page = open_page(source)
    lines = page.locator(".line")
    everything = lines.count()

    def visible() -> int:
        return page.eval_on_selector_all(".line", "all => all.filter((l) => l.offsetParent !== null).length")

    assert visible() == everything > 40
    page.get_by_role("button", name="Step by step").click()
    assert visible() == 0
    assert page.locator("figure.network").is_visible()
    button = page.get_by_role("button", name="Next line")
    keys = []
    for count in range(1, 6):
        button.click() if count % 2 else page.keyboard.press("PageDown")
        assert visible() == count
        keys += sorted(marked(page, "is-this"))
    assert keys == ["z_1_1", "a_1_1", "z_1_2"]  # the first two lines define the activation function
    assert lit(page, "is-this") == {"a_1_2"}
    assert lit(page, "is-from") == {"x_1", "x_2", "w_1_1_2", "w_1_2_2"}
    page.keyboard.press("PageUp")
    assert visible() == 4
    assert "Unit 2" not in page.locator("main").inner_text()
    page.get_by_role("link", name="Step 3: Backward Pass").click()
    assert page.get_by_role("heading", name="Step 3: Backward Pass").is_visible()
    assert 4 < visible() < everything
    page.get_by_role("button", name="Show all").click()
    assert visible() == everything
    page.get_by_role("button", name="Step by step").click()
    page.emulate_media(media="print")
    assert visible() == everything


def test_all_is_there_without_javascript(open_page: Opened, source: Path) -> None:
    page = open_page(source, java_script_enabled=False)
    assert page.locator(".line").last.is_visible()
    assert page.locator(".bar").is_hidden()
    assert page.locator(".contents a").first.is_visible()
    assert "≈0.58989" in page.locator("main").inner_text().replace("\n", "")


@pytest.mark.parametrize("width", [360, 1280])
def test_no_line_runs_off_the_screen(open_page: Opened, pages: list[Path], width: int) -> None:
    for file in pages:
        page = open_page(file, width)
        assert page.evaluate("document.documentElement.scrollWidth") == width
        outside = page.evaluate(
            """() => [...document.querySelectorAll("main *")]
                .filter((each) => !each.closest(".line, .table, svg, math"))
                .filter((each) => each.getBoundingClientRect().right > innerWidth + 1).length"""
        )
        assert outside == 0
    page = open_page(pages[0], width)
    scrolled = page.eval_on_selector_all(".line", "all => all.filter((l) => l.scrollWidth > l.clientWidth + 1).length")
    assert scrolled == 0


@pytest.mark.parametrize(("width", "scheme"), [(360, "dark"), (1280, "light")])
def test_axe_finds_nothing(open_page: Opened, pages: list[Path], width: int, scheme: str) -> None:
    for file in pages[: 1 if scheme == "light" else 2]:
        page = open_page(file, width, color_scheme=scheme)
        page.locator(".line[data-of]").nth(4).focus()
        assert _violations(page) == []
    page.get_by_role("button", name="Step by step").click()
    page.get_by_role("button", name="Next line").click()
    assert _violations(page) == []


def _violations(page: Any) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [f"{each['id']}: {each['nodes'][0]['html'][:200]}" for each in found]


def test_copied_mathematics_is_latex(open_page: Opened, source: Path) -> None:
    page = open_page(source)
    copied = page.evaluate(
        """() => {
          const copy = (from, to) => {
            getSelection().setBaseAndExtent(from, 0, to, to.childNodes.length);
            const event = new ClipboardEvent("copy", { clipboardData: new DataTransfer(), cancelable: true });
            document.dispatchEvent(event);
            return event.clipboardData.getData("text/plain");
          };
          const line = document.querySelectorAll(".line")[2];
          return [
            copy(document.querySelector("ol li"), document.querySelector("ol li")),
            copy(line, line.nextElementSibling),
            copy(document.querySelector("ol li mi"), document.querySelector("ol li mn")),
          ];
        }"""
    )
    assert copied[0] == "Inputs: $x_1 = 1.1$, $x_2 = 2.2$"
    first, second = copied[1].splitlines()
    assert first.startswith(r"\[ z_1 = x_1 \cdot w_{11} + x_2 \cdot w_{21} = 1.1 \cdot 0.2")
    assert second == r"\[ a_1 = \sigma(z_1) = \frac{1}{1 + e^{-1.1}} \approx 0.75026 \]"
    assert copied[2] == "$x_1 = 1.1$"


def test_paper_has_the_solution_and_no_buttons(open_page: Opened, source: Path, tmp_path: Path) -> None:
    import pypdf

    page = open_page(source)
    page.pdf(path=tmp_path / "page.pdf", prefer_css_page_size=True)
    reader = pypdf.PdfReader(tmp_path / "page.pdf")
    text = re.sub(r"\s", "", "".join(each.extract_text() for each in reader.pages))
    assert 4 <= len(reader.pages) <= 8
    assert [round(float(side)) for side in reader.pages[0].mediabox[2:]] == [595, 842]
    assert "Step4:WeightUpdate" in text
    assert "0.64919" in text
    assert "Stepbystep" not in text


def test_the_sample_in_the_repository_opens(open_page: Opened) -> None:
    page = open_page(ROOT / "output" / "source.html")
    assert page.title() == "Learning y = x1 + x2"
