"""Web pages of portals: what is the plan's is read, what is the page's is left out and said."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
import web_pages as web

from wpnet.model import ParsedPlan
from wpnet.reading.files import read_bytes_as_document
from wpnet.reading.plan import parse_document

CASES = Path(__file__).parent / "cases"
HIDE = 'style="display:none"'


def parsed(page: bytes | str) -> ParsedPlan:
    """What is read in a page."""
    data = page.encode() if isinstance(page, str) else page
    return parse_document(read_bytes_as_document(data, "a.html"))


def duties(plan: ParsedPlan) -> dict[str, tuple[str, str]]:
    """Number, text and effective units of every requirement."""
    units: dict[str, list[str]] = {}
    for entry in plan.assignments:
        if entry.effective:
            units.setdefault(entry.requirement_id, []).append(entry.unit_as_written)
    return {
        entry.requirement_id.partition("#")[2]: (
            entry.text,
            "、".join(units.get(entry.requirement_id, [])),
        )
        for entry in plan.requirements
    }


def page_of(inner: str) -> str:
    """A page with navigation, the plan's title, something, and a foot."""
    foot = web.NOISE["footer"]
    return f"<!DOCTYPE html><body>{web.NAV}<h1>{web.TITLE}</h1>{inner}{foot}</body>"


def paragraphs(lines: tuple[str, ...] = web.LINES) -> str:
    """Lines as paragraphs."""
    return "".join(f"<p>{line}</p>" for line in lines)


@pytest.mark.parametrize("noise", web.NOISE)
@pytest.mark.parametrize("name", web.PAGES)
def test_what_belongs_to_the_portal_is_no_duty(name: str, noise: str) -> None:
    """The six duties and no others, wherever the portal puts its own sentences; they are listed."""
    signed = "".join(f"<p>{line}</p>" for line in web.SIGNED)
    added = web.NOISE[noise]
    for page in (
        web.page(name, after=added),
        web.page(name, before=added),
        web.page(name, after=signed + added),
        web.page(name, after=f"<div>{signed}{added}</div>"),
    ):
        plan = parsed(page)
        assert duties(plan) == web.DUTIES
        assert any(row.kind == "navigation" for row in plan.left_out)
    assert plan.plan.date == "2025-03-20"


@pytest.mark.parametrize("case", ["foot_sent", "dialog", "menu_heads", "collapsed", "del_ins"])
def test_reported_pages_hold_the_six_duties(case: str) -> None:
    """Pages as users reported them give the plan's duties with their units."""
    assert duties(parsed((CASES / f"{case}.html").read_bytes())) == web.DUTIES


@pytest.mark.parametrize("case", ["after_body", "aftertab2"])
def test_a_task_table_in_a_block_of_its_own_is_read(case: str) -> None:
    """Units and deadlines of a table behind the prose reach the duties that its rows repeat."""
    plan = parsed((CASES / f"{case}.html").read_bytes())
    due = {entry.requirement_id[-5:]: entry.deadline for entry in plan.requirements}
    assert due["1.1.1"] == "3月底前"
    assert due["1.2.1"] == "全年"


def test_a_break_in_a_unit_cell_separates_offices() -> None:
    """Offices under each other, or apart by wide blanks, in one cell are as many units."""
    found = [units for _, units in duties(parsed((CASES / "unit_br.html").read_bytes())).values()]
    two = "就业促进科、职业能力科"
    assert found == [f"{two}、办公室", two, two, two]


def test_roles_under_each_other_in_a_cell_are_kept() -> None:
    """Lead and support stand on lines of their own in one cell."""
    plan = parsed((CASES / "unit_lead.html").read_bytes())
    assert [(entry.unit_as_written, entry.role) for entry in plan.assignments][:4] == [
        ("就业促进科", "lead"), ("职业能力科", "support"),
        ("办公室", "lead"), ("各科室", "support"),
    ]  # fmt: skip


def _panels(attribute: str) -> str:
    return "".join(
        f"<h3>{line}</h3>" if line[1] == "、" else f"<div {attribute}><p>{line}</p></div>"
        for line in web.LINES
    )


