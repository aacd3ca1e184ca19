"""The comparison form, shared stretches and concepts."""

from __future__ import annotations

import re
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from wpnet.cascade import features, verdicts
from wpnet.cascade.features import FEATURES
from wpnet.cascade.scorer import load_scorer
from wpnet.cascade.shared import shared_stretches
from wpnet.cascade.text import clauses, comparison_form, fold_widths
from wpnet.cascade.vectors import concepts

CHINESE = st.text("公开政策解读，、。；听取意见12 3局市“”", max_size=40)


@given(CHINESE, CHINESE)
def test_shared_stretches_stand_in_both_texts(one: str, two: str) -> None:
    """Every shared stretch is the same text on both sides, widths folded; none overlap."""
    found = shared_stretches(one, two)
    for part in found:
        left, right = one[part.start : part.end], two[part.target_start : part.target_end]
        assert fold_widths(left) == fold_widths(right)
    assert all(a.end <= b.start for a, b in pairwise(found))


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
    from wpnet.cascade.comparison import FACET_WEIGHT
    from wpnet.cascade.vectors import lexicon

    names = [concept.name for concept in lexicon()]
    assert len(names) == len(set(names))
    for concept in lexicon():
        facet = concept.name.partition(":")[0]
        assert facet in FACET_WEIGHT
        assert bool(concept.families) or facet != "duty"
        assert not concept.pattern.search("")
