"""A document to a plan: the stages of reading, one after the other."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from wpnet.errors import UnreadableFile
from wpnet.model import Assignment, Citation, Document, ParsedPlan, Plan, Requirement
from wpnet.reading import names
from wpnet.reading.audit import Claim, tile
from wpnet.reading.brackets import Brackets, find_brackets
from wpnet.reading.citations import find_citations, infer_cited_plan_id
from wpnet.reading.deadlines import deadline_date
from wpnet.reading.genre import carries_duties
from wpnet.reading.header import Classifier, Facts, own_part, read_facts
from wpnet.reading.layout import Layout, lay_out
from wpnet.reading.normal_text import NormalText
from wpnet.reading.normalise import normalise
from wpnet.reading.outline import Node, Outline, build_outline
from wpnet.reading.requirements import Extracted, Laid, extract, is_preamble_title
from wpnet.reading.table_cells import is_units
from wpnet.reading.table_match import (
    REPEATS_PROSE,
    Matched,
    lay_rows,
    match_rows,
    table_outline,
)
from wpnet.reading.task_table import TaskTable, read_task_table
from wpnet.text import comparable, folded

#: Fields by which plans are compared with each other.
COMPARED_BY = ("place_code", "level", "bureau", "year")
PART_OF_CELL = re.compile("[|｜。]")
PRIVATE_USE = re.compile("[\ue000-\uf8ff]")
MOST_CHARACTERS = 1_000_000  # blanks included; the longest real plan seen has 20,000
MOST_NOTES = 200  # remarks on one plan


@dataclass(frozen=True, slots=True)
class Reading:
    """The intermediate stages of one document, kept for whoever wants to look at them.

    ``from_table`` tells that the task table is the plan, not its repetition.
    """

    normal: NormalText
    layout: Layout
    facts: Facts
    outline: Outline
    table: TaskTable
    roots: tuple[Node, ...]
    extracted: Extracted
    matched: Matched
    brackets: Brackets
    from_table: bool = False


def parse_document(document: Document, *, known: Plan | None = None) -> ParsedPlan:
    """Read a plan out of a document.

    ``known`` is what a manifest says of the plan: filled values win over what the document says,
    and a contradiction becomes a warning that shows both.

    Returns a :class:`ParsedPlan`; ``plan_present`` is false where the document holds only a notice
    or no disclosure plan at all (the facts found are returned all the same).

    Example:
        >>> from wpnet.reading.files import read_bytes_as_document
        >>> text = '''2025年某市教育局政务公开工作要点
        ... 一、深化主动公开
        ... （一）做好发布。及时发布政策文件。做好解读。同步更新目录。（责任单位：办公室）
        ... '''
        >>> parsed = parse_document(read_bytes_as_document(text.encode(), "a.txt"))
        >>> [(r.requirement_id, r.text) for r in parsed.requirements][:1]
        [('a#1.1.1', '及时发布政策文件。')]
    """
    plan, reading, warnings = read_stages(document, known or Plan(""))
    normal, extracted = reading.normal, reading.extracted
    read = _with_deadlines(extracted, reading.matched, plan.year)
    claims = _claims(reading, read)
    requirements = _as_written(normal, read)
    duties = [entry for entry in requirements if entry.kind == "duty"]
    present = bool(duties) and _is_plan(reading, duties)
    plan = replace(plan, duties=len(duties), preambles=len(requirements) - len(duties))
    return ParsedPlan(
        plan=plan,
        text=normal.written,
        requirements=tuple(requirements),
        assignments=tuple(_assignments(normal, extracted, reading.matched, plan)),
        citations=tuple(_citations(reading, plan)),
        audit=tuple(
            replace(span, start=normal.shown_at(span.start), end=normal.shown_at(span.end))
            if normal.passed_over
            else span
            for span in tile(plan.plan_id, normal.text, claims)
        ),
        left_out=tuple(replace(row, plan_id=plan.plan_id) for row in document.left_out),
        warnings=(
            *document.warnings,
            *warnings,
            *_limited(
                (
                    *_passed_over(reading),
                    *reading.facts.notes,
                    *(() if reading.from_table else reading.outline.notes),
                    *_table_notes(reading),
                )
            ),
        ),
        plan_present=present,
    )


def _passed_over(reading: Reading) -> Sequence[str]:
    """Say what is passed over or lost: pinyin, marks of layout, signs of a font, the end."""
    normal = reading.normal
    notes = []
    if count := normal.passed_over:
        notes.append(f"pinyin or marks of layout (#, **, ??, @@) at {count} places; passed over")
    last = next((entry for entry in reversed(normal.paragraphs) if not entry.furniture), None)
    if last is not None and normal.breaks_off:
        shown = normal.slice(last)
        cell = PART_OF_CELL.split(shown)[-1]
        in_table = last in reading.layout.table and "，" in cell.replace(",", "，")
        if (in_table and not is_units(cell)) or last in reading.layout.body:
            notes.append(f"the text breaks off after “…{shown[-12:]}”; what follows is missing")
    private = PRIVATE_USE.findall(normal.text)
    if private:
        at = normal.text.index(private[0])
        notes.append(
            f"{len(private)} signs that only the document's own font shows, the first before "
            f"“{normal.text[at + 1 : at + 13].splitlines()[0]}”; numbers may be lost there"
        )
    return notes


def _limited(notes: Sequence[str]) -> Sequence[str]:
    """Keep a list of remarks readable: a damaged file may give rise to thousands."""
    if len(notes) <= MOST_NOTES:
        return notes
    return (*notes[:MOST_NOTES], f"{len(notes) - MOST_NOTES} more remarks of the same kinds")


def read_stages(document: Document, known: Plan) -> tuple[Plan, Reading, list[str]]:
    """Return what a document says of its plan, all stages of its reading, and contradictions.

    Raises:
        UnreadableFile: the document is many times longer than any plan.
    """
    length = sum(len(line.text) for line in document.lines)
    if length > MOST_CHARACTERS:
        raise UnreadableFile(
            f"{document.file}: has {length:,} characters, more than any plan "
            f"({MOST_CHARACTERS:,}); save the plan alone as a file"
        )
    normal = normalise(document)
    layout = lay_out(normal)
    facts = read_facts(normal, layout)
    plan, warnings = _plan(document, normal, facts, known)
    return plan, _read_body(normal, layout, facts, plan), warnings


def _read_body(normal: NormalText, layout: Layout, facts: Facts, plan: Plan) -> Reading:
    """Read prose and table; where the table does not repeat the prose, the table is the plan."""
    brackets = find_brackets(normal, [(entry.start, entry.end) for entry in layout.body])
    outline = build_outline(normal, layout.body, brackets)
    extracted = extract(normal, outline.roots, brackets, plan.plan_id, plan.year)
    table = read_task_table(normal, layout.table)
    matched = match_rows(normal, table, extracted.requirements)
    prose = Reading(
        normal, layout, facts, outline, table, outline.roots, extracted, matched, brackets
    )
    if not table.rows or matched.share >= REPEATS_PROSE:
        return prose
    roots = table_outline(normal, table)
    held = [span for row in table.rows for spans in row.cells.values() for span in spans]
    brackets = find_brackets(normal, held)
    from_table = extract(normal, roots, brackets, plan.plan_id, plan.year)
    if len(from_table.requirements) <= len(extracted.requirements):
        return prose
    matched = lay_rows(normal, table, from_table.requirements)
    return replace(
        prose,
        roots=roots,
        extracted=from_table,
        matched=matched,
        brackets=brackets,
        from_table=True,
    )


def _plan(
    document: Document, normal: NormalText, facts: Facts, known: Plan
) -> tuple[Plan, list[str]]:
    """Merge what the manifest says with what the document says; collect contradictions."""
    text = normal.text
    own = own_part(facts.title)
    place = names.settled_place(facts.issuer, text) or names.settled_place(own, text)
    if place is None and (reality := OWN_REALITY.search(text)):
        place = names.settled_place(reality["place"], text)
    bureau = names.bureau_of(facts.issuer) or names.bureau_of(own)
    stem = document.file.rsplit(".", 1)[0]
    found = Plan(
        plan_id=names.infer_plan_id(facts.issuer, facts.year, document=text) or stem,
        title=normal.as_written(facts.title),
        issuer=normal.as_written(facts.issuer),
        place_code=place.code if place else "",
        level=_level(place, facts, own, text),
        bureau=bureau,
        year=facts.year,
        doc_number=normal.number_as_written(facts.doc_number),
        date=facts.date,
        date_kind=facts.date_kind,
    )
    warnings = [
        f"{document.file}: the manifest says {field} “{said}”, the document says “{shown}”"
        + ("; the plan is compared as the manifest says" if field in COMPARED_BY else "")
        for field in (
            "title",
            "issuer",
            "place_code",
            "level",
            "bureau",
            "year",
            "doc_number",
            "date",
        )
        for said, shown in [(getattr(known, field), getattr(found, field))]
        if said and shown and not _same(field, said, shown)
    ]
    filled = {
        field: getattr(known, field) or getattr(found, field)
        for field in Plan.__dataclass_fields__
        if field not in ("held", "duties", "preambles", "source_file", "source_sha256")
    }
    return Plan(**filled, source_file=document.file, source_sha256=document.sha256), warnings


# "某县某镇人民政府", "本镇", "全市": what a document says of its level where no place is known.
TOWN = re.compile(
    r"[\u4e00-\u9fff](?:镇|乡|街道)(?:人民政府|办事处|党政|[12]\d{3}|政务|政府|信息|$)"
)
# "结合宿城区教育系统工作实际": whose plan it is where no title or signature says so.
OWN_REALITY = re.compile(
    r"结合(?P<place>[\u4e00-\u9fff]{2,8}?[省市区县旗])[\u4e00-\u9fff]{0,12}实际"
)
OWN_LEVEL = re.compile(r"[本我](区|县|镇|乡)(?![、(（])")
SAID_LEVEL = re.compile(r"(?:[全本我]|(?<![\u4e00-\u9fff]))(省|市|区|县|镇|乡)(?![、(（])")
LEVELS = {"省": "provincial", "市": "municipal", "区": "district", "县": "district"}


def _level(place: names.Place | None, facts: Facts, own: str, text: str) -> str:
    """Return the level of a plan: a town's is below the table of places, an unknown one is said."""
    if any(TOWN.search(name) for name in (facts.issuer, own)):
        return "other"
    if place is not None:
        return names.level_of(place)
    if facts.issuer or own:
        return ""
    for pattern, fewest in ((OWN_LEVEL, 1), (SAID_LEVEL, 3)):
        said = Counter(pattern.findall(text)).most_common(1)
        if said and said[0][1] >= fewest:
            return LEVELS.get(said[0][0], "other")
    return ""


