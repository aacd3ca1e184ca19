"""The commands: what they print, and how they refuse bad input."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from wpnet.cli import main

ROOT = Path(__file__).parents[1]
RAW = ROOT / "data" / "raw"
PROCESSED = ROOT / "data" / "processed"


def run(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> tuple[int, str, str]:
    """Run a command; return exit status, standard output and standard error."""
    status = main([str(argument) for argument in arguments])
    captured = capsys.readouterr()
    return status, captured.out, captured.err


def test_trace_shows_where_a_sentence_is_taken_up_nearly_word_for_word(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Minhang repeats the city's sentence on ways of interpretation (issue: the known example)."""
    status, out, _ = run(capsys, "trace", "shanghai-hrss-2023#3.2.4", "--data", PROCESSED)
    assert status == 0
    minhang = out[out.index("minhang-hrss-2025  CARRIED") :]
    assert "minhang-hrss-2025#2.1.3" in minhang
    assert "综合运用简明问答、图示图解、视频动画等" in minhang


def test_omissions_give_the_nearest_text_that_was_considered(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """An omission is shown with its evidence: nearest sentence, score, chances, missing parents."""
    pair = ("--from", "shanghai-hrss-2023", "--to", "qingpu-hrss-2024", "--data", PROCESSED)
    status, out, _ = run(capsys, "omissions", *pair, "--format", "json")
    rows = json.loads(out)
    assert status == 0
    assert rows
    for row in rows:
        assert row["verdict"] == "omitted"
        assert row["nearest_id"].startswith("qingpu-hrss-2024#")
        assert row["nearest_text"]
        assert abs(row["p_carried"] + row["p_partial"] + row["p_omitted"] - 1) < 1e-3
    _, text, _ = run(capsys, "omissions", *pair)
    assert "沪人社办〔2024〕77号" in text
    assert "not held" in text


def test_omissions_as_csv_open_in_chinese_excel(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """A file written with --out begins with the byte order mark that Excel looks for."""
    out = tmp_path / "omissions.csv"
    pair = ("--from", "shanghai-hrss-2023", "--to", "jiading-hrss-2025", "--data", PROCESSED)
    status, _, _ = run(capsys, "omissions", *pair, "--verdict", "all", "--out", out)
    assert status == 0
    assert out.read_bytes().startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(out.read_text("utf-8-sig"))))
    assert len(rows) == 36


@pytest.mark.parametrize(
    ("source", "target", "reason"),
    [
        ("shanghai-hrss-2024", "qingpu-hrss-2024", "cited but not held"),
        ("jiading-hrss-2025", "minhang-hrss-2025", "not compared"),
        ("shanghai-hrss-2032", "qingpu-hrss-2024", "did you mean shanghai-hrss-202"),
    ],
)
def test_a_pair_that_cannot_be_compared_is_explained(
    capsys: pytest.CaptureFixture[str], source: str, target: str, reason: str
) -> None:
    """Not held, no relation, or mistyped: one sentence that says which, exit status 1."""
    status, out, err = run(
        capsys, "omissions", "--from", source, "--to", target, "--data", PROCESSED
    )
    assert (status, out) == (1, "")
    assert reason in err
    assert err.count("\n") == 1


def test_check_writes_one_object_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    """Several files give several lines of JSON with plan, requirements, citations, warnings."""
    names = "jiading-hrss-2025 minhang-hrss-2025 qingpu-hrss-2024 shanghai-hrss-2020"
    files = [RAW / f"{name}.txt" for name in [*names.split(), "shanghai-hrss-2023"]]
    status, out, _ = run(capsys, "check", *files, "--format", "json")
    documents = [json.loads(line) for line in out.splitlines()]
    assert status == 0
    assert [len(document["requirements"]) for document in documents] == [30, 32, 25, 34, 37]
    jiading = documents[0]
    assert jiading["plan_present"] is True
    assert jiading["plan"]["plan_id"] == "jiading-hrss-2025"
    assert jiading["requirements"][3]["assignments"][-1] == {
        "name": "法规法制科",
        "role": "responsible",
        "origin": "table",
        "effective": True,
    }


