"""The doors to the disk: manifest and processed tables."""

from __future__ import annotations

from pathlib import Path

import pytest

from wpnet import open_corpus
from wpnet.errors import CorpusError
from wpnet.model import LeftOut, Unit
from wpnet.reading.manifest import read_manifest
from wpnet.tables import TABLES, codebook, columns, read_table, table_bytes

PROCESSED = Path(__file__).parents[1] / "data" / "processed"


@pytest.mark.parametrize("table", TABLES)
def test_a_table_read_back_and_written_again_is_the_same_bytes(table: str) -> None:
    """No value is lost or changed between records and CSV."""
    data = (PROCESSED / f"{table}.csv").read_bytes()
    records = read_table(PROCESSED / f"{table}.csv", TABLES[table])
    assert records or table == "left_out"  # the base plans are plain text: nothing is left out
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


def test_what_was_left_out_stays_in_the_order_of_the_file() -> None:
    """Rows of ``left_out.csv`` are sorted by plan only: page 10 does not come before page 2."""
    rows = [
        LeftOut("b-2025", "watermark", "page 2", "内部资料"),
        LeftOut("b-2025", "footnote", "page 10", "1 指本市目录，“含”补贴。"),
        LeftOut("a-2025", "navigation", "chars 3-9", "首页"),
    ]
    lines = table_bytes("left_out", rows).decode("utf-8-sig").splitlines()
    assert [line.split(",")[:3] for line in lines[1:]] == [
        ["a-2025", "navigation", "chars 3-9"],
        ["b-2025", "watermark", "page 2"],
        ["b-2025", "footnote", "page 10"],
    ]
