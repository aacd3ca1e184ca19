"""What was understood of one file, for ``wpnet check``."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from wpnet.model import Assignment, AuditSpan, ParsedPlan
from wpnet.showing import plain
from wpnet.tables import columns, to_row

WIDTH = 120  # terminal columns of an explanation


def checked_json(parsed: ParsedPlan, *, first: bool = True) -> str:
    """Return a parsed plan as one line of JSON (DESIGN, ``wpnet check``)."""
    return json.dumps(checked_document(parsed), ensure_ascii=False)


def checked_document(parsed: ParsedPlan) -> dict[str, Any]:
    """Return a parsed plan as what becomes JSON: plan, requirements with units, citations."""
    laid: dict[str, list[dict[str, Any]]] = {}
    for entry in parsed.assignments:
        laid.setdefault(entry.requirement_id, []).append(_assignment(entry))
    return {
        "plan": dataclasses.asdict(parsed.plan),
        "plan_present": parsed.plan_present,
        "requirements": [
            {**dataclasses.asdict(entry), "assignments": laid.get(entry.requirement_id, [])}
            for entry in parsed.requirements
        ],
        "citations": [dataclasses.asdict(entry) for entry in parsed.citations],
        "left_out": [
            {"kind": row.kind, "raw_place": row.raw_place, "text": row.text}
            for row in parsed.left_out
        ],
        "warnings": list(parsed.warnings),
    }


def _assignment(entry: Assignment) -> dict[str, Any]:
    return {
        "name": entry.unit_as_written,
        "role": entry.role,
        "origin": entry.origin,
        "effective": entry.effective,
    }


def checked_csv(parsed: ParsedPlan, *, first: bool = True) -> str:
    """Return the requirements as CSV with their effective units; header before the first."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    if first:
        writer.writerow([*columns("requirements"), "units"])
    units = _effective_units(parsed)
    for requirement in parsed.requirements:
        named = ";".join(units.get(requirement.requirement_id, []))
        writer.writerow([*to_row(requirement), named])
    return out.getvalue().rstrip("\n")


def explained(parsed: ParsedPlan, decisions: Sequence[str] = ()) -> str:
    """Return what the reading decided, every stretch with what it was taken for, what was left out.

    ``decisions`` are sentences behind the word for what they are about, as
    :func:`wpnet.reading.explain.explain_document` gives them.

    Example:
        >>> from wpnet.model import Plan
        >>> title = AuditSpan("a", 0, 1, "heading", "title")
        >>> print(explained(ParsedPlan(Plan("a"), "甲", (), audit=(title,)), [
        ...     "numbering: one row", "numbering: titles run in"]))
        decided about  what, and why
        -------------  -------------
        numbering      one row
                       titles run in
        <BLANKLINE>
        characters  taken for  by the rule  text
        ----------  ---------  -----------  ----
        0-1         heading    title        甲
    """
    return "\n\n".join((*_decided(decisions), _stretches(parsed), *_left_out(parsed)))


def _decided(decisions: Sequence[str]) -> Iterator[str]:
    if not decisions:
        return
    rows: list[tuple[str, str]] = []
    above = ""
    for subject, _, said in (decision.partition(": ") for decision in decisions):
        rows.append((subject if subject != above else "", said))
        above = subject
    yield plain.table(["decided about", "what, and why"], rows, columns=WIDTH)


def _stretches(parsed: ParsedPlan) -> str:
    rows = [
        [f"{span.start}-{span.end}", span.audit_class, span.rule, _beginning(parsed.text, span)]
        for span in parsed.audit
    ]
    return plain.table(["characters", "taken for", "by the rule", "text"], rows, columns=WIDTH)


def _left_out(parsed: ParsedPlan) -> Iterator[str]:
    if parsed.left_out:
        rows = [[row.raw_place, row.kind, row.text] for row in parsed.left_out]
        yield plain.table(["place in file", "left out as", "begins"], rows, columns=WIDTH)


def _beginning(text: str, span: AuditSpan) -> str:
    stretch = text[span.start : span.end].replace("\n", " ").strip()
    return stretch if len(stretch) <= 24 else f"{stretch[:24]}…"


def _effective_units(parsed: ParsedPlan) -> dict[str, list[str]]:
    units: dict[str, list[str]] = {}
    for entry in parsed.assignments:
        if entry.effective:
            units.setdefault(entry.requirement_id, []).append(entry.unit_as_written)
    return units


def checked_text(parsed: ParsedPlan, *, first: bool = True) -> str:
    """Return a parsed plan as a page to read: facts, parents, outline with sentences, warnings."""
    plan = parsed.plan
    facts = [
        ("plan", f"{plan.plan_id}  {plan.title or '(no title found)'}"),
        (
            "issuer",
            f"{plan.issuer or '?'}  ({plan.place_code or 'place ?'}, {plan.bureau or 'bureau ?'})",
        ),
        ("number", plan.doc_number or "-"),
        ("date", f"{plan.date or '?'} {plan.date_kind}".strip()),
        ("file", plan.source_file),
        ("found", f"{plan.duties} duties, {plan.preambles} preamble sentences"),
    ]
    lines = [] if first else [""]
    lines += [f"{name:8}{value}" for name, value in facts]
    for citation in parsed.citations:
        if citation.relation == "parent":
            number = f"（{citation.cited_number}）" if citation.cited_number else ""
            lines.append(f"parent  《{citation.cited_title}》{number} → {citation.cited_plan_id}")
    lines += _outline_lines(parsed)
    accounted = Counter(span.audit_class for span in parsed.audit)
    lines += [
        "",
        "audit   " + ", ".join(f"{count} {name}" for name, count in sorted(accounted.items())),
    ]
    lines += [f"warning {warning}" for warning in parsed.warnings]
    return "\n".join(lines)


def _outline_lines(parsed: ParsedPlan) -> list[str]:
    units = _effective_units(parsed)
    lines: list[str] = []
    above: tuple[int, int, int] | None = None
    for entry in parsed.requirements:
        path = (entry.section_no, entry.item_no, entry.subitem_no)
        if above is None or path[0] != above[0]:
            lines += ["", f"{entry.section_no}  {entry.section_title}"]
        if entry.item_no and (above is None or path[:2] != above[:2]):
            lines.append(f"  {entry.section_no}.{entry.item_no}  {entry.item_title}")
        if entry.subitem_no and path != above:
            lines.append(f"    {'.'.join(map(str, path))}  {entry.subitem_title}")
        above = path
        number = entry.requirement_id.rpartition("#")[2]
        wrapped = plain.wrap(entry.text, 84)
        lines += [f"    {number:8}{wrapped[0]}", *(f"{'':12}{more}" for more in wrapped[1:])]
        notes = [
            *units.get(entry.requirement_id, []),
            *([entry.deadline] if entry.deadline else []),
        ]
        if entry.kind == "preamble":
            notes = ["preamble, no duty"]
        if notes:
            lines.append(f"{'':12}[{' · '.join(notes)}]")
    return lines
