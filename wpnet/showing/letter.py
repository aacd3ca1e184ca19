"""A letter about a pair of plans, with the list of what is to be checked: values, no layout.

The page shows the same letter from the same words, Word files are written by
:mod:`wpnet.showing.letter_docx`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from wpnet.model import Plan, Requirement
from wpnet.review.decisions import PERSON
from wpnet.showing.cautions import premise
from wpnet.showing.columns import Context, not_found, shown_targets
from wpnet.showing.harmless import harmless
from wpnet.showing.headings import printed_number
from wpnet.showing.ledger import LedgerRow, ledger, units_as_printed, verdict_counts
from wpnet.showing.wording import LANGUAGES, say


@dataclass(frozen=True, slots=True)
class Table:
    """A heading, the heads of the columns, their widths in parts, and the rows."""

    title: str
    heads: tuple[str, ...]
    widths: tuple[int, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Letter:
    """All that a letter says, from its head to the signature, and the list that goes with it.

    ``draft`` says at its head that it must not be sent; empty once a person has reviewed a row.
    """

    total: int
    office: str
    number: str
    draft: str
    title: str
    addressee: str
    opening: tuple[str, ...]
    tables: tuple[Table, ...]
    notes_title: str
    notes: tuple[str, ...]
    closing: tuple[str, ...]
    signature: tuple[str, ...]
    checklist: Table


def letter(known: Context, source: str, target: str, *, office: str = "", unit: str = "") -> Letter:
    """Return the letter about what the target plan takes up of the source plan.

    Args:
        known: corpus, language and decisions.
        source, target: ids of two plans that are compared.
        office: who writes; the issuer of the source plan where it is empty.
        unit: only duties for which this office answers, in the source or in the target plan.

    Raises:
        UnknownName: a plan is unknown, or the two are not compared.
    """
    corpus, language = known.corpus, known.language
    plans = corpus.plan(source), corpus.plan(target)
    rows = [
        row for row in ledger(corpus, source, target) if not unit or _concerns(known, row, unit)
    ]
    chosen = {verdict: _where(rows, verdict) for verdict in ("omitted", "partial")}
    checks = to_check(rows)
    sender = harmless(office or plans[0].issuer)
    rests = premise(corpus, source, target)[LANGUAGES.index(language)]
    reviewed = any(row.coverage.decided_by == PERSON for row in rows)
    blanks = {"source": _title(plans[0]), "target": _title(plans[1]), "count": len(checks)}

    def told(key: str, **more: object) -> str:
        return harmless(say(f"letter.{key}", language, **blanks, **more))

    return Letter(
        total=len(rows),
        office=sender,
        number=told("number"),
        draft="" if reviewed else told("draft"),
        title=told("title"),
        addressee=told("to", issuer=plans[1].issuer or _title(plans[1])),
        opening=(
            *((harmless(rests),) if rests else ()),
            told("opening", number=_number(plans[0]), other=_number(plans[1])),
            *((told("unit", unit=unit),) if unit else ()),
            told("counts", **_counts(rows, known)),
            told("checks", **_checked(checks, known)),
        ),
        tables=(
            _omitted(known, chosen["omitted"], told("omitted", rows=len(chosen["omitted"]))),
            _partial(known, chosen["partial"], told("partial", rows=len(chosen["partial"]))),
        ),
        notes_title=told("notes"),
        notes=tuple(
            f"{number}. {note}"
            for number, note in enumerate((told("note.text"), told("note.program")), start=1)
        ),
        closing=(told("closing"), told("contact"), told("annex")),
        signature=(sender, told("date")),
        checklist=_checklist(known, checks, told("checklist")),
    )


def to_check(rows: Sequence[LedgerRow]) -> list[LedgerRow]:
    """Return the rows that a person should look at: undecided, and not surely carried."""
    return [
        row
        for row in rows
        if row.coverage.decided_by != PERSON
        and (row.coverage.verdict in ("omitted", "partial") or row.coverage.needs_review)
    ]


def _concerns(known: Context, row: LedgerRow, unit: str) -> bool:
    return unit in row.source_units or unit in _offices(known, row)


def _offices(known: Context, row: LedgerRow) -> list[str]:
    names = [
        name
        for entry in shown_targets(row)
        for name in units_as_printed(known.corpus, entry.requirement_id)
    ]
    return list(dict.fromkeys(names))


def _where(rows: Sequence[LedgerRow], verdict: str) -> list[LedgerRow]:
    return [row for row in rows if row.coverage.verdict == verdict]


def _counts(rows: Sequence[LedgerRow], known: Context) -> dict[str, object]:
    counts = verdict_counts(rows)
    spare = counts["not_applicable"]
    reviewed = sum(row.coverage.decided_by == PERSON for row in rows)
    return {
        **{name: counts[name] for name in ("carried", "partial", "omitted")},
        "total": len(rows),
        "spare": say("letter.spare", known.language, spare=spare) if spare else "",
        "reviewed": reviewed,
        "machine": len(rows) - reviewed,
        "unsure": sum(row.coverage.needs_review for row in rows),
    }


def _checked(checks: Sequence[LedgerRow], known: Context) -> dict[str, object]:
    """Count the rows of the checklist by what the program found."""
    counts = verdict_counts(checks)
    spare = counts.pop("not_applicable")
    said = say("letter.checks.spare", known.language, spare=spare) if spare else ""
    return {**counts, "spare": said}


def _title(plan: Plan) -> str:
    return plan.title or plan.plan_id


def _number(plan: Plan) -> str:
    return f"（{plan.doc_number}）" if plan.doc_number else ""


def _sentence(known: Context, entry: Requirement) -> str:
    return harmless(f"{printed_number(entry, known.language)}　{entry.text}")


def _targets(known: Context, row: LedgerRow) -> str:
    return "\n".join(_sentence(known, entry) for entry in shown_targets(row)) or "—"


def _judged(known: Context, row: LedgerRow) -> str:
    """Say that a person judged, or how closely the program's verdict has to be checked."""
    if row.coverage.decided_by == PERSON:
        return say("by.review", known.language)
    return say(f"letter.{'closely' if row.coverage.needs_review else 'plainly'}", known.language)


