"""The five base plans come out exactly as they were read by hand (tests/expected/NOTES.md)."""

from __future__ import annotations

import csv
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from wpnet.model import ParsedPlan
from wpnet.reading.files import read_document
from wpnet.reading.plan import parse_document

EXPECTED = Path(__file__).parent / "expected"
RAW = Path(__file__).parents[1] / "data" / "raw"
PLANS = [
    "jiading-hrss-2025",
    "minhang-hrss-2025",
    "qingpu-hrss-2024",
    "shanghai-hrss-2020",
    "shanghai-hrss-2023",
]


def expected(table: str, plan_id: str) -> list[dict[str, str]]:
    """Return the hand-written rows of one plan."""
    with (EXPECTED / f"{table}.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    key = "plan_id" if "plan_id" in rows[0] else "requirement_id"
    return [row for row in rows if row[key].split("#")[0] == plan_id]


@cache
def parsed(plan_id: str) -> ParsedPlan:
    """Parse a base plan without its manifest row: the document must speak for itself."""
    return parse_document(read_document(RAW / f"{plan_id}.txt"))


@pytest.mark.parametrize("plan_id", PLANS)
def test_every_sentence_is_a_requirement_with_its_place_title_and_deadline(plan_id: str) -> None:
    """Ids, kinds, numbers, titles, texts and deadlines are those that a reader writes down."""
    columns = (
        "requirement_id kind section_no section_title item_no item_title sentence_no text deadline "
        "deadline_date"
    ).split()
    found = [
        tuple(str(getattr(entry, column)) for column in columns)
        for entry in parsed(plan_id).requirements
    ]
    wanted = [tuple(row[column] for column in columns) for row in expected("requirements", plan_id)]
    assert found == wanted


@pytest.mark.parametrize("plan_id", PLANS)
def test_every_requirement_is_laid_on_the_units_of_its_bracket_or_table_row(plan_id: str) -> None:
    """Groups stay one name; where the task table has a row, its units are the effective ones."""
    found = Counter(
        (a.requirement_id, a.unit_as_written, a.role, a.origin, str(a.effective).lower())
        for a in parsed(plan_id).assignments
    )
    wanted = Counter(
        (r["requirement_id"], r["unit_as_written"], r["role"], r["origin"], r["effective"])
        for r in expected("assignments", plan_id)
    )
    assert found == wanted


@pytest.mark.parametrize("plan_id", PLANS)
def test_every_document_named_is_a_parent_a_reference_or_the_plan_itself(plan_id: str) -> None:
    """Citations stand in document order with title, number, relation and verb."""
    columns = ("cited_title", "cited_number", "relation", "verb")
    found = [
        tuple(getattr(entry, column) for column in columns) for entry in parsed(plan_id).citations
    ]
    assert found == [tuple(row[c] for c in columns) for row in expected("citations", plan_id)]


@pytest.mark.parametrize("plan_id", PLANS)
def test_a_plan_says_itself_who_issued_it_when_and_under_what_number(plan_id: str) -> None:
    """Title, signature, place, level, bureau, year, number, date and counts come from the text."""
    (row,) = expected("plans", plan_id)
    plan = parsed(plan_id).plan
    row["issuer"] = row.pop("issuer_as_signed")
    assert {name: str(getattr(plan, name)) for name in row} == row


@pytest.mark.parametrize("plan_id", PLANS)
def test_the_audit_accounts_for_every_character(plan_id: str) -> None:
    """The stretches cover the text end to end and none of it is unparsed."""
    plan = parsed(plan_id)
    position = 0
    for span in plan.audit:
        assert span.start == position
        assert span.end > span.start
        position = span.end
    assert position == len(plan.text)
    assert "unparsed" not in {span.audit_class for span in plan.audit}


@pytest.mark.parametrize("plan_id", PLANS)
def test_what_stands_around_the_requirements_is_classed_as_a_reader_would(plan_id: str) -> None:
    """Letterhead, notice, metadata, titles, table and portal text each have their class."""
    plan = parsed(plan_id)
    places = [place for place, mark in enumerate(plan.text) if not mark.isspace()]
    squeezed = "".join(plan.text.split())
    class_at = {
        place: span.audit_class for span in plan.audit for place in range(span.start, span.end)
    }
    at = 0
    for row in expected("audit_lines", plan_id):
        at = squeezed.index(row["line_text"], at)
        assert (row["line_text"], class_at[places[at]]) == (row["line_text"], row["class"])
        at += len(row["line_text"])


@pytest.mark.parametrize("plan_id", PLANS)
def test_the_requirement_text_stands_in_the_normalised_text_and_in_the_raw_file(
    plan_id: str,
) -> None:
    """``text == normalised[start:end]``, and ``raw_place`` leads to the same characters."""
    plan = parsed(plan_id)
    raw = (RAW / f"{plan_id}.txt").read_text("utf-8")
    for entry in plan.requirements:
        assert entry.text == plan.text[entry.start : entry.end]
        start, end = map(int, entry.raw_place.removeprefix("chars ").split("-"))
        assert "".join(raw[start:end].split()) == entry.text


def test_only_the_sentence_without_a_table_row_is_reported() -> None:
    """29 of 30 sentences of the Jiading plan have a row in its task table; the other is named."""
    with (EXPECTED / "table_rows.csv").open(encoding="utf-8") as lines:
        with_row = {row["requirement_id"] for row in csv.DictReader(lines)}
    plan = parsed("jiading-hrss-2025")
    without = [e.requirement_id for e in plan.requirements if e.requirement_id not in with_row]
    assert len(with_row) == 29
    assert plan.warnings == tuple(f"{entry}: no row in the task table" for entry in without)


def test_the_base_corpus_holds_158_requirements() -> None:
    """34, 37 with 1 preamble, 25 with 1 preamble, 30 and 32."""
    counts = {plan_id: len(parsed(plan_id).requirements) for plan_id in PLANS}
    assert sum(counts.values()) == 158
    assert counts["shanghai-hrss-2023"] == 37
