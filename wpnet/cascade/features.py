"""Named features of a pair of sentences: each a small function, its docstring the explanation.

A feature maps a :class:`~wpnet.cascade.comparison.Comparison` to a matrix with one row a source
sentence and one column a target sentence, values 0 to 1. The first line of a feature's docstring
is what the reader of a score is shown.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from wpnet.cascade import vectors
from wpnet.cascade.comparison import Comparison, items
from wpnet.cascade.lexicon import kinships, meanings
from wpnet.cascade.longest import longest_stretches
from wpnet.cascade.overlap import gram_overlap
from wpnet.cascade.vectors import best_by_group, containment, cosine

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


def shared_duties(pair: Comparison) -> Matrix:
    """Both sentences name the same duties of the genre, in whatever words."""
    return cosine(*pair.meanings.facet("duty"))


def held_duties(pair: Comparison) -> Matrix:
    """The target names the duties of the source, in whatever words."""
    return containment(*pair.meanings.facet("duty"))


def core_duties(pair: Comparison) -> Matrix:
    """The target names the duties of those source clauses that say what to do."""
    return containment(*pair.core_meanings.facet("duty"))


def titled_duties(pair: Comparison) -> Matrix:
    """Read with the titles above them, both sentences name the same duties."""
    return cosine(*pair.titled_meanings.facet("duty"))


def rarest_duty(pair: Comparison) -> Matrix:
    """How rare the rarest duty is that both sentences name."""
    import numpy as np

    left, right, weight = pair.meanings.facet("duty")
    named = np.flatnonzero(left.any(axis=0) & right.any(axis=0))
    both = left[:, None, named] * right[None, :, named]
    best = (both * weight[named]).max(axis=2, initial=0.0)
    out: Matrix = best / float(np.log((1.0 + len(left) + len(right)) / 3.0) + 1.0)
    return out


def shared_topics(pair: Comparison) -> Matrix:
    """Read with the titles above them, both sentences belong to the same fields of work."""
    return cosine(*pair.titled_meanings.facet("topic"))


def sentence_topics(pair: Comparison) -> Matrix:
    """Both sentences themselves belong to the same fields of work."""
    return cosine(*pair.meanings.facet("topic"))


def shared_families(pair: Comparison) -> Matrix:
    """Both sentences name related duties, if not the same ones."""
    return cosine(*kinships(pair.source_texts, pair.target_texts).all())


def held_families(pair: Comparison) -> Matrix:
    """The target names duties related to each duty of the source."""
    return containment(*kinships(pair.source_texts, pair.target_texts).all())


def held_means(pair: Comparison) -> Matrix:
    """The target names the channels and the people that the source names."""
    return containment(*pair.meanings.facet("audience", "means"))


def best_clause(pair: Comparison) -> Matrix:
    """One clause of the source stands nearly word for word in the target."""
    return best_by_group(pair.clause_cosine, pair.source_clauses[1], len(pair.source), axis=0)


def mean_clause(pair: Comparison) -> Matrix:
    """Clause by clause, the source is found in the target."""
    import numpy as np

    clauses, owner = pair.source_clauses
    length = np.array([float(len(clause)) for clause in clauses])
    return vectors.mean_by_group(pair.clause_found, owner, len(pair.source), length)


def same_item(pair: Comparison) -> Matrix:
    """The items in which the two sentences stand treat the same matters as a whole."""
    left, right = items(pair.source), items(pair.target)
    return (gram_overlap(left, right).cosine() + cosine(*meanings(left, right).all())) / 2


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


def row_share(pair: Comparison) -> Matrix:
    """How the score compares with the best that this source sentence finds anywhere."""
    return _share(value(pair, "mixture"))


def column_share(pair: Comparison) -> Matrix:
    """How the score compares with the best that this target sentence finds anywhere."""
    return _share(value(pair, "mixture").T).T


def mixture(pair: Comparison) -> Matrix:
    """The plain mean of six similarities, used only to compare rivals with each other."""
    names = (shared_ngrams, shared_words, titled_ngrams, shared_duties, titled_duties)
    everything = cosine(*pair.meanings.weighted())
    mean: Matrix = (sum((value(pair, f.__name__) for f in names), everything)) / 6
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


def _share(score: Matrix) -> Matrix:
    import numpy as np

    best = score.max(axis=1, keepdims=True)
    out: Matrix = score / np.where(best > 0, best, 1.0)
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


#: The features of the default model, in the order in which they are explained.
FEATURES: tuple[str, ...] = (
    "shared_ngrams",
    "held_ngrams",
    "held_back",
    "core_ngrams",
    "titled_ngrams",
    "shared_words",
    "held_words",
    "shared_duties",
    "held_duties",
    "core_duties",
    "titled_duties",
    "rarest_duty",
    "shared_topics",
    "sentence_topics",
    "shared_families",
    "held_families",
    "held_means",
    "best_clause",
    "mean_clause",
    "same_item",
    "longest_run",
    "ahead_in_row",
    "ahead_in_column",
    "row_share",
    "column_share",
)
#: The same without the concepts of data/concepts.tsv: what the letters and words alone can do.
LEXICAL: tuple[str, ...] = (
    "shared_ngrams",
    "held_ngrams",
    "held_back",
    "core_ngrams",
    "titled_ngrams",
    "shared_words",
    "held_words",
    "best_clause",
    "longest_run",
)
