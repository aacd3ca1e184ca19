"""How right the verdicts are on plans and bureaus that neither encoder nor weights have seen.

Every labelled pair is answered by a model of its fold: an encoder that was trained, and
regressions that were fitted, without the pair's plans (real ones) or its bureau (invented ones).
Families that are kept apart from all training are answered by the model that is shipped.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import NamedTuple

from wpnet.cascade.align import align_pair
from wpnet.cascade.compare import Score, tfidf_titled, threshold_method
from wpnet.cascade.evaluate import Answer, Evaluation, answers_from, judge
from wpnet.cascade.features import FEATURES, LEXICAL
from wpnet.cascade.fitting import LabelledPair, fit_scorer, pairs_of_sets
from wpnet.cascade.held_out import HeldOut
from wpnet.cascade.labels import Label, LabelledSet, settled
from wpnet.cascade.scorer import Scorer, load_scorer
from wpnet.cascade.verdicts import LEXICAL_ROW, ROW_FEATURES

Answers = dict[tuple[str, str], Answer]
Fitted = Callable[[Sequence[LabelledPair]], Scorer]


def with_encoder(pairs: Sequence[LabelledPair]) -> Scorer:
    """Fit the default model."""
    return fit_scorer(pairs, features=FEATURES, row_features=ROW_FEATURES)


def without_encoder(pairs: Sequence[LabelledPair]) -> Scorer:
    """Fit the baseline that sees letters and words alone."""
    return fit_scorer(pairs, features=LEXICAL, row_features=LEXICAL_ROW)


class Fold(NamedTuple):
    """Pairs to be answered, and those that a model may learn from to answer them.

    ``apart`` says that the pairs belong to no fold: the shipped weights have not seen them.
    """

    tested: list[LabelledPair]
    known: list[LabelledPair]
    apart: bool

    def only(self, pairs: Collection[tuple[str, str]] | None) -> Fold:
        """Return the fold with those tested pairs (of plan ids) alone; ``None`` is all."""
        if pairs is None:
            return self
        wanted = [
            pair
            for pair in self.tested
            if (pair.labels[0].source_plan_id, pair.labels[0].target_plan_id) in pairs
        ]
        return self._replace(tested=wanted)


def folds(sets: Sequence[LabelledSet], held_out: HeldOut) -> list[Fold]:
    """Return the folds of all labelled pairs; a real plan that is tested is nowhere learnt from."""
    everything = pairs_of_sets(sets, held_out)
    known = [pair for pair in everything if pair.fold >= 0]
    found = []
    for fold in sorted({pair.fold for pair in everything}):
        tested = [pair for pair in everything if pair.fold == fold]
        plans = {pair.labels[0].target_plan_id for pair in tested if pair.kind == "real"}
        rest = [p for p in known if p.fold != fold and not (fold >= 0 and _touches(p, plans))]
        found.append(Fold(tested, rest, fold < 0))
    return found


def _touches(pair: LabelledPair, plans: set[str]) -> bool:
    label = pair.labels[0]
    return pair.kind == "real" and bool({label.source_plan_id, label.target_plan_id} & plans)


def unseen_answers(
    sets: Sequence[LabelledSet],
    held_out: HeldOut,
    fit: Fitted = with_encoder,
    *,
    pairs: Collection[tuple[str, str]] | None = None,
) -> Answers:
    """Return what a model says about every labelled row whose plans it has not seen.

    Keyed by (source id, target plan id). Sets without a fold are answered by the shipped weights
    (``with_encoder``) or by a model fitted on all folds. ``pairs`` (of plan ids) asks for some
    only, which is quicker.
    """
    answers: Answers = {}
    for fold in folds(sets, held_out):
        fold = fold.only(pairs)
        if not fold.tested:
            continue
        scorer = load_scorer() if fold.apart and fit is with_encoder else fit(fold.known)
        for pair in fold.tested:
            aligned = align_pair(pair.pair, scorer, target_plan_id=pair.labels[0].target_plan_id)
            answers |= answers_from(aligned.links, aligned.coverage)
    return answers


def baseline_answers(sets: Sequence[LabelledSet], held_out: HeldOut, score: Score) -> Answers:
    """Return the same for a plain score whose three thresholds are set on the other folds."""
    plans = {plan: found for one in sets for plan, found in one.requirements.items()}
    method = threshold_method(score, plans)
    answers: Answers = {}
    for fold in folds(sets, held_out):
        known, tested = ([x for p in side for x in p.labels] for side in (fold.known, fold.tested))
        answers |= method(known, tested)
    return answers


def unseen_evaluations(
    sets: Sequence[LabelledSet], held_out: HeldOut, answers: Answers
) -> dict[str, Evaluation]:
    """Return the figures of each kind of set and of each set, on settled rows only.

    Names are ``real``, ``lifelike``, ``lifelike, kept apart``, ``lookalike``, and each family's.
    """
    rows: dict[str, list[Label]] = {}
    for found in sets:
        labels = settled(found.labels)
        apart = found.kind != "real" and (
            (labels[0].source_plan_id, labels[0].target_plan_id) not in held_out.folds
        )
        kind = f"{found.kind}, kept apart" if apart else found.kind
        rows.setdefault(kind, []).extend(labels)
        if found.kind != "real":
            rows[f"{kind}: {found.name}"] = labels
    return {name: judge(labels, answers) for name, labels in sorted(rows.items())}


#: What the default model is set beside, weakest first.
BASELINE = "TF-IDF, characters 1-3, titled"
LETTERS = "letters and words, no encoder"


def unseen_methods(
    sets: Sequence[LabelledSet], held_out: HeldOut
) -> dict[str, dict[str, Evaluation]]:
    """Return the figures of every set for the default model and what it is set beside.

    Outer keys name methods, the default last; inner keys are those of :func:`unseen_evaluations`.
    """
    answers = {
        BASELINE: baseline_answers(sets, held_out, tfidf_titled),
        LETTERS: unseen_answers(sets, held_out, without_encoder),
        "default": unseen_answers(sets, held_out),
    }
    return {name: unseen_evaluations(sets, held_out, said) for name, said in answers.items()}


def readings_of(folder: Path) -> Path:
    """Return where the held-out readings of a folder of labelled sets are kept."""
    return folder / "held_out.npz"
