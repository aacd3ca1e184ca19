"""What the reading decided about one document, and why, in words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from wpnet.model import Document, ParsedPlan, Plan
from wpnet.reading import names
from wpnet.reading.brackets import Placed, Span
from wpnet.reading.columns import Column, column_of, naming_word
from wpnet.reading.markers import NUMERAL
from wpnet.reading.normalise import wrap_width
from wpnet.reading.plan import Reading, parse_document, read_stages
from wpnet.reading.table_match import REPEATS_PROSE
from wpnet.reading.units import remarks, unit_kind

LONGEST = 40  # characters of a bracket that are shown
# "（一）", "〔2025〕": numbers in brackets are read elsewhere.
NUMBER = re.compile(rf"{NUMERAL}{{1,4}}|\d{{1,4}}")
COLUMNS: Mapping[Column, str] = {
    "number": "numbers of rows",
    "section": "fields or groups",
    "item": "headings of items",
    "task": "names of tasks",
    "content": "what is to be done",
    "units": "responsible units",
    "lead": "units in the lead",
    "support": "units in support",
    "own": "the issuer's own units",
    "deadline": "deadlines",
    "note": "notes",
    "other": "nothing that is read",
}


def explain_document(document: Document, *, known: Plan | None = None) -> tuple[str, ...]:
    """Say how a document was read: lines, parts, numbering, titles, table, repairs, audit.

    Raises:
        UnreadableFile: the document is many times longer than any plan.

    Example:
        >>> from wpnet.reading.files import read_bytes_as_document
        >>> text = "一、主动公开\\n（一）做好发布。及时发布政策。\\n（二）做好解读。多用图解。"
        >>> for line in explain_document(read_bytes_as_document(text.encode(), "a.txt"))[4:6]:
        ...     print(line)
        numbering: 一、 1 × section (outermost): one row, 1 to 1; titles on lines of their own, ...
        numbering: （一） 2 × item (below 一、): one row, 1 to 2; the first 。 ends a title, for ...
    """
    _, reading, _ = read_stages(document, known or Plan(""))
    parsed = parse_document(document, known=known)
    return (
        *_lines(document, reading),
        *_parts(reading),
        *(f"numbering: {scheme}" for scheme in reading.outline.schemes),
        *_table(reading),
        *_brackets(reading),
        *_plan(parsed),
        *_names(parsed),
        *(f"repair: {note}" for note in parsed.warnings),
        *_audit(parsed),
    )


def _lines(document: Document, reading: Reading) -> Iterator[str]:
    normal = reading.normal
    width = wrap_width(document.lines)
    wrapped = (
        f"wrapped at {width:g} characters: full lines go on"
        if width is not None
        else "not wrapped: a line ends a paragraph unless it breaks off"
    )
    marks = sum(paragraph.furniture for paragraph in normal.paragraphs)
    yield (
        f"lines: {len(document.lines)} to {len(normal.paragraphs)} paragraphs; {wrapped}; "
        f"{marks} page marks set apart"
    )


def _parts(reading: Reading) -> Iterator[str]:
    layout = reading.layout
    for reason in layout.reasons:
        yield f"parts: {reason}"
    yield (
        f"parts: {len(layout.front)} paragraphs before the body, {len(layout.body)} in it, "
        f"{len(layout.tail)} behind it, {len(layout.table)} lines of tables, "
        f"{len(layout.titles)} titles"
    )


def _table(reading: Reading) -> Iterator[str]:
    for header, words in zip(reading.table.headers, reading.table.words, strict=True):
        if not words:
            yield f"table: no header; its columns are taken for {', '.join(header)} by their cells"
        for name, word in zip(header, words, strict=bool(words)):
            yield f"column: “{word}” is taken for {COLUMNS[name]}, {_why(name, word)}"
    if not reading.table.rows:
        return
    rows = len(reading.table.rows)
    if reading.from_table:
        yield f"table: {rows} rows are the plan; they repeat no prose"
        return
    matched = reading.matched
    said = "repeats the prose" if matched.share >= REPEATS_PROSE else "does not repeat the prose"
    yield (
        f"table: {rows} rows, of which {matched.share:.0%} stand in the prose: it {said}; "
        f"{len(matched.without_row)} sentences have no row"
    )


def _why(name: Column, header: str) -> str:
    if name == "content" and column_of(header) != name:
        return "for no other column says what is to be done"
    return f"for it holds the word {naming_word(header)}"


def _brackets(reading: Reading) -> Iterator[str]:
    """Say of every bracket in the plan whether it names units, why, and what it is laid on."""
    laid: dict[int, dict[str, list[str]]] = {}
    for entry in reading.extracted.laid:
        by_origin = laid.setdefault(id(entry.mention), {})
        by_origin.setdefault(entry.origin, []).append(entry.requirement_id.partition("#")[2])
    decided = [(placed.start, _units(reading, placed, laid)) for placed in reading.brackets.found]
    text = reading.normal.text
    for start, end in _stretches(reading):
        for first, last, why in remarks(text[start:end]):
            inside = text[start + first + 1 : start + last - 1]
            if not NUMBER.fullmatch(inside):
                shown = _shown(text[start + first : start + last])
                decided.append((start + first, f"{shown} names no units, for {why}"))
    for _, said in sorted(decided):
        yield f"bracket: {said}"


def _stretches(reading: Reading) -> Iterator[Span]:
    """Yield the stretches in which brackets were looked for."""
    if not reading.from_table:
        yield from ((entry.start, entry.end) for entry in reading.layout.body)
        return
    cells = {span for row in reading.table.rows for spans in row.cells.values() for span in spans}
    yield from sorted(cells)


def _units(
    reading: Reading, placed: Placed, laid: Mapping[int, Mapping[str, Sequence[str]]]
) -> str:
    bracket = placed.bracket
    names = "、".join(f"{mention.name} ({mention.role})" for mention in bracket.mentions)
    due = f", due {bracket.deadline}" if bracket.deadline else ""
    on: dict[str, dict[str, None]] = {}
    for mention in bracket.mentions:
        for origin, ids in laid.get(id(mention), {}).items():
            on.setdefault(origin, {}).update(dict.fromkeys(ids))
    covers = "; ".join(f"for the {origin}: {_some(list(ids))}" for origin, ids in on.items())
    return (
        f"{_shown(reading.normal.text[placed.start : placed.end])} names units, for "
        f"{bracket.why}: {names or 'nobody'}{due}; {covers or 'laid on no sentence'}"
    )


def _some(ids: Sequence[str]) -> str:
    return ", ".join(ids) if len(ids) <= 4 else f"{ids[0]} to {ids[-1]} ({len(ids)} sentences)"


def _shown(text: str) -> str:
    text = text.replace("\n", " ")
    return f"“{text}”" if len(text) <= LONGEST else f"“{text[:LONGEST]}…”"


def _plan(parsed: ParsedPlan) -> Iterator[str]:
    plan = parsed.plan
    found = "holds a plan" if parsed.plan_present else "holds no plan"
    yield (
        f"plan: {found}; {plan.duties} duties, {plan.preambles} preamble sentences, "
        f"{len(parsed.assignments)} units laid on them"
    )
    origins = Counter(entry.origin for entry in parsed.assignments)
    if origins:
        by_origin = ", ".join(f"{count} by {origin}" for origin, count in sorted(origins.items()))
        yield f"units: {by_origin}"


def _names(parsed: ParsedPlan) -> Iterator[str]:
    """Say which names of offices no table settles: two of them may be one office."""
    plan = parsed.plan
    written = dict.fromkeys(entry.unit_as_written for entry in parsed.assignments)
    open_names = [
        name
        for name in written
        if unit_kind(name) == "unit" and not names.is_settled(name, plan.issuer, year=plan.year)
    ]
    if open_names:
        yield (
            f"names: {'、'.join(open_names)}: in no table of offices, kept as written and never "
            "taken for another name; a row in aliases.csv settles one"
        )


def _audit(parsed: ParsedPlan) -> Iterator[str]:
    lengths: Counter[tuple[str, str]] = Counter()
    for span in parsed.audit:
        rule = "sentence" if span.audit_class == "requirement" else span.rule
        lengths[span.audit_class, rule] += span.end - span.start
    for (audit_class, rule), length in sorted(lengths.items()):
        yield f"audit: {length} characters {audit_class} ({rule})"
