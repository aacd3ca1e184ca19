"""Aligning a source plan with a target plan."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.cascade.builders import CITY, DISTRICT, duty, plan, plan_of
from wpnet.cascade.align import align, comparable_pairs

SENTENCES = st.lists(st.sampled_from(CITY + DISTRICT), min_size=1, max_size=5, unique=True)


def test_an_identical_sentence_is_carried_and_linked_verbatim() -> None:
    """A duty that stands word for word in the target is carried, by a verbatim link."""
    source = plan_of(CITY, "city-x-2023")
    result = align(source, plan_of([CITY[4], *DISTRICT[:2]]))
    row = next(row for row in result.coverage if row.source_id == "city-x-2023#1.5.1")
    assert row.auto_verdict == "carried"
    best = next(x for x in result.links if x.source_id == row.source_id and x.status == "accepted")
    assert (best.target_id, best.kind) == ("district-x-2024#1.1.1", "verbatim")


def test_widths_and_local_offices_do_not_matter() -> None:
    """Half- and full-width marks are the same text to the last digit; 处室 is 科室."""
    target = plan_of(["各科室,做好公开。", *DISTRICT])
    wide, narrow, other = (
        align([duty(text)], target).coverage[0]
        for text in ("各科室，做好公开。", "各科室,做好公开。", "各处室，做好公开。")
    )
    assert wide == narrow
    assert (other.verdict, other.target_ids) == (wide.verdict, wide.target_ids)


def test_a_duty_nobody_takes_up_is_omitted_and_still_shows_the_nearest_text() -> None:
    """An omission has no accepted link, and names the nearest candidate with its score."""
    result = align([duty("做好政府公报赠阅点的日常管理。")], plan_of(DISTRICT))
    row = result.coverage[0]
    assert row.auto_verdict == "omitted"
    assert row.target_ids == ()
    assert row.nearest_id
    assert not [x for x in result.links if x.status == "accepted"]


def test_preambles_never_count_on_either_side() -> None:
    """A preamble is no duty of the source and carries no duty in the target."""
    text = CITY[1]
    source = [duty(text), duty("坚持以人民为中心。", "1.1.2", kind="preamble")]
    target = [duty(text, plan="d-x-2024", kind="preamble"), duty(DISTRICT[1], "1.2.1", "d-x-2024")]
    result = align(source, target)
    assert [row.source_id for row in result.coverage] == ["city-x-2023#1.1.1"]
    assert {x.target_id for x in result.links} <= {"d-x-2024#1.2.1"}


def test_a_target_without_duties_omits_everything_for_certain() -> None:
    """Against an empty plan every duty is omitted with probability one and no nearest text."""
    result = align(plan_of(CITY[:2]), [], target_plan_id="d-x-2024")
    assert {(r.auto_verdict, r.p_omitted, r.nearest_id) for r in result.coverage} == {
        ("omitted", 1.0, "")
    }


def test_a_later_text_is_never_the_source() -> None:
    """A negative lag is refused."""
    with pytest.raises(ValueError, match="-1"):
        align(plan_of(CITY), plan_of(DISTRICT), lag_years=-1)


@settings(max_examples=15, deadline=None)
@given(source=SENTENCES, target=SENTENCES)
def test_chances_sum_to_one_and_verdicts_fit_their_links(
    source: list[str], target: list[str]
) -> None:
    """Chances are between 0 and 1 and sum to 1; a row has accepted links unless it is omitted."""
    result = align(plan_of(source, "city-x-2023"), plan_of(target))
    for row in result.coverage:
        chances = (row.p_carried, row.p_partial, row.p_omitted)
        assert round(sum(chances), 4) == 1.0
        assert min(chances) >= 0.0
        assert row.auto_verdict in ("carried", "partial", "omitted")
        accepted = {
            x.target_id
            for x in result.links
            if x.source_id == row.source_id and x.status == "accepted"
        }
        assert accepted == set(row.target_ids)
        assert (row.auto_verdict == "omitted") == (not accepted)


@settings(max_examples=15, deadline=None)
@given(order=st.permutations(range(len(CITY))), other=st.permutations(range(len(DISTRICT))))
def test_the_order_of_the_input_does_not_matter(order: list[int], other: list[int]) -> None:
    """Shuffled requirements give the very same links and coverage."""
    source, target = plan_of(CITY, "city-x-2023"), plan_of(DISTRICT)
    shuffled = align([source[at] for at in order], [target[at] for at in other])
    assert shuffled == align(source, target)


@pytest.mark.slow
def test_the_result_does_not_depend_on_the_hash_seed() -> None:
    """Two interpreters with different PYTHONHASHSEED give the same bytes."""
    code = (
        "from tests.cascade.builders import *; from wpnet.cascade.align import align;"
        "print(align(plan_of(CITY, 'c-x-2023'), plan_of(DISTRICT)))"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-W", "ignore", "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.getcwd()},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(outputs) == 1


@pytest.mark.parametrize(
    ("source", "target", "expected"),
    [
        (("310000", 2023), ("310114", 2025), ("cascade", 2)),
        (("310000", 2023), ("310114", 2023), ("cascade", 0)),
        (("310000", 2023), ("310000", 2025), ("evolution", 2)),
        (("330100", 2023), ("330106", 2024), ("cascade", 1)),
        (("310114", 2023), ("310000", 2025), None),
        (("310000", 2025), ("310114", 2023), None),
        (("310000", 2023), ("330106", 2025), None),
        (("310000", 2023), ("310000", 2023), None),
        (("000000", 2023), ("310000", 2023), ("cascade", 0)),
    ],
)
def test_what_can_flow_where(
    source: tuple[str, int], target: tuple[str, int], expected: tuple[str, int] | None
) -> None:
    """Texts flow down and on, never up, sideways or back in time."""
    plans = [plan("a", *source), plan("b", *target)]
    found = [pair for pair in comparable_pairs(plans) if pair.source_plan_id == "a"]
    assert [tuple(pair[2:]) for pair in found] == ([expected] if expected else [])


def test_other_bureaus_and_missing_documents_are_not_compared() -> None:
    """Only held plans of the same bureau are compared."""
    city = plan("a", "310000", 2023)
    other = plan("b", "310114", 2024, bureau="edu")
    assert comparable_pairs([city, other]) == []
