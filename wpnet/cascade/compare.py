"""The default beside its variants and the baselines, each with the tested plan left out.

Baselines give one score to every pair of sentences. Their three thresholds (link, omission,
carried) are set on the rows of the other plans, so that nothing is set on the tested plan.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from wpnet.cascade import embedding, vectors
from wpnet.cascade.align import align_pair
from wpnet.cascade.comparison import Comparison
from wpnet.cascade.evaluate import (
    Answer,
    Evaluation,
    Method,
    answers_from,
    leave_one_plan_out,
)
from wpnet.cascade.features import FEATURES, LEXICAL
from wpnet.cascade.fitting import LabelledPair, fit_scorer, labelled_pairs
from wpnet.cascade.held_out import HeldOut
from wpnet.cascade.labels import Label
from wpnet.cascade.text import ngrams, words
from wpnet.cascade.vectors import containment, cosine, rarity
from wpnet.cascade.verdicts import LEXICAL_ROW, ROW_FEATURES
from wpnet.model import Requirement

if TYPE_CHECKING:
    from wpnet.cascade.vectors import Matrix

Score = Callable[[Comparison], "Matrix"]
Plans = Mapping[str, Sequence[Requirement]]


def five_grams(pair: Comparison) -> Matrix:
    """Share of the source's 5-grams that stand in the target."""
    (left, right), _ = vectors.bags(pair.source_texts, pair.target_texts, pieces=_grams(5, 5))
    return containment(left, right)


def tfidf_2_4(pair: Comparison) -> Matrix:
    """TF-IDF cosine of character 2-4-grams."""
    return _tfidf(pair.source_texts, pair.target_texts, _grams(2, 4))


def tfidf_words(pair: Comparison) -> Matrix:
    """TF-IDF cosine of jieba words."""
    return _tfidf(pair.source_texts, pair.target_texts, words)


def tfidf_1_3(pair: Comparison) -> Matrix:
    """TF-IDF cosine of character 1-3-grams."""
    return _tfidf(pair.source_texts, pair.target_texts, _grams(1, 3))


def tfidf_titled(pair: Comparison) -> Matrix:
    """TF-IDF cosine of character 1-3-grams, title before the sentence."""
    return _tfidf(pair.source_titled, pair.target_titled, _grams(1, 3))


def _grams(low: int, high: int) -> vectors.Pieces:
    return lambda text: ngrams(text, low, high)


def _tfidf(left: Sequence[str], right: Sequence[str], pieces: vectors.Pieces) -> Matrix:
    (one, two), _ = vectors.bags(left, right, pieces=pieces)
    return cosine(one, two, rarity(one, two))


def embedded(name: str) -> Score:
    """Return the cosine of sentence embeddings as a score."""

    def score(pair: Comparison) -> Matrix:
        encode = embedding.encoder(name)
        if encode is None:
            raise LookupError(name)
        return cosine(encode(pair.source_texts), encode(pair.target_texts))

    return score


def evaluations(
    gold_rows: Sequence[Label],
    requirements: Plans,
    *,
    more_rows: Sequence[Label] = (),
    variants: bool = True,
    held_out: HeldOut | None = None,
) -> dict[str, Evaluation]:
    """Return the leave-one-plan-out evaluation of every method by name, baselines first."""
    methods: dict[str, Method] = {
        "5-gram containment": threshold_method(five_grams, requirements),
        "TF-IDF, characters 2-4": threshold_method(tfidf_2_4, requirements),
        "TF-IDF, jieba words": threshold_method(tfidf_words, requirements),
        "TF-IDF, characters 1-3": threshold_method(tfidf_1_3, requirements),
        "TF-IDF, characters 1-3, titled": threshold_method(tfidf_titled, requirements),
    }
    here = [name for name in embedding.NAMES if variants and embedding.encoder(name) is not None]
    for name in here:
        methods[f"{name} embeddings, cosine"] = threshold_method(embedded(name), requirements)
    methods["model without encoder"] = fitted_method(
        requirements, features=LEXICAL, row_features=LEXICAL_ROW
    )
    methods["default"] = fitted_method(requirements, held_out=held_out)
    return {
        name: leave_one_plan_out(gold_rows, method, more_rows=more_rows)
        for name, method in methods.items()
    }


def fitted_method(
    requirements: Plans,
    *,
    features: Sequence[str] = FEATURES,
    row_features: Sequence[str] = ROW_FEATURES,
    held_out: HeldOut | None = None,
) -> Method:
    """Return the model as a method that is fitted anew on the training rows it is given.

    ``held_out`` has readings by encoders that never saw the plans; a pair that it does not hold is
    read by the shipped encoder.
    """

    def method(
        training: Sequence[Label], tested: Sequence[Label]
    ) -> Mapping[tuple[str, str], Answer]:
        known = labelled_pairs(training, requirements, held_out=held_out)
        scorer = fit_scorer(known, features=features, row_features=row_features)
        found: dict[tuple[str, str], Answer] = {}
        for held in labelled_pairs(tested, requirements, held_out=held_out):
            aligned = align_pair(held.pair, scorer, target_plan_id=held.labels[0].target_plan_id)
            found |= answers_from(aligned.links, aligned.coverage)
        return found

    return method


def threshold_method(score: Score, requirements: Plans) -> Method:
    """Return a baseline: one score, three thresholds set on the training rows."""

    def method(
        training: Sequence[Label], tested: Sequence[Label]
    ) -> Mapping[tuple[str, str], Answer]:
        known = labelled_pairs(training, requirements)
        link, omission, whole = _thresholds(known, [score(held.pair) for held in known])
        found = {}
        for held in labelled_pairs(tested, requirements):
            matrix = score(held.pair)
            for label, row in zip(held.labels, held.rows, strict=True):
                ids = [r.requirement_id for r in held.pair.target]
                best = float(matrix[row].max())
                verdict = "carried" if best >= whole else "partial"
                found[label.source_id, label.target_plan_id] = Answer(
                    "omitted" if best < omission else verdict,
                    tuple(t for t, s in zip(ids, matrix[row], strict=True) if s >= link),
                    ranking=tuple((t, float(s)) for t, s in zip(ids, matrix[row], strict=True)),
                )
        return found

    return method


def _thresholds(
    known: Sequence[LabelledPair], matrices: Sequence[Matrix]
) -> tuple[float, float, float]:
    """Return the thresholds with the best link F1, omission F1 and share of carried rows."""
    import numpy as np

    scores = np.concatenate(
        [m[list(held.rows)].ravel() for held, m in zip(known, matrices, strict=True)]
    )
    truth = np.concatenate([held.is_link.ravel() for held in known]) > 0
    best = np.concatenate(
        [m[list(held.rows)].max(axis=1) for held, m in zip(known, matrices, strict=True)]
    )
    verdicts = np.array([label.verdict for held in known for label in held.labels])
    link = _best_cut(scores, truth)
    omission = -_best_cut(-best, verdicts == "omitted")
    whole = _best_cut(best, verdicts == "carried")
    return link, omission + 1e-9, whole


def _best_cut(scores: Matrix, truth: Any) -> float:
    """Return the cut-off (scores at or above it say yes) with the best F1."""
    import numpy as np

    order = np.argsort(-scores, kind="stable")
    hits = np.cumsum(truth[order])
    f1 = 2 * hits / (np.arange(1, len(hits) + 1) + max(1, int(truth.sum())))
    return float(scores[order][int(np.argmax(f1))])
