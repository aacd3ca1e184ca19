"""The manifest: what is meant plainly is read and said, all else is refused before a build."""

from __future__ import annotations

import csv
import hashlib
import io
import shutil
from pathlib import Path

import pytest

from tests.review.sheets import HERE, RAW, run
from wpnet import apart
from wpnet.errors import CorpusError
from wpnet.reading.manifest import MANIFEST_COLUMNS, read_manifest
from wpnet.spreadsheets import delimited

ROW = {
    "plan_id": "jingan-hrss-2025",
    "file": "dist.txt",
    "place_code": "310106",
    "level": "district",
    "bureau": "hrss",
    "year": "2025",
    "date": "2025-04-20",
    "date_kind": "signed",
    "sha256": hashlib.sha256((RAW / "dist.txt").read_bytes()).hexdigest(),
}


def written(folder: Path, mark: str = ",", encoding: str = "utf-8", **cells: str) -> Path:
    """Write a manifest of one row and return its folder."""
    out = io.StringIO(newline="")
    row = ROW | cells
    csv.writer(out, delimiter=mark, lineterminator="\r\n").writerows([row.keys(), row.values()])
    (folder / "manifest.csv").write_bytes(out.getvalue().encode(encoding))
    return folder


@pytest.mark.parametrize(
    ("column", "said", "field", "meant"),
    [
        ("place_code", "310106.0", "place_code", "310106"),
        ("place_code", "３１０１０６", "place_code", "310106"),
        ("year", "2025.0", "year", 2025),
        ("year", "2025年", "year", 2025),
        ("date", "2025/4/20", "date", "2025-04-20"),
        ("date", "2025年4月20日", "date", "2025-04-20"),
        ("date", "45767", "date", "2025-04-20"),
        ("level", "区级", "level", "district"),
        ("level", "District", "level", "district"),
        ("bureau", "人社", "bureau", "hrss"),
        ("bureau", "HRSS", "bureau", "hrss"),
        ("date_kind", "印发", "date_kind", "issued"),
        ("sha256", ROW["sha256"].upper(), "source_sha256", ROW["sha256"]),
    ],
)
def test_what_is_meant_plainly_is_read_and_said(
    tmp_path: Path, column: str, said: str, field: str, meant: object
) -> None:
    """A spreadsheet's rewriting and a person's words are taken, with a note that shows both."""
    manifest = read_manifest(written(tmp_path, **{column: said}))
    assert getattr(manifest.plans[0], field) == meant
    (note,) = manifest.notes
    assert f"line 2: {column} {said[:60]!r} is read as" in note


@pytest.mark.parametrize(
    ("column", "said", "why"),
    [
        ("place_code", "3101", "six digits"),
        ("place_code", "31011400000000000", "six digits"),
        ("place_code", "静安", "six digits"),
        ("year", "25", "four digits"),
        ("year", "0", "four digits"),
        ("year", "99999", "four digits"),
        ("year", "1" * 5000, "four digits"),
        ("date", "2025-13-45", "no day"),
        ("date", "99999-01-01", "no day"),
        ("date", "2025年5月", "no day"),
        ("level", "galaxy", "national, provincial"),
        ("bureau", "../x", "no code"),
        ("bureau", "a;b", "no code"),
        ("bureau", "某某", "no bureau"),
        ("date_kind", "foo", "signed, issued"),
        ("sha256", "zz", "64 hexadecimal"),
        ("source_url", "javascript:alert(1)", "no address"),
        ("title", "长" * 140_000, "characters"),
        ("file", "../dist.txt", "without folders"),
        ("plan_id", "a\nb", "plan id"),
        ("plan_id", "x" * 300, "plan id"),
    ],
)
def test_all_else_is_refused_with_line_and_column(
    tmp_path: Path, column: str, said: str, why: str
) -> None:
    """The sentence names the file, line, column and what is allowed there."""
    with pytest.raises(CorpusError, match=why) as refusal:
        read_manifest(written(tmp_path, **{column: said}))
    assert f"manifest.csv: line 2: {column} " in str(refusal.value)
    assert len(str(refusal.value)) < 500


@pytest.mark.parametrize(
    ("encoding", "mark"),
    [("utf-8", ","), ("utf-8-sig", ";"), ("gb18030", ","), ("gb18030", "\t"), ("utf-16", "\t")],
)
def test_every_dialect_is_read_and_kept(tmp_path: Path, encoding: str, mark: str) -> None:
    """`wpnet add` writes its row in the encoding, separator and line ends that it finds."""
    raw = tmp_path / "raw"
    shutil.copytree(RAW, raw)
    written(raw, mark, encoding, title="静安区工作要点")
    before = (raw / "manifest.csv").read_bytes()
    (raw / "city.txt").rename(tmp_path / "city.txt")
    assert run("add", tmp_path / "city.txt", "--raw", raw, "--force") == 0
    assert (raw / "manifest.csv").read_bytes().startswith(before)
    plans = read_manifest(raw).plans
    assert plans[0].title == "静安区工作要点"
    assert plans[1].plan_id == "shanghai-hrss-2024"


