"""The file that holds the encoder: read once, checked, turned into what the arithmetic wants."""

from __future__ import annotations

import io
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING, Any, NamedTuple

from wpnet.cascade.encoder.encoder import Embedding, Layer
from wpnet.cascade.encoder.exact import Weights
from wpnet.cascade.encoder.pieces import Vocabulary, vocabulary
from wpnet.errors import CorpusError

if TYPE_CHECKING:
    from wpnet.cascade.encoder.exact import Floats

#: Linear maps of a layer, in the order of :class:`~wpnet.cascade.encoder.encoder.Layer`.
MAPS = ("query", "key", "value", "out", "inner", "outer")
FILE = "data/encoder.npz"


class Reader(NamedTuple):
    """Vocabulary, layers, and what turns their output into vectors that can be compared.

    ``version`` names the training; ``centre`` is what all tokens share, ``projection`` keeps what
    tells them apart, ``attention`` weighs tokens that are looked for and that are found.
    """

    version: str
    vocabulary: Vocabulary
    embedding: Embedding
    layers: tuple[Layer, ...]
    centre: Floats
    projection: Weights
    attention: Weights


@lru_cache(maxsize=1)
def load_reader() -> Reader:
    """Return the shipped encoder.

    Raises :class:`~wpnet.errors.CorpusError` where its file is missing or damaged.
    """
    place = resources.files("wpnet.cascade").joinpath(FILE)
    try:
        return read_weights(place.read_bytes())
    except (OSError, ValueError, KeyError, EOFError) as error:
        raise CorpusError(
            f"{place}: the encoder's weights are missing or damaged ({type(error).__name__}). "
            "Install wpnet again."
        ) from None


def read_weights(data: bytes) -> Reader:
    """Return the encoder that ``data`` (an ``.npz`` archive) holds."""
    import zipfile

    import numpy as np

    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as stored:
            arrays = {name: stored[name] for name in stored.files}
    except zipfile.BadZipFile as error:
        raise ValueError(str(error)) from None
    letters = bytes(arrays["letters"]).decode("utf-8").split("\n")
    return Reader(
        version=bytes(arrays["version"]).decode("utf-8"),
        vocabulary=vocabulary(letters, [float(score) for score in arrays["scores"]]),
        embedding=Embedding(
            pieces=arrays["pieces"],
            scale=arrays["pieces_scale"],
            positions=arrays["positions"].astype(np.float32),
            norm=_norm(arrays, "embedding"),
        ),
        layers=tuple(_layer(arrays, at) for at in range(int(arrays["layers"]))),
        centre=arrays["centre"],
        projection=_map(arrays, "projection"),
        attention=_map(arrays, "attention"),
    )


def _layer(arrays: dict[str, Any], at: int) -> Layer:
    query, key, value, out, inner, outer = (_map(arrays, f"{at}.{name}") for name in MAPS)
    norms = _norm(arrays, f"{at}.first"), _norm(arrays, f"{at}.second")
    return Layer(query, key, value, out, inner, outer, *norms)


def _map(arrays: dict[str, Any], name: str) -> Weights:
    return Weights.of(arrays[name], arrays[f"{name}.scale"], arrays[f"{name}.bias"])


def _norm(arrays: dict[str, Any], name: str) -> tuple[Any, Any]:
    return arrays[f"{name}.norm"], arrays[f"{name}.norm.bias"]
