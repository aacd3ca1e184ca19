"""Any two plans side by side, and how much a count of verdicts owes to a threshold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from wpnet.cascade.align import turn_of
from wpnet.cascade.comparison import Comparison
from wpnet.cascade.explain import by_place
from wpnet.cascade.rules import decide
from wpnet.cascade.scorer import load_scorer
from wpnet.cascade.shared import shared_text
from wpnet.corpus import Corpus
from wpnet.errors import WpnetError
from wpnet.model import Requirement, is_automatic
from wpnet.showing.ledger import LedgerRow, ledger

IN = ("both", "first only", "second only")


def compare(corpus: Corpus, first: str, second: str) -> pd.DataFrame:
    """Return the duties of any two held plans side by side, whatever their level and year.

    Every duty of the first stands beside the likest of the second; duties of the second that are
    in no such pair follow. ``score`` is the model's chance of a link, the mean of both directions
    (nothing flows between these plans, so that none comes first). ``in`` is ``both`` from the
    model's own threshold of a further link on, else ``first only`` or ``second only``; the likest
    sentence is given then, too.

    Raises :class:`~wpnet.errors.UnknownName` for an unknown plan and
    :class:`~wpnet.errors.WpnetError` for one without duties, or the same plan twice.
    """
    import numpy as np

    if first == second:
        raise WpnetError(f"{first} is asked to be compared with itself; name two plans")
    ones, others = _duties(corpus, first), _duties(corpus, second)
    model = load_scorer()
    there = model.link_chances(Comparison(ones, others))
    back = model.link_chances(Comparison(others, ones))
    score = np.round((there + back.T) / 2, 4)
    least = model.thresholds.extra_link
    best = score.argmax(axis=1)
    rows = [
        _row(one, others[at], score[row, at], least, 1)
        for row, (one, at) in enumerate(zip(ones, best.tolist(), strict=True))
    ]
    paired = {at for row, at in enumerate(best.tolist()) if score[row, at] >= least}
    for column, other in enumerate(others):
        if column not in paired:
            row = int(score[:, column].argmax())
            rows.append(_row(ones[row], other, score[row, column], least, 2))
    names = ["first_id", "second_id", "in", "score", "first_text", "second_text", "shared_text"]
    table = pd.DataFrame(rows, columns=names)
    table["in"] = table["in"].astype(pd.CategoricalDtype(list(IN)))
    return table


def sensitivity(
    corpus: Corpus,
    source: str,
    targets: str | Sequence[str],
    thresholds: Sequence[float] = (0.3, 0.5, 0.7),
) -> pd.DataFrame:
    """Return the shares of the verdicts where omission is said from each threshold on.

    A row for each target plan and threshold: ``carried``, ``partial``, ``omitted`` and
    ``not_applicable`` sum to 1. The threshold is one on ``p_omitted``; all else is decided by the
    rules of :func:`wpnet.cascade.rules.decide`. What a reviewer has decided stands at every
    threshold.

    Raises :class:`~wpnet.errors.UnknownName` for plans that are not compared, and
    :class:`~wpnet.errors.WpnetError` for a threshold outside 0 to 1.
    """
    wrong = [one for one in thresholds if not 0 <= one <= 1]
    if wrong or not len(thresholds):
        raise WpnetError(f"thresholds {wrong or '[]'}: numbers from 0 to 1 are needed")
    names = ["carried", "partial", "omitted", "not_applicable"]
    table = []
    for target in [targets] if isinstance(targets, str) else targets:
        rows = ledger(corpus, source, target)
        for threshold in thresholds:
            said = [_verdict(row, threshold) for row in rows]
            shares = [said.count(name) / len(said) for name in names]
            table.append([target, threshold, *shares, len(said)])
    return pd.DataFrame(table, columns=["target_plan_id", "threshold", *names, "duties"])


def _verdict(row: LedgerRow, threshold: float) -> str:
    said = row.coverage
    if not is_automatic(said.decided_by):
        return said.verdict
    limits = replace(load_scorer().thresholds, omitted=threshold)
    nearest = row.nearest.text if row.nearest is not None else ""
    turn = turn_of(row.source.text, nearest, said.nearest_score, limits)
    chances = said.p_carried, said.p_partial, said.p_omitted
    return decide([said.nearest_score], chances, limits, turn).verdict


def _duties(corpus: Corpus, plan_id: str) -> tuple[Requirement, ...]:
    corpus.plan(plan_id)
    found = [r for r in corpus.requirements if r.plan_id == plan_id and r.kind == "duty"]
    if not found:
        raise WpnetError(f"{plan_id} has no duties here: it is cited but not held, or a preamble")
    return tuple(sorted(found, key=by_place))


def _row(
    one: Requirement, other: Requirement, score: float, least: float, side: int
) -> list[object]:
    shared = shared_text(one.text, other.text)
    ids = [one.requirement_id, other.requirement_id]
    found = IN[0] if score >= least else IN[side]
    return [*ids, found, float(score), one.text, other.text, shared]
