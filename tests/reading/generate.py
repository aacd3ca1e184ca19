"""Strategies that draw invented plans in every layout that offices use.

Words are put together so that nothing in them looks like a number, a title or an office by
accident. Left out, because no reader could tell what is meant: tables without any mark between
their cells; cells of one column that look like those of the next; a table in the middle of the
prose; in a copy of one line, metadata, notices, damaged numbers and a section's own paragraph.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parent))
from plans import Drawn, Group, Item, Page, Parent, Row, Section, Table, Task, Unit

VERBS = "加强 深化 规范 推进 完善 健全 细化 拓展 优化 落实".split()
OBJECTS = (
    "政策解读 财政信息 审批流程 公开目录 便民服务 舆情回应 平台建设 监督检查 业务培训 "
    "招标信息 救助政策 收费标准 执法公示 规划成果 补贴资金"
).split()
CLAUSES = (
    "及时公布办理结果 主动接受群众监督 逐项说明依据和理由 按季度更新有关内容 "
    "做到条目清楚、便于查询 采用图解、问答等形式 会同有关方面开展核查 保证链接可用、数据准确 "
    "对重点人群上门讲解 通过门户网站集中展示 同步推送到政务新媒体 建立台账并逐条销号 "
    "严格执行《政府信息公开条例》规定 做到“应公开尽公开” 方便居（村）委查阅"
).split()
UNITS = (
    "办公室 法规科 区财政局 区教育局 区卫生健康委 区住房城乡建设局 信息中心 各街镇 各有关单位 "
    "区民政局 区建设管理委（区交通委） 各镇（街道） 各县（市、区）政府 各科室、单位"
).split()
DEADLINES = "全年 6月底前 12月底前 持续推进 长期坚持 2024年10月".split()
LABELS = ("责任单位：", "责任部门：", "责任科室：", "落实单位：", "", "负责落实")
HEADERS = {
    "number": "序号 编号",
    "section": "领域 类别 板块",
    "task": "任务名称 工作任务 重点任务 工作事项",
    "content": "任务内容 具体要求 工作内容 工作要求 具体措施",
    "units": "责任单位 责任部门 责任科室 落实单位 负责科室",
    "lead": "牵头单位",
    "support": "配合单位",
    "deadline": "完成时限 时间节点 时限要求 时限",
}
FORMS = ("pipes", "leading pipes", "dropped cells", "short rows", "cells", "lone pipes", "tabs")
PARENTS = (
    Parent("2024年湖南省政务公开工作要点", "湘政办发〔2024〕12号"),
    Parent("2024年郴州市政务公开工作要点", "郴政办发〔2024〕3号"),
    Parent("2024年郴州市政务公开工作要点", "郴政办发〔2024〕3号", "notice"),
    Parent("2024年郴州市政务公开工作要点"),
    Parent("2024年郴州市政务公开工作要点", "", "bare"),
)

titles = st.builds(
    lambda verb, thing: verb + thing, st.sampled_from(VERBS), st.sampled_from(OBJECTS)
)


@st.composite
def sentences(draw: st.DrawFn, clauses: int = 3) -> str:
    """A sentence of a few clauses; with three or more it is too long for a title."""
    count = draw(st.integers(min_value=max(clauses - 1, 1), max_value=clauses + 2))
    chosen = draw(st.lists(st.sampled_from(CLAUSES), min_size=count, max_size=count, unique=True))
    return draw(titles) + "工作，" + "，".join(chosen) + draw(st.sampled_from("。。。。！"))


def units(least: int = 1, *, roles: bool = True) -> st.SearchStrategy[tuple[Unit, ...]]:
    """Units that share one role, or a lead with its supporters."""
    names = st.lists(st.sampled_from(UNITS), min_size=least, max_size=4, unique=True)
    pairs = [("responsible", "responsible"), ("lead", "support"), ("lead", "responsible")]
    return st.builds(
        lambda chosen, said: tuple(
            (name, said[0] if place == 0 else said[1]) for place, name in enumerate(chosen)
        ),
        names,
        st.sampled_from(pairs if roles else pairs[:1]),
    )


# --- prose ---------------------------------------------------------------------------------------


def _item(draw: st.DrawFn, *, titled: bool, bracket: str, most: int = 3) -> Item:
    body = tuple(draw(st.lists(sentences(), min_size=1, max_size=most)))
    title = draw(titles) if titled else ""
    if bracket == "sentence" and len(body) > 1:
        return Item(title, body, by_sentence=tuple(draw(units()) for _ in body))
    said = draw(units()) if bracket not in ("none", "heading") else ()
    return Item(title, body, said, draw(st.sampled_from(DEADLINES)) if bracket == "dated" else "")


def _section(draw: st.DrawFn, scheme: str, bracket: str, *, titled: bool) -> Section:
    title = "" if scheme == "H" else draw(titles)
    if scheme == "G":
        own = tuple(draw(st.lists(sentences(), min_size=1, max_size=3)))
        said = draw(units()) if bracket in ("item", "heading") else ()
        return Section(title, own, (), said, scheme)
    intro = (draw(sentences()),) if scheme != "H" and draw(st.booleans()) else ()
    said = draw(units()) if bracket == "heading" and scheme != "H" else ()
    count = draw(st.integers(3 if scheme in "BCH" else 1, 4))
    if scheme == "D":
        return Section(
            title, intro, tuple(_heading(draw, bracket, titled) for _ in range(count)), said, scheme
        )
    most = 1 if scheme == "C" else 3
    items = [_item(draw, titled=titled, bracket=bracket, most=most) for _ in range(count)]
    return Section(title, intro, tuple(items), said, scheme)


def _heading(draw: st.DrawFn, bracket: str, titled: bool) -> Item:
    """An item that is a heading over sub-items."""
    children = [
        _item(draw, titled=titled, bracket=bracket, most=3 if titled else 1)
        for _ in range(draw(st.integers(2, 3)))
    ]
    said = draw(units()) if bracket == "heading" and draw(st.booleans()) else ()
    return Item(draw(titles), units=said, children=tuple(children))


def _sections(draw: st.DrawFn, scheme: str, bracket: str) -> tuple[Section, ...]:
    """All sections of a plan; scheme M mixes schemes below a preamble."""
    if scheme != "M":
        titled = scheme != "C" and (scheme != "D" or draw(st.booleans()))
        count = 1 if scheme == "H" else draw(st.integers(2, 4))
        return tuple(_section(draw, scheme, bracket, titled=titled) for _ in range(count))
    own = tuple(draw(st.lists(sentences(), min_size=1, max_size=2)))
    preamble = Section("总体要求", own, scheme="G")
    schemes = draw(st.lists(st.sampled_from("ABDEG"), min_size=2, max_size=3))
    return (preamble, *(_section(draw, each, bracket, titled=True) for each in schemes))


# --- tables --------------------------------------------------------------------------------------


@st.composite
def tables(draw: st.DrawFn) -> Table:
    """A task table that is the plan: any columns, groups in rows or a column, merged cells."""
    groups_in = draw(st.sampled_from(["", "rows", "column"]))
    with_tasks = groups_in == "column" or draw(st.booleans())
    kinds = ["number"] if draw(st.booleans()) else []
    kinds = ["section", *kinds] if groups_in == "column" else kinds
    kinds += ["task"] if with_tasks else []
    kinds += [
        "content",
        *draw(st.sampled_from([["units"], ["lead", "support"], ["lead", "units"]])),
    ]
    kinds += ["deadline"] if len(kinds) < 3 or draw(st.booleans()) else []
    used = draw(st.lists(titles, min_size=9, max_size=9, unique=True))
    groups, merged = [], draw(st.booleans())
    for _ in range(draw(st.integers(1, 3)) if groups_in else 1):
        tasks = [
            Task(used.pop() if with_tasks else "", _rows(draw, kinds, merged))
            for _ in range(draw(st.integers(1, 2)) if with_tasks else 1)
        ]
        groups.append(Group(used.pop() if groups_in else "", tuple(tasks)))
    return Table(
        tuple((kind, draw(st.sampled_from(HEADERS[kind].split()))) for kind in kinds),
        tuple(groups),
        groups_in,
        numbered=draw(st.booleans()),
        task_numbers=draw(st.booleans()),
        merged=merged and with_tasks,
        form=draw(st.sampled_from(FORMS)),
    )


def _rows(draw: st.DrawFn, kinds: list[str], merged: bool) -> tuple[Row, ...]:
    """The rows of a task; where cells are merged they say the same of who and when."""
    rows = [
        Row(
            tuple(draw(st.lists(sentences(), min_size=1, max_size=2))),
            _told(draw, kinds),
            draw(st.sampled_from(DEADLINES)) if "deadline" in kinds else "",
        )
        for _ in range(draw(st.integers(1, 3)))
    ]
    if merged:
        rows = [Row(row.sentences, rows[0].units, rows[0].deadline) for row in rows]
    return tuple(rows)


def _told(draw: st.DrawFn, kinds: list[str]) -> tuple[Unit, ...]:
    """Who is named in a row: each column has its role."""
    if "lead" not in kinds:
        return draw(units(roles=False))
    other = "support" if "support" in kinds else "responsible"
    names = draw(st.lists(st.sampled_from(UNITS), min_size=2, max_size=4, unique=True))
    return ((names[0], "lead"), *((name, other) for name in names[1:]))


def _repeating(draw: st.DrawFn, sections: tuple[Section, ...]) -> Table:
    """The table that repeats a plan sentence by sentence, with units of its own."""
    kinds = [*draw(st.sampled_from([["number", "task"], ["task"]])), "content", "units"]
    kinds += ["deadline"] if draw(st.booleans()) else []
    tasks = []
    for section in sections:
        if section.sentences and section.kind == "duty":
            tasks.append((section.title, section.sentences))
        for item in section.items:
            own = [(item.title, item.sentences)] if item.sentences else []
            tasks += [*own, *((item.title, child.sentences) for child in item.children)]
    return Table(
        tuple((kind, draw(st.sampled_from(HEADERS[kind].split()))) for kind in kinds),
        (Group("", tuple(_task(draw, kinds, *task) for task in tasks)),),
        form=draw(st.sampled_from(FORMS)),
    )


def _task(draw: st.DrawFn, kinds: list[str], title: str, body: tuple[str, ...]) -> Task:
    dated = "deadline" in kinds
    return Task(
        title,
        tuple(
            Row(
                (sentence,),
                draw(units(roles=False)),
                draw(st.sampled_from(DEADLINES)) if dated else "",
            )
            for sentence in body
        ),
    )


# --- whole plans ---------------------------------------------------------------------------------


@st.composite
def pages(draw: st.DrawFn) -> Page:
    """What stands around a plan."""
    parents = draw(
        st.sampled_from([(), *((parent,) for parent in PARENTS), PARENTS[:2], PARENTS[1:0:-1]])
    )
    notice = draw(st.sampled_from(["", "", "plain", "numbered"]))
    return Page(
        metadata=draw(st.sampled_from(["", "", "pairs", "bullets", "pipes", "bare"])),
        portal=draw(st.booleans()),
        notice=notice,
        parents=parents,
        verb=draw(st.sampled_from("根据 按照 落实 对标 贯彻落实".split())),
        in_notice=bool(notice) and draw(st.booleans()),
        two_lines=draw(st.booleans()),
        issued=draw(st.booleans()),
    )


SCHEMES = "ABCDEFGHMTP"


@st.composite
def plans(draw: st.DrawFn, scheme: str | None = None) -> Drawn:
    """A plan in one of the layouts A to H, mixed (M), a table (T), or prose and table (P)."""
    scheme = scheme or draw(st.sampled_from(SCHEMES))
    bracket = draw(
        st.sampled_from(["none", "item", "item", "dated", "sentence", "sentence", "heading"])
    )
    style = draw(st.sampled_from(["lines", "lines", "wrapped", "one line"]))
    if scheme in "TP":
        style = "lines"
    page = Page() if style == "one line" else draw(pages())
    if scheme == "T" and not page.in_notice:
        page = replace(page, parents=())  # a table has no preamble to name them in
    sections: tuple[Section, ...] = ()
    table = draw(tables()) if scheme == "T" else None
    if scheme == "P":
        sections = _sections(draw, draw(st.sampled_from("ABE")), bracket)
        table = _repeating(draw, sections)
    elif scheme != "T":
        sections = _sections(draw, scheme, bracket)
    return Drawn(
        scheme,
        sections,
        table,
        page=page,
        continuous=scheme in "CF" or (scheme == "D" and draw(st.booleans())),
        half_width=draw(st.booleans()),
        before_stop=draw(st.booleans()),
        square=draw(st.sampled_from([False, False, True])),
        width=draw(st.integers(26, 40)) if style == "wrapped" else 0,
        blank_lines=draw(st.booleans()),
        indent=draw(st.sampled_from(["", "  ", "\u3000\u3000", "\t"])),
        page_marks=draw(st.booleans()),
        one_line=draw(st.sampled_from(["glued", "blanks"])) if style == "one line" else "",
        label=draw(st.sampled_from(LABELS)),
        lead=draw(st.sampled_from(["verb", "labels"])),
        damage=("", 0)
        if style == "one line"
        else draw(st.tuples(st.sampled_from(["", "", "lost", "wrong"]), st.integers(1, 8))),
    )


def wrappers() -> st.SearchStrategy[Drawn]:
    """A page that holds only the notice, the plan being a file to fetch."""
    return st.builds(
        lambda page: Drawn("W", page=replace(page, notice="alone", in_notice=True, issued=False)),
        pages(),
    )
