"""By which rules chances become verdicts and links."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from wpnet.cascade.reversal import Turn
from wpnet.model import Verdict

#: What being unsure about an omission adds to the doubt about the verdict: people act on
#: omissions, so a minute spent there is worth more. Of 0 and 0.3, 0.3 leaves fewer errors after
#: review on both labelled sets (plan left out, 2026-11-22).
OMISSION_DOUBT = 0.3
#: What a doubt about the degree alone (carried or partial) weighs beside one about an omission.
#: With the threshold ``fitting.REVIEW`` .93 of the labelled real rows are right after review.
DEGREE_DOUBT = 0.75
#: The doubt of a row whose nearest sentence cancels or weakens the duty, at least.
TURNED = 0.75


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Where a chance becomes a decision.

    Those of the shipped model were set on the training rows that its weights name:
    ``wpnet.cascade.scorer.load_scorer().thresholds``.

    Args:
        omitted: chance of omission from which a duty counts as left out.
        extra_link: chance of a link from which a sentence beside the likeliest is a link, too.
        review: doubt from which a person should look.
    """

    omitted: float
    extra_link: float
    review: float


class Decided(NamedTuple):
    """What one target plan does with one duty; ``accepted`` are places in the row of links."""

    verdict: Verdict
    accepted: tuple[int, ...]
    doubt: float
    needs_review: bool


def decide(
    links: Sequence[float],
    verdicts: Sequence[float],
    thresholds: Thresholds | None = None,
    turn: Turn = "",
) -> Decided:
    """Decide what a target plan does with a duty, and by which of its sentences.

    The rules, in order:

    1. *Omitted* where ``p_omitted`` reaches ``thresholds.omitted``, or where the likeliest
       sentence cancels the duty (``turn`` is ``cancelled``).
    2. Else *carried* where ``p_carried`` is at least ``p_partial`` and the likeliest sentence does
       not weaken the duty (``turn`` is ``weakened``); else *partial*.
    3. An omission has no accepted link. Else the likeliest sentence is one, whatever its chance
       (the ``best``), and so is each other whose chance reaches ``thresholds.extra_link``
       (``further``).
    4. Doubt is one minus the chance of the likeliest verdict, plus up to .3 where the omission is
       an even bet; where ``p_omitted`` is below its threshold only the degree is in doubt, and it
       counts three quarters. A duty that is turned round is in doubt by .75 at least.
    5. A person should look where doubt reaches ``thresholds.review``. There is no quota.

    Reviewers' decisions are laid over this afterwards and win.

    Args:
        links: the chance of a link of every sentence of the target plan.
        verdicts: ``p_carried``, ``p_partial``, ``p_omitted``.
        thresholds: where a chance becomes a decision; by default those of the shipped model.
        turn: whether the likeliest sentence, where its chance reaches ``extra_link``, turns the
            duty round: ``cancelled``, ``weakened`` or nothing.

    Example:
        >>> limits = Thresholds(omitted=0.45, extra_link=0.6, review=0.5)
        >>> decide([0.1, 0.7, 0.9], [0.5, 0.3, 0.2], limits)
        Decided(verdict='carried', accepted=(2, 1), doubt=0.465, needs_review=False)
        >>> decide([0.1, 0.3, 0.2], [0.2, 0.3, 0.5], limits).verdict
        'omitted'
        >>> decide([0.9], [0.9, 0.1, 0.0], limits, "weakened")[:2]
        ('partial', (0,))
    """
    if thresholds is None:
        from wpnet.cascade.scorer import load_scorer

        thresholds = load_scorer().thresholds
    carried, partial, omitted = verdicts
    verdict: Verdict = "carried" if carried >= partial and not turn else "partial"
    if omitted >= thresholds.omitted or turn == "cancelled":
        verdict = "omitted"
    doubt = doubt_of(verdicts, thresholds.omitted)
    doubt = max(doubt, TURNED) if turn else doubt
    accepted: tuple[int, ...] = ()
    if verdict != "omitted":
        best, *others = order_of(links)
        accepted = (best, *(at for at in others if links[at] >= thresholds.extra_link))
    return Decided(verdict, accepted, doubt, doubt >= thresholds.review)


def order_of(links: Sequence[float]) -> list[int]:
    """Return the places of chances from the likeliest on, ties in their order."""
    return sorted(range(len(links)), key=lambda at: -links[at])


def doubt_of(verdicts: Sequence[float], omitted: float) -> float:
    """Return how doubtful a row is (0 to 1, 4 decimals): rule 4 of :func:`decide`."""
    even = 1.0 - abs(2.0 * verdicts[2] - 1.0)
    doubt = min(1.0 - max(verdicts) + OMISSION_DOUBT * even, 1.0)
    return round((DEGREE_DOUBT * doubt if verdicts[2] < omitted else doubt) * 1e4) / 1e4
