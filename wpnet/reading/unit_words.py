"""The vocabulary of responsible units: what an office or a group of offices is called.

Read off the 99 layouts and the five base plans (2026-11). Nothing here looks at brackets; the
grammar of lists and brackets is in ``units``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from wpnet.model import Role


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


# "责任单位：", "牵头落实部门:", "责任科室、单位：", "牵头：": a label before unit names.
UNIT_LABEL = re.compile(
    r"(?:(?P<lead>牵头(?:落实|负责|责任)?|主办|主责)"
    r"|(?P<support>配合(?:责任)?|协办|协同|协助|参与)"
    r"|(?P<plain>责任落实|责任分工|责任|负责|落实|承办|实施|执行|具体负责|具体责任|共同责任"
    r"|任务分工|分工))"
    r"(?P<noun>(?:单位|部门|科室|处室|股室|司局|机构|主体)(?:[、及和](?:单位|部门|科室|处室|司局))?)?"
    r"(?:[（(][^（()）\n]{1,6}[）)])?\s{0,4}(?P<colon>[:：]|为|\s|)"
)
# "责任单位", "牵头部门": what a label says is no office.
LABEL_WORD = re.compile(
    r"(?:责任|牵头|配合|负责|落实|承办|主办|协办)+(?:单位|部门|科室|处室|股室|机构)"
)
# "责任人：", "分管领导：": a label before persons, who are no units.
PERSON_LABEL = re.compile(r"(?:责任|牵头|分管|负责|联系)(?:领导|人)\s*[:：]|责任领导\s*[:：]")
# "完成时限：", "时间节点:": a label before a deadline.
DEADLINE_LABEL = re.compile(
    r"(?:责任|完成|落实|办理|办结|工作|推进|截止|截至|实施)?(?:时间|时限|期限|日期|进度)"
    r"(?:节点|要求|安排|期限)?\s*[:：]"
)

# Words that end a member of a list and say what it does; the longest is tried first.
ROLE_TAILS: dict[str, Role] = {
    "牵头": "lead",
    "主办": "lead",
    "配合": "support",
    "协助": "support",
    "协同": "support",
    "参与": "support",
    "参加": "support",
    "协办": "support",
    "负责": "responsible",
    "落实": "responsible",
    "实施": "responsible",
    "推进": "responsible",
    "执行": "responsible",
    "承办": "responsible",
    "完成": "responsible",
    "办理": "responsible",
    "各负其责": "responsible",
    "分工": "responsible",
}
# "按照各自职责分工" before 负责: stripped once a tail was found behind them.
BEFORE_TAIL = _words(
    "按照 按 依照 依据 根据 各自 职责 职能 共同 具体 分别 组织 统筹 联合 分工 工作 结合"
)
# "由", "会同": stand before a name and are no part of it.
LEADING = ("由", "其中", "会同", "以及")
# "等部门", "等市级有关单位", "等公共企事业单位行业主管部门": the end of an open list.
OPEN_END = re.compile(
    r"等(?:[\u4e00-\u9fff]{0,14}(?:部门|单位|企业|机构|科室|处室|委办局|街镇|政府|中心))?$"
)
# "均为责任单位", "以下均需各县区落实": what is said of offices, no name.
# "区数据局做好技术支持", "办公厅负责统筹": an office and what it does; helping words say support.
PREDICATE = re.compile(
    r"做好|负责|牵头|配合|协助|会同|提供|组织|指导|督促|统筹|汇总|办理|落实|按照?(?:各自)?职[责能]"
)
HELPING = re.compile("配合|协助|协同|支持|提供|参与")
SAID_OF_ALL = re.compile(r"均为?(?:责任|牵头|配合|落实)(?:单位|部门)$")
REMARK = re.compile(r"以下|不再|下同|同上|均|逐一|列出|其他任务|本任务")
# "（含某新区管委会，下同）": a bracket behind a name that says whom it includes.
INCLUDING = re.compile(
    r"[（(〔\[【](?:不?含|包括|下同|以下)[^（）()〔〕\[\]【】]{0,40}[）)〕\]】]$"
)
NOT_OPEN_END = frozenset("高平同初中优均对")  # 高等教育, 平等就业: 等 belongs to the word

STRONG_ENDINGS = _words(
    """
    局 委 办 科 处 厅 司 署 股 司局
    办公室 科室 处室 股室 研究室 监察室 政研室 党史室 中心 委员会 管委会
    法院 检察院 仲裁院 考试院 研究院 科学院 政府 街镇 镇街 乡镇 单位 部门 办事处 支队 大队
    总队 公司 集团 组织部 宣传部 统战部 工作部 武装部 联合会 协会 促进会 党校 领导小组
    工作组 专班 指挥部 管理所 服务站 卫生院 财政所 土管所 派出所 司法所 档案馆 分局 支局 税务所
    教育部 科技部 技术部 公安部 民政部 司法部 财政部 建设部 保障部 资源部 环境部 运输部 水利部
    农村部 商务部 旅游部 事务部 管理部 外交部 信息化部
    """
)
WEAK_ENDINGS = _words("院 所 站 室 部 会 馆 社 校 队 台 联 行 园 镇 乡 街道 区 组 股 委")
# "一网通办", "重要格局", "以人民为中心", "法治政府": end like an office and are none.
FALSE_ENDINGS = _words(
    """
    上司 主办 承办 协办 交办 督办 转办 分办 待办 催办 领办 经办 代办 通办 联办 查办 帮办 举办
    开办 即办 快办 好办 易办 申办 次办 阅办 格局 全局 大局 布局 结局 开局 好处 用处 之处
    查处 惩处 相处 难处 害处 到处 出处 长处 短处 学科 百科 本科 专科 村委 居委 为中心
    法治政府 数字政府 阳光政府 透明政府 智慧政府 服务型政府
    """
)
# "以下简称", "此件", "含所属单位": begin a bracket that names no responsible unit.
NOT_UNITS = re.compile(
    r"以下|此件|附后|附件|详?见|含|包括|如|即|其中|例如|不含|不包括|试行|暂行|草案|征求|原|简称|统称|注|谁"
    r"|公开|[0-9“”\"《]"
)
# Marks that no office name holds.
FOREIGN = re.compile(r"[。！？!?《》“”\"：:；;=%]|[0-9]{4}年")

QUANTIFIERS = frozenset(_words("各 有关 相关 其他 其它 所有 全体 上述 涉及"))
WHOLE = frozenset(
    _words("全国 全省 全市 全区 全县 全州 全局 全委 全系统 全镇 本市 本区 本县 本局 本系统")
)
SCOPES = frozenset(
    _words(
        """
    区 市 县 州 省 旗 镇 乡 局 委 办 厅 级 直 属 机关 直属 局属 局机关 下属 所属 内设 基层
    业务 主管 行业 职能 成员 行政 执法 行政执法 事业 企事业 公共 派出 试点 重点 党政 市级
    区级 县级 市直 区直 县直 省级 省直 驻区 垂管 责任 牵头 配合 政府 人民政府
    """
    )
)
PLURALS = frozenset(
    _words(
        """
    科室 处室 股室 司局 单位 部门 街镇 镇街 乡镇 街乡 镇乡 街办 管理处
    委办局 区县 市县 县区 县市区 企业 机构 街道 园区
    开发区 功能区 管委会 办事处 街道办事处 镇 乡 区 市 县 州 旗 中心 科 处 所 站 队 院 校
    学校 医院 公司 集团 社区 村 居 片区
    """
    )
)
LONGEST_GROUP = 60  # characters
GOVERNMENTS = frozenset(("政府", "人民政府"))
REGIONS = frozenset(_words("省 市 区 县 州 旗 镇 乡"))
WORDS = QUANTIFIERS | WHOLE | SCOPES | PLURALS | GOVERNMENTS
# Endings of offices that end in a false one: 农业农村委 is no 村委, 教学科 no branch of learning.
TRUE_ENDINGS = _words("农业农村委 农村委 教学科")
GENERIC_ENDINGS = _words("单位 部门 科室 处室 股室 司局 街镇 镇街 乡镇 街乡 委办局 区县 企业")


def without_nested(name: str) -> str:
    """Return a name without its nested brackets.

    Example:
        >>> without_nested("各县（市、区）政府")
        '各县政府'
    """
    depth, kept = 0, []
    for mark in name:
        if mark in "（([［【〔":
            depth += 1
        elif mark in "）)]］】〕":
            depth = max(depth - 1, 0)
        elif not depth and not mark.isspace():
            kept.append(mark)
    return "".join(kept)


def group_words(name: str) -> tuple[str, ...]:
    """Cut a group's name into words; () when it holds anything but generic words.

    Example:
        >>> group_words("局属各单位"), group_words("法规处")
        (('局属', '各', '单位'), ())
    """
    plain = without_nested(name)
    if len(plain) > 24:
        return ()
    words = tuple(_longest_words(plain))
    if not words or sum(map(len, words)) != len(plain):
        return ()
    return words if words[-1] in PLURALS or words[-1] in GOVERNMENTS else ()


def _longest_words(plain: str) -> Iterator[str]:
    at = 0
    while at < len(plain):
        for length in (5, 4, 3, 2, 1):
            if (word := plain[at : at + length]) in WORDS and len(word) == length:
                yield word
                at += length
                break
        else:
            return


def is_quantified(words: tuple[str, ...]) -> bool:
    """Tell whether a group's words hold 各, 有关, 相关, 其他 …"""
    return any(word in QUANTIFIERS for word in words)


