"""Records as pandas tables, and the short names that figures call plans and places by.

The columns are the fields of :mod:`wpnet.model`; lists stay tuples. Every ``*_data`` function of
this package takes :class:`Frames` and returns the table that one figure shows.
"""

from __future__ import annotations

import dataclasses
import functools
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Concatenate, ParamSpec, TypeVar

import pandas as pd

from wpnet.corpus import Corpus
from wpnet.model import (
    Assignment,
    AuditSpan,
    Citation,
    Coverage,
    LeftOut,
    Link,
    Plan,
    Requirement,
    Unit,
)

Rest = ParamSpec("Rest")
Made = TypeVar("Made")

_RECORDS: dict[str, type] = {
    "plans": Plan,
    "requirements": Requirement,
    "assignments": Assignment,
    "units": Unit,
    "citations": Citation,
    "links": Link,
    "coverage": Coverage,
    "audit": AuditSpan,
    "left_out": LeftOut,
}
# 上海市嘉定区人力资源和社会保障局 -> 上海市, 嘉定区; 城区 and 社区 are too short to be places.
_STEP = r"(?:(?!省|市|区|县|旗|州(?!市)).){2,8}?(?:自治区|省|市|区|县|旗|州)"
_PLACES = re.compile(rf"(?:20\d\d年(?:度)?)?((?:{_STEP})+)")
_LAST_PLACE = re.compile(_STEP)
_PLAN_ID = re.compile(r"(?P<place>.+)-(?P<bureau>[a-z]+)-(?P<year>\d{4})")


@dataclass(frozen=True)
class Frames:
    """The tables of a corpus, and the corpus itself for whoever wants its records."""

    corpus: Corpus
    plans: pd.DataFrame
    requirements: pd.DataFrame
    assignments: pd.DataFrame
    units: pd.DataFrame
    citations: pd.DataFrame
    links: pd.DataFrame
    coverage: pd.DataFrame
    audit: pd.DataFrame
    left_out: pd.DataFrame


def frames_of(corpus: Corpus) -> Frames:
    """Return the tables of a corpus; every table has all of its columns, also when it is empty.

    ``links`` and ``coverage`` get the plans of both ends as ``source_plan_id`` and
    ``target_plan_id``; ``requirements`` are in the order of the documents, ``path`` is the printed
    number.
    """
    tables = {name: table_of(getattr(corpus, name), kind) for name, kind in _RECORDS.items()}
    for name in ("links", "coverage"):
        frame = tables[name]
        frame.insert(0, "source_plan_id", _homes(frame["source_id"]))
    links = tables["links"]
    links.insert(2, "target_plan_id", _homes(links["target_id"]))
    duties = tables["requirements"].sort_values(["plan_id", "start"], ignore_index=True)
    duties.insert(2, "path", [entry.partition("#")[2] for entry in duties["requirement_id"]])
    return Frames(corpus, **(tables | {"requirements": duties}))


def of_corpus(
    make: Callable[Concatenate[Frames, Rest], Made],
) -> Callable[Concatenate[Frames | Corpus, Rest], Made]:
    """Let a function of :class:`Frames` take a corpus as well."""

    @functools.wraps(make)
    def made(frames: Frames | Corpus, /, *args: Rest.args, **kwargs: Rest.kwargs) -> Made:
        if isinstance(frames, Corpus):
            frames = getattr(frames, "frames", None) or frames_of(frames)
        return make(frames, *args, **kwargs)

    return made


def table_of(records: Iterable[Any], kind: type) -> pd.DataFrame:
    """Return a table with one row a record and one column a field of ``kind``.

    >>> table_of([Unit("x/办公室", "办公室", "unit", "x")], Unit)["name"].tolist()
    ['办公室']
    """
    names = [field.name for field in dataclasses.fields(kind)]
    rows = [[getattr(record, name) for name in names] for record in records]
    return pd.DataFrame(rows, columns=names)


def rows_of(table: pd.DataFrame) -> Iterator[Any]:
    """Yield the rows of a table as named tuples (pandas types their fields as anything at all)."""
    yield from table.itertuples(index=False)


def _homes(ids: Iterable[str]) -> list[str]:
    return [entry.partition("#")[0] for entry in ids]


@of_corpus
def duties_of(frames: Frames, plan_id: str) -> pd.DataFrame:
    """Return the duties of a plan in the order of the document."""
    rows = frames.requirements
    found = rows[(rows["plan_id"] == plan_id) & (rows["kind"] == "duty")]
    return found.reset_index(drop=True)


