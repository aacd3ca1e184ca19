"""Places, bureaus and offices: what a name settles, and what it leaves open."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wpnet.reading.names import (
    bureau_of,
    infer_plan_id,
    level_of,
    place_above,
    place_of,
    places,
    resolve_elided,
    resolve_unit,
    same_office,
    settled_place,
    unit_id,
)

SHANGHAI = {
    "黄浦区": ("310101", "huangpu"),
    "徐汇区": ("310104", "xuhui"),
    "长宁区": ("310105", "changning"),
    "静安区": ("310106", "jingan"),
    "普陀区": ("310107", "putuo"),
    "虹口区": ("310109", "hongkou"),
    "杨浦区": ("310110", "yangpu"),
    "闵行区": ("310112", "minhang"),
    "宝山区": ("310113", "baoshan"),
    "嘉定区": ("310114", "jiading"),
    "浦东新区": ("310115", "pudong"),
    "金山区": ("310116", "jinshan"),
    "松江区": ("310117", "songjiang"),
    "青浦区": ("310118", "qingpu"),
    "奉贤区": ("310120", "fengxian"),
    "崇明区": ("310151", "chongming"),
}
GOVERNMENT = "上海市嘉定区人民政府"
BUREAU = "上海市嘉定区人力资源和社会保障局"


def code(name: str) -> str:
    place = place_of(name)
    return place.code if place else ""


@pytest.mark.parametrize("name", SHANGHAI)
def test_every_shanghai_district_has_its_code_and_plain_slug(name: str) -> None:
    """With 上海市 before it a district is certain; its slug is its plain pinyin."""
    place = place_of(f"上海市{name}人民政府")
    assert place is not None
    assert (place.code, place.slug) == SHANGHAI[name]
    assert level_of(place) == "district"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("上海市人力资源和社会保障局", "310000"),
        ("2024年青浦区政务公开工作要点", "310118"),
        ("2025年上海市奉贤区政务公开工作要点", "310120"),
        ("上海嘉定区人社局", "310114"),
        ("浙江省杭州市西湖区人民政府", "330106"),
        ("辽宁省抚顺市东洲区人民政府", "210403"),
        ("朝阳市双塔区人民政府", "211302"),
        ("北京市朝阳区教委", "110105"),
        ("崇明县人民政府", "310230"),
        ("国务院办公厅", "100000"),
        ("云南省人民政府办公厅", "530000"),
    ],
)
def test_the_longest_chain_of_places_decides(name: str, expected: str) -> None:
    """Of province, city and county the last that is named is the place."""
    assert code(name) == expected


@pytest.mark.parametrize("name", ["朝阳区教委", "鼓楼区人民政府", "区人社局", "市", "某某局", ""])
def test_what_several_places_are_called_is_not_guessed(name: str) -> None:
    """A bare name that more than one place bears, or no name at all, gives no place."""
    assert place_of(name) is None


def test_one_slug_a_place() -> None:
    """Codes and slugs are one to one, and every parent is in the table."""
    table = places()
    assert len({place.slug for place in table.values()}) == len(table)
    assert all(place.parent in table for place in table.values() if place.parent)
    assert all(place.slug.isascii() and "-" not in place.slug for place in table.values())


@pytest.mark.parametrize(
    ("name", "level"),
    [
        ("国务院办公厅", "national"),
        ("浙江省", "provincial"),
        ("上海市", "municipal"),
        ("杭州市", "municipal"),
        ("杭州市西湖区", "district"),
        ("某某局", "other"),
    ],
)
def test_levels_of_places(name: str, level: str) -> None:
    """The four cities under the State Council are municipal, counties and districts district."""
    assert level_of(place_of(name)) == level


@pytest.mark.parametrize(
    ("name", "bureau"),
    [
        ("闵行区人力资源和社会保障局", "hrss"),
        ("闵行区人力资源社会保障局", "hrss"),
        ("嘉定区人社局", "hrss"),
        ("北京市东城区人力社保局", "hrss"),
        ("2025年闵行区人力资源和社会保障政务公开工作要点", "hrss"),
        ("上海市人民政府办公厅", "gov"),
        ("青浦区政府办公室", "gov"),
        ("2024年青浦区政务公开工作要点", "gov"),
        ("青浦区2024年政务公开工作要点", "gov"),
        ("上海市生态环境局", "eco"),
        ("上海市规划和自然资源局", "planning"),
        ("青浦区经委", "econ"),
        ("上海市经济和信息化委员会", "eit"),
        ("上海市房屋管理局", "housing"),
        ("2022年市民政局政务公开工作要点", "civil"),
        ("青浦区某某局", ""),
        ("上海市教育考试院", ""),
        ("嘉定区江桥镇人民政府", ""),
    ],
)
def test_bureaus_of_issuers_and_titles(name: str, bureau: str) -> None:
    """A bureau is told by any of its wordings; a town or an institute is not a bureau."""
    assert bureau_of(name) == bureau


@pytest.mark.parametrize(
    ("issuer", "year", "plan_id"),
    [
        (BUREAU, 2031, "jiading-hrss-2031"),
        ("青浦区人民政府", 2024, "qingpu-gov-2024"),
        ("上海市", 2020, "shanghai-gov-2020"),
        ("朝阳区教委", 2024, ""),
        ("某某局", 2024, ""),
        (BUREAU, 0, ""),
    ],
)
def test_plan_ids_are_inferred_from_place_bureau_and_year(
    issuer: str, year: int, plan_id: str
) -> None:
    """Without one of the three there is no id."""
    assert infer_plan_id(issuer, year) == plan_id


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        (BUREAU, "嘉定区人力资源和社会保障局", True),
        (BUREAU, "嘉定区人社局", True),
        (BUREAU, "区人社局", True),
        (BUREAU, "上海市人力资源和社会保障局", False),
        (BUREAU, "青浦区人社局", False),
        (BUREAU, "嘉定区教育局", False),
        (BUREAU, BUREAU + "办公室", False),
        ("市人社局", "区人社局", False),
    ],
)
def test_one_office_under_two_names(a: str, b: str, same: bool) -> None:
    """A left-out place fits; another place, bureau or section does not."""
    assert same_office(a, b) is same
    assert same_office(b, a) is same


@pytest.mark.parametrize(
    ("first", "second", "issuer"),
    [
        ("区府办", "区政府办公室", GOVERNMENT),
        ("区政府办", "嘉定区人民政府办公室", GOVERNMENT),
        ("区人社局", "区人力资源社会保障局", GOVERNMENT),
        ("区人力社保局", "嘉定区人社局", GOVERNMENT),
        ("区发改委", "区发展改革委", GOVERNMENT),
        ("区房管局", "区住房保障房屋管理局", GOVERNMENT),
        ("人力社保局", "区人社局", GOVERNMENT),
        ("市就促中心", "市就业促进中心", "上海市人力资源和社会保障局"),
        ("区建设管理委(区交通委)", "区建设管理委（区交通委）", GOVERNMENT),
    ],
)
def test_aliases_share_one_unit_id(first: str, second: str, issuer: str) -> None:
    """Short and full names of one office are one unit of the plan's issuer."""
    assert unit_id(first, issuer) == unit_id(second, issuer)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("市人社局", "区人社局"),
        ("区教委", "区教育局"),
        ("办公室", "区府办"),
        ("市文广局", "市旅游局"),
        ("各科室、单位", "相关科室、单位"),
        ("区人社局", "区人社局办公室"),
    ],
)
def test_different_units_keep_different_ids(first: str, second: str) -> None:
    """Nothing is merged that the tables do not call one office."""
    assert unit_id(first, GOVERNMENT) != unit_id(second, GOVERNMENT)


