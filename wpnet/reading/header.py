"""Facts about a plan from what stands around it: title, issuer, number, date."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from wpnet.model import AuditClass
from wpnet.reading import markers
from wpnet.reading.dates import DOC_NUMBER, doc_number, is_glued, iso_date, year_number
from wpnet.reading.layout import (
    ISSUING,
    OFFICE,
    SIGNED,
    Layout,
    bare_title,
    is_neighbour_title,
    is_plan_title,
    starts_of,
)
from wpnet.reading.names import same_office
from wpnet.reading.normal_text import NormalText, Paragraph

YEAR = re.compile(
    r"((?:19|20)\d{2})(?=年|\D|$)|([一二][〇○零oO0][一二三四五六七八九〇○零oO0]{2})年"
)
YEARS = re.compile(r"\d{4}年?[-—–－~～至]+\d{4}年?")  # "2021—2025年": no year of a plan
# Metadata keys, by the fact they state.
NUMBER_KEYS = "文号|发文字号|文件编号|发布文号"
SIGNED_KEYS = "成文日期"
ISSUED_KEYS = "发文日期|印发日期|产生日期"
PUBLISHED_KEYS = "发布日期|发布时间|公开日期|日期|时间"
ISSUER_KEYS = "发布机构|发布机关|发文机构|发文机关|公开主体|发布单位"
SOURCE_KEYS = "publisher|信息来源|来源"


def _spaced(keys: str) -> str:
    """Return a pattern for keys with blanks between their characters ("索 引 号")."""
    ordered = sorted(keys.split("|"), key=len, reverse=True)
    return "|".join(r"\s{0,6}".join(key.removesuffix("?")) for key in ordered)


_KEYS = f"{_spaced(markers.METADATA_KEY)}|(?<![\u4e00-\u9fff])(?:{_spaced(markers.SHORT_KEY)})"
# "发布机构：", "[ 发文字号 ]", "| 成文日期: |": a key and the mark behind it.
_KEY = re.compile(
    rf"[\[【]\s*(?P<framed>{_KEYS})\s*[\]】]\s*[:：|]?\s*\|?|(?P<key>{_KEYS})\s*[:：|]\s*\|?"
)
KEY_CELL = re.compile(rf"({markers.METADATA_KEY}|{markers.SHORT_KEY})[:：]?")
FEWEST_KEY_LINES = 3  # keys alone on their lines, from which on the line below each is its value
# "现将《…》印发给你们", "拟定了《…》，现印发给你们": the plan's title without a line of its own.
SENT_TITLE = re.compile(r"(?:现将|名称[:：]|^)[《](?P<title>[^《》]{4,80})[》]")
SENT_LATER = re.compile(
    r"[《](?P<title>[^《》]{4,80})[》](?:[（(]以下简称[^（）()]{2,20}[）)])?[^《》。]{0,30}，?现?(?:予以)?印发给?你们"
)
# "某局关于印发2023年政务公开工作要点的通知": the title of the notice, with or without title marks.
NOTICED_TITLE = re.compile(
    r"^[^。：:《》]{0,60}关于(?:印发|下发|发布)《?(?P<title>[^《》]{4,80})》?的通知[^。]{0,40}$"
)
# "现提出2020年政务公开工作要点": a title that only a sentence says.
SAID_TITLE = re.compile(
    r"[现特](?:提出|制定|印发)(?:如下)?《?(?P<title>[12]\d{3}年[^。，,：:《》]{2,40}?要点)》?[。：:]"
)
# "关于进一步做好政务公开工作的通知": a notice that holds the duties itself.
NOTICE_TITLE = re.compile(
    r"[^。：:《》]{0,50}关于[^。：:《》]{2,60}公开[^。：:《》]{0,20}的(?:通知|意见)"
)
_NUMBER = r"[\u4e00-\u9fff]{2,12}[〔\[（(﹝【]\d{4}[^\d]\d{1,4}号"
# "…的通知 某政办发〔2024〕20号", "…的通知(某办发〔2017〕2号)", "…的通知——某字〔2021〕1号",
# "某政办发〔2017〕50号 某办公厅关于…的通知": the number beside a title.
BESIDE_NOTICE = re.compile(
    rf"的通知[\s—–-]*[（(]?(?P<behind>{_NUMBER})[）)]?$|^(?P<before>{_NUMBER})\s*\S{{4,80}}的通知$"
)
# "现将《…的通知》（某政办发〔2019〕96号）转发给你们", "…和《…任务分解表》转发你们": the number of
# a plan that is forwarded.
FORWARDED = re.compile(rf"》\s*[（(]({_NUMBER})[）)]\s*(?:[和及与、]《[^《》]{{4,80}}》)?转发")
# "2022年5月5日，某部办公厅发布《某部2022年政务公开工作要点》。": all that a page says of its plan.
ACT = re.compile(
    rf"^(?:(?P<date>{markers.DATE})[，,]?)?(?P<office>[^。，,：:《》]{{4,50}}?)"
    r"(?:印发|发布|下发|出台)了?《(?P<title>[^《》]{4,80})》。?$"
)
# "某市政务公开领导小组关于印发…", "某省政府办公厅关于贯彻落实…": the office before 关于.
BEFORE_ABOUT = re.compile(r"(?:^|的通知)(?P<office>[^。，,：:《》]{4,60}?)关于")
# "某部落实《…》实施意见", "贯彻落实某省政府办公厅2019年…": what a title says that it follows.
FOLLOWS = re.compile(r"(?:认真|深入|全面)?(?:贯彻|落实|执行|转发)")
# "某市教育局2023年…": the office that a title begins with.
TITLE_OFFICE = re.compile(
    r"(?:(?:19|20)\d{2}年度?)?(?P<office>.{2,40}?(?:局|委员会|委|政府|办公厅|办公室|厅|部|署|中心|院|组))"
    r"(?=[12]\d{3}|关于|政务公开|(?<!政府)信息公开|重点|公开|工作|主|$)"
)
# "2023年01月19日 (点击: 12)": the day of publication beside what a portal counts.
DATE_BESIDE_KEY = re.compile(
    rf"(?P<date>{markers.DATE})\s*[（(]?(?:点击|浏览|访问|来源|阅读|信息来源)"
)
GARBAGE = re.compile(r"[?？�□\s]{2,}$|^[?？�□|\s]+|[|\s]+$")  # "??" where a copy lost its blanks
PLACE_WORD = re.compile("[省市区县旗州盟镇乡部]|国务院|国家")
DATE_ENDS = frozenset("日)）0123456789")
LONGEST_KEY = 40  # characters of a key alone on its line, blanks between them included
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
    title = _whole_title(_title(normal, layout, around), around)
    notes: list[str] = []
    date, date_kind = _date(ends, metadata, notes)
    number = _doc_number(around, metadata, notes)
    notes += _said_twice(ends, metadata, number)
    return Facts(
        title=title,
        issuer=_issuer(ends, metadata, title),
        year=_year(title, date, number),
        doc_number=number,
        date=date,
        date_kind=date_kind,
        notes=tuple(notes),
    )


def _said_twice(ends: _Ends, metadata: dict[str, str], number: str) -> Iterator[str]:
    """Say where two places of a document state a fact differently."""
    lines = [doc_number(text)[0] for text in ends.front if len(text) <= 40]
    other = next((found for found in lines if found and found != number), "")
    if other and number and _first(metadata, NUMBER_KEYS):
        yield f"two document numbers stand before the plan: {number} and {other}"
    listed = iso_date(_first(metadata, SIGNED_KEYS))
    signed = next((iso_date(line) for _, line in ends.signatures), "")
    if listed and signed and listed != signed:
        yield f"the list of facts says that it was signed on {listed}, the signature says {signed}"


def _year(title: str, date: str, number: str) -> int:
    """Return the year in a title, spans of years left out, else that of date or number."""
    match = YEAR.search(YEARS.sub("", title))
    if match:
        return year_number(match[1] or match[2])
    return int(date[:4] or number.partition("〔")[2][:4] or 0)


def own_part(title: str) -> str:
    """Return what stands in a title before the document that it says it follows.

    Example:
        >>> own_part("交通运输部落实《2016年政务公开工作要点》实施意见")
        '交通运输部'
        >>> own_part("贯彻落实某省政府办公厅2019年政务公开工作要点任务分工")
        ''
        >>> own_part("2024年某区政务公开工作要点")
        '2024年某区政务公开工作要点'
    """
    follows = FOLLOWS.search(title)
    return title[: follows.start()] if follows else title


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
    ruled table the value stands in the next cell, in a list of lone keys on the next line.
    """
    seen: set[str] = set()
    texts = [normal.slice(paragraph) for paragraph in paragraphs]
    lone = sum(_lone_key(text) is not None for text in texts) >= FEWEST_KEY_LINES
    for index, (paragraph, text) in enumerate(zip(paragraphs, texts, strict=True)):
        following = index + 1 if index + 1 < len(texts) else index
        cell = _lone_key(text) if paragraph.cell or lone else None
        if cell and (lone or _same_row(paragraph, paragraphs[following])):
            value = "" if _lone_key(texts[following]) else texts[following]
            pairs = [(cell, value)]
        elif markers.METADATA_LINE.match("".join(text[:LONGEST].split())):
            pairs = list(_pairs_of(text[: 3 * LONGEST]))
        else:
            continue
        for key, value in pairs:
            if key not in seen and value:
                seen.add(key)
                yield key, value


