"""From labelled sets to weights: the examples, the folds, the loop, the file."""

from __future__ import annotations

import io
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from tools.encoder.base import MAPS, NORMS, Base
from tools.encoder.network import Layer, Network
from wpnet.cascade.comparison import title_of
from wpnet.cascade.encoder.encoder import Embedding
from wpnet.cascade.encoder.sentence import windows
from wpnet.cascade.features import LEXICAL
from wpnet.cascade.fitting import LabelledPair
from wpnet.cascade.scorer import pair_values
from wpnet.model import Requirement

#: The layers that are trained; the nine below keep the weights of the base.
TRAINED = 3
#: Width of the vectors that tokens are compared by.
AXES = 96
RATE, DROPOUT, DECAY = 1e-4, 0.1, 0.9
#: How often an epoch sees a pair of real plans, which teach what life is like.
REAL = 2
#: Learning rates of what is new, as a multiple of the layers'.
_FASTER = {"sought": 20, "seen": 20, "projection": 2, "link_lexical": 50, "carried_lexical": 50}


@dataclass(frozen=True)
class Example:
    """A labelled plan pair as tensors: states below the trained layers, and the labels' shares."""

    key: tuple[str, str]
    real: bool
    source: list[Any]
    target: list[Any]
    lexical: Any
    links: Any
    shares: Any


@dataclass(frozen=True)
class Ground:
    """What training starts from: the base, where tokens lie, how lexical values spread."""

    base: Base
    centre: Any
    axes: Any
    examples: list[Example]


def prepare(base: Base, reader: Any, pairs: Sequence[tuple[LabelledPair, bool]]) -> Ground:
    """Return the examples of labelled pairs (with whether their plans are real).

    ``reader`` is the untrained encoder; its vocabulary cuts the sentences.
    """
    sentences = sorted(
        {(title_of(r), r.text) for held, _ in pairs for r in (*held.pair.source, *held.pair.target)}
    )
    below, top = _states(base, reader, sentences)
    tokens = np.concatenate([states[own] for states, own in top.values()])
    tokens /= np.linalg.norm(tokens, axis=1, keepdims=True)
    centre = tokens.mean(axis=0)
    spread, axes = np.linalg.eigh(np.cov((tokens - centre).T))
    spread, axes = spread[::-1][:AXES], axes[:, ::-1][:, :AXES]
    axes = (axes / (spread / spread[0]) ** 0.25).astype(np.float32)
    values = [pair_values(held.pair, LEXICAL) for held, _ in pairs]
    flat = np.concatenate([value.reshape(-1, len(LEXICAL)) for value in values])
    mean, scale = flat.mean(axis=0), flat.std(axis=0)
    examples = [
        _example(held, real, (value - mean) / scale, below)
        for (held, real), value in zip(pairs, values, strict=True)
    ]
    return Ground(base, centre.astype(np.float32), axes, examples)


def _example(
    held: LabelledPair, real: bool, lexical: Any, below: Mapping[tuple[str, str], Any]
) -> Example:
    def states(requirements: Iterable[Requirement]) -> list[Any]:
        return [below[title_of(r), r.text] for r in requirements]

    rows = list(held.rows)
    shares = [[label.share(v) for v in ("carried", "partial", "omitted")] for label in held.labels]
    source = [held.pair.source[row] for row in rows]
    return Example(
        key=(source[0].plan_id, held.pair.target[0].plan_id),
        real=real,
        source=states(source),
        target=states(held.pair.target),
        lexical=torch.tensor(lexical[rows], dtype=torch.float32),
        links=torch.tensor(held.is_link, dtype=torch.float32),
        shares=torch.tensor(shares, dtype=torch.float32),
    )


def _states(base: Base, reader: Any, sentences: Sequence[tuple[str, str]]) -> tuple[Any, Any]:
    """Return the states of all sentences below the trained layers and at the top, with masks."""
    embedding: Embedding = reader.embedding
    layers = [Layer(base.arrays, at).eval() for at in range(base.layers)]
    below, top = {}, {}
    with torch.no_grad():
        for key in sentences:
            numbers, begin, part = windows(reader, *key)[0]
            own = np.zeros(len(numbers), dtype=bool)
            own[begin : begin + len(part)] = True
            hidden = torch.from_numpy(embedding.of(numbers))[None]
            for at, layer in enumerate(layers):
                if at == base.layers - TRAINED:
                    below[key] = (hidden[0].numpy().astype(np.float16), own)
                hidden = layer(hidden, None)
            top[key] = (hidden[0].numpy(), own)
    return below, top


