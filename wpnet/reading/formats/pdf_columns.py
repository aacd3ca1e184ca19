"""Pages set in two columns: which characters belong to which, in reading order."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Sequence
from operator import attrgetter
from typing import NamedTuple

from wpnet.reading.formats.pdf_lines import (
    Glyph,
    PrintedLine,
    glyph_rows,
    level,
    rows_to_lines,
)

#: The gutter stands between these shares of the text's width, so many sizes wide.
FIRST, LAST, GUTTER = 0.3, 0.7, 0.9
#: Where the lines of a page in one column cross what may be a gutter.
MIDDLE = (0.45, 0.5, 0.55)
#: So many lines on either side, which reach the edge of their column so often and are so long
#: (characters): running text, not the cells of a table set with blanks.
FEWEST, FILLED, LONG = 4, 0.25, 8
#: Share of the page's lines that may cross the gutter (a title, a heading over both columns).
CROSSING = 0.4


_left_edge = attrgetter("x0")


class _Row(NamedTuple):
    """A row of characters, cut at a place: what stands left of it, what right of it."""

    whole: Sequence[Glyph]
    left: list[Glyph]
    right: list[Glyph]
    across: bool


def lines_of_rows(rows: Sequence[Sequence[Glyph]], page: int) -> list[PrintedLine]:
    """The printed lines of a page in reading order, column by column where there are two.

    ``block`` of a line counts what is read one after the other: what stands over both columns, the
    left one, the right one, and so on.

    Args:
        rows: the characters of the page as :func:`~wpnet.reading.formats.pdf_lines.glyph_rows`
            gives them.
        page: its number.
    """
    blocks = _reading_blocks(rows)
    if len(blocks) < 2:
        return rows_to_lines(rows, page)
    return [
        line
        for number, block in enumerate(blocks)
        for line in rows_to_lines(glyph_rows(block), page, number)
    ]


def rows_without(
    rows: Sequence[Sequence[Glyph]], dropped: Collection[Glyph]
) -> list[Sequence[Glyph]]:
    """The rows of a page as if some of its characters were not printed.

    The first character of a row says how high it is: where it is dropped and the next one has
    another height, the rows are found anew.
    """
    kept: list[Sequence[Glyph]] = []
    for row in rows:
        rest = [glyph for glyph in row if glyph not in dropped]
        if len(rest) < len(row) and rest and _first(row)[3:5] != _first(rest)[3:5]:
            whole = [glyph for row in rows for glyph in row if glyph not in dropped]
            return [*glyph_rows(whole)]
        if rest:
            kept.append(rest if len(rest) < len(row) else row)
    return kept


def _first(row: Sequence[Glyph]) -> Glyph:
    return min(row, key=level)


def _reading_blocks(rows: Sequence[Sequence[Glyph]]) -> list[list[Glyph]]:
    """The characters of each block in reading order; none where the page has one column."""
    if len(rows) < FEWEST:
        return []
    x0 = min(row[0].x0 for row in rows)
    x1 = max(max(glyph.x1 for glyph in row) for row in rows)
    most = CROSSING * len(rows)
    if all(_crossing(rows, x0 + (x1 - x0) * share) > most for share in MIDDLE):
        return []
    size = max(sorted(glyph.size for row in rows for glyph in row)[sum(map(len, rows)) // 2], 1.0)
    steps = int((x1 - x0) * (LAST - FIRST) / (size / 2)) + 1
    places = [x0 + (x1 - x0) * FIRST + step * size / 2 for step in range(steps)]
    best = _least_crossed(rows, places, most)
    if not best:
        return []
    cut = max((_cut(rows, place) for place in best), key=_gutter)
    return _blocks(cut) if _is_columns(cut, size) else []


class _Edges(NamedTuple):
    """A row with the left edges of its characters, and how far from a place these can lie on it."""

    row: Sequence[Glyph]
    lefts: list[float]
    reach: float


def _least_crossed(
    rows: Sequence[Sequence[Glyph]], places: Sequence[float], most: float
) -> list[float]:
    """The places that the fewest rows lie across, unless these are more than ``most``.

    The rows that reach farthest come first: they tell soonest that too many lie across.
    """
    edges = [
        _Edges(
            row,
            [glyph.x0 for glyph in row],
            max([abs(glyph.x1 - glyph.x0) + abs(glyph.size) for glyph in row]) + 1.0,
        )
        for row in sorted(rows, key=_right_edge, reverse=True)
    ]
    least, best = most, list[float]()
    for place in places:
        count = 0
        for edge in edges:
            count += _lies_across(edge, place)
            if count > least:
                break
        else:
            if count < least:
                least, best = count, []
            best.append(place)
    return best


def _lies_across(edges: _Edges, place: float) -> bool:
    """Whether a row lies across a place, as :func:`_cut` tells: only what is near it can."""
    row, lefts, reach = edges
    low, high = bisect_left(lefts, place - reach), bisect_right(lefts, place + reach)
    before = row[low - 1] if low else None
    after = row[high] if high < len(row) else None
    near = row[low:high]
    left = [glyph for glyph in near if glyph.x1 <= place + 0.1 * glyph.size]
    right = [glyph for glyph in near if glyph.x0 >= place - 0.1 * glyph.size]
    if len(left) + len(right) < len(near):
        return True
    before = left[-1] if left else before
    after = right[0] if right else after
    if before is None or after is None:
        return False
    return after.x0 - before.x1 < GUTTER * row[0].size


def _right_edge(row: Sequence[Glyph]) -> float:
    return row[-1].x1


def _crossing(rows: Sequence[Sequence[Glyph]], place: float) -> int:
    """How many rows have a character that lies across a place; rows run from left to right."""
    count = 0
    for row in rows:
        at = bisect_left(row, place, key=_left_edge) - 1
        count += any(glyph.x1 > place for glyph in row[max(at - 1, 0) : at + 1])
    return count


def _cut(rows: Sequence[Sequence[Glyph]], place: float) -> list[_Row]:
    found = []
    for row in rows:
        left = [glyph for glyph in row if glyph.x1 <= place + 0.1 * glyph.size]
        right = [glyph for glyph in row if glyph.x0 >= place - 0.1 * glyph.size]
        close = bool(left and right) and right[0].x0 - left[-1].x1 < GUTTER * row[0].size
        across = len(left) + len(right) < len(row) or close
        found.append(_Row(row, left, right, across))
    return found


def _gutter(cut: Sequence[_Row]) -> float:
    rights = [row.right[0].x0 for row in cut if row.right and not row.across]
    lefts = [row.left[-1].x1 for row in cut if row.left and not row.across]
    return min(rights) - max(lefts) if rights and lefts else 0.0


def _is_columns(cut: Sequence[_Row], size: float) -> bool:
    """Whether both sides of a cut are running text."""
    apart = [row for row in cut if not row.across]
    if len(cut) - len(apart) > CROSSING * len(cut) or _gutter(cut) < GUTTER * size:
        return False
    sides = ([row.left for row in apart if row.left], [row.right for row in apart if row.right])
    for side in sides:
        edge = max((line[-1].x1 for line in side), default=0.0)
        full = [line for line in side if edge - line[-1].x1 < 2.5 * size and len(line) >= LONG]
        if len(side) < FEWEST or len(full) < FILLED * len(side):
            return False
    return True


def _blocks(cut: Sequence[_Row]) -> list[list[Glyph]]:
    """Full lines and the two columns between them, in reading order."""
    blocks: list[list[Glyph]] = []
    left: list[Glyph] = []
    right: list[Glyph] = []
    over: list[Glyph] = []
    for row in cut:
        if row.across:
            blocks += [left, right]
            left, right = [], []
            over += row.whole
        else:
            blocks.append(over)
            over = []
            left += row.left
            right += row.right
    return [block for block in (*blocks, left, right, over) if block]
