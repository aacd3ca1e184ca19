"""What a requirement's wording says of its force and its measure: modal words and targets."""

from __future__ import annotations

import re

# Modal words of the layouts and the base plans, longest first; 要 and 应 have rules of their own.
_PLAIN = (
    "必须|应当|应该|不得|严禁|禁止|不准|不能|务必|一律|严格|确保|原则上|鼓励|探索|逐步|视情况|视情"
    "|尽可能|尽量|力争|力求"
)
# "要加强技术巡检", "还要熟悉平台"; not 要求, 重要, 需要, 主要, 摘要, 要点, 纪要, 必要.
_WANT = (
    r"(?<![重需主必摘纪概扼简首紧机提综次只若快索想险撮切])要"
    r"(?![求点素闻件害义旨务领案目塞讯么是约不好人事地])"
)
# "解读材料应聚焦", "均应及时公开", "应予公开"; not 应用, 响应, 应急, 应对, 应知应会, 应解读尽解读.
_OUGHT = (
    r"(?<![响相适回反对供效顺感呼照策理因知自])应"
    r"(?![用急对邀届答付聘诉知会变战景援和声酬运激许有尽公][^予]?)"
)
MODAL = re.compile(rf"{_PLAIN}|不要|(?P<must>(?<!必)须)|(?P<want>{_WANT})|(?P<ought>{_OUGHT})")
# "应解读尽解读", "应公开、尽公开", "应上尽上": slogans, no obligation of their own.
SLOGAN = re.compile(r"应(?P<verb>[\u4e00-\u9fff]{1,4})[、，,]?尽(?P=verb)")

# "3", "50", "1.5", "三", "二十": a count.
_COUNT = r"(?:[0-9０-９]{1,6}(?:[.．][0-9]{1,2})?|[一二两三四五六七八九十百]{1,4})"
_AT_LEAST = (
    r"(?:不低于|不少于|不超过|不高于|不多于|不大于|不小于|至少|最多|达到|超过|高于|低于"
    r"|提高到|提升到|提升至|提高至|控制在|保持在)"
)
_EVERY = r"(?:每个?(?:年|半年|季度|季|月|周|日|天)|全年|每人|每次)"
_UNITS = (
    r"(?:个工作日|个自然日|个百分点|人次|场次|小时|分钟|个月"
    + r"|[次件条场篇项名家天日年周期个种类份部])"
)
_PERCENT = (
    r"(?:[0-9０-９]{1,3}(?:[.．][0-9]{1,2})?(?:%|％|个百分点)|百分之[一二三四五六七八九十百]{1,4})"
)
TARGET = re.compile(
    # "不低于50%", "达到95%以上", "100%"
    rf"{_AT_LEAST}?{_PERCENT}(?:以上|以下|以内)?"
    # "不低于每月一次", "每季度不少于1次", "不少于3场"
    rf"|(?:{_EVERY})?{_AT_LEAST}(?:{_EVERY})?(?:举办|开展|组织|召开|发布)?{_COUNT}{_UNITS}"
    # "每年组织2次", "每月一次"
    rf"|{_EVERY}(?:举办|开展|组织|召开|发布|听取|更新)?{_COUNT}[次场篇期条]"
    # "20个工作日", "10个自然日"
    r"|[0-9０-９一二三四五六七八九十]{1,3}个(?:工作日|自然日)"
    # "30日内", "1个月内", "24小时内": a term; "3日内" is one, "3日" a date
    rf"|(?![12][0-9]{{3}}年){_COUNT}(?:个月|小时|分钟|[日天周年])(?:之内|以内|内)"
)
# A number with a unit behind it: every target has one, few sentences do.
MEASURED = re.compile(
    "[0-9０-９一二两三四五六七八九十百][%％个次件条场篇项名家天日年周期种类份部人小分]|百分之"
)
# "第3次", "2024年5月", "7.0", "“1": what stands before a number that is no measure.
_NOT_BEFORE = re.compile(r"[第0-9０-９.．月年+＋“十百千万两]$")
# "15分钟就业服务圈", "10日游": what follows a number that is part of a name.
_NOT_AFTER = re.compile(r"[^，。；、]{0,8}(?:圈|品牌|站点)|版|届")


def modality(text: str) -> str:
    """Return the modal words of a sentence in order of first appearance, joined with ``;``.

    要 and 应 count only where they oblige (要加强), not inside words (要求, 应用), and slogans such
    as 应公开尽公开 do not count.

    Example:
        >>> modality("对于涉企政策，原则上必须听取意见，严格办理，确保质量，原则上公开。")
        '原则上;必须;严格;确保'
        >>> modality("按照“应解读尽解读”原则落实重要要求。")
        ''
        >>> modality("对既有事项，要加强维护，解读材料应聚焦差异。")
        '要;应'
    """
    without_slogans = SLOGAN.sub("…", text) if "尽" in text else text
    return ";".join(dict.fromkeys(match.group() for match in MODAL.finditer(without_slogans)))


def targets(text: str) -> str:
    """Return the numeric targets of a sentence as written, joined with ``;``.

    A target is a share, a count with a bound or a frequency, or a term. Working days are written
    without 内 (20个工作日: the measure), other terms with it (30日内, since 30日 may be a date).
    Numbers in names are no targets.

    Example:
        >>> targets("普惠性惠企政策听取意见占比不低于50%，收到申请后的20个工作日内答复。")
        '不低于50%;20个工作日'
        >>> targets("深入挖掘15分钟就业服务圈，依托12345热线，推广7.0版和1+2+X解读。")
        ''
        >>> targets("更新频次不低于每月一次，印发后30日内公开。")
        '不低于每月一次;30日内'
    """
    blankless = "".join(text.split())
    if MEASURED.search(blankless) is None:
        return ""
    found = [
        match.group()
        for match in TARGET.finditer(blankless)
        if not _NOT_BEFORE.search(blankless[max(match.start() - 1, 0) : match.start()])
        and not _NOT_AFTER.match(blankless[match.end() : match.end() + 12])
    ]
    return ";".join(dict.fromkeys(found))
