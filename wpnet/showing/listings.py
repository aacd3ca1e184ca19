"""Ledger, trace and evaluation as terminal text, CSV and JSON, for the command line."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from wpnet.model import Requirement
from wpnet.showing import plain
from wpnet.showing.ledger import LedgerRow, verdict_counts
from wpnet.showing.tracing import Fate, Step, Trace
from wpnet.showing.wording import say

if TYPE_CHECKING:
    from wpnet.cascade.evaluate import Evaluation

#: Tables that ledger and trace need; the others are not read.
LEDGER_TABLES = ("plans", "requirements", "assignments", "citations", "links", "coverage")

LEDGER_COLUMNS = (
    "source_id",
    "source_section",
    "source_item",
    "source_text",
    "source_units",
    "target_plan_id",
    "verdict",
    "auto_verdict",
    "decided_by",
    "needs_review",
    "p_carried",
    "p_partial",
    "p_omitted",
    "target_ids",
    "nearest_id",
    "nearest_score",
    "nearest_text",
    "nearest_units",
    "shared_text",
)


def ledger_values(row: LedgerRow) -> dict[str, Any]:
    """Return a ledger row as plain values, keyed by :data:`LEDGER_COLUMNS`."""
    covered, source = row.coverage, row.source
    return {
        "source_id": source.requirement_id,
        "source_section": source.section_title,
        "source_item": source.item_title,
        "source_text": source.text,
        "source_units": list(row.source_units),
        "target_plan_id": covered.target_plan_id,
        "verdict": covered.verdict,
        "auto_verdict": covered.auto_verdict,
        "decided_by": covered.decided_by,
        "needs_review": covered.needs_review,
        "p_carried": covered.p_carried,
        "p_partial": covered.p_partial,
        "p_omitted": covered.p_omitted,
        "target_ids": list(covered.target_ids),
        "nearest_id": covered.nearest_id,
        "nearest_score": covered.nearest_score,
        "nearest_text": row.nearest.text if row.nearest else "",
        "nearest_units": list(row.nearest_units),
        "shared_text": row.shared_text,
    }


def ledger_csv(rows: Sequence[LedgerRow]) -> str:
    """Return ledger rows as CSV with a header."""
    return csv_text(LEDGER_COLUMNS, [ledger_values(row) for row in rows])


def ledger_json(rows: Sequence[LedgerRow]) -> str:
    """Return ledger rows as a JSON list."""
    return json.dumps([ledger_values(row) for row in rows], ensure_ascii=False, indent=2)


def ledger_text(rows: Sequence[LedgerRow], shown: Sequence[LedgerRow], notes: Sequence[str]) -> str:
    """Return the ledger of a pair for the terminal: counts of all, cautions, the rows chosen."""
    counts = verdict_counts(rows)
    total = ", ".join(f"{count} {_verdict(verdict)}" for verdict, count in counts.items() if count)
    doubtful = sum(row.coverage.needs_review for row in rows)
    by_review = sum(row.coverage.decided_by == "review" for row in rows)
    lines = [
        f"{len(rows)} duties: {total}",
        f"{doubtful} of them are unsure; {by_review} were decided by a reviewer, "
        "the others by the program alone.",
        *(f"note: {note}" for note in notes),
    ]
    for row in shown:
        lines += ["", *_ledger_entry(row)]
    return "\n".join(lines)


def _ledger_entry(row: LedgerRow) -> list[str]:
    covered = row.coverage
    doubt = "  UNSURE" if covered.needs_review else ""
    decided = (
        "decided by a reviewer"
        if covered.decided_by == "review"
        else (
            f"p_omitted {covered.p_omitted:.2f}, p_partial {covered.p_partial:.2f}, "
            f"p_carried {covered.p_carried:.2f}"
        )
    )
    lines = [
        f"{row.source.requirement_id}  {_verdict(covered.verdict).upper()}  ({decided}){doubt}",
        *_sentence("city" if covered.relation == "cascade" else "earlier", row.source),
    ]
    if row.source_units:
        lines.append(f"{'units':>10}  {'、'.join(row.source_units)}")
    for target in row.targets:
        lines += _sentence("taken up", target)
    if not row.targets and row.nearest:
        lines += _sentence("nearest", row.nearest)
        lines.append(
            f"{'score':>10}  {covered.nearest_score:.2f}   shared: {row.shared_text or '-'}"
        )
    return lines


def _verdict(name: str) -> str:
    return say(f"verdict.{name}", "en")


def _sentence(label: str, requirement: Requirement) -> list[str]:
    wrapped = plain.wrap(requirement.text, 84)
    place = requirement.requirement_id.rpartition("#")[2]
    heads = [f"{label:>10}  ", *[" " * 12] * (len(wrapped) - 1)]
    lines = [head + line for head, line in zip(heads, wrapped, strict=True)]
    if label != "city" and label != "earlier":
        lines[-1] += f"  [{place} {requirement.item_title or requirement.section_title}]"
    return lines


def trace_values(found: Trace) -> dict[str, Any]:
    """Return a trace as plain values."""
    return {
        "requirement": asdict(found.requirement),
        "plan": asdict(found.plan),
        "units": list(found.units),
        "parents": [asdict(citation) for citation in found.parents],
        "origins": [_step_values(step) for step in found.origins],
        "fates": [
            {
                "coverage": asdict(fate.coverage),
                "links": [_step_values(step) for step in fate.steps],
                "nearest": asdict(fate.nearest) if fate.nearest else None,
            }
            for fate in found.fates
        ],
    }


def _step_values(step: Step) -> dict[str, Any]:
    return {
        "link": asdict(step.link),
        "requirement": asdict(step.other),
        "units": list(step.units),
    }


def trace_json(found: Trace) -> str:
    """Return a trace as JSON."""
    return json.dumps(trace_values(found), ensure_ascii=False, indent=2)


TRACE_COLUMNS = ("direction", "plan_id", "verdict", "requirement_id", "score", "kind", "text")


def trace_csv(found: Trace) -> str:
    """Return a trace as CSV: one row for every sentence that it touches."""
    own = found.requirement
    rows = [_trace_row("self", own.plan_id, "", own, 1.0, "")]
    for step in found.origins:
        link = step.link
        rows.append(_trace_row("from", step.other.plan_id, "", step.other, link.score, link.kind))
    for fate in found.fates:
        covered = fate.coverage
        for step in fate.steps:
            rows.append(
                _trace_row(
                    "to",
                    covered.target_plan_id,
                    covered.verdict,
                    step.other,
                    step.link.score,
                    step.link.kind,
                )
            )
        if not fate.steps and fate.nearest:
            rows.append(
                _trace_row(
                    "nearest",
                    covered.target_plan_id,
                    covered.verdict,
                    fate.nearest,
                    covered.nearest_score,
                    "",
                )
            )
    return csv_text(TRACE_COLUMNS, rows)


def _trace_row(
    direction: str, plan_id: str, verdict: str, requirement: Requirement, score: float, kind: str
) -> dict[str, Any]:
    values = (direction, plan_id, verdict, requirement.requirement_id, score, kind)
    return dict(zip(TRACE_COLUMNS, (*values, requirement.text), strict=True))


def trace_text(found: Trace) -> str:
    """Return a trace for the terminal."""
    own, plan = found.requirement, found.plan
    where = " › ".join(
        part for part in (own.section_title, own.item_title, own.subitem_title) if part
    )
    lines = [
        f"{own.requirement_id}  {plan.title}",
        f"{'place':>10}  {where}  ({plan.source_file}, {own.raw_place})",
        *_sentence("text", own),
    ]
    if found.units:
        lines.append(f"{'units':>10}  {'、'.join(found.units)}")
    if own.deadline:
        lines.append(f"{'deadline':>10}  {own.deadline}")
    for citation in found.parents:
        lines.append(f"{'parent':>10}  《{citation.cited_title}》 ({citation.cited_plan_id})")
    if found.origins:
        lines += ["", "taken up from"]
        for step in found.origins:
            lines += _step_lines(step)
    for fate in found.fates:
        lines += ["", *_fate_lines(fate)]
    if not found.origins and not found.fates:
        lines += ["", "compared with no other plan: none is held that it could flow from or into"]
    return "\n".join(lines)


def _fate_lines(fate: Fate) -> list[str]:
    covered = fate.coverage
    years = f"{covered.lag_years} year{'' if covered.lag_years == 1 else 's'} later"
    doubt = ", unsure" if covered.needs_review else ""
    lines = [
        f"{covered.target_plan_id}  {_verdict(covered.verdict).upper()}  "
        f"({covered.relation}, {years}, decided by {covered.decided_by}{doubt})"
    ]
    for step in fate.steps:
        lines += _step_lines(step)
    if not fate.steps and fate.nearest:
        lines += _sentence("nearest", fate.nearest)
        lines.append(f"{'score':>10}  {covered.nearest_score:.2f}")
        for step in fate.rivals:
            lines += _sentence("next", step.other)
            lines.append(f"{'score':>10}  {step.link.score:.2f}")
    if fate.missing:
        lines += _wrapped("lacking", "；".join(fate.missing))
    return lines


def _step_lines(step: Step) -> list[str]:
    lines = [
        f"{step.other.requirement_id:>36}  {step.link.kind}, score {step.link.score:.2f}",
        *_sentence("text", step.other),
    ]
    if step.link.shared_text:
        lines += _wrapped("shared", step.link.shared_text)
    if step.units:
        lines.append(f"{'units':>10}  {'、'.join(step.units)}")
    return lines


def _wrapped(label: str, text: str) -> list[str]:
    first, *more = plain.wrap(text, 84)
    return [f"{label:>10}  {first}", *(" " * 12 + line for line in more)]


#: Figures shown side by side for every method.
COMPARED = (
    "link precision",
    "link recall",
    "link F1",
    "omission precision",
    "omission recall",
    "omission F1",
    "link AP",
    "right first candidate",
    "flagged",
    "right verdict after review",
)


def evaluations_text(found: Mapping[str, Evaluation]) -> str:
    """Return evaluations for the terminal.

    All figures of the first one (the built tables) in full, then the others side by side: each was
    fitted, or had its thresholds set, without any row that touches the plan it is judged on.
    """
    (name, first), *others = found.items()
    parts = [f"{name.upper()} (the fitted model may have seen these rows)", evaluation_text(first)]
    if others:
        rows = [
            [method, *(str(evaluation.overall[figure]) for figure in COMPARED)]
            for method, evaluation in others
        ]
        parts += [
            "LEAVE ONE PLAN OUT (value [95 % interval])",
            plain.table(["method", *COMPARED], rows, columns=240),
            f"{others[-1][0].upper()}, LEAVE ONE PLAN OUT",
            evaluation_text(others[-1][1]),
        ]
    return "\n\n".join(parts)


#: Figures of a labelled set that no part of the model has seen.
UNSEEN = (
    "link F1",
    "omission F1",
    "right verdict",
    "flagged",
    "right verdict after review",
    "unflagged omissions true",
    "omissions found unflagged",
)


def unseen_text(found: Mapping[str, Evaluation]) -> str:
    """Return the figures of labelled sets side by side, a line a set and method."""
    rows = [
        [name, str(evaluation.rows), *(str(evaluation.overall[figure]) for figure in UNSEEN)]
        for name, evaluation in found.items()
    ]
    head = (
        "LABELLED SETS, EACH ANSWERED BY A MODEL THAT HAS NOT SEEN ITS PLANS OR ITS BUREAU "
        "(value [95 % interval])"
    )
    return f"{head}\n\n{plain.table(['set | model', 'rows', *UNSEEN], rows, columns=240)}"


def evaluation_text(evaluation: Evaluation) -> str:
    """Return an evaluation for the terminal: figures with intervals, per plan, per verdict."""
    blocks = [("all", evaluation.overall), *sorted(evaluation.by_target.items())]
    figures = plain.table(
        ["figure", *(scope for scope, _ in blocks)],
        [[name, *(str(block[name]) for _, block in blocks)] for name in evaluation.overall],
    )
    verdicts = list(evaluation.by_verdict)
    confusion = plain.table(
        ["label \\ said", *verdicts],
        [
            [label, *(str(evaluation.by_verdict[label].get(said, 0)) for said in verdicts)]
            for label in verdicts
        ],
    )
    head = f"{evaluation.rows} labelled rows"
    if evaluation.missing:
        head += f", {len(evaluation.missing)} of them not in the corpus (counted as wrong)"
    return "\n\n".join([head, figures, confusion])


def evaluations_json(found: Mapping[str, Evaluation]) -> str:
    """Return evaluations as JSON, by method."""
    values = {method: evaluation.as_dict() for method, evaluation in found.items()}
    return json.dumps(values, ensure_ascii=False, indent=2)


def evaluations_csv(found: Mapping[str, Evaluation]) -> str:
    """Return the figures of evaluations as CSV, one row a method, scope and figure."""
    rows = [
        {"method": method, "rows": scope, "figure": name, **figure._asdict()}
        for method, evaluation in found.items()
        for scope, block in [("all", evaluation.overall), *sorted(evaluation.by_target.items())]
        for name, figure in block.items()
    ]
    return csv_text(("method", "rows", "figure", "value", "low", "high"), rows).rstrip("\n")


def csv_text(header: Sequence[str], rows: Sequence[dict[str, Any]]) -> str:
    """Return rows as CSV with a heading; lists are joined, truth is ``true`` or ``false``."""
    out = io.StringIO()
    writer = csv.DictWriter(out, header, lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: _flat(value) for name, value in row.items()} for row in rows)
    return out.getvalue()


def _flat(value: object) -> object:
    if isinstance(value, bool):
        return "true" if value else "false"
    return ";".join(value) if isinstance(value, list) else value
