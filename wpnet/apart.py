"""Foreign files are read apart: in a process of their own, with limits, that answers in JSON.

Whatever a file does to its reader, what comes back is an answer or one sentence. The process is
started with the first file and serves all later ones; one that dies is replaced. Where the system
knows no limits of memory (Windows), the limit of time still holds.
"""

from __future__ import annotations

import atexit
import contextlib
import importlib
import io
import json
import os
import signal
import struct
import subprocess
import sys
import threading
from typing import Any, BinaryIO

from wpnet import errors
from wpnet.errors import UnreadableFile, WpnetError

#: No reading of a real plan takes a tenth of these. A scan gets the seconds anew for every page.
SECONDS = 60
MEMORY = 2 * 2**30
ANSWER = 256 * 2**20
#: Bytes that the process may write to one file on the disk (LibreOffice writes a .docx).
FILE = 512 * 2**20
#: Files after which the process is replaced, so that nothing can pile up in it.
SERVED = 500
_HEAD = struct.Struct(">Q")
_ALIVE = b"null"


def read_apart(job: str, data: bytes, name: str, **options: Any) -> Any:
    """Return what a job makes of the bytes of a file, done in another process.

    Args:
        job: ``module:function``; called there as ``function(data, name, **options)``, gives back
            what JSON can hold.
        name: how the file is called in sentences.
        options: what JSON can hold.

    Raises:
        WpnetError: what the job raises, as the same class; for whatever else goes wrong
            :class:`~wpnet.errors.UnreadableFile`.

    Example:
        >>> read_apart("wpnet.reading.files:detect_format", b"%PDF-1.7", "plan.txt")
        'pdf'
    """
    with _lock:
        for again in (True, False):
            reader = _the_reader()
            fresh = not reader.served
            try:
                answer = reader.ask(job, data, name, options)
                break
            except _TooSlow:
                raise UnreadableFile(
                    f"{name}: reading it took more than {SECONDS} seconds, so it was given up; "
                    "save the plan alone as a smaller file and try again"
                ) from None
            except (OSError, EOFError, ValueError):
                reader.close()
                if fresh or not again:  # else it may have been the files before this one
                    raise _gave_up(name) from None
            except BaseException:  # an interrupt: its answer must not be taken for a later one
                reader.close()
                raise
    if "fault" in answer:
        kind = getattr(errors, str(answer["fault"]), None)
        known = isinstance(kind, type) and issubclass(kind, WpnetError)
        fault: Any = kind if known else UnreadableFile
        raise fault(str(answer["said"]))
    return answer["answer"]


def _gave_up(name: str) -> UnreadableFile:
    return UnreadableFile(
        f"{name}: its reader gave up (damaged, or it needs more than {MEMORY // 2**30} GB of "
        "memory); open the file, save the plan alone as a new file and try again"
    )


def start(program: str) -> subprocess.Popen[bytes]:
    """Start a Python process that is asked and answers through its standard streams.

    It says nothing else, finds the modules of this one but none in the working folder (``-P``),
    and computes on one processor.
    """
    own = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    return subprocess.Popen(
        [sys.executable, "-P", "-X", "utf8", "-c", program],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, **own, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    )


