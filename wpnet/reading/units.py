"""Responsible units: the brackets and labelled lines that name them, found in running text.

    bracket   = "（" list "）"          round or square, matched by depth
    list      = see :mod:`wpnet.reading.unit_lists`

One pass finds the brackets, one pass cuts each of them, so that time stays linear in the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from wpnet.model import Role
from wpnet.reading import unit_words as words
from wpnet.reading.unit_judgement import at_sentence_end, judge
from wpnet.reading.unit_lists import (
    CLOSERS,
    OPENERS,
    UnitList,
    UnitMention,
    label_role,
    read_list,
    unit_label,
)

__all__ = [
    "UnitBracket",
    "UnitMention",
    "find_unit_brackets",
    "remarks",
    "split_units",
    "unit_kind",
]

# What opens, closes or gives up a bracket; everything else is passed by.
MARK = re.compile(f"[{re.escape(''.join([*OPENERS, *CLOSERS]))}\n]")
LONGEST_BARE = 400  # characters; a longer bracket without a label is a remark
LONGEST_UNCLOSED = 100  # the same for one that is never closed
DEEPEST = 8  # brackets within brackets beyond which a closing mark belongs to none of them
# "责任单位：" at the start of a line or behind a full stop, without a bracket.
LINE_LABEL = re.compile(
    r"(?:^|(?<=[\n。]))(?P<open>[【\[（(〔])?(?:责任|牵头|负责|落实|配合|主办|协办|承办|牵头落实|牵头责任)"
    r"(?:单位|部门|科室|处室|司局)(?(open)[】\]）)〕][:：]?|[:：])"
    r"|(?:^|(?<=[\n。]))(?:完成|办结|责任|落实|工作)?(?:时限|期限|完成时间|时间节点)(?:要求)?[:：]"
)


@dataclass(frozen=True, slots=True)
class UnitBracket:
    """A bracket that names units, its parentheses included; ``deadline`` as written or ''.

    ``why`` says what shows that it names units.
    """

    start: int
    end: int
    mentions: tuple[UnitMention, ...]
    deadline: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class _Span:
    """A bracket (``closed`` is false for one that ends with its line), or a bare labelled line."""

    start: int
    end: int
    closed: bool = True
    bare: bool = False


@dataclass(slots=True)
class _Open:
    """A bracket not yet closed, with the brackets closed inside it."""

    start: int
    kind: int
    inside: list[_Span] = field(default_factory=list)


def find_unit_brackets(text: str) -> tuple[UnitBracket, ...]:
    """Return all brackets of a stretch of text that name responsible units, in order.

    A bracket counts with a label (责任单位：), with a verb (A牵头), or bare at a sentence's end if
    all its members are called as offices are. One that is never closed ends with its line. A label
    that opens a line or follows a full stop needs no bracket.

    Example:
        >>> [found] = find_unit_brackets("加强公开。（责任部门：办公室；相关处室、局属单位）")
        >>> [mention.name for mention in found.mentions]
        ['办公室', '相关处室、局属单位']
        >>> [found] = find_unit_brackets("做好公开(区府办牵头，各街镇配合，完成时限：全年)。")
        >>> [(mention.name, mention.role) for mention in found.mentions], found.deadline
        ([('区府办', 'lead'), ('各街镇', 'support')], '全年')
        >>> find_unit_brackets("完善社会保险（养老、失业、工伤保险）报告机制（以下简称《条例》）。")
        ()
    """
    spans = [*_bracket_spans(text), *_labelled_lines(text)]
    found: list[UnitBracket] = []
    for span in sorted(spans, key=lambda entry: (entry.start, not entry.bare)):
        if found and span.start < found[-1].end:
            continue
        bracket = _read_line(text, span) if span.bare else _read_bracket(text, span)
        if bracket is not None:
            found.append(bracket)
    return tuple(found)


def remarks(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield the brackets that name no units: where each begins and ends, and why it names none.

    Example:
        >>> list(remarks("参加社会保险（养老、工伤保险）。（责任单位：办公室）"))
        [(6, 15, '“养老” is not called like an office')]
    """
    for span in _bracket_spans(text):
        found = _judged(text, span)
        if isinstance(found, str):
            yield span.start, span.end, found


def split_units(cell: str, *, role: Role = "responsible") -> tuple[UnitMention, ...]:
    """Return the units that a table cell or the inside of a bracket names.

    ``role`` holds where neither a label nor a verb says otherwise.

    Example:
        >>> [mention.name for mention in split_units("办公室,各科室、单位")]
        ['办公室', '各科室、单位']
        >>> [(mention.name, mention.role) for mention in split_units("办公室牵头，各科室配合")]
        [('办公室', 'lead'), ('各科室', 'support')]
        >>> [mention.name for mention in split_units("上海市水务局 上海市海洋局等部门")]
        ['上海市水务局', '上海市海洋局']
    """
    return tuple(read_list(cell, 0, len(cell), role).mentions)


