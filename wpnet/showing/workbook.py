"""The workbook: what plans leave out, as a file that people send on, fill in and send back."""

from __future__ import annotations

import io
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from wpnet import __version__
from wpnet.corpus import Corpus
from wpnet.model import Coverage, Plan, Verdict
from wpnet.review.decisions import PERSON, Decision
from wpnet.showing.cautions import caution_pairs
from wpnet.showing.columns import Context, context
from wpnet.showing.harmless import harmless
from wpnet.showing.headings import both_labels
from wpnet.showing.ledger import VERDICTS, LedgerRow, ledger, ledger_row, verdict_counts
from wpnet.showing.sheet_rows import (
    LINE_POINTS,
    Progress,
    cell_formats,
    lines_needed,
    paper,
    silent,
    write_link,
    write_rows,
    write_text,
)
from wpnet.showing.wording import LANGUAGES, Language, say

#: How a workbook is made: what a plan says is never a formula, a link or a number.
OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
#: Any fixed date: the same corpus gives the same bytes.
CREATED = datetime(2000, 1, 1)
LONGEST_NAME = 31  # of a sheet
#: From this many rows on a workbook is written row by row, in flat memory.
MANY = 20_000
#: Cautions that the explanation of a review sheet holds.
CAUTIONS = 30
FORBIDDEN = re.compile(r"[\[\]:*?/\\'\x00-\x1f]")


@dataclass(frozen=True)
class Sheet:
    """One pair of plans: the name of its sheet, all rows, those that pass the filter, cautions."""

    source: Plan
    target: Plan
    name: str
    rows: tuple[LedgerRow, ...]
    shown: tuple[LedgerRow, ...]
    cautions: tuple[str, ...]


@dataclass(frozen=True)
class Job:
    """What every sheet needs to know."""

    known: Context
    sheets: tuple[Sheet, ...]
    verdicts: tuple[Verdict, ...]
    version: str

    def say(self, key: str, **blanks: object) -> str:
        return say(key, self.known.language, **blanks)

    @property
    def labels(self) -> Mapping[str, str]:
        return self.known.labels


def write_workbook(
    corpus: Corpus,
    pairs: Sequence[tuple[str, str]],
    out: Path | BinaryIO,
    *,
    verdicts: Collection[Verdict] = VERDICTS,
    language: Language = "zh",
    version: str = __version__,
    decisions: Sequence[Decision] = (),
) -> None:
    """Write a workbook on pairs of plans (source id, target id) to a path or an open binary file.

    Sheets: an explanation, an overview, one for each pair with the rows whose verdict is among
    ``verdicts``. ``decisions`` fill in who reviewed a row. The file is taken back by
    :func:`wpnet.showing.returned.read_returned`. The same input gives the same bytes.

    Raises :class:`~wpnet.errors.UnknownName` for a pair that is not compared; nothing is written
    then.
    """
    import xlsxwriter

    job = _job(context(corpus, language, decisions), pairs, verdicts, version)
    memory = io.BytesIO()
    book = xlsxwriter.Workbook(memory, {**OPTIONS, "in_memory": True})
    book.set_properties({"title": job.say("title"), "author": "wpnet", "created": CREATED})
    formats = cell_formats(book)
    names = [job.say("nav.overview"), *(pair.name for pair in job.sheets)]
    _about(book, formats, job.known, _about_lines(job), names)
    _overview(book, formats, job)
    for sheet in job.sheets:
        _ledger(book, formats, job, sheet)
    book.close()
    if isinstance(out, Path):
        out.write_bytes(memory.getvalue())
    else:
        out.write(memory.getvalue())


def _job(
    known: Context, pairs: Sequence[tuple[str, str]], verdicts: Collection[Verdict], version: str
) -> Job:
    corpus, language = known.corpus, known.language
    all_labels = both_labels(corpus.plans)
    labels = all_labels[language]
    chosen = tuple(verdict for verdict in VERDICTS if verdict in verdicts)
    taken = {say("export.about", language), say("nav.overview", language)}
    sheets = []
    for source, target in dict.fromkeys(pairs):
        rows = ledger(corpus, source, target)
        lone = sum(other == target for _, other in pairs) == 1
        wanted = labels[target] if lone else f"{labels[target]}←{labels[source]}"
        sheets.append(
            Sheet(
                corpus.plan(source),
                corpus.plan(target),
                sheet_name(wanted, taken),
                tuple(rows),
                tuple(row for row in rows if row.coverage.verdict in chosen),
                tuple(
                    caution[LANGUAGES.index(language)]
                    for caution in caution_pairs(corpus, source, target, all_labels)
                ),
            )
        )
    return Job(known, tuple(sheets), chosen, version)


