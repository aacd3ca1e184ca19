"""Task tables (任务分解表): cells to rows with named columns.

Three kinds of table come in: ruled tables, whose cells know their place; rows with ``|`` between
the cells; and tables set one cell per line, where merged cells are simply missing. All three become
the same rows.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from wpnet.reading.columns import WHO_OR_WHEN, Column, header_of
from wpnet.reading.deadlines import is_deadline
from wpnet.reading.normal_text import NormalText, Paragraph
from wpnet.reading.numbering import read_number
from wpnet.reading.table_cells import (
    CellText,
    heading_rank,
    read_cells,
    traits_of,
    units_in,
    without_headings,
)
from wpnet.reading.table_lines import PIPE, cells_of, header_length
from wpnet.reading.table_rows import Row, align

Span = tuple[int, int]
RawRow = list[tuple[Span, ...]]
# A cell that spans several rows is printed once: it holds for the rows below, too.
CARRIED: tuple[Column, ...] = ("section", "item", "task")
WHO = WHO_OR_WHEN - {"deadline"}
HEADED = frozenset((None, "number", "section", "item", "task"))  # columns that hold headings
MOST_CELLS = 20_000  # of one table set as text: what is behind them is reported, not read


@dataclass(slots=True)
class TaskRow:
    """One row of a task table: the stretches of normalised text in each column.

    Merged cells are carried down: ``cells["task"]`` of a row is the task it belongs to.
    """

    cells: dict[Column, list[Span]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TaskTable:
    """The rows of a document's task tables and the stretches that name the columns.

    ``headers`` are the columns of each table, ``words`` the header cells that name them.
    """

    rows: tuple[TaskRow, ...] = ()
    header: tuple[Span, ...] = ()
    unreadable_rows: int = 0
    headers: tuple[tuple[Column, ...], ...] = ()
    words: tuple[tuple[str, ...], ...] = ()


def read_task_table(normal: NormalText, paragraphs: Sequence[Paragraph]) -> TaskTable:
    """Read the task tables out of the paragraphs that :func:`layout.lay_out` set apart."""
    tables = [_from_grid(normal, rows) for rows in _grids(paragraphs)]
    lines = [paragraph for paragraph in paragraphs if paragraph.cell is None]
    tables += [_from_lines(normal, part) for part in _parts(normal, lines)]
    return TaskTable(
        tuple(row for table in tables for row in table.rows),
        tuple(span for table in tables for span in table.header),
        sum(table.unreadable_rows for table in tables),
        tuple(header for table in tables for header in table.headers),
        tuple(words for table in tables for words in table.words),
    )


# --- ruled tables --------------------------------------------------------------------------------


def _grids(paragraphs: Sequence[Paragraph]) -> Iterator[list[RawRow]]:
    """Yield every ruled table as full rows; a merged cell stands wherever it spans."""
    tables: dict[int, dict[int, dict[int, tuple[Span, ...]]]] = {}
    for paragraph in paragraphs:
        cell = paragraph.cell
        if cell is None:
            continue
        grid = tables.setdefault(cell.table, {})
        span = (paragraph.start, paragraph.end)
        for row in range(cell.row, cell.row + min(cell.row_span, 1000)):
            columns = grid.setdefault(row, {})
            for column in range(cell.column, cell.column + min(cell.column_span, 50)):
                columns[column] = (*columns.get(column, ()), span)
    for grid in tables.values():
        width = max(max(columns) for columns in grid.values())
        yield [
            [columns.get(column, ()) for column in range(1, min(width, 100) + 1)]
            for _, columns in sorted(grid.items())
        ]


def _from_grid(normal: NormalText, rows: Sequence[RawRow]) -> TaskTable:
    """Name the cells of full rows by their header; empty cells of merged columns carry down."""
    header: list[Column | None] = []
    words: list[str] = []
    spans: list[Span] = []
    carried: dict[Column, list[Span]] = {}
    out: list[TaskRow] = []
    unreadable = 0
    for row in rows:
        filled = [cell for cell in row if cell]
        texts = [_text(normal, cell) for cell in filled]
        names = header_of(texts)
        if names is not None:
            words = texts
            waiting = iter(names)
            header = [next(waiting) if cell else None for cell in row]
            spans += [span for cell in dict.fromkeys(filled) for span in cell]
        elif not header:
            continue
        elif not filled:
            unreadable += 1
        elif len({*filled}) == 1 and len(row) > 1:
            rank = heading_rank(texts[0])
            _take_heading("item" if rank == 2 else "section", list(filled[0]), carried)
        else:
            out.append(_named(normal, header, row, carried))
    columns = tuple(name for name in header if name)
    if not columns:
        return TaskTable(tuple(out), tuple(spans), unreadable)
    return TaskTable(tuple(out), tuple(spans), unreadable, (columns,), (tuple(words),))


def _text(normal: NormalText, spans: Sequence[Span]) -> str:
    return "".join(normal.text[start:end] for start, end in spans)


def _named(
    normal: NormalText,
    header: Sequence[Column | None],
    row: RawRow,
    carried: dict[Column, list[Span]],
) -> TaskRow:
    cells: dict[Column, list[Span]] = {}
    for name, cell in zip(header, row, strict=False):
        if not cell:
            continue
        if name in HEADED and (rank := heading_rank(_text(normal, cell))):
            name = "section" if rank == 1 else "item"
        if name is not None:
            stretch = cells.setdefault(name, [])
            stretch.extend(span for span in cell if span not in stretch)
    _heading_is_content(normal, cells)
    _carry(cells, carried, CARRIED)
    return TaskRow(cells)


def _take_heading(name: Column, spans: list[Span], carried: dict[Column, list[Span]]) -> None:
    """A heading holds for the rows below it and ends what stood below its rank."""
    carried.pop("task", None)
    if name == "section":
        carried.pop("item", None)
    carried[name] = spans


def _heading_is_content(normal: NormalText, cells: dict[Column, list[Span]]) -> None:
    """Where a row says nothing but its heading, the heading is what is to be done."""
    if "content" in cells or "task" in cells:
        return
    if "item" in cells and WHO_OR_WHEN & set(cells):
        start, end = cells["item"][-1]
        number = read_number(normal.text[start:end])
        cells["content"] = [(start + (number.length if number else 0), end)]


def _carry(
    cells: dict[Column, list[Span]],
    carried: dict[Column, list[Span]],
    columns: Sequence[Column],
) -> None:
    """Fill a row's empty cells with what stands above them, and keep what it has for the next."""
    if "section" in cells and cells["section"] != carried.get("section"):
        carried.pop("item", None)
        carried.pop("task", None)
    if "item" in cells and cells["item"] != carried.get("item"):
        carried.pop("task", None)
    for name in columns:
        if name in cells:
            carried[name] = cells[name]
        elif name in carried:
            cells[name] = carried[name]


