"""Whatever stops a program at any moment, nothing is half-written, missing or left for ever."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.asking.plans import corpus
from tests.asking.server import answer
from tests.asking.test_readings import Stored
from tests.attacks.crashing import KINDS, Kind, crashed
from tests.review.sheets import KEYS, RAW
from wpnet.asking.readings import read_readings
from wpnet.asking.running import ask
from wpnet.cli import main
from wpnet.errors import WpnetError
from wpnet.review.decisions import Decision, decisions_to_csv
from wpnet.storing import folders
from wpnet.storing.files import write_file
from wpnet.storing.folders import replaced_folder
from wpnet.storing.staged import STAGED, sweep

ROOT = Path(__file__).parents[2]
PACKAGE = json.dumps(
    {"name": "wpnet", "profile": "data-package", "resources": [{"path": "plans.csv"}]}
)


def leftovers(folder: Path) -> list[str]:
    """Return everything unfinished in a folder and the folders in it."""
    return sorted(path.name for path in folder.rglob(f"{STAGED}*"))


def content(place: Path) -> dict[str, bytes] | bytes | None:
    """Return what lies in a place: bytes, the files of a folder, or nothing."""
    if place.is_dir():
        return {
            str(path.relative_to(place)): path.read_bytes()
            for path in sorted(place.rglob("*"))
            if path.is_file() and STAGED not in str(path)
        }
    return place.read_bytes() if place.exists() else None


def said(work: Callable[[], object]) -> int:
    """Do library work as a command does it: one sentence, or an interrupt."""
    try:
        work()
    except WpnetError as fault:
        return 1 if str(fault).isprintable() else 98
    except KeyboardInterrupt:
        return 130
    return 0


def write_one(folder: Path) -> Callable[[], int]:
    return lambda: said(lambda: write_file(folder / "a.csv", [b"a\n", b"new\n"]))


def build_one(folder: Path) -> Callable[[], int]:
    def work() -> None:
        with replaced_folder(folder / "out") as new:
            (new / "datapackage.json").write_text(PACKAGE)
            (new / "plans.csv").write_text("new")

    return lambda: said(work)


def prepare(folder: Path, old: bool) -> None:
    """Lay out a folder as it is before the work."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    if old:
        (folder / "a.csv").write_bytes(b"a\nold\n")
        (folder / "out").mkdir()
        (folder / "out" / "datapackage.json").write_text(PACKAGE)
        (folder / "out" / "plans.csv").write_text("old")


@pytest.mark.parametrize(
    ("old", "exchange"),
    [(True, True), (False, True), pytest.param(True, False, marks=pytest.mark.slow)],
    ids=["over an old one", "new", "by two renames"],
)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("make", "name"), [(write_one, "a.csv"), (build_one, "out")])
def test_the_writer_at_every_event(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    make: Callable[[Path], Callable[[], int]],
    name: str,
    kind: Kind,
    old: bool,
    exchange: bool,
) -> None:
    """A file or a folder is the old or the new one at each of them, and what is left is swept."""
    if not exchange:
        monkeypatch.setattr(folders, "exchange", lambda *_: False)
    folder = tmp_path / "f"
    prepare(folder, old)
    before, work = content(folder / name), make(folder)
    events = crashed(work, 0, kind="interrupt", folder=folder).events
    after = content(folder / name)
    assert after != before
    for point in range(1, events + 1):
        prepare(folder, old)
        ended = crashed(work, point, kind, folder)
        folders.settled(folder / name)  # what every reader and builder does first
        assert ended.killed == (kind == "kill")
        assert ended.status in ((0, 1, 130) if not ended.killed else (-1,)), ended.said
        assert content(folder / name) in (before, after), (point, ended)
        if kind in ("interrupt", "full"):
            assert leftovers(folder) == [], (point, ended)
        sweep(folder)
        assert leftovers(folder) == [], (point, ended)


class Case(NamedTuple):
    """A command, what it writes, the events at most that are tried for each kind of crash.

    ``before`` is what lies in the place of a file that it writes.
    """

    arguments: tuple[str, ...]
    target: str
    most: int = 60
    before: bytes = b"old"


