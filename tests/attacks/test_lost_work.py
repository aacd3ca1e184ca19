"""What cost people their work once: each line refused, or done without a loss."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.attacks.test_crash_points import content
from wpnet.cli import main
from wpnet.storing.staged import STAGED

ROOT = Path(__file__).parents[2]
PLAN = "shanghai-hrss-2023.txt"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a project with raw plans and built tables, and work in it."""
    shutil.copytree(ROOT / "data" / "raw", tmp_path / "raw")
    shutil.copytree(ROOT / "data" / "processed", tmp_path / "out")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """Run a command that must be refused in one sentence, and return the sentence."""
    assert main(list(arguments)) == 1
    [line] = [line for line in capsys.readouterr().err.splitlines() if line.startswith("wpnet: ")]
    return line


def test_a_foreign_data_package_is_not_deleted(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A folder with any datapackage.json is not yet one of wpnet's."""
    (project / "mydata").mkdir()
    (project / "mydata" / "datapackage.json").write_text('{"name":"x"}')
    (project / "mydata" / "p.csv").write_text("precious")
    assert "p.csv" in refused(capsys, "build", "--raw", "raw", "--out", "mydata")
    assert (project / "mydata" / "p.csv").read_text() == "precious"


def test_raw_plans_and_decisions_in_the_folder_to_write_are_not_deleted(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Inside, above, and under another name by a link."""
    shutil.copytree(project / "raw", project / "out" / "raw")
    assert "raw" in refused(capsys, "build", "--raw", "out/raw", "--out", "out")
    assert "raw" in refused(capsys, "build", "--raw", "raw", "--out", "out")
    shutil.rmtree(project / "out" / "raw")
    (project / "out" / "decisions.csv").write_text("source_id\n")
    said = refused(
        capsys, "build", "--raw", "raw", "--out", "out", "--decisions", "out/decisions.csv"
    )
    assert "decisions.csv" in said
    (project / "out" / "decisions.csv").unlink()
    (project / "link").symlink_to("raw")
    assert "raw" in refused(capsys, "build", "--raw", "link", "--out", "raw")
    assert "raw" in refused(capsys, "build", "--raw", "raw", "--out", "raw/out")
    assert len(list((project / "raw").iterdir())) == 6


@pytest.mark.parametrize("out", [".", "..", "/", "", "raw", "out/../raw", "raw/manifest.csv"])
def test_no_place_that_holds_anything_is_replaced(
    project: Path, capsys: pytest.CaptureFixture[str], out: str
) -> None:
    """The working folder, the root, a file: refused before anything is read."""
    before = content(project)
    refused(capsys, "build", "--raw", "raw", "--out", out)
    assert content(project) == before


@pytest.mark.parametrize(
    "arguments",
    [
        ("report", "--data", "out", "--out", f"raw/{PLAN}"),
        ("report", "--data", "out", "--out", "mine.html"),
        ("report", "--data", "out", "--out", "out/report.html", "--force"),
        ("report", "--data", "out", "--out", "no/such/r.html"),
        ("report", "--data", "out", "--out", "raw"),
        ("report", "--data", "out", "--out", "a\0b.html"),
        ("report", "--data", "out", "--out", "x" * 300 + ".html"),
        ("export", "mine.graphml", "--data", "out"),
        ("export", "out/coverage.xlsx", "--data", "out"),
        ("neighbours", "minhang-hrss-2025#2.1.3", "--data", "out", "--out", "raw/manifest.csv"),
        ("omissions", "--from", "shanghai-hrss-2023", "--to", "jiading-hrss-2025", "--data", "out",
         "--out", "mine.csv"),
    ],
)  # fmt: skip
def test_no_output_replaces_what_is_not_its_own(
    project: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...]
) -> None:
    """A raw plan, an essay, a table of the corpus, a place that cannot be: one sentence each."""
    for name in ("mine.html", "mine.graphml", "mine.csv"):
        (project / name).write_text("years of work")
    before = content(project)
    refused(capsys, *arguments)
    assert content(project) == before


@pytest.mark.slow
def test_a_linked_output_folder_is_written_through(project: Path) -> None:
    """The first, second and third time."""
    (project / "disk2").mkdir()
    (project / "lnk").symlink_to("disk2")
    for _ in range(3):
        assert main(["build", "--raw", "raw", "--out", "lnk"]) == 0
        assert (project / "lnk").is_symlink()
        assert (project / "disk2" / "plans.csv").exists()


@pytest.mark.attack
def test_many_builds_at_once_and_killed_leave_a_whole_folder(project: Path) -> None:
    """Thirty builds into one folder, half of them ended at a random moment."""
    command = [sys.executable, "-m", "wpnet", "build", "--raw", "raw", "--out", "out"]
    dice = random.Random(1)
    quiet = subprocess.DEVNULL
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    for _ in range(10):
        crew = [
            subprocess.Popen(command, stdout=quiet, stderr=quiet, env=environment) for _ in range(3)
        ]
        for process in crew[1:]:
            time.sleep(dice.uniform(0.1, 2))
            process.send_signal(dice.choice([signal.SIGKILL, signal.SIGINT, signal.SIGTERM]))
        ended = [process.wait() for process in crew]
        assert ended[0] == 0
        assert content(project / "out") == content(ROOT / "data" / "processed")
    assert main(["build", "--raw", "raw", "--out", "out"]) == 0
    assert [path.name for path in project.iterdir() if path.name.startswith(STAGED)] == []
