"""Where a requirement stands in its document, and what a plan is called, in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from wpnet.corpus import Corpus
from wpnet.model import Plan, Requirement
from wpnet.showing.frames import frames_of, plan_names
from wpnet.showing.wording import LANGUAGES, Language

_DIGITS = "〇一二三四五六七八九"


def chinese_number(number: int) -> str:
    """Return a number from 1 to 99 as headings print it; others stay digits.

    >>> chinese_number(3), chinese_number(10), chinese_number(21)
    ('三', '十', '二十一')
    """
    if not 0 < number < 100:
        return str(number)
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else "十" if tens == 1 else _DIGITS[tens] + "十"
    return head + (_DIGITS[ones] if ones else "")


def section_name(requirement: Requirement, language: Language = "zh") -> str:
    """Return number and title of the section a requirement stands in; empty where there is none."""
    number, title = requirement.section_no, requirement.section_title
    if language == "en":
        return f"{number or ''}. {title}".strip(". ")
    return f"{chinese_number(number)}、{title}" if number else title


def heading_path(requirement: Requirement, language: Language = "zh") -> str:
    """Return the headings above a requirement, outermost first, and the number of the sentence.

    >>> duty = Requirement("p#2.1.3", "p", "duty", 2, "规范管理", 1, "保密审查", 0, "", 3, "", 0, 0)
    >>> heading_path(duty)
    '二、规范管理 › （一）保密审查 › 第3句'
    """
    r = requirement
    parts = [section_name(r, language)]
    if r.item_no or r.item_title:
        number = chinese_number(r.item_no) if language == "zh" else str(r.item_no)
        bracket = f"（{number}）" if language == "zh" else f"({number}) "
        parts.append((bracket if r.item_no else "") + r.item_title)
    if r.subitem_no or r.subitem_title:
        parts.append((f"{r.subitem_no}. " if r.subitem_no else "") + r.subitem_title)
    parts.append(f"第{r.sentence_no}句" if language == "zh" else f"sentence {r.sentence_no}")
    return " › ".join(part.strip() for part in parts if part.strip())


def printed_number(requirement: Requirement, language: Language = "zh") -> str:
    """Return the number of a sentence as readers of the document say it.

    >>> duty = Requirement("p#3.1.2", "p", "duty", 3, "", 1, "", 0, "", 2, "", 0, 0)
    >>> printed_number(duty), printed_number(duty, "en")
    ('三、（一）第2句', '3 (1), sentence 2')
    """
    r = requirement
    if language == "en":
        levels = [str(r.section_no or ""), f"({r.item_no})" if r.item_no else ""]
        levels.append(f"{r.subitem_no}." if r.subitem_no else "")
        return ", ".join(filter(None, [" ".join(filter(None, levels)), _sentence_name(r, "en")]))
    levels = [f"{chinese_number(r.section_no)}、" if r.section_no else ""]
    levels.append(f"（{chinese_number(r.item_no)}）" if r.item_no else "")
    levels.append(f"{r.subitem_no}." if r.subitem_no else "")
    return "".join([*levels, _sentence_name(r, "zh")])


def _sentence_name(requirement: Requirement, language: Language) -> str:
    """Return which sentence of its item a requirement is; a letter tells those of one number apart.

    >>> _sentence_name(Requirement("p#0.0.1b", "p", "duty", 0, "", 0, "", 0, "", 1, "", 0, 0), "zh")
    '第1句（b）'
    """
    number = requirement.sentence_no
    letter = short_id(requirement.requirement_id).rpartition(str(number))[2]
    if language == "en":
        return f"sentence {number}{letter}"
    return f"第{number}句" + (f"（{letter}）" if letter else "")


def short_id(requirement_id: str) -> str:
    """Return the part of an id that is printed in the document: ``2.1.3``."""
    return requirement_id.rpartition("#")[2]


def plan_labels(plans: Sequence[Plan], language: Language = "zh") -> dict[str, str]:
    """Return the short name of every plan; where two would be the same, the id stands behind."""
    names = plan_names(frames_of(Corpus(plans=tuple(plans))), language=language)
    often = Counter(names.values())
    return {key: name if often[name] == 1 else f"{name}（{key}）" for key, name in names.items()}


def both_labels(plans: Sequence[Plan]) -> dict[Language, dict[str, str]]:
    """Return the short names of the plans in every language."""
    return {language: plan_labels(plans, language) for language in LANGUAGES}
