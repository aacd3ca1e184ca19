"""Which paragraphs of a document are wrapper, plan, task table and tail."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from wpnet.reading import markers
from wpnet.reading.normalise import NormalText, Paragraph
from wpnet.reading.numbering import read_number

# "2025年嘉定区…政务公开工作要点", "…任务分解表": a plan's or table's title on a line of its own.
PLAN_TITLE = re.compile(
    rf"[《]?(?=[^。：:]{{4,80}}$)[^。：:]*?(?:公开|工作)[^。：:]{{0,40}}?(?:{markers.TITLE_WORDS})(?:[（(]表[）)])?[》]?"
)
NOTICE = re.compile(r"关于|通知$|印发")  # a notice's title, not a plan's
# "青浦区人力资源和社会保障局", "某市人民政府办公厅": an office's name alone on a line.
OFFICE = re.compile(
    r"[\u4e00-\u9fff（）()·]{2,40}?(?:局|委员会|委|办公室|办公厅|人民政府|政府|厅|部|院|中心|署|会|处)(?:[（(](?:代章|章)[）)])?"
)
ISSUING = re.compile(rf"[^。，,；]{{0,60}}{markers.DATE}印发")  # "某局办公室2024年5月8日印发"
TAIL_LABEL = re.compile(r"抄送|抄报|主送|附件|附表|联系人|联系电话")


@dataclass(frozen=True, slots=True)
class Layout:
    """The parts of a document, each a run of its paragraphs.

    ``front`` is what stands before the first number of the plan (wrapper, title, preamble),
    ``body`` the numbered plan, ``tail`` what follows it, ``table`` the cells or rows of a task
    table (taken out of the tail), ``titles`` the paragraphs that are a plan's or table's title.
    """

    front: tuple[Paragraph, ...]
    body: tuple[Paragraph, ...]
    tail: tuple[Paragraph, ...]
    table: tuple[Paragraph, ...]
    titles: tuple[Paragraph, ...]


def lay_out(normal: NormalText) -> Layout:
    """Split a document into front, body, task table and tail."""
    flowing = [paragraph for paragraph in normal.paragraphs if not paragraph.furniture]
    texts = [normal.slice(paragraph) for paragraph in flowing]
    table = _table_rows(flowing, texts)
    prose = [index for index in range(len(flowing)) if index not in table]
    titles = [index for index in prose if is_plan_title(texts[index])]
    begin = _body_begin(prose, texts, titles)
    end = _body_end(begin, prose, texts, titles, table)
    return Layout(
        front=tuple(flowing[index] for index in prose if index < begin),
        body=tuple(flowing[index] for index in prose if begin <= index < end),
        tail=tuple(flowing[index] for index in prose if index >= max(begin, end)),
        table=tuple(flowing[index] for index in sorted(table)),
        titles=tuple(flowing[index] for index in titles),
    )


def is_plan_title(text: str) -> bool:
    """Tell whether a line is the title of a plan or task table, not of the notice that sends it.

    Example:
        >>> is_plan_title("2025年某区政务公开工作要点"), is_plan_title("附件：某区政务公开工作要点")
        (True, False)
        >>> is_plan_title("关于印发《2025年某区政务公开工作要点》的通知")
        False
    """
    return bool(
        PLAN_TITLE.fullmatch(text) and not NOTICE.search(text) and read_number(text) is None
    )


def _table_rows(flowing: Sequence[Paragraph], texts: Sequence[str]) -> set[int]:
    """Indices of the cells of ruled tables, of pipe rows, and of a table set one cell per line."""
    rows = {index for index, paragraph in enumerate(flowing) if paragraph.cell is not None}
    headers = 0
    inside = False
    for index, text in enumerate(texts):
        if index in rows:
            continue
        headers = headers + 1 if markers.COLUMN_HEADER.fullmatch(text) else 0
        if headers == 3 and not inside:
            inside = True
            rows.update((index - 2, index - 1))
        elif is_pipe_row(text):
            rows.add(index)
        elif inside and _ends_table(text):
            inside = False
        if inside:
            rows.add(index)
    return rows


def is_pipe_row(text: str) -> bool:
    """Tell whether a line is a table row whose cells are set apart by ``|``.

    Example:
        >>> is_pipe_row("一、主动公开|1.公开预决算。|区财政局|"), is_pipe_row("索引号|无|")
        (True, False)
    """
    return text.count("|") + text.count("｜") >= 2 and not markers.METADATA_LINE.match(text)


def _ends_table(text: str) -> bool:
    return bool(
        markers.LABEL.match(text)
        or markers.STAND_ALONE.match(text)
        or markers.METADATA_LINE.match(text)
        or ISSUING.fullmatch(text)
    )


def _body_begin(prose: Sequence[int], texts: Sequence[str], titles: Sequence[int]) -> int:
    """Return the index of the plan's first numbered paragraph (past the end if there is none).

    A wrapper may have its own 一、二、三、 before the plan; the plan is the stretch behind a title
    line that holds most sentences.
    """
    numbered = [
        (index, number) for index in prose for number in [read_number(texts[index])] if number
    ]
    firsts = [index for index, number in numbered if number.rank == 1 and number.value == 1]
    if not firsts:
        firsts = [index for index, number in numbered if number.value == 1][:1]
    firsts = firsts or [index for index, _ in numbered[:1]]
    behind_title = [index for index in firsts if any(title < index for title in titles)]
    candidates = behind_title or firsts
    if not candidates:
        return len(texts)
    ends = [*candidates[1:], len(texts)]
    weights = {
        first: sum(texts[index].count("。") for index in prose if first <= index < end)
        for first, end in zip(candidates, ends, strict=True)
    }
    return max(candidates, key=lambda first: (weights[first], first))


def _body_end(
    begin: int, prose: Sequence[int], texts: Sequence[str], titles: Sequence[int], table: set[int]
) -> int:
    """Return the index of the first paragraph behind the body."""
    inside = [index for index in prose if index >= begin]
    for place, index in enumerate(inside):
        text = texts[index]
        following = texts[inside[place + 1]] if place + 1 < len(inside) else ""
        if index > begin and (index in titles or _is_tail(text) or _is_signature(text, following)):
            return index
    return len(texts)


def _is_tail(text: str) -> bool:
    return bool(
        TAIL_LABEL.match(text)
        or markers.METADATA_LINE.match(text)
        or markers.STAND_ALONE.match(text)
        or markers.DATE_LINE.fullmatch(text)
        or ISSUING.fullmatch(text)
    )


def _is_signature(text: str, following: str) -> bool:
    """An office's name that a date line or the issuing line follows, or that ends the document."""
    return bool(
        OFFICE.fullmatch(text)
        and (not following or _is_tail(following) or OFFICE.fullmatch(following))
    )
