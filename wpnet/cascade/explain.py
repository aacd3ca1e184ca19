"""Why a pair or a row got its score: a table of named features with their sentences."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from wpnet.cascade import features, verdicts
from wpnet.cascade.comparison import Comparison
from wpnet.cascade.logistic import Logistic
from wpnet.cascade.scorer import Scorer, load_scorer, pair_values, row_values
from wpnet.cascade.verdicts import Candidates
from wpnet.model import Requirement

if TYPE_CHECKING:
    from wpnet.cascade.vectors import Matrix


class Reason(NamedTuple):
    """One feature of a score.

    ``contribution`` is what the feature adds to the log-odds compared with an average pair:
    above 0 it speaks for, below 0 against. ``sentence`` says what the feature looks at.
    """

    feature: str
    value: float
    contribution: float
    sentence: str


def explain_link(
    source: Sequence[Requirement],
    target: Sequence[Requirement],
    source_id: str,
    target_id: str,
    *,
    scorer: Scorer | None = None,
) -> tuple[Reason, ...]:
    """Return why the pair got its link score, the weightiest feature first.

    ``source`` and ``target`` are all requirements of both plans: rivals are part of the reason.
    Raises ``KeyError`` when an id is no duty of its plan.
    """
    model = scorer or load_scorer()
    pair = Comparison(_duties(source), _duties(target))
    at = _index(pair.source, source_id)
    column = _index(pair.target, target_id)
    values = pair_values(pair, model.link.names)[at, column]
    return _reasons(model.link, values, features)


def explain_verdict(
    source: Sequence[Requirement],
    target: Sequence[Requirement],
    source_id: str,
    *,
    question: str = "taken_up",
    scorer: Scorer | None = None,
) -> tuple[Reason, ...]:
    """Return why a duty counts as taken up (``taken_up``) or as carried whole (``whole``)."""
    model = scorer or load_scorer()
    part = {"taken_up": model.taken_up, "whole": model.whole}[question]
    pair = Comparison(_duties(source), _duties(target))
    row = Candidates(pair, model.link_chances(pair))
    at = _index(pair.source, source_id)
    return _reasons(part, row_values(row, part.names)[at], verdicts)


def _duties(requirements: Sequence[Requirement]) -> tuple[Requirement, ...]:
    return tuple(sorted((r for r in requirements if r.kind == "duty"), key=by_place))


def by_place(requirement: Requirement) -> tuple[int, int, int, int, str]:
    """Return a sorting key that puts requirements in the order of their printed numbers."""
    r = requirement
    return (r.section_no, r.item_no, r.subitem_no, r.sentence_no, r.requirement_id)


def _index(requirements: Sequence[Requirement], requirement_id: str) -> int:
    for at, requirement in enumerate(requirements):
        if requirement.requirement_id == requirement_id:
            return at
    raise KeyError(requirement_id)


def _reasons(model: Logistic, values: Matrix, module: object) -> tuple[Reason, ...]:
    parts = model.contributions(values)
    found = [
        Reason(name, round(float(value), 4), round(float(part), 4), _sentence(module, name))
        for name, value, part in zip(model.names, values, parts, strict=True)
    ]
    return tuple(sorted(found, key=lambda reason: (-abs(reason.contribution), reason.feature)))


def _sentence(module: object, name: str) -> str:
    return (getattr(module, name).__doc__ or "").partition("\n")[0]
