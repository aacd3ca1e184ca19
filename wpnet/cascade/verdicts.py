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
from wpnet.cascade.vectors import best_by_group, mean_by_group

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


def third_chance(row: Candidates) -> Matrix:
    """How likely the third candidate is a link."""
    return row.nth_chance(2)


def best_read_whole(row: Candidates) -> Matrix:
    """The encoder takes the best candidate, as a whole, for alike."""
    return row.at_best("read_whole")


def best_read_weighed(row: Candidates) -> Matrix:
    """The encoder finds the words that matter most in the best candidate."""
    return row.at_best("read_weighed")


def best_read_least(row: Candidates) -> Matrix:
    """Also the parts that are hardest to find are in the best candidate."""
    return row.at_best("read_least")


def best_read_back(row: Candidates) -> Matrix:
    """The best candidate adds little that the source does not say."""
    return row.at_best("read_back")


def best_ahead(row: Candidates) -> Matrix:
    """The best candidate is not better explained by another source sentence."""
    return row.at_best("ahead_in_column")


def plan_read(row: Candidates) -> Matrix:
    """The target plan as a whole holds the words that matter most."""
    return row.pair.reading.plan


def best_core_ngrams(row: Candidates) -> Matrix:
    """The best candidate's duty clauses use the source's character sequences."""
    return row.at_best("core_ngrams")


def best_held_ngrams(row: Candidates) -> Matrix:
    """The best candidate holds the source's character sequences."""
    return row.at_best("held_ngrams")


def best_mean_clause(row: Candidates) -> Matrix:
    """Clause by clause, the source is found in the best candidate."""
    return row.at_best("mean_clause")


def best_held_back(row: Candidates) -> Matrix:
    """The best candidate says little in other letters."""
    return row.at_best("held_back")


def plan_ngrams(row: Candidates) -> Matrix:
    """The target plan as a whole holds the source's character sequences."""
    return row.pair.grams.held_by_all()


def plan_words(row: Candidates) -> Matrix:
    """The target plan as a whole holds the source's words."""
    return row.pair.words.held_by_all()


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


def length_ratio(row: Candidates) -> Matrix:
    """How much longer the source is than the best candidate (log ratio)."""
    import numpy as np

    best = [len(row.pair.target_texts[column]) for column in row.order[:, 0]]
    own = np.array([len(text) for text in row.pair.source_texts])
    out: Matrix = np.log((own + 1) / (np.array(best) + 1))
    return out


_CHANCES = ("best_chance", "second_chance", "third_chance", "expected_links")
#: The row features that need no encoder.
LEXICAL_ROW: tuple[str, ...] = (
    *_CHANCES,
    "best_core_ngrams",
    "best_held_ngrams",
    "best_held_back",
    "best_mean_clause",
    "plan_ngrams",
    "plan_words",
    "worst_clause",
    "mean_union",
    "clause_count",
    "length",
    "length_ratio",
)
#: The row features of the default model, in the order in which they are explained.
ROW_FEATURES: tuple[str, ...] = (
    *LEXICAL_ROW,
    "best_read_whole",
    "best_read_weighed",
    "best_read_least",
    "best_read_back",
    "best_ahead",
    "plan_read",
)
