"""Facts about a plan from what stands around it: title, issuer, number, date."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, zip_longest

from wpnet.model import AuditClass
from wpnet.reading import markers
from wpnet.reading.dates import DOC_NUMBER, doc_number, is_glued, iso_date, year_number
from wpnet.reading.layout import ISSUING, OFFICE, Layout, is_plan_title, starts_of
from wpnet.reading.normalise import NormalText, Paragraph

YEAR = re.compile(r"((?:19|20)\d{2})(?=年|\D|$)|([一二][〇○零][一二三四五六七八九〇○零]{2})年")
# Metadata keys, by the fact they state.
NUMBER_KEYS = "文号|发文字号|文件编号|发布文号"
SIGNED_KEYS = "成文日期"
ISSUED_KEYS = "发文日期|印发日期|产生日期"
PUBLISHED_KEYS = "发布日期|发布时间|公开日期"
ISSUER_KEYS = "发布机构|发文机构|发文机关|公开主体|发布单位"
_KEY = re.compile(rf"[\[【]?({markers.METADATA_KEY})[\]】]?[:：|]")
KEY_CELL = re.compile(rf"({markers.METADATA_KEY})[:：]?")
# "现将《…》印发给你们": the plan's title where it has no line of its own.
SENT_TITLE = re.compile(r"(?:现将|关于印发|印发|名称[:：]|^)[《]([^《》]{4,80})[》]")
# "…的通知 某政办发〔2024〕20号": the number on the line of the notice's title.
BESIDE_NOTICE = re.compile(r"的通知\s*([\u4e00-\u9fff]{2,12}[〔\[（(﹝【]\d{4}[^\d]\d{1,4}号)$")
LONGEST = 200  # characters of a line that states a fact


@dataclass(frozen=True, slots=True)
class Facts:
    """What a document says of itself; unknown values are empty (``year`` 0).

    ``notes`` say what was damaged.
    """

    title: str = ""
    issuer: str = ""
    year: int = 0
    doc_number: str = ""
    date: str = ""
    date_kind: str = ""
    notes: tuple[str, ...] = ()


def read_facts(normal: NormalText, layout: Layout) -> Facts:
    """Read title, issuer, year, number and date off the paragraphs around the plan."""
    outside = (*layout.front, *layout.tail)
    around = [normal.slice(paragraph) for paragraph in outside]
    ends = _Ends(around[: len(layout.front)], around[len(layout.front) :])
    metadata = dict(_metadata_pairs(normal, outside))
    title = _title(normal, layout, around)
    notes: list[str] = []
    date, date_kind = _date(ends, metadata, notes)
    year_match = YEAR.search(title)
    year = year_number(year_match[1] or year_match[2]) if year_match else int(date[:4] or 0)
    return Facts(
        title=title,
        issuer=_issuer(ends, metadata, title),
        year=year,
        doc_number=_doc_number(around, metadata, notes),
        date=date,
        date_kind=date_kind,
        notes=tuple(notes),
    )


class Classifier:
    """Says what the paragraphs outside the numbered plan are."""

    def __init__(self, normal: NormalText, layout: Layout) -> None:
        self.normal = normal
        self.titles = starts_of(layout.titles)
        self.front = starts_of(layout.front)
        self.tail = starts_of(layout.tail)

    def classify(self, paragraph: Paragraph) -> tuple[AuditClass, str]:
        """Return the audit class of a paragraph and the rule."""
        text = self.normal.slice(paragraph)[:LONGEST].replace(" ", "")
        if paragraph.furniture:
            return "boilerplate", "page mark or running head"
        if paragraph.start in self.titles:
            return "heading", "title"
        if markers.METADATA_LINE.match(text) or (paragraph.cell and KEY_CELL.fullmatch(text)):
            return "metadata", "labelled fact"
        if DOC_NUMBER.fullmatch(text):
            return "metadata", "document number"
        if re.match(r"[（(](?:此件|公开范围|公开属性)", text):
            return "metadata", "publication mark"
        if markers.is_stand_alone(text) and "★" not in text and "代章" not in text:
            return "boilerplate", "portal text"
        if paragraph.start in self.tail and text.endswith(
            (".pdf", ".doc", ".docx", ".wps", ".ofd", ".xlsx")
        ):
            return "boilerplate", "download link"
        return "wrapper", _wrapper_rule(text, front=paragraph.start in self.front)


def _wrapper_rule(text: str, *, front: bool) -> str:
    if markers.DATE_LINE.fullmatch(text):
        return "date"
    if ISSUING.fullmatch(text) or text.endswith("印发"):
        return "issuing line"
    if OFFICE.fullmatch(text):
        return "letterhead" if front else "signature"
    if text.endswith(("：", ":")):
        return "addressee"
    if text.endswith("通知"):
        return "title of the notice"
    if "印发给你们" in text or "现印发" in text:
        return "sending sentence"
    if markers.LABEL.match(text):
        return "label"
    return "preamble before the first section" if front and "。" in text else "other wrapper text"


def _metadata_pairs(
    normal: NormalText, paragraphs: Sequence[Paragraph]
) -> Iterator[tuple[str, str]]:
    """Yield key and value of every labelled fact; several may stand on one line.

    Blanks inside a key (``索 引 号``) are dropped; a later pair of the same key wins nothing. In a
    ruled table the value stands in the next cell.
    """
    seen: set[str] = set()
    for paragraph, following in zip_longest(paragraphs, paragraphs[1:]):
        squeezed = normal.slice(paragraph).replace(" ", "")
        cell = KEY_CELL.fullmatch(squeezed) if paragraph.cell else None
        if cell and following is not None and _same_row(paragraph, following):
            pairs = [(cell[1], normal.slice(following))]
        elif markers.METADATA_LINE.match(squeezed):
            hits = list(_KEY.finditer(squeezed))
            ends = [hit.start() for hit in hits[1:]] + [len(squeezed)]
            pairs = [
                (hit[1], squeezed[hit.end() : end]) for hit, end in zip(hits, ends, strict=True)
            ]
        else:
            continue
        for key, value in pairs:
            if key not in seen:
                seen.add(key)
                yield key, value.strip("|｜•·;；")


def _same_row(left: Paragraph, right: Paragraph) -> bool:
    return bool(
        left.cell
        and right.cell
        and (left.cell.table, left.cell.row) == (right.cell.table, right.cell.row)
    )


def _first(metadata: dict[str, str], keys: str) -> str:
    return next((metadata[key] for key in keys.split("|") if metadata.get(key)), "")


def _title(normal: NormalText, layout: Layout, around: Sequence[str]) -> str:
    """The title line before the plan, else the one in 现将《…》印发, else the table's title."""
    starts = [part[0].start for part in (layout.body, layout.table) if part]
    before = min(starts, default=len(normal.text))
    own_lines = [normal.slice(line) for line in layout.titles if line.start < before]
    if own_lines:
        return own_lines[-1].strip("《》")
    for text in around:
        sent = SENT_TITLE.search(text[: 5 * LONGEST])
        if sent and is_plan_title(sent[1]):
            return sent[1]
    later = [normal.slice(line) for line in layout.titles]
    return later[0].strip("《》") if later else ""


