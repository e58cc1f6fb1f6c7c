"""The server: one page, its examples, and what a config comes to."""

import json
import socket
import webbrowser
from base64 import b64encode
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import tomli_w
import uvicorn
from markupsafe import Markup
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from derive.catalog.layer_activations import EVERY_ACTIVATION
from derive.catalog.losses import LOSSES
from derive.catalog.optimizers import OPTIMIZERS
from derive.catalog.table import Table
from derive.config.read import read_keys
from derive.document.wording import wording
from derive.examples import STARTER, examples
from derive.notation import NOTATIONS
from derive.render.html import script_source
from derive.resources import environment, templates
from derive.serve.guard import Guard
from derive.serve.keys import typed, written
from derive.serve.work import TooLong, Worker

SECONDS = 20.0
"""A config that takes longer to work out is given up."""

DOWNLOADS = {"toml": "application/toml", "md": "text/markdown", "pdf": "application/pdf", "html": "text/html"}


def application(worker: Worker, port: int, config: Path | None = None) -> Guard:
    """Return the server's application; ``config`` is what its form holds at first, the starter if it is left out."""
    first = read_keys(config) if config else _example(STARTER)

    async def page(_: Request) -> Response:
        return HTMLResponse(_page(first), headers={"content-security-policy": _policy()})

    async def example(request: Request) -> Response:
        name = request.path_params["name"]
        return JSONResponse(written(_example(name))) if name in examples() else PlainTextResponse("Not found.", 404)

    async def solve(request: Request) -> Response:
        return await _answered(request, "page", JSONResponse)

    async def download(request: Request) -> Response:
        chosen = request.path_params["form"]
        if chosen not in DOWNLOADS:
            return PlainTextResponse("Not found.", 404)

        def sent(answer: dict[str, Any]) -> Response:
            if "problems" in answer:
                return JSONResponse(answer, 422)
            return Response(answer["file"], media_type=DOWNLOADS[chosen])

        return await _answered(request, chosen, sent)

    async def _answered(request: Request, chosen: str, respond: Callable[[dict[str, Any]], Response]) -> Response:
        keys = _keys(request.headers.get("content-type", ""), await request.body())
        if keys is None:
            return PlainTextResponse("A config as JSON is expected.", 400)
        if chosen == "toml":
            return respond({"file": tomli_w.dumps(keys).encode()})
        try:
            return respond(await run_in_threadpool(worker, keys, chosen))
        except TooLong:
            return respond({"problems": [("", wording().plain("serve.too_long"))]})

    routes = [
        Route("/", page),
        Route("/examples/{name}", example),
        Route("/solve", solve, methods=["POST"]),
        Route("/download/{form}", download, methods=["POST"]),
    ]
    return Guard(Starlette(routes=routes), port)


def _keys(content_type: str, body: bytes) -> dict[str, Any] | None:
    """Read a form. A page of somebody else cannot send JSON here without asking first."""
    if content_type.partition(";")[0] != "application/json":
        return None
    try:
        keys = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return typed(keys) if isinstance(keys, dict) else None


def _example(name: str) -> dict[str, Any]:
    return read_keys(templates() / "configs" / f"{name}.toml")


def _asset(name: str) -> str:
    return (templates() / "serve" / name).read_text(encoding="utf-8")


def _policy() -> str:
    hashes = (b64encode(sha256(text.encode()).digest()).decode() for text in (_asset("script.js"), script_source()))
    scripts = " ".join(f"'sha256-{each}'" for each in hashes)
    return (
        f"default-src 'none'; script-src {scripts}; style-src 'unsafe-inline'; font-src data:; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )


def _page(first: dict[str, Any]) -> str:
    choices: dict[str, Table[Any]] = {
        "activation": EVERY_ACTIVATION,
        "loss": LOSSES,
        "optimizer": OPTIMIZERS,
        "notation": NOTATIONS,
    }
    words = wording()
    text: str = (
        environment("html")
        .get_template("serve/page.html.j2")
        .render(
            words=words.plain,
            choices={name: {key: words.title(each) for key, each in table.items()} for name, table in choices.items()},
            examples=list(examples()),
            downloads=list(DOWNLOADS),
            style=Markup(_asset("style.css")),
            script=Markup(_asset("script.js")),
            first=Markup(json.dumps(written(first)).replace("<", r"\u003c")),
        )
    )
    return text


def run(config: Path | None, port: int, *, show: bool, say: Callable[[str], None]) -> None:
    """Serve on this machine alone until interrupted; port 0 takes a free one."""
    with socket.socket() as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(("127.0.0.1", port))
        listening.listen()
        port = listening.getsockname()[1]
        worker = Worker(SECONDS)
        try:
            app = application(worker, port, config)
            say(f"http://127.0.0.1:{port}/")
            if show:
                webbrowser.open(f"http://127.0.0.1:{port}/")
            server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off", server_header=False))
            server.run(sockets=[listening])
        finally:
            worker.stop()
