"""Printed numbers at the head of a paragraph: 一、, （一）, 1., （1）, ①."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from wpnet.reading.markers import AFTER_DOT, NUMERAL

# One pattern per scheme, from the outermost to the innermost as the standard for official
# documents orders them (GB/T 9704-2012, 7.3.3: 一、 （一） 1. （1）); ① stands below them.
SCHEMES = (
    re.compile(rf"({NUMERAL}{{1,4}})[、.．]"),
    re.compile(rf"[（(]({NUMERAL}{{1,4}})[）)][、.．]?|([㈠-㈩㊀-㊉])、?"),
    re.compile(rf"(\d{{1,2}})[.．、]{AFTER_DOT}|([⒈-⒛])"),
    re.compile(r"[（(](\d{1,2})[）)][、.．]?|(\d{1,2})[）)]|([⑴-⒇])"),
    re.compile(r"([①-⑳❶-❿])"),
)
SCHEME_NAMES = ("一、", "（一）", "1.", "（1）", "①")


def _span(*ends: str) -> str:
    return "".join(chr(code) for pair in ends for code in range(ord(pair[0]), ord(pair[1]) + 1))


_ENCLOSED = _span("①⑳", "⑴⒛", "㈠㈩", "㊀㊉", "❶❿")
# What may begin a number of each scheme, so that other text is passed by quickly.
_BEGINS = (
    "一二三四五六七八九十百零〇",
    "（(" + _span("㈠㈩", "㊀㊉"),
    "0123456789" + _span("⒈⒛"),
    "（(0123456789" + _span("⑴⒇"),
    _span("①⑳", "❶❿"),
)
_SCHEMES_OF = {
    first: tuple(
        (rank, SCHEMES[rank - 1]) for rank, begins in enumerate(_BEGINS, start=1) if first in begins
    )
    for first in "".join(_BEGINS)
}
FIRST = frozenset(_SCHEMES_OF)
# "3落实…": the dot is lost. Not "3月底", "5个工作日", "2024年", "12345".
LOST_DOT = re.compile(
    r"(\d{1,2})(?=[\u4e00-\u9fff])(?![年月日个项条次天分级类家种轮度时小名位时%届号期])"
)
# "三各级政府": the 、 is lost. Not "一是", "一网通办", "三公经费".
LOST_COMMA = re.compile(
    rf"({NUMERAL}{{1,3}})(?=[\u4e00-\u9fff])(?![是个网件要公同方来级期月年日次些批季大体站号类])"
)
# "一）加强公开", "（二加强公开": one of the two brackets is lost.
LOST_BRACKET = re.compile(rf"[（(]({NUMERAL}{{1,3}})(?![）)、])|({NUMERAL}{{1,3}})[）)]")

_DIGITS = {character: value for value, character in enumerate("零一二三四五六七八九")}
_DIGITS["〇"] = 0


@dataclass(frozen=True, slots=True)
class Number:
    """A printed number: its scheme (rank 1 is 一、), its value and the characters it takes."""

    rank: int
    value: int
    length: int


def read_number(text: str) -> Number | None:
    """Read the number that a paragraph begins with, or return ``None``.

    Example:
        >>> read_number("（十二）加强公开。")
        Number(rank=2, value=12, length=4)
        >>> read_number("2024年度") is None, read_number("7.0版") is None
        (True, True)
    """
    for rank, scheme in _SCHEMES_OF.get(text[:1], ()):
        match = scheme.match(text)
        if match:
            return Number(rank, to_int(match[match.lastindex or 1]), match.end())
    return None


def read_damaged_number(text: str) -> Number | None:
    """Read a number that lost its dot, 、 or a bracket; only its neighbours can say it is one.

    Example:
        >>> read_damaged_number("3落实主动公开要求。")
        Number(rank=3, value=3, length=1)
        >>> read_damaged_number("3月底前完成。") is None
        True
        >>> read_damaged_number("二）加强解读。")
        Number(rank=2, value=2, length=2)
    """
    if text[:1] not in FIRST:
        return None
    for rank, pattern in ((2, LOST_BRACKET), (3, LOST_DOT), (1, LOST_COMMA)):
        match = pattern.match(text)
        if match:
            return Number(rank, to_int(match[match.lastindex or 1]), match.end())
    return None


@lru_cache(maxsize=1024)
def to_int(numeral: str) -> int:
    """Return the value of a Chinese, Arabic or enclosed numeral below 1,000.

    Example:
        >>> [to_int(numeral) for numeral in ("二十一", "十", "9", "③", "㈢", "一百零五")]
        [21, 10, 9, 3, 3, 105]
    """
    if numeral.isdecimal():
        return int(numeral)
    if numeral in _ENCLOSED:
        return int(unicodedata.numeric(numeral))
    total = digit = 0
    for character in numeral:
        if character == "百":
            total, digit = total + max(digit, 1) * 100, 0
        elif character == "十":
            total, digit = total + max(digit, 1) * 10, 0
        else:
            digit = _DIGITS[character]
    return total + digit
