"""Which paragraphs of a document are wrapper, plan, task table and tail."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate

from wpnet.reading import markers
from wpnet.reading.columns import column_of
from wpnet.reading.normal_text import NormalText, Paragraph
from wpnet.reading.numbering import Number, read_number
from wpnet.reading.table_lines import table_rows

# "2025年嘉定区…政务公开工作要点", "…任务分解表": a plan's or table's title on a line of its own
# says what it is about, or of which year it is, and ends in what such a document is called.
PLAN_NOUN = re.compile(
    r"(?:要点|清单|台[账帐]|方案|意见|计划|安排|分工|分解|任务|[分解任务工作明细览责配]表)$"
)
BRACKET_BEHIND = re.compile(r"[（(][^（）()]{1,20}[）)]$")
ABOUT = re.compile(r"公开|[12]\d{3}年.*工作")
NOTICE = re.compile(r"通知$|印发|关于(?!.{0,60}(?:方案|意见)$)")  # a notice's title, not a plan's
NOT_TITLE = re.compile(r"[。：:，；;|｜]|^附[件表]")
# "2022年政府信息公开工作年度报告": a document on the same subject that is no plan.
NEIGHBOUR_NOUN = re.compile(
    r"(?:报告|总结|指南|目录|细则|办法|条例|制度|规定|问答|解读|行动计划|规划|意见|方案)(?:[（(][^（）()]{1,20}[）)])?$"
)
# "【简明问答5】2023年某区政务公开工作要点": the title of what explains a plan.
EXPLAINER_HEAD = re.compile(r"【[^【】]{0,10}(?:问答|解读|图解)[^【】]{0,6}】")
# "青浦区人力资源和社会保障局", "某市人民政府办公厅": an office's name alone on a line.
OFFICE = re.compile(
    r"[\u4e00-\u9fff（）()·]{2,40}?(?:局|委员会|委|办公室|办公厅|人民政府|政府|厅|部|院|中心|署|会|处|组|司|所|馆|公司|大学|学校)(?:[（(](?:代章|章)[）)])?"
)
SIGNED = re.compile(f"(?P<office>{OFFICE.pattern})(?P<date>{markers.DATE})")  # on one line
DATED_ENDS = frozenset("日发)）0123456789")  # last characters of a line with a date
ISSUING = re.compile(rf"[^。，,；]{{0,60}}{markers.DATE}印发")  # "某局办公室2024年5月8日印发"
TAIL_LABEL = re.compile(r"抄送|抄报|主送|附件|附表|联系人|联系电话")
# "现印发给你们，并就有关事项通知如下": what is numbered next is the notice, not the plan.
SENDING = re.compile(r"印发")
SENT = re.compile("印发给|转发给|现(?:予以?)?印发")
NOTICE_FOLLOWS = re.compile(r"如下|以下(?!统?简?称)[^。，,]{0,6}(?:要求|意见|事项)")
CITED = re.compile("《[^《》]*(?:《[^《》]*》[^《》]*)*》")  # what a notice sends or follows
FORWARDED_MARK = re.compile("^(?:转发|转载)[:：]")
LONGEST_HEADING = 40  # characters of a section's title
LONGEST_LOOK_BACK = 6  # paragraphs between a sending sentence and the numbers that belong to it


@dataclass(frozen=True, slots=True)
class Layout:
    """The parts of a document, each a run of its paragraphs.

    ``front`` is what stands before the first number of the plan (wrapper, title, preamble),
    ``body`` the numbered plan, ``tail`` what follows it, ``table`` the cells or rows of task
    tables, ``titles`` the paragraphs that are a plan's or table's title. ``reasons`` say why the
    body begins and ends where it does.
    """

    front: tuple[Paragraph, ...]
    body: tuple[Paragraph, ...]
    tail: tuple[Paragraph, ...]
    table: tuple[Paragraph, ...]
    titles: tuple[Paragraph, ...]
    reasons: tuple[str, ...] = ()

    def in_table(self, position: int) -> bool:
        """Tell whether an offset of the normalised text lies in a task table."""
        place = bisect_right(self.table, position, key=lambda paragraph: paragraph.start) - 1
        return place >= 0 and position < self.table[place].end


@dataclass(frozen=True, slots=True)
class _Lines:
    """The paragraphs outside tables: their indices, texts and numbers, and which are titles."""

    prose: Sequence[int]
    texts: Sequence[str]
    numbers: dict[int, Number]
    titles: Sequence[int]


def lay_out(normal: NormalText) -> Layout:
    """Split a document into front, body, task table and tail."""
    flowing = [paragraph for paragraph in normal.paragraphs if not paragraph.furniture]
    texts = [normal.slice(paragraph) for paragraph in flowing]
    table = table_rows(flowing, texts, _ends_table)
    prose = [index for index in range(len(flowing)) if index not in table]
    lines = _Lines(
        prose,
        texts,
        {index: number for index in prose if (number := read_number(texts[index]))},
        [index for index in prose if is_plan_title(texts[index])],
    )
    begin, why_begin = _body_begin(lines)
    end, why_end = _body_end(begin, lines)
    return Layout(
        front=tuple(flowing[index] for index in prose if index < begin),
        body=tuple(flowing[index] for index in prose if begin <= index < end),
        tail=tuple(flowing[index] for index in prose if index >= max(begin, end)),
        table=tuple(flowing[index] for index in sorted(table)),
        titles=tuple(flowing[index] for index in lines.titles),
        reasons=(why_begin, why_end),
    )


def is_plan_title(text: str) -> bool:
    """Tell whether a line is the title of a plan or task table, not of the notice that sends it.

    Example:
        >>> is_plan_title("2025年某区政务公开工作要点"), is_plan_title("附件：某区政务公开工作要点")
        (True, False)
        >>> is_plan_title("关于印发《2025年某区政务公开工作要点》的通知")
        False
    """
    text = text.strip(" |｜")
    if not 6 <= len(text) <= 84 or not ("公开" in text or "工作" in text):
        return False
    if NOT_TITLE.search(text):
        return False
    bare = bare_title(text)
    return bool(
        ABOUT.search(bare)
        and PLAN_NOUN.search(BRACKET_BEHIND.sub("", bare))
        and column_of(text) is None
        and not NOTICE.search(bare)
        and read_number(text) is None
        and not markers.is_stand_alone(text)
        and not EXPLAINER_HEAD.match(text)
    )


def bare_title(text: str) -> str:
    """Return a title without title marks and without the bracket before or behind it.

    Example:
        >>> bare_title("《2025年某区政务公开工作要点》"), bare_title("【问答】某区政务公开工作要点")
        ('2025年某区政务公开工作要点', '某区政务公开工作要点')
    """
    bare = re.sub(r"^【[^】]{1,12}】", "", text.strip(" |｜"))
    return bare[1:-1] if re.fullmatch("《[^《》]*》", bare) else bare


def is_neighbour_title(text: str) -> bool:
    """Tell whether a line is the title of another document on disclosure: a report, a guide.

    Example:
        >>> is_neighbour_title("某镇2022年政府信息公开工作年度报告")
        True
        >>> is_neighbour_title("转发：《关于印发某区政务公开工作要点的通知》政策解读")
        True
    """
    if not 6 <= len(text) <= 84 or "公开" not in text:
        return False
    shown = CITED.sub("《》", FORWARDED_MARK.sub("", text))
    if NOT_TITLE.search(shown) or NOTICE.search(shown):
        return False
    return bool(NEIGHBOUR_NOUN.search(shown) or EXPLAINER_HEAD.match(shown))


def _ends_table(text: str, following: str, after: str) -> bool:
    """Tell whether a line, followed by two others, is the first behind a table."""
    if is_tail(text) and not markers.DATE_LINE.fullmatch(text):
        return True
    signed = OFFICE.fullmatch(text) and markers.DATE_LINE.fullmatch(following)
    return bool(signed) and (not after or is_tail(after))


def _body_begin(lines: _Lines) -> tuple[int, str]:
    """Return the index of the plan's first numbered paragraph (past the end if there is none).

    A wrapper may have its own 一、二、三、 before the plan; the plan is the stretch behind a title
    line that holds most sentences.
    """
    firsts = _firsts(lines)
    if not firsts:
        return len(lines.texts), "no numbered paragraph"
    own = [index for index in firsts if not _is_of_notice(lines, index)]
    if not own:
        return len(lines.texts), "the only numbers are those of the notice that sends the plan"
    earliest = lines.titles[0] if lines.titles else len(lines.texts)
    behind_title = [index for index in own if index > earliest]
    candidates = behind_title or own
    stops = [0, *accumulate(text.count("。") for text in lines.texts)]
    ends = [*candidates[1:], len(lines.texts)]
    weights = {
        first: stops[end] - stops[first] for first, end in zip(candidates, ends, strict=True)
    }
    begin = max(candidates, key=lambda first: (weights[first], first))
    begin = _with_lost_heading(lines, begin)
    where = "behind a title line" if behind_title else "no title line before it"
    return begin, (
        f"body begins at “{lines.texts[begin][:16]}”: {where}, the fullest of "
        f"{len(candidates)} numbered stretches"
    )


def _with_lost_heading(lines: _Lines, begin: int) -> int:
    """Begin one line earlier where the first section lost its number: “X” (一) … 二、."""
    number = lines.numbers[begin]
    place = bisect_right(lines.prose, begin) - 2
    if number.rank == 1 or place < 0:
        return begin
    before = lines.prose[place]
    next_section = next(
        (found for at, found in lines.numbers.items() if at > begin and found.rank == 1), None
    )
    text = lines.texts[before]
    heading = before not in lines.titles and len(text) <= LONGEST_HEADING and "。" not in text
    if next_section and next_section.value == 2 and heading and text[-1] not in "：:":
        return before if before not in lines.numbers and not is_tail(text) else begin
    return begin


def _firsts(lines: _Lines) -> list[int]:
    """Return the paragraphs at which a plan's numbering may begin, in order."""
    firsts = [
        index for index, number in lines.numbers.items() if (number.rank, number.value) == (1, 1)
    ]
    numbered = list(lines.numbers)
    for title in lines.titles:
        place = bisect_right(numbered, title)
        if place < len(numbered) and lines.numbers[numbered[place]].value == 1:
            firsts.append(numbered[place])
    if not firsts:
        ones = [index for index, number in lines.numbers.items() if number.value == 1]
        firsts = (ones or numbered)[:1]
    return sorted(set(firsts))


