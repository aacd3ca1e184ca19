"""Invented plans whose truth is known: what they say, and the text that says it.

A plan is drawn as sections, items, sentences and units; ``render`` prints it in one of the layouts
that offices use. Reading the text must give back what was drawn. Words are put together so that
nothing in them looks like a number, a title or an office by accident.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from hypothesis import strategies as st

NUMERALS = "一 二 三 四 五 六 七 八 九 十 十一 十二 十三 十四 十五".split()
VERBS = "加强 深化 规范 推进 完善 健全 细化 拓展 优化 落实".split()
OBJECTS = (
    "政策解读 财政信息 审批流程 公开目录 便民服务 舆情回应 平台建设 监督检查 业务培训 "
    "招标信息 救助政策 收费标准 执法公示 规划成果 补贴资金"
).split()
CLAUSES = (
    "及时公布办理结果 主动接受群众监督 逐项说明依据和理由 按季度更新有关内容 "
    "做到条目清楚、便于查询 采用图解、问答等形式 会同有关方面开展核查 保证链接可用、数据准确 "
    "对重点人群上门讲解 通过门户网站集中展示 同步推送到政务新媒体 建立台账并逐条销号"
).split()
UNITS = (
    "办公室 法规科 区财政局 区教育局 区卫生健康委 区住房城乡建设局 信息中心 各街镇 各有关单位 "
    "区民政局"
).split()
DEADLINES = "全年 6月底前 12月底前 持续推进".split()
FULL_TO_HALF = str.maketrans("（），：；", "(),:;")

Unit = tuple[str, str]  # name, role


@dataclass(frozen=True)
class Item:
    """An item: a title or none, its sentences and units (all together or one by one), sub-items."""

    title: str = ""
    sentences: tuple[str, ...] = ()
    units: tuple[Unit, ...] = ()
    deadline: str = ""
    by_sentence: tuple[tuple[Unit, ...], ...] = ()
    children: tuple[Item, ...] = ()


@dataclass(frozen=True)
class Section:
    """A section: a title, sentences of its own, items."""

    title: str
    sentences: tuple[str, ...] = ()
    items: tuple[Item, ...] = ()
    units: tuple[Unit, ...] = ()


@dataclass(frozen=True)
class Drawn:
    """A plan and how it is printed."""

    scheme: str
    sections: tuple[Section, ...]
    titled: bool = True
    continuous: bool = False
    half_width: bool = False
    before_stop: bool = False
    width: int = 0
    blank_lines: bool = False
    indent: str = ""
    page_marks: bool = False
    one_line: str = ""
    label: str = "责任单位："


@dataclass
class Truth:
    """What reading must give back: sentences by id, units, deadlines."""

    sentences: list[tuple[str, str, str, str, str]] = field(default_factory=list)
    units: list[tuple[str, str, str, str]] = field(default_factory=list)
    deadlines: list[tuple[str, str]] = field(default_factory=list)


# --- drawing -------------------------------------------------------------------------------------

titles = st.builds(
    lambda verb, thing: verb + thing, st.sampled_from(VERBS), st.sampled_from(OBJECTS)
)


@st.composite
def sentences(draw: st.DrawFn, clauses: int = 3) -> str:
    """A sentence of a few clauses; with three or more it is too long for a title."""
    count = draw(st.integers(min_value=max(clauses - 1, 1), max_value=clauses + 2))
    chosen = draw(st.lists(st.sampled_from(CLAUSES), min_size=count, max_size=count, unique=True))
    return draw(titles) + "工作，" + "，".join(chosen) + draw(st.sampled_from("。。。。！"))


def units(least: int = 1) -> st.SearchStrategy[tuple[Unit, ...]]:
    """Units that share one role, or a lead with its supporters."""
    names = st.lists(st.sampled_from(UNITS), min_size=least, max_size=4, unique=True)
    return st.builds(
        lambda chosen, roles: tuple(
            (name, roles[0] if place == 0 else roles[1]) for place, name in enumerate(chosen)
        ),
        names,
        st.sampled_from([("responsible", "responsible"), ("lead", "support")]),
    )


def _item(draw: st.DrawFn, *, titled: bool, bracket: str, most: int = 3) -> Item:
    body = tuple(draw(st.lists(sentences(), min_size=1, max_size=most)))
    title = draw(titles) if titled else ""
    if bracket == "sentence" and len(body) > 1:
        return Item(title, body, by_sentence=tuple(draw(units()) for _ in body))
    said = draw(units()) if bracket != "none" else ()
    return Item(title, body, said, draw(st.sampled_from(DEADLINES)) if bracket == "dated" else "")


def _section(draw: st.DrawFn, scheme: str, bracket: str, *, titled: bool) -> Section:
    title = "" if scheme == "H" else draw(titles)
    if scheme == "G":
        own = tuple(draw(st.lists(sentences(), min_size=1, max_size=3)))
        return Section(title, own, (), draw(units()) if bracket == "item" else ())
    intro = (draw(sentences()),) if scheme != "H" and draw(st.booleans()) else ()
    count = draw(st.integers(3 if scheme in "BCH" else 1, 4))
    if scheme == "D":
        items = [
            Item(
                draw(titles),
                children=tuple(
                    _item(draw, titled=titled, bracket=bracket, most=3 if titled else 1)
                    for _ in range(draw(st.integers(2, 3)))
                ),
            )
            for _ in range(count)
        ]
    else:
        most = 1 if scheme == "C" else 3
        items = [_item(draw, titled=titled, bracket=bracket, most=most) for _ in range(count)]
    return Section(title, intro, tuple(items))


@st.composite
def plans(draw: st.DrawFn, scheme: str | None = None) -> Drawn:
    """A plan in one of the layouts A to H, printed in one of many ways."""
    scheme = scheme or draw(st.sampled_from("ABCDEFGH"))
    bracket = draw(st.sampled_from(["none", "item", "item", "dated", "sentence"]))
    titled = scheme != "C" and (scheme != "D" or draw(st.booleans()))
    count = 1 if scheme == "H" else draw(st.integers(2, 4))
    style = draw(st.sampled_from(["lines", "lines", "wrapped", "one line"]))
    return Drawn(
        scheme,
        tuple(_section(draw, scheme, bracket, titled=titled) for _ in range(count)),
        titled,
        continuous=scheme in "CF" or (scheme == "D" and draw(st.booleans())),
        half_width=draw(st.booleans()),
        before_stop=draw(st.booleans()),
        width=draw(st.integers(26, 40)) if style == "wrapped" else 0,
        blank_lines=draw(st.booleans()),
        indent=draw(st.sampled_from(["", "  ", "\u3000\u3000", "\t"])),
        page_marks=draw(st.booleans()),
        one_line=draw(st.sampled_from(["glued", "blanks"])) if style == "one line" else "",
        label=draw(st.sampled_from(["责任单位：", "责任部门：", "责任科室：", ""])),
    )


# --- the text ------------------------------------------------------------------------------------


def render(plan: Drawn) -> str:
    """Return the text of a plan."""
    head = ["2024年嘉禾县政务公开工作要点", "为做好今年的公开工作，制定本工作要点。"]
    tail = ["嘉禾县人民政府办公室", "2024年5月6日"]
    lines = [*head, *paragraphs(plan), *tail]
    if plan.one_line:
        gap = " " if plan.one_line == "blanks" or plan.scheme in "EG" else ""
        text = gap.join(lines)
    elif plan.width:
        text = _wrapped(lines, plan)
    else:
        text = ("\n\n" if plan.blank_lines else "\n").join(
            plan.indent + line if place > 1 else line for place, line in enumerate(lines)
        )
    return text.translate(FULL_TO_HALF) if plan.half_width else text


def _wrapped(lines: list[str], plan: Drawn) -> str:
    """Break lines at the right edge as a page does, punctuation hanging over it."""
    broken: list[str] = []
    for line in lines:
        rest = line
        while rest:
            end = plan.width
            while end < len(rest) and rest[end] in "，。、！；：）】”":
                end += 1
            broken.append(rest[:end])
            rest = rest[end:]
            if plan.page_marks and len(broken) % 20 == 19:
                broken.append(f"- {len(broken) // 20 + 1} -")
    return ("\n\n" if plan.blank_lines else "\n").join(broken)


def paragraphs(plan: Drawn) -> list[str]:
    """Return the numbered paragraphs of a plan."""
    out: list[str] = []
    for (section_no, item_no, sub_no), part in numbered(plan):
        if isinstance(part, Section):
            if section_no:
                out.append(f"{NUMERALS[section_no - 1]}、{part.title}")
            if part.sentences:
                out.append("".join(part.sentences) + _bracket(plan, part.units))
            continue
        if sub_no:
            number = f"{sub_no}."
        else:
            number = f"{item_no}." if plan.scheme in "BCH" else f"（{NUMERALS[item_no - 1]}）"
        if part.children:
            out.append(number + part.title)
        elif plan.scheme == "E":
            out += [number + part.title, _body(plan, part)]
        else:
            out.append(number + (f"{part.title}。" if part.title else "") + _body(plan, part))
    return out


def numbered(plan: Drawn) -> Iterator[tuple[tuple[int, int, int], Section | Item]]:
    """Yield sections, items and sub-items with the numbers printed before them."""
    item_no = sub_no = 0
    for place, section in enumerate(plan.sections, start=1):
        section_no = 0 if plan.scheme == "H" else place
        yield (section_no, 0, 0), section
        if plan.scheme == "D" or not plan.continuous:
            item_no = 0
        sub_no = 0
        for item in section.items:
            item_no += 1
            if not plan.continuous:
                sub_no = 0
            yield (section_no, item_no, 0), item
            for child in item.children:
                sub_no += 1
                yield (section_no, item_no, sub_no), child


def _body(plan: Drawn, item: Item) -> str:
    if not item.by_sentence:
        return "".join(item.sentences) + _bracket(plan, item.units, item.deadline)
    return "".join(
        sentence[:-1] + _bracket(plan, said) + sentence[-1]
        if plan.before_stop
        else sentence + _bracket(plan, said)
        for sentence, said in zip(item.sentences, item.by_sentence, strict=True)
    )


def _bracket(plan: Drawn, said: tuple[Unit, ...], deadline: str = "") -> str:
    if not said:
        return ""
    end = f"，完成时限：{deadline}" if deadline else ""
    if said[0][1] == "lead":
        supporters = "、".join(name for name, _ in said[1:])
        rest = f"，{supporters}配合" if supporters else ""
        return f"（{said[0][0]}牵头{rest}{end}）"
    return f"（{plan.label}{'、'.join(name for name, _ in said)}{end}）"


# --- the truth -----------------------------------------------------------------------------------


def truth(plan: Drawn) -> Truth:
    """Return what reading the text of a plan must give."""
    out = Truth()
    section, above = plan.sections[0], Item()
    for (section_no, item_no, sub_no), part in numbered(plan):
        if isinstance(part, Section):
            section = part
            for at, sentence in enumerate(part.sentences, start=1):
                key = f"{section_no}.0.{at}"
                out.sentences.append((key, sentence, part.title, "", ""))
                out.units += [(key, name, role, "section") for name, role in part.units]
            continue
        if not sub_no:
            above = part
        path = f"{section_no}.{item_no}" + (f".{sub_no}" if sub_no else "")
        for at, sentence in enumerate(part.sentences, start=1):
            key = f"{path}.{at}"
            names = (section.title, above.title, part.title if sub_no else "")
            out.sentences.append((key, sentence, *names))
            said = part.by_sentence[at - 1] if part.by_sentence else part.units
            origin = "sentence" if part.by_sentence else "item"
            out.units += [(key, name, role, origin) for name, role in said]
            if part.deadline:
                out.deadlines.append((key, part.deadline))
    return out


def ambiguous(plan: Drawn, width: float | None) -> bool:
    """Tell whether a print leaves more than one reading, so that no reader can be held to it.

    A heading line that reaches the right edge of a wrapped page looks like a line that goes on, as
    does a paragraph that ends with a bracket there; a page with few full lines is not seen to be
    wrapped; a copy in one line without blanks has no border between a heading and its paragraph.
    """
    lines = paragraphs(plan)
    if plan.one_line == "glued" and plan.scheme != "H":
        return any(section.sentences for section in plan.sections)
    if not plan.width:
        return False
    if width is None:
        return True
    edges = [len(line) % plan.width for line in lines if line[-1] not in "。！"]
    return any(edge == 0 or edge >= plan.width - 6 for edge in edges)
