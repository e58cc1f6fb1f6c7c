"""A Dask cluster in place of processes on this machine, through the same interface of an executor."""

from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from derive.errors import user_error

_SECONDS = 10
"""The time in which a scheduler has to answer."""


@dataclass(frozen=True)
class Workforce:
    """What does the work: how to start an executor, and how many pieces it can have under way at a time.

    ``is_here`` tells that it works on this machine, with its files.
    """

    start: Callable[[], Executor]
    workers: int
    is_here: bool = False


@contextmanager
def cluster(scheduler: str) -> Iterator[Workforce]:
    """Connect to a scheduler. A worker that ends in the middle costs no copy: the scheduler gives its pieces to others.

    Raises:
        UserError: if Dask is not installed, the scheduler does not answer, or it has no workers.
    """
    try:
        from distributed import Client

        connect: Any = Client
    except ImportError:
        mend = "install it with `pip install 'derive-nn[dask]'`, here and where the workers run"
        raise user_error("--scheduler", "Dask is not installed", mend) from None
    try:
        client = connect(scheduler, timeout=_SECONDS)
    except (OSError, ValueError, TypeError) as error:
        mend = "start one with `dask scheduler`, and name it such as tcp://127.0.0.1:8786"
        raise user_error("--scheduler", f"no scheduler answers at {scheduler}", mend) from error
    try:
        threads = sum(client.nthreads().values())
        if not threads:
            mend = f"start some with `dask worker {scheduler} --nthreads 1`"
            raise user_error("--scheduler", "the scheduler has no workers", mend)
        yield Workforce(client.get_executor, threads)
    finally:
        client.close(timeout=_SECONDS)
