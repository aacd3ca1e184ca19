"""What the first or last characters of a line say about it: all patterns of page layout.

Every pattern is linear: no nested repetition, so that hostile text cannot make it backtrack.
"""

from __future__ import annotations

import re

NUMERAL = "[一二三四五六七八九十百零〇]"

# Behind the dot of a number: no digit ("7.0版"), but for a date ("5.2025年", "4.6月30日前").
AFTER_DOT = r"(?:(?!\d)|(?=\d{4}年|\d{1,2}月))"
# "一、", "（一）", "1.", "1、", "（1）", "①" number a heading or item; "7.0版" and "2024年" do not.
NUMBERED = re.compile(
    rf"{NUMERAL}{{1,4}}、|[（(]{NUMERAL}{{1,4}}[）)]|\d{{1,2}}[.．、]{AFTER_DOT}|[（(]\d{{1,2}}[）)]"
    r"|[①-⑳⑴-⒛㈠-㈩㊀-㊉❶-❿]"
)

# "- 2 -", "— 12 —", "第3页", "第3页共9页", "12", "2、": a page number on a line of its own.
PAGE_MARK = re.compile(
    r"[-—–－·]{0,3}\d{1,3}[-—–－·]{0,3}|\d{1,3}、|第\d{1,3}页(?:[,，/]?共\d{1,3}页)?"
)

# "2025年5月16日", "二○二一年三月一日", "2025-05-16", "2024.04.26".
_YEAR = "[12]\\d{3}|[一二][一二三四五六七八九〇○零oO0]{3}"
SMALL = r"(?:\d{1,2}(?!\d)|[一二三四五六七八九十]{1,3})"  # a month or day, never half and half
DATE = rf"(?:{_YEAR})(?:年{SMALL}月{SMALL}日|[-./]\d{{1,2}}[-./]\d{{1,2}})"
# "2022715", "20220330": a date whose 年, 月 and 日 are lost.
GLUED_DATE = r"20[0-4]\d[01]?\d[0-3]?\d"
DATE_LINE = re.compile(rf"[(（]?(?:{DATE}|{GLUED_DATE}(?!\d))[)）]?")

# "索引号:", "发布机构:", "文号：", "名称:", "[索引号]", "•发文字号："; inner blanks are gone.
METADATA_KEY = (
    "索引号|索取号|发文字号|文件编号|发布文号|文号|发文日期|成文日期|印发日期|发布日期|发布时间|产生日期|生效日期"
    "|失效日期|废止日期|公开日期|更新时间|更新日期|发布机构|发布机关|发文机构|发文机关|公开主体|发布单位|主题分类|公开类型|公开类别"
    "|公开方式|公开属性|公开期限|公开时限|公开范围|有效性状态|有效性|统一编号|主题词|体裁分类|服务对象|关键词|信息来源|浏览次数"
    "|阅读次数|访问次数|浏览量|点击数?|文字大小|文件效力"
)
# The same keys, some of them also words of prose: these count at a line's beginning only.
SHORT_KEY = "名称|标题|来源|日期|时间|字号|字体|作者|责任编辑|编辑"
METADATA_LINE = re.compile(
    rf"[•·●|]?[\[【]?(?:\d{{1,2}}[.、])?(?:{METADATA_KEY}|{SHORT_KEY})[\]】]?[:：|]"
    rf"|[\[【](?:{METADATA_KEY})[\]】]"
    r"|[^。；，：:《]{3,40}+(?:(?<=发布时间)|(?<=发布日期)|(?<=信息来源)|(?<=浏览次数)|(?<=访问次数)"
    r"|(?<=字体)|(?<=字号))[:：]"
)

# "责任单位:", "抄送：", "附件1：": a label that opens a block of its own.
LABEL = re.compile(
    r"(?:抄送|抄报|主送|附件\d{0,2}|附表\d{0,2}|附|联系人|联系电话|分享到)(?:[:：]|$)"
)

