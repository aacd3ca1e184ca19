"""Decisions of a person over the automatic verdicts."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.cascade.builders import covered, duty, link
from wpnet.cascade.review import (
    Decision,
    apply_decisions,
    decisions_from_csv,
    decisions_to_csv,
    take_over,
)
from wpnet.errors import ReviewError
from wpnet.showing.review_sheet import read_review, review_rows, write_review

SOURCE = duty("公开目录。", "1.1.1", "c-x-2023")
FIRST = duty("编制公开目录。", "1.1.1", "d-x-2024")
SECOND = duty("组织培训。", "1.2.1", "d-x-2024")
TEXTS = [SOURCE, FIRST, SECOND]
LINKS = [link(SOURCE.requirement_id, FIRST.requirement_id)]
COVERAGE = [
    covered(
        SOURCE.requirement_id,
        "d-x-2024",
        target_ids=(FIRST.requirement_id,),
        needs_review=True,
        nearest_id=FIRST.requirement_id,
    )
]


def filled(**values: str) -> dict[str, str]:
    row = {"source_id": SOURCE.requirement_id, "target_plan_id": "d-x-2024"}
    return row | {"source_sha256": SOURCE.text_sha256} | values


def decided(**values: str) -> tuple[Decision, ...]:
    return take_over([(2, filled(**values))], COVERAGE, TEXTS)


def test_a_decision_stands_beside_the_automatic_verdict() -> None:
    """The decided verdict rules, the automatic one stays visible, links are rejected."""
    result = apply_decisions(decided(verdict="omitted"), LINKS, COVERAGE, TEXTS)
    row = result.coverage[0]
    assert (row.auto_verdict, row.verdict, row.decided_by) == ("carried", "omitted", "review")
    assert not row.needs_review
    assert row.target_ids == ()
    assert [x.status for x in result.links] == ["rejected"]


def test_not_applicable_is_for_people_only() -> None:
    """A reviewer can say that a duty is the city's own."""
    result = apply_decisions(decided(verdict="not_applicable"), LINKS, COVERAGE, TEXTS)
    assert result.coverage[0].verdict == "not_applicable"


def test_a_person_can_choose_another_target() -> None:
    """A link nobody proposed is made when a person names it."""
    log = decided(verdict="partial", target_ids=SECOND.requirement_id)
    result = apply_decisions(log, LINKS, COVERAGE, TEXTS)
    status = {x.target_id: (x.status, x.decided_by) for x in result.links}
    assert status == {
        FIRST.requirement_id: ("rejected", "review"),
        SECOND.requirement_id: ("accepted", "review"),
    }


def test_decisions_survive_renumbering() -> None:
    """The same texts under other numbers get the same decision."""
    source = replace(SOURCE, requirement_id="c-x-2023#9.9.9")
    target = replace(FIRST, requirement_id="d-x-2024#8.8.8")
    coverage = [replace(COVERAGE[0], source_id=source.requirement_id)]
    result = apply_decisions(decided(verdict="carried"), [], coverage, [source, target, SECOND])
    assert result.coverage[0].target_ids == ("d-x-2024#8.8.8",)
    assert result.suspects == ()


@pytest.mark.parametrize(
    "texts",
    [
        [duty("公开另一份目录。", "1.1.1", "c-x-2023"), FIRST, SECOND],
        [SOURCE, duty("编制别的目录。", "1.1.1", "d-x-2024"), SECOND],
    ],
)
def test_a_changed_text_turns_the_decision_suspect(texts: list[object]) -> None:
    """After a change of source or target the automatic verdict stands and asks for a look."""
    result = apply_decisions(decided(verdict="partial"), LINKS, COVERAGE, texts)  # type: ignore[arg-type]
    row = result.coverage[0]
    assert (row.verdict, row.decided_by, row.needs_review) == ("carried", "auto", True)
    assert [x.status for x in result.links] == ["suspect"]
    assert len(result.suspects) == 1


