"""Whether a file is just as wpnet wrote it: by a seal, by its first line, or by what it says.

A seal is the sha256 of all that stands before it, where the format has room for it: a comment at
the end of a page or a network, the comment of a workbook's archive. Every program that saves such
a file again drops or breaks it. CSV has no room: there the first line must be that of a sheet of
wpnet, and no cell that a person fills in may hold anything.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

_COMMENT = re.compile(rb"<!-- wpnet sha256 ([0-9a-f]{64}) -->\n$")
_ARCHIVE = re.compile(rb"..wpnet sha256 ([0-9a-f]{64})$", re.DOTALL)
_SEALS = {
    ".html": _COMMENT,
    ".graphml": _COMMENT,
    ".gexf": _COMMENT,
    ".xlsx": _ARCHIVE,
    ".docx": _ARCHIVE,
}
#: What stands in the first or last kilobytes of files that nobody changes by hand.
_SAYS = {".dta": b"wpnet: ", ".parquet": b"wpnet"}
#: By what a row of a sheet is known again.
_ROW_KEY = ("source_id", "target_plan_id")
_ENDS = 64 * 1024
_BLOCK = 2**20


def sealed(parts: Iterable[bytes], suffix: str) -> Iterator[bytes]:
    """Yield the parts of a file of that kind, its seal behind or within them.

    >>> [page, seal] = sealed([b"<html></html>"], ".html")
    >>> seal[:18]
    b'<!-- wpnet sha256 '
    """
    if _SEALS.get(suffix) is _ARCHIVE:
        yield _sealed_archive(b"".join(parts))
        return
    whole = hashlib.sha256()
    for part in parts:
        whole.update(part)
        yield part
    if suffix in _SEALS:
        yield b"<!-- wpnet sha256 %s -->\n" % whole.hexdigest().encode()


def _sealed_archive(data: bytes) -> bytes:
    """Put the seal where an archive has its comment: behind its length, the last two bytes."""
    body = data[:-2]
    comment = b"wpnet sha256 %s" % hashlib.sha256(body).hexdigest().encode()
    return body + len(comment).to_bytes(2, "little") + comment


def objection(path: Path, new: bytes = b"", filled_in: Collection[str] = ()) -> str:
    """Say why a file that is there should not be replaced; the empty string where it may be.

    An empty file may. ``new`` is the CSV that is to take its place (the beginning of it is enough
    where ``filled_in``, the columns that are for a person, is empty).
    """
    suffix = path.suffix.lower()
    try:
        if not path.stat().st_size:
            return ""
        if suffix in _SEALS:
            whole = _seal_holds(path, _SEALS[suffix])
            return "" if whole else "was not written by wpnet, or was changed since"
        if suffix in _SAYS:
            return "" if _says(path, _SAYS[suffix]) else "was not written by wpnet"
        return (
            _csv_objection(path, new, filled_in) if suffix == ".csv" else "was not written by wpnet"
        )
    except OSError as fault:
        return f"cannot be read ({fault.strerror}), so it may hold somebody's work"


def _seal_holds(path: Path, pattern: re.Pattern[bytes]) -> bool:
    size = path.stat().st_size
    with path.open("rb") as file:
        file.seek(max(0, size - 200))
        found = pattern.search(file.read())
        if found is None:
            return False
        left = size - len(found.group())
        file.seek(0)
        whole = hashlib.sha256()
        while left > 0 and (block := file.read(min(_BLOCK, left))):
            whole.update(block)
            left -= len(block)
    return whole.hexdigest().encode() == found.group(1)


def _says(path: Path, words: bytes) -> bool:
    with path.open("rb") as file:
        first = file.read(_ENDS)
        file.seek(max(0, path.stat().st_size - _ENDS))
        return words in first or words in file.read()


def _csv_objection(path: Path, new: bytes, filled_in: Collection[str]) -> str:
    """Say what of a CSV sheet would be lost if ``new`` took its place."""
    old = path.read_bytes()
    if old.partition(b"\n")[0] != new.partition(b"\n")[0]:
        return "has other columns than what is to be written, so it may hold somebody's work"
    try:
        lost = _filled(old, filled_in) - _filled(new, filled_in)
    except (UnicodeDecodeError, csv.Error):
        return "was changed since it was written"
    return f"holds {len(lost)} rows that somebody has filled in" if lost else ""


def _filled(data: bytes, filled_in: Collection[str]) -> set[tuple[str, ...]]:
    """Return what a person has filled in: the row's key and the cells."""
    if not filled_in:
        return set()
    rows = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True)
    names = next(rows, [])
    keys = [at for at, name in enumerate(names) if name in _ROW_KEY]
    places = [at for at, name in enumerate(names) if name in filled_in]
    found = set()
    for row in rows:
        row += [""] * (len(names) - len(row))
        if any(row[at].strip() for at in places):
            found.add(tuple(row[at].strip() for at in (*keys, *places)))
    return found
