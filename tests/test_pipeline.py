"""A build: the same bytes whoever does the work, and the old output whatever goes wrong."""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bench.generate import write
from wpnet import __version__, pipeline
from wpnet.building import assembly, stages
from wpnet.building.assembly import SortedRuns, TableFile
from wpnet.building.partitions import batches, fans
from wpnet.building.workers import Here, Processes
from wpnet.cascade.pairs import comparable_pairs
from wpnet.errors import BuildError, CorpusError, WpnetError
from wpnet.model import Plan
from wpnet.pipeline import build
from wpnet.showing.ledger import ledger
from wpnet.showing.tracing import trace
from wpnet.slices import INDEX, open_slice
from wpnet.store import load_corpus
from wpnet.storing.mark import PACKAGE
from wpnet.tables import TABLES, data_package, read_table, table_bytes

SMALL = "{}年政务公开工作要点\n一、公开\n1.甲事公开。\n2.乙事公开。\n3.丙事公开。\n"
ASKED = ("requirements", "assignments", "citations", "links", "coverage")


@pytest.fixture(scope="module")
def raw(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the invented plans of a city and its districts, and of the city's next year."""
    folder = tmp_path_factory.mktemp("pipeline") / "raw"
    write(folder, 11)
    return folder


@pytest.fixture(scope="module")
def built(raw: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder built from them by this process."""
    out = tmp_path_factory.mktemp("built") / "out"
    build(raw, out)
    return out


def content(folder: Path) -> dict[str, bytes]:
    """Return every file of a folder by its name."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.mark.slow
def test_two_workers_give_the_same_bytes(
    raw: Path, built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who does the work cannot be seen in the result."""
    monkeypatch.setattr(stages, "FILES_A_TASK", 3)
    monkeypatch.setattr(stages, "PAIRS_A_TASK", 4)
    build(raw, tmp_path / "out", workers=2)
    assert content(tmp_path / "out") == content(built)


def written_at_once(folder: Path) -> dict[str, bytes]:
    """Return tables, texts and package of a built folder, written from its records in memory."""
    corpus = load_corpus(folder)
    files = {f"{name}.csv": table_bytes(name, getattr(corpus, name)) for name in TABLES}
    files |= {f"text/{plan_id}.txt": text.encode() for plan_id, text in corpus.texts.items()}
    return files | {PACKAGE: data_package(__version__, corpus.texts)}


def test_tables_written_plan_by_plan_are_those_written_at_once(built: Path) -> None:
    """Streaming changes nothing: read back and written from memory, the tables are the same."""
    again = written_at_once(built)
    assert again.items() <= content(built).items()
    assert set(content(built)) - set(again) == {
        INDEX, "graph.gexf", "graph.graphml", "graph.json",
    }  # fmt: skip


def test_ids_that_sort_differently_with_and_without_the_number_sign(tmp_path: Path) -> None:
    """'plan 2' stands before 'plan' once '#' follows; each table keeps its own order."""
    mine = tmp_path / "raw"
    mine.mkdir()
    for name, year in (("plan", 2023), ("plan 2", 2024), ("plan!", 2025)):
        (mine / f"{name}.txt").write_text(SMALL.format(year), "utf-8")
    build(mine, tmp_path / "out")
    assert written_at_once(tmp_path / "out").items() <= content(tmp_path / "out").items()


def test_all_pairs_are_found_once_tree_by_tree() -> None:
    """The pairs of all trees together are the comparable pairs of the whole country."""
    dice = random.Random(1)
    codes = ["000000", "310000", "310114", "310112", "330000", "330100", "330106", "330200", ""]
    plans = [
        Plan(str(n), place_code=dice.choice(codes), bureau=dice.choice("ab"), year=2020 + n % 4)
        for n in range(120)
    ]
    found = fans(plans)
    assert sorted(pair for fan in found for pair in fan.pairs) == comparable_pairs(plans)
    cut = list(batches(found, 7))
    assert [pair for batch in cut for fan in batch for pair in fan.pairs] == [
        pair for fan in found for pair in fan.pairs
    ]
    assert max(sum(len(fan.pairs) for fan in batch) for batch in cut) <= 7


def test_sorted_runs_give_all_rows_back_in_order(tmp_path: Path) -> None:
    """What is set aside on disk is merged with what is still in memory, and then removed."""
    runs = SortedRuns(tmp_path, rows_a_run=10)
    keys = [f"{number:03}" for number in range(95)]
    random.Random(2).shuffle(keys)
    for key in keys:
        runs.add(key, [key, "甲\n乙"])
    assert [key for key, _ in runs.merged()] == sorted(keys)
    assert list(tmp_path.iterdir()) == []


class Stopping(Here):
    """Workers that are interrupted after some tasks."""

    def __init__(self, after: int, fault: BaseException) -> None:
        self.left, self.fault = after, fault

    def run(self, job: Callable[[Any], Any], tasks: Iterable[Any]) -> Iterator[tuple[Any, Any]]:
        for done in super().run(job, tasks):
            if not self.left:
                raise self.fault
            self.left -= 1
            yield done


@pytest.mark.slow
@pytest.mark.parametrize("after", [0, 2, 5])
def test_an_interrupted_build_leaves_the_old_output_and_goes_on_later(
    raw: Path, built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    """At whatever moment: nothing half-written, and what was done is not done again."""
    monkeypatch.setattr(stages, "FILES_A_TASK", 3)
    monkeypatch.setattr(stages, "PAIRS_A_TASK", 4)
    out = tmp_path / "out"
    shutil.copytree(built, out)
    before = content(out)
    with monkeypatch.context() as patch:
        patch.setattr(pipeline, "Here", lambda: Stopping(after, KeyboardInterrupt()))
        with pytest.raises(KeyboardInterrupt):
            build(raw, out)
    assert content(out) == before
    assert sorted(path.name for path in tmp_path.iterdir() if path.name != ".wpnet-cache") == [
        "out"
    ]
    done = len(list(tmp_path.glob(".wpnet-cache/*/*/*.json")))
    assert (done > 0) == (after > 0)
    build(raw, out)
    assert content(out) == content(built)


def test_a_worker_that_dies_is_one_sentence() -> None:
    """A killed process is no traceback: the sentence says that the work done so far is kept."""
    workers = Processes(2)
    with pytest.raises(BuildError, match=r"worker process died .* run the build again"):
        list(workers.run(os._exit, [9, 9, 9, 9]))
    assert workers.pool is None


def test_a_fault_in_a_worker_reaches_the_reader_as_it_is(tmp_path: Path) -> None:
    """An unreadable file is the same sentence with two workers as with one."""
    mine = tmp_path / "raw"
    mine.mkdir()
    for number in range(20):
        (mine / f"{number:02}.txt").write_bytes(b"%PDF-1.7 broken")
    said = set()
    for workers in (1, 2):
        with pytest.raises(WpnetError) as fault:
            build(mine, tmp_path / "out", workers=workers)
        said.add(str(fault.value))
    assert len(said) == 1
    assert "00.txt" in said.pop()
    assert not (tmp_path / "out").exists()


def test_a_full_disk_leaves_the_old_output(
    raw: Path, built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While tables are written, nothing of them is seen."""
    out = tmp_path / "out"
    shutil.copytree(built, out)
    before = content(out)

    def full(self: TableFile, *_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(assembly.TableFile, "add", full)
    with pytest.raises(CorpusError, match=r"No space left on device.*untouched"):
        build(raw, out, cache=built.parent / ".wpnet-cache")
    assert content(out) == before
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_file_that_changes_during_the_build_is_refused(raw: Path, tmp_path: Path) -> None:
    """Tables never mix two states of a folder."""
    mine = tmp_path / "raw"
    mine.mkdir()
    for file in sorted(raw.glob("*.txt"))[:2]:
        (mine / file.name).write_bytes(file.read_bytes())

    def touching(stage: str, items: Any) -> Any:
        yield from items
        if stage == "comparing plans":
            (sorted(mine.iterdir())[0]).write_text("new")

    with pytest.raises(BuildError, match="was changed while it was read"):
        build(mine, tmp_path / "out", progress=touching)
    assert not (tmp_path / "out").exists()


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root reads every folder")
def test_a_folder_that_may_not_be_read_is_one_sentence(tmp_path: Path) -> None:
    """The sentence names the folder."""
    mine = tmp_path / "raw"
    mine.mkdir(mode=0)
    with pytest.raises(CorpusError, match="cannot be read"):
        build(mine, tmp_path / "out")


def test_an_id_that_would_break_tables_is_refused(tmp_path: Path) -> None:
    """'#' parts plan and number in every id; it cannot stand in a plan's own."""
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "a#b.txt").write_text(SMALL.format(2025), "utf-8")
    with pytest.raises(CorpusError, match="another plan_id in the manifest"):
        build(tmp_path / "raw", tmp_path / "out")


@pytest.mark.parametrize("workers", [0, -1])
def test_a_build_needs_a_worker(raw: Path, tmp_path: Path, workers: int) -> None:
    """A number below one is refused before anything is done."""
    with pytest.raises(WpnetError, match="at least one worker"):
        build(raw, tmp_path / "out", workers=workers)


def test_a_slice_answers_like_the_whole_corpus(built: Path) -> None:
    """Ledger and trace of any plan are the same from the few lines that concern it."""
    whole = load_corpus(built)
    pairs = {(row.source_id.partition("#")[0], row.target_plan_id) for row in whole.coverage}
    for source, target in sorted(pairs):
        part = open_slice(built, (source, target), tables=("plans", *ASKED))
        assert part is not None
        assert ledger(part, source, target) == ledger(whole, source, target)
    for requirement in whole.requirements[::40]:
        part = open_slice(built, (requirement.plan_id,), tables=("plans", *ASKED), related=True)
        assert part is not None
        name = requirement.requirement_id
        assert trace(part, name) == trace(whole, name)


def test_a_slice_of_changed_tables_is_refused(built: Path, tmp_path: Path) -> None:
    """Where a table was changed by hand, or a plan is unknown, the whole tables must be read."""
    for name, data in content(built).items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(data)
    plan = load_corpus(built, tables=("plans",)).plans[0].plan_id
    assert open_slice(tmp_path, (plan,), tables=("plans",)) is not None
    assert open_slice(tmp_path, ("nobody",), tables=("plans",)) is None
    with (tmp_path / "links.csv").open("a") as file:
        file.write("\n")
    assert open_slice(tmp_path, (plan,), tables=("plans",)) is None
    (tmp_path / INDEX).unlink()
    assert open_slice(tmp_path, (plan,), tables=("plans",)) is None


def test_every_plan_is_found_in_the_index(built: Path) -> None:
    """Halving the file finds each row, the first and the last too."""
    for plan in load_corpus(built, tables=("plans",)).plans:
        part = open_slice(built, (plan.plan_id,), tables=("plans",))
        assert part is not None
        assert plan in part.plans


def test_parquet_says_what_the_csv_says(raw: Path, built: Path, tmp_path: Path) -> None:
    """Every value of every table, with its type, stands in the Parquet file beside it."""
    parquet = pytest.importorskip("pyarrow.parquet")
    out = tmp_path / "out"
    build(raw, out, cache=built.parent / ".wpnet-cache", parquet=True, graphs=False)
    assert not (out / "graph.json").exists()
    for table, record in TABLES.items():
        rows = parquet.read_table(out / f"{table}.parquet").to_pylist()
        names = list(record.__dataclass_fields__)
        records = read_table(out / f"{table}.csv", record)
        assert len(rows) == len(records)
        for row, entry in zip(rows, records, strict=True):
            values = [getattr(entry, name) for name in names]
            flat = [";".join(value) if isinstance(value, tuple) else value for value in values]
            assert list(row.values()) == flat
