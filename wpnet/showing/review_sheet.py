"""The review file people fill in: written as a workbook or CSV, read back after Excel or WPS."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from wpnet.cascade.review import VERDICTS
from wpnet.errors import ReviewError
from wpnet.model import Coverage, Link, Requirement
from wpnet.showing.harmless import csv_bytes, unguarded
from wpnet.showing.returned import csv_table

#: Columns and their widths in characters. The last five but one are for the person.
COLUMNS = {
    "source_id": 24,
    "target_plan_id": 18,
    "section": 24,
    "source_text": 60,
    "auto_verdict": 12,
    "p_carried": 9,
    "p_partial": 9,
    "p_omitted": 9,
    "candidates": 80,
    "proposed_ids": 24,
    "verdict": 14,
    "target_ids": 26,
    "reviewer": 14,
    "date": 12,
    "note": 40,
    "source_sha256": 14,
}
FILLED_IN = ("verdict", "target_ids", "reviewer", "date", "note")
_NEEDED = ("source_id", "target_plan_id", "verdict")


def review_rows(
    links: Iterable[Link],
    coverage: Iterable[Coverage],
    requirements: Iterable[Requirement],
    *,
    flagged_only: bool = True,
) -> list[dict[str, str]]:
    """Return the rows to decide, most doubtful first, with both texts and all candidates.

    With ``flagged_only`` rows that need no review are left out; rows a person has decided are
    shown with the decided verdict when it is false.
    """
    known = {requirement.requirement_id: requirement for requirement in requirements}
    found: dict[tuple[str, str], list[Link]] = {}
    for link in links:
        found.setdefault((link.source_id, link.target_id.partition("#")[0]), []).append(link)
    rows = [row for row in coverage if row.needs_review or not flagged_only]
    rows.sort(key=lambda row: (max(_chances(row)), row.source_id, row.target_plan_id))
    return [_row(row, found.get((row.source_id, row.target_plan_id), []), known) for row in rows]


def _chances(row: Coverage) -> tuple[float, float, float]:
    return (row.p_carried, row.p_partial, row.p_omitted)


def _row(row: Coverage, links: Sequence[Link], known: Mapping[str, Requirement]) -> dict[str, str]:
    source = known[row.source_id]
    ranked = sorted(links, key=lambda link: (-link.score, link.target_id))
    shown = [(link.target_id, link.score) for link in ranked]
    if row.nearest_id and row.nearest_id not in {name for name, _ in shown}:
        shown.append((row.nearest_id, row.nearest_score))
    decided = row.decided_by == "review"
    return {
        "source_id": row.source_id,
        "target_plan_id": row.target_plan_id,
        "section": " / ".join(t for t in (source.section_title, source.item_title) if t),
        "source_text": source.text,
        "auto_verdict": row.auto_verdict,
        "p_carried": f"{row.p_carried:.2f}",
        "p_partial": f"{row.p_partial:.2f}",
        "p_omitted": f"{row.p_omitted:.2f}",
        "candidates": "\n".join(
            f"{name} ({score:.2f}) {known[name].text}" for name, score in shown if name in known
        ),
        "proposed_ids": ";".join(row.target_ids) or row.nearest_id,
        "verdict": row.verdict if decided else "",
        "target_ids": ";".join(row.target_ids) if decided else "",
        "reviewer": "",
        "date": "",
        "note": "",
        "source_sha256": source.text_sha256,
    }


def write_review(rows: Sequence[Mapping[str, str]], path: Path) -> None:
    """Write rows as ``.xlsx`` (verdict list as a drop-down) or ``.csv``; the same rows, same bytes.

    Raises :class:`~wpnet.errors.ReviewError` for another ending.
    """
    kind = path.suffix.lower()
    if kind == ".csv":
        path.write_bytes(csv_bytes([list(COLUMNS), *([row[n] for n in COLUMNS] for row in rows)]))
    elif kind == ".xlsx":
        _write_workbook(rows, path)
    else:
        raise ReviewError(f"{path}: a review file ends in .xlsx or .csv")


def _write_workbook(rows: Sequence[Mapping[str, str]], path: Path) -> None:
    from datetime import datetime

    import xlsxwriter

    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(str(path), options)
    book.set_properties({"title": "wpnet review", "created": datetime(2000, 1, 1)})
    sheet = book.add_worksheet("review")
    head = book.add_format({"bold": True, "bg_color": "#dddddd", "border": 1})
    plain = book.add_format({"text_wrap": True, "valign": "top", "num_format": "@"})
    fill = book.add_format(
        {"text_wrap": True, "valign": "top", "bg_color": "#fff7d6", "border": 1, "num_format": "@"}
    )
    for column, (name, width) in enumerate(COLUMNS.items()):
        hidden = {"hidden": 1} if name == "source_sha256" else {}
        sheet.set_column(column, column, width, None, hidden)
        sheet.write_string(0, column, name, head)
    for number, row in enumerate(rows, start=1):
        for column, name in enumerate(COLUMNS):
            sheet.write_string(number, column, row[name], fill if name in FILLED_IN else plain)
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, max(1, len(rows)), len(COLUMNS) - 1)
    verdict = list(COLUMNS).index("verdict")
    sheet.data_validation(
        1,
        verdict,
        max(1, len(rows)),
        verdict,
        {"validate": "list", "source": list(VERDICTS), "ignore_blank": True},
    )
    book.close()


def read_review(path: Path) -> list[tuple[int, dict[str, str]]]:
    """Return (row number, values by column) of a review file, empty rows left out.

    Reads ``.xlsx``, and ``.csv`` in UTF-8 or GB 18030 (what Excel and WPS save in China). Columns
    may be moved, rows sorted or deleted. Raises :class:`~wpnet.errors.ReviewError` when the file
    cannot be read or a needed column is missing.
    """
    table = csv_table(path) if path.suffix.lower() == ".csv" else _read_workbook(path)
    numbered = [(at, cells) for at, cells in enumerate(table, start=1) if any(cells)]
    if not numbered:
        raise ReviewError(f"{path}: the review file is empty")
    names = [cell.strip() for cell in numbered[0][1]]
    for name in _NEEDED:
        if name not in names:
            raise ReviewError(f"{path}: the column {name} is missing; export again")
    return [
        (at, {name: unguarded(cell) for name, cell in zip(names, cells, strict=False) if name})
        for at, cells in numbered[1:]
    ]


def _read_workbook(path: Path) -> list[list[str]]:
    import zipfile

    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except (OSError, KeyError, ValueError, zipfile.BadZipFile, InvalidFileException) as fault:
        raise ReviewError(f"{path}: cannot be read as a workbook (.xlsx)") from fault
    try:
        sheet = book["review"] if "review" in book.sheetnames else book[book.sheetnames[0]]
        return [[_text(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]
    finally:
        book.close()


def _text(cell: Any) -> str:
    """Return a cell as text: dates as ISO days, whole numbers without a point."""
    from datetime import date, datetime

    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)
