"""Where sentences end."""

from __future__ import annotations

import re
from collections.abc import Iterator

STOPS = "。！？!?"
AFTER_STOP = "”’》〉）)】」』"  # closing marks that still belong to the sentence
_OPEN = "（(《〈【〔[“‘"
_CLOSE = "）)》〉】〕]”’"
# A stop, or a mark that encloses; everything else is passed by.
_MARK = re.compile(f"[{re.escape(STOPS + _OPEN + _CLOSE)}]")
# Half- and full-width round brackets are the same mark.
_KIND = {
    mark: 0 if kind == 1 else kind for marks in (_OPEN, _CLOSE) for kind, mark in enumerate(marks)
}


def stops(text: str) -> Iterator[int]:
    """Yield the position of every full stop that ends a sentence.

    A stop inside brackets or quotation marks ends nothing, unless the closing mark comes right
    behind it and ends the sentence with it. A mark that is never closed encloses nothing.

    Example:
        >>> list(stops("做好公开（见附件。）工作。坚持“应公开。”"))
        [12, 19]
    """
    marks = [(match.start(), match.group()) for match in _MARK.finditer(text)]
    closed_at = _closing_positions(marks)
    inside_until = -1
    for position, mark in marks:
        if mark in STOPS:
            if position > inside_until or _ends_with_stop(text, position, inside_until):
                yield position
        elif position in closed_at:
            inside_until = max(inside_until, closed_at[position])


def first_stop(text: str) -> int | None:
    """Return the position of the first stop, or ``None``.

    Example:
        >>> first_stop("深化公开。做好发布。"), first_stop("深化公开")
        (4, None)
    """
    return next(stops(text), None)


def split_sentences(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the spans of the sentences of ``text[start:end]``, white space left out.

    The last span may lack a full stop: the document ended it without one.

    Example:
        >>> text = "做好发布。及时公开；加强解读。"
        >>> [text[a:b] for a, b in split_sentences(text, 0, len(text))]
        ['做好发布。', '及时公开；加强解读。']
    """
    stretch = text[start:end]
    begin = 0
    for stop in stops(stretch):
        finish = stop + 1
        while finish < len(stretch) and stretch[finish] in AFTER_STOP:
            finish += 1
        if finish <= begin:
            continue
        yield from _trimmed(text, start + begin, start + finish)
        begin = finish
    yield from _trimmed(text, start + begin, end)


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start < end:
        yield start, end


def _closing_positions(marks: list[tuple[int, str]]) -> dict[int, int]:
    """Map every opening mark that is closed later to where it is closed."""
    stack: list[tuple[int, int]] = []
    closed: dict[int, int] = {}
    for position, mark in marks:
        if mark in _OPEN:
            stack.append((position, _KIND[mark]))
        elif mark in _CLOSE:
            _close(stack, _KIND[mark], position, closed)
    return closed


def _close(stack: list[tuple[int, int]], kind: int, position: int, closed: dict[int, int]) -> None:
    """Close the innermost mark of this kind; what is still open inside it encloses nothing."""
    if stack and stack[-1][1] == kind:
        closed[stack.pop()[0]] = position
    elif any(open_kind == kind for _, open_kind in stack[-8:]):
        while stack[-1][1] != kind:
            stack.pop()
        closed[stack.pop()[0]] = position


def _ends_with_stop(text: str, position: int, inside_until: int) -> bool:
    """Tell whether only closing marks stand between a stop and the end of what encloses it."""
    return (
        inside_until - position <= 3
        and all(mark in AFTER_STOP for mark in text[position + 1 : inside_until + 1])
        and (inside_until + 1 >= len(text) or text[inside_until] == "”")
    )
