"""Odd places, systems at their limits and clumsy hands: one sentence, no waiting, nothing lost."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import io
import os
import resource
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.attacks.crashing import crashed
from tests.attacks.test_crash_points import CASES, command, content, lay_out, project
from tests.review.sheets import RAW, run
from wpnet.cli import main
from wpnet.errors import CorpusError, ReviewError
from wpnet.pipeline import build
from wpnet.review.log import only_writer
from wpnet.review.log import read_decisions as read_log
from wpnet.storing import staged
from wpnet.storing.staged import STAGED, locked, sweep

__all__ = ["project"]
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the invented plans and their tables."""
    folder = tmp_path_factory.mktemp("built")
    shutil.copytree(RAW, folder / "raw")
    build(folder / "raw", folder / "out", keep_cache=False)
    return folder


@contextlib.contextmanager
def within(seconds: int) -> Iterator[None]:
    """Fail where something waits for ever."""

    def over(*_: object) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, over)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def pipe(place: Path) -> None:
    os.mkfifo(place)


def circle(place: Path) -> None:
    place.symlink_to(place.name)


def nowhere(place: Path) -> None:
    place.symlink_to("drive/that/is/not/there")


def device(place: Path) -> None:
    place.symlink_to("/dev/zero")


def empty(place: Path) -> None:
    place.write_bytes(b"")


def zeros(place: Path) -> None:
    place.write_bytes(bytes(4096))


def half(place: Path) -> None:
    place.write_bytes("source_id,source_sha".encode("utf-16-le"))


INPUTS = {
    "review": ("review", "import", "x.csv", "--data", "out", "--decisions", "d.csv"),
    "workbook": ("review", "import", "x.xlsx", "--data", "out", "--decisions", "d.csv"),
    "decisions": ("build", "--raw", "raw", "--out", "o", "--no-cache", "--decisions", "x.csv"),
    "manifest": ("build", "--raw", "odd", "--out", "o", "--no-cache"),
    "labels": ("evaluate", "--gold", "x.csv", "--data", "out"),
    "labels in JSON": ("evaluate", "--gold", "x.json", "--data", "out"),
    "plan": ("check", "x.txt"),
    "plan to add": ("add", "x.txt", "--raw", "raw"),
    "readings": ("build", "--raw", "raw", "--out", "o", "--no-cache", "--readings", "x.jsonl"),
}


