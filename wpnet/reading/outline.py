"""Paragraphs of a plan's body to an outline: sections, items, sub-items and their own text.

One grammar for all layouts: a paragraph's printed number has a rank (一、 above （一） above 1.);
a node hangs under the last node of a smaller rank; depth 1 is a section, 2 an item, 3 a sub-item.
A plan without 一、 has section 0. What the grammar decides beyond the print (a title that runs in,
a repaired number) it decides by looking at all nodes of the same rank and depth, and it leaves a
note.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from wpnet.reading.brackets import Brackets
from wpnet.reading.marked import Marked, mark
from wpnet.reading.normal_text import NormalText, Paragraph
from wpnet.reading.numbering import SCHEME_NAMES, Number
from wpnet.reading.repair import repair_numbers

Span = tuple[int, int]
Level = tuple[int, int]  # the rank of a printed number and the depth at which it stands

# Longest first sentence that is still a title, by rank. Read off 99 real layouts: titles run to 24
# characters in 1. items, to 40 in （一）; a title may hold one ，.
TITLE_LENGTH = (40, 40, 26, 26, 26)
PLAIN_TITLE_LENGTH = 34  # the same for a 1. title without any ，
SURELY_NO_TITLE = (70, 70, 40, 40, 40)  # with a ，: a whole sentence even where others have titles
SURE_TITLE = 20  # characters of a first sentence that heads much longer ones
TITLE_SHARE = 0.5  # of a level's nodes, from which on their first sentences are titles
SECTION_TITLE = 25  # a lone 一、 line of more characters is a sentence that lost its full stop


@dataclass(slots=True)
class Node:
    """A section (depth 1), item (2) or sub-item (3) with the text that is its own.

    ``heading`` covers number, title and the 。 that ends a run-in title; ``bodies`` the stretches
    of text below it that belong to no deeper node; ``lead_ins`` announce what follows them;
    ``strays`` are lines that are neither heading nor sentence.
    """

    depth: int
    number: int
    title: str
    heading: Span
    bodies: list[Span] = field(default_factory=list)
    children: list[Node] = field(default_factory=list)
    lead_ins: list[Span] = field(default_factory=list)
    strays: list[Span] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Outline:
    """The sections of a plan (``roots``), notes on what had to be repaired or guessed.

    ``schemes`` say for each level how its numbers are printed, whether titles run in, and why.
    """

    roots: tuple[Node, ...]
    notes: tuple[str, ...]
    schemes: tuple[str, ...] = ()


class Votes(NamedTuple):
    """How many paragraphs of a level speak for titles that run in, and how many against."""

    titles: int = 0
    others: int = 0

    @property
    def for_titles(self) -> bool:
        return self.titles >= TITLE_SHARE * (self.titles + self.others)


def build_outline(
    normal: NormalText, paragraphs: Sequence[Paragraph], brackets: Brackets
) -> Outline:
    """Build the outline of a plan's body; unit brackets are no part of a title."""
    notes: list[str] = []
    marked = repair_numbers(mark(normal, paragraphs, brackets), notes)
    levels = _levels(marked)
    votes = _titles(marked, levels)
    sure = _surely_titled(marked, levels)
    titled = {level: ballot.for_titles or level in sure for level, ballot in votes.items()}
    roots = _Grower(marked, levels, titled, notes).grow()
    return Outline(tuple(roots), tuple(notes), tuple(_describe(marked, levels, votes)))


def _levels(marked: Sequence[Marked]) -> list[Level | None]:
    """Return rank and depth of every numbered paragraph: the ranks above it that are in use."""
    stack: list[int] = []
    out: list[Level | None] = []
    for entry in marked:
        if entry.number is None:
            out.append(None)
            continue
        rank = entry.number.rank
        while stack and (stack[-1] >= rank or rank == 1):
            stack.pop()
        if not stack and rank > 1:
            stack.append(0)
        stack.append(rank)
        out.append((rank, len(stack)))
    return out