# "（此件公开发布）", "(公开范围:主动公开)", "★", "【打印】": stand alone, before or after the plan.
STAND_ALONE = re.compile(
    r"[（(](?:此件|公开范围|公开属性|联系人|[^（）()]{1,12}代章)|[—\-–]{2,}|★|【打印】|打印(?:关闭)?$|打印本页"
    r"|关闭窗口|扫一扫|政策留言板|返回(?:上一级|上一页|顶部|首页|列表)|当前位置|您所在的位置|您现在的位置"
    r"|版权所有|主办单位|承办单位[:：]|沪ICP|[\u4e00-\u9fff]?ICP备|网站标识码|分享到|无障碍(?:浏览|阅读)|字号[:：]"
)

# "政策咨询 | 网站地图 | 版权所有：某县人民政府办公室 闽ICP备09023456号": the foot of a portal.
PORTAL_FOOT = re.compile(
    r"版权所有|ICP备|公网安备|网站标识码|技术支持[:：]|[|｜](?:网站地图|联系我们|关于我们|隐私声明|免责声明)"
    r"|(?:网站地图|联系我们|关于我们|隐私声明|免责声明)[|｜]"
)
# "（责任单位：", "[牵头部门：": units in a bracket of their own line.
UNIT_BRACKET = re.compile(r"[（(〔\[](?:责任|牵头|落实)(?:单位|部门|科室)[:：]")

# Any of the above: the line begins a block and is never joined to the line before it.
BLOCK_START = re.compile(
    rf"{NUMBERED.pattern}|{METADATA_LINE.pattern}|{LABEL.pattern}|{STAND_ALONE.pattern}"
    rf"|{DATE_LINE.pattern}$|{DATE_LINE.pattern}印发$|{UNIT_BRACKET.pattern}"
    r"|.{0,120}[|｜]"
)

# A line that ends a block although it has no full stop: an addressee, a date, a document number.
ENDS_BLOCK = re.compile(
    rf"(?:{DATE}|^{GLUED_DATE})[)）]?$|号$|^附件\d{{0,2}}$|★|(?<!关于)印发$|[|｜]$"
    r"|\.(?:docx?|pdf|wps|ofd|xlsx?)$"
)

# Words that a plan's title ends in.
TITLE_WORDS = (
    "工作要点与责任分工|工作要点分工方案|工作要点任务分解表|要点任务分解表|任务分解表|任务分解|工作要点"
    "|任务分工表|分工方案表|分工表|任务分工|分工方案|责任分工|重点工作安排|工作安排|实施方案|工作方案|工作计划"
    "|重点任务清单|任务清单|任务表|重点工作任务|要点"
)
# The second line of a title set in two: "政务公开工作要点", "政务公开工作要点》的通知".
TITLE_TAIL = re.compile(
    rf"[^。：:，,；;]{{0,40}}?(?:{TITLE_WORDS})(?:[（(]表[）)])?[》〉]?(?:的通知)?"
)
# "某省人民政府办公厅关于", "某市教育局关于印发": a title that goes on in the next line.
ABOUT_END = re.compile(r"[局委厅室府部组会]关于(?:印发|转发)?$|关于(?:印发|转发)$")
# Its first line: "2025年嘉定区人力资源和社会保障局", "某局关于印发", "关于印发《2025年某区".
TITLE_HEAD = re.compile(
    r"^[《]?[12]\d{3}年?(?!\d)[^。：:]{0,40}$|关于(?:印发|转发)?$|关于印发[《][^》]{0,60}$"
    r"|^[^。：:，,；]{2,40}关于[^。：:，,；]{0,60}$"
)


def is_stand_alone(text: str) -> bool:
    """Tell whether a line belongs to the page and not to the plan's sentences.

    Example:
        >>> is_stand_alone("扫一扫在手机打开当前页"), is_stand_alone("主办单位要做好公开。")
        (True, False)
    """
    if "。" not in text and PORTAL_FOOT.search(text):
        return True
    return bool(STAND_ALONE.match(text)) and ("。" not in text or text[0] in "（(★—-–")
