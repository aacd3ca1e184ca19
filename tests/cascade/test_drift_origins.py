"""Attributes along a link, origins and evolution."""

from __future__ import annotations

import pytest

from tests.cascade.builders import covered, duty, link, plan
from wpnet.cascade.drift import changes, drift, strength
from wpnet.cascade.origins import evolution, origins


@pytest.mark.parametrize(
    ("before", "after", "change"),
    [
        ("鼓励", "必须", "tightened"),
        ("应当", "探索", "loosened"),
        ("必须", "原则上;必须", "loosened"),
        ("", "严格", "tightened"),
        ("严格", "确保", "kept"),
    ],
)
def test_modal_words_bind_more_or_less(before: str, after: str, change: str) -> None:
    """A stronger modal word tightens a duty, a weaker one loosens it."""
    (row,) = changes(duty("a", modality=before), duty("b", modality=after))
    assert (row.attribute, row.change) == ("modality", change)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("20个工作日", "10个工作日", ["tightened"]),
        ("不低于50%", "不低于30%", ["loosened"]),
        ("每年2次", "每月一次", ["tightened"]),
        ("不低于50%", "", ["dropped"]),
        ("", "不少于3场", ["added"]),
        ("20个工作日;不低于50%", "不低于50%", ["dropped", "kept"]),
        ("百分之五十", "50%", ["kept"]),
    ],
)
def test_numbers_are_compared_by_what_they_bound(
    before: str, after: str, expected: list[str]
) -> None:
    """Fewer days and higher shares are stricter; numbers of other units never meet."""
    found = changes(duty("a", targets=before), duty("b", targets=after))
    assert [row.change for row in found] == expected


def test_a_deadline_that_only_moves_with_the_year_is_kept() -> None:
    """March 2023 in a 2023 plan and March 2025 in a 2025 plan are the same deadline."""
    before = duty("a", deadline="3月底前", deadline_date="2023-03-31")
    same = duty("b", deadline="3月底前", deadline_date="2025-03-31")
    later = duty("b", deadline="8月", deadline_date="2025-08-31")
    assert changes(before, same, lag_years=2)[0].change == "kept"
    assert changes(before, later, lag_years=2)[0].change == "loosened"
    assert changes(before, duty("b", deadline="全年"), lag_years=2)[0].change == "loosened"


def test_only_accepted_links_drift() -> None:
    """A candidate changes nothing."""
    one = duty("a", modality="必须", plan="c-x-2023")
    two = duty("b", modality="鼓励", plan="d-x-2024")
    known = {r.requirement_id: r for r in (one, two)}
    ids = (one.requirement_id, two.requirement_id)
    assert drift([link(*ids, status="candidate")], known) == ()
    assert [row.change for row in drift([link(*ids)], known)] == ["loosened"]


def test_strength_is_ordered() -> None:
    """探索 < 逐步 < plain order < 应当 < 必须."""
    ranks = [strength(word) for word in ("探索", "逐步", "", "应当", "必须")]
    assert ranks == sorted(set(ranks))


PLANS = [plan("c-x-2020", "310000", 2020), plan("c-x-2023", "310000", 2023)]
DISTRICT = plan("d-x-2022", "310114", 2022)


def test_a_later_plan_is_never_the_origin() -> None:
    """A link from 2023 does not explain a text of 2022, however alike."""
    text = duty("公开。", plan="d-x-2022")
    links = [
        link("c-x-2023#1.1.1", text.requirement_id, 0.99),
        link("c-x-2020#1.1.1", text.requirement_id, 0.7),
    ]
    (found,) = origins([text], links, [*PLANS, DISTRICT])
    assert (found.kind, found.source_plans) == ("single", ("c-x-2020",))


def test_origins_may_be_several_or_local() -> None:
    """About equally likely origins are both named; a sentence without any is local."""
    both, local = duty("公开。", plan="e-x-2025"), duty("自选。", "1.1.2", plan="e-x-2025")
    links = [
        link("c-x-2023#1.1.1", both.requirement_id, 0.9),
        link("c-x-2020#1.1.1", both.requirement_id, 0.88),
    ]
    found = origins([both, local], links, [*PLANS, plan("e-x-2025", "310114", 2025)])
    assert [row.kind for row in found] == ["several", "local"]
    assert found[0].source_plans == ("c-x-2023", "c-x-2020")


def test_evolution_names_what_was_carried_changed_dropped_and_new() -> None:
    """Every duty of both years is accounted for."""
    old = [duty(str(at), f"1.1.{at}", "c-x-2020") for at in (1, 2, 3)]
    new = [duty(str(at), f"1.1.{at}", "c-x-2023") for at in (1, 2, 3)]
    more = {"relation": "evolution"}
    rows = [
        covered("c-x-2020#1.1.1", "c-x-2023", target_ids=("c-x-2023#1.1.1",), **more),
        covered(
            "c-x-2020#1.1.2", "c-x-2023", verdict="partial", target_ids=("c-x-2023#1.1.2",), **more
        ),
        covered("c-x-2020#1.1.3", "c-x-2023", verdict="omitted", **more),
    ]
    changed = [row.change for row in evolution(old, new, rows)]
    assert changed == ["carried", "changed", "dropped", "new"]
