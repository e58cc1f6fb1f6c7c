"""Running a program: without input, with a time limit, together with whatever it starts."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType

KEPT_OUTPUT = 1_000_000
"""Bytes of a program's output that are kept; one that prints without end must not fill the memory."""


class Running:
    """A program that was started in ``folder``. Nothing that it started is running after the ``with``, however it ends.

    Raises `OSError` where the program can't be started.
    """

    def __init__(self, command: Sequence[str], folder: Path, environment: Mapping[str, str], timeout: float) -> None:
        self._timeout = timeout
        self._late = threading.Event()
        self._process = subprocess.Popen(
            command,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        # Popen.wait(timeout) sleeps up to 50 ms between its looks; a clock beside a plain wait costs nothing.
        self._clock = threading.Timer(timeout, self._stop)
        self._clock.start()

    def result(self) -> tuple[int, str]:
        """Wait for the end; return the exit code and the beginning of what was printed.

        Raises `TimeoutError` after ``timeout`` seconds from the start.
        """
        output = self._read()
        code = self._process.wait()
        self._clock.cancel()
        if self._late.is_set():
            raise TimeoutError(f"not finished after {self._timeout:g} seconds")
        return code, output

    def __enter__(self) -> "Running":
        return self

    def __exit__(self, *error: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._clock.cancel()
        _kill(self._process)
        if self._process.stdout:
            self._process.stdout.close()
        self._process.wait()

    def _stop(self) -> None:
        self._late.set()
        _kill(self._process)

    def _read(self) -> str:
        kept = bytearray()
        stream = self._process.stdout
        while stream and (chunk := os.read(stream.fileno(), 65536)):
            kept += chunk[: KEPT_OUTPUT - len(kept)]
        return kept.decode("utf-8", "replace")


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End ``process`` and its group, unless it has been waited for: its number may be another's by then."""
    if process.returncode is not None:
        return
    if sys.platform == "win32":
        process.kill()
    else:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
