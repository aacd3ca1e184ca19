"""Align a source plan with a target plan: links, candidates with rivals, and a verdict per duty."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from wpnet.cascade.comparison import Comparison
from wpnet.cascade.explain import by_place
from wpnet.cascade.pairs import PlanPair, comparable_pairs
from wpnet.cascade.reversal import Turn, turned
from wpnet.cascade.scorer import Scorer, doubt_of, load_scorer
from wpnet.cascade.shared import likeness, may_reach, shared_text
from wpnet.cascade.verdicts import Candidates
from wpnet.model import Coverage, Link, LinkKind, LinkRole, Relation, Requirement, Verdict

__all__ = ["Alignment", "PlanPair", "align", "align_pair", "comparable_pairs"]

#: Candidates kept beside the accepted links of a row, so that rivals can be read.
RIVALS = 3
#: A candidate below this chance of a link is not worth reading (it stays ``nearest`` all the same).
LEAST_CHANCE = 0.05
#: Letter-by-letter likeness from which a link counts as verbatim: one character in ten may differ.
VERBATIM = 0.9
#: The doubt of a row whose nearest sentence cancels or weakens the duty, at least.
TURNED = 0.75


@dataclass(frozen=True, slots=True)
class Alignment:
    """What one target plan does with the duties of one source plan."""

    links: tuple[Link, ...]
    coverage: tuple[Coverage, ...]


def align(
    source: Sequence[Requirement],
    target: Sequence[Requirement],
    *,
    relation: Relation = "cascade",
    lag_years: int = 0,
    target_plan_id: str = "",
    scorer: Scorer | None = None,
) -> Alignment:
    """Look for every duty of ``source`` in ``target``.

    ``source`` and ``target`` are the requirements of one plan each, in any order; preambles are
    ignored on both sides. ``target_plan_id`` is needed only where the target has no requirement.
    ``lag_years`` must not be negative: nothing flows from a later plan to an earlier one
    (``ValueError``). Returns links (accepted, and candidates of at least 5 % chance, at most three
    a row) sorted by source and score, and one coverage row a source duty in the source's order of
    ids. Scores are chances of a link, 0 to 1.
    """
    if lag_years < 0:
        raise ValueError(f"lag_years is {lag_years}: a later text is never the source")
    duties = tuple(sorted((r for r in source if r.kind == "duty"), key=by_place))
    others = tuple(sorted((r for r in target if r.kind == "duty"), key=by_place))
    plan_id = target_plan_id or (target[0].plan_id if target else "")
    if not duties:
        return Alignment((), ())
    if not others:
        return Alignment((), tuple(_nothing(d, plan_id, relation, lag_years) for d in duties))
    return align_pair(
        Comparison(duties, others),
        scorer or load_scorer(),
        relation=relation,
        lag_years=lag_years,
        target_plan_id=plan_id,
    )


def align_pair(
    pair: Comparison,
    scorer: Scorer,
    *,
    relation: Relation = "cascade",
    lag_years: int = 0,
    target_plan_id: str,
) -> Alignment:
    """Do the same for a comparison that is already made (neither side empty, duties only)."""
    row = Candidates(pair, scorer.link_chances(pair))
    verdicts = scorer.verdict_chances(row)
    doubts = doubt_of(verdicts, scorer.thresholds.omitted).tolist()
    links: list[Link] = []
    coverage: list[Coverage] = []
    decided = zip(
        pair.source, row.chance.tolist(), row.order.tolist(), verdicts.tolist(), doubts, strict=True
    )
    for duty, chance, order, chances, doubt in decided:
        found = _Row(duty, pair.target, chance, order, scorer)
        turn = found.turn()
        verdict = decide(chances, scorer.thresholds.omitted, turn)
        doubt = max(doubt, TURNED) if turn else doubt
        accepted = found.accepted(verdict)
        links += found.links(accepted, verdict, relation)
        coverage.append(
            Coverage(
                source_id=duty.requirement_id,
                target_plan_id=target_plan_id,
                relation=relation,
                lag_years=lag_years,
                auto_verdict=verdict,
                p_carried=chances[0],
                p_partial=chances[1],
                p_omitted=chances[2],
                needs_review=doubt >= scorer.thresholds.review,
                verdict=verdict,
                target_ids=tuple(pair.target[column].requirement_id for column in accepted),
                nearest_id=pair.target[order[0]].requirement_id,
                nearest_score=chance[order[0]],
                doubt=doubt,
            )
        )
    return Alignment(tuple(links), tuple(coverage))


def _nothing(duty: Requirement, plan_id: str, relation: Relation, lag_years: int) -> Coverage:
    """Return the row of a duty where the target plan holds no duty at all."""
    return Coverage(
        source_id=duty.requirement_id,
        target_plan_id=plan_id,
        relation=relation,
        lag_years=lag_years,
        auto_verdict="omitted",
        p_carried=0.0,
        p_partial=0.0,
        p_omitted=1.0,
        needs_review=False,
        verdict="omitted",
    )


def decide(chances: Sequence[float], omitted: float, turn: Turn = "") -> Verdict:
    """Return the verdict for p_carried, p_partial, p_omitted; ``omitted`` is the threshold.

    ``turn`` says that the nearest sentence cancels or weakens the duty: then it is not carried.

    Example:
        >>> decide((0.2, 0.3, 0.5), 0.45), decide((0.5, 0.3, 0.2), 0.45)
        ('omitted', 'carried')
        >>> decide((0.9, 0.1, 0.0), 0.45, "cancelled"), decide((0.9, 0.1, 0.0), 0.45, "weakened")
        ('omitted', 'partial')
    """
    if chances[2] >= omitted or turn == "cancelled":
        return "omitted"
    return "carried" if chances[0] >= chances[1] and not turn else "partial"


class _Row(NamedTuple):
    """One source duty with the chance of a link to each target duty, likeliest columns first."""

    duty: Requirement
    target: Sequence[Requirement]
    chance: Sequence[float]
    order: Sequence[int]
    model: Scorer

    def accepted(self, verdict: Verdict) -> list[int]:
        """Return the columns that carry the duty: the likeliest, and others that are likely."""
        if verdict == "omitted":
            return []
        least = self.model.thresholds.extra_link
        further = [column for column in self.order[1:] if self.chance[column] >= least]
        return [self.order[0], *further]

    def turn(self) -> Turn:
        """Return whether the likeliest sentence, if it is likely, turns the duty round."""
        best = self.order[0]
        if self.chance[best] < self.model.thresholds.extra_link:
            return ""
        return turned(self.duty.text, self.target[best].text)

    def links(self, accepted: Sequence[int], verdict: Verdict, relation: Relation) -> list[Link]:
        """Return the accepted links and the rivals worth reading, likeliest first."""
        shown = [c for c in self.order[:RIVALS] if self.chance[c] >= LEAST_CHANCE]
        kept = [*accepted, *(column for column in shown if column not in accepted)]
        return [
            Link(
                source_id=self.duty.requirement_id,
                target_id=self.target[column].requirement_id,
                relation=relation,
                score=self.chance[column],
                kind=_kind(self.duty, self.target[column], verdict),
                status="accepted" if column in accepted else "candidate",
                shared_text=shared_text(self.duty.text, self.target[column].text),
                role=_role(column, accepted),
            )
            for column in kept
        ]


def _role(column: int, accepted: Sequence[int]) -> LinkRole:
    """Return best for the likeliest accepted target, further for the others, else nothing."""
    if column not in accepted:
        return ""
    return "best" if column == accepted[0] else "further"


def _kind(duty: Requirement, other: Requirement, verdict: Verdict) -> LinkKind:
    """Return verbatim for the same duty in nearly the same letters, else by the verdict."""
    if (
        may_reach(duty.text, other.text, VERBATIM)
        and likeness(duty.text, other.text) >= VERBATIM
        and not turned(duty.text, other.text)
    ):
        return "verbatim"
    return "adapted" if verdict == "carried" else "partial"
