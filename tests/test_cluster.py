"""A build on a cluster: the same tables, even where a worker is lost."""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from bench.generate import write
from wpnet.building import stages
from wpnet.building.cache import Cache
from wpnet.building.far import harmless_loads
from wpnet.building.messages import packed, unpacked
from wpnet.building.tasks import AlignTask, ReadTask
from wpnet.cascade.pairs import PlanPair
from wpnet.errors import BuildError, WpnetError
from wpnet.model import Plan
from wpnet.pipeline import build

ROOT = Path(__file__).parents[1]
needs_dask = pytest.mark.skipif(
    find_spec("distributed") is None, reason="dask[distributed] is not installed (extra `scale`)"
)
pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore")]


class LocalCluster:
    """A scheduler and two workers, each a process of its own on the loopback interface."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "scheduler.json"
        self.processes: list[subprocess.Popen[bytes]] = []
        self.start("scheduler", "--host", "127.0.0.1", "--port", "0", "--no-show")
        self.wait(self.file.exists)
        self.address = json.loads(self.file.read_text())["address"]
        for _ in range(2):
            self.start("worker", "--no-nanny", "--nthreads", "1", "--host", "127.0.0.1")

    def start(self, kind: str, *options: str) -> None:
        command = [sys.executable, "-m", f"distributed.cli.dask_{kind}", *options]
        command += ["--scheduler-file", str(self.file), "--dashboard-address", "127.0.0.1:0"]
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        self.processes.append(
            subprocess.Popen(
                command,
                cwd=self.file.parent,
                env=environment,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        )

    def wait(self, condition: object, seconds: float = 60) -> None:
        assert callable(condition)
        end = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < end
            time.sleep(0.05)

    def stop(self) -> None:
        for process in reversed(self.processes):
            process.kill()
            process.wait()


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[LocalCluster]:
    """Return a running cluster of two workers."""
    folder = tmp_path / "cluster"
    folder.mkdir()
    started = LocalCluster(folder)
    yield started
    started.stop()


def content(folder: Path) -> dict[str, bytes]:
    """Return every file of a folder by its name."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@needs_dask
