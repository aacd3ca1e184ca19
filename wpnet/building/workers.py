"""Who does the tasks of a build: this process, several processes, or a cluster.

All three take tasks one by one, keep only a few in hand, and give the results back in the order of
the tasks: memory stays flat and the first fault reported is the same everywhere.
"""

from __future__ import annotations

import os
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import chain, islice
from multiprocessing import get_context
from typing import Any, Protocol, TypeVar

from wpnet.errors import BuildError

Task = TypeVar("Task")
Result = TypeVar("Result")

#: Tasks in hand for every worker: one at work, the next ones waiting beside it.
IN_HAND = 3


class Workers(Protocol):
    """Does tasks and gives their results back in order."""

    def run(
        self, job: Callable[[Task], Result], tasks: Iterable[Task]
    ) -> Iterator[tuple[Task, Result]]: ...


class Here:
    """This process."""

    def run(
        self, job: Callable[[Task], Result], tasks: Iterable[Task]
    ) -> Iterator[tuple[Task, Result]]:
        for task in tasks:
            yield task, job(task)


class Processes:
    """Several processes of this machine; they start with the first task."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.pool: ProcessPoolExecutor | None = None

    def run(
        self, job: Callable[[Task], Result], tasks: Iterable[Task]
    ) -> Iterator[tuple[Task, Result]]:
        waiting = iter(tasks)
        first = list(islice(waiting, 2))
        if len(first) < 2:  # not worth starting processes for
            yield from Here().run(job, first)
            return
        if self.pool is None:
            context = get_context("spawn")
            self.pool = ProcessPoolExecutor(self.count, context, initializer=_quiet_worker)
        try:
            yield from in_order(self.pool, job, chain(first, waiting), IN_HAND * self.count)
        except BrokenProcessPool:
            self.close()
            raise BuildError(
                "a worker process died (killed, or out of memory); what was there is untouched and "
                "the work done so far is kept in the cache: run the build again, with fewer "
                "--workers if memory is short"
            ) from None

    def close(self) -> None:
        """Stop all processes now; tasks that wait are dropped."""
        if self.pool is not None:
            alive = list((self.pool._processes or {}).values())
            self.pool.shutdown(wait=False, cancel_futures=True)
            for process in alive:
                process.terminate()
            for process in alive:
                process.join()
            self.pool = None


def _quiet_worker() -> None:
    """Leave interrupts to the parent, die when told to, and use one thread for each process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, "1")


def in_order(
    pool: Executor | Any, job: Callable[[Task], Result], tasks: Iterable[Task], in_hand: int
) -> Iterator[tuple[Task, Result]]:
    """Hand out tasks, at most ``in_hand`` at a time; yield each with its result, in order.

    ``pool`` is anything with ``submit`` that gives back futures.
    """
    waiting: deque[tuple[Task, Future[Result]]] = deque()
    for task in tasks:
        waiting.append((task, pool.submit(job, task)))
        if len(waiting) >= in_hand:
            first, future = waiting.popleft()
            yield first, future.result()
    while waiting:
        first, future = waiting.popleft()
        yield first, future.result()
