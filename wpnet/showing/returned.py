"""Workbooks and CSV that come back filled in: their rows, for the log of decisions to take over.

There is one kind of sheet (:mod:`wpnet.showing.columns`), in two languages; the sheets of earlier
versions are understood, too. The file is read in a process of its own (:mod:`wpnet.apart`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from wpnet.apart import read_apart, still_alive
from wpnet.errors import ReviewError, UnreadableFile
from wpnet.opening import read_whole
from wpnet.review.rows import FilledIn, ReviewRow, cell_prints
from wpnet.showing.columns import COLUMNS
from wpnet.showing.harmless import unguarded
from wpnet.showing.wording import LANGUAGES, say
from wpnet.spreadsheets.delimited import LARGEST, find_heading, heading, parse_csv
from wpnet.spreadsheets.parts import UNREAD
from wpnet.spreadsheets.xlsx import Sheet, parse_workbook

#: What a sheet must have, by the keys of its columns.
NEEDED = ("source_id", "target_plan_id", "review_verdict")
#: Rows after which the reading says that it goes on.
PART = 20_000
#: Columns of the sheets of earlier versions, and what they are called now.
_BEFORE = {"verdict": "review_verdict", "target_ids": "review_targets", "proposed_ids": "proposed"}
_SAID = ("review_verdict", "review_targets", "reviewer", "date", "note")
_MUST_BE_READ = (*NEEDED, "review_targets", "seal")


class Returned(NamedTuple):
    """What a file holds: how many rows about verdicts, those with something in them, remarks."""

    found: int
    rows: list[ReviewRow]
    notes: list[str]


def read_returned(path: Path) -> Returned:
    """Read back a workbook of :func:`~wpnet.showing.workbook.write_workbook` or a CSV of such rows.

    Understands both languages, moved columns, sorted and deleted rows, title rows, further sheets
    in any order, merged cells. The rows go to :func:`wpnet.review.taking.take_over`.

    Raises:
        ReviewError: the file cannot be read, or no sheet in it is one for review.
    """
    data, _ = read_whole(path, most=LARGEST, error=ReviewError, advice="send a part of it")
    try:
        told = read_apart(f"{__name__}:returned", data, path.name)
    except UnreadableFile as fault:
        raise ReviewError(
            f"{path}: cannot be read as a review file (damaged, or far too large); open it in "
            "Excel or WPS and save it again as .xlsx"
        ) from fault
    rows = [
        ReviewRow(
            **{**row, "said": FilledIn(*row["said"]), "prints": tuple(row["prints"])},
            unread=tuple(unread),
        )
        for row, unread in told["rows"]
    ]
    return Returned(int(told["found"]), rows, [str(note) for note in told["notes"]])


def returned(data: bytes, name: str) -> dict[str, Any]:
    """Return what a file holds as plain values: the job of the process apart."""
    if Path(name).suffix.lower() == ".csv":
        names = [*_keys(), *_BEFORE]
        sheets = [Sheet("", parse_csv(data, name, names=names, error=ReviewError))]
    else:
        sheets = parse_workbook(data, name, error=ReviewError)
    found, rows, notes, review = 0, [], [], 0
    own = {say(key, language) for key in ("export.about", "nav.overview") for language in LANGUAGES}
    for sheet in sheets:
        places = _places(sheet, f"{name}, sheet {sheet.name}" if sheet.name else name)
        if places is None:
            if sheet.rows and sheet.name not in own:
                notes.append(f"{name}, sheet {sheet.name}: is none for review, passed over")
            continue
        review += 1
        where = f"{name}, sheet {sheet.name}, row" if len(sheets) > 1 else f"{name}, row"
        for number, values in _lines(sheet, *places):
            found += 1
            if found % PART == 0:
                still_alive()
            row = _row(f"{where} {number}", values)
            if row is not None:
                rows.append(row)
    if not review:
        raise ReviewError(
            f"{name}: no sheet in it has the columns {', '.join(NEEDED[:2])} and "
            f"{_heading_of('review_verdict')}; send back the file as wpnet wrote it, filled in"
        )
    return {"found": found, "rows": rows, "notes": notes}


def _keys() -> dict[str, str]:
    """Return the key of a column for each of its headings."""
    return {heading(name): column.key for column in COLUMNS for name in (column.zh, column.en)}


def _heading_of(key: str) -> str:
    column = next(column for column in COLUMNS if column.key == key)
    return f"{column.zh} ({column.en})"


def _places(sheet: Sheet, where: str) -> tuple[int, dict[str, int]] | None:
    """Return where the heading stands and the place of every column; nothing where there is none.

    Raises :class:`~wpnet.errors.ReviewError` where a column stands there twice.
    """
    keys = _keys()
    for names in ([n for n, key in keys.items() if key == "review_verdict"], ["verdict"]):
        for name in names:
            found = find_heading(sheet.rows, ("source_id", "target_plan_id", name))
            if found is None:
                continue
            at, columns = found
            if name == "verdict" and "seal" in columns:  # it is the program's own verdict
                continue
            before = _BEFORE if name == "verdict" else {}
            cells = [heading(cell) for cell in sheet.rows[at][1]]
            twice = [one for one in ("source_id", "target_plan_id", name) if cells.count(one) > 1]
            if twice:
                raise ReviewError(f"{where}: has the column {twice[0]} twice; keep one of them")
            return at, {
                before.get(column, keys.get(column, column)): place
                for column, place in columns.items()
            }
    return None


def _lines(
    sheet: Sheet, at: int, places: Mapping[str, int]
) -> Iterator[tuple[int, dict[str, str]]]:
    for number, cells in sheet.rows[at + 1 :]:
        values = {
            key: unguarded(cells[place]) if place < len(cells) else ""
            for key, place in places.items()
        }
        if values["source_id"].strip() or values["review_verdict"].strip():
            yield number, values


def _row(where: str, values: Mapping[str, str]) -> tuple[dict[str, Any], list[str]] | None:
    """Return a row that holds something of a reviewer, and its unreadable cells; else nothing."""
    unread = [key for key in _MUST_BE_READ if values.get(key) == UNREAD]
    told = {key: "" if value == UNREAD else value for key, value in values.items()}
    said = [told.get(key, "").strip() for key in _SAID]
    code = told.get("seal", "").strip()
    sent_empty = not code or code.split(" ")[4:5] == ["-"]
    if not (said[0] or said[1] or said[4] or unread) and sent_empty:
        return None
    cells = (told.get("source_text", ""), told.get("target_text", ""), told.get("candidates", ""))
    proposed = told.get("proposed") or told.get("linked_ids") or told.get("nearest_id") or ""
    return {
        "where": where,
        "source_id": told["source_id"].strip(),
        "target_plan_id": told["target_plan_id"].strip(),
        "said": said,
        "seal": code,
        "source_sha256": told.get("source_sha256", "").strip(),
        "prints": cell_prints(cells),
        "source_text": "" if code else cells[0],
        "shown": "" if code else _joined(cells[1:]),
        "proposed": proposed,
    }, unread


def _joined(cells: Sequence[str]) -> str:
    return "\n".join(cell for cell in cells if cell)
