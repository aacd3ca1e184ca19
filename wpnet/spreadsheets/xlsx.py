"""Workbooks that people send back, read bounded and by their cells alone.

Only what a table needs is read: names and order of the sheets, their cells, shared strings and
merged cells. Styles, dimensions, links and formulas are left aside, so that what is damaged or odd
there does no harm. Whatever is wrong with the rest is one sentence.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from dataclasses import dataclass, field
from typing import IO
from xml.parsers import expat

from wpnet.errors import WpnetError
from wpnet.spreadsheets.parts import (
    DOCUMENT,
    SHEETS,
    Bounds,
    Damaged,
    SharedStrings,
    SheetCells,
    SheetNames,
    Targets,
    parse_part,
)

#: Bytes of a workbook: 200,000 verdicts with their evidence take 60 MB.
LARGEST = 500 * 2**20
_PACKED = (b"PK\x03\x04", b"PK\x05\x06")
_OLD = b"\xd0\xcf\x11\xe0"
_FAULTS = (
    ArithmeticError,
    AttributeError,
    EOFError,
    LookupError,
    NotImplementedError,
    OSError,
    RuntimeError,
    TypeError,
    ValueError,
    expat.ExpatError,
    struct.error,
    zipfile.BadZipFile,
    zlib.error,
)


@dataclass
class Sheet:
    """A sheet of a workbook: its name, and its rows as (row number, cells), empty ones left out.

    A cell that holds no value that can be read (a formula nobody has worked out, an error) is
    :data:`~wpnet.spreadsheets.parts.UNREAD`. Cells merged into one all hold its value.
    """

    name: str
    rows: list[tuple[int, list[str]]] = field(default_factory=list)


def parse_workbook(data: bytes, name: str, *, error: type[WpnetError] = WpnetError) -> list[Sheet]:
    """Return all sheets of a workbook (``.xlsx``), hidden ones included.

    Args:
        data: the bytes of the file.
        name: how it is called in sentences.
        error: what is raised, in one sentence, where it cannot be read.
    """
    if len(data) > LARGEST:
        raise error(f"{name}: is larger than {LARGEST // 2**20} MB; send back a part of it")
    if not data.startswith(_PACKED):
        kind = "an old or protected workbook" if data.startswith(_OLD) else "no workbook"
        raise error(f"{name}: is {kind}; save it as .xlsx, without a password")
    try:
        return _sheets(io.BytesIO(data))
    except Damaged as fault:
        raise error(f"{name}: {fault}; open it in Excel or WPS and save it again") from fault
    except _FAULTS as fault:
        raise error(
            f"{name}: is damaged and cannot be read as a workbook; open it in Excel or WPS and "
            "save it again as .xlsx"
        ) from fault


def _sheets(file: IO[bytes]) -> list[Sheet]:
    with zipfile.ZipFile(file) as archive:
        book = _Book(archive)
        strings = SharedStrings(book.bounds)
        names = book.names()
        shared = [path for kind, path in book.targets if kind == "sharedStrings"]
        for path in shared[:1]:
            book.parse(path, strings)
        found = []
        for name, path in names:
            cells = SheetCells(strings.found, book.bounds)
            book.parse(path, cells)
            found.append(Sheet(name, cells.merged_rows()))
    return found


class _Book:
    """The parts of a workbook's archive, found whatever case or slashes their names have."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.archive = archive
        self.bounds = Bounds()
        self.parts: dict[str, zipfile.ZipInfo] = {}
        for info in archive.infolist():
            self.parts.setdefault(_plain_path(info.filename), info)
        roots = self._targets("_rels/.rels", "")
        self.home = next((path for kind, path in roots if kind == "officeDocument"), DOCUMENT)
        folder, _, name = self.home.rpartition("/")
        self.targets = self._targets(f"{folder}/_rels/{name}.rels", folder)

    def names(self) -> list[tuple[str, str]]:
        """Return names and paths of the sheets, in order."""
        listed = SheetNames()
        if _plain_path(self.home) not in self.parts:
            raise Damaged("holds no workbook")
        self.parse(self.home, listed)
        sheets = [path for kind, path in self.targets if kind == "worksheet"]
        found = []
        for number, (name, relation) in enumerate(listed.found[:SHEETS]):
            path = self.by_relation.get(relation, "")
            if not path and not self.targets:
                path = f"xl/worksheets/sheet{number + 1}.xml"
            if path in sheets or not self.targets:  # a chart on a sheet of its own holds no cells
                found.append((name, path))
            elif not path:
                raise Damaged(f"has lost its sheet {name[:40]!r}")
        if not found:
            raise Damaged("holds no sheet")
        return found

    def _targets(self, path: str, folder: str) -> list[tuple[str, str]]:
        """Return kind and path of what a part is related to."""
        if _plain_path(path) not in self.parts:
            return []
        targets = Targets(folder)
        self.parse(path, targets)
        self.by_relation = targets.by_id
        return targets.found

    def parse(self, path: str, reader: SharedStrings | SheetCells | SheetNames | Targets) -> None:
        info = self.parts.get(_plain_path(path))
        if info is None:
            raise Damaged(f"has lost its part {path[-60:]!r}")
        with self.archive.open(info) as part:
            parse_part(part, reader, self.bounds)


def _plain_path(name: str) -> str:
    return re.sub(r"[\\/]+", "/", name).strip("/ ").casefold()
