"""What holds for every plan and every text, tried on invented ones."""

from __future__ import annotations

import importlib.util
import sys
from collections import Counter
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from wpnet.errors import WpnetError
from wpnet.model import Document, Line, ParsedPlan
from wpnet.reading.explain import explain_document
from wpnet.reading.normalise import normalise, wrap_width
from wpnet.reading.plan import parse_document
from wpnet.reading.unfold import VISIBLE

SPEC = importlib.util.spec_from_file_location("generate", Path(__file__).with_name("generate.py"))
assert SPEC is not None
assert SPEC.loader is not None
generate: ModuleType = importlib.util.module_from_spec(SPEC)
sys.modules["generate"] = generate
SPEC.loader.exec_module(generate)

QUIET = settings(
    max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True
)
WIDTHS = str.maketrans("（），：；", "(),:;")
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


def found_in(plan: ParsedPlan) -> tuple[list[tuple[str, ...]], Counter[tuple[str, ...]]]:
    """Return sentences with their titles, and units, as the generator states them."""
    sentences = [
        (
            entry.requirement_id.split("#")[1],
            entry.text.translate(WIDTHS),
            entry.section_title,
            entry.item_title,
            entry.subitem_title,
        )
        for entry in plan.requirements
    ]
    laid = Counter(
        (entry.requirement_id.split("#")[1], entry.unit_as_written, entry.role, entry.origin)
        for entry in plan.assignments
    )
    return sentences, laid


@pytest.mark.slow
@pytest.mark.parametrize("scheme", "ABCDEFGH")
@QUIET
@given(data=st.data())
def test_what_is_printed_is_read_again(scheme: str, data: st.DataObject) -> None:
    """In every layout, wrapped or in one line: sentences, titles, units and deadlines come back."""
    drawn = data.draw(generate.plans(scheme))
    text = generate.render(drawn)
    document = document_of(text)
    assume(readable(drawn, document))
    plan = parse_document(document)
    wanted = generate.truth(drawn)
    sentences, laid = found_in(plan)
    assert sentences == [
        (key, text.translate(WIDTHS), *names) for key, text, *names in wanted.sentences
    ]
    assert laid == Counter(wanted.units)
    said = [(e.requirement_id.split("#")[1], e.deadline) for e in plan.requirements if e.deadline]
    assert said == wanted.deadlines


def readable(drawn: object, document: Document) -> bool:
    """Tell whether the print leaves one reading: see :func:`generate.ambiguous`."""
    return not generate.ambiguous(drawn, wrap_width(document.lines))


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