def train(ground: Ground, examples: Sequence[Example], *, epochs: int, seed: int) -> Network:
    """Return the network trained on these examples (AdamW, warm-up, cosine decay)."""
    torch.manual_seed(seed)
    dice = np.random.default_rng(seed)
    first = ground.base.layers - TRAINED
    network = Network(
        ground.base.arrays,
        range(first, ground.base.layers),
        ground.centre,
        ground.axes,
        len(LEXICAL),
    )
    network.train()
    order = [at for at, e in enumerate(examples) for _ in range(REAL if e.real else 1)]
    steps = len(order) * epochs
    optimizer = torch.optim.AdamW(_groups(network), betas=(0.9, 0.98), weight_decay=0.01)
    warm = max(2, steps // 10)

    def pace(step: int) -> float:
        late = max(0, step - warm) / max(1, steps - warm)
        return min((step + 1) / warm, 0.03 + 0.97 * 0.5 * (1 + math.cos(math.pi * late)))

    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, pace)
    for _ in range(epochs):
        for at in dice.permutation(order):
            loss = network.loss(examples[at], DROPOUT)
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
            schedule.step()
    network.eval()
    return network


def _groups(network: Network) -> list[dict[str, Any]]:
    """Return parameter groups: lower layers slower, what is new faster and without decay."""
    count = len(network.layers)
    groups: list[dict[str, Any]] = [
        {"params": list(layer.parameters()), "lr": RATE * DECAY ** (count - 1 - at)}
        for at, layer in enumerate(network.layers)
    ]
    for name, parameter in network.named_parameters():
        if not name.startswith("layers."):
            rate = RATE * _FASTER.get(name, 100)
            groups.append({"params": [parameter], "lr": rate, "weight_decay": 0.0})
    return groups


def packed(ground: Ground, network: Network | None, version: str) -> bytes:
    """Return the file of the encoder: eight bits a weight, a scale a column."""
    base = ground.base
    arrays: dict[str, Any] = {
        "layers": np.int64(base.layers),
        "letters": np.frombuffer("\n".join(base.letters).encode(), np.uint8),
        "scores": base.scores.astype(np.float32),
        "version": np.frombuffer(version.encode(), np.uint8),
        "positions": base.arrays["positions"].astype(np.float16),
    }
    for name in ("embedding.norm", "embedding.norm.bias"):
        arrays[name] = base.arrays[name].astype(np.float32)
    arrays["pieces"], arrays["pieces_scale"] = _eight_bits(base.arrays["pieces"], axis=1)
    for at in range(base.layers):
        top = at - (base.layers - TRAINED)
        layer = network.layers[top] if network is not None and top >= 0 else None
        for name, *_ in MAPS:
            linear = getattr(layer, name, None)
            matrix = base.arrays[f"{at}.{name}"] if linear is None else _plain(linear.weight).T
            bias = base.arrays[f"{at}.{name}.bias"] if linear is None else _plain(linear.bias)
            _map(arrays, f"{at}.{name}", matrix, bias)
        for name, _ in NORMS:
            for part, suffix in (("weight", "norm"), ("bias", "norm.bias")):
                norm = getattr(layer, name, None)
                key = f"{at}.{name}.{suffix}"
                arrays[key] = base.arrays[key] if norm is None else _plain(getattr(norm, part))
    attention = np.zeros((ground.axes.shape[0], 2), dtype=np.float32)
    axes = ground.axes
    if network is not None:
        attention = np.stack([_plain(network.sought), _plain(network.seen)], axis=1)
        axes = _plain(network.projection)
    arrays["centre"] = ground.centre
    _map(arrays, "projection", axes, np.zeros(axes.shape[1]))
    _map(arrays, "attention", attention, np.zeros(2))
    stream = io.BytesIO()
    np.savez(stream, **arrays)
    return stream.getvalue()


def _plain(parameter: Any) -> Any:
    return parameter.detach().numpy().astype(np.float32)


def _map(arrays: dict[str, Any], name: str, matrix: Any, bias: Any) -> None:
    arrays[name], arrays[f"{name}.scale"] = _eight_bits(matrix, axis=0)
    arrays[f"{name}.bias"] = bias.astype(np.float32)


def _eight_bits(matrix: Any, axis: int) -> tuple[Any, Any]:
    scale = np.abs(matrix).max(axis=axis, keepdims=True) / 127 + 1e-12
    return np.rint(matrix / scale).astype(np.int8), scale.squeeze(axis).astype(np.float32)
