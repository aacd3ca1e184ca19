"""How every other part of wpnet reads a foreign file: short plain text here, all else apart.

Plain text is decoded line by line, without a library and in linear time; it is read in this process
up to a size that holds ten times the longest plan seen. Everything else goes through
:mod:`wpnet.apart`, and comes back checked by the types of the records.
"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeVar

from wpnet.apart import read_apart
from wpnet.errors import UnreadableFile
from wpnet.model import ParsedPlan, Plan
from wpnet.reading.explain import explain_document
from wpnet.reading.files import detect_format, read_bytes_as_document
from wpnet.reading.plan import parse_document
from wpnet.schema import WrongShape, checked
from wpnet.storing.raw import read_raw

T = TypeVar("T")

#: The longest plan seen (2026-11) has 60 KB of UTF-8. Of this size, the dearest of twelve hostile
#: patterns (tests/test_apart.py) takes 3.2 s of one processor and 141 MB.
READ_HERE = 512 * 1024
_ZIP = b"PK"


def parse_bytes(data: bytes, name: str, known: Plan | None = None) -> ParsedPlan:
    """Return what is understood of a file's bytes.

    Args:
        name: its name, which says its format where the content does not.
        known: what the manifest says of it.

    Raises:
        UnreadableFile: it cannot be read, whatever the reason.

    Example:
        >>> parse_bytes("一、公开\\n1.公开年报。\\n".encode(), "a.txt").requirements[0].text
        '公开年报。'
    """
    if _is_short_text(data, name):
        return parse_document(read_bytes_as_document(data, name), known=known)
    said = None if known is None else asdict(known)
    return _returned(ParsedPlan, read_apart(f"{__name__}:parsed", data, name, known=said), name)


def parse_file(path: Path, known: Plan | None = None) -> ParsedPlan:
    """Return what is understood of a file; arguments and errors as of :func:`parse_bytes`."""
    _, data = read_raw(path)
    return parse_bytes(data, path.name, known)


def explain_bytes(data: bytes, name: str) -> list[str]:
    """Return what was decided about a file and why, a sentence each.

    Raises:
        UnreadableFile: it cannot be read.
    """
    if _is_short_text(data, name):
        return explained(data, name)
    return _returned(list[str], read_apart(f"{__name__}:explained", data, name), name)


def format_of(data: bytes, name: str) -> str:
    """Return the format of a file; see :func:`wpnet.reading.files.detect_format`."""
    if data.startswith(_ZIP):
        return str(read_apart("wpnet.reading.files:detect_format", data, name))
    return detect_format(data, name)


def _is_short_text(data: bytes, name: str) -> bool:
    if len(data) > READ_HERE or data.startswith(_ZIP):
        return False
    return detect_format(data, name) == "text"


def _returned(kind: type[T], value: Any, name: str) -> T:
    try:
        return checked(kind, value)
    except WrongShape as fault:
        raise UnreadableFile(f"{name}: its reader gave no sound answer ({fault})") from fault


def parsed(data: bytes, name: str, known: dict[str, Any] | None) -> dict[str, Any]:
    """Parse a file, in the process apart."""
    row = None if known is None else checked(Plan, known)
    return asdict(parse_document(read_bytes_as_document(data, name), known=row))


def explained(data: bytes, name: str) -> list[str]:
    """Explain a file, in the process apart."""
    return list(explain_document(read_bytes_as_document(data, name)))
