"""Raw lines to fragments: what a copy ran together is cut, what a portal wedged in is set apart.

A copy without line breaks still holds its numbers (``…工作。二、加强解读（一）…``). A number in
running text is one where the row of numbers goes on and the text before it is finished; nothing is
cut on the look of one number alone.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from wpnet.model import Line
from wpnet.reading import markers
from wpnet.reading.columns import column_of, header_of
from wpnet.reading.markers import NUMERAL
from wpnet.reading.numbering import read_number, to_int
from wpnet.reading.words import breaks_word
from wpnet.text import VISIBLE

# "一、", "（二）", "3." inside a line; not the 8. of "98.5" nor the 1. of "v1.".
INNER = re.compile(
    rf"(?P<one>{NUMERAL}{{1,3}})、|[（(](?P<two>{NUMERAL}{{1,3}})[）)]"
    rf"|(?<![\d.．A-Za-z])(?P<three>\d{{1,2}})[.．、]{markers.AFTER_DOT}"
)
FINISHED = frozenset("。！？!?）)】]〕|｜")  # what may stand before a number in running text
LONGEST_HEADING = 45
NEAR = 12  # characters of a line, blanks before it included, in which such a number stands
FEWEST_PAGES = 3  # numbers of pages that a portal printed before lines
FEWEST_CUTS = 2  # numbers inside a line from which on the line is a copy without line breaks
_TITLE = rf"[12]\d{{3}}年[^。，,；;：:《》]{{2,60}}?(?:{markers.TITLE_WORDS})"
_OFFICE = r"[\u4e00-\u9fff]{4,30}(?:局|委|委员会|办公室|办公厅|政府|厅|处|中心)"
# Where a copy without line breaks hides one before or behind the numbered part: behind the notice's
# title, an addressee, a plan's title before its preamble, around a signature and its date.
SEAM = re.compile(
    rf"的通知(?=[^。：:]{{2,60}}[：:])|[：:](?=现将|《|经)"
    rf"|{markers.DATE}(?=[12]\d{{3}}年|[\u4e00-\u9fff])"
    rf"|{_TITLE}(?=为|根据|按照|坚持|以|今年|[12]\d{{3}}年|本|围绕|[一（(])"
    rf"|[。！？）)】\]](?={_OFFICE}{markers.DATE})|(?:局|委|会|室|厅|府|处|心)(?={markers.DATE})"
)
# What a blank parts in such a copy: something finished on its left, or something new on its right.
ENDS_PART = re.compile(rf"(?:{markers.TITLE_WORDS}|通知|[日号。：:！？）)》]|\d{{4}}-\d\d-\d\d)$")
STARTS_PART = re.compile(
    rf"{markers.METADATA_LINE.pattern}|[12]\d{{3}}年|为|根据|按照|各|附件|现将|{markers.DATE}|{_OFFICE}"
)
# "2、" before the rest of a word: the number of a page, printed into the text by a portal.
PORTAL_MARK = re.compile(r"\d{1,3}、")
UNIT_OF_DIGITS = frozenset("年月日号个项条次名届期天")

Runs = tuple[tuple[int, str], ...]


class Fragment(NamedTuple):
    """A stretch of a raw line: its runs of visible characters, each with its column.

    ``joins`` is true where the stretch is known to go on with the text before it; ``in_table``
    where a header row has begun a table; ``furniture`` for a page mark.
    """

    line: int
    runs: Runs
    text: str
    joins: bool = False
    furniture: bool = False
    in_table: bool = False


def unfold(lines: Sequence[Line]) -> Iterator[Fragment]:
    """Yield the fragments of all lines that show something, in order.

    Example:
        >>> line = Line("要点一、加强公开（一）做好发布。及时更新。二、加强解读。")
        >>> [fragment.text for fragment in unfold([line])][1:3]
        ['一、加强公开', '（一）做好发布。及时更新。']
        >>> [fragment.text for fragment in unfold([Line("公开进展，接受社会监"), Line("2、督。")])]
        ['公开进展，接受社会监', '2、', '督。']
    """
    reader = _Unfolder(page_numbers(lines))
    for index, line in enumerate(lines):
        runs = tuple((run.start(), run.group()) for run in VISIBLE.finditer(line.text))
        if runs:
            yield from reader.read(index, line, runs)


def page_numbers(lines: Sequence[Line]) -> frozenset[int]:
    """Return the lines that a portal begins with the number of a page: “…，做”, “2、好发布。…”.

    They are so where the numbers of all such lines go on from 1, each but the first breaks into
    running text that is not finished, and most break into a word.

    Example:
        >>> texts = "1、某镇要点。做好公", "2、开，及时解", "3、读。"
        >>> sorted(page_numbers([Line(text) for text in texts]))
        [0, 1, 2]
    """
    near = [index for index, line in enumerate(lines) if "、" in line.text[:NEAR] and not line.cell]
    if len(near) < FEWEST_PAGES:
        return frozenset()
    shown = [index for index, line in enumerate(lines) if line.text.strip() and not line.cell]
    marked = [
        (place, index, mark)
        for place, index in enumerate(shown)
        if (mark := PORTAL_MARK.match(lines[index].text.lstrip()))
    ]
    values = [int(mark.group()[:-1]) for _, _, mark in marked]
    if len(marked) < FEWEST_PAGES or values != list(range(values[0], values[0] + len(marked))):
        return frozenset()
    broken = 0
    for place, index, mark in marked if values[0] > 1 else marked[1:]:
        before = lines[shown[place - 1]].text.rstrip() if place else ""
        if not _breaks_off(before):
            return frozenset()
        broken += breaks_word(before, lines[index].text.lstrip()[mark.end() :].lstrip())
    return frozenset(index for _, index, _ in marked) if 2 * broken >= len(marked) else frozenset()


def _breaks_off(text: str) -> bool:
    """Tell whether running text stops without a mark."""
    number = read_number(text)
    finished = text[-1:] in "。！？!?；;、：:）)】]》|｜" or text[-1].isdecimal()
    return not finished and any(
        stop in text[number.length if number else 0 :] for stop in "，,。、"
    )


class _Unfolder:
    """Walks through the lines and remembers which numbers have been printed."""

    def __init__(self, pages: frozenset[int]) -> None:
        self.pages = pages
        self.last = {1: 0, 2: 0, 3: 0}
        self.running = {1: 0, 2: 0, 3: 0}  # the same across sections
        self.before = ""
        self.headers: list[str] = []
        self.in_table = False
        self.blank_table = False

    def read(self, index: int, line: Line, runs: Runs) -> Iterator[Fragment]:
        """Yield the fragments of one line."""
        text = "".join(run for _, run in runs)
        if line.cell is not None or line.furniture:
            yield Fragment(index, runs, text)
            return
        page = PORTAL_MARK.match(text) if index in self.pages else None
        if page:
            offsets = [start for start, _ in _ends([len(run) for _, run in runs])]
            mark, rest = (0, page.end()), (page.end(), len(text))
            yield Fragment(index, _slice(runs, offsets, *mark), page.group(), furniture=True)
            text, runs = text[page.end() :], _slice(runs, offsets, *rest)
        goes_on = page is not None and index != min(self.pages)
        if not runs:
            return
        if len(runs) > 1 and (cells := self._table_cells(line.text, runs)):
            parts = cells
        else:
            parts = self._parts(text, runs)
        whole = len(parts) == 1
        offsets = [] if whole else [start for start, _ in _ends([len(run) for _, run in runs])]
        for start, end in parts:
            part = text[start:end]
            self._notice_table(part)
            piece = runs if whole else _slice(runs, offsets, start, end)
            for fragment in self._fragments(index, part, piece):
                yield fragment._replace(joins=True) if goes_on and not start else fragment

    def _fragments(self, index: int, text: str, runs: Runs) -> Iterator[Fragment]:
        """Yield a part, a page mark at its head set apart."""
        mark = PORTAL_MARK.match(text)
        if mark and not self.in_table and self._is_wedged(mark.group()):
            cut = mark.end()
            offsets = [start for start, _ in _ends([len(run) for _, run in runs])]
            yield Fragment(index, _slice(runs, offsets, 0, cut), text[:cut], furniture=True)
            if cut < len(text):
                rest = _slice(runs, offsets, cut, len(text))
                yield Fragment(index, rest, text[cut:], joins=True)
                self.before = text
            return
        if markers.PAGE_MARK.fullmatch(text) and not self.in_table:
            yield Fragment(index, runs, text, furniture=True)
            return
        self._count(text)
        self.before = text
        yield Fragment(index, runs, text, in_table=self.in_table)

    def _is_wedged(self, mark: str) -> bool:
        """Tell whether a number is out of its row and the text before it breaks off."""
        value, before = int(mark[:-1]), self.before
        if value in (1, self.last[3] + 1, self.running[3] + 1) or not before:
            return False
        return _breaks_off(before)

    def _count(self, text: str) -> None:
        number = read_number(text)
        if number is not None and number.rank <= 3:
            self._set(number.rank, number.value)

    def _set(self, rank: int, value: int) -> None:
        self.last[rank] = self.running[rank] = value
        for deeper in range(rank + 1, 4):
            self.last[deeper] = 0

    # --- tables set as text ----------------------------------------------------------------------

    def _notice_table(self, text: str) -> None:
        """A table begins where a row of lines are its column headers."""
        if column_of(text) is None:
            self.headers = []
        else:
            self.headers.append(text)
            if len(self.headers) >= 3 and header_of(self.headers):
                self.in_table = True
        if self.in_table and (markers.LABEL.match(text) or markers.is_stand_alone(text)):
            self.in_table = self.blank_table = False

    def _table_cells(self, raw: str, runs: Runs) -> list[tuple[int, int]]:
        """Cut a table's line at its tabs and wide blanks; a header row also at single ones."""
        if not self.in_table and header_of([run for _, run in runs]) is not None:
            self.in_table = self.blank_table = True
            return list(_ends([len(run) for _, run in runs]))
        if not self.in_table:
            return []
        lengths = [len(runs[0][1])]
        for (column, run), (following, text) in pairwise(runs):
            gap = raw[column + len(run) : following]
            wide = len(gap) > 1 or gap in "\t\u3000"
            if wide or (self.blank_table and not _is_loose_digit(run, text)):
                lengths.append(0)
            lengths[-1] += len(text)
        return list(_ends(lengths))

    # --- copies without line breaks --------------------------------------------------------------

    def _parts(self, text: str, runs: Runs) -> list[tuple[int, int]]:
        """Cut a line at the numbers inside it and, if it has several, at its other seams."""
        if len(text) < 12 or INNER.search(text, 1) is None or "|" in text:
            return [(0, len(text))]
        saved = dict(self.last), dict(self.running)
        gaps = _gaps(runs)
        cuts = self._number_cuts(text, gaps)
        self.last, self.running = saved
        if not cuts:
            return [(0, len(text))]
        if len(cuts) >= FEWEST_CUTS:
            cuts = sorted({*cuts, *_seams(text, cuts), *_gap_cuts(text, cuts, gaps)})
        bounds = [0, *cuts, len(text)]
        return [(start, end) for start, end in pairwise(bounds) if start < end]

    def _number_cuts(self, text: str, gaps: set[int]) -> list[int]:
        cuts: list[int] = []
        self._count(text)
        heading = read_number(text)
        start, rank = 0, heading.rank if heading else 0
        for match in INNER.finditer(text, heading.length if heading else 0):
            found = 1 if match["one"] else 2 if match["two"] else 3
            value = to_int(match[match.lastgroup or "one"])
            at = match.start()
            inside_heading = 0 < rank < found and _is_heading(text, start, at)
            if at and self._goes_on(text, at, found, value, at in gaps, inside_heading):
                cuts.append(at)
                self._set(found, value)
                start, rank = at, found
        return cuts

    def _goes_on(
        self, text: str, at: int, rank: int, value: int, gap: bool, in_heading: bool
    ) -> bool:
        """Tell whether the number at an offset is the next of its row and stands where one may."""
        if value not in (self.last[rank] + 1, self.running[rank] + 1, 1) or (
            value == 1 and rank == 1 and self.last[1]
        ):
            return False
        before = text[at - 1]
        if before in FINISHED or in_heading:
            return True
        if gap and not before.isdecimal():
            return before not in "，,、；;"
        return rank < 3 and value == 1 and _TITLE_END.search(text, max(at - 12, 0), at) is not None


