"""Responsible units: which brackets name them, where one name ends, and who leads."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wpnet.reading.units import find_unit_brackets, split_units, unit_kind

OFFICES = ("办公室", "法规处", "市社保中心", "区发展改革委", "区建设管理委（区交通委）", "各街镇")


def names(text: str) -> list[str]:
    return [mention.name for found in find_unit_brackets(text) for mention in found.mentions]


def roles(text: str) -> list[tuple[str, str]]:
    return [
        (mention.name, mention.role)
        for found in find_unit_brackets(text)
        for mention in found.mentions
    ]


@pytest.mark.parametrize(
    ("bracket", "expected"),
    [
        ("（责任部门：办公室；相关处室、局属单位）", ["办公室", "相关处室、局属单位"]),
        (
            "(责任单位:办公室、法规法制科,相关科室、单位)",
            ["办公室", "法规法制科", "相关科室、单位"],
        ),
        ("（责任科室: 办公室 ）", ["办公室"]),
        ("（牵头落实单位：区府办）", ["区府办"]),
        (
            "[责任单位：市数据局，其他市级有关部门，各区、县(市)政府]",
            ["市数据局", "其他市级有关部门", "各区、县(市)政府"],
        ),
        ("【责任单位：市数据局】", ["市数据局"]),
        (
            "（责任单位：区建设管理委（区交通委）、区科委）",
            ["区建设管理委（区交通委）", "区科委"],
        ),
        ("（责任单位：区财政局，各有关单位）", ["区财政局", "各有关单位"]),
        ("(责任单位:各委办局", ["各委办局"]),
        ("（责任人：某某，责任部门：办公室）", ["办公室"]),
        ("（责任单位：市规划和自然资源局）", ["市规划和自然资源局"]),
    ],
)
def test_a_labelled_bracket_names_its_units(bracket: str, expected: list[str]) -> None:
    """A label and a colon make any bracket, round or square, closed or not, name units."""
    assert names("做好公开工作。" + bracket) == expected


@pytest.mark.parametrize(
    "text",
    [
        "全面落实《某条例》（以下简称《条例》）。",
        "完善社会保险（养老、失业、工伤保险）基本情况报告机制。",
        "深化政民(企)互动，发挥居(村)委作用。",
        "编制目录（2025年版）。",
        "（此件公开发布）",
        "根据要点（沪府办字〔2025〕5号）要求。",
        "采用形式(“1”为政策文件原文,“2”为新闻宣传通稿和政策问答)。",
        "由区建设管理委（区交通委）负责。",
        "依托行政服务中心（市民中心）。",
        "推进一件事（一网通办、跨省通办）。",
        "坚持谁起草谁负责（谁主管谁负责）。",
        "听取意见（如办公室、人事科）。",
    ],
)
def test_other_brackets_name_no_units(text: str) -> None:
    """Abbreviations, examples, numbers, glosses and remarks lay nothing on anybody."""
    assert find_unit_brackets(text) == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "公开规划。(区发展改革委、区财政局)公开预算。(区财政局)",
            ["区发展改革委、区财政局", "区财政局"],
        ),
        (
            "公开规划情况(区发展改革委、区财政局)。公开监管情况(区卫生健康委)。",
            ["区发展改革委、区财政局", "区卫生健康委"],
        ),
        ("做好公开（区府办、各街镇）", ["区府办、各街镇"]),
        ("公开预算（区财政局）。\n公开决算（区审计局）。", ["区财政局", "区审计局"]),
    ],
)
def test_a_bare_list_counts_at_the_end_of_a_sentence(text: str, expected: list[str]) -> None:
    """Before or after 。 a bracket of offices needs neither label nor verb."""
    found = find_unit_brackets(text)
    assert ["、".join(mention.name for mention in entry.mentions) for entry in found] == expected


@pytest.mark.parametrize(
    ("bracket", "expected"),
    [
        ("（救助处、养老处牵头）", [("救助处", "lead"), ("养老处", "lead")]),
        (
            "（统计局、人力社保局负责落实）",
            [("统计局", "responsible"), ("人力社保局", "responsible")],
        ),
        (
            "（省发展改革委牵头；省财政厅，各州、市人民政府按照职责分工负责）",
            [
                ("省发展改革委", "lead"),
                ("省财政厅", "responsible"),
                ("各州、市人民政府", "responsible"),
            ],
        ),
        (
            "（区府办牵头，各部门配合）",
            [("区府办", "lead"), ("各部门", "support")],
        ),
        (
            "(牵头单位：甲局、乙局，责任单位：丙办，配合单位：丁中心)",
            [("甲局", "lead"), ("乙局", "lead"), ("丙办", "responsible"), ("丁中心", "support")],
        ),
        (
            "（由区府办牵头，会同区司法局、区数据局）",
            [("区府办", "lead"), ("区司法局", "support"), ("区数据局", "support")],
        ),
        ("（宣传处会办公室）", [("宣传处", "lead"), ("办公室", "responsible")]),
        (
            "（管委会办公室、市财政局会计科）",
            [("管委会办公室", "responsible"), ("市财政局会计科", "responsible")],
        ),
        ("（市财政局等部门按职责分工负责）", [("市财政局", "responsible")]),
        ("（责任部门：办公室；各处室）", [("办公室", "responsible"), ("各处室", "responsible")]),
    ],
)
def test_verbs_and_labels_tell_who_leads(bracket: str, expected: list[tuple[str, str]]) -> None:
    """牵头 leads, 配合 supports, all others are responsible; the words are no part of the name."""
    assert roles("做好公开工作。" + bracket) == expected


@pytest.mark.parametrize(
    ("bracket", "deadline"),
    [
        ("（责任单位：甲局、乙局，完成时限：全年）", "全年"),
        ("(牵头单位：甲局，责任单位：乙局，完成时限：长期坚持)", "长期坚持"),
        ("（甲局负责落实，完成时限：2022年10月）", "2022年10月"),
        ("（责任单位：甲局；时间节点：3月底前、9月底前）", "3月底前、9月底前"),
        ("（责任单位：甲局，11月底前）", "11月底前"),
        ("（责任单位：甲局）", ""),
    ],
)
def test_a_deadline_inside_a_bracket_is_no_unit(bracket: str, deadline: str) -> None:
    """A deadline in a unit bracket is kept as written, with or without a label of its own."""
    [found] = find_unit_brackets("做好公开工作。" + bracket)
    assert found.deadline == deadline
    assert all("月" not in mention.name for mention in found.mentions)


@pytest.mark.parametrize(
    "group",
    [
        "各科室、单位",
        "相关科室、单位",
        "相关处室、局属单位",
        "各区、县（市）政府",
        "各县（市、区）政府",
        "各镇（街道）",
        "全区各部门、各街道",
        "各州、市人民政府",
        "区政府各相关部门",
        "市直各单位",
        "各街道办事处",
    ],
)
def test_a_group_is_one_name(group: str) -> None:
    """、 inside a group's name does not split it, before or after another unit."""
    assert [mention.name for mention in split_units(f"办公室、{group}")] == ["办公室", group]
    assert [mention.name for mention in split_units(f"{group}，区府办")] == [group, "区府办"]
    assert unit_kind(group) == "group"


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("就业促进科、职业能力建设科", ["就业促进科", "职业能力建设科"]),
        ("办公室、局属各单位", ["办公室", "局属各单位"]),
        ("市发展改革委、工业和信息化局、商务局", ["市发展改革委", "工业和信息化局", "商务局"]),
        ("上海市水务局 上海市海洋局", ["上海市水务局", "上海市海洋局"]),
        ("市教委等公共企事业单位行业主管部门", ["市教委"]),
        ("高等教育处、平等就业处等", ["高等教育处", "平等就业处"]),
        ("办公室及各科室", ["办公室", "各科室"]),
        ("市文化和旅游局", ["市文化和旅游局"]),
        ("各部门、区政府", ["各部门", "区政府"]),
        ("各街镇、各委办局", ["各街镇", "各委办局"]),
        ("/", []),
        ("", []),
    ],
)
def test_a_cell_is_split_into_names(cell: str, expected: list[str]) -> None:
    """Separators part names; conjunctions only where offices stand on both sides."""
    assert [mention.name for mention in split_units(cell)] == expected


