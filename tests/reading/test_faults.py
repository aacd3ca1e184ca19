"""What real documents do to a plan: invented twins of each fault are read as a reader would."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from wpnet.model import ParsedPlan
from wpnet.reading.files import read_bytes_as_document, read_document
from wpnet.reading.plan import parse_document
from wpnet.reading.units import find_unit_brackets
from wpnet.text import folded

FAULTS = Path(__file__).parent / "faults"
EXPECTED: dict[str, Any] = json.loads((FAULTS / "expected.json").read_text(encoding="utf-8"))


@cache
def parsed(name: str) -> ParsedPlan:
    """Return an invented plan of the folder, read."""
    return parse_document(read_document(FAULTS / f"{name}.txt"))


def plan(text: str) -> ParsedPlan:
    """Return a text, read."""
    return parse_document(read_bytes_as_document(text.encode(), "a.txt"))


def units(found: ParsedPlan, requirement_id: str) -> str:
    """Return the units of a requirement that count, with their roles."""
    return "；".join(
        f"{entry.unit_as_written} {entry.role}"
        for entry in found.assignments
        if entry.effective and entry.requirement_id == requirement_id
    )


def test_every_fault_has_an_expectation() -> None:
    """No input stands in the folder that is not judged."""
    assert {path.stem for path in FAULTS.glob("*.txt")} == set(EXPECTED)


@pytest.mark.parametrize("name", EXPECTED)
def test_a_document_is_told_from_its_neighbours_and_says_who_issued_it(name: str) -> None:
    """Whether a plan is there, its title, issuer, number, date, place and level."""
    found, said = parsed(name), EXPECTED[name]
    assert found.plan_present is said["present"]
    assert {key: getattr(found.plan, key) for key in said["facts"]} == said["facts"]


@pytest.mark.parametrize("name", [name for name in EXPECTED if "duties" in EXPECTED[name]])
def test_duties_units_and_deadlines_are_those_of_a_reader(name: str) -> None:
    """Every sentence that is a duty, no other, each with its place, units and deadline."""
    found = parsed(name)
    read = [
        [
            entry.requirement_id.partition("#")[2],
            entry.text,
            units(found, entry.requirement_id),
            entry.deadline,
        ]
        for entry in found.requirements
        if entry.kind == "duty"
    ]
    assert read == EXPECTED[name]["duties"]


@pytest.mark.parametrize("name", EXPECTED)
def test_parents_are_those_that_a_document_says_it_follows(name: str) -> None:
    """Each with its number; never the plan's own title."""
    read = {
        f"{entry.cited_title} {entry.cited_number}".strip()
        for entry in parsed(name).citations
        if entry.relation == "parent"
    }
    assert sorted(read) == EXPECTED[name]["parents"]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("title_sentence_in_plain_list", "breaks off after “…各项减费办法,帮助缴费人”"),
        ("section_number_lost", "read as 1"),
        ("pua", "signs that only the document's own font shows"),
        ("md", "marks of layout"),
    ],
)
def test_what_was_lost_or_repaired_is_said(name: str, said: str) -> None:
    """A warning names the stretch."""
    assert any(said in warning for warning in parsed(name).warnings)


BRACKETS = {
    "(法规司、国际合作司)": "法规司 responsible；国际合作司 responsible",
    "(政研室牵头,各司局按职责分工负责)": "政研室 lead；各司局 responsible",
    "〔规则由综合处牵头、信息中心配合〕": "综合处 lead；信息中心 support",
    "(完成期限:12月底前,责任科室:法规科)": "法规科 responsible | 12月底前",
    "（牵头单位∶县府办；责任单位∶各乡镇）": "县府办 lead；各乡镇 responsible",
    "(区民政局牵头,各镇、街办均为责任单位)": "区民政局 lead；各镇、街办 responsible",
    "(责任单位:市直各部门,以下均需各县区落实)": "市直各部门 responsible",
    "【责任部门】规划科、财务科": "规划科 responsible；财务科 responsible",
    "(牵头单位:市教育局,各区县政府﹝含新区管委会,下同﹞)": "市教育局 lead；各区县政府 lead",
    "（长期坚持）": " | 长期坚持",
    "（区数据局做好技术支持，区府办牵头办理）": "区数据局 support；区府办 lead",
    "(教育、科技、卫生等领域)": None,
    "（此件公开发布）": None,
    "（一图读懂、视频、动漫等）": None,
}


@pytest.mark.parametrize("bracket", BRACKETS)
def test_one_rule_says_what_a_bracket_is(bracket: str) -> None:
    """Names of offices of any government, labels and terms in any order; remarks name nobody."""
    found = find_unit_brackets(folded(f"做好公开。{bracket}"))
    if BRACKETS[bracket] is None:
        assert found == ()
        return
    [one] = found
    names = "；".join(f"{mention.name} {mention.role}" for mention in one.mentions)
    assert names + (f" | {one.deadline}" if one.deadline else "") == BRACKETS[bracket]


