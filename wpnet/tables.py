"""The door to processed tables: records to CSV and back, by the codebook.

CSV in ``utf-8-sig`` (so that Excel shows Chinese), lines end in ``\\n``, rows sorted by their key:
the same records give the same bytes.
"""

from __future__ import annotations

import csv
import dataclasses
import functools
import io
import json
import operator
import sys
from collections.abc import Callable, Iterable, Mapping
from importlib import resources
from pathlib import Path
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from wpnet.errors import CorpusError
from wpnet.model import (
    Assignment,
    AuditSpan,
    Citation,
    Coverage,
    LeftOut,
    Link,
    Plan,
    Requirement,
    Unit,
)

Record = TypeVar("Record")

#: Table name and the record that a row of it becomes, in the order of the data package.
TABLES: Mapping[str, type] = {
    "plans": Plan,
    "requirements": Requirement,
    "assignments": Assignment,
    "units": Unit,
    "citations": Citation,
    "links": Link,
    "coverage": Coverage,
    "audit": AuditSpan,
    "left_out": LeftOut,
}
#: Characters of a cell: no raw file is larger (100 MB).
csv.field_size_limit(max(csv.field_size_limit(), 100 * 2**20))
# Columns whose name is a reserved word in Python.
_COLUMN_NAMES = {"audit_class": "class"}
# Tables whose rows stand in the order of the document, by what sorts them so.
_DOCUMENT_ORDER = {"requirements": ["plan_id", "start"], "left_out": ["plan_id"]}


@functools.cache
def codebook() -> dict[str, Any]:
    """Return the codebook: every table and column in words (Frictionless table schemas)."""
    text = resources.files("wpnet").joinpath("data/codebook.json").read_text("utf-8")
    book: dict[str, Any] = json.loads(text)
    return book


def columns(table: str) -> list[str]:
    """Return the column names of a table, in order.

    Example:
        >>> columns("units")
        ['unit_id', 'name', 'kind', 'plan_issuer', 'aliases']
    """
    return [
        _COLUMN_NAMES.get(field.name, field.name) for field in dataclasses.fields(TABLES[table])
    ]


def table_bytes(table: str, records: Iterable[Any]) -> bytes:
    """Write records as CSV, sorted by the table's key.

    Requirements, and what was left out, keep the order of the document within a plan.
    """
    lines = (line for _, line in keyed_lines(table, records))
    return "".join((header(table), *lines)).encode("utf-8-sig")


def header(table: str) -> str:
    """Return the first line of a table.

    Example:
        >>> header("units")
        'unit_id,name,kind,plan_issuer,aliases\\n'
    """
    return _line(columns(table))


def keyed_lines(table: str, records: Iterable[Any]) -> list[tuple[str, str]]:
    """Return records as lines of their table, each behind the key that the table is sorted by.

    The keys are strings whose order is that of the table, so that sorted parts of a table can be
    merged without being read. Parts of the key are joined by a NUL, numbers have leading zeros.

    Example:
        >>> keyed_lines("citations", [Citation("a-2023", 7, 9, "甲", "", "parent")])
        [('a-2023\\x00000000000007', 'a-2023,7,9,甲,,parent,,\\n')]
    """
    places = _key_places(table)
    rows = map(to_row, records)
    keyed = [
        ("\0".join(row[at].zfill(12) if number else row[at] for at, number in places), _line(row))
        for row in rows
    ]
    return sorted(keyed, key=operator.itemgetter(0))


def to_row(record: Any) -> list[str]:
    """Return a record's values as a CSV row shows them.

    Example:
        >>> to_row(Unit("x/办公室", "办公室", "unit", "某局", ("办公室", "局办")))
        ['x/办公室', '办公室', 'unit', '某局', '办公室;局办']
    """
    kind: Any = type(record)
    return [value if type(value) is str else _cell(value) for value in _values(kind)(record)]


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:.4f}"
    if isinstance(value, tuple):
        return ";".join(map(str, value))
    return str(value)


@functools.cache
def _values(record: Any) -> Callable[[Any], tuple[Any, ...]]:
    """Return what takes all values out of a record of that class."""
    return operator.attrgetter(*(field.name for field in dataclasses.fields(record)))


class _Echo:
    """A file for the csv writer that hands each line back."""

    def write(self, line: str) -> str:
        return line


_WRITER = csv.writer(_Echo(), lineterminator="\n")


def _line(row: Iterable[str]) -> str:
    line: str = _WRITER.writerow(row)  # the writer returns what the file's write() returned
    return line


