"""Two groups of sentences laid over each other token by token (late interaction).

Every token of a source sentence looks for the token of a target sentence that is most like it
(MaxSim, Khattab and Zaharia 2020). Sentences are encoded one by one, so that the work grows with
plans, not with pairs, and what found no partner can be shown.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from wpnet.cascade.encoder.sentence import UNIT, Sentence

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from wpnet.cascade.vectors import Matrix

    Whole = NDArray[np.int64]

#: How sharply :attr:`Interaction.least` looks at the tokens that found least.
SHARPNESS = 6.0
#: Steps per unit of the likenesses that it is worked out on.
STEPS = 1024
#: Source tokens that are compared at once with all tokens of the target plan.
ROWS = 2048
_ONE = 1 << 20


@dataclass(frozen=True)
class Interaction:
    """How alike the sentences of two groups are; one row a source, one column a target sentence.

    ``whole``: cosine of the sentences. ``found``: mean likeness of the source's tokens to their
    best partners; ``weighed``: the same with the tokens' own weights; ``least``: a soft minimum of
    it; ``back``: how well the target's tokens are found in the source. -1 to 1, most 0 to 1.
    ``plan`` says for each source sentence how much of it (weighed) the whole target plan holds.
    """

    whole: Matrix
    found: Matrix
    weighed: Matrix
    least: Matrix
    back: Matrix
    plan: Matrix


def interaction(source: Sequence[Sentence], target: Sequence[Sentence]) -> Interaction:
    """Compare every source sentence with every target sentence (neither group empty)."""
    import numpy as np

    columns = _starts(target)
    right = np.concatenate([s.vectors for s in target]).astype(np.float32).T
    weight = np.concatenate([s.back for s in target]).astype(np.int64)
    blocks = [_block(part, right, columns, weight) for part in _parts(source)]
    best = np.concatenate([block[0] for block in blocks])
    back = np.concatenate([block[1] for block in blocks]) / np.add.reduceat(weight, columns)
    rows = _starts(source)
    lengths = np.diff(rows, append=len(best))[:, None]
    share = np.concatenate([s.weight for s in source]).astype(np.int64)
    total = np.add.reduceat(share, rows)
    whole = [np.stack([s.pooled for s in side]).astype(np.float32) for side in (source, target)]
    steps = np.rint(best * (STEPS / UNIT**2)).astype(np.int64)
    missed = np.add.reduceat(_misses()[np.clip(steps, -STEPS, STEPS) + STEPS], rows, axis=0)
    return Interaction(
        whole=(whole[0] @ whole[1].T).astype(np.float64) / UNIT**2,
        found=np.add.reduceat(best, rows, axis=0) / lengths / UNIT**2,
        weighed=np.add.reduceat(best * share[:, None], rows, axis=0) / total[:, None] / UNIT**2,
        least=-np.log(missed / lengths / _ONE + 1e-6) / SHARPNESS,
        back=back / UNIT**2,
        plan=np.add.reduceat(best.max(axis=1) * share, rows) / total / UNIT**2,
    )


def token_likeness(source: Sentence, targets: Sequence[Sentence]) -> Matrix:
    """Return for each token of a sentence how alike the best token of the targets is, -1 to 1."""
    import numpy as np

    if not targets:
        return np.full(len(source.vectors), -1.0)
    right = np.concatenate([s.vectors for s in targets]).astype(np.float32).T
    best = (source.vectors.astype(np.float32) @ right).max(axis=1)
    out: Matrix = best.astype(np.float64) / UNIT**2
    return out


def _starts(sentences: Sequence[Sentence]) -> Whole:
    """Return where the tokens of each sentence begin when all stand one behind the other."""
    import numpy as np

    return np.cumsum([0, *(len(s.vectors) for s in sentences)])[:-1]


def _parts(source: Sequence[Sentence]) -> list[list[Sentence]]:
    """Cut the source into parts of at most ``ROWS`` tokens (or one sentence)."""
    parts: list[list[Sentence]] = [[]]
    held = 0
    for sentence in source:
        if parts[-1] and held + len(sentence.vectors) > ROWS:
            parts.append([])
            held = 0
        parts[-1].append(sentence)
        held += len(sentence.vectors)
    return parts


def _block(
    source: Sequence[Sentence], right: NDArray[np.float32], columns: Whole, weight: Whole
) -> tuple[Whole, Whole]:
    """Return each source token's likeness to each target's best token; what each target finds."""
    import numpy as np

    left = np.concatenate([s.vectors for s in source]).astype(np.float32)
    alike = left @ right
    best = np.maximum.reduceat(alike, columns, axis=1).astype(np.int64)
    back = np.maximum.reduceat(alike, _starts(source), axis=0).astype(np.int64)
    return best, np.add.reduceat(back * weight, columns, axis=1)


@lru_cache(maxsize=1)
def _misses() -> Whole:
    """Return exp(-SHARPNESS * likeness) in whole units of 1 / _ONE, for -1 to 1 in steps."""
    import numpy as np

    at = range(-STEPS, STEPS + 1)
    return np.array([round(math.exp(-SHARPNESS * step / STEPS) * _ONE) for step in at])
