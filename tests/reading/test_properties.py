"""What holds for every plan and every text, tried on invented ones."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wpnet.errors import WpnetError
from wpnet.model import Document, Line
from wpnet.reading.explain import explain_document
from wpnet.reading.normalise import normalise
from wpnet.reading.plan import parse_document
from wpnet.text import VISIBLE

QUIET = settings(
    max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True
)
# What a reader stumbles over: numbers, marks, page furniture, table lines, invisible characters.
MARKS = (
    "一、 二、 （一） （二） (三) 1. 2、 3 （1） ① 一是 加强公开 做好发布 。 ， ； ： "
    "（ ） ( ) 《 》 “ ” 〔 〕 [ ] 责任单位： 办公室 区财政局 、 牵头 全年 3月底前 "
    "2024年 2022715 - 2 - 2、 | ｜ 序号 任务名称 任务内容 责任单位 完成时限 附件 抄送： "
    "索引号： 政务公开工作要点 关于印发 的通知 某某局 2024年5月1日 ★ 打印 以下简称 根据 "
    "沪府办〔2024〕5号 \u202e \u200b \x00 \ufeff 😀 a B 9"
)
PIECES = [*MARKS.split(), " ", "\n", "\n", "\n", "\n\n", "\t", "\u3000", "\r"]


def document_of(text: str) -> Document:
    """Return a text as the document that a reader of files would hand on."""
    lines, offset = [], 0
    for line in text.split("\n"):
        lines.append(Line(line, offset=offset))
        offset += len(line) + 1
    return Document("invented.txt", "", "text", tuple(lines))


def check_whole(document: Document) -> None:
    """Nothing of a document is lost, doubled or left without a class."""
    normal = normalise(document)
    raw = Counter(
        mark for line in document.lines for run in VISIBLE.findall(line.text) for mark in run
    )
    kept = Counter(normal.text)
    for mark in (" ", "\n"):
        kept.pop(mark, None)
    assert kept == raw
    plan = parse_document(document)
    position = 0
    for span in plan.audit:
        assert span.start == position < span.end
        position = span.end
    assert position == len(plan.text)
    ids = [entry.requirement_id for entry in plan.requirements]
    assert len(set(ids)) == len(ids)
    assert {entry.requirement_id for entry in plan.assignments} <= set(ids)
    assert explain_document(document)


@QUIET
@given(st.lists(st.sampled_from(PIECES), max_size=60).map("".join))
def test_any_mixture_of_marks_is_read_whole(text: str) -> None:
    """Numbers, brackets, tables and page marks in any order: every character is accounted for."""
    check_whole(document_of(text))


@QUIET
@given(st.text(max_size=200))
def test_any_text_is_read_whole(text: str) -> None:
    """Whatever characters a file holds, they are accounted for."""
    check_whole(document_of(text))


def test_a_document_of_a_million_characters_is_refused() -> None:
    """No plan is so long; the message says what to do."""
    document = document_of("一、加强公开\n" * 200_000)
    with pytest.raises(WpnetError, match="save the plan alone"):
        parse_document(document)
