"""Comparisons that the last build made and this one does not, though both plans are still there.

A slip in the manifest (another place, level, bureau, year or plan id) is mostly why; without a word
the tables would only have fewer rows.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from wpnet.building.partitions import Fan
from wpnet.errors import CorpusError
from wpnet.model import Plan
from wpnet.slices import INDEX
from wpnet.tables import read_table

#: Pairs that are named; the others are counted.
NAMED = 3
Pair = tuple[str, str]


class Before(NamedTuple):
    """What a processed folder held: the pairs of plans that were compared, each plan's file."""

    pairs: frozenset[Pair]
    files: dict[str, str]


def compared_before(folder: Path) -> Before:
    """Return what the last build of a folder compared; nothing where none can be read.

    Example:
        >>> before = compared_before(Path("data/processed"))
        >>> ("shanghai-hrss-2023", "jiading-hrss-2025") in before.pairs
        True
    """
    pairs: set[Pair] = set()
    try:
        plans = read_table(folder / "plans.csv", Plan)
        with (folder / INDEX).open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                sources = (row.get("sources") or "").split(";")
                pairs |= {(source, row["plan_id"]) for source in sources if source}
    except (OSError, ValueError, KeyError, csv.Error, CorpusError):
        return Before(frozenset(), {})
    return Before(frozenset(pairs), {plan.plan_id: plan.source_sha256 for plan in plans})


def compared_no_more(before: Before, plans: Iterable[Plan], work: Iterable[Fan]) -> list[str]:
    """Say which pairs of plans of the last build are compared no more, in a sentence.

    Args:
        plans: those held now. A plan is known again by its id or by its file.
        work: what is compared now.
    """
    held = list(plans)
    by_file = {plan.source_sha256: plan.plan_id for plan in held}
    ids = {plan.plan_id for plan in held}
    now = {old: old if old in ids else by_file.get(sha, "") for old, sha in before.files.items()}
    compared = {pair[:2] for fan in work for pair in fan.pairs}
    lost = sorted(
        (source, target)
        for source, target in before.pairs
        if now.get(source) and now.get(target) and (now[source], now[target]) not in compared
    )
    if not lost:
        return []
    named = ", ".join(f"{source} with {target}" for source, target in lost[:NAMED])
    more = f" and {len(lost) - NAMED} more" if len(lost) > NAMED else ""
    return [
        f"{len(lost)} pairs of plans that the last build compared are compared no more ({named}"
        f"{more}): place, level, bureau or year of a plan reads otherwise now; where that is not "
        "meant, correct the manifest and build again"
    ]
