"""How good readings are: against labels, against each other, and what they cost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from wpnet.asking.readings import Reading
from wpnet.review.decisions import RowKey, Texts

#: A series of readings: file, model, prompt version, prompt sha256.
Series = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class Judged:
    """The figures of one model and prompt on labelled rows.

    ``read`` of the ``rows`` have a reading, ``answered`` of these an answer. ``accuracy`` is among
    the read ones, unanswered counted as wrong; ``accuracy_sure`` among the ``sure`` answers.
    ``kappa`` is Cohen's, among answers. Tokens are those of the read rows.
    """

    series: Series
    rows: int
    read: int
    answered: int
    accuracy: float
    kappa: float
    sure: int
    accuracy_sure: float
    tokens_in: int
    tokens_out: int

    def line(self) -> str:
        """Return the figures in a sentence."""
        file, model, version, sha256 = self.series
        each = (self.tokens_in + self.tokens_out) / self.read if self.read else 0.0
        return (
            f"{file}, {model}, prompt {version} ({sha256[:8]}): {self.read} of {self.rows} "
            f"labelled rows read, {self.answered} answered; right {self.accuracy:.3f}, kappa "
            f"{self.kappa:.3f}; {self.sure} sure, of these right {self.accuracy_sure:.3f}; "
            f"{self.tokens_in} tokens in, {self.tokens_out} out ({each:.0f} a row)"
        )


def series(readings: Sequence[Reading], texts: Texts) -> dict[Series, dict[RowKey, Reading]]:
    """Return the last reading of every row of today, by file, model and prompt."""
    found: dict[Series, dict[RowKey, Reading]] = {}
    for one in readings:
        kind = (one.file, one.model, one.prompt_version, one.prompt_sha256)
        for source in one.sources(texts):
            found.setdefault(kind, {})[source, one.target_plan_id] = one
    return dict(sorted(found.items()))


def judge_readings(
    kind: Series, said: Mapping[RowKey, Reading], labels: Mapping[RowKey, str]
) -> Judged:
    """Return the figures of a series on rows whose verdict is known."""
    rows = [(labels[key], said[key]) for key in sorted(labels) if key in said]
    pairs = [(label, str(one.answer["verdict"])) for label, one in rows if one.answer]
    sure = [
        (label, str(one.answer["verdict"]))
        for label, one in rows
        if one.answer and one.answer["sureness"] == "high"
    ]
    return Judged(
        series=kind,
        rows=len(labels),
        read=len(rows),
        answered=len(pairs),
        accuracy=_share(sum(a == b for a, b in pairs), len(rows)),
        kappa=kappa(pairs),
        sure=len(sure),
        accuracy_sure=_share(sum(a == b for a, b in sure), len(sure)),
        tokens_in=sum(one.tokens_in for _, one in rows),
        tokens_out=sum(one.tokens_out for _, one in rows),
    )


def kappa(pairs: Sequence[tuple[str, str]]) -> float:
    """Return Cohen's kappa of two readers; 0 where nothing can be said.

    >>> kappa([("carried", "carried"), ("omitted", "omitted")])
    1.0
    >>> kappa([("carried", "carried"), ("carried", "omitted")])
    0.0
    """
    total = len(pairs)
    left, right = Counter(one for one, _ in pairs), Counter(other for _, other in pairs)
    by_chance = _share(sum(left[name] * right[name] for name in left), total * total)
    agreed = _share(sum(one == other for one, other in pairs), total)
    return (agreed - by_chance) / (1 - by_chance) if by_chance < 1 else float(agreed == 1)


def between(all_series: Mapping[Series, Mapping[RowKey, Reading]]) -> list[str]:
    """Return for every two series on how many rows they agree, and kappa."""
    lines = []
    kinds = sorted(all_series)
    for at, one in enumerate(kinds):
        for other in kinds[at + 1 :]:
            left, right = all_series[one], all_series[other]
            pairs = [
                (str(left[key].answer["verdict"]), str(right[key].answer["verdict"]))
                for key in sorted(left.keys() & right.keys())
                if left[key].answer and right[key].answer
            ]
            flips = sum(a != b for a, b in pairs)
            names = f"{one[0]} {one[1]} and {other[0]} {other[1]}"
            lines.append(
                f"{names}: {len(pairs)} rows answered by both, {flips} verdicts differ, kappa "
                f"{kappa(pairs):.3f}"
            )
    return lines


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0
