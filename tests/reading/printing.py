"""Invented plans as they are printed: paragraphs, table rows, and plain text in many ways."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from plans import (
    FULL_TO_HALF,
    ISSUER,
    NUMBER,
    PLACE,
    TABLE_TITLE,
    TITLE,
    Drawn,
    Item,
    Parent,
    Row,
    Section,
    Table,
    Unit,
    numbered,
)

NUMERALS = "一 二 三 四 五 六 七 八 九 十 十一 十二 十三 十四 十五 十六 十七 十八".split()
NOTICE_TITLE = f"{ISSUER}关于印发《{TITLE}》的通知"
OWN_NUMBERS = (
    "一、加强组织领导。各单位要明确专人负责，主要负责人亲自过问。",
    "二、按时报送情况。每季度末报送进展，逐项对照检查。",
)
METADATA = {
    "": (),
    "pairs": (
        "索 引 号: JH0200-2024-006 主题分类: 综合政务",
        f"发布机构: {ISSUER} 成文日期: 2024-05-06",
        f"文 号: {NUMBER} 公开类型: 主动公开",
    ),
    "bullets": ("• 索引号：JH0200-2024-006", f"• 发文字号：{NUMBER}", "• 成文日期：2024-05-06"),
    "pipes": ("索引号 | JH0200-2024-006 |", f"文号 | {NUMBER} |", "发布日期 | 2024-05-08 |"),
    "bare": (NUMBER,),
}
PORTAL = (
    ("当前位置：首页 > 政务公开 > 文件", "字号：大 中 小"),
    ("扫一扫在手机打开当前页", "打印本页", "版权所有：嘉禾县人民政府"),
)
Cells = list[str | None]


# --- the parts of a page -------------------------------------------------------------------------


def head(plan: Drawn) -> list[str]:
    """Return the lines before the first number or row."""
    page = plan.page
    lines = [*PORTAL[0]] if page.portal else []
    lines += METADATA[page.metadata]
    cited = _cited(page.verb, page.parents)
    if page.notice:
        before = cited if page.in_notice else ""
        told = "，并就有关事项通知如下：" if page.notice == "numbered" else "，请认真贯彻执行。"
        own = OWN_NUMBERS if page.notice == "numbered" else ()
        lines += [NOTICE_TITLE, NUMBER, "各乡镇人民政府，县政府各部门："]
        lines += [f"{before}现将《{TITLE}》印发给你们{told}", *own, ISSUER, "2024年5月6日"]
        if page.notice == "alone":
            return [*lines, f"附件：{TITLE}.pdf"]
        lines += ["附件"]
    if plan.scheme == "T":
        return [*lines, *_title(plan, TABLE_TITLE)]
    after = "为做好今年的公开工作，" if page.in_notice or not cited else cited
    return [*lines, *_title(plan, TITLE), f"{after}制定本工作要点。"]


def _title(plan: Drawn, title: str) -> list[str]:
    """Return a title in one line or two."""
    cut = title.index(PLACE) + len(PLACE)
    return [title[:cut], title[cut:]] if plan.page.two_lines else [title]


def _cited(verb: str, parents: tuple[Parent, ...]) -> str:
    """Return the clause that names what the plan follows, '' for nothing."""
    if not parents:
        return ""
    return f"{verb}{'、'.join(map(_parent, parents))}要求，结合实际，"


def _parent(parent: Parent) -> str:
    number = f"（{parent.number}）" if parent.number else ""
    if parent.form == "bare":
        return parent.title
    if parent.form == "notice":
        return f"《郴州市人民政府办公室关于印发〈{parent.title}〉的通知》{number}"
    return f"《{parent.title}》{number}"


def tail(plan: Drawn) -> list[str]:
    """Return the lines behind the last item or row."""
    page = plan.page
    if page.notice == "alone":
        return list(PORTAL[1]) if page.portal else []
    signed = [] if page.notice else [ISSUER, "2024年5月6日"]
    issued = ["（此件公开发布）", "抄送：县委办公室。", f"{ISSUER}2024年5月7日印发"]
    return [*signed, *(issued if page.issued else ()), *(PORTAL[1] if page.portal else ())]


def between(plan: Drawn) -> list[str]:
    """Return the lines between prose and table."""
    return ["附件", *_title(plan, TABLE_TITLE)] if plan.table and plan.sections else []


def paragraphs(plan: Drawn) -> list[str]:
    """Return the numbered paragraphs of a plan."""
    out: list[str] = []
    labels = _labels(plan)
    section = Section("")
    for numbers, part in numbered(plan):
        label = labels[numbers]
        if isinstance(part, Section):
            section = part
            heading = bool(part.items) or not part.sentences
            if label:
                out.append(label + part.title + (bracket(plan, part.units) if heading else ""))
            if part.sentences:
                out.append(closed(plan, part.sentences, () if heading else part.units))
        elif part.children:
            out.append(label + part.title + bracket(plan, part.units))
        elif section.scheme == "E":
            out += [label + part.title, _body(plan, part)]
        else:
            out.append(label + (f"{part.title}。" if part.title else "") + _body(plan, part))
    return out


Numbers = tuple[int, int, int]


def _labels(plan: Drawn) -> dict[Numbers, str]:
    """Return the printed number of every section, item and sub-item, one of them damaged."""
    labels: dict[Numbers, str] = {}
    rows: list[list[tuple[Numbers, int]]] = [[]]
    section = Section("")
    for numbers, part in numbered(plan):
        section_no, item_no, sub_no = numbers
        if isinstance(part, Section):
            section = part
            rows.append([])
            labels[numbers] = f"{NUMERALS[section_no - 1]}、" if section_no else ""
        elif sub_no or section.scheme in "BCH":
            labels[numbers] = f"{sub_no or item_no}."
            rows[-1].append((numbers, sub_no or item_no))
        else:
            rows.append([])
            labels[numbers] = f"（{NUMERALS[item_no - 1]}）"
    kind, at = plan.damage
    inside = [entry for row in rows for entry in row[1:-1]]  # between two sound numbers
    if kind and inside:
        numbers, value = inside[at % len(inside)]
        labels[numbers] = f"{value}" if kind == "lost" else f"{value + 6}."
    return labels


def _body(plan: Drawn, item: Item) -> str:
    if not item.by_sentence:
        return closed(plan, item.sentences, item.units, item.deadline)
    return "".join(
        closed(plan, (sentence,), said)
        for sentence, said in zip(item.sentences, item.by_sentence, strict=True)
    )


def closed(
    plan: Drawn, sentences: tuple[str, ...], said: tuple[Unit, ...], deadline: str = ""
) -> str:
    """Return sentences with their bracket behind or right before the last stop."""
    text, told = "".join(sentences), bracket(plan, said, deadline)
    return text[:-1] + told + text[-1] if plan.before_stop else text + told


def bracket(plan: Drawn, said: tuple[Unit, ...], deadline: str = "") -> str:
    """Return the bracket that names units, '' for none."""
    if not said:
        return ""
    end = f"，完成时限：{deadline}" if deadline else ""
    inside = _named(plan, said) + end
    return f"[{inside}]" if plan.square else f"（{inside}）"


def _named(plan: Drawn, said: tuple[Unit, ...]) -> str:
    first, others = said[0][0], "、".join(name for name, _ in said[1:])
    everyone = "、".join(name for name, _ in said)
    if said[0][1] == "responsible":
        verb = plan.label == "负责落实"
        return everyone + plan.label if verb else plan.label + everyone
    supports = bool(others) and said[1][1] == "support"
    if plan.lead == "labels":
        label = "配合单位" if supports else "责任单位"
        return f"牵头单位：{first}" + (f"；{label}：{others}" if others else "")
    rest = f"{others}配合" if supports else f"{others}按职责分工负责"
    return f"{first}牵头" + (f"，{rest}" if others else "")


# --- tables --------------------------------------------------------------------------------------


def grid(table: Table, *, merged: bool = True) -> list[tuple[str | None, ...]]:
    """Return the rows of a table; ``None`` is merged upwards, a row of one cell spans all columns.

    ``merged`` says whether the cells of who and when may be merged.
    """
    kinds = [kind for kind, _ in table.columns]
    out: list[tuple[str | None, ...]] = [tuple(word for _, word in table.columns)]
    running = 0
    for group_no, group in enumerate(table.groups, start=1):
        if table.groups_in == "rows":
            out.append((f"{NUMERALS[group_no - 1]}、{group.title}",))
        first_of_group = True
        for task_no, task in enumerate(group.tasks, start=1):
            for place, row in enumerate(task.rows):
                running += 1
                name = f"（{NUMERALS[task_no - 1]}）" if table.task_numbers else ""
                cells = _told(row)
                cells["number"] = str(running)
                cells["section"] = group.title if first_of_group else None
                cells["task"] = None if place else name + task.title
                cells["content"] = (f"{running}." if table.numbered else "") + "".join(
                    row.sentences
                )
                if table.merged and merged and place:
                    cells |= dict.fromkeys(("units", "lead", "support", "deadline"))
                out.append(tuple(cells[kind] for kind in kinds))
                first_of_group = False
    return out


def _told(row: Row) -> dict[str, str | None]:
    by_role = {
        role: "、".join(name for name, said in row.units if said == role)
        for role in ("responsible", "lead", "support")
    }
    return {
        "units": by_role["responsible"],
        "lead": by_role["lead"],
        "support": by_role["support"],
        "deadline": row.deadline,
    }


def table_lines(table: Table) -> Iterator[str]:
    """Yield the lines of a table that is set as text.

    Who and when are left out below the first row only where empty cells show it.
    """
    width = len(table.columns)
    for row in grid(table, merged=table.form in ("pipes", "leading pipes")):
        filled = [cell for cell in row if cell is not None]
        if table.form == "cells":
            yield from filled
        elif table.form == "lone pipes":
            for cell in filled:
                yield from (cell, "|")
        elif table.form == "tabs":
            yield "\t".join(filled)
        elif table.form == "leading pipes":
            yield "| " + " | ".join(cell or "" for cell in row) + " |"
        elif table.form == "dropped cells":
            yield " | ".join(filled)
        elif table.form == "short rows" and len(row) > 1:
            yield " | ".join([*filled, *[""] * (width - len(filled))]) + " |"
        else:
            yield " | ".join(cell or "" for cell in row) + (" |" if len(row) == 1 else "")


# --- plain text ----------------------------------------------------------------------------------


def lines_of(plan: Drawn) -> list[str]:
    """Return all lines of a plan, a table's set as text."""
    table = table_lines(plan.table) if plan.table else ()
    return [*head(plan), *paragraphs(plan), *between(plan), *table, *tail(plan)]


