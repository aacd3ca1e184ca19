"""The one writer: whole or not at all, nothing left behind, and never over somebody's work."""

from __future__ import annotations

import errno
import json
import multiprocessing
import os
import stat
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from wpnet.errors import CorpusError
from wpnet.storing import folders, staged
from wpnet.storing.files import write_file, write_files
from wpnet.storing.folders import refuse_foreign, replaced_folder
from wpnet.storing.mark import foreign_files, is_processed
from wpnet.storing.staged import STAGED, locked

PACKAGE = json.dumps(
    {"name": "wpnet", "profile": "data-package", "resources": [{"path": "plans.csv"}]}
)


def built(folder: Path, text: str = "old") -> Path:
    """Make a folder as a build writes it."""
    folder.mkdir()
    (folder / "datapackage.json").write_text(PACKAGE)
    (folder / "plans.csv").write_text(text)
    return folder


def build(out: Path, text: str = "new", *inputs: Path) -> None:
    """Replace a folder as a build does."""
    with replaced_folder(out, inputs=inputs) as folder:
        (folder / "datapackage.json").write_text(PACKAGE)
        (folder / "plans.csv").write_text(text)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("suffix", [".html", ".graphml", ".gexf", ".csv", ".xlsx"])
def test_a_file_of_wpnet_may_be_written_again(tmp_path: Path, suffix: str) -> None:
    """A file that nobody changed since is replaced without a question."""
    path = tmp_path / f"a{suffix}"
    if suffix == ".xlsx":
        with zipfile.ZipFile(tmp_path / "z", "w") as archive:
            archive.writestr("xl/workbook.xml", "<workbook/>")
        data = (tmp_path / "z").read_bytes()
    else:
        data = b"<a></a>"
    write_file(path, data)
    write_file(path, data)
    if suffix == ".xlsx":
        assert zipfile.ZipFile(path).testzip() is None
    path.write_bytes(path.read_bytes().replace(b"a", b"b").replace(b"w", b"v"))
    before = path.read_bytes()
    with pytest.raises(CorpusError, match="--force"):
        write_file(path, data)
    assert path.read_bytes() == before
    write_file(path, data, force=True)
    assert path.read_bytes() != before


def test_a_sheet_that_somebody_has_filled_in_is_not_replaced(tmp_path: Path) -> None:
    """What a person has filled in stays, unless the new sheet holds the very same."""
    path = tmp_path / "a.csv"
    empty, full = b"source_id,verdict\na,\nb,\n", b"source_id,verdict\na,omitted\nb,\n"
    write_file(path, empty, filled_in=["verdict"])
    write_file(path, full, filled_in=["verdict"])
    with pytest.raises(CorpusError, match="holds 1 rows that somebody has filled in"):
        write_file(path, empty, filled_in=["verdict"])
    write_file(path, full + b"c,\n", filled_in=["verdict"])
    assert path.read_bytes() == full + b"c,\n"


def test_foreign_and_read_files_are_never_written_over(tmp_path: Path) -> None:
    """A raw plan, an essay, and whatever was read are safe; what was read even with --force."""
    plan = tmp_path / "plan.txt"
    plan.write_text("一、公开。")
    with pytest.raises(CorpusError, match="was not written by wpnet"):
        write_file(plan, b"x")
    with pytest.raises(CorpusError, match="what is read here"):
        write_file(plan, b"x", inputs=[tmp_path], force=True)
    data = built(tmp_path / "out")
    with pytest.raises(CorpusError, match="a build replaces"):
        write_file(data / "plans.csv", b"x", force=True)
    assert plan.read_text() == "一、公开。"
    assert (data / "plans.csv").read_text() == "old"


def test_links_mode_and_group_are_kept(tmp_path: Path) -> None:
    """A link stays a link, and a private file stays private."""
    real, link = tmp_path / "real.csv", tmp_path / "link.csv"
    real.write_bytes(b"a\n1\n")
    real.chmod(0o600)
    link.symlink_to(real)
    write_file(link, b"a\n2\n")
    assert link.is_symlink()
    assert real.read_bytes() == b"a\n2\n"
    assert stat.S_IMODE(real.stat().st_mode) == 0o600


def test_a_new_file_has_the_mode_that_the_user_asks_for(tmp_path: Path) -> None:
    """The umask says who may read and write."""
    before = os.umask(0o027)
    try:
        write_file(tmp_path / "a.csv", b"a")
        build(tmp_path / "out")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "a.csv").stat().st_mode) == 0o640
    assert stat.S_IMODE((tmp_path / "out").stat().st_mode) == 0o750


def places(folder: Path) -> Iterator[Path]:
    """Yield places where no file can be."""
    (folder / "file").write_text("x")
    (folder / "folder").mkdir()
    (folder / "locked.csv").write_text("a")
    (folder / "locked.csv").chmod(0o444)
    os.mkfifo(folder / "pipe")
    for name in ("no/such/x.csv", "file/x.csv", "folder", "locked.csv", "pipe", "a\0b.csv"):
        yield folder / name
    yield folder / ("x" * 300)
    yield Path(os.devnull)


