"""Dates and document numbers on lines of their own, whole or damaged."""

from __future__ import annotations

import re
from datetime import date

from wpnet.reading import markers
from wpnet.reading.numbering import to_int

# "沪人社办〔2023〕81号", "沪府办[2021]21号", "沪水务(海洋)〔2018〕85号"; 〔, 〕 and 号 may be lost.
DOC_NUMBER = re.compile(
    r"([\u4e00-\u9fff]{2,12}(?:[（(][\u4e00-\u9fff]{1,4}[）)])?)([〔\[﹝【（(]?)((?:19|20)\d{2})"
    r"([〕\]﹞】）)]?)第?(\d{1,5})(号?)"
)
_DATE = re.compile(
    r"([12]\d{3}|[一二][一二三四五六七八九〇○零oO0]{3})(?:年|[-./])"
    rf"({markers.SMALL})(?:月|[-./])({markers.SMALL})"
)
# "2022715": year, month and day without anything between them.
_GLUED = re.compile(r"[(（]?(20[0-4]\d)(\d{2,4})[)）]?")
CHINESE_DIGITS = "〇一二三四五六七八九"


def iso_date(text: str) -> str:
    """Return the first date in a text as ISO 8601, or the empty string.

    A date whose 年, 月 and 日 are lost counts if it can be read in one way only.

    Example:
        >>> iso_date("二○二一年三月十七日"), iso_date("2022.4.21"), iso_date("2023-10-01 11:35")
        ('2021-03-17', '2022-04-21', '2023-10-01')
        >>> iso_date("2022715"), iso_date("2022111"), iso_date("2022年1十月3日")
        ('2022-07-15', '', '')
    """
    match = _DATE.search(text)
    if match is not None:
        day = _iso(year_number(match[1]), to_int(match[2]), to_int(match[3]))
        if day:
            return day
    glued = _GLUED.fullmatch("".join(text.split()))
    return _unglue(glued) if glued else ""


def is_glued(text: str) -> bool:
    """Tell whether a line is a date whose 年, 月 and 日 are lost.

    Example:
        >>> is_glued("2022715"), is_glued("2022年7月15日")
        (True, False)
    """
    return _GLUED.fullmatch("".join(text.split())) is not None


def _unglue(match: re.Match[str]) -> str:
    digits = match[2]
    found = {
        day
        for cut in range(1, len(digits))
        if digits[0] != "0" or cut == 2
        if (day := _iso(int(match[1]), int(digits[:cut]), int(digits[cut:])))
        if len(digits[cut:]) <= 2 and cut <= 2 and (digits[cut] != "0" or len(digits[cut:]) == 2)
    }
    return found.pop() if len(found) == 1 else ""


def _iso(year: int, month: int, day: int) -> str:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return ""


def year_number(digits: str) -> int:
    """Return a year in Arabic or Chinese digits.

    Example:
        >>> year_number("二〇二五"), year_number("2025")
        (2025, 2025)
    """
    if digits.isdecimal():
        return int(digits)
    plain = re.sub("[○零oO0]", "〇", digits)
    return int("".join(str(CHINESE_DIGITS.index(digit)) for digit in plain))


def doc_number(text: str) -> tuple[str, bool]:
    """Return the number that a line begins with, written with 〔〕, and whether it was damaged.

    Example:
        >>> doc_number("沪府办[2021]21号"), doc_number("川办发〔202238号")
        (('沪府办〔2021〕21号', False), ('川办发〔2022〕38号', True))
        >>> doc_number("2022年工作要点"), doc_number("黑政办发201835号")
        (('', False), ('黑政办发〔2018〕35号', True))
    """
    match = DOC_NUMBER.match(text)
    if match is None:
        return "", False
    code, opening, year, closing, serial, end = match.groups()
    if not (opening or end) or (not opening and not closing and not end):
        return "", False
    return f"{code}〔{year}〕{serial}号", not (opening and closing and end)
