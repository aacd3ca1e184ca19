"""The comparison form, shared stretches and concepts."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from wpnet.cascade import features, verdicts
from wpnet.cascade.features import FEATURES
from wpnet.cascade.lexicon import FACET_WEIGHT, anchors, concepts, hits, lexicon
from wpnet.cascade.longest import WINDOW, longest_stretches
from wpnet.cascade.scorer import load_scorer
from wpnet.cascade.shared import SHORTEST, shared_stretches
from wpnet.cascade.text import clauses, comparison_form, runs
from wpnet.text import comparable

CHINESE = st.text("公开政策解读，、。；听取意见12 3局市“”", max_size=40)
#: Texts put together from what the lexicon's patterns look for: they match, and nearly match.
PATTERNS = "|".join(concept.pattern.pattern for concept in lexicon())
LEXICAL = st.lists(
    st.sampled_from(sorted(set(re.findall("[\u4e00-\u9fff]+|、", PATTERNS)))), max_size=8
).map("".join)


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


@given(LEXICAL)
def test_anchors_pass_over_no_concept(text: str) -> None:
    """Trying only the patterns whose anchors stand in a text finds what trying all finds."""
    form = comparison_form(text)
    every = tuple(at for at, c in enumerate(lexicon()) if c.pattern.search(form))
    assert hits(text) == every


def test_every_pattern_of_the_lexicon_has_an_anchor() -> None:
    """No pattern must be tried on every text; brackets that are letters end no group."""
    assert all(anchors(concept.pattern.pattern) for concept in lexicon())
    assert anchors(r"居(\()?村|居委") == {"居", "居委"}
    assert anchors("(甲|乙)?丙丁?|戊{0,2}己") == {"丙", "己"}


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


def test_concepts_see_through_wording() -> None:
    """Different words for the same duty give the same concept."""
    one, two = concepts("落实疑难案件会商机制"), concepts("组织集体讨论复杂、疑难申请")
    assert "duty:joint_case_study" in set(one) & set(two)


def test_staff_training_is_not_skills_training() -> None:
    """Vocational training of citizens is no training of officials."""
    assert "duty:staff_training" not in concepts("发布职业技能培训政策")
    assert "duty:staff_training" in concepts("组织政务公开业务培训")


def test_every_feature_explains_itself_in_one_sentence() -> None:
    """The docstring of a feature is what the reader sees: one sentence with a full stop."""
    scorer = load_scorer()
    for module, names in ((features, FEATURES), (verdicts, scorer.taken_up.names)):
        for name in names:
            sentence = (getattr(module, name).__doc__ or "").partition("\n")[0]
            assert re.fullmatch(r"[A-Z].+[.)]\.?", sentence), name
    assert scorer.link.names == FEATURES


def test_every_concept_is_well_formed() -> None:
    """Names are unique, facets known, duties and only duties and topics have families."""
    names = [concept.name for concept in lexicon()]
    assert len(names) == len(set(names))
    for concept in lexicon():
        facet = concept.name.partition(":")[0]
        assert facet in FACET_WEIGHT
        assert bool(concept.families) or facet != "duty"
        assert not concept.pattern.search("")
