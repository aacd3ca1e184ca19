"""The columns of a ledger as people send it on: workbook, CSV and the page's downloads."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from wpnet.cascade.drift import AttributeChange, changes
from wpnet.cascade.evidence import missing
from wpnet.cascade.shared import Stretch, shared_stretches
from wpnet.corpus import Corpus
from wpnet.model import Requirement
from wpnet.review.decisions import MODEL, PERSON, Decision, RowKey, Texts
from wpnet.review.rows import FilledIn, seal
from wpnet.review.standing import rulings
from wpnet.showing.cautions import not_held
from wpnet.showing.headings import heading_path, plan_labels, printed_number, short_id
from wpnet.showing.ledger import LedgerRow, is_explained, shown_links, units_as_printed
from wpnet.showing.wording import Language, say


class Column(NamedTuple):
    """A column: key, heading in both languages, width in half-width cells, group."""

    key: str
    zh: str
    en: str
    width: int
    group: Literal["evidence", "review", "machine"]


#: In the order of the sheet. The machine's columns stand at the right end: by them `wpnet review
#: import` knows the row again after sorting, filtering and deleting (:mod:`wpnet.review.rows`).
COLUMNS: tuple[Column, ...] = (
    Column("number", "原文编号", "Printed number", 14, "evidence"),
    Column("verdict", "结论", "Verdict", 12, "evidence"),
    Column("plans", "上级 → 下级", "Plans", 16, "evidence"),
    Column("source_text", "上级要求", "Source requirement", 46, "evidence"),
    Column("source_units", "上级责任单位", "Source units", 18, "evidence"),
    Column(
        "target_text", "下级条文（对应或最接近）", "Target text, linked or nearest", 46, "evidence"
    ),
    Column("target_units", "下级责任单位", "Target units", 18, "evidence"),
    Column("candidates", "候选条文（编号、相似度）", "Candidates, with ids", 46, "evidence"),
    Column(
        "certainty", "程序估计（仅供参考）", "Program's estimate (for orientation)", 12, "evidence"
    ),
    Column("needs_review", "把握不足", "Unsure", 8, "evidence"),
    Column("decided_by", "判断来源", "Decided by", 16, "evidence"),
    Column("review_verdict", "复核结论", "Review verdict", 14, "review"),
    Column("review_targets", "复核对应条文", "Review target ids", 20, "review"),
    Column("reviewer", "复核人", "Reviewer", 12, "review"),
    Column("date", "复核日期", "Review date", 12, "review"),
    Column("note", "复核说明", "Review note", 28, "review"),
    Column("own", "wpnet 编号", "wpnet number", 10, "evidence"),
    Column("source_place", "上级条文位置", "Place in source plan", 34, "evidence"),
    Column("target_place", "下级条文位置", "Place in target plan", 34, "evidence"),
    Column("shared_text", "共同字句", "Shared wording", 34, "evidence"),
    Column("missing", "下级条文中未找到的部分", "Parts not found", 34, "evidence"),
    Column("not_held", "未收录、无法比对的文件", "Not held, not compared", 34, "evidence"),
    Column("changes", "时限、指标变化", "Deadline and target changes", 30, "evidence"),
    Column("source_id", "source_id", "source_id", 24, "machine"),
    Column("target_plan_id", "target_plan_id", "target_plan_id", 20, "machine"),
    Column("auto_verdict", "auto_verdict", "auto_verdict", 14, "machine"),
    Column("linked_ids", "linked_ids", "linked_ids", 24, "machine"),
    Column("nearest_id", "nearest_id", "nearest_id", 24, "machine"),
    Column("source_sha256", "source_sha256", "source_sha256", 20, "machine"),
    Column("target_sha256", "target_sha256", "target_sha256", 20, "machine"),
    Column("seal", "seal", "seal", 20, "machine"),
)

#: A measure of time: 20个工作日, 3个月内.
_TERM = re.compile(r"(?:工作日|自然日|小时|分钟|个月|[日天周年])(?:之内|以内|内)?$")

Value = str | float
Decisions = Mapping[RowKey, Decision]


@dataclass(frozen=True)
class Context:
    """What every row of a ledger needs to know: the corpus, its texts, who decided what."""

    corpus: Corpus
    language: Language
    decisions: Decisions
    texts: Texts
    labels: Mapping[str, str]

    @property
    def explained(self) -> bool:
        """Whether rows tell which parts of a duty found no partner."""
        return is_explained(self.corpus)


def context(
    corpus: Corpus, language: Language = "zh", decisions: Sequence[Decision] = ()
) -> Context:
    """Return what is needed to tell the rows of a corpus; ``decisions`` is the log about it."""
    texts = Texts(corpus.requirements)
    labels = plan_labels(corpus.plans, language)
    return Context(corpus, language, rulings(decisions, texts), texts, labels)


def headings(language: Language) -> list[str]:
    """Return the heading of every column."""
    return [column.en if language == "en" else column.zh for column in COLUMNS]


def filled_in(language: Language) -> list[str]:
    """Return the headings of the columns that a reviewer fills in."""
    shown = zip(COLUMNS, headings(language), strict=True)
    return [heading for column, heading in shown if column.group == "review"]


def shown_targets(row: LedgerRow) -> tuple[Requirement, ...]:
    """Return the target sentences a row shows: those that take the duty up, else the nearest."""
    if row.targets:
        return row.targets
    return (row.nearest,) if row.nearest else ()


def shared(row: LedgerRow) -> tuple[Stretch, ...]:
    """Return the wording that the source shares with the first target sentence shown."""
    targets = shown_targets(row)
    return shared_stretches(row.source.text, targets[0].text) if targets else ()


def not_found(known: Context, row: LedgerRow) -> tuple[str, ...]:
    """Return the parts of a duty that the target sentences shown do not have.

    Nothing where the corpus is too large to be explained.
    """
    return missing(row.source, shown_targets(row)) if known.explained else ()


def values(known: Context, row: LedgerRow) -> dict[str, Value]:
    """Return what a ledger row says in every column, keyed by the columns' keys."""
    corpus, language = known.corpus, known.language
    covered, source, targets = row.coverage, row.source, shown_targets(row)
    units = [name for entry in targets for name in units_as_printed(corpus, entry.requirement_id)]
    filled = _filled(known, row)
    told: dict[str, Value] = {
        "number": printed_number(source, language),
        "own": short_id(source.requirement_id),
        "verdict": say(f"verdict.{covered.verdict}", language),
        "plans": " → ".join(
            known.labels.get(plan, plan) for plan in (source.plan_id, covered.target_plan_id)
        ),
        "source_place": heading_path(source, language),
        "source_text": source.text,
        "source_units": "、".join(units_as_printed(corpus, source.requirement_id)),
        "target_place": "\n".join(heading_path(entry, language) for entry in targets),
        "target_units": "、".join(dict.fromkeys(units)),
        "shared_text": "…".join(source.text[part.start : part.end] for part in shared(row)),
        "missing": "；".join(not_found(known, row)),
        "not_held": _not_held(known, row),
        "changes": "\n".join(changes_in_words(row, language)),
        "certainty": round(row.certainty, 4),
        "needs_review": say("yes" if covered.needs_review else "no", language),
        "decided_by": decided_by(row, language),
        "review_verdict": filled.verdict,
        "review_targets": filled.targets,
        "reviewer": filled.reviewer,
        "date": filled.date,
        "note": filled.note,
        "source_id": source.requirement_id,
        "target_plan_id": covered.target_plan_id,
        "auto_verdict": covered.auto_verdict,
        "linked_ids": ";".join(covered.target_ids),
        "nearest_id": covered.nearest_id,
        "source_sha256": source.text_sha256,
        "target_sha256": ";".join(entry.text_sha256 for entry in targets),
    }
    return told | evidence(known, row, filled)


