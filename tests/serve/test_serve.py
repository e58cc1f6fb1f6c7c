"""The server: what it answers, what it refuses, and its page in a real browser."""

import http.client
import json
import signal
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

import derive
from derive.config.read import read_keys
from derive.examples import examples
from derive.serve.guard import MOST_BYTES
from derive.serve.keys import typed, written
from derive.serve.work import TooLong, Worker
from tests.samples import ROOT
from tests.test_process import start

CONFIGS = ROOT / "templates" / "configs"
SOURCE = written(read_keys(CONFIGS / "source.toml"))


def changed(**training: Any) -> dict[str, Any]:
    return SOURCE | {"training": SOURCE["training"] | training}


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    process = start("-m", "derive", "serve", str(CONFIGS / "source.toml"), "--no-open", folder=ROOT)
    assert process.stdout is not None
    yield int(process.stdout.readline().rpartition(":")[2].strip("/\n"))
    process.send_signal(signal.SIGINT)
    assert process.communicate(timeout=60)[1] == ""


def ask(port: int, where: str, body: Any = None, method: str = "", **headers: str) -> tuple[int, bytes, dict[str, str]]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    sent = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
    named = {"content-type": "application/json"} | {name.replace("_", "-"): text for name, text in headers.items()}
    connection.request(method or ("GET" if body is None else "POST"), where, sent, named)
    response = connection.getresponse()
    found = response.status, response.read(), {name.lower(): text for name, text in response.getheaders()}
    connection.close()
    return found


def solved(port: int, keys: dict[str, Any]) -> dict[str, Any]:
    status, body, _ = ask(port, "/solve", keys)
    assert status == 200
    found: dict[str, Any] = json.loads(body)
    return found


@pytest.mark.parametrize("name", examples())
def test_a_form_holds_every_example_digit_for_digit(name: str) -> None:
    keys = read_keys(CONFIGS / f"{name}.toml")
    again = typed(json.loads(json.dumps(written(keys))))
    assert repr(again) == repr(keys)


def test_the_page_is_that_of_the_config(port: int) -> None:
    keys = changed(learning_rate="0.30")
    assert solved(port, keys)["page"] == derive.solve(typed(keys)).text("html")


def test_a_mistake_is_a_sentence_at_its_place(port: int) -> None:
    ((where, sentence),) = solved(port, changed(learning_rate="-1"))["problems"]
    assert where == "training.learning_rate"
    assert sentence.startswith("-1 is not above zero") or "zero" in sentence
    (first, *_) = solved(port, {"title": "x"})["problems"]
    assert first[0] == "data"


def test_two_clients_at_once_get_their_own_answers(port: int) -> None:
    rates = [f"0.{number}" for number in range(11, 23)]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda rate: solved(port, changed(learning_rate=rate))["page"], rates))
    for rate, page in zip(rates, found, strict=True):
        assert f'data-tex="\\eta = {rate}"' in page


def test_downloads(port: int) -> None:
    status, body, _ = ask(port, "/download/toml", SOURCE)
    assert status == 200
    assert derive.solve(tomllib.loads(body.decode()))["loss"].shown == "3.67235"
    assert ask(port, "/download/md", SOURCE)[1].startswith(b"# Learning y = x1 + x2\n")
    assert ask(port, "/download/html", SOURCE)[1].startswith(b"<!DOCTYPE html>")
    assert ask(port, "/download/pdf", SOURCE)[1].startswith(b"%PDF")
    assert ask(port, "/download/md", {"title": "x"})[0] == 422
    assert ask(port, "/download/exe", SOURCE)[0] == 404


@pytest.mark.parametrize(
    ("status", "where", "body", "headers"),
    [
        (421, "/", None, {"host": "example.org"}),
        (421, "/", None, {"host": "127.0.0.1:1"}),
        (421, "/solve", SOURCE, {"sec_fetch_site": "cross-site"}),
        (403, "/solve", SOURCE, {"origin": "http://example.org"}),
        (403, "/solve", SOURCE, {"origin": "null"}),
        (413, "/solve", b" " * (MOST_BYTES + 1), {}),
        (400, "/solve", SOURCE, {"content_type": "text/plain"}),
        (400, "/solve", b"[1, 2", {}),
        (400, "/solve", b"[" * 100_000, {}),
        (400, "/solve", b"[]", {}),
        (405, "/solve", None, {}),
        (404, "/../pyproject.toml", None, {}),
        (404, "/%2e%2e/pyproject.toml", None, {}),
        (404, "/examples/../../pyproject.toml", None, {}),
        (404, "/examples/%2e%2e%2fsource", None, {}),
        (404, "/templates/serve/script.js", None, {}),
    ],
)
def test_what_is_refused(port: int, status: int, where: str, body: Any, headers: dict[str, str]) -> None:
    found, text, _ = ask(port, where, body, **headers)
    assert found == status
    assert b"Traceback" not in text
    assert b"hatchling" not in text


