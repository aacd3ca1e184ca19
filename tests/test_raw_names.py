"""A raw folder as people have it: odd names are read or refused, odd entries named."""

from __future__ import annotations

import os
import unicodedata
from pathlib import Path

import pytest

from wpnet.errors import CorpusError, UnreadableFile
from wpnet.pipeline import build
from wpnet.storing.raw import raw_files, read_raw

PLAN = "某市教育局{}年政务公开工作要点\n一、公开\n1.甲事公开。\n2.乙事公开。\n3.丙事公开。\n"


def put(folder: Path, *names: str | bytes, first_year: int = 2020) -> None:
    """Write a plan of its own year under each name."""
    folder.mkdir(exist_ok=True)
    for year, name in enumerate(names, first_year):
        path = os.path.join(os.fsencode(folder), os.fsencode(name))
        with open(path, "wb") as file:
            file.write(PLAN.format(year).encode())


def ids(tmp_path: Path) -> list[str]:
    built = build(tmp_path / "raw", tmp_path / "out", keep_cache=False, graphs=False)
    return sorted(plan.plan_id for plan in built.corpus.plans if plan.held)


@pytest.mark.parametrize(
    "name",
    ["计划".encode("gbk") + b".txt", b"\xff\xfe.txt", "a\nb.txt", "a\tb.txt", "a\x1b[31m.txt"],
)
def test_a_name_that_no_table_can_hold_is_refused(tmp_path: Path, name: str | bytes) -> None:
    """Bytes of another encoding and control characters: one sentence on one line."""
    put(tmp_path / "raw", "good.txt", name)
    with pytest.raises(CorpusError, match="rename it") as refusal:
        build(tmp_path / "raw", tmp_path / "out")
    assert str(refusal.value).isprintable()
    assert not (tmp_path / "out").exists()


def test_a_name_in_gbk_is_shown_as_it_was_meant(tmp_path: Path) -> None:
    """Whoever unpacked a Chinese archive sees which file it is."""
    put(tmp_path / "raw", "计划".encode("gbk") + b".txt")
    with pytest.raises(CorpusError, match="计划"):
        raw_files(tmp_path / "raw")


@pytest.mark.parametrize("name", ["a#b.txt", "a;b.txt", '"a".txt', "x" * 251 + ".txt", "x" * 255])
def test_a_name_that_cannot_be_an_id_is_refused_where_the_plan_gives_none(
    tmp_path: Path, name: str
) -> None:
    """The stem would be the id; the sentence says that the manifest can give another one."""
    put(tmp_path / "raw", name)
    with pytest.raises(CorpusError, match="another plan_id in the manifest"):
        ids(tmp_path)
    (tmp_path / "raw" / "manifest.csv").write_text(
        "plan_id,file\na-2020," + ('"' + name.replace('"', '""') + '"') + "\n", "utf-8"
    )
    assert ids(tmp_path) == ["a-2020"]


def test_names_that_start_with_a_hyphen_or_hold_blanks_are_read(tmp_path: Path) -> None:
    """They are names like any other."""
    put(tmp_path / "raw", "-x.txt", " y .txt", "公开 要点（终稿）.txt")
    assert ids(tmp_path) == [" y ", "-x", "公开 要点（终稿）"]


@pytest.mark.parametrize(
    ("one", "other"),
    [("Plan.txt", "plan.txt"), (unicodedata.normalize("NFD", "plané.txt"), "plané.txt")],
)
def test_ids_that_another_system_takes_for_one_are_refused(
    tmp_path: Path, one: str, other: str
) -> None:
    """Windows and macOS would write both texts into one file."""
    put(tmp_path / "raw", one, other)
    with pytest.raises(CorpusError, match="name them apart"):
        ids(tmp_path)


def test_a_manifest_of_another_system_finds_its_file(tmp_path: Path) -> None:
    """macOS takes the letters of file names apart, a manifest typed elsewhere does not."""
    put(tmp_path / "raw", unicodedata.normalize("NFD", "plané.txt"))
    (tmp_path / "raw" / "manifest.csv").write_text("plan_id,file\nb-2020,plané.txt\n", "utf-8")
    assert ids(tmp_path) == ["b-2020"]


ODD = (
    "Thumbs.db",
    "desktop.ini",
    "~$a.docx",
    "a (李's conflicted copy 2025-01-01).txt",
    "a (conflicted copy 2025-01-01 101010).txt",
    "a.sync-conflict-20250101-101010-ABCDEFG.txt",
    "a_冲突文件_张三_20250101.txt",
    "a-DESKTOP-7AB3.txt",
    "manifest-PC01.csv",
)


def test_what_is_no_file_of_the_users_is_passed_over_and_named(tmp_path: Path) -> None:
    """Nothing stops a build or vanishes without a word."""
    raw = tmp_path / "raw"
    put(raw, "a.txt")
    put(raw, *ODD, first_year=1990)
    (raw / "sub").mkdir()
    put(raw / "sub", "b.txt")
    (raw / ".hidden").write_text("x")
    os.mkfifo(raw / "pipe.txt")
    os.symlink("nowhere.txt", raw / "dangling.txt")
    os.symlink("loop", raw / "loop")
    (raw / "manifest.csv").write_text("plan_id,file\n", "utf-8")
    found = raw_files(raw)
    assert [path.name for path in found.files] == ["a.txt"]
    assert {name for name, _ in found.passed_over} == {
        *ODD, "sub", "pipe.txt", "dangling.txt", "loop",
    }  # fmt: skip
    built = build(raw, tmp_path / "out", keep_cache=False, graphs=False)
    assert built.held == 1
    assert "passed over" in built.warnings[0]
    assert "Thumbs.db" in built.warnings[0]


def test_what_the_manifest_names_is_never_passed_over(tmp_path: Path) -> None:
    """Somebody meant it."""
    raw = tmp_path / "raw"
    put(raw, "a.txt", "a-PC01.txt")
    assert len(raw_files(raw).files) == 1
    assert len(raw_files(raw, ["a-PC01.txt"]).files) == 2


def test_pipes_devices_and_folders_are_never_opened(tmp_path: Path) -> None:
    """Nothing waits for a pipe or fills the memory from a device."""
    os.mkfifo(tmp_path / "pipe")
    for path, said in (
        (tmp_path / "pipe", "a pipe"),
        (Path(os.devnull), "a device"),
        (tmp_path, "a folder"),
        (Path("a\0b"), "no name of a file"),
        (Path("x" * 300), "cannot be opened"),
    ):
        with pytest.raises(UnreadableFile, match=said):
            read_raw(path)
