"""Responsible units: the brackets and cells that name them, taken apart by a small grammar.

    bracket   = "（" segment {("，" | "；") segment} "）"          round or square, matched by depth
    segment   = [label "："] tier {"；" tier} | deadline label "：" words
    tier      = name {("、" | "，") name} [verb]                   A、B牵头；C按职责分工负责
    name      = office | group                                     a group may hold a "、"

One pass finds the brackets, one pass cuts each of them, so that time stays linear in the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

from wpnet.model import Role
from wpnet.reading import unit_words as words
from wpnet.reading.deadlines import is_deadline
from wpnet.reading.unit_judgement import judge

OPENERS = {"（": 0, "(": 0, "[": 1, "［": 1, "【": 1, "〔": 2, "﹝": 2}
CLOSERS = {"）": 0, ")": 0, "]": 1, "］": 1, "】": 1, "〕": 2, "﹞": 2}
# What opens, closes or gives up a bracket; everything else is passed by.
MARK = re.compile(f"[{re.escape(''.join([*OPENERS, *CLOSERS]))}\n]")
SEPARATORS = frozenset("、，,；;。\n|")
TIER_ENDS = frozenset("；;。")
LISTS = 4096  # lists of units remembered, 1 KB each: an office names the same ones all the time
LONGEST_BARE = 400  # characters; a longer bracket without a label is a remark
LONGEST_UNCLOSED = 100  # the same for one that is never closed
LONGEST_NAME = 60
DEEPEST = 8  # brackets within brackets beyond which a closing mark belongs to none of them
# "责任单位：" at the start of a line or behind a full stop, without a bracket.
LINE_LABEL = re.compile(
    r"(?:^|(?<=[\n。]))(?:责任|牵头|负责|落实|配合|牵头落实|牵头责任)(?:单位|部门|科室|处室)[:：]"
)
# "/", "无", "——": a cell that names nobody.
NOBODY = re.compile(r"[\W_]*|无|暂无")
# "及", "和", "与": between two offices only ("办公室及各科室"), not inside a name.
AND = re.compile("以及|及|和|与|会同")


@dataclass(frozen=True, slots=True)
class UnitMention:
    """A unit's name, ``text[start:end]`` but for blanks, and its part in the work."""

    name: str
    role: Role
    start: int
    end: int


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


@dataclass(slots=True)
class _List:
    """What a bracket's inside or a cell was taken for."""

    mentions: list[UnitMention] = field(default_factory=list)
    deadline: tuple[int, int] | None = None
    labelled: bool = False
    has_verb: bool = False


@dataclass(slots=True)
class _Member:
    """A name on its way: ``role`` is what its own verb says, ``before`` the mark before it.

    ``joined`` tells that 会同 stands before it.
    """

    start: int
    end: int
    before: str
    role: Role | None = None
    joined: bool = False


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
    for span in sorted(spans, key=lambda entry: entry.start):
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
    return tuple(_read_list(cell, 0, len(cell), role).mentions)


def unit_kind(name: str) -> Literal["unit", "group"]:
    """Return ``group`` for a name that stands for several offices.

    Example:
        >>> unit_kind("各镇（街道）"), unit_kind("市职业能力考试院")
        ('group', 'unit')
    """
    return "group" if words.is_group(name) else "unit"


# --- brackets ------------------------------------------------------------------------------------


