"""What the page asks for, worked out in a process of its own, which is ended when it takes too long."""

import multiprocessing
import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from multiprocessing.connection import Connection
from typing import Any

from derive.errors import UserError

Answer = dict[str, Any]
"""Either ``page`` or ``file``, or ``problems``: pairs of a place in the config and a sentence."""


class TooLong(Exception):
    """The work was given up."""


class Worker:
    """Works out one thing after another. Safe to be called from several threads."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._lock = threading.Lock()
        self._start()

    def _start(self) -> None:
        context = multiprocessing.get_context("spawn")
        self._connection, theirs = context.Pipe()
        self._process = context.Process(target=serve, args=(theirs,), daemon=True)
        self._process.start()
        theirs.close()

    def __call__(self, keys: Mapping[str, Any], chosen: str) -> Answer:
        """Work a config out and return it in a format.

        Raises:
            TooLong: if it takes longer than it may.
        """
        with self._lock:
            try:
                self._connection.send((keys, chosen))
                if self._connection.poll(self._seconds):
                    found: Answer = self._connection.recv()
                    return found
            except (EOFError, OSError):
                pass  # the process has died, such as of a lack of memory
            self.stop()
            self._start()
            raise TooLong

    def stop(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.join()
        self._connection.close()


def serve(connection: Connection) -> None:
    """Answer what comes in, until nobody asks any more."""
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the server ends this process
    while True:
        try:
            keys, chosen = connection.recv()
        except EOFError:
            return
        connection.send(answer(keys, chosen))


def answer(keys: Mapping[str, Any], chosen: str) -> Answer:
    """Work a config out."""
    from derive.pipeline import solve

    try:
        solution = solve(keys)
        if chosen == "page":
            return {"page": solution.text("html")}
        make = _INSIDE.get(chosen)
        return {"file": make(solution) if make else solution.files("network", chosen)[0].content}
    except UserError as error:
        return {"problems": [(each.where, str(replace(each, where=""))) for each in error.problems[:50]]}


def _markdown(solution: Any) -> bytes:
    from derive.render.markdown import with_figures_inside

    return with_figures_inside(solution.document).encode()


_INSIDE: dict[str, Callable[[Any], bytes]] = {"md": _markdown}
"""Formats that would be more than one file."""
