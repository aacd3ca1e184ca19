"""What was worked out before is used again, but only when it is whole and of this version."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bench.generate import write
from wpnet import pipeline
from wpnet.building.cache import Cache, fingerprint
from wpnet.building.tasks import AlignTask, ReadTask
from wpnet.errors import CorpusError, WpnetError
from wpnet.pipeline import build

KEY = fingerprint("a key")


class Counting:
    """Workers that remember which files were read and which pairs were compared."""

    def __init__(self) -> None:
        self.files: list[str] = []
        self.pairs: list[tuple[str, str]] = []

    def run(self, job: Callable[[Any], Any], tasks: Iterable[Any]) -> Iterator[tuple[Any, Any]]:
        for task in tasks:
            if isinstance(task, ReadTask):
                self.files += [name for name, _, _ in task.files]
            if isinstance(task, AlignTask):
                self.pairs += [pair[:2] for pair in task.pairs]
            yield task, job(task)


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> Counting:
    """Return what counts the work of all builds of a test."""
    workers = Counting()
    monkeypatch.setattr(pipeline, "Here", lambda: workers)
    return workers


@pytest.fixture(scope="module")
def raw(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a city plan and two district plans of the same year."""
    folder = tmp_path_factory.mktemp("cache") / "raw"
    write(folder, 3)
    (folder / "manifest.csv").unlink()
    return folder


