"""Paragraphs of a plan's body to an outline: sections, items, sub-items and their own text.

One grammar for all layouts: a paragraph's printed number has a rank (一、 above （一） above 1.);
a node hangs under the last node of a smaller rank; depth 1 is a section, 2 an item, 3 a sub-item.
A plan without 一、 has section 0. What the grammar decides beyond the print (a title that runs in,
a repaired number) it decides by looking at all nodes of the same rank, and it leaves a note.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

from wpnet.reading.normalise import NormalText, Paragraph
from wpnet.reading.numbering import Number, read_damaged_number, read_number
from wpnet.reading.sentences import first_stop

Span = tuple[int, int]
FindBrackets = Callable[[str], Sequence[Span]]

# Longest first sentence that is still a title, and the share of a rank's nodes that must have one.
# Read off 99 real layouts: titles run to 24 characters in 1. items, to 40 in （一）.
TITLE_LENGTH = {1: 40, 2: 40, 3: 26, 4: 26, 5: 26}
TITLE_SHARE = 0.5
HEADING_LENGTH = 30  # longest unnumbered line that can be a heading which lost its number


@dataclass(slots=True)
class Node:
    """A section (depth 1), item (2) or sub-item (3) with the text that is its own.

    ``heading`` covers number, title and the 。 that ends a run-in title; ``bodies`` the stretches
    of text below it that belong to no deeper node.
    """

    depth: int
    number: int
    title: str
    heading: Span
    bodies: list[Span] = field(default_factory=list)
    children: list[Node] = field(default_factory=list)
    lead_ins: list[Span] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Marked:
    """A paragraph with the number it begins with, if any."""

    paragraph: Paragraph
    text: str
    number: Number | None
    printed: bool = True


@dataclass(frozen=True, slots=True)
class Outline:
    """The sections of a plan (``roots``) and notes on what had to be repaired or guessed."""

    roots: tuple[Node, ...]
    notes: tuple[str, ...]


def build_outline(
    normal: NormalText, paragraphs: Sequence[Paragraph], find_brackets: FindBrackets
) -> Outline:
    """Build the outline of a plan's body.

    ``find_brackets`` returns the spans of the unit brackets in a text: they are no part of a title.
    """
    notes: list[str] = []
    marked = [
        Marked(paragraph, text, read_number(text))
        for paragraph in paragraphs
        for text in [normal.slice(paragraph)]
    ]
    marked = repair_numbers(marked, notes)
    titled = ranks_with_titles(marked, find_brackets)
    roots = _grow(marked, titled, find_brackets)
    return Outline(tuple(roots), tuple(notes))


def repair_numbers(marked: Sequence[Marked], notes: list[str]) -> list[Marked]:
    """Give back numbers that the print lost or got wrong, each with a note.

    A damaged number (``3落实``) counts if it is the next one of its rank. A number that steps out
    of a row which goes on after it is set to its place in the row. An unnumbered heading between n
    and n+2 is n+1.
    """
    out: list[Marked] = []
    last: dict[int, int] = {}
    for index, entry in enumerate(marked):
        if entry.number is None:
            entry = _damaged(entry, last, notes)
        elif entry.number.value != last.get(entry.number.rank, 0) + 1:
            entry = _misprinted(entry, last, marked[index + 1 :], notes)
            entry_number = entry.number
            if (
                entry_number is not None
                and entry_number.value == last.get(entry_number.rank, 0) + 2
            ):
                _restore_lost(out, entry_number, notes)
        if entry.number is not None:
            last[entry.number.rank] = entry.number.value
            for deeper in [rank for rank in last if rank > entry.number.rank]:
                last[deeper] = 0
        out.append(entry)
    return out


def _damaged(entry: Marked, last: dict[int, int], notes: list[str]) -> Marked:
    number = read_damaged_number(entry.text)
    if number is None or last.get(number.rank, 0) == 0:
        return entry
    if number.value != last[number.rank] + 1:
        return entry
    notes.append(f"“{entry.text[:12]}”: the mark after the number is lost; read as {number.value}")
    return replace(entry, number=number)


def _misprinted(
    entry: Marked, last: dict[int, int], rest: Sequence[Marked], notes: list[str]
) -> Marked:
    """Repair a number that repeats or skips while the next of its rank goes on as if it had not."""
    number = entry.number
    assert number is not None
    expected = last.get(number.rank, 0) + 1
    following = _next_sibling(number.rank, rest)
    if expected == 1 or number.value == 1 or following != expected + 1:
        return entry
    notes.append(f"“{entry.text[:12]}”: printed number {number.value} read as {expected}")
    return replace(entry, number=replace(number, value=expected), printed=False)


def _next_sibling(rank: int, rest: Iterable[Marked]) -> int | None:
    for entry in rest:
        if entry.number is not None and entry.number.rank <= rank:
            return entry.number.value if entry.number.rank == rank else None
    return None


def _restore_lost(out: list[Marked], number: Number, notes: list[str]) -> None:
    """Number the unnumbered heading that stands between n and n+2."""
    for index in range(len(out) - 1, -1, -1):
        entry = out[index]
        if entry.number is not None:
            return
        stop = first_stop(entry.text)
        if (stop or len(entry.text)) <= HEADING_LENGTH and stop != len(entry.text) - 1:
            value = number.value - 1
            notes.append(f"“{entry.text[:12]}”: heading without a number read as {value}")
            out[index] = replace(entry, number=Number(number.rank, value, 0), printed=False)
            return


def ranks_with_titles(marked: Sequence[Marked], find_brackets: FindBrackets) -> set[int]:
    """Return the ranks whose paragraphs begin with a run-in title that the first 。 ends.

    （一） has one unless most of its first sentences are too long for a title; the others have one
    if most of the paragraphs that go on after their first 。 begin with something title-like.
    """
    titled: set[int] = set()
    for rank in range(1, 6):
        firsts = [
            stop
            for entry in marked
            if entry.number is not None and entry.number.rank == rank
            for rest in [entry.text[entry.number.length :]]
            for stop in [first_stop(rest)]
            if stop is not None and not _only_brackets(rest[stop + 1 :], find_brackets)
        ]
        short = sum(stop <= TITLE_LENGTH[rank] for stop in firsts)
        if firsts and short >= TITLE_SHARE * len(firsts):
            titled.add(rank)
    return titled


def _only_brackets(text: str, find_brackets: FindBrackets) -> bool:
    return not _without(text, find_brackets(text)).strip()


def _without(text: str, spans: Sequence[Span]) -> str:
    for start, end in reversed(spans):
        text = text[:start] + text[end:]
    return text


def _grow(marked: Sequence[Marked], titled: set[int], find_brackets: FindBrackets) -> list[Node]:
    roots: list[Node] = []
    stack: list[tuple[int, Node]] = []
    for position, entry in enumerate(marked):
        paragraph, number = entry.paragraph, entry.number
        if number is None:
            _add_body(stack, roots, (paragraph.start, paragraph.end), entry.text)
            continue
        while stack and stack[-1][0] >= number.rank:
            stack.pop()
        if not stack and number.rank > 1:
            stack.append((0, _section_zero(roots, paragraph.start)))
        has_more = position + 1 < len(marked) and _continues_below(marked[position + 1], number)
        title_end, heading_end = _title_end(entry, number, titled, has_more, find_brackets)
        title = entry.text[number.length : title_end].strip()
        heading = (paragraph.start, paragraph.start + heading_end)
        if len(stack) >= 3:
            node = stack[-1][1]
            node.lead_ins.append(heading)
        else:
            node = Node(len(stack) + 1, number.value, title, heading)
            (stack[-1][1].children if stack else roots).append(node)
            stack.append((number.rank, node))
        if heading[1] < paragraph.end:
            node.bodies.append((heading[1], paragraph.end))
    return roots


def _section_zero(roots: list[Node], start: int) -> Node:
    """A flat list hangs under a section that is not printed: number 0, no title."""
    if not roots:
        roots.append(Node(1, 0, "", (start, start)))
    return roots[-1]


def _continues_below(following: Marked, number: Number) -> bool:
    return following.number is None or following.number.rank > number.rank


def _title_end(
    entry: Marked, number: Number, titled: set[int], has_more: bool, find_brackets: FindBrackets
) -> tuple[int, int]:
    """Return where the title ends and where the heading ends, both counted in the paragraph."""
    rest = entry.text[number.length :]
    brackets = find_brackets(rest)
    stop = first_stop(rest)
    if stop is None:
        end = brackets[0][0] if brackets else len(rest)
        return number.length + end, number.length + end
    alone = _only_brackets(rest[stop + 1 :], find_brackets)
    is_title = (has_more and stop <= TITLE_LENGTH[number.rank]) if alone else number.rank in titled
    if not is_title:
        return number.length, number.length
    title_end = brackets[0][0] if brackets and brackets[0][0] < stop else stop
    return number.length + title_end, number.length + stop + 1


def _add_body(stack: list[tuple[int, Node]], roots: list[Node], span: Span, text: str) -> None:
    if not stack:
        stack.append((0, _section_zero(roots, span[0])))
    node = stack[-1][1]
    if text[-1] in "：:" and first_stop(text) is None:
        node.lead_ins.append(span)
    else:
        node.bodies.append(span)