def test_unit_ids_begin_with_the_issuer() -> None:
    """The same name in two issuers' plans is two units; an unknown issuer stands by its name."""
    assert unit_id("办公室", BUREAU) == "jiading-hrss/办公室"
    assert unit_id("办公室", "某某局") == "某某局/办公室"


def test_elided_prefixes_take_the_level_before_them() -> None:
    """市发展改革委、商务局: the second is the city's too; a section or group takes nothing."""
    assert resolve_elided(("市发展改革委", "商务局", "工业和信息化局", "各区政府")) == (
        "市发展改革委",
        "市商务局",
        "市工业和信息化局",
        "各区政府",
    )
    assert resolve_elided(("办公室", "法规处")) == ("办公室", "法规处")


def test_a_level_without_a_name_means_the_citing_plans_surroundings() -> None:
    """全市 in a district's plan is the city above it."""
    place = place_above("310118", "2024年全市政务公开工作要点")
    assert place is not None
    assert place.code == "310000"
    assert place_above("310118", "2024年全省政务公开工作要点") is None


@given(st.text(alphabet="上海市嘉定区朝阳人社局办公室政府省县2024年（）各", max_size=30))
def test_any_name_gets_a_stable_id(name: str) -> None:
    """Names of all kinds are read without fault; resolving twice changes nothing."""
    once = resolve_unit(name, GOVERNMENT)
    assert resolve_unit(once, GOVERNMENT) == once
    assert unit_id(name, GOVERNMENT).startswith("jiading-gov/")
    assert same_office(name, name)
    place_of(name)
    bureau_of(name)


def test_every_district_of_shanghai_is_known_where_the_text_names_the_city() -> None:
    """普陀区 and 宝山区 lie elsewhere, too: the city in the text settles them, nothing else."""
    for name, (code, _) in SHANGHAI.items():
        found = settled_place(f"{name}教育局", "落实上海市要点。")
        assert found is not None
        assert found.code == code
    assert settled_place("宝山区教育局", "对标上海、落实黑龙江省要点。") is None
    assert settled_place("宝山区教育局", "落实区要点。") is None
    assert infer_plan_id("普陀区教育局", 2025, document="上海市") == "putuo-edu-2025"
