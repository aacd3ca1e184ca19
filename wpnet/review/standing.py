"""What stands: of all that was ever decided about a row, the verdict that counts, and who differs.

Of one person the last word counts. Where people differ nobody is overruled: the one who spoke first
stands, the row is marked for review, and both are named, until one of them changes or withdraws. A
language model counts only where no person has spoken.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from wpnet.review.decisions import PERSON, Decision, RowKey, Texts, sources_of, targets_of


@dataclass(frozen=True, slots=True)
class Opinion:
    """A decision as it reads today: the ids it means, and why it is suspect (or nothing)."""

    decision: Decision
    targets: tuple[str, ...]
    suspect: str

    @property
    def verdict(self) -> tuple[str, tuple[str, ...]]:
        """Return what it says of the row, to be compared with others."""
        return self.decision.verdict, tuple(sorted(self.targets))


@dataclass(slots=True)
class Standing:
    """The opinions about one row, by who holds them, in the order in which they were given."""

    opinions: dict[str, Opinion] = field(default_factory=dict)

    def take(self, opinion: Opinion) -> None:
        """Add the last word of a decider; a withdrawal takes back what he has said."""
        self.opinions.pop(opinion.decision.who, None)
        if opinion.decision.verdict != "withdrawn":
            self.opinions[opinion.decision.who] = opinion

    def ruling(self) -> list[Opinion]:
        """Return the opinions that count: of people if there are any, sound ones if there are."""
        found = list(self.opinions.values())
        for better in (lambda o: o.decision.decided_by == PERSON, lambda o: not o.suspect):
            found = _if_any(better, found)
        return found

    def rules(self) -> Opinion | None:
        """Return the opinion that stands, by the last named person who holds it."""
        ruling = self.ruling()
        if not ruling:
            return None
        agreeing = [one for one in ruling if one.verdict == ruling[0].verdict]
        return _if_any(lambda one: bool(one.decision.reviewer), agreeing)[-1]

    def differing(self) -> list[Opinion]:
        """Return one opinion for each verdict on the row, where there are several."""
        by_verdict = {one.verdict: one for one in reversed(self.ruling())}
        return list(reversed(by_verdict.values())) if len(by_verdict) > 1 else []


def _if_any(wanted: Callable[[Opinion], bool], found: list[Opinion]) -> list[Opinion]:
    return [one for one in found if wanted(one)] or found


def standing(decisions: Iterable[Decision], texts: Texts) -> dict[RowKey, Standing]:
    """Return what stands about every row that was ever decided."""
    found: dict[RowKey, Standing] = {}
    for decision in decisions:
        sources, reason = sources_of(decision, texts)
        targets, why = targets_of(decision, texts)
        opinion = Opinion(decision, targets, reason or why)
        for source in sources:
            found.setdefault((source, decision.target_plan_id), Standing()).take(opinion)
    return found


def rulings(decisions: Iterable[Decision], texts: Texts) -> dict[RowKey, Decision]:
    """Return the decision that stands for every row that has a sound one: who, when, why.

    Example:
        >>> rulings((), Texts(()))
        {}
    """
    ruling = {key: row.rules() for key, row in standing(decisions, texts).items()}
    return {key: one.decision for key, one in ruling.items() if one is not None and not one.suspect}
