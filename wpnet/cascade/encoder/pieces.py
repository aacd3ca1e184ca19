"""A sentence cut into word pieces: the likeliest cut under a unigram model (Kudo 2018).

The pieces are those of the pretrained model that can stand in a Chinese document; their log
chances come with them.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import NamedTuple

#: What a piece that is not known costs more than the rarest one.
UNKNOWN_COST = 10.0
#: The mark that stands for a space, and for the beginning of a sentence.
SPACE = "\u2581"


class Piece(NamedTuple):
    """A piece: its number, and where it stands in the text (``text[start:end]``)."""

    number: int
    start: int
    end: int


class Vocabulary(NamedTuple):
    """Pieces by their letters with number and log chance; the numbers of the marks."""

    pieces: Mapping[str, tuple[int, float]]
    longest: int
    unknown: int
    unknown_score: float
    begin: int
    end: int

    def cut(self, text: str) -> list[Piece]:
        """Return the likeliest cut of a text; white space belongs to no piece."""
        letters, places = _letters(text)
        best = [0.0] + [-1e30] * len(letters)
        back: list[tuple[int, int]] = [(0, 0)] * (len(letters) + 1)
        known = self.pieces
        for at in range(len(letters)):
            here = best[at]
            for end in range(at + 1, min(len(letters), at + self.longest) + 1):
                found = known.get(letters[at:end])
                if found is not None and here + found[1] > best[end]:
                    best[end], back[end] = here + found[1], (at, found[0])
            if here + self.unknown_score > best[at + 1]:
                best[at + 1], back[at + 1] = here + self.unknown_score, (at, self.unknown)
        out: list[Piece] = []
        end = len(letters)
        while end > 0:
            at, number = back[end]
            first, last = places[at], places[end - 1]
            out.append(Piece(number, first[0], last[1]))
            end = at
        return out[::-1]


def _letters(text: str) -> tuple[str, list[tuple[int, int]]]:
    """Return the compatibility form (NFKC) of a text without white space, and each letter's place.

    A space mark stands in front, as the model learnt it.
    """
    letters, places = [SPACE], [(0, 0)]
    for at, char in enumerate(text):
        for letter in unicodedata.normalize("NFKC", char):
            if not letter.isspace():
                letters.append(letter)
                places.append((at, at + 1))
    return "".join(letters), places


def vocabulary(letters: list[str], scores: list[float]) -> Vocabulary:
    """Return the vocabulary of pieces in order of their numbers.

    The first four are the marks for begin, padding, end and unknown.
    """
    known = {piece: (at, scores[at]) for at, piece in enumerate(letters) if at >= 4}
    return Vocabulary(
        pieces=known,
        longest=max(map(len, known)),
        unknown=3,
        unknown_score=min(scores[4:]) - UNKNOWN_COST,
        begin=0,
        end=2,
    )
