"""Plans in all layouts that offices use come out as a reader writes them down.

The plans in ``layouts/`` are invented; what to expect of them was written by hand from the
conventions in the README before a parser saw them.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

SPEC = importlib.util.spec_from_file_location("measure", Path(__file__).with_name("measure.py"))
assert SPEC is not None
assert SPEC.loader is not None
measure: ModuleType = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(measure)

LAYOUTS = sorted({measure.expected(name)["layout"] for name in measure.NAMES})


@pytest.mark.parametrize("name", measure.NAMES)
def test_a_plan_is_read_as_it_was_read_by_hand(name: str) -> None:
    """Requirements, titles, units, deadlines, facts, parents and warnings are the written ones."""
    assert list(measure.misses(name)) == []


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_is_read_well_enough(layout: str) -> None:
    """Requirements reach an F1 of .98, headings, units and deadlines one of .95."""
    names = [name for name in measure.NAMES if measure.expected(name)["layout"] == layout]
    scores = measure.scores(names)
    assert scores.pop("requirements") >= 0.98
    assert min(scores.values()) >= 0.95


@pytest.mark.parametrize("name", measure.NAMES)
def test_the_audit_tiles_every_layout(name: str) -> None:
    """No character is dropped in silence, in whatever layout."""
    plan = measure.parsed(name)
    position = 0
    for span in plan.audit:
        assert span.start == position
        position = span.end
    assert position == len(plan.text)
    ids = [entry.requirement_id for entry in plan.requirements]
    assert len(set(ids)) == len(ids)
