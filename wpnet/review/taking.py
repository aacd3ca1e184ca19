"""Rows that have come back, taken into the log: which, which not and why, and who differs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from wpnet.model import Coverage
from wpnet.review.checking import Refused, decision_of, withdrawal_of
from wpnet.review.decisions import PERSON, Decision, RowKey, Texts, sources_of
from wpnet.review.rows import ReviewRow, filled_print, read_seal, verdict_of
from wpnet.review.standing import Opinion, Standing, standing


@dataclass
class Receipt:
    """What became of the rows of a file.

    ``found`` rows were read, ``filled`` of them hold a verdict, ``unchanged`` of these say what is
    known already. ``taken`` are the new entries of the log, ``refused`` the rows that were left out
    and why, ``conflicts`` the rows on which people differ now. ``notes`` says what else was
    noticed, ``log`` is the whole log afterwards.
    """

    found: int = 0
    filled: int = 0
    unchanged: int = 0
    taken: list[Decision] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)
    conflicts: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    log: tuple[Decision, ...] = ()

    def counts(self) -> str:
        """Return the counts in a sentence.

        >>> Receipt(found=3, filled=1).counts()
        '3 rows found, 1 filled in: 0 taken, 0 known already, 0 refused, 0 on which people differ'
        """
        return (
            f"{self.found} rows found, {self.filled} filled in: {len(self.taken)} taken, "
            f"{self.unchanged} known already, {len(self.refused)} refused, "
            f"{len(self.conflicts)} on which people differ"
        )

    def lines(self) -> list[str]:
        """Return every refusal, conflict and note as a line."""
        return [
            *(f"refused: {where}: {why}" for where, why in self.refused),
            *(f"people differ: {said}" for said in self.conflicts),
            *self.notes,
        ]


def take_over(
    rows: Iterable[ReviewRow],
    coverage: Iterable[Coverage],
    texts: Texts,
    existing: Sequence[Decision] = (),
    *,
    settle: bool = False,
    decided_by: str = PERSON,
) -> Receipt:
    """Return what becomes of rows that have come back, and the log with them added.

    A row without a verdict is undecided. A row whose id, text and fingerprint do not agree is
    refused, and so are two rows in which one person says two things; every other row is taken.
    A row that repeats what the same person said already, or that was sent out filled in and comes
    back as it was, adds nothing.

    Args:
        existing: the log so far.
        settle: what these rows say ends a difference: those who said otherwise are taken back.
        decided_by: who decided, ``model:<name>`` for a language model.
    """
    receipt = Receipt()
    covered = {(row.source_id, row.target_plan_id): row for row in coverage}
    now = standing(existing, texts)
    found: dict[tuple[RowKey, str], tuple[str, Decision]] = {}
    twice: set[tuple[RowKey, str]] = set()
    for row in rows:
        receipt.found += 1
        if not _is_filled(row, receipt):
            continue
        try:
            decision = _decision(row, covered, texts, now, decided_by)
        except Refused as fault:
            receipt.refused.append((row.where, str(fault)))
            continue
        if decision is None:
            receipt.unchanged += 1
            continue
        key = ((decision.source_id, decision.target_plan_id), decision.who)
        first = found.setdefault(key, (row.where, decision))
        if _content(first[1]) != _content(decision):
            why = f"contradicts {first[0]} on {decision.source_id}; keep one of the two"
            receipt.refused.append((row.where, why))
            if key not in twice:
                why = f"is contradicted by {row.where}; keep one of the two"
                receipt.refused.append((first[0], why))
            twice.add(key)
    taken = [decision for key, (_, decision) in found.items() if key not in twice]
    receipt.log = tuple(existing)
    _add(receipt, taken, now, texts, settle=settle)
    return receipt


def _is_filled(row: ReviewRow, receipt: Receipt) -> bool:
    """Tell whether a row holds a verdict; note what looks as if one had been meant."""
    said = row.said
    if said.verdict or "review_verdict" in row.unread:
        receipt.filled += 1
        return True
    sent = read_seal(row.seal, row.source_id, row.target_plan_id)
    if sent is not None and sent.filled not in ("-", filled_print(said)):
        receipt.notes.append(
            f"{row.where}: its verdict was emptied; it stands (write 撤回, withdrawn, to end it)"
        )
    elif (sent is None or sent.filled == "-") and (said.targets or said.note):
        receipt.notes.append(f"{row.where}: holds a note or target ids, but no verdict")
    return False


def _decision(
    row: ReviewRow,
    covered: Mapping[RowKey, Coverage],
    texts: Texts,
    now: Mapping[RowKey, Standing],
    decided_by: str,
) -> Decision | None:
    """Return what a row adds to the log; nothing where it says what is known already."""
    sent = read_seal(row.seal, row.source_id, row.target_plan_id)
    if sent is not None and sent.filled != "-" and sent.filled == filled_print(row.said):
        return None
    if verdict_of(row.said.verdict) == "withdrawn" and "review_verdict" not in row.unread:
        return withdrawal_of(row, covered, texts, now)
    decision = decision_of(row, covered, texts)
    if decided_by != PERSON:
        decision = replace(decision, decided_by=decided_by)
    known = now.get((decision.source_id, decision.target_plan_id), Standing()).opinions
    if decision.who in known and _content(known[decision.who].decision) == _content(decision):
        return None
    if not decision.reviewer and decided_by == PERSON:
        said = (decision.verdict, tuple(sorted(decision.target_ids.split(";"))))
        for one in known.values():
            same = (one.decision.verdict, tuple(sorted(one.decision.target_ids.split(";"))))
            if not one.suspect and said == same and decision.note in ("", one.decision.note):
                return None
    return decision


def _content(decision: Decision) -> tuple[str, ...]:
    """Return what a decision says, whatever its ids were called when it was said."""
    prints = decision.target_sha256
    plan = decision.target_plan_sha256 if decision.verdict == "omitted" else ""
    return (decision.verdict, prints, plan, decision.date, decision.note)


def _add(
    receipt: Receipt,
    taken: Sequence[Decision],
    now: dict[RowKey, Standing],
    texts: Texts,
    *,
    settle: bool,
) -> None:
    """Put decisions into the log, after the withdrawals they call for; say who differs."""
    log: list[Decision] = []
    for decision in taken:
        key = (decision.source_id, decision.target_plan_id)
        row = now.setdefault(key, Standing())
        new = Opinion(decision, tuple(filter(None, decision.target_ids.split(";"))), "")
        if settle and decision.verdict != "withdrawn":
            for other in [one for one in row.opinions.values() if one.verdict != new.verdict]:
                if other.decision.who == decision.who:
                    continue
                note = f"settled by {decision.reviewer or 'somebody'}"
                back = replace(other.decision, verdict="withdrawn", note=note, date=decision.date)
                if sources_of(back, texts)[0] != [decision.source_id]:
                    back = replace(back, source_id=decision.source_id, place=decision.place)
                log.append(back)
                row.take(Opinion(back, (), ""))
        log.append(decision)
        row.take(new)
        differing = row.differing()
        if differing:
            who = "; ".join(one.decision.says for one in differing)
            receipt.conflicts.append(f"{key[0]} for {key[1]}: {who} (the first stands)")
    receipt.taken = log
    receipt.log += tuple(log)
