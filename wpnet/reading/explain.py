"""What the reading decided about one document, and why, in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from wpnet.model import Document, ParsedPlan, Plan
from wpnet.reading.normalise import wrap_width
from wpnet.reading.plan import Reading, parse_document, read_stages
from wpnet.reading.table_match import REPEATS_PROSE


def explain_document(document: Document, *, known: Plan | None = None) -> tuple[str, ...]:
    """Say how a document was read: lines, parts, numbering, titles, table, repairs, audit.

    Raises:
        UnreadableFile: the document is many times longer than any plan.

    Example:
        >>> from wpnet.reading.files import read_bytes_as_document
        >>> text = "一、主动公开\\n（一）做好发布。及时发布政策。\\n（二）做好解读。多用图解。"
        >>> for line in explain_document(read_bytes_as_document(text.encode(), "a.txt"))[4:6]:
        ...     print(line)
        numbering: 一、 1 × section: one row of numbers; titles on lines of their own
        numbering: （一） 2 × item: one row of numbers; the first 。 ends a title
    """
    _, reading, _ = read_stages(document, known or Plan(""))
    parsed = parse_document(document, known=known)
    return (
        *_lines(document, reading),
        *_parts(reading),
        *(f"numbering: {scheme}" for scheme in reading.outline.schemes),
        *_table(reading),
        *_plan(parsed),
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
    for header in reading.table.headers:
        yield f"table: columns {', '.join(header)}"
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


def _audit(parsed: ParsedPlan) -> Iterator[str]:
    lengths: Counter[tuple[str, str]] = Counter()
    for span in parsed.audit:
        rule = "sentence" if span.audit_class == "requirement" else span.rule
        lengths[span.audit_class, rule] += span.end - span.start
    for (audit_class, rule), length in sorted(lengths.items()):
        yield f"audit: {length} characters {audit_class} ({rule})"
