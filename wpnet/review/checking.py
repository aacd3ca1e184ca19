"""One row that has come back, against the texts of today: id, text and fingerprint must agree."""

from __future__ import annotations

import re
from collections.abc import Mapping

from wpnet.model import Coverage, Requirement
from wpnet.review.decisions import VERDICTS, Decision, RowKey, Texts
from wpnet.review.prints import SHORT, fold, text_print
from wpnet.review.rows import (
    CUT,
    WORDS,
    ReviewRow,
    Seal,
    clean,
    read_seal,
    split_ids,
    verdict_of,
)
from wpnet.review.standing import Standing
from wpnet.spreadsheets.values import iso_day, plain

_ID = re.compile(r"(?:(?P<plan>[^#]*)#)?(?P<number>\d+(?:\.\d+)+[a-z]*)\s*(?:\(.*)?", re.DOTALL)
_AGAIN = "export again and decide it there"


class Refused(Exception):
    """A row that cannot be taken over; the message says why and what to do."""


def decision_of(row: ReviewRow, covered: Mapping[RowKey, Coverage], texts: Texts) -> Decision:
    """Return the decision of a row.

    Raises :class:`Refused` where its cells do not agree with each other or with today's texts.
    """
    if row.unread:
        raise Refused(
            f"{', '.join(row.unread)}: a formula without a stored value, or an error value; open "
            "the file in Excel or WPS, write the value itself and save it"
        )
    verdict = verdict_of(row.said.verdict)
    if verdict is None:
        known = ", ".join(WORDS[one][0] for one in VERDICTS)
        raise Refused(f"verdict {row.said.verdict[:40]!r} is none of {known} (or {_english()})")
    sent = read_seal(row.seal, row.source_id, row.target_plan_id)
    if row.seal and sent is None:
        raise Refused(
            "its ids and its seal do not belong together: the row was sorted, copied or changed in "
            f"part; {_AGAIN}"
        )
    source = _source(row, sent, texts)
    plan_id = row.target_plan_id
    automatic = covered.get((source.requirement_id, plan_id))
    if automatic is None:
        raise Refused(f"{source.requirement_id} is not compared with {plan_id!r}; {_AGAIN}")
    _check_plan(row, sent, verdict, texts)
    chosen = _targets(row, sent, verdict, automatic, texts)
    return Decision(
        source_id=source.requirement_id,
        source_sha256=text_print(source.text),
        target_plan_id=plan_id,
        verdict=verdict,
        target_ids=";".join(one.requirement_id for one in chosen),
        target_sha256=";".join(text_print(one.text) for one in chosen),
        target_plan_sha256=texts.plan(plan_id).whole,
        reviewer=clean(row.said.reviewer),
        date=iso_day(row.said.date) or clean(row.said.date),
        note=clean(row.said.note),
        place=texts.plan(source.plan_id).place(source),
    )


def withdrawal_of(
    row: ReviewRow,
    covered: Mapping[RowKey, Coverage],
    texts: Texts,
    now: Mapping[RowKey, Standing],
) -> Decision | None:
    """Return the entry that takes back what the named person decided; nothing if there is nothing.

    Raises :class:`Refused` as :func:`decision_of`, and where it is not clear whose word is meant.
    """
    decision = decision_of(row, covered, texts)
    opinions = now.get((decision.source_id, decision.target_plan_id), Standing()).opinions
    if not opinions or (decision.reviewer and decision.who not in opinions):
        return None
    if decision.who not in opinions and len(opinions) > 1:
        names = ", ".join(one.decision.reviewer or "somebody" for one in opinions.values())
        raise Refused(f"whose decision is withdrawn? {names} have decided; name one as reviewer")
    meant = opinions.get(decision.who) or next(iter(opinions.values()))
    return Decision(
        **{
            **{name: getattr(decision, name) for name in decision.__slots__},
            "reviewer": meant.decision.reviewer,
            "decided_by": meant.decision.decided_by,
        }
    )


def _english() -> str:
    return ", ".join(VERDICTS)


def _source(row: ReviewRow, sent: Seal | None, texts: Texts) -> Requirement:
    """Return the duty that a row is about, under today's number."""
    known = texts.find(row.source_id)
    if sent is not None:
        return _sealed_source(row, sent, known, texts)
    if not row.source_sha256 and not row.source_text:
        raise Refused(f"has neither seal nor text, so nobody knows what was decided; {_AGAIN}")
    if known is not None and _is(row, known):
        return known
    plan = texts.plan(row.source_id.partition("#")[0])
    same = plan.ids_of.get(text_print(row.source_text), []) if row.source_text else []
    moved = [plan.by_id[name] for name in same if _is(row, plan.by_id[name])]
    if len(moved) == 1 and row.source_sha256:
        return moved[0]
    if known is None and not same:
        raise Refused(f"unknown source_id {row.source_id[:60]!r}; {_AGAIN}")
    raise Refused(
        f"{row.source_id}, the text and the fingerprint of the row do not agree: it was sorted in "
        f"part, or the plan has changed since the export; {_AGAIN}"
    )


