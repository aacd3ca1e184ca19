"""``wpnet add``: a plan and its manifest row come into the raw folder together, or not at all."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from wpnet.cli import main
from wpnet.errors import CorpusError
from wpnet.intake import raw_folder
from wpnet.intake.raw_folder import with_row
from wpnet.intake.soundness import MOST_UNPARSED, objections
from wpnet.model import AuditSpan, ParsedPlan, Plan
from wpnet.reading.manifest import MANIFEST_COLUMNS, read_manifest
from wpnet.storing.staged import STAGED

ROOT = Path(__file__).parents[1]
BASE = ROOT / "data" / "raw"
LAYOUTS = ROOT / "tests" / "reading" / "layouts"
PLAN = """\
2025年崇明区人力资源和社会保障局政务公开工作要点
一、加强政策解读
（一）丰富解读形式。综合运用简明问答、图示图解等形式解读政策。（责任单位：办公室、区就促中心）
（二）回应社会关切。每季度梳理群众咨询的热点问题并公开答复。（责任单位：各科室、单位）
二、夯实基础
（一）规范依申请公开。严格执行依申请公开办理流程。（责任单位：办公室）
崇明区人力资源和社会保障局
2025年4月15日
"""


def run(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> tuple[int, str, str]:
    """Run a command; return exit status, standard output and standard error."""
    status = main([str(argument) for argument in arguments])
    captured = capsys.readouterr()
    return status, captured.out, captured.err


def offered(folder: Path, text: str = PLAN, name: str = "要点（印发稿）.txt") -> Path:
    """A file as an office sends it."""
    file = folder / name
    file.write_text(text, "utf-8")
    return file


def state(folder: Path) -> dict[str, bytes]:
    """All files of a folder, hidden ones too, with their bytes."""
    return {file.name: file.read_bytes() for file in folder.iterdir()} if folder.exists() else {}


def rows(raw: Path) -> list[dict[str, str]]:
    """The rows of a manifest."""
    text = (raw / "manifest.csv").read_text("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_a_sound_plan_is_stored_under_its_id_with_what_is_known_of_it(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """The bytes as they are; cells that the document does not fill stay empty."""
    file, raw = offered(tmp_path), tmp_path / "data" / "raw"
    status, out, err = run(capsys, "add", file, "--raw", raw)
    assert (status, err) == (0, "")
    assert (raw / "chongming-hrss-2025.txt").read_bytes() == file.read_bytes()
    assert rows(raw) == [
        {
            "plan_id": "chongming-hrss-2025",
            "file": "chongming-hrss-2025.txt",
            "title": "2025年崇明区人力资源和社会保障局政务公开工作要点",
            "issuer": "崇明区人力资源和社会保障局",
            "place_code": "310151",
            "level": "district",
            "bureau": "hrss",
            "year": "2025",
            "doc_number": "",
            "date": "2025-04-15",
            "date_kind": "signed",
            "source_url": "",
            "sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
        }
    ]
    assert sorted(state(raw)) == ["chongming-hrss-2025.txt", "manifest.csv"]
    for shown in (
        "chongming-hrss-2025",
        "310151 district",
        "3 duties, 0 preamble sentences, 3 units, 0 citations",
        "1.2  回应社会关切  (1)",
        str(raw / "chongming-hrss-2025.txt"),
    ):
        assert shown in out


@pytest.mark.parametrize(
    "file",
    [
        *sorted(BASE.glob("*.txt")),
        ROOT / "docs" / "example" / "my-district.pdf",
        LAYOUTS / "X-number-faults.txt",
        LAYOUTS / "X-glued-dates.txt",
    ],
    ids=lambda file: file.name,
)
def test_a_build_reads_an_added_file_as_check_does(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, file: Path
) -> None:
    """Id, facts and requirements are the same, and no cell of the row contradicts the document."""
    raw, out = tmp_path / "raw", tmp_path / "out"
    assert run(capsys, "add", file, "--raw", raw)[0] == 0
    status, _, err = run(capsys, "build", "--raw", raw, "--out", out)
    assert status == 0
    assert "the manifest says" not in err
    checked = json.loads(run(capsys, "check", file, "--format", "json")[1])
    with (out / "requirements.csv").open(encoding="utf-8-sig", newline="") as lines:
        built = [(row["requirement_id"], row["text"]) for row in csv.DictReader(lines)]
    assert built == [(row["requirement_id"], row["text"]) for row in checked["requirements"]]
    with (out / "plans.csv").open(encoding="utf-8-sig", newline="") as lines:
        [plan] = [row for row in csv.DictReader(lines) if row["held"] == "true"]
    for field in ("plan_id", "title", "issuer", "place_code", "level", "bureau", "date", "duties"):
        assert plan[field] == str(checked["plan"][field])


def test_the_same_file_twice_changes_nothing_and_says_so(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Not even under another name."""
    raw = tmp_path / "raw"
    run(capsys, "add", offered(tmp_path), "--raw", raw)
    before = state(raw)
    for name in ("要点（印发稿）.txt", "again.txt"):
        status, out, err = run(capsys, "add", offered(tmp_path, name=name), "--raw", raw)
        assert (status, err, state(raw)) == (0, "", before)
        assert "is held already as" in out


