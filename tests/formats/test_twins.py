"""Every format gives the same plan as its text twin, requirement by requirement."""

from __future__ import annotations

import re
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))
import make_twins as twins

from wpnet.model import Document, ParsedPlan
from wpnet.reading.files import read_bytes_as_document, read_document
from wpnet.reading.plan import parse_document

pytestmark = pytest.mark.slow

VARIANTS: dict[str, tuple[str, Any, dict[str, Any]]] = {
    "html": ("a.html", twins.html_twin, {}),
    "html declared gb2312": (
        "a.html",
        twins.html_twin,
        {"charset": "gb18030", "declared": "gb2312"},
    ),
    "docx": ("a.docx", twins.docx_twin, {}),
    "docx with automatic numbers": ("a.docx", twins.docx_twin, {"automatic": True}),
    "pdf": ("a.pdf", twins.pdf_twin, {}),
    "pdf with embedded font and running head": (
        "a.pdf",
        twins.pdf_twin,
        {"embedded": True, "head": "政务公开", "page_mark": "第{}页"},
    ),
    "pdf with overprinted headings": ("a.pdf", twins.pdf_twin, {"bold": True}),
    "pdf with rows cut by pages": ("a.pdf", twins.pdf_twin, {"embedded": True, "cut_rows": True}),
    "pdf encrypted without password": ("a.pdf", twins.pdf_twin, {"embedded": True, "key": ""}),
}


@cache
def reference(plan: str) -> ParsedPlan:
    """The plan as its text file gives it."""
    return parse_document(read_document(twins.RAW / f"{plan}.txt"))


@cache
def twin_document(plan: str, variant: str) -> Document:
    """A twin of a plan, read."""
    name, make, options = VARIANTS[variant]
    return read_bytes_as_document(make(twins.twin_of(plan), **options), name)


def rows(parsed: ParsedPlan) -> list[tuple[object, ...]]:
    """What a plan demands, without the places where it says so."""
    return [
        (r.requirement_id.partition("#")[2], r.kind, r.section_title, r.item_title, r.text,
         r.deadline)
        for r in parsed.requirements
    ]  # fmt: skip


def units(parsed: ParsedPlan) -> list[tuple[object, ...]]:
    """Who is to do it."""
    return sorted(
        (a.requirement_id.partition("#")[2], a.unit_as_written, a.role, a.origin, a.effective)
        for a in parsed.assignments
    )


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("plan", twins.PLANS)
def test_twin_has_the_same_text(plan: str, variant: str) -> None:
    """The words of a twin are those of the plan, in order, page marks and navigation left aside."""
    document = twin_document(plan, variant)
    text = "".join(line.text for line in document.lines if not line.furniture)
    expected = re.sub(r"\s", "", twins.twin_of(plan).text)
    for row in document.left_out:  # a copied portal's own words behind the plan
        expected = expected.replace(re.sub(r"\s", "", row.text), "")
    assert re.sub(r"\s", "", text) == expected


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("plan", twins.PLANS)
def test_twin_has_the_same_requirements(plan: str, variant: str) -> None:
    """Requirements, deadlines and units of a twin are those of the text file."""
    parsed = parse_document(twin_document(plan, variant))
    assert rows(parsed) == rows(reference(plan))
    assert units(parsed) == units(reference(plan))
    assert [c.cited_title for c in parsed.citations] == [
        c.cited_title for c in reference(plan).citations
    ]


@pytest.mark.parametrize("variant", VARIANTS)
def test_task_table_keeps_its_grid(variant: str) -> None:
    """Jiading's task table comes in as one grid of 30 rows, merged cells spanning their rows."""
    twin = twins.twin_of("jiading-hrss-2025")
    lines = twin_document("jiading-hrss-2025", variant).lines
    cells = [line.cell for line in lines if line.cell]
    expected = {
        (at + 1, column + 1, twins.merged_rows(twin, at, column)): text
        for at, row in enumerate(twin.rows)
        for column, text in enumerate(row)
        if text is not None
    }
    found = {(line.cell.row, line.cell.column, line.cell.row_span): line.text
             for line in lines if line.cell}  # fmt: skip
    assert found == expected
    assert {cell.table for cell in cells} == {1}


@pytest.mark.parametrize("variant", ["pdf", "pdf with embedded font and running head"])
def test_page_furniture_is_marked(variant: str) -> None:
    """Every page's number, and its running head, is furniture; nothing else is."""
    lines = twin_document("qingpu-hrss-2024", variant).lines
    pages = {line.place for line in lines}
    marked = [line.text for line in lines if line.furniture]
    heads = 2 if "head" in variant else 1
    assert len(marked) == heads * len(pages)
    assert all(re.fullmatch(r"- \d -|第\d页|政务公开", text) for text in marked)
