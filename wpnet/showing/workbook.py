"""The workbook: what plans leave out, as a file that people send on, fill in and send back."""

from __future__ import annotations

import io
import math
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from wpnet import __version__
from wpnet.cascade.review import Decision, latest
from wpnet.cascade.shared import Stretch
from wpnet.corpus import Corpus
from wpnet.model import Plan, Verdict
from wpnet.showing.cautions import caution_pairs
from wpnet.showing.columns import (
    COLUMNS,
    Decisions,
    Value,
    headings,
    shared,
    shown_targets,
    values,
)
from wpnet.showing.harmless import harmless
from wpnet.showing.headings import both_labels
from wpnet.showing.ledger import VERDICTS, LedgerRow, ledger, verdict_counts
from wpnet.showing.plain import width
from wpnet.showing.wording import LANGUAGES, Language, say

#: Any fixed date: the same corpus gives the same bytes.
CREATED = datetime(2000, 1, 1)
LINE_POINTS = 15.5  # height of a line of the 10.5 point font
TALLEST = 400.0  # Excel refuses rows above 409 points
LONGEST = 32000  # Excel refuses cells above 32,767 characters
LONGEST_NAME = 31  # of a sheet
PRINTED_COLUMNS = next(at for at, kind in enumerate(COLUMNS) if kind.group != "evidence")
FORBIDDEN = re.compile(r"[\[\]:*?/\\'\x00-\x1f]")
FILLS = {"carried": "#0b4f7d", "partial": "#bfddf0", "omitted": "#f6d9b8"}
TINTS = {"evidence": "#eef2f5", "review": "#e3eff8", "machine": "#e8e8e8"}


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

    corpus: Corpus
    sheets: tuple[Sheet, ...]
    labels: Mapping[str, str]
    language: Language
    verdicts: tuple[Verdict, ...]
    version: str
    decisions: Decisions

    def say(self, key: str, **blanks: object) -> str:
        return say(key, self.language, **blanks)


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

    job = _job(corpus, pairs, verdicts, language, version, decisions)
    memory = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(memory, options)
    book.set_properties({"title": job.say("title"), "author": "wpnet", "created": CREATED})
    formats = _formats(book)
    _about(book, formats, job)
    _overview(book, formats, job)
    for sheet in job.sheets:
        _ledger(book, formats, job, sheet)
    book.close()
    if isinstance(out, Path):
        out.write_bytes(memory.getvalue())
    else:
        out.write(memory.getvalue())


def _job(
    corpus: Corpus,
    pairs: Sequence[tuple[str, str]],
    verdicts: Collection[Verdict],
    language: Language,
    version: str,
    decisions: Sequence[Decision],
) -> Job:
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
    return Job(corpus, tuple(sheets), labels, language, chosen, version, latest(decisions))


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


def _formats(book: Any) -> dict[str, Any]:
    """Return the cell formats by name; text cells stay text (no formula) when edited."""
    base = {"font_name": "Microsoft YaHei", "font_size": 10.5, "valign": "top"}
    text = {**base, "text_wrap": True, "quote_prefix": True}
    cell = {**text, "border": 1, "border_color": "#bfc8d0"}
    grey = {"font_color": "#5b6770", "font_size": 9}
    look = {
        "plain": text,
        "bold": {**text, "bold": True},
        "title": {**base, "bold": True, "font_size": 15, "font_color": "#0b4f7d"},
        "caution": {**base, "font_color": "#7a2c00", "quote_prefix": True},
        "link": {**base, "font_color": "#0b4f7d", "underline": 1},
        "linkcell": {**cell, "quote_prefix": False, "font_color": "#0b4f7d", "underline": 1},
        "mark": {"bold": True, "font_color": "#9a4b00", "font_name": "Microsoft YaHei"},
        "evidence": cell,
        "review": {**cell, "bg_color": TINTS["review"]},
        "machine": {**cell, "bg_color": TINTS["machine"], **grey},
        "number": {**cell, "text_wrap": False, "quote_prefix": False},
        "percent": {**cell, "quote_prefix": False, "num_format": "0%"},
        "head-evidence": {**cell, "bold": True, "bg_color": TINTS["evidence"]},
        "head-review": {**cell, "bold": True, "bg_color": "#cfe3f2"},
        "head-machine": {**cell, "bg_color": TINTS["machine"], **grey},
        "carried": {**cell, "bg_color": FILLS["carried"], "font_color": "#ffffff"},
        "partial": {**cell, "bg_color": FILLS["partial"]},
        "omitted": {**cell, "bg_color": FILLS["omitted"], "bold": True},
        "not_applicable": cell,
    }
    return {name: book.add_format(properties) for name, properties in look.items()}


def _text(sheet: Any, row: int, column: int, value: str, style: Any) -> None:
    """Write a text as a text, whatever it looks like."""
    sheet.write_string(row, column, harmless(value)[:LONGEST], style)


def _link(sheet: Any, row: int, column: int, name: str, label: str, style: Any) -> None:
    sheet.write_url(row, column, f"internal:'{name}'!A1", style, label)


def lines_needed(text: str, columns: int) -> int:
    """Return how many lines a text takes in a column, Chinese characters counting two.

    >>> lines_needed("加强信息公开保密审查", 12), lines_needed("", 12)
    (2, 1)
    """
    return sum(max(1, math.ceil(width(line) / max(columns - 1, 1))) for line in text.split("\n"))