def joins_group(before: str, after: str) -> bool:
    """Tell whether ``before、after`` is the name of one group.

    A member with a 各 or 相关 of its own is a group of its own, unless the first speaks of the
    whole (全区各部门、各街道).

    Example:
        >>> joins_group("各科室", "单位"), joins_group("相关处室", "局属单位")
        (True, True)
        >>> joins_group("各区", "县（市）政府"), joins_group("各部门", "区政府")
        (True, False)
        >>> joins_group("办公室", "各科室"), joins_group("各街镇", "各委办局")
        (False, False)
    """
    if len(before) > LONGEST_GROUP:
        return False
    if without_nested(before) in REGIONS:
        return True
    after_words = group_words(after)
    parts = [group_words(part) for part in before.split("、")]
    if not after_words or not all(parts) or not is_quantified(parts[0]):
        return False
    if parts[-1][-1] in GOVERNMENTS and "（" not in after and after_words[-1] not in GOVERNMENTS:
        return False  # the head of the group is said: what follows is another one
    if is_quantified(after_words):
        return parts[0][0] in WHOLE
    if after_words[-1] in GOVERNMENTS:
        return parts[-1][-1] in REGIONS
    return True


def is_group(name: str) -> bool:
    """Tell whether a name stands for several offices.

    Example:
        >>> is_group("各科室、单位"), is_group("相关局属单位"), is_group("市社保中心")
        (True, True, False)
    """
    plain = without_nested(name)
    if "各" in plain or plain.endswith(GENERIC_ENDINGS):
        return True
    return any(is_quantified(group_words(part)) for part in plain.split("、"))


