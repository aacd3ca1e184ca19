"""Letters: every number in the Word file is one of the tables, and nothing else is in it."""

from __future__ import annotations

import csv
import io
import re
import shutil
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import docx
import pytest

from tests.browser.corpora import NASTY, ROOT, SOURCE, base, hostile
from wpnet.cli import main
from wpnet.corpus import Corpus
from wpnet.errors import CorpusError, UnknownName
from wpnet.review.decisions import Decision
from wpnet.showing.chosen import between
from wpnet.showing.columns import context
from wpnet.showing.ledger import unit_names, units_as_printed
from wpnet.showing.letter import Letter, letter
from wpnet.showing.letter_docx import letters_docx
from wpnet.showing.report.payload import compared_pairs, payload
from wpnet.store import load_corpus

DATA = ROOT / "data" / "processed"
TARGET = "qingpu-hrss-2024"


def rows_of(name: str) -> list[dict[str, str]]:
    """Return the rows of a processed table, read without the library."""
    return list(csv.DictReader(io.StringIO((DATA / f"{name}.csv").read_text("utf-8-sig"))))


def verdicts(target: str = TARGET) -> list[dict[str, str]]:
    """Return the rows of coverage.csv about a pair."""
    return [
        row
        for row in rows_of("coverage")
        if row["source_id"].startswith(f"{SOURCE}#") and row["target_plan_id"] == target
    ]


