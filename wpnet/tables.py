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
from collections.abc import Iterable, Mapping
from importlib import resources
from pathlib import Path
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from wpnet.errors import CorpusError
from wpnet.model import (
    Assignment,
    AuditSpan,
    Citation,
    Coverage,
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
}
# Columns whose name is a reserved word in Python.
_COLUMN_NAMES = {"audit_class": "class"}


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

    Requirements keep the order of the document within a plan.
    """
    names = columns(table)
    rows = [to_row(record) for record in records]
    rows.sort(key=_sort_key(table, names))
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(names)
    writer.writerows(rows)
    return out.getvalue().encode("utf-8-sig")


def to_row(record: Any) -> list[str]:
    """Return a record's values as a CSV row shows them.

    Example:
        >>> to_row(Unit("x/办公室", "办公室", "unit", "某局", ("办公室", "局办")))
        ['x/办公室', '办公室', 'unit', '某局', '办公室;局办']
    """
    return [_cell(getattr(record, field.name)) for field in dataclasses.fields(record)]


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:.4f}"
    if isinstance(value, tuple):
        return ";".join(map(str, value))
    return str(value)


def _sort_key(table: str, names: list[str]) -> Any:
    """Sort by the key of the codebook; numbers as numbers, requirements by place in the text."""
    resource = next(entry for entry in codebook()["resources"] if entry["name"] == table)
    key = ["plan_id", "start"] if table == "requirements" else resource["primaryKey"]
    places = [names.index(name) for name in key]
    numeric = {name for name in key if name in ("start", "end")}

    def key_of(row: list[str]) -> tuple[Any, ...]:
        return tuple(
            int(row[place]) if name in numeric else row[place]
            for name, place in zip(key, places, strict=True)
        )

    return key_of


def read_table(path: Path, record: type[Record]) -> list[Record]:
    """Read a processed table back into records.

    Raises :class:`wpnet.errors.CorpusError` when the file is missing, lacks a column, or holds a
    value of the wrong type.
    """
    try:
        text = path.read_text("utf-8-sig")
    except FileNotFoundError:
        raise CorpusError(
            f"{path}: no such table; run `wpnet build` first, or name the folder with --data"
        ) from None
    except (OSError, UnicodeDecodeError) as fault:
        raise CorpusError(f"{path}: cannot be read ({fault}); run `wpnet build` again") from fault
    converters = _converters(record)
    rows = csv.DictReader(io.StringIO(text, newline=""))
    missing = [column for column, _, _ in converters if column not in (rows.fieldnames or ())]
    if missing:
        raise CorpusError(f"{path}: lacks the column {missing[0]}; run `wpnet build` again")
    try:
        return [
            record(**{name: convert(row[column]) for column, name, convert in converters})
            for row in rows
        ]
    except (TypeError, ValueError) as fault:
        raise CorpusError(
            f"{path}: line {rows.line_num}: {fault}; run `wpnet build` again"
        ) from fault


@functools.cache
def _converters(record: Any) -> tuple[tuple[str, str, Any], ...]:
    """Return column, field name and converter for every field of a record."""
    hints = get_type_hints(record)
    return tuple(
        (_COLUMN_NAMES.get(field.name, field.name), field.name, _converter(hints[field.name]))
        for field in dataclasses.fields(record)
    )


def _converter(hint: Any) -> Any:
    if hint is bool:
        return lambda cell: cell == "true"
    if hint in (int, float, str):
        return hint
    if get_origin(hint) is tuple:
        return lambda cell: tuple(part for part in cell.split(";") if part)
    if get_args(hint):
        return str
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
