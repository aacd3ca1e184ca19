"""Deadlines: what counts as a due date, and its last day."""

from __future__ import annotations

import calendar
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wpnet.reading.deadlines import OF_DATES, deadline_date, find_deadline, is_deadline


@pytest.mark.parametrize(
    ("sentence", "deadline"),
    [
        ("编制决策事项目录，于3月31日前向社会公开。", "3月31日前"),
        ("编制目录，于 3 月 31 日前公开。".replace(" ", ""), "3月31日前"),
        ("8月开展“政府开放月”活动。", "8月"),
        ("6月底报区政务公开办。", "6月底"),
        ("6月底前完成更新。", "6月底前"),
        ("年底前完成整改。", "年底前"),
        ("力争年内完成目录编制。", "年内"),
        ("到2023年底，基本建成统一平台。", "到2023年底"),
        ("2024年6月底前，完成调整。", "2024年6月底前"),
        ("第三季度完成评估。", "第三季度"),
        ("上半年组织一次培训。", "上半年"),
        ("4月、10月各组织一次培训。", "4月、10月"),
        ("三月底前报送年报。", "三月底前"),
        ("每年3月31日前发布年报。", "3月31日前"),
        ("于1030日前报送。", "1030日前"),
    ],
)
def test_a_due_date_is_found_as_written(sentence: str, deadline: str) -> None:
    """A date counts with 前, after 到, or right before the verb of the duty."""
    assert find_deadline(sentence) == deadline


@pytest.mark.parametrize(
    "sentence",
    [
        "在收到申请后的20个工作日内完成答复。",
        "决策出台后的10个工作日内公开意见。",
        "征求活动结束后1个月内反馈。",
        "每月25日报送数据。",
        "按季度更新目录。",
        "公开2023年国民经济和社会发展计划执行情况。",
        "编制本单位2024年度重大行政决策事项目录。",
        "落实2019年5月发布的《某规定》。",
        "清理2023年12月31日前印发的规范性文件。",
        "自2020年5月实施以来，不断完善。",
        "截至去年底，已全部公开。",
        "两年内全面推开。",
        "贯彻二十届三中全会精神，目前已完成。",
        "2025年是“十四五”规划收官之年。",
        "第一时间发布信息，全年开展宣传。",
    ],
)
def test_terms_frequencies_and_years_are_no_deadlines(sentence: str) -> None:
    """Only a date by which the duty is due counts."""
    assert find_deadline(sentence) == ""


@pytest.mark.parametrize(
    ("words", "last_day"),
    [
        ("3月底前", "2025-03-31"),
        ("3月31日前", "2025-03-31"),
        ("3 月 31 日前", "2025-03-31"),
        ("8月", "2025-08-31"),
        ("2月底前", "2025-02-28"),
        ("2024年2月底前", "2024-02-29"),
        ("年底前", "2025-12-31"),
        ("今年底前", "2025-12-31"),
        ("年内", "2025-12-31"),
        ("到2023年底", "2023-12-31"),
        ("2022年10月", "2022-10-31"),
        ("11月底前完成", "2025-11-30"),
        ("三月底前", "2025-03-31"),
        ("十二月底前", "2025-12-31"),
        ("二〇二六年六月三十日前", "2026-06-30"),
        ("２０２５年６月底前", "2025-06-30"),
        ("明年3月底前", "2026-03-31"),
        ("第二季度", "2025-06-30"),
        ("上半年", "2025-06-30"),
        ("6月中旬", "2025-06-20"),
        ("6月前", "2025-05-31"),
        ("7-8月", "2025-08-31"),
        ("3月底前、9月底前", "2025-09-30"),
        ("2025-06-30", "2025-06-30"),
        ("2025.6", "2025-06-30"),
        ("1030日前", "2025-10-30"),
    ],
)
def test_the_last_day_that_the_words_allow(words: str, last_day: str) -> None:
    """A month ends with its last day, a year in December; the plan's year stands in."""
    assert deadline_date(words, 2025) == last_day


@pytest.mark.parametrize(
    "words",
    [
        "全年",
        "持续推进",
        "长期坚持",
        "每季度末",
        "每月",
        "印发后30日内",
        "两年内",
        "即日起",
        "",
        "2月30日",
    ],
)
def test_words_without_a_date_have_no_last_day(words: str) -> None:
    """Standing duties, frequencies, terms and impossible days give no date."""
    assert deadline_date(words, 2025) == ""


def test_a_date_without_any_year_is_unknown() -> None:
    """A plan whose year is not known cannot date 3月底前."""
    assert deadline_date("3月底前", 0) == ""


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("全年", True),
        ("3月底前", True),
        ("8月", True),
        ("持续推进", True),
        ("11月底前完成", True),
        ("按季度", True),
        ("办公室", False),
        ("各科室、单位", False),
        ("推进中，办公室", False),
        ("", False),
    ],
)
def test_deadline_cells_are_recognised(cell: str, expected: bool) -> None:
    """A cell or list member that is nothing but a deadline is told from a unit."""
    assert is_deadline(cell) is expected


@given(st.integers(2000, 2099), st.integers(1, 12))
def test_month_ends_follow_the_calendar(year: int, month: int) -> None:
    """底前 is the last day of the month, leap years included."""
    last = calendar.monthrange(year, month)[1]
    assert deadline_date(f"{month}月底前", year) == f"{year}-{month:02}-{last:02}"
    assert find_deadline(f"于{month}月{last}日前公开。") == f"{month}月{last}日前"


@given(st.text(alphabet="0123年月日底前内到于每二〇十季度上半、-.开展的", max_size=40))
def test_any_words_are_read_without_fault(text: str) -> None:
    """What is found stands in the text, and a date is a date."""
    assert find_deadline(text) in text
    assert len(deadline_date(text, 2025)) in (0, 10)
    is_deadline(text)


@pytest.mark.slow
@pytest.mark.parametrize("unit", ["1", "3月", "一二三四", "2025年3月底前", "1-", "年内", "1日内"])
def test_long_runs_of_digits_take_linear_time(unit: str) -> None:
    """A hundred thousand characters are read in seconds."""
    text = unit * (100_000 // len(unit))
    begin = time.perf_counter()
    find_deadline(text)
    deadline_date(text, 2025)
    is_deadline(text)
    assert time.perf_counter() - begin < 20


@given(
    st.lists(
        st.sampled_from("12 三 底 末 内 前 半 上 第 今 度 到 开展 完成 公开 ， 。".split()),
        max_size=8,
    ).map("".join)
)
def test_a_date_in_prose_names_its_unit(text: str) -> None:
    """Without 年, 季, 月 or 日 nothing is a due date, even with one put behind a slash."""
    assert OF_DATES.isdisjoint(text)
    assert find_deadline(text) == "" == find_deadline(text + "/年")