# --- tables set as text --------------------------------------------------------------------------


def _parts(normal: NormalText, lines: Sequence[Paragraph]) -> Iterator[list[Paragraph]]:
    """Cut the lines of text tables into tables: each begins with its header."""
    texts = [normal.slice(paragraph) for paragraph in lines]
    part: list[Paragraph] = []
    skip = 0
    for index, paragraph in enumerate(lines):
        if index >= skip and (length := header_length(texts, index)):
            if part:
                yield part
            part, skip = [], index + length
        part.append(paragraph)
    if part:
        yield part


def _from_lines(normal: NormalText, lines: Sequence[Paragraph]) -> TaskTable:
    """Rows of a table whose cells stand on lines or between pipes."""
    texts = [normal.slice(paragraph) for paragraph in lines[:30]]
    length = header_length(texts, 0)
    words = [cell for text in texts[:length] for cell in cells_of(text)]
    cells = read_cells(normal, lines[length:], by_row=length <= 1)
    header = header_of(words) if length else _inferred_header(cells)
    if header is None:
        return TaskTable(unreadable_rows=len(lines))
    lost = sum(
        not cells_of(text) and len(PIPE.findall(text)) > 1
        for text in (normal.slice(paragraph) for paragraph in lines[length:])
    )
    rest, headings = without_headings(
        cells[:MOST_CELLS], has_task="task" in header, has_section="section" in header
    )
    headings = [*_headings_before(normal, lines[0].start), *headings]
    rows = _by_manner(header, align(header, rest, by_row=length <= 1))
    spans = tuple((paragraph.start, paragraph.end) for paragraph in lines[:length])
    cut_off = bool(rest) and rest[-1].span[1] == normal.end and any(cell.pipes for cell in rest)
    named = tuple(_rows_of(normal, header, rows, headings, cut_off=cut_off))
    return TaskTable(
        named,
        spans,
        (0 if named else lost) + (len(cells) > MOST_CELLS),
        (tuple(header),),
        (tuple(words),),
    )