def test_a_cluster_that_loses_a_worker_gives_the_same_bytes(
    tmp_path: Path, cluster: LocalCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One of two workers is killed in mid-work; the other does its tasks again."""
    from distributed import Client

    with Client(cluster.address, set_as_default=False) as client:
        client.wait_for_workers(2, timeout=60)
    write(tmp_path / "raw", 7)
    monkeypatch.setattr(stages, "FILES_A_TASK", 2)
    monkeypatch.setattr(stages, "PAIRS_A_TASK", 2)
    kept, killed = Cache.put, []

    def kill_after_the_third_pair(
        self: Cache, kind: str, key: str, head: object, body: object
    ) -> None:
        kept(self, kind, key, head, body)
        if kind == "pairs" and not killed:
            killed.append(cluster.processes[1])
            cluster.processes[1].kill()

    with monkeypatch.context() as patch:
        patch.setattr(Cache, "put", kill_after_the_third_pair)
        build(tmp_path / "raw", tmp_path / "far", scheduler=cluster.address, keep_cache=False)
    assert killed
    assert killed[0].wait() != 0
    assert cluster.processes[2].poll() is None
    build(tmp_path / "raw", tmp_path / "near", keep_cache=False)
    assert content(tmp_path / "far") == content(tmp_path / "near")


@needs_dask
@pytest.mark.parametrize("address", ["tcp://127.0.0.1:9", "nonsense://x", "127.0.0.1"])
def test_an_address_that_leads_nowhere_is_one_sentence(tmp_path: Path, address: str) -> None:
    """The sentence names the address and says what to check."""
    write(tmp_path / "raw", 2)
    with pytest.raises(BuildError, match="no Dask scheduler answers"):
        build(tmp_path / "raw", tmp_path / "out", scheduler=address)
    assert not (tmp_path / "out").exists()


def test_without_dask_the_sentence_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Dask is an extra; everything else works without it."""
    monkeypatch.setitem(sys.modules, "distributed", None)
    write(tmp_path / "raw", 2)
    with pytest.raises(BuildError, match=r"pip install wpnet\[scale\]"):
        build(tmp_path / "raw", tmp_path / "out", scheduler="tcp://127.0.0.1:9")


@pytest.fixture
def hostile(tmp_path: Path) -> Iterator[Any]:
    """Return what starts a hostile cluster of a mode and gives its address."""
    started: list[subprocess.Popen[bytes]] = []

    def start(mode: str) -> str:
        command = [sys.executable, str(ROOT / "tests" / "hostile_cluster.py"), mode, str(tmp_path)]
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        silent = subprocess.DEVNULL
        started.append(subprocess.Popen(command, env=environment, stdout=silent, stderr=silent))
        end = time.monotonic() + 60
        while not (tmp_path / "address").exists():
            assert time.monotonic() < end
            assert started[-1].poll() is None
            time.sleep(0.05)
        return (tmp_path / "address").read_text()

    yield start
    for process in started:
        process.kill()
        process.wait()


@needs_dask
@pytest.mark.parametrize(
    "mode",
    ["code", "fault", "sentence", "deep", "short", "other plan", "other lines"],
)
def test_a_hostile_cluster_runs_no_code_and_leaves_nothing(
    tmp_path: Path, hostile: Any, mode: str
) -> None:
    """Whatever workers or the scheduler send, it is one printable sentence, and no file."""
    write(tmp_path / "raw", 3)
    with pytest.raises(WpnetError) as refusal:
        build(tmp_path / "raw", tmp_path / "out", scheduler=hostile(mode))
    assert str(refusal.value).isprintable()
    assert not (tmp_path / "taken").exists()
    assert not (tmp_path / "out").exists()


@needs_dask
def test_messages_that_run_code_run_none(tmp_path: Path, hostile: Any) -> None:
    """Dask unpickles more than results; what it cannot make here harms nobody, nor the build."""
    write(tmp_path / "raw", 3)
    build(tmp_path / "raw", tmp_path / "far", scheduler=hostile("types"))
    build(tmp_path / "raw", tmp_path / "near", keep_cache=False)
    assert not (tmp_path / "taken").exists()
    assert content(tmp_path / "far") == content(tmp_path / "near")


@needs_dask
def test_what_a_cluster_says_never_becomes_what_was_worked_out_here(
    tmp_path: Path, hostile: Any
) -> None:
    """Forged verdicts are believed by the build that asked for them, and by no later local one."""
    write(tmp_path / "raw", 3)
    cache = tmp_path / "cache"
    build(tmp_path / "raw", tmp_path / "far", scheduler=hostile("forge"), cache=cache)
    build(tmp_path / "raw", tmp_path / "near", cache=cache)
    build(tmp_path / "raw", tmp_path / "true", keep_cache=False)
    assert content(tmp_path / "near") == content(tmp_path / "true")
    assert content(tmp_path / "far") != content(tmp_path / "true")


def test_only_plain_values_are_unpickled() -> None:
    """The reader of pickles that stands before Dask makes no object that could do anything."""
    for harmless in ([1, "a", None, {"b": (2.5, b"c")}], ValueError, bytes):
        assert repr(harmless_loads(pickle.dumps(harmless))) == repr(harmless)
    for harmful in (os.system, eval, getattr, Path("x"), BuildError("x"), os, object()):
        with pytest.raises((pickle.UnpicklingError, TypeError)):
            harmless_loads(pickle.dumps(harmful))


def test_a_task_comes_back_as_it_was_sent() -> None:
    """Bytes, manifest rows and pairs survive JSON."""
    reading = ReadTask((("a.txt", b"\xff\x00", Plan("a", year=2024)), ("b", b"", None)), "v")
    aligning = AlignTask(("31", "hrss"), {"a": "x\n"}, (PlanPair("a", "b", "cascade", 1),), "v")
    assert unpacked(packed(reading)) == reading
    assert unpacked(packed(aligning)) == aligning
