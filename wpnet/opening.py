"""The one way in which wpnet opens a file that somebody named: a regular file, whole, bounded.

A pipe would let a program wait for ever, a device would fill the memory, a folder is a slip.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

from wpnet.errors import WpnetError

#: Never wait for the other end of a pipe.
_AT_ONCE = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)


def read_whole(
    path: Path, *, most: int, error: type[WpnetError], advice: str
) -> tuple[bytes, os.stat_result]:
    """Return the bytes of a file, and what the system said of it before they were read.

    Args:
        most: bytes that are read at most.
        error: what is raised, in one sentence, where it cannot be opened, is no file or is too
            large.
        advice: what to do about a file that is too large.

    Example:
        >>> data, before = read_whole(Path("LICENSE"), most=2**20, error=WpnetError, advice="")
        >>> len(data) == before.st_size
        True
    """
    try:
        number = os.open(path, os.O_RDONLY | _AT_ONCE)
        before = os.fstat(number)
        if not stat.S_ISREG(before.st_mode):
            os.close(number)
            raise error(f"{path}: is {kind_of(before.st_mode)}, no file; name a file")
        with os.fdopen(number, "rb") as file:
            data = file.read(most + 1) if before.st_size <= most else b""
    except FileNotFoundError:
        raise error(f"{path}: there is no such file; check the name") from None
    except ValueError:
        raise error(f"{str(path)!r}: is no name of a file; check the name") from None
    except OSError as fault:
        if os.path.isdir(path):
            raise error(f"{path}: is a folder, no file; name a file") from None
        raise error(
            f"{path}: cannot be opened ({fault.strerror}); check name and permissions"
        ) from None
    if max(before.st_size, len(data)) > most:
        raise error(f"{path.name}: is larger than {most // 2**20} MB; {advice}")
    return data, before


def kind_of(mode: int) -> str:
    """Say what stands in the place of a file.

    >>> kind_of(os.stat(".").st_mode)
    'a folder'
    """
    if stat.S_ISDIR(mode):
        return "a folder"
    if stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode):
        return "a pipe"
    return "a device"
