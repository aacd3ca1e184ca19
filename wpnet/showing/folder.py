"""What was understood of many files, a row each, for ``wpnet check DIR``."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from wpnet.model import ParsedPlan
from wpnet.showing import plain
from wpnet.showing.checked import checked_document

HEADER = ("file", "plan_id", "plan", "duties", "units", "cited", "warnings", "unparsed", "remark")
#: Terminal columns that no table of files reaches: a file is a line, whatever its remark.
COLUMNS = 100_000


@dataclass(frozen=True, slots=True)
class FileRow:
    """One file of a folder; a file that could not be read has nothing but its remark.

    ``units`` counts offices, each once; ``unparsed`` characters, of ``characters`` in all.
    """

    file: str
    plan_id: str = ""
    plan_present: bool = False
    duties: int = 0
    preambles: int = 0
    units: int = 0
    citations: int = 0
    warnings: int = 0
    characters: int = 0
    unparsed: int = 0
    remark: str = ""


def folder_text(rows: Sequence[FileRow]) -> str:
    """Return the rows as a table to read, with a line of totals."""
    cells = [
        (
            row.file,
            row.plan_id or "-",
            "yes" if row.plan_present else "no",
            *(map(str, (row.duties, row.units, row.citations, row.warnings))),
            _unparsed(row.unparsed, row.characters),
            row.remark,
        )
        for row in rows
    ]
    return f"{plain.table(HEADER, cells, columns=COLUMNS)}\n\n{folder_total(rows)}"


def folder_total(rows: Sequence[FileRow]) -> str:
    """Return the totals of all rows in a line.

    Example:
        >>> folder_total([FileRow("a.txt", "a-gov-2025", True, duties=30), FileRow("b.txt")])
        'total: 2 files, 1 plans, 30 duties, 0 preamble sentences, 0 warnings, 0 (0.00%) unparsed'
    """
    return (
        f"total: {len(rows)} files, {sum(row.plan_present for row in rows)} plans, "
        f"{sum(row.duties for row in rows)} duties, "
        f"{sum(row.preambles for row in rows)} preamble sentences, "
        f"{sum(row.warnings for row in rows)} warnings, "
        f"{_unparsed(sum(row.unparsed for row in rows), sum(row.characters for row in rows))} "
        "unparsed"
    )


def _unparsed(unparsed: int, characters: int) -> str:
    return f"{unparsed} ({unparsed / max(characters, 1):.2%})"


def folder_csv(rows: Sequence[FileRow]) -> str:
    """Return the rows as CSV with a header, one line a file.

    Example:
        >>> folder_csv([FileRow("a.txt", remark="the file is empty")]).splitlines()[1]
        'a.txt,,false,0,0,0,0,0,0,0,the file is empty'
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(field.name for field in dataclasses.fields(FileRow))
    for row in rows:
        writer.writerow(
            str(value).lower() if isinstance(value, bool) else value
            for value in dataclasses.astuple(row)
        )
    return out.getvalue().rstrip("\n")


def file_json(file: str, parsed: ParsedPlan | None, fault: str) -> str:
    """Return what was read in a file as one line of JSON.

    The keys are those of a single file (:func:`~wpnet.showing.checked.checked_json`) and ``file``
    and ``error``; a file that cannot be read has ``plan`` null and nothing else but its error.
    """
    nothing: dict[str, Any] = {
        "plan": None,
        "plan_present": False,
        "requirements": [],
        "citations": [],
        "warnings": [],
        "left_out": [],
    }
    document = nothing if parsed is None else checked_document(parsed)
    return json.dumps({"file": file, **document, "error": fault}, ensure_ascii=False)