def _is_of_notice(lines: _Lines, index: int) -> bool:
    """Tell whether a number belongs to the notice: "现印发给你们，并就有关事项通知如下：一、…"."""
    place = bisect_right(lines.prose, index) - 1
    for before in reversed(lines.prose[max(place - LONGEST_LOOK_BACK, 0) : place]):
        text = lines.texts[before]
        if is_plan_title(text) or markers.DATE_LINE.fullmatch(text):
            return False
        said = CITED.sub("《》", text)
        if SENDING.search(said):
            sent = SENT.search(said) is not None and _is_flat(lines, index)
            return sent or NOTICE_FOLLOWS.search(said) is not None
    return False


def _is_flat(lines: _Lines, index: int) -> bool:
    """Tell whether the numbers from a line to the next title are of one kind: a notice's own."""
    end = next((title for title in lines.titles if title > index), len(lines.texts))
    return len({found.rank for at, found in lines.numbers.items() if index <= at < end}) == 1


def _body_end(begin: int, lines: _Lines) -> tuple[int, str]:
    """Return the index of the first paragraph behind the body."""
    titles = set(lines.titles)
    inside = lines.prose[bisect_right(lines.prose, begin - 1) :]
    for place, index in enumerate(inside):
        if index == begin:
            continue
        text = lines.texts[index]
        following = lines.texts[inside[place + 1]] if place + 1 < len(inside) else ""
        for is_end, why in (
            (index in titles, "another title"),
            (is_tail(text), "a label, date or portal line"),
            (_is_signature(text, following), "a signature"),
        ):
            if is_end:
                return index, f"body ends before “{text[:16]}”: {why}"
    return len(lines.texts), "body ends with the document"