def _lone_key(text: str) -> str | None:
    if len(text) > LONGEST_KEY:
        return None
    match = KEY_CELL.fullmatch("".join(text[:LONGEST].split()))
    return match[1] if match else None


def _pairs_of(text: str) -> Iterator[tuple[str, str]]:
    """Yield the pairs of a line; an office before the first key is who published the page."""
    hits = list(_KEY.finditer(text))
    if not hits:  # other words stand right before the key: …的通知字号：大 中 小
        return
    ends = [hit.start() for hit in hits[1:]] + [len(text)]
    before = text[: hits[0].start()].split()
    if before and OFFICE.fullmatch(before[0]):
        yield "publisher", before[0]
    for hit, end in zip(hits, ends, strict=True):
        value = text[hit.end() : end].strip(" 　|｜•·;；[【\n")
        yield "".join((hit["framed"] or hit["key"]).split()), value


def _same_row(left: Paragraph, right: Paragraph) -> bool:
    return bool(
        left.cell
        and right.cell
        and (left.cell.table, left.cell.row) == (right.cell.table, right.cell.row)
    )


def _first(metadata: dict[str, str], keys: str) -> str:
    return next((metadata[key] for key in keys.split("|") if metadata.get(key)), "")


def _title(normal: NormalText, layout: Layout, around: Sequence[str]) -> str:
    """The title line before the plan, else the one that is sent, else the table's title.

    A neighbour of a plan (a report, a list of answers) goes by the line that speaks of disclosure.
    """
    starts = [part[0].start for part in (layout.body, layout.table) if part]
    before = min(starts, default=len(normal.text))
    own_lines = [normal.slice(line) for line in layout.titles if line.start < before]
    if own_lines:
        return bare_title(own_lines[-1])
    for pattern in (SENT_TITLE, SENT_LATER, NOTICED_TITLE, SAID_TITLE, ACT):
        for text in around:
            sent = pattern.search(text[: 5 * LONGEST])
            if sent and is_plan_title(sent["title"]) and not is_neighbour_title(text):
                return sent["title"]
    later = [normal.slice(line) for line in layout.titles]
    if later:
        return bare_title(later[0])
    alone = [_clean(text) for text in around if len(text) <= LONGEST]
    neighbour = next((text for text in reversed(alone) if is_neighbour_title(text)), "")
    titled = (bare_title(text) for text in alone)
    return neighbour or next((text for text in titled if NOTICE_TITLE.fullmatch(text)), "")


