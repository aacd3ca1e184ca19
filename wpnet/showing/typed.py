"""Tables as columns of values with types and words, the way statistics programs want them."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Sequence
from typing import Any, Literal, NamedTuple, TypeAlias

from wpnet.corpus import Corpus
from wpnet.errors import CorpusError
from wpnet.tables import TABLES, codebook

ColumnType = Literal["string", "integer", "number", "boolean", "date"]
Value: TypeAlias = "str | int | float | bool | dt.date | None"


class TypedColumn(NamedTuple):
    """A column of a table: its words from the codebook and its values, top to bottom.

    ``allowed`` are the values that a column of few values may have; a date that is not known is
    ``None``, a text that is not known the empty string, as in the CSV tables.
    """

    name: str
    type: ColumnType
    unit: str
    allowed: tuple[str, ...]
    description: str
    values: tuple[Value, ...]


class TypedTable(NamedTuple):
    """A table: its words from the codebook and its columns."""

    name: str
    title: str
    description: str
    columns: tuple[TypedColumn, ...]

    @property
    def length(self) -> int:
        """Number of rows."""
        return len(self.columns[0].values)


def typed_tables(corpus: Corpus) -> tuple[TypedTable, ...]:
    """Return all tables of a corpus, with the order, names and words of the codebook.

    Raises:
        CorpusError: a date is no date.
    """
    return tuple(typed_table(entry["name"], getattr(corpus, entry["name"])) for entry in _book())


def typed_table(name: str, records: Sequence[Any]) -> TypedTable:
    """Return the records of one table as columns.

    >>> from wpnet.model import Unit
    >>> table = typed_table("units", [Unit("x/办公室", "办公室", "unit", "x", ("办公室", "局办"))])
    >>> table.columns[-1].name, table.columns[-1].type, table.columns[-1].values
    ('aliases', 'string', ('办公室;局办',))
    """
    (entry,) = [entry for entry in _book() if entry["name"] == name]
    fields = [field.name for field in dataclasses.fields(TABLES[name])]
    columns = (
        _typed_column(name, described, [getattr(record, field) for record in records])
        for field, described in zip(fields, entry["fields"], strict=True)
    )
    return TypedTable(name, entry["title"], entry["description"], tuple(columns))


def _typed_column(table: str, described: dict[str, Any], values: Sequence[Any]) -> TypedColumn:
    kind: ColumnType = described["type"]
    return TypedColumn(
        name=described["name"],
        type=kind,
        unit=described.get("unit", ""),
        allowed=tuple(described.get("constraints", {}).get("enum", ())),
        description=described["description"],
        values=tuple(_value(value, kind, f"{table}.{described['name']}") for value in values),
    )


def _value(value: Any, kind: ColumnType, where: str) -> Value:
    if kind == "date":
        try:
            return dt.date.fromisoformat(value) if value else None
        except ValueError:
            raise CorpusError(
                f"{where}: {value!r} is no date (YYYY-MM-DD); run `wpnet build` again"
            ) from None
    if isinstance(value, tuple):
        return ";".join(value)
    return value  # type: ignore[no-any-return]


def _book() -> list[dict[str, Any]]:
    resources: list[dict[str, Any]] = codebook()["resources"]
    return resources
