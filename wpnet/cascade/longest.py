"""The longest stretch of letters that every sentence of one plan shares with every one of another.

Windows of four letters are numbers, so that the places where two plans agree come out of one
sorted look-up; windows that follow each other on the same diagonal are one stretch.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from wpnet.cascade.text import SIDES, runs

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[np.int64]

#: Shorter stretches are not looked for: two letters of every four are a common word.
WINDOW = 4


class _Windows(NamedTuple):
    """The windows of a group of texts sorted by their letters, with place and text of each."""

    codes: NDArray[np.uint64]
    places: Numbers
    rows: Numbers


@lru_cache(maxsize=SIDES)
def _windows(texts: tuple[str, ...]) -> _Windows:
    """Cut texts into windows in comparison form; none crosses a mark."""
    import numpy as np

    joined = ["\0".join(runs(text)) + "\0" for text in texts]
    encoded = [text.encode("utf-16-le", "surrogatepass") for text in joined]
    letters = np.frombuffer(b"".join(encoded), dtype="<u2").astype(np.uint64)
    rows = np.repeat(np.arange(len(texts)), [len(text) // 2 for text in encoded])
    count = max(len(letters) - WINDOW + 1, 0)
    parts = [letters[at : at + count] for at in range(WINDOW)]
    codes = np.zeros(count, dtype=np.uint64)
    whole = np.ones(count, dtype=bool)
    for part in parts:
        codes = (codes << np.uint64(16)) | part
        whole &= part > 0
    places = np.flatnonzero(whole)
    order = np.argsort(codes[places], kind="stable")
    places = places[order]
    return _Windows(codes[places], places, rows[places])


def longest_stretches(left: Sequence[str], right: Sequence[str]) -> Numbers:
    """Return the length of the longest stretch that each left and each right text share.

    Counts UTF-16 units of the comparison form (a rare character beyond U+FFFF counts twice); a
    stretch crosses no mark; 0 where the longest has fewer than four letters.

    >>> longest_stretches(["同步起草解读方案"], ["起草解读方案，公开", "解读"]).tolist()
    [[6, 0]]
    """
    import numpy as np

    one, two = _windows(tuple(left)), _windows(tuple(right))
    best = np.zeros((len(left), len(right)), dtype=np.int64)
    low = np.searchsorted(two.codes, one.codes, side="left")
    many = np.searchsorted(two.codes, one.codes, side="right") - low
    total = int(many.sum())
    if not total:
        return best
    first = np.repeat(np.arange(len(many)), many)
    within = np.arange(total) - np.repeat(np.cumsum(many) - many, many)
    second = low[first] + within
    start = one.places[first]
    span = int(start.max()) + 2
    along = (two.places[second] - start) * span + start
    order = np.argsort(along, kind="stable")
    begins = np.flatnonzero(np.diff(along[order], prepend=along[order[0]] - 2) != 1)
    lengths = np.diff(begins, append=total) + WINDOW - 1
    head = order[begins]
    np.maximum.at(best, (one.rows[first[head]], two.rows[second[head]]), lengths)
    return best
