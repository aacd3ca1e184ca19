"""Corpora for the tests of report and workbook: the base one, ten times it, a hostile one."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from wpnet.corpus import Corpus
from wpnet.model import Assignment, Citation, Coverage, Link, Plan, Requirement, Unit, Verdict
from wpnet.store import load_corpus

ROOT = Path(__file__).parents[2]
SOURCE, TARGET = "shanghai-hrss-2023", "jiading-hrss-2025"
#: What a plan may hold to harm a reader: markup, formulas, scripts, marks that turn the text round.
NASTY = (
    "</script><script>window.hacked=1</script><img src=x onerror=window.hacked=1>",
    "=cmd|' /C calc'!A0",
    "javascript:window.hacked=1",
    "做好\u202e公开\u202c\u200f信息\u2066。\u2028换行\u2029",
    "\x00\x07\x1b控制\x7f字符\ufffe\uffff",
    "+1+1",
    "-2+3",
    "@SUM(A1:A9)",
    "\t=1+1",
    "＝1＋1",
    '"><svg/onload=window.hacked=1>&amp;{{7*7}}{%x%}${x}',
    "_x0041_ 堃😀 ]]> <!-- -->",
)


@cache
def base() -> Corpus:
    """Return the corpus of the five real plans."""
    return load_corpus(ROOT / "data" / "processed")


@cache
def tenfold() -> Corpus:
    """Return ten cities like the one of the base corpus, each with its districts."""
    corpus = base()
    copies = [copied(corpus, f"c{number}") for number in range(10)]
    fields = ("plans", "requirements", "assignments", "units", "citations", "links", "coverage")
    joined: dict[str, Any] = {
        name: tuple(entry for copy in copies for entry in getattr(copy, name)) for name in fields
    }
    return Corpus(**joined)


def copied(corpus: Corpus, mark: str) -> Corpus:
    """Return a corpus whose ids all start with ``mark``."""

    def renamed(name: str) -> str:
        return f"{mark}-{name}" if name else name

    def each(records: Any, *names: str) -> Any:
        made = []
        for record in records:
            new = {name: renamed(getattr(record, name)) for name in names}
            made.append(replace(record, **new))
        return tuple(made)

    return Corpus(
        plans=tuple(
            replace(plan, plan_id=renamed(plan.plan_id), place_code=f"{mark[1:]}{plan.place_code}")
            for plan in corpus.plans
        ),
        requirements=each(corpus.requirements, "requirement_id", "plan_id"),
        assignments=each(corpus.assignments, "requirement_id", "unit_id"),
        units=each(corpus.units, "unit_id"),
        citations=each(corpus.citations, "plan_id", "cited_plan_id"),
        links=each(corpus.links, "source_id", "target_id"),
        coverage=tuple(
            replace(row, target_ids=tuple(map(renamed, row.target_ids)))
            for row in each(corpus.coverage, "source_id", "target_plan_id", "nearest_id")
        ),
    )


def requirement(requirement_id: str, text: str, **more: Any) -> Requirement:
    """Build a duty; number and plan come from its id."""
    plan_id, _, path = requirement_id.partition("#")
    section, item, sentence = (int(part) for part in path.split("."))
    facts: dict[str, Any] = {
        "kind": "duty",
        "section_no": section,
        "section_title": "加强公开",
        "item_no": item,
        "item_title": "做好工作",
        "subitem_no": 0,
        "subitem_title": "",
        "sentence_no": sentence,
        "start": sentence * 100,
        "end": sentence * 100 + len(text),
        "text_sha256": hashlib.sha256(text.encode("utf-8", "replace")).hexdigest(),
    }
    return Requirement(requirement_id, plan_id, text=text, **(facts | more))


def plan(plan_id: str, level: str, **more: Any) -> Plan:
    """Build a held plan whose year is the end of its id."""
    facts: dict[str, Any] = {
        "title": f"{plan_id}要点",
        "issuer": "上海市某局" if level == "municipal" else "上海市嘉定区某局",
        "place_code": "310000" if level == "municipal" else "310114",
        "level": level,
        "bureau": "hrss",
        "year": int(plan_id[-4:]),
        "source_file": f"{plan_id}.txt",
        "source_sha256": "0" * 64,
    }
    return Plan(plan_id, **(facts | more))


def hostile_row(source: Requirement, target: Requirement, *, omitted: bool) -> Coverage:
    """Build a verdict of the machine on a pair of sentences."""
    verdict: Verdict = "omitted" if omitted else "carried"
    return Coverage(
        source_id=source.requirement_id,
        target_plan_id=target.plan_id,
        relation="cascade",
        lag_years=2,
        auto_verdict=verdict,
        p_carried=0.1,
        p_partial=0.2,
        p_omitted=0.7,
        needs_review=False,
        verdict=verdict,
        target_ids=() if omitted else (target.requirement_id,),
        nearest_id=target.requirement_id,
        nearest_score=0.5,
    )


@cache
def hostile() -> Corpus:
    """Return two plans in which every text of the plan is an attack."""
    texts = dict(enumerate(NASTY, start=1))
    source = [requirement(f"{SOURCE}#1.1.{at}", text) for at, text in texts.items()]
    target = [requirement(f"{TARGET}#1.1.{at}", text) for at, text in texts.items()]
    source[0] = replace(source[0], section_title=NASTY[0], item_title=NASTY[3], deadline=NASTY[1])
    coverage = [
        hostile_row(one, other, omitted=bool(at % 2))
        for at, (one, other) in enumerate(zip(source, target, strict=True))
    ]
    return Corpus(
        plans=(
            plan(SOURCE, "municipal", title=NASTY[0], source_url="javascript:window.hacked=1"),
            plan(TARGET, "district", title=NASTY[3], doc_number=NASTY[1], source_file=NASTY[7]),
            replace(plan("x-hrss-2024", "municipal", title=NASTY[10]), held=False),
        ),
        requirements=(*source, *target),
        assignments=tuple(
            Assignment(one.requirement_id, f"u/{at}", NASTY[at], "responsible", "item")
            for at, one in enumerate(source)
        ),
        units=tuple(Unit(f"u/{at}", NASTY[at], "unit", "") for at in range(len(source))),
        citations=(Citation(TARGET, 0, 9, NASTY[0], NASTY[1], "parent", "", "x-hrss-2024"),),
        links=tuple(
            Link(one.requirement_id, other.requirement_id, "cascade", 0.5, "adapted", "accepted")
            for at, (one, other) in enumerate(zip(source, target, strict=True))
            if at % 2 == 0
        ),
        coverage=tuple(coverage),
    )