def test_a_place_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    """Missing folders, folders, read-only files, pipes, devices and impossible names alike."""
    for place in places(tmp_path):
        with pytest.raises(CorpusError) as refusal:
            write_file(place, b"a")
        assert "\n" not in str(refusal.value)
        assert "; " in str(refusal.value)
    assert not [name for name in names(tmp_path) if name.startswith(".")]


@pytest.mark.parametrize("call", ["fsync", "replace"])
@pytest.mark.parametrize("fault", [OSError(errno.ENOSPC, "full"), KeyboardInterrupt()])
def test_nothing_is_left_whatever_stops_the_writing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str, fault: BaseException
) -> None:
    """A full disk and an interrupt leave the old file and nothing beside it."""
    path = tmp_path / "a.csv"
    write_file(path, b"a\n1\n")

    def stop(*_: object) -> None:
        raise fault

    monkeypatch.setattr(os, call, stop)
    with pytest.raises((CorpusError, KeyboardInterrupt)):
        write_file(path, b"a\n2\n")
    monkeypatch.undo()
    assert names(tmp_path) == ["a.csv"]
    assert path.read_bytes() == b"a\n1\n"


def test_several_files_come_all_or_not_at_all(tmp_path: Path) -> None:
    """A disk that is full at the second leaves the first as it was."""
    write_file(tmp_path / "a.csv", b"a\n1\n")

    def full() -> Iterator[bytes]:
        yield b"a\n"
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(CorpusError, match=r"b\.csv: cannot be written"):
        write_files({tmp_path / "a.csv": b"a\n2\n", tmp_path / "b.csv": full()})
    assert names(tmp_path) == ["a.csv"]
    assert (tmp_path / "a.csv").read_bytes() == b"a\n1\n"


def _die_writing(folder: str) -> None:
    def parts() -> Iterator[bytes]:
        yield b"half"
        os.kill(os.getpid(), 9)

    write_file(Path(folder) / "a.csv", parts())


def _die_building(folder: str) -> None:
    with replaced_folder(Path(folder) / "out") as new:
        (new / "plans.csv").write_text("half")
        os.kill(os.getpid(), 9)


@pytest.mark.parametrize("die", [_die_writing, _die_building])
def test_what_a_killed_process_left_is_swept_by_the_next(tmp_path: Path, die: object) -> None:
    """The next program that writes into the folder removes it, whatever it writes there."""
    process = multiprocessing.get_context("fork").Process(target=die, args=(str(tmp_path),))  # type: ignore[arg-type]
    process.start()
    process.join()
    assert [name for name in names(tmp_path) if name.startswith(STAGED)]
    write_file(tmp_path / "b.csv", b"b")
    assert names(tmp_path) == ["b.csv"]


def test_what_somebody_is_writing_is_not_swept(tmp_path: Path) -> None:
    """Two programs may write into one folder at the same time."""
    with replaced_folder(tmp_path / "out") as new:
        (new / "datapackage.json").write_text(PACKAGE)
        write_file(tmp_path / "b.csv", b"b")
    assert names(tmp_path) == ["b.csv", "out"]


def test_a_failure_while_writing_leaves_the_old_folder(tmp_path: Path) -> None:
    """The new folder takes the place of the old one only when all of it is there."""
    out = built(tmp_path / "out")

    def fill() -> None:
        with replaced_folder(out) as folder:
            (folder / "plans.csv").write_text("new")
            raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(CorpusError, match="untouched"):
        fill()
    assert (out / "plans.csv").read_text() == "old"
    assert names(tmp_path) == ["out"]


def test_a_folder_is_there_at_every_moment(tmp_path: Path) -> None:
    """Whoever looks while a build replaces the folder finds the old or the new one."""
    out = built(tmp_path / "out")
    looking = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import os,sys,time\n"
            "end = time.time() + 20\n"
            "while not os.path.exists(sys.argv[2]) and time.time() < end:\n"
            "    if not os.path.isdir(sys.argv[1]): sys.exit(3)\n",
            str(out),
            str(tmp_path / "enough"),
        ]
    )
    time.sleep(0.2)
    for count in range(50):
        build(out, str(count))
    (tmp_path / "enough").write_text("")
    assert looking.wait() == 0


def test_a_link_to_a_folder_stays_one(tmp_path: Path) -> None:
    """Every build goes through the link, the first and the third."""
    (tmp_path / "disk").mkdir()
    link = tmp_path / "out"
    link.symlink_to(tmp_path / "disk")
    for text in "123":
        build(link, text)
        assert link.is_symlink()
        assert (tmp_path / "disk" / "plans.csv").read_text() == text
    assert names(tmp_path) == ["disk", "out"]


def test_a_folder_keeps_its_mode(tmp_path: Path) -> None:
    """A folder that a group may write to stays one."""
    out = built(tmp_path / "out")
    out.chmod(0o2775)
    build(out)
    assert stat.S_IMODE(out.stat().st_mode) == 0o2775


