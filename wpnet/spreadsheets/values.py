"""Values as a spreadsheet program rewrites them, read as they were meant."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, timedelta

_DAY = re.compile(
    r"(?P<y>[12]\d{3})\s*[-/.年]\s*(?P<m>\d{1,2})\s*[-/.月]\s*(?P<d>\d{1,2})\s*日?"
    r"(?:[T\s]+0{1,2}:00(?::00)?(?:\.0+)?)?"
)
_COMPACT = re.compile(r"(?P<y>[12]\d{3})(?P<m>\d{2})(?P<d>\d{2})")
_WHOLE = re.compile(r"(\d+)\.0+")
_UNSEEN = re.compile("[\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
#: Day 0 of spreadsheet programs, and the numbers that are taken for a day (1954 to 2119).
_DAY_ZERO = date(1899, 12, 30)
_DAYS = range(20_000, 80_000)


def plain(text: str) -> str:
    """Return a cell without invisible marks, in half width, blanks at its ends cut off.

    >>> plain("\\u200b ２０２５\\u3000")
    '2025'
    """
    return unicodedata.normalize("NFKC", _UNSEEN.sub("", text)).strip()


def whole_number(text: str) -> str:
    """Return ``310114.0`` as ``310114``; any other text as it is.

    >>> whole_number("310114.0"), whole_number("2025"), whole_number("1.5")
    ('310114', '2025', '1.5')
    """
    found = _WHOLE.fullmatch(plain(text))
    return found.group(1) if found else text


def iso_day(text: str) -> str:
    """Return the day that a cell means as ``YYYY-MM-DD``; the empty string where it is no day.

    Dates as people and spreadsheet programs write them, and the number that Excel keeps for one.

    >>> iso_day("2025/5/16"), iso_day("2025年5月16日"), iso_day("45793"), iso_day("2025-02-30")
    ('2025-05-16', '2025-05-16', '2025-05-16', '')
    """
    text = plain(text)
    whole = whole_number(text)
    if whole.isascii() and whole.isdecimal() and len(whole) == 5 and int(whole) in _DAYS:
        return (_DAY_ZERO + timedelta(days=int(whole))).isoformat()
    found = _DAY.fullmatch(text) or _COMPACT.fullmatch(text)
    if not found:
        return ""
    try:
        return date(int(found["y"]), int(found["m"]), int(found["d"])).isoformat()
    except ValueError:
        return ""
