"""A set of plans with everything known of them, and the ways to look things up in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar

from wpnet.errors import UnknownName
from wpnet.model import (
    AUTO,
    Assignment,
    AuditSpan,
    Citation,
    Coverage,
    LeftOut,
    Link,
    Plan,
    Requirement,
    Unit,
    is_automatic,
)

Record = TypeVar("Record")


@dataclass(frozen=True, repr=False)
class Corpus:
    """Everything known of a set of plans: the records of all tables and the normalised texts."""

    plans: tuple[Plan, ...] = ()
    requirements: tuple[Requirement, ...] = ()
    assignments: tuple[Assignment, ...] = ()
    units: tuple[Unit, ...] = ()
    citations: tuple[Citation, ...] = ()
    links: tuple[Link, ...] = ()
    coverage: tuple[Coverage, ...] = ()
    audit: tuple[AuditSpan, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    texts: Mapping[str, str] = field(default_factory=dict)

    def __repr__(self) -> str:
        counts = [
            self._plans_counted(),
            f"{sum(entry.kind == 'duty' for entry in self.requirements)} duties",
            f"{len(self.units)} units",
            f"{sum(link.status == 'accepted' for link in self.links)} accepted links",
            f"{len(self.coverage)} verdicts",
            f"{sum(not is_automatic(row.decided_by) for row in self.coverage)} reviewed",
        ]
        return f"<Corpus {' · '.join(counts)}>"

    def _plans_counted(self) -> str:
        held = f"{len(self.plans) - len(self.not_held)} plans"
        return f"{held} ({len(self.not_held)} cited, not held)" if self.not_held else held

    @cached_property
    def plan_by_id(self) -> dict[str, Plan]:
        return {plan.plan_id: plan for plan in self.plans}

    @cached_property
    def requirement_by_id(self) -> dict[str, Requirement]:
        return {entry.requirement_id: entry for entry in self.requirements}

    @cached_property
    def requirements_of(self) -> dict[str, tuple[Requirement, ...]]:
        """The requirements of every plan, in their order."""
        found: dict[str, list[Requirement]] = {plan.plan_id: [] for plan in self.plans}
        for entry in self.requirements:
            found.setdefault(entry.plan_id, []).append(entry)
        return {plan_id: tuple(entries) for plan_id, entries in found.items()}

    @cached_property
    def units_of(self) -> dict[str, tuple[Assignment, ...]]:
        """The effective assignments of every requirement that has any."""
        found: dict[str, list[Assignment]] = {}
        for entry in self.assignments:
            if entry.effective:
                found.setdefault(entry.requirement_id, []).append(entry)
        return {key: tuple(entries) for key, entries in found.items()}

    @cached_property
    def links_from(self) -> dict[str, tuple[Link, ...]]:
        """The links that leave a requirement, best first."""
        return _grouped(self.links, "source_id")

    @cached_property
    def links_between(self) -> dict[tuple[str, str], list[Link]]:
        """The links that leave a requirement for a plan, best first, by requirement and plan id."""
        found: dict[tuple[str, str], list[Link]] = {}
        for source, links in self.links_from.items():
            for link in links:
                found.setdefault((source, link.target_id.partition("#")[0]), []).append(link)
        return found

    @cached_property
    def links_to(self) -> dict[str, tuple[Link, ...]]:
        """The links that reach a requirement, best first."""
        return _grouped(self.links, "target_id")

    @cached_property
    def coverage_of(self) -> dict[str, tuple[Coverage, ...]]:
        """What every target plan does with a duty."""
        found: dict[str, list[Coverage]] = {}
        for row in self.coverage:
            found.setdefault(row.source_id, []).append(row)
        return {key: tuple(rows) for key, rows in found.items()}

    @cached_property
    def coverage_between(self) -> dict[tuple[str, str], tuple[Coverage, ...]]:
        """The verdicts of every pair of plans that was compared: source plan, target plan."""
        found: dict[tuple[str, str], list[Coverage]] = {}
        for row in self.coverage:
            pair = row.source_id.partition("#")[0], row.target_plan_id
            found.setdefault(pair, []).append(row)
        return {pair: tuple(rows) for pair, rows in found.items()}

    @cached_property
    def sources_of(self) -> dict[str, tuple[str, ...]]:
        """The plans that cascade into a plan, sorted."""
        found: dict[str, list[str]] = {}
        for (source, target), rows in sorted(self.coverage_between.items()):
            if any(row.relation == "cascade" for row in rows):
                found.setdefault(target, []).append(source)
        return {target: tuple(sources) for target, sources in found.items()}

    @cached_property
    def citations_of(self) -> dict[str, tuple[Citation, ...]]:
        """The documents that a plan names."""
        found: dict[str, list[Citation]] = {}
        for entry in self.citations:
            found.setdefault(entry.plan_id, []).append(entry)
        return {plan_id: tuple(entries) for plan_id, entries in found.items()}

    @cached_property
    def not_held(self) -> tuple[Plan, ...]:
        """The plans that are cited or listed, but not held."""
        return tuple(plan for plan in self.plans if not plan.held)

    @cached_property
    def own_scorers(self) -> tuple[str, ...]:
        """What verdicts are signed with that a scorer of the user's own has given."""
        signed = {row.decided_by for row in self.coverage}
        return tuple(sorted(by for by in signed if is_automatic(by) and by != AUTO))

    def plan(self, plan_id: str) -> Plan:
        """Return a plan, or raise :class:`~wpnet.errors.UnknownName` with the nearest ids."""
        return _lookup(self.plan_by_id, plan_id, "plan")

    def requirement(self, requirement_id: str) -> Requirement:
        """Return a requirement, or raise :class:`~wpnet.errors.UnknownName` with near ids."""
        return _lookup(self.requirement_by_id, requirement_id, "requirement")


def _grouped(links: Sequence[Link], end: str) -> dict[str, tuple[Link, ...]]:
    found: dict[str, list[Link]] = {}
    for link in links:
        found.setdefault(getattr(link, end), []).append(link)
    return {
        key: tuple(sorted(group, key=lambda link: (-link.score, link.source_id, link.target_id)))
        for key, group in found.items()
    }


def _lookup(records: Mapping[str, Record], key: str, kind: str) -> Record:
    if key in records:
        return records[key]
    import difflib

    near = difflib.get_close_matches(key, sorted(records), n=3, cutoff=0.5)
    hint = (
        f"did you mean {', '.join(near)}?" if near else f"known: {', '.join(sorted(records)[:8])}"
    )
    raise UnknownName(f"no {kind} {key!r} in the corpus; {hint}")
