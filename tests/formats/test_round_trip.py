"""What is printed is read again: parse(render(plan)) == plan, in every layout and every format."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[1] / "reading"))
import generate
import plans
import print_plans
import printing

from wpnet.reading.files import read_bytes_as_document
from wpnet.reading.normalise import wrap_width
from wpnet.reading.plan import parse_document

#: Plans drawn for every layout as plain text, and for every layout in every other format.
TEXTS, FILES = 40, 4
#: A table of an OFD is a row of lines without its rules, which no reader could put together again;
#: of a row that a page break cuts twice, with merged cells in it, some words come out of place.
NO_TABLES = ("OFD", "PDF with rows cut by pages")
LAYOUTS = (*generate.SCHEMES, "W")


def quiet(examples: int) -> settings:
    """The same examples in every run, whatever they cost."""
    return settings(
        max_examples=examples,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        derandomize=True,
        database=None,
    )


def drawn(layout: str) -> st.SearchStrategy[plans.Drawn]:
    """Plans in a layout of ``generate.SCHEMES``, or notices without their plan (W)."""
    return generate.wrappers() if layout == "W" else generate.plans(layout)


def check(plan: plans.Drawn, data: bytes, name: str) -> None:
    """Sentences with titles, units with roles, deadlines, parents: all that was drawn, no more."""
    document = read_bytes_as_document(data, name)
    if name.endswith(".txt"):
        assume(not printing.ambiguous(plan, wrap_width(document.lines)))
    assert plans.found(parse_document(document)) == plans.truth(plan)


@pytest.mark.slow
@pytest.mark.parametrize("layout", LAYOUTS)
@quiet(TEXTS)
@given(data=st.data())
def test_text_in_every_layout(layout: str, data: st.DataObject) -> None:
    """Wrapped, in one line, with page marks, portal lines, notices and damaged numbers."""
    plan = data.draw(drawn(layout))
    check(plan, printing.render(plan).encode(), "a.txt")


@pytest.mark.slow
@pytest.mark.parametrize("form", print_plans.FORMATS)
@pytest.mark.parametrize("layout", LAYOUTS)
@quiet(FILES)
@given(data=st.data())
def test_every_format_in_every_layout(layout: str, form: str, data: st.DataObject) -> None:
    """Other encodings, web pages, Word with typed and automatic numbers, PDF, OFD."""
    if form in NO_TABLES and layout in "TP":
        pytest.skip(f"{form}: tables are not promised")
    name, make = print_plans.FORMATS[form]
    plan = data.draw(drawn(layout))
    check(plan, make(plan), name)
