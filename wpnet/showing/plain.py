"""Plain text for terminals: tables whose columns line up although Chinese characters are wide."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence


def width(text: str) -> int:
    """Return how many terminal columns a text takes: wide characters count 2, marks on top 0.

    Ambiguous characters (“”, ·, …) count 2, as Chinese fonts draw them.

    Example:
        >>> width("责任a单位"), width("“公开”")
        (9, 8)
    """
    return sum(map(_character_width, text))


def _character_width(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WFA" else 1


def wrap(text: str, columns: int) -> list[str]:
    """Break a text into lines of at most ``columns`` terminal columns; never inside an ASCII word.

    Example:
        >>> wrap("做好公开，明确12345热线", 10)
        ['做好公开，', '明确12345', '热线']
    """
    lines: list[str] = []
    line, used = "", 0
    for token in _tokens(text):
        size = width(token)
        if line and used + size > columns and token not in "，。；：、！？”》）,.;:)":
            lines.append(line)
            line, used = "", 0
        line += token
        used += size
    return [*lines, line] if line or not lines else lines


def _tokens(text: str) -> list[str]:
    """ASCII words whole, every other character on its own."""
    tokens: list[str] = []
    for character in text:
        in_word = character.isascii() and character.isalnum()
        if in_word and tokens and tokens[-1].isascii() and tokens[-1][-1].isalnum():
            tokens[-1] += character
        else:
            tokens.append(character)
    return tokens


def pad(text: str, columns: int) -> str:
    """Fill a text with blanks up to a number of terminal columns."""
    return text + " " * (columns - width(text))


def table(header: Sequence[str], rows: Sequence[Sequence[str]], *, columns: int = 100) -> str:
    """Lay out rows under a header within a number of terminal columns.

    Columns that are too wide for the whole share what the narrow ones leave; their cells wrap.

    Example:
        >>> print(table(["id", "单位"], [["#1.1.1", "各科室、单位"], ["#1.1.2", "办公室"]]))
        id      单位
        ------  ------------
        #1.1.1  各科室、单位
        #1.1.2  办公室
    """
    widths = _column_widths([header, *rows], columns)
    lines = [*_row(header, widths), ["-" * size for size in widths]]
    for row in rows:
        lines += _row(row, widths)
    return "\n".join(
        "  ".join(pad(cell, size) for cell, size in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )


def _row(row: Sequence[str], widths: Sequence[int]) -> list[list[str]]:
    """Wrap the cells of a row; return its lines."""
    cells = [wrap(cell, size) for cell, size in zip(row, widths, strict=True)]
    height = max(map(len, cells))
    return [[cell[at] if at < len(cell) else "" for cell in cells] for at in range(height)]


def _column_widths(rows: Sequence[Sequence[str]], columns: int) -> list[int]:
    """Give narrow columns what they want and let the wide ones share the rest."""
    wanted = [max(max(width(cell) for cell in column), 1) for column in zip(*rows, strict=True)]
    spare = columns - 2 * (len(wanted) - 1)
    if sum(wanted) <= spare:
        return wanted
    even = spare // len(wanted)
    wide = [size for size in wanted if size > even]
    share = max((spare - sum(size for size in wanted if size <= even)) // len(wide), 12)
    return [min(size, share) if size > even else size for size in wanted]
