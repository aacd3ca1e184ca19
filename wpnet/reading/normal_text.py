"""The normalised text of a document, its paragraphs, and the way back to the raw file."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from wpnet.model import Cell, Document
from wpnet.text import VISIBLE, legible


class Paragraph(NamedTuple):
    """A paragraph, heading line or table cell of the normalised text."""

    start: int
    end: int
    line: int
    cell: Cell | None = None
    furniture: bool = False


class Piece(NamedTuple):
    """A stretch of normalised text that stands unbroken in one raw line."""

    start: int
    line: int
    column: int
    length: int


@dataclass(frozen=True)
class NormalText:
    """Normalised text, its paragraphs, and the way back to the document.

    ``text`` is the paragraphs joined by ``\\n``, with equal characters made alike (see
    :func:`wpnet.text.folded`): what reading looks at. ``written`` is the same text with the
    characters that the document shows. Offsets count characters and hold in both. ``altered`` is
    false where nothing had to be made alike, so that the two are the same.
    """

    document: Document
    text: str
    paragraphs: tuple[Paragraph, ...]
    pieces: tuple[Piece, ...]
    altered: bool = True

    @cached_property
    def _starts(self) -> list[int]:
        return [piece.start for piece in self.pieces]

    @cached_property
    def _shown(self) -> tuple[str, list[int], list[int]]:
        """The written text, the offsets behind which it is longer, and by how much in all."""
        if not self.altered:
            return self.text, [], []
        lines = self.document.lines
        parts: list[str] = []
        places: list[int] = []
        sums: list[int] = []
        position = 0
        shown: dict[int, int] = {}  # up to which column each line is shown; page marks come late
        for piece in self.pieces:
            parts.append(self.text[position : piece.start])
            raw = lines[piece.line].text
            end = piece.column + piece.length
            column = shown.get(piece.line, end)
            if column < piece.column:
                passed_over = "".join(VISIBLE.findall(raw[column : piece.column]))
                if passed_over:
                    parts.append(passed_over)
                    places.append(piece.start)
                    sums.append(len(passed_over) + (sums[-1] if sums else 0))
            position = piece.start + piece.length
            shown[piece.line] = max(column, end)
            parts.append(raw[piece.column : end])
        return legible("".join((*parts, self.text[position:]))), places, sums

    @cached_property
    def end(self) -> int:
        """Where the last paragraph ends that is no page mark."""
        shown = (entry.end for entry in reversed(self.paragraphs) if not entry.furniture)
        return next(shown, 0)

    @property
    def breaks_off(self) -> bool:
        """Whether the last paragraph stops within a sentence or list."""
        last = self.text[self.end - 1 : self.end]
        return last.isalnum() or last in "，,、；;（(〔["

    @property
    def written(self) -> str:
        """The text in the document's own characters."""
        return self._shown[0]

    @property
    def passed_over(self) -> int:
        """How often something visible was passed over between characters (pinyin)."""
        return len(self._shown[1])

    def shown_at(self, offset: int) -> int:
        """Return where an offset of ``text`` is in ``written``."""
        if not self.altered:
            return offset
        _, places, sums = self._shown
        place = bisect_right(places, offset)
        return offset + (sums[place - 1] if place else 0)

    def shown(self, start: int, end: int) -> str:
        """Return ``text[start:end]`` in the document's own characters."""
        if not self.altered:
            return self.text[start:end]
        return self.written[self.shown_at(start) : self.shown_at(end)]

    def as_written(self, words: str, start: int = 0, end: int | None = None) -> str:
        """Return words read off ``text[start:end]`` in the document's own characters.

        They may stand on two lines there; words that do not stand there are returned as they are.
        """
        if not words or not self.altered:
            return words
        at = self.text.find(words, start, end)
        if at >= 0:
            return self.shown(at, at + len(words))
        for cut in range(1, len(words)):
            at = self.text.find(f"{words[:cut]}\n{words[cut:]}", start, end)
            if at >= 0:
                return "".join(self.shown(at, at + len(words) + 1).split("\n"))
        return words

    def number_as_written(self, number: str) -> str:
        """Return a document's number, its brackets made alike, in the document's own script."""
        code, bracket, rest = number.partition("〔")
        if not bracket or not self.altered:
            return number
        ending = "號" if "號" in self.written and "号" not in self.written else "号"
        return self.as_written(code) + bracket + rest.replace("号", ending)

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
