"""The workbook: what people get, what they cannot break, and how it comes back."""

from __future__ import annotations

import io
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.browser.corpora import NASTY, SOURCE, TARGET, base, hostile
from wpnet.corpus import Corpus
from wpnet.errors import ReviewError, UnknownName
from wpnet.review.decisions import Texts
from wpnet.review.laying import apply_decisions
from wpnet.review.taking import take_over
from wpnet.showing.columns import COLUMNS, context, headings, table
from wpnet.showing.harmless import csv_bytes, harmless
from wpnet.showing.ledger import ledger
from wpnet.showing.plain import width
from wpnet.showing.returned import read_returned
from wpnet.showing.workbook import sheet_name, write_workbook

QINGPU = "qingpu-hrss-2024"
PAIRS = [(SOURCE, TARGET), (SOURCE, QINGPU)]
KEYS = [column.key for column in COLUMNS]


def bytes_of(corpus: Corpus | None = None, pairs: Any = PAIRS, **options: Any) -> bytes:
    """Write a workbook into memory."""
    memory = io.BytesIO()
    write_workbook(corpus or base(), pairs, memory, **options)
    return memory.getvalue()


def book_of(*arguments: Any, **options: Any) -> Any:
    """Write a workbook and open it again."""
    return openpyxl.load_workbook(io.BytesIO(bytes_of(*arguments, **options)))


def heading_row(sheet: Any) -> int:
    """Return the number of the row that holds the heading."""
    return next(
        row[0].row for row in sheet.iter_rows() if row[0].value in ("原文编号", "Printed number")
    )


def lines(sheet: Any) -> list[dict[str, Any]]:
    """Return the rows of a sheet by the columns' keys."""
    found = sheet.iter_rows(min_row=heading_row(sheet) + 1, values_only=True)
    return [dict(zip(KEYS, row, strict=False)) for row in found]


def test_the_same_corpus_gives_the_same_bytes(tmp_path: Path) -> None:
    """No date, no name of a machine; a path and a buffer get the same."""
    write_workbook(base(), PAIRS, tmp_path / "x.xlsx")
    assert (tmp_path / "x.xlsx").read_bytes() == bytes_of()


def test_sheets_explain_count_and_list() -> None:
    """说明, 总览, then one sheet a district; the explanation names files and their fingerprints."""
    book = book_of()
    assert book.sheetnames == ["说明", "总览", "嘉定区2025", "青浦区2024"]
    said = "\n".join(str(cell.value) for row in book["说明"].iter_rows() for cell in row)
    for plan_id in (SOURCE, TARGET, QINGPU):
        assert base().plan(plan_id).source_sha256 in said
    assert "未经人工复核" in said
    assert "沪人社办〔2024〕77号" in "".join(str(row[0].value) for row in book["总览"].iter_rows())


def test_rows_are_those_of_the_ledger() -> None:
    """A sheet holds the rows of the chosen verdicts, in the order of the document, unaltered."""
    book = book_of(verdicts=("omitted",))
    said = [
        [cell if cell is not None else "" for cell in row.values()]
        for row in lines(book[TARGET_SHEET])
    ]
    rows = ledger(base(), SOURCE, TARGET, verdicts=("omitted",))
    assert said == table(context(base()), rows)[1:]


TARGET_SHEET = "嘉定区2025"


def test_a_sheet_is_made_for_work() -> None:
    """Frozen heading, filter, wrapped text, drop-down, links there and back, A4 landscape."""
    sheet = book_of()[TARGET_SHEET]
    head = heading_row(sheet)
    last = head + len(ledger(base(), SOURCE, TARGET))
    assert sheet.freeze_panes == f"C{head + 1}"
    assert sheet.auto_filter.ref.startswith(f"A{head}:")
    hidden = {
        KEYS[at - 1]
        for found in sheet.column_dimensions.values()
        if found.hidden
        for at in range(found.min, found.max + 1)
    }
    assert hidden == {column.key for column in COLUMNS if column.group == "machine"}
    assert sheet.cell(head + 1, 3).alignment.wrap_text
    assert [cell.value for cell in sheet[head]] == headings("zh")
    choice = sheet.data_validations.dataValidation[0]
    assert choice.formula1 == '"未见承接,部分承接,已承接,不适用,撤回"'
    column = openpyxl.utils.get_column_letter(KEYS.index("review_verdict") + 1)
    assert str(choice.sqref) == f"{column}{head + 1}:{column}{last}"
    assert sheet["A1"].hyperlink.location == "'总览'!A1"
    assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "landscape")


def test_rows_are_high_enough_for_chinese() -> None:
    """The height of a row counts a Chinese character as two."""
    sheet = book_of()[TARGET_SHEET]
    for row in sheet.iter_rows(min_row=heading_row(sheet) + 1):
        needed = width(row[3].value) / 46
        assert sheet.row_dimensions[row[0].row].height >= min(400, 14 * needed)


def test_the_machine_columns_stand_at_the_right_end() -> None:
    """What the import needs is out of the way of the reader."""
    groups = [column.group for column in COLUMNS]
    assert groups == [*groups[: groups.index("machine")], *["machine"] * groups.count("machine")]


def test_the_overview_adds_up() -> None:
    """The four verdicts of a pair sum to its duties."""
    for row in book_of()["总览"].iter_rows(min_row=2, max_row=3, values_only=True):
        assert sum(row[3:7]) == row[7] == 36


def test_english_is_english() -> None:
    """Sheet names, headings, verdicts and explanation follow the language."""
    book = book_of(language="en")
    assert book.sheetnames == ["About", "Overview", "Jiading 2025", "Qingpu 2024"]
    assert {row["verdict"] for row in lines(book["Jiading 2025"])} <= {
        "carried",
        "partial",
        "not found",
    }


