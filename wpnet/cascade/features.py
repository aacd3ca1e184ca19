"""Named features of a pair of sentences: each a small function, its docstring the explanation.

A feature maps a :class:`~wpnet.cascade.comparison.Comparison` to a matrix with one row a source
sentence and one column a target sentence, values 0 to 1. The first line of a feature's docstring
is what the reader of a score is shown.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from wpnet.cascade import vectors
from wpnet.cascade.comparison import Comparison
from wpnet.cascade.longest import longest_stretches
from wpnet.cascade.vectors import best_by_group

if TYPE_CHECKING:
    from wpnet.cascade.vectors import Matrix

Feature = Callable[[Comparison], "Matrix"]

#: Lengths of shared stretches that :func:`longest_run` tells apart, in characters.
RUN_LENGTHS = (4, 6, 8, 11, 15, 20)


def shared_ngrams(pair: Comparison) -> Matrix:
    """Both sentences use the same rare character sequences."""
    return pair.grams.cosine()


def held_ngrams(pair: Comparison) -> Matrix:
    """The target holds the source's character sequences, rare ones counting more."""
    return pair.grams.held()


def held_back(pair: Comparison) -> Matrix:
    """The source holds the target's character sequences: the target adds little of its own."""
    return pair.grams.held_back()


def core_ngrams(pair: Comparison) -> Matrix:
    """The clauses that say what to do use the same character sequences."""
    return pair.core_grams.cosine()


def titled_ngrams(pair: Comparison) -> Matrix:
    """Both sentences, read with the titles above them, use the same character sequences."""
    return pair.titled_grams.cosine()


def shared_words(pair: Comparison) -> Matrix:
    """Both sentences use the same words that are rare here and in general Chinese."""
    return pair.words.cosine()


def held_words(pair: Comparison) -> Matrix:
    """The target holds the source's words, rare ones counting more."""
    return pair.words.held()


def read_whole(pair: Comparison) -> Matrix:
    """The encoder takes the two sentences, as wholes, for alike."""
    return pair.reading.whole


def read_found(pair: Comparison) -> Matrix:
    """Word by word, the encoder finds the source in the target."""
    return pair.reading.found


def read_weighed(pair: Comparison) -> Matrix:
    """The encoder finds those words of the source that matter most in the target."""
    return pair.reading.weighed


def read_least(pair: Comparison) -> Matrix:
    """Also the parts of the source that are hardest to find are in the target."""
    return pair.reading.least


def read_back(pair: Comparison) -> Matrix:
    """The encoder finds those words of the target that matter most in the source."""
    return pair.reading.back


def best_clause(pair: Comparison) -> Matrix:
    """One clause of the source stands nearly word for word in the target."""
    return best_by_group(pair.clause_cosine, pair.source_clauses[1], len(pair.source), axis=0)


def mean_clause(pair: Comparison) -> Matrix:
    """Clause by clause, the source is found in the target."""
    import numpy as np

    clauses, owner = pair.source_clauses
    length = np.array([float(len(clause)) for clause in clauses])
    return vectors.mean_by_group(pair.clause_found, owner, len(pair.source), length)


def longest_run(pair: Comparison) -> Matrix:
    """The longest stretch of characters that both sentences share."""
    import numpy as np

    found = longest_stretches(pair.source_texts, pair.target_texts)
    reached = np.searchsorted(RUN_LENGTHS, found, side="right")
    out: Matrix = np.array([0, *RUN_LENGTHS])[reached] / RUN_LENGTHS[-1]
    return out


def ahead_in_row(pair: Comparison) -> Matrix:
    """This target sentence answers the source sentence better than its rivals do."""
    return _ahead(value(pair, "mixture"))


def ahead_in_column(pair: Comparison) -> Matrix:
    """The target sentence is better explained by this source sentence than by any other."""
    return _ahead(value(pair, "mixture").T).T


def mixture(pair: Comparison) -> Matrix:
    """The mean of what the encoder finds both ways, used only to compare rivals."""
    mean: Matrix = (value(pair, "read_weighed") + value(pair, "read_back")) / 2
    return mean


def _ahead(score: Matrix) -> Matrix:
    """Return each value minus the best other value of its row, -1 to 1 moved to 0 to 1."""
    import numpy as np

    if score.shape[1] < 2:
        return np.full(score.shape, 0.5)
    order = np.sort(score, axis=1)
    best, second = order[:, -1:], order[:, -2:-1]
    rival = np.where(score >= best, second, best)
    out: Matrix = (score - rival + 1.0) / 2.0
    return out


def value(pair: Comparison, name: str) -> Matrix:
    """Return the feature of that name, computed once for each comparison (12 decimals).

    The rounding keeps differences between mathematical libraries out of ties between rivals.
    """
    import numpy as np

    if name not in pair.kept:
        feature: Feature = globals()[name]
        pair.kept[name] = np.round(feature(pair), 12)
    return pair.kept[name]


#: What letters and words alone can do: the model without the encoder, kept as a baseline.
LEXICAL: tuple[str, ...] = (
    "shared_ngrams",
    "held_ngrams",
    "held_back",
    "core_ngrams",
    "titled_ngrams",
    "shared_words",
    "held_words",
    "best_clause",
    "mean_clause",
    "longest_run",
)
#: The features of the default model, in the order in which they are explained.
FEATURES: tuple[str, ...] = (
    "read_whole",
    "read_found",
    "read_weighed",
    "read_least",
    "read_back",
    "ahead_in_row",
    "ahead_in_column",
    *LEXICAL,
)