def test_a_body_without_an_announced_length_is_bounded_as_well(port: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    chunks = (b" " * 50_000 for _ in range(10))
    try:
        connection.request("POST", "/solve", chunks, {"content-type": "application/json"}, encode_chunked=True)
        assert connection.getresponse().status == 413
    except (BrokenPipeError, ConnectionResetError):
        pass  # the server has hung up
    connection.close()
    assert "page" in solved(port, SOURCE)


def test_answers_tell_the_browser_what_it_may_do(port: int) -> None:
    _, _, headers = ask(port, "/")
    assert headers["content-security-policy"].startswith("default-src 'none'; ")
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"


def test_what_takes_too_long_is_given_up_and_the_next_is_answered() -> None:
    worker = Worker(30)
    try:
        assert "page" in worker(typed(SOURCE), "page")
        worker._seconds = 0.2
        heavy = typed(changed(epochs="20000"))
        with pytest.raises(TooLong):
            worker(heavy, "page")
        worker._seconds = 30
        assert "page" in worker(typed(SOURCE), "page")
    finally:
        worker.stop()


def test_nothing_of_the_server_is_loaded_by_the_other_commands() -> None:
    code = "import sys, derive.cli; assert not {'uvicorn', 'starlette', 'watchfiles'} & set(sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


# The page in a browser


@pytest.fixture
def page(browser: Any, port: int) -> Iterator[Any]:
    said: list[str] = []
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    found = context.new_page()
    found.on("console", lambda message: said.append(message.text))
    found.on("pageerror", lambda error: said.append(str(error)))
    found.goto(f"http://127.0.0.1:{port}/")
    settle(found)
    yield found
    context.close()
    assert said == []


def settle(page: Any) -> None:
    """Wait until the page is that of the last change."""
    page.wait_for_selector("body:not([data-busy])", state="attached")
    page.frame_locator("#solution").locator("main").wait_for()


def shown(page: Any) -> str:
    text: str = page.frame_locator("#solution").locator("main").text_content()
    return text


def test_a_changed_weight_changes_the_numbers_to_those_of_solve(page: Any) -> None:
    assert "0.64919" in shown(page)
    page.fill('[data-path="layers[2].weights"]', "0.65\n-0.1")
    settle(page)
    keys = json.loads(json.dumps(SOURCE))
    keys["layers"][1]["weights"] = [["0.65"], ["-0.1"]]
    expected = derive.solve(typed(keys))
    page.frame_locator("#solution").get_by_text(expected["new_w_2_1_1"].shown).first.wait_for()
    assert all(expected[key].shown.lstrip("-") in shown(page) for key in ("loss", "delta_1_1", "grad_w_1_2_1"))


def test_a_mistake_stands_beside_its_field_and_the_last_good_page_stays(page: Any) -> None:
    page.fill('[data-path="layers[1].weights"]', "0.2, 0.3\n0.4, oops")
    page.locator('[id="layers[1].weights-fault"]').wait_for()
    assert "oops" in page.locator('[id="layers[1].weights-fault"]').inner_text()
    assert "0.64919" in shown(page)
    page.fill('[data-path="layers[1].weights"]', "0.2, 0.3\n0.4, 0.7")
    page.locator('[id="layers[1].weights-fault"]').wait_for(state="hidden")


def test_many_quick_changes_end_in_the_page_of_the_last(page: Any) -> None:
    page.evaluate(
        """() => {
          const field = document.querySelector('[data-path="training.learning_rate"]');
          for (let number = 1; number <= 200; number++) {
            field.value = `0.${String(number).padStart(3, "0")}`;
            field.dispatchEvent(new Event("input", { bubbles: true }));
          }
        }"""
    )
    settle(page)
    page.frame_locator("#solution").locator('[data-tex="\\\\eta = 0.200"]').wait_for()
    assert derive.solve(typed(changed(learning_rate="0.200")))["new_w_2_1_1"].shown in shown(page)


def test_hostile_text_stays_text(page: Any) -> None:
    hostile = '<img src=x onerror="document.title=1"></script><script>document.title=2</script>'
    page.fill('[data-path="title"]', hostile)
    page.frame_locator("#solution").get_by_role("heading", name=hostile).wait_for()
    page.fill('[data-path="data.targets"]', "__import__('os')<b>")
    page.locator('[id="data.targets-fault"]').wait_for()
    assert page.title() == "derive"
    assert page.locator("form b, form img").count() == 0


def test_layers_examples_and_the_address(page: Any, port: int) -> None:
    page.select_option("#example", "three-layers")
    page.frame_locator("#solution").get_by_role("heading", name="Three layers").wait_for()
    assert page.locator("fieldset").count() == 3
    page.get_by_role("button", name="Add a layer").click()
    page.locator("fieldset").nth(3).wait_for()
    page.get_by_role("button", name="Remove this layer").last.click()
    page.select_option('[data-path="layers[1].activation"]', "sigmoid")
    settle(page)
    address = page.url
    other = page.context.new_page()
    other.goto(address)
    settle(other)
    assert other.input_value('[data-path="layers[1].activation"]') == "sigmoid"
    assert other.input_value('[data-path="title"]').startswith("Three layers")
    other.close()


def test_axe_finds_nothing_in_the_form(page: Any) -> None:
    page.fill('[data-path="training.learning_rate"]', "-1")
    page.locator('[id="training.learning_rate-fault"]').wait_for()
    found = Axe().run(page, context="form").response["violations"]
    assert [f"{each['id']}: {each['nodes'][0]['html']}" for each in found] == []
