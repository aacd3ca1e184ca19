"""The log of decisions: what it holds, and what each entry means for the texts of today.

A decision is keyed by fingerprints, not by numbers: source plan, sha256 of the source text, target
plan. So it survives renumbering and rebuilds, and changes of width, quotation marks and invisible
characters (:mod:`wpnet.review.prints`). Where a sentence stands at several places of a plan,
``place`` says which one is meant. The file is a log: nothing is ever removed from it; an entry
``withdrawn`` takes back what the same person has decided.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from operator import attrgetter
from typing import Literal, get_args

from wpnet.errors import ReviewError
from wpnet.model import Requirement, Verdict
from wpnet.review.prints import SHORT, fold, numbered_print, plan_print, text_print

VERDICTS: tuple[Verdict, ...] = get_args(Verdict)
LogVerdict = Verdict | Literal["withdrawn"]
#: Who decides: a person, or a language model by its name. A person always wins.
PERSON = "review"
MODEL = "model:"
_LATER_COLUMNS = {"place": "", "decided_by": PERSON}

#: A row of coverage: source requirement and target plan.
RowKey = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Decision:
    """One row of ``decisions.csv``; all values are text, lists are joined with ``;``.

    ``source_sha256`` and ``target_sha256`` are fingerprints of the texts. ``target_plan_sha256`` is
    that of all duties of the target plan, kept for omissions: a changed plan may hold the duty
    after all. ``place`` is ``2/3`` for the second of three places with the same sentence, else
    empty. ``decided_by`` is ``review`` for a person, ``model:<name>`` for a language model.
    """

    source_id: str
    source_sha256: str
    target_plan_id: str
    verdict: LogVerdict
    target_ids: str
    target_sha256: str
    target_plan_sha256: str
    reviewer: str
    date: str
    note: str
    place: str = ""
    decided_by: str = PERSON

    @property
    def who(self) -> str:
        """Return by what one decider is told from another: the name, widths and blanks apart."""
        return fold(self.reviewer) if self.decided_by == PERSON else self.decided_by

    @property
    def says(self) -> str:
        """Return who says what, for a reader."""
        who = self.reviewer or ("somebody" if self.decided_by == PERSON else self.decided_by)
        day = f" ({self.date})" if self.date else ""
        return f"{who}{day}: {self.verdict} {self.target_ids}".rstrip()


def decisions_to_csv(decisions: Iterable[Decision]) -> str:
    """Return the decisions as CSV text with a header, ``\\n`` line ends, in the order given."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    names = [field.name for field in fields(Decision)]
    values = attrgetter(*names)
    writer.writerow(names)
    writer.writerows(
        [value.replace("\r\n", "\n").replace("\r", "\n") for value in values(decision)]
        for decision in decisions
    )
    return out.getvalue()


def decisions_from_rows(
    rows: Sequence[tuple[int, Sequence[str]]], *, file: str = "decisions"
) -> tuple[Decision, ...]:
    """Return the decisions of a table: (line number, cells) for every row, the heading first.

    Logs of earlier versions lack the last two columns. Raises
    :class:`~wpnet.errors.ReviewError` with the line for a missing column or an unknown verdict.
    """
    if not rows:
        return ()
    names = [name.strip() for name in rows[0][1]]
    places = {}
    for field in fields(Decision):
        if field.name in names:
            places[field.name] = names.index(field.name)
        elif field.name not in _LATER_COLUMNS:
            raise ReviewError(f"{file}: the column {field.name} is missing; restore it from a copy")
    found = []
    for line, cells in rows[1:]:
        told = [*cells, *[""] * (len(names) - len(cells))]
        values = dict(_LATER_COLUMNS) | {name: told[at] for name, at in places.items()}
        if values["verdict"] not in (*VERDICTS, "withdrawn"):
            raise ReviewError(
                f"{file}, line {line}: unknown verdict {values['verdict'][:40]!r}; it is one of "
                f"{', '.join((*VERDICTS, 'withdrawn'))}"
            )
        values["decided_by"] = values["decided_by"] or PERSON
        found.append(Decision(**values))  # type: ignore[arg-type]
    return tuple(found)


