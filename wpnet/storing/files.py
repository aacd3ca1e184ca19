"""The one way in which wpnet writes a file: whole or not at all, and never over somebody's work.

A file is written beside its place, brought to the disk, and then takes its place in one step. Links
are followed; mode and group of the file that was there are kept. What was not written by wpnet, or
was changed since, is not replaced unless the caller says so.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import partial
from itertools import chain
from pathlib import Path

from wpnet.errors import CorpusError
from wpnet.storing import seals
from wpnet.storing.mark import is_processed
from wpnet.storing.staged import discard, hold, staged_name, sweep, sync_folder

#: What to do about the commonest reasons why something cannot be written.
_ADVICE = {
    errno.ENOSPC: "make room on the disk, or choose another place",
    errno.EDQUOT: "make room on the disk, or choose another place",
    errno.ENOENT: "there is no such folder: make it, or choose another place",
    errno.ENOTDIR: "a part of the path is a file: choose another place",
    errno.EACCES: "close it where it is open (Excel, WPS), or choose another place",
    errno.EPERM: "close it where it is open (Excel, WPS), or choose another place",
    errno.EROFS: "the disk can only be read: choose another place",
    errno.EBUSY: "it is in use, or the root of a disk: name a folder inside it",
    errno.EXDEV: "it cannot be moved there: choose a new place",
    errno.ENAMETOOLONG: "choose a shorter name",
}
_in_place: list[Path] = []


def in_place() -> tuple[Path, ...]:
    """Return what this process has put in its place so far, for an interrupt to say it."""
    return tuple(_in_place)


def note_in_place(path: Path) -> None:
    """Remember that something has taken its place."""
    _in_place.append(path)


def forget_in_place(path: Path) -> None:
    """Forget that something has taken its place, since it was undone."""
    if path in _in_place:
        _in_place.remove(path)


def cannot_write(path: Path, fault: OSError) -> CorpusError:
    """Return the sentence for a place that cannot be written to.

    Example:
        >>> str(cannot_write(Path("a.csv"), OSError(28, "No space left on device")))[:60]
        'a.csv: cannot be written (No space left on device); make roo'
    """
    advice = _ADVICE.get(fault.errno or 0, "choose another place")
    why = fault.strerror or str(fault)
    return CorpusError(
        f"{_shown(path)}: cannot be written ({why}); {advice}; what was there is untouched"
    )


def _shown(path: Path) -> str:
    return str(path).replace("\0", "\\0").replace("\n", "\\n")


def write_file(
    path: Path,
    data: bytes | Iterable[bytes],
    *,
    inputs: Iterable[Path] = (),
    filled_in: Collection[str] = (),
    force: bool = False,
    seal: bool = True,
) -> None:
    """Write a file in one step: it is there whole or, whatever happens, not at all.

    Files whose kind allows it (:mod:`wpnet.storing.seals`) get a seal, by which the next call knows
    that nobody has changed them.

    Args:
        path: the file; a link is followed.
        data: its content, or the parts of it, which may be made while they are written.
        inputs: files and folders that the content was made from: never written over or into.
        filled_in: columns of a CSV sheet that a person fills in; one that holds any such value is
            not replaced. (Workbooks are known by their seal.)
        seal: false for a file that must keep every byte, such as a raw plan.
        force: replace what wpnet did not write and what was filled in. Also for a file that the
            caller has read and whose content it takes over.

    Raises:
        CorpusError: the place cannot be written to, or what is there must not be replaced.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     write_file(Path(folder) / "a.csv", b"a,b\\n1,2\\n")
        ...     (Path(folder) / "a.csv").read_bytes()
        b'a,b\\n1,2\\n'
    """
    write_files({path: data}, inputs=inputs, filled_in=filled_in, force=force, seal=seal)


def write_files(
    files: Mapping[Path, bytes | Iterable[bytes]],
    *,
    inputs: Iterable[Path] = (),
    filled_in: Collection[str] = (),
    force: bool = False,
    seal: bool = True,
) -> None:
    """Write several files: all are whole on the disk before the first of them takes its place.

    Arguments and errors are those of :func:`write_file`.
    """
    with contextlib.ExitStack() as stack:
        placing = []
        for path, data in files.items():
            target, before = _target(path, inputs)
            csv = target.suffix.lower() == ".csv"
            if before is not None and not force and not csv:
                _refuse(path, seals.objection(target))
            parts = iter((data,) if isinstance(data, bytes) else data)
            first = b"".join(parts) if filled_in else next(parts, b"")
            if before is not None and not force and csv:
                _refuse(path, seals.objection(target, first, filled_in))
            sweep(target.parent)
            whole = seals.sealed(chain((first,), parts), target.suffix.lower() if seal else "")
            try:
                placing.append((path, stack.enter_context(_staged(target, whole, before))))
            except OSError as fault:
                raise cannot_write(path, fault) from fault
        for path, place in placing:
            try:
                place(path)
            except OSError as fault:
                raise cannot_write(path, fault) from fault


def check_place(path: Path, *, inputs: Iterable[Path] = (), force: bool = False) -> None:
    """Refuse a place before the long work for it is done: what :func:`write_file` would refuse.

    Of a CSV file only the place is looked at: what would be lost of it depends on what is new.
    Raises :class:`~wpnet.errors.CorpusError`.
    """
    target, before = _target(path, inputs)
    if not target.parent.is_dir():
        raise cannot_write(path, FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT)))
    if before is not None and not force and target.suffix.lower() != ".csv":
        _refuse(path, seals.objection(target))


def _refuse(path: Path, said: str) -> None:
    if said:
        raise CorpusError(
            f"{_shown(path)}: {said}; name another file, or say --force to replace it"
        )


def _target(path: Path, inputs: Iterable[Path]) -> tuple[Path, os.stat_result | None]:
    """Return the file that a path leads to, and what is known of it if it is there."""
    if "\0" in str(path):
        raise CorpusError(f"{_shown(path)}: is no name of a file; choose another one")
    target = Path(os.path.realpath(path))
    try:
        before = target.stat()
    except FileNotFoundError:
        before = None
    except OSError as fault:
        raise cannot_write(path, fault) from fault
    if before is not None and stat.S_ISDIR(before.st_mode):
        raise CorpusError(f"{_shown(path)}: is a folder; name a file")
    if before is not None and not stat.S_ISREG(before.st_mode):
        raise CorpusError(f"{_shown(path)}: is a device or a pipe; name a file")
    if before is not None and not before.st_mode & 0o222:
        raise CorpusError(
            f"{_shown(path)}: cannot be written (it is read-only); make it writable, or choose "
            "another place"
        )
    for source in inputs:
        if Path(os.path.realpath(source)) in (target, *target.parents):
            raise CorpusError(
                f"{_shown(path)}: is, or lies in, what is read here ({source}); choose another "
                "place"
            )
    for folder in (target.parent, target.parent.parent):
        if is_processed(folder) and (folder == target.parent or target.parent.name == "text"):
            raise CorpusError(
                f"{_shown(path)}: lies in a folder that a build replaces; choose another place"
            )
    return target, before


def replace_file(target: Path, parts: Iterable[bytes]) -> None:
    """Put a file that can be made again in its place in one step, asking nothing.

    It need not outlive a loss of power. Raises ``OSError`` where it cannot be written.
    """
    with _staged(target, parts, None, durable=False) as place:
        place(None)


@contextlib.contextmanager
def _staged(
    target: Path,
    parts: Iterable[bytes],
    before: os.stat_result | None,
    *,
    durable: bool = True,
) -> Iterator[Callable[[Path | None], None]]:
    """Write a file beside its place, like the one that is there; give what puts it there.

    What puts it there takes the name by which :func:`in_place` knows it from then on. Raises
    ``OSError``; nothing is left behind of a file that was not put in its place.
    """
    while True:
        new = staged_name(target.parent)
        placed: list[bool] = []
        try:
            with new.open("xb") as file:
                hold(file.fileno())
                if not new.exists():  # swept before it was locked
                    continue
                file.writelines(parts)
                file.flush()
                if durable:
                    os.fsync(file.fileno())
                if before is not None:
                    _like(new, before)
                if os.name == "nt":  # an open file cannot be moved there
                    file.close()
                yield partial(_place, new, target, placed)
                break
        finally:
            if not placed:
                discard(new)
    if durable and placed:
        sync_folder(target.parent)


def _place(new: Path, target: Path, placed: list[bool], said: Path | None) -> None:
    """Put a file in its place, and remember that it is there."""
    os.replace(new, target)
    placed.append(True)
    if said is not None:
        note_in_place(said)


def _like(new: Path, before: os.stat_result) -> None:
    """Give a new file owner, group and mode of the old one, as far as the system lets us."""
    now = new.stat()
    if hasattr(os, "chown") and (now.st_uid, now.st_gid) != (before.st_uid, before.st_gid):
        with contextlib.suppress(PermissionError):
            os.chown(new, -1, before.st_gid)
        with contextlib.suppress(PermissionError):
            os.chown(new, before.st_uid, -1)
    if stat.S_IMODE(now.st_mode) != stat.S_IMODE(before.st_mode):
        new.chmod(stat.S_IMODE(before.st_mode))
