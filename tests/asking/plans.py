"""A tiny corpus to ask about."""

from __future__ import annotations

from collections.abc import Sequence

from tests.cascade.builders import covered, duty
from wpnet.corpus import Corpus
from wpnet.model import Plan

CITY = ["公开财政信息。", "组织业务培训。", "邀请企业代表列席会议。"]
DISTRICT = ["按时公开财政信息。", "每季度组织业务培训。", "做好公报管理。"]
TARGET = "d-x-2024"


def corpus(city: Sequence[str] = CITY, district: Sequence[str] = DISTRICT) -> Corpus:
    """Return two plans, every duty of the first compared with the second, all rows doubtful."""
    sources = [duty(text, f"1.{at}.1", "c-x-2023") for at, text in enumerate(city, 1)]
    targets = [duty(text, f"1.{at}.1", TARGET) for at, text in enumerate(district, 1)]
    rows = [covered(one.requirement_id, TARGET, needs_review=True) for one in sources]
    return Corpus(
        plans=(Plan("c-x-2023"), Plan(TARGET)),
        requirements=(*sources, *targets),
        coverage=tuple(rows),
    )