def _bodies() -> str:
    out = ""
    for line in web.LINES:
        title, _, body = line.partition("。")
        folded = f"<h4>{title}</h4><div {HIDE}><p>{body}</p></div>"
        out += f"<h3>{line}</h3>" if line[1] == "、" else f"<div class=it>{folded}</div>"
    return out


@pytest.mark.parametrize(
    "inner",
    [
        _panels(HIDE),
        _panels("hidden"),
        _bodies(),
        f"<div {HIDE}>{paragraphs()}</div><a href=#>展开全文</a>",
        f"{paragraphs(web.LINES[:3])}<div {HIDE}>{paragraphs(web.LINES[3:])}</div>",
    ],
    ids=["style", "attribute", "bodies only", "whole plan", "second half"],
)
def test_folded_panels_are_read_and_said(inner: str) -> None:
    """What a click would unfold is part of the plan where it goes on with the numbers."""
    plan = parsed(page_of(inner))
    assert duties(plan) == web.DUTIES
    assert any("folded away" in warning for warning in plan.warnings)


@pytest.mark.parametrize(
    "hidden",
    [
        paragraphs(),
        "<p>一、出台背景</p><p>为了做好工作。</p><p>二、主要内容</p><p>共三部分。</p>",
        "<p>您正在离开，是否前往。</p>",
    ],
    ids=["second copy", "another tab", "dialog"],
)
def test_hidden_text_that_does_not_go_on_with_the_plan_is_left_out(hidden: str) -> None:
    """A second copy, another article behind a tab, a dialog stay hidden, and are listed as such."""
    plan = parsed(page_of(f"<div>{paragraphs()}</div><div {HIDE}>{hidden}</div>"))
    assert duties(plan) == web.DUTIES
    assert "hidden" in {row.kind for row in plan.left_out}


@pytest.mark.parametrize(
    "struck",
    [
        "<del><p>{0}</p></del>",
        "<p><s>{0}</s></p>",
        '<p style="text-decoration: line-through">{0}</p>',
        "<p><strike>{0}</strike></p>",
    ],
)
def test_struck_text_is_left_out_and_said(struck: str) -> None:
    """A struck item is no duty; it stands in the list and in a warning."""
    gone = struck.format("（三）废止事项。每周发布简报。（责任单位：宣传科）")
    plan = parsed(page_of(paragraphs(web.LINES[:3]) + gone + paragraphs(web.LINES[3:])))
    assert duties(plan) == web.DUTIES
    assert [row.text[:7] for row in plan.left_out if row.kind == "deleted"] == ["（三）废止事项"]
    assert any("struck" in warning for warning in plan.warnings)


@pytest.mark.parametrize("width", [18, 22, 28])
@pytest.mark.parametrize("frame", ["<p>{}</p>", "<div><span>{}</span></div>", "{}<br>"])
@pytest.mark.parametrize("indent", ["", "\u3000\u3000"])
def test_lines_of_a_print_that_became_paragraphs_are_rejoined(
    width: int, frame: str, indent: str
) -> None:
    """Text taken out of a PDF line by line, each line a paragraph, is whole again."""
    preface = (
        "为深入贯彻落实党中央、国务院关于全面推进政务公开的决策部署，根据上级有关文件要求，"
        "结合本区人力资源和社会保障工作实际，制定本工作要点。"
    )
    lines = [
        (indent if at == 0 else "") + line[at : at + width]
        for line in (preface, *web.LINES)
        for at in range(0, len(line), width)
    ]
    assert duties(parsed(page_of("<div>" + "".join(map(frame.format, lines)) + "</div>"))) == (
        web.DUTIES
    )


def test_an_embedded_document_is_named() -> None:
    """A page that shows the plan in a frame says which file was not read."""
    plan = parsed(page_of(paragraphs() + '<iframe src="/upload/plan.pdf"></iframe>'))
    assert any("/upload/plan.pdf" in warning for warning in plan.warnings)
