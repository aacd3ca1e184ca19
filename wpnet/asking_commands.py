"""What ``wpnet review ask`` and ``wpnet evaluate --readings`` do."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from typing import TYPE_CHECKING

from wpnet.asking import ASK_FROM
from wpnet.errors import WpnetError
from wpnet.saying import note, progress, terminable

if TYPE_CHECKING:
    from wpnet.asking.prompt import Question
    from wpnet.cascade.evaluate import Answer
    from wpnet.cascade.labels import Label, LabelledSet
    from wpnet.corpus import Corpus
    from wpnet.model import Requirement

#: What `--doubt` means, for the help.
DOUBTFUL = f"rows are doubtful from this doubt on, 0 to 1 ({ASK_FROM:g})"
#: What is needed of the built tables.
_TABLES = ("plans", "requirements", "coverage")


def review_ask(options: Namespace) -> int:
    """Put rows to a language model, or show what would be put to it."""
    from wpnet.asking import running
    from wpnet.asking.client import ChatModel
    from wpnet.asking.readings import readings_beside
    from wpnet.store import load_corpus

    corpus = load_corpus(options.data, tables=_TABLES)
    for plan in (options.source, options.target):
        if plan:
            corpus.plan(plan)
    rows = running.chosen_rows(
        corpus,
        everything=options.all,
        doubt=options.doubt,
        source=options.source,
        target=options.target,
    )
    file = options.readings or readings_beside(options.data, options.model)
    if options.dry_run:
        _show(running.unknown(corpus, rows, options.model, file)[: options.at_most])
        return 0
    if not options.base_url:
        raise WpnetError("--base-url is missing; name the server, or say --dry-run")
    model = ChatModel(options.base_url, options.model)
    try:
        with terminable():
            asked = running.ask(
                corpus,
                rows,
                model,
                options.model,
                file,
                at_most=options.at_most,
                workers=options.workers,
                progress=progress,
            )
    finally:
        model.close()
    for line in asked.notes:
        note(line)
    print(f"{file}: {asked.counts()}" + ("; now run `wpnet build`" if asked.answered else ""))
    return int(bool(asked.failed))


def _show(asked: list[Question]) -> None:
    """Print what would leave the machine, and about how much it is."""
    if asked:
        print(f"system, the same for every row:\n{asked[0].system}\n")
    for one in asked:
        print(f"{one.duty.requirement_id} for {one.target_plan_id}:\n{one.user}\n")
    tokens = sum(one.tokens for one in asked)
    print(f"{len(asked)} questions, about {tokens} tokens in; nothing was sent")


def evaluate_readings(options: Namespace) -> int:
    """Judge answers of language models by labelled rows: alone, under rules, by each other."""
    from wpnet.asking.judging import measure, series
    from wpnet.asking.readings import read_readings
    from wpnet.asking.votes import stale_lines, vote
    from wpnet.review.decisions import Texts
    from wpnet.showing import measured
    from wpnet.store import load_corpus

    corpus = load_corpus(options.data, tables=("plans", "requirements", "links", "coverage"))
    sets = _sets(options, corpus)
    plans = {plan: tuple(held) for one in sets for plan, held in one.requirements.items()}
    texts = Texts(sentence for held in plans.values() for sentence in held)
    readings = []
    for file in options.readings:
        found, notes = read_readings(file)
        readings += found
        for line in notes:
            note(line)
    for line in stale_lines(vote(readings, texts).stale):
        note(line)
    by_series = series(readings, texts)
    read = {(key[0].partition("#")[0], key[1]) for said in by_series.values() for key in said}
    lines = measure(
        _settled(sets),
        _program(options, corpus, sets, read),
        by_series,
        texts,
        doubt=ASK_FROM if options.doubt is None else options.doubt,
    )
    if not lines:
        raise WpnetError(
            f"{options.readings[0]}: none of its readings is of a labelled row; name the rows with "
            "--gold or their folder with --labels"
        )
    show = {
        "text": measured.measured_text,
        "json": measured.measured_json,
        "csv": measured.measured_csv,
    }[options.format]
    print(show(lines))
    return 0


def _sets(options: Namespace, corpus: Corpus) -> list[LabelledSet]:
    """Return the rows of ``--gold``, or every labelled set."""
    from wpnet.cascade.labels import LabelledSet, read_gold, read_sets

    plans: dict[str, list[Requirement]] = {}
    for one in corpus.requirements:
        plans.setdefault(one.plan_id, []).append(one)
    if options.gold:
        return [LabelledSet("given", "real", tuple(read_gold(options.gold)), plans)]
    return read_sets(options.labels, plans)


def _settled(sets: Sequence[LabelledSet]) -> dict[str, list[Label]]:
    """Return the settled rows by kind of set, and those of all families."""
    from wpnet.cascade.labels import settled

    rows: dict[str, list[Label]] = {}
    for one in sets:
        kind = one.name if one.kind == "real" else one.kind
        rows.setdefault(kind, []).extend(settled(one.labels))
        if one.kind != "real":
            rows.setdefault("families", []).extend(settled(one.labels))
    return rows


def _program(
    options: Namespace, corpus: Corpus, sets: Sequence[LabelledSet], read: set[tuple[str, str]]
) -> dict[tuple[str, str], Answer]:
    """Return what the program says: as built of given rows, unseen of labelled sets."""
    from wpnet.cascade.evaluate import answers_from
    from wpnet.cascade.held_out import read_held_out
    from wpnet.cascade.unseen import readings_of, unseen_answers

    if options.gold:
        return answers_from(corpus.links, corpus.coverage)
    held_out = read_held_out(readings_of(options.labels))
    return unseen_answers(sets, held_out, pairs=read)
