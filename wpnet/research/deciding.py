"""A verdict from Python, through the same door as one from a review file."""

from __future__ import annotations

from pathlib import Path

from wpnet.corpus import Corpus
from wpnet.errors import ReviewError
from wpnet.review.decisions import Decision, Texts, decisions_to_csv
from wpnet.review.log import only_writer, read_decisions
from wpnet.review.rows import FilledIn, ReviewRow, seal
from wpnet.review.taking import take_over
from wpnet.storing.files import write_file


def decide(
    corpus: Corpus, source_id: str, target_plan_id: str, said: FilledIn, *, log: Path
) -> Decision | None:
    """Add a verdict on a duty and a target plan to a log of decisions; return what was added.

    Nothing is added, and ``None`` returned, where the same person said the same before.

    Args:
        corpus: whose texts are decided about, today's.
        source_id: the duty.
        target_plan_id: the plan that does something with it, or not.
        said: verdict (English or Chinese words), target ids, reviewer, date, note.
        log: file of decisions; it is made where there is none.

    Raises:
        UnknownName: an id is not in the corpus.
        ReviewError: the verdict is unknown, its targets do not fit, or the pair is not compared.
    """
    duty = corpus.requirement(source_id)
    corpus.plan(target_plan_id)
    texts = Texts(corpus.requirements)
    there = [one for one in corpus.requirements if one.plan_id == target_plan_id]
    row = ReviewRow(
        "decide()", source_id, target_plan_id, said, seal(duty, target_plan_id, texts, there)
    )
    with only_writer(log) as real:
        before = read_decisions(real) if real.exists() else ()
        receipt = take_over([row], corpus.coverage, texts, before)
        if receipt.refused:
            raise ReviewError(f"{source_id} for {target_plan_id}: {receipt.refused[0][1]}")
        if not receipt.filled:
            raise ReviewError(f"{source_id} for {target_plan_id}: no verdict is given")
        if not receipt.taken:
            return None
        write_file(log, decisions_to_csv(receipt.log).encode("utf-8-sig"), force=True)
    return receipt.taken[-1]
