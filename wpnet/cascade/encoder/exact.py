"""Arithmetic whose result does not depend on the processor: whole numbers carried by floats.

A matrix product in 32-bit floats is fast, but the order of its sums, and so its last digits, differ
between processors. Sums of whole numbers below 2**24 are exact in any order. So everything that is
summed here is first put on a grid of whole numbers, small enough for its sum to stay below that;
what remains (addition, multiplication, division, square root of single numbers) is exact by
IEEE 754. Exponential and GELU come from tables.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

#: Whole numbers up to here are exact in 32-bit floats.
EXACT = 1 << 24
#: The finest grid that a row of activations is put on, in steps from zero to its largest value.
FINEST = 2047
#: Steps of the grid on which sums along a row are taken (normalisation, means), per unit.
GRID = 1024.0
#: Steps per unit of the tables of exp and GELU, and how far from zero the tables reach.
EXP_STEPS, EXP_REACH = 256, 16
GELU_STEPS, GELU_REACH = 512, 8
#: Whole numbers that stand for the chance 1 in a softmax, before and after normalisation.
ONE, SHARES = 1 << 16, 1 << 15
#: Grid of queries and keys (32 products of them stay below 2**24) and of values.
QUERY, VALUE = 511, 255


class Weights(NamedTuple):
    """A linear map: whole numbers of eight bits as floats, a scale for each output, a bias."""

    matrix: Floats
    scale: Floats
    bias: Floats
    levels: int

    @classmethod
    def of(cls, matrix: NDArray[np.int8], scale: Floats, bias: Floats) -> Weights:
        """Return the map; ``levels`` is the finest grid of inputs that keeps every sum exact."""
        import numpy as np

        most = int(np.abs(matrix.astype(np.int64)).sum(axis=0).max(initial=1))
        return cls(
            np.ascontiguousarray(matrix, dtype=np.float32),
            scale.astype(np.float32),
            bias.astype(np.float32),
            min(FINEST, EXACT // max(1, most) - 1),
        )


def on_grid(values: Floats, levels: int) -> tuple[Floats, Floats]:
    """Return rows as whole numbers up to ``levels`` and what one step is worth in each row."""
    import numpy as np

    largest = np.maximum(np.abs(values).max(axis=-1, keepdims=True), np.float32(1e-9))
    step = largest / np.float32(levels)
    return np.rint(values / step), step


def linear(values: Floats, by: Weights) -> Floats:
    """Return ``values @ matrix + bias``, row by row on the grid that ``by`` allows."""
    whole, step = on_grid(values, by.levels)
    out: Floats = whole @ by.matrix
    out *= step
    out *= by.scale
    out += by.bias
    return out


def normalised(values: Floats, weight: Floats, bias: Floats) -> Floats:
    """Return layer normalisation (Ba et al. 2016) of each row, sums taken on a grid."""
    import numpy as np

    grid = np.rint(values * np.float32(GRID)).astype(np.float64)
    width = values.shape[-1]
    mean = grid.sum(axis=-1, keepdims=True) / width
    square = np.einsum("...i,...i->...", grid, grid)[..., None] / width
    spread = np.sqrt(np.maximum(square - mean * mean, 0.0) + 1e-6)
    out: Floats = ((grid - mean) / spread).astype(np.float32)
    out *= weight
    out += bias
    return out


@lru_cache(maxsize=1)
def _exponentials() -> Floats:
    """Return exp(-n / EXP_STEPS) in units of 1 / ONE, the last entry 0."""
    import numpy as np

    count = EXP_STEPS * EXP_REACH
    table = [float(round(math.exp(-at / EXP_STEPS) * ONE)) for at in range(count)]
    return np.array([*table, 0.0], dtype=np.float32)


@lru_cache(maxsize=1)
def _gelu_table() -> Floats:
    """Return GELU at the points of its grid, in whole units of 2**-12."""
    import numpy as np

    reach = GELU_STEPS * GELU_REACH
    at = [step / GELU_STEPS for step in range(-reach, reach + 1)]
    exact = [x * 0.5 * (1.0 + math.erf(x / math.sqrt(2.0))) for x in at]
    return np.array([round(value * 4096) / 4096 for value in exact], dtype=np.float32)


def softmax_shares(scores: Floats, present: NDArray[np.bool_]) -> Floats:
    """Return softmax over the last axis in whole numbers that sum to about ``SHARES``.

    ``present`` (broadcast) says which entries take part; the others get 0.
    """
    import numpy as np

    scores = np.where(present, scores, np.float32(-1e30))
    below = scores.max(axis=-1, keepdims=True) - scores
    last = EXP_STEPS * EXP_REACH
    steps = np.rint(np.minimum(below * np.float32(EXP_STEPS), np.float32(last)))
    chance = _exponentials()[steps.astype(np.int32)]
    chance *= present
    total = chance.sum(axis=-1, keepdims=True)
    out: Floats = np.rint(chance * (np.float32(SHARES) / np.maximum(total, np.float32(1.0))))
    return out


def gelu(values: Floats) -> Floats:
    """Return the Gaussian error linear unit (Hendrycks and Gimpel 2016) from a table."""
    import numpy as np

    reach = np.float32(GELU_REACH)
    steps = np.clip(values, -reach, reach)
    steps *= np.float32(GELU_STEPS)
    np.rint(steps, out=steps)
    steps += np.float32(GELU_STEPS * GELU_REACH)
    small: Floats = _gelu_table().take(steps.astype(np.int32))
    return np.where(values > reach, values, small)
