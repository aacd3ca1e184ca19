"""What comes back from Excel, WPS and people: read as it was meant, or refused in a sentence."""

from __future__ import annotations

import re
import shutil
import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.review.sheets import HERE, KEYS, Project, column, decide, get, put
from wpnet.errors import ReviewError
from wpnet.showing import returned
from wpnet.showing.returned import read_returned
from wpnet.spreadsheets import parts


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project that no test changes but for its log."""
    return Project(tmp_path_factory.mktemp("built"))


@pytest.fixture
def project(built: Project, tmp_path: Path) -> Project:
    """The project with a log of its own."""
    (built.out.parent / "decisions.csv").unlink(missing_ok=True)
    return built


@pytest.mark.parametrize(
    "name",
    ["good", "chinese_words", "empty_fill", "targets_dun", "title_row", "wps_dimension_A1"],
)
def test_sheets_of_earlier_versions_are_read(project: Project, name: str) -> None:
    """Odd styles, a wrong dimension, a title row and Chinese words lose none of 3 decisions."""
    assert project.take(HERE / "returned" / f"{name}.xlsx") == 0
    assert len(project.log) == 3


def test_elements_may_be_written_with_a_prefix(project: Project, tmp_path: Path) -> None:
    """Some programs write ``x:row`` for ``row``: the same three decisions."""
    file = tmp_path / "prefixed.xlsx"
    with (
        zipfile.ZipFile(HERE / "returned" / "good.xlsx") as old,
        zipfile.ZipFile(file, "w") as new,
    ):
        for name in old.namelist():
            part = old.read(name).decode()
            if name.startswith("xl/") and name.endswith(".xml"):
                part = re.sub(r"<(/?)(?=\w)", r"<\1x:", part).replace("xmlns=", "xmlns:x=")
            new.writestr(name, part)
    assert project.take(file) == 0
    assert len(project.log) == 3


@pytest.mark.parametrize("name", ["cut_sheet", "xlsx-import-03", "xlsx-import-04"])
def test_damaged_workbooks_are_refused(
    project: Project, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A workbook that is cut off or has lost a part is one sentence."""
    assert project.take(HERE / "returned" / f"{name}.xlsx") == 1
    err = capsys.readouterr().err
    assert err.count("\n") == 1
    assert "save it again" in err


def _merged(sheet: Any) -> None:
    put(sheet, 1, review_verdict="不适用")
    at = column("review_verdict")
    sheet.merge_cells(start_row=2, end_row=6, start_column=at, end_column=at)


def _titled(sheet: Any) -> None:
    decide(*["不适用"] * 5)(sheet)
    sheet.insert_rows(1, 3)
    sheet.cell(1, 1).value = "请于周五前填写，谢谢"


def _second_sheet(sheet: Any) -> None:
    book = sheet.parent
    other = book.copy_worksheet(sheet)
    other.title = "复核人乙"
    decide(*["不适用"] * 5)(other)


def _sheets_in_front(sheet: Any) -> None:
    decide(*["不适用"] * 5)(sheet)
    sheet.title = "Sheet1"
    sheet.parent.create_sheet("备注", 0).cell(1, 1).value = "看第三页"


def _moved_columns(sheet: Any) -> None:
    decide(*["不适用"] * 5)(sheet)
    sheet.insert_cols(1)
    sheet.cell(1, 1).value = "序号"


def _odd_words(sheet: Any) -> None:
    words = ["不适用 ", "N/A", "not applicable", "Not_Applicable", "不适用。"]
    for line, word in enumerate(words, start=1):
        put(sheet, line, review_verdict=word)


def _hidden_rows(sheet: Any) -> None:
    decide(*["不适用"] * 5)(sheet)
    sheet.row_dimensions[3].hidden = True


def _sorted_whole(sheet: Any) -> None:
    rows = [[get(sheet, line, key) for key in KEYS] for line in range(1, 6)]
    for line, row in enumerate(reversed(rows), start=1):
        put(sheet, line, **dict(zip(KEYS, row, strict=True)))
        put(sheet, line, review_verdict="不适用")


