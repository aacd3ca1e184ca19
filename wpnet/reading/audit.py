"""Every character of the normalised text accounted for."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence

from wpnet.model import AuditClass, AuditSpan

Claim = tuple[int, int, AuditClass, str]


def tile(plan_id: str, text: str, claims: Iterable[Claim]) -> tuple[AuditSpan, ...]:
    """Lay claims on a text end to end: no gap, no overlap, nothing dropped in silence.

    A unit bracket cuts the sentence or heading it stands in. White space goes to the stretch
    before it (to one of its own at the head of the text); anything else that nothing claims is
    ``unparsed``.

    Example:
        >>> [(s.start, s.end, s.audit_class) for s in tile("p", "一、甲\\n乙。？", [
        ...     (0, 3, "heading", "section"), (4, 6, "requirement", "sentence")])]
        [(0, 4, 'heading'), (4, 6, 'requirement'), (6, 7, 'unparsed')]
    """
    claims = list(claims)
    brackets = sorted(claim for claim in claims if claim[2] == "units")
    others = [claim for claim in claims if claim[2] != "units"]
    starts = [bracket[0] for bracket in brackets]
    pieces = [*brackets]
    for claim in others:
        pieces += _cut(claim, brackets, starts)
    spans: list[Claim] = []
    position = 0
    for start, end, audit_class, rule in sorted(pieces):
        _fill(text, position, start, spans)
        start = max(start, position)
        if start < end:
            spans.append((start, end, audit_class, rule))
            position = end
    _fill(text, position, len(text), spans)
    return tuple(AuditSpan(plan_id, *span) for span in spans)


def _cut(claim: Claim, brackets: Sequence[Claim], starts: Sequence[int]) -> Iterator[Claim]:
    """Yield what is left of a claim outside the brackets that stand in it."""
    position, end, audit_class, rule = claim
    for bracket in brackets[max(bisect_right(starts, position) - 1, 0) :]:
        if bracket[0] >= end:
            break
        if bracket[0] > position:
            yield position, bracket[0], audit_class, rule
        position = max(position, bracket[1])
    if position < end:
        yield position, end, audit_class, rule


def _fill(text: str, start: int, end: int, spans: list[Claim]) -> None:
    """Cover what nothing claimed between two stretches."""
    gap = text[start:end]
    if not gap:
        return
    if gap.strip():
        spans.append((start, end, "unparsed", "no rule"))
    elif spans:
        spans[-1] = (spans[-1][0], end, spans[-1][2], spans[-1][3])
    else:
        spans.append((start, end, "boilerplate", "white space"))
