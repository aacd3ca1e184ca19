"""What the reading decided is said in words, with the reason for each decision."""

from __future__ import annotations

from pathlib import Path

import pytest

from wpnet.reading.explain import explain_document
from wpnet.reading.files import read_bytes_as_document, read_document

LAYOUTS = Path(__file__).parent / "layouts"
TITLE = "2025年某区教育局政务公开工作要点"


def decisions(subject: str, *lines: str) -> list[str]:
    """What is said about one subject of a plan of these lines."""
    text = "\n".join([TITLE, *lines])
    said = explain_document(read_bytes_as_document(text.encode(), "a.txt"))
    return [line.removeprefix(f"{subject}: ") for line in said if line.startswith(f"{subject}: ")]


def of_layout(subject: str, name: str) -> list[str]:
    """The same of an invented plan."""
    said = explain_document(read_document(LAYOUTS / f"{name}.txt"))
    return [line.removeprefix(f"{subject}: ") for line in said if line.startswith(f"{subject}: ")]


def test_titles_that_run_in_are_a_vote_that_is_shown() -> None:
    """Two short first sentences outvote one long one."""
    long = "对涉及群众利益的重大行政决策" * 3
    said = decisions(
        "numbering",
        "一、深化公开",
        "（一）做好发布。及时发布政策文件。",
        "（二）做好解读。多用图解方式解读。",
        f"（三）{long}。同步答复。",
    )
    assert said == [
        "一、 1 × section (outermost): one row, 1 to 1; titles on lines of their own, for 1 of 1 "
        "hold no 。",
        "（一） 3 × item (below 一、): one row, 1 to 3; the first 。 ends a title, for 2 begin "
        "with a sentence as short as a title (up to 40 characters) and go on, 1 with a longer one",
    ]


def test_items_without_titles_say_that_nothing_votes_for_titles() -> None:
    """Whole sentences, numbered on across sections: one row."""
    said = decisions(
        "numbering",
        "一、深化公开",
        "1.及时发布政策文件和解读材料。",
        "2.按月更新目录并且公布。",
        "二、强化保障",
        "3.组织一次培训和一次考核。",
    )
    assert said[1] == (
        "1. 3 × item (below 一、): one row, 1 to 3; whole sentences without titles, for none goes "
        "on behind its first 。"
    )


@pytest.mark.parametrize(
    ("layout", "level"),
    [
        ("H-flat", "item (below no printed number)"),
        ("M-three-levels", "sub-item (below （一）)"),
        ("F-continuing-health", "one row, 1 to"),
        ("X-number-faults", "3 rows, each from 1, 2 given back"),
    ],
)
def test_every_scheme_has_its_level_and_row(layout: str, level: str) -> None:
    """What it stands below, whether it goes on or restarts, and what was repaired in it."""
    assert any(level in line for line in of_layout("numbering", layout))


BRACKETS = {
    "（责任单位：办公室、督导室）": (
        "names units, for its label: 办公室 (responsible)、督导室 (responsible); for the item: "
        "1.1.1, 1.1.2"
    ),
    "（办公室牵头，各科室配合，完成时限：6月底前）": (
        "names units, for a verb behind a name: 办公室 (lead)、各科室 (support), due 6月底前; "
        "for the item: 1.1.1, 1.1.2"
    ),
    "（区教育局、区体育局）": (
        "names units, for offices only, behind a full stop: 区教育局 (responsible)、区体育局 "
        "(responsible); for the item: 1.1.1, 1.1.2"
    ),
    "（养老、工伤保险）": "names no units, for “养老” is not called like an office",
    "（以下简称《规定》）": (
        "names no units, for it begins like a remark, a number or an abbreviation"
    ),
}


@pytest.mark.parametrize("bracket", BRACKETS)
def test_every_bracket_says_what_it_was_taken_for_and_why(bracket: str) -> None:
    """Label, verb or place; roles, deadline and the sentences it is laid on; else why not."""
    [said] = decisions(
        "bracket",
        "一、深化公开",
        f"（一）做好发布。及时发布政策文件。同步更新目录。{bracket}",
        "（二）做好解读。多用图解方式解读。",
    )
    assert said == f"“{bracket}” {BRACKETS[bracket]}"


@pytest.mark.parametrize(
    ("sentence", "why"),
    [
        ("由区教育局（区体育局）公布名单。", "it explains the office before it"),
        ("会同各校（区体育局、区财政局）公布名单。", "it stands in the middle of a sentence"),
    ],
)
def test_offices_in_a_bracket_are_no_responsible_units_everywhere(sentence: str, why: str) -> None:
    """The place of a bare bracket decides, and is named."""
    [said] = decisions("bracket", "一、深化公开", f"（一）做好发布。{sentence}及时更新。")
    assert said.endswith(f"names no units, for {why}")


def test_every_column_says_what_it_was_taken_for_and_by_which_word() -> None:
    """In the order of the header."""
    assert of_layout("column", "T-six-columns") == [
        "“领域” is taken for fields or groups, for it holds the word 领域",
        "“序号” is taken for numbers of rows, for it holds the word 序号",
        "“任务名称” is taken for names of tasks, for it holds the word 任务",
        "“任务内容” is taken for what is to be done, for it holds the word 内容",
        "“责任单位” is taken for responsible units, for it holds the word 责任",
        "“完成时限” is taken for deadlines, for it holds the word 时",
    ]


def test_a_task_column_that_must_hold_the_content_says_so() -> None:
    """Where no other column does."""
    assert of_layout("column", "T-task-unit-time")[0] == (
        "“任务” is taken for what is to be done, for no other column says what is to be done"
    )


@pytest.mark.parametrize("file", sorted(LAYOUTS.glob("*.txt")), ids=lambda file: file.stem)
def test_whatever_the_layout_every_unit_comes_from_a_decision_that_is_shown(file: Path) -> None:
    """Where units were laid on sentences, a bracket or a column was taken for units."""
    said = explain_document(read_document(file))
    if any(line.startswith("units: ") for line in said):
        assert any("names units, for" in line or "for responsible units" in line
                   or "for units in" in line for line in said)  # fmt: skip


def test_offices_that_no_table_settles_are_listed() -> None:
    """区对外友协 may be another name of an office: it is named, and nothing is guessed."""
    [said] = decisions(
        "names",
        "2025年嘉定区人民政府政务公开工作要点",
        "一、深化公开",
        "（一）做好发布。及时发布政策文件。（责任单位：区府办、区人社局、区对外友协、各街镇）",
    )
    assert said.startswith("区对外友协: in no table of offices")
