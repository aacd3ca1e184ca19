"""Task tables (任务分解表): cells to rows with named columns.

Three kinds of table come in: ruled tables, whose cells know their place; rows with ``|`` between
the cells; and tables set one cell per line, where merged cells are simply missing. All three become
the same rows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from wpnet.reading import markers
from wpnet.reading.layout import is_pipe_row
from wpnet.reading.normalise import NormalText, Paragraph

Span = tuple[int, int]
Column = Literal[
    "number", "section", "task", "content", "units", "lead", "support", "deadline", "note"
]
# Header words (inner blanks dropped) and the column they name; a word may contain the key.
COLUMN_WORDS: tuple[tuple[str, Column], ...] = (
    ("序号", "number"),
    ("领域", "section"),
    ("类别", "section"),
    ("牵头", "lead"),
    ("配合", "support"),
    ("责任", "units"),
    ("负责", "units"),
    ("落实单位", "units"),
    ("分工", "units"),
    ("情况", "note"),
    ("备注", "note"),
    ("时", "deadline"),
    ("内容", "content"),
    ("要求", "content"),
    ("措施", "content"),
    ("举措", "content"),
    ("具体任务", "content"),
    ("事项", "task"),
    ("任务", "task"),
)
# "各科室、单位", "区发展改革委、区财政局": a cell that can only be a list of units.
UNITS_CELL = re.compile(
    r"[^。；;]{1,120}(?:局|委|办|厅|科|处|室|所|队|中心|院|社|会|馆|单位|部门|政府|街道|镇|乡|村|公司|集团|落实|负责|配合)(?:[）)])?"
)
# "全年", "3月底前", "8月", "持续推进": a cell that can only be a deadline.
DEADLINE_CELL = re.compile(
    r"[^。]{0,12}(?:年|月|日|季度|前|底|推进|坚持|长期|全年|常态|及时|适时|完成)[^。]{0,8}"
)


@dataclass(slots=True)
class TaskRow:
    """One row of a task table: the stretches of normalised text in each column.

    Merged cells are carried down: ``cells["task"]`` of a row is the task it belongs to.
    """

    cells: dict[Column, list[Span]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TaskTable:
    """The rows of a document's task tables and the stretches that name the columns."""

    rows: tuple[TaskRow, ...] = ()
    header: tuple[Span, ...] = ()
    unreadable_rows: int = 0


RawRow = list[tuple[Span, ...]]


def read_task_table(normal: NormalText, paragraphs: Sequence[Paragraph]) -> TaskTable:
    """Read the task tables out of the paragraphs that :func:`layout.lay_out` set apart."""
    ruled = [paragraph for paragraph in paragraphs if paragraph.cell is not None]
    piped = [
        paragraph
        for paragraph in paragraphs
        if paragraph.cell is None and is_pipe_row(normal.slice(paragraph))
    ]
    lines = [
        paragraph
        for paragraph in paragraphs
        if paragraph.cell is None and not is_pipe_row(normal.slice(paragraph))
    ]
    tables = []
    if ruled:
        tables += [_from_rows(normal, rows) for rows in _grids(ruled)]
    if piped:
        tables.append(_from_rows(normal, [_pipe_cells(normal, row) for row in piped]))
    if lines:
        tables.append(_from_lines(normal, lines))
    return TaskTable(
        tuple(row for table in tables for row in table.rows),
        tuple(span for table in tables for span in table.header),
        sum(table.unreadable_rows for table in tables),
    )


def column_of(text: str) -> Column | None:
    """Return what a header cell names, or ``None`` for a cell that is no header.

    Example:
        >>> [column_of(word) for word in ("序号", "任务名称", "任务内容", "责任单位", "时间节点")]
        ['number', 'task', 'content', 'units', 'deadline']
    """
    squeezed = re.sub(r"\s", "", text)
    if not markers.COLUMN_HEADER.fullmatch(squeezed):
        return None
    return next((column for word, column in COLUMN_WORDS if word in squeezed), None)


def _text(normal: NormalText, spans: Sequence[Span]) -> str:
    return "".join(normal.text[start:end] for start, end in spans)


def _grids(ruled: Sequence[Paragraph]) -> Iterator[list[RawRow]]:
    """Yield every ruled table as full rows; a merged cell stands in each row it spans."""
    numbers = sorted({paragraph.cell.table for paragraph in ruled if paragraph.cell})
    for number in numbers:
        grid: dict[int, dict[int, tuple[Span, ...]]] = {}
        for paragraph in ruled:
            cell = paragraph.cell
            if cell is None or cell.table != number:
                continue
            for row in range(cell.row, cell.row + cell.row_span):
                columns = grid.setdefault(row, {})
                span = (paragraph.start, paragraph.end)
                columns[cell.column] = (*columns.get(cell.column, ()), span)
        width = max(max(columns) for columns in grid.values())
        yield [
            [columns.get(column, ()) for column in range(1, width + 1)]
            for _, columns in sorted(grid.items())
        ]


def _pipe_cells(normal: NormalText, paragraph: Paragraph) -> RawRow:
    cells: RawRow = []
    start = paragraph.start
    for part in re.split(r"[|｜]", normal.slice(paragraph)):
        end = start + len(part)
        cells.append(((start, end),) if part.strip() else ())
        start = end + 1
    return cells[1:] if cells and not cells[0] and len(cells) > 2 else cells