def _titles(marked: Sequence[Marked], levels: Sequence[Level | None]) -> dict[Level, Votes]:
    """Let each level's paragraphs vote whether they begin with a title that the first 。 ends.

    Only paragraphs that go on after their first 。 can show it; below （一）, single long sentences
    speak against it.
    """
    titles: Counter[Level] = Counter()
    others: Counter[Level] = Counter()
    for entry, level in zip(marked, levels, strict=True):
        if level is None or entry.first_stop is None:
            continue
        rank = level[0]
        if entry.sentences > 1:
            (titles if _looks_like_title(entry, rank) else others)[level] += 1
        elif rank > 2 and entry.title_length > PLAIN_TITLE_LENGTH:
            others[level] += 1
    return {level: Votes(titles[level], others[level]) for level in {*titles, *others}}


def _surely_titled(marked: Sequence[Marked], levels: Sequence[Level | None]) -> set[Level]:
    """Return the levels whose paragraphs of several sentences all begin with a few plain words.

    Beside them a list may hold whole sentences: “4.推进执法公开。” heads what follows it.
    """
    heads: dict[Level, bool] = {}
    for entry, level in zip(marked, levels, strict=True):
        if level is not None and entry.sentences > 1:
            rest = len(entry.text) - entry.heading_end
            short = entry.title_length <= SURE_TITLE and entry.title_commas == 0
            longer = rest >= 2 * entry.title_length * (entry.sentences - 1)
            heads[level] = heads.get(level, True) and short and longer
    return {level for level, all_heads in heads.items() if all_heads}


def _looks_like_title(entry: Marked, rank: int) -> bool:
    length, commas = entry.title_length, entry.title_commas
    if rank > 2:
        return (length <= TITLE_LENGTH[rank - 1] and commas <= 1) or (
            length <= PLAIN_TITLE_LENGTH and commas == 0
        )
    return length <= TITLE_LENGTH[rank - 1]


def _describe(
    marked: Sequence[Marked], levels: Sequence[Level | None], votes: dict[Level, Votes]
) -> list[str]:
    """Say for each level how it is numbered, how often, where its titles stand, and why."""
    counts: dict[Level, list[Marked]] = {}
    for entry, level in zip(marked, levels, strict=True):
        if level is not None:
            counts.setdefault(level, []).append(entry)
    lines = []
    for (rank, depth), entries in sorted(counts.items(), key=lambda pair: pair[0][::-1]):
        name = ("section", "item", "sub-item", "below sub-items")[min(depth, 4) - 1]
        above = [SCHEME_NAMES[other - 1] for other, level in sorted(counts) if level == depth - 1]
        below = "outermost" if depth == 1 else f"below {' and '.join(above) or 'no printed number'}"
        titles = _title_style(entries, rank, votes.get((rank, depth), Votes()))
        lines.append(
            f"{SCHEME_NAMES[rank - 1]} {len(entries)} × {name} ({below}): "
            f"{_row_of_numbers(entries)}; {titles}"
        )
    return lines


def _row_of_numbers(entries: Sequence[Marked]) -> str:
    values = [entry.number.value for entry in entries if entry.number]
    rows = values.count(1)
    row = f"one row, {values[0]} to {values[-1]}" if rows <= 1 else f"{rows} rows, each from 1"
    repaired = sum(not entry.printed for entry in entries)
    return f"{row}, {repaired} given back" if repaired else row


def _title_style(entries: Sequence[Marked], rank: int, votes: Votes) -> str:
    alone = sum(entry.first_stop is None for entry in entries)
    if 2 * alone > len(entries):
        return f"titles on lines of their own, for {alone} of {len(entries)} hold no 。"
    if not any(votes):
        return "whole sentences without titles, for none goes on behind its first 。"
    ballot = (
        f"{votes.titles} begin with a sentence as short as a title (up to {TITLE_LENGTH[rank - 1]} "
        f"characters) and go on, {votes.others} with a longer one"
    )
    if votes.for_titles:
        return f"the first 。 ends a title, for {ballot}"
    return f"whole sentences without titles, for {ballot}"


