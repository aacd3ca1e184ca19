"""A Dask cluster that the user already has, as workers of a build (the extra ``scale``).

The tasks are those of the local build; a task whose worker is lost is given to another one. The
cluster is talked to by a process of its own (:mod:`wpnet.building.far`); its answers are JSON and
checked against the tasks (:mod:`wpnet.building.messages`).
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from importlib.util import find_spec
from types import TracebackType
from typing import Any, TypeVar

from wpnet.apart import ANSWER, get_frame, put_frame, start
from wpnet.building.messages import packed, results
from wpnet.building.workers import IN_HAND
from wpnet.errors import BuildError

Task = TypeVar("Task")
Result = TypeVar("Result")

_WORK_KEPT = "the work done so far is kept in the cache: run the build again"
#: What went wrong, as :mod:`wpnet.building.far` names it, in words.
_FAULTS = {
    "connect": (
        "no Dask scheduler answers there ({said}); check the address (tcp://HOST:8786) and that "
        "the cluster runs"
    ),
    "killed": f"several workers died over the same task (out of memory?); {_WORK_KEPT}",
    "missing": (
        "the workers cannot run wpnet ({said}); install the same version of it on all of them"
    ),
    "lost": f"the cluster was lost ({{said}}); {_WORK_KEPT}",
    "odd": "a worker answered with {said}, which is no result; see who runs the cluster",
}


class Cluster:
    """Workers of a Dask cluster, reached through its scheduler.

    Raises :class:`~wpnet.errors.BuildError` where dask is not installed, the address leads
    nowhere, or no worker is there.
    """

    def __init__(self, address: str) -> None:
        self.address = address
        if not has_dask():
            raise BuildError(
                "--scheduler needs Dask: install it with `pip install wpnet[scale]`, or build "
                "with --workers N on this machine"
            )
        self.process = start(f"from wpnet.building.far import serve; serve({address!r})")
        try:
            self.workers = max(1, int(self._answer()["workers"]))
        except BaseException:
            self._end()
            raise

    def __enter__(self) -> Cluster:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._end()

    def run(
        self, job: Callable[[Task], Result], tasks: Iterable[Task]
    ) -> Iterator[tuple[Task, Result]]:
        """Do tasks; raises :class:`~wpnet.errors.BuildError` where the cluster gives up."""
        waiting: deque[Task] = deque()
        for task in tasks:
            self._ask(task)
            waiting.append(task)
            if len(waiting) >= 2 * IN_HAND * self.workers:
                yield self._result(waiting.popleft())
        while waiting:
            yield self._result(waiting.popleft())

    def _ask(self, task: Any) -> None:
        try:
            put_frame(self.process.stdin, packed(task))
        except OSError as fault:
            raise self._fault("lost", fault.strerror or "") from None

    def _result(self, task: Task) -> tuple[Task, Any]:
        return task, results(task, str(self._answer()["answer"]))

    def _answer(self) -> dict[str, Any]:
        try:
            said = json.loads(get_frame(self.process.stdout, ANSWER))
        except (EOFError, ValueError, OSError):
            raise self._fault("lost", "its client ended") from None
        if "fault" in said:
            raise self._fault(str(said["fault"]), str(said["said"]))
        found: dict[str, Any] = said
        return found

    def _fault(self, kind: str, said: str) -> BuildError:
        return BuildError(f"--scheduler {self.address}: {_FAULTS[kind].format(said=said)}")

    def _end(self) -> None:
        self.process.kill()
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout):
            if stream is not None:
                try:
                    stream.close()
                except OSError:
                    continue


def has_dask() -> bool:
    """Say whether a cluster can be talked to from here."""
    try:
        return find_spec("distributed") is not None
    except ValueError:  # a test has put nothing in its place
        return False
