"""Characters that mean the same are one character to reading and comparing, and nothing else is."""

from __future__ import annotations

import pytest

from wpnet.reading.files import read_bytes_as_document
from wpnet.reading.places import places
from wpnet.reading.plan import parse_document
from wpnet.text import VISIBLE, comparable, comparable_places, folded, legible

PLAN = """２０２２年海淀區政務公開⼯作要點
⼀、強化公開
（⼀）公開規劃。各部門公布專項規劃。6⽉底前更新欄目。（責任單位：區發展改革委、辦公室）
"""


@pytest.mark.parametrize(
    ("odd", "plain"),
    [
        ("⼀⼈⼒⼯⽇⽉", "一人力工日月"),
        ("⻔⻋⻓⻚⻜⺠", "门车长页飞民"),
        ("\uf901\uf9b4", "更领"),
        ("２０２５ＡＰＰ", "2025APP"),
        ("责任单位∶办公室﹔", "责任单位：办公室；"),
        ("公开︵一︶｡", "公开（一）。"),
        ("覆蓋答覆複雜後續徵求", "覆盖答复复杂后续征求"),
        ("衞生裏綫峯", "卫生里线峰"),
    ],
)
def test_characters_that_mean_the_same_are_folded_one_for_one(odd: str, plain: str) -> None:
    """Radicals, compatibility, wide and odd forms and traditional script become the common ones."""
    assert folded(odd) == plain
    assert len(odd) == len(plain)


def test_simplified_script_stays_as_it_is() -> None:
    """Nothing that is written in simplified script changes, the names of places among it."""
    names = [place.name for place in places().values()]
    assert [name for name in names if folded(name) != name] == []
    text = "乾安县答复著作权，了解瞭望、（一）1.〔2025〕5号"
    assert folded(text) == text


def test_a_reader_sees_no_difference_in_a_legible_text() -> None:
    """Only what looks like another character is put in its place; script and width stay."""
    assert legible("⼈⼒資源２０") == "人力資源２０"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("做好（公开），用好“一网通办”。", "做好(公开),用好「一网通办」。"),
        ("公开\u200b政\u00ad务\ufeff 信息", "公开政务信息"),
        ("㈠公开①项", "（一）公开1项"),
        ("推進政務公開", "推进政务公开"),
        ("用好ＡＰＰ", "用好app"),
    ],
)
def test_what_differs_in_appearance_only_compares_alike(one: str, other: str) -> None:
    """Width, quotation marks, invisible and enclosed characters, script and case count nothing."""
    assert comparable(one) == comparable(other)


def test_other_words_do_not_compare_alike() -> None:
    """The table joins no two texts that say different things."""
    assert comparable("公开3项") != comparable("公开2项")
    assert comparable("应公开") != comparable("不应公开")


@pytest.mark.parametrize("text", ["㈠ 推進「公開」", "“甲” 乙\u200b丙", "做好公开。", ""])
def test_every_letter_of_the_comparable_form_has_its_place(text: str) -> None:
    """The places lead from each compared letter to the letter of the text it comes from."""
    form, places_ = comparable_places(text)
    assert form == comparable(text)
    assert len(form) == len(places_)
    assert places_ == sorted(places_)
    assert all(comparable(text[at]) for at in places_)


@pytest.mark.parametrize("hidden", ["\u00ad", "\u200b", "\u2060", "\ufe0f", "\ufffc", "\u3164"])
def test_what_shows_nothing_is_no_visible_character(hidden: str) -> None:
    """Soft hyphens, joiners, selectors and place holders are passed over."""
    assert VISIBLE.findall(f"公开{hidden}政务") == ["公开", "政务"]


def test_a_traditional_plan_is_read_like_a_simplified_one() -> None:
    """Numbers, units and deadlines are found; what is shown stays in the plan's own script."""
    parsed = parse_document(read_bytes_as_document(PLAN.encode(), "a.txt"))
    plain = parse_document(read_bytes_as_document(folded(PLAN).encode(), "a.txt"))
    assert [entry.text for entry in parsed.requirements] == [
        "各部門公布專項規劃。",
        "6月底前更新欄目。",
    ]
    assert parsed.requirements[0].item_title == "公開規劃"
    assert {entry.unit_as_written for entry in parsed.assignments} == {"區發展改革委", "辦公室"}
    assert [e.unit_id for e in parsed.assignments] == [e.unit_id for e in plain.assignments]
    assert (parsed.plan.year, parsed.plan.place_code) == (2022, "110108")
    assert [e.requirement_id for e in parsed.requirements] == [
        e.requirement_id for e in plain.requirements
    ]
