"""Align a source plan with a target plan: links, candidates with rivals, and a verdict per duty."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from wpnet.cascade.comparison import Comparison
from wpnet.cascade.explain import by_place
from wpnet.cascade.pairs import PlanPair, comparable_pairs
from wpnet.cascade.reversal import Turn, turned
from wpnet.cascade.rules import Decided, Thresholds, decide
from wpnet.cascade.scorer import Model, load_scorer
from wpnet.cascade.shared import likeness, may_reach, shared_text
from wpnet.cascade.verdicts import Candidates
from wpnet.model import AUTO, Coverage, Link, LinkKind, LinkRole, Relation, Requirement, Verdict

__all__ = ["Alignment", "PlanPair", "align", "align_pair", "comparable_pairs"]

#: Candidates kept beside the accepted links of a row, so that rivals can be read.
RIVALS = 3
#: A candidate below this chance of a link is not worth reading (it stays ``nearest`` all the same).
LEAST_CHANCE = 0.05
#: Letter-by-letter likeness from which a link counts as verbatim: one character in ten may differ.
VERBATIM = 0.9


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
    scorer: Model | None = None,
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
        by = scorer.decided_by if scorer else AUTO
        empty = (_nothing(duty, plan_id, relation, lag_years, by) for duty in duties)
        return Alignment((), tuple(empty))
    return align_pair(
        Comparison(duties, others),
        scorer or load_scorer(),
        relation=relation,
        lag_years=lag_years,
        target_plan_id=plan_id,
    )


def align_pair(
    pair: Comparison,
    scorer: Model,
    *,
    relation: Relation = "cascade",
    lag_years: int = 0,
    target_plan_id: str,
) -> Alignment:
    """Do the same for a comparison that is already made (neither side empty, duties only)."""
    row = Candidates(pair, scorer.link_chances(pair))
    verdicts = scorer.verdict_chances(row)
    limits, by = scorer.thresholds, scorer.decided_by
    links: list[Link] = []
    coverage: list[Coverage] = []
    rows = zip(pair.source, row.chance.tolist(), row.order.tolist(), verdicts.tolist(), strict=True)
    for duty, chance, order, chances in rows:
        best = pair.target[order[0]]
        turn = turn_of(duty.text, best.text, chance[order[0]], limits)
        said = decide(chance, chances, limits, turn)
        links += _links(duty, pair.target, chance, order, said, relation, by)
        coverage.append(
            Coverage(
                source_id=duty.requirement_id,
                target_plan_id=target_plan_id,
                relation=relation,
                lag_years=lag_years,
                auto_verdict=said.verdict,
                p_carried=chances[0],
                p_partial=chances[1],
                p_omitted=chances[2],
                needs_review=said.needs_review,
                verdict=said.verdict,
                decided_by=by,
                target_ids=tuple(pair.target[column].requirement_id for column in said.accepted),
                nearest_id=best.requirement_id,
                nearest_score=chance[order[0]],
                doubt=said.doubt,
            )
        )
    return Alignment(tuple(links), tuple(coverage))


def turn_of(source: str, nearest: str, chance: float, limits: Thresholds) -> Turn:
    """Return whether the likeliest sentence, if it is likely, turns the duty round."""
    return turned(source, nearest) if chance >= limits.extra_link else ""


def _nothing(
    duty: Requirement, plan_id: str, relation: Relation, lag_years: int, by: str
) -> Coverage:
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
        decided_by=by,
    )


def _links(
    duty: Requirement,
    target: Sequence[Requirement],
    chance: Sequence[float],
    order: Sequence[int],
    said: Decided,
    relation: Relation,
    by: str,
) -> list[Link]:
    """Return the accepted links and the rivals worth reading, likeliest first."""
    shown = [column for column in order[:RIVALS] if chance[column] >= LEAST_CHANCE]
    kept = [*said.accepted, *(column for column in shown if column not in said.accepted)]
    return [
        Link(
            source_id=duty.requirement_id,
            target_id=target[column].requirement_id,
            relation=relation,
            score=chance[column],
            kind=_kind(duty, target[column], said.verdict),
            status="accepted" if column in said.accepted else "candidate",
            shared_text=shared_text(duty.text, target[column].text),
            role=_role(column, said.accepted),
            decided_by=by,
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
