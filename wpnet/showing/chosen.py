"""A part of a corpus, whole in itself: what is kept names nothing that was left out."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from typing import TypeVar

from wpnet.corpus import Corpus
from wpnet.errors import CorpusError
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