def _same(field: str, said: object, shown: object) -> bool:
    if field == "issuer":
        return names.same_office(str(said), str(shown))
    return comparable(str(said)) == comparable(str(shown))


def _is_plan(reading: Reading, duties: Sequence[Requirement]) -> bool:
    """Tell by title, else by what it holds, whether a document carries the duties of a year."""
    named = any(found.bracket.mentions for found in reading.brackets.found)
    return carries_duties(
        reading.facts.title,
        reading.normal.text,
        sections=[node.title for node in reading.roots],
        duties=[duty.text for duty in duties],
        assigned=bool(reading.table.rows) or named,
    )


def _as_written(normal: NormalText, requirements: Sequence[Requirement]) -> Sequence[Requirement]:
    """Give titles and deadlines back in the document's own characters."""
    if not normal.altered:
        return requirements
    return [
        replace(
            entry,
            section_title=normal.as_written(entry.section_title, 0, entry.start),
            item_title=normal.as_written(entry.item_title, 0, entry.start),
            subitem_title=normal.as_written(entry.subitem_title, 0, entry.start),
            deadline=normal.as_written(entry.deadline),
            start=normal.shown_at(entry.start),
            end=normal.shown_at(entry.end),
        )
        for entry in requirements
    ]


def _with_deadlines(extracted: Extracted, matched: Matched, year: int) -> list[Requirement]:
    """A task table's deadline comes before a bracket's, a bracket's before the sentence's own."""
    deadlines = {**extracted.deadlines, **matched.deadlines}
    return [
        replace(entry, deadline=deadline, deadline_date=deadline_date(deadline, year))
        if (deadline := deadlines.get(entry.requirement_id, ""))
        else entry
        for entry in extracted.requirements
    ]


