"""The codebook describes the tables truly: the ``frictionless`` package finds nothing at fault."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

import frictionless
import pytest

from wpnet import open_corpus
from wpnet.tables import TABLES, codebook, columns, data_package

PROCESSED = Path(__file__).parents[1] / "data" / "processed"
FIELDS = [(entry["name"], field) for entry in codebook()["resources"] for field in entry["fields"]]
EVERY_FIELD = pytest.mark.parametrize(
    ("table", "field"), FIELDS, ids=[f"{table}.{field['name']}" for table, field in FIELDS]
)
# What a column of each type of field may be called in the codebook.
TYPES = {int: {"integer"}, float: {"number"}, bool: {"boolean"}, str: {"string", "date"}}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the committed tables with the data package that this version writes."""
    copy = tmp_path / "processed"
    shutil.copytree(PROCESSED, copy)
    texts = open_corpus(PROCESSED).texts
    (copy / "datapackage.json").write_bytes(data_package("0", texts))
    return copy


def faults(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield table and kind of everything that frictionless finds at fault."""
    report = frictionless.Package(str(folder / "datapackage.json")).validate()
    yield from ((task.name, fault.type) for task in report.tasks for fault in task.errors)
    yield from (("package", fault.type) for fault in report.errors)


def test_the_data_package_validates(folder: Path) -> None:
    """Types, allowed values, primary keys and foreign keys of all tables hold."""
    assert list(faults(folder)) == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("table", "old", "new", "fault"),
    [
        ("links", "jiading-hrss-2025#1.1.1", "jiading-hrss-2025#9.9.9", "foreign-key"),
        ("plans", ",municipal,", ",town,", "constraint-error"),
        ("plans", "2025-05-16", "16.5.2025", "type-error"),
        ("units", "\n", "\njiading-hrss/办公室,办公室,unit,某局,办公室\n", "primary-key"),
    ],
)
def test_a_table_that_breaks_the_codebook_is_found(
    folder: Path, table: str, old: str, new: str, fault: str
) -> None:
    """The check is a real one: each kind of damage is named with its table."""
    file = folder / f"{table}.csv"
    text = file.read_text("utf-8-sig")
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8-sig")
    assert (table, fault) in set(faults(folder))


@EVERY_FIELD
def test_a_column_is_described_in_a_sentence(table: str, field: dict[str, Any]) -> None:
    """A description begins with a capital or an id pattern and ends like a sentence."""
    assert field["description"].endswith((".", ")", "…"))
    assert len(field["description"]) > len("Plan")
    assert set(field) <= {"name", "type", "unit", "description", "constraints"}


@EVERY_FIELD
def test_a_column_has_the_type_of_its_record(table: str, field: dict[str, Any]) -> None:
    """What the codebook calls an integer is one in :mod:`wpnet.model`, and so on."""
    record = TABLES[table]
    names = dict(zip(columns(table), get_type_hints(record).items(), strict=True))
    hint = names[field["name"]][1]
    kind = hint if hint in TYPES else str
    assert field["type"] in TYPES[kind]
    if get_args(hint) and get_origin(hint) is not tuple:
        named = [value for value in get_args(hint) if value]
        assert field["constraints"]["enum"] == named or table == "coverage"


@EVERY_FIELD
def test_a_number_has_a_unit_or_is_a_number_as_printed(table: str, field: dict[str, Any]) -> None:
    """A reader knows what is counted: characters, years, requirements, a probability."""
    if field["type"] in {"integer", "number"}:
        assert "unit" in field or field["name"].endswith("_no")
