"""When a reading is sound enough to be kept unseen: the one place that says so, in sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from wpnet.building.stages import no_plan, usable_id
from wpnet.intake.signs import signs
from wpnet.model import ParsedPlan, Plan
from wpnet.reading import names

#: Share of a text's characters that may stay unparsed. None of the 84 plans read by hand (the five
#: base plans and `tests/reading/layouts`, 2026-11) leaves any; one lost line of 30 characters in a
#: plan as short as the shortest base plan (2,345 characters) is just over it.
MOST_UNPARSED = 0.01
#: Kinds of dates that an office gives a plan itself. In all 70 dated plans of the survey of layouts
#: (2026-11) they lie in the year that the plan is for; the day of a web page may lie elsewhere.
OWN_DATES = ("signed", "issued", "printed")
#: Warnings of a reader that a part of the file never became text.
UNREAD = re.compile(
    "was not read|so it is not read|have lost their text|the text breaks off"
    "|only the document's own font"
)


@dataclass(frozen=True, slots=True)
class Objection:
    """A reason not to keep a reading unseen; ``final`` where nobody can overrule it."""

    sentence: str
    final: bool = False


def objections(parsed: ParsedPlan, held: Mapping[str, str] | None = None) -> tuple[Objection, ...]:
    """Say all that speaks against keeping a reading unseen; nothing does where it is sound.

    Sound: a plan is there, issuer and year are known and give its id, (nearly) nothing is unparsed
    and no page or table unread, nothing in it contradicts itself, and no other text is held under
    its id.

    Args:
        held: ids that are taken, each with the file that holds another text under it; the empty
            string for one that the manifest lists as not held.

    Example:
        >>> plan = Plan("a", title="2025年某局政务公开工作要点", issuer="某局", year=2025)
        >>> [said] = objections(ParsedPlan(plan, "做好公开。", ()))
        >>> said.sentence.split(", ")[0]
        'the place of 某局 is not known for certain'
    """
    return (
        *_absent(parsed),
        *_named(parsed.plan, held or {}),
        *_unread(parsed),
        *_at_odds(parsed),
        *_misread(parsed),
    )


def unparsed(parsed: ParsedPlan) -> tuple[str, ...]:
    """Return the stretches of the normalised text that nothing was made of.

    Example:
        >>> from wpnet.model import AuditSpan
        >>> spans = (AuditSpan("a", 0, 3, "heading", ""), AuditSpan("a", 3, 5, "unparsed", ""))
        >>> unparsed(ParsedPlan(Plan("a"), "一、甲??", (), audit=spans))
        ('??',)
    """
    stretches = (
        parsed.text[span.start : span.end].strip()
        for span in parsed.audit
        if span.audit_class == "unparsed"
    )
    return tuple(stretch for stretch in stretches if stretch)


def unparsed_share(parsed: ParsedPlan) -> float:
    """Return the share of a text's characters that nothing was made of (0 for an empty text)."""
    return sum(map(len, unparsed(parsed))) / max(len(parsed.text), 1)


def _absent(parsed: ParsedPlan) -> Iterator[Objection]:
    if not parsed.plan_present:
        said = no_plan(parsed.plan.source_file, parsed.plan.title)
        yield Objection(said.removeprefix(f"{parsed.plan.source_file}: "), final=True)


def _named(plan: Plan, held: Mapping[str, str]) -> Iterator[Objection]:
    if _unknown(plan):
        yield Objection(
            f"{_unknown(plan)}, so the plan has no id but the name of its file, “{plan.plan_id}”"
        )
    if not usable_id(plan.plan_id) or plan.plan_id.startswith("~$"):
        yield Objection(
            f"“{plan.plan_id}” cannot be an id or the name of a file; rename the file by place, "
            "bureau and year",
            final=True,
        )
    if plan.plan_id in held:
        yield Objection(_taken(plan.plan_id, held[plan.plan_id]), final=True)


def _taken(plan_id: str, file: str) -> str:
    if not file:
        return (
            f"the manifest lists {plan_id} as not held; put the file there yourself and fill in "
            "its name and sha256"
        )
    return (
        f"{file} holds another text as {plan_id}, and raw plans are never changed; if they are two "
        "plans, put this one there yourself and name it apart with plan_id in the manifest"
    )


def _unknown(plan: Plan) -> str:
    """Say which part of the id ``<place>-<bureau>-<year>`` the document does not give, if any."""
    if not plan.issuer:
        return "no issuer was found"
    if not plan.place_code and names.place_of(plan.issuer) is None:
        return f"the place of {plan.issuer} is not known for certain"
    if not names.bureau_of(plan.issuer):
        return f"the bureau of {plan.issuer} is not known"
    if not plan.year:
        return "no year was found"
    return (
        ""
        if names.FIRST_YEAR <= plan.year <= names.LAST_YEAR
        else (f"the year {plan.year} is out of range")
    )


def _unread(parsed: ParsedPlan) -> Iterator[Objection]:
    share = unparsed_share(parsed)
    if share > MOST_UNPARSED:
        count = sum(map(len, unparsed(parsed)))
        yield Objection(
            f"{count} characters ({share:.1%} of the text) stay unparsed, more than "
            f"{MOST_UNPARSED:.0%}"
        )
    for warning in parsed.warnings:
        if UNREAD.search(warning):
            yield Objection(f"a part of the file is missing: {warning}")


def _misread(parsed: ParsedPlan) -> Iterator[Objection]:
    """Say what shows that a stretch was read wrongly, one sentence for each kind of sign."""
    if parsed.plan_present:
        yield from map(Objection, signs(parsed))


def _at_odds(parsed: ParsedPlan) -> Iterator[Objection]:
    """Say where what the document says of itself does not fit together."""
    plan = parsed.plan
    for what, read in (("place", names.place_of), ("bureau", names.bureau_of)):
        by_issuer, by_title = read(plan.issuer), read(plan.title)
        if by_issuer and by_title and by_issuer != by_title:
            yield Objection(f"issuer and title name different {what}s: {plan.issuer}, {plan.title}")
    if plan.year and plan.date_kind in OWN_DATES and int(plan.date[:4]) != plan.year:
        yield Objection(
            f"the plan is for {plan.year}, but its {plan.date_kind} date is {plan.date}"
        )
