"""Tables behind the validation: reliability, precision against recall, errors to read.

All of them take what was found with the tested plan left out (:func:`left_out`), so that no figure
shows how well the model knows its own training rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from wpnet.cascade.align import Alignment, align_pair
from wpnet.cascade.fitting import Label, fit_scorer, labelled_pairs
from wpnet.model import Coverage, Link, Requirement

if TYPE_CHECKING:
    import pandas as pd

VERDICTS = ("carried", "partial", "omitted")


def left_out(
    gold_rows: Sequence[Label],
    requirements: Mapping[str, Sequence[Requirement]],
    *,
    more_rows: Sequence[Label] = (),
) -> Alignment:
    """Return links and coverage of the labelled plan pairs, each from a model that has not seen
    any labelled row in which the pair's target plan is source or target.

    Every duty of a labelled pair is covered, labelled or not. ``requirements`` maps plan ids to
    requirements; ``more_rows`` are learnt from as well.
    """
    links: list[Link] = []
    coverage: list[Coverage] = []
    for plan in sorted({label.target_plan_id for label in gold_rows}):
        training = [
            label
            for label in (*gold_rows, *more_rows)
            if plan not in (label.source_plan_id, label.target_plan_id)
        ]
        scorer = fit_scorer(labelled_pairs(training, requirements))
        tested = [label for label in gold_rows if label.target_plan_id == plan]
        for held in labelled_pairs(tested, requirements):
            aligned = align_pair(held.pair, scorer, target_plan_id=plan)
            links.extend(aligned.links)
            coverage.extend(aligned.coverage)
    return Alignment(tuple(links), tuple(coverage))


def reliability(
    gold_rows: Sequence[Label], coverage: Iterable[Coverage], *, bins: int = 5
) -> pd.DataFrame:
    """Return how often a verdict is right where its chance was said to be so high.

    Columns: verdict, low, high (the chances in this bin), said (their mean), seen (the share of
    rows with that verdict), rows. Well calibrated means that said and seen agree.
    """
    import pandas as pd

    chance_of = {
        (row.source_id, row.target_plan_id): (row.p_carried, row.p_partial, row.p_omitted)
        for row in coverage
    }
    table = []
    for at, verdict in enumerate(VERDICTS):
        pairs = [
            (chance_of[label.source_id, label.target_plan_id][at], label.verdict == verdict)
            for label in gold_rows
            if (label.source_id, label.target_plan_id) in chance_of
        ]
        for number in range(bins):
            low, high = number / bins, (number + 1) / bins
            last = number == bins - 1
            inside = [p for p in pairs if low <= p[0] < high or (last and p[0] == high)]
            if inside:
                said = sum(p[0] for p in inside) / len(inside)
                seen = sum(p[1] for p in inside) / len(inside)
                table.append((verdict, low, high, round(said, 4), round(seen, 4), len(inside)))
    return pd.DataFrame(table, columns=["verdict", "low", "high", "said", "seen", "rows"])


def precision_recall(gold_rows: Sequence[Label], links: Iterable[Link]) -> pd.DataFrame:
    """Return precision and recall of links for every score at which one could cut.

    Columns: score, precision, recall, and true (whether the link at this score is a labelled
    one), from the highest score down. Links of unlabelled duties are left out.
    """
    import pandas as pd

    wanted = {(x.source_id, target) for x in gold_rows for target in x.target_ids}
    asked = {(x.source_id, x.target_plan_id) for x in gold_rows}
    ranked = sorted(
        (
            (link.score, (link.source_id, link.target_id) in wanted)
            for link in links
            if (link.source_id, link.target_id.partition("#")[0]) in asked
        ),
        key=lambda pair: (-pair[0], not pair[1]),
    )
    found, table = 0, []
    for seen, (score, true) in enumerate(ranked, start=1):
        found += true
        table.append((score, found / seen, found / max(1, len(wanted)), true))
    return pd.DataFrame(table, columns=["score", "precision", "recall", "true"])


def errors(
    gold_rows: Sequence[Label],
    coverage: Iterable[Coverage],
    requirements: Mapping[str, Sequence[Requirement]],
) -> pd.DataFrame:
    """Return the rows with a wrong verdict, the surest errors first, with the texts to read.

    Columns: source_id, target_plan_id, label, said, sure (the chance of the verdict given),
    needs_review, text, labelled_text, nearest_text.
    """
    import pandas as pd

    known = {r.requirement_id: r.text for plan in requirements.values() for r in plan}
    row_of = {(row.source_id, row.target_plan_id): row for row in coverage}
    table: list[dict[str, Any]] = []
    for label in gold_rows:
        row = row_of.get((label.source_id, label.target_plan_id))
        if row is None or row.auto_verdict == label.verdict:
            continue
        chances = dict(zip(VERDICTS, (row.p_carried, row.p_partial, row.p_omitted), strict=True))
        table.append(
            {
                "source_id": label.source_id,
                "target_plan_id": label.target_plan_id,
                "label": label.verdict,
                "said": row.auto_verdict,
                "sure": chances[row.auto_verdict],
                "needs_review": row.needs_review,
                "text": known[label.source_id],
                "labelled_text": " | ".join(known[target] for target in label.target_ids),
                "nearest_text": known.get(row.nearest_id, ""),
            }
        )
    table.sort(key=lambda entry: (-entry["sure"], entry["source_id"], entry["target_plan_id"]))
    columns = (
        "source_id target_plan_id label said sure needs_review text labelled_text nearest_text"
    )
    return pd.DataFrame(table, columns=columns.split())