def _assignments(
    normal: NormalText, extracted: Extracted, matched: Matched, plan: Plan
) -> list[Assignment]:
    """Both the prose's and the table's units; where a table row speaks, only it is effective."""
    by_table = {entry.requirement_id for entry in matched.laid}
    prose = [
        replace(entry, effective=entry.requirement_id not in by_table) for entry in extracted.laid
    ]
    lists: dict[tuple[str, str], list[Laid]] = {}
    for entry in dict.fromkeys([*prose, *matched.laid]):
        lists.setdefault((entry.requirement_id, entry.origin), []).append(entry)
    ids: dict[tuple[str, ...], list[str]] = {}  # the same list of names recurs in every item
    for group in lists.values():
        written = tuple(entry.mention.name for entry in group)
        if written not in ids:
            ids[written] = [
                names.unit_id(full_name, plan.issuer, year=plan.year)
                for full_name in names.resolve_elided(written)
            ]
    return [
        _assignment(entry, unit_id, normal)
        for group in lists.values()
        for entry, unit_id in zip(
            group, ids[tuple(entry.mention.name for entry in group)], strict=True
        )
    ]


def _assignment(entry: Laid, unit_id: str, normal: NormalText) -> Assignment:
    return Assignment(
        requirement_id=entry.requirement_id,
        unit_id=unit_id,
        unit_as_written=normal.as_written(entry.mention.name),
        role=entry.role,
        origin=entry.origin,
        effective=entry.effective,
    )


