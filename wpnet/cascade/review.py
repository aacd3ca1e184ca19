"""Decisions of a person: kept in one plain CSV, laid over links and verdicts at every build.

A decision is keyed by fingerprints, not by numbers: source plan and the sha256 of the source
text, target plan, and the sha256 of each chosen target text. So it survives renumbering and
rebuilds; when a text changes it turns ``suspect`` and the automatic verdict stands again until
somebody looks. The file is a log: the last decision about a key counts, none is ever removed.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass, fields, replace

from wpnet.errors import ReviewError
from wpnet.model import Coverage, Link, LinkKind, Relation, Requirement, Verdict

VERDICTS: tuple[Verdict, ...] = ("carried", "partial", "omitted", "not_applicable")

#: (source plan id, sha256 of the source text, target plan id)
Key = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Decision:
    """One row of ``data/decisions.csv``; all values are text, lists are joined with ``;``.

    ``target_plan_sha256`` is the fingerprint of all duties of the target plan, kept for omissions:
    a changed plan may hold the duty after all.
    """

    source_id: str
    source_sha256: str
    target_plan_id: str
    verdict: Verdict
    target_ids: str
    target_sha256: str
    target_plan_sha256: str
    reviewer: str
    date: str
    note: str

    @property
    def key(self) -> Key:
        """What the decision is about, whatever its number is today."""
        return (self.source_id.partition("#")[0], self.source_sha256, self.target_plan_id)


@dataclass(frozen=True, slots=True)
class Suspect:
    """A decision that no longer fits the texts, and why."""

    decision: Decision
    reason: str


@dataclass(frozen=True, slots=True)
class Reviewed:
    """Links and coverage after the decisions, and the decisions that could not be applied."""

    links: tuple[Link, ...]
    coverage: tuple[Coverage, ...]
    suspects: tuple[Suspect, ...]


def decisions_to_csv(decisions: Iterable[Decision]) -> str:
    """Return the decisions as CSV text with a header, ``\\n`` line ends, in the order given."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([field.name for field in fields(Decision)])
    writer.writerows(astuple(decision) for decision in decisions)
    return out.getvalue()


def decisions_from_csv(text: str) -> tuple[Decision, ...]:
    """Return the decisions of a CSV text.

    Raises :class:`~wpnet.errors.ReviewError` with the row number for a missing column or an
    unknown verdict.
    """
    reader = csv.DictReader(io.StringIO(text.lstrip("\ufeff")))
    names = [field.name for field in fields(Decision)]
    missing = [name for name in names if name not in (reader.fieldnames or [])]
    if missing:
        raise ReviewError(f"decisions: the column {missing[0]} is missing")
    found = []
    for number, row in enumerate(reader, start=2):
        if row["verdict"] not in VERDICTS:
            raise ReviewError(f"decisions, row {number}: unknown verdict {row['verdict']!r}")
        found.append(Decision(**{name: row[name] or "" for name in names}))  # type: ignore[arg-type]
    return tuple(found)


def plan_fingerprint(requirements: Iterable[Requirement]) -> str:
    """Return one sha256 for all duties of a plan, whatever their order and numbers."""
    prints = sorted(r.text_sha256 for r in requirements if r.kind == "duty")
    return hashlib.sha256("\n".join(prints).encode()).hexdigest()


def latest(decisions: Iterable[Decision]) -> dict[Key, Decision]:
    """Return the decision that counts for each key: the last one given."""
    return {decision.key: decision for decision in decisions}


