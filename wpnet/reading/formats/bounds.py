"""What a format module hands back, and the limits that no input may break."""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal, TypeVar

from wpnet.errors import UnreadableFile
from wpnet.model import LeftOut, LeftOutKind, Line

Container = Literal["text", "html", "pdf", "docx", "image"]
T = TypeVar("T")

#: Issue 6: hostile input must end within 60 s and 2 GB. The largest real plan seen is under 1 MB
#: of text and 40 pages, so that each limit below leaves a factor of ten or more.
SECONDS = 40.0
MAX_TEXT_BYTES = 32 * 2**20
MAX_LINES = 200_000
#: Of what is left out: characters that are kept, characters looked at to find them, stretches.
BEGINNING, SCANNED, MOST_LEFT_OUT = 60, 500, 1_000


@dataclass(frozen=True, slots=True)
class Content:
    """The lines of one file in reading order, with what the reader should be warned of."""

    container: Container
    lines: tuple[Line, ...]
    warnings: tuple[str, ...] = ()
    left_out: tuple[LeftOut, ...] = ()


class LossBook:
    """Writes down what a reader leaves out, in the order in which it meets it; the same once."""

    def __init__(self) -> None:
        self._found: dict[LeftOut, None] = {}
        self._more = 0

    def add(self, kind: LeftOutKind, place: str, text: str) -> None:
        """Note a stretch of text; what shows nothing is nothing left out.

        >>> book = LossBook()
        >>> book.add("deleted", "paragraph 3", " 每周发布\\n简报。")
        >>> book.rows()
        (LeftOut(plan_id='', kind='deleted', raw_place='paragraph 3', text='每周发布 简报。'),)
        """
        shown = " ".join("".join(c if c.isprintable() else " " for c in text[:SCANNED]).split())
        if not shown:
            return
        row = LeftOut("", kind, place, shown[:BEGINNING])
        if len(self._found) < MOST_LEFT_OUT:
            self._found[row] = None
        else:
            self._more += row not in self._found

    def rows(self) -> tuple[LeftOut, ...]:
        """What was noted; beyond :data:`MOST_LEFT_OUT` stretches the last row counts the rest."""
        rest = LeftOut("", "unread", "", f"{self._more} more stretches of the file")
        return (*self._found, *([rest] if self._more else []))


class OutOfTime(BaseException):
    """Raised inside a reader whose time is over; no ``Exception``, which libraries swallow."""


def within_time(job: Callable[[], T], name: str, seconds: float = SECONDS) -> T:
    """The result of ``job``, or an error once ``seconds`` are over.

    A timer raises :class:`OutOfTime` in this thread, which works in any thread and on any system
    for jobs written in Python; time spent inside one C call is not cut short.

    Raises:
        UnreadableFile: the job took longer.

    >>> within_time(lambda: 1 + 1, "plan.pdf")
    2
    """
    thread = ctypes.c_ulong(threading.get_ident())
    lock = threading.Lock()
    over = False

    def stop() -> None:
        with lock:
            if not over:
                ctypes.pythonapi.PyThreadState_SetAsyncExc(thread, ctypes.py_object(OutOfTime))

    timer = threading.Timer(seconds, stop)
    timer.daemon = True
    timer.start()
    try:
        try:
            return job()
        finally:
            with lock:
                over = True
            timer.cancel()
            ctypes.pythonapi.PyThreadState_SetAsyncExc(thread, None)
    except OutOfTime:
        raise UnreadableFile(
            f"{name}: reading it took more than {seconds:.0f} seconds, so it was given up; "
            "save the plan alone as a smaller file and try again"
        ) from None


def limited(lines: Iterable[Line], name: str) -> tuple[Line, ...]:
    """The lines as a tuple, refused beyond :data:`MAX_LINES`.

    Raises:
        UnreadableFile: there are more lines than any plan has.

    >>> len(limited([Line("一、总体要求")], "plan.txt"))
    1
    """
    kept: list[Line] = []
    for line in lines:
        if len(kept) >= MAX_LINES:
            raise UnreadableFile(
                f"{name}: has more than {MAX_LINES:,} lines, far more than any plan; "
                "save the plan alone as a file and try again"
            )
        kept.append(line)
    return tuple(kept)
