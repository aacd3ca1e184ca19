"""Small plans for tests: a test says only what it is about."""

from __future__ import annotations

import hashlib
from typing import Any

from wpnet.model import Coverage, Link, Plan, Requirement


def duty(text: str, number: str = "1.1.1", plan: str = "city-x-2023", **more: Any) -> Requirement:
    section, item, sentence = (int(part) for part in number.split("."))
    values: dict[str, Any] = {
        "requirement_id": f"{plan}#{number}",
        "plan_id": plan,
        "kind": "duty",
        "section_no": section,
        "section_title": "",
        "item_no": item,
        "item_title": "",
        "subitem_no": 0,
        "subitem_title": "",
        "sentence_no": sentence,
        "text": text,
        "start": 0,
        "end": len(text),
        "text_sha256": hashlib.sha256(text.encode()).hexdigest(),
    }
    return Requirement(**(values | more))


def plan_of(texts: list[str], plan: str = "district-x-2024") -> list[Requirement]:
    return [duty(text, f"1.{at}.1", plan) for at, text in enumerate(texts, start=1)]


def plan(plan_id: str, code: str, year: int, level: str = "", bureau: str = "hrss") -> Plan:
    return Plan(plan_id, place_code=code, year=year, level=level, bureau=bureau)


def link(source: str, target: str, score: float = 0.9, **more: Any) -> Link:
    values: dict[str, Any] = {
        "source_id": source,
        "target_id": target,
        "relation": "cascade",
        "score": score,
        "kind": "adapted",
        "status": "accepted",
    }
    return Link(**(values | more))


def covered(source: str, target_plan: str, **more: Any) -> Coverage:
    values: dict[str, Any] = {
        "source_id": source,
        "target_plan_id": target_plan,
        "relation": "cascade",
        "lag_years": 1,
        "auto_verdict": "carried",
        "p_carried": 0.8,
        "p_partial": 0.1,
        "p_omitted": 0.1,
        "needs_review": False,
        "verdict": "carried",
    }
    return Coverage(**(values | more))


CITY = [
    "按时公布年度财政预决算信息。",
    "邀请企业代表列席局务会议。",
    "建立网民留言转办和反馈机制。",
    "组织开展政务公开业务培训。",
    "政策解读与政策文件同步起草、同步发布。",
    "做好政府公报赠阅点的日常管理。",
]
DISTRICT = [
    "公布本区年度预决算和三公经费。",
    "每年组织一次政务公开专题培训。",
    "落实政策解读与政策文件同步起草、同步审签、同步发布。",
    "健全网民留言转办、催办、反馈机制。",
]
