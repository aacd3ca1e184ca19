"""Weighted bags of pieces: what the features compare.

A bag matrix has one row a text and one column a piece (character n-gram, word, concept). Weights
are inverse document frequencies over the sentences of the two plans compared, so that what every
sentence of the genre says (工作, 加强) counts for little and needs no list.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Matrix = NDArray[np.float64]

Pieces = Callable[[str], Sequence[str]]


def bags(*groups: Sequence[str], pieces: Pieces) -> tuple[list[Matrix], list[str]]:
    """Return a count matrix for each group of texts over one common, sorted vocabulary."""
    import numpy as np

    cut = [[pieces(text) for text in group] for group in groups]
    vocabulary = sorted({piece for group in cut for bag in group for piece in bag})
    column = {piece: at for at, piece in enumerate(vocabulary)}
    matrices = []
    for group in cut:
        width = len(vocabulary)
        cells = [row * width + column[piece] for row, bag in enumerate(group) for piece in bag]
        counts = np.bincount(np.array(cells, dtype=int), minlength=len(group) * width)
        matrices.append(counts.reshape(len(group), width).astype(float))
    return matrices, vocabulary


def rarity(*matrices: Matrix) -> Matrix:
    """Return smoothed inverse document frequencies over all rows: ln((1+n)/(1+df)) + 1.

    Source: Spärck Jones 1972; the smoothing is scikit-learn's, so that baselines agree with it.
    """
    import numpy as np

    stacked = np.vstack(matrices)
    weight: Matrix = np.log((1.0 + len(stacked)) / (1.0 + (stacked > 0).sum(axis=0))) + 1.0
    return weight


def cosine(left: Matrix, right: Matrix, weight: Any = 1.0) -> Matrix:
    """Return cosine similarities of all rows of ``left`` to all rows of ``right``, 0 to 1."""
    import numpy as np

    one, two = left * weight, right * weight
    norm = np.sqrt(np.outer((one * one).sum(axis=1), (two * two).sum(axis=1)))
    out: Matrix = (one @ two.T) / np.where(norm > 0, norm, 1.0)
    return out


def containment(part: Matrix, whole: Matrix, weight: Any = 1.0) -> Matrix:
    """Return which weighted share of each row of ``part`` is present in each row of ``whole``.

    Asymmetric, 0 to 1 (Broder 1997). An empty row is contained in nothing.
    """
    import numpy as np

    present = (part > 0) * weight
    total = present.sum(axis=1, keepdims=True)
    shared = present @ (whole > 0).T.astype(float)
    out: Matrix = shared / np.where(total > 0, total, 1.0)
    return out


def best_by_group(matrix: Matrix, group: Sequence[int], count: int, axis: int) -> Matrix:
    """Return the maximum over rows (axis 0) or columns (axis 1) that belong to the same group."""
    import numpy as np

    shape = (count, matrix.shape[1]) if axis == 0 else (matrix.shape[0], count)
    out: Matrix = np.zeros(shape)
    if axis == 0:
        np.maximum.at(out, np.asarray(group, dtype=int), matrix)
    else:
        np.maximum.at(out.T, np.asarray(group, dtype=int), matrix.T)
    return out


def mean_by_group(matrix: Matrix, group: Sequence[int], count: int, weight: Matrix) -> Matrix:
    """Return the weighted mean over the rows that belong to the same group."""
    import numpy as np

    index = np.asarray(group, dtype=int)
    out: Matrix = np.zeros((count, matrix.shape[1]))
    total = np.zeros((count, 1))
    np.add.at(out, index, matrix * weight[:, None])
    np.add.at(total, index, weight[:, None])
    return out / np.where(total > 0, total, 1.0)
