"""The header words of task tables, and the column that each of them names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

Column = Literal[
    "number",
    "section",
    "item",
    "task",
    "content",
    "units",
    "own",
    "lead",
    "support",
    "deadline",
    "note",
    "other",
]
# A header is made of these words and no others ("任务名称", "牵头落实单位", "完成时限").
_WORDS = (
    "序号|编号|细化|载体|渠道|途径|方式|频次|目的|范围|司局|依据|领域|类别|板块|项目|事项|任务|名称|内容|工作|重点|主要|具体|要求|措施|举措|目标|牵头|责任|负责"
    "|落实|配合|承办|协办|主办|实施|参与|单位|部门|科室|处室|股室|机构|领导|人|时间|节点|完成|时限|期限|进度"
    "|安排|情况|进展|备注|说明|分工|公开|要点|贯彻|推进|办理|计划|年度|一级|二级|成果|形式|标准|及|和|与|、|/"
)
# "市级责任单位", "局内负责处室": whose offices a column names.
_WHOSE = (
    "(?:(?:[省市区县局委厅镇乡本我]|街道)[直级里内属局委]?"
    "(?=责任|牵头|落实|负责|配合|承办|主办|协办))?"
)
_HEADER = re.compile(rf"{_WHOSE}(?:{_WORDS}){{1,6}}")
LONGEST_HEADER = 14
# The first pattern that a header holds names its column.
_PATTERNS: tuple[tuple[str, Column], ...] = (
    ("序号|编号", "number"),
    ("细化", "content"),
    ("载体|渠道|途径|方式|频次|范围|依据", "other"),
    ("领域|类别|板块|一级", "section"),
    ("领导|责任人|负责人", "other"),
    ("情况|进展|成果|形式|标准", "other"),
    ("备注|说明", "note"),
    ("时|期限|进度|节点", "deadline"),
    ("配合|协办|参与", "support"),
    ("牵头|主办", "lead"),
    ("单位|部门|科室|处室|股室|机构|责任|负责|分工", "units"),
    ("内容|要求|措施|举措|具体|要点", "content"),
    ("任务|事项|项目|目标|工作|名称", "task"),
)
_COLUMNS = tuple((re.compile(words), column) for words, column in _PATTERNS)
WHO_OR_WHEN = frozenset(("units", "own", "lead", "support", "deadline"))
WHAT = frozenset(("task", "content"))


def column_of(text: str) -> Column | None:
    """Return what a header cell names, or ``None`` for a cell that is no header.

    Example:
        >>> [column_of(word) for word in ("序号", "任务名称", "任务内容", "责任单位", "时间节点")]
        ['number', 'task', 'content', 'units', 'deadline']
        >>> column_of("具 体 要 求"), column_of("全年"), column_of("办公室")
        ('content', None, None)
    """
    if len(text) > 2 * LONGEST_HEADER:
        return None
    squeezed = "".join(text.split())
    if not 2 <= len(squeezed) <= LONGEST_HEADER or not _HEADER.fullmatch(squeezed):
        return None
    return next((name for words, name in _COLUMNS if words.search(squeezed)), None)


def naming_word(text: str) -> str:
    """Return the word of a header cell that names its column, '' for a cell that is no header.

    Example:
        >>> naming_word("牵头落实单位"), naming_word("完成时限"), naming_word("办公室")
        ('牵头', '时', '')
    """
    if column_of(text) is None:
        return ""
    squeezed = "".join(text.split())
    return next(found[0] for words, _ in _COLUMNS if (found := words.search(squeezed)))


def header_of(cells: Sequence[str]) -> list[Column] | None:
    """Return the columns that a row names if it is a task table's header, else ``None``.

    A header says what is to be done and by whom or when; all its cells are header words. Where no
    column holds the work itself, the task column does. A second column of units names the issuer's
    own ("own").

    Example:
        >>> header_of(["工作任务", "具体要求", "责任部门"])
        ['task', 'content', 'units']
        >>> header_of(["任务", "责任单位", "时限"]), header_of(["工作任务", "公开目标"])
        (['content', 'units', 'deadline'], None)
        >>> header_of(["具体要求", "市级责任单位", "局内负责处室"])
        ['content', 'units', 'own']
    """
    names = [column_of(cell) for cell in cells]
    header = [name for name in names if name is not None]
    if len(header) < 2 or len(header) < len(names):
        return None
    if not (WHAT & set(header) and WHO_OR_WHEN & set(header)):
        return None
    if "content" not in header:
        header[len(header) - 1 - header[::-1].index("task")] = "content"
    if header.count("units") == 2:
        header[len(header) - 1 - header[::-1].index("units")] = "own"
    return header