def _bracket_spans(text: str) -> Iterator[_Span]:
    """Yield the outermost brackets; an unclosed one counts up to the end of its line."""
    stack: list[_Open] = []
    for found in MARK.finditer(text):
        at, mark = found.start(), found.group()
        if mark in OPENERS:
            if stack and _unit_label(text, at + 1) is not None:
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
        is_list = _unit_label(text, entry.start + 1) is not None or (
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
            if not (words.DEADLINE_LABEL.match(text, following) or _unit_label(text, following)):
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
    read = _read_list(text, span.start, span.end, "responsible")
    if not read.mentions:
        return None
    return _as_bracket(text, span.start, span.end, read, "a label on a line of its own")


def _read_bracket(text: str, span: _Span) -> UnitBracket | None:
    """Return the units of a bracket, ``None`` when it is a remark of another kind."""
    found = _judged(text, span)
    return found if isinstance(found, UnitBracket) else None


def _judged(text: str, span: _Span) -> UnitBracket | str:
    """Return the units of a bracket, or why it names none."""
    start, end = span.start + 1, span.end - span.closed
    labelled = _unit_label(text, start) is not None
    labelled = labelled or words.DEADLINE_LABEL.match(text, start) is not None
    if not labelled and end - start > LONGEST_BARE:
        return f"it is longer than {LONGEST_BARE} characters"
    read = _read_list(text, start, end, "responsible")
    names = [mention.name for mention in read.mentions]
    units, why = judge(text, span.start, span.end, names, labelled=labelled, has_verb=read.has_verb)
    return _as_bracket(text, span.start, span.end, read, why) if units else why


def _as_bracket(text: str, start: int, end: int, read: _List, why: str) -> UnitBracket:
    deadline = text[slice(*read.deadline)].strip(" 　。，,；;") if read.deadline else ""
    return UnitBracket(start, end, tuple(read.mentions), deadline, why)


# --- lists ---------------------------------------------------------------------------------------


def _unit_label(text: str, at: int) -> re.Match[str] | None:
    """Return the label that stands at an offset: with a colon, or 责任单位 and a blank or 为."""
    match = words.UNIT_LABEL.match(text, at)
    if match is None or not (match["colon"] in (":", "：") or (match["noun"] and match["colon"])):
        return None
    return match


def _label_role(match: re.Match[str], default: Role) -> Role:
    if match["lead"]:
        return "lead"
    if match["support"]:
        return "support"
    return "responsible" if match["noun"] else default


def _read_list(text: str, start: int, end: int, default: Role) -> _List:
    """Read ``text[start:end]`` as segments of names, with labels, verbs and a deadline."""
    read = _list_of(text[start:end], default)
    shifted = [
        UnitMention(mention.name, mention.role, mention.start + start, mention.end + start)
        for mention in read.mentions
    ]
    deadline = (read.deadline[0] + start, read.deadline[1] + start) if read.deadline else None
    return _List(shifted, deadline, read.labelled, read.has_verb)


@lru_cache(maxsize=LISTS)
def _list_of(text: str, default: Role) -> _List:
    """Read a whole text as such segments."""
    start, end = 0, len(text)
    read = _List()
    role, segment = default, "units"
    tier: list[_Member] = []
    for piece_start, piece_end, before in _pieces(text, start, end):
        if before in TIER_ENDS or text.startswith("会同", piece_start, piece_end):
            _end_tier(text, tier, role, read)
        if (label := _unit_label(text, piece_start)) and label.end() <= piece_end:
            _end_tier(text, tier, role, read)
            role, segment, read.labelled = _label_role(label, default), "units", True
            piece_start = label.end()
        elif label := words.DEADLINE_LABEL.match(text, piece_start, piece_end):
            segment, piece_start = "deadline", label.end()
        elif words.PERSON_LABEL.match(text, piece_start, piece_end):
            segment = "persons"
        elif segment == "units" and is_deadline(text[piece_start:piece_end]):
            read.deadline = (read.deadline[0] if read.deadline else piece_start, piece_end)
            continue
        if segment == "deadline":
            read.deadline = (read.deadline[0] if read.deadline else piece_start, piece_end)
        elif segment == "units":
            for member in _members(text, piece_start, piece_end, before):
                tier.append(member)
                if member.role is not None:
                    read.has_verb = True
                    _end_tier(text, tier, role, read)
    _end_tier(text, tier, role, read)
    return read


def _pieces(text: str, start: int, end: int) -> Iterator[tuple[int, int, str]]:
    """Cut at separators outside nested brackets: (start, end, the mark before)."""
    depth, last, before = 0, start, ""
    for at in range(start, end):
        mark = text[at]
        if mark in OPENERS:
            depth += 1
        elif mark in CLOSERS:
            depth = max(depth - 1, 0)
        elif depth:
            continue
        elif mark in SEPARATORS or (mark.isspace() and _ends_a_name(text, last, at, end)):
            yield *_trim(text, last, at), before
            last, before = at + 1, mark
    yield *_trim(text, last, end), before


def _ends_a_name(text: str, start: int, at: int, end: int) -> bool:
    """Tell whether a blank parts two names: an office before it, a name or label behind it."""
    following = text[at : min(at + 10, end)].lstrip()
    if not following or following[0] in OPENERS or at - start > LONGEST_NAME:
        return False
    return words.looks_like_unit(_unlabelled(text, start, at), strong=True)


def _unlabelled(text: str, start: int, end: int) -> str:
    """Return a piece without the label before it."""
    label = _unit_label(text, start)
    return text[label.end() : end] if label and label.end() < end else text[start:end]


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _members(text: str, start: int, end: int, before: str) -> Iterator[_Member]:
    """Read one piece: usually one name, two around 及; verbs and 等部门 are cut off."""
    joined = text.startswith("会同", start, end)
    leading = next((word for word in words.LEADING if text.startswith(word, start, end)), "")
    start += len(leading)
    end, tail = _cut_verbs(text, start, end)
    end = _cut_open_end(text, start, end)
    if start >= end:
        if tail is not None:  # "…，按职责分工负责": a verb for the whole tier
            yield _Member(start, start, before, tail)
        return
    cut = _and_between(text, start, end)
    if cut is None:
        yield _Member(*_trim(text, start, end), before, tail, joined)
        return
    together = text[cut.start() : cut.end()] == "会同"
    first: Role | None = (tail or "lead") if together else None
    yield _Member(*_trim(text, start, cut.start()), before, first)
    yield _Member(*_trim(text, cut.end(), end), "，", "support" if together else tail)


def _and_between(text: str, start: int, end: int) -> re.Match[str] | None:
    """Return the 及 or 和 that stands between two offices, if there is one."""
    if end - start > LONGEST_NAME:
        return None
    for match in AND.finditer(text, start, end):
        left, right = text[start : match.start()], text[match.end() : end]
        if words.looks_like_unit(left, strong=True) and words.looks_like_unit(right, strong=True):
            return match
    return None


def _cut_verbs(text: str, start: int, end: int) -> tuple[int, Role | None]:
    """Cut 牵头, 配合, 按职责分工负责 … off the end; 牵头 or 配合 settles the role."""
    role: Role | None = None
    while tail := next((t for t in words.ROLE_TAILS if text.endswith(t, start, end)), ""):
        found = words.ROLE_TAILS[tail]
        role = found if role in (None, "responsible") else role
        end -= len(tail)
        while inner := next((w for w in words.BEFORE_TAIL if text.endswith(w, start, end)), ""):
            end -= len(inner)
    return end, role


def _cut_open_end(text: str, start: int, end: int) -> int:
    """Cut 等, 等部门, 等市级有关单位 off the end of a name."""
    window = max(start, end - 20)
    match = words.OPEN_END.search(text[window:end])
    if match is None:
        return end
    at = window + match.start()
    if at > start and text[at - 1] in words.NOT_OPEN_END:
        return end
    return at


def _end_tier(text: str, tier: list[_Member], role: Role, read: _List) -> None:
    """Give the names of a tier the role of its verb, joining what is one group."""
    if not tier:
        return
    said = tier[-1].role or ("support" if tier[0].joined else role)
    names: list[tuple[int, int, Role]] = []
    for member in tier:
        if member.start == member.end:
            continue
        if names and member.before == "、":
            first, last, _ = names[-1]
            if words.joins_group(_name(text, first, last), _name(text, member.start, member.end)):
                names[-1] = (first, member.end, said)
                continue
        names.append((member.start, member.end, said))
    for start, end, its_role in names:
        name = _name(text, start, end)
        if not NOBODY.fullmatch(name):
            read.mentions.append(UnitMention(name, its_role, start, end))
    tier.clear()


def _name(text: str, start: int, end: int) -> str:
    return "".join(text[start:end].split())