@of_corpus
def held_note(frames: Frames, plan_ids: Sequence[str]) -> str:
    """Say in a sentence which of the plans asked for the corpus does not hold, and which it holds.

    Notebooks show it below their parameters, so that an empty figure is no riddle.

    Raises :class:`~wpnet.errors.UnknownName` for a plan that is neither held nor cited: a slip.
    """
    for name in plan_ids:
        frames.corpus.plan(name)
    held = sorted(frames.plans.loc[frames.plans["held"], "plan_id"])
    wanted = list(dict.fromkeys(plan_ids))
    missing = [name for name in wanted if name not in held]
    if not wanted:
        return f"No plan was asked for. Held: {', '.join(f'`{name}`' for name in held)}."
    if not missing:
        return f"All plans asked for are held ({', '.join(f'`{name}`' for name in wanted)})."
    told = [f"`{name}` (cited, but not held)" for name in missing]
    return (
        f"**The corpus does not hold {', '.join(told)}**, so nothing can be shown or counted for "
        f"{'it' if len(told) == 1 else 'them'}. Held: {', '.join(f'`{name}`' for name in held)}."
    )


def targets_of(frames: Frames, source: str, relation: str = "cascade") -> list[str]:
    """Return the held plans that a plan can cascade (or evolve) into, by place and year."""
    rows = frames.coverage
    wanted = (rows["source_plan_id"] == source) & (rows["relation"] == relation)
    found = set(rows.loc[wanted, "target_plan_id"])
    plans = frames.plans[frames.plans["plan_id"].isin(found)]
    return [str(name) for name in plans.sort_values(["place_code", "year"])["plan_id"]]


def sources_of(frames: Frames, target: str, relation: str = "cascade") -> list[str]:
    """Return the held plans that can cascade (or evolve) into a plan, the latest first."""
    rows = frames.coverage
    wanted = (rows["target_plan_id"] == target) & (rows["relation"] == relation)
    found = set(rows.loc[wanted, "source_plan_id"])
    plans = frames.plans[frames.plans["plan_id"].isin(found)]
    ordered = plans.sort_values(["year", "plan_id"], ascending=[False, True])
    return [str(name) for name in ordered["plan_id"]]


def accepted(frames: Frames, source: str, target: str) -> pd.DataFrame:
    """Return the accepted links from one plan to another, best first for every source."""
    rows = frames.links
    wanted = (
        (rows["source_plan_id"] == source)
        & (rows["target_plan_id"] == target)
        & (rows["status"] == "accepted")
    )
    order = ["source_id", "score", "target_id"]
    return rows[wanted].sort_values(order, ascending=[True, False, True], ignore_index=True)


def item_label(row: Any) -> str:
    """Return number and title of the item a requirement stands in."""
    section, item = row.section_no, row.item_no
    title = row.item_title or row.section_title
    return f"{section}.{item} {title}" if item else f"{section} {title}"


def place_name(name: str) -> str:
    """Return the innermost place that an issuer or title begins with, empty when there is none.

    >>> place_name("上海市嘉定区人力资源和社会保障局"), place_name("2020年上海市政务公开工作要点")
    ('嘉定区', '上海市')
    """
    found = _PLACES.match(name)
    return _LAST_PLACE.findall(found[1])[-1] if found else ""


@of_corpus
def plan_names(frames: Frames, *, language: str = "zh") -> dict[str, str]:
    """Return the short name of every plan: ``嘉定区2025``, in English ``Jiading 2025``.

    Whole-government plans are marked (``上海市政府2023``), since a place has several issuers.
    """
    names = {}
    for row in rows_of(frames.plans):
        names[str(row.plan_id)] = _plan_name(row, language)
    return names


def _plan_name(row: Any, language: str) -> str:
    parts = _PLAN_ID.fullmatch(row.plan_id)
    if language == "en":
        if parts is None:
            return str(row.plan_id)
        place = parts["place"].replace("-", " ").title()
        return f"{place} {'gov ' if row.bureau == 'gov' else ''}{parts['year']}"
    place = place_name(row.issuer) or place_name(row.title)
    if not place or not row.year:
        return str(row.plan_id)
    return f"{place}{'政府' if row.bureau == 'gov' else ''}{row.year}"