def test_check_explains_what_every_stretch_was_taken_for(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """With --explain, decisions and audit go to standard error: the output stays as it is."""
    file = RAW / "shanghai-hrss-2023.txt"
    _, plain, _ = run(capsys, "check", file)
    status, out, err = run(capsys, "check", file, "--explain")
    assert (status, out) == (0, plain)
    assert "抄送：各区人力资源和社会保障局。" in err
    decisions, _, stretches = err.partition("\n\ncharacters")
    assert (
        "（一） 9 × item (below 一、): 3 rows, each from 1; the first 。 ends a title" in decisions
    )
    assert stretches.count("item heading") == 9
    assert "unparsed" not in err


BAD_FILES = [
    ("empty.txt", b"", "empty"),
    ("random.txt", bytes((i * 197 + i // 7) % 256 for i in range(5000)), "no text"),
    ("cut.pdf", b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog", "PDF"),
    ("page.txt", "今天天气很好。\n我们去公园。\n".encode(), "plan not present"),
    (
        "notice.txt",
        "关于印发《2025年某区政务公开工作要点》的通知\n现将《2025年某区政务公开工作要点》"
        "印发给你们，请认真执行。\n".encode(),
        "only the notice",
    ),
]


@pytest.mark.parametrize(("name", "data", "fault"), BAD_FILES)
def test_check_refuses_what_is_no_plan_in_one_sentence(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, name: str, data: bytes, fault: str
) -> None:
    """Exit status 1 and one sentence that names the file and the fault, never a traceback."""
    file = tmp_path / name
    file.write_bytes(data)
    status, _, err = run(capsys, "check", file, "--format", "json")
    assert status == 1
    assert name in err
    assert fault in err
    assert err.count("\n") == 1


def test_a_changed_raw_file_is_named(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """A raw file whose sha256 is not the manifest's stops the build; the output is untouched."""
    raw, out = tmp_path / "raw", tmp_path / "out"
    shutil.copytree(RAW, raw)
    changed = raw / "qingpu-hrss-2024.txt"
    changed.write_text(changed.read_text("utf-8") + "\n", "utf-8")
    status, _, err = run(capsys, "build", "--raw", raw, "--out", out)
    assert status == 1
    assert "qingpu-hrss-2024.txt" in err
    assert "sha256" in err
    assert not out.exists()


def test_what_the_manifest_says_wins_and_a_contradiction_is_shown(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """The warning shows both values."""
    raw, out = tmp_path / "raw", tmp_path / "out"
    raw.mkdir()
    shutil.copy(RAW / "qingpu-hrss-2024.txt", raw)
    (raw / "manifest.csv").write_text(
        "plan_id,file,date\nqingpu-hrss-2024,qingpu-hrss-2024.txt,2024-05-09\n", "utf-8"
    )
    status, _, err = run(capsys, "build", "--raw", raw, "--out", out)
    assert status == 0
    assert "2024-05-09" in err
    assert "2024-05-08" in err
    plans = (out / "plans.csv").read_text("utf-8-sig")
    assert "2024-05-09" in plans


def test_a_folder_of_somebody_else_is_not_replaced(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """--out may name a new or empty folder or one that wpnet wrote, nothing else."""
    (tmp_path / "thesis.docx").write_bytes(b"years of work")
    status, _, err = run(capsys, "build", "--raw", RAW, "--out", tmp_path)
    assert status == 1
    assert "other files" in err
    assert (tmp_path / "thesis.docx").read_bytes() == b"years of work"


@pytest.mark.slow
def test_a_killed_build_leaves_the_old_output(tmp_path: Path) -> None:
    """Whenever the build is killed, the folder holds the old tables, whole."""
    out = tmp_path / "out"
    shutil.copytree(PROCESSED, out)
    before = {file.name: file.read_bytes() for file in out.glob("*.csv")}
    for delay in (0.3, 1.5, 3.0):
        command = [sys.executable, "-m", "wpnet", "build", "--raw", str(RAW), "--out", str(out)]
        process = subprocess.Popen(command, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        time.sleep(delay)
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert {file.name: file.read_bytes() for file in out.glob("*.csv")} == before


@pytest.mark.slow
@pytest.mark.parametrize("seed", ["0", "1234"])
def test_a_build_reproduces_the_committed_tables_byte_for_byte(tmp_path: Path, seed: str) -> None:
    """Under another hash seed, locale and time zone the same input gives the same bytes."""
    out = tmp_path / "out"
    environment = {**os.environ, "PYTHONHASHSEED": seed, "LC_ALL": "C", "TZ": "Asia/Tokyo"}
    command = [sys.executable, "-m", "wpnet", "build", "--raw", str(RAW), "--out", str(out)]
    subprocess.run(command, check=True, env=environment, capture_output=True)
    built = {str(f.relative_to(out)): f.read_bytes() for f in out.rglob("*") if f.is_file()}
    committed = {
        str(f.relative_to(PROCESSED)): f.read_bytes() for f in PROCESSED.rglob("*") if f.is_file()
    }
    assert sorted(built) == sorted(committed)
    assert [name for name in built if built[name] != committed[name]] == []


def test_usage_errors_have_status_2(capsys: pytest.CaptureFixture[str]) -> None:
    """A mistyped command or option is wrong usage, not bad input."""
    with pytest.raises(SystemExit) as stop:
        main(["omisions"])
    assert stop.value.code == 2


def test_neighbours_name_who_had_a_sentence_before(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """As text with both sentences, as JSON a line each, as a table of all duties in a file."""
    asked = ("neighbours", "minhang-hrss-2025#2.1.3", "--earlier", "--data", PROCESSED)
    status, out, _ = run(capsys, *asked)
    assert status == 0
    assert "0.8869  shanghai-hrss-2023#3.2.4" in out
    assert "综合运用简明问答、图示图解、视频动画等形式" in out
    _, out, _ = run(capsys, *asked, "--format", "json")
    assert json.loads(out.splitlines()[0])["neighbour_year"] == 2023
    file = tmp_path / "neighbours.csv"
    chosen = ("--years", "2024-2025", "--out", file, "--data", PROCESSED)
    assert run(capsys, "neighbours", *chosen)[0] == 0
    rows = list(csv.DictReader(io.StringIO(file.read_text("utf-8-sig"))))
    assert rows
    assert {row["year"] for row in rows} <= {"2024", "2025"}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--top", "0"], "at least 1"),
        (["minhang-hrss-2025#9.9.9"], "no requirement"),
        (["minhang-hrss-2025#2.1.3", "--years", "2020"], "not of the place, bureau and years"),
        (["--place", "44"], "no held plan is of place 44"),
    ],
)
def test_neighbours_that_cannot_be_asked_for(
    capsys: pytest.CaptureFixture[str], arguments: list[str], words: str
) -> None:
    """One sentence and status 1."""
    status, out, err = run(capsys, "neighbours", *arguments, "--data", PROCESSED)
    assert (status, out) == (1, "")
    assert words in err
    assert err.count("\n") == 1


@pytest.mark.parametrize("years", ["2025-2020", "abc", "-"])
def test_years_are_one_year_or_a_span(capsys: pytest.CaptureFixture[str], years: str) -> None:
    """Anything else is wrong usage."""
    with pytest.raises(SystemExit, match="2"):
        main(["export", "x.gexf", f"--years={years}"])
    assert "2020-2025" in capsys.readouterr().err


def test_an_interrupt_before_the_command_begins_is_no_traceback(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """While modules are imported, too."""
    from wpnet import __main__ as door

    class Interrupting:
        def find_spec(self, name: str, *_: object) -> None:
            if name == "wpnet.cli":
                raise KeyboardInterrupt

    monkeypatch.delitem(sys.modules, "wpnet.cli")
    monkeypatch.setattr(sys, "meta_path", [Interrupting(), *sys.meta_path])
    assert door.main() == 130
    assert capsys.readouterr().err == "wpnet: interrupted; nothing was changed\n"