def _from_rows(normal: NormalText, rows: Sequence[RawRow]) -> TaskTable:
    """Name the cells of full rows by their header; empty cells of merged columns carry down."""
    header: list[Column | None] | None = None
    header_spans: list[Span] = []
    carried: dict[Column, list[Span]] = {}
    out: list[TaskRow] = []
    unreadable = 0
    for row in rows:
        names = [column_of(_text(normal, cell)) if cell else None for cell in row]
        if sum(name is not None for name in names) >= 2:
            header = names
            header_spans += [span for cell in row for span in cell]
            continue
        filled = [cell for cell in row if cell]
        if header is None:
            continue
        if not filled:
            unreadable += 1
        elif len({*filled}) == 1:
            carried = {"section": list(filled[0])}
        else:
            out.append(_named_row(header, row, carried))
    return TaskTable(tuple(out), tuple(header_spans), unreadable)


def _named_row(
    header: Sequence[Column | None], row: RawRow, carried: dict[Column, list[Span]]
) -> TaskRow:
    cells: dict[Column, list[Span]] = {}
    for name, cell in zip(header, row, strict=False):
        if name is None:
            continue
        if cell:
            cells.setdefault(name, []).extend(cell)
            if name in ("section", "task"):
                carried[name] = list(cell)
    for name in ("section", "task"):
        if name not in cells and name in carried:
            cells[name] = carried[name]
    return TaskRow(cells)


def _from_lines(normal: NormalText, paragraphs: Sequence[Paragraph]) -> TaskTable:
    """Rows of a table that was set one cell per line, merged cells missing."""
    spans = [
        (paragraph.start, paragraph.end)
        for paragraph in paragraphs
        if normal.slice(paragraph).strip("|｜")
    ]
    texts = [normal.text[start:end].strip("|｜") for start, end in spans]
    header: list[Column] = []
    for text in texts:
        column = column_of(text)
        if column is None:
            break
        header.append(column)
    data = list(zip(spans[len(header) :], texts[len(header) :], strict=True))
    carried: dict[Column, list[Span]] = {}
    rows = [
        _row_of_lines(header, cells, carried)
        for cells in _split_rows(header, data)
        if len(cells) >= 2
    ]
    return TaskTable(tuple(rows), tuple(spans[: len(header)]))


def _split_rows(
    header: Sequence[Column], data: Sequence[tuple[Span, str]]
) -> Iterator[list[tuple[Span, str]]]:
    """Cut the cells into rows: at each next 序号, else behind the table's last column."""
    if "number" in header:
        yield from _split_at_numbers(header, data)
        return
    closing = DEADLINE_CELL if header and header[-1] == "deadline" else UNITS_CELL
    row: list[tuple[Span, str]] = []
    for cell in data:
        row.append(cell)
        if len(row) >= 2 and closing.fullmatch(cell[1]):
            yield row
            row = []
    if row:
        yield row


def _split_at_numbers(
    header: Sequence[Column], data: Sequence[tuple[Span, str]]
) -> Iterator[list[tuple[Span, str]]]:
    before = header.index("number")
    expected, row = 1, list[tuple[Span, str]]()
    for cell in data:
        if cell[1] == str(expected):
            moved = _cells_of_next_row(row, before, first=expected == 1)
            if row:
                yield row
            expected, row = expected + 1, moved
        row.append(cell)
    if row:
        yield row


def _cells_of_next_row(
    row: list[tuple[Span, str]], before: int, *, first: bool
) -> list[tuple[Span, str]]:
    """Take back the cells that precede the number of the next row (a 领域 set left of 序号)."""
    if before == 0 or not row:
        return []
    if first:
        moved, row[:] = row[-before:], row[:-before]
        return moved
    if markers.NUMBERED.match(row[-1][1]):
        return [row.pop()]
    return []


def _row_of_lines(
    header: Sequence[Column], cells: Sequence[tuple[Span, str]], carried: dict[Column, list[Span]]
) -> TaskRow:
    """Name the cells of a short row from the right: what is missing was merged, at the left."""
    named: dict[Column, list[Span]] = {}
    rest = [cell for cell in cells if not ("number" in header and cell[1].isdecimal())]
    columns = [column for column in header if column != "number"]
    left = [column for column in columns if column in ("section", "task", "content")]
    right = columns[len(left) :]
    while len(rest) > len(columns):
        rest = _merge_content(rest, len(right))
    split = max(len(rest) - len(right), 0)
    for column, (span, _) in zip(reversed(left), reversed(rest[:split]), strict=False):
        named[column] = [span]
    for column, (span, _) in zip(right, rest[split:], strict=False):
        named[column] = [span]
    for column in ("section", "task"):
        if column in named:
            carried[column] = named[column]
        elif column in carried:
            named[column] = carried[column]
    return TaskRow(named)


def _merge_content(cells: Sequence[tuple[Span, str]], right: int) -> list[tuple[Span, str]]:
    """Put two lines of one content cell together (the cell held several paragraphs)."""
    place = len(cells) - right - 1
    first, second = cells[place - 1], cells[place]
    joined = ((first[0][0], second[0][1]), first[1] + second[1])
    return [*cells[: place - 1], joined, *cells[place + 1 :]]
