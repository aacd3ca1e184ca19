"""What a command says beside its answer: faults, notes and progress, all on standard error."""

from __future__ import annotations

import contextlib
import signal
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from typing import NoReturn, TypeVar

Item = TypeVar("Item")

#: Seconds between two lines on progress in a log.
LOG_EVERY = 10.0
_quiet = threading.Lock()  # held while a stage shows its own progress


def progress(stage: str, items: Sequence[Item]) -> Iterator[Item]:
    """Show how far a stage is: a bar on a terminal after a second, in a log a line every 10 s."""
    from tqdm import tqdm

    if sys.stderr.isatty():
        with _quiet_heart():
            yield from tqdm(items, desc=stage, delay=1, leave=False)
        return
    said = time.monotonic()
    with _quiet_heart():
        for number, item in enumerate(items):
            if time.monotonic() - said >= LOG_EVERY:
                said = time.monotonic()
                note(f"{stage}: {number} of {len(items)}")
            yield item


@contextlib.contextmanager
def at_work(command: str) -> Iterator[None]:
    """Say that a command is at work: on a terminal from the first second on, in a log every 10 s.

    Silent while :func:`progress` says more.
    """
    done = threading.Event()
    thread = threading.Thread(target=_beat, args=(command, done), daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def _beat(command: str, done: threading.Event) -> None:
    terminal = sys.stderr.isatty()
    begun, shown = time.monotonic(), ""
    while not done.wait(1 if terminal else LOG_EVERY):
        if _quiet.locked():
            continue
        line = f"{command}: at work for {time.monotonic() - begun:.0f} s"
        if terminal:
            shown = line
            print(line, end="\r", file=sys.stderr, flush=True)
        else:
            note(line)
    if shown:
        print(" " * len(shown), end="\r", file=sys.stderr, flush=True)


@contextlib.contextmanager
def _quiet_heart() -> Iterator[None]:
    mine = _quiet.acquire(blocking=False)
    try:
        yield
    finally:
        if mine:
            _quiet.release()


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
