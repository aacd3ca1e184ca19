"""What a command says beside its answer: faults, notes and progress, all on standard error."""

from __future__ import annotations

import contextlib
import signal
import sys
from collections.abc import Iterator, Sequence
from typing import NoReturn, TypeVar

Item = TypeVar("Item")


def progress(stage: str, items: Sequence[Item]) -> Iterator[Item]:
    """Show a bar on a terminal once a stage takes more than a second."""
    from tqdm import tqdm

    yield from tqdm(items, desc=stage, delay=1, leave=False, disable=not sys.stderr.isatty())


@contextlib.contextmanager
def terminable() -> Iterator[None]:
    """Let a polite kill (SIGTERM) unwind like an interrupt, so that nothing half-written stays."""

    def stop(signum: int, frame: object) -> NoReturn:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def complain(sentence: str) -> None:
    """Say what is wrong, in one sentence."""
    print(f"wpnet: {sentence}", file=sys.stderr)


def note(sentence: str) -> None:
    """Say what was noticed on the way."""
    print(f"note: {sentence}", file=sys.stderr)
