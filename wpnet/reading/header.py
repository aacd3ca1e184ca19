"""Facts about a plan from what stands around it: title, issuer, number, date."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from wpnet.model import AuditClass
from wpnet.reading import markers
from wpnet.reading.layout import ISSUING, OFFICE, Layout, is_plan_title
from wpnet.reading.normalise import NormalText, Paragraph
from wpnet.reading.numbering import to_int

# "沪人社办〔2023〕81号", "沪府办[2021]21号", "沪水务(海洋)〔2018〕85号"; 〕 may be lost.
DOC_NUMBER = re.compile(
    r"([\u4e00-\u9fff]{2,10}(?:[（(][\u4e00-\u9fff]{1,4}[）)])?)[〔\[﹝【（(]((?:19|20)\d{2})[〕\]﹞】）)]?第?(\d{1,5})号"
)
YEAR = re.compile(r"((?:19|20)\d{2})(?=年|\D|$)|([一二]〇[一二三四五六七八九〇]{2})年")
# Metadata keys, by the fact they state.
NUMBER_KEYS = "文号|发文字号|文件编号|发布文号"
SIGNED_KEYS = "成文日期"
ISSUED_KEYS = "发文日期|印发日期|产生日期"
PUBLISHED_KEYS = "发布日期|发布时间|公开日期"
ISSUER_KEYS = "发布机构|发文机构|发文机关|公开主体|发布单位"
TITLE_KEYS = "名称|标题"
_KEY = re.compile(rf"[\[【]?({markers.METADATA_KEY})[\]】]?[:：|]")
# "现将《…》印发给你们": the plan's title where it has no line of its own.
SENT_TITLE = re.compile(r"(?:现将|关于印发|印发|名称[:：])[《]([^《》]{4,80})[》]")


@dataclass(frozen=True, slots=True)
class Facts:
    """What a document says of itself; unknown values are empty (``year`` 0)."""

    title: str = ""
    issuer: str = ""
    year: int = 0
    doc_number: str = ""
    date: str = ""
    date_kind: str = ""


def read_facts(normal: NormalText, layout: Layout) -> Facts:
    """Read title, issuer, year, number and date off the paragraphs around the plan."""
    around = [normal.slice(paragraph) for paragraph in (*layout.front, *layout.tail)]
    metadata = dict(_metadata_pairs(around))
    title = _title(normal, layout, around)
    date, date_kind = _date(around, metadata)
    year_match = YEAR.search(title)
    year = _year(year_match) if year_match else int(date[:4] or 0)
    return Facts(
        title=title,
        issuer=_issuer(around, metadata, title),
        year=year,
        doc_number=_doc_number(around, metadata),
        date=date,
        date_kind=date_kind,
    )


def classify_outside(
    normal: NormalText, layout: Layout, paragraph: Paragraph
) -> tuple[AuditClass, str]:
    """Say what a paragraph outside the numbered plan is: audit class and rule."""
    text = normal.slice(paragraph).replace(" ", "")
    if paragraph.furniture:
        return "boilerplate", "page mark or running head"
    if paragraph in layout.titles:
        return "heading", "title"
    if markers.METADATA_LINE.match(text):
        return "metadata", "labelled fact"
    if DOC_NUMBER.fullmatch(text):
        return "metadata", "document number"
    if re.match(r"[（(](?:此件|公开范围|公开属性)", text):
        return "metadata", "publication mark"
    if markers.STAND_ALONE.match(text) and "★" not in text and "代章" not in text:
        return "boilerplate", "portal text"
    if paragraph in layout.tail and text.endswith(
        (".pdf", ".doc", ".docx", ".wps", ".ofd", ".xlsx")
    ):
        return "boilerplate", "download link"
    return "wrapper", _wrapper_rule(text, front=paragraph in layout.front)


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


def _metadata_pairs(texts: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield key and value of every labelled fact; several may stand on one line.

    Blanks inside a key (``索 引 号``) are dropped; a later pair of the same key wins nothing.
    """
    seen: set[str] = set()
    for text in texts:
        if not markers.METADATA_LINE.match(text.replace(" ", "")):
            continue
        squeezed = text.replace(" ", "")
        hits = list(_KEY.finditer(squeezed))
        for hit, following in zip(hits, [*hits[1:], None], strict=True):
            value = squeezed[hit.end() : following.start() if following else len(squeezed)]
            if hit[1] not in seen:
                seen.add(hit[1])
                yield hit[1], value.strip("|｜•·;；")