WITHDRAWN = Decision("a-2024#1.1.1", "0" * 64, "b-2025", "withdrawn", "", "", "", "", "", "")
CASES = {
    "report": Case(("report", "--data", "out", "--out", "rep.html", "--force"), "rep.html", 8),
    "graphml": Case(("export", "net.graphml", "--data", "out", "--force"), "net.graphml"),
    "gexf": Case(("export", "net.gexf", "--data", "out", "--force"), "net.gexf"),
    "xlsx": Case(("export", "net.xlsx", "--data", "out", "--force"), "net.xlsx"),
    "dta": Case(("export", "dta", "--format", "dta", "--data", "out", "--force"), "dta"),
    "omissions csv": Case(
        ("omissions", "--from", "shanghai-hrss-2023", "--to", "jiading-hrss-2025", "--data", "out",
         "--out", "om.csv", "--force"), "om.csv",
    ),
    "omissions xlsx": Case(
        ("omissions", "--from", "shanghai-hrss-2023", "--to", "jiading-hrss-2025", "--data", "out",
         "--out", "om.xlsx", "--force"), "om.xlsx",
    ),
    "neighbours": Case(
        ("neighbours", "minhang-hrss-2025#2.1.3", "--data", "out", "--out", "n.csv", "--force"),
        "n.csv",
    ),
    "review export": Case(("review", "export", "t.xlsx", "--data", "out", "--force"), "t.xlsx"),
    "review export csv": Case(("review", "export", "t.csv", "--data", "out", "--force"), "t.csv"),
    "review import": Case(
        ("review", "import", "filled.csv", "--data", "out", "--decisions", "d.csv"), "d.csv",
        before=decisions_to_csv([WITHDRAWN]).encode(),
    ),
    "receipt": Case(
        ("review", "import", "filled.csv", "--data", "out", "--decisions", "d2.csv",
         "--receipt", "r.csv", "--force"), "r.csv",
    ),
    "add": Case(("add", str(ROOT / "docs/example/my-district.pdf"), "--raw", "rawadd"), "rawadd"),
    "demo": Case(("demo", "d"), "d", 12),
    "build": Case(("build", "--raw", "raw", "--out", "out"), "out"),
    "build from nothing": Case(
        ("build", "--raw", "small", "--out", "built", "--cache", "cold"), "built", 200
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a project with plans, built tables and a warm cache."""
    folder = tmp_path_factory.mktemp("project")
    shutil.copytree(ROOT / "data" / "raw", folder / "raw")
    shutil.copytree(RAW, folder / "small")
    with contextlib.chdir(folder):
        assert main(["build", "--raw", "raw", "--out", "out"]) == 0
        assert main(["review", "export", "filled.csv", "--data", "out"]) == 0
    rows = list(csv.reader(io.StringIO((folder / "filled.csv").read_text("utf-8-sig"))))
    for row in rows[1:]:
        row[KEYS.index("review_verdict")] = "不适用"
    with (folder / "filled.csv").open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows(rows)
    return folder


def lay_out(project: Path, case: Case) -> None:
    """Put the project back as it was before a command."""
    sweep(project)
    (project / "d2.csv").unlink(missing_ok=True)
    shutil.rmtree(project / "cold", ignore_errors=True)
    for name in {case.target, "out"}:
        place = project / name
        shutil.rmtree(place, ignore_errors=True) if place.is_dir() else place.unlink(True)
    shutil.copytree(project / "kept", project / "out")
    if case.target == "out":  # an older build, which differs
        (project / "out" / "plans.csv").write_bytes(case.before)
    elif "." in case.target:
        (project / case.target).write_bytes(case.before)


def command(case: Case, said_to: io.StringIO) -> Callable[[], int]:
    def work() -> int:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(said_to):
            status = main([str(word) for word in case.arguments])
        said = said_to.getvalue()
        assert "Traceback" not in said
        if "nothing was changed" in said:
            place = Path(case.target)
            assert not place.exists() or place.is_dir() or place.read_bytes() == case.before
        return status

    return work


@pytest.mark.attack
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", CASES)
def test_every_command_at_every_event(project: Path, name: str, kind: Kind) -> None:
    """Old or new, whole; no traceback; an interrupt says "nothing was changed" where it is so."""
    case = CASES[name]
    if not (project / "kept").exists():
        shutil.copytree(project / "out", project / "kept")
    with contextlib.chdir(project):
        lay_out(project, case)
        before = content(project / case.target)
        counted = crashed(command(case, io.StringIO()), 0, "interrupt", project)
        assert counted.status == 0, counted
        after = content(project / case.target)
        assert before != after
        step = max(1, counted.events // case.most)
        for point in range(1, counted.events + 1, step):
            lay_out(project, case)
            ended = crashed(command(case, io.StringIO()), point, kind, project)
            folders.settled(project / case.target)
            found = content(project / case.target)
            assert ended.status in ((0, 1, 130) if not ended.killed else (-1,)), (point, ended)
            if name == "add":  # a file without its row is read the same, and the next add mends it
                assert isinstance(found, dict | None)
                assert set(found or ()) <= set(after if isinstance(after, dict) else ())
            else:
                assert found in (before, after), (point, ended)
            if kind in ("interrupt", "full"):
                assert leftovers(project / "out") + leftovers(project / "cold") == []
                assert [left for left in project.iterdir() if left.name.startswith(STAGED)] == []


@pytest.mark.parametrize("kind", KINDS)
def test_asking_at_every_event(tmp_path: Path, kind: Kind) -> None:
    """What a model said stays said: each kept answer is whole, and asking again asks the rest."""
    known, folder = corpus(), tmp_path / "f"
    file = folder / "m.jsonl"

    def asked() -> int:
        rows = [row for row in known.coverage[:2] if row.source_id not in held()]
        model = Stored(*[answer()] * len(rows))
        return said(lambda: ask(known, rows, model, "m", file, day="2026-11-28"))

    def held() -> list[str]:
        return [one.source_id for one in read_readings(file)[0]] if file.exists() else []

    prepare(folder, False)
    events = crashed(asked, 0, "interrupt", folder).events
    whole = set(file.read_bytes().splitlines())
    assert len(whole) == 2
    for point in range(1, events + 1):
        prepare(folder, False)
        ended = crashed(asked, point, kind, folder)
        assert ended.status in ((0, 1, 130) if not ended.killed else (-1,)), ended.said
        assert not file.exists() or whole.issuperset(file.read_bytes().splitlines()), ended
        assert asked() == 0
        assert sorted(file.read_bytes().splitlines()) == sorted(whole)
