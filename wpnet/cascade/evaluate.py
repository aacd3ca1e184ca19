"""Measure links and verdicts against labelled rows, with bootstrap intervals.

The unit is the labelled row: one source sentence against one target plan. Link figures count
(source, target) pairs over all rows, omission figures count rows. Intervals resample rows
(percentile bootstrap, Efron 1979), with a fixed seed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING, Any, NamedTuple

from wpnet.cascade.labels import VERDICTS, Label, settled
from wpnet.errors import CorpusError
from wpnet.model import Coverage, Link, is_automatic

if TYPE_CHECKING:
    import pandas as pd

#: Resamples of a bootstrap interval and the seed that makes them the same every time.
RESAMPLES = 1000
SEED = 20261122


class Figure(NamedTuple):
    """A measured share with its 95 % interval, all 0 to 1."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:.2f} [{self.low:.2f}, {self.high:.2f}]"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a method says about one labelled row; ``ranking`` holds candidates as (id, score)."""

    verdict: str
    target_ids: tuple[str, ...]
    needs_review: bool = False
    ranking: tuple[tuple[str, float], ...] = ()
    doubt: float = 0.0


@dataclass(frozen=True, slots=True, repr=False)
class Evaluation:
    """The figures of one method on one set of labelled rows.

    ``overall`` and each value of ``by_target`` map a figure's name to a :class:`Figure`;
    ``by_verdict`` maps the label's verdict to the counts of the verdicts given.
    """

    rows: int
    overall: Mapping[str, Figure]
    by_target: Mapping[str, Mapping[str, Figure]]
    by_verdict: Mapping[str, Mapping[str, int]]
    missing: tuple[tuple[str, str], ...] = field(default=())

    def __repr__(self) -> str:
        shown = " · ".join(f"{name} {figure.value:.2f}" for name, figure in self.overall.items())
        return f"<Evaluation {self.rows} rows · {shown}>"

    def _repr_html_(self) -> str:
        return f"<p>{escape(repr(self).strip('<>'))}</p>{self.table().to_html(index=False)}"

    def as_dict(self) -> dict[str, Any]:
        """Return plain dictionaries and lists, ready for JSON."""
        return {
            "rows": self.rows,
            "overall": {name: list(figure) for name, figure in self.overall.items()},
            "by_target": {
                plan: {name: list(figure) for name, figure in figures.items()}
                for plan, figures in self.by_target.items()
            },
            "by_verdict": {verdict: dict(row) for verdict, row in self.by_verdict.items()},
            "missing": [list(key) for key in self.missing],
        }

    def table(self) -> pd.DataFrame:
        """Return one row a figure: all rows, then each target plan, then the rows a verdict."""
        import pandas as pd

        blocks = [("all", self.overall), *sorted(self.by_target.items())]
        rows = [
            {"rows": scope, "figure": name, **figure._asdict()}
            for scope, figures in blocks
            for name, figure in figures.items()
        ]
        return pd.DataFrame(rows, columns=["rows", "figure", "value", "low", "high"])

    def confusion(self) -> pd.DataFrame:
        """Return the verdicts of the label (rows) against those given (columns)."""
        import pandas as pd

        return pd.DataFrame(
            [[self.by_verdict[true][said] for said in VERDICTS] for true in VERDICTS],
            index=pd.Index(VERDICTS, name="label"),
            columns=list(VERDICTS),
        )


def evaluate(
    gold_rows: Sequence[Label], links: Iterable[Link], coverage: Iterable[Coverage]
) -> Evaluation:
    """Compare links and coverage with labelled rows.

    The automatic side is judged (``auto_verdict``, links decided by ``auto``), also where a person
    has decided since. Labelled rows without a coverage row are counted as ``missing`` and judged
    as omitted without a link. Verdict ``not_applicable`` never occurs on the automatic side.
    """
    return judge(gold_rows, answers_from(links, coverage))


def evaluate_labels(
    labels: Sequence[Label], links: Iterable[Link], coverage: Sequence[Coverage], name: str
) -> Evaluation:
    """Compare links and coverage with labelled rows, those aside that readers did not settle.

    Raises :class:`~wpnet.errors.CorpusError`, which calls the rows by ``name``, where none is about
    a pair of plans that was compared.
    """
    pairs = {(row.source_id.partition("#")[0], row.target_plan_id) for row in coverage}
    if not any((label.source_plan_id, label.target_plan_id) in pairs for label in labels):
        raise CorpusError(f"{name}: no row is about plans that are compared in this corpus")
    return evaluate(settled(labels), links, coverage)


def answers_from(
    links: Iterable[Link], coverage: Iterable[Coverage]
) -> dict[tuple[str, str], Answer]:
    """Return what the automatic side says, keyed by (source id, target plan id)."""
    ranked: dict[tuple[str, str], list[tuple[str, float]]] = {}
    accepted: dict[tuple[str, str], list[str]] = {}
    for link in links:
        key = (link.source_id, link.target_id.partition("#")[0])
        ranked.setdefault(key, []).append((link.target_id, link.score))
        if link.status == "accepted" and is_automatic(link.decided_by):
            accepted.setdefault(key, []).append(link.target_id)
    answers: dict[tuple[str, str], Answer] = {}
    for row in coverage:
        key = (row.source_id, row.target_plan_id)
        found = ranked.get(key, [])
        if row.nearest_id and row.nearest_id not in {name for name, _ in found}:
            found = [*found, (row.nearest_id, row.nearest_score)]
        answers[key] = Answer(
            row.auto_verdict,
            tuple(accepted.get(key, ())),
            row.needs_review,
            tuple(found),
            row.doubt,
        )
    return answers


def judge(gold_rows: Sequence[Label], answers: Mapping[tuple[str, str], Answer]) -> Evaluation:
    """Compare answers, keyed by (source id, target plan id), with labelled rows."""
    nothing = Answer("omitted", ())
    rows = [
        (label, answers.get((label.source_id, label.target_plan_id), nothing))
        for label in gold_rows
    ]
    missing = tuple(
        (label.source_id, label.target_plan_id)
        for label in gold_rows
        if (label.source_id, label.target_plan_id) not in answers
    )
    plans = sorted({label.target_plan_id for label in gold_rows})
    return Evaluation(
        rows=len(rows),
        overall=_figures(rows),
        by_target={p: _figures([r for r in rows if r[0].target_plan_id == p]) for p in plans},
        by_verdict={
            true: {
                said: sum(label.verdict == true and a.verdict == said for label, a in rows)
                for said in VERDICTS
            }
            for true in VERDICTS
        },
        missing=missing,
    )


def overall(
    gold_rows: Sequence[Label], answers: Mapping[tuple[str, str], Answer]
) -> Mapping[str, Figure]:
    """Return the figures of :func:`judge` over all rows alone, which is quicker."""
    nothing = Answer("omitted", ())
    return _figures(
        [
            (label, answers.get((label.source_id, label.target_plan_id), nothing))
            for label in gold_rows
        ]
    )


_Row = tuple[Label, Answer]


class _Tally(NamedTuple):
    """What a row adds to the counts that all figures are made of, or arrays of them."""

    link_both: Any
    link_said: Any
    link_true: Any
    omitted_both: Any
    omitted_said: Any
    omitted_true: Any
    right: Any
    flagged: Any
    reviewed: Any
    reviewed_omission: Any
    first: Any
    linked: Any
    sure_omission: Any
    sure_omission_true: Any
    rows: Any = 1.0


def _tally(row: _Row) -> _Tally:
    label, answer = row
    true, said = set(label.target_ids), set(answer.target_ids)
    no, gone = label.verdict == "omitted", answer.verdict == "omitted"
    right = label.verdict == answer.verdict
    best = max(answer.ranking, key=lambda pair: pair[1], default=("", 0.0))[0]
    sure = gone and not answer.needs_review
    return _Tally(
        link_both=float(len(true & said)),
        link_said=float(len(said)),
        link_true=float(len(true)),
        omitted_both=float(no and gone),
        omitted_said=float(gone),
        omitted_true=float(no),
        right=float(right),
        flagged=float(answer.needs_review),
        reviewed=float(right or answer.needs_review),
        reviewed_omission=float(no == gone or answer.needs_review),
        first=float(best in true),
        linked=float(bool(true)),
        sure_omission=float(sure),
        sure_omission_true=float(sure and no),
    )


def _ratio(up: Any, down: Any) -> Any:
    import numpy as np

    return np.divide(up, down, out=np.zeros_like(up, dtype=float), where=np.asarray(down) > 0)


def _shares(sums: Any) -> dict[str, Any]:
    """Return all figures for counts whose last axis is that of :class:`_Tally`."""
    import numpy as np

    n = _Tally(*(np.atleast_1d(sums[..., at]) for at in range(len(_Tally._fields))))
    return {
        "link precision": _ratio(n.link_both, n.link_said),
        "link recall": _ratio(n.link_both, n.link_true),
        "link F1": _ratio(2 * n.link_both, n.link_said + n.link_true),
        "omission precision": _ratio(n.omitted_both, n.omitted_said),
        "omission recall": _ratio(n.omitted_both, n.omitted_true),
        "omission F1": _ratio(2 * n.omitted_both, n.omitted_said + n.omitted_true),
        "right verdict": _ratio(n.right, n.rows),
        "right first candidate": _ratio(n.first, n.linked),
        "flagged": _ratio(n.flagged, n.rows),
        "right verdict after review": _ratio(n.reviewed, n.rows),
        "right omission after review": _ratio(n.reviewed_omission, n.rows),
        "unflagged omissions true": _ratio(n.sure_omission_true, n.sure_omission),
        "omissions found unflagged": _ratio(n.sure_omission_true, n.omitted_true),
    }


def _figures(rows: Sequence[_Row]) -> dict[str, Figure]:
    import numpy as np

    counts = np.array([_tally(row) for row in rows]).reshape(-1, len(_Tally._fields))
    plain = _shares(counts.sum(axis=0))
    draws = np.random.default_rng(SEED).integers(0, len(rows), size=(RESAMPLES, len(rows)))
    spread = _shares(counts[draws].sum(axis=1))
    figures = {}
    for name, value in plain.items():
        low, high = np.quantile(spread[name], [0.025, 0.975])
        figures[name] = Figure(*(round(float(v), 4) for v in (value[0], low, high)))
    figures["link AP"] = _average_precision(rows, draws)
    return figures


def _average_precision(rows: Sequence[_Row], draws: Any) -> Figure:
    """Return the average precision of all ranked candidates, an unranked link never found."""
    import numpy as np

    row_of, score, true = [], [], []
    for at, (label, answer) in enumerate(rows):
        for target, value in answer.ranking:
            row_of.append(at)
            score.append(value)
            true.append(float(target in label.target_ids))
    wanted = np.array([float(len(label.target_ids)) for label, _ in rows])
    if not score or not wanted.sum():
        return Figure(0.0, 0.0, 0.0)
    order = np.argsort(-np.array(score), kind="stable")
    owner, hit = np.array(row_of)[order], np.array(true)[order]

    def measure(times: Any) -> float:
        weight = times[owner]
        found = np.cumsum(weight * hit)
        seen = np.cumsum(weight)
        total = float((times * wanted).sum())
        return float((_ratio(found, seen) * weight * hit).sum() / total) if total else 0.0

    times = [np.bincount(draw, minlength=len(rows)).astype(float) for draw in draws[:300]]
    low, high = np.quantile([measure(t) for t in times], [0.025, 0.975])
    plain = measure(np.ones(len(rows)))
    return Figure(*(round(float(v), 4) for v in (plain, low, high)))


Method = Callable[[Sequence[Label], Sequence[Label]], Mapping[tuple[str, str], Answer]]


def leave_one_plan_out(
    gold_rows: Sequence[Label], method: Method, *, more_rows: Sequence[Label] = ()
) -> Evaluation:
    """Judge a method on rows whose target plan it has never seen.

    For every target plan of ``gold_rows`` the method is given all other rows (of ``gold_rows`` and
    ``more_rows``) in which that plan is neither source nor target, and answers the rows of the
    plan. ``method(training, tested)`` returns answers keyed by (source id, target plan id).
    """
    answers: dict[tuple[str, str], Answer] = {}
    everything = [*gold_rows, *more_rows]
    for plan in sorted({label.target_plan_id for label in gold_rows}):
        training = [
            label
            for label in everything
            if plan not in (label.source_plan_id, label.target_plan_id)
        ]
        tested = [label for label in gold_rows if label.target_plan_id == plan]
        answers.update(method(training, tested))
    return judge(gold_rows, answers)
