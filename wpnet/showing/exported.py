"""The corpus as files for Gephi, Excel, Stata, R and pandas: a format in, file names and bytes out.

The same corpus gives the same bytes.
"""

from __future__ import annotations

import csv
import dataclasses
import datetime as dt
import io
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from wpnet.cascade.graph import Graph, GraphFormat, build_graph, graph_bytes
from wpnet.cascade.graph_stream import graphml_parts
from wpnet.corpus import Corpus
from wpnet.errors import CorpusError
from wpnet.model import Link
from wpnet.showing.harmless import harmless
from wpnet.showing.typed import TypedColumn, TypedTable, Value, typed_tables

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook

#: What Excel can hold (its published limits): characters in a cell, rows on a sheet.
CELL_LENGTH, SHEET_ROWS = 32_767, 1_048_576
#: The longest text that Stata keeps in a plain column before version 13 (bytes); longer columns
#: become strL, which holds any length but cannot be a key.
PLAIN_BYTES = 244
#: Files by their names, whole or in parts.
Files = dict[str, bytes | Iterable[bytes]]
#: Files carry no time of writing.
TIMELESS = dt.datetime(2000, 1, 1)
#: Words that Stata keeps for itself, and what the network calls the same columns.
STATA_NAMES = {"start": "text_start", "end": "text_end", "class": "audit_class"}
_WIDTHS = {"string": 18, "integer": 9, "number": 9, "boolean": 9, "date": 12}
_LONG_TEXT, _WIDE = 40, 60  # from this mean length on a column is wide


def exported_files(corpus: Corpus, file_format: str, *, links_only: bool = False) -> Files:
    """Return the files of a format by their names.

    Args:
        corpus: the records; see :func:`wpnet.showing.chosen.choose` for a part of them.
        file_format: one of :data:`FORMATS`. ``gexf``, ``graphml`` and ``xlsx`` give one file
            ``wpnet.<format>``, ``csv`` the links as ``edges.csv``, ``dta`` and ``parquet`` one file
            a table.
        links_only: leave everything but links and their duties out of the network.

    Raises:
        CorpusError: an unknown format, a package that is not installed, or a table that is too
            long for Excel.
    """
    if file_format not in FORMATS:
        raise CorpusError(f"format {file_format!r} is unknown; name one of {', '.join(FORMATS)}")
    if links_only and file_format in ("gexf", "graphml"):
        kind: GraphFormat = "gexf" if file_format == "gexf" else "graphml"
        return {f"wpnet.{kind}": _links_only(corpus, kind)}
    return FORMATS[file_format](corpus)


def _gexf(corpus: Corpus) -> Files:
    return {"wpnet.gexf": _graph(corpus, "gexf")}


def _graphml(corpus: Corpus) -> Files:
    parts = graphml_parts(
        corpus.plans,
        corpus.requirements,
        corpus.assignments,
        corpus.units,
        corpus.citations,
        corpus.links,
        weighted=True,
    )
    return {"wpnet.graphml": parts}


def _graph(corpus: Corpus, file_format: GraphFormat) -> bytes:
    """Return the whole network as a file."""
    return graph_bytes(_weighted(corpus), file_format)


def _weighted(corpus: Corpus) -> Graph:
    """Return the network; ``weight``, by which Gephi draws, is a link's score and else 1."""
    graph = build_graph(
        corpus.plans,
        corpus.requirements,
        corpus.assignments,
        corpus.units,
        corpus.citations,
        corpus.links,
    )
    for _, _, data in graph.edges(data=True):
        data["weight"] = float(data.get("score", 1.0))
    return graph


def _links_only(corpus: Corpus, file_format: GraphFormat) -> bytes:
    """Return the network of links alone: the duties of the plans that they join."""
    ends = {end for link in corpus.links for end in (link.source_id, link.target_id)}
    plans = {end.partition("#")[0] for end in ends}
    duties = {
        entry.requirement_id
        for entry in corpus.requirements
        if entry.plan_id in plans and (entry.kind == "duty" or entry.requirement_id in ends)
    }
    return graph_bytes(_weighted(corpus).subgraph(duties), file_format)


def _csv(corpus: Corpus) -> Files:
    """Return the links as a list of edges, both ends first, for R."""
    names = [field.name for field in dataclasses.fields(Link)]
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["source", "target", *names[2:]])
    for link in sorted(corpus.links, key=lambda one: (one.source_id, one.target_id)):
        writer.writerow([getattr(link, name) for name in names])
    return {"edges.csv": text.getvalue().encode()}


def _xlsx(corpus: Corpus) -> Files:
    """Return a workbook: the codebook, then one sheet a table.

    No text becomes a formula or an address, whatever it begins with.
    """
    import xlsxwriter

    tables = typed_tables(corpus)
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        book.set_properties({"title": "wpnet", "created": TIMELESS})
        _write_sheet(book, _codebook_table(tables))
        for table in tables:
            _write_sheet(book, table)
    return {"wpnet.xlsx": buffer.getvalue()}


def _codebook_table(tables: tuple[TypedTable, ...]) -> TypedTable:
    rows = [
        (table.name, column.name, column.type, column.unit, ", ".join(column.allowed), text)
        for table in tables
        for column in table.columns
        for text in [column.description]
    ]
    names = ("table", "column", "type", "unit", "allowed values", "description")
    columns = (
        TypedColumn(name, "string", "", (), "", tuple(values))
        for name, values in zip(names, zip(*rows, strict=True), strict=True)
    )
    return TypedTable("codebook", "Codebook", "", tuple(columns))


