"""The encoder: sentences in, one vector a token out (BERT layers, Devlin et al. 2019).

Which pretrained model it comes from and how it was tuned: ``wpnet/cascade/data/MODEL_CARD.md``.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from wpnet.cascade.encoder.exact import (
    QUERY,
    SHARES,
    VALUE,
    Weights,
    gelu,
    linear,
    normalised,
    on_grid,
    softmax_shares,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from wpnet.cascade.encoder.exact import Floats

HEADS = 12
#: Tokens that go through the layers together: a matrix of this height stays in the cache.
TOKENS_AT_ONCE = 1024
#: Sentences are padded to a multiple of this, so that equally long ones attend together.
PAD_TO = 8


class Layer(NamedTuple):
    """The weights of one layer: attention (q, k, v, out), feed forward, two normalisations."""

    query: Weights
    key: Weights
    value: Weights
    out: Weights
    inner: Weights
    outer: Weights
    first_norm: tuple[Floats, Floats]
    second_norm: tuple[Floats, Floats]


class Embedding(NamedTuple):
    """Vectors of word pieces (eight bits, a scale a piece), of positions, and a normalisation."""

    pieces: NDArray[np.int8]
    scale: Floats
    positions: Floats
    norm: tuple[Floats, Floats]

    def of(self, ids: Sequence[int]) -> Floats:
        """Return the vectors of a sentence's pieces, in order."""
        import numpy as np

        at = np.asarray(ids, dtype=np.int64)
        words = self.pieces[at].astype(np.float32) * self.scale[at][:, None]
        return normalised(words + self.positions[: len(at)], *self.norm)


def encode(
    sentences: Sequence[Sequence[int]], embedding: Embedding, layers: Sequence[Layer]
) -> list[Floats]:
    """Return the vectors of every sentence's pieces after all layers, in the given order."""
    found: list[Floats | None] = [None] * len(sentences)
    for group in _groups([len(ids) for ids in sentences]):
        for at, vectors in zip(
            group, _through([embedding.of(sentences[at]) for at in group], layers), strict=True
        ):
            found[at] = vectors
    return [vectors for vectors in found if vectors is not None]


def _groups(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Yield sentences that go through together: of one padded length, not too many tokens."""
    order = sorted(range(len(lengths)), key=lambda at: (_padded(lengths[at]), at))
    group: list[int] = []
    for at in order:
        length = _padded(lengths[at])
        if group and (
            length != _padded(lengths[group[0]]) or (len(group) + 1) * length > TOKENS_AT_ONCE
        ):
            yield group
            group = []
        group.append(at)
    if group:
        yield group


def _padded(length: int) -> int:
    return -(-length // PAD_TO) * PAD_TO


def _through(sentences: Sequence[Floats], layers: Sequence[Layer]) -> list[Floats]:
    import numpy as np

    length = _padded(max(len(vectors) for vectors in sentences))
    width = sentences[0].shape[1]
    present = np.zeros((len(sentences), length), dtype=bool)
    hidden: Floats = np.zeros((len(sentences), length, width), dtype=np.float32)
    for at, vectors in enumerate(sentences):
        hidden[at, : len(vectors)] = vectors
        present[at, : len(vectors)] = True
    flat = hidden.reshape(-1, width)
    for layer in layers:
        flat = _layer(flat, layer, present)
    hidden = flat.reshape(len(sentences), length, width)
    return [hidden[at, : len(vectors)] for at, vectors in enumerate(sentences)]


def _layer(hidden: Floats, layer: Layer, present: NDArray[np.bool_]) -> Floats:
    attended = _attention(hidden, layer, present)
    hidden = normalised(hidden + linear(attended, layer.out), *layer.first_norm)
    inner = gelu(linear(hidden, layer.inner))
    return normalised(hidden + linear(inner, layer.outer), *layer.second_norm)


def _attention(hidden: Floats, layer: Layer, present: NDArray[np.bool_]) -> Floats:
    """Return what every token takes from the tokens of its sentence, all heads side by side."""
    import numpy as np

    count, length = present.shape
    width = hidden.shape[1]

    def heads(values: Floats) -> Floats:
        return values.reshape(count, length, HEADS, -1).transpose(0, 2, 1, 3)

    query, query_step = on_grid(heads(linear(hidden, layer.query)), QUERY)
    key, key_step = on_grid(heads(linear(hidden, layer.key)), QUERY)
    value = heads(linear(hidden, layer.value))
    scores: Floats = query @ key.transpose(0, 1, 3, 2)
    scores *= query_step / np.float32(math.sqrt(width // HEADS))
    scores *= key_step.transpose(0, 1, 3, 2)
    shares = softmax_shares(scores, present[:, None, None, :])
    held = np.where(present[:, None, :, None], value, np.float32(0.0))
    largest = np.maximum(np.abs(held).max(axis=(2, 3), keepdims=True), np.float32(1e-9))
    step = largest / np.float32(VALUE)
    taken: Floats = shares @ np.rint(held / step)
    taken *= step / np.float32(SHARES)
    return np.ascontiguousarray(taken.transpose(0, 2, 1, 3)).reshape(count * length, width)