class Texts:
    """The sentences of plans as decisions name them: by fingerprint, place and number."""

    def __init__(self, requirements: Iterable[Requirement]) -> None:
        self.plans: dict[str, PlanTexts] = {}
        for requirement in requirements:
            self.plans.setdefault(requirement.plan_id, PlanTexts()).sentences.append(requirement)

    def plan(self, plan_id: str) -> PlanTexts:
        """Return the texts of a plan; of an unknown one, none."""
        return self.plans.get(plan_id) or PlanTexts()

    def find(self, requirement_id: str) -> Requirement | None:
        """Return the sentence of that id."""
        return self.plan(requirement_id.partition("#")[0]).by_id.get(requirement_id)


class PlanTexts:
    """The sentences of one plan; what is derived from them is worked out once."""

    def __init__(self) -> None:
        self.sentences: list[Requirement] = []

    @cached_property
    def by_id(self) -> dict[str, Requirement]:
        return {entry.requirement_id: entry for entry in self.sentences}

    @cached_property
    def ids_of(self) -> dict[str, list[str]]:
        """The ids of the sentences with a fingerprint, in the order of the plan.

        Logs of earlier versions hold the sha256 of the exact text instead.
        """
        found: dict[str, list[str]] = {}
        for entry in self.sentences:
            for key in {text_print(entry.text), entry.text_sha256}:
                found.setdefault(key, []).append(entry.requirement_id)
        return found

    @cached_property
    def by_short(self) -> dict[str, list[Requirement]]:
        """The sentences with a short fingerprint, in the order of the plan."""
        found: dict[str, list[Requirement]] = {}
        for entry in self.sentences:
            found.setdefault(text_print(entry.text)[:SHORT], []).append(entry)
        return found

    @cached_property
    def whole(self) -> str:
        return plan_print(self.sentences)

    @cached_property
    def numbered(self) -> str:
        return numbered_print(self.sentences)

    @cached_property
    def whole_before(self) -> str:
        """The fingerprint of all duties as earlier versions made it."""
        prints = sorted(entry.text_sha256 for entry in self.sentences if entry.kind == "duty")
        return hashlib.sha256("\n".join(prints).encode()).hexdigest()

    def place(self, requirement: Requirement) -> str:
        """Return which of several places with the same sentence this one is; mostly nothing."""
        same = self.ids_of[text_print(requirement.text)]
        at = same.index(requirement.requirement_id) + 1
        return f"{at}/{len(same)}" if len(same) > 1 else ""


def sources_of(decision: Decision, texts: Texts) -> tuple[list[str], str]:
    """Return today's ids of the decided sentence, and why the decision is suspect (or nothing)."""
    plan = decision.source_id.partition("#")[0]
    same = texts.plan(plan).ids_of.get(decision.source_sha256, [])
    if not same:
        return [decision.source_id], "the source text has changed or is gone"
    at, _, of = decision.place.partition("/")
    if of == str(len(same)) and at.isdecimal() and 0 < int(at) <= len(same):
        return [same[int(at) - 1]], ""
    if of and not (len(same) == 1 and same[0] == decision.source_id):
        return same, f"its sentence stood at {of} places of the plan and stands at {len(same)} now"
    return ([decision.source_id] if decision.source_id in same else same), ""


def targets_of(decision: Decision, texts: Texts) -> tuple[tuple[str, ...], str]:
    """Return today's ids of the chosen targets, and why the decision is suspect (or nothing)."""
    plan = texts.plan(decision.target_plan_id)
    if decision.verdict == "omitted":
        if decision.target_plan_sha256 in ("", plan.whole, plan.whole_before):
            return (), ""
        return (), "the target plan has changed since it was found to omit this"
    found: list[str] = []
    old_ids = decision.target_ids.split(";") if decision.target_ids else []
    prints = decision.target_sha256.split(";") if decision.target_sha256 else []
    for old, fingerprint in zip(old_ids, prints, strict=False):
        same = plan.ids_of.get(fingerprint, [])
        if not same:
            return tuple(id for id in old_ids if id), f"the text of {old} has changed or is gone"
        found.append(old if old in same else same[0])
    return tuple(found), ""
