"""Where paragraphs begin on printed pages: what outline and print say together.

A full line says that its paragraph goes on; an indent, a wider gap, another size or weight, and
a number that is the next of its row say that one begins. A line that breaks off within a
sentence goes on whatever stands on the next one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from wpnet.reading import markers
from wpnet.reading.formats.pdf_lines import PrintedLine
from wpnet.reading.numbering import Number, read_number

#: Geometry in character sizes: an indent, a line that ends early, and
#: one that does where an unbreakable word as long may have followed (“1+2+X”).
INDENT, SHORT, VERY_SHORT = 1.2, 2.5, 6.0
#: The distance of two lines parts paragraphs if it is so many sizes wider than that of most close
#: lines. LibreOffice and Chromium vary by .1 where a line holds Latin letters; the smallest gap
#: between paragraphs in use (a quarter line) is .4.
GAP = 0.35
#: So many lines tell how far apart lines are.
FEW_LINES = 4
#: Sizes that differ by this share are two.
OTHER_SIZE = 0.08
FINISHED = tuple("。！？!?）)】]〕：:；;”")


@dataclass(frozen=True, slots=True)
class Margins:
    """The left and right edge of the text of a page, and whether its paragraphs are indented."""

    left: float
    right: float
    indented: bool


def margins(lines: Sequence[PrintedLine]) -> Margins:
    """The text area of a page or document: the leftmost and rightmost usual edges.

    An edge is usual if a tenth of the lines, and at least two, share it.
    """
    size = Counter(line.size for line in lines).most_common(1)[0][0]
    enough = max(2.0, 0.1 * len(lines))
    left = Counter(round(line.x0 / (size / 2)) for line in lines)
    right = Counter(round(line.x1 / size) for line in lines)
    usual_left = [edge for edge, count in left.items() if count >= enough]
    usual_right = [edge for edge, count in right.items() if count >= enough]
    low = min(usual_left, default=min(left))
    high = max(usual_right, default=max(right))
    x0 = min(line.x0 for line in lines if round(line.x0 / (size / 2)) == low)
    x1 = max(line.x1 for line in lines if round(line.x1 / size) == high)
    indented = sum(INDENT * size < line.x0 - x0 < 4 * size for line in lines)
    return Margins(x0, x1, indented >= enough)


def usual_pitch(lines: Sequence[PrintedLine]) -> float | None:
    """How far below each other close lines stand, in character sizes, if the lines tell.

    The lower quarter of the distances: paragraphs of one line each must not pass for leading.
    """
    pitches = sorted(
        (line.bottom - before.bottom) / line.size
        for before, line in pairwise(lines)
        if line.page == before.page
        and abs(line.size - before.size) <= OTHER_SIZE * line.size
        and 0.9 < (line.bottom - before.bottom) / line.size < 4
    )
    return pitches[len(pitches) // 4] if len(pitches) >= FEW_LINES else None


class Paragraphs:
    """Decides line by line, in reading order, whether a paragraph begins."""

    def __init__(self, pitch: float | None) -> None:
        """``pitch`` is the usual distance of lines in character sizes, if known."""
        self._pitch = pitch
        self._last: dict[int, int] = {}
        self._running: dict[int, int] = {}
        self._said = ""

    def begins(self, line: PrintedLine, before: PrintedLine | None, edges: Margins) -> bool | None:
        """Whether a paragraph begins with this line; none where neither is clear.

        Unclear: a centred line below a centred line; a line flush left below one that ends early,
        where paragraphs are indented.
        """
        number = self._next_number(line.text)
        begins = self._decide(line, before, edges, number)
        if begins is not False:
            self._said = ""
            if number is not None:
                self._take(number)
        self._said += line.text
        return begins

    def _decide(
        self,
        line: PrintedLine,
        before: PrintedLine | None,
        edges: Margins,
        number: Number | None,
    ) -> bool | None:
        size = line.size
        if is_centred(line, edges):
            return None if before is not None and self._is_set_alike(line, before, edges) else True
        if before is None or line.x0 - edges.left > INDENT * size:
            return True
        if is_centred(before, edges) or abs(before.size - size) > 0.2 * size:
            return True
        missing = edges.right - before.x1
        apart = self._is_apart(line, before)
        if self._is_finished(before, missing, size) and (number is not None or apart):
            return True
        if not apart and self._breaks_off(before):
            return False
        if missing <= (VERY_SHORT if edges.indented else SHORT) * size:
            return False
        return None if edges.indented else True

    def _is_set_alike(self, line: PrintedLine, before: PrintedLine, edges: Margins) -> bool:
        """Whether a centred line may go on with a centred line, or a full line of a title."""
        if before.size != line.size:
            return False
        if is_centred(before, edges):
            return True
        full = edges.right - before.x1 <= SHORT * line.size
        return full and before.font == line.font and not before.text.endswith(FINISHED)

    def _is_finished(self, before: PrintedLine, missing: float, size: float) -> bool:
        """Whether a paragraph may end with a line: a sentence or heading does, or it is short."""
        heading = markers.NUMBERED.match(self._said) is not None and not any(
            mark in self._said for mark in "，。；"
        )
        return before.text.endswith(FINISHED) or missing > SHORT * size or heading

    def _breaks_off(self, before: PrintedLine) -> bool:
        """Whether a line ends within a sentence, even early: the next word may not be cut."""
        running = any(mark in self._said for mark in "，。；")
        return running and not before.text.endswith(FINISHED)

    def _is_apart(self, line: PrintedLine, before: PrintedLine) -> bool:
        """Whether a wider gap, another size or another weight parts two lines."""
        if abs(line.size - before.size) > OTHER_SIZE * line.size:
            return True
        if line.font and before.font and is_bold(line.font) != is_bold(before.font):
            return True
        if self._pitch is None or line.page != before.page:
            return False
        return (line.bottom - before.bottom) / line.size > self._pitch + GAP

    def _next_number(self, text: str) -> Number | None:
        """The number that a line begins with, if it is the next of its row or begins one."""
        number = read_number(text)
        if number is None or number.value not in (
            1,
            self._last.get(number.rank, 0) + 1,
            self._running.get(number.rank, 0) + 1,
        ):
            return None
        return number

    def _take(self, number: Number) -> None:
        self._last[number.rank] = self._running[number.rank] = number.value
        for deeper in range(number.rank + 1, 6):
            self._last.pop(deeper, None)


def is_bold(font: str) -> bool:
    """Whether the name of a font says that it is heavy: bold, or one of the heading faces.

    >>> is_bold("ABCDEF+SimHei"), is_bold("NotoSansSC-Bold"), is_bold("FangSong_GB2312")
    (True, True, False)
    """
    lower = font.lower()
    return any(word in lower for word in ("bold", "black", "heavy", "simhei", "heiti"))


def is_centred(line: PrintedLine, edges: Margins) -> bool:
    """Whether a line stands in the middle with room on both sides."""
    before, after = line.x0 - edges.left, edges.right - line.x1
    return before > 3 * line.size and abs(before - after) < 1.5 * line.size
