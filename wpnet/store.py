"""The door to the disk: raw folder and manifest in, processed folder in again."""

from __future__ import annotations

import csv
import hashlib
import io
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wpnet.corpus import Corpus
from wpnet.errors import BuildError, CorpusError, UnreadableFile
from wpnet.model import Plan
from wpnet.storing.folders import settled
from wpnet.storing.mark import PACKAGE
from wpnet.tables import TABLES, read_table

MANIFEST = "manifest.csv"
# Columns of the manifest (DESIGN, "Raw folder") and the field of a plan each one fills.
MANIFEST_COLUMNS = {
    "plan_id": "plan_id",
    "file": "source_file",
    "title": "title",
    "issuer": "issuer",
    "place_code": "place_code",
    "level": "level",
    "bureau": "bureau",
    "year": "year",
    "doc_number": "doc_number",
    "date": "date",
    "date_kind": "date_kind",
    "source_url": "source_url",
    "sha256": "source_sha256",
}
#: No plan is larger; the same limit as in :mod:`wpnet.reading.formats.bounds`.
LARGEST = 100 * 2**20


def read_manifest(raw: Path) -> list[Plan]:
    """Read ``manifest.csv`` of a raw folder; a folder without one gives an empty list.

    Raises :class:`~wpnet.errors.CorpusError` for an unknown column, a year that is no number, or a
    file or plan id that two rows name.
    """
    path = raw / MANIFEST
    if not path.exists():
        return []
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as fault:
        raise CorpusError(f"{path}: cannot be read ({fault}); save it as CSV in UTF-8") from fault
    rows = csv.DictReader(io.StringIO(text, newline=""))
    unknown = [name for name in rows.fieldnames or () if name not in MANIFEST_COLUMNS]
    if unknown:
        raise CorpusError(
            f"{path}: unknown column {unknown[0]!r}; the columns are {', '.join(MANIFEST_COLUMNS)}"
        )
    plans = [_manifest_plan(path, rows.line_num, row) for row in rows]
    for what in ("plan_id", "source_file"):
        named = [getattr(plan, what) for plan in plans if getattr(plan, what)]
        twice = sorted({name for name in named if named.count(name) > 1})
        if twice:
            raise CorpusError(f"{path}: two rows name {twice[0]!r}; keep one of them")
    return plans


def _manifest_plan(path: Path, line: int, row: Mapping[str, str | None]) -> Plan:
    values = {MANIFEST_COLUMNS[name]: (value or "").strip() for name, value in row.items() if name}
    year = values.pop("year", "")
    if year and not year.isdecimal():
        raise CorpusError(f"{path}: line {line}: year {year!r} is no number")
    file = values.get("source_file", "")
    if file and Path(file).name != file:
        raise CorpusError(f"{path}: line {line}: {file!r} must be a file name without folders")
    return Plan(**{"plan_id": "", **values}, year=int(year or 0), held=bool(file))  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class RawFile:
    """A raw file as it was when it was read."""

    path: Path
    sha256: str
    size: int
    changed: int


def read_raw(path: Path) -> tuple[RawFile, bytes]:
    """Read a raw file whole.

    Raises :class:`~wpnet.errors.UnreadableFile` where it cannot be opened or is too large, and
    :class:`~wpnet.errors.BuildError` where it changes meanwhile.
    """
    try:
        before = path.stat()
        if before.st_size > LARGEST:
            raise UnreadableFile(
                f"{path.name}: is larger than {LARGEST // 2**20} MB; save the plan alone as a file"
            )
        data = path.read_bytes()
        after = path.stat()
    except OSError as fault:
        raise UnreadableFile(
            f"{path}: cannot be opened ({fault.strerror}); check name and permissions"
        ) from None
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


def raw_files(raw: Path) -> list[Path]:
    """Return the plan files of a raw folder, sorted by name; the manifest and dot files are none.

    Raises :class:`~wpnet.errors.CorpusError` where there is no such folder or nothing in it.
    """
    if not raw.is_dir():
        raise CorpusError(f"{raw}: no such folder; name the folder of raw plans with --raw")
    try:
        files = sorted(
            path
            for path in raw.iterdir()
            if path.is_file() and path.name != MANIFEST and not path.name.startswith((".", "~$"))
        )
    except OSError as fault:
        raise CorpusError(
            f"{raw}: the folder cannot be read ({fault.strerror}); check its permissions"
        ) from fault
    if not files:
        raise CorpusError(f"{raw}: no plan in it; put .txt, .html, .pdf or .docx files there")
    return files


def check_sha256(file: Path, known: Plan, found: str) -> None:
    """Refuse a raw file that is not the one the manifest describes."""
    if known.source_sha256 and known.source_sha256 != found:
        raise CorpusError(
            f"{file}: the file has changed: the manifest says sha256 {known.source_sha256[:12]}…, "
            f"it is {found[:12]}…; restore the file, or correct the manifest if the change is meant"
        )


def load_corpus(data: Path, *, tables: Sequence[str] = tuple(TABLES)) -> Corpus:
    """Read a processed folder back; ``tables`` names those wanted, the others stay empty.

    Example:
        >>> corpus = load_corpus(Path("data/processed"), tables=["plans"])
        >>> sorted({plan.level for plan in corpus.plans})
        ['district', 'municipal']
    """
    if not (settled(data) / PACKAGE).exists():
        raise CorpusError(
            f"{data}: no built corpus there; run `wpnet build` first, or name it with --data"
        )
    read: dict[str, Any] = {
        name: tuple(read_table(data / f"{name}.csv", TABLES[name])) for name in tables
    }
    return Corpus(**read, texts=_Texts(data / "text"))


class _Texts(Mapping[str, str]):
    """Normalised texts, read from the disk when asked for."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __getitem__(self, plan_id: str) -> str:
        path = self.folder / f"{plan_id}.txt"
        if os.sep in plan_id or not path.exists():
            raise KeyError(plan_id)
        return path.read_text("utf-8")

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(path.stem for path in self.folder.glob("*.txt")))

    def __len__(self) -> int:
        return sum(1 for _ in self)
