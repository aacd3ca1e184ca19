"""Which paragraphs are cells or rows of task tables.

Three kinds: cells of ruled tables, whose format knows their place; rows with ``|`` between the
cells, or a lone ``|`` on the lines between them; and cells set one to a line. A table begins at its
header; ruled tables and rows without one (page layout, lists of metadata) are ordinary lines.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from wpnet.reading.columns import column_of, header_of
from wpnet.reading.deadlines import is_deadline
from wpnet.reading.normal_text import Paragraph
from wpnet.reading.numbering import read_number
from wpnet.reading.unit_words import looks_like_unit
from wpnet.reading.units import split_units

PIPE = re.compile(r"[|｜]")
LOOKED_AT = 12  # rows without a header that are looked at
FEWEST_ROWS = 3
LONGEST_GAP = 8  # lines without a pipe between two rows that still belong to a cell
HEADER_ROWS = 6  # a ruled table's header stands in its first rows, below its title
EndsTable = Callable[[str, str, str], bool]


def table_rows(
    flowing: Sequence[Paragraph], texts: Sequence[str], ends_table: EndsTable
) -> set[int]:
    """Return the indices of all paragraphs that belong to task tables.

    ``ends_table(text, following, after)`` says that a line is the first one behind a table.
    """
    rows = set(_ruled(flowing, texts))
    index = 0
    last_section = 0
    while index < len(texts):
        if index not in rows and flowing[index].cell is None:
            length = header_length(texts, index)
            if length or (PIPE.search(texts[index]) and is_headless(texts, index)):
                end = _table_end(texts, index, length, last_section, ends_table)
                rows.update(range(index, end))
                index = max(end, index + 1)
                continue
        number = read_number(texts[index])
        if number is not None and number.rank == 1:
            last_section = number.value
        index += 1
    return rows


def cells_of(text: str) -> list[str]:
    """Return the filled cells of a row with pipes.

    Example:
        >>> cells_of("| 工作任务 | | 责任单位 |")
        ['工作任务', '责任单位']
    """
    return [cell.strip() for cell in PIPE.split(text) if cell.strip()]


def header_length(texts: Sequence[str], at: int) -> int:
    """Return how many lines the header that begins at a line takes, 0 where there is none.

    Example:
        >>> header_length(["任务", "责任单位", "时限", "做好公开。"], 0)
        3
        >>> header_length(["工作任务|具体要求|责任部门"], 0), header_length(["工作要求"], 0)
        (1, 0)
    """
    if len(texts[at]) > 120:
        return 0
    if not PIPE.search(texts[at]) and column_of(texts[at]) is None:
        return 0
    first = cells_of(texts[at])
    if len(first) > 1:
        return 1 if header_of(first) is not None else 0
    cells: list[str] = []
    kinds = set()
    end = at
    for place in range(at, min(at + 30, len(texts))):
        cell = texts[place].strip("|｜ ")
        if not cell:
            continue
        kind = column_of(cell)
        if kind is None or (kind in kinds and kind not in ("content", "task", "other")):
            break
        kinds.add(kind)
        cells.append(cell)
        end = place + 1
    return end - at if len(cells) >= 3 and header_of(cells) is not None else 0


def is_headless(texts: Sequence[str], at: int) -> bool:
    """Tell whether rows of cells begin at a line that no header stands above.

    Most of the rows must name offices or dates in a cell of their own.

    Example:
        >>> rows = ["公开预算。|市财政局|全年", "公开决算。|市财政局|全年"] * 2
        >>> is_headless(rows, 0), is_headless(["首页|新闻|公开", "a|b|c", "d|e|f"], 0)
        (True, False)
    """
    rows = []
    for text in texts[at : at + LOOKED_AT]:
        cells = cells_of(text)
        if len(cells) < 2:
            break
        rows.append(cells)
    told = sum(any(_is_who_or_when(cell) for cell in cells[1:]) for cells in rows)
    return len(rows) >= FEWEST_ROWS and 2 * told > len(rows)


def _breaks_off(text: str) -> bool:
    """Tell whether the last line of a document stops in the middle of running text."""
    return text[-1].isalnum() and any(mark in text for mark in "，,。、；;")


def _is_who_or_when(cell: str) -> bool:
    names = [mention.name for mention in split_units(cell)] if len(cell) <= 200 else []
    return is_deadline(cell) or (bool(names) and all(map(looks_like_unit, names)))


def _ruled(flowing: Sequence[Paragraph], texts: Sequence[str]) -> Iterator[int]:
    """Yield the cells of ruled tables that have a header."""
    tables: dict[int, list[int]] = {}
    for index, paragraph in enumerate(flowing):
        if paragraph.cell is not None:
            tables.setdefault(paragraph.cell.table, []).append(index)
    for indices in tables.values():
        rows: dict[int, list[str]] = {}
        for index in indices:
            cell = flowing[index].cell
            assert cell is not None
            if len(rows) < HEADER_ROWS or cell.row in rows:
                rows.setdefault(cell.row, []).append(texts[index])
        if any(header_of(cells) is not None for cells in rows.values()):
            yield from indices


def _table_end(
    texts: Sequence[str], begin: int, header: int, section: int, ends_table: EndsTable
) -> int:
    """Return the index of the first line behind a table."""
    piped = any(PIPE.search(texts[index]) for index in range(begin, begin + max(header, 1)))
    end = begin + header
    before = read_number(texts[begin - 1]) if begin else None
    groups = before is not None and before.rank == 1  # the table's own first group
    last_pipe = end
    for index in range(end, len(texts)):
        following = texts[index + 1] if index + 1 < len(texts) else ""
        after = texts[index + 2] if index + 2 < len(texts) else ""
        text = texts[index]
        if ends_table(text, following, after):
            break
        number = read_number(text)
        if number is not None and number.rank == 1:
            if not groups and number.value == section + 1 > 1:
                break  # the plan's prose goes on: 三、 after a table in section 二
            groups = True
        if PIPE.search(text):
            last_pipe = index + 1
        elif piped and index - last_pipe >= LONGEST_GAP:
            break
        end = index + 1
    if not piped or (end == len(texts) == last_pipe + 1 and _breaks_off(texts[last_pipe])):
        return end
    alone = not cells_of(texts[begin + 1]) if header > 1 else False
    return min(last_pipe + 1, end) if alone else last_pipe  # the last cell, no pipe behind it