@pytest.mark.parametrize(
    ("what", "make"),
    [
        (what, make)
        for what in INPUTS
        for make in (pipe, Path.mkdir, circle, nowhere, device, zeros, half)
        # of readings the last line may be cut off, which is said in a note
        if what != "readings" or make not in (zeros, half)
    ],
)
def test_what_is_no_sound_file_is_a_sentence(
    built: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    what: str,
    make: object,
) -> None:
    """A pipe, a folder, a link in a circle, an endless device, what a loss of power leaves."""
    shutil.copytree(built, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    shutil.copytree("raw", "odd")
    name = next((word for word in INPUTS[what] if word.startswith("x.")), "odd/manifest.csv")
    assert callable(make)
    make(Path(name))
    before = content(Path("out"))
    with within(30):
        status = main(list(INPUTS[what]))
    said = [line for line in capsys.readouterr().err.splitlines() if not line.startswith("note: ")]
    assert status == 1, said
    assert len(said) == 1, said
    assert content(Path("out")) == before
    assert not Path("o").exists()
    assert not Path("d.csv").exists()


def test_an_empty_log_is_not_taken_for_no_decisions(tmp_path: Path) -> None:
    """wpnet never writes one: it is what a loss of power leaves, and decisions are elsewhere."""
    for make in (empty, lambda place: place.write_bytes(b"\xef\xbb\xbf\n\n")):
        make(tmp_path / "decisions.csv")
        with pytest.raises(ReviewError, match="is empty, as a loss of power"):
            read_log(tmp_path / "decisions.csv")


def test_files_of_tomorrow_change_nothing(built: Path, tmp_path: Path) -> None:
    """A clock that was put back: plans, cache and leftovers bear dates that are still to come."""
    shutil.copytree(RAW, tmp_path / "raw")
    assert run("build", "--raw", tmp_path / "raw", "--out", tmp_path / "out") == 0
    (tmp_path / f"{STAGED}left").write_bytes(b"half")
    for place in tmp_path.rglob("*"):
        os.utime(place, (4e9, 4e9))
    assert run("build", "--raw", tmp_path / "raw", "--out", tmp_path / "out") == 0
    assert content(tmp_path / "out") == content(built / "out")
    assert not (tmp_path / f"{STAGED}left").exists()


def no_locks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make every place a share that knows no locks."""

    def refuse(*_: object) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", refuse)


def test_one_at_a_time_on_a_share_without_locks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two computers on one share: a file that only one can make stands for the lock."""
    no_locks(monkeypatch)
    file = tmp_path / "count"
    file.write_text("0")

    def count() -> None:
        for _ in range(10):
            with locked(tmp_path):
                number = int(file.read_text())
                time.sleep(0.001)
                file.write_text(str(number + 1))

    crew = [threading.Thread(target=count) for _ in range(4)]
    for one in crew:
        one.start()
    for one in crew:
        one.join()
    assert file.read_text() == "40"
    assert [path.name for path in tmp_path.iterdir()] == ["count"]


def test_a_lock_that_nobody_holds_any_more_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A program that was killed on a share leaves its file there: the sentence names it."""
    no_locks(monkeypatch)
    monkeypatch.setattr(staged, "PATIENCE", 0.1)
    (tmp_path / staged.LOCK).touch()
    with pytest.raises(CorpusError, match=r"remove .*\.wpnet-lock"), only_writer(tmp_path / "d"):
        pass


def test_leftovers_on_a_share_without_locks_go_after_a_day(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not earlier, for somebody may be at work on them."""
    no_locks(monkeypatch)
    for name, age in (("old", staged.FORGOTTEN + 9), ("new", 9)):
        (tmp_path / f"{STAGED}{name}").touch()
        os.utime(tmp_path / f"{STAGED}{name}", (time.time() - age,) * 2)
    sweep(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [f"{STAGED}new"]


def started(folder: Path, *arguments: str, **how: object) -> subprocess.CompletedProcess[str]:
    """Run a command in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "wpnet", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        text=True,
        timeout=300,
        check=False,
        **how,  # type: ignore[call-overload]
    )


@pytest.mark.slow
@pytest.mark.parametrize("closed", [(1,), (2,), (0, 1, 2)])
def test_closed_streams_are_no_fault(built: Path, tmp_path: Path, closed: tuple[int, ...]) -> None:
    """Services start programs without them: the work is done, and no file takes their place."""
    arguments = ("build", "--raw", str(built / "raw"), "--out", "o", "--no-cache")
    done = started(tmp_path, *arguments, preexec_fn=lambda: [os.close(one) for one in closed])
    assert done.returncode == 0
    assert content(tmp_path / "o") == content(built / "out")


@pytest.mark.slow
def test_a_working_folder_that_is_gone_is_a_sentence(built: Path, tmp_path: Path) -> None:
    """Somebody removed it meanwhile."""
    (tmp_path / "gone").mkdir()
    done = started(
        tmp_path / "gone",
        *("report", "--data", str(built / "out"), "--out", "r.html"),
        preexec_fn=lambda: shutil.rmtree(tmp_path / "gone"),
        capture_output=True,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("wpnet: ")
    assert done.stderr.count("\n") == 1


@pytest.mark.attack
@pytest.mark.parametrize("bytes_a_file", [200, 2000, 60_000, 400_000])
@pytest.mark.parametrize("name", ["review import", "report", "xlsx", "build", "dta"])
def test_no_command_writes_half_of_what_the_disk_does_not_take(
    project: Path, name: str, bytes_a_file: int
) -> None:
    """A limit of the system cuts a write in its middle: the old file or the new one, no half."""
    case = CASES[name]
    if not (project / "kept").exists():
        shutil.copytree(project / "out", project / "kept")
    with contextlib.chdir(project):
        lay_out(project, case)
    before = content(project / case.target)

    def limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (bytes_a_file, bytes_a_file))

    done = started(project, *case.arguments, preexec_fn=limit, capture_output=True)
    said = [line for line in done.stderr.splitlines() if not line.startswith("note: ")]
    assert done.returncode in (0, 1)
    assert len(said) == done.returncode, said
    after = content(project / case.target)
    assert (after == before) == bool(done.returncode)
    assert [left for left in project.iterdir() if left.name.startswith(STAGED)] == []


@pytest.mark.attack
@pytest.mark.parametrize("name", CASES)
def test_a_folder_that_nobody_may_write_to_is_a_sentence(project: Path, name: str) -> None:
    """Every command, and nothing is changed."""
    case = CASES[name]
    if not (project / "kept").exists():
        shutil.copytree(project / "out", project / "kept")
    with contextlib.chdir(project):
        lay_out(project, case)
        before = content(project)
        ended = crashed(command(case, io.StringIO()), 1, "forbidden", project)
        assert ended.status == 1, ended
        assert content(project) == before
