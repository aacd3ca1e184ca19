"""The nouns of wpnet: frozen records that the stages hand on to each other.

Records hold values and do no work. Their field names are the column names of the tables in
``data/processed/`` wherever a record becomes a row.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["duty", "preamble"]
Role = Literal["lead", "responsible", "support"]
Origin = Literal["sentence", "item", "section", "table"]
CitationRelation = Literal["parent", "reference", "self"]
AuditClass = Literal[
    "heading", "requirement", "units", "metadata", "wrapper", "table", "boilerplate", "unparsed"
]
LeftOutKind = Literal[
    "navigation", "deleted", "hidden", "watermark", "footnote", "page_mark", "unread"
]
Relation = Literal["cascade", "evolution"]
LinkKind = Literal["verbatim", "adapted", "partial"]
LinkStatus = Literal["accepted", "candidate", "rejected", "suspect"]
LinkRole = Literal["", "best", "further"]
#: ``auto`` (the shipped model), ``auto:<scorer>`` (a scorer of one's own), ``review`` (a person) or
#: ``model:<name>`` (answers of a language model).
Decider = str
AUTO = "auto"
Verdict = Literal["carried", "partial", "omitted", "not_applicable"]


def is_automatic(decided_by: Decider) -> bool:
    """Tell whether a verdict or link is that of a scorer, and nobody has looked at it.

    >>> is_automatic("auto"), is_automatic("auto:overlap@1"), is_automatic("review")
    (True, True, False)
    """
    return decided_by.partition(":")[0] == AUTO


@dataclass(frozen=True, slots=True)
class Cell:
    """Where a line stands in a ruled table: all numbers count from 1."""

    table: int
    row: int
    column: int
    row_span: int = 1
    column_span: int = 1


@dataclass(frozen=True, slots=True)
class Line:
    """One line, paragraph or table cell as a file gave it.

    ``place`` leads back to the raw file (``page 3``, ``paragraph 18``, ``table 1 row 4``); it is
    empty where ``offset`` (characters from the start of the decoded text) says it more exactly.
    ``starts`` says whether the format knows that a paragraph begins here (a Word or HTML paragraph,
    an indent on a page: true), that it goes on (false), or cannot tell (``None``: plain text).
    ``furniture`` marks page numbers and running heads that a page's geometry gave away.
    """

    text: str
    place: str = ""
    offset: int | None = None
    cell: Cell | None = None
    starts: bool | None = None
    furniture: bool = False


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What a format left out before there was a normalised text: a row of ``left_out.csv``.

    ``text`` is how it begins; ``plan_id`` is empty until the plan is known.
    """

    plan_id: str
    kind: LeftOutKind
    raw_place: str
    text: str


@dataclass(frozen=True, slots=True)
class Document:
    """A raw file after decoding: its lines in reading order, and what is not among them."""

    file: str
    sha256: str
    container: Literal["text", "html", "pdf", "docx", "image"]
    lines: tuple[Line, ...]
    warnings: tuple[str, ...] = ()
    left_out: tuple[LeftOut, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """A disclosure work plan: a row of ``plans.csv``.

    Unknown values are the empty string (``year`` 0). ``date`` is ISO 8601, ``place_code`` a
    GB/T 2260 code, ``duties`` and ``preambles`` count requirements.
    """

    plan_id: str
    title: str = ""
    issuer: str = ""
    place_code: str = ""
    level: str = ""
    bureau: str = ""
    year: int = 0
    doc_number: str = ""
    date: str = ""
    date_kind: str = ""
    held: bool = True
    source_file: str = ""
    source_sha256: str = ""
    source_url: str = ""
    duties: int = 0
    preambles: int = 0


@dataclass(frozen=True, slots=True)
class Requirement:
    """One sentence of a plan: a row of ``requirements.csv``.

    ``start`` and ``end`` are character offsets in the plan's normalised text.
    """

    requirement_id: str
    plan_id: str
    kind: Kind
    section_no: int
    section_title: str
    item_no: int
    item_title: str
    subitem_no: int
    subitem_title: str
    sentence_no: int
    text: str
    start: int
    end: int
    raw_place: str = ""
    deadline: str = ""
    deadline_date: str = ""
    modality: str = ""
    targets: str = ""
    text_sha256: str = ""


@dataclass(frozen=True, slots=True)
class Assignment:
    """A requirement laid on a responsible unit: a row of ``assignments.csv``."""

    requirement_id: str
    unit_id: str
    unit_as_written: str
    role: Role
    origin: Origin
    effective: bool = True


@dataclass(frozen=True, slots=True)
class Unit:
    """A responsible unit of one issuer: a row of ``units.csv``."""

    unit_id: str
    name: str
    kind: Literal["unit", "group"]
    plan_issuer: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Citation:
    """A document named in a plan: a row of ``citations.csv``."""

    plan_id: str
    start: int
    end: int
    cited_title: str
    cited_number: str
    relation: CitationRelation
    verb: str = ""
    cited_plan_id: str = ""


@dataclass(frozen=True, slots=True)
class AuditSpan:
    """A stretch of normalised text and what it was taken for: a row of ``audit.csv``."""

    plan_id: str
    start: int
    end: int
    audit_class: AuditClass
    rule: str


@dataclass(frozen=True, slots=True)
class ParsedPlan:
    """All that was understood of one file."""

    plan: Plan
    text: str
    requirements: tuple[Requirement, ...]
    assignments: tuple[Assignment, ...] = ()
    citations: tuple[Citation, ...] = ()
    audit: tuple[AuditSpan, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    warnings: tuple[str, ...] = ()
    plan_present: bool = True


@dataclass(frozen=True, slots=True)
class Link:
    """A source requirement taken up by a target requirement: a row of ``links.csv``."""

    source_id: str
    target_id: str
    relation: Relation
    score: float
    kind: LinkKind
    status: LinkStatus
    role: LinkRole = ""
    decided_by: Decider = "auto"
    shared_text: str = ""


@dataclass(frozen=True, slots=True)
class Coverage:
    """What one target plan does with one source duty: a row of ``coverage.csv``."""

    source_id: str
    target_plan_id: str
    relation: Relation
    lag_years: int
    auto_verdict: Verdict
    p_carried: float
    p_partial: float
    p_omitted: float
    needs_review: bool
    verdict: Verdict
    decided_by: Decider = "auto"
    target_ids: tuple[str, ...] = field(default=())
    nearest_id: str = ""
    nearest_score: float = 0.0
    doubt: float = 0.0