def test_every_file_is_judged_on_its_own(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Good ones come in although others are refused; every refusal is told; exit status 1."""
    raw = tmp_path / "raw"
    files = [
        offered(tmp_path, "今天天气很好。\n", "weather.txt"),
        offered(tmp_path, "", "empty.txt"),
        offered(tmp_path),
        tmp_path / "nowhere.pdf",
        BASE / "qingpu-hrss-2024.txt",
    ]
    status, _, err = run(capsys, "add", *files, "--raw", raw)
    assert status == 1
    assert [row["plan_id"] for row in rows(raw)] == ["chongming-hrss-2025", "qingpu-hrss-2024"]
    assert len(err.splitlines()) == 3
    for name, fault in (
        ("weather.txt", "plan not present"),
        ("empty.txt", "the file is empty"),
        ("nowhere.pdf", "there is no such file"),
    ):
        assert any(name in line and fault in line for line in err.splitlines())


UNSOUND = {
    "no office of that name": (
        PLAN.replace("崇明区人力资源和社会保障局", "某某某局"),
        "the place of 某某某局",
    ),
    "a bureau that no table knows": (
        PLAN.replace("崇明区人力资源和社会保障局", "崇明区养蜂局"),
        "the bureau of 崇明区养蜂局 is not known",
    ),
    "another year in the date": (PLAN.replace("2025年4月", "2024年4月"), "its signed date is 2024"),
    "another place in the title": (
        PLAN.replace("2025年崇明区", "2025年嘉定区"),
        "different places",
    ),
    "a line that is nothing": (
        PLAN.replace("二、夯实基础", "天地玄黄宇宙洪荒\n二、夯实基础"),
        "8 characters (3",
    ),
}


@pytest.mark.parametrize("case", UNSOUND)
def test_an_unsound_reading_is_refused_with_its_reason_unless_forced(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, case: str
) -> None:
    """One sentence; nothing is written, not even the folder; --force writes and repeats it."""
    text, reason = UNSOUND[case]
    file, raw = offered(tmp_path, text, "chongming.txt"), tmp_path / "raw"
    status, _, err = run(capsys, "add", file, "--raw", raw)
    assert (status, err.count("\n")) == (1, 1)
    assert reason in err
    assert "--force" in err
    assert not raw.exists()
    status, _, err = run(capsys, "add", file, "--raw", raw, "--force")
    assert status == 0
    assert reason in err
    assert len(rows(raw)) == 1
    assert run(capsys, "build", "--raw", raw, "--out", tmp_path / "out")[0] == 0


def test_force_gives_a_plan_without_an_id_the_name_of_its_file(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """As `wpnet check` and `wpnet build` do."""
    text = (LAYOUTS / "B-culture-wrapped.txt").read_text("utf-8")
    file = tmp_path / "tobacco.txt"
    file.write_text(text.replace("文化广电旅游局", "烟草专卖局"), "utf-8")
    raw = tmp_path / "raw"
    assert run(capsys, "add", file, "--raw", raw, "--force")[0] == 0
    assert rows(raw)[0]["file"] == "tobacco.txt"


@pytest.mark.parametrize("force", [(), ("--force",)])
def test_a_held_plan_is_never_replaced(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, force: tuple[str, ...]
) -> None:
    """Other content under an id that is held is refused, forced or not: a build could not go on."""
    raw = tmp_path / "raw"
    run(capsys, "add", offered(tmp_path), "--raw", raw)
    before = state(raw)
    changed = offered(tmp_path, PLAN.replace("每季度", "每月"), "b.txt")
    status, _, err = run(capsys, "add", changed, "--raw", raw, *force)
    assert status == 1
    assert f"{raw / 'chongming-hrss-2025.txt'} holds another text" in err
    assert state(raw) == before


def test_an_id_is_held_by_a_file_without_a_row_too(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Whatever that file is called: what counts is what a build would make of it."""
    raw = tmp_path / "raw"
    raw.mkdir()
    offered(raw, PLAN.replace("每季度", "每月"), "somebody.txt")
    status, _, err = run(capsys, "add", offered(tmp_path), "--raw", raw)
    assert status == 1
    assert "somebody.txt holds another text as chongming-hrss-2025" in err


def test_a_page_without_a_plan_stops_every_build_so_force_does_not_help(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """The notice alone is no plan."""
    raw = tmp_path / "raw"
    status, _, err = run(capsys, "add", LAYOUTS / "W-preamble-page.txt", "--raw", raw, "--force")
    assert status == 1
    assert "only the notice" in err
    assert "--force" not in err
    assert not raw.exists()


def test_a_plan_listed_as_not_held_is_left_to_the_reader(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Its row is somebody's work; the sentence says how to complete it."""
    raw = tmp_path / "raw"
    raw.mkdir()
    (raw / "manifest.csv").write_text("plan_id,file,title\nchongming-hrss-2025,,要点\n", "utf-8")
    before = state(raw)
    status, _, err = run(capsys, "add", offered(tmp_path), "--raw", raw)
    assert (status, state(raw)) == (1, before)
    assert "lists chongming-hrss-2025 as not held" in err


MANIFESTS = {
    "the base corpus": (BASE / "manifest.csv").read_bytes(),
    "Windows line ends and byte order mark": b"\xef\xbb\xbfplan_id,file,sha256\r\na-2025,,\r\n",
    "no line end at the end": b"file,plan_id\n,a-2025",
    "a header alone": b"sha256,file,plan_id\n",
}


@pytest.mark.parametrize("case", MANIFESTS)
def test_a_manifest_keeps_every_byte_and_gains_one_row(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, case: str
) -> None:
    """Mark, columns, order and line ends are the manifest's own."""
    old, raw = MANIFESTS[case], tmp_path / "raw"
    shutil.copytree(BASE, raw) if case == "the base corpus" else raw.mkdir()
    (raw / "manifest.csv").write_bytes(old)
    assert run(capsys, "add", offered(tmp_path), "--raw", raw)[0] == 0
    new = (raw / "manifest.csv").read_bytes()
    assert new.startswith(old)
    end = b"\r\n" if b"\r\n" in old else b"\n"
    assert new.endswith(end)
    added = new[len(old) :].strip(b"\r\n")
    assert b"\n" not in added
    assert b"chongming-hrss-2025.txt" in added
    assert len(added.split(b",")) == len(old.split(b"\n")[0].split(b","))
    assert read_manifest(raw).plans[-1].source_file == "chongming-hrss-2025.txt"


def test_a_new_manifest_opens_in_chinese_excel() -> None:
    """Byte order mark, all columns in their order."""
    made = with_row(None, {"file": "a.txt"})
    assert made.decode("utf-8").startswith("\ufeff" + ",".join(MANIFEST_COLUMNS) + "\n")


@pytest.mark.parametrize("manifest", ["plan_id,title\n", "\ufeff", "\n"])
def test_a_manifest_that_cannot_name_files_is_refused(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, manifest: str
) -> None:
    """Without the column `file` the row would be lost."""
    raw = tmp_path / "raw"
    raw.mkdir()
    (raw / "manifest.csv").write_text(manifest, "utf-8")
    before = state(raw)
    status, _, err = run(capsys, "add", offered(tmp_path), "--raw", raw)
    assert (status, state(raw)) == (1, before)
    assert "no column “file”" in err


def test_a_file_saved_into_the_folder_keeps_its_name_and_gets_its_row(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """So does one whose row was lost because the program was killed between the two."""
    raw = tmp_path / "raw"
    raw.mkdir()
    file = offered(raw, name="2025.txt")
    status, out, _ = run(capsys, "add", file, "--raw", raw)
    assert status == 0
    assert "added a row" in out
    assert sorted(state(raw)) == ["2025.txt", "manifest.csv"]
    assert rows(raw)[0]["file"] == "2025.txt"
    assert run(capsys, "build", "--raw", raw, "--out", tmp_path / "out")[0] == 0


def test_a_lost_file_is_put_back(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """The row, which knows its sum, stays as it is."""
    raw = tmp_path / "raw"
    run(capsys, "add", offered(tmp_path), "--raw", raw)
    before = state(raw)
    (raw / "chongming-hrss-2025.txt").unlink()
    status, out, _ = run(capsys, "add", offered(tmp_path), "--raw", raw)
    assert (status, state(raw)) == (0, before)
    assert "put back" in out


@pytest.mark.parametrize("name", ["plan.PDF", "plan", "plan.2025", "plan.shtml", "plan.doc"])
def test_the_stored_suffix_is_one_that_is_read(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, name: str
) -> None:
    """A known suffix stays, in small letters; an unknown one gives way to what the content is."""
    raw = tmp_path / "raw"
    if name == "plan.PDF":
        (tmp_path / name).write_bytes((ROOT / "docs/example/my-district.pdf").read_bytes())
    else:
        page = "".join(f"<p>{line}</p>" for line in PLAN.splitlines())
        offered(tmp_path, f"<html><body>{page}</body></html>", name)
    assert run(capsys, "add", tmp_path / name, "--raw", raw)[0] == 0
    stored = Path(rows(raw)[0]["file"])
    wanted = {"plan.PDF": ".pdf", "plan.shtml": ".shtml", "plan.doc": ".doc"}
    assert stored.suffix == wanted.get(name, ".html")
    assert run(capsys, "build", "--raw", raw, "--out", tmp_path / "out")[0] == 0


class Full(OSError):
    """No space left on the device."""

    def __init__(self) -> None:
        super().__init__(28, "No space left on device")


@pytest.mark.parametrize("fault", [Full, KeyboardInterrupt])
@pytest.mark.parametrize(
    ("step", "call"), [("fsync", 1), ("fsync", 3), ("replace", 1), ("replace", 2)]
)
@pytest.mark.parametrize("there", [True, False])
def test_whatever_step_fails_file_and_row_are_both_missing(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    fault: type[BaseException],
    step: str,
    call: int,
    there: bool,
) -> None:
    """A full disk or an interrupt at any of the four writes leaves the folder as it was."""
    raw = tmp_path / "raw"
    if there:
        shutil.copytree(BASE, raw)
    before = state(raw)
    calls = 0
    real = getattr(os, step)

    def failing(*arguments: object) -> object:
        nonlocal calls
        calls += 1
        if calls == call:
            raise fault()
        return real(*arguments)

    monkeypatch.setattr(os, step, failing)
    status, _, err = run(capsys, "add", offered(tmp_path), "--raw", raw)
    assert calls == call
    assert status == (1 if fault is Full else 130)
    assert err.count("\n") == 1
    assert state(raw) == before
    assert raw.exists() == there


def test_an_interrupt_keeps_the_files_that_are_done(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """And says how many they are."""
    real, raw = os.fsync, tmp_path / "raw"
    calls = 0

    def failing(handle: int) -> None:
        nonlocal calls
        calls += 1
        if calls == 5:
            raise KeyboardInterrupt
        real(handle)

    monkeypatch.setattr(os, "fsync", failing)
    files = (offered(tmp_path), BASE / "qingpu-hrss-2024.txt")
    status, _, err = run(capsys, "add", *files, "--raw", raw)
    assert status == 130
    assert "interrupted; 1 files are done, nothing else was changed" in err
    assert sorted(state(raw)) == ["chongming-hrss-2025.txt", "manifest.csv"]


def test_what_a_killed_program_left_is_cleared_away(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Half a file under a hidden name: no build reads it, the next `wpnet add` removes it."""
    raw = tmp_path / "raw"
    raw.mkdir()
    (raw / f"{STAGED}x7").write_text("half a pl")
    assert run(capsys, "add", offered(tmp_path), "--raw", raw)[0] == 0
    assert sorted(state(raw)) == ["chongming-hrss-2025.txt", "manifest.csv"]


@pytest.mark.slow
def test_killed_at_any_moment_the_folder_builds_and_the_next_add_completes_it(
    tmp_path: Path,
) -> None:
    """No row without its file, no half file, and nothing of it lost."""
    file = offered(tmp_path)
    command = [sys.executable, "-m", "wpnet", "add", str(file), str(BASE / "qingpu-hrss-2024.txt")]
    for number, delay in enumerate((0.2, 0.3, 0.4, 0.5, 0.6, 0.8)):
        raw = tmp_path / f"raw{number}"
        process = subprocess.Popen([*command, "--raw", str(raw)], stdout=subprocess.DEVNULL)
        time.sleep(delay)
        process.send_signal(signal.SIGKILL)
        process.wait()
        held = {row["file"] for row in rows(raw)} if (raw / "manifest.csv").exists() else set()
        assert held <= set(state(raw))
        subprocess.run([*command, "--raw", str(raw)], check=True, stdout=subprocess.DEVNULL)
        assert sorted(state(raw)) == [
            "chongming-hrss-2025.txt", "manifest.csv", "qingpu-hrss-2024.txt"
        ]  # fmt: skip


@pytest.mark.slow
def test_two_programs_at_once_lose_no_row(tmp_path: Path) -> None:
    """Each waits for the other to have written its row."""
    pytest.importorskip("fcntl")
    raw = tmp_path / "raw"
    command = [sys.executable, "-m", "wpnet", "add", "--raw", str(raw)]
    running = [
        subprocess.Popen([*command, str(file)], stdout=subprocess.DEVNULL)
        for file in sorted(BASE.glob("*.txt"))
    ]
    assert [process.wait() for process in running] == [0] * 5
    assert len(rows(raw)) == 5


def reading(unread: int, of: int = 1000) -> ParsedPlan:
    """A sound reading of which some characters stay unparsed."""
    plan = Plan("jiading-gov-2025", issuer="嘉定区人民政府办公室", year=2025)
    spans = (
        AuditSpan("jiading-gov-2025", 0, unread, "unparsed", "no rule"),
        AuditSpan("jiading-gov-2025", unread, of, "requirement", "duty"),
    )
    return ParsedPlan(plan, "公" * of, (), audit=spans)


def test_nearly_nothing_unparsed_is_the_share_that_the_constant_names() -> None:
    """On either side of the threshold."""
    most = int(1000 * MOST_UNPARSED)
    assert objections(reading(most)) == ()
    [said] = objections(reading(most + 1))
    assert f"{most + 1} characters" in said.sentence
    assert not said.final


def test_a_page_that_was_not_read_speaks_against_a_plan() -> None:
    """It is in no audit, for it never became text."""
    note = "page 3 is a picture and was not read; pip install 'wpnet[ocr]'"
    [said] = objections(replace(reading(0), warnings=(note, "date “2022330” has lost 年")))
    assert note in said.sentence


def test_the_folder_must_be_one_that_can_be_made(tmp_path: Path) -> None:
    """A file in the way is named."""
    (tmp_path / "raw").write_text("a file")
    with (
        pytest.raises(CorpusError, match="cannot be written"),
        raw_folder.only_one(tmp_path / "raw"),
    ):
        pass