def _inferred_header(cells: Sequence[CellText]) -> list[Column] | None:
    """Name the columns of a table without a header by what most of its rows hold."""
    rows: list[list[Column]] = []
    for cell in without_headings(cells, has_task=False)[0]:
        if cell.new_line or not rows:
            rows.append([])
        traits = traits_of(cell.text)
        if not traits.digits:
            rows[-1].append("deadline" if traits.due else "units" if traits.units else "content")
    [(usual, _)] = Counter(map(tuple, rows)).most_common(1) or [((), 0)]
    header = list(usual)
    while header.count("content") > 1:
        header[header.index("content")] = "task"
    return header if "content" in header and WHO_OR_WHEN & set(header) else None


def _headings_before(normal: NormalText, start: int) -> list[tuple[int, CellText]]:
    """Return the heading line that stands right before a table's header, if there is one."""
    place = bisect_left(normal.paragraphs, start, key=lambda entry: entry.start) - 1
    if place < 0:
        return []
    paragraph = normal.paragraphs[place]
    text = normal.slice(paragraph)
    rank = heading_rank(text) if paragraph.cell is None else 0
    return [(rank, CellText((paragraph.start, paragraph.end), text))] if rank else []


def _by_manner(header: Sequence[Column], rows: list[Row]) -> list[Row]:
    """Put a row's only unit cell into the column whose whole rows name offices of its kind.

    Where a copy dropped merged cells, others moved to the left: “各区政府” stands under 牵头单位.
    """
    who = [name for name in header if name in WHO]
    kinds: dict[Column, set[str]] = {name: set() for name in who}
    lone: list[tuple[Row, int]] = []
    for row in rows:
        places = [place for place, (name, _) in enumerate(row) if name in WHO]
        if len(places) == 1:
            lone.append((row, places[0]))
        elif len(places) == len(who):
            for place in places:
                kinds[row[place][0]] |= _kinds(row[place][1])
    for row, place in lone:
        name, cell = row[place]
        found = _kinds(cell)
        fitting = [other for other in who if found and found <= kinds[other]]
        if fitting and not found & kinds[name]:
            row[place] = (fitting[0], cell)
    return rows


def _kinds(cell: CellText) -> set[str]:
    """Return the last characters of the offices in a cell: 局, 处, 府."""
    return {mention.name[-1] for mention in units_in(cell.text)}


#: A last row whose text ends so is whole: what it lacks is merged, not cut off.
SENTENCE_ENDS = ("。", "！", "？", "!", "?")


def _rows_of(
    normal: NormalText,
    header: Sequence[Column],
    rows: Sequence[Row],
    headings: Sequence[tuple[int, CellText]],
    *,
    cut_off: bool,
) -> Iterator[TaskRow]:
    """Turn aligned cells into rows; a lone group cell is the section of the rows below it.

    ``cut_off`` tells that the text ends within the last row.
    """
    carried: dict[Column, list[Span]] = {}
    who = [name for name in header if name in WHO]
    waiting = list(reversed(headings))
    merged = sum(not any(name in who for name, _ in row) for row in rows) > 1
    for place, row in enumerate(rows):
        cells: dict[Column, list[Span]] = {}
        while waiting and waiting[-1][1].span[0] < row[0][1].span[0]:
            rank, heading = waiting.pop()
            name: Column = "section" if rank == 1 else "item"
            _take_heading(name, [heading.span], carried)
            cells.pop("item", None)
            cells[name] = [heading.span]
            for other in who:
                carried.pop(other, None)
        for name, cell in row:
            cells.setdefault(name, []).append(cell.span)
            if name == "note" and "deadline" not in header and is_deadline(cell.text):
                cells["deadline"] = [cell.span]
        if set(cells) <= {"section", "item"}:
            carried = dict(cells)
            continue
        _heading_is_content(normal, cells)
        columns: list[Column] = [*CARRIED]
        last = place > 0 and place == len(rows) - 1 and not merged
        whole = row[-1][1].text.rstrip("|｜ ").endswith(SENTENCE_ENDS)
        breaks_off = last and (cut_off or not whole)
        if "deadline" in header and not breaks_off:
            columns.append("deadline")
        if not any(name in cells for name in who):
            columns += [] if breaks_off else who
        else:
            if who[0] not in cells and who[0] in carried:
                cells[who[0]] = carried[who[0]]  # the leftmost of them is merged
            for name in who:
                carried.pop(name, None)
                if name in cells:
                    carried[name] = cells[name]
        if "content" not in cells and "task" not in cells:
            continue  # units of nothing: what they belong to was not found
        _carry(cells, carried, columns)
        yield TaskRow(cells)
