"""Opening a page in the browser, the network cut off."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

Opened = Callable[..., Any]


@pytest.fixture
def open_page(browser: Any) -> Iterator[Opened]:
    """Open a file offline. At the end nothing may have been asked for but the file, and the console must be empty."""
    said: list[str] = []
    asked: list[str] = []
    contexts = []

    def opened(file: Path, width: int = 1280, height: int = 900, **settings: Any) -> Any:
        context = browser.new_context(viewport={"width": width, "height": height}, offline=True, **settings)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("request", lambda request: asked.append(request.url) if not request.url.startswith("data:") else None)
        page.goto(file.as_uri())
        assert asked.pop() == file.as_uri()
        return page

    yield opened
    for context in contexts:
        context.close()
    assert said == []
    assert asked == []
