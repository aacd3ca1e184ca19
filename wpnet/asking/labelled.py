"""Files of readings held against labelled rows, beside a program that has not seen the rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from wpnet.asking import doubt_from
from wpnet.asking.judging import Measured, measure, series
from wpnet.asking.readings import read_readings
from wpnet.asking.votes import unused_lines, vote
from wpnet.cascade.evaluate import Answer, answers_from
from wpnet.cascade.held_out import read_held_out
from wpnet.cascade.labels import Label, LabelledSet, read_gold, read_sets, settled
from wpnet.cascade.unseen import readings_of, unseen_answers
from wpnet.corpus import Corpus
from wpnet.model import Requirement
from wpnet.review.decisions import RowKey, Texts


class JudgedFiles(NamedTuple):
    """The figures of files of readings, and what is to be said of the files."""

    figures: list[Measured]
    notes: list[str]


def judge_files(
    files: Sequence[Path],
    corpus: Corpus,
    *,
    labels: Path,
    gold: Path | None = None,
    doubt: float | None = None,
) -> JudgedFiles:
    """Judge readings by labelled rows: each model alone, under rules, by each other.

    Args:
        files: readings.
        corpus: the plans of the real rows; beside ``gold`` its links and coverage are judged, too.
        labels: folder of labelled sets, each answered by a model that has not seen its plans.
        gold: labelled rows on plans of the corpus, judged in place of ``labels``.
        doubt: from which on rows are asked under the rules for doubtful rows.

    Raises:
        WpnetError: a file is damaged, or ``doubt`` is no share.

    There are no figures where none of the readings is of a labelled row.

    Example:
        >>> judged = judge_files([file], corpus, labels=Path("data/labels"))  # doctest: +SKIP
    """
    least = doubt_from(doubt)
    plans: dict[str, list[Requirement]] = {}
    for one in corpus.requirements:
        plans.setdefault(one.plan_id, []).append(one)
    sets = (
        [LabelledSet("given", "real", tuple(read_gold(gold)), plans)]
        if gold
        else read_sets(labels, plans)
    )
    held = {plan: sentences for one in sets for plan, sentences in one.requirements.items()}
    texts = Texts(sentence for sentences in held.values() for sentence in sentences)
    readings, notes = [], []
    for file in files:
        found, said = read_readings(file)
        readings += found
        notes += said
    by_series = series(readings, texts)
    read = {(key[0].partition("#")[0], key[1]) for said in by_series.values() for key in said}
    rows = {name: some for name, some in _settled(sets).items() if _touches(some, read)}
    program: Mapping[RowKey, Answer]
    if gold:
        program = answers_from(corpus.links, corpus.coverage)
    else:
        program = unseen_answers(sets, read_held_out(readings_of(labels)), pairs=read)
    figures = measure(rows, program, by_series, texts, doubt=least)
    voted = vote(readings, texts)
    return JudgedFiles(figures, [*notes, *unused_lines(voted.stale, voted.elsewhere)])


def _settled(sets: Sequence[LabelledSet]) -> dict[str, list[Label]]:
    """Return the settled rows by kind of set, and those of all families."""
    rows: dict[str, list[Label]] = {}
    for one in sets:
        kinds = [one.name] if one.kind == "real" else ["families", one.kind]
        for kind in kinds:
            rows.setdefault(kind, []).extend(settled(one.labels))
    return rows


def _touches(rows: Sequence[Label], read: set[tuple[str, str]]) -> bool:
    return any((one.source_plan_id, one.target_plan_id) in read for one in rows)
