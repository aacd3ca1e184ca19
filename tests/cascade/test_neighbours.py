"""Nearest neighbours: exact, the same with and without the fast product, never from later years."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wpnet.cascade import neighbours as searching
from wpnet.cascade.neighbours import nearest_rows, neighbours, vectors
from wpnet.model import Requirement
from wpnet.store import load_corpus

PROCESSED = Path(__file__).parents[2] / "data" / "processed"
SENTENCES = st.lists(
    st.lists(
        st.sampled_from("公开 政策 解读 财政信息 及时 主动 加强 规范 、 ， 2024年 1".split()),
        min_size=1,
        max_size=5,
    ).map("".join),
    min_size=1,
    max_size=12,
)


def duties(texts: Sequence[str], plan: str = "a") -> list[Requirement]:
    """Return the duties of a plan with these sentences."""
    return [
        Requirement(
            requirement_id=f"{plan}#1.0.{at}",
            plan_id=plan,
            kind="duty",
            section_no=1,
            section_title="",
            item_no=0,
            item_title="",
            subitem_no=0,
            subitem_title="",
            sentence_no=at,
            text=text,
            start=0,
            end=len(text),
            raw_place="",
        )
        for at, text in enumerate(texts, start=1)
    ]


@settings(deadline=None, derandomize=True)
@given(SENTENCES)
def test_the_neighbours_are_those_of_the_whole_product(texts: list[str]) -> None:
    """Every pair above the threshold, with the cosine that a full product gives, best first."""
    entries = duties(texts)
    known = vectors(texts)
    dense = known.matrix.toarray()[list(known.form_of)]
    product = np.round(dense @ dense.T, searching.DECIMALS)
    expected = {
        (one.requirement_id, two.requirement_id, float(product[left, right]))
        for left, one in enumerate(entries)
        for right, two in enumerate(entries)
        if left != right and product[left, right] >= 0.3
    }
    found = list(neighbours(entries, {"a": 2024}, top=len(texts), least=0.3))
    assert {tuple(one) for one in found} == expected
    for one, two in pairwise(found):
        assert one.requirement_id != two.requirement_id or one.score >= two.score


@settings(deadline=None, derandomize=True)
@given(SENTENCES)
def test_the_fast_product_gives_the_same_rows(texts: list[str]) -> None:
    """sparse_dot_topn is an accelerator: scores and order are those of scipy."""
    pytest.importorskip("sparse_dot_topn")
    matrix = vectors(texts).matrix
    fast = list(nearest_rows(matrix, matrix, top=3, least=0.2))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(searching, "find_spec", lambda name: None)
        assert list(nearest_rows(matrix, matrix, top=3, least=0.2)) == fast


def test_nothing_comes_from_a_later_or_the_same_year() -> None:
    """Asked for earlier sentences, a duty finds those of the years before its own only."""
    entries = [
        *duties(["公开财政信息。"], "old"),
        *duties(["公开财政信息。"], "same"),
        *duties(["公开财政信息。"], "later"),
    ]
    years = {"old": 2022, "same": 2023, "later": 2024}
    asked = ["same#1.0.1"]
    found = neighbours(entries, years, of=asked, earlier=True)
    assert [one.neighbour_id for one in found] == ["old#1.0.1"]
    everywhere = neighbours(entries, years, of=asked)
    assert [one.neighbour_id for one in everywhere] == ["old#1.0.1", "later#1.0.1"]


def test_equal_sentences_come_oldest_first_and_no_more_than_asked() -> None:
    """Of a sentence that everybody has, the first years are shown."""
    entries = [e for year in range(2015, 2025) for e in duties(["公开财政信息。"], str(year))]
    years = {str(year): year for year in range(2015, 2025)}
    found = neighbours(entries, years, of=["2020#1.0.1"], top=3)
    assert [one.neighbour_id for one in found] == ["2015#1.0.1", "2016#1.0.1", "2017#1.0.1"]


def test_a_district_sentence_leads_to_the_city_sentence_it_rewords() -> None:
    """The base corpus: every earlier neighbour that scores above .8 is an accepted link, too."""
    corpus = load_corpus(PROCESSED, tables=("plans", "requirements", "links"))
    years = {plan.plan_id: plan.year for plan in corpus.plans}
    linked = {(link.target_id, link.source_id) for link in corpus.links}
    found = [
        one
        for one in neighbours(corpus.requirements, years, least=0.8, earlier=True)
        if one.neighbour_id.startswith("shanghai")
    ]
    assert len(found) >= 2
    assert {(one.requirement_id, one.neighbour_id) for one in found} <= linked


@pytest.mark.parametrize(("top", "least"), [(0, 0.5), (1, 0.0), (1, 1.1)])
def test_senseless_limits_are_refused(top: int, least: float) -> None:
    """At once, not when the first neighbour is taken."""
    with pytest.raises(ValueError, match="at least 1"):
        neighbours([], {}, top=top, least=least)


def test_an_empty_corpus_has_no_neighbours() -> None:
    """Neither has a corpus of preambles."""
    assert list(neighbours([], {})) == []
