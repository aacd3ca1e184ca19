"""Ruled tables of a PDF: cells of a page to a part, parts of several pages to one table."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from wpnet.model import Cell, Line
from wpnet.reading.formats.pdf_lines import Glyph, glyphs_to_lines

if TYPE_CHECKING:
    from pdfplumber.page import Page

#: Rules that lie so close together (points) are one rule.
SAME_RULE = 3.0
#: The columns of a table's next part may be off by so much (points).
SAME_COLUMN = 6.0
#: A table has four rules at least.
FEWEST_RULES = 4
#: A page with more drawn lines than this is a drawing; a table of 60 rows has about 700.
MAX_RULES = 4_000
#: A paragraph ends inside a cell if its line stops so many character sizes before the edge.
CELL_SHORT = 2.0
SENTENCE_END = tuple("。！？；!?;")
NUMBER = re.compile(r"\d{1,3}[.．、]?")
#: Share of a column's cells that are numbers in a column of row numbers.
NUMBER_SHARE = 0.6


@dataclass(slots=True)
class GridCell:
    """A cell of a table under construction; rows and columns count from 1."""

    row: int
    column: int
    row_span: int
    column_span: int
    text: str
    page: int


@dataclass(slots=True)
class Part:
    """What one page shows of a table: the edges of its columns, its rows and cells."""

    page: int
    top: float
    bottom: float
    edges: list[float]
    rows: int
    cells: list[GridCell] = field(default_factory=list)


def page_parts(page: Page, number: int, glyphs: Sequence[Glyph]) -> tuple[list[Part], list[Glyph]]:
    """The ruled tables of a page and the characters outside them.

    A frame of one column around text is no table.
    """
    if not FEWEST_RULES <= len(page.rects) + len(page.lines) + len(page.curves) <= MAX_RULES:
        return [], list(glyphs)
    parts: list[Part] = []
    rest = list(glyphs)
    settings = {"explicit_horizontal_lines": _open_ends(page)}
    for table in page.find_tables(settings):
        part, rest = boxes_part(table.cells, number, rest)
        if part is not None:
            parts.append(part)
    return parts, rest


def _open_ends(page: Page) -> list[float]:
    """Where the upright rules of a page begin and end.

    A level rule may be missing there, under all columns or some, where a page break cut a row.
    """
    upright = [edge for edge in page.edges if edge["orientation"] == "v" and edge["height"] > 8]
    ends: list[float] = []
    for key, extreme in (("top", min), ("bottom", max)):
        end = extreme((edge[key] for edge in upright), default=0.0)
        columns = {round(edge["x0"] / SAME_RULE) for edge in upright if abs(edge[key] - end) < 2}
        if len(columns) > 2:
            ends.append(end)
    return ends


def boxes_part(
    boxes: Sequence[tuple[float, float, float, float]], number: int, glyphs: list[Glyph]
) -> tuple[Part | None, list[Glyph]]:
    """A table part from the boxes (x0, top, x1, bottom) of its cells, and the characters left."""
    columns = rule_positions([x for box in boxes for x in (box[0], box[2])])
    rows = rule_positions([y for box in boxes for y in (box[1], box[3])])
    if len(columns) < 3:
        return None, glyphs
    part = Part(number, rows[0], rows[-1], columns, len(rows) - 1)
    inside, rest = _sort_into(boxes, glyphs)
    for box in boxes:
        column, row = _index(columns, box[0]), _index(rows, box[1])
        across = max(1, _index(columns, box[2]) - column)
        down = max(1, _index(rows, box[3]) - row)
        text = cell_text(inside[box], box[0], box[2])
        part.cells.append(GridCell(row + 1, column + 1, down, across, text, number))
    return part, rest


def rule_positions(values: Sequence[float]) -> list[float]:
    """Positions of rules, those closer than :data:`SAME_RULE` as one.

    >>> rule_positions([10.0, 50.2, 10.4, 50.0])
    [10.0, 50.0]
    """
    found: list[float] = []
    for value in sorted(values):
        if not found or value - found[-1] > SAME_RULE:
            found.append(value)
    return found


def _index(positions: Sequence[float], value: float) -> int:
    return min(range(len(positions)), key=lambda index: abs(positions[index] - value))


def _sort_into(
    boxes: Sequence[tuple[float, float, float, float]], glyphs: Sequence[Glyph]
) -> tuple[dict[tuple[float, float, float, float], list[Glyph]], list[Glyph]]:
    """The characters whose middle lies in each box, and those in none."""
    inside: dict[tuple[float, float, float, float], list[Glyph]] = defaultdict(list)
    rest: list[Glyph] = []
    for glyph in glyphs:
        x, y = (glyph.x0 + glyph.x1) / 2, (glyph.top + glyph.bottom) / 2
        home = next((b for b in boxes if b[0] <= x <= b[2] and b[1] <= y <= b[3]), None)
        (rest if home is None else inside[home]).append(glyph)
    return inside, rest


def cell_text(glyphs: Sequence[Glyph], left: float, right: float) -> str:
    """The text of a cell: wrapped lines joined, paragraphs that are told apart by ``\\n``.

    A line ends a paragraph if it closes a sentence well before the edge of the cell.
    """
    text = ""
    before = None
    for line in glyphs_to_lines(glyphs, 0):
        if before is not None:
            padding = max(0.0, min(before.x0 - left, 2 * before.size))
            early = right - padding - before.x1 > CELL_SHORT * before.size
            ended = before.text.endswith(SENTENCE_END)
            text = f"{text}\n{line.text}" if early and ended else joined(text, line.text)
        else:
            text = line.text
        before = line
    return text


def joined(before: str, after: str) -> str:
    """Two pieces of a wrapped text: a space only between Latin letters.

    >>> joined("一网通", "办"), joined("open", "data"), joined("2025", "年")
    ('一网通办', 'open data', '2025年')
    """
    latin = before[-1:].isascii() and before[-1:].isalpha() and after[:1].isascii()
    return f"{before} {after}" if latin and after[:1].isalpha() else before + after


def continues(part: Part, following: Part) -> bool:
    """Whether a part on the next page has the columns of a part."""
    same = len(part.edges) == len(following.edges)
    pairs = zip(part.edges, following.edges, strict=False)
    return same and all(abs(a - b) <= SAME_COLUMN for a, b in pairs)


def append_part(table: Part, part: Part) -> None:
    """Add the next page's part to a table.

    A repeated head is dropped; a row and merged cells that the page break cut are joined.
    """
    head = _repeated_head(table, part)
    fresh = [cell for cell in part.cells if cell.row > head]
    if not fresh:
        return
    above = {
        column: cell
        for cell in table.cells
        for column in _columns(cell)
        if cell.row <= table.rows < cell.row + cell.row_span
    }
    top = [cell for cell in fresh if cell.row == head + 1]
    cut = _is_cut(above, top, _number_column([*table.cells, *fresh]))
    merging = {c.column for c in [*table.cells, *fresh] if c.row_span > 1}
    shift = table.rows - head - (1 if cut else 0)
    for cell in fresh:
        upper = above.get(cell.column) if cell.row == head + 1 else None
        same = upper is not None and upper.column_span == cell.column_span
        if upper is not None and same and cut:
            upper.text = joined(upper.text, cell.text)
            upper.row_span += cell.row_span - 1
        elif upper is not None and same and upper.text and not cell.text and cell.column in merging:
            upper.row_span += cell.row_span
        else:
            cell.row += shift
            table.cells.append(cell)
    table.rows = part.rows + shift
    table.page, table.bottom = part.page, part.bottom


def _columns(cell: GridCell) -> range:
    return range(cell.column, cell.column + cell.column_span)


def _rows(cells: Sequence[GridCell], row: int) -> list[tuple[int, str]]:
    return sorted((c.column, re.sub(r"\s", "", c.text)) for c in cells if c.row == row)


def _repeated_head(table: Part, part: Part) -> int:
    """How many rows at the top of a part repeat the top of the table."""
    head = 0
    while head < part.rows:
        repeated = _rows(part.cells, head + 1)
        if repeated != _rows(table.cells, head + 1) or not any(text for _, text in repeated):
            return head
        head += 1
    return head


def _number_column(cells: Sequence[GridCell]) -> int:
    """The column of row numbers, or 0."""
    columns: dict[int, list[str]] = defaultdict(list)
    for cell in cells:
        if cell.row > 1 and cell.text:
            columns[cell.column].append(cell.text)
    for column in sorted(columns):
        numbers = sum(NUMBER.fullmatch(text) is not None for text in columns[column])
        if numbers >= 2 and numbers >= NUMBER_SHARE * len(columns[column]):
            return column
    return 0


def _is_cut(above: dict[int, GridCell], top: Sequence[GridCell], numbers: int) -> bool:
    """Whether the first row of a part is the rest of the row above it."""
    below = {cell.column: cell for cell in top}
    if not any(cell.text for cell in top):
        return False
    if numbers in above and numbers in below:
        return not (above[numbers].text and below[numbers].text)
    missing = [
        c
        for c, cell in below.items()
        if not cell.text
        and c in above
        and above[c].text
        and above[c].row_span == cell.row_span == 1
    ]
    going_on = [
        c
        for c, cell in below.items()
        if cell.text
        and c in above
        and above[c].text
        and not above[c].text.endswith((*SENTENCE_END, ")", "）"))
    ]
    return bool(missing and going_on)


def part_lines(table: Part, number: int) -> Iterator[Line]:
    """One line for each paragraph of a cell, row by row."""
    for cell in sorted(table.cells, key=lambda cell: (cell.row, cell.column)):
        place = f"page {cell.page} table {number} row {cell.row}"
        where = Cell(number, cell.row, cell.column, cell.row_span, cell.column_span)
        for text in cell.text.split("\n"):
            yield Line(text, place, cell=where, starts=True)
