"""What is refused before anything is read: other hosts' requests, other pages' requests, and too much text."""

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MOST_BYTES = 200_000

_HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "x-frame-options": "DENY",
    "cache-control": "no-store",
}


class Guard:
    """Lets requests of this server's own page through; a name that someone else points here is not this host."""

    def __init__(self, app: ASGIApp, port: int) -> None:
        self._app = app
        self._hosts = {f"127.0.0.1:{port}", f"localhost:{port}"}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        refused = self._refused(Headers(scope=scope))
        body = b"" if refused else await _body(receive)
        if body is None:
            refused = PlainTextResponse("The request is too long.", 413)
        if refused:
            return await refused(scope, receive, send)

        async def whole() -> Message:
            return {"type": "http.request", "body": body, "more_body": False}

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] += [(name.encode(), value.encode()) for name, value in _HEADERS.items()]
            await send(message)

        await self._app(scope, whole, with_headers)

    def _refused(self, headers: Headers) -> PlainTextResponse | None:
        origin = headers.get("origin")
        if headers.get("host") not in self._hosts or headers.get("sec-fetch-site") == "cross-site":
            return PlainTextResponse("This host is not served here.", 421)
        if origin is not None and origin.removeprefix("http://") not in self._hosts:
            return PlainTextResponse("Requests of other pages are refused.", 403)
        if not headers.get("content-length", "0").isdigit() or int(headers.get("content-length", "0")) > MOST_BYTES:
            return PlainTextResponse("The request is too long.", 413)
        return None


async def _body(receive: Receive) -> bytes | None:
    """Read the body of a request, or nothing if it is too long."""
    found = bytearray()
    while True:
        message = await receive()
        found += message.get("body", b"")
        if len(found) > MOST_BYTES:
            return None
        if not message.get("more_body", False):
            return bytes(found)