@pytest.mark.parametrize("fault", [OSError(5, "Input/output error"), KeyboardInterrupt()])
def test_where_folders_cannot_be_exchanged_the_old_one_comes_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: BaseException
) -> None:
    """An error or interrupt between the two renames leaves the old folder in its place."""
    out = built(tmp_path / "out")
    rename, count = os.rename, iter(range(9))

    def second(*paths: Path) -> None:
        if next(count) == 1:
            raise fault
        rename(*paths)

    monkeypatch.setattr(folders, "exchange", lambda *_: False)
    monkeypatch.setattr(os, "rename", second)
    with pytest.raises((CorpusError, KeyboardInterrupt)):
        build(out)
    assert (out / "plans.csv").read_text() == "old"
    monkeypatch.setattr(os, "rename", rename)
    build(out)
    assert (out / "plans.csv").read_text() == "new"
    assert names(tmp_path) == ["out"]


def test_where_a_kill_came_between_two_renames_the_old_folder_is_put_back(tmp_path: Path) -> None:
    """Whoever reads or builds next finds the old folder."""
    out = built(tmp_path / "out")
    out.rename(folders._aside(out))
    assert folders.settled(out).is_dir()
    assert (out / "plans.csv").read_text() == "old"


def test_a_folder_with_other_files_is_refused_by_name(tmp_path: Path) -> None:
    """Nothing that wpnet did not write is deleted: foreign packages, notes, texts, results."""
    foreign = tmp_path / "mine"
    foreign.mkdir()
    (foreign / "datapackage.json").write_text('{"name": "x"}')
    (foreign / "precious.csv").write_text("years of work")
    with pytest.raises(CorpusError, match="precious"):
        build(foreign)
    out = built(tmp_path / "out")
    for name in ("notes.docx", "text/mine.txt", "sub/deep/x"):
        (out / name).parent.mkdir(parents=True, exist_ok=True)
        (out / name).write_text("x")
        with pytest.raises(CorpusError, match=name.split("/")[0]):
            build(out)
        assert (out / name).read_text() == "x"
        (out / name).unlink()
        for parent in (out / name).parents:
            if parent != out and out in parent.parents:
                parent.rmdir()
    (out / "Thumbs.db").write_text("x")
    build(out)
    assert (foreign / "precious.csv").read_text() == "years of work"


def test_a_file_that_comes_while_a_build_runs_is_not_lost(tmp_path: Path) -> None:
    """What somebody puts into the folder during a build stops it at the end."""
    out = built(tmp_path / "out")

    def fill() -> None:
        with replaced_folder(out) as folder:
            (folder / "plans.csv").write_text("new")
            (out / "notes.txt").write_text("mine")

    with pytest.raises(CorpusError, match="notes"):
        fill()
    assert (out / "notes.txt").read_text() == "mine"
    assert (out / "plans.csv").read_text() == "old"


def test_inputs_inside_or_above_the_folder_are_refused(tmp_path: Path) -> None:
    """Raw plans and decisions cannot be lost by a build, wherever they lie."""
    out = built(tmp_path / "out")
    (out / "raw").mkdir()
    (out / "raw" / "a.txt").write_text("x")
    (out / "decisions.csv").write_text("x")
    for inside in (out / "raw", out / "decisions.csv"):
        with pytest.raises(CorpusError, match=f"{inside.name} lies in this folder"):
            build(out, "new", inside)
    raw = tmp_path / "raw"
    raw.mkdir()
    with pytest.raises(CorpusError, match="which is only read"):
        build(raw / "out", "new", raw)
    with pytest.raises(CorpusError, match="lies in this folder"):
        refuse_foreign(raw, inputs=[raw])


def test_the_mark_is_more_than_a_name(tmp_path: Path) -> None:
    """Packages of others, damaged ones and none are no mark."""
    for text in ("", "{", "[]", '{"name": "wpnet"}', '{"name":"x","profile":"data-package"}'):
        (tmp_path / "datapackage.json").write_text(text)
        assert not is_processed(tmp_path)
        assert foreign_files(tmp_path) == ["datapackage.json"]


def _count_up(folder: str) -> None:
    for _ in range(20):
        with locked(Path(folder)):
            path = Path(folder) / "count.csv"
            write_file(path, str(int(path.read_text()) + 1).encode(), force=True)


def test_one_process_at_a_time_changes_what_lies_in_a_locked_folder(tmp_path: Path) -> None:
    """Reading, changing and writing again loses nothing, however many do it."""
    (tmp_path / "count.csv").write_text("0")
    context = multiprocessing.get_context("fork")
    crew = [context.Process(target=_count_up, args=(str(tmp_path),)) for _ in range(4)]
    for process in crew:
        process.start()
    for process in crew:
        process.join()
    assert (tmp_path / "count.csv").read_text() == "80"
    assert names(tmp_path) == ["count.csv"]


def test_without_locks_only_what_is_old_is_swept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the system knows no locks, what may be at work stays for a day."""
    monkeypatch.setattr(staged, "_HAS_LOCKS", False)
    new, old = tmp_path / f"{STAGED}new", tmp_path / f"{STAGED}old"
    new.write_text("x")
    old.write_text("x")
    os.utime(old, (0, 0))
    staged.sweep(tmp_path)
    assert names(tmp_path) == [new.name]
