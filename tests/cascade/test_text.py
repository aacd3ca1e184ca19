"""The comparison form, shared stretches, and features that explain themselves."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from wpnet.cascade import features, verdicts
from wpnet.cascade.features import FEATURES
from wpnet.cascade.longest import WINDOW, longest_stretches
from wpnet.cascade.scorer import load_scorer
from wpnet.cascade.shared import SHORTEST, shared_stretches
from wpnet.cascade.text import clauses, comparison_form, runs
from wpnet.text import comparable

CHINESE = st.text("公开政策解读，、。；听取意见12 3局市“”", max_size=40)


@given(CHINESE, CHINESE)
def test_shared_stretches_stand_in_both_texts(one: str, two: str) -> None:
    """Every shared stretch is the same text on both sides, widths folded; none overlap."""
    found = shared_stretches(one, two)
    for part in found:
        left, right = one[part.start : part.end], two[part.target_start : part.target_end]
        assert comparable(left) == comparable(right)
    assert all(a.end <= b.start for a, b in pairwise(found))


@given(CHINESE, CHINESE)
def test_the_longest_common_stretch_is_taken_first(one: str, two: str) -> None:
    """Stretches cover what taking the longest, masking it and looking again covers."""
    left, right = comparable(one), comparable(two)
    masked_left, masked_right, covered = list(left), list(right), set()
    while True:
        matcher = SequenceMatcher(None, masked_left, masked_right, autojunk=False)
        match = matcher.find_longest_match()
        if match.size < SHORTEST:
            break
        masked_left[match.a : match.a + match.size] = ["\0"] * match.size
        masked_right[match.b : match.b + match.size] = ["\1"] * match.size
        inner = left[match.a : match.a + match.size]
        begin = match.a + next((at for at, mark in enumerate(inner) if mark.isalnum()), match.size)
        end = match.a + max((at + 1 for at, mark in enumerate(inner) if mark.isalnum()), default=0)
        if end - begin >= SHORTEST:
            covered.add(left[begin:end])
    assert {comparable(one[s.start : s.end]) for s in shared_stretches(one, two)} == covered


@given(st.lists(CHINESE, max_size=4), st.lists(CHINESE, max_size=4))
def test_the_longest_run_is_that_of_any_pair_of_runs(left: list[str], right: list[str]) -> None:
    """For every pair of texts the longest stretch without a mark, from four letters on."""
    for row, one in zip(longest_stretches(left, right).tolist(), left, strict=True):
        for found, two in zip(row, right, strict=True):
            longest = max(
                (
                    SequenceMatcher(None, a, b, autojunk=False).find_longest_match().size
                    for a in runs(one)
                    for b in runs(two)
                ),
                default=0,
            )
            assert found == (longest if longest >= WINDOW else 0)


@given(CHINESE)
def test_the_comparison_form_is_stable_against_widths(text: str) -> None:
    """Writing commas half-width changes nothing."""
    assert comparison_form(text) == comparison_form(text.replace("，", ","))


def test_hotlines_are_one_and_the_same() -> None:
    """12333 and 12345 are a hotline each: the number is local."""
    assert comparison_form("用好12333热线") == comparison_form("用好12345热线")


def test_short_clauses_join_the_next() -> None:
    """同时 says no duty of its own."""
    assert clauses("同时，丰富解读方式。") == ("同时丰富解读方式",)


def test_every_feature_explains_itself_in_one_sentence() -> None:
    """The docstring of a feature is what the reader sees: one sentence with a full stop."""
    scorer = load_scorer()
    for module, names in ((features, FEATURES), (verdicts, scorer.taken_up.names)):
        for name in names:
            sentence = (getattr(module, name).__doc__ or "").partition("\n")[0]
            assert re.fullmatch(r"[A-Z].+[.)]\.?", sentence), name
    assert scorer.link.names == FEATURES