def test_the_column_sets_the_role_unless_the_cell_says_otherwise() -> None:
    """A cell of the column 牵头单位 leads; a verb in the cell wins."""
    assert [mention.role for mention in split_units("办公室", role="lead")] == ["lead"]
    assert [mention.role for mention in split_units("各科室配合", role="lead")] == ["support"]


def test_a_labelled_line_needs_no_bracket() -> None:
    """责任单位： behind a full stop names units up to the next full stop, deadlines included."""
    [found] = find_unit_brackets(
        "做好公开。责任单位：办公室；配合单位：各科室。完成时限：3月底前。"
    )
    assert [(m.name, m.role) for m in found.mentions] == [
        ("办公室", "responsible"),
        ("各科室", "support"),
    ]
    assert found.deadline == "3月底前"


def test_an_unclosed_bracket_ends_with_its_line() -> None:
    """The next paragraph does not belong to a bracket that is never closed."""
    text = "做好公开。(责任单位:各委办局\n加强培训。(责任单位:区府办)"
    assert [text[found.start : found.end] for found in find_unit_brackets(text)] == [
        "(责任单位:各委办局",
        "(责任单位:区府办)",
    ]


def test_an_unclosed_remark_does_not_swallow_the_units_after_it() -> None:
    """A label begins a new bracket although an older one is still open."""
    assert names("公开目录（如下。加强培训。（责任单位：办公室）") == ["办公室"]


