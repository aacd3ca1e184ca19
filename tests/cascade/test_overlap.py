"""The fast form of the weighted bags gives the values of the plain one."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from wpnet.cascade import vectors
from wpnet.cascade.overlap import gram_overlap, word_overlap
from wpnet.cascade.shared import likeness, may_reach
from wpnet.cascade.text import background_weight, ngrams, words

LEFT = ["规范公开财政信息，公开、解读同步。", "公开财政信息。", "", "。", "㐀𠮷与A1"]
RIGHT = ["解读财政信息，规范公开财政信息。", "无关的一句话。", "公"]
GROUPS = [
    (LEFT, RIGHT),
    (["公开财政", "", "。"], RIGHT),
    (RIGHT, LEFT),
    (LEFT, LEFT),
    (LEFT[:1], RIGHT[1:2]),
    (LEFT[2:3], RIGHT),
]


@pytest.mark.parametrize("kind", ["grams", "words"])
@pytest.mark.parametrize(("left", "right"), GROUPS)
def test_the_overlap_of_two_groups_is_that_of_their_bags(
    left: list[str], right: list[str], kind: str
) -> None:
    """Cosine, containment both ways and containment in the whole agree to twelve decimals."""
    if kind == "grams":
        found = gram_overlap(left, right)
        (one, two), names = vectors.bags(left, right, pieces=lambda text: ngrams(text, 1, 3))
        weight = vectors.rarity(one, two)
    else:
        found = word_overlap(left, right)
        (one, two), names = vectors.bags(left, right, pieces=words)
        weight = vectors.rarity(one, two) * np.array([background_weight(name) for name in names])
    whole = two.max(axis=0, keepdims=True)
    np.testing.assert_allclose(found.cosine(), vectors.cosine(one, two, weight), atol=1e-13)
    np.testing.assert_allclose(found.held(), vectors.containment(one, two, weight), atol=1e-13)
    back = vectors.containment(two, one, weight).T
    np.testing.assert_allclose(found.held_back(), back, atol=1e-13)
    in_whole = vectors.containment(one, whole, weight).ravel()
    np.testing.assert_allclose(found.held_by_all(), in_whole, atol=1e-13)


def test_the_quick_bound_of_likeness_is_never_wrongly_no() -> None:
    """Where it says no, the exact likeness is below the threshold."""
    texts = [
        *LEFT,
        *RIGHT,
        "规范公开财政信息，解读同步。",
        "规范、公开财政的信息，公开、解读同步。",
    ]
    for one, two in product(texts, texts):
        assert may_reach(one, two, 0.9) or likeness(one, two) < 0.9