def test_what_excel_adds_does_no_harm(tmp_path: Path) -> None:
    """Empty columns and rows at the ends, blanks and capitals in headings are passed over."""
    written(tmp_path)
    text = (
        (tmp_path / "manifest.csv")
        .read_text("utf-8")
        .replace("plan_id,file", " Plan_ID,\ufeffFILE")
    )
    text = text.replace("\n", ",,\n") + ",,,\n,,,\n"
    (tmp_path / "manifest.csv").write_text("sep=,\n" + text, "utf-8")
    assert read_manifest(tmp_path).plans[0].plan_id == "jingan-hrss-2025"


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda text: text.replace('"静', "静", 1).replace("x", '"x', 1), "more cells|quotation"),
        (lambda text: text.replace("dist.txt", '"dist.txt', 1), "quotation mark"),
        (lambda text: text.replace("2025-04-20", "2025-04-20,,,,,,,9"), "more cells"),
        (lambda text: text.replace("plan_id,", "file,", 1), "file twice"),
        (lambda text: text.replace("plan_id,", "plan,", 1), "unknown column 'plan'"),
    ],
)
def test_a_damaged_manifest_is_noticed(tmp_path: Path, change: object, why: str) -> None:
    """A lost quotation mark never turns rows into one."""
    written(tmp_path, source_url="https://x", title="静,安")
    file = tmp_path / "manifest.csv"
    file.write_text(change(file.read_text("utf-8")), "utf-8")  # type: ignore[operator]
    with pytest.raises(CorpusError, match=why):
        read_manifest(tmp_path)


@pytest.mark.parametrize("file", sorted((HERE / "manifests").glob("*.csv")), ids=lambda f: f.stem)
def test_no_dialect_of_a_manifest_loses_verdicts(
    tmp_path: Path, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Codes with a point, words and Excel's dates compare the same plans as the plain manifest."""
    raw = tmp_path / "raw"
    shutil.copytree(RAW, raw)
    shutil.copy(file, raw / "manifest.csv")
    assert run("build", "--raw", raw, "--out", tmp_path / "out", "--no-cache") == 0
    said = capsys.readouterr()
    assert "5 verdicts" in said.out
    assert ("is read as" in said.err) == (file.stem not in ("good", "gbk"))


def test_a_plan_that_nothing_is_compared_with_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A manifest that takes a plan out of all comparisons does not do it in silence."""
    raw = tmp_path / "raw"
    shutil.copytree(RAW, raw)
    written(raw, place_code="320106")
    assert run("build", "--raw", raw, "--out", tmp_path / "out", "--no-cache") == 0
    said = capsys.readouterr().err
    assert "jingan-hrss-2025 is compared with no other plan: place 320106" in said
    assert "the plan is compared as the manifest says" in said


@pytest.mark.parametrize(
    ("change", "lost"),
    [({"place_code": "320106"}, 1), ({"plan_id": "other-2025"}, 0), ({"bureau": "gov"}, 1)],
)
def test_comparisons_lost_through_a_manifest_are_counted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], change: dict[str, str], lost: int
) -> None:
    """Pairs of plans that the last build compared and this one does not, though both are there."""
    raw, out = tmp_path / "raw", tmp_path / "out"
    shutil.copytree(RAW, raw)
    assert run("build", "--raw", raw, "--out", out, "--no-cache") == 0
    assert "compared no more" not in capsys.readouterr().err
    written(raw, **change)
    for said_again in (bool(lost), False):  # against the last build, so once
        assert run("build", "--raw", raw, "--out", out, "--no-cache") == 0
        said = capsys.readouterr().err
        assert (f"{lost} pairs of plans that the last build compared" in said) == said_again
    (raw / "dist.txt").unlink()
    (raw / "manifest.csv").unlink()
    assert run("build", "--raw", raw, "--out", out, "--no-cache") == 0
    assert "compared no more" not in capsys.readouterr().err  # the plan itself is gone


def test_a_long_manifest_is_read_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond a size it goes where every foreign file goes; what is wrong is the same sentence."""
    lines = "".join(f"p{at}-2025,,标题{at}\n" for at in range(30))
    (tmp_path / "manifest.csv").write_text(f"plan_id,file,title\n{lines}", "utf-8")
    here = read_manifest(tmp_path)
    monkeypatch.setattr(delimited, "READ_HERE", 100)
    assert read_manifest(tmp_path) == here
    (tmp_path / "manifest.csv").write_text(f'plan_id,file,title\n{lines}"x,', "utf-8")
    with pytest.raises(CorpusError, match="line 32: a quotation mark is not closed"):
        read_manifest(tmp_path)
    monkeypatch.setattr(apart, "SECONDS", 0)
    with pytest.raises(CorpusError, match="took more than 0 seconds"):
        read_manifest(tmp_path)


def test_the_columns_are_those_of_a_plan() -> None:
    """Every column fills a field that the tables know."""
    from wpnet.tables import columns

    assert set(MANIFEST_COLUMNS.values()) <= set(columns("plans"))


def test_a_sentence_of_any_length_is_built(tmp_path: Path) -> None:
    """A cell of a processed table may be as long as a raw file."""
    raw = tmp_path / "raw"
    raw.mkdir()
    text = (
        (RAW / "dist.txt").read_text("utf-8").replace("做好解读回应。", f"做好。{'长' * 140_000}。")
    )
    (raw / "dist.txt").write_text(text, "utf-8")
    assert run("build", "--raw", raw, "--out", tmp_path / "out", "--no-cache") == 0
    assert run("export", tmp_path / "x.gexf", "--data", tmp_path / "out") == 0