def sheet_name(wanted: str, taken: set[str]) -> str:
    """Return a name that Excel allows and that is not taken yet, and take it.

    >>> sheet_name("嘉定区/2025", set())
    '嘉定区 2025'
    """
    base = FORBIDDEN.sub(" ", harmless(wanted)).strip()[:LONGEST_NAME].strip() or "plan"
    name, number = base, 2
    while name.casefold() in {other.casefold() for other in taken}:
        tail = f" ({number})"
        name, number = base[: LONGEST_NAME - len(tail)] + tail, number + 1
    taken.add(name)
    return name


def _about(
    book: Any,
    formats: Mapping[str, Any],
    known: Context,
    lines: Sequence[tuple[str, str]],
    names: Sequence[str],
) -> None:
    """Write the sheet that says what this is, from which files, and what it cannot tell."""
    sheet = book.add_worksheet(say("export.about", known.language))
    sheet.set_column(0, 0, 26)
    sheet.set_column(1, 1, 100)
    sheet.hide_gridlines(2)
    sheet.set_row(0, 26)
    sheet.write_string(0, 0, say("title", known.language), formats["title"])
    at = 2
    before = ""
    for name, value in lines:
        high = max(lines_needed(value, 100), lines_needed(name, 26))
        sheet.set_row(at, LINE_POINTS * high + 3)
        write_text(sheet, at, 0, name if name != before else "", formats["bold"])
        before = name
        write_text(sheet, at, 1, value, formats["plain"])
        at += 1
    for number, name in enumerate(names, start=at + 1):
        if number == at + 1:
            title = say("nav.ledger", known.language)
            write_text(sheet, number, 0, title, formats["bold"])
        write_link(sheet, number, 1, name, name, formats["link"])
    paper(sheet, pages=1)


def _about_lines(job: Job) -> list[tuple[str, str]]:
    plans = {plan.plan_id: plan for pair in job.sheets for plan in (pair.source, pair.target)}
    dates = sorted(plan.date for plan in plans.values() if plan.date)
    filters = job.say("says.or").join(job.say(f"verdict.{verdict}") for verdict in job.verdicts)
    shown = sum(len(pair.shown) for pair in job.sheets)
    total = sum(len(pair.rows) for pair in job.sheets)
    reviewed = sum(row.coverage.decided_by == "review" for pair in job.sheets for row in pair.rows)
    first, last = (dates[0], dates[-1]) if dates else ("", "")
    blanks = {"version": job.version, "first": first, "last": last}
    return [
        (job.say("about.what.h"), job.say("about.what")),
        (job.say("verdict"), job.say("machine.banner" if reviewed else "machine.none")),
        *((job.say(f"verdict.{name}"), job.say(f"verdict.{name}.means")) for name in VERDICTS),
        (job.say("ledger.filters"), job.say("says.verdicts", verdicts=filters)),
        (job.say("overview.total"), job.say("workbook.counts", shown=shown, total=total)),
        ("", job.say("machine.counts", rows=total, reviewed=reviewed, machine=total - reviewed)),
        *((job.say("about.limits.h"), job.say(f"about.limits.{number}")) for number in range(1, 6)),
        (job.say("about.review.h"), job.say("about.review.workbook")),
        (job.say("about.data.h"), job.say("about.data" if dates else "about.data.none", **blanks)),
        *(
            (job.labels[plan.plan_id], f"{plan.source_file}\nSHA-256 {plan.source_sha256}")
            for plan in plans.values()
        ),
    ]


def _overview(book: Any, formats: Mapping[str, Any], job: Job) -> None:
    """Write the counts of every pair, with a link to its sheet, and the cautions."""
    sheet = book.add_worksheet(job.say("nav.overview"))
    heads = [
        *(job.say(key) for key in ("target", "source", "workbook.relation")),
        *(job.say(f"verdict.{name}") for name in VERDICTS),
        *(job.say(key) for key in ("overview.total", "needs", "by.review", "workbook.shown")),
    ]
    widths = [24, 24, 12, 10, 10, 10, 14, 8, 13, 20, 10]
    for column, (head, size) in enumerate(zip(heads, widths, strict=True)):
        sheet.set_column(column, column, size)
        write_text(sheet, 0, column, head, formats["head-evidence"])
    sheet.set_row(0, LINE_POINTS * 2 + 3)
    for number, pair in enumerate(job.sheets, start=1):
        write_link(
            sheet, number, 0, pair.name, job.labels[pair.target.plan_id], formats["linkcell"]
        )
        write_text(sheet, number, 1, job.labels[pair.source.plan_id], formats["evidence"])
        relation = pair.rows[0].coverage.relation
        write_text(sheet, number, 2, job.say(f"relation.{relation}"), formats["evidence"])
        for column, count in enumerate(_counts(pair), start=3):
            sheet.write_number(number, column, count, formats["number"])
    at = len(job.sheets) + 2
    cautions = dict.fromkeys(caution for pair in job.sheets for caution in pair.cautions)
    for number, line in enumerate([job.say("caution.heading"), *cautions] if cautions else []):
        write_text(sheet, at + number, 0, line, formats["caution"])
    sheet.freeze_panes(1, 1)
    paper(sheet)


