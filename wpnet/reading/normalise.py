"""Lines of a document to one normalised text made of whole paragraphs.

Plans arrive wrapped by page layout: a blank line between all lines, a page mark in the middle,
a page break inside a word, blanks between digits and characters. Normalising joins what layout
broke and nothing else, and keeps a map from every character back to the raw line it came from.

What is dropped is white space, control characters and invisible marks. Page marks that stand in
the middle of a paragraph are moved behind it, so that every visible character of the raw file is
in the normalised text exactly once.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from wpnet.model import Cell, Document, Line
from wpnet.reading import markers

# A run of visible characters: no white space, control character, bidi or zero-width mark.
VISIBLE = re.compile(r"[^\s\x00-\x20\x7f-\xa0\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]+")
# "《", "（", "“": marks that must be closed again before a paragraph can end.
OPENING = dict(zip("《〈（(【〔[“", "》〉）)】〕]”", strict=True))
CLOSING = {close: opening for opening, close in OPENING.items()}
WIDTHS = str.maketrans("()[]", "（）【】")
TERMINAL = "。！？!?"  # ends a paragraph's last sentence
RUNNING = "，,、；;。"  # marks of running text: a line that has one is no heading or name
# Shares and distances of wrapped pages, read off the base plans of 2024 and 2025, which were
# extracted from PDF (28 characters a line), and the twins made of all five.
WRAPPED_SHARE = 0.4
WRAP_TOLERANCE = 3.0
NARROWEST, WIDEST = 15, 60


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph, heading line or table cell of the normalised text."""

    start: int
    end: int
    line: int
    cell: Cell | None = None
    furniture: bool = False


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of normalised text that stands unbroken in one raw line."""

    start: int
    line: int
    column: int
    length: int


@dataclass(frozen=True)
class NormalText:
    """Normalised text, its paragraphs, and the way back to the document.

    ``text`` is the paragraphs joined by ``\\n``; offsets count characters.
    """

    document: Document
    text: str
    paragraphs: tuple[Paragraph, ...]
    pieces: tuple[Piece, ...]

    @cached_property
    def _starts(self) -> list[int]:
        return [piece.start for piece in self.pieces]

    def slice(self, paragraph: Paragraph) -> str:
        """Return the text of a paragraph."""
        return self.text[paragraph.start : paragraph.end]

    def raw_place(self, start: int, end: int) -> str:
        """Say where ``text[start:end]`` stands in the raw file.

        ``chars 1204-1260`` where the format counts characters of the decoded text, else the places
        of its first and last line (``page 3`` or ``page 3 to page 4``).
        """
        first = self.pieces[max(bisect_right(self._starts, start) - 1, 0)]
        last = self.pieces[max(bisect_right(self._starts, end - 1) - 1, 0)]
        first_line, last_line = (self.document.lines[piece.line] for piece in (first, last))
        if first_line.offset is not None and last_line.offset is not None:
            raw_start = first_line.offset + first.column + (start - first.start)
            raw_end = last_line.offset + last.column + (end - last.start)
            return f"chars {raw_start}-{raw_end}"
        if first_line.place == last_line.place:
            return first_line.place
        return f"{first_line.place} to {last_line.place}"


def normalise(document: Document) -> NormalText:
    """Join the lines of a document to paragraphs.

    Example:
        >>> from wpnet.model import Document, Line
        >>> lines = ("（一）加强公开。严格落实公文公开属性重新认", "", "定工作。", "二、加强保障")
        >>> normal = normalise(Document("a.txt", "", "text", tuple(map(Line, lines))))
        >>> print(normal.text)
        （一）加强公开。严格落实公文公开属性重新认定工作。
        二、加强保障
    """
    builder = _Builder(document)
    width = wrap_width(document.lines)
    for index, clean in _clean_lines(document.lines):
        builder.add(index, clean, width)
    return builder.finish()


def wrap_width(lines: Sequence[Line]) -> float | None:
    """Return the line width of a document that page layout wrapped, or ``None``.

    A width counts a Chinese character as 1 and an ASCII one as 0.5. A document is wrapped when
    many of its lines end at the same right edge.
    """
    widths = sorted(
        display_width(line.text) for line in lines if line.cell is None and line.text.strip()
    )
    if len(widths) < 8:
        return None
    edge = widths[int(len(widths) * 0.9)]
    full = sum(edge - WRAP_TOLERANCE <= width <= edge + 1 for width in widths)
    if NARROWEST <= edge <= WIDEST and full >= WRAPPED_SHARE * len(widths):
        return edge
    return None


def display_width(text: str) -> float:
    """Return the width of a line without its blanks: 1 a Chinese character, 0.5 an ASCII one."""
    visible = "".join(VISIBLE.findall(text))
    return len(visible) - 0.5 * sum(map(str.isascii, visible))


def _clean_lines(lines: Sequence[Line]) -> Iterator[tuple[int, list[re.Match[str]]]]:
    """Yield every line that shows something, with its runs of visible characters."""
    for index, line in enumerate(lines):
        runs = list(VISIBLE.finditer(line.text))
        if runs:
            yield index, runs


class _Builder:
    """Collects pieces and paragraphs; page marks wait until the open paragraph ends."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.parts: list[str] = []
        self.length = 0
        self.pieces: list[Piece] = []
        self.paragraphs: list[Paragraph] = []
        self.open: tuple[int, int, Cell | None] | None = None  # start, first line, cell
        self.current = ""
        self.last_width = 0.0
        self.waiting: list[tuple[int, list[re.Match[str]]]] = []
        self.in_table = False
        self.headers = 0

    def add(self, index: int, runs: list[re.Match[str]], width: float | None) -> None:
        """Add one line: to the open paragraph where layout broke it, else as a new one."""
        line = self.document.lines[index]
        text = "".join(run.group() for run in runs)
        self._notice_table(text)
        if line.furniture or (
            line.cell is None and not self.in_table and markers.PAGE_MARK.fullmatch(text)
        ):
            self.waiting.append((index, runs))
            return
        if self.open is None or not self._continues(line, text, width):
            self._close()
            self.open = (self.length, index, line.cell)
            self.current = ""
        elif self.current[-1:].isascii() and self.current[-1:].isalpha() and text[0].isascii():
            self._put(" ")
        self._put_runs(index, runs, keep_blanks=bool(markers.METADATA_LINE.match(text)))
        self.last_width = display_width(text)

    def finish(self) -> NormalText:
        """Close what is open and return the whole."""
        self._close()
        text = "".join(self.parts)
        return NormalText(self.document, text, tuple(self.paragraphs), tuple(self.pieces))

    def _notice_table(self, text: str) -> None:
        """A flattened table begins at the third column header in a row of lines."""
        self.headers = self.headers + 1 if markers.COLUMN_HEADER.fullmatch(text) else 0
        if self.headers == 3:
            self.in_table = True

    def _continues(self, line: Line, text: str, width: float | None) -> bool:
        assert self.open is not None
        if line.cell is not None or self.open[2] is not None:
            return line.cell == self.open[2] and line.starts is not True
        if line.starts is not None:
            return not line.starts
        if self.in_table or markers.BLOCK_START.match(text):
            return False
        if markers.ENDS_BLOCK.search(self.current):
            return False
        return is_continued(self.current, text, full=self._is_full(width))

    def _is_full(self, width: float | None) -> bool | None:
        return None if width is None else self.last_width >= width - WRAP_TOLERANCE

    def _put_runs(self, index: int, runs: list[re.Match[str]], *, keep_blanks: bool) -> None:
        for number, run in enumerate(runs):
            if number and (keep_blanks or _is_word_gap(runs[number - 1].group(), run.group())):
                self._put(" ")
            self.pieces.append(Piece(self.length, index, run.start(), len(run.group())))
            self._put(run.group())

    def _put(self, text: str) -> None:
        self.parts.append(text)
        self.length += len(text)
        self.current += text

    def _close(self) -> None:
        if self.open is not None:
            start, line, cell = self.open
            self.paragraphs.append(Paragraph(start, self.length, line, cell))
            self.parts.append("\n")
            self.length += 1
            self.open = None
        waiting, self.waiting = self.waiting, []
        for index, runs in waiting:
            start = self.length
            self._put_runs(index, runs, keep_blanks=True)
            self.paragraphs.append(Paragraph(start, self.length, index, furniture=True))
            self.parts.append("\n")
            self.length += 1


