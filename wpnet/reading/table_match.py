"""Rows of a task table to the sentences that they repeat, or to a plan of their own."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from wpnet.model import Requirement, Role
from wpnet.reading.columns import Column
from wpnet.reading.markers import AFTER_DOT
from wpnet.reading.normal_text import NormalText
from wpnet.reading.numbering import Number, read_damaged_number, read_number, to_int
from wpnet.reading.outline import Node, Span
from wpnet.reading.requirements import Laid
from wpnet.reading.sentences import split_sentences
from wpnet.reading.table_cells import units_in
from wpnet.reading.task_table import TaskRow, TaskTable
from wpnet.reading.unit_words import looks_like_unit
from wpnet.reading.units import split_units

# Share of a row's characters that must stand, in order, in the sentence it repeats. The rows that
# the base plan of 2025 shortened or reworded reach .93; unrelated sentences stay below .6.
SAME_SENTENCE = 0.8
# Share of rows with a sentence from which on a table is taken to repeat the prose.
REPEATS_PROSE = 0.5
# Marks that rows and sentences may differ in.
_MARKS = str.maketrans(dict.fromkeys("，,。.；;、：:（）()“”\"'‘’《》〈〉 \n"))
GRAM = 4  # characters that a row and its sentence must share in a stretch to be compared at all
RIVALS = 4  # sentences compared character by character for a row
LONGEST = 2000  # characters of a sentence that are compared
# "2.", "（2）", "③" behind the end of a sentence in a cell.
INNER = re.compile(
    rf"(?<=[。！？；;）)])(?:(\d{{1,2}})[.．、]{AFTER_DOT}|[（(](\d{{1,2}})[）)]|([①-⑳]))"
)


@dataclass(slots=True)
class Matched:
    """What the rows say of the sentences: units, deadlines, and which sentence has no row."""

    laid: list[Laid] = field(default_factory=list)
    deadlines: dict[str, str] = field(default_factory=dict)
    without_row: list[str] = field(default_factory=list)
    rows_without_sentence: int = 0
    share: float = 0.0


# --- a table that repeats the prose --------------------------------------------------------------


class _Sentences:
    """The duties of a plan, folded, found by the stretches of characters they hold."""

    def __init__(self, requirements: Sequence[Requirement]) -> None:
        self.folded = {
            entry.requirement_id: _fold(entry.text)[:LONGEST]
            for entry in requirements
            if entry.kind == "duty"
        }
        self.taken: dict[str, TaskRow] = {}
        self.exact: dict[str, list[str]] = defaultdict(list)
        self.holding: dict[str, list[str]] = defaultdict(list)
        for key, text in reversed(self.folded.items()):
            self.exact[text].append(key)
        for key, text in self.folded.items():
            for gram in dict.fromkeys(_grams(text)):
                self.holding[gram].append(key)

    def best(self, sentence: str) -> str | None:
        """Return the free requirement that holds most of a row's sentence, if it holds enough."""
        if not sentence:
            return None
        same = self.exact.get(sentence, [])
        while same:
            if (key := same.pop()) not in self.taken:
                return key
        shared: Counter[str] = Counter()
        for gram in dict.fromkeys(_grams(sentence)):
            holding = self.holding.get(gram, ())
            if len(holding) <= 50:  # a common phrase tells nothing
                shared.update(key for key in holding if key not in self.taken)
        rivals = sorted(shared.items(), key=lambda pair: -pair[1])[:RIVALS]
        scored = [(_share_held(sentence, self.folded[key]), key) for key, _ in rivals]
        share, key = max(scored, default=(0.0, ""))
        return key if share >= SAME_SENTENCE else None


def match_rows(
    normal: NormalText, table: TaskTable, requirements: Sequence[Requirement]
) -> Matched:
    """Give every row's units and deadline to the sentence it repeats.

    A row goes to the sentence that holds most of it, exact ones first; a sentence takes one row
    only, a row of several sentences goes to each of them.
    """
    out = Matched()
    if not table.rows:
        return out
    sentences = _Sentences(requirements)
    matched_rows = 0
    for row in table.rows:
        targets = [
            target
            for sentence in _row_sentences(normal, row)
            if (target := sentences.best(sentence)) is not None
        ]
        matched_rows += bool(targets)
        out.rows_without_sentence += not targets
        for target in targets:
            sentences.taken[target] = row
    for requirement_id in sentences.folded:
        if requirement_id in sentences.taken:
            _lay_row(normal, sentences.taken[requirement_id], [requirement_id], out)
        else:
            out.without_row.append(requirement_id)
    out.share = matched_rows / len(table.rows) if table.rows else 0.0
    return out


def _fold(text: str) -> str:
    return text.translate(_MARKS)


def _grams(text: str) -> Iterator[str]:
    for start in range(max(len(text) - GRAM + 1, 1)):
        yield text[start : start + GRAM]


def _row_sentences(normal: NormalText, row: TaskRow) -> Iterator[str]:
    for start, end in row.cells.get("content") or row.cells.get("task", []):
        for first, last in split_sentences(normal.text, start, end):
            yield _fold(normal.text[first:last])[:LONGEST]


def _share_held(sentence: str, text: str) -> float:
    """Return the share of a sentence's characters that a text has in the same order (0 to 1)."""
    if sentence in text:
        return 1.0
    if len(set(sentence) & set(text)) < SAME_SENTENCE * len(set(sentence)) * 0.9:
        return 0.0
    blocks = SequenceMatcher(None, sentence, text, autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks) / len(sentence)


