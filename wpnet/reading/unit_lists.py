"""A list of responsible units taken apart: the inside of a bracket or a table cell.

    list      = segment {("，" | "；") segment}
    segment   = [label "："] tier {"；" tier} | deadline label "：" words
    tier      = name {("、" | "，") name} [verb]                   A、B牵头；C按职责分工负责
    name      = office | group                                     a group may hold a "、"

One pass, so that time stays linear in the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from wpnet.model import Role
from wpnet.reading import unit_words as words
from wpnet.reading.deadlines import is_deadline

OPENERS = {"（": 0, "(": 0, "[": 1, "［": 1, "【": 1, "〔": 2, "﹝": 2}
CLOSERS = {"）": 0, ")": 0, "]": 1, "］": 1, "】": 1, "〕": 2, "﹞": 2}
SEPARATORS = frozenset("、，,；;。\n|")
TIER_ENDS = frozenset("；;。")
LISTS = 4096  # lists of units remembered, 1 KB each: an office names the same ones all the time
LONGEST_NAME = 60
SHORTEST_CLAUSE = 9  # characters of what is no office, from which on it is a clause
# "/", "无", "——": a cell that names nobody.
NOBODY = re.compile(r"[\W_]*|无|暂无")
# "及", "和", "与": between two offices only ("办公室及各科室"), not inside a name.
# "宣传处会办公室" names two, 管委会办公室 and 财政局会计科 one.
AND = re.compile("以及|及|和|与|会同|(?<![委员协工联商学金董监理事大社])会(?![计展议员商谈务见场])")


@dataclass(frozen=True, slots=True)
class UnitMention:
    """A unit's name, ``text[start:end]`` but for blanks, and its part in the work."""

    name: str
    role: Role
    start: int
    end: int


@dataclass(slots=True)
class UnitList:
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


def unit_label(text: str, at: int) -> re.Match[str] | None:
    """Return the label that stands at an offset: with a colon, or 责任单位 and a blank or 为."""
    match = words.UNIT_LABEL.match(text, at)
    if match is None or not (match["colon"] in (":", "：") or (match["noun"] and match["colon"])):
        return None
    return match


def label_role(match: re.Match[str], default: Role) -> Role:
    """Return the role that a label gives: 牵头 lead, 配合 support, 责任单位 responsible."""
    if match["lead"]:
        return "lead"
    if match["support"]:
        return "support"
    return "responsible" if match["noun"] else default


def read_list(text: str, start: int, end: int, default: Role) -> UnitList:
    """Read ``text[start:end]`` as segments of names, with labels, verbs and a deadline."""
    read = _list_of(text[start:end], default)
    shifted = [
        UnitMention(mention.name, mention.role, mention.start + start, mention.end + start)
        for mention in read.mentions
    ]
    deadline = (read.deadline[0] + start, read.deadline[1] + start) if read.deadline else None
    return UnitList(shifted, deadline, read.labelled, read.has_verb)


@lru_cache(maxsize=LISTS)
def _list_of(text: str, default: Role) -> UnitList:
    """Read a whole text as such segments."""
    start, end = 0, len(text)
    read = UnitList()
    role, segment = default, "units"
    tier: list[_Member] = []
    for piece_start, piece_end, before in _pieces(text, start, end):
        if before in TIER_ENDS or text.startswith("会同", piece_start, piece_end):
            _end_tier(text, tier, role, read)
        if (label := unit_label(text, piece_start)) and label.end() <= piece_end:
            _end_tier(text, tier, role, read)
            role, segment, read.labelled = label_role(label, default), "units", True
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
    offices = [words.looks_like_unit(mention.name) for mention in read.mentions]
    if any(offices):  # "…牵头办理，在工作中加强沟通": a clause beside names is no name
        read.mentions = [
            mention
            for mention, office in zip(read.mentions, offices, strict=True)
            if office or len(mention.name) < SHORTEST_CLAUSE
        ]
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
    label = unit_label(text, start)
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
    if (by := text.rfind("由", start, end)) > start and _is_by(text, by, end):
        start = by  # "目录由整理科牵头"
    leading = next((word for word in words.LEADING if text.startswith(word, start, end)), "")
    start += len(leading)
    if said := words.SAID_OF_ALL.search(text[start:end]):
        end = start + said.start()
    end, tail = _cut_verbs(text, start, end)
    end = _cut_open_end(text, start, end)
    if tail is None and not words.ends_like_unit(text[start:end]):
        end, tail = _cut_predicate(text, start, end)
    if including := words.INCLUDING.search(text[start:end]):
        end = start + including.start()
    if start >= end:
        if tail is not None:  # "…，按职责分工负责": a verb for the whole tier
            yield _Member(start, start, before, tail)
        return
    cut = _and_between(text, start, end)
    if cut is None:
        yield _Member(*_trim(text, start, end), before, tail, joined)
        return
    together = text[cut.start()] == "会"
    first: Role | None = (tail or "lead") if together else None
    yield _Member(*_trim(text, start, cut.start()), before, first)
    yield _Member(*_trim(text, cut.end(), end), "，", "responsible" if together else tail)


def _cut_predicate(text: str, start: int, end: int) -> tuple[int, Role | None]:
    """Cut what an office is to do off behind its name: 区数据局做好技术支持."""
    for found in words.PREDICATE.finditer(text, start + 2, min(end, start + LONGEST_NAME)):
        if words.looks_like_unit(text[start : found.start()], strong=True):
            said = text[found.start() : end]
            role: Role = "support" if words.HELPING.search(said) else "responsible"
            return found.start(), "lead" if said.startswith("牵头") else role
    return end, None


def _is_by(text: str, at: int, end: int) -> bool:
    """Tell whether a 由 says by whom something is done: a name with a verb stands behind it."""
    stop, role = _cut_verbs(text, at + 1, end)
    return role is not None and words.looks_like_unit(text[at + 1 : stop])


def _and_between(text: str, start: int, end: int) -> re.Match[str] | None:
    """Return the 及 or 和 that stands between two offices, if there is one."""
    if end - start > LONGEST_NAME:
        return None
    for match in AND.finditer(text, start, end):
        left, right = text[start : match.start()], text[match.end() : end]
        if sum(map(left.count, OPENERS)) != sum(map(left.count, CLOSERS)):
            continue
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
        at = text.find("等", start + 2, end)
        open_end = at > 0 and text[at - 1] not in words.NOT_OPEN_END
        return at if open_end and words.looks_like_unit(text[start:at], strong=True) else end
    at = window + match.start()
    if at > start and text[at - 1] in words.NOT_OPEN_END:
        return end
    return at


def _end_tier(text: str, tier: list[_Member], role: Role, read: UnitList) -> None:
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
        if not NOBODY.fullmatch(name) and not words.REMARK.search(name):
            read.mentions.append(UnitMention(name, its_role, start, end))
    tier.clear()


def _name(text: str, start: int, end: int) -> str:
    return "".join(text[start:end].split())
