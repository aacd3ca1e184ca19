"""Where the sentences of a plan come from, and what becomes of a plan's duties a year later."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from wpnet.model import Coverage, Link, Plan, Relation, Requirement

#: carried: taken over; changed: taken up in part; dropped: not found again; new: without ancestor.
Evolution = Literal["carried", "changed", "dropped", "new"]

#: Two origins whose chances differ by less are called equally likely: about the spread of a link
#: chance between refits that leave one plan out (rows of data/labels/, 2026-11-22).
CLOSE = 0.1


@dataclass(frozen=True, slots=True)
class Origin:
    """The likeliest origin of one sentence.

    ``kind`` is ``single`` (one source plan), ``several`` (about as likely from more than one) or
    ``local`` (no accepted link from any). ``source_plans`` and ``source_ids`` go from the
    likeliest to the least likely; ``score`` is the chance of the first.
    """

    target_id: str
    kind: Literal["single", "several", "local"]
    source_plans: tuple[str, ...]
    source_ids: tuple[str, ...]
    score: float


@dataclass(frozen=True, slots=True)
class EvolutionRow:
    """What became of one duty between two plans of the same issuer; one id is empty for dropped
    and new duties."""

    source_id: str
    target_ids: tuple[str, ...]
    change: Evolution


def origins(
    target: Sequence[Requirement],
    links: Iterable[Link],
    plans: Iterable[Plan],
    *,
    relations: Sequence[Relation] = ("cascade",),
) -> tuple[Origin, ...]:
    """Return the likeliest origin of every duty of one plan, in the order given.

    Only accepted links count. A link from a plan of a later year than the target's is passed over,
    whoever made it: a later text is never credited. Where an older and a newer plan of one issuer
    are about equally likely (within 0.1), both are named.
    """
    year = {plan.plan_id: plan.year for plan in plans}
    by_target: dict[str, list[Link]] = {}
    for link in links:
        if link.status == "accepted" and link.relation in relations:
            by_target.setdefault(link.target_id, []).append(link)
    return tuple(
        _origin(duty, by_target.get(duty.requirement_id, []), year)
        for duty in target
        if duty.kind == "duty"
    )


def _origin(duty: Requirement, links: Sequence[Link], year: dict[str, int]) -> Origin:
    own = year.get(duty.plan_id, 0)
    best: dict[str, Link] = {}
    for link in sorted(links, key=lambda link: (-link.score, link.source_id)):
        plan = link.source_id.partition("#")[0]
        if plan != duty.plan_id and year.get(plan, 0) <= own:
            best.setdefault(plan, link)
    if not best:
        return Origin(duty.requirement_id, "local", (), (), 0.0)
    ranked = sorted(best.items(), key=lambda item: (-item[1].score, item[0]))
    top = ranked[0][1].score
    near = [(plan, link) for plan, link in ranked if round(top - link.score, 4) < CLOSE]
    return Origin(
        target_id=duty.requirement_id,
        kind="single" if len(near) == 1 else "several",
        source_plans=tuple(plan for plan, _ in near),
        source_ids=tuple(link.source_id for _, link in near),
        score=top,
    )


def evolution(
    source: Sequence[Requirement],
    target: Sequence[Requirement],
    coverage: Iterable[Coverage],
) -> tuple[EvolutionRow, ...]:
    """Return what became of each duty of ``source`` in the later plan ``target``.

    Rows for the source's duties come first (carried, changed, dropped by the verdict that stands),
    then the duties of the target that no source duty was accepted for (new). A duty that a
    reviewer called ``not_applicable`` is dropped: it is not there any more.
    """
    plans = {duty.plan_id for duty in target}
    rows = {
        row.source_id: row
        for row in coverage
        if row.relation == "evolution" and row.target_plan_id in plans
    }
    found: list[EvolutionRow] = []
    used: set[str] = set()
    names: dict[str, Evolution] = {"carried": "carried", "partial": "changed"}
    for duty in source:
        row = rows.get(duty.requirement_id)
        if duty.kind != "duty" or row is None:
            continue
        found.append(
            EvolutionRow(duty.requirement_id, row.target_ids, names.get(row.verdict, "dropped"))
        )
        used.update(row.target_ids)
    found.extend(
        EvolutionRow("", (duty.requirement_id,), "new")
        for duty in target
        if duty.kind == "duty" and duty.requirement_id not in used
    )
    return tuple(found)
