"""The one way in which wpnet opens files that others made: what a folder holds, and the bytes."""

from __future__ import annotations

import hashlib
import os
import re
import stat
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from wpnet.errors import BuildError, CorpusError, UnreadableFile
from wpnet.opening import kind_of, read_whole

MANIFEST = "manifest.csv"
#: No plan is larger; whatever its format.
LARGEST = 100 * 2**20
#: What desktops put into folders by themselves.
_DROPPINGS = {"thumbs.db", "desktop.ini", "icon\r", "$recycle.bin"}
#: What programs that keep folders alike call the second of two files that differ: Dropbox and
#: Nextcloud, Syncthing, Nutstore and other Chinese drives.
_CONFLICT = re.compile(
    r"\((?:[^()]*['’]s )?(?:conflicted copy|case conflict)[^()]*\)|\.sync-conflict-\d{8}-"
    r"|[（(_\-\s]冲突(?:文件|副本|版本)?[）)_\-\s\d.]",
    re.IGNORECASE,
)
#: OneDrive adds the name of the computer: capitals and digits (DESKTOP-7AB3, PC01).
_COMPUTER = re.compile(r"(.+?)-(?=[A-Z0-9-]*[A-Z])(?=[A-Z0-9-]*\d)[A-Z0-9][A-Z0-9-]{2,14}")


@dataclass(frozen=True, slots=True)
class RawFile:
    """A raw file as it was when it was read."""

    path: Path
    sha256: str
    size: int
    changed: int


def read_raw(path: Path) -> tuple[RawFile, bytes]:
    """Read a raw file whole.

    Raises :class:`~wpnet.errors.UnreadableFile` where it cannot be opened, is no file or is too
    large, and :class:`~wpnet.errors.BuildError` where it changes meanwhile.
    """
    data, before = read_whole(
        path, most=LARGEST, error=UnreadableFile, advice="save the plan alone as a file"
    )
    try:
        after = path.stat()
    except OSError:
        raise _changed(path) from None
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        raise _changed(path)
    sha256 = hashlib.sha256(data).hexdigest()
    return RawFile(path, sha256, after.st_size, after.st_mtime_ns), data


def check_unchanged(files: Iterable[RawFile]) -> None:
    """Refuse to finish a build whose raw files were changed while it ran.

    Raises :class:`~wpnet.errors.BuildError` with the first such file.
    """
    for file in files:
        try:
            now = file.path.stat()
        except OSError:
            raise _changed(file.path) from None
        if (now.st_size, now.st_mtime_ns) != (file.size, file.changed):
            raise _changed(file.path)


def _changed(path: Path) -> BuildError:
    return BuildError(
        f"{path}: the file was changed while it was read; wait until it is complete and run the "
        "build again; what was there is untouched"
    )


def nfc(name: str) -> str:
    """Return a name with composed letters: macOS and others spell one name in two ways."""
    return unicodedata.normalize("NFC", name)


def same_name(name: str) -> str:
    """Return a file name as every system would compare it: composed, and without capitals.

    >>> same_name("Plane\\u0301.TXT") == same_name("plan\\u00e9.txt")
    True
    """
    return nfc(name).casefold()


@dataclass(frozen=True, slots=True)
class RawFolderFiles:
    """The plan files of a raw folder by name, and what was passed over: names with the reason."""

    files: tuple[Path, ...]
    passed_over: tuple[tuple[str, str], ...]

    def notes(self, raw: Path) -> list[str]:
        """Return a sentence on what was passed over, if anything was."""
        if not self.passed_over:
            return []
        named = ", ".join(f"{name} ({why})" for name, why in self.passed_over[:10])
        more = len(self.passed_over) - 10
        return [f"{raw}: passed over {named}{f' and {more} more' if more > 0 else ''}"]


def raw_files(raw: Path, listed: Collection[str] = ()) -> RawFolderFiles:
    """Return the plan files of a raw folder, sorted by name, and what else lies there.

    Passed over, and said, is what is no file of the user's: folders, pipes, devices, links that
    lead nowhere, what desktops and office programs put there, the second copies of programs that
    keep folders alike. Dot files and the manifest go without saying.

    Args:
        listed: names that the manifest gives, which are never passed over.

    Raises:
        CorpusError: there is no such folder or nothing in it, or a name cannot be written.
    """
    if not raw.is_dir():
        raise CorpusError(f"{raw}: no such folder; name the folder of raw plans with --raw")
    try:
        entries = sorted(raw.iterdir())
    except OSError as fault:
        raise CorpusError(
            f"{raw}: the folder cannot be read ({fault.strerror}); check its permissions"
        ) from fault
    names = {entry.name for entry in entries}
    files, passed_over = [], []
    for entry in entries:
        if entry.name == MANIFEST or entry.name.startswith("."):
            continue
        why = "" if entry.name in listed else _no_plan(entry, names)
        if why:
            passed_over.append((_shown(entry.name), why))
        else:
            check_name(entry)
            files.append(entry)
    found = RawFolderFiles(tuple(files), tuple(passed_over))
    if not files:
        also = "".join(f" ({said.partition(': ')[2]})" for said in found.notes(raw))
        raise CorpusError(f"{raw}: no plan in it; put .txt, .html, .pdf or .docx files there{also}")
    return found


def _no_plan(entry: Path, names: Collection[str]) -> str:
    """Say why something in a raw folder is no file that a user put there; empty for one that is."""
    if entry.name.lower() in _DROPPINGS:
        return "of the desktop"
    if entry.name.startswith("~$"):
        return "of an office program"
    try:
        mode = entry.stat().st_mode
    except FileNotFoundError:
        return "a link that leads nowhere"
    except OSError:
        return "a link in a circle" if entry.is_symlink() else ""
    if not stat.S_ISREG(mode):
        return kind_of(mode)
    return "a conflict copy" if _is_conflict(entry, names) else ""


def _is_conflict(entry: Path, names: Collection[str]) -> bool:
    if _CONFLICT.search(entry.name):
        return True
    computer = _COMPUTER.fullmatch(entry.stem)
    return computer is not None and f"{computer[1]}{entry.suffix}" in names


def check_name(path: Path) -> None:
    """Refuse the name of a file that no table could hold.

    Raises :class:`~wpnet.errors.CorpusError` for bytes that are no UTF-8 and control characters.

    >>> check_name(Path("计划.txt"))
    """
    name = path.name
    if any(unicodedata.category(letter) in ("Cc", "Cs") for letter in name):
        raise CorpusError(
            f"{path.parent / _shown(name)}: a table cannot hold the name of this file (bytes of "
            "another encoding, or control characters); rename it"
        )


def _shown(name: str) -> str:
    """Return a name as it was meant: bytes that are no UTF-8 are nearly always GBK."""
    if any("\ud800" <= letter <= "\udfff" for letter in name):
        name = os.fsencode(name).decode("gb18030", "replace")
    return "".join(_printable(name))


def _printable(name: str) -> Iterator[str]:
    for letter in name:
        yield letter if letter.isprintable() else repr(letter)[1:-1]