@pytest.mark.parametrize(
    ("name", "kind"), [("市职业能力考试院", "unit"), ("相关局属单位", "group")]
)
def test_units_and_groups_are_told_apart(name: str, kind: str) -> None:
    """A name that no single office bears is a group."""
    assert unit_kind(name) == kind


@given(st.lists(st.sampled_from(OFFICES[:-1]), min_size=1, unique=True))
def test_a_written_list_is_read_back(units: list[str]) -> None:
    """Offices joined by 、 come back as they were, at the offsets that they have."""
    text = f"加强公开。（责任单位：{'、'.join(units)}，各街镇）"
    [found] = find_unit_brackets(text)
    assert [mention.name for mention in found.mentions] == [*units, "各街镇"]
    assert all(text[mention.start : mention.end] == mention.name for mention in found.mentions)
    assert text[found.start : found.end].startswith("（责任单位")


@given(
    st.text(
        alphabet="（()）[]【】责任单位：办公室、，；牵头配合各科等及 \n。3月底前《》", max_size=80
    )
)
def test_any_text_gives_brackets_in_order(text: str) -> None:
    """Brackets never overlap, mentions lie inside them, and no name is empty."""
    last = 0
    for found in find_unit_brackets(text):
        assert last <= found.start < found.end <= len(text)
        last = found.end
        for mention in found.mentions:
            assert found.start <= mention.start < mention.end <= found.end
            assert mention.name == "".join(text[mention.start : mention.end].split())
    for mention in split_units(text):
        assert mention.name


@pytest.mark.slow
@pytest.mark.parametrize(
    "text",
    [
        "（" * 100_000,
        "(" * 50_000 + ")" * 50_000,
        "（责任单位：" * 15_000,
        "([)" * 30_000,
        "（责任单位：" + "办公室、" * 20_000,
        "（责任单位：" + "各科室、单位、" * 12_000,
        "（责任单位：" + "及和" * 50_000,
        "（责任单位：" + "负责" * 50_000 + "）",
        "（责任单位：" + " " * 100_000 + "：",
        "。责任单位：" * 15_000,
    ],
)
def test_hostile_brackets_take_linear_time(text: str) -> None:
    """A hundred thousand marks are read in seconds (quadratic time would take hours)."""
    begin = time.perf_counter()
    find_unit_brackets(text)
    split_units(text)
    assert time.perf_counter() - begin < 20


def test_an_agricultural_committee_is_no_village_committee() -> None:
    """农业农村委 ends in 村委, and is an office all the same."""
    [found] = find_unit_brackets("公开验收结论。（区农业农村委、区文化旅游局负责落实）")
    assert [mention.name for mention in found.mentions] == ["区农业农村委", "区文化旅游局"]
    assert find_unit_brackets("发放到户（村委、居委）。") == ()


def test_ministries_are_offices_without_a_label() -> None:
    """A plan of the State Council names 部 in bare brackets; 全部 and 内部 are no offices."""
    [found] = find_unit_brackets("加快发布标准。（住房城乡建设部、教育部）")
    assert [mention.name for mention in found.mentions] == ["住房城乡建设部", "教育部"]
    assert find_unit_brackets("公开信息（全部、内部）。") == ()