def _whole_title(title: str, around: Sequence[str]) -> str:
    """Put the office on the line above before a title that begins with 关于."""
    if title.startswith("关于"):
        for above, text in pairwise(map(str.strip, around)):
            above = _clean(above)
            if text.startswith(title) and _is_office(above):
                return above + title
    return title


class _Ends:
    """The paragraphs before and behind a plan, each cut to what can state a fact."""

    def __init__(self, front: Sequence[str], tail: Sequence[str]) -> None:
        self.front = [_clean(text[:LONGEST]) for text in front]
        self.tail = [_clean(text[:LONGEST]) for text in tail]
        self.all = [*self.front, *self.tail]

        # Before a plan a portal may print issuer and day of publication in the same form, and a
        # forwarded plan carries the notice of who forwards it: the last signature is the plan's.
        #: Each an office's name and the date line below it, behind the plan first.
        self.signatures = (*_signatures(self.tail), *reversed(list(_signatures(self.front))))


def _clean(text: str) -> str:
    """Return a line without what a copy left of blanks at its ends."""
    return text if text[:1].isalnum() and text[-1:].isalnum() else GARBAGE.sub("", text)


def _act(text: str) -> re.Match[str] | None:
    """Return the sentence that says who published which plan, if a line is one."""
    return ACT.search(text) if text.rstrip("。").endswith("》") else None


