"""Attacks on what comes back from people: no traceback, no loss, no verdict on another row."""

from __future__ import annotations

import csv
import io
import os
import random
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.attacks.damage import damaged_bytes, damaged_workbook
from tests.review.sheets import HERE, KEYS, Project, decide, put
from wpnet.errors import CorpusError, ReviewError
from wpnet.model import Coverage
from wpnet.reading.manifest import read_manifest
from wpnet.review.decisions import Decision, Texts, decisions_from_rows, decisions_to_csv
from wpnet.review.rows import FilledIn, ReviewRow
from wpnet.review.taking import Receipt, take_over
from wpnet.showing.harmless import unguarded
from wpnet.showing.returned import returned
from wpnet.spreadsheets.delimited import parse_csv
from wpnet.store import load_corpus

ROOT = Path(__file__).parents[2]


class Desk:
    """A built corpus, its sheet filled in, and what an import makes of a file."""

    def __init__(self, project: Project) -> None:
        self.project = project
        corpus = load_corpus(project.out)
        self.coverage: tuple[Coverage, ...] = corpus.coverage
        self.texts = Texts(corpus.requirements)
        self.keys = {(row.source_id, row.target_plan_id) for row in self.coverage}
        filled = project.filled(decide("omitted", "partial", "carried", "不适用", "不适用"))
        self.workbook = filled.read_bytes()
        raw = project.export("table.csv").read_bytes().decode("utf-8-sig")
        self.table = list(csv.reader(io.StringIO(raw, newline="")))

    def take(self, data: bytes, name: str) -> Receipt:
        told = returned(data, name)
        rows = [
            ReviewRow(
                **{**row, "said": FilledIn(*row["said"]), "prints": tuple(row["prints"])},
                unread=tuple(unread),
            )
            for row, unread in told["rows"]
        ]
        return take_over(rows, self.coverage, self.texts)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """The desk of the invented corpus, and for more rows that of the base corpus."""
    return Desk(Project(tmp_path_factory.mktemp("desk")))


def faults(desk: Desk, data: bytes, name: str) -> tuple[str, float]:
    """Return what went wrong with a damaged file (mostly nothing), and the seconds it took."""
    begun = time.process_time()
    said = ""
    try:
        receipt = desk.take(data, name)
        wrong = {(one.source_id, one.target_plan_id) for one in receipt.taken} - desk.keys
        said = f"decided {sorted(wrong)[:2]}" if wrong else ""
    except ReviewError as fault:
        said = "" if "\n" not in str(fault) and len(str(fault)) < 600 else f"said {fault}"
    except Exception as fault:
        said = f"{type(fault).__name__}: {fault}"
    return said, time.process_time() - begun


@pytest.mark.parametrize("count", [60, pytest.param(2000, marks=pytest.mark.attack)])
def test_damaged_workbooks_are_read_or_refused(desk: Desk, count: int) -> None:
    """Of any damage to a workbook one sentence is said, in no time, and nothing goes astray."""
    bases = [desk.workbook, (HERE / "returned" / "good.xlsx").read_bytes()]
    found = {}
    for seed in range(count):
        dice = random.Random(f"workbook {seed}")
        said, seconds = faults(desk, damaged_workbook(dice.choice(bases), dice), "x.xlsx")
        if said or seconds > 5:
            found[seed] = (said, round(seconds, 1))
    assert found == {}


@pytest.mark.parametrize("count", [60, pytest.param(2000, marks=pytest.mark.attack)])
def test_damaged_tables_are_read_or_refused(desk: Desk, tmp_path: Path, count: int) -> None:
    """The same of CSV sheets, of manifests and of the log."""
    sheet = written(desk.table, ",", "utf-8")
    log = decisions_to_csv(desk.take(desk.workbook, "x.xlsx").log).encode()
    manifest = (HERE / "manifests" / "good.csv").read_bytes()
    found: dict[int, Any] = {}
    for seed in range(count):
        dice = random.Random(f"table {seed}")
        said, seconds = faults(desk, damaged_bytes(sheet, dice), "x.csv")
        if said or seconds > 5:
            found[seed] = (said, round(seconds, 1))
        try:
            (tmp_path / "manifest.csv").write_bytes(damaged_bytes(manifest, dice))
            read_manifest(tmp_path)
            decisions_from_rows(parse_csv(damaged_bytes(log, dice), "d.csv", error=ReviewError))
        except (CorpusError, ReviewError) as fault:
            if "\n" in str(fault):
                found[seed] = str(fault)
    assert found == {}


def written(
    rows: list[list[str]], mark: str, encoding: str, end: str = "\r\n", before: str = ""
) -> bytes:
    """Return rows as CSV bytes."""
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=mark, lineterminator=end).writerows(rows)
    return (before + out.getvalue()).encode(encoding)


@pytest.mark.parametrize("count", [40, pytest.param(1000, marks=pytest.mark.attack)])
def test_a_verdict_never_reaches_a_row_with_other_texts(desk: Desk, count: int) -> None:
    """Whichever columns are sorted apart: what is taken was said beside those very texts."""
    place = {key: at for at, key in enumerate(KEYS)}
    shown = ("source_text", "target_text", "candidates")
    for seed in range(count):
        dice = random.Random(f"sort {seed}")
        rows = [list(row) for row in desk.table[1:]]
        for row in rows:
            row[place["review_verdict"]] = dice.choice(["", "不适用"])
        order = dice.sample(range(len(rows)), len(rows))
        for column in dice.sample(range(len(KEYS)), dice.randint(1, len(KEYS) - 1)):
            cells = [rows[at][column] for at in order]
            for row, cell in zip(rows, cells, strict=True):
                row[column] = cell
        seen = {
            tuple(unguarded(row[place[key]]) for key in ("source_id", "target_plan_id", *shown))
            for row in rows
            if row[place["review_verdict"]]
        }
        true = {
            tuple(unguarded(row[place[key]]) for key in ("source_id", "target_plan_id", *shown))
            for row in desk.table[1:]
        }
        taken = desk.take(written([desk.table[0], *rows], ",", "utf-8"), "x.csv").taken
        assert {(one.source_id, one.target_plan_id) for one in taken} <= {
            key[:2] for key in seen & true
        }


