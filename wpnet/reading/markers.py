"""What the first or last characters of a line say about it: all patterns of page layout.

Every pattern is linear: no nested repetition, so that hostile text cannot make it backtrack.
"""

from __future__ import annotations

import re

NUMERAL = "[一二三四五六七八九十百零〇]"

# "一、", "（一）", "1.", "1、", "（1）", "①" number a heading or item; "7.0版" and "2024年" do not.
NUMBERED = re.compile(
    rf"{NUMERAL}{{1,4}}、|[（(]{NUMERAL}{{1,4}}[）)]|\d{{1,2}}[.．、](?!\d)|[（(]\d{{1,2}}[）)]|[①-⑳]"
)

# "- 2 -", "— 12 —", "第3页", "第3页共9页", "12": a page number on a line of its own.
PAGE_MARK = re.compile(r"[-—–－·]{0,3}\d{1,3}[-—–－·]{0,3}|第\d{1,3}页(?:[,，/]?共\d{1,3}页)?")

# "2025年5月16日", "二○二一年三月一日", "2025-05-16", "2024.04.26".
_YEAR = "[12]\\d{3}|[一二][一二三四五六七八九〇○零]{3}"
_DAY = r"[\d一二三四五六七八九十]{1,3}"
DATE = rf"(?:{_YEAR})(?:年{_DAY}月{_DAY}日|[-./]\d{{1,2}}[-./]\d{{1,2}})"
DATE_LINE = re.compile(rf"[(（]?{DATE}[)）]?")

# "索引号:", "发布机构:", "文号：", "名称:", "[索引号]", "•发文字号："; inner blanks are gone.
METADATA_KEY = (
    "索引号|索取号|文号|发文字号|文件编号|发布文号|发文日期|成文日期|印发日期|发布日期|发布时间|产生日期|生效日期"
    "|发布机构|发文机构|发文机关|公开主体|发布单位|名称|标题|主题分类|公开类型|公开类别|公开属性|公开期限"
    "|公开范围|有效性|有效性状态|主题词|体裁分类|服务对象|关键词|信息来源|来源|浏览次数|阅读次数|字号|字体"
)
METADATA_LINE = re.compile(rf"[•·●]?[\[【]?(?:\d{{1,2}}[.、])?(?:{METADATA_KEY})[\]】]?[:：|]")

# "责任单位:", "抄送：", "附件1：": a label that opens a block of its own.
LABEL = re.compile(
    r"(?:抄送|抄报|主送|附件\d{0,2}|附表\d{0,2}|附|联系人|联系电话|分享到)(?:[:：]|$)"
)

# "（此件公开发布）", "(公开范围:主动公开)", "★", "【打印】": stand alone, before or after the plan.
STAND_ALONE = re.compile(
    r"[（(](?:此件|公开范围|公开属性|联系人|[^（）()]{1,12}代章)|[—\-–]{2,}|★|【打印】|打印|关闭窗口|扫一扫|政策留言板|返回"
    r"|当前位置|您所在的位置|版权所有|主办单位|沪ICP|ICP备|网站标识码|分享到|无障碍|字号[:：]"
)

# Any of the above: the line begins a block and is never joined to the line before it.
BLOCK_START = re.compile(
    rf"{NUMBERED.pattern}|{METADATA_LINE.pattern}|{LABEL.pattern}|{STAND_ALONE.pattern}"
    rf"|{DATE_LINE.pattern}$|{DATE_LINE.pattern}印发$|[（(〔\[](?:责任|牵头|落实)(?:单位|部门|科室)[:：]"
    r"|.{1,120}[|｜]"
)

# A line that ends a block although it has no full stop: an addressee, a date, a document number.
ENDS_BLOCK = re.compile(rf"{DATE}[)）]?$|号$|^附件\d{{0,2}}$|★|(?<!关于)印发$")

# Column headers of task tables, inner blanks dropped ("任务名称", "责任单位", "时间节点", "备注").
COLUMN_HEADER = re.compile(
    "序号|领域|类别|任务|任务名称|任务内容|任务事项|工作任务|重点任务|主要任务|工作内容|工作要求|工作措施|具体要求|具体内容|具体任务"
    "|具体举措|贯彻举措|主要举措|公开内容|公开事项|要点内容"
    "|责任单位|责任部门|责任科室|负责科室|负责部门|落实单位|牵头落实单位|牵头单位|牵头部门|牵头科室|配合单位|配合部门|责任人|分工"
    "|时间节点|完成时限|完成时间|时限要求|时限|时间要求|完成情况|进展情况|备注"
)

# Words that a plan's title ends in.
TITLE_WORDS = (
    "工作要点与责任分工|工作要点分工方案|工作要点任务分解表|要点任务分解表|任务分解表|任务分解|工作要点"
    "|任务分工|分工方案|责任分工|重点工作安排|工作安排|实施方案|工作方案|工作计划|重点任务清单|任务清单|要点"
)
# The second line of a title set in two: "政务公开工作要点", "政务公开工作要点》的通知".
TITLE_TAIL = re.compile(
    rf"[^。：:，,；;]{{0,40}}?(?:{TITLE_WORDS})(?:[（(]表[）)])?[》〉]?(?:的通知)?"
)
# Its first line: "2025年嘉定区人力资源和社会保障局", "某局关于印发", "关于印发《2025年某区".
TITLE_HEAD = re.compile(r"^[《]?[12]\d{3}年?[^。：:]{0,40}$|关于印发$|关于印发[《][^》]{0,60}$")
