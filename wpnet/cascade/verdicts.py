"""Named features of a whole row: what a target plan as a whole does with one source sentence.

They read the link chances of all candidates, then ask how much of the sentence the best of them,
and the plan as a whole, hold. As in :mod:`wpnet.cascade.features` the first line of a docstring
is what the reader is shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from wpnet.cascade.comparison import Comparison
from wpnet.cascade.features import value
from wpnet.cascade.vectors import best_by_group, containment, mean_by_group

if TYPE_CHECKING:
    from wpnet.cascade.vectors import Matrix


@dataclass(frozen=True)
class Candidates:
    """A comparison together with the chance of a link for every pair in it (4 decimals)."""

    pair: Comparison
    chance: Matrix

    @cached_property
    def order(self) -> Any:
        """Target columns from the likeliest to the least likely, ties by column."""
        import numpy as np

        return np.argsort(-self.chance, axis=1, kind="stable")

    def at_best(self, name: str) -> Matrix:
        """Return the named pair feature of each row at its likeliest candidate."""
        import numpy as np

        matrix = value(self.pair, name)
        out: Matrix = matrix[np.arange(len(matrix)), self.order[:, 0]]
        return out

    def nth_chance(self, rank: int) -> Matrix:
        """Return the log-odds of the candidate of that rank (0 is the likeliest)."""
        import numpy as np

        if rank >= self.chance.shape[1]:
            return np.full(len(self.chance), float(np.log(1e-4)))
        chance = self.chance[np.arange(len(self.chance)), self.order[:, rank]]
        chance = np.clip(chance, 1e-4, 1 - 1e-4)
        out: Matrix = np.log(chance / (1 - chance))
        return out

    @cached_property
    def clause_union(self) -> Matrix:
        """Which share of each source clause the better of the two likeliest candidates holds."""
        import numpy as np

        found = self.pair.clause_found
        owner = np.asarray(self.pair.source_clauses[1], dtype=int)
        best: Matrix = np.zeros(len(found))
        for rank in range(min(2, self.chance.shape[1])):
            best = np.maximum(best, found[np.arange(len(found)), self.order[owner, rank]])
        return best


def best_chance(row: Candidates) -> Matrix:
    """How likely the best candidate is a link."""
    return row.nth_chance(0)


def second_chance(row: Candidates) -> Matrix:
    """How likely the second candidate is a link."""
    return row.nth_chance(1)


def expected_links(row: Candidates) -> Matrix:
    """How many links are to be expected among all candidates."""
    import numpy as np

    out: Matrix = np.log(row.chance.sum(axis=1) + 1e-3)
    return out


def best_shared_duties(row: Candidates) -> Matrix:
    """The best candidate names the same duties."""
    return row.at_best("shared_duties")


def best_held_duties(row: Candidates) -> Matrix:
    """The best candidate names all duties of the source."""
    return row.at_best("held_duties")


def best_rarest_duty(row: Candidates) -> Matrix:
    """How rare the rarest duty is that the best candidate shares."""
    return row.at_best("rarest_duty")


def best_core_duties(row: Candidates) -> Matrix:
    """The best candidate names the duties of the clauses that say what to do."""
    return row.at_best("core_duties")


def best_core_ngrams(row: Candidates) -> Matrix:
    """The best candidate's duty clauses use the source's character sequences."""
    return row.at_best("core_ngrams")


def best_titled_duties(row: Candidates) -> Matrix:
    """Read with its titles, the best candidate names the same duties."""
    return row.at_best("titled_duties")


def best_shared_topics(row: Candidates) -> Matrix:
    """The best candidate belongs to the same fields of work."""
    return row.at_best("shared_topics")


def best_shared_families(row: Candidates) -> Matrix:
    """The best candidate names related duties."""
    return row.at_best("shared_families")


def best_held_families(row: Candidates) -> Matrix:
    """The best candidate names duties related to each duty of the source."""
    return row.at_best("held_families")


def best_same_item(row: Candidates) -> Matrix:
    """The item of the best candidate treats the same matters as the source's item."""
    return row.at_best("same_item")


def best_column_share(row: Candidates) -> Matrix:
    """The best candidate is not better explained by another source sentence."""
    return row.at_best("column_share")


def best_held_ngrams(row: Candidates) -> Matrix:
    """The best candidate holds the source's character sequences."""
    return row.at_best("held_ngrams")


