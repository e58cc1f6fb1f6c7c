"""Takes the README's pictures of pages in a browser: ``python -m tests.pictures``. It needs a Chromium."""

from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import sync_playwright

from tests.browser.chromium import CHROMIUM, FLAGS
from tests.samples import FOLDER, ROOT
from tests.test_process import start

SIZE = {"width": 1200, "height": 760}


def take() -> None:
    """Take a picture of the HTML page, of its delta being pointed at, and one of the page to play with."""
    process = start("-m", "derive", "serve", "templates/configs/source.toml", "--no-open", folder=ROOT)
    assert process.stdout is not None
    address = process.stdout.readline().strip()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page(viewport=SIZE)  # type: ignore[arg-type]
        page.goto((FOLDER / "source.html").as_uri())
        page.get_by_role("link", name="Step 3: Backward Pass").click()
        page.locator(".line:has([data-q])").filter(has=page.locator('[data-q="17"]')).first.focus()
        save(page, FOLDER / "source-html.png")
        page.goto(address)
        page.frame_locator("#solution").locator("figure.network").scroll_into_view_if_needed()
        page.wait_for_timeout(500)
        save(page, FOLDER / "serve.png")
        browser.close()
    process.terminate()
    process.communicate()


def save(page: Any, path: Path) -> None:
    """Write a picture of few colours, which is small."""
    picture = Image.open(BytesIO(page.screenshot())).convert("RGB").quantize(64)
    picture.save(path, optimize=True)
    print(path.relative_to(ROOT))


if __name__ == "__main__":
    take()