@pytest.mark.parametrize("count", [30, pytest.param(500, marks=pytest.mark.attack)])
def test_every_mixture_of_dialects_is_read(desk: Desk, count: int) -> None:
    """Encoding, separator, line ends, title rows, sep=, empty columns: any of them together."""
    notes = ["", "a,b;c\td", '"quoted"', "两行\n二", "=1+1", "'", "😀", "长" * 40_000]
    place = {key: at for at, key in enumerate(KEYS)}
    for seed in range(count):
        dice = random.Random(f"dialect {seed}")
        mark = dice.choice(",;\t")
        encoding = dice.choice(["utf-8", "utf-8-sig", "gb18030", "utf-16"])
        end = dice.choice(["\r\n", "\n"])
        before = dice.choice(["", "", f"sep={mark}{end}", f"复核表{mark}2025{end}"])
        rows = [row + [""] * dice.choice([0, 3]) for row in map(list, desk.table)]
        said = [dice.choice(notes) for _ in rows[1:]]
        for row, note in zip(rows[1:], said, strict=True):
            row[place["review_verdict"]] = dice.choice(["不适用", "N/A", "not_applicable "])
            row[place["note"]] = note
        receipt = desk.take(written(rows, mark, encoding, end, before), "x.csv")
        assert (seed, receipt.refused) == (seed, [])
        assert sorted(one.note for one in receipt.taken) == sorted(said)


def test_bombs_are_bounded(desk: Desk) -> None:
    """A hundred thousand merged ranges over the whole sheet cost a moment."""
    book = openpyxl.load_workbook(io.BytesIO(desk.workbook))
    for line in range(1, 6):
        put(book.worksheets[1], line, note="x" * 30_000)
    out = io.BytesIO()
    book.save(out)
    bomb = io.BytesIO()
    merged = b"<mergeCells>" + b'<mergeCell ref="A1:XFD1048576"/>' * 100_000 + b"</mergeCells>"
    with zipfile.ZipFile(out) as old, zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = old.read(name)
            if name == "xl/worksheets/sheet2.xml":
                part = part.replace(b"</sheetData>", b"</sheetData>" + merged)
            new.writestr(name, part)
    _, seconds = faults(desk, bomb.getvalue(), "x.xlsx")
    assert seconds < 20


def command(project: Project, *arguments: object) -> subprocess.Popen[bytes]:
    """Start a command in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "wpnet", *map(str, arguments), "--data", str(project.out)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )


@pytest.fixture
def base(tmp_path: Path) -> Project:
    """A project of the base corpus, with 244 verdicts."""
    return Project(tmp_path, ROOT / "data" / "raw")


@pytest.mark.attack
def test_eight_imports_at_once_keep_160_decisions(base: Project) -> None:
    """Each says that its twenty are taken, and they are."""
    rows = list(csv.reader(io.StringIO(base.export("all.csv").read_bytes().decode("utf-8-sig"))))
    for at in range(8):
        for row in rows[1 + at * 20 : 21 + at * 20]:
            row[KEYS.index("review_verdict")] = "不适用"
            row[KEYS.index("reviewer")] = f"R{at}"
        part = [rows[0], *rows[1 + at * 20 : 21 + at * 20]]
        (base.folder / f"r{at}.csv").write_bytes(written(part, ",", "utf-8-sig"))
    for _ in range(3):
        (base.out.parent / "decisions.csv").unlink(missing_ok=True)
        running = [command(base, "review", "import", base.folder / f"r{n}.csv") for n in range(8)]
        assert [one.wait() for one in running] == [0] * 8
        assert len(base.log) == 160


@pytest.mark.attack
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_a_stopped_import_leaves_the_log_whole(base: Project, how: signal.Signals) -> None:
    """Stopped at any moment, the log holds what it held, or all of the new decisions, too."""
    log = base.out.parent / "decisions.csv"
    one = base.filled(decide(*["不适用"] * 50, reviewer="甲"), "one.xlsx")
    other = base.filled(decide(*["未见承接"] * 50, reviewer="乙"), "other.xlsx")
    assert base.take(one) == 0
    before = log.read_bytes()
    for step in range(20):
        log.write_bytes(before)
        process = command(base, "review", "import", other)
        time.sleep(step * 0.12)
        process.send_signal(how)
        process.wait()
        assert len(base.log) in (50, 100), step
        assert log.read_bytes().startswith(before)
    assert base.take(other) == 0
    left = sorted(path.name for path in log.parent.iterdir() if path.name.startswith(".wpnet-new"))
    assert left == []


def test_a_log_cut_off_anywhere_is_no_traceback() -> None:
    """A log that was cut off is read as far as it goes, or refused with its line."""
    decision = Decision(
        "a#1.1.1", "0" * 64, "b", "omitted", "", "", "1" * 64, "甲", "", "两\n行, “”"
    )
    text = decisions_to_csv([decision] * 3).encode()
    said: list[str] = []
    for end in range(0, len(text), 7):
        try:
            decisions_from_rows(parse_csv(text[:end], "d.csv", error=ReviewError))
        except ReviewError as fault:
            said.append(str(fault))
    assert all("d.csv" in one or "decisions" in one for one in said)