def unit_kind(name: str) -> Literal["unit", "group"]:
    """Return ``group`` for a name that stands for several offices.

    Example:
        >>> unit_kind("各镇（街道）"), unit_kind("市职业能力考试院")
        ('group', 'unit')
    """
    return "group" if words.is_group(name) else "unit"


def _bracket_spans(text: str) -> Iterator[_Span]:
    """Yield the outermost brackets; an unclosed one counts up to the end of its line."""
    stack: list[_Open] = []
    for found in MARK.finditer(text):
        at, mark = found.start(), found.group()
        if mark in OPENERS:
            if stack and unit_label(text, at + 1) is not None:
                yield from _give_up(text, stack, at)
            stack.append(_Open(at, OPENERS[mark]))
        elif mark in CLOSERS:
            yield from _close(stack, CLOSERS[mark], at + 1)
        else:
            yield from _give_up(text, stack, at)
    yield from _give_up(text, stack, len(text))


def _close(stack: list[_Open], kind: int, end: int) -> Iterator[_Span]:
    """Close the innermost bracket of a kind; what is open inside it was never closed."""
    if all(entry.kind != kind for entry in stack[-DEEPEST:]):
        return
    while stack[-1].kind != kind:
        orphan = stack.pop()
        stack[-1].inside += orphan.inside
    span = _Span(stack.pop().start, end)
    if stack:
        stack[-1].inside.append(span)
    else:
        yield span


def _give_up(text: str, stack: list[_Open], end: int) -> Iterator[_Span]:
    """End all open brackets: one that lists units ends here, of another the insides remain."""
    for entry in stack:
        span = _Span(entry.start, end, closed=False)
        is_list = unit_label(text, entry.start + 1) is not None or (
            end - entry.start <= LONGEST_UNCLOSED and _read_bracket(text, span) is not None
        )
        if is_list:
            yield span
            break
        yield from entry.inside
    stack.clear()


def _labelled_lines(text: str) -> Iterator[_Span]:
    """Yield stretches ``责任单位：A、B`` that stand outside brackets, up to their full stop."""
    last = -1
    for match in LINE_LABEL.finditer(text):
        if match.start() < last:
            continue
        end = match.end()
        while True:
            end = _stop(text, end)
            following = end + 1
            if end >= len(text) or text[end] == "\n":
                break
            if not (words.DEADLINE_LABEL.match(text, following) or unit_label(text, following)):
                end = following
                break
            end = following
        last = end
        yield _Span(match.start(), end, closed=False, bare=True)


def _stop(text: str, start: int) -> int:
    """Return the offset of the next full stop or line end."""
    line_end = text.find("\n", start)
    line_end = len(text) if line_end < 0 else line_end
    stop = text.find("。", start, line_end)
    return line_end if stop < 0 else stop


def _read_line(text: str, span: _Span) -> UnitBracket | None:
    """Read a label and what follows it; a label may stand in a bracket of its own."""
    start: int = span.start
    role: Role = "responsible"
    if text[start] in OPENERS and (label := words.UNIT_LABEL.match(text, start + 1)):
        start, role = label.end() + 1, label_role(label, "responsible")
        start += text[start : start + 1] in ("：", ":")
    read = read_list(text, start, span.end, role)
    if not read.mentions and not read.deadline:
        return None
    return _as_bracket(text, span.start, span.end, read, "a label on a line of its own")


def _read_bracket(text: str, span: _Span) -> UnitBracket | None:
    """Return the units of a bracket, ``None`` when it is a remark of another kind."""
    found = _judged(text, span)
    return found if isinstance(found, UnitBracket) else None


def _judged(text: str, span: _Span) -> UnitBracket | str:
    """Return the units of a bracket, or why it names none."""
    start, end = span.start + 1, span.end - span.closed
    labelled = unit_label(text, start) is not None
    labelled = labelled or words.DEADLINE_LABEL.match(text, start) is not None
    if not labelled and end - start > LONGEST_BARE:
        return f"it is longer than {LONGEST_BARE} characters"
    read = read_list(text, start, end, "responsible")
    if read.deadline and not read.mentions and not labelled:
        if at_sentence_end(text, span.start, span.end):
            return _as_bracket(
                text, span.start, span.end, read, "a date or term, at a sentence's end"
            )
        return "it names a date within a sentence"
    names = [mention.name for mention in read.mentions]
    units, why = judge(text, span.start, span.end, names, labelled=labelled, has_verb=read.has_verb)
    return _as_bracket(text, span.start, span.end, read, why) if units else why


def _as_bracket(text: str, start: int, end: int, read: UnitList, why: str) -> UnitBracket:
    deadline = text[slice(*read.deadline)].strip(" 　。，,；;") if read.deadline else ""
    return UnitBracket(start, end, tuple(read.mentions), deadline, why)