def _citations(reading: Reading, plan: Plan) -> list[Citation]:
    found = find_citations(
        reading.normal.text,
        own_titles=_own_titles(plan, reading.facts),
        preamble_end=_first_duty_section(reading),
    )
    return [
        Citation(
            plan_id=plan.plan_id,
            start=reading.normal.shown_at(entry.start),
            end=reading.normal.shown_at(entry.end),
            cited_title=reading.normal.as_written(entry.cited_title, entry.start),
            cited_number=reading.normal.number_as_written(entry.cited_number),
            relation=entry.relation,
            verb=entry.verb,
            cited_plan_id=plan.plan_id
            if entry.relation == "self"
            else infer_cited_plan_id(
                entry.cited_title,
                place=plan.place_code,
                bureau=plan.bureau,
                issuer=entry.issuer,
            )
            if entry.relation == "parent"
            else "",
        )
        for entry in found
        if not _in_table(reading, entry.start)
    ]


def _in_table(reading: Reading, position: int) -> bool:
    """A table that repeats the prose repeats its citations, too; they count once."""
    repeated = reading.matched.share >= REPEATS_PROSE and reading.layout.body
    return bool(repeated) and reading.layout.in_table(position)


def _own_titles(plan: Plan, facts: Facts) -> Sequence[str]:
    return [title for title in dict.fromkeys((folded(plan.title), facts.title)) if title]


def _first_duty_section(reading: Reading) -> int:
    """The offset where the preamble ends: the first section that is not a preamble itself."""
    for node in reading.roots:
        if not is_preamble_title(node.title):
            return node.heading[0]
    return len(reading.normal.text)


def _claims(reading: Reading, requirements: Sequence[Requirement]) -> list[Claim]:
    normal, layout, extracted = reading.normal, reading.layout, reading.extracted
    claims: list[Claim] = [
        (start, end, "units", "unit bracket") for start, end in extracted.brackets
    ]
    claims += [(start, end, "heading", rule) for start, end, rule in extracted.headings]
    claims += [
        (
            entry.start,
            entry.end,
            "requirement",
            f"{entry.kind} {entry.requirement_id.split('#')[1]}",
        )
        for entry in requirements
    ]
    claims += [(row.start, row.end, "table", "task table") for row in layout.table]
    outside = [*layout.front, *layout.tail]
    outside += [paragraph for paragraph in normal.paragraphs if paragraph.furniture]
    if not requirements:
        outside += layout.body
    elif reading.from_table:
        claims += [(row.start, row.end, "wrapper", "prose beside the table") for row in layout.body]
    classifier = Classifier(normal, layout)
    claims += [(entry.start, entry.end, *classifier.classify(entry)) for entry in outside]
    return claims


def _table_notes(reading: Reading) -> list[str]:
    """Say which sentences have no row, which rows no sentence, which rows no text."""
    matched, table = reading.matched, reading.table
    notes = []
    if table.unreadable_rows:
        notes.append(f"task table: {table.unreadable_rows} rows have lost their text")
    if reading.layout.table and not table.headers:
        notes.append("task table: no header names its columns, so it is not read")
    if table.rows and matched.share >= REPEATS_PROSE:
        notes += [f"{entry}: no row in the task table" for entry in matched.without_row]
        if matched.rows_without_sentence:
            notes.append(
                f"task table: {matched.rows_without_sentence} rows repeat no sentence of the prose"
            )
    return notes