def best_mean_clause(row: Candidates) -> Matrix:
    """Clause by clause, the source is found in the best candidate."""
    return row.at_best("mean_clause")


def union_duties(row: Candidates) -> Matrix:
    """The two best candidates together name all duties of the source."""
    import numpy as np

    left, right, weight = row.pair.meanings.facet("duty")
    both = (right[row.order[:, :2]].max(axis=1) > 0).astype(float)
    present = (left > 0) * weight
    total = present.sum(axis=1)
    out: Matrix = (present * both).sum(axis=1) / np.where(total > 0, total, 1.0)
    return out


def plan_duties(row: Candidates) -> Matrix:
    """The target plan as a whole names all duties of the source."""
    return _in_plan(row.pair.meanings.facet("duty"))


def plan_core_duties(row: Candidates) -> Matrix:
    """The target plan as a whole names the duties of the clauses that say what to do."""
    return _in_plan(row.pair.core_meanings.facet("duty"))


def plan_ngrams(row: Candidates) -> Matrix:
    """The target plan as a whole holds the source's character sequences."""
    return row.pair.grams.held_by_all()


def plan_words(row: Candidates) -> Matrix:
    """The target plan as a whole holds the source's words."""
    return row.pair.words.held_by_all()


def _in_plan(bags: tuple[Matrix, Matrix, Matrix]) -> Matrix:
    left, right, weight = bags
    return containment(left, right.max(axis=0, keepdims=True), weight).ravel()


def rarest_missing_duty(row: Candidates) -> Matrix:
    """How rare the rarest duty of the source is that the target plan names nowhere."""
    left, right, weight = row.pair.meanings.facet("duty")
    missing = (left > 0) * (right.max(axis=0, keepdims=True) == 0) * weight
    out: Matrix = missing.max(axis=1, initial=0.0) / 5
    return out


def duty_count(row: Candidates) -> Matrix:
    """How many duties of the genre the source names (fifths)."""
    left, _, _ = row.pair.meanings.facet("duty")
    out: Matrix = (left > 0).sum(axis=1) / 5
    return out


def worst_clause(row: Candidates) -> Matrix:
    """The clause of the source that the best candidates hold least of."""
    missing = 1.0 - row.clause_union[:, None]
    owner, count = row.pair.source_clauses[1], len(row.pair.source)
    return 1.0 - best_by_group(missing, owner, count, axis=0).ravel()


def mean_union(row: Candidates) -> Matrix:
    """The share of all clauses of the source that the best candidates hold together."""
    import numpy as np

    weight = np.ones(len(row.clause_union))
    owner = row.pair.source_clauses[1]
    return mean_by_group(row.clause_union[:, None], owner, len(row.pair.source), weight).ravel()


def clause_count(row: Candidates) -> Matrix:
    """How many clauses the source sentence has (fifths)."""
    import numpy as np

    owner = np.asarray(row.pair.source_clauses[1], dtype=int)
    out: Matrix = np.bincount(owner, minlength=len(row.pair.source)) / 5
    return out


def length(row: Candidates) -> Matrix:
    """How long the source sentence is (hundreds of characters)."""
    import numpy as np

    return np.array([len(text) / 100 for text in row.pair.source_texts])


_CHANCES = ("best_chance", "second_chance", "expected_links")
#: The row features of the default model, in the order in which they are explained.
ROW_FEATURES: tuple[str, ...] = (
    *_CHANCES,
    "best_shared_duties",
    "best_held_duties",
    "best_rarest_duty",
    "best_core_duties",
    "best_core_ngrams",
    "best_titled_duties",
    "best_shared_topics",
    "best_shared_families",
    "best_held_families",
    "best_same_item",
    "best_column_share",
    "best_held_ngrams",
    "best_mean_clause",
    "union_duties",
    "plan_duties",
    "plan_core_duties",
    "plan_ngrams",
    "plan_words",
    "rarest_missing_duty",
    "duty_count",
    "worst_clause",
    "mean_union",
    "clause_count",
    "length",
)
#: The row features that need no concepts.
LEXICAL_ROW: tuple[str, ...] = (
    *_CHANCES,
    "best_core_ngrams",
    "best_held_ngrams",
    "plan_ngrams",
    "plan_words",
    "clause_count",
    "length",
)
