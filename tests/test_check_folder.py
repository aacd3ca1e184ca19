"""``wpnet check DIR``: a row for every document of a folder, whatever is in it."""

from __future__ import annotations

import csv
import io
import json
import shutil
from pathlib import Path

import pytest

from wpnet.cli import main

ROOT = Path(__file__).parents[1]
BASE = ROOT / "data" / "raw"
LAYOUTS = ROOT / "tests" / "reading" / "layouts"


def run(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> tuple[int, str, str]:
    """Run a command; return exit status, standard output and standard error."""
    status = main([str(argument) for argument in arguments])
    captured = capsys.readouterr()
    return status, captured.out, captured.err


def rows(text: str) -> list[dict[str, str]]:
    """The rows of CSV."""
    return list(csv.DictReader(io.StringIO(text)))


@pytest.fixture
def sent(tmp_path: Path) -> Path:
    """What an office sends: plans in folders, a notice, a broken file, and much beside them."""
    folder = tmp_path / "sent"
    (folder / "2025" / "区县").mkdir(parents=True)
    (folder / ".git").mkdir()
    shutil.copy(BASE / "qingpu-hrss-2024.txt", folder / "b.txt")
    shutil.copy(BASE / "jiading-hrss-2025.txt", folder / "2025" / "a.txt")
    shutil.copy(ROOT / "docs/example/my-district.pdf", folder / "2025" / "区县" / "闵行.PDF")
    shutil.copy(LAYOUTS / "W-preamble-page.txt", folder / "notice.txt")
    (folder / "broken.docx").write_bytes(b"PK\x03\x04 and no more")
    for name in ("list.xlsx", "other.xlsx", "README", ".hidden.txt", "~$b.docx", ".git/plan.txt"):
        (folder / name).write_bytes(b"x")
    return folder


def test_every_document_is_a_row_sorted_by_path(
    capsys: pytest.CaptureFixture[str], sent: Path
) -> None:
    """Folders are walked to the bottom; one line a file, then the total."""
    status, out, err = run(capsys, "check", sent)
    lines = out.splitlines()
    assert status == 1
    head = "file plan_id plan duties units cited warnings unparsed remark"
    assert lines[0].split() == head.split()
    names = [line.split()[0].removeprefix(f"{sent}/") for line in lines[2:7]]
    assert names == ["2025/a.txt", "2025/区县/闵行.PDF", "b.txt", "broken.docx", "notice.txt"]
    assert lines[2].split()[1:9] == "jiading-hrss-2025 yes 30 11 3 1 0 (0.00%)".split()
    assert lines[7:] == [
        "",
        "total: 5 files, 3 plans, 86 duties, 1 preamble sentences, 1 warnings, 0 (0.00%) unparsed",
    ]
    assert "2 of 5 files cannot be read or hold no plan" in err


def test_what_is_no_document_is_skipped_by_its_kind(
    capsys: pytest.CaptureFixture[str], sent: Path
) -> None:
    """Hidden files and folders, leavings of Word, other suffixes and none: a note counts them."""
    _, _, err = run(capsys, "check", sent)
    kinds = "2 .xlsx, 3 hidden, 1 without suffix"
    assert err.splitlines()[0] == f"note: skipped as no documents: {kinds}"


def test_a_bad_file_is_a_row_with_its_sentence(
    capsys: pytest.CaptureFixture[str], sent: Path
) -> None:
    """Without the name, which stands beside it; the others are read all the same."""
    _, out, _ = run(capsys, "check", sent, "--format", "csv")
    remarks = {Path(row["file"]).name: row["remark"] for row in rows(out)}
    assert remarks["broken.docx"].startswith("the file")
    assert "broken.docx" not in remarks["broken.docx"]
    assert remarks["notice.txt"].startswith("plan not present: this is only the notice")
    assert remarks["b.txt"] == "sound"
    assert remarks["a.txt"] == "sound; jiading-hrss-2025#3.2.1: no row in the task table"


def test_csv_has_a_line_for_every_file(capsys: pytest.CaptureFixture[str], sent: Path) -> None:
    """With the counts as numbers; shares and totals are left to the reader."""
    _, out, _ = run(capsys, "check", sent, "--format", "csv")
    table = rows(out)
    assert len(table) == 5
    assert table[0] == {
        "file": str(sent / "2025" / "a.txt"),
        "plan_id": "jiading-hrss-2025",
        "plan_present": "true",
        "duties": "30",
        "preambles": "0",
        "units": "11",
        "citations": "3",
        "warnings": "1",
        "characters": table[0]["characters"],
        "unparsed": "0",
        "remark": "sound; jiading-hrss-2025#3.2.1: no row in the task table",
    }
    assert int(table[0]["characters"]) > 4000


def test_json_has_an_object_for_every_file_with_the_keys_of_a_single_one(
    capsys: pytest.CaptureFixture[str], sent: Path
) -> None:
    """Beside the keys of the contract: the path, and the error of a file at fault."""
    _, out, _ = run(capsys, "check", sent, "--format", "json")
    found = [json.loads(line) for line in out.splitlines()]
    _, alone, _ = run(capsys, "check", sent / "2025" / "a.txt", "--format", "json")
    assert [len(entry["requirements"]) for entry in found] == [30, 32, 25, 0, 0]
    assert found[0] == {"file": str(sent / "2025/a.txt"), **json.loads(alone), "error": ""}
    assert found[3].keys() == found[0].keys()
    assert (found[3]["plan"], found[3]["plan_present"]) == (None, False)
    assert "broken.docx" in found[3]["error"]


def test_folders_and_files_can_be_mixed_and_no_file_comes_twice(
    capsys: pytest.CaptureFixture[str], sent: Path
) -> None:
    """In the order of the arguments; a file that is named is read whatever its suffix."""
    named = sent / "plan.2024"
    shutil.copy(BASE / "shanghai-hrss-2023.txt", named)
    _, out, _ = run(capsys, "check", named, sent / "2025", sent / "b.txt", sent, "--format", "csv")
    assert [Path(row["file"]).name for row in rows(out)] == [
        "plan.2024", "a.txt", "闵行.PDF", "b.txt", "broken.docx", "notice.txt"
    ]  # fmt: skip


def test_two_files_with_one_id_are_told(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """A build would refuse them."""
    for name in ("a.txt", "b.txt"):
        shutil.copy(BASE / "qingpu-hrss-2024.txt", tmp_path / name)
    status, out, _ = run(capsys, "check", tmp_path, "--format", "csv")
    assert status == 0
    assert rows(out)[1]["remark"] == f"not sound: has the same id as {tmp_path / 'a.txt'}"


def test_a_plan_that_is_not_sound_says_why(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """The reason is the one with which `wpnet add` refuses it; it is no fault of the file."""
    text = (LAYOUTS / "B-culture-wrapped.txt").read_text("utf-8")
    file = tmp_path / "tobacco.txt"
    file.write_text(text.replace("文化广电旅游局", "烟草专卖局"), "utf-8")
    status, out, _ = run(capsys, "check", tmp_path, "--format", "csv")
    assert status == 0
    remark = rows(out)[0]["remark"]
    assert remark.startswith("not sound: the bureau of 衢州市烟草专卖局 is not known")
    _, _, err = run(capsys, "add", file, "--raw", tmp_path / "raw")
    assert remark.removeprefix("not sound: ") in err


@pytest.mark.slow
@pytest.mark.parametrize("form", ["text", "csv", "json"])
def test_several_workers_say_the_same(
    capsys: pytest.CaptureFixture[str], sent: Path, form: str
) -> None:
    """In the same order."""
    alone = run(capsys, "check", sent, "--format", form)
    assert run(capsys, "check", sent, "--format", form, "--workers", "2") == alone
    files = sorted(BASE.glob("*.txt"))
    alone = run(capsys, "check", *files, "--format", form)
    assert run(capsys, "check", *files, "--format", form, "--workers", "2") == alone


@pytest.mark.slow
def test_hundreds_of_files_are_hundreds_of_rows(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Every layout four times over."""
    for copy in "1234":
        shutil.copytree(LAYOUTS, tmp_path / copy)
    status, out, _ = run(capsys, "check", tmp_path)
    assert status == 1
    assert len(out.splitlines()) == 2 + 4 * len(list(LAYOUTS.glob("*.txt"))) + 2


@pytest.mark.parametrize(
    ("arguments", "status", "fault"),
    [
        (("{}",), 1, "no document there"),
        (("{}", "--workers", "0"), 1, "no document there"),
        (("{}/x.txt", "--workers", "0"), 1, "at least one worker"),
        (("{}", "--explain"), 2, "--explain is for files"),
    ],
)
def test_what_cannot_be_checked_is_said_in_a_sentence(
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    arguments: tuple[str, ...],
    status: int,
    fault: str,
) -> None:
    """An empty folder, no worker, an explanation of many files."""
    found, out, err = run(capsys, "check", *(word.format(tmp_path) for word in arguments))
    assert (found, out, err.count("\n")) == (status, "", 1)
    assert fault in err


def test_a_link_in_a_circle_is_not_followed(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Nor does a link to nowhere stop the others."""
    shutil.copy(BASE / "qingpu-hrss-2024.txt", tmp_path / "a.txt")
    (tmp_path / "again").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "lost.txt").symlink_to(tmp_path / "nowhere.txt")
    status, out, _ = run(capsys, "check", tmp_path, "--format", "csv")
    assert status == 1
    assert [row["remark"].split(";")[0] for row in rows(out)] == ["sound", "there is no such file"]
