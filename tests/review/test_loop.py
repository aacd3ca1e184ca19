"""From the export to the tables and back: what a person decides is never lost or misplaced."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import openpyxl
import pytest

import wpnet
from tests.review.sheets import HERE, Project, column, decide, get, put, run


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A project of two plans and five verdicts."""
    return Project(tmp_path)


def test_decisions_are_found_from_the_data(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Command and Python, from any folder, use the log beside the processed folder."""
    assert project.take(project.filled(decide("omitted", "partial", "carried"))) == 0
    assert (tmp_path / "data/decisions.csv").exists()
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert project.build() == 0
    assert len(project.decided) == 3
    assert any("3 decisions" in one for one in wpnet.build(project.raw, project.out).warnings)
    assert len(project.decided) == 3
    wpnet.build(project.raw, tmp_path / "elsewhere" / "out")
    assert (tmp_path / "elsewhere/out/coverage.csv").read_text("utf-8").count(",review,") == 3
    assert project.build("--no-decisions") == 0
    assert len(project.decided) == 0


def test_a_named_file_that_is_not_there_is_an_error(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    """A slip in --decisions builds nothing without the decisions."""
    missing = project.folder / "decsions.csv"
    assert project.build("--decisions", str(missing)) == 1
    assert "no such file of decisions" in capsys.readouterr().err


def test_a_filled_in_export_is_not_replaced(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exporting again over somebody's work needs --force; over an untouched export it does not."""
    file = project.export()
    assert run("review", "export", file, "--all", "--data", project.out) == 0
    shutil.copy(project.filled(decide("omitted")), file)
    assert run("review", "export", file, "--all", "--data", project.out) == 1
    assert "--force" in capsys.readouterr().err
    table = project.export("todo.csv")
    lines = table.read_bytes().decode("utf-8-sig").split("\r\n")
    assert lines[1].count(",") > 20
    where = project.folder / "no" / "such" / "x.xlsx"
    assert run("review", "export", where, "--data", project.out) == 1
    assert "no such folder" in capsys.readouterr().err


def test_a_row_sorted_in_part_is_refused(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where only the visible columns were sorted, no decision reaches another row."""

    def sort(sheet: Any) -> None:
        rows = [[get(sheet, n, k) for k in ("number", "source_text")] for n in range(1, 6)]
        for line, (number, text) in enumerate(rows[1:] + rows[:1], start=1):
            put(sheet, line, number=number, source_text=text, review_verdict="未见承接")

    assert project.take(project.filled(sort)) == 1
    assert project.log == []
    assert "sorted in part" in capsys.readouterr().err


@pytest.mark.parametrize("key", ["source_id", "seal", "target_text", "candidates"])
def test_a_column_shifted_by_a_row_is_refused(project: Project, key: str) -> None:
    """Id, texts and seal must belong together, whichever of them has moved."""

    same = set()

    def shift(sheet: Any) -> None:
        cells = [get(sheet, line, key) for line in range(1, 6)]
        for line, cell in enumerate(cells[1:] + cells[:1], start=1):
            if cell == get(sheet, line, key):
                same.add(get(sheet, line, "source_id"))
            put(sheet, line, **{key: cell, "review_verdict": "不适用"})

    assert project.take(project.filled(shift)) == 1
    assert {one.source_id for one in project.log} == same


def test_the_good_rows_of_a_file_are_taken(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    """A refused row is named with the reason; the others are kept, and a receipt says it all."""
    file = project.filled(decide("omitted", "也许", "carried"))
    receipt = project.folder / "receipt.csv"
    assert project.take(file, "--receipt", str(receipt)) == 1
    said = capsys.readouterr()
    assert "3 filled in: 2 taken, 0 known already, 1 refused" in said.out
    assert "row 3" in said.err
    assert "也许" in said.err
    assert len(project.log) == 2
    assert receipt.read_text("utf-8-sig").count("\ntaken,") == 2


def test_repeating_an_import_adds_nothing(project: Project) -> None:
    """The same file twice, and an untouched export of what was decided, change nothing."""
    file = project.filled(decide("omitted", "carried", reviewer="甲", note="a\rb"))
    assert project.take(file) == 0
    before = project.log
    assert project.take(file) == 0
    assert project.build() == 0
    assert project.take(project.export("again.xlsx")) == 0
    assert project.take(project.export("again.csv")) == 0
    assert project.log == before
    assert [one.reviewer for one in before] == ["甲", "甲"]


def test_people_who_differ_are_shown(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    """The first verdict stands and the row is flagged, until one changes, or it is settled."""
    assert project.take(project.filled(decide("omitted", reviewer="甲"))) == 0
    assert project.take(project.filled(decide("carried", reviewer="乙"))) == 0
    assert "people differ" in capsys.readouterr().err
    assert project.build() == 0
    assert list(project.decided.values()) == ["omitted"]
    assert "甲: omitted" in capsys.readouterr().err
    assert project.take(project.filled(decide("partial", reviewer="丙")), "--settle") == 0
    assert project.build() == 0
    assert list(project.decided.values()) == ["partial"]
    assert len(project.log) == 5


def test_a_decision_can_be_withdrawn(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    """撤回 ends the decision of that person; a cell that was only emptied ends nothing."""
    assert project.take(project.filled(decide("omitted", "carried", reviewer="甲"))) == 0
    assert project.build() == 0
    assert project.take(project.filled(lambda sheet: put(sheet, 1, review_verdict=None))) == 0
    assert "emptied" in capsys.readouterr().err
    assert project.build() == 0
    assert len(project.decided) == 2
    again = project.filled(lambda sheet: put(sheet, 1, review_verdict="撤回"))
    assert project.take(again) == 0
    assert project.build() == 0
    assert len(project.decided) == 1


def test_another_person_cannot_be_guessed(project: Project) -> None:
    """A withdrawal without a name is refused where two have decided."""
    assert project.take(project.filled(decide("omitted", reviewer="甲"))) == 0
    assert project.take(project.filled(decide("omitted", reviewer="乙"))) == 0
    assert project.take(project.filled(decide("撤回"))) == 1
    assert len(project.log) == 2


@pytest.mark.parametrize("change", ["halfwidth", "fwdigits"])
def test_a_change_of_width_keeps_decisions(project: Project, change: str) -> None:
    """Half-width marks, quotation marks and full-width digits are the same text."""
    assert project.take(project.filled(decide("omitted", "partial", "carried"))) == 0
    for file in (HERE / change).iterdir():
        shutil.copy(file, project.raw / file.name)
    assert project.build() == 0
    assert len(project.decided) == 3


def test_the_same_sentence_at_two_places_has_two_verdicts(tmp_path: Path) -> None:
    """Both are kept, also when a new item before them renumbers both."""
    raw = tmp_path / "raw"
    shutil.copytree(HERE / "raw", raw)
    text = (raw / "city.txt").read_text("utf-8")
    twice = "每季度发布职业技能培训机构名录，并在20个工作日内完成数据更新。"
    (raw / "city.txt").write_text(text.replace("标准一致。", f"标准一致。{twice}"), "utf-8")
    project = Project(tmp_path / "p", raw)
    places = []

    def fill(sheet: Any) -> None:
        lines = [n for n in range(1, 7) if get(sheet, n, "source_text") == twice]
        for line, verdict in zip(lines, ("未见承接", "不适用"), strict=True):
            put(sheet, line, review_verdict=verdict)
            places.append(get(sheet, line, "source_id"))

    assert project.take(project.filled(fill)) == 0
    assert project.build() == 0
    wanted = dict(zip(places, ("omitted", "not_applicable"), strict=True))
    assert {key[0]: verdict for key, verdict in project.decided.items()} == wanted
    more = (project.raw / "city.txt").read_text("utf-8")
    first = more.index("每季度发布")
    (project.raw / "city.txt").write_text(f"{more[:first]}完善工作机制。{more[first:]}", "utf-8")
    assert project.build() == 0
    assert sorted(project.decided.values()) == ["not_applicable", "omitted"]


def test_a_target_that_was_renumbered_is_the_sentence_seen(project: Project) -> None:
    """An id in the sheet means the sentence that the row showed under it."""
    chosen: list[str] = []

    def fill(sheet: Any) -> None:
        number, _, text = str(get(sheet, 1, "candidates")).split("\n")[0].split(" ", 2)
        chosen.append(text)
        put(sheet, 1, review_verdict="已承接", review_targets=number)

    file = project.filled(fill)
    plan = project.raw / "dist.txt"
    text = plan.read_text("utf-8")
    plan.write_text(text.replace("公开。", "公开。完善工作机制并加强统筹协调。"), "utf-8")
    assert project.build() == 0
    assert project.take(file) == 0
    from wpnet.store import load_corpus

    corpus = load_corpus(project.out)
    (decision,) = project.log
    assert corpus.requirement(decision.target_ids).text == chosen[0]


def test_an_omission_from_a_plan_that_has_changed_is_refused(project: Project) -> None:
    """The plan may hold the duty now: the reviewer has not seen it."""
    file = project.filled(decide("omitted"))
    plan = project.raw / "dist.txt"
    plan.write_text(plan.read_text("utf-8").replace("机构名录", "机构名单"), "utf-8")
    assert project.build() == 0
    assert project.take(file) == 1
    assert project.log == []


@pytest.mark.slow
def test_imports_at_once_lose_nothing(project: Project) -> None:
    """Eight imports at once keep all their decisions, each of its own reviewer."""
    files = [
        project.filled(decide("omitted", "partial", reviewer=f"R{n}"), f"r{n}.xlsx")
        for n in range(8)
    ]
    running = [
        subprocess.Popen(
            [sys.executable, "-m", "wpnet", "review", "import", file, "--data", project.out],
            stdout=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": os.getcwd()},
        )
        for file in files
    ]
    assert [one.wait() for one in running] == [0] * 8
    assert len(project.log) == 16
    assert {one.reviewer for one in project.log} == {f"R{n}" for n in range(8)}


def test_the_sheet_can_be_read(project: Project) -> None:
    """An explanation on top, rows as high as their text, words to choose from, withdrawing too."""
    book = openpyxl.load_workbook(project.export())
    about, sheet = book.worksheets
    assert "撤回" in "".join(str(cell.value) for row in about.iter_rows() for cell in row)
    heights = [sheet.row_dimensions[line].height for line in range(2, 7)]
    assert min(heights) > 30  # two lines
    (rule,) = sheet.data_validations.dataValidation
    assert "撤回" in rule.formula1
    assert sheet.cell(1, column("seal")).value == "seal"