def _not_held(known: Context, row: LedgerRow) -> str:
    """Return the documents that could not be compared, where not all of a duty is found."""
    if row.coverage.verdict not in ("omitted", "partial"):
        return ""
    return "；".join(not_held(known.corpus, row.source.plan_id, row.coverage.target_plan_id))


def evidence(known: Context, row: LedgerRow, filled: FilledIn | None = None) -> dict[str, str]:
    """Return the cells in which a row shows the target plan, and the seal on all of the row."""
    corpus, covered = known.corpus, row.coverage
    links = shown_links(corpus, row)
    candidates = [corpus.requirement(link.target_id) for link in links]
    cells = (
        "\n".join(entry.text for entry in shown_targets(row)),
        "\n".join(
            f"{short_id(link.target_id)} ({link.score:.2f}) {entry.text}"
            for link, entry in zip(links, candidates, strict=True)
        ),
    )
    code = seal(
        row.source,
        covered.target_plan_id,
        known.texts,
        candidates,
        cells=cells,
        filled=_filled(known, row) if filled is None else filled,
    )
    return {"target_text": cells[0], "candidates": cells[1], "seal": code}


def _filled(known: Context, row: LedgerRow) -> FilledIn:
    """Return what a reviewer has said so far, nothing where nobody has."""
    covered = row.coverage
    if covered.decided_by != PERSON:
        return FilledIn()
    decision = decision_on(row, known.decisions)
    said = (decision.reviewer, decision.date, decision.note) if decision else ("", "", "")
    verdict = say(f"verdict.{covered.verdict}", known.language)
    return FilledIn(verdict, ";".join(covered.target_ids), *said)