def _found(known: Context, row: LedgerRow) -> str:
    verdict = say(f"verdict.{row.coverage.verdict}", known.language)
    return say("letter.found", known.language, verdict=verdict, how=_judged(known, row))


def _omitted(known: Context, rows: Sequence[LedgerRow], title: str) -> Table:
    made = [
        (
            _sentence(known, row.source),
            harmless("、".join(units_as_printed(known.corpus, row.source.requirement_id))) or "—",
            _targets(known, row),
            _judged(known, row),
        )
        for row in rows
    ]
    return _table(known, title, "source units nearest judged", (2, 9, 5, 8, 4), made)


def _partial(known: Context, rows: Sequence[LedgerRow], title: str) -> Table:
    made = [
        (
            _sentence(known, row.source),
            _targets(known, row),
            _gaps(known, row),
            _judged(known, row),
        )
        for row in rows
    ]
    return _table(known, title, "source target gaps judged", (2, 8, 8, 6, 4), made)


def _gaps(known: Context, row: LedgerRow) -> str:
    return harmless("；".join(not_found(known, row))) or say("letter.gaps.unknown", known.language)


def _checklist(known: Context, rows: Sequence[LedgerRow], title: str) -> Table:
    made = [
        (
            _sentence(known, row.source),
            _targets(known, row),
            _found(known, row),
            harmless("、".join(_offices(known, row))),
            say("letter.result", known.language),
            "",
            "",
            "",
        )
        for row in rows
    ]
    heads = "source shown found office result remark checker due"
    return _table(known, title, heads, (2, 9, 9, 5, 5, 5, 6, 3, 4), made)


def _table(
    known: Context,
    title: str,
    heads: str,
    widths: tuple[int, ...],
    rows: Sequence[tuple[str, ...]],
) -> Table:
    """Return a table whose first column numbers the rows."""
    names = [say(f"letter.col.{name}", known.language) for name in ("no", *heads.split())]
    numbered = ((str(number), *row) for number, row in enumerate(rows, start=1))
    return Table(title, tuple(names), widths, tuple(numbered))