def ends_like_unit(name: str) -> bool:
    """Tell whether a name ends as offices' names do, whatever stands before.

    Example:
        >>> ends_like_unit("市政府督查室"), ends_like_unit("各镇（街）做好发布工作")
        (True, False)
    """
    plain = without_nested(name)
    return plain.endswith((*STRONG_ENDINGS, *WEAK_ENDINGS, *PLURALS, *GOVERNMENTS))


def looks_like_unit(name: str, *, strong: bool = False) -> bool:
    """Tell whether a name ends as offices' names do; ``strong`` leaves out the doubtful endings.

    Example:
        >>> looks_like_unit("区建设管理委（区交通委）"), looks_like_unit("失业")
        (True, False)
        >>> looks_like_unit("一网通办"), looks_like_unit("图书馆", strong=True)
        (False, False)
    """
    plain = without_nested(name)
    if not 2 <= len(plain) <= 40 or FOREIGN.search(plain) or NOT_UNITS.match(plain):
        return False
    if LABEL_WORD.fullmatch(plain):
        return False
    if plain.endswith(FALSE_ENDINGS) and not plain.endswith(TRUE_ENDINGS):
        return False
    if is_group(name) or plain.endswith(STRONG_ENDINGS):
        return True
    return not strong and plain.endswith(WEAK_ENDINGS)
