"""The one way in which wpnet replaces a folder: all of it at once, and never somebody's files.

The new folder is filled beside the old one and the two are exchanged in one step. Where a system
cannot do that (Windows), two renames stand for it, and whoever reads or builds between them, or
after a kill between them, puts the old folder back first (:func:`settled`).
"""

from __future__ import annotations

import contextlib
import ctypes
import hashlib
import os
import stat
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from wpnet.errors import CorpusError
from wpnet.storing.files import cannot_write, forget_in_place, note_in_place
from wpnet.storing.mark import foreign_files, is_processed
from wpnet.storing.staged import discard, hold, staged_name, sweep, sync_folder

#: What the name of a folder begins with while its successor takes its place in two steps.
ASIDE = ".wpnet-old-"
_NAMED = 3  # files named in a refusal


@contextlib.contextmanager
def scratch_folder(folder: Path) -> Iterator[Path]:
    """Give a new empty folder in a folder; it is gone afterwards, whatever happens.

    Raises :class:`~wpnet.errors.CorpusError` where it cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise cannot_write(folder, fault) from fault
    sweep(folder)
    handle = -1
    new = staged_name(folder)
    try:
        try:
            new.mkdir()
            if os.name == "posix":
                handle = os.open(new, os.O_RDONLY)
                hold(handle)
        except OSError as fault:
            raise cannot_write(folder, fault) from fault
        yield new
    finally:
        discard(new)
        if handle >= 0:
            os.close(handle)


@contextlib.contextmanager
def replaced_folder(out: Path, *, inputs: Iterable[Path] = ()) -> Iterator[Path]:
    """Give an empty folder that takes the place of ``out`` when the block ends without an error.

    The old folder stays whole until then, its mode and group are kept, and a link is followed.

    Args:
        inputs: what the new content is made from.

    Raises:
        CorpusError: the place cannot be written to, or :func:`refuse_foreign` refuses it.
    """
    refuse_foreign(out, inputs=inputs)
    target = Path(os.path.realpath(out))
    with scratch_folder(target.parent) as new:
        try:
            yield new
            _like(new, target)
            _sync_tree(new)
            refuse_foreign(out, inputs=inputs)
            _take_place(new, target, out)
        except OSError as fault:
            raise cannot_write(out, fault) from fault
    sync_folder(target.parent)


def refuse_foreign(out: Path, *, inputs: Iterable[Path] = ()) -> None:
    """Refuse to replace a folder that holds anything which wpnet did not write there.

    Raises :class:`~wpnet.errors.CorpusError` that names what is in the way: files, an input that
    lies inside or above, the working folder.
    """
    if "\0" in str(out):
        raise CorpusError("--out: is no name of a folder; choose another one")
    target = settled(Path(os.path.realpath(out)))
    if os.path.lexists(target) and not target.is_dir():
        raise CorpusError(f"{out}: is a file; name a folder with --out")
    for source in inputs:
        real = Path(os.path.realpath(source))
        if target in (real, *real.parents):
            raise CorpusError(
                f"{out}: {source} lies in this folder, and a build replaces it whole; name another "
                "folder with --out"
            )
        if real in target.parents and real.is_dir():
            raise CorpusError(
                f"{out}: lies in {source}, which is only read; name another folder with --out"
            )
    if not target.is_dir():
        return
    try:
        foreign = foreign_files(target)
    except OSError as fault:
        raise cannot_write(out, fault) from fault
    if foreign:
        more = f" and {len(foreign) - _NAMED} more" if len(foreign) > _NAMED else ""
        way = "move them elsewhere, or name" if is_processed(target) else "name"
        raise CorpusError(
            f"{out}: the folder holds other files, which wpnet did not write: "
            f"{', '.join(foreign[:_NAMED])}{more}; {way} an empty or new folder with --out"
        )
    here = Path.cwd()
    if target in (here, *here.parents):
        raise CorpusError(f"{out}: is the folder that you work in; name one inside it with --out")


def settled(folder: Path) -> Path:
    """Return a folder; where it was set aside and nothing took its place, put it back first."""
    aside = _aside(folder)
    if not os.path.lexists(folder) and aside.is_dir():
        with contextlib.suppress(OSError):
            aside.rename(folder)
    return folder


def _aside(folder: Path) -> Path:
    name = hashlib.sha256(os.fsencode(folder.name)).hexdigest()[:16]
    return folder.parent / f"{ASIDE}{name}"


def _take_place(new: Path, target: Path, out: Path) -> None:
    """Put the new folder where the target is; what was there is where the new one was."""
    if not target.exists():
        try:
            os.rename(new, target)
            note_in_place(out)
            return
        except OSError:
            if not target.is_dir():  # else somebody else was faster
                raise
    if exchange(new, target):
        note_in_place(out)
        late = foreign_files(new)
        if late and exchange(new, target):
            forget_in_place(out)
            raise CorpusError(
                f"{out}: {late[0]} was put there while the build ran; move it elsewhere and run "
                "the build again"
            )
    else:
        _two_renames(new, target, out)


def _two_renames(new: Path, target: Path, out: Path) -> None:
    aside = _aside(target)
    discard(aside)
    os.rename(target, aside)
    try:
        os.rename(new, target)
        note_in_place(out)
    except BaseException:
        if not target.exists():
            os.rename(aside, target)
        raise
    discard(aside)


def exchange(one: Path, other: Path) -> bool:
    """Exchange two folders in one step; false where this system or file system cannot do that."""
    try:
        library = ctypes.CDLL(None, use_errno=True)
        if sys.platform == "darwin":
            status = library.renamex_np(os.fsencode(one), os.fsencode(other), 2)
        else:
            here = -100  # AT_FDCWD: paths are those of this process
            status = library.renameat2(here, os.fsencode(one), here, os.fsencode(other), 2)
    except (OSError, AttributeError, TypeError):
        return False
    return bool(status == 0)


def _like(new: Path, old: Path) -> None:
    """Give a new folder mode and group of the old one, as far as the system lets us."""
    if not old.is_dir():
        return
    before, now = old.stat(), new.stat()
    if hasattr(os, "chown") and before.st_gid != now.st_gid:
        with contextlib.suppress(PermissionError):
            os.chown(new, -1, before.st_gid)
    new.chmod(stat.S_IMODE(before.st_mode))


def _sync_tree(folder: Path) -> None:
    """Bring all files of a folder to the disk."""
    for here, _, files in os.walk(folder):
        for name in files:
            with (Path(here) / name).open("rb+") as file:
                os.fsync(file.fileno())
        sync_folder(Path(here))
