"""Compare what was read of the hand-written plans in ``layouts/`` with what a reader wrote down.

Run as a script it prints the misses of every plan and the scores of every layout.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from wpnet.model import ParsedPlan
from wpnet.reading.files import read_document
from wpnet.reading.plan import parse_document

FOLDER = Path(__file__).parent / "layouts"
NAMES = sorted(file.stem for file in FOLDER.glob("*.json"))
WIDTHS = str.maketrans("（），：；［］．！？", "(),:;[].!?")
KINDS = ("requirements", "headings", "units", "deadlines")

Facts = Counter[tuple[str, ...]]


@cache
def expected(name: str) -> dict[str, Any]:
    """Return the hand-written expectation of one plan."""
    loaded: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text("utf-8"))
    return loaded


@cache
def parsed(name: str) -> ParsedPlan:
    """Parse one of the plans as it stands, without a manifest."""
    return parse_document(read_document(FOLDER / f"{name}.txt"))


def fold(text: str) -> str:
    """Half- and full-width forms of a mark are the same text, blanks are none."""
    return "".join(text.translate(WIDTHS).split())


def wanted_facts(name: str) -> dict[str, Facts]:
    """Return what the expectation holds, by kind."""
    facts: dict[str, Facts] = {kind: Counter() for kind in KINDS}
    headings = set()
    for row in expected(name)["requirements"]:
        facts["requirements"][(row["id"], row["kind"], fold(row["text"]))] += 1
        for level in ("section", "item", "subitem"):
            headings.add((_path(row["id"], level), fold(row[level])))
        for unit, role, origin, effective in row["units"]:
            facts["units"][(row["id"], fold(unit), role, origin, str(effective))] += 1
        if row["deadline"]:
            facts["deadlines"][(row["id"], row["deadline"])] += 1
    facts["headings"] = Counter(headings)
    return facts


def found_facts(plan: ParsedPlan) -> dict[str, Facts]:
    """Return what was read, by kind."""
    facts: dict[str, Facts] = {kind: Counter() for kind in KINDS}
    headings = set()
    for entry in plan.requirements:
        short = entry.requirement_id.split("#")[1]
        facts["requirements"][(short, entry.kind, fold(entry.text))] += 1
        for level in ("section", "item", "subitem"):
            headings.add((_path(short, level), fold(str(getattr(entry, f"{level}_title")))))
        if entry.deadline:
            facts["deadlines"][(short, entry.deadline)] += 1
    for laid in plan.assignments:
        short = laid.requirement_id.split("#")[1]
        unit = fold(laid.unit_as_written)
        facts["units"][(short, unit, laid.role, laid.origin, str(laid.effective))] += 1
    facts["headings"] = Counter(headings)
    return facts


def _path(short_id: str, level: str) -> str:
    """Return the part of a requirement's path that leads to a level (``2.1`` for an item)."""
    parts = short_id.split(".")[:-1]
    return ".".join(parts[: {"section": 1, "item": 2, "subitem": 3}[level]])


def f1(pairs: Iterator[tuple[Facts, Facts]]) -> float:
    """Return the F1 of several plans together, 1 where there is nothing to find."""
    hits = wanted_count = found_count = 0
    for wanted, found in pairs:
        hits += (wanted & found).total()
        wanted_count += wanted.total()
        found_count += found.total()
    total = wanted_count + found_count
    return 2 * hits / total if total else 1.0


def scores(names: list[str]) -> dict[str, float]:
    """Return the F1 of every kind over some plans."""
    both = [(wanted_facts(name), found_facts(parsed(name))) for name in names]
    return {kind: f1((wanted[kind], found[kind]) for wanted, found in both) for kind in KINDS}


def misses(name: str) -> Iterator[str]:
    """Say what differs in one plan, one fact a line."""
    wanted, found, plan = wanted_facts(name), found_facts(parsed(name)), parsed(name)
    for kind in KINDS:
        yield from (f"{name}: {kind} missed {fact}" for fact in wanted[kind] - found[kind])
        yield from (f"{name}: {kind} invented {fact}" for fact in found[kind] - wanted[kind])
    for field, value in expected(name)["plan"].items():
        if value != getattr(plan.plan, field):
            yield f"{name}: {field} is {getattr(plan.plan, field)!r}, should be {value!r}"
    if plan.plan_present != expected(name)["plan_present"]:
        yield f"{name}: plan_present is {plan.plan_present}"
    parents = [[c.cited_title, c.cited_number] for c in plan.citations if c.relation == "parent"]
    if parents != expected(name)["parents"]:
        yield f"{name}: parents are {parents}"
    for words in expected(name)["warnings"]:
        if not any(words in warning for warning in plan.warnings):
            yield f"{name}: no warning says {words!r}: {plan.warnings}"
    if not expected(name)["warnings"] and plan.warnings:
        yield f"{name}: warns without need: {plan.warnings}"


if __name__ == "__main__":
    for plan_name in NAMES:
        if not sys.argv[1:] or any(plan_name.startswith(start) for start in sys.argv[1:]):
            for miss in misses(plan_name):
                print(miss)
    for layout in sorted({expected(name)["layout"] for name in NAMES}):
        chosen = [name for name in NAMES if expected(name)["layout"] == layout]
        line = " ".join(f"{kind} {value:.3f}" for kind, value in scores(chosen).items())
        print(f"{layout} ({len(chosen)} plans): {line}")