@functools.cache
def _key_places(table: str) -> tuple[tuple[int, bool], ...]:
    """Return the columns of a table's key, and which are numbers.

    The key is that of the codebook, but requirements stand in the order of the text, and what was
    left out in the order in which its file holds it.
    """
    resource = next(entry for entry in codebook()["resources"] if entry["name"] == table)
    key = _DOCUMENT_ORDER.get(table, resource["primaryKey"])
    names = columns(table)
    return tuple((names.index(name), name in ("start", "end")) for name in key)


def read_table(path: Path, record: type[Record]) -> list[Record]:
    """Read a processed table back into records.

    Raises :class:`wpnet.errors.CorpusError` when the file is missing, lacks a column, or holds a
    value of the wrong type.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return _read_records(path, csv.reader(file), record)
    except FileNotFoundError:
        raise CorpusError(
            f"{path}: no such table; run `wpnet build` first, or name the folder with --data"
        ) from None
    except (OSError, UnicodeDecodeError) as fault:
        raise CorpusError(f"{path}: cannot be read ({fault}); run `wpnet build` again") from fault


def _read_records(path: Path, rows: Any, record: type[Record]) -> list[Record]:
    """Return the records of a reader's lines; the file is not held in memory."""
    names: list[str] = next(rows, [])
    kind: Any = record
    converters = _converters(kind)
    missing = [column for column, _, _ in converters if column not in names]
    if missing:
        raise CorpusError(f"{path}: lacks the column {missing[0]}; run `wpnet build` again")
    places = [(names.index(column), convert) for column, _, convert in converters]
    try:
        return [record(*[convert(row[at]) for at, convert in places]) for row in rows if row]
    except UnicodeDecodeError:
        raise
    except (IndexError, TypeError, ValueError, csv.Error) as fault:
        raise CorpusError(
            f"{path}: line {rows.line_num}: {fault}; run `wpnet build` again"
        ) from fault


def read_lines(table: str, lines: str) -> list[Any]:
    """Return the records of lines that :func:`keyed_lines` made.

    Example:
        >>> read_lines("units", "x/办公室,办公室,unit,某局,办公室;局办\\n")[0].aliases
        ('办公室', '局办')
    """
    record = TABLES[table]
    converters = [convert for _, _, convert in _converters(record)]
    return [
        record(*(convert(cell) for convert, cell in zip(converters, row, strict=True)))
        for row in csv.reader(io.StringIO(lines, newline=""))
    ]


@functools.cache
def _converters(record: Any) -> tuple[tuple[str, str, Any], ...]:
    """Return column, field name and converter for every field of a record."""
    hints = get_type_hints(record)
    return tuple(
        (
            _COLUMN_NAMES.get(field.name, field.name),
            field.name,
            sys.intern if field.name.endswith("_id") else _converter(hints[field.name]),
        )
        for field in dataclasses.fields(record)
    )


def _converter(hint: Any) -> Any:
    """Return what makes a value of a cell; ids and words of a list are kept in memory once."""
    if hint is bool:
        return lambda cell: cell == "true"
    if hint in (int, float, str):
        return hint
    if get_origin(hint) is tuple:
        return lambda cell: tuple(sys.intern(part) for part in cell.split(";") if part)
    if get_args(hint):
        return sys.intern
    raise TypeError(f"no column type for {hint}")


def data_package(version: str, texts: Iterable[str]) -> bytes:
    """Write the Frictionless Data Package that describes the tables and texts of a folder.

    ``texts`` are the ids of the plans whose normalised text stands in ``text/``.
    """
    book = codebook()
    package = {
        "profile": "data-package",
        "name": book["name"],
        "title": book["title"],
        "description": book["description"],
        "version": version,
        "resources": [
            *(_resource(entry) for entry in book["resources"]),
            *(_text_resource(plan_id) for plan_id in sorted(texts)),
        ],
    }
    return (json.dumps(package, ensure_ascii=False, indent=2) + "\n").encode("utf-8")


def _resource(entry: Mapping[str, Any]) -> dict[str, Any]:
    schema = {
        "fields": entry["fields"],
        "primaryKey": entry["primaryKey"],
        **({"foreignKeys": entry["foreignKeys"]} if entry["foreignKeys"] else {}),
    }
    return {
        "name": entry["name"],
        "title": entry["title"],
        "description": entry["description"],
        "path": f"{entry['name']}.csv",
        "profile": "tabular-data-resource",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "dialect": {"lineTerminator": "\n"},
        "schema": schema,
    }


def _text_resource(plan_id: str) -> dict[str, str]:
    return {
        "name": f"text-{plan_id}".lower(),
        "title": f"Normalised text of {plan_id}",
        "path": f"text/{plan_id}.txt",
        "format": "txt",
        "mediatype": "text/plain",
        "encoding": "utf-8",
    }
