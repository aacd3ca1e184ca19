"""What ``wpnet review ask`` and ``wpnet evaluate --readings`` do."""

from __future__ import annotations

from argparse import Namespace
from typing import TYPE_CHECKING

from wpnet.asking import ASK_FROM
from wpnet.errors import WpnetError
from wpnet.saying import note, progress, terminable

if TYPE_CHECKING:
    from wpnet.asking.prompt import Question

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
        everything=options.all or options.differing,
        doubt=options.doubt,
        source=options.source,
        target=options.target,
    )
    file = options.readings or readings_beside(options.data, options.model)
    if options.differing:
        files = sorted(file.parent.glob("*.jsonl"))
        if len(files) < 2:
            raise WpnetError(
                f"{file.parent}: fewer than two models have been asked; ask these first"
            )
        differing = running.differing_rows(corpus, files)
        rows = [row for row in rows if (row.source_id, row.target_plan_id) in differing]
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
    from wpnet.asking.labelled import judge_files
    from wpnet.showing import measured
    from wpnet.store import load_corpus

    corpus = load_corpus(options.data, tables=("plans", "requirements", "links", "coverage"))
    judged = judge_files(
        options.readings, corpus, labels=options.labels, gold=options.gold, doubt=options.doubt
    )
    for line in judged.notes:
        note(line)
    if not judged.figures:
        raise WpnetError(
            f"{options.readings[0]}: none of its readings is of a labelled row; name the rows with "
            "--gold or their folder with --labels"
        )
    show = {
        "text": measured.measured_text,
        "json": measured.measured_json,
        "csv": measured.measured_csv,
    }[options.format]
    print(show(judged.figures))
    return 0
