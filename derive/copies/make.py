"""Making all copies of an exam: in pieces, side by side, in order, going on from where an earlier run was stopped."""

import multiprocessing
import os
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from itertools import islice
from math import ceil
from pathlib import Path
from time import sleep

from derive.copies.cluster import Workforce
from derive.copies.job import Job, Made, Order, work, written
from derive.copies.record import Answers, Record
from derive.errors import user_error

_PIECE = 150
"""At most so many copies are one piece of the work."""

_AHEAD = 2
"""So many pieces for each worker are under way at a time, so that the memory does not grow with the copies."""

_MOST_RESTARTS = 3


def make(
    job: Job,
    orders: Sequence[Order],
    out: Path,
    force: Workforce | None,
    record: Record | None,
    tell: Callable[[Made], None],
    beside: Callable[[], None] | None = None,
) -> None:
    """Make the copies that are wanted and write their files, and with a ``record`` the answers and what was made.

    Without a ``force`` this process does all the work. ``tell`` is called for each copy when it is written, in order.
    With one, ``beside`` is called once, while others do the first of the work.

    Raises:
        UserError: if the folder cannot be written, or the workers end by themselves again and again.
    """
    with _answers(out, record) as answers:
        for made in results(job, orders, force, beside):
            written(made, out)
            if record and answers:
                record.add(made)
                answers.add(made)
            tell(made)
        if answers:
            answers.finish()


@contextmanager
def _answers(out: Path, record: Record | None) -> Iterator[Answers | None]:
    answers = Answers(out) if record else None
    try:
        yield answers
    finally:
        if answers:
            answers.close()


@contextmanager
def processes(workers: int) -> Iterator[Workforce]:
    """Return what starts an executor with so many processes on this machine; all of them end with it."""
    started: list[Executor] = []

    def start() -> Executor:
        while started:
            started.pop().shutdown(wait=False, cancel_futures=True)
        method = "fork" if "fork" in multiprocessing.get_all_start_methods() else "spawn"
        context = multiprocessing.get_context(method)
        started.append(ProcessPoolExecutor(workers, context, initializer=_end_with, initargs=(os.getpid(),)))
        return started[-1]

    try:
        yield Workforce(start, workers, is_here=True)
    finally:
        for executor in started:
            executor.shutdown(cancel_futures=True)


def _end_with(parent: int) -> None:
    """Let this process end when the one that started it is killed and can't end it any more."""

    def watch() -> None:
        while os.getppid() == parent:
            sleep(1)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def _size(copies: int, workers: int) -> int:
    """Return how many copies are a piece, so that every worker has the same number of pieces."""
    return ceil(copies / (workers * ceil(copies / (workers * _PIECE)))) if copies else 1


def results(
    job: Job, orders: Sequence[Order], force: Workforce | None, beside: Callable[[], None] | None = None
) -> Iterator[Made]:
    """Work the orders off and return the copies in order. A worker that ends by itself costs none of them."""
    size = _size(len(orders), force.workers if force else 1)
    pieces = iter([orders[first : first + size] for first in range(0, len(orders), size)])
    if force is None:
        for piece in pieces:
            yield from work(job, piece)
        return
    executor, restarts = force.start(), 0
    waiting: deque[tuple[Sequence[Order], Future[list[Made]]]] = deque()
    while True:
        for piece in islice(pieces, _AHEAD * force.workers - len(waiting)):
            waiting.append((piece, executor.submit(work, job, piece)))
        if not waiting:
            return
        if beside:
            beside()
            beside = None
        try:
            made = waiting[0][1].result()
        except BrokenExecutor:
            restarts += 1
            if restarts > _MOST_RESTARTS:
                what = "the processes that make the copies end by themselves"
                raise user_error("--workers", what, "try --workers 1") from None
            executor = force.start()
            waiting = deque((piece, executor.submit(work, job, piece)) for piece, _ in waiting)
            continue
        waiting.popleft()
        yield from made