# --- a table that is the plan --------------------------------------------------------------------


def lay_rows(normal: NormalText, table: TaskTable, requirements: Sequence[Requirement]) -> Matched:
    """Give units and deadlines to the requirements that a table-only plan's rows hold."""
    out = Matched(share=1.0)
    ordered = sorted(requirements, key=lambda entry: entry.start)
    starts = [entry.start for entry in ordered]
    for row in table.rows:
        held = [
            entry.requirement_id
            for start, end in row.cells.get("content") or row.cells.get("task", [])
            for entry in ordered[bisect_left(starts, start) : bisect_left(starts, end)]
        ]
        _lay_row(normal, row, held, out)
    return out


def table_outline(normal: NormalText, table: TaskTable) -> tuple[Node, ...]:
    """Build the outline of a plan that is a table only.

    The section is the field or group row, the item the heading （一） or the task cell (below such
    a heading it is a sub-item), a ``1.`` inside a content cell a sub-item. Groups and tasks without
    a printed number are counted.
    """
    roots: list[Node] = []
    known: dict[tuple[int, int], Node] = {}
    running = 0
    for row in table.rows:
        content, task = row.cells.get("content"), row.cells.get("task")
        if content is None:
            content, task = task, None
        if not content:
            continue
        at = content[0][0]
        section = _node_for(normal, roots, row.cells.get("section"), 1, known, at)
        item = row.cells.get("item")
        parent = _node_for(normal, section.children, item, 2, known, at) if item else section
        if task:
            parent = _node_for(normal, parent.children, task, parent.depth + 1, known, at)
        for span in content:
            running = _add_content(normal, parent, span, running)
    return tuple(roots)


def _node_for(
    normal: NormalText,
    siblings: list[Node],
    spans: list[Span] | None,
    depth: int,
    known: dict[tuple[int, int], Node],
    at: int,
) -> Node:
    """Return the node that a group or task cell names: the one it named before, or a new one.

    Where no cell names a section, the rows from ``at`` on hang under section 0.
    """
    if not spans:
        if not siblings:
            siblings.append(Node(depth, 0, "", (at, at)))
        return siblings[-1]
    heading = (spans[0][0], spans[-1][1])
    if heading in known:
        return known[heading]
    text = "".join(normal.text[start:end] for start, end in spans)
    number = read_number(text)
    title = (text[number.length :] if number else text).strip("。 |：:")
    if siblings and siblings[-1].title == title:
        known[heading] = siblings[-1]
        return siblings[-1]
    value = number.value if number else max((node.number for node in siblings[-1:]), default=0) + 1
    node = Node(depth, value, title, heading)
    known[heading] = node
    siblings.append(node)
    return node


def _add_content(normal: NormalText, parent: Node, span: Span, running: int) -> int:
    """Add a content cell: what stands before its first number to the task, the rest as children.

    ``running`` is the last number of the table's cells; the new one is returned.
    """
    target = parent
    for start, end, number in _numbered_parts(normal.text, span, running):
        if number is not None and parent.depth < 3:
            running = number.value
            target = Node(parent.depth + 1, number.value, "", (start, start + number.length))
            parent.children.append(target)
            start += number.length
        elif number is not None:
            start += number.length
        target.bodies.append((start, end))
    return running


def _numbered_parts(
    text: str, span: Span, running: int
) -> Iterator[tuple[int, int, Number | None]]:
    """Cut a cell at the numbers in it that go on with the one it begins with."""
    start, end = span
    number = read_number(text[start : start + 12])
    if number is None or number.rank < 3:
        number = read_damaged_number(text[start : start + 12])
        if number is None or number.rank != 3 or number.value not in (1, running + 1):
            yield start, end, None
            return
    for match in INNER.finditer(text, start + number.length, end):
        found = read_number(match.group())
        if found and found.rank == number.rank and _value(match) == number.value + 1:
            yield start, match.start(), number
            start, number = match.start(), found
    yield start, end, number


def _value(match: re.Match[str]) -> int:
    return to_int(match[match.lastindex or 1])


# --- what a row says -----------------------------------------------------------------------------

_ROLES: tuple[tuple[Column, Role], ...] = (
    ("lead", "lead"),
    ("units", "responsible"),
    ("own", "responsible"),
    ("support", "support"),
)


def _lay_row(
    normal: NormalText, row: TaskRow, requirement_ids: Sequence[str], out: Matched
) -> None:
    for column, role in _ROLES:
        spans = row.cells.get(column, [])
        mentions = units_in(_cell_text(normal, spans), role)
        at_end = normal.breaks_off and spans and spans[-1][1] == normal.end
        if at_end and len(mentions) > 1 and not looks_like_unit(mentions[-1].name):
            mentions = mentions[:-1]  # half a name
        for requirement_id in requirement_ids:
            out.laid += [Laid(requirement_id, mention, "table") for mention in mentions]
    deadline = "".join(normal.text[start:end] for start, end in row.cells.get("deadline", []))
    if deadline and any(mark.isalnum() for mark in deadline) and deadline not in ("无", "暂无"):
        for requirement_id in requirement_ids:
            out.deadlines[requirement_id] = deadline


def _cell_text(normal: NormalText, spans: Sequence[Span]) -> str:
    """Put the lines of a unit cell together: an office at a line's end is a name of its own."""
    out = ""
    for start, end in spans:
        last = split_units(re.split("[、，,；;]", out)[-1])
        whole = not out or bool(last and looks_like_unit(last[-1].name, strong=True))
        out += ("\n" if out and whole else "") + normal.text[start:end]
    return out
