"""Every file-system event of a piece of work as a crash point, each in a process of its own.

An audit hook counts the events that change the disk (opening for writing, renaming, removing) and
lets the wanted one fail: by a kill, an interrupt, a full disk once, a disk that stays full, or a
folder in which nobody may write from then on.
"""

from __future__ import annotations

import errno
import os
import signal
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal, NamedTuple

Kind = Literal["kill", "interrupt", "full", "full for good", "forbidden"]
KINDS: tuple[Kind, ...] = ("kill", "interrupt", "full", "full for good")
_LASTING = ("full for good", "forbidden")
_CHANGES = {
    "os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.chmod", "os.chown", "os.link",
    "os.symlink", "os.truncate", "shutil.rmtree", "shutil.move", "shutil.copyfile",
}  # fmt: skip
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT


class Outcome(NamedTuple):
    """How a piece of work ended: ``status`` is what it returned, ``said`` a traceback if any."""

    events: int
    status: int
    said: str
    killed: bool


def crashed(work: Callable[[], int], point: int, kind: Kind, folder: Path) -> Outcome:
    """Do the work in another process, where event number ``point`` in the folder fails."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        _child(work, point, kind, folder, writer)
    os.close(writer)
    data = b""
    while block := os.read(reader, 65536):
        data += block
    os.close(reader)
    _, status = os.waitpid(child, 0)
    events, code, said = [*data.decode("utf-8", "replace").split("\n", 2), "", "", ""][:3]
    killed = os.WIFSIGNALED(status)
    return Outcome(int(events or 0), int(code or -1), said, killed)


def _child(work: Callable[[], int], point: int, kind: Kind, folder: Path, writer: int) -> None:
    hook = _Hook(point, kind, str(folder))
    sys.addaudithook(hook)
    said = ""
    try:
        status = work()
    except BaseException:
        status, said = 99, traceback.format_exc()
    hook.armed = False
    os.write(writer, f"{hook.events}\n{status}\n{said}".encode("utf-8", "replace"))
    os._exit(0)


class _Hook:
    """Counts the events that change a folder, and lets one fail."""

    def __init__(self, point: int, kind: Kind, folder: str) -> None:
        self.point, self.kind, self.folder = point, kind, folder
        self.events, self.armed = 0, True

    def __call__(self, event: str, arguments: tuple[Any, ...]) -> None:
        if not self.armed or not self._changes(event, arguments):
            return
        self.events += 1
        if self.events < self.point or (self.events > self.point and self.kind not in _LASTING):
            return
        if self.kind == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        if self.kind == "interrupt":
            raise KeyboardInterrupt
        if self.kind == "forbidden":
            raise PermissionError(errno.EACCES, "Permission denied", str(arguments[0]))
        raise OSError(errno.ENOSPC, "No space left on device")

    def _changes(self, event: str, arguments: tuple[Any, ...]) -> bool:
        if event == "open":
            path, mode, flags = arguments
            writes = bool(mode and set(mode) & set("wax+")) or bool(flags and flags & _WRITES)
        else:
            path, writes = (arguments or (None,))[0], event in _CHANGES
        if not writes or not isinstance(path, str | bytes | os.PathLike):
            return False
        return os.fsdecode(path).startswith(self.folder)
