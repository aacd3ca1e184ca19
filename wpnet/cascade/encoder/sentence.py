"""Sentences read by the encoder: whole-number vectors a token, encoded once and remembered."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from wpnet.cascade.encoder.encoder import encode
from wpnet.cascade.encoder.exact import GRID, linear, softmax_shares
from wpnet.cascade.encoder.pieces import Piece
from wpnet.cascade.encoder.weights import Reader, load_reader
from wpnet.text import comparable_places

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from wpnet.cascade.encoder.exact import Floats

    Whole = NDArray[np.int16]

#: Tokens of a title that are read with a sentence, of a sentence in one go, and goes at most: what
#: stands behind 86 x 8 tokens (about 1,100 characters) of one sentence is not read.
TITLE, WINDOW, WINDOWS = 24, 86, 8
#: Sentences that are remembered, about 6 kB each.
REMEMBERED = 16_384
#: What a vector of length one is multiplied by before it is rounded: products of two stay exact.
UNIT = 1023


class Sentence(NamedTuple):
    """What the encoder makes of a sentence: everything in whole numbers.

    ``vectors`` has one row a token, ``pooled`` is the whole sentence (both of length ``UNIT``);
    ``weight`` says how much of the duty each token carries when it is looked for, ``back`` when it
    is found (both sum to about ``SHARES``); ``spans`` are the tokens' places in the text.
    """

    vectors: Whole
    pooled: Whole
    weight: NDArray[np.int32]
    back: NDArray[np.int32]
    spans: tuple[tuple[int, int], ...]


class _Memory:
    """Sentences by (title, text), the least recently used forgotten first."""

    def __init__(self) -> None:
        self.held: OrderedDict[tuple[str, str], Sentence] = OrderedDict()

    def find(self, key: tuple[str, str]) -> Sentence | None:
        found = self.held.get(key)
        if found is not None:
            self.held.move_to_end(key)
        return found

    def keep(self, key: tuple[str, str], sentence: Sentence) -> None:
        self.held[key] = sentence
        while len(self.held) > REMEMBERED:
            self.held.popitem(last=False)


_MEMORY = _Memory()


def read_sentences(
    sentences: Sequence[tuple[str, str]], reader: Reader | None = None
) -> list[Sentence]:
    """Return what the encoder makes of (title, text) pairs; known ones are not encoded again.

    ``reader`` is another encoder than the shipped one; what it reads is not remembered.
    """
    if reader is not None:
        return list(_read(sentences, reader))
    found = {key: known for key in sentences if (known := _MEMORY.find(key)) is not None}
    new = list(dict.fromkeys(key for key in sentences if key not in found))
    if new:
        for key, sentence in zip(new, _read(new, load_reader()), strict=True):
            found[key] = sentence
            _MEMORY.keep(key, sentence)
    return [found[key] for key in sentences]


def forget() -> None:
    """Forget all sentences (for measurements)."""
    _MEMORY.held.clear()


def windows(reader: Reader, title: str, text: str) -> list[tuple[list[int], int, list[Piece]]]:
    """Return the token numbers to encode: for each window all of them, where the text's begin, it.

    Each window is begin, the title, a stretch of the text, end.
    """
    head = [piece.number for piece in _cut(reader, title)][:TITLE] if title else []
    body = _cut(reader, text)[: WINDOW * WINDOWS]
    vocabulary = reader.vocabulary
    out = []
    for at in range(0, len(body), WINDOW):
        part = body[at : at + WINDOW]
        numbers = [vocabulary.begin, *head, *(piece.number for piece in part), vocabulary.end]
        out.append((numbers, 1 + len(head), part))
    return out


def _cut(reader: Reader, text: str) -> list[Piece]:
    """Return the pieces of a text as it is compared, with their places in the text itself."""
    form, places = comparable_places(text)
    ends = [*places[1:], len(text)]
    return [
        Piece(piece.number, places[piece.start], ends[piece.end - 1])
        if piece.end
        else Piece(piece.number, 0, 0)
        for piece in reader.vocabulary.cut(form)
    ]


def _read(new: Sequence[tuple[str, str]], reader: Reader) -> Iterable[Sentence]:
    import numpy as np

    parts = [windows(reader, title, text) for title, text in new]
    flat = [numbers for part in parts for numbers, _, _ in part]
    hidden = iter(encode(flat, reader.embedding, reader.layers))
    for part in parts:
        rows = [next(hidden)[begin : begin + len(body)] for _, begin, body in part]
        spans = tuple((piece.start, piece.end) for _, _, body in part for piece in body)
        yield _sentence(np.concatenate(rows), spans, reader)


def _sentence(hidden: Floats, spans: tuple[tuple[int, int], ...], reader: Reader) -> Sentence:
    import numpy as np

    everywhere = np.ones((1, len(hidden)), dtype=bool)
    vectors = _unit(linear(_unit(hidden) - reader.centre, reader.projection))
    weights = linear(hidden, reader.attention).T
    middle = np.rint(hidden * np.float32(GRID)).astype(np.float64).sum(axis=0) / len(hidden) / GRID
    return Sentence(
        vectors=_rounded(vectors),
        pooled=_rounded(_unit(middle[None].astype(np.float32)))[0],
        weight=softmax_shares(weights[:1], everywhere)[0].astype(np.int32),
        back=softmax_shares(weights[1:], everywhere)[0].astype(np.int32),
        spans=spans,
    )


def _rounded(unit: Floats) -> Whole:
    import numpy as np

    out: Whole = np.rint(unit * np.float32(UNIT)).astype(np.int16)
    return out


def _unit(rows: Floats) -> Floats:
    """Return rows of length one; the squares are summed on a grid."""
    import numpy as np

    grid = np.rint(rows * np.float32(GRID)).astype(np.float64)
    length = np.sqrt(np.einsum("ij,ij->i", grid, grid) / GRID**2 + 1e-9)
    out: Floats = (rows / length[:, None]).astype(np.float32)
    return out