def _write_sheet(book: Workbook, table: TypedTable) -> None:
    if table.length >= SHEET_ROWS:
        raise CorpusError(
            f"{table.name}: {table.length} rows are more than a sheet of Excel holds "
            f"({SHEET_ROWS - 1}); export fewer plans, or another format"
        )
    sheet = book.add_worksheet(table.name)
    head = book.add_format({"bold": True, "bottom": 1})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for place, column in enumerate(table.columns):
        sheet.set_column(place, place, _width(column))
        sheet.write_string(0, place, column.name, head)
        for row, value in enumerate(column.values, start=1):
            _write_cell(sheet, row, place, value, day)
    sheet.freeze_panes(1, 1)
    if table.length:
        sheet.autofilter(0, 0, table.length, len(table.columns) - 1)


def _write_cell(sheet: Any, row: int, place: int, value: Value, day: Format) -> None:
    if value is None or value == "":
        return
    if isinstance(value, bool):
        sheet.write_boolean(row, place, value)
    elif isinstance(value, int | float):
        sheet.write_number(row, place, value)
    elif isinstance(value, dt.date):
        sheet.write_datetime(row, place, dt.datetime.combine(value, dt.time()), day)
    else:
        sheet.write_string(row, place, _cell_text(value))


def _cell_text(text: str) -> str:
    """Return a text that fits into a cell; what is cut off is said in the cell.

    >>> _cell_text("公" * 40_000)[-9:]
    '公公… [cut]'
    """
    text = harmless(text)
    mark = "… [cut]"
    return text if len(text) <= CELL_LENGTH else text[: CELL_LENGTH - len(mark)] + mark


def _width(column: TypedColumn) -> int:
    texts = [len(value) for value in column.values if isinstance(value, str)]
    long = bool(texts) and sum(texts) / len(texts) >= _LONG_TEXT
    return _WIDE if long else _WIDTHS[column.type]


def _dta(corpus: Corpus) -> Files:
    return {f"{table.name}.dta": _stata(table) for table in typed_tables(corpus)}


def _stata(table: TypedTable) -> bytes:
    """Return a table as Stata 14 and later (format 118) reads it.

    Columns of few values and truth values are numbers with value labels, dates are days (%td),
    long texts strL; every column has its label from the codebook. Names that Stata keeps for itself
    are changed (:data:`STATA_NAMES`).
    """
    import pandas as pd

    columns = {STATA_NAMES.get(column.name, column.name): column for column in table.columns}
    frame = pd.DataFrame({name: _stata_values(column) for name, column in columns.items()})
    buffer = io.BytesIO()
    frame.to_stata(
        buffer,
        write_index=False,
        version=118,
        time_stamp=TIMELESS,
        data_label=f"wpnet: {table.title}",
        variable_labels={name: _stata_label(column) for name, column in columns.items()},
        value_labels={
            name: {0: "false", 1: "true"}
            for name, column in columns.items()
            if column.type == "boolean"
        },
        convert_dates={name: "td" for name, column in columns.items() if column.type == "date"},
        convert_strl=[name for name, column in columns.items() if _is_long(column)],
    )
    return buffer.getvalue()


def _stata_values(column: TypedColumn) -> pd.Series[Any]:
    import pandas as pd

    if column.type == "date":
        return pd.Series(pd.to_datetime(pd.Series(column.values, dtype="object")))
    if column.allowed and column.values:  # pandas cannot write an empty column of categories
        known = [value if value in column.allowed else None for value in column.values]
        return pd.Series(pd.Categorical(known, categories=list(column.allowed)))
    if column.type == "string":
        return pd.Series([harmless(str(value)) for value in column.values], dtype="object")
    types = {"integer": "int32", "number": "float64", "boolean": "int8"}
    return pd.Series(list(column.values), dtype=types[column.type])


def _stata_label(column: TypedColumn) -> str:
    """Return the description as far as a label goes: 80 characters."""
    text = column.description
    return text if len(text) <= 80 else text[:79] + "…"


def _is_long(column: TypedColumn) -> bool:
    return (
        column.type == "string"
        and not column.allowed
        and any(len(str(value).encode()) > PLAIN_BYTES for value in column.values)
    )


def _parquet(corpus: Corpus) -> Files:
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError:
        raise CorpusError(
            "Parquet files need the package pyarrow: pip install 'wpnet[parquet]', "
            "or choose another format"
        ) from None
    files: Files = {}
    for table in typed_tables(corpus):
        sink = pa.BufferOutputStream()
        pq.write_table(_arrow(table), sink)
        files[f"{table.name}.parquet"] = sink.getvalue().to_pybytes()
    return files


def _arrow(table: TypedTable) -> pa.Table:
    """Return a table with its types; the words of the codebook travel as metadata of the fields."""
    import pyarrow as pa

    types = {
        "string": pa.string(),
        "integer": pa.int64(),
        "number": pa.float64(),
        "boolean": pa.bool_(),
        "date": pa.date32(),
    }
    fields = [
        pa.field(
            column.name,
            types[column.type],
            metadata={"description": column.description, "unit": column.unit},
        )
        for column in table.columns
    ]
    schema = pa.schema(fields, metadata={"title": table.title, "description": table.description})
    return pa.table([list(column.values) for column in table.columns], schema=schema)


#: Format -> what writes it.
FORMATS: Mapping[str, Callable[[Corpus], Files]] = {
    "gexf": _gexf,
    "graphml": _graphml,
    "xlsx": _xlsx,
    "csv": _csv,
    "dta": _dta,
    "parquet": _parquet,
}