def apply_decisions(
    decisions: Iterable[Decision],
    links: Sequence[Link],
    coverage: Sequence[Coverage],
    requirements: Iterable[Requirement],
) -> Reviewed:
    """Lay decisions over automatic links and coverage.

    A decided row gets ``verdict`` and ``target_ids`` of the decision, ``decided_by=review``, and
    keeps its ``auto_verdict``; its other links become ``rejected``. A decision whose source text,
    chosen target text or (for an omission) target plan has changed leaves the automatic verdict
    standing, marks the row ``needs_review`` and its links ``suspect``. A decision about plans that
    are not there at all is a suspect too; nothing is dropped in silence.
    """
    by_plan: dict[str, list[Requirement]] = {}
    for requirement in requirements:
        by_plan.setdefault(requirement.plan_id, []).append(requirement)
    rows = {(row.source_id, row.target_plan_id): row for row in coverage}
    kept = {(link.source_id, link.target_id): link for link in links}
    suspects: list[Suspect] = []
    for decision in latest(decisions).values():
        sources = _same_text(decision, by_plan)
        targets, reason = _targets(decision, by_plan)
        if not sources:
            sources, reason = [decision.source_id], "the source text has changed or is gone"
        covered = [source for source in sources if (source, decision.target_plan_id) in rows]
        if not covered:
            suspects.append(Suspect(decision, reason or "the two plans are not compared any more"))
            continue
        if reason:
            suspects.append(Suspect(decision, reason))
        for source in covered:
            row = rows[source, decision.target_plan_id]
            rows[source, decision.target_plan_id] = _decided(row, decision, targets, reason)
            _decide_links(kept, row, decision, targets, bool(reason))
    return Reviewed(
        links=tuple(sorted(kept.values(), key=lambda x: (x.source_id, -x.score, x.target_id))),
        coverage=tuple(rows[row.source_id, row.target_plan_id] for row in coverage),
        suspects=tuple(suspects),
    )


def _same_text(decision: Decision, by_plan: Mapping[str, Sequence[Requirement]]) -> list[str]:
    """Return the ids of the source plan's duties that still have the decided text.

    Where the plan holds the sentence twice and one of them still has the old id, that one.
    """
    plan, fingerprint, _ = decision.key
    same = [r.requirement_id for r in by_plan.get(plan, ()) if r.text_sha256 == fingerprint]
    return [decision.source_id] if decision.source_id in same else same


def _targets(
    decision: Decision, by_plan: Mapping[str, Sequence[Requirement]]
) -> tuple[tuple[str, ...], str]:
    """Return today's ids of the chosen targets, and why the decision is suspect (or nothing)."""
    plan = by_plan.get(decision.target_plan_id, ())
    if decision.verdict == "omitted":
        changed = decision.target_plan_sha256 not in ("", plan_fingerprint(plan))
        return (), "the target plan has changed since it was found to omit this" if changed else ""
    id_of: dict[str, list[str]] = {}
    for requirement in plan:
        id_of.setdefault(requirement.text_sha256, []).append(requirement.requirement_id)
    found: list[str] = []
    old_ids = decision.target_ids.split(";") if decision.target_ids else []
    prints = decision.target_sha256.split(";") if decision.target_sha256 else []
    for old, fingerprint in zip(old_ids, prints, strict=False):
        same = id_of.get(fingerprint, [])
        if not same:
            return tuple(id for id in old_ids if id), f"the text of {old} has changed or is gone"
        found.append(old if old in same else same[0])
    return tuple(found), ""


def _decided(row: Coverage, decision: Decision, targets: tuple[str, ...], suspect: str) -> Coverage:
    if suspect:
        return replace(row, needs_review=True)
    return replace(
        row,
        verdict=decision.verdict,
        decided_by="review",
        target_ids=targets,
        needs_review=False,
    )


def _decide_links(
    kept: dict[tuple[str, str], Link],
    row: Coverage,
    decision: Decision,
    targets: tuple[str, ...],
    suspect: bool,
) -> None:
    """Change the links of one row in place: chosen ones accepted (or suspect), others rejected."""
    kind: LinkKind = "adapted" if decision.verdict == "carried" else "partial"
    plan = decision.target_plan_id
    here = [key for key in kept if key[0] == row.source_id and key[1].partition("#")[0] == plan]
    for key in here:
        if key[1] not in targets and not suspect:
            kept[key] = replace(kept[key], status="rejected", decided_by="review")
    for target in targets:
        old = kept.get((row.source_id, target))
        relation: Relation = row.relation
        link = old or Link(row.source_id, target, relation, 0.0, kind, "accepted")
        if suspect:
            kept[row.source_id, target] = replace(link, status="suspect", decided_by="review")
        else:
            final: LinkKind = "verbatim" if link.kind == "verbatim" else kind
            kept[row.source_id, target] = replace(
                link, status="accepted", decided_by="review", kind=final
            )


