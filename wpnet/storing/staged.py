"""What is written beside its place until it is whole: names, locks, and the sweeping of leftovers.

Everything unfinished is named :data:`STAGED` and a random word, so that nobody takes it for more.
Whoever writes holds a lock on it; the lock ends with the process, however it ends. So the next
program that writes into the folder can tell what a killed one has left, and removes it.
"""

from __future__ import annotations

import contextlib
import errno
import importlib
import os
import secrets
import shutil
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

#: What the name of an unfinished file or folder begins with; hidden, so that nothing reads it.
STAGED = ".wpnet-new-"
#: The lock of a folder where the system cannot lock the folder itself (Windows, many shares).
LOCK = ".wpnet-lock"
#: Seconds for which a program waits for another one on such a share.
PATIENCE = 120.0
#: Seconds after which something unfinished is left over where the system knows no such locks.
FORGOTTEN = 24 * 3600
_HAS_LOCKS = find_spec("fcntl") is not None


def staged_name(folder: Path) -> Path:
    """Return a name for something unfinished in a folder that nothing there has."""
    return folder / f"{STAGED}{secrets.token_hex(8)}"


def hold(handle: int) -> bool:
    """Lock an open file or folder for as long as it is open; say whether the place knows locks."""
    if not _HAS_LOCKS:
        return False
    fcntl = importlib.import_module("fcntl")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
    except OSError:
        return False
    return True


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Let one process at a time read, change and write again what lies in a folder.

    Nothing is left behind, but on Windows an empty file :data:`LOCK`. Raises ``OSError`` where the
    folder is not there, and after :data:`PATIENCE` where it knows no locks and a file says that
    another program, on this computer or another one, is at work.

    Example:
        >>> with locked(Path(".")):
        ...     pass
    """
    if _HAS_LOCKS:
        handle = os.open(folder, os.O_RDONLY)
        try:
            with contextlib.nullcontext() if hold(handle) else _by_name(folder / LOCK):
                yield
        finally:
            os.close(handle)
        return
    msvcrt = importlib.import_module("msvcrt")
    with (folder / LOCK).open("ab") as file:
        while True:
            file.seek(0)
            try:
                msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)
                break
            except OSError as fault:  # the system gives up after ten seconds; we do not
                if fault.errno not in (errno.EDEADLK, errno.EACCES):
                    raise
        try:
            yield
        finally:
            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_UNLCK, 1)


@contextlib.contextmanager
def _by_name(lock: Path) -> Iterator[None]:
    """Hold a lock that is a file which only one program can make, also on a share."""
    end = time.monotonic() + PATIENCE
    while True:
        try:
            os.close(os.open(lock, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
            break
        except FileExistsError:
            if time.monotonic() > end:
                said = f"another program is at work there; where there is none, remove {lock}"
                raise OSError(errno.EBUSY, said) from None
            time.sleep(0.05)
    try:
        yield
    finally:
        lock.unlink(missing_ok=True)


def sweep(folder: Path) -> None:
    """Remove what processes that were killed have left unfinished in a folder."""
    with contextlib.suppress(OSError):
        for path in sorted(folder.glob(f"{STAGED}*")):
            if _left_over(path):
                discard(path)


def _left_over(path: Path) -> bool:
    """Tell whether nobody is at work on something unfinished any more."""
    try:
        old = time.time() - path.lstat().st_mtime > FORGOTTEN
        if not _HAS_LOCKS:
            return old
        fcntl = importlib.import_module("fcntl")
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as fault:
        return old and fault.errno not in (errno.EAGAIN, errno.EACCES)
    finally:
        os.close(handle)
    return True


def discard(path: Path) -> None:
    """Remove a file or folder, also where an interrupt comes while it is removed."""
    try:
        _remove(path)
    finally:
        _remove(path)


def _remove(path: Path) -> None:
    with contextlib.suppress(OSError):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def sync_folder(folder: Path) -> None:
    """See that the names in a folder reach the disk, where the system can be asked to."""
    if os.name == "posix":
        with contextlib.suppress(OSError):
            handle = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)
