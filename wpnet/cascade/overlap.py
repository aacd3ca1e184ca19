"""What two groups of texts share, counted side by side: the fast form of the weighted bags.

A :class:`Side` is one group of texts (all sentences of a plan) cut into pieces and counted once; it
is remembered, because a plan is compared with many others. Only pieces that both sides know become
columns of a matrix; of the others only their weight counts. The values are those of
:func:`wpnet.cascade.vectors.cosine` and :func:`~wpnet.cascade.vectors.containment` over full bags
with :func:`~wpnet.cascade.vectors.rarity` as weight (a test compares them).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from wpnet.cascade.text import background_weight, runs, words

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from wpnet.cascade.vectors import Matrix

    Numbers = NDArray[np.int64]

#: Bits of a character (Unicode ends below 2**21): three characters fit in a signed 64-bit number.
_BITS = 21
#: Groups of texts remembered, 0.1 MB each: those of a city tree of 60 plans. Larger trees are
#: compared source by source, so that most of what is needed next is still there.
SIDES = 512


@dataclass(frozen=True, slots=True)
class Side:
    """A group of texts as counts: one entry for every text (row) and piece (column) in it.

    ``vocabulary`` holds the pieces as sorted numbers, ``spread`` in how many texts each one is,
    ``general`` how much it says in general Chinese.
    """

    height: int
    rows: Numbers
    columns: Numbers
    counts: Matrix
    vocabulary: Numbers
    spread: Numbers
    general: Matrix


@dataclass(frozen=True, slots=True)
class Overlap:
    """Counts of the shared pieces in every text of both sides, and the weight of all pieces.

    ``left_norm`` and ``left_total`` are the Euclidean norm and the sum of the weights of a text's
    pieces, shared or not; the same for ``right``.
    """

    left: Matrix
    right: Matrix
    weight: Matrix
    left_norm: Matrix
    right_norm: Matrix
    left_total: Matrix
    right_total: Matrix

    def cosine(self) -> Matrix:
        """Return the cosine similarity of every left to every right text, 0 to 1."""
        import numpy as np

        norm = np.outer(self.left_norm, self.right_norm)
        out: Matrix = (self.left * self.weight) @ (self.right * self.weight).T
        return out / np.where(norm > 0, norm, 1.0)

    def held(self) -> Matrix:
        """Return which weighted share of each left text is present in each right text."""
        shared = ((self.left > 0) * self.weight) @ (self.right > 0).T.astype(float)
        return _share(shared, self.left_total[:, None])

    def held_back(self) -> Matrix:
        """Return which weighted share of each right text is present in each left text."""
        shared = (self.left > 0).astype(float) @ ((self.right > 0) * self.weight).T
        return _share(shared, self.right_total[None, :])

    def held_by_all(self) -> Matrix:
        """Return which weighted share of each left text is present anywhere on the right."""
        return _share(((self.left > 0) * self.weight).sum(axis=1), self.left_total)


def _share(part: Matrix, whole: Matrix) -> Matrix:
    import numpy as np

    out: Matrix = part / np.where(whole > 0, whole, 1.0)
    return out


def gram_overlap(left: Sequence[str], right: Sequence[str]) -> Overlap:
    """Return what two groups of texts share of character 1-3-grams, weighted by rarity."""
    return overlap(gram_side(tuple(left)), gram_side(tuple(right)))


def word_overlap(left: Sequence[str], right: Sequence[str]) -> Overlap:
    """Return what they share of words, weighted by rarity here and in general Chinese."""
    return overlap(word_side(tuple(left)), word_side(tuple(right)))


@lru_cache(maxsize=SIDES)
def gram_side(texts: tuple[str, ...]) -> Side:
    """Count the character 1-3-grams of texts in comparison form; none crosses a mark."""
    return _side([_gram_codes(text) for text in texts], None)


@lru_cache(maxsize=SIDES)
def word_side(texts: tuple[str, ...]) -> Side:
    """Count the words of texts."""
    import numpy as np

    weights = {_word_code(word): background_weight(word) for text in texts for word in words(text)}
    codes = [np.array([_word_code(word) for word in words(text)], dtype=np.int64) for text in texts]
    return _side(codes, weights)


@lru_cache(maxsize=65536)
def _word_code(word: str) -> int:
    """Return a number for a word that is the same in every run."""
    return int.from_bytes(hashlib.blake2b(word.encode(), digest_size=8).digest()) >> 1


def _gram_codes(text: str) -> Numbers:
    """Return the 1- to 3-grams of a text as numbers: the codes of their characters in a row."""
    import numpy as np

    joined = "\0".join(runs(text)).encode("utf-32-le", "surrogatepass")
    letters = np.frombuffer(joined, dtype="<u4").astype(np.int64)
    twos = (letters[:-1] << _BITS) | letters[1:]
    twos_stand = (letters[:-1] > 0) & (letters[1:] > 0)
    threes = (letters[:-2] << (2 * _BITS)) | twos[1:]
    threes_stand = twos_stand[:-1] & twos_stand[1:]
    out: Numbers = np.concatenate([letters[letters > 0], twos[twos_stand], threes[threes_stand]])
    return out


def _side(codes: Sequence[Numbers], weights: dict[int, float] | None) -> Side:
    import numpy as np

    lengths = [len(found) for found in codes]
    every = np.concatenate([*codes, np.zeros(0, dtype=np.int64)])
    vocabulary, columns = np.unique(every, return_inverse=True)
    width = max(1, len(vocabulary))
    rows = np.repeat(np.arange(len(codes)), lengths)
    cells, counts = np.unique(rows * width + columns, return_counts=True)
    general = np.ones(len(vocabulary))
    if weights is not None:
        general = np.array([weights[int(code)] for code in vocabulary], dtype=float)
    return Side(
        height=len(codes),
        rows=cells // width,
        columns=cells % width,
        counts=counts.astype(float),
        vocabulary=vocabulary,
        spread=np.bincount(cells % width, minlength=len(vocabulary)),
        general=general,
    )


def overlap(left: Side, right: Side) -> Overlap:
    """Lay two groups of texts over each other."""
    import numpy as np

    in_left, in_right = _common(left.vocabulary, right.vocabulary)
    texts = left.height + right.height
    left_spread, right_spread = left.spread.copy(), right.spread.copy()
    left_spread[in_left] += right.spread[in_right]
    right_spread[in_right] += left.spread[in_left]
    left_weight = _rarity(left_spread, texts) * left.general
    right_weight = _rarity(right_spread, texts) * right.general
    return Overlap(
        left=_shared(left, in_left),
        right=_shared(right, in_right),
        weight=left_weight[in_left],
        left_norm=np.sqrt(_sums(left, (left.counts * left_weight[left.columns]) ** 2)),
        right_norm=np.sqrt(_sums(right, (right.counts * right_weight[right.columns]) ** 2)),
        left_total=_sums(left, left_weight[left.columns]),
        right_total=_sums(right, right_weight[right.columns]),
    )


def _common(left: Numbers, right: Numbers) -> tuple[Numbers, Numbers]:
    """Return where the numbers stand, in each of two sorted lists, that are in both."""
    import numpy as np

    if not len(right):
        return right, right
    place = np.minimum(np.searchsorted(right, left), len(right) - 1)
    found = np.flatnonzero(right[place] == left)
    return found, place[found]


def _rarity(spread: Numbers, texts: int) -> Matrix:
    import numpy as np

    out: Matrix = np.log((1.0 + texts) / (1.0 + spread)) + 1.0
    return out


def _sums(side: Side, values: Matrix) -> Matrix:
    import numpy as np

    out: Any = np.bincount(side.rows, weights=values, minlength=side.height)
    found: Matrix = out
    return found


def _shared(side: Side, kept: Numbers) -> Matrix:
    """Return the counts of the kept pieces as a matrix, one row a text."""
    import numpy as np

    place = np.full(len(side.vocabulary), -1)
    place[kept] = np.arange(len(kept))
    column = place[side.columns]
    there = column >= 0
    out: Matrix = np.zeros((side.height, len(kept)))
    out[side.rows[there], column[there]] = side.counts[there]
    return out
