"""The sheet of verdicts in a workbook: cell formats, heading, rows, what a reviewer fills in."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from wpnet.cascade.shared import Stretch
from wpnet.showing.columns import COLUMNS, Context, Value, headings, shared, shown_targets, values
from wpnet.showing.harmless import harmless
from wpnet.showing.ledger import VERDICTS, LedgerRow
from wpnet.showing.wording import say

#: Shows how far a stage has come: gives its items back one by one.
Progress = Callable[[str, Sequence[LedgerRow]], Iterable[LedgerRow]]
LINE_POINTS = 15.5  # height of a line of the 10.5 point font
TALLEST = 400.0  # Excel refuses rows above 409 points
LONGEST = 32000  # Excel refuses cells above 32,767 characters
PRINTED_COLUMNS = next(at for at, kind in enumerate(COLUMNS) if kind.key == "source_place")
FILLS = {"carried": "#0b4f7d", "partial": "#bfddf0", "omitted": "#f6d9b8"}
TINTS = {"evidence": "#eef2f5", "review": "#e3eff8", "machine": "#e8e8e8"}


def silent(stage: str, items: Sequence[LedgerRow]) -> Iterable[LedgerRow]:
    """Show nothing."""
    return items


def cell_formats(book: Any) -> dict[str, Any]:
    """Return the cell formats by name; text cells stay text (no formula) when edited."""
    base = {"font_name": "Microsoft YaHei", "font_size": 10.5, "valign": "top"}
    text = {**base, "text_wrap": True, "quote_prefix": True}
    cell = {**text, "border": 1, "border_color": "#bfc8d0"}
    grey = {"font_color": "#5b6770", "font_size": 9}
    look = {
        "plain": text,
        "bold": {**text, "bold": True},
        "title": {**base, "bold": True, "font_size": 15, "font_color": "#0b4f7d"},
        "caution": {**base, "font_color": "#7a2c00", "quote_prefix": True},
        "link": {**base, "font_color": "#0b4f7d", "underline": 1},
        "linkcell": {**cell, "quote_prefix": False, "font_color": "#0b4f7d", "underline": 1},
        "mark": {"bold": True, "font_color": "#9a4b00", "font_name": "Microsoft YaHei"},
        "evidence": cell,
        "review": {**cell, "bg_color": TINTS["review"]},
        "machine": {**cell, "bg_color": TINTS["machine"], **grey},
        "number": {**cell, "text_wrap": False, "quote_prefix": False},
        "percent": {**cell, "quote_prefix": False, "num_format": "0%"},
        "head-evidence": {**cell, "bold": True, "bg_color": TINTS["evidence"]},
        "head-review": {**cell, "bold": True, "bg_color": "#cfe3f2"},
        "head-machine": {**cell, "bg_color": TINTS["machine"], **grey},
        "carried": {**cell, "bg_color": FILLS["carried"], "font_color": "#ffffff"},
        "partial": {**cell, "bg_color": FILLS["partial"]},
        "omitted": {**cell, "bg_color": FILLS["omitted"], "bold": True},
        "not_applicable": cell,
    }
    return {name: book.add_format(properties) for name, properties in look.items()}


def write_text(sheet: Any, row: int, column: int, value: str, style: Any) -> None:
    """Write a text as a text, whatever it looks like; nothing as an empty cell."""
    if value:
        sheet.write_string(row, column, harmless(value)[:LONGEST], style)
    else:
        sheet.write_blank(row, column, None, style)


def write_link(sheet: Any, row: int, column: int, name: str, label: str, style: Any) -> None:
    sheet.write_url(row, column, f"internal:'{name}'!A1", style, label)


def lines_needed(text: str, columns: int) -> int:
    """Return how many lines a text takes in a column, Chinese characters counting two.

    >>> lines_needed("加强信息公开保密审查", 12), lines_needed("", 12)
    (2, 1)
    """
    most = max(columns - 1, 1)
    return sum(max(1, math.ceil(_width(line) / most)) for line in text.split("\n"))


def _width(line: str) -> int:
    """Return how many half-width cells a line takes: in GBK a wide character has two bytes."""
    return len(line) if line.isascii() else len(line.encode("gbk", "replace"))


def write_rows(
    sheet: Any,
    formats: Mapping[str, Any],
    known: Context,
    head: int,
    rows: Sequence[LedgerRow],
    *,
    marked: bool = True,
    progress: Progress = silent,
) -> None:
    """Write the heading into row ``head`` and one row a duty below it, ready to be filled in.

    Args:
        marked: mark the shared wording in the texts; takes half as long again.
        progress: gives the rows back one by one and shows how far it has come.
    """
    for column, (name, kind) in enumerate(zip(headings(known.language), COLUMNS, strict=True)):
        sheet.set_column(column, column, kind.width, None, {"hidden": kind.group == "machine"})
        write_text(sheet, head, column, name, formats[f"head-{kind.group}"])
    sheet.set_row(head, LINE_POINTS * 2 + 3)
    for number, row in enumerate(progress("writing rows", rows), start=head + 1):
        _ledger_row(sheet, formats, known, number, row, shared(row) if marked else ())
    last = head + max(1, len(rows))
    sheet.autofilter(head, 0, last, len(COLUMNS) - 1)
    sheet.freeze_panes(head + 1, 2)
    verdict = next(at for at, kind in enumerate(COLUMNS) if kind.key == "review_verdict")
    sheet.data_validation(
        head + 1,
        verdict,
        last,
        verdict,
        {
            "validate": "list",
            "source": choices(known),
            "error_message": say("workbook.choose", known.language),
        },
    )
    sheet.repeat_rows(head)
    sheet.print_area(0, 0, last, PRINTED_COLUMNS - 1)
    paper(sheet)


def choices(known: Context) -> list[str]:
    """Return the words that the list of verdicts offers."""
    return [say(f"verdict.{name}", known.language) for name in (*VERDICTS, "withdrawn")]


def _ledger_row(
    sheet: Any,
    formats: Mapping[str, Any],
    known: Context,
    number: int,
    row: LedgerRow,
    stretches: Sequence[Stretch],
) -> None:
    cells = values(known, row)
    first = len(shown_targets(row)[0].text) if shown_targets(row) else 0
    lines = 1
    for column, kind in enumerate(COLUMNS):
        value: Value = cells[kind.key]
        if isinstance(value, float):
            sheet.write_number(number, column, value, formats["percent"])
            continue
        style = formats[row.coverage.verdict if kind.key == "verdict" else kind.group]
        if kind.key == "source_text":
            marks = [(part.start, part.end) for part in stretches]
            _marked(sheet, number, column, value, marks, style, formats["mark"])
        elif kind.key == "target_text":
            _marked(
                sheet,
                number,
                column,
                value,
                _target_marks(stretches, first),
                style,
                formats["mark"],
            )
        else:
            write_text(sheet, number, column, value, style)
        if kind.group != "machine":
            lines = max(lines, lines_needed(value, kind.width))
    sheet.set_row(number, min(TALLEST, LINE_POINTS * lines + 3))


def _target_marks(stretches: Sequence[Stretch], length: int) -> list[tuple[int, int]]:
    """Return the marks in the first target sentence, in its order."""
    return sorted(
        (part.target_start, part.target_end) for part in stretches if part.target_end <= length
    )


def _marked(
    sheet: Any,
    row: int,
    column: int,
    value: str,
    marks: Sequence[tuple[int, int]],
    style: Any,
    mark: Any,
) -> None:
    """Write a text with some stretches marked; without any, as a plain text."""
    text = harmless(value)
    parts: list[Any] = []
    done = 0
    for start, end in marks:
        if start > done:
            parts.append(text[done:start])
        parts += [mark, text[start:end]]
        done = end
    if done < len(text):
        parts.append(text[done:])
    if not marks or len(parts) < 3 or len(text) > LONGEST:
        write_text(sheet, row, column, text, style)
    else:
        sheet.write_rich_string(row, column, *parts, style)


def paper(sheet: Any, *, pages: int = 0) -> None:
    """Print on A4, landscape, one page wide, and as many ``pages`` long (0: as it needs)."""
    sheet.set_paper(9)
    sheet.set_landscape()
    sheet.fit_to_pages(1, pages)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.set_footer("&C&P / &N")
