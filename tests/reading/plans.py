"""Invented plans: what they say, and what reading them must give.

A plan is sections, items and sentences, or the rows of a task table, or both, with what stands
around them on a page. How it is printed is in ``printing``, how it is drawn in ``generate``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from wpnet.model import ParsedPlan

PLACE = "嘉禾县"
ISSUER = "嘉禾县人民政府办公室"
TITLE = "2024年嘉禾县政务公开工作要点"
TABLE_TITLE = "2024年嘉禾县政务公开工作要点任务分解表"
NUMBER = "嘉政办发〔2024〕5号"

FULL_TO_HALF = str.maketrans("（），：；", "(),:;")

Unit = tuple[str, str]  # name, role


@dataclass(frozen=True)
class Item:
    """An item: a title or none, its sentences and units (all together or one by one), sub-items.

    Units of an item with sub-items stand in its heading and hold for all of them.
    """

    title: str = ""
    sentences: tuple[str, ...] = ()
    units: tuple[Unit, ...] = ()
    deadline: str = ""
    by_sentence: tuple[tuple[Unit, ...], ...] = ()
    children: tuple[Item, ...] = ()


@dataclass(frozen=True)
class Section:
    """A section: a title, sentences of its own, items; ``scheme`` says how it is numbered.

    Units of a section with items stand in its heading, otherwise behind its sentences.
    """

    title: str
    sentences: tuple[str, ...] = ()
    items: tuple[Item, ...] = ()
    units: tuple[Unit, ...] = ()
    scheme: str = "A"

    @property
    def kind(self) -> str:
        return "preamble" if self.title == "总体要求" else "duty"


@dataclass(frozen=True)
class Row:
    """A row of a task table: the sentences of its content, who and when."""

    sentences: tuple[str, ...]
    units: tuple[Unit, ...]
    deadline: str = ""


@dataclass(frozen=True)
class Task:
    """A task name, whose cell spans its rows ('' in a table without a task column)."""

    title: str
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Group:
    """Tasks under a section row or field cell ('' where the table has neither)."""

    title: str
    tasks: tuple[Task, ...]


@dataclass(frozen=True)
class Table:
    """A task table: its columns with their header words, and its rows.

    ``groups_in`` says where group titles stand: in section "rows", in a field "column" or nowhere;
    ``numbered`` that contents begin with 1., 2., …; ``merged`` that rows of a task which say the
    same share their cells of who and when; ``form`` how it is set as text.
    """

    columns: tuple[tuple[str, str], ...]
    groups: tuple[Group, ...]
    groups_in: str = ""
    numbered: bool = False
    task_numbers: bool = False
    merged: bool = False
    form: str = "pipes"

    def has(self, column: str) -> bool:
        return any(name == column for name, _ in self.columns)


@dataclass(frozen=True)
class Parent:
    """A document that the plan says it follows, and how it is named."""

    title: str
    number: str = ""
    form: str = "marks"


@dataclass(frozen=True)
class Page:
    """What stands around a plan: portal lines, a notice that sends it, parents, a signature."""

    metadata: str = ""
    portal: bool = False
    notice: str = ""
    parents: tuple[Parent, ...] = ()
    verb: str = "根据"
    in_notice: bool = False
    two_lines: bool = False
    issued: bool = False


@dataclass(frozen=True)
class Drawn:
    """A plan and how it is printed."""

    scheme: str
    sections: tuple[Section, ...] = ()
    table: Table | None = None
    page: Page = Page()
    continuous: bool = False
    half_width: bool = False
    before_stop: bool = False
    square: bool = False
    width: int = 0
    blank_lines: bool = False
    indent: str = ""
    page_marks: bool = False
    one_line: str = ""
    label: str = "责任单位："
    lead: str = "verb"
    damage: tuple[str, int] = ("", 0)


@dataclass
class Truth:
    """What a plan demands: sentences with id, kind and titles, units, deadlines, parents.

    ``present`` says whether there is a plan at all: one duty makes it. Marks of both widths are the
    same.
    """

    sentences: list[tuple[str, ...]] = field(default_factory=list)
    units: Counter[tuple[str, str, str, str, bool]] = field(default_factory=Counter)
    deadlines: dict[str, str] = field(default_factory=dict)
    parents: list[tuple[str, str]] = field(default_factory=list)
    present: bool = True

    def add_units(self, key: str, units: tuple[Unit, ...], origin: str) -> None:
        """Lay a sentence on units."""
        for name, role in units:
            self.units[(key, fold(name), role, origin, True)] += 1


def fold(text: str) -> str:
    """Return a text with the marks that come in two widths in one of them."""
    return text.translate(FULL_TO_HALF)


def found(plan: ParsedPlan) -> Truth:
    """Return what was read, in the terms of the truth."""
    short = {
        entry.requirement_id: entry.requirement_id.split("#")[1] for entry in plan.requirements
    }
    return Truth(
        [
            (
                short[entry.requirement_id],
                entry.kind,
                fold(entry.text),
                entry.section_title,
                entry.item_title,
                entry.subitem_title,
            )
            for entry in plan.requirements
        ],
        Counter(
            (
                short[entry.requirement_id],
                fold(entry.unit_as_written),
                entry.role,
                entry.origin,
                entry.effective,
            )
            for entry in plan.assignments
        ),
        {
            short[entry.requirement_id]: entry.deadline
            for entry in plan.requirements
            if entry.deadline
        },
        [
            (entry.cited_title, entry.cited_number)
            for entry in plan.citations
            if entry.relation == "parent"
        ],
        plan.plan_present,
    )


def numbered(plan: Drawn) -> Iterator[tuple[tuple[int, int, int], Section | Item]]:
    """Yield sections, items and sub-items with their numbers."""
    item_no = sub_no = 0
    for place, section in enumerate(plan.sections, start=1):
        section_no = 0 if section.scheme == "H" else place
        yield (section_no, 0, 0), section
        if section.scheme == "D" or not plan.continuous:
            item_no = 0
        sub_no = 0
        for item in section.items:
            item_no += 1
            if not plan.continuous:
                sub_no = 0
            yield (section_no, item_no, 0), item
            for child in item.children:
                sub_no += 1
                yield (section_no, item_no, sub_no), child


def truth(plan: Drawn) -> Truth:
    """Return what reading a plan must give."""
    out = Truth(parents=[(parent.title, parent.number) for parent in plan.page.parents])
    if plan.sections:
        _prose_truth(plan, out)
    if plan.sections and plan.table is not None:
        _repeated_truth(plan.table, out)
    elif plan.table is not None:
        _table_truth(plan.table, out)
    out.present = any(kind == "duty" for _, kind, *_ in out.sentences)
    return out


def _prose_truth(plan: Drawn, out: Truth) -> None:
    section, above = plan.sections[0], Item()
    for (section_no, item_no, sub_no), part in numbered(plan):
        if isinstance(part, Section):
            section = part
            for at, sentence in enumerate(part.sentences, start=1):
                key = f"{section_no}.0.{at}"
                out.sentences.append((key, part.kind, fold(sentence), part.title, "", ""))
                out.add_units(key, part.units, "section")
            continue
        if not sub_no:
            above = part
        path = f"{section_no}.{item_no}" + (f".{sub_no}" if sub_no else "")
        for at, sentence in enumerate(part.sentences, start=1):
            key = f"{path}.{at}"
            names = (section.title, above.title, part.title if sub_no else "")
            out.sentences.append((key, section.kind, fold(sentence), *names))
            said = part.by_sentence[at - 1] if part.by_sentence else part.units
            origin = "sentence" if part.by_sentence else "item"
            out.add_units(key, section.units, "section")
            if sub_no:
                out.add_units(key, above.units, "item")
            out.add_units(key, said, origin)
            if part.deadline:
                out.deadlines[key] = part.deadline


def _repeated_truth(table: Table, out: Truth) -> None:
    """Units and deadlines of a table that repeats the prose: its units are the effective ones."""
    keys = [(key, sentence) for key, kind, sentence, *_ in out.sentences if kind == "duty"]
    rows = [
        (fold(sentence), row)
        for group in table.groups
        for task in group.tasks
        for row in task.rows
        for sentence in row.sentences
    ]
    assert [sentence for _, sentence in keys] == [sentence for sentence, _ in rows]
    duties = {key for key, _ in keys}
    out.units = Counter(
        {(*unit[:4], unit[0] not in duties): count for unit, count in out.units.items()}
    )
    for (key, _), (_, row) in zip(keys, rows, strict=True):
        out.add_units(key, row.units, "table")
        if row.deadline:
            out.deadlines[key] = row.deadline


def _table_truth(table: Table, out: Truth) -> None:
    """What a table says that is the plan: sentences count on over the rows of a task."""
    running = 0
    for group_no, group in enumerate(table.groups, start=int(bool(table.groups_in))):
        for task_no, task in enumerate(group.tasks, start=1):
            path = f"{group_no}.{task_no if task.title else 0}"
            count = 0
            for row in task.rows:
                running += 1
                names = (group.title, task.title, "")
                if table.numbered:
                    path, count = (
                        (
                            f"{group_no}.{task_no}.{running}"
                            if task.title
                            else f"{group_no}.{running}"
                        ),
                        0,
                    )
                for sentence in row.sentences:
                    count += 1
                    key = f"{path}.{count}"
                    out.sentences.append((key, "duty", fold(sentence), *names))
                    out.add_units(key, row.units, "table")
                    if row.deadline:
                        out.deadlines[key] = row.deadline
