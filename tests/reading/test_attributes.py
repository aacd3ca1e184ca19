"""Modal words and numeric targets of a requirement."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wpnet.reading.attributes import MEASURED, TARGET, modality, targets


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("对于涉企政策，原则上必须听取相关企业的意见。", "原则上;必须"),
        ("一律同步开展草案解读，不得延误。", "一律;不得"),
        ("严格办理时限、确保办理质量。", "严格;确保"),
        ("制定政策文件时，应当听取意见，原则上听取企业意见。", "应当;原则上"),
        ("逐步努力拓宽渠道，鼓励公开征集，视情公开评估信息。", "逐步;鼓励;视情"),
        ("探索建立机制，力求通俗易懂。", "探索;力求"),
        ("严格审查，严格发布。", "严格"),
        ("要加强技术巡检维护。", "要"),
        ("各部门要及时更新，须填写说明。", "要;须"),
        ("解读材料应聚焦新旧政策差异。", "应"),
        ("信息均应及时公开。", "应"),
    ],
)
def test_modal_words_in_order_of_appearance(sentence: str, expected: str) -> None:
    """Each modal word once, the longest form of it, in the order of the sentence."""
    assert modality(sentence) == expected


@pytest.mark.parametrize(
    "sentence",
    [
        "落实有关要求，公开重要政策和主要内容，满足需要。",
        "做好会议纪要、工作要点和摘要的发布。",
        "坚持“应解读尽解读”原则。",
        "做到应公开、尽公开。",
        "推广应用，及时回应关切，提升响应速度，适应形势，加强应急保障。",
        "纳入应知应会清单，做好应对。",
        "做好公开工作。",
    ],
)
def test_words_that_only_look_modal(sentence: str) -> None:
    """要 in 要求, 应 in 应用 and slogans oblige nobody."""
    assert modality(sentence) == ""


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("听取中小企业意见占比不低于50%。", "不低于50%"),
        ("占比不低于 50%。", "不低于50%"),
        ("在收到申请后的20个工作日内完成答复。", "20个工作日"),
        ("更新频次不低于每月一次。", "不低于每月一次"),
        ("公开率达到100%。", "达到100%"),
        ("办结率95％以上，每季度不少于1次。", "95％以上;每季度不少于1次"),
        ("印发后30日内公开，1个月内反馈。", "30日内;1个月内"),
        ("每年组织2次培训。", "每年组织2次"),
        ("满意度达到百分之九十五。", "达到百分之九十五"),
    ],
)
def test_numeric_targets_as_written(sentence: str, expected: str) -> None:
    """Shares, bounded counts, frequencies and terms are targets."""
    assert targets(sentence) == expected


@pytest.mark.parametrize(
    "sentence",
    [
        "打造“15分钟就业服务圈”站点，依托12345、12333热线。",
        "推广7.0版，采用“1+2+X”形式，落实“三同步”“一网通办”和“十四五”规划。",
        "于3月31日前公开，8月开展活动，2024年内完成。",
        "第3次修订，二十届三中全会，一件事，两微一端。",
    ],
)
def test_numbers_in_names_and_dates_are_no_targets(sentence: str) -> None:
    """A service circle, a hotline, a version or a date measures no duty."""
    assert targets(sentence) == ""


@given(st.text(alphabet="0159%个工作日内每月不低于一次要求应当严格公开尽、。 ", max_size=60))
def test_what_is_found_stands_in_the_text(text: str) -> None:
    """Every word and target is a stretch of the sentence, and none is given twice."""
    for found in (modality(text), targets(text)):
        parts = [part for part in found.split(";") if part]
        assert len(parts) == len(set(parts))
        assert all(part in "".join(text.split()) for part in parts)


@pytest.mark.parametrize("unit", ["1", "每月", "不低于", "应公开尽", "要", "十", "1个"])
def test_long_runs_take_linear_time(unit: str) -> None:
    """A hundred thousand characters are read in seconds."""
    text = unit * (100_000 // len(unit))
    begin = time.perf_counter()
    modality(text)
    targets(text)
    assert time.perf_counter() - begin < 20


@given(
    st.lists(
        st.sampled_from(
            "0 3 五 十 百 一 % ％ 个 次 场 日 年 月 内 不低于 每季度 百分之 小时 ， 公开".split()
        ),
        max_size=8,
    ).map("".join)
)
def test_the_quick_look_passes_over_no_target(text: str) -> None:
    """Every target has a number with a unit behind it."""
    assert MEASURED.search(text) or TARGET.search(text) is None
