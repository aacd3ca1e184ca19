"""The part of built tables that one question needs, found through ``index.csv``.

The index has one row a plan, sorted by id: the plans that may flow into it, and where its lines
stand in every table (``start-end`` in bytes). Its first row (``*``) has the size of every table,
so that an index beside tables that were changed by hand is noticed and left aside.
"""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO

from wpnet.corpus import Corpus
from wpnet.store import load_corpus
from wpnet.tables import read_lines

INDEX = "index.csv"
#: The tables in which the lines of a plan can be looked up, in the order of the columns.
INDEXED = (
    "plans", "requirements", "assignments", "citations", "links", "coverage", "audit", "left_out",
)  # fmt: skip
COLUMNS = ("plan_id", "sources", *INDEXED)
_ALL = "*"

#: First and last byte of a plan's lines in a table.
Span = tuple[int, int]


def index_bytes(
    spans: Mapping[str, Mapping[str, Span]],
    sizes: Mapping[str, int],
    sources: Mapping[str, Sequence[str]],
) -> bytes:
    """Return ``index.csv``: spans by table and plan, the size of every table, sources by plan."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerow([_ALL, "", *(f"0-{sizes[table]}" for table in INDEXED)])
    for plan_id in sorted(spans["plans"], key=_line_key):
        places = (spans[table].get(plan_id) for table in INDEXED)
        writer.writerow(
            [
                plan_id,
                ";".join(sources.get(plan_id, ())),
                *(f"{place[0]}-{place[1]}" if place else "" for place in places),
            ]
        )
    return out.getvalue().encode("utf-8")


def _line_key(plan_id: str) -> bytes:
    return plan_id.encode("utf-8", "surrogatepass")


class Index:
    """Where the lines of a plan stand; looked up in the file, which is never read whole."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.file: BinaryIO = (data / INDEX).open("rb")
        self.file.readline()
        self.first = self.file.tell()
        self.size = os.fstat(self.file.fileno()).st_size

    def fits(self) -> bool:
        """Say whether the tables still have the sizes that the index knows."""
        self.file.seek(self.first)
        row = _row(self.file.readline())
        if row is None or row["plan_id"] != _ALL:
            return False
        try:
            return all(
                row[table] == f"0-{(self.data / f'{table}.csv').stat().st_size}"
                for table in INDEXED
            )
        except OSError:
            return False

    def find(self, plan_id: str) -> dict[str, str] | None:
        """Return the row of a plan, by halving the file."""
        wanted = _line_key(plan_id)
        low, high = self.first, self.size
        while low < high:
            middle = (low + high) // 2
            self.file.seek(middle)
            if middle > self.first:
                self.file.seek(middle - 1)
                self.file.readline()
            line = self.file.readline()
            row = _row(line)
            if row is None or (row["plan_id"] != _ALL and _line_key(row["plan_id"]) > wanted):
                high = middle
            elif row["plan_id"] == plan_id:
                return row
            else:
                low = self.file.tell()
        return None

    def close(self) -> None:
        self.file.close()


def _row(line: bytes) -> dict[str, str] | None:
    if not line:
        return None
    (cells,) = csv.reader([line.decode("utf-8", "replace")])
    return dict(zip(COLUMNS, cells, strict=False)) if len(cells) == len(COLUMNS) else None


def load_part(
    data: Path, plan_ids: Iterable[str], *, tables: Sequence[str], related: bool = False
) -> Corpus:
    """Return what a question about some plans needs: a slice, or everything where that fails.

    Arguments as of :func:`open_slice`. Raises :class:`~wpnet.errors.CorpusError` where there are
    no built tables.
    """
    part = open_slice(data, plan_ids, tables=tables, related=related)
    return part if part is not None else load_corpus(data, tables=tables)


def open_slice(
    data: Path, plan_ids: Iterable[str], *, tables: Sequence[str], related: bool = False
) -> Corpus | None:
    """Return a corpus of the named plans alone: all their rows in the named tables.

    With ``related`` also the plans that can flow into them and those they can flow into: their
    rows of every table but coverage, and the links of the sources. Plans that the named ones cite
    are there as rows of ``plans``.

    Returns ``None`` where there is no index that fits, or one of the plans is not in it: then the
    whole tables have to be read.
    """
    try:
        index = Index(data)
    except OSError:
        return None
    try:
        named = {plan_id: index.find(plan_id) for plan_id in dict.fromkeys(plan_ids)}
        if not index.fits() or None in named.values():
            return None
        rows = {plan_id: row for plan_id, row in named.items() if row is not None}
        found: dict[str, list[Any]] = {table: [] for table in tables}
        for table in tables:
            found[table] = _lines(data, table, rows)
        others = _others(found, rows, related) - set(rows)
        more = {plan: row for plan in sorted(others) if (row := index.find(plan)) is not None}
        if "plans" in found:
            found["plans"] += _lines(data, "plans", more)
        if related:
            for table in set(tables) & {"requirements", "assignments", "links"}:
                found[table] += _lines(data, table, more)
    finally:
        index.close()
    read: dict[str, Any] = {table: tuple(records) for table, records in found.items()}
    return Corpus(**read)


def _others(
    found: Mapping[str, Sequence[Any]], rows: Mapping[str, Mapping[str, str]], related: bool
) -> set[str]:
    """Return the ids of the plans that the named ones cite or, if asked, flow to and from."""
    others = {entry.cited_plan_id for entry in found.get("citations", ()) if entry.cited_plan_id}
    if related:
        others |= {name for row in rows.values() for name in row["sources"].split(";") if name}
        others |= {entry.target_plan_id for entry in found.get("coverage", ())}
    return others


def _lines(data: Path, table: str, rows: Mapping[str, Mapping[str, str]]) -> list[Any]:
    """Return the records of some plans in a table, read from their places in the file."""
    records: list[Any] = []
    with (data / f"{table}.csv").open("rb") as file:
        for row in rows.values():
            start, _, end = row[table].partition("-")
            if end:
                file.seek(int(start))
                records += read_lines(table, file.read(int(end) - int(start)).decode("utf-8"))
    return records
