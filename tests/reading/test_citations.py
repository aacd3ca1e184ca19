"""Citations: which documents a plan follows, which it merely names, which is itself."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wpnet.reading.citations import (
    FoundCitation,
    find_citations,
    infer_cited_plan_id,
    is_plan_like,
    normalise_number,
)


def cite(text: str, *, own: tuple[str, ...] = (), end: int | None = None) -> list[FoundCitation]:
    """Read a text that is all preamble unless ``end`` says where the preamble ends."""
    return list(
        find_citations(text, own_titles=own, preamble_end=len(text) if end is None else end)
    )


@pytest.mark.parametrize(
    ("text", "verb", "title", "number"),
    [
        (
            "严格对标《2031年上海市政务公开工作要点》的具体要求，聚焦主线。",
            "严格对标",
            "2031年上海市政务公开工作要点",
            "",
        ),
        (
            "深入贯彻落实上海市某局印发的《2031年上海市某局政务公开工作要点》（沪某办〔2031〕77号）要求",
            "深入贯彻落实",
            "2031年上海市某局政务公开工作要点",
            "沪某办〔2031〕77号",
        ),
        (
            "根据《2025年上海市政务公开工作要点》(沪府办字〔2025〕5号)，制定本要点。",
            "根据",
            "2025年上海市政务公开工作要点",
            "沪府办字〔2025〕5号",
        ),
        (
            "落实《某省办公厅关于印发〈2020年某省政务公开工作要点〉的通知》（某府办[2020]20 号）",
            "落实",
            "2020年某省政务公开工作要点",
            "某府办〔2020〕20号",
        ),
        (
            "按照《国务院办公厅关于印发2021年政务公开工作要点的通知》（国办发〔2021〕12号，已公开发布）",
            "按照",
            "2021年政务公开工作要点",
            "国办发〔2021〕12号",
        ),
        (
            "根据市政府办公厅印发《2022年上海市政务公开工作要点》的通知（沪府办(2022)3号）要求",
            "根据",
            "2022年上海市政务公开工作要点",
            "沪府办〔2022〕3号",
        ),
        (
            "按照2023年上海市政务公开工作要点要求，结合实际。",
            "按照",
            "2023年上海市政务公开工作要点",
            "",
        ),
        (
            "认真执行市政府办公厅《2020年上海市政务公开工作要点》,坚持为民。",
            "认真执行",
            "2020年上海市政务公开工作要点",
            "",
        ),
        (
            "围绕《2022年某市政务公开工作要点任务分解表》要求",
            "围绕",
            "2022年某市政务公开工作要点任务分解表",
            "",
        ),
        (
            "参照《关于做好2024年重点领域政府信息公开工作的通知》要求",
            "参照",
            "关于做好2024年重点领域政府信息公开工作的通知",
            "",
        ),
    ],
)
def test_a_plan_that_is_followed_is_a_parent(text: str, verb: str, title: str, number: str) -> None:
    """A disclosure plan after a verb of following is a parent, with its number written 〔〕."""
    [found] = cite(text)
    assert (found.relation, found.verb, found.cited_title) == ("parent", verb, title)
    assert found.cited_number == number


def test_the_span_holds_title_and_number() -> None:
    """A citation reaches from 《 to the end of the number's bracket, notes included."""
    text = "根据《2021年某省政务公开工作要点》（某府办〔2021〕12号，已公开发布）要求"
    [found] = cite(text)
    assert text[found.start : found.end] == text[2:-2]


def test_a_chain_of_parents_shares_one_verb() -> None:
    """After 、 or 和 or joined directly, the verb of the first title governs the others."""
    text = (
        "根据《2021年甲省政务公开工作要点》（甲办〔2021〕1号）、《2021年乙市政务公开工作要点》"
        "《2021年丙区政务公开工作要点》和市政府办公厅《2021年丁市政务公开工作要点》要求，"
        "现将《2021年戊区政务公开工作要点》印发给你们。"
    )
    found = cite(text, own=("2021年戊区政务公开工作要点",))
    assert [(entry.relation, entry.verb) for entry in found] == [
        ("parent", "根据"),
        ("parent", "根据"),
        ("parent", "根据"),
        ("parent", "根据"),
        ("self", "现将"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "现将《2024年青浦区教育局政务公开工作要点》印发给你们，请认真贯彻落实。",
        "关于印发《2024年青浦区教育局政务公开工作要点》的通知",
        "《2024年上海市青浦区教育局政务公开工作要点》已经同意，现印发给你们。",
        "落实《2024年青浦区教育局政务公开工作要点任务分解表》。",
    ],
)
def test_the_plans_own_title_is_self(text: str) -> None:
    """Its own title, with or without the city's name or 任务分解表, is no parent."""
    [found] = cite(text, own=("2024年青浦区教育局政务公开工作要点",))
    assert found.relation == "self"


@pytest.mark.parametrize(
    "text",
    [
        "落实《中华人民共和国政府信息公开条例》。",
        "按照《某市行政规范性文件管理规定》要求。",
        "贯彻《关于全面推进基层政务公开标准化规范化工作的指导意见》。",
        "现将《2018年政务公开工作要点》转发给你们。",
    ],
)
def test_laws_rules_and_forwarded_papers_are_references(text: str) -> None:
    """Only a disclosure plan that the text says it follows is a parent."""
    [found] = cite(text)
    assert found.relation == "reference"


