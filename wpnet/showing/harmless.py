"""Text of plans made harmless: no control characters, no formulas, CSV that Excel opens rightly."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence

# Marks that turn the reading direction, hide, or break lines in scripts; lone surrogates and
# non-characters, which neither UTF-8 nor XML can hold. Tabs and line feeds stay.
_HARMFUL = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff"
    "\ufff9-\ufffb\ufffe\uffff\ud800-\udfff]"
)
_REPLACEMENT = "\ufffd"
# What a spreadsheet takes for the start of a formula, also behind blanks and in full width.
_FORMULA = re.compile(r"[\s\u3000]*[=+\-@＝＋－＠]|[\t\r\n]")


def harmless(text: str) -> str:
    """Return a text of the same length in which every dangerous or invisible character is ``�``.

    Offsets into the text stay right. Blanks, tabs, line feeds and all visible characters are kept.

    >>> harmless("政务\\u202e公开\\x00")
    '政务�公开�'
    """
    return text if text.isprintable() else _HARMFUL.sub(_REPLACEMENT, text)


def is_formula(text: str) -> bool:
    """Say whether a spreadsheet might take a text for a formula.

    >>> is_formula("=cmd|' /C calc'!A0"), is_formula("＝1+1"), is_formula("1+1=2")
    (True, True, False)
    """
    return _FORMULA.match(text) is not None


def csv_cell(value: object) -> str:
    """Return a value as a CSV cell: harmless, and with ``'`` before what looks like a formula.

    Numbers are kept as they are, a sign in front of them included.

    >>> csv_cell("@SUM(A1)"), csv_cell(-0.5), csv_cell(True)
    ("'@SUM(A1)", '-0.5', 'true')
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    text = harmless(str(value))
    return f"'{text}" if is_formula(text) else text


def unguarded(text: str) -> str:
    """Return a cell without the ``'`` that :func:`csv_cell` set before what looked like a formula.

    >>> unguarded(csv_cell("-不低于50%")), unguarded("'引号'")
    ('-不低于50%', "'引号'")
    """
    return text[1:] if text.startswith("'") and is_formula(text[1:]) else text


def csv_bytes(rows: Iterable[Sequence[object]]) -> bytes:
    """Return rows, the header first, as CSV that Chinese Excel opens: ``utf-8-sig``, CRLF lines.

    >>> csv_bytes([["要求"], ["=1+1"]]).decode("utf-8-sig")
    "要求\\r\\n'=1+1\\r\\n"
    """
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\r\n").writerows([csv_cell(value) for value in r] for r in rows)
    return out.getvalue().encode("utf-8-sig")
