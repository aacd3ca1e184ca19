"""The unit brackets of a document, each at its place in the normalised text."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from wpnet.reading.normal_text import NormalText
from wpnet.reading.unit_words import looks_like_unit
from wpnet.reading.units import UnitBracket, find_unit_brackets

Span = tuple[int, int]
HINTS = frozenset("（([［【〔﹝：:")  # a text without any of these names no units


class Placed(NamedTuple):
    """A unit bracket and the stretch of normalised text that it takes."""

    start: int
    end: int
    bracket: UnitBracket


@dataclass(frozen=True)
class Brackets:
    """All unit brackets of some stretches, in order, none inside another."""

    found: Sequence[Placed] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "_starts", [placed.start for placed in self.found])

    def within(self, start: int, end: int) -> Sequence[Placed]:
        """Return the brackets that begin inside a stretch."""
        starts: list[int] = self._starts  # type: ignore[attr-defined]
        return self.found[bisect_left(starts, start) : bisect_left(starts, end)]

    def blanked(self, text: str, start: int, end: int) -> str:
        """Return ``text[start:end]`` with its unit brackets made blank."""
        pieces, position = [], start
        for placed in self.within(start, end):
            pieces += [text[position : placed.start], " " * (min(placed.end, end) - placed.start)]
            position = min(placed.end, end)
        return "".join((*pieces, text[position:end]))


def find_brackets(normal: NormalText, spans: Iterable[Span]) -> Brackets:
    """Find the unit brackets in stretches of the normalised text, given in any order.

    Half a name with which the text breaks off is left out.

    Example:
        >>> from wpnet.model import Document, Line
        >>> from wpnet.reading.normalise import normalise
        >>> normal = normalise(Document("a", "", "text", (Line("做好公开。（办公室牵头）"),)))
        >>> [(p.start, p.end) for p in find_brackets(normal, [(0, len(normal.text))]).found]
        [(5, 12)]
    """
    placed = [
        Placed(start + found.start, start + found.end, found)
        for start, end in sorted(set(spans))
        for found in _brackets_of(normal.text[start:end])
    ]
    if placed and normal.breaks_off and placed[-1].end >= normal.end:
        last = placed[-1]
        mentions = last.bracket.mentions
        if mentions and _is_half(mentions[-1].name, placed):
            placed[-1] = last._replace(bracket=replace(last.bracket, mentions=mentions[:-1]))
    return Brackets(placed)


def _is_half(name: str, placed: Iterable[Placed]) -> bool:
    """Tell whether a name is that of no office, or the beginning of another one's."""
    names = {mention.name for entry in placed for mention in entry.bracket.mentions}
    longer = any(other != name and other.startswith(name) for other in names)
    return longer or not looks_like_unit(name)


def _brackets_of(text: str) -> Sequence[UnitBracket]:
    return () if HINTS.isdisjoint(text) else find_unit_brackets(text)
