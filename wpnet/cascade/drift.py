"""What happens to force, deadline and numbers of a duty along an accepted link.

Compared are the attributes that reading has found (``Requirement.modality``, ``.deadline``,
``.targets``); names that only look like targets (15分钟就业服务圈) never get that far.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

from wpnet.model import Link, Requirement

Attribute = Literal["modality", "deadline", "target"]
Change = Literal["tightened", "kept", "loosened", "added", "dropped"]

#: How binding a modal word is, 1 to 5; a sentence without any is a plain order: 3. The order is
#: that of official and legislative usage, from general knowledge of the genre, set on no sample.
STRENGTH = {
    **dict.fromkeys(("不得", "严禁", "禁止", "不准", "不能", "必须", "务必", "一律", "须"), 5.0),
    **dict.fromkeys(("应当", "应该", "应", "严格", "确保", "要", "不要"), 4.0),
    **dict.fromkeys(("力争", "力求", "尽可能", "尽量", "逐步"), 2.0),
    **dict.fromkeys(("鼓励", "探索", "视情", "视情况"), 1.0),
}
PLAIN = 3.0
#: 原则上 takes half a step off whatever it qualifies.
IN_PRINCIPLE = 0.5

_DIGITS = {letter: value for value, letter in enumerate("零一二三四五六七八九")} | {"两": 2}
_HAN = "[一二两三四五六七八九十百]+"
_NUMBER = re.compile(rf"\d+(?:[.．]\d+)?|百分之{_HAN}|{_HAN}")
_UNIT = re.compile(
    "%|％|个百分点|个工作日|个自然日|人次|场次|小时|分钟|个月"
    "|[次件条场篇项名家天日年周期个种类份部]"
)
_AT_MOST = re.compile(r"不超过|不高于|不多于|不大于|最多|低于|控制在|以下|内$|工作日|自然日")
_PERIOD = {"年": 1.0, "全年": 1.0, "半年": 2.0, "季": 4.0, "季度": 4.0, "月": 12.0, "周": 52.0}
_EVERY = re.compile(r"每个?(半年|季度|季|年|月|周)|(全年)")


@dataclass(frozen=True, slots=True)
class AttributeChange:
    """One attribute of a duty before and after an accepted link."""

    source_id: str
    target_id: str
    attribute: Attribute
    source_value: str
    target_value: str
    change: Change


class Measure(NamedTuple):
    """A numeric target: ``sense`` +1 where more is stricter, -1 where less is."""

    sense: int
    unit: str
    amount: float


def strength(modality: str) -> float:
    """Return how binding a ``;``-joined list of modal words is, 0.5 (探索) to 5 (必须).

    A word that loosens (鼓励, 探索, 逐步) decides over one that binds, because it limits what the
    official has to reach.

    >>> strength("必须"), strength(""), strength("原则上;必须"), strength("探索;严格")
    (5.0, 3.0, 4.5, 1.0)
    """
    found = [word for word in modality.split(";") if word]
    known = [STRENGTH[word] for word in found if word in STRENGTH]
    weak = [value for value in known if value < PLAIN]
    level = min(weak) if weak else max(known, default=PLAIN)
    return level - IN_PRINCIPLE if "原则上" in found else level


def measure(target: str) -> Measure | None:
    """Return a numeric target as something that can be compared, None where there is no number.

    Frequencies are counted a year, so that every month once is stricter than 2 a year.

    >>> measure("不低于50%"), measure("20个工作日"), measure("每月一次")
    (Measure(sense=1, unit='%', amount=50.0), Measure(sense=-1, unit='工作日', amount=20.0), \
Measure(sense=1, unit='次', amount=12.0))
    """
    every = _EVERY.search(target)
    rest = _EVERY.sub("", target)
    number = _NUMBER.search(rest)
    if number is None:
        return None
    unit = _UNIT.search(rest, number.end())
    name = "%" if "百分" in number.group() else (unit.group() if unit else "")
    name = name.replace("％", "%").replace("个百分点", "%").removeprefix("个") or name
    amount = _amount(number.group())
    if every:
        amount *= _PERIOD[every.group(1) or every.group(2)]
    return Measure(-1 if _AT_MOST.search(target) and "不低于" not in target else 1, name, amount)


def _amount(text: str) -> float:
    """Return the value of an Arabic or Chinese number below one thousand."""
    text = text.replace("．", ".").removeprefix("百分之")
    if text[0].isdigit():
        return float(text)
    total, digit = 0, 0
    for letter in text:
        if letter in _DIGITS:
            digit = _DIGITS[letter]
        else:
            total += (digit or 1) * {"十": 10, "百": 100}[letter]
            digit = 0
    return float(total + digit)


def changes(
    source: Requirement, target: Requirement, *, lag_years: int = 0
) -> tuple[AttributeChange, ...]:
    """Return how modality, deadline and each numeric target change from source to target.

    An attribute that neither side has is not listed. ``lag_years`` is the number of years between
    the plans: a deadline that only moves with the year is kept.
    """
    ids = (source.requirement_id, target.requirement_id)
    found = []
    if source.modality or target.modality:
        change = _compared(strength(target.modality) - strength(source.modality))
        found.append(AttributeChange(*ids, "modality", source.modality, target.modality, change))
    if source.deadline or target.deadline:
        change = _deadline(source, target, lag_years)
        found.append(AttributeChange(*ids, "deadline", source.deadline, target.deadline, change))
    found.extend(
        AttributeChange(*ids, "target", before, after, change)
        for before, after, change in _targets(source.targets, target.targets)
    )
    return tuple(found)


def drift(
    links: Iterable[Link],
    requirements: Mapping[str, Requirement],
    lag_of: Mapping[tuple[str, str], int] | None = None,
) -> tuple[AttributeChange, ...]:
    """Return the changes along all accepted links, sorted by source and target id.

    ``requirements`` maps ids to requirements (an unknown id is a ``KeyError``); ``lag_of`` maps
    (source plan id, target plan id) to years.
    """
    lags = lag_of or {}
    accepted = sorted(
        (link for link in links if link.status == "accepted"),
        key=lambda link: (link.source_id, link.target_id),
    )
    found: list[AttributeChange] = []
    for link in accepted:
        source, target = requirements[link.source_id], requirements[link.target_id]
        lag = lags.get((source.plan_id, target.plan_id), 0)
        found.extend(changes(source, target, lag_years=lag))
    return tuple(found)


def _compared(difference: float) -> Change:
    if difference > 0:
        return "tightened"
    return "loosened" if difference < 0 else "kept"


def _deadline(source: Requirement, target: Requirement, lag_years: int) -> Change:
    """Compare dates with the years between the plans taken out; a date is tighter than none."""
    if not source.deadline:
        return "added"
    if not target.deadline:
        return "dropped"
    before, after = source.deadline_date, target.deadline_date
    if before and after:
        moved = f"{int(after[:4]) - lag_years:04d}{after[4:]}"
        return _compared((before > moved) - (before < moved))
    return _compared(bool(after) - bool(before))


def _targets(before: str, after: str) -> list[tuple[str, str, Change]]:
    """Pair the targets of both sides by sense and unit, in order; the rest is added or dropped."""
    left = [(text, measure(text)) for text in before.split(";") if text]
    right = [(text, measure(text)) for text in after.split(";") if text]
    found: list[tuple[str, str, Change]] = []
    for text, one in left:
        partner = next(
            (pair for pair in right if one and pair[1] and pair[1][:2] == one[:2]), None
        ) or next((pair for pair in right if pair[0] == text), None)
        if partner is None:
            found.append((text, "", "dropped"))
            continue
        right.remove(partner)
        two = partner[1]
        change = _compared(one.sense * (two.amount - one.amount)) if one and two else "kept"
        found.append((text, partner[0], change))
    found.extend(("", text, "added") for text, _ in right)
    return found
