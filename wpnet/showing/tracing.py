"""One requirement through all plans: where it may come from and what became of it."""

from __future__ import annotations

from dataclasses import dataclass

from wpnet.cascade.evidence import missing
from wpnet.corpus import Corpus
from wpnet.model import Citation, Coverage, Link, Plan, Requirement
from wpnet.showing.ledger import unit_names

#: Sentences that are shown beside the nearest one where nothing was accepted.
RIVALS = 2


@dataclass(frozen=True, slots=True)
class Step:
    """A link to or from a requirement, with the sentence at its other end."""

    link: Link
    other: Requirement
    units: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fate:
    """What one target plan does with the requirement: verdict, links, nearest sentences.

    ``missing`` are the parts of the requirement that found no partner in what is shown; ``rivals``
    are the next likely sentences that were considered and not accepted.
    """

    coverage: Coverage
    steps: tuple[Step, ...]
    nearest: Requirement | None
    missing: tuple[str, ...]
    rivals: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Trace:
    """A requirement, its plan, who answers for it, its origins and its fates."""

    requirement: Requirement
    plan: Plan
    units: tuple[str, ...]
    parents: tuple[Citation, ...]
    origins: tuple[Step, ...]
    fates: tuple[Fate, ...]


def trace(corpus: Corpus, requirement_id: str) -> Trace:
    """Follow a requirement up and down.

    ``origins`` are accepted links from higher or earlier plans, best first; ``fates`` hold one
    entry for every plan that it can cascade or evolve into, in the order of years.

    Raises :class:`~wpnet.errors.UnknownName` with the nearest ids for an unknown requirement.
    """
    requirement = corpus.requirement(requirement_id)
    years = {plan.plan_id: plan.year for plan in corpus.plans}
    fates = [_fate(corpus, row) for row in corpus.coverage_of.get(requirement_id, ())]
    return Trace(
        requirement=requirement,
        plan=corpus.plan(requirement.plan_id),
        units=unit_names(corpus, requirement_id),
        parents=tuple(
            citation
            for citation in corpus.citations
            if citation.plan_id == requirement.plan_id and citation.relation == "parent"
        ),
        origins=tuple(
            _step(corpus, link, link.source_id)
            for link in corpus.links_to.get(requirement_id, ())
            if link.status == "accepted"
        ),
        fates=tuple(
            sorted(
                fates,
                key=lambda fate: (
                    years.get(fate.coverage.target_plan_id, 0),
                    fate.coverage.target_plan_id,
                ),
            )
        ),
    )


def _step(corpus: Corpus, link: Link, other: str) -> Step:
    return Step(link, corpus.requirement(other), unit_names(corpus, other))


def _fate(corpus: Corpus, row: Coverage) -> Fate:
    links = [
        link
        for link in corpus.links_from.get(row.source_id, ())
        if link.target_id.startswith(row.target_plan_id + "#")
    ]
    accepted = [link for link in links if link.status == "accepted"]
    rivals = [
        link for link in links if link.status == "candidate" and link.target_id != row.nearest_id
    ]
    nearest = corpus.requirement_by_id.get(row.nearest_id)
    shown = [corpus.requirement(link.target_id) for link in accepted]
    if not shown and nearest is not None:
        shown = [nearest]
    return Fate(
        coverage=row,
        steps=tuple(_step(corpus, link, link.target_id) for link in accepted),
        nearest=nearest,
        missing=missing(corpus.requirement(row.source_id), shown),
        rivals=tuple(_step(corpus, link, link.target_id) for link in rivals[:RIVALS]),
    )
