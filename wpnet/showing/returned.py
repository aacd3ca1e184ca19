"""Workbooks and CSV that come back filled in: their rows, for the review log to take over."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from wpnet.cascade.review import VERDICTS
from wpnet.errors import ReviewError
from wpnet.showing.columns import COLUMNS
from wpnet.showing.harmless import unguarded
from wpnet.showing.wording import LANGUAGES, say

#: The heading stands among the first rows: below the link back and the cautions.
HEADING_WITHIN = 40
#: Columns of the workbook, and what the review log calls them.
LOG_NAMES = {
    "review_verdict": "verdict",
    "review_targets": "target_ids",
    "reviewer": "reviewer",
    "date": "date",
    "note": "note",
    "source_id": "source_id",
    "target_plan_id": "target_plan_id",
    "source_sha256": "source_sha256",
}
NEEDED = ("review_verdict", "source_id", "target_plan_id")


class Returned(NamedTuple):
    """A filled-in sheet: its name, and its rows as (row number, values by the log's names)."""

    name: str
    rows: list[tuple[int, dict[str, str]]]


def read_returned(path: Path) -> list[Returned]:
    """Read back a workbook of :func:`~wpnet.showing.workbook.write_workbook` or a report download.

    Understands both languages, moved columns, sorted and deleted rows, ``.csv`` in UTF-8 or
    GB 18030. The rows go to :func:`wpnet.cascade.review.take_over`. A file without such a sheet
    gives an empty list: it may be one of :mod:`wpnet.showing.review_sheet`.

    Raises :class:`~wpnet.errors.ReviewError` where the file cannot be read.
    """
    if path.suffix.lower() == ".csv":
        tables = [(path.name, csv_table(path))]
    else:
        tables = _workbook_tables(path)
    found = []
    for name, table in tables:
        heading = _heading(table)
        if heading is not None:
            found.append(Returned(name, _rows(table, *heading)))
    return found


def _heading(table: Sequence[Sequence[str]]) -> tuple[int, dict[int, str]] | None:
    """Return the row of the heading and which column is which, or nothing where there is none."""
    keys = {name: column.key for column in COLUMNS for name in (column.zh, column.en)}
    for at, cells in enumerate(table[:HEADING_WITHIN]):
        places = {
            column: keys[cell.strip()] for column, cell in enumerate(cells) if cell.strip() in keys
        }
        if set(NEEDED) <= set(places.values()):
            return at, places
    return None


def _rows(
    table: Sequence[Sequence[str]], heading: int, places: dict[int, str]
) -> list[tuple[int, dict[str, str]]]:
    words = {
        say(f"verdict.{verdict}", language): verdict
        for verdict in VERDICTS
        for language in LANGUAGES
    }
    found = []
    for number, cells in enumerate(table[heading + 1 :], start=heading + 2):
        row = {
            LOG_NAMES[key]: unguarded(cells[column].strip())
            for column, key in places.items()
            if key in LOG_NAMES and column < len(cells)
        }
        if any(row.values()):
            row["verdict"] = words.get(row.get("verdict", ""), row.get("verdict", ""))
            found.append((number, row))
    return found


def csv_table(path: Path) -> list[list[str]]:
    """Return the rows of a CSV file as Excel or WPS saved it: UTF-8 or GB 18030, any separator.

    Raises :class:`~wpnet.errors.ReviewError` where it is neither.
    """
    try:
        raw = path.read_bytes()
    except OSError as fault:
        raise ReviewError(f"{path}: cannot be read ({fault.strerror})") from fault
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        mark = max(",;\t", key=text.partition("\n")[0].count)
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=mark))
    raise ReviewError(f"{path}: neither UTF-8 nor GB 18030 text; save it as CSV UTF-8")


def _workbook_tables(path: Path) -> list[tuple[str, list[list[str]]]]:
    import zipfile

    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
        try:
            return [(s.title, _table(s.iter_rows(values_only=True))) for s in book.worksheets]
        finally:
            book.close()
    except (OSError, KeyError, ValueError, zipfile.BadZipFile, InvalidFileException) as fault:
        raise ReviewError(f"{path}: cannot be read as a workbook; save it as .xlsx") from fault


def _table(rows: Iterable[Sequence[Any]]) -> list[list[str]]:
    return [[_cell(value) for value in row] for row in rows]


def _cell(value: Any) -> str:
    """Return a cell as text: dates as ISO days, whole numbers without a point."""
    from datetime import date, datetime

    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
