"""Exports open where people work: Gephi, Excel, Stata, R and pandas read the same values back."""

from __future__ import annotations

import builtins
import csv
import datetime as dt
import io
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import networkx as nx
import openpyxl
import pandas as pd
import pytest

from wpnet import export as exporting
from wpnet import open_corpus
from wpnet.cascade.graph import read_graph
from wpnet.corpus import Corpus
from wpnet.errors import CorpusError, UnknownName
from wpnet.export import FILE_FORMATS, FOLDER_FORMATS, FORMATS, export
from wpnet.model import Plan, Requirement
from wpnet.showing.chosen import choose
from wpnet.showing.exported import FORMATS as WRITERS
from wpnet.showing.exported import STATA_NAMES, exported_files
from wpnet.showing.typed import typed_table
from wpnet.tables import TABLES, codebook, columns

PROCESSED = Path(__file__).parents[1] / "data" / "processed"
FORMULAS = [
    "=1+1",
    "+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(A1)",
    "＝HYPERLINK(A1)",
    "\t=1",
    "http://a.b",
]


def out_of(folder: Path, file_format: str) -> Path:
    """Return a place to export a format to."""
    return folder / (f"x.{file_format}" if file_format in FILE_FORMATS else file_format)


def table_as_csv(table: str) -> list[dict[str, str]]:
    """Return the rows of a committed table, every value a text."""
    text = (PROCESSED / f"{table}.csv").read_text("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def as_csv_cell(value: object) -> str:
    """Return a value that was read back as the CSV table shows it."""
    if value is None or value is pd.NaT or (isinstance(value, float) and pd.isna(value)):
        return ""
    if isinstance(value, dt.date):
        return value.isoformat()[:10]
    if isinstance(value, bool):
        return str(value).lower()
    return str(value)


def same(rows: list[Mapping[str, Any]], table: str) -> None:
    """Check rows that were read back against the committed table, numbers as numbers."""
    kinds = {
        field["name"]: field["type"]
        for entry in codebook()["resources"]
        if entry["name"] == table
        for field in entry["fields"]
    }
    wanted = table_as_csv(table)
    assert len(rows) == len(wanted)
    for found, row in zip(rows, wanted, strict=True):
        for name, kind in kinds.items():
            if kind in {"integer", "number"}:
                assert float(found[name]) == float(row[name]), name
            else:
                assert as_csv_cell(found[name]) == row[name], name


@pytest.mark.slow
@pytest.mark.parametrize("file_format", FORMATS)
def test_the_same_corpus_gives_the_same_bytes(file_format: str) -> None:
    """No time of writing, no order of a set, in any format."""
    corpus = open_corpus(PROCESSED)
    once, again = (
        {
            name: data if isinstance(data, bytes) else b"".join(data)
            for name, data in exported_files(corpus, file_format).items()
        }
        for _ in range(2)
    )
    assert once == again


@pytest.mark.slow
@pytest.mark.parametrize("file_format", ["gexf", "graphml"])
def test_gephi_gets_the_whole_network_with_weights(tmp_path: Path, file_format: str) -> None:
    """networkx reads the file; nodes and edges are those of the committed network, but for units
    that a task table has replaced: no two edges join the same nodes.
    """
    (file,) = export(PROCESSED, file_format, tmp_path / f"x.{file_format}")
    committed = read_graph(PROCESSED / "graph.json")
    reader = nx.read_gexf if file_format == "gexf" else nx.read_graphml
    graph = reader(file)
    assert set(graph) == set(committed)
    valid = [data for *_, data in committed.edges(data=True) if data.get("effective", True)]
    assert graph.number_of_edges() == len(valid) < committed.number_of_edges()
    assert len({frozenset(ends) for ends in graph.edges()}) == graph.number_of_edges()
    links = [data for _, _, data in graph.edges(data=True) if data["kind"] == "cascades_to"]
    assert links
    assert all(data["weight"] == data["score"] for data in links)
    assert all("weight" in data for _, _, data in graph.edges(data=True))
    read_graph(file)


CHOSEN = ("shanghai-hrss-2023", "minhang-hrss-2025")


def test_a_network_that_would_fill_the_memory_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """GEXF is made in memory; the sentence names the format that is not, and how to take a part."""
    monkeypatch.setattr(exporting, "GEXF_UP_TO", 10)
    with pytest.raises(CorpusError, match=r"158 requirements .* write \.graphml"):
        export(PROCESSED, "gexf", tmp_path / "x.gexf")
    assert export(PROCESSED, "graphml", tmp_path / "x.graphml")


def test_a_network_of_chosen_plans_holds_nothing_of_the_others(tmp_path: Path) -> None:
    """A whole, smaller network; superseded units are there where they are wanted."""
    (file,) = export(PROCESSED, "", tmp_path / "x.graphml", plans=CHOSEN, accepted_only=True)
    graph = read_graph(file)
    held = {
        node for node, data in graph.nodes(data=True) if data["kind"] == "plan" and data["held"]
    }
    assert held == set(CHOSEN)
    assert {n.split("#")[0] for n in graph if "#" in n} == set(CHOSEN)
    links = [data for _, _, data in graph.edges(data=True) if "score" in data]
    assert {(data["kind"], data["status"]) for data in links} == {("cascades_to", "accepted")}
    (file,) = export(PROCESSED, "", tmp_path / "y.graphml", superseded=True)
    effective = [data.get("effective") for *_, data in read_graph(file).edges(data=True)]
    assert effective.count(False) > 0


@pytest.mark.parametrize("file_format", ["gexf", "graphml", "csv"])
def test_links_of_one_relation_are_all_that_is_exported_when_asked_for(
    tmp_path: Path, file_format: str
) -> None:
    """As many edges as the table has such links, and no other edge or node."""
    out = tmp_path / f"x.{file_format}"
    (file,) = export(PROCESSED, "", out, plans=CHOSEN, relation="cascade", accepted_only=True)
    links = choose(
        open_corpus(PROCESSED), plans=CHOSEN, relation="cascade", accepted_only=True
    ).links
    if file_format == "csv":
        table = pd.read_csv(file)
        assert list(table.columns[:2]) == ["source", "target"]
        graph = nx.from_pandas_edgelist(table, create_using=nx.DiGraph, edge_attr=True)
    else:
        graph = {"gexf": nx.read_gexf, "graphml": nx.read_graphml}[file_format](file)
        assert {kind for _, kind in graph.nodes(data="kind")} == {"requirement"}
    assert set(graph.edges()) == {(link.source_id, link.target_id) for link in links}
    assert graph.number_of_edges() == len(links) > 0


def test_a_part_of_a_corpus_names_nothing_that_was_left_out() -> None:
    """Foreign keys still hold after filtering, and what nobody holds is kept with who cites it."""
    part = choose(open_corpus(PROCESSED), plans=["qingpu-hrss-2024"])
    plans = {plan.plan_id for plan in part.plans}
    units = {unit.unit_id for unit in part.units}
    assert {row.plan_id for row in part.requirements} == {"qingpu-hrss-2024"}
    assert {row.cited_plan_id for row in part.citations} <= plans | {""}
    assert any(not plan.held for plan in part.plans)
    assert {row.unit_id for row in part.assignments} == units
    assert (part.links, part.coverage) == ((), ())
    assert list(part.texts) == ["qingpu-hrss-2024"]


def test_excel_gets_every_table_with_types_and_the_codebook(tmp_path: Path) -> None:
    """openpyxl reads the same values; numbers are numbers, dates dates, truth values truth."""
    (file,) = export(PROCESSED, "xlsx", tmp_path / "x.xlsx")
    book = openpyxl.load_workbook(file)
    assert book.sheetnames == ["codebook", *TABLES]
    for table in TABLES:
        head, *rows = book[table].iter_rows(values_only=True)
        assert list(head) == columns(table)
        same([dict(zip(columns(table), row, strict=True)) for row in rows], table)
    dates = [cell.value for cell in book["plans"]["I"][1:] if cell.value]
    assert all(isinstance(date, dt.datetime) for date in dates)
    described = {(row[0].value, row[1].value) for row in book["codebook"].iter_rows(min_row=2)}
    assert described == {(table, column) for table in TABLES for column in columns(table)}


def hostile_corpus() -> Corpus:
    """A corpus whose texts look like formulas, hold control characters or are very long."""
    texts = [*FORMULAS, "甲\x00乙\x0b丙", "公" * 40_000]
    plan = Plan("x-hrss-2024", title="=1+1", year=2024)
    return Corpus(
        plans=(plan,),
        requirements=tuple(
            Requirement(
                f"x-hrss-2024#1.{n}.1", plan.plan_id, "duty", 1, "", n, "", 0, "", 1, t, n, n
            )
            for n, t in enumerate(texts, start=1)
        ),
    )


def test_no_text_becomes_a_formula_or_an_address() -> None:
    """What looks like a formula in a plan is a text in the workbook, letter for letter."""
    data = exported_files(hostile_corpus(), "xlsx")["wpnet.xlsx"]
    book = openpyxl.load_workbook(io.BytesIO(data))
    cells = [row[10] for row in book["requirements"].iter_rows(min_row=2)]
    assert [cell.value for cell in cells[: len(FORMULAS)]] == FORMULAS
    assert {cell.data_type for cell in cells} == {"s"}
    assert not any(cell.hyperlink for cell in cells)
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        sheets = [parts.read(name) for name in parts.namelist() if "sheet" in name]
    assert not any(b"<f>" in sheet for sheet in sheets)
    assert cells[-2].value == "甲\ufffd乙\ufffd丙"
    assert len(cells[-1].value) == 32_767
    assert cells[-1].value.endswith("… [cut]")


@pytest.mark.slow
@pytest.mark.parametrize("table", TABLES)
def test_stata_gets_labels_days_and_whole_texts(tmp_path: Path, table: str) -> None:
    """pandas reads the same values; every variable has its label from the codebook."""
    export(PROCESSED, "dta", tmp_path / "dta")
    file = tmp_path / "dta" / f"{table}.dta"
    assert file.read_bytes()[28:31] == b"118"
    frame = pd.read_stata(file)
    back = {new: old for old, new in STATA_NAMES.items()}
    rows = frame.rename(columns=back).astype(object).to_dict("records")
    same([{str(name): value for name, value in row.items()} for row in rows], table)
    with pd.io.stata.StataReader(file) as reader:
        labels = reader.variable_labels()
    assert list(labels) == [STATA_NAMES.get(name, name) for name in columns(table)]
    assert all(0 < len(label) <= 80 for label in labels.values())


def test_stata_keeps_texts_longer_than_a_plain_column() -> None:
    """strL holds any length."""
    data = exported_files(hostile_corpus(), "dta")["requirements.dta"]
    assert pd.read_stata(io.BytesIO(data))["text"].iloc[-1] == "公" * 40_000


@pytest.mark.parametrize("table", TABLES)
def test_r_and_pandas_get_typed_columns_with_words(tmp_path: Path, table: str) -> None:
    """pyarrow reads the same values; the codebook's description travels with each column."""
    parquet = pytest.importorskip("pyarrow.parquet")
    export(PROCESSED, "parquet", tmp_path / "parquet")
    found = parquet.read_table(tmp_path / "parquet" / f"{table}.parquet")
    same(found.to_pylist(), table)
    (entry,) = [entry for entry in codebook()["resources"] if entry["name"] == table]
    for field in entry["fields"]:
        metadata = found.schema.field(field["name"]).metadata
        assert metadata[b"description"].decode() == field["description"]


@pytest.mark.parametrize("file_format", FORMATS)
def test_an_empty_corpus_gives_empty_tables(file_format: str) -> None:
    """No plan is no reason to fail."""
    assert exported_files(Corpus(), file_format)


def test_without_pyarrow_the_refusal_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """Parquet is optional; the sentence names the extra."""
    real = builtins.__import__

    def without(name: str, *rest: Any, **named: Any) -> Any:
        if name.split(".")[0] == "pyarrow":
            raise ImportError(name)
        return real(name, *rest, **named)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(CorpusError, match=r"pip install 'wpnet\[parquet\]'"):
        exported_files(Corpus(), "parquet")


@pytest.mark.parametrize(
    ("file_format", "name", "fault"),
    [
        ("", "x.net", "does not say in which format"),
        ("sav", "x.sav", "unknown; name one of gexf, graphml, xlsx, csv, dta, parquet"),
        ("gexf", "x.xlsx", r"ends in \.gexf"),
        ("dta", "taken", "name a folder"),
        ("gexf", "no/such/x.gexf", "cannot be written"),
    ],
)
def test_a_wrong_place_or_format_is_refused_in_a_sentence(
    tmp_path: Path, file_format: str, name: str, fault: str
) -> None:
    """Nothing is written, and the sentence says what to do."""
    (tmp_path / "taken").write_bytes(b"")
    with pytest.raises(CorpusError, match=fault):
        export(PROCESSED, file_format, tmp_path / name)
    assert [path.name for path in tmp_path.iterdir()] == ["taken"]


def test_a_mistyped_plan_is_answered_with_the_nearest(tmp_path: Path) -> None:
    """A filter that names no plan is refused, not an empty file."""
    with pytest.raises(UnknownName, match="did you mean shanghai-hrss-202"):
        export(PROCESSED, "gexf", tmp_path / "x.gexf", plans=["shanghai-hrss-2032"])


def test_the_formats_are_named_once_too_often_but_alike() -> None:
    """The command's list, which must not load the writers, is that of the writers."""
    assert tuple(WRITERS) == FORMATS == (*FILE_FORMATS, *FOLDER_FORMATS)


def test_a_date_that_is_none_is_refused() -> None:
    """A table that was edited by hand can hold anything."""
    with pytest.raises(CorpusError, match=r"plans\.date: 'May' is no date"):
        typed_table("plans", [Plan("x", date="May")])


def test_a_part_by_place_bureau_and_years_names_nothing_else(tmp_path: Path) -> None:
    """3101 is every district of Shanghai and not the city; both ends of the years count."""
    (file,) = export(
        PROCESSED,
        "graphml",
        tmp_path / "x.graphml",
        place="3101",
        bureau="hrss",
        years=(2024, 2025),
    )
    plans = {name for name, kind in _nodes(file) if kind == "plan" and "#" not in name}
    held = {"qingpu-hrss-2024", "jiading-hrss-2025", "minhang-hrss-2025"}
    assert held <= plans
    assert not plans & {"shanghai-hrss-2020", "shanghai-hrss-2023"}


def _nodes(file: Path) -> list[tuple[str, str]]:
    graph = nx.read_graphml(file)
    return [(str(node), str(kind)) for node, kind in graph.nodes(data="kind")]


def test_a_part_is_read_from_its_places_in_the_tables(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At the size of a country nobody wants to read the other plans."""
    whole: list[str] = []
    known = exporting.load_corpus

    def watched(data: Path, **options: Any) -> Corpus:
        whole.extend(options.get("tables", ["all"]))
        return known(data, **options)

    monkeypatch.setattr(exporting, "load_corpus", watched)
    export(PROCESSED, "gexf", tmp_path / "x.gexf", place="3101")
    assert whole == ["plans", "units"]


@pytest.mark.parametrize(
    ("options", "words"),
    [({"place": "44"}, "place 44"), ({"years": (1999, 2000)}, "years 1999-2000")],
)
def test_a_part_without_a_plan_is_refused(
    tmp_path: Path, options: dict[str, Any], words: str
) -> None:
    """The sentence says what was asked for and where to look."""
    with pytest.raises(CorpusError, match=words):
        export(PROCESSED, "gexf", tmp_path / "x.gexf", **options)
    assert list(tmp_path.iterdir()) == []