def _about(book: Any, formats: Mapping[str, Any], job: Job) -> None:
    """Write the sheet that says what this is, from which files, and what it cannot tell."""
    sheet = book.add_worksheet(job.say("export.about"))
    sheet.set_column(0, 0, 26)
    sheet.set_column(1, 1, 100)
    sheet.hide_gridlines(2)
    sheet.write_string(0, 0, job.say("title"), formats["title"])
    sheet.set_row(0, 26)
    at = 2
    before = ""
    for name, value in _about_lines(job):
        _text(sheet, at, 0, name if name != before else "", formats["bold"])
        before = name
        _text(sheet, at, 1, value, formats["plain"])
        sheet.set_row(at, LINE_POINTS * max(lines_needed(value, 100), lines_needed(name, 26)) + 3)
        at += 1
    at += 1
    _text(sheet, at, 0, job.say("nav.ledger"), formats["bold"])
    _link(sheet, at, 1, job.say("nav.overview"), job.say("nav.overview"), formats["link"])
    for number, pair in enumerate(job.sheets, start=1):
        _link(sheet, at + number, 1, pair.name, pair.name, formats["link"])
    _paper(sheet, pages=1)


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
        _text(sheet, 0, column, head, formats["head-evidence"])
    sheet.set_row(0, LINE_POINTS * 2 + 3)
    for number, pair in enumerate(job.sheets, start=1):
        _link(sheet, number, 0, pair.name, job.labels[pair.target.plan_id], formats["linkcell"])
        _text(sheet, number, 1, job.labels[pair.source.plan_id], formats["evidence"])
        relation = pair.rows[0].coverage.relation
        _text(sheet, number, 2, job.say(f"relation.{relation}"), formats["evidence"])
        for column, count in enumerate(_counts(pair), start=3):
            sheet.write_number(number, column, count, formats["number"])
    at = len(job.sheets) + 2
    cautions = dict.fromkeys(caution for pair in job.sheets for caution in pair.cautions)
    for number, line in enumerate([job.say("caution.heading"), *cautions] if cautions else []):
        _text(sheet, at + number, 0, line, formats["caution"])
    sheet.freeze_panes(1, 1)
    _paper(sheet)


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
    _link(sheet, 0, 0, job.say("nav.overview"), f"← {job.say('nav.overview')}", formats["link"])
    between = f"{job.labels[pair.source.plan_id]} → {job.labels[pair.target.plan_id]}"
    _text(sheet, 0, 2, between, formats["title"])
    for number, caution in enumerate(pair.cautions, start=1):
        _text(sheet, number, 2, f"※ {caution}", formats["caution"])
    head = len(pair.cautions) + 1
    for column, (name, kind) in enumerate(zip(headings(job.language), COLUMNS, strict=True)):
        sheet.set_column(column, column, kind.width)
        _text(sheet, head, column, name, formats[f"head-{kind.group}"])
    sheet.set_row(head, LINE_POINTS * 2 + 3)
    for number, row in enumerate(pair.shown, start=head + 1):
        _ledger_row(sheet, formats, job, number, row)
    last = head + max(1, len(pair.shown))
    sheet.autofilter(head, 0, last, len(COLUMNS) - 1)
    sheet.freeze_panes(head + 1, 2)
    verdict = next(at for at, kind in enumerate(COLUMNS) if kind.key == "review_verdict")
    sheet.data_validation(
        head + 1,
        verdict,
        last,
        verdict,
        {
            "validate": "list",
            "source": [job.say(f"verdict.{name}") for name in VERDICTS],
            "error_message": job.say("workbook.choose"),
        },
    )
    sheet.repeat_rows(head)
    sheet.print_area(0, 0, last, PRINTED_COLUMNS - 1)
    _paper(sheet)


def _ledger_row(
    sheet: Any, formats: Mapping[str, Any], job: Job, number: int, row: LedgerRow
) -> None:
    cells = values(job.corpus, row, job.language, job.decisions)
    stretches = shared(row)
    first = len(shown_targets(row)[0].text) if shown_targets(row) else 0
    lines = 1
    for column, kind in enumerate(COLUMNS):
        value: Value = cells[kind.key]
        if isinstance(value, float):
            sheet.write_number(number, column, value, formats["percent"])
            continue
        style = formats[row.coverage.verdict if kind.key == "verdict" else kind.group]
        if kind.key == "source_text":
            marks = [(part.start, part.end) for part in stretches]
            _marked(sheet, number, column, value, marks, style, formats["mark"])
        elif kind.key == "target_text":
            _marked(
                sheet,
                number,
                column,
                value,
                _target_marks(stretches, first),
                style,
                formats["mark"],
            )
        else:
            _text(sheet, number, column, value, style)
        if kind.group != "machine":
            lines = max(lines, lines_needed(value, kind.width))
    sheet.set_row(number, min(TALLEST, LINE_POINTS * lines + 3))


def _target_marks(stretches: Sequence[Stretch], length: int) -> list[tuple[int, int]]:
    """Return the marks in the first target sentence, in its order."""
    return sorted(
        (part.target_start, part.target_end) for part in stretches if part.target_end <= length
    )


def _marked(
    sheet: Any,
    row: int,
    column: int,
    value: str,
    marks: Sequence[tuple[int, int]],
    style: Any,
    mark: Any,
) -> None:
    """Write a text with some stretches marked; without any, as a plain text."""
    text = harmless(value)
    parts: list[Any] = []
    done = 0
    for start, end in marks:
        if start > done:
            parts.append(text[done:start])
        parts += [mark, text[start:end]]
        done = end
    if done < len(text):
        parts.append(text[done:])
    if not marks or len(parts) < 3 or len(text) > LONGEST:
        _text(sheet, row, column, text, style)
    else:
        sheet.write_rich_string(row, column, *parts, style)


def _paper(sheet: Any, *, pages: int = 0) -> None:
    """Print on A4, landscape, one page wide, and as many ``pages`` long (0: as it needs)."""
    sheet.set_paper(9)
    sheet.set_landscape()
    sheet.fit_to_pages(1, pages)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.set_footer("&C&P / &N")