@pytest.mark.parametrize(
    "work",
    [
        _merged,
        _titled,
        _second_sheet,
        _sheets_in_front,
        _moved_columns,
        _odd_words,
        _hidden_rows,
        _sorted_whole,
    ],
)
def test_what_people_do_to_a_sheet_loses_nothing(
    project: Project, work: Callable[[Any], None]
) -> None:
    """All five decisions arrive, on the rows that they were made about."""
    assert project.take(project.filled(work)) == 0
    assert len({one.source_id for one in project.log}) == 5
    assert {one.verdict for one in project.log} == {"not_applicable"}


def test_a_formula_without_a_value_is_named(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    """A verdict that no program has worked out is refused, not passed over."""
    formula = '=IF(1=1,"不适用","")'
    assert project.take(project.filled(decide(formula, "不适用"))) == 1
    assert len(project.log) == 1
    assert "formula" in capsys.readouterr().err


@pytest.mark.parametrize("ref", ["A1", "A1:AB1", "A1:C3", "A1:XFD1048576", ""])
def test_the_dimension_of_a_sheet_counts_for_nothing(project: Project, ref: str) -> None:
    """Other writers note a wrong range; the cells are what is read."""
    file = project.filled(decide(*["不适用"] * 5))
    changed = file.with_name("dimension.xlsx")
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(changed, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name.startswith("xl/worksheets/"):
                said = f'<dimension ref="{ref}"/>'.encode() if ref else b""
                data = re.sub(rb"<dimension [^>]*/>", said, data)
            new.writestr(name, data)
    assert project.take(changed) == 0
    assert len(project.log) == 5


@pytest.mark.parametrize("between", ["、", "，", "；", ";", "\n", ", "])
def test_short_ids_and_every_separator(project: Project, between: str) -> None:
    """Numbers as the sheet shows them, in any width, joined as people join them."""

    def fill(sheet: Any) -> None:
        put(sheet, 1, review_verdict="部分承接", review_targets=f"２.1.1{between}#1.1.1")

    assert project.take(project.filled(fill)) == 0
    assert project.log[0].target_ids.count("#") == 2


def test_dates_and_names_are_kept_as_meant(project: Project) -> None:
    """A day is ISO 8601 whatever Excel made of it; control characters are left out."""
    days = [datetime(2025, 8, 1), "2025/8/1", "2025年8月1日", 45870, "八月初"]

    def fill(sheet: Any) -> None:
        for line, day in enumerate(days, start=1):
            put(sheet, line, review_verdict="不适用", date=day, reviewer=" 王某\u200b ")

    assert project.take(project.filled(fill)) == 0
    assert [one.date for one in project.log] == [*["2025-08-01"] * 4, "八月初"]
    assert {one.who for one in project.log} == {"王某"}


def _csv(project: Project, mark: str = ",", fill: bool = True) -> str:
    """Return the CSV export filled in, with another separator."""
    import csv
    import io

    text = project.export("table.csv", "--force").read_bytes().decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text, newline="")))
    for row in rows[1:] if fill else ():
        row[KEYS.index("review_verdict")] = "不适用"
        row[KEYS.index("note")] = "一行\r二行"
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=mark, lineterminator="\r\n").writerows(rows)
    return out.getvalue()


@pytest.mark.parametrize(
    ("encoding", "mark", "before"),
    [
        ("utf-8-sig", ",", ""),
        ("gb18030", ";", ""),
        ("utf-16", "\t", ""),
        ("utf-16-le", "\t", ""),
        ("utf-8", ";", "sep=;\r\n"),
        ("utf-8", ",", "复核表,2025年\r\n"),
    ],
)
def test_csv_of_every_dialect(project: Project, encoding: str, mark: str, before: str) -> None:
    """Encodings, separators, sep= and title rows of Excel and WPS are read."""
    text = (before + _csv(project, mark)).replace("\r\n", f"{mark}{mark}\r\n")
    file = project.folder / "back.csv"
    file.write_bytes(text.encode(encoding))
    assert project.take(file) == 0
    assert [one.note for one in project.log] == ["一行\n二行"] * 5