def test_plans_that_are_not_compared_are_refused(tmp_path: Path) -> None:
    """A pair that makes no sense leaves no file behind."""
    with pytest.raises(UnknownName):
        write_workbook(base(), [(TARGET, SOURCE)], tmp_path / "x.xlsx")
    assert list(tmp_path.iterdir()) == []


def test_hostile_text_is_text() -> None:
    """No formula, no link, no control character; the text itself is there."""
    book = book_of(hostile(), [(SOURCE, TARGET)])
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    links = {cell.hyperlink.location for cell in cells if cell.hyperlink}
    assert all(link and link.endswith("!A1") for link in links)
    said = {row["source_text"] for row in lines(book.worksheets[2])}
    assert {harmless(nasty) for nasty in NASTY if "_x0041_" not in nasty} <= said
    for cell in cells:
        if cell.data_type == "s" and str(cell.value).startswith(("=", "+", "-", "@", "＝")):
            assert cell.quotePrefix


def test_sheet_names_are_allowed_and_unique() -> None:
    """Excel refuses long names, some signs, and two names that differ in case only."""
    taken: set[str] = set()
    names = [sheet_name(wanted, taken) for wanted in ("a" * 40, "A" * 40, "[x]:*?/\\'", "", "\x00")]
    assert len({name.casefold() for name in names}) == 5
    assert all(0 < len(name) <= 31 and not set(name) & set("[]:*?/\\'\x00") for name in names)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_decisions_come_back(tmp_path: Path, language: Any) -> None:
    """Typed in, sorted, saved: the review log gets the decisions, and the corpus shows them."""
    path = tmp_path / "x.xlsx"
    write_workbook(base(), PAIRS, path, language=language)
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[2]
    head = heading_row(sheet)
    entries = {
        "review_verdict": "不适用" if language == "zh" else "not applicable",
        "reviewer": "王某",
        "date": datetime(2025, 8, 1),
        "note": "=只有市级能办",
    }
    for key, value in entries.items():
        sheet.cell(head + 5, KEYS.index(key) + 1).value = value
        if key == "note":
            sheet.cell(head + 5, KEYS.index(key) + 1).data_type = "s"
    sheet.delete_rows(head + 1, 2)
    book.save(path)
    corpus = base()
    log = take_over(read_returned(path).rows, corpus.coverage, Texts(corpus.requirements)).log
    row = ledger(corpus, SOURCE, TARGET)[4]
    assert [
        (entry.source_id, entry.verdict, entry.reviewer, entry.date, entry.note) for entry in log
    ] == [(row.source.requirement_id, "not_applicable", "王某", "2025-08-01", "=只有市级能办")]
    reviewed = apply_decisions(log, corpus.links, corpus.coverage, corpus.requirements)
    changed = Corpus(
        **{
            name: getattr(corpus, name)
            for name in ("plans", "requirements", "assignments", "citations")
        },
        links=reviewed.links,
        coverage=reviewed.coverage,
    )
    again = lines(book_of(changed, decisions=log, language=language).worksheets[2])[4]
    assert again["review_verdict"] == entries["review_verdict"]
    assert (again["reviewer"], again["date"]) == ("王某", "2025-08-01")
    assert again["auto_verdict"] == row.coverage.auto_verdict


def test_a_csv_comes_back_too(tmp_path: Path) -> None:
    """The CSV of the page serves the import, also after WPS has saved it as GB 18030."""
    rows = table(context(base()), ledger(base(), SOURCE, TARGET))
    rows[1][KEYS.index("review_verdict")] = "已承接"
    text = csv_bytes(rows).decode("utf-8-sig")
    path = tmp_path / "x.csv"
    path.write_bytes(text.encode("gb18030"))
    log = take_over(read_returned(path).rows, base().coverage, Texts(base().requirements)).log
    assert [entry.verdict for entry in log] == ["carried"]


def test_rows_left_empty_decide_nothing(tmp_path: Path) -> None:
    """A workbook sent back as it was changes nothing."""
    path = tmp_path / "x.xlsx"
    write_workbook(base(), PAIRS, path)
    returned = read_returned(path)
    assert returned.found == 72
    assert take_over(returned.rows, base().coverage, Texts(base().requirements)).filled == 0


def test_an_unknown_verdict_is_refused_with_its_row(tmp_path: Path) -> None:
    """A word that is no verdict is not guessed at."""
    path = tmp_path / "x.xlsx"
    write_workbook(base(), [(SOURCE, TARGET)], path)
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[2]
    head = heading_row(sheet)
    sheet.cell(head + 3, KEYS.index("review_verdict") + 1).value = "也许"
    book.save(path)
    rows = read_returned(path).rows
    receipt = take_over(rows, base().coverage, Texts(base().requirements))
    ((where, why),) = receipt.refused
    assert where.endswith(f"row {head + 3}")
    assert "也许" in why


def test_other_files_are_no_workbook_of_ours(tmp_path: Path) -> None:
    """A foreign workbook and what is no workbook are errors that name the file."""
    foreign = openpyxl.Workbook()
    foreign.active["A1"] = "source_id"
    foreign.save(tmp_path / "foreign.xlsx")
    with pytest.raises(ReviewError, match="foreign"):
        read_returned(tmp_path / "foreign.xlsx")
    (tmp_path / "broken.xlsx").write_bytes(b"not a zip")
    with pytest.raises(ReviewError, match="broken"):
        read_returned(tmp_path / "broken.xlsx")