def _sealed_source(
    row: ReviewRow, sent: Seal, known: Requirement | None, texts: Texts
) -> Requirement:
    plan = texts.plan(row.source_id.partition("#")[0])
    sealed = (sent.duty, sent.target_cell, sent.candidates_cell)
    if any(seen not in ("", "-", said) for seen, said in zip(row.prints, sealed, strict=True)):
        raise Refused(
            f"its texts are not those that were sent out with {row.source_id}: the row was sorted "
            f"in part, or a text was changed; {_AGAIN}"
        )
    same = plan.by_short.get(sent.duty, [])
    if known is not None and len(same) == 1 and same[0] is known:
        return known
    at, _, of = (sent.place or "1/1").partition("/")
    if of != str(len(same)) or not at.isdecimal() or not 0 < int(at) <= len(same):
        raise Refused(f"the text of {row.source_id} has changed since the export; {_AGAIN}")
    return same[int(at) - 1]


def _is(row: ReviewRow, known: Requirement) -> bool:
    """Tell whether text and fingerprint of an unsealed row are those of a requirement."""
    prints = (known.text_sha256, text_print(known.text))
    text = fold(row.source_text)
    same_text = text == fold(known.text) or (
        len(row.source_text) >= CUT and fold(known.text).startswith(text)
    )
    return row.source_sha256 in ("", *prints) and (not text or same_text)


def _check_plan(row: ReviewRow, sent: Seal | None, verdict: str, texts: Texts) -> None:
    """Refuse an omission from a plan that is not the one which the reviewer saw."""
    if verdict != "omitted":
        return
    plan = texts.plan(row.target_plan_id)
    if sent is not None:
        same = plan.whole[:SHORT] == sent.plan
    else:
        shown = [plan.by_id.get(name) for name in split_ids(row.proposed)]
        same = all(one is not None and _shows(row, one) for one in shown)
    if not same:
        raise Refused(
            f"{row.target_plan_id} has changed since the export, so it may hold the duty now; "
            f"{_AGAIN}"
        )


def _shows(row: ReviewRow, target: Requirement) -> bool:
    return len(row.shown) >= CUT or fold(target.text) in fold(row.shown)


def _targets(
    row: ReviewRow, sent: Seal | None, verdict: str, automatic: Coverage, texts: Texts
) -> list[Requirement]:
    """Return the sentences of today that a row chooses, sorted by id."""
    chosen = split_ids(row.said.targets)
    if verdict in ("omitted", "not_applicable"):
        if chosen:
            raise Refused(f"{verdict} and yet target ids {';'.join(chosen)[:80]}; empty one")
        return []
    if verdict == "withdrawn":
        return []
    if not chosen:
        nearest = (automatic.nearest_id,) if automatic.nearest_id else ()
        chosen = split_ids(row.proposed) or list(automatic.target_ids or nearest)
        if not chosen:
            raise Refused(f"{verdict} needs target ids; there is no candidate")
    found = {
        one.requirement_id: one for name in chosen for one in [_target(name, row, sent, texts)]
    }
    return [found[name] for name in sorted(found)]


def _target(name: str, row: ReviewRow, sent: Seal | None, texts: Texts) -> Requirement:
    """Return the sentence that an id in the row means: the one which the reviewer saw under it."""
    read = _ID.fullmatch(plain(name))
    plan_id, plan = row.target_plan_id, texts.plan(row.target_plan_id)
    if not read or (read["plan"] and read["plan"].strip() != plain(plan_id)):
        raise Refused(f"{name[:60]!r} is no requirement of {plan_id}")
    number = read["number"]
    today = plan.by_id.get(f"{plan_id}#{number}")
    if sent is None:
        if today is None:
            raise Refused(f"{name[:60]!r} is no requirement of {plan_id}")
        if not _shows(row, today):
            raise Refused(
                f"#{number} of {plan_id} is not among the sentences that the row shows, or has "
                f"changed since the export; {_AGAIN}"
            )
        return today
    if number not in sent.candidates:
        if plan.numbered[:SHORT] != sent.numbers:
            raise Refused(
                f"{plan_id} has changed since the export, and #{number} is none of the sentences "
                f"that the row shows; {_AGAIN}"
            )
        if today is None:
            raise Refused(f"{name[:60]!r} is no requirement of {plan_id}")
        return today
    same = plan.by_short.get(sent.candidates[number], [])
    if today is not None and today in same:
        return today
    if len(same) != 1:
        raise Refused(f"the text of {plan_id}#{number} has changed since the export; {_AGAIN}")
    return same[0]
