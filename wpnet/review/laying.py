"""Decisions laid over automatic links and coverage."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from wpnet.model import Coverage, Link, LinkKind, Relation, Requirement
from wpnet.review.decisions import PERSON, Decision, Texts
from wpnet.review.standing import Opinion, standing


@dataclass(frozen=True, slots=True)
class Suspect:
    """A decision that no longer fits the texts, and why."""

    decision: Decision
    reason: str


@dataclass(frozen=True, slots=True)
class Dispute:
    """A row on which people differ: the first decision stands until they agree."""

    source_id: str
    target_plan_id: str
    decisions: tuple[Decision, ...]


@dataclass(frozen=True, slots=True)
class Reviewed:
    """Links and coverage after the decisions, and what of the decisions asks for another look."""

    links: tuple[Link, ...]
    coverage: tuple[Coverage, ...]
    suspects: tuple[Suspect, ...]
    disputes: tuple[Dispute, ...] = ()


def apply_decisions(
    decisions: Iterable[Decision],
    links: Sequence[Link],
    coverage: Sequence[Coverage],
    requirements: Iterable[Requirement],
) -> Reviewed:
    """Lay decisions over automatic links and coverage.

    A decided row gets ``verdict`` and ``target_ids`` of the decision and who ``decided_by``, and
    keeps its ``auto_verdict``; its other links become ``rejected``. A decision whose source text,
    chosen target text or (for an omission) target plan has changed leaves the automatic verdict
    standing, marks the row ``needs_review`` and its links ``suspect``; so does one about plans that
    are not there at all. A row on which people differ is ``needs_review``, too. Nothing is dropped
    in silence.
    """
    rows = {(row.source_id, row.target_plan_id): row for row in coverage}
    by_pair: dict[tuple[str, str], dict[str, Link]] = {}
    for link in links:
        pair = (link.source_id, link.target_id.partition("#")[0])
        by_pair.setdefault(pair, {})[link.target_id] = link
    suspects: dict[tuple[Decision, str], None] = {}
    disputes = []
    for key, found in standing(decisions, Texts(requirements)).items():
        one = found.rules()
        if one is None:
            continue
        row = rows.get(key)
        if row is None or one.suspect:
            reason = one.suspect or "the two plans are not compared any more"
            suspects[one.decision, reason] = None
        if row is None:
            continue
        differing = found.differing()
        if differing:
            disputes.append(Dispute(*key, tuple(entry.decision for entry in differing)))
        rows[key] = _decided(row, one, disputed=bool(differing))
        _decide_links(by_pair.setdefault(key, {}), row, one)
    kept = [link for found in by_pair.values() for link in found.values()]
    return Reviewed(
        links=tuple(sorted(kept, key=lambda x: (x.source_id, -x.score, x.target_id))),
        coverage=tuple(rows[row.source_id, row.target_plan_id] for row in coverage),
        suspects=tuple(Suspect(decision, reason) for decision, reason in suspects),
        disputes=tuple(disputes),
    )


def _decided(row: Coverage, one: Opinion, *, disputed: bool) -> Coverage:
    if one.suspect or one.decision.verdict == "withdrawn":
        return replace(row, needs_review=True)
    return replace(
        row,
        verdict=one.decision.verdict,
        decided_by=one.decision.decided_by,
        target_ids=one.targets,
        needs_review=disputed
        or (one.decision.decided_by != PERSON and one.decision.verdict != row.auto_verdict),
    )


def _decide_links(kept: dict[str, Link], row: Coverage, one: Opinion) -> None:
    """Change the links of one row in place: chosen ones accepted (or suspect), others rejected."""
    kind: LinkKind = "adapted" if one.decision.verdict == "carried" else "partial"
    by = one.decision.decided_by
    for target in kept:
        if target not in one.targets and not one.suspect:
            kept[target] = replace(kept[target], status="rejected", decided_by=by)
    for target in one.targets:
        relation: Relation = row.relation
        link = kept.get(target) or Link(row.source_id, target, relation, 0.0, kind, "accepted")
        if one.suspect:
            kept[target] = replace(link, status="suspect", decided_by=by)
        else:
            final: LinkKind = "verbatim" if link.kind == "verbatim" else kind
            kept[target] = replace(link, status="accepted", decided_by=by, kind=final)