def take_over(
    rows: Iterable[tuple[int, Mapping[str, str]]],
    coverage: Iterable[Coverage],
    requirements: Iterable[Requirement],
    existing: Sequence[Decision] = (),
    *,
    file: str = "review file",
) -> tuple[Decision, ...]:
    """Return the log of decisions with the rows of a review file added.

    ``rows`` are (row number in the file, values by column); rows without a verdict are undecided
    and skipped, deleted rows are simply not there. A row that repeats what already stands adds
    nothing. Raises :class:`~wpnet.errors.ReviewError`, and takes over none of the rows, when a row
    names an unknown source, plan, target or verdict, when the source text has changed since the
    export, when an omission names targets, or when two rows contradict each other.
    """
    known = {requirement.requirement_id: requirement for requirement in requirements}
    plans: dict[str, list[Requirement]] = {}
    for requirement in known.values():
        plans.setdefault(requirement.plan_id, []).append(requirement)
    covered = {(row.source_id, row.target_plan_id): row for row in coverage}
    standing = latest(existing)
    seen: dict[Key, tuple[int, Decision]] = {}
    log = list(existing)
    for number, row in rows:
        if not _cell(row, "verdict"):
            continue
        decision = _decision(row, f"{file}, row {number}", known, plans, covered)
        if decision.key in seen:
            first, other = seen[decision.key]
            if (other.verdict, other.target_ids) != (decision.verdict, decision.target_ids):
                raise ReviewError(
                    f"{file}, row {number}: contradicts row {first} on {decision.source_id}; "
                    "keep one of the two"
                )
            continue
        seen[decision.key] = (number, decision)
        if standing.get(decision.key) != decision:
            log.append(decision)
    return tuple(log)


def _cell(row: Mapping[str, str], name: str) -> str:
    return (row.get(name) or "").replace("\u3000", " ").strip()


def _decision(
    row: Mapping[str, str],
    where: str,
    known: Mapping[str, Requirement],
    plans: Mapping[str, Sequence[Requirement]],
    covered: Mapping[tuple[str, str], Coverage],
) -> Decision:
    """Return the decision of one review row, or say what is wrong with it."""
    verdict = _cell(row, "verdict").lower()
    if verdict not in VERDICTS:
        raise ReviewError(f"{where}: verdict {verdict!r} is none of {', '.join(VERDICTS)}")
    plan_id = _cell(row, "target_plan_id")
    source = _source(row, where, known)
    automatic = covered.get((source.requirement_id, plan_id))
    if automatic is None:
        raise ReviewError(f"{where}: {source.requirement_id} is not compared with {plan_id!r}")
    chosen = [part.strip() for part in _cell(row, "target_ids").replace("；", ";").split(";")]
    chosen = [part for part in chosen if part]
    if verdict in ("omitted", "not_applicable") and chosen:
        raise ReviewError(f"{where}: {verdict} and yet target_ids {';'.join(chosen)}; empty one")
    if verdict in ("carried", "partial") and not chosen:
        nearest = (automatic.nearest_id,) if automatic.nearest_id else ()
        chosen = list(automatic.target_ids or nearest)
        if not chosen:
            raise ReviewError(f"{where}: {verdict} needs target_ids; there is no candidate")
    for target in chosen:
        if target not in known or known[target].plan_id != plan_id:
            raise ReviewError(f"{where}: {target!r} is no requirement of {plan_id}")
    chosen = sorted(set(chosen))
    return Decision(
        source_id=source.requirement_id,
        source_sha256=source.text_sha256,
        target_plan_id=plan_id,
        verdict=verdict,
        target_ids=";".join(chosen),
        target_sha256=";".join(known[target].text_sha256 for target in chosen),
        target_plan_sha256=plan_fingerprint(plans.get(plan_id, ())),
        reviewer=_cell(row, "reviewer"),
        date=_cell(row, "date"),
        note=_cell(row, "note"),
    )


def _source(row: Mapping[str, str], where: str, known: Mapping[str, Requirement]) -> Requirement:
    """Return the source duty of a review row by its fingerprint, by its id if it has none."""
    name, fingerprint = _cell(row, "source_id"), _cell(row, "source_sha256")
    found = known.get(name)
    if found is not None and fingerprint in ("", found.text_sha256):
        return found
    plan = name.partition("#")[0]
    same = [r for r in known.values() if r.plan_id == plan and r.text_sha256 == fingerprint]
    if len(same) == 1:
        return same[0]
    if found is not None:
        raise ReviewError(f"{where}: the text of {name} has changed since the export; export again")
    raise ReviewError(f"{where}: unknown source_id {name!r}")
