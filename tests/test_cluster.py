"""A build on a cluster: the same tables, even where a worker is lost."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from bench.generate import write
from wpnet.building import stages
from wpnet.building.cache import Cache
from wpnet.errors import BuildError
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
    write(tmp_path / "raw", 12)
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
