"""``manifest.csv``: what is known of the plans in a raw folder, read as it was meant or refused.

Every cell is checked against the codebook before anything is built. What is meant plainly is taken
and said (``310114.0``, ``2025/5/16``, ``区级``, ``人社``, a sha256 in capitals); all else is
refused with its line, its column and what is allowed.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from wpnet.errors import CorpusError
from wpnet.model import Plan
from wpnet.reading.names import bureau_of
from wpnet.reading.places import read_table
from wpnet.spreadsheets.delimited import Row, heading, read_csv
from wpnet.spreadsheets.values import iso_day, plain, whole_number
from wpnet.storing.raw import MANIFEST
from wpnet.tables import codebook

#: Columns of the manifest and the field of a plan each one fills.
MANIFEST_COLUMNS = {
    "plan_id": "plan_id",
    "file": "source_file",
    "title": "title",
    "issuer": "issuer",
    "place_code": "place_code",
    "level": "level",
    "bureau": "bureau",
    "year": "year",
    "doc_number": "doc_number",
    "date": "date",
    "date_kind": "date_kind",
    "source_url": "source_url",
    "sha256": "source_sha256",
}
#: Years of plans: the first rules on open government are of 2002 (Guangzhou); room for drafts.
YEARS = range(1990, 2100)
_LONGEST = 2000  # characters of a title; the longest seen has 70
_LONGEST_ID = 80
_WORDS = {
    "level": {
        "national": "国家 国家级 中央 部委 部级 国务院",
        "provincial": "省 省级 自治区级 部省级",
        "municipal": "市 市级 地市 地市级 设区市 设区市级 直辖市 直辖市级",
        "district": "区 县 区级 县级 区县 区县级 县区级 县市级",
        "other": "其他 其它 街道 乡镇 镇街",
    },
    "date_kind": {
        "signed": "签发 落款 成文 署名 签署",
        "issued": "印发 发文 下发",
        "printed": "印制 印刷",
        "published": "发布 公布 公开 上网",
    },
}
_OWN_CODE = re.compile(r"[a-z][a-z0-9_]{1,19}")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]+")
_SCHEME = re.compile(r"([a-zA-Z][\w+.-]*):")


class Manifest(NamedTuple):
    """The rows of a manifest as plans, and what was read otherwise than it stands there."""

    plans: list[Plan]
    notes: list[str]


class _Unclear(Exception):
    """A cell whose meaning is not plain; the message says what is allowed."""


def read_manifest(raw: Path) -> Manifest:
    """Read ``manifest.csv`` of a raw folder; a folder without one gives no rows.

    Raises :class:`~wpnet.errors.CorpusError` for an unknown column, for a cell whose meaning is not
    plain, and for a file or plan id that two rows name.
    """
    path = raw / MANIFEST
    if not os.path.lexists(path):  # a link that leads nowhere is a manifest that is missed
        return Manifest([], [])
    rows = read_csv(path, names=MANIFEST_COLUMNS, error=CorpusError)
    columns = _columns(path, rows[0]) if rows else []
    plans: list[Plan] = []
    lines: dict[tuple[str, str], int] = {}
    changed: dict[str, list[tuple[int, str, str]]] = {}
    for line, cells in rows[1:]:
        values = _values(path, line, cells, columns, changed)
        for column in ("plan_id", "file"):
            name = values.get(column, "")
            before = lines.setdefault((column, name), line)
            if name and before != line:
                raise CorpusError(
                    f"{path}: two rows name {name!r} (lines {before} and {line}); keep one of them"
                )
        plans.append(_plan(values))
    notes = [_note(path, column, cells) for column, cells in changed.items()]
    own = sorted({plan.bureau for plan in plans if plan.bureau} - _bureaus())
    notes += [
        f"{path}: bureau {code!r} is none of the codes that wpnet knows; such plans are compared "
        "with each other only"
        for code in own
    ]
    return Manifest(plans, notes)


def _columns(path: Path, row: Row) -> list[str]:
    columns = [heading(cell) for cell in row[1]]
    for column in columns:
        if column not in MANIFEST_COLUMNS:
            raise CorpusError(
                f"{path}: line {row[0]}: unknown column {column[:60]!r}; the columns are "
                f"{', '.join(MANIFEST_COLUMNS)}"
            )
    twice = [column for column in columns if columns.count(column) > 1]
    if twice:
        raise CorpusError(f"{path}: has the column {twice[0]} twice; keep one of them")
    return columns


def _values(
    path: Path,
    line: int,
    cells: list[str],
    columns: list[str],
    changed: dict[str, list[tuple[int, str, str]]],
) -> dict[str, str]:
    """Return the cells of a row by column as they are meant; note which were written otherwise."""
    if len(cells) > len(columns):
        raise CorpusError(
            f"{path}: line {line}: has more cells than the heading has columns; a comma or a "
            "quotation mark may be missing"
        )
    values = {}
    for column, cell in zip(columns, cells, strict=False):
        said = cell.strip()
        try:
            values[column] = _READ.get(column, _words)(said) if said else ""
        except _Unclear as fault:
            raise CorpusError(f"{path}: line {line}: {column} {said[:40]!r} {fault}") from None
        if values[column] != said:
            changed.setdefault(column, []).append((line, said, values[column]))
    return values


def _plan(values: Mapping[str, str]) -> Plan:
    fields = {
        field: values.get(column, "")
        for column, field in MANIFEST_COLUMNS.items()
        if column != "year"
    }
    return Plan(**fields, year=int(values.get("year") or 0), held=bool(fields["source_file"]))  # type: ignore[arg-type]


def _note(path: Path, column: str, cells: list[tuple[int, str, str]]) -> str:
    line, said, meant = cells[0]
    more = f", and {len(cells) - 1} more such cells" if len(cells) > 1 else ""
    return f"{path}: line {line}: {column} {said[:60]!r} is read as {meant[:60]!r}{more}"


def _words(said: str) -> str:
    """Read a title, an issuer, a number: one line of text."""
    if len(said) > _LONGEST:
        raise _Unclear(
            f"has {len(said):,} characters; no more than {_LONGEST:,} are allowed (a quotation "
            "mark may not be closed)"
        )
    return _CONTROL.sub(" ", said).strip()


def _plan_id(said: str) -> str:
    if len(said) > _LONGEST_ID or _CONTROL.search(said):
        raise _Unclear(f"is no plan id; it is one line of at most {_LONGEST_ID} characters")
    return said


def _file(said: str) -> str:
    if Path(said).name != said or "\\" in said or _CONTROL.search(said):
        raise _Unclear("must be a file name without folders")
    return said


def _year(said: str) -> str:
    number = whole_number(plain(said)).removesuffix("年").removesuffix("年度")
    if not number.isascii() or not number.isdecimal() or len(number) > 4:
        raise _Unclear("is no number of four digits, such as 2025")
    if int(number) not in YEARS:
        raise _Unclear(f"is no year of four digits from {YEARS[0]} to {YEARS[-1]}")
    return number


def _place_code(said: str) -> str:
    code = whole_number(plain(said))
    if not re.fullmatch(_pattern("place_code"), code, re.ASCII):
        raise _Unclear("is no code of six digits (GB/T 2260), such as 310114; or leave it empty")
    return code


def _one_of(column: str) -> Callable[[str], str]:
    def read(said: str) -> str:
        allowed = _allowed(column)
        word = plain(said).casefold()
        if word in allowed:
            return word
        for value, words in _WORDS[column].items():
            if word in words.split():
                return value
        raise _Unclear(f"is none of {', '.join(allowed)}; or leave it empty")

    return read


def _bureau(said: str) -> str:
    code = plain(said).casefold()
    if code in _bureaus():
        return code
    if code.isascii():
        if _OWN_CODE.fullmatch(code):
            return code
        raise _Unclear(f"is no code of a bureau, such as {', '.join(sorted(_bureaus())[:8])}")
    found = bureau_of(said)
    if not found:
        codes = ", ".join(sorted(_bureaus())[:8])
        raise _Unclear(f"names no bureau that is known; give a code, such as {codes}")
    return found


def _date(said: str) -> str:
    day = iso_day(said)
    if not day or int(day[:4]) not in YEARS:
        raise _Unclear("is no day, such as 2025-05-16; or leave it empty")
    return day


def _sha256(said: str) -> str:
    digits = plain(said).lower().removeprefix("sha256:").strip()
    if not re.fullmatch(_pattern("source_sha256"), digits):
        raise _Unclear("is no sha256 of 64 hexadecimal digits; or leave it empty")
    return digits


def _url(said: str) -> str:
    scheme = _SCHEME.match(said)
    if scheme and scheme[1].lower() not in ("http", "https", "ftp"):
        raise _Unclear("is no address of a page; it begins with https:// or http://")
    return _words(said)


_READ: dict[str, Callable[[str], str]] = {
    "plan_id": _plan_id,
    "file": _file,
    "place_code": _place_code,
    "level": _one_of("level"),
    "bureau": _bureau,
    "year": _year,
    "date": _date,
    "date_kind": _one_of("date_kind"),
    "source_url": _url,
    "sha256": _sha256,
}


@cache
def _bureaus() -> frozenset[str]:
    return frozenset(row["code"] for row in read_table("bureaus.csv"))


@cache
def _pattern(name: str) -> str:
    """Return the pattern that the codebook gives for a column of ``plans.csv``."""
    return str(_constraints(name)["pattern"])


@cache
def _allowed(name: str) -> tuple[str, ...]:
    """Return the values that the codebook allows in a column of ``plans.csv``."""
    return tuple(_constraints(name)["enum"])


def _constraints(name: str) -> dict[str, Any]:
    (plans,) = [entry for entry in codebook()["resources"] if entry["name"] == "plans"]
    (field,) = [field for field in plans["fields"] if field["name"] == name]
    found: dict[str, Any] = field["constraints"]
    return found
