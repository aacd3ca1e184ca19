"""Why a score is what it is, and what it would be by another scorer."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import Any

import pandas as pd

from wpnet.cascade.align import align, comparable_pairs
from wpnet.cascade.explain import Reason, explain_link, explain_verdict
from wpnet.cascade.own import ScorerLike, model_of
from wpnet.corpus import Corpus
from wpnet.errors import CorpusError, UnknownName, WpnetError
from wpnet.model import Coverage, Link, Plan, Requirement
from wpnet.reading.door import explain_bytes
from wpnet.showing.listings import trace_text
from wpnet.showing.tracing import Trace
from wpnet.store import check_sha256
from wpnet.storing.raw import read_raw

COLUMNS = ["question", *Reason._fields]


class Told(tuple[str, ...]):
    """Lines that show themselves as lines."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "\n".join(self)


class ShownTrace(Trace):
    """A trace that shows itself as the command does."""

    @classmethod
    def of(cls, found: Trace) -> ShownTrace:
        """Return the same trace."""
        return cls(**{field.name: getattr(found, field.name) for field in fields(found)})

    def __repr__(self) -> str:
        return trace_text(self)


def explain(corpus: Corpus, source_id: str, target: str) -> pd.DataFrame:
    """Return the features behind a link (two duties), or behind a verdict (a duty and a plan).

    Raises :class:`~wpnet.errors.UnknownName` for an id that is unknown, or no duty, and
    :class:`~wpnet.errors.WpnetError` where another scorer than the model gave the scores.
    """
    duty = corpus.requirement(source_id)
    plan_id = corpus.requirement(target).plan_id if "#" in target else corpus.plan(target).plan_id
    if corpus.own_scorers:
        raise WpnetError(
            f"the scores of this corpus are those of {corpus.own_scorers[0]}: only its author can "
            "explain them"
        )
    plans = _by_plan(corpus)
    here, there = plans[duty.plan_id], plans.get(plan_id, [])
    if not any(one.kind == "duty" for one in there):
        raise UnknownName(f"{plan_id} has no duties here: it is cited but not held, or a preamble")
    if duty.kind != "duty":
        raise UnknownName(f"{source_id} is a sentence of the preamble, which is compared with none")
    if "#" in target:
        if corpus.requirement(target).kind != "duty":
            raise UnknownName(f"{target} is a sentence of the preamble, which takes no duty up")
        asked = {"link": explain_link(here, there, source_id, target)}
    else:
        asked = {
            question: explain_verdict(here, there, source_id, question=question)
            for question in ("taken_up", "whole")
        }
    rows = [[question, *reason] for question, reasons in asked.items() for reason in reasons]
    return pd.DataFrame(rows, columns=COLUMNS)


def rescored(corpus: Corpus, scorer: ScorerLike) -> dict[str, Any]:
    """Return links and coverage of all comparable pairs of plans by a scorer of one's own."""
    model, plans = model_of(scorer), _by_plan(corpus)
    links: list[Link] = []
    coverage: list[Coverage] = []
    for pair in comparable_pairs(corpus.plans):
        found = align(
            plans.get(pair.source_plan_id, []),
            plans.get(pair.target_plan_id, []),
            relation=pair.relation,
            lag_years=pair.lag_years,
            target_plan_id=pair.target_plan_id,
            scorer=model,
        )
        links += found.links
        coverage += found.coverage
    return {
        "links": tuple(sorted(links, key=lambda link: (link.source_id, link.target_id))),
        "coverage": tuple(sorted(coverage, key=lambda row: (row.source_id, row.target_plan_id))),
    }


def explain_plan(plan: Plan, folder: Path) -> Told:
    """Say how the raw file of a plan was read: lines, parts, numbering, units, table, names.

    Raises :class:`~wpnet.errors.CorpusError` where the file is not in the folder, or is another.
    """
    file = folder / plan.source_file
    if not plan.source_file or not file.is_file():
        raise CorpusError(
            f"{file if plan.source_file else plan.plan_id}: no raw file of this plan is there; "
            "name the folder with raw="
        )
    raw, data = read_raw(file)
    check_sha256(file, plan, raw.sha256)
    return Told(explain_bytes(data, file.name))


def _by_plan(corpus: Corpus) -> dict[str, list[Requirement]]:
    plans: dict[str, list[Requirement]] = {}
    for requirement in corpus.requirements:
        plans.setdefault(requirement.plan_id, []).append(requirement)
    return plans