class _Ends:
    """The paragraphs before and behind a plan, each cut to what can state a fact."""

    def __init__(self, front: Sequence[str], tail: Sequence[str]) -> None:
        self.front = [text[:LONGEST] for text in front]
        self.tail = [text[:LONGEST] for text in tail]
        self.all = [*self.front, *self.tail]

    def signatures(self) -> Iterator[tuple[str, str]]:
        """Yield an office's name and the date line below it, behind the plan first.

        Before a plan a portal may print issuer and day of publication in the same form.
        """
        for part in (self.tail, self.front):
            for text, following in pairwise(part):
                if _is_office(text) and markers.DATE_LINE.fullmatch(following):
                    yield text, following


def _issuer(ends: _Ends, metadata: dict[str, str], title: str) -> str:
    """The signature: an office's name right before a date; else metadata, letterhead, title."""
    short = ends.all
    for text, _ in ends.signatures():
        return re.sub(r"[（(](?:代章|章)[）)]$", "", text)
    for text in short:
        notice = re.match(r"(.{4,40}?(?:局|委员会|委|办公室|办公厅|政府|厅))关于印发", text)
        if notice and OFFICE.fullmatch(notice[1]):
            return notice[1]
    in_title = re.match(
        r"(?:(?:19|20)\d{2}年)?(.{2,40}?(?:局|委员会|人民政府|办公厅|厅|中心))(?=[12]|政|信|重|公|工|主|$)",
        title,
    )
    if in_title:
        return in_title[1]
    offices = [text for text in short if _is_office(text)]
    return _first(metadata, ISSUER_KEYS) or (offices[0] if offices else "")


def _is_office(text: str) -> bool:
    return len(text) <= 50 and OFFICE.fullmatch(text) is not None


def _doc_number(around: Sequence[str], metadata: dict[str, str], notes: list[str]) -> str:
    lines = [text for text in around if len(text) <= 40]
    lines += [found[1] for text in around if (found := BESIDE_NOTICE.search(text[:LONGEST]))]
    for text in (_first(metadata, NUMBER_KEYS), *lines):
        number, damaged = doc_number(text)
        if number:
            if damaged:
                notes.append(f"document number “{text}” is damaged; read as {number}")
            return number
    return ""


def _date(ends: _Ends, metadata: dict[str, str], notes: list[str]) -> tuple[str, str]:
    """The signed date, else the printed one, else the published one (ISO 8601), and its kind."""
    short = ends.all
    signed = [date for _, date in ends.signatures()]
    signed += [part[0] for part in (ends.tail, ends.front) if part]
    signed = [text for text in signed if markers.DATE_LINE.fullmatch(text)]
    alone = [text for text in short if markers.DATE_LINE.fullmatch(text)]
    printed = [text for text in short if ISSUING.fullmatch(text)]
    for text, kind in (
        *((line, "signed") for line in signed),
        (_first(metadata, SIGNED_KEYS), "signed"),
        (_first(metadata, ISSUED_KEYS), "issued"),
        *((line, "signed") for line in alone),
        *((line, "printed") for line in printed),
        (_first(metadata, PUBLISHED_KEYS), "published"),
    ):
        found = iso_date(text) if text else ""
        if text and is_glued(text):
            said = f"read as {found}" if found else "it can be read in more than one way"
            notes.append(f"date “{text}” has lost 年, 月 or 日: {said}")
        if found:
            return found, kind
    return "", ""
