"""Parquet files beside the CSV tables, for corpora that a spreadsheet cannot hold.

Written from the CSV in blocks, so that memory stays flat; columns have the types of the codebook.
Needs pyarrow (the extra ``scale``).
"""

from __future__ import annotations

import dataclasses
from importlib.util import find_spec
from pathlib import Path
from typing import Any, get_type_hints

from wpnet.errors import BuildError
from wpnet.tables import TABLES, columns

#: Bytes of CSV read at a time.
BLOCK = 8 * 2**20


def has_pyarrow() -> bool:
    """Say whether Parquet can be written here."""
    return find_spec("pyarrow") is not None


def need_pyarrow() -> None:
    """Raise :class:`~wpnet.errors.BuildError` where Parquet cannot be written."""
    if not has_pyarrow():
        raise BuildError(
            "--parquet needs pyarrow: install it with `pip install wpnet[scale]`, or leave the "
            "option out"
        )


def write_parquet(folder: Path) -> None:
    """Write ``<table>.parquet`` beside every ``<table>.csv`` of a folder."""
    for table in TABLES:
        _to_parquet(folder / f"{table}.csv", table)


def _to_parquet(file: Path, table: str) -> None:
    import pyarrow.csv
    import pyarrow.parquet

    schema = pyarrow.schema(_types(table))
    reader = pyarrow.csv.open_csv(
        file,
        read_options=pyarrow.csv.ReadOptions(use_threads=False, block_size=BLOCK),
        parse_options=pyarrow.csv.ParseOptions(newlines_in_values=True),
        convert_options=pyarrow.csv.ConvertOptions(
            column_types=schema, strings_can_be_null=False, null_values=[]
        ),
    )
    with pyarrow.parquet.ParquetWriter(file.with_suffix(".parquet"), schema) as writer:
        for batch in reader:
            writer.write_batch(batch)


def _types(table: str) -> list[tuple[str, Any]]:
    """Return column names and types: text, but for numbers and truth values."""
    import pyarrow

    kinds = {int: pyarrow.int64(), float: pyarrow.float64(), bool: pyarrow.bool_()}
    record = TABLES[table]
    hints = get_type_hints(record)
    return [
        (column, kinds.get(hints[field.name], pyarrow.string()))
        for column, field in zip(columns(table), dataclasses.fields(record), strict=True)
    ]
