"""The doors to the disk: manifest, processed tables, and folders that are replaced in one step."""

from __future__ import annotations

from pathlib import Path

import pytest

from wpnet import open_corpus
from wpnet.errors import CorpusError
from wpnet.model import Unit
from wpnet.store import read_manifest, replaced_folder, write_file
from wpnet.tables import TABLES, codebook, columns, read_table, table_bytes

PROCESSED = Path(__file__).parents[1] / "data" / "processed"


@pytest.mark.parametrize("table", TABLES)
def test_a_table_read_back_and_written_again_is_the_same_bytes(table: str) -> None:
    """No value is lost or changed between records and CSV."""
    data = (PROCESSED / f"{table}.csv").read_bytes()
    records = read_table(PROCESSED / f"{table}.csv", TABLES[table])
    assert records
    assert table_bytes(table, records) == data


@pytest.mark.parametrize("table", TABLES)
def test_the_codebook_describes_exactly_the_columns_that_are_written(table: str) -> None:
    """Every column of every table stands in the codebook, in order, with words."""
    (entry,) = [entry for entry in codebook()["resources"] if entry["name"] == table]
    assert [field["name"] for field in entry["fields"]] == columns(table)
    assert all(len(field["description"]) > 3 for field in entry["fields"])


def test_texts_with_commas_quotes_and_line_breaks_survive(tmp_path: Path) -> None:
    """A name from a hostile document comes back as it was."""
    unit = Unit('x/"a",b\n', '"a",b\n', "unit", "某局", ("甲", "乙"))
    (tmp_path / "units.csv").write_bytes(table_bytes("units", [unit]))
    assert read_table(tmp_path / "units.csv", Unit) == [unit]


def test_every_requirement_of_the_corpus_is_where_it_says_it_is() -> None:
    """``text == normalised[start:end]`` holds for the committed tables and texts."""
    corpus = open_corpus(PROCESSED)
    for entry in corpus.requirements:
        assert corpus.texts[entry.plan_id][entry.start : entry.end] == entry.text


def test_a_failure_while_writing_leaves_the_old_folder(tmp_path: Path) -> None:
    """The new folder takes the place of the old one only when all of it is there."""
    out = tmp_path / "out"
    out.mkdir()
    (out / "datapackage.json").write_text("old")

    def fill() -> None:
        with replaced_folder(out) as folder:
            (folder / "datapackage.json").write_text("new")
            raise OSError(28, "No space left on device")

    with pytest.raises(CorpusError, match="untouched"):
        fill()
    assert (out / "datapackage.json").read_text() == "old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out"]


def test_a_kill_between_the_two_renames_is_mended_by_the_next_run(tmp_path: Path) -> None:
    """Where only the set-aside old folder is left, it comes back before anything else."""
    aside = tmp_path / ".out.old"
    aside.mkdir()
    (aside / "datapackage.json").write_text("old")
    out = tmp_path / "out"
    with pytest.raises(CorpusError), replaced_folder(out):
        raise OSError(5, "Input/output error")
    assert (out / "datapackage.json").read_text() == "old"


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    """A folder that is not there is the input's fault, said in one sentence."""
    with pytest.raises(CorpusError, match="cannot be written"):
        write_file(tmp_path / "no" / "x.csv", b"")
    write_file(tmp_path / "x.csv", b"1")
    assert (tmp_path / "x.csv").read_bytes() == b"1"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("plan_id,fiel\n", "unknown column 'fiel'"),
        ("plan_id,file\na,x.txt\nb,x.txt\n", "two rows name 'x.txt'"),
        ("plan_id,file,year\na,x.txt,MMXX\n", "year 'MMXX' is no number"),
        ("plan_id,file\na,../x.txt\n", "without folders"),
    ],
)
def test_a_manifest_at_fault_is_refused_with_the_fault(
    tmp_path: Path, text: str, fault: str
) -> None:
    """The sentence names the manifest and what is wrong in it."""
    (tmp_path / "manifest.csv").write_text(text, "utf-8")
    with pytest.raises(CorpusError, match=fault) as refusal:
        read_manifest(tmp_path)
    assert "manifest.csv" in str(refusal.value)