def test_a_plan_named_in_an_item_is_a_reference() -> None:
    """Parents stand in the preamble or wrapper, not in the duties."""
    text = "一、夯实基础\n根据《2024年某市政务公开工作要点》更新目录。"
    [found] = cite(text, end=0)
    assert found.relation == "reference"
    assert cite("一、基础\n按照2024年某市政务公开工作要点更新。", end=0) == []


def test_short_names_resolve_to_the_title_before_them() -> None:
    """以下简称《条例》 gives a short name; it and its later uses are references."""
    text = "落实《某信息公开条例》（以下简称“《条例》”）。对照《条例》和《规定》，完善制度。"
    found = cite(text)
    assert [(entry.cited_title, entry.resolves_to) for entry in found] == [
        ("某信息公开条例", ""),
        ("条例", "某信息公开条例"),
        ("条例", "某信息公开条例"),
        ("规定", ""),
    ]
    assert [entry.verb for entry in found] == ["落实", "以下简称", "对照", "对照"]
    assert {entry.relation for entry in found} == {"reference"}


def test_a_number_and_a_short_name_in_one_bracket() -> None:
    """The span ends with the number, so that the short name is a citation of its own."""
    text = "落实《2024年某市政务公开工作要点》（某府办〔2024〕2号，以下简称《要点》）。"
    parent, short = cite(text)
    assert (parent.relation, parent.cited_number) == ("parent", "某府办〔2024〕2号")
    assert parent.end <= short.start
    assert (short.relation, short.resolves_to) == ("reference", parent.cited_title)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("沪人社办〔2024〕77号", "沪人社办〔2024〕77号"),
        ("青人社〔2024〕11 号", "青人社〔2024〕11号"),
        ("沪府办[2021]21号", "沪府办〔2021〕21号"),
        ("沪府办(2021)21号", "沪府办〔2021〕21号"),
        ("沪府办【2021】21", "沪府办〔2021〕21号"),
        ("某府办﹝2020﹞5号", "某府办〔2020〕5号"),
        ("沪水务(海洋)〔2018〕85号", "沪水务（海洋）〔2018〕85号"),
        ("川办发〔202238号", "川办发〔2022〕38号"),
        ("黑政办发201835号", "黑政办发〔2018〕35号"),
        ("2025年版", ""),
        ("养老、失业保险", ""),
    ],
)
def test_damaged_numbers_are_mended(text: str, number: str) -> None:
    """Whatever marks the source has or lost, a document number is written 〔〕 … 号."""
    assert normalise_number(text) == number


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("2023年上海市政务公开工作要点", True),
        ("2018年某局政务公开工作实施方案", True),
        ("政务公开重点任务清单", True),
        ("某局政务公开实施方案", False),
        ("政府信息公开条例", False),
        ("2024年政府工作要点", False),
    ],
)
def test_what_a_plan_is_called(title: str, expected: bool) -> None:
    """A plan's title names disclosure and a plan; a scheme counts only with a year."""
    assert is_plan_like(title) is expected


@pytest.mark.parametrize(
    ("title", "place", "issuer", "plan_id"),
    [
        ("2031年上海市人力资源和社会保障政务公开工作要点", "", "", "shanghai-hrss-2031"),
        ("2024年青浦区政务公开工作要点", "", "", "qingpu-gov-2024"),
        ("2020年上海市政务公开工作要点", "310118", "", "shanghai-gov-2020"),
        ("2024年全市政务公开工作要点", "310118", "", "shanghai-gov-2024"),
        ("2017年政务公开工作要点", "310118", "市政府办公厅", "shanghai-gov-2017"),
        ("2020年政务公开工作要点", "", "国务院办公厅", "china-gov-2020"),
        ("2020年政务公开工作要点", "310118", "", ""),
        ("上海市政务公开工作要点", "310118", "", ""),
        ("上海市政府信息公开规定", "310118", "", ""),
    ],
)
def test_cited_plans_get_ids_only_where_certain(
    title: str, place: str, issuer: str, plan_id: str
) -> None:
    """Place, bureau and year must all be settled by title, issuer or the citing plan's place."""
    assert infer_cited_plan_id(title, place=place, issuer=issuer) == plan_id


@given(
    st.text(
        alphabet="《》〈〉（）〔〕根据落实2024年政务公开工作要点号，。、\n以下简称", max_size=80
    )
)
def test_any_text_gives_citations_in_order(text: str) -> None:
    """Citations stand in order, inside the text, and each has a title or empty marks."""
    last = 0
    for found in cite(text):
        assert last <= found.start < found.end <= len(text)
        last = found.start


@pytest.mark.parametrize(
    "text",
    [
        "《" * 50_000,
        "《" * 25_000 + "》" * 25_000,
        "《〈" * 25_000,
        "《A》" * 10_000,
        "《A》（沪府办" * 8_000,
        "根据" * 40_000 + "《A》",
        "2024年政务公开" * 10_000,
        "（以下简称《条例》）" * 5_000,
    ],
)
def test_hostile_titles_take_linear_time(text: str) -> None:
    """Tens of thousands of title marks are read in seconds."""
    begin = time.perf_counter()
    cite(text)
    assert time.perf_counter() - begin < 20