def cells(table: Any) -> list[list[str]]:
    """Return the texts of a Word table without its heading."""
    return [[cell.text for cell in row.cells] for row in table.rows[1:]]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the letter about Qingpu as the command writes it."""
    file = tmp_path_factory.mktemp("letter") / "函件.docx"
    pair = ["--from", SOURCE, "--to", TARGET]
    assert main(["report", *pair, "--docx", str(file), "--data", str(DATA)]) == 0
    return file


@pytest.mark.slow
def test_the_numbers_of_the_letter_are_those_of_the_tables(written: Path) -> None:
    """Counts, rows and sentences of the opened Word file are those of coverage.csv."""
    said = docx.Document(str(written))
    text = "\n".join(paragraph.text for paragraph in said.paragraphs)
    rows = verdicts()
    count = Counter(row["verdict"] for row in rows)
    unsure = sum(row["needs_review"] == "true" for row in rows)
    numbers = re.search(
        r"共 (\d+) 项。.*已承接 (\d+) 项，部分承接 (\d+) 项，未见承接 (\d+) 项。.*"
        r"人工复核 (\d+) 项，程序判断、未经复核 (\d+) 项；程序把握不足 (\d+) 项",
        text,
    )
    assert numbers is not None
    expected = [len(rows), count["carried"], count["partial"], count["omitted"], 0, len(rows)]
    assert [int(number) for number in numbers.groups()] == [*expected, unsure]
    texts = {row["requirement_id"]: row["text"] for row in rows_of("requirements")}
    omitted, partial, checklist = said.tables
    for table, verdict in ((omitted, "omitted"), (partial, "partial")):
        own = [row for row in rows if row["verdict"] == verdict]
        assert f"（{len(own)} 项）" in text
        assert sorted(line[1].partition("\u3000")[2] for line in cells(table)) == sorted(
            texts[row["source_id"]] for row in own
        )
        for line, row in zip(cells(table), by_place(own), strict=True):
            assert line[-1] == ("重点核对" if row["needs_review"] == "true" else "一般核对")
    asked = [
        r for r in rows if r["verdict"] in ("omitted", "partial") or r["needs_review"] == "true"
    ]
    assert len(cells(checklist)) == len(asked)
    assert f"待核实清单（{len(asked)} 项）" in text
    assert [line[0] for line in cells(checklist)] == [str(at + 1) for at in range(len(asked))]
    listed = Counter(line[3].partition("\n")[0] for line in cells(checklist))
    said_of = re.search(
        r"附件共(\d+)项：未见承接(\d+)项、部分承接(\d+)项、已承接但需核对(\d+)项。", text
    )
    assert said_of is not None
    assert [int(number) for number in said_of.groups()] == [
        len(asked),
        *(listed[word] for word in ("未见承接", "部分承接", "已承接")),
    ]
    assert listed["未见承接"] + listed["部分承接"] == len(cells(omitted)) + len(cells(partial))
    assert listed["已承接"] > 0, "a pair with rows that only the checklist has"


def by_place(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    """Return rows in the order of the source document."""
    start = {row["requirement_id"]: int(row["start"]) for row in rows_of("requirements")}
    return sorted(rows, key=lambda row: start[row["source_id"]])


@pytest.mark.slow
def test_the_same_tables_give_the_same_letter(written: Path, tmp_path: Path) -> None:
    """No date of making; and a letter that somebody has changed is not replaced."""
    again = tmp_path / "again.docx"
    pair = ["--from", SOURCE, "--to", TARGET, "--data", str(DATA)]
    assert main(["report", *pair, "--docx", str(again)]) == 0
    assert again.read_bytes() == written.read_bytes()
    changed = docx.Document(str(again))
    changed.add_paragraph("我加的一句")
    changed.save(str(again))
    assert main(["report", *pair, "--docx", str(again)]) == 1


def test_what_is_not_held_stands_beside_what_is_not_found() -> None:
    """Before any count the letter names what could not be compared; it speaks of the text only."""
    said = letter(context(base()), SOURCE, TARGET)
    assert "沪人社办〔2024〕77号" in said.opening[0]
    assert "未收录" in said.opening[0]
    assert "相隔1年" in said.opening[0], "plans years apart are said to be"
    assert "不等于有关工作没有开展" in "\n".join(said.notes)


def test_units_stand_in_the_order_of_the_document() -> None:
    """Page and letter name the units of a duty as its document does, not by the alphabet."""
    corpus = base()
    duty = f"{SOURCE}#3.2.1"
    printed = units_as_printed(corpus, duty)
    assert printed == ("办公室", "法规处", "局宣教中心", "相关处室、局属单位")
    assert "（责任部门：办公室、法规处、局宣教中心；相关处室、局属单位）" in corpus.texts[SOURCE]
    assert printed != unit_names(corpus, duty), "a duty whose units the table sorts otherwise"
    without = replace(corpus, texts={})
    assert units_as_printed(without, duty) == unit_names(corpus, duty)


def test_a_damaged_text_is_named(tmp_path: Path) -> None:
    """A text that is no UTF-8 is refused by the name of its file, with what to do."""
    (tmp_path / "text").mkdir()
    shutil.copy(DATA / "datapackage.json", tmp_path)
    (tmp_path / "text" / "x.txt").write_bytes(b"\xff\xfe")
    corpus = load_corpus(tmp_path, tables=[])
    with pytest.raises(CorpusError, match=r"x\.txt: .* run `wpnet build` again"):
        corpus.texts["x"]


def whole(said: Letter) -> str:
    """Return every word of a letter and its checklist but the sentences of the plans."""
    tables = (*said.tables, said.checklist)
    cells = [cell for table in tables for row in table.rows for cell in (row[0], *row[3:])]
    return "\n".join([*said.opening, *said.notes, *said.closing, *cells])


def test_a_letter_that_nobody_has_reviewed_must_not_be_sent() -> None:
    """It says so at its head, asks for a check only, and holds no chances and no empty gaps."""
    said = letter(context(base()), SOURCE, TARGET)
    assert said.draft == "（草稿，未经人工复核，不得外发）"
    assert not re.search(r"\d%", whole(said))
    assert "请逐条核对；如文本中已有体现或不适用于本级，请予注明。" in said.closing[0]
    assert not re.search("说明原因|补充安排|你单位", whole(said))
    gaps = [row[3] for row in said.tables[1].rows]
    assert "程序未能指出，请人工核对" in gaps
    assert "—" not in gaps


def test_a_letter_can_be_about_one_office_and_come_from_another() -> None:
    """With a unit only duties for which it answers are counted; the office signs."""
    said = letter(context(base()), SOURCE, TARGET, office="青浦区人社局", unit="办公室")
    assert 0 < said.total < 36
    assert said.signature[0] == said.office == "青浦区人社局"
    assert "“办公室”" in "".join(said.opening)


def test_a_person_has_the_last_word() -> None:
    """A row that a person has decided is counted as such and no longer asked about."""
    corpus = base()
    rows = tuple(
        replace(row, decided_by="review", verdict="omitted", target_ids=())
        if row.source_id == f"{SOURCE}#2.1.3" and row.target_plan_id == TARGET
        else row
        for row in corpus.coverage
    )
    before = letter(context(corpus), SOURCE, TARGET)
    decided: list[Decision] = []
    after = letter(context(replace(corpus, coverage=rows), "zh", decided), SOURCE, TARGET)
    assert len(after.checklist.rows) == len(before.checklist.rows) - 1
    assert "人工复核 1 项" in after.opening[-2]
    assert after.draft == ""


def test_hostile_text_stays_text() -> None:
    """What a plan says is never markup of the Word file, and nothing invisible is in it."""
    corpus = hostile()
    made = letters_docx([letter(context(corpus), SOURCE, "jiading-hrss-2025")])
    said = docx.Document(io.BytesIO(made))
    texts = [cell.text for table in said.tables for row in table.rows for cell in row.cells]
    assert any(NASTY[11] in text for text in texts)
    assert not {"\u202e", "\u2066", "\x07"} & set("".join(texts))


@pytest.mark.parametrize(
    ("source", "target", "why"),
    [
        (TARGET, SOURCE, "not the other way; ask with --from shanghai-hrss-2023 --to qingpu"),
        (TARGET, "jiading-hrss-2025", "both are district plans, of different places; jiading"),
        (SOURCE, "shanghai-hrss-2020", "a duty flows from shanghai-hrss-2020"),
        (SOURCE, SOURCE, "they are the same plan; shanghai-hrss-2023 is compared with jiading"),
        ("", "shanghai-hrss-2020", "is compared with no plan above it"),
        (TARGET, "", "is compared with no plan below it"),
        ("", "shanghai-hrss-2024", "cited but not held: there is no text"),
        ("nowhere-hrss-2024", "", "no plan 'nowhere-hrss-2024'"),
    ],
)
def test_plans_that_cannot_be_compared_are_named_with_the_reason(
    source: str, target: str, why: str
) -> None:
    """One sentence says why, and what can be compared instead."""
    with pytest.raises(UnknownName, match=re.escape(why)):
        between(base(), source, target)


def test_a_part_of_the_corpus_holds_the_pairs_asked_for() -> None:
    """One source, one target or a pair: their verdicts, all they rest on, and nothing else."""
    corpus = base()
    assert set(between(corpus, SOURCE, TARGET).coverage_between) == {(SOURCE, TARGET)}
    assert {pair[0] for pair in between(corpus, SOURCE).coverage_between} == {SOURCE}
    assert {pair[1] for pair in between(corpus, target=TARGET).coverage_between} == {TARGET}
    part = between(corpus, SOURCE, TARGET)
    assert part.coverage_between[SOURCE, TARGET] == corpus.coverage_between[SOURCE, TARGET]
    assert {plan.plan_id for plan in part.plans if plan.held} == {SOURCE, TARGET}
    assert "shanghai-hrss-2024" in {plan.plan_id for plan in part.not_held}


def sealed_rows(corpus: Corpus) -> list[tuple[str, str]]:
    """Return the rows of the page about a corpus: ids of their duties, and their seals."""
    page = payload(corpus, version="0")
    names = [entry["id"] for entry in page["requirements"]]
    return [(names[row["source"]], row["seal"]) for row in page["rows"]]


def test_the_page_of_every_pair_can_be_made(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pages about single pairs hold the rows that the page about all plans has."""
    monkeypatch.setattr("wpnet.showing.ledger.EXPLAINED_UP_TO", 0)
    corpus = base()
    parts = [row for pair in compared_pairs(corpus) for row in sealed_rows(between(corpus, *pair))]
    assert parts == sealed_rows(corpus)


@pytest.mark.slow
def test_omissions_write_the_page_of_a_pair(tmp_path: Path) -> None:
    """A page is named by its ending, as a workbook is."""
    out = tmp_path / "pair.html"
    pair = ["--from", SOURCE, "--to", TARGET, "--data", str(DATA)]
    assert main(["omissions", *pair, "--out", str(out)]) == 0
    assert TARGET in out.read_text("utf-8")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--docx", "x.doc"], "end its name in .docx"),
        (["--office", "某局"], "add --docx"),
        (
            ["--docx", "x.docx", "--from", "shanghai-hrss-2020", "--to", "shanghai-hrss-2023"],
            "none of these plans is below another",
        ),
        (["--docx", "x.docx", "--unit", "无此科室"], "no duty of these plans is of the office"),
    ],
)
def test_bad_wishes_are_answered_in_a_sentence(
    options: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Status 1 and what to do; nothing is written."""
    assert main(["report", *options, "--data", str(DATA)]) == 1
    assert said in capsys.readouterr().err
    assert not Path("x.docx").exists()
