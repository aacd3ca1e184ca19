"""The paragraphs of a plan's body, each with what the outline asks of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from wpnet.reading.brackets import Brackets
from wpnet.reading.normal_text import NormalText, Paragraph
from wpnet.reading.numbering import Number, read_number
from wpnet.reading.sentences import AFTER_STOP, stops

HEADING_LENGTH = 30  # longest unnumbered line that can be a heading which lost its number
RUNNING = re.compile(r"[，,、；;。：:！？]")


class Marked(NamedTuple):
    """A paragraph with the number it begins with, if any.

    ``first_stop`` is the offset of its first full stop, ``sentences`` how many begin in it, both
    without unit brackets (``brackets``, as offsets in the paragraph). ``printed`` is false for a
    number that was given back.
    """

    start: int
    text: str
    number: Number | None
    brackets: tuple[tuple[int, int], ...] = ()
    first_stop: int | None = None
    sentences: int = 0
    only_brackets: bool = False
    printed: bool = True

    @property
    def end(self) -> int:
        return self.start + len(self.text)

    @property
    def title_end(self) -> int:
        """Where a title ends that the first full stop ends: before a bracket in it."""
        stop = self.first_stop if self.first_stop is not None else len(self.text)
        return min((start for start, _ in self.brackets if start < stop), default=stop)

    @property
    def heading_end(self) -> int:
        """Where the heading of a run-in title ends: behind the stop and a bracket beside it."""
        stop = self.first_stop if self.first_stop is not None else len(self.text) - 1
        end = stop + 1
        while end < len(self.text) and self.text[end] in AFTER_STOP:
            end += 1
        for first, last in self.brackets:
            if first == end and self.sentences > 1:
                return last
        return end

    @property
    def title_length(self) -> int:
        return self.title_end - (self.number.length if self.number else 0)

    @property
    def title_commas(self) -> int:
        return len(re.findall("[，,；;]", self.text[: self.title_end]))

    @property
    def is_lead_in(self) -> bool:
        """It announces what follows: "重点抓好以下工作："."""
        return self.text[-1] in "：:" and self.first_stop is None

    @property
    def is_line(self) -> bool:
        """It is a short line without any mark of running text."""
        return (
            self.first_stop is None
            and not self.brackets
            and len(self.text) <= HEADING_LENGTH
            and RUNNING.search(self.text) is None
        )


def mark(normal: NormalText, paragraphs: Sequence[Paragraph], brackets: Brackets) -> list[Marked]:
    """Read the numbers, brackets and first sentences of paragraphs."""
    return [_mark(normal, paragraph, brackets) for paragraph in paragraphs]


def _mark(normal: NormalText, paragraph: Paragraph, brackets: Brackets) -> Marked:
    start, end = paragraph.start, paragraph.end
    text = normal.slice(paragraph)
    placed = brackets.within(start, end)
    blanked = brackets.blanked(normal.text, start, end) if placed else text
    ends = list(stops(blanked))
    rest = blanked[ends[-1] + 1 :].strip(AFTER_STOP + " ") if ends else ""
    return Marked(
        start,
        text,
        read_number(text),
        tuple((found.start - start, found.end - start) for found in placed),
        ends[0] if ends else None,
        len(ends) + bool(rest),
        bool(placed) and not blanked.strip(" 。；;"),
    )
