"""A Dask cluster that the user already has, as workers of a build (the extra ``scale``).

The tasks are those of the local build; a task whose worker is lost is given to another one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from types import TracebackType
from typing import Any, TypeVar

from wpnet.building.workers import IN_HAND, in_order
from wpnet.errors import BuildError, WpnetError

Task = TypeVar("Task")
Result = TypeVar("Result")

#: Seconds to wait for the scheduler to answer.
PATIENCE = 10


class Cluster:
    """Workers of a Dask cluster, reached through its scheduler.

    Raises :class:`~wpnet.errors.BuildError` where dask is not installed, the address leads
    nowhere, or no worker is there.
    """

    def __init__(self, address: str) -> None:
        try:
            from distributed import Client
        except ImportError:
            raise BuildError(
                "--scheduler needs Dask: install it with `pip install wpnet[scale]`, or build "
                "with --workers N on this machine"
            ) from None
        self.address = address
        try:
            connect: Any = Client
            self.client = connect(address, timeout=PATIENCE, set_as_default=False)
        except (OSError, ValueError, TimeoutError) as fault:
            raise BuildError(
                f"--scheduler {address}: no Dask scheduler answers there ({_reason(fault)}); check "
                "the address (tcp://HOST:8786) and that the cluster runs"
            ) from None

    def __enter__(self) -> Cluster:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.client.close(timeout=PATIENCE)

    def run(
        self, job: Callable[[Task], Result], tasks: Iterable[Task]
    ) -> Iterator[tuple[Task, Result]]:
        """Do tasks; raises :class:`~wpnet.errors.BuildError` where the cluster gives up."""
        from distributed import CancelledError, KilledWorker

        workers = max(1, len(self.client.nthreads()))
        try:
            yield from in_order(_Pool(self.client), job, tasks, 2 * IN_HAND * workers)
        except WpnetError:
            raise
        except KilledWorker:
            raise BuildError(
                f"--scheduler {self.address}: several workers died over the same task (out of "
                "memory?); the work done so far is kept in the cache: run the build again"
            ) from None
        except (ModuleNotFoundError, AttributeError) as fault:
            raise BuildError(
                f"--scheduler {self.address}: the workers cannot run wpnet ({_reason(fault)}); "
                "install the same version of it on all of them"
            ) from None
        except (CancelledError, OSError, TimeoutError) as fault:
            raise BuildError(
                f"--scheduler {self.address}: the cluster was lost ({_reason(fault)}); the work "
                "done so far is kept in the cache: run the build again"
            ) from None


class _Pool:
    """A client that hands out tasks as an executor does."""

    def __init__(self, client: Any) -> None:
        self.client = client

    def submit(self, job: Callable[[Task], Result], task: Task) -> Any:
        return self.client.submit(job, task, pure=False)


def _reason(fault: BaseException) -> str:
    return (str(fault) or type(fault).__name__).splitlines()[0]