def content(folder: Path) -> dict[str, bytes]:
    """Return every file of a folder by its name."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_a_second_build_does_nothing_again(raw: Path, tmp_path: Path, counted: Counting) -> None:
    """With a full cache no file is read and no pair compared, and the bytes are the same."""
    build(raw, tmp_path / "out")
    assert (len(counted.files), len(counted.pairs)) == (3, 2)
    build(raw, tmp_path / "again")
    assert (len(counted.files), len(counted.pairs)) == (3, 2)
    build(raw, tmp_path / "new", keep_cache=False)
    assert (len(counted.files), len(counted.pairs)) == (6, 4)
    assert content(tmp_path / "out") == content(tmp_path / "again") == content(tmp_path / "new")
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        ".wpnet-cache", "again", "new", "out",
    ]  # fmt: skip


def test_a_new_plan_costs_only_its_own_work(raw: Path, tmp_path: Path, counted: Counting) -> None:
    """The plan is read, and it is compared with those it can flow from or into; nothing else."""
    files = sorted(raw.iterdir())
    some = tmp_path / "some"
    some.mkdir()
    for file in files[:-1]:
        (some / file.name).write_bytes(file.read_bytes())
    build(some, tmp_path / "out")
    counted.files.clear()
    counted.pairs.clear()
    (some / files[-1].name).write_bytes(files[-1].read_bytes())
    build(some, tmp_path / "out")
    assert counted.files == [files[-1].name]
    assert len(counted.pairs) == 1
    build(raw, tmp_path / "whole", keep_cache=False)
    assert content(tmp_path / "out") == content(tmp_path / "whole")


@pytest.mark.slow
def test_a_changed_text_is_worked_out_anew(raw: Path, tmp_path: Path, counted: Counting) -> None:
    """A file is known by its content, not by its name or date."""
    mine = tmp_path / "raw"
    mine.mkdir()
    for file in raw.iterdir():
        (mine / file.name).write_bytes(file.read_bytes())
    build(mine, tmp_path / "out")
    changed = sorted(mine.iterdir())[-1]
    changed.write_text(changed.read_text("utf-8").replace("居民", "市民"), "utf-8")
    changed.write_text(changed.read_text("utf-8").replace("。", "！", 6), "utf-8")
    counted.files.clear()
    build(mine, tmp_path / "out")
    assert counted.files == [changed.name]


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: data[:-20],
        lambda data: data.replace(b"2023", b"2024", 1),
        lambda data: b"",
        lambda data: b"\xff\xfe" + data,
        lambda data: data.split(b"\n", 1)[1],
    ],
    ids=["cut short", "changed", "empty", "bytes before", "no checksum"],
)
def test_a_damaged_entry_is_no_entry(tmp_path: Path, damage: Callable[[bytes], bytes]) -> None:
    """An entry that is not exactly what was kept is a miss; writing it anew mends it."""
    cache = Cache(tmp_path)
    cache.put("plans", KEY, {"year": 2023}, ["甲"])
    (path,) = tmp_path.rglob("*.json")
    path.write_bytes(damage(path.read_bytes()))
    assert cache.get("plans", KEY) is None
    cache.put("plans", KEY, {"year": 2023}, ["甲"])
    entry = cache.get("plans", KEY)
    assert entry is not None
    assert (entry.head, entry.read()) == ({"year": 2023}, ["甲"])


def test_an_entry_under_another_name_is_no_entry(tmp_path: Path) -> None:
    """A file that was moved or copied says nothing about the key it now lies under."""
    cache = Cache(tmp_path)
    cache.put("plans", KEY, 1, 2)
    (path,) = tmp_path.rglob("*.json")
    other = fingerprint("another key")
    target = path.parents[1] / other[:2] / f"{other}.json"
    target.parent.mkdir(exist_ok=True)
    path.rename(target)
    assert cache.get("plans", other) is None


def test_a_wholly_damaged_cache_gives_the_same_tables(raw: Path, tmp_path: Path) -> None:
    """Nothing of a damaged cache reaches the output."""
    build(raw, tmp_path / "out")
    before = content(tmp_path / "out")
    for path in (tmp_path / ".wpnet-cache").rglob("*.json"):
        path.write_bytes(path.read_bytes().replace("公开".encode(), "不公".encode()))
    build(raw, tmp_path / "out")
    assert content(tmp_path / "out") == before


def test_other_versions_are_never_read_and_are_removed(
    raw: Path, tmp_path: Path, counted: Counting
) -> None:
    """Entries lie in a folder named after the version; a build that succeeds removes the others."""
    store = tmp_path / "cache"
    build(raw, tmp_path / "out", cache=store)
    kept = {path.name for path in store.iterdir()}
    for path in store.glob("*-*"):
        path.rename(store / f"{path.name.partition('-')[0]}-{'0' * 16}")
    (store / "mine.txt").write_text("not wpnet's")
    counted.files.clear()
    build(raw, tmp_path / "out", cache=store)
    assert len(counted.files) == 3
    assert {path.name for path in store.iterdir()} == {*kept, "mine.txt"}


def test_a_cache_that_cannot_be_written_is_said_in_one_sentence(raw: Path, tmp_path: Path) -> None:
    """The old output stays, and the sentence says what to do."""
    build(raw, tmp_path / "out")
    before = content(tmp_path / "out")
    (tmp_path / "file").write_text("")
    with pytest.raises(WpnetError, match=r"cannot be written .* --no-cache"):
        build(raw, tmp_path / "out", cache=tmp_path / "file")
    assert content(tmp_path / "out") == before


def test_the_cache_may_not_lie_in_the_output(raw: Path, tmp_path: Path) -> None:
    """The output folder is replaced as a whole; a cache in it would be lost or published."""
    with pytest.raises(CorpusError, match="cannot lie in the folder to write"):
        build(raw, tmp_path / "out", cache=tmp_path / "out" / "cache")


def test_an_entry_from_elsewhere_says_nothing(tmp_path: Path) -> None:
    """A checksum that anybody can make is no proof; neither is another folder's secret."""
    mine, other = Cache(tmp_path / "mine"), Cache(tmp_path / "other")
    mine.put("plans", KEY, {}, {})
    other.put("plans", KEY, {"forged": True}, {})
    assert mine.get("plans", KEY) is not None
    forged = other._path("plans", KEY).read_bytes()
    mine._path("plans", KEY).write_bytes(forged)
    assert mine.get("plans", KEY) is None
    rest = forged.partition(b"\n")[2]
    mine._path("plans", KEY).write_bytes(fingerprint(KEY, rest).encode() + b"\n" + rest)
    assert mine.get("plans", KEY) is None


def test_a_copy_of_a_cache_is_no_cache(tmp_path: Path) -> None:
    """A cache that came with somebody's files holds its secret, too, but not in its place."""
    first = Cache(tmp_path / "first")
    first.put("plans", KEY, {}, {})
    shutil.copytree(tmp_path / "first", tmp_path / "copy")
    assert Cache(tmp_path / "copy").get("plans", KEY) is None
    (tmp_path / "first").rename(tmp_path / "moved")
    assert Cache(tmp_path / "moved").get("plans", KEY) is not None


def test_an_entry_that_is_no_file_is_a_miss(tmp_path: Path) -> None:
    """Nothing waits for a pipe; a folder and a link that leads nowhere are made anew, too."""
    cache = Cache(tmp_path)
    cache.put("plans", KEY, {}, {})
    path = cache._path("plans", KEY)
    for make in (os.mkfifo, os.mkdir, lambda place: os.symlink("nowhere", place)):
        path.unlink()
        make(path)
        assert cache.get("plans", KEY) is None
        if path.is_dir():
            path.rmdir()
        cache.put("plans", KEY, {}, {})
        assert cache.get("plans", KEY) is not None