HEAD = "2024年某市政务公开工作要点任务分解表\n"
TABLES = {
    "bars": (
        "工作任务|具体举措|责任科室|完成时间\n一、主动公开|(一)公开预算|1|公布预算。|财务科|3月底前\n"
        "2|公布决算。|财务科|9月底前\n(二)公开名录|3|公布名录。|办公室|长期"
    ),
    "lines": (
        "重点任务\n工作要求\n责任单位\n时限要求\n一、主动公开\n(一)公开预算\n公布预算。\n财务科\n3月底前\n"
        "公布决算。\n财务科\n9月底前\n(二)公开名录\n公布名录。\n办公室\n长期"
    ),
    "no header": (
        "一、主动公开|(一)公开预算|公布预算。|财务科|3月底前|\n公布决算。|财务科|9月底前|\n"
        "(二)公开名录|公布名录。|办公室|长期|"
    ),
    "a bar behind each cell": (
        "工作任务|\n细化分工|\n责任处室|\n完成时限|\n一、主动公开|\n(一)公开预算|\n公布预算。|\n财务科|\n"
        "3月底前|\n公布决算。|\n财务科|\n9月底前|\n(二)公开名录|\n公布名录。|\n办公室|\n长期|"
    ),
}


@pytest.mark.parametrize("table", TABLES)
def test_a_task_table_is_read_in_every_shape(table: str) -> None:
    """一、 and （一） are section and item, whatever column or line they stand in."""
    found = plan(HEAD + TABLES[table])
    read = [
        (
            entry.requirement_id.partition("#")[2],
            entry.section_title,
            entry.item_title,
            entry.text,
            units(found, entry.requirement_id),
            entry.deadline,
        )
        for entry in found.requirements
    ]
    assert found.plan_present
    assert read == [
        ("1.1.1", "主动公开", "公开预算", "公布预算。", "财务科 responsible", "3月底前"),
        ("1.1.2", "主动公开", "公开预算", "公布决算。", "财务科 responsible", "9月底前"),
        ("1.2.1", "主动公开", "公开名录", "公布名录。", "办公室 responsible", "长期"),
    ]


BODY = "一、强化公开\n(一)公开规划。各部门公布规划。\n二、强化保障\n(一)加强培训。举办培训班。\n"


@pytest.mark.parametrize(
    ("front", "tail", "said"),
    [
        ("发布时间: 2023-04-28 10:23 来源: 某网\n2023年临沂市政务公开工作要点\n", "", "2023-04-28"),
        (
            "[ 成文日期 ] 2023-05-06 [ 有效性 ] 有效\n2023年临沂市政务公开工作方案\n",
            "",
            "2023-05-06",
        ),
        (
            "2023年临沂市政务公开工作台账\n",
            "临沂市人民政府办公室\n二O二三年五月六日\n",
            "2023-05-06",
        ),
        (
            "2023年临沂市政务公开重点任务\n",
            "临沂市人民政府办公室\n２０２３年５月６日\n",
            "2023-05-06",
        ),
    ],
)
def test_a_date_is_read_from_key_lines_and_signatures(front: str, tail: str, said: str) -> None:
    """A clock time, a source, Chinese and full-width digits beside a date do not change it."""
    found = plan(front + BODY + tail)
    assert (found.plan_present, found.plan.date, found.plan.place_code) == (True, said, "371300")


@pytest.mark.parametrize(
    ("title", "place", "level"),
    [
        ("水利部2022年政务公开工作要点", "100000", "national"),
        ("2022年国家统计局政务公开工作要点", "100000", "national"),
        ("冠县2021年政务公开工作要点", "371525", "district"),
        ("临沂市落实《2021年山东省政务公开工作要点》任务分工", "371300", "municipal"),
    ],
)
def test_the_place_is_that_of_the_plan_and_not_of_what_it_follows(
    title: str, place: str, level: str
) -> None:
    """Ministries are national, counties may have two characters; what is followed says nothing."""
    found = plan(f"{title}\n{BODY}")
    assert (found.plan.place_code, found.plan.level) == (place, level)


@pytest.mark.parametrize(
    "text",
    [
        "某镇2022年政府信息公开工作年度报告\n" + BODY,
        "关于全面推进政务公开工作的实施意见\n" + BODY,
        "问：今年要点有何变化？\n答：一、突出重点。政务公开工作更实。\n",
        "各科室：\n现将《2023年政务公开工作要点》印发给你们。\n一、提高认识。高度重视。\n二、抓好落实。",
    ],
)
def test_a_neighbour_of_a_plan_is_none(text: str) -> None:
    """Reports, general opinions, explainers and bare notices carry no duties of the year."""
    assert not plan(text).plan_present


def test_pinyin_behind_characters_is_no_part_of_what_is_read() -> None:
    """Names and dates are found; the text keeps what the page shows."""
    found = plan(
        "2021年政務(wù)公開工作要點\n一、強化公開\n1.按月發(fā)布規(guī)劃。(綜合規(guī)劃司牽頭)\n"
    )
    [entry] = found.requirements
    assert entry.text == "按月發(fā)布規(guī)劃。"
    assert found.text[entry.start : entry.end] == entry.text
    assert units(found, entry.requirement_id) == "綜合規(guī)劃司 lead"
    assert [span.end for span in found.audit][-1] == len(found.text)


def test_words_before_the_key_of_a_labelled_line_do_no_harm() -> None:
    """A line that looks labelled, but whose key nobody finds, tells nothing and stops nothing."""
    text = "关于印发工作要点的通知字号：大 中 小\n一、公开\n（一）目录。编制公开目录。\n"
    assert [duty.text for duty in plan(text).requirements] == ["编制公开目录。"]