def test_an_omission_is_suspect_when_the_target_plan_changes() -> None:
    """A plan that has changed may hold the duty after all."""
    result = apply_decisions(
        decided(verdict="omitted"),
        LINKS,
        COVERAGE,
        [SOURCE, FIRST, duty("新增。", plan="d-x-2024")],
    )
    assert result.suspects
    assert result.coverage[0].verdict == "carried"


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"verdict": "yes"}, "row 2: verdict 'yes'"),
        ({"verdict": "omitted", "target_ids": "d-x-2024#1.1.1"}, "row 2: omitted and yet"),
        ({"verdict": "carried", "target_ids": "d-x-2024#7.7.7"}, "row 2: 'd-x-2024#7.7.7'"),
        ({"verdict": "carried", "source_id": "c-x-2023#7.7.7", "source_sha256": ""}, "row 2"),
        ({"verdict": "carried", "target_plan_id": "e-x-2024"}, "row 2"),
        ({"verdict": "carried", "source_sha256": "0" * 64}, "row 2: the text of"),
    ],
)
def test_unknown_and_contradictory_rows_are_refused(values: dict[str, str], message: str) -> None:
    """A row that cannot be right is refused with its number."""
    with pytest.raises(ReviewError, match=message.replace("(", r"\(")):
        take_over([(2, filled(**values))], COVERAGE, TEXTS)


def test_two_rows_that_disagree_are_refused_with_both_numbers() -> None:
    """The same duty cannot be carried and omitted."""
    rows = [(2, filled(verdict="carried")), (5, filled(verdict="omitted"))]
    with pytest.raises(ReviewError, match="row 5: contradicts row 2"):
        take_over(rows, COVERAGE, TEXTS)


def test_nothing_that_was_decided_is_lost() -> None:
    """A new decision is added to the log; the last one counts; repeating it adds nothing."""
    log = decided(verdict="omitted", reviewer="甲", date="2026-11-22", note="没有, “目录”\n两行")
    log = take_over([(2, filled(verdict="carried", reviewer="乙"))], COVERAGE, TEXTS, log)
    assert [entry.verdict for entry in log] == ["omitted", "carried"]
    again = take_over([(2, filled(verdict="carried", reviewer="乙"))], COVERAGE, TEXTS, log)
    assert again == log
    assert decisions_from_csv(decisions_to_csv(log)) == log
    assert apply_decisions(log, LINKS, COVERAGE, TEXTS).coverage[0].verdict == "carried"


@pytest.mark.parametrize("ending", [".xlsx", ".csv"])
def test_a_review_file_comes_back_as_it_was_filled_in(tmp_path: Path, ending: str) -> None:
    """Export, fill in, read back: the same values; undecided rows change nothing."""
    path = tmp_path / f"review{ending}"
    rows = review_rows(LINKS, COVERAGE, TEXTS)
    write_review(rows, path)
    assert take_over(read_review(path), COVERAGE, TEXTS) == ()
    write_review([row | {"verdict": "Partial ", "note": "=1+1"} for row in rows], path)
    (entry,) = take_over(read_review(path), COVERAGE, TEXTS)
    assert (entry.verdict, entry.note, entry.target_ids) == ("partial", "=1+1", "d-x-2024#1.1.1")


def test_the_workbook_offers_the_verdicts_and_is_the_same_every_time(tmp_path: Path) -> None:
    """The verdict column has a drop-down; two exports have the same bytes."""
    import openpyxl

    rows = review_rows(LINKS, COVERAGE, TEXTS)
    one, two = tmp_path / "a.xlsx", tmp_path / "b.xlsx"
    write_review(rows, one)
    write_review(rows, two)
    assert one.read_bytes() == two.read_bytes()
    sheet = openpyxl.load_workbook(one)["review"]
    (rule,) = sheet.data_validations.dataValidation
    assert rule.formula1 == '"carried,partial,omitted,not_applicable"'


def test_a_csv_saved_by_excel_in_china_is_read(tmp_path: Path) -> None:
    """GB 18030 with moved columns is read; a file without the verdict column is refused."""
    path = tmp_path / "review.csv"
    line = f"partial,d-x-2024,{SOURCE.requirement_id},备注\n"
    path.write_bytes(("verdict,target_plan_id,source_id,note\n" + line).encode("gb18030"))
    (entry,) = take_over(read_review(path), COVERAGE, TEXTS)
    assert entry.note == "备注"
    path.write_text("source_id,target_plan_id\na,b\n", "utf-8")
    with pytest.raises(ReviewError, match="verdict"):
        read_review(path)


def test_random_bytes_are_no_workbook(tmp_path: Path) -> None:
    """A broken file is refused in one sentence."""
    path = tmp_path / "review.xlsx"
    path.write_bytes(b"\x00\x01not a workbook")
    with pytest.raises(ReviewError, match=r"review\.xlsx"):
        read_review(path)
