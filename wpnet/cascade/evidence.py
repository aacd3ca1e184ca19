"""Which parts of a duty found a partner in the target, and which did not.

The encoder says for every word piece of a duty how alike its best partner is; the mean over a part
of the sentence (between two marks) decides.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from wpnet.cascade.comparison import title_of
from wpnet.cascade.encoder.interaction import token_likeness
from wpnet.cascade.encoder.sentence import Sentence, read_sentences

if TYPE_CHECKING:
    from wpnet.cascade.vectors import Matrix
    from wpnet.model import Requirement

#: A part found less than this is said to be missing. In the carried rows of the real plans, which
#: have everything that is essential, one part in twenty lies below it (499 parts, 2026-11-28).
FOUND = 0.62
#: Shorter parts (等, 及时) say no duty of their own and go with the part before them.
SHORTEST = 4
_MARKS = re.compile("[，,；;：:、。！!？?]")


class Part(NamedTuple):
    """A stretch of a duty, ``text[start:end]``, and how much of it was found (-1 to 1)."""

    start: int
    end: int
    found: float


def parts(text: str) -> list[tuple[int, int]]:
    """Return the stretches of a sentence between its marks, short ones joined to the one before.

    Example:
        >>> text = "编制目录，及时更新、公开。"
        >>> [text[start:end] for start, end in parts(text)]
        ['编制目录', '及时更新、公开']
    """
    found: list[tuple[int, int]] = []
    for start, end in _between_marks(text):
        if found and end - start < SHORTEST:
            found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    return found


def _between_marks(text: str) -> Iterator[tuple[int, int]]:
    at = 0
    for mark in _MARKS.finditer(text):
        if mark.start() > at:
            yield at, mark.start()
        at = mark.end()
    if at < len(text):
        yield at, len(text)


def evidence(duty: Requirement, targets: Sequence[Requirement]) -> list[Part]:
    """Return the parts of a duty with how much of each the targets hold together."""
    own, *others = read_sentences([(title_of(r), r.text) for r in (duty, *targets)])
    likeness = token_likeness(own, others)
    return [Part(start, end, _mean(own, likeness, start, end)) for start, end in parts(duty.text)]


def missing(duty: Requirement, targets: Sequence[Requirement]) -> tuple[str, ...]:
    """Return the parts of a duty that found no partner in the targets, as the duty writes them."""
    return tuple(
        duty.text[part.start : part.end] for part in evidence(duty, targets) if part.found < FOUND
    )


def _mean(sentence: Sentence, likeness: Matrix, start: int, end: int) -> float:
    inside = [
        float(value)
        for (first, last), value in zip(sentence.spans, likeness, strict=True)
        if first < end and last > start and last > first
    ]
    return round(sum(inside) / len(inside), 4) if inside else 1.0