def is_tail(text: str) -> bool:
    """Tell whether a line can only stand behind a plan.

    Example:
        >>> is_tail("抄送：区委办公室"), is_tail("附件所列任务由各科室落实。")
        (True, False)
    """
    squeezed = text.replace(" ", "")[:200]
    return bool(
        (TAIL_LABEL.match(squeezed) and (markers.LABEL.match(squeezed) or "。" not in squeezed))
        or markers.METADATA_LINE.match(squeezed)
        or markers.is_stand_alone(squeezed)
        or (
            squeezed[-1:] in DATED_ENDS
            and (
                markers.DATE_LINE.fullmatch(squeezed)
                or ISSUING.fullmatch(squeezed)
                or SIGNED.fullmatch(squeezed)
            )
        )
    )


def _is_signature(text: str, following: str) -> bool:
    """An office's name that a date line or the issuing line follows, or that ends the document."""
    return bool(
        len(text) <= 50
        and OFFICE.fullmatch(text)
        and (not following or is_tail(following) or OFFICE.fullmatch(following[:50]))
    )


def starts_of(paragraphs: Iterable[Paragraph]) -> frozenset[int]:
    """Return the offsets at which paragraphs begin: each stands for its paragraph."""
    return frozenset(paragraph.start for paragraph in paragraphs)