def _first(metadata: dict[str, str], keys: str) -> str:
    return next((metadata[key] for key in keys.split("|") if metadata.get(key)), "")


def _title(normal: NormalText, layout: Layout, around: Sequence[str]) -> str:
    """The title line before the plan, else the one in 现将《…》印发, else the table's title."""
    before = layout.body[0].start if layout.body else len(normal.text)
    own_lines = [normal.slice(line) for line in layout.titles if line.start < before]
    if own_lines:
        return own_lines[-1].strip("《》")
    for text in around:
        sent = SENT_TITLE.search(text)
        if sent and is_plan_title(sent[1]):
            return sent[1]
    later = [normal.slice(line) for line in layout.titles]
    return later[0].strip("《》") if later else ""


def _issuer(around: Sequence[str], metadata: dict[str, str], title: str) -> str:
    """The signature: an office's name right before a date; else metadata, letterhead, title."""
    for text, following in pairwise(around):
        if OFFICE.fullmatch(text) and markers.DATE_LINE.fullmatch(following):
            return re.sub(r"[（(](?:代章|章)[）)]$", "", text)
    for text in around:
        notice = re.match(r"(.{4,40}?(?:局|委员会|委|办公室|办公厅|政府|厅))关于印发", text)
        if notice and OFFICE.fullmatch(notice[1]):
            return notice[1]
    in_title = re.match(r"(?:(?:19|20)\d{2}年)?(.{2,40}?(?:局|委员会|人民政府|办公厅))", title)
    if in_title:
        return in_title[1]
    offices = [text for text in around if OFFICE.fullmatch(text)]
    return _first(metadata, ISSUER_KEYS) or (offices[0] if offices else "")


def _doc_number(around: Sequence[str], metadata: dict[str, str]) -> str:
    for text in (_first(metadata, NUMBER_KEYS), *around):
        match = DOC_NUMBER.match(text)
        if match:
            return normal_doc_number(match)
    return ""


def normal_doc_number(match: re.Match[str]) -> str:
    """Write a document number with 〔〕 whatever brackets the source has.

    Example:
        >>> normal_doc_number(DOC_NUMBER.match("沪府办[2021]21号"))
        '沪府办〔2021〕21号'
    """
    return f"{match[1]}〔{match[2]}〕{match[3]}号"


def _date(around: Sequence[str], metadata: dict[str, str]) -> tuple[str, str]:
    """The signed date, else the printed one, else the published one (ISO 8601), and its kind."""
    for text, before in zip(around, ["", *around], strict=False):
        if markers.DATE_LINE.fullmatch(text) and (OFFICE.fullmatch(before) or not before):
            return iso_date(text), "signed"
    for keys, kind in ((SIGNED_KEYS, "signed"), (ISSUED_KEYS, "issued")):
        if _first(metadata, keys):
            return iso_date(_first(metadata, keys)), kind
    for text in around:
        if markers.DATE_LINE.fullmatch(text):
            return iso_date(text), "signed"
    for text in around:
        if ISSUING.fullmatch(text):
            return iso_date(text), "printed"
    published = _first(metadata, PUBLISHED_KEYS)
    return (iso_date(published), "published") if published else ("", "")


def iso_date(text: str) -> str:
    """Return the first date in a text as ISO 8601, or the empty string.

    Example:
        >>> iso_date("二○二一年三月十七日"), iso_date("2022.4.21")
        ('2021-03-17', '2022-04-21')
    """
    match = re.search(
        r"([12]\d{3}|[一二][一二三四五六七八九〇○零]{3})(?:年|[-./])([\d一二三四五六七八九十]{1,3})(?:月|[-./])([\d一二三四五六七八九十]{1,3})",
        text,
    )
    if match is None:
        return ""
    year = "".join(
        str("〇一二三四五六七八九".find(c)) if not c.isdecimal() else c
        for c in match[1].replace("○", "〇").replace("零", "〇")
    )
    month, day = to_int(match[2]), to_int(match[3])
    return f"{year}-{month:02d}-{day:02d}" if 1 <= month <= 12 and 1 <= day <= 31 else ""


def _year(match: re.Match[str]) -> int:
    if match[1]:
        return int(match[1])
    return int("".join(str("〇一二三四五六七八九".index(character)) for character in match[2]))
