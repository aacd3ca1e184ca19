"""The stretches of text that two sentences share, with their places in both."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from difflib import SequenceMatcher
from functools import lru_cache
from heapq import heapify, heappop, heappush
from typing import NamedTuple

from wpnet.text import comparable_places

#: Shorter stretches (政策) say nothing; the shortest named duties have three letters (三同步).
SHORTEST = 3


class Stretch(NamedTuple):
    """A shared stretch: ``source[start:end]`` and ``target[target_start:target_end]``."""

    start: int
    end: int
    target_start: int
    target_end: int


@lru_cache(maxsize=16384)
def _folded(text: str) -> tuple[str, list[int]]:
    """Return the comparable form of a text, and where each of its letters stood."""
    return comparable_places(text)


@lru_cache(maxsize=16384)
def shared_stretches(source: str, target: str) -> tuple[Stretch, ...]:
    """Return the longest stretches two texts share, none overlapping, in the source's order.

    The longest common stretch is taken first, then the longest of what remains (greedy string
    tiling, Wise 1993); marks at the ends of a stretch are dropped; widths count as folded.

    >>> a, b = "做好政策解读，公开意见采纳情况", "意见采纳情况要公开"
    >>> [a[s.start : s.end] for s in shared_stretches(a, b)]
    ['意见采纳情况']
    """
    left, left_place = _folded(source)
    right, right_place = _folded(target)
    found: list[Stretch] = []
    for begin, other, size in _tiles(left, right):
        end = begin + size
        while begin < end and not left[begin].isalnum():
            begin, other = begin + 1, other + 1
        while end > begin and not left[end - 1].isalnum():
            end -= 1
        if end - begin >= SHORTEST:
            found.append(
                Stretch(
                    left_place[begin],
                    left_place[end - 1] + 1,
                    right_place[other],
                    right_place[other + end - begin - 1] + 1,
                )
            )
    return tuple(sorted(found))


def _tiles(left: str, right: str) -> Iterator[tuple[int, int, int]]:
    """Yield the places and length of common stretches: always the longest of what is untaken.

    Of equally long ones the first in ``left`` comes first, then the first in ``right``.
    """
    waiting = [(-size, at, other) for at, other, size in _maximal(left, right)]
    heapify(waiting)
    left_taken, right_taken = bytearray(len(left)), bytearray(len(right))
    while waiting:
        negative, at, other = heappop(waiting)
        size = -negative
        taken = bytes(
            one | two
            for one, two in zip(
                left_taken[at : at + size], right_taken[other : other + size], strict=True
            )
        )
        if 1 not in taken:
            left_taken[at : at + size] = right_taken[other : other + size] = b"\1" * size
            yield at, other, size
            continue
        start = 0
        for piece in taken.split(b"\1"):
            if len(piece) >= SHORTEST:
                heappush(waiting, (-len(piece), at + start, other + start))
            start += len(piece) + 1


def _maximal(left: str, right: str) -> Iterator[tuple[int, int, int]]:
    """Yield place, place and length of every common stretch that cannot be made longer."""
    places: dict[str, list[int]] = {}
    for other in range(len(right) - SHORTEST + 1):
        places.setdefault(right[other : other + SHORTEST], []).append(other)
    for at in range(len(left) - SHORTEST + 1):
        for other in places.get(left[at : at + SHORTEST], ()):
            if at and other and left[at - 1] == right[other - 1]:
                continue
            size = SHORTEST
            most = min(len(left) - at, len(right) - other)
            while size < most and left[at + size] == right[other + size]:
                size += 1
            yield at, other, size


def shared_text(source: str, target: str) -> str:
    """Return the shared stretches as the source writes them, joined by ``…``.

    >>> shared_text("同步起草、同步审签。", "做到同步起草，同步审签")
    '同步起草…同步审签'
    """
    return "…".join(source[s.start : s.end] for s in shared_stretches(source, target))


def likeness(source: str, target: str) -> float:
    """Return how far two sentences agree letter by letter, 0 to 1 (difflib's ratio)."""
    left, right = _folded(source)[0], _folded(target)[0]
    if left == right:
        return 1.0
    return round(SequenceMatcher(None, left, right, autojunk=False).ratio(), 4)


def may_reach(source: str, target: str, least: float) -> bool:
    """Say whether :func:`likeness` can be ``least`` or more: a quick bound, never wrongly no.

    Two texts are at most as alike as their lengths and their letters allow.
    """
    left, right = _folded(source)[0], _folded(target)[0]
    both = len(left) + len(right)
    if 2 * min(len(left), len(right)) < (least - 0.001) * both:
        return False
    needed = (least - 0.001) * both / 2
    here, there = _letters(left), _letters(right)
    if len(left) - len(here.keys() - there.keys()) < needed:
        return False
    return sum(min(count, there.get(letter, 0)) for letter, count in here.items()) >= needed


@lru_cache(maxsize=16384)
def _letters(text: str) -> dict[str, int]:
    return dict(Counter(text))
