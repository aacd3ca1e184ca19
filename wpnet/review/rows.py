"""The review row: what goes out to a reviewer, by what it is known again, what may come back.

A row is about one duty and one target plan; ``source_id`` and ``target_plan_id`` are its key. With
it goes a *seal*, one short cell that nobody needs to read. It holds the fingerprints of all that
the reviewer sees, and a check by which a seal that has come to stand beside another row, in whole
or in part, is noticed:

    ``1 <duty> <target plan> <its numbers> <filled in> <cell> <cell> <number=candidate;…> <check>``

The two cells are those in which the sentences of the target plan are shown. Each fingerprint is the
first 12 digits of one of :mod:`wpnet.review.prints`; a candidate is named by its number behind the
``#``, and behind the duty stands ``@2/3`` where it is the second of three places with the same
sentence.

Whatever produces review rows (the workbook, the page, a command)
writes :data:`KEY` and the seal; whatever consumes them hands :class:`ReviewRow` to
:func:`wpnet.review.taking.take_over`.

Example:
    >>> from wpnet.model import Requirement
    >>> duty = Requirement("a-2024#1.0.1", "a-2024", "duty", 1, "", 0, "", 0, "", 1, "公开。", 0, 3)
    >>> code = seal(duty, "b-2025", Texts([duty]), ())
    >>> read_seal(code, "a-2024#1.0.1", "b-2025").duty == text_print(duty.text)[:12]
    True
    >>> read_seal(code, "a-2024#1.0.2", "b-2025") is None
    True
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from wpnet.model import Requirement
from wpnet.review.decisions import LogVerdict, Texts
from wpnet.review.prints import SHORT, fold, number, text_print
from wpnet.spreadsheets.values import iso_day

#: From this length on a cell may have been cut off: Excel refuses more than 32,767 characters.
CUT = 30_000
#: The cells by which a row is known again.
KEY = ("source_id", "target_plan_id", "seal")
_VERSION = "1"
_NOTHING = "-"

#: The words that people write for a verdict, folded, the first of each as wpnet writes it.
WORDS: dict[LogVerdict, list[str]] = {
    "carried": (
        "已承接 carried 承接 已落实 落实 全部落实 完全落实 全部承接 完全承接 已体现 有承接 carry"
    ).split(),
    "partial": "部分承接 partial 部分落实 部分 部分体现 partially partly".split(),
    "omitted": (
        "未见承接 omitted 未见 未承接 未落实 没有落实 没有承接 未见落实 未体现 未提及 遗漏 遗失 "
        "缺失 缺 漏 notfound omit missing"
    ).split(),
    "not_applicable": "不适用 not_applicable notapplicable 无关 不涉及 n/a na".split(),
    "withdrawn": "撤回 withdrawn 撤销 收回 取消 作废 withdraw revoked".split(),
}
_VERDICT_OF = {fold(word): verdict for verdict, words in WORDS.items() for word in words}
_BETWEEN = re.compile(r"[;；,，、\n\r\t|]+")
_SCORE = re.compile(r"\([01]\.\d+\)")
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


class FilledIn(NamedTuple):
    """What a person writes into a row; the target ids as they stand in the cell."""

    verdict: str = ""
    targets: str = ""
    reviewer: str = ""
    date: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """A row that has come back; every value is the text of its cell, empty where there is none.

    ``where`` says where it stands (file, sheet, row), ``said`` is what the person wrote, ``prints``
    are the fingerprints of its cells of evidence (:func:`cell_prints`), ``proposed`` the ids that
    the program proposed. Rows of earlier versions have ``source_sha256`` instead of a seal; of
    these ``source_text`` and ``shown`` (all target sentences) are as the reviewer saw them.
    ``unread`` names cells whose value could not be read.
    """

    where: str
    source_id: str
    target_plan_id: str
    said: FilledIn
    seal: str = ""
    source_sha256: str = ""
    prints: tuple[str, str, str] = ("-", "-", "-")
    source_text: str = ""
    shown: str = ""
    proposed: str = ""
    unread: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Seal:
    """What a seal says: fingerprints of the duty, the target plan and each candidate by number.

    ``place`` is ``2/3`` for the second of three places with the sentence of the duty.
    """

    duty: str
    place: str
    plan: str
    numbers: str
    filled: str
    target_cell: str
    candidates_cell: str
    candidates: dict[str, str]


def seal(
    duty: Requirement,
    target_plan_id: str,
    texts: Texts,
    candidates: Iterable[Requirement],
    *,
    cells: tuple[str, str] = ("", ""),
    filled: FilledIn | None = None,
) -> str:
    """Return the seal of a row.

    Args:
        texts: the sentences of both plans.
        candidates: the sentences of the target plan that the row shows.
        cells: the cells that show them, ``target_text`` and ``candidates``.
        filled: what the row is sent out filled in with.
    """
    target, place = texts.plan(target_plan_id), texts.plan(duty.plan_id).place(duty)
    shown = ";".join(f"{number(one)}={text_print(one.text)[:SHORT]}" for one in candidates)
    parts = (
        _VERSION,
        text_print(duty.text)[:SHORT] + (f"@{place}" if place else ""),
        target.whole[:SHORT],
        target.numbered[:SHORT],
        filled_print(filled or FilledIn()),
        *(one or _NOTHING for one in cell_prints(("", *cells))[1:]),
        shown or _NOTHING,
    )
    body = " ".join(parts)
    return f"{body} {_check(duty.requirement_id, target_plan_id, body)}"


def read_seal(text: str, source_id: str, target_plan_id: str) -> Seal | None:
    """Return what a seal says; nothing where it is damaged or belongs to another row."""
    body, _, check = text.strip().rpartition(" ")
    parts = body.split(" ")
    if check != _check(source_id, target_plan_id, body) or parts[0] != _VERSION or len(parts) != 8:
        return None
    duty, _, place = parts[1].partition("@")
    shown = dict(one.split("=", 1) for one in parts[7].split(";") if "=" in one)
    return Seal(duty, place, parts[2], parts[3], parts[4], parts[5], parts[6], shown)


def cell_prints(cells: tuple[str, str, str]) -> tuple[str, str, str]:
    """Return the short fingerprints of the cells of evidence: duty, target text, candidates.

    ``-`` of an empty cell, nothing of one that may have been cut off. Scores in brackets do not
    count: two programs may round them differently.

    >>> one, other = ("", "公开。", "2.1.3 (0.83) 公开。"), (" ", "公开｡", "2.1.3(0.82)公开。")
    >>> cell_prints(one) == cell_prints(other)
    True
    """
    forms = (fold(cells[0]), fold(cells[1]), _SCORE.sub("", fold(cells[2])))
    duty, target, candidates = (
        "" if len(cell) >= CUT else text_print(form)[:SHORT] if form else _NOTHING
        for cell, form in zip(cells, forms, strict=True)
    )
    return duty, target, candidates


def filled_print(said: FilledIn) -> str:
    """Return the fingerprint of what is filled in, widths, blanks and forms of dates apart.

    >>> filled_print(FilledIn(note=" "))
    '-'
    >>> filled_print(FilledIn("缺")) == filled_print(FilledIn("漏"))
    True
    """
    targets = ";".join(sorted(fold(one) for one in split_ids(said.targets)))
    day = iso_day(said.date) or said.date
    verdict = verdict_of(said.verdict) or said.verdict
    parts = [fold(part) for part in (verdict, targets, said.reviewer, day, said.note)]
    if not any(parts):
        return _NOTHING
    return hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()[:SHORT]


def verdict_of(word: str) -> LogVerdict | None:
    """Return the verdict that a word means; nothing where it is none.

    >>> [verdict_of(word) for word in (" Omitted\\u3000", "未见", "部分落实。", "也许")]
    ['omitted', 'omitted', 'partial', None]
    """
    return _VERDICT_OF.get(fold(word).rstrip(".。!"))


def split_ids(text: str) -> list[str]:
    """Return the parts of a cell of ids, whatever stands between them.

    >>> split_ids("a-2025#1.1.1、＃1.1.2，1.1.3\\n")
    ['a-2025#1.1.1', '#1.1.2', '1.1.3']
    """
    parts = (part.replace("＃", "#").strip() for part in _BETWEEN.split(text))
    return [part for part in parts if part]


def clean(text: str) -> str:
    """Return what a person wrote without control characters, line ends as ``\\n``.

    >>> clean(" a\\r\\nb\\rc\\x00 ")
    'a\\nb\\nc'
    """
    return _CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip(" \t\n\u3000")


def _check(source_id: str, target_plan_id: str, body: str) -> str:
    text = "\0".join((source_id, target_plan_id, body))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:SHORT]
