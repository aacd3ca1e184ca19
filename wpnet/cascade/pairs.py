"""Which plans are compared: by bureau, level, place and year, never by names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from wpnet.model import Plan, Relation

_RANK = {"national": 0, "provincial": 1, "municipal": 2, "district": 3}


class PlanPair(NamedTuple):
    """A source plan, a later or same-year target plan, and how the one relates to the other."""

    source_plan_id: str
    target_plan_id: str
    relation: Relation
    lag_years: int


def place_prefix(place_code: str) -> str:
    """Return the part of a GB/T 2260 code that names the place: 2, 4 or 6 digits, none for China.

    >>> [place_prefix(code) for code in ("310000", "330100", "310114", "000000")]
    ['31', '3301', '310114', '']
    """
    code = place_code.strip()
    while code.endswith("00"):
        code = code[:-2]
    return code


def is_below(target: Plan, source: Plan) -> bool:
    """Say whether the target's place lies below the source's (310000 over 310114).

    The county-level cities and districts of a municipality share its prefix (3101, 3102). Where
    both levels are known they must agree with the codes: a plan is never below one of a lower or
    the same rank.
    """
    upper, lower = place_prefix(source.place_code), place_prefix(target.place_code)
    if not target.place_code or not source.place_code:
        return False
    if not (len(upper) < len(lower) and lower.startswith(upper)):
        return False
    high, low = _RANK.get(source.level), _RANK.get(target.level)
    return high is None or low is None or high < low


def comparable_pairs(plans: Sequence[Plan]) -> list[PlanPair]:
    """Return every pair in which a requirement can cascade or evolve, sorted by ids.

    Cascade: the same bureau, the target's place below the source's, the same or a later year.
    Evolution: the same bureau and place, a later year. Plans that are not held, or whose year,
    place or bureau is unknown, are in no pair. Nothing flows from a later plan to an earlier one.

    >>> city = Plan("c", place_code="310000", level="municipal", bureau="hrss", year=2023)
    >>> district = Plan("d", place_code="310114", level="district", bureau="hrss", year=2025)
    >>> comparable_pairs([district, city])
    [PlanPair(source_plan_id='c', target_plan_id='d', relation='cascade', lag_years=2)]
    """
    by_bureau: dict[str, list[Plan]] = {}
    for plan in plans:
        if plan.held and plan.year and plan.place_code and plan.bureau:
            by_bureau.setdefault(plan.bureau, []).append(plan)
    found = [
        pair
        for group in by_bureau.values()
        for source in group
        for target in group
        if (pair := _pair(source, target)) is not None
    ]
    return sorted(found)


def _pair(source: Plan, target: Plan) -> PlanPair | None:
    lag = target.year - source.year
    if source.plan_id == target.plan_id or lag < 0:
        return None
    if source.place_code == target.place_code:
        return PlanPair(source.plan_id, target.plan_id, "evolution", lag) if lag > 0 else None
    if is_below(target, source):
        return PlanPair(source.plan_id, target.plan_id, "cascade", lag)
    return None
