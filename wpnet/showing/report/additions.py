"""The ledger read backwards: what a plan asks for that no plan above it asked for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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
    taken = {
        target for row in corpus.coverage if row.relation == "cascade" for target in row.target_ids
    }
    for link in corpus.links:
        if link.relation == "cascade" and link.status == "accepted":
            taken.add(link.target_id)
    left: dict[str, list[Requirement]] = {}
    for entry in corpus.requirements:
        if entry.kind == "duty" and entry.requirement_id not in taken:
            left.setdefault(entry.plan_id, []).append(entry)
    return {
        plan_id: Added(sources, _rows(corpus, left.get(plan_id, ()), origins))
        for plan_id, sources in sorted(corpus.sources_of.items())
    }


def _rows(
    corpus: Corpus, left: Iterable[Requirement], origins: Mapping[str, tuple[float, str]]
) -> tuple[Addition, ...]:
    found = []
    for entry in left:
        score, source = origins.get(entry.requirement_id, (0.0, ""))
        found.append(Addition(entry, corpus.requirement_by_id.get(source), score))
    return tuple(sorted(found, key=lambda addition: addition.duty.start))


def linked_origins(corpus: Corpus) -> dict[str, tuple[float, str]]:
    """Return score and id of the likeliest source of every target duty, as the links know it.

    Only sentences that were considered as candidates have a link; for corpora in which nobody can
    score all pairs again.
    """
    origins: dict[str, tuple[float, str]] = {}
    for link in corpus.links:
        if link.relation == "cascade":
            best = origins.get(link.target_id, (-1.0, ""))
            if (link.score, link.source_id) > best:
                origins[link.target_id] = link.score, link.source_id
    return origins
