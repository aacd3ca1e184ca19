"""How far readers agree beyond chance: Cohen's kappa, Krippendorff's alpha, with intervals.

Both are worked out from sums over rows, so that an interval is the spread of the same sums over
resampled rows (percentile bootstrap, the seed and number of draws of ``cascade.evaluate``).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from wpnet.asking.answers import VERDICTS
from wpnet.cascade.evaluate import RESAMPLES, SEED, Figure


def kappa(pairs: Sequence[tuple[str, str]]) -> Figure:
    """Return Cohen's kappa of two readers by rows (verdict of one, verdict of the other).

    0 where there are no rows; 1 where both say the same everywhere.

    >>> kappa([("carried", "carried"), ("omitted", "omitted")]).value
    1.0
    >>> kappa([("carried", "carried"), ("carried", "omitted")]).value
    0.0
    """
    import numpy as np

    kinds = len(VERDICTS)
    cells = np.zeros((len(pairs), kinds * kinds))
    for at, (one, other) in enumerate(pairs):
        cells[at, VERDICTS.index(one) * kinds + VERDICTS.index(other)] = 1.0

    def measure(sums: Any) -> Any:
        table = sums.reshape(-1, kinds, kinds)
        total = table.sum(axis=(1, 2))
        agreed = np.einsum("nkk->n", table) / total
        by_chance = (table.sum(axis=1) * table.sum(axis=2)).sum(axis=1) / total**2
        return _beyond(agreed, by_chance)

    return _with_interval(cells, measure)


def alpha(rows: Sequence[Sequence[str]]) -> Figure:
    """Return Krippendorff's alpha (nominal) of any number of readers by rows of their verdicts.

    A row that fewer than two readers answered says nothing and is left out.

    >>> alpha([["carried", "carried", "carried"], ["omitted", "omitted"], ["partial"]]).value
    1.0
    >>> alpha([["carried", "omitted"], ["omitted", "carried"]]).value
    -0.5
    """
    import numpy as np

    held = [row for row in rows if len(row) > 1]
    counts = np.array([[row.count(name) for name in VERDICTS] for row in held], dtype=float)
    counts = counts.reshape(-1, len(VERDICTS))
    readers = counts.sum(axis=1)
    same = (counts * (counts - 1)).sum(axis=1) / (readers - 1)

    def measure(sums: Any) -> Any:
        said, agreed = sums[:, 1:], sums[:, 0]
        total = said.sum(axis=1)
        by_chance = (said * (said - 1)).sum(axis=1) / (total * (total - 1))
        return _beyond(agreed / total, by_chance)

    return _with_interval(np.column_stack([same, counts]), measure)


def _beyond(agreed: Any, by_chance: Any) -> Any:
    """Return agreement beyond chance; where chance alone explains all, 1 for full agreement."""
    import numpy as np

    room = 1 - by_chance
    whole = (agreed >= 1 - 1e-12).astype(float)
    return np.where(room > 1e-12, (agreed - by_chance) / np.where(room > 1e-12, room, 1.0), whole)


def _with_interval(counts: Any, measure: Callable[[Any], Any]) -> Figure:
    import numpy as np

    rows = len(counts)
    if not rows:
        return Figure(0.0, 0.0, 0.0)
    draws = np.random.default_rng(SEED).integers(0, rows, size=(RESAMPLES, rows))
    spread = measure(np.stack([counts[draw].sum(axis=0) for draw in draws]))
    value = measure(counts.sum(axis=0)[None, :])[0]
    low, high = np.quantile(spread, [0.025, 0.975])
    return Figure(*(round(float(one), 4) for one in (value, low, high)))