def _is_word_gap(left: str, right: str) -> bool:
    """Keep a blank between Latin words (``disclosure plan``); drop it everywhere else."""
    return left[-1].isascii() and left[-1].isalpha() and right[0].isascii() and right[0].isalnum()


def is_continued(before: str, after: str, *, full: bool | None) -> bool:
    """Tell whether ``after`` goes on with the sentence or title that ``before`` began.

    ``full`` says whether the line before reached the right edge of a wrapped page; ``None`` where
    the document is not wrapped, so that only a page break can have cut a paragraph.

    Example:
        >>> is_continued("（一）重点做好就业培训以及优化营商环境等方", "面的信息发布。", full=None)
        True
        >>> is_continued("（一）指导思想", "坚持以人民为中心。", full=None)
        False
    """
    if before[-1] in TERMINAL:
        return False
    if is_open(before):
        return True
    if before.endswith("关于印发") or before[-1] in "，,、；;":
        return True
    if markers.TITLE_TAIL.fullmatch(after) and markers.TITLE_HEAD.search(before):
        return True
    if full is not None:
        return full
    if before[-1] in "：:）)】]":
        return False
    if markers.NUMBERED.match(before) and "。" not in before:
        return breaks_word(before, after)
    return any(mark in before for mark in RUNNING) and not markers.LABEL.match(before)


def is_open(text: str) -> bool:
    """Tell whether a bracket, title mark or quotation mark is still open at the end of a text.

    Example:
        >>> is_open("全力打造“大国小工匠”“工伤保险集中宣传")
        True
    """
    stack: list[str] = []
    for character in text.translate(WIDTHS):
        if character in OPENING:
            stack.append(character)
        elif character in CLOSING and stack and stack[-1] == CLOSING[character]:
            stack.pop()
    return bool(stack)


def breaks_word(before: str, after: str) -> bool:
    """Tell whether a dictionary word stands across the border of two lines.

    An author never ends a line inside a word; a page does. The dictionary is jieba's.

    Example:
        >>> breaks_word("营商环境等方", "面的信息")
        True
    """
    from wpnet.reading.words import is_word

    return any(
        is_word(before[-left:] + after[:right])
        for left in range(1, min(3, len(before)) + 1)
        for right in range(1, min(3, len(after)) + 1)
        if left + right <= 4
    )