def render(plan: Drawn) -> str:
    """Return the text of a plan."""
    lines = lines_of(plan)
    if plan.one_line:
        glued = plan.one_line == "glued" and not _schemes(plan) & set("EG")
        text = ("" if glued else " ").join(lines)
    elif plan.width:
        text = _wrapped(lines, plan)
    else:
        text = ("\n\n" if plan.blank_lines else "\n").join(
            plan.indent + line if place > 1 else line for place, line in enumerate(lines)
        )
    return widths(plan, text)


def widths(plan: Drawn, text: str) -> str:
    """Return a text with the marks of the plan's width."""
    return text.translate(FULL_TO_HALF) if plan.half_width else text


def _schemes(plan: Drawn) -> set[str]:
    return {section.scheme for section in plan.sections}


def _wrapped(lines: list[str], plan: Drawn) -> str:
    """Break lines at the right edge as a page does, punctuation hanging over it."""
    broken: list[str] = []
    for line in lines:
        rest = line
        while rest:
            end = plan.width
            while end < len(rest) and rest[end] in "，。、！；：）】”]":
                end += 1
            broken.append(rest[:end])
            rest = rest[end:]
            if plan.page_marks and len(broken) % 20 == 19:
                broken.append(f"- {len(broken) // 20 + 1} -")
    return ("\n\n" if plan.blank_lines else "\n").join(broken)


def ambiguous(plan: Drawn, width: float | None) -> bool:
    """Tell whether a print leaves more than one reading, so that no reader can be held to it.

    A heading line that reaches the right edge of a wrapped page looks like a line that goes on, as
    does a paragraph that ends with a bracket there; a page with few full lines is not seen to be
    wrapped; a copy in one line without blanks has no border between a heading and its paragraph.
    """
    lines = lines_of(plan)
    if plan.one_line == "glued" and not _schemes(plan) & set("HEG"):
        return any(section.sentences for section in plan.sections)
    if not plan.width:
        return False
    if width is None:
        return True
    edges = [len(line) % plan.width for line in lines if line[-1] not in "。！"]
    return any(edge == 0 or edge >= plan.width - 6 for edge in edges)
