"""Why a pair of sentences got its score: the named features of the model, with their shares."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from wpnet.cascade import features
from wpnet.cascade.comparison import Comparison
from wpnet.cascade.scorer import load_scorer, pair_values
from wpnet.corpus import Corpus
from wpnet.model import Requirement
from wpnet.showing.wording import words

#: How many features of a score are shown: those that moved it most.
SHOWN = 5


class Reason(NamedTuple):
    """A feature, its value for the pair, and what it adds to the log-odds of a link."""

    feature: str
    value: float
    share: float


class Scored(NamedTuple):
    """The reasons for pairs of sentences, and the likeliest source of every target duty."""

    reasons: dict[tuple[str, str], tuple[Reason, ...]]
    origins: dict[str, tuple[float, str]]


def score_again(
    corpus: Corpus, wanted: Mapping[tuple[str, str], Iterable[tuple[str, str]]]
) -> Scored:
    """Return the strongest reasons for the score of every wanted pair of sentences.

    ``wanted`` maps a pair of plans to pairs of requirement ids of these plans. Scores are those of
    the model that comes with this version of wpnet. ``origins`` maps every duty of a target plan to
    score and id of the likeliest source duty, evolution left out.
    """
    duties = _duties(corpus)
    evolves = {
        (row.source_id.partition("#")[0], row.target_plan_id)
        for row in corpus.coverage
        if row.relation == "evolution"
    }
    model = load_scorer()
    found = Scored({}, {})
    for (source, target), pairs in wanted.items():
        rows, columns = duties.get(source, []), duties.get(target, [])
        if not rows or not columns:
            continue
        pair = Comparison(tuple(rows), tuple(columns))
        values = pair_values(pair, model.link.names)
        if (source, target) not in evolves:
            _keep_origins(found.origins, rows, columns, model.link_chances(pair))
        shares = model.link.contributions(values)
        row_of = {entry.requirement_id: at for at, entry in enumerate(rows)}
        column_of = {entry.requirement_id: at for at, entry in enumerate(columns)}
        for one, other in pairs:
            if one in row_of and other in column_of:
                at = row_of[one], column_of[other]
                found.reasons[one, other] = _strongest(
                    model.link.names, values[at].tolist(), shares[at].tolist()
                )
    return found


def _keep_origins(
    origins: dict[str, tuple[float, str]],
    rows: Sequence[Requirement],
    columns: Sequence[Requirement],
    chances: Any,
) -> None:
    for column, target in enumerate(columns):
        at = int(chances[:, column].argmax())
        score = float(chances[at, column])
        if score > origins.get(target.requirement_id, (-1.0, ""))[0]:
            origins[target.requirement_id] = (score, rows[at].requirement_id)


def _strongest(
    names: Sequence[str], values: Sequence[float], shares: Sequence[float]
) -> tuple[Reason, ...]:
    table = [
        Reason(name, round(value, 2), round(share, 2))
        for name, value, share in zip(names, values, shares, strict=True)
    ]
    return tuple(sorted(table, key=lambda reason: (-abs(reason.share), reason.feature))[:SHOWN])


def _duties(corpus: Corpus) -> dict[str, list[Requirement]]:
    found: dict[str, list[Requirement]] = {}
    for entry in corpus.requirements:
        if entry.kind == "duty":
            found.setdefault(entry.plan_id, []).append(entry)
    return found


def feature_words() -> dict[str, list[str]]:
    """Return the sentence that explains each feature of the model, as ``[Chinese, English]``.

    English is the docstring of the feature; a feature that ``words.json`` does not translate yet is
    shown in English in both languages.
    """
    found = {}
    for name in load_scorer().link.names:
        english = (getattr(features, name).__doc__ or name).strip().split("\n\n")[0]
        found[name] = [words().get(f"feature.{name}", [english])[0], english]
    return found
