"""The ledger read backwards: what a plan asks for that no plan above it asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from wpnet.corpus import Corpus
from wpnet.model import Requirement


@dataclass(frozen=True, slots=True)
class Addition:
    """A duty of a target plan that no source duty leads to, with the source that comes nearest."""

    duty: Requirement
    nearest: Requirement | None
    score: float


@dataclass(frozen=True, slots=True)
class Added:
    """The additions of a plan, and the source plans that were searched for an origin."""

    sources: tuple[str, ...]
    rows: tuple[Addition, ...]


def additions(corpus: Corpus, origins: Mapping[str, tuple[float, str]]) -> dict[str, Added]:
    """Return for every plan below another one its duties without an accepted cascade link.

    ``origins`` gives score and id of the likeliest source sentence of a duty: what was considered
    and found too little.
    """
    sources: dict[str, set[str]] = {}
    taken: set[str] = set()
    for row in corpus.coverage:
        if row.relation == "cascade":
            sources.setdefault(row.target_plan_id, set()).add(row.source_id.partition("#")[0])
            taken.update(row.target_ids)
    for link in corpus.links:
        if link.relation == "cascade" and link.status == "accepted":
            taken.add(link.target_id)
    return {
        plan_id: Added(tuple(sorted(found)), _rows(corpus, plan_id, taken, origins))
        for plan_id, found in sorted(sources.items())
    }


def _rows(
    corpus: Corpus, plan_id: str, taken: set[str], origins: Mapping[str, tuple[float, str]]
) -> tuple[Addition, ...]:
    found = []
    for entry in corpus.requirements:
        if entry.plan_id == plan_id and entry.kind == "duty" and entry.requirement_id not in taken:
            score, source = origins.get(entry.requirement_id, (0.0, ""))
            found.append(Addition(entry, corpus.requirement_by_id.get(source), score))
    return tuple(sorted(found, key=lambda addition: addition.duty.start))