def _signatures(lines: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield who signs, and when; several offices may sign together."""
    for index, line in enumerate(lines):
        if line[-1:] not in DATE_ENDS:
            continue
        if signed := SIGNED.fullmatch(line):
            yield signed["office"], signed["date"]
        if not markers.DATE_LINE.fullmatch(line):
            continue
        first = index
        while first and _is_office(lines[first - 1]):
            first -= 1
        if first < index:
            yield " ".join(lines[first:index]), line


def _issuer(ends: _Ends, metadata: dict[str, str], title: str) -> str:
    """The signature: an office's name right before a date; else notice, title, metadata."""
    for text, _ in ends.signatures:
        return re.sub(r"[（(](?:代章|章)[）)]$", "", text)
    for text in (*ends.all, title):
        notice = (BEFORE_ABOUT.search(text) if "关于" in text else None) or _act(text)
        if notice and OFFICE.fullmatch(notice["office"]) and not FOLLOWS.match(notice["office"]):
            return notice["office"]
    in_title = TITLE_OFFICE.match(own_part(title))
    named = _first(metadata, ISSUER_KEYS)
    if in_title:
        return named if same_office(named, in_title["office"]) else in_title["office"]
    source = next(
        (metadata[key] for key in SOURCE_KEYS.split("|") if _is_named(metadata.get(key, ""))), ""
    )
    offices = [text for text in ends.all if _is_named(text)]
    return named or (offices[0] if offices else "") or source


def _is_office(text: str) -> bool:
    return len(text) <= 50 and OFFICE.fullmatch(text) is not None


def _is_named(text: str) -> bool:
    """Tell whether a line is an office with its place: 某市教育局, not 服务中心 of a menu."""
    return len(text) >= 5 and _is_office(text) and PLACE_WORD.search(text[1:-1]) is not None


def _doc_number(around: Sequence[str], metadata: dict[str, str], notes: list[str]) -> str:
    for text in around:
        if forwarded := FORWARDED.search(text):
            return doc_number(forwarded[1])[0]
    lines = [text for text in around if len(text) <= 40]
    beside = (BESIDE_NOTICE.search(text[:LONGEST]) for text in around if "通知" in text)
    lines += [found["behind"] or found["before"] for found in beside if found]
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
    if not _first(metadata, PUBLISHED_KEYS):
        portal = (DATE_BESIDE_KEY.match(text) or _act(text) for text in ends.front)
        metadata["发布日期"] = next((found["date"] or "" for found in portal if found), "")
    signed = [date for _, date in ends.signatures]
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
