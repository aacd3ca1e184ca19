"""The place a plan comes from, by name."""

from __future__ import annotations

from wpnet.model import Plan
from wpnet.reading.places import places
from wpnet.showing.frames import place_name


def place_of_plan(plan: Plan) -> str:
    """Return the name of a plan's place: that of its code, else what its issuer begins with.

    >>> place_of_plan(Plan("a", place_code="310114")), place_of_plan(Plan("b", issuer="某局"))
    ('嘉定区', '')
    """
    known = places().get(plan.place_code)
    return known.name if known is not None else place_name(plan.issuer) or place_name(plan.title)
