"""Rules by which answers of language models are asked for and taken, and what becomes of the rows.

What a rule gives is what a build would give that lays the same answers: readings vote
(:mod:`wpnet.asking.votes`), and where they give no verdict the program's stands.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from wpnet.asking.readings import Reading
from wpnet.asking.votes import vote
from wpnet.cascade.evaluate import Answer
from wpnet.review.decisions import RowKey, Texts

#: What one reader says, by row.
Said = Mapping[RowKey, Reading]


@dataclass(frozen=True, slots=True)
class Rule:
    """Which rows are asked, of how many readers, and which answers are taken.

    ``doubt``: rows from this doubt on, and flagged ones (0: all rows). ``sure``: only answers that
    are sure. ``until_two``: one reader after the other, until two say the same.
    """

    name: str
    doubt: float = 0.0
    sure: bool = False
    until_two: bool = False


@dataclass(frozen=True, slots=True)
class Ruled:
    """What a rule makes of rows: an answer for each, and the readings that it took to get there."""

    answers: Mapping[RowKey, Answer]
    asked: frozenset[RowKey]
    used: tuple[Reading, ...]


def ruled(
    rule: Rule, program: Mapping[RowKey, Answer], readers: Sequence[Said], texts: Texts
) -> Ruled:
    """Return what a rule makes of the program's answers and those of readers, in their order."""
    used: list[Reading] = []
    asked: set[RowKey] = set()
    taken: list[Reading] = []
    for key, own in program.items():
        if own.doubt < rule.doubt and not own.needs_review:
            continue
        held = [said[key] for said in readers if key in said]
        held = until_two_agree(held) if rule.until_two else held
        if held:
            asked.add(key)
        used += held
        taken += [one for one in held if not rule.sure or one.answer.get("sureness") == "high"]
    voted = vote(taken, texts)
    laid = {(one.source_id, one.target_plan_id): one for one in voted.decisions}
    answers = {}
    for key, own in program.items():
        flagged = key in voted.doubt
        if key not in asked or key not in laid:
            answers[key] = replace(own, needs_review=own.needs_review or flagged)
            continue
        one = laid[key]
        ids = tuple(name for name in one.target_ids.split(";") if name)
        differs = one.verdict != own.verdict
        answers[key] = Answer(one.verdict, ids, flagged or differs, doubt=own.doubt)
    return Ruled(answers, frozenset(asked), tuple(used))


def until_two_agree(held: Sequence[Reading]) -> list[Reading]:
    """Return the readings up to the first that says what an earlier one has said."""
    said: set[str] = set()
    for at, one in enumerate(held):
        verdict = str(one.answer.get("verdict", ""))
        if verdict and verdict in said:
            return list(held[: at + 1])
        said.add(verdict)
    return list(held)


def rules_for(readers: int, doubt: float) -> list[Rule]:
    """Return the rules that are worth comparing for so many readers."""
    found = [
        Rule(f"doubtful from {doubt:g}", doubt),
        Rule("all"),
        Rule(f"sure, doubtful from {doubt:g}", doubt, sure=True),
        Rule("sure, all", sure=True),
    ]
    if readers > 2:
        found += [
            Rule(f"until two agree, doubtful from {doubt:g}", doubt, until_two=True),
            Rule("until two agree, all", until_two=True),
        ]
    return found