def decision_on(row: LedgerRow, decisions: Decisions) -> Decision | None:
    """Return the decision that stands behind a row, if it is known."""
    return decisions.get((row.source.requirement_id, row.coverage.target_plan_id))


def decided_by(row: LedgerRow, language: Language) -> str:
    """Say in words whether a person or only the machine made the verdict of a row."""
    covered = row.coverage
    if covered.decided_by.startswith(MODEL):
        name = covered.decided_by.removeprefix(MODEL)
        verdict = say(f"verdict.{covered.auto_verdict}", language)
        return say("by.model", language, name=name, verdict=verdict)
    if covered.decided_by != PERSON:
        return say("by.auto", language)
    if covered.auto_verdict == covered.verdict:
        return say("by.review", language)
    return say("by.review.was", language, verdict=say(f"verdict.{covered.auto_verdict}", language))


def changes_in_words(row: LedgerRow, language: Language) -> list[str]:
    """Say how deadline, numeric targets and modality change on the way to the first target."""
    if not row.targets:
        return []
    found = changes(row.source, row.targets[0], lag_years=row.coverage.lag_years)
    return [_change(change, language) for change in found if change.change != "kept"]


def change_name(change: AttributeChange) -> str:
    """Return what a change is called after ``change.``: a numeric target in days is a time limit.

    >>> one = AttributeChange("a#1.1.1", "b#1.1.1", "target", "20个工作日", "", "dropped")
    >>> two = AttributeChange("a#1.1.1", "b#1.1.1", "target", "20个工作日;3次", "", "dropped")
    >>> change_name(one), change_name(two)
    ('term', 'target')
    """
    written = f"{change.source_value};{change.target_value}".split(";")
    terms = [bool(_TERM.search(value)) for value in written if value]
    return "term" if change.attribute == "target" and all(terms) else change.attribute


def _change(change: AttributeChange, language: Language) -> str:
    name = say(f"change.{change_name(change)}", language)
    kind = say(f"change.{change.change}", language)
    none = say("change.plain", language) if change.attribute == "modality" else "—"
    return f"{name} {kind}：{change.source_value or none} → {change.target_value or none}"


def table(known: Context, rows: Sequence[LedgerRow]) -> list[list[Value]]:
    """Return ledger rows with their heading, ready for :func:`wpnet.showing.harmless.csv_bytes`."""
    made: list[list[Value]] = [list(headings(known.language))]
    for row in rows:
        named = values(known, row)
        made.append([named[column.key] for column in COLUMNS])
    return made
