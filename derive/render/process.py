"""Running a program: without input, with a time limit, together with whatever it starts."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

KEPT_OUTPUT = 1_000_000
"""Bytes of a program's output that are kept; one that prints without end must not fill the memory."""


def run(command: Sequence[str], folder: Path, environment: Mapping[str, str], timeout: float) -> tuple[int, str]:
    """Run ``command`` in ``folder``; return its exit code and the beginning of what it printed.

    Raises `TimeoutError` after ``timeout`` seconds and `OSError` where the program can't be started. Nothing that it
    started is still running afterwards, however this ends.
    """
    late = threading.Event()
    with subprocess.Popen(
        command,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    ) as process:

        def stop() -> None:
            late.set()
            _kill(process)

        # Popen.wait(timeout) sleeps up to 50 ms between its looks; a clock beside a plain wait costs nothing.
        clock = threading.Timer(timeout, stop)
        clock.start()
        try:
            output = _read(process)
            code = process.wait()
        finally:
            clock.cancel()
            _kill(process)
    if late.is_set():
        raise TimeoutError(f"not finished after {timeout:g} seconds")
    return code, output


def _read(process: subprocess.Popen[bytes]) -> str:
    kept = bytearray()
    while process.stdout and (chunk := os.read(process.stdout.fileno(), 65536)):
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
