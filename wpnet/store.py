"""The door to the disk: raw folder and manifest in, processed folder in again."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from wpnet.corpus import Corpus
from wpnet.errors import CorpusError
from wpnet.model import Plan
from wpnet.storing.folders import settled
from wpnet.storing.mark import PACKAGE
from wpnet.storing.raw import MANIFEST
from wpnet.tables import TABLES, read_table

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