_TITLE_END = re.compile(rf"(?:{markers.TITLE_WORDS}|[：:])$")


def _is_loose_digit(left: str, right: str) -> bool:
    """A blank between a digit and its unit (2024 年) parts no cells."""
    return (left[-1].isdecimal() and right[0] in UNIT_OF_DIGITS) or (
        right[0].isdecimal() and left[-1] in "年月第"
    )


def _ends(lengths: Sequence[int]) -> Iterator[tuple[int, int]]:
    start = 0
    for length in lengths:
        yield start, start + length
        start += length


def _gaps(runs: Runs) -> set[int]:
    """Return the offsets in a line's visible text before which a blank stood."""
    return {start for start, _ in _ends([len(run) for _, run in runs]) if start}


def _is_heading(text: str, start: int, end: int) -> bool:
    return end - start <= LONGEST_HEADING and not any(
        stop in "。！？；" for stop in text[start:end]
    )


def _seams(text: str, cuts: Sequence[int]) -> Iterator[int]:
    """Yield the seams before the first number and behind the last one."""
    for match in SEAM.finditer(text, 0, cuts[0]):
        yield match.end()
    for match in SEAM.finditer(text, max(cuts[-1], len(text) - 200)):
        yield match.end()


def _gap_cuts(text: str, cuts: Sequence[int], gaps: set[int]) -> Iterator[int]:
    """Yield the blanks that stand for line breaks: behind headings and between finished parts."""
    starts = [0, *cuts]
    place = 0
    for at in sorted(gaps):
        while place + 1 < len(starts) and starts[place + 1] <= at:
            place += 1
        start = starts[place]
        if start == at or text[at] in ".．、":
            continue
        heading = place > 0 and _is_heading(text, start, at) and text[at - 1] not in "、，,"
        new = ENDS_PART.search(text, max(at - 12, 0), at) or STARTS_PART.match(text, at)
        if heading or (new and not _is_loose_digit(text[at - 1], text[at])):
            yield at


def _slice(runs: Runs, offsets: Sequence[int], start: int, end: int) -> Runs:
    """Return the runs of a stretch of a line's visible text; ``offsets`` say where runs begin."""
    out = []
    for place in range(bisect_right(offsets, start) - 1, len(runs)):
        if offsets[place] >= end:
            break
        column, run = runs[place]
        left, right = max(start - offsets[place], 0), min(end - offsets[place], len(run))
        out.append((column + left, run[left:right]))
    return tuple(out)