class _Grower:
    """Hangs paragraphs under nodes, from top to bottom."""

    def __init__(
        self,
        marked: Sequence[Marked],
        levels: Sequence[Level | None],
        titled: dict[Level, bool],
        notes: list[str],
    ) -> None:
        self.marked = marked
        self.levels = levels
        self.titled = titled
        self.notes = notes
        self.roots: list[Node] = []
        self.stack: list[tuple[int, Node]] = []

    def grow(self) -> list[Node]:
        """Return the sections."""
        for index, entry in enumerate(self.marked):
            if entry.number is None:
                self._add_body(index, entry)
            else:
                self._add_node(index, entry, entry.number)
        return self.roots

    def _add_node(self, index: int, entry: Marked, number: Number) -> None:
        stack = self.stack
        while stack and (stack[-1][0] >= number.rank or number.rank == 1):
            stack.pop()
        if not stack and number.rank > 1:
            stack.append((0, self._section_zero(entry.start)))
        title_end, heading_end = self._title_end(index, entry, number)
        title = entry.text[number.length : title_end].strip().rstrip("：:。")
        heading = (entry.start, entry.start + heading_end)
        if len(stack) >= 3:
            node = stack[-1][1]
            node.lead_ins.append(heading)
        else:
            node = Node(len(stack) + 1, number.value, title, heading)
            siblings = stack[-1][1].children if stack else self.roots
            if siblings and siblings[-1].number == node.number:
                self.notes.append(f"“{entry.text[:12]}”: the number {node.number} stands twice")
            siblings.append(node)
            stack.append((number.rank, node))
        if heading[1] < entry.end:
            node.bodies.append((heading[1], entry.end))

    def _section_zero(self, start: int) -> Node:
        """A flat list hangs under a section that is not printed: number 0, no title."""
        if not self.roots:
            self.roots.append(Node(1, 0, "", (start, start)))
        return self.roots[-1]

    def _title_end(self, index: int, entry: Marked, number: Number) -> tuple[int, int]:
        """Return where title and heading end, both counted in the paragraph."""
        level = self.levels[index]
        assert level is not None
        below = self._below(index, number)
        none, whole = (number.length, number.length), len(entry.text)
        if entry.first_stop is None:
            end = entry.brackets[0][0] if entry.brackets else whole
            if below or (level[1] == 1 and end - number.length <= SECTION_TITLE):
                return end, whole
            short = end - number.length <= TITLE_LENGTH[level[0] - 1] and "，" not in entry.text
            last = index == len(self.marked) - 1 and "," not in entry.text
            if self.titled.get(level) and short and last:
                return end, whole  # the text breaks off in a title
            if end > number.length:
                self.notes.append(f"“{entry.text[:12]}”: no full stop at its end")
            return none
        length = entry.title_length
        if entry.sentences == 1:
            longest = SURELY_NO_TITLE[0] if below == "node" else TITLE_LENGTH[level[0] - 1]
            is_title = below != "" and length <= longest
        else:
            unlike = length > SURELY_NO_TITLE[level[0] - 1] and entry.title_commas > 0
            is_title = self.titled.get(level, False) and not unlike
        if not is_title:
            return none
        return entry.title_end, entry.heading_end

    def _below(self, index: int, number: Number) -> str:
        """Return what a paragraph heads: a deeper "node", a "paragraph", or "" for nothing."""
        for following in self.marked[index + 1 : index + 6]:
            if following.number is not None:
                return "node" if following.number.rank > number.rank else ""
            if not following.only_brackets:
                return "paragraph"
        return ""

    def _add_body(self, index: int, entry: Marked) -> None:
        if not self.stack:
            self.stack.append((0, self._section_zero(entry.start)))
        node = self.stack[-1][1]
        span = (entry.start, entry.end)
        if entry.is_lead_in:
            node.lead_ins.append(span)
        elif entry.is_line:
            following = self.marked[index + 1] if index + 1 < len(self.marked) else None
            if following is not None and following.number is None and not following.is_line:
                node.lead_ins.append(span)
                self.notes.append(f"“{entry.text[:20]}”: taken for a heading without a number")
            else:
                node.strays.append(span)
                self.notes.append(f"“{entry.text[:20]}”: neither heading nor sentence, not read")
        else:
            node.bodies.append(span)
