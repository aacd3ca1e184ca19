"""The characters of a page to the lines a reader sees, and what their geometry says."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from itertools import pairwise
from math import inf
from operator import attrgetter
from typing import NamedTuple

#: Gaps from which on a space is read, in character sizes: between Latin letters or digits,
#: and next to a Chinese character, where justified print stretches gaps up to half a size.
LATIN_GAP, CHINESE_GAP = 0.25, 1.0
#: A letter lies over the one before if it begins so many sizes before that one's end; closing marks
#: that are squeezed together share half their width.
OVERLAID = 0.6
PAGE_NUMBER = re.compile(
    r"[-—–－―·~\s]{0,6}(?:第\s?)?\d{1,3}(?:\s?页)?(?:\s?[/／，,共]\s?){0,2}(?:\d{1,4}\s?页?)?[-—–－―·~\s]{0,6}"
)
#: Heads and feet stand in so much of a page's height at its top and bottom.
MARGIN = 0.13
#: A head is furniture if it stands on this share of the pages, and on two at least.
REPEATED = 0.4


_left_edge = attrgetter("x0")


class Glyph(NamedTuple):
    """One character on a page; distances in points from its upper left corner."""

    text: str
    x0: float
    x1: float
    top: float
    bottom: float
    size: float
    font: str = ""


@dataclass(frozen=True, slots=True)
class PrintedLine:
    """A line as printed, with the font of most of its characters.

    ``overlaid`` counts characters that lie over the one before them; ``block`` is the place in
    reading order of the column that the line stands in.
    """

    text: str
    page: int
    x0: float
    x1: float
    top: float
    bottom: float
    size: float
    font: str = ""
    overlaid: int = 0
    block: int = 0


def map_radicals(text: str) -> str:
    """Replace radicals (U+2E80 to U+2FDF) by the characters whose shape they share.

    PDFs made by Chromium with Noto fonts hold such radicals instead of 8 % of the characters.

    >>> map_radicals("⼈⺠政府")
    '人民政府'
    """
    return text.translate(_radicals())


@lru_cache(maxsize=1)
def _radicals() -> dict[int, str]:
    source = files("wpnet.reading") / "data" / "cjk_radicals.json"
    return str.maketrans(json.loads(source.read_text(encoding="utf-8")))


def glyphs_to_lines(glyphs: Iterable[Glyph], page: int) -> list[PrintedLine]:
    """The printed lines of a page from top to bottom.

    >>> pair = [Glyph("开", 22, 32, 0, 10, 10), Glyph("公", 10, 20, 1, 11, 10)]
    >>> [line.text for line in glyphs_to_lines(pair, 1)]
    ['公开']
    """
    return rows_to_lines(glyph_rows(glyphs), page)


def rows_to_lines(rows: Iterable[Sequence[Glyph]], page: int, block: int = 0) -> list[PrintedLine]:
    """The lines that rows of characters show; a row of blanks shows none."""
    lines = (_line(row, page, block) for row in rows)
    return [line for line in lines if line is not None]


def glyph_rows(glyphs: Iterable[Glyph]) -> list[list[Glyph]]:
    """The characters that stand on one level, from top to bottom, each row from left to right.

    Characters belong together if the middle of one lies inside the height of the row so far.
    """
    rows: list[list[Glyph]] = []
    low, high = inf, -inf
    for glyph in sorted(glyphs, key=level):
        top, bottom = glyph.top, glyph.bottom
        if low <= (top + bottom) / 2 <= high:
            rows[-1].append(glyph)
        else:
            rows.append([glyph])
            height = bottom - top
            low, high = top + 0.1 * height, bottom - 0.1 * height
    for row in rows:
        row.sort(key=_left_edge)
    return rows


def level(glyph: Glyph) -> tuple[float, float]:
    """Where a character stands among those of its page: how low, then how far right."""
    return (glyph[3] + glyph[4]) / 2, glyph[1]


def _line(row: Sequence[Glyph], page: int, block: int) -> PrintedLine | None:
    seen = [glyph for glyph in row if not glyph.text.isspace()]
    if not seen:
        return None
    text = map_radicals(_spaced(row)).strip()
    sizes: Counter[float] = Counter()
    for printed, count in Counter([glyph.size for glyph in seen]).items():
        sizes[round(printed, 1)] += count
    size = sizes.most_common(1)[0][0]
    return PrintedLine(
        text,
        page,
        seen[0].x0,
        max([glyph.x1 for glyph in seen]),
        min([glyph.top for glyph in seen]),
        max([glyph.bottom for glyph in seen]),
        size or 1.0,
        Counter([glyph.font for glyph in seen]).most_common(1)[0][0],
        _overlaid(seen),
        block,
    )


def _overlaid(row: Sequence[Glyph]) -> int:
    """How many characters of a line lie over the one before them."""
    return sum(
        [
            gap < 0 and gap < -OVERLAID * min(before.size, after.size)
            for before, after in pairwise(row)
            for gap in (after.x0 - before.x1,)
        ]
    )


def _spaced(row: Sequence[Glyph]) -> str:
    """The characters of a line, with a space where a gap shows one."""
    pieces = [row[0].text]
    for before, after in pairwise(row):
        gap = after.x0 - before.x1
        if gap > LATIN_GAP * before.size and _is_space(before, after, gap):
            pieces.append(" ")
        pieces.append(after.text)
    return "".join(pieces)


def _is_space(before: Glyph, after: Glyph, gap: float) -> bool:
    """Whether the gap between two characters shows a space that is not printed itself."""
    latin = before.text.isascii() and after.text.isascii()
    wide = gap > (LATIN_GAP if latin else CHINESE_GAP) * max(after.size, before.size)
    return wide and not (before.text.isspace() or after.text.isspace())


def furniture(pages: Sequence[Sequence[PrintedLine]], heights: Sequence[float]) -> set[PrintedLine]:
    """The page numbers and running heads among the lines of all pages."""
    found: set[PrintedLine] = set()
    repeated: Counter[tuple[str, int]] = Counter()
    edge_lines = [_edge_lines(lines, height) for lines, height in zip(pages, heights, strict=True)]
    for lines in edge_lines:
        repeated.update({_head(line) for line in lines})
        found.update(line for line in lines if PAGE_NUMBER.fullmatch(line.text))
    enough = max(2.0, REPEATED * len(pages))
    for lines in edge_lines:
        found.update(line for line in lines if repeated[_head(line)] >= enough)
    return found


def _edge_lines(lines: Sequence[PrintedLine], height: float) -> list[PrintedLine]:
    """The first and last two lines of a page, where they stand in its margins."""
    ends = {*lines[:2], *lines[-2:]}
    return [
        line
        for line in lines
        if line in ends and (line.bottom < MARGIN * height or line.top > (1 - MARGIN) * height)
    ]


def _head(line: PrintedLine) -> tuple[str, int]:
    return re.sub(r"\d+", "#", re.sub(r"\s", "", line.text)), round(line.top / 4)
