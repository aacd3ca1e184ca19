"""Whether a document carries the duties of a year, or is a neighbour of such a plan.

A neighbour is told by its title, by what its sections are called, and by what its duties speak of:
a report, an explainer, answers to questions, a programme of several years, the plan of another
field of work.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from wpnet.reading.layout import EXPLAINER_HEAD
from wpnet.text import folded

# What a disclosure work plan is about, and what it is called; a page that never says either holds
# some other numbered document.
SUBJECT = re.compile(
    r"政务公开|政府信息公开|信息公开|院务公开|校务公开|警务公开|办事公开|村务公开|厂务公开"
)
CALLED = re.compile(r"要点|任务分解|分工|工作方案|实施方案|工作计划|任务清单|任务表|工作安排")
# What a plan is not, whatever it is about; and names that a plan shares with other documents: only
# those of a year carry its duties.
OTHER_KIND = re.compile(
    r"(?:报告|总结|指南|目录|细则|办法|条例|制度|规定|问答|解读|行动计划|规划)(?:[（(][^（）()]{1,20}[）)])?$"
)
SHARED_NOUN = re.compile(r"(?:意见|方案|计划)(?:[（(][^（）()]{1,20}[）)])?$")
ANY_YEAR = re.compile(r"(?:19|20)\d\d|二[〇○零oO0]")
QUESTION, ANSWER = re.compile(r"^问\d{0,2}[:：]", re.M), re.compile(r"^答\d{0,2}[:：]", re.M)
# "起草背景", "制定依据", "主要内容", "解读机关": sections of a text that explains a plan.
_EXPLAINED = "起草|制定|出台|编制|印发|发布|修订|政策|文件"
EXPLAINS = re.compile(
    rf"(?:《[^《》]*》)?的?(?:{_EXPLAINED})?的?(?:背景|依据|过程|经过|必要性)"
    rf"(?:[和与及、]?(?:{_EXPLAINED})?(?:背景|依据|过程|意义|目的)){{0,3}}"
    r"|(?:《[^《》]*》)?的?(?:主要内容|政策要点|内容解读|重点内容|创新举措|特色亮点|适用范围|涉及范围)"
    r"|(?:政策)?解读(?:机关|单位|部门|人)(?:及联系方式)?"
)
# "收到和处理政府信息公开申请情况": the sections that the regulation prescribes for yearly reports.
REPORTS = re.compile(
    r"总体情况|主动公开(?:政府信息)?(?:工作)?情况|(?:收到和处理)?政府信息公开申请(?:处理)?情况"
    r"|(?:政府信息公开)?行政复议[、和]行政诉讼情况|存在的?(?:主要)?问题及改进情况|其他需要报告的事项"
)
FEWEST_OTHER_SECTIONS = 2  # of these, from which on a text is an explainer or a report
FEWEST_WORDS = 3  # 公开 in a list of duties without a head
# Share of duties that say 公开, for documents whose title does not. In the 42 plans of eight duties
# or more that were read by hand (2026-11) it is .12 and more.
LEAST_ON_SUBJECT = 0.1


def carries_duties(
    title: str, text: str, *, sections: Sequence[str], duties: Sequence[str], assigned: bool
) -> bool:
    """Tell whether a document carries the duties of a year of disclosure work.

    Args:
        title: the document's title, empty where none was found.
        text: all of its text.
        sections: the titles of its sections.
        duties: its sentences outside preambles.
        assigned: whether a table or bracket lays duties on offices.

    Example:
        >>> def told(title, *sections):
        ...     return carries_duties(
        ...         title, title, sections=sections, duties=["公开年报。"], assigned=False)
        >>> told("2025年某区政务公开工作要点"), told("2025年某区政务公开工作年度报告")
        (True, False)
        >>> told("2025年某区政务公开工作要点", "起草背景", "主要内容", "解读机关")
        False
    """
    subject = SUBJECT.search(text) or (assigned and text.count("公开") >= FEWEST_WORDS)
    if not subject or (QUESTION.search(text) and ANSWER.search(text)):
        return False
    for other in (EXPLAINS, REPORTS):
        if sum(other.fullmatch(name) is not None for name in sections) >= FEWEST_OTHER_SECTIONS:
            return False
    if not title:
        return bool(assigned or CALLED.search(text))
    if "公开" not in title:
        said = sum("公开" in folded(duty) for duty in duties)
        if said < LEAST_ON_SUBJECT * len(duties):
            return False
    return not is_other_kind(title)


def is_other_kind(title: str) -> bool:
    """Tell whether a title is that of no yearly plan: a report, an explainer, a standing programme.

    Example:
        >>> is_other_kind("某区2022年政务公开工作年度报告"), is_other_kind("某区政务公开实施方案")
        (True, True)
        >>> is_other_kind("2022年某区政务公开实施方案")
        False
    """
    if OTHER_KIND.search(title) or EXPLAINER_HEAD.match(title):
        return True
    return SHARED_NOUN.search(title) is not None and ANY_YEAR.search(title) is None