def streams() -> tuple[BinaryIO, BinaryIO]:
    """Return, in such a process, the streams for questions and answers.

    What any library prints goes nowhere; interrupts are for the process that asks.
    """
    asked, given = sys.stdin.buffer, io.FileIO(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    return asked, io.BufferedWriter(given)


class _TooSlow(Exception):
    """The process did not answer in time and was ended."""


class _Reader:
    """A process that reads files, seen from here."""

    def __init__(self) -> None:
        self.owner, self.served = os.getpid(), 0
        self.process = start("from wpnet.apart import serve; serve()")

    def ask(self, job: str, data: bytes, name: str, options: dict[str, Any]) -> dict[str, Any]:
        """Hand over a file and wait for the answer."""
        asked, given = self.process.stdin, self.process.stdout
        assert asked is not None
        assert given is not None
        clock = _Clock(self.process)
        try:
            self.served += 1
            put_frame(asked, json.dumps([job, name, options]).encode())
            put_frame(asked, data)
            while (said := get_frame(given, ANSWER)) == _ALIVE:
                clock.start_again()
        except (OSError, EOFError, ValueError):
            if clock.over:
                self.close()
                raise _TooSlow from None
            raise
        finally:
            clock.stop()
        answer = json.loads(said)
        if not isinstance(answer, dict) or not answer.keys() & {"answer", "fault"}:
            raise ValueError("no answer")
        return answer

    def close(self) -> None:
        """End the process."""
        if self.owner == os.getpid():
            self.process.kill()
            self.process.wait()
            for stream in (self.process.stdin, self.process.stdout):
                if stream is not None:
                    with contextlib.suppress(OSError):
                        stream.close()


class _Clock:
    """Ends a process whose time is over."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.process, self.over = process, False
        self.timer: threading.Timer | None = None
        self.start_again()

    def start_again(self) -> None:
        self.stop()
        self.timer = threading.Timer(SECONDS, self._end)
        self.timer.daemon = True
        self.timer.start()

    def _end(self) -> None:
        self.over = True
        self.process.kill()

    def stop(self) -> None:
        if self.timer is not None:
            self.timer.cancel()


_lock = threading.RLock()
_reader: _Reader | None = None


def _the_reader() -> _Reader:
    """Return the process that serves this one, started or replaced where need be."""
    global _reader
    if _reader is not None and _reader.owner != os.getpid():
        _reader = None  # that of the process from which this one was forked
    if _reader is not None and (_reader.served >= SERVED or _reader.process.poll() is not None):
        _reader.close()
        _reader = None
    if _reader is None:
        try:
            _reader = _Reader()
        except OSError as fault:
            raise UnreadableFile(
                f"no process can be started to read files ({fault.strerror}); close other programs"
            ) from fault
    return _reader


@atexit.register
def _close() -> None:
    if _reader is not None:
        _reader.close()


def put_frame(stream: BinaryIO | Any, data: bytes) -> None:
    """Write bytes behind their length."""
    stream.write(_HEAD.pack(len(data)))
    stream.write(data)
    stream.flush()


def get_frame(stream: BinaryIO | Any, most: int) -> bytes:
    """Read bytes behind their length; ``EOFError`` at the end, ``ValueError`` for too many."""
    head = stream.read(_HEAD.size)
    if len(head) < _HEAD.size:
        raise EOFError
    (size,) = _HEAD.unpack(head)
    if size > most:
        raise ValueError("the answer is too long")
    data: bytes = stream.read(size)
    if len(data) < size:
        raise EOFError
    return data


# What follows runs in the process apart.

_out: BinaryIO | None = None


def still_alive() -> None:
    """Say that a part of a long job is done, so that the time begins anew (a page of a scan)."""
    if _out is not None:
        put_frame(_out, _ALIVE)
        _set_alarm()


def serve() -> None:
    """Answer until nobody asks any more."""
    global _out
    asked, _out = streams()
    limit_self()
    try:
        while True:
            job, name, options = json.loads(get_frame(asked, 2**20))
            data = get_frame(asked, 2**32)
            _set_alarm()
            put_frame(_out, _answer(job, data, name, options))
    except (EOFError, OSError):
        return


def _answer(job: str, data: bytes, name: str, options: dict[str, Any]) -> bytes:
    """Do a job; whatever happens, say what."""
    try:
        module, _, function = job.partition(":")
        made = getattr(importlib.import_module(module), function)(data, name, **options)
        answer = json.dumps({"answer": made}).encode()
        if len(answer) <= ANSWER:
            return answer
        fault, said = "UnreadableFile", f"{name}: holds far more than any plan; save it alone"
    except WpnetError as known:
        fault, said = type(known).__name__, str(known)
    except (RecursionError, MemoryError):
        fault, said = "UnreadableFile", str(_gave_up(name))
    except ImportError as lost:
        fault = "UnreadableFile"
        said = f"{name}: a package that its reader needs is missing ({lost}); install wpnet again"
    except Exception as unknown:
        fault = "UnreadableFile"
        said = (
            f"{name}: is damaged in a way that its reader does not know "
            f"({type(unknown).__name__}); open the file and save it anew"
        )
    return json.dumps({"fault": fault, "said": said}).encode()


def limit_self() -> None:
    """Set the limits of this process, where the system knows them."""
    with contextlib.suppress(ImportError):
        resource = importlib.import_module("resource")
        for what, most in (
            (resource.RLIMIT_DATA, MEMORY),
            (resource.RLIMIT_AS, 4 * MEMORY),
            (resource.RLIMIT_FSIZE, FILE),
            (resource.RLIMIT_CORE, 0),
        ):
            _, hard = resource.getrlimit(what)
            if hard != resource.RLIM_INFINITY:
                most = min(most, hard)
            with contextlib.suppress(OSError, ValueError):
                resource.setrlimit(what, (most, hard))


def _set_alarm() -> None:
    """Let the system end this process soon after its time, also where nobody waits for it."""
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, SECONDS + 5)
