"""The raw folder as a place to put plans into: a file and its manifest row come in together."""

from __future__ import annotations

import contextlib
import csv
import hashlib
import io
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from wpnet.errors import CorpusError, WpnetError
from wpnet.model import Plan
from wpnet.reading.door import parse_bytes
from wpnet.reading.manifest import MANIFEST_COLUMNS, read_manifest
from wpnet.spreadsheets.delimited import dialect_of
from wpnet.storing.files import cannot_write, write_file
from wpnet.storing.raw import MANIFEST, raw_files, read_raw
from wpnet.storing.staged import locked, sweep


class Entry(NamedTuple):
    """A plan of a raw folder: a file, a manifest row (``listed``), or both.

    ``file`` is empty for a plan that is listed but not held, ``there`` false for a file that the
    manifest names but the folder lacks.
    """

    plan_id: str
    file: str
    sha256: str
    listed: bool
    there: bool


class RawFolder:
    """A folder of raw plans with its manifest, as ``wpnet add`` needs to know it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._ids: dict[tuple[str, str], str] = {}  # of files read before, by name and sha256

    def entries(self) -> list[Entry]:
        """Return all plans of the folder; a file whose row lacks the id is read to learn it.

        Raises:
            CorpusError: the manifest cannot be read.
        """
        rows = read_manifest(self.path).plans
        by_file = {row.source_file: row for row in rows if row.source_file}
        there = raw_files(self.path, by_file).files if self._holds_any() else ()
        files = {file.name: file for file in there}
        entries = [Entry(row.plan_id, "", "", True, False) for row in rows if not row.source_file]
        for name in sorted({*files, *by_file}):
            row = by_file.get(name)
            plan_id, sha256 = (row.plan_id, row.source_sha256) if row else ("", "")
            if name in files and not (plan_id and sha256):
                file, data = read_raw(files[name])
                sha256 = sha256 or file.sha256
                plan_id = plan_id or self._id_of(name, data, row)
            entries.append(Entry(plan_id, name, sha256, row is not None, name in files))
        return entries

    def _holds_any(self) -> bool:
        return self.path.is_dir() and any(
            entry.name != MANIFEST and not entry.name.startswith((".", "~$")) and entry.is_file()
            for entry in self.path.iterdir()
        )

    def _id_of(self, name: str, data: bytes, row: Plan | None) -> str:
        """Return the id that a build will give a file whose row does not say it."""
        key = (name, hashlib.sha256(data).hexdigest())
        if key not in self._ids:
            self._ids[key] = Path(name).stem
            with contextlib.suppress(WpnetError):
                self._ids[key] = parse_bytes(data, name, row).plan.plan_id
        return self._ids[key]

    def take_in(self, name: str, data: bytes | None, cells: Mapping[str, str] | None) -> None:
        """Put a file, its manifest row, or both there: all of it or, whatever happens, nothing.

        Args:
            data: the bytes of the file; ``None`` for one that is there already.
            cells: the row by column; ``None`` where the manifest has it already.

        Raises:
            CorpusError: the place cannot be written to.
        """
        path, manifest = self.path / name, self.path / MANIFEST
        old = manifest.read_bytes() if manifest.exists() else None
        new = old if cells is None else with_row(old, cells)
        sweep(self.path)
        if data is not None and path.exists():
            raise CorpusError(f"{path}: is there already; raw plans are never changed")
        # Whoever is killed between the two leaves a file without a row: a build reads it the
        # same, for the row says only what was read, and the next `wpnet add` writes the row.
        try:
            if data is not None:
                write_file(path, data, seal=False)
            if new is not None and new != old:
                write_file(manifest, new, force=True)  # what it held is in it again
        except BaseException:
            whole = (manifest.read_bytes() if manifest.exists() else None) == new
            if data is not None and not whole:
                path.unlink(missing_ok=True)
            raise


@contextlib.contextmanager
def only_one(folder: Path) -> Iterator[None]:
    """Make a folder if need be, and let one program at a time put plans into it.

    A folder made here goes again if it stays empty.

    Raises:
        CorpusError: the folder cannot be made.
    """
    made = [parent for parent in (folder, *folder.parents) if not parent.exists()]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with locked(folder):
            yield
    except OSError as fault:
        raise cannot_write(folder, fault) from fault
    finally:
        with contextlib.suppress(OSError):
            for parent in made:
                parent.rmdir()


def with_row(manifest: bytes | None, cells: Mapping[str, str]) -> bytes:
    """Return a manifest with one more row; what was there stays byte for byte.

    The row has the columns of the manifest in their order, its encoding, separator and line ends. A
    new manifest has all columns and a byte order mark, so that Excel shows Chinese.

    Raises:
        CorpusError: the manifest has no column ``file``, so that no row can name one.

    Example:
        >>> with_row(b"plan_id,file\\r\\na-2025,a.txt", {"file": "b.txt", "plan_id": "b-2025"})
        b'plan_id,file\\r\\na-2025,a.txt\\r\\nb-2025,b.txt\\r\\n'
    """
    if not manifest:
        manifest = ("\ufeff" + ",".join(MANIFEST_COLUMNS) + "\n").encode()
    how = dialect_of(manifest, MANIFEST_COLUMNS)
    if how is None or "file" not in how.heading:
        raise CorpusError(
            f"{MANIFEST}: has no column “file”, so no row can name a file; add the column"
        )
    line = io.StringIO(newline="")
    csv.writer(line, delimiter=how.mark, lineterminator=how.end).writerow(
        [cells.get(column, "") for column in how.heading]
    )
    between = "" if how.ended else how.end
    return manifest + (between + line.getvalue()).encode(how.encoding)


def cells_of(plan: Plan, file: str) -> dict[str, str]:
    """Return a plan as cells of the manifest, what is unknown left empty.

    Example:
        >>> cells = cells_of(Plan("a-gov-2025", year=2025, place_code="310114"), "a-gov-2025.txt")
        >>> cells["file"], cells["year"], cells["title"]
        ('a-gov-2025.txt', '2025', '')
    """
    values = {column: getattr(plan, field) for column, field in MANIFEST_COLUMNS.items()}
    return {column: str(value or "") for column, value in {**values, "file": file}.items()}