def _counts(pair: Sheet) -> list[int]:
    return [
        *verdict_counts(pair.rows).values(),
        len(pair.rows),
        sum(row.coverage.needs_review for row in pair.rows),
        sum(row.coverage.decided_by == "review" for row in pair.rows),
        len(pair.shown),
    ]


def _ledger(book: Any, formats: Mapping[str, Any], job: Job, pair: Sheet) -> None:
    """Write the rows of one pair: a link back, the cautions, the heading, one row a duty."""
    sheet = book.add_worksheet(pair.name)
    overview = job.say("nav.overview")
    write_link(sheet, 0, 0, overview, f"← {overview}", formats["link"])
    between = f"{job.labels[pair.source.plan_id]} → {job.labels[pair.target.plan_id]}"
    write_text(sheet, 0, 2, between, formats["title"])
    for number, caution in enumerate(pair.cautions, start=1):
        write_text(sheet, number, 2, f"※ {caution}", formats["caution"])
    write_rows(sheet, formats, job.known, len(pair.cautions) + 1, pair.shown)


def rows_to_review(corpus: Corpus, coverage: Sequence[Coverage]) -> list[LedgerRow]:
    """Return verdicts as ledger rows, the most doubtful first."""

    def doubt(row: Coverage) -> tuple[float, str, str]:
        return (-row.doubt, row.source_id, row.target_plan_id)

    return [ledger_row(corpus, row) for row in sorted(coverage, key=doubt)]


def write_review(
    known: Context,
    rows: Sequence[LedgerRow],
    out: Path | BinaryIO,
    *,
    progress: Progress = silent,
) -> None:
    """Write rows of any pairs of plans as a workbook: an explanation, and one sheet of all rows.

    The rows are those of :func:`write_workbook`, and come back the same way. The same input gives
    the same bytes.
    """
    import xlsxwriter

    flat = {"constant_memory": True} if len(rows) > MANY else {"in_memory": True}
    language = known.language
    book = xlsxwriter.Workbook(out, {**OPTIONS, **flat})
    book.set_properties({"title": say("title", language), "author": "wpnet", "created": CREATED})
    formats = cell_formats(book)
    name = say("workbook.review", language)
    _about(book, formats, known, _review_lines(known, rows), [name])
    sheet = book.add_worksheet(name)
    sheet.activate()
    write_rows(sheet, formats, known, 0, rows, marked=len(rows) <= MANY, progress=progress)
    book.close()


def _review_lines(known: Context, rows: Sequence[LedgerRow]) -> list[tuple[str, str]]:
    """Return the explanation of a review sheet: how to fill it in, what the words mean."""

    def told(key: str, **blanks: object) -> str:
        return say(key, known.language, **blanks)

    reviewed = sum(row.coverage.decided_by == PERSON for row in rows)
    counts = {"rows": len(rows), "reviewed": reviewed, "machine": len(rows) - reviewed}
    labels = both_labels(known.corpus.plans)
    pairs = dict.fromkeys((row.source.plan_id, row.coverage.target_plan_id) for row in rows)
    cautions = {
        caution[LANGUAGES.index(known.language)]: None
        for pair in list(pairs)[:CAUTIONS]
        for caution in caution_pairs(known.corpus, *pair, labels)
    }
    return [
        (told("about.review.h"), told("about.review.workbook")),
        *((told(f"verdict.{name}"), told(f"verdict.{name}.means")) for name in VERDICTS),
        (told("overview.total"), told("machine.counts", **counts)),
        *((told("caution.heading"), caution) for caution in list(cautions)[:CAUTIONS]),
        *((told("about.limits.h"), told(f"about.limits.{number}")) for number in range(1, 6)),
    ]
