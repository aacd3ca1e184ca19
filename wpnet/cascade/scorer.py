"""The model: named features in, chances of a link and of each verdict out.

Three small logistic regressions: is this pair a link; is this row taken up at all; is it carried
whole. Fitting is in :mod:`wpnet.cascade.fitting`; the shipped weights are
``wpnet/cascade/data/weights.json``, written by ``tools/fit_cascade.py``.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING, Any, Protocol

from wpnet.cascade import verdicts
from wpnet.cascade.comparison import Comparison
from wpnet.cascade.features import value
from wpnet.cascade.logistic import Logistic
from wpnet.cascade.rules import Thresholds
from wpnet.cascade.verdicts import Candidates
from wpnet.model import AUTO

if TYPE_CHECKING:
    from wpnet.cascade.vectors import Matrix


class Model(Protocol):
    """What comparing two plans needs: the shipped model, or a scorer of one's own as one.

    ``decided_by`` is what its verdicts and links are signed with.
    """

    @property
    def thresholds(self) -> Thresholds: ...

    @property
    def decided_by(self) -> str: ...

    def link_chances(self, pair: Comparison) -> Matrix: ...

    def verdict_chances(self, row: Candidates) -> Matrix: ...


@dataclass(frozen=True, slots=True)
class Scorer:
    """Fitted weights with the thresholds that belong to them."""

    link: Logistic
    taken_up: Logistic
    whole: Logistic
    thresholds: Thresholds

    @property
    def decided_by(self) -> str:
        """What its verdicts are signed with."""
        return AUTO

    def link_chances(self, pair: Comparison) -> Matrix:
        """Return the chance of a link for every source row and target column, 4 decimals."""
        import numpy as np

        out: Matrix = np.round(self.link.probability(pair_values(pair, self.link.names)), 4)
        return out

    def verdict_chances(self, row: Candidates) -> Matrix:
        """Return p_carried, p_partial, p_omitted of every source row (4 decimals, sum 1)."""
        return self.chances_of(row_values(row, self.taken_up.names))

    def chances_of(self, values: Matrix) -> Matrix:
        """Return the same from row features; one row an example, columns as ``taken_up.names``."""
        import numpy as np

        some = self.taken_up.probability(values)
        whole = np.minimum(self.whole.probability(values), some)
        carried, omitted = np.round(whole, 4), np.round(1.0 - some, 4)
        partial = np.round(1.0 - carried - omitted, 4)
        carried = np.where(partial < 0, np.round(1.0 - omitted, 4), carried)
        return np.column_stack([carried, np.maximum(partial, 0.0), omitted])

    def as_dict(self) -> dict[str, Any]:
        """Return a JSON-ready mapping of weights and thresholds."""
        return {
            "link": self.link.as_dict(),
            "taken_up": self.taken_up.as_dict(),
            "whole": self.whole.as_dict(),
            "thresholds": {
                "omitted": self.thresholds.omitted,
                "extra_link": self.thresholds.extra_link,
                "review": self.thresholds.review,
            },
        }

    @classmethod
    def from_dict(cls, stored: dict[str, Any]) -> Scorer:
        """Return the scorer that :meth:`as_dict` wrote."""
        return cls(
            link=Logistic.from_dict(stored["link"]),
            taken_up=Logistic.from_dict(stored["taken_up"]),
            whole=Logistic.from_dict(stored["whole"]),
            thresholds=Thresholds(**stored["thresholds"]),
        )


def pair_values(pair: Comparison, names: tuple[str, ...]) -> Matrix:
    """Return the named pair features, stacked on the last axis."""
    import numpy as np

    return np.stack([value(pair, name) for name in names], axis=-1)


def row_values(row: Candidates, names: tuple[str, ...]) -> Matrix:
    """Return the named row features, one column each."""
    import numpy as np

    return np.column_stack([getattr(verdicts, name)(row) for name in names])


@lru_cache(maxsize=4)
def load_scorer(name: str = "default") -> Scorer:
    """Return the shipped scorer of that name (``default``).

    Raises ``KeyError`` when the package holds no weights of that name.
    """
    stored = resources.files("wpnet.cascade").joinpath("data/weights.json").read_text("utf-8")
    return Scorer.from_dict(json.loads(stored)["models"][name])
