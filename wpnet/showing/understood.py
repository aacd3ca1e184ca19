"""What was understood of a file, in short: for whoever decides whether to keep it."""

from __future__ import annotations

from collections.abc import Iterator

from wpnet.model import ParsedPlan
from wpnet.showing import plain

LONGEST_STRETCH = 60  # characters of an unparsed stretch that are shown


def understood_text(parsed: ParsedPlan) -> str:
    """Return what was understood of a file: facts, counts, headings, warnings, what was not read.

    Example:
        >>> from wpnet.model import Plan
        >>> plan = Plan("a-gov-2025", title="甲区政务公开工作要点", source_file="a.txt", year=2025)
        >>> print(understood_text(ParsedPlan(plan, "", ())).splitlines()[1])
        title     甲区政务公开工作要点
    """
    return "\n".join((*_facts(parsed), *_headings(parsed), *_remarks(parsed)))


def units_of(parsed: ParsedPlan) -> int:
    """Return how many responsible units a plan names: each once, however it is written."""
    return len({entry.unit_id for entry in parsed.assignments})


def _facts(parsed: ParsedPlan) -> Iterator[str]:
    plan = parsed.plan
    found = (
        f"{plan.duties} duties, {plan.preambles} preamble sentences, {units_of(parsed)} units, "
        f"{len(parsed.citations)} citations"
    )
    for name, value in (
        ("plan", f"{plan.plan_id}  ({plan.source_file})"),
        ("title", plan.title),
        ("issuer", plan.issuer),
        ("place", f"{plan.place_code} {plan.level}".strip()),
        ("bureau", plan.bureau),
        ("year", str(plan.year or "")),
        ("date", f"{plan.date} {plan.date_kind}".strip()),
        ("number", plan.doc_number),
        ("found", found),
    ):
        yield f"{name:10}{value or '?'}"


def _headings(parsed: ParsedPlan) -> Iterator[str]:
    """Yield sections and items, each with the number of sentences in it."""
    counts: dict[tuple[int, int], int] = {}
    titles: dict[tuple[int, int], str] = {}
    for entry in parsed.requirements:
        for path, title in (
            ((entry.section_no, 0), entry.section_title),
            ((entry.section_no, entry.item_no), entry.item_title),
        ):
            titles.setdefault(path, title)
        path = (entry.section_no, entry.item_no)
        counts[path] = counts.get(path, 0) + 1
    for (section, item), title in titles.items():
        number = f"{section}.{item}" if item else f"{section}"
        sentences = counts.get((section, item), 0)
        said = f"  ({sentences})" if sentences else ""
        yield f"{'':10}{'  ' if item else ''}{number}  {title or '(no title)'}{said}"


def _remarks(parsed: ParsedPlan) -> Iterator[str]:
    for warning in parsed.warnings:
        yield from _wrapped("warning", warning)
    for span in parsed.audit:
        stretch = parsed.text[span.start : span.end].strip()
        if span.audit_class == "unparsed" and stretch:
            cut = f"{stretch[:LONGEST_STRETCH]}…" if len(stretch) > LONGEST_STRETCH else stretch
            yield from _wrapped("unparsed", f"{span.start}-{span.end} {cut}".replace("\n", " "))


def _wrapped(name: str, text: str) -> Iterator[str]:
    for line in plain.wrap(text, 88):
        yield f"{name:10}{line.strip()}"
        name = ""