def test_an_unclosed_quotation_mark_is_noticed(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    """Rows that it would swallow are not passed over in silence."""
    file = project.folder / "quote.csv"
    text = _csv(project)
    closing = text.index('"', text.index('"') + 1)
    file.write_text(text[:closing] + text[closing + 1 :], "utf-8")
    assert project.take(file) == 1
    assert "quotation mark" in capsys.readouterr().err


def test_a_cell_of_any_length_is_read_or_refused(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    """200,000 characters are a note, two million are refused with their line."""
    file = project.folder / "long.csv"
    text = _csv(project).replace("一行\r二行", "长" * 200_000, 1)
    file.write_text(text, "utf-8")
    assert project.take(file) == 0
    assert len(project.log[0].note) == 200_000
    file.write_text(text.replace("长" * 9, "长" * 99), "utf-8")
    assert project.take(file) == 1
    assert "line 2" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.xlsx", b""),
        ("b.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(3000)),
        ("c.xlsx", b"<html><table/></html>"),
        ("d.csv", b""),
        ("e.csv", "项目,数量\n甲,3\n".encode()),
        ("f.csv", b"\xff\xff\xff"),
        ("g.txt", b"x"),
    ],
)
def test_what_is_no_review_file_is_refused(tmp_path: Path, name: str, data: bytes) -> None:
    """One sentence that names the file and says what to do."""
    (tmp_path / name).write_bytes(data)
    with pytest.raises(ReviewError, match=re.escape(name)):
        read_returned(tmp_path / name)
    with pytest.raises(ReviewError, match="there is no such file"):
        read_returned(tmp_path / "missing.xlsx")


def test_a_bomb_is_refused_within_its_limits(tmp_path: Path) -> None:
    """What unpacks to blanks, nests deep or declares entities costs a moment, not the memory."""
    file = tmp_path / "bomb.xlsx"
    good = HERE / "returned" / "good.xlsx"
    for part, data in (
        ("xl/worksheets/sheet1.xml", b"<worksheet><sheetData>" + b" " * 2**26),
        ("xl/_rels/workbook.xml.rels", b'<!DOCTYPE x [<!ENTITY a "b">]><sst/>'),
        ("xl/workbook.xml", b"<a>" * 100_000),
    ):
        with zipfile.ZipFile(good) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
            for name in old.namelist():
                new.writestr(name, data if name == part else old.read(name))
        with pytest.raises(ReviewError, match=r"bomb\.xlsx"):
            read_returned(file)


def test_a_folder_is_no_review_file(tmp_path: Path) -> None:
    """A folder and a file without permission are a sentence."""
    with pytest.raises(ReviewError, match="is a folder"):
        read_returned(tmp_path)


def test_a_workbook_that_openpyxl_saved_again_is_the_same(project: Project) -> None:
    """Saving by another program changes nothing of what comes back."""
    file = project.filled(decide("omitted", "carried"))
    openpyxl.load_workbook(file).save(file.with_name("again.xlsx"))
    shutil.copy(file, file.with_name("copy.xlsx"))
    one, other = (read_returned(file.with_name(n)) for n in ("again.xlsx", "copy.xlsx"))
    assert [row.said for row in one.rows] == [row.said for row in other.rows]
    assert len(one.rows) == 2


def test_a_long_file_says_that_its_reading_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """The limit of a minute begins anew with every part, so that no honest file is given up."""
    said: list[str] = []
    monkeypatch.setattr(parts, "_MILLION", 100)
    monkeypatch.setattr(parts, "still_alive", lambda: said.append("cells"))
    monkeypatch.setattr(returned, "PART", 2)
    monkeypatch.setattr(returned, "still_alive", lambda: said.append("rows"))
    found = returned.returned((HERE / "returned" / "good.xlsx").read_bytes(), "good.xlsx")
    assert said.count("rows") == found["found"] // 2 > 0
    assert "cells" in said
