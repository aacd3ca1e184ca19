"""The stretches of text that two sentences share, with their places in both."""

from __future__ import annotations

from collections import Counter
from difflib import SequenceMatcher
from functools import lru_cache
from typing import NamedTuple

from wpnet.cascade.text import fold_widths

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
    """Return the text without white space and with widths folded, and where each letter stood."""
    plain = fold_widths(text)
    if len(plain) == len(text):
        return plain, list(range(len(text)))
    place = [at for at, letter in enumerate(text) if fold_widths(letter)]
    return "".join(fold_widths(text[at]) for at in place), place


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
    one, two = list(left), list(right)
    found: list[Stretch] = []
    while True:
        matcher = SequenceMatcher(None, one, two, autojunk=False)
        match = matcher.find_longest_match(0, len(one), 0, len(two))
        if match.size < SHORTEST:
            return tuple(sorted(found))
        one[match.a : match.a + match.size] = ["\0"] * match.size
        two[match.b : match.b + match.size] = ["\1"] * match.size
        begin, end = match.a, match.a + match.size
        while begin < end and not left[begin].isalnum():
            begin += 1
        while end > begin and not left[end - 1].isalnum():
            end -= 1
        if end - begin < SHORTEST:
            continue
        other = match.b + begin - match.a
        found.append(
            Stretch(
                left_place[begin],
                left_place[end - 1] + 1,
                right_place[other],
                right_place[other + end - begin - 1] + 1,
            )
        )


def shared_text(source: str, target: str) -> str:
    """Return the shared stretches as the source writes them, joined by ``…``.

    >>> shared_text("同步起草、同步审签。", "做到同步起草，同步审签")
    '同步起草…同步审签'
    """
    return "…".join(source[s.start : s.end] for s in shared_stretches(source, target))


def likeness(source: str, target: str) -> float:
    """Return how far two sentences agree letter by letter, 0 to 1 (difflib's ratio)."""
    left, right = _folded(source)[0], _folded(target)[0]
    return round(SequenceMatcher(None, left, right, autojunk=False).ratio(), 4)


def may_reach(source: str, target: str, least: float) -> bool:
    """Say whether :func:`likeness` can be ``least`` or more: a quick bound, never wrongly no.

    Two texts are at most as alike as their lengths and their letters allow.
    """
    left, right = _folded(source)[0], _folded(target)[0]
    both = len(left) + len(right)
    if 2 * min(len(left), len(right)) < (least - 0.001) * both:
        return False
    return 2 * (_letters(left) & _letters(right)).total() >= (least - 0.001) * both


@lru_cache(maxsize=16384)
def _letters(text: str) -> Counter[str]:
    return Counter(text)
