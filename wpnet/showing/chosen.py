"""A part of a corpus, whole in itself: what is kept names nothing that was left out."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from typing import TypeVar

from wpnet.corpus import Corpus
from wpnet.errors import CorpusError, UnknownName
from wpnet.model import Citation, Plan, Relation

Row = TypeVar("Row")


def select_plans(
    plans: Iterable[Plan],
    *,
    place: str = "",
    bureau: str = "",
    years: tuple[int, int] | None = None,
) -> tuple[str, ...]:
    """Return the ids of the held plans of a place, bureau and time, in their order.

    Args:
        plans: plans to choose from.
        place: a GB/T 2260 code or its beginning: 3101 holds all districts of Shanghai, 310000 the
            city alone. The end of a whole region's code may be left out: 31 is city and districts.
        bureau: the code of a bureau as in ``plans.csv`` (hrss).
        years: the first and the last year.

    Raises:
        CorpusError: no plan is left.

    Example:
        >>> city = Plan("a", place_code="310000", bureau="hrss", year=2023)
        >>> district = Plan("b", place_code="310114", bureau="hrss", year=2025)
        >>> select_plans([city, district], place="3101"), select_plans([city], years=(2023, 2024))
        (('b',), ('a',))
    """
    chosen = tuple(
        plan.plan_id
        for plan in plans
        if plan.held
        and plan.place_code.startswith(place)
        and bureau in ("", plan.bureau)
        and (years is None or years[0] <= plan.year <= years[1])
    )
    if chosen:
        return chosen
    asked = [f"place {place}" if place else "", f"bureau {bureau}" if bureau else ""]
    asked.append(f"years {years[0]}-{years[1]}" if years else "")
    raise CorpusError(
        f"no held plan is of {', '.join(filter(None, asked)) or 'this corpus'}; "
        "plans.csv lists place_code, bureau and year of every plan"
    )


def choose(
    corpus: Corpus,
    *,
    plans: Collection[str] = (),
    relation: Relation | None = None,
    accepted_only: bool = False,
) -> Corpus:
    """Return the part of a corpus that the filters leave.

    Args:
        corpus: all records.
        plans: ids of the plans to keep; none means all. Rows that lead out of these plans go, but
            the documents that they cite and that nobody holds stay.
        relation: keep links and verdicts of this relation only.
        accepted_only: keep accepted links only; verdicts stay.

    Raises:
        UnknownName: a plan is not in the corpus.
    """
    if plans:
        corpus = _of_plans(corpus, {corpus.plan(plan_id).plan_id for plan_id in plans})
    links, coverage = corpus.links, corpus.coverage
    if relation is not None:
        links = tuple(link for link in links if link.relation == relation)
        coverage = tuple(row for row in coverage if row.relation == relation)
    if accepted_only:
        links = tuple(link for link in links if link.status == "accepted")
    return replace(corpus, links=links, coverage=coverage)


def _of_plans(corpus: Corpus, chosen: set[str]) -> Corpus:
    def home(requirement_id: str) -> bool:
        return requirement_id.partition("#")[0] in chosen

    cited = {row.cited_plan_id for row in corpus.citations if row.plan_id in chosen}
    missing = {plan.plan_id for plan in corpus.plans if not plan.held and plan.plan_id in cited}
    kept = chosen | missing | {""}
    assignments = tuple(row for row in corpus.assignments if home(row.requirement_id))
    units = {row.unit_id for row in assignments}

    def stays(row: Citation) -> bool:
        return row.plan_id in chosen and row.cited_plan_id in kept

    return Corpus(
        plans=_where(corpus.plans, lambda plan: plan.plan_id in kept),
        requirements=_where(corpus.requirements, lambda entry: entry.plan_id in chosen),
        assignments=assignments,
        units=_where(corpus.units, lambda unit: unit.unit_id in units),
        citations=_where(corpus.citations, stays),
        links=_where(corpus.links, lambda link: home(link.source_id) and home(link.target_id)),
        coverage=_where(
            corpus.coverage, lambda row: home(row.source_id) and row.target_plan_id in chosen
        ),
        audit=_where(corpus.audit, lambda span: span.plan_id in chosen),
        left_out=_where(corpus.left_out, lambda row: row.plan_id in chosen),
        texts={plan_id: corpus.texts[plan_id] for plan_id in corpus.texts if plan_id in chosen},
    )


def _where(rows: Iterable[Row], keep: Callable[[Row], bool]) -> tuple[Row, ...]:
    return tuple(row for row in rows if keep(row))


def between(corpus: Corpus, source: str = "", target: str = "") -> Corpus:
    """Return the part of a corpus about one source plan, one target plan, or one pair of them.

    Verdicts are those of the pairs that are left; documents that nobody holds stay where a plan
    that is left cites them, or where they are of the source's office.

    Raises:
        UnknownName: a plan is unknown, or nothing is compared with it; the sentence says why, and
            what can be compared.
    """
    asked = [corpus.plan(plan_id) for plan_id in (source, target) if plan_id]
    pairs = [
        pair
        for pair in corpus.coverage_between
        if source in ("", pair[0]) and target in ("", pair[1])
    ]
    if not pairs:
        raise UnknownName(why_not_compared(corpus, *asked, lower=bool(target)))
    chosen = {plan_id for pair in pairs for plan_id in pair}
    requirements = [one for plan_id in sorted(chosen) for one in corpus.requirements_of[plan_id]]
    ids = {one.requirement_id for one in requirements}
    citations = [row for plan_id in sorted(chosen) for row in corpus.citations_of.get(plan_id, ())]
    cited = {row.cited_plan_id for row in citations}
    offices = {(corpus.plan(one).bureau, corpus.plan(one).place_code) for one, _ in pairs}
    return Corpus(
        plans=tuple(
            plan
            for plan in corpus.plans
            if plan.plan_id in chosen
            or (
                not plan.held
                and (plan.plan_id in cited or (plan.bureau, plan.place_code) in offices)
            )
        ),
        requirements=tuple(requirements),
        assignments=tuple(row for one in sorted(ids) for row in corpus.units_of.get(one, ())),
        units=corpus.units,
        citations=tuple(citations),
        links=tuple(
            link
            for one in sorted(ids)
            for link in corpus.links_from.get(one, ())
            if link.target_id in ids
        ),
        coverage=tuple(row for pair in sorted(pairs) for row in corpus.coverage_between[pair]),
    )


def why_not_compared(corpus: Corpus, *plans: Plan, lower: bool = False) -> str:
    """Say in a sentence why a plan, or a pair of plans, is not compared, and what can be.

    ``plans`` are the source, the target, or both; ``lower`` that the last of them is the target.
    """
    for plan in plans:
        if not plan.held:
            return f"{plan.plan_id} is cited but not held: there is no text to compare"
    if len(plans) == 2:
        source, target = plans
        why = _why(corpus, source, target)
        return f"{source.plan_id} and {target.plan_id} are not compared: {why}; " + _instead(
            corpus, source, target
        )
    (plan,) = plans
    if lower:
        return (
            f"{plan.plan_id} is compared with no plan above it: no plan of the same bureau of a "
            "higher place, or an earlier one of its issuer, is held; add it and build again"
        )
    return (
        f"{plan.plan_id} is compared with no plan below it: no later plan of the same bureau of a "
        "place below, or of the same issuer, is held; add it and build again"
    )


def _why(corpus: Corpus, source: Plan, target: Plan) -> str:
    """Say what of two held plans keeps them apart."""
    if source.plan_id == target.plan_id:
        return "they are the same plan"
    if (target.plan_id, source.plan_id) in corpus.coverage_between:
        return f"a duty flows from {target.plan_id} to {source.plan_id}, not the other way"
    if source.bureau != target.bureau:
        return f"they are of different bureaus ({source.bureau}, {target.bureau})"
    if target.year < source.year:
        return f"{target.plan_id} is of {target.year}, earlier than {source.plan_id}"
    if source.level == target.level:
        return f"both are {source.level} plans, of different places"
    return f"{target.plan_id} is of no place below that of {source.plan_id}"


def _instead(corpus: Corpus, source: Plan, target: Plan) -> str:
    """Say what the source can be compared with, else the target."""
    if (target.plan_id, source.plan_id) in corpus.coverage_between:
        return f"ask with --from {target.plan_id} --to {source.plan_id}"
    below = sorted(other for one, other in corpus.coverage_between if one == source.plan_id)
    if below:
        return f"{source.plan_id} is compared with {_some(below)}"
    above = sorted(one for one, other in corpus.coverage_between if other == target.plan_id)
    if above:
        return f"{target.plan_id} is compared with {_some(above)}"
    return "neither of them is compared with any plan that is held"


def _some(names: list[str]) -> str:
    more = f" and {len(names) - 8} more" if len(names) > 8 else ""
    return ", ".join(names[:8]) + more
