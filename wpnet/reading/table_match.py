"""Rows of a task table to the sentences that they repeat, or to a plan of their own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from wpnet.model import Requirement, Role
from wpnet.reading.normalise import NormalText
from wpnet.reading.numbering import read_number
from wpnet.reading.outline import Node, Span
from wpnet.reading.requirements import Laid
from wpnet.reading.sentences import split_sentences
from wpnet.reading.task_table import Column, TaskRow, TaskTable
from wpnet.reading.units import split_units

# Share of a row's characters that must stand, in order, in the sentence it repeats. The rows that
# the base plan of 2025 shortened or reworded reach .93; unrelated sentences stay below .6.
SAME_SENTENCE = 0.8
# Share of rows with a sentence from which on a table is taken to repeat the prose.
REPEATS_PROSE = 0.5
# Marks that rows and sentences may differ in.
_MARKS = str.maketrans(dict.fromkeys("，,。.；;、：:（）()“”\"'‘’《》〈〉 \n"))


@dataclass(slots=True)
class Matched:
    """What the rows say of the sentences: units, deadlines, and which sentence has no row."""

    laid: list[Laid] = field(default_factory=list)
    deadlines: dict[str, str] = field(default_factory=dict)
    without_row: list[str] = field(default_factory=list)
    rows_without_sentence: int = 0
    share: float = 0.0


def match_rows(
    normal: NormalText, table: TaskTable, requirements: Sequence[Requirement]
) -> Matched:
    """Give every row's units and deadline to the sentence it repeats.

    A row goes to the sentence that holds most of it, exact ones first; a sentence takes one row
    only, a row of several sentences goes to each of them.
    """
    out = Matched()
    duties = [requirement for requirement in requirements if requirement.kind == "duty"]
    folded = {requirement.requirement_id: _fold(requirement.text) for requirement in duties}
    taken: dict[str, TaskRow] = {}
    matched_rows = 0
    for row in table.rows:
        targets = [
            target
            for sentence in _row_sentences(normal, row)
            if (target := _best(sentence, folded, taken)) is not None
        ]
        matched_rows += bool(targets)
        out.rows_without_sentence += not targets
        for target in targets:
            taken[target] = row
    for requirement_id in folded:
        if requirement_id in taken:
            _lay_row(normal, taken[requirement_id], requirement_id, out)
        else:
            out.without_row.append(requirement_id)
    out.share = matched_rows / len(table.rows) if table.rows else 0.0
    return out


def lay_rows(normal: NormalText, table: TaskTable, requirements: Sequence[Requirement]) -> Matched:
    """Give units and deadlines to the requirements that a table-only plan's rows hold."""
    out = Matched(share=1.0)
    for row in table.rows:
        spans = row.cells.get("content") or row.cells.get("task", [])
        for requirement in requirements:
            if any(start <= requirement.start < end for start, end in spans):
                _lay_row(normal, row, requirement.requirement_id, out)
    return out


def table_outline(normal: NormalText, table: TaskTable) -> tuple[Node, ...]:
    """Build the outline of a plan that is a table only.

    The section is the field or group row, the item the task cell, a ``1.`` inside a content cell a
    sub-item. Groups and tasks without a printed number are counted.
    """
    roots: list[Node] = []
    for row in table.rows:
        content, task = row.cells.get("content"), row.cells.get("task")
        if content is None:
            content, task = task, None
        if not content:
            continue
        section = _node_for(normal, roots, row.cells.get("section"), 1)
        parent = _node_for(normal, section.children, task, 2) if task else section
        for span in content:
            _add_content(normal, parent, span)
    return tuple(roots)


def _node_for(
    normal: NormalText, siblings: list[Node], spans: list[Span] | None, depth: int
) -> Node:
    """Return the node that a group or task cell names: the last one again, or a new one."""
    if not spans:
        if not siblings:
            siblings.append(Node(depth, 0, "", (0, 0)))
        return siblings[-1]
    heading = (spans[0][0], spans[-1][1])
    if siblings and siblings[-1].heading == heading:
        return siblings[-1]
    text = normal.text[heading[0] : heading[1]].replace("\n", "")
    number = read_number(text)
    title = (text[number.length :] if number else text).strip("。 |")
    if siblings and siblings[-1].title == title:
        return siblings[-1]
    value = number.value if number else len([node for node in siblings if node.number]) + 1
    siblings.append(Node(depth, value, title, heading))
    return siblings[-1]


def _add_content(normal: NormalText, parent: Node, span: Span) -> None:
    start, end = span
    number = read_number(normal.text[start:end])
    if number is None or number.rank < 3:
        target = parent.children[-1] if parent.children and parent.depth == 2 else parent
        target.bodies.append(span)
        return
    node = Node(parent.depth + 1, number.value, "", (start, start + number.length))
    node.bodies.append((start + number.length, end))
    parent.children.append(node)


def _fold(text: str) -> str:
    return text.translate(_MARKS)


def _row_sentences(normal: NormalText, row: TaskRow) -> Iterator[str]:
    spans = row.cells.get("content") or row.cells.get("task", [])
    for start, end in spans:
        for first, last in split_sentences(normal.text, start, end):
            yield _fold(normal.text[first:last])


def _best(sentence: str, folded: dict[str, str], taken: dict[str, TaskRow]) -> str | None:
    """Return the free requirement that holds most of a row's sentence, if it holds enough."""
    if not sentence:
        return None
    free = {key: text for key, text in folded.items() if key not in taken}
    exact = next((key for key, text in free.items() if text == sentence), None)
    if exact:
        return exact
    scored = [(_share_held(sentence, text), key) for key, text in free.items()]
    share, key = max(scored, default=(0.0, ""))
    return key if share >= SAME_SENTENCE else None


def _share_held(sentence: str, text: str) -> float:
    """Return the share of a sentence's characters that a text has in the same order (0 to 1)."""
    if sentence in text:
        return 1.0
    if len(set(sentence) & set(text)) < SAME_SENTENCE * len(set(sentence)) * 0.9:
        return 0.0
    blocks = SequenceMatcher(None, sentence, text, autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks) / len(sentence)


_ROLES: tuple[tuple[Column, Role], ...] = (
    ("lead", "lead"),
    ("units", "responsible"),
    ("support", "support"),
)


def _lay_row(normal: NormalText, row: TaskRow, requirement_id: str, out: Matched) -> None:
    for column, role in _ROLES:
        text = "".join(normal.text[start:end] for start, end in row.cells.get(column, []))
        for mention in split_units(text, role=role):
            out.laid.append(Laid(requirement_id, mention, "table"))
    deadline = "".join(normal.text[start:end] for start, end in row.cells.get("deadline", []))
    if deadline:
        out.deadlines[requirement_id] = deadline
