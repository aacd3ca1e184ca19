"""The trained part of the encoder in PyTorch: the top layers and what compares their output."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from wpnet.cascade.encoder.encoder import HEADS

WIDTH = 384
#: Values of a likeness between two sentences, in the order of the weights in :class:`Network`.
LIKENESSES = ("whole", "found", "weighed", "back", "least")


class Layer(nn.Module):
    """A BERT layer with the weights of the base model."""

    def __init__(self, arrays: dict[str, Any], at: int) -> None:
        super().__init__()
        for name in ("query", "key", "value", "out", "inner", "outer"):
            weight = torch.tensor(arrays[f"{at}.{name}"].T.copy())
            linear = nn.Linear(weight.shape[1], weight.shape[0])
            linear.weight.data = weight
            linear.bias.data = torch.tensor(arrays[f"{at}.{name}.bias"])
            setattr(self, name, linear)
        for name in ("first", "second"):
            norm = nn.LayerNorm(WIDTH, eps=1e-12)
            norm.weight.data = torch.tensor(arrays[f"{at}.{name}.norm"])
            norm.bias.data = torch.tensor(arrays[f"{at}.{name}.norm.bias"])
            setattr(self, name, norm)

    def forward(self, hidden: Any, mask: Any, dropout: float = 0.0) -> Any:
        """Return the next hidden states; ``mask`` is added to the attention scores."""
        count, length, _ = hidden.shape

        def heads(linear: Any) -> Any:
            return linear(hidden).view(count, length, HEADS, -1).transpose(1, 2)

        drop = dropout if self.training else 0.0
        attended = functional.scaled_dot_product_attention(
            heads(self.query), heads(self.key), heads(self.value), attn_mask=mask, dropout_p=drop
        )
        joined = attended.transpose(1, 2).reshape(count, length, WIDTH)
        hidden = self.first(hidden + functional.dropout(self.out(joined), drop))
        inner = self.outer(functional.gelu(self.inner(hidden)))
        return self.second(hidden + functional.dropout(inner, drop))


class Network(nn.Module):
    """Top layers, projection and attention of the encoder, with a head that only training needs.

    A sentence is its states below the top layers (one row a token, title included) and a mask of
    the tokens that belong to the sentence itself.
    """

    def __init__(
        self, arrays: dict[str, Any], layers: range, centre: Any, axes: Any, lexical: int
    ) -> None:
        super().__init__()
        self.layers = nn.ModuleList([Layer(arrays, at) for at in layers])
        self.register_buffer("centre", torch.tensor(centre))
        self.projection = nn.Parameter(torch.tensor(axes))
        self.sought = nn.Parameter(torch.zeros(WIDTH))
        self.seen = nn.Parameter(torch.zeros(WIDTH))
        self.link = nn.Parameter(torch.tensor([6.0, 3.0, 6.0, 4.0, 0.0]))
        self.link_bias = nn.Parameter(torch.tensor(-14.0))
        self.link_lexical = nn.Parameter(torch.full((lexical,), 0.1))
        self.nothing = nn.Parameter(torch.tensor(0.0))
        self.carried = nn.Parameter(torch.tensor([2.0, 2.0, 4.0, 1.0, 2.0]))
        self.carried_bias = nn.Parameter(torch.tensor(-5.0))
        self.carried_lexical = nn.Parameter(torch.zeros(lexical))

    def encode(self, sentences: Sequence[tuple[Any, Any]], dropout: float = 0.0) -> list[Any]:
        """Return the states of each sentence's own tokens after the top layers."""
        order = np.argsort([len(states) for states, _ in sentences], kind="stable")
        found: list[Any] = [None] * len(sentences)
        for group in np.array_split(order, 3 if len(order) > 12 else 1):
            length = max(len(sentences[at][0]) for at in group)
            hidden = torch.zeros(len(group), length, WIDTH)
            present = torch.zeros(len(group), length, dtype=torch.bool)
            for row, at in enumerate(group):
                states = sentences[at][0]
                hidden[row, : len(states)] = torch.from_numpy(states.astype(np.float32))
                present[row, : len(states)] = True
            mask = torch.zeros(len(group), 1, 1, length)
            mask = mask.masked_fill(~present[:, None, None, :], -1e9).bfloat16()
            with torch.autocast("cpu", torch.bfloat16):
                for layer in self.layers:
                    hidden = layer(hidden, mask, dropout)
            hidden = hidden.float()
            for row, at in enumerate(group):
                states, own = sentences[at]
                found[at] = hidden[row, : len(states)][torch.from_numpy(own)]
        return found

    def likenesses(self, source: Sequence[Any], target: Sequence[Any], dropout: float = 0.0) -> Any:
        """Return the values of :data:`LIKENESSES` for every pair, on the last axis."""
        states = self.encode([*source, *target], dropout)
        count = len(source)
        whole = functional.normalize(torch.stack([s.mean(0) for s in states]), dim=-1)
        lengths = torch.tensor([len(s) for s in states])
        padded = nn.utils.rnn.pad_sequence(states, batch_first=True)
        own = torch.arange(padded.shape[1])[None] < lengths[:, None]
        unit = functional.normalize(padded, dim=-1) - self.centre
        vectors = functional.normalize(unit @ self.projection, dim=-1)
        sought = torch.softmax((padded @ self.sought).masked_fill(~own, -1e9), -1)
        seen = torch.softmax((padded @ self.seen).masked_fill(~own, -1e9), -1)
        here, there = own[:count], own[count:]
        tokens = vectors[:count][here]
        owner = torch.arange(count)[:, None].expand_as(here)[here]
        alike = torch.einsum("nd,tld->ntl", tokens, vectors[count:])
        alike = alike.masked_fill(~there[None], -1.0)
        best = alike.max(2).values
        share = (1.0 / here.sum(1).float())[owner]

        def summed(values: Any) -> Any:
            return torch.zeros(count, len(target)).index_add(0, owner, values)

        least = -torch.log(summed(torch.exp(-6.0 * best) * share[:, None]) + 1e-6) / 6.0
        floor = torch.full((count, *alike.shape[1:]), -1.0)
        back = floor.scatter_reduce(0, owner[:, None, None].expand_as(alike), alike, "amax")
        back = (back * seen[count:][None]).masked_fill(~there[None], 0.0).sum(2)
        return torch.stack(
            [
                whole[:count] @ whole[count:].T,
                summed(best * share[:, None]),
                summed(best * sought[:count][here][:, None]),
                back,
                least,
            ],
            dim=-1,
        )

    def loss(self, pair: Any, dropout: float) -> Any:
        """Return the loss of one plan pair: links, best link, omission, carried or partial.

        ``pair`` is a :class:`~tools.encoder.training.Example`.
        """
        values = self.likenesses(pair.source, pair.target, dropout)
        link = values @ self.link + pair.lexical @ self.link_lexical + self.link_bias
        whole = values @ self.carried + pair.lexical @ self.carried_lexical + self.carried_bias
        cross = functional.binary_cross_entropy_with_logits
        rows = pair.shares.shape[0]
        each = cross(link, pair.links * 0.97 + 0.003, reduction="none").sum() / rows
        hard = (pair.links >= 0.5).float()
        count = hard.sum(1)
        everything = torch.logsumexp(torch.cat([link, self.nothing.expand(rows, 1)], 1), 1)
        right = torch.where(count > 0, (hard * link).sum(1) / count.clamp(min=1), self.nothing)
        best = torch.logsumexp(link * 2, 1) / 2
        taken_up = cross(best, 1 - pair.shares[:, 2])
        linked = (pair.shares[:, 0] + pair.shares[:, 1]).clamp(min=1e-6)
        degree = (pair.shares[:, 0] / linked)[:, None].expand_as(whole)
        carried = (cross(whole, degree, reduction="none") * pair.links).sum() / rows
        return each + 0.5 * (everything - right).mean() + 0.5 * taken_up + 0.5 * carried
