"""Words that turn a duty round are seen, and what is only about them is not."""

from __future__ import annotations

import pytest

from tests.cascade.builders import duty, plan_of
from wpnet.cascade.align import align
from wpnet.cascade.reversal import Turn, turned

DUTY = "及时公开就业补贴政策的申领条件、办理流程和咨询电话。"


@pytest.mark.parametrize(
    ("source", "target", "turn"),
    [
        (DUTY, "不再公开就业补贴政策的申领条件、办理流程和咨询电话。", "cancelled"),
        ("定期回应群众关心的问题。", "停止回应群众关心的问题。", "cancelled"),
        ("组织开展“政府开放日”活动。", "取消“政府开放日”活动。", "cancelled"),
        ("每季度发布名录。", "暂缓发布名录。", "cancelled"),
        ("每季度发布名录。", "原则上每年发布名录。", "weakened"),
        ("建立会商机制。", "探索建立会商机制。", "weakened"),
        ("探索建立会商机制。", "探索建立会商机制。", ""),
        ("公开审批事项清单。", "公开取消和下放的审批事项清单。", ""),
        ("坚持以公开为常态。", "坚持以公开为常态、不公开为例外。", ""),
        (DUTY, DUTY, ""),
    ],
)
def test_what_a_target_does_to_a_duty(source: str, target: str, turn: Turn) -> None:
    """Cancelled or weakened only where the target says so and the source does not."""
    assert turned(source, target) == turn


@pytest.mark.parametrize(("word", "verdict"), [("不再", "omitted"), ("原则上", "partial")])
def test_a_cancelled_or_weakened_duty_is_never_carried_without_review(
    word: str, verdict: str
) -> None:
    """The same letters with 不再 or 原则上 are no verbatim link, not carried, and flagged."""
    found = align([duty(DUTY)], plan_of([DUTY.replace("及时", word)]))
    assert found.coverage[0].verdict == verdict
    assert found.coverage[0].needs_review
    assert all(link.kind != "verbatim" for link in found.links)
