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
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from wpnet.cascade.text import SIDES, background_weight, runs, words

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from wpnet.cascade.vectors import Matrix

    Numbers = NDArray[np.int64]

#: Bits of a character (Unicode ends below 2**21): three characters fit in a signed 64-bit number.
_BITS = 21
#: A piece is counted so often in one text, at most: what 16 bits hold.
MOST = 65_535


@dataclass(frozen=True, slots=True)
class Side:
    """A group of texts as counts: how often each piece (column) stands in each text (row).

    ``counts`` is the whole table; ``columns`` and ``squares`` list its filled cells row by row, the
    column and the squared count; ``begins`` says where in the lists a row begins. ``vocabulary``
    holds the pieces as sorted numbers, ``spread`` in how many texts each one is, ``general`` how
    much it says in general Chinese (nothing where all pieces say the same).
    """

    counts: NDArray[np.uint16]
    columns: Numbers
    squares: Matrix
    begins: Numbers
    vocabulary: Numbers
    spread: Numbers
    general: Matrix | None


@dataclass(frozen=True)
class Overlap:
    """Counts of the shared pieces in every text of both sides, and the weight of all pieces.

    ``left_norm`` and ``left_total`` are the Euclidean norm and the sum of the weights of a text's
    pieces, shared or not (1 for a text without any); the same for ``right``.
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
        out: Matrix = (self.left * self.weight**2) @ self.right.T
        out /= self.left_norm[:, None]
        out /= self.right_norm
        return out

    @cached_property
    def _present(self) -> tuple[Matrix, Matrix]:
        return (self.left > 0).astype(float), (self.right > 0).astype(float)

    @cached_property
    def _shared(self) -> Matrix:
        left, right = self._present
        shared: Matrix = (left * self.weight) @ right.T
        return shared

    def held(self) -> Matrix:
        """Return which weighted share of each left text is present in each right text."""
        return self._shared / self.left_total[:, None]

    def held_back(self) -> Matrix:
        """Return which weighted share of each right text is present in each left text."""
        return self._shared / self.right_total

    def held_by_all(self) -> Matrix:
        """Return which weighted share of each left text is present anywhere on the right."""
        return (self._present[0] @ self.weight) / self.left_total


def gram_overlap(left: Sequence[str], right: Sequence[str]) -> Overlap:
    """Return what two groups of texts share of character 1-3-grams, weighted by rarity."""
    return overlap(gram_side(tuple(left)), gram_side(tuple(right)))


def word_overlap(left: Sequence[str], right: Sequence[str]) -> Overlap:
    """Return what they share of words, weighted by rarity here and in general Chinese."""
    return overlap(word_side(tuple(left)), word_side(tuple(right)))


@lru_cache(maxsize=SIDES)
def gram_side(texts: tuple[str, ...]) -> Side:
    """Count the character 1-3-grams of texts."""
    return _side(len(texts), *gram_codes(texts))


def gram_codes(texts: Sequence[str]) -> tuple[Numbers, Numbers]:
    """Return the character 1-3-grams of texts in comparison form; none crosses a mark.

    For every gram the number of its text and the gram as a number.
    """
    import numpy as np

    joined = ["\0".join(runs(text)) + "\0" for text in texts]
    encoded = [text.encode("utf-32-le", "surrogatepass") for text in joined]
    letters = np.frombuffer(b"".join(encoded), dtype="<u4").astype(np.int64)
    rows = np.repeat(np.arange(len(texts)), [len(text) // 4 for text in encoded])
    ones = letters > 0
    twos, twos_stand = (letters[:-1] << _BITS) | letters[1:], ones[:-1] & ones[1:]
    threes = (letters[:-2] << (2 * _BITS)) | twos[1:]
    threes_stand = twos_stand[:-1] & ones[2:]
    return (
        np.concatenate([rows[ones], rows[:-1][twos_stand], rows[:-2][threes_stand]]),
        np.concatenate([letters[ones], twos[twos_stand], threes[threes_stand]]),
    )


@lru_cache(maxsize=SIDES)
def word_side(texts: tuple[str, ...]) -> Side:
    """Count the words of texts."""
    import numpy as np

    cut = [words(text) for text in texts]
    weights = {_word_code(word): background_weight(word) for found in cut for word in found}
    codes = np.array([_word_code(word) for found in cut for word in found], dtype=np.int64)
    rows = np.repeat(np.arange(len(texts)), [len(found) for found in cut])
    return _side(len(texts), rows, codes, weights)


@lru_cache(maxsize=65536)
def _word_code(word: str) -> int:
    """Return a number for a word that is the same in every run."""
    return int.from_bytes(hashlib.blake2b(word.encode(), digest_size=8).digest()) >> 1


def _side(
    height: int, rows: Numbers, codes: Numbers, weights: dict[int, float] | None = None
) -> Side:
    """Count the pieces ``codes`` of the texts ``rows``."""
    import numpy as np

    vocabulary, columns = np.unique(codes, return_inverse=True)
    width = max(1, len(vocabulary))
    counts = np.bincount(rows * width + columns, minlength=height * width)
    table = np.minimum(counts, MOST).astype(np.uint16).reshape(height, width)
    filled = np.flatnonzero(table)
    return Side(
        counts=table,
        columns=filled % width,
        squares=table.ravel()[filled].astype(float) ** 2,
        begins=np.searchsorted(filled, np.arange(height) * width),
        vocabulary=vocabulary,
        spread=np.bincount(filled % width, minlength=len(vocabulary)),
        general=None
        if weights is None
        else np.array([weights[int(code)] for code in vocabulary], dtype=float),
    )


def overlap(left: Side, right: Side) -> Overlap:
    """Lay two groups of texts over each other."""
    in_left, in_right = _common(left.vocabulary, right.vocabulary)
    left_spread, right_spread = left.spread.copy(), right.spread.copy()
    left_spread[in_left] += right.spread[in_right]
    right_spread[in_right] += left.spread[in_left]
    rarity = _rarity(len(left.counts) + len(right.counts))
    left_weight, right_weight = rarity[left_spread], rarity[right_spread]
    if left.general is not None and right.general is not None:
        left_weight, right_weight = left_weight * left.general, right_weight * right.general
    left_norm, left_total = _sizes(left, left_weight)
    right_norm, right_total = _sizes(right, right_weight)
    return Overlap(
        left=left.counts.take(in_left, axis=1).astype(float),
        right=right.counts.take(in_right, axis=1).astype(float),
        weight=left_weight[in_left],
        left_norm=left_norm,
        right_norm=right_norm,
        left_total=left_total,
        right_total=right_total,
    )


def _common(left: Numbers, right: Numbers) -> tuple[Numbers, Numbers]:
    """Return where the numbers stand, in each of two sorted lists, that are in both."""
    import numpy as np

    if not len(right):
        return right, right
    place = np.minimum(np.searchsorted(right, left), len(right) - 1)
    found = np.flatnonzero(right[place] == left)
    return found, place[found]


@lru_cache(maxsize=512)
def _rarity(texts: int) -> Matrix:
    """Return the weight of a piece by the number of texts it stands in, 0 to all."""
    import numpy as np

    out: Matrix = np.log((1.0 + texts) / (1.0 + np.arange(texts + 1))) + 1.0
    return out


def _sizes(side: Side, weight: Matrix) -> tuple[Matrix, Matrix]:
    """Return norm and sum of the weights of every text's pieces, 1 for a text without any."""
    import numpy as np

    norm, total = np.ones(len(side.counts)), np.ones(len(side.counts))
    filled = np.flatnonzero(np.diff(side.begins, append=len(side.columns)))
    if len(filled):
        each = weight[side.columns]
        norm[filled] = np.sqrt(np.add.reduceat(side.squares * each * each, side.begins[filled]))
        total[filled] = np.add.reduceat(each, side.begins[filled])
    return norm, total
