"""What readings say of today's rows: one decision a row, and which rows need a person's look."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace

from wpnet.asking.readings import Reading
from wpnet.model import Coverage
from wpnet.review.decisions import MODEL, PERSON, Decision, RowKey, Texts


@dataclass(slots=True)
class Voted:
    """What models say: ``decisions``, rows that are in ``doubt``, and readings that are not used.

    By file, ``stale`` counts those of texts that have changed, ``elsewhere`` those of plans that
    are not here or not compared.
    """

    decisions: list[Decision] = field(default_factory=list)
    doubt: set[RowKey] = field(default_factory=set)
    stale: Counter[str] = field(default_factory=Counter)
    elsewhere: Counter[str] = field(default_factory=Counter)


def vote(
    readings: Iterable[Reading], texts: Texts, compared: Collection[RowKey] | None = None
) -> Voted:
    """Return what readings say of the texts of today, of the rows that are ``compared`` or of all.

    Of one model the last answer counts. The verdict that more models give than any other is taken,
    with the sentences that most of those models name; where two verdicts have the same number of
    models there is none. A row is in doubt where models differ, where a model was not sure, gave no
    answer, or was not shown all of a text. A reading of texts that have changed is not used.
    """
    said = Voted()
    of_row: dict[RowKey, dict[str, Reading]] = {}
    for one in readings:
        plans = (one.source_id.partition("#")[0], one.target_plan_id)
        held = all(texts.plan(plan).sentences for plan in plans)
        found = one.sources(texts)
        sources = [
            name for name in found if compared is None or (name, one.target_plan_id) in compared
        ]
        if held and not found:
            said.stale[one.file] += 1
        elif not sources:
            said.elsewhere[one.file] += 1
        for source in sources:
            by_model = of_row.setdefault((source, one.target_plan_id), {})
            by_model.pop(one.model, None)
            by_model[one.model] = one
    for key in sorted(of_row):
        models = [of_row[key][name] for name in sorted(of_row[key])]
        answered = [one for one in models if one.answer]
        counts = Counter(one.answer["verdict"] for one in answered).most_common()
        if (
            len(counts) != 1
            or len(answered) < len(models)
            or any(one.left_out or one.answer["sureness"] != "high" for one in answered)
        ):
            said.doubt.add(key)
        if counts and (len(counts) == 1 or counts[0][1] > counts[1][1]):
            winning = [one for one in answered if one.answer["verdict"] == counts[0][0]]
            said.decisions.append(_decision(key, winning, texts))
    return said


def _decision(key: RowKey, winning: Sequence[Reading], texts: Texts) -> Decision:
    named: Counter[tuple[str, str]] = Counter()
    for one in winning:
        named.update(zip(one.answer["target_ids"], one.target_sha256, strict=True))
    chosen = sorted(pair for pair, times in named.items() if 2 * times > len(winning))
    if not chosen and named:
        most = max(named.values())
        chosen = [min(pair for pair, times in named.items() if times == most)]
    source, plan = key
    first = winning[0]
    return Decision(
        source_id=source,
        source_sha256=first.duty_sha256,
        target_plan_id=plan,
        verdict=first.answer["verdict"],
        target_ids=";".join(f"{plan}#{name}" for name, _ in chosen),
        target_sha256=";".join(fingerprint for _, fingerprint in chosen),
        target_plan_sha256=texts.plan(plan).whole,
        reviewer="",
        date=first.day,
        note=first.answer["why"],
        place=first.place,
        decided_by=MODEL + "+".join(sorted({one.model for one in winning})),
    )


def flag(coverage: Iterable[Coverage], doubt: set[RowKey]) -> tuple[Coverage, ...]:
    """Return coverage with the rows in doubt marked for review, but where a person has decided."""
    return tuple(
        replace(row, needs_review=True)
        if (row.source_id, row.target_plan_id) in doubt and row.decided_by != PERSON
        else row
        for row in coverage
    )


def unused_lines(stale: Counter[str], elsewhere: Counter[str]) -> list[str]:
    """Say how many readings of each file are not used, and why.

    >>> unused_lines(Counter({"a.jsonl": 2}), Counter())
    ['a.jsonl: 2 readings are stale (a text has changed since) and not used; ask those rows again']
    """
    return [
        *(
            f"{file}: {times} readings are stale (a text has changed since) and not used; ask "
            "those rows again"
            for file, times in sorted(stale.items())
        ),
        *(
            f"{file}: {times} readings are about plans that are not held or not compared here, and "
            "not used"
            for file, times in sorted(elsewhere.items())
        ),
    ]
