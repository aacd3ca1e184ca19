"""Does a bracket name responsible units, and why: a label, a verb, or where it stands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from wpnet.reading import unit_words as words

STOPS = frozenset("。！？；;!?\n")  # a bare bracket stands before or after one of these


class Judgement(NamedTuple):
    """Whether a bracket names units, and the reason in words."""

    units: bool
    why: str


def judge(
    text: str, start: int, end: int, names: Sequence[str], *, labelled: bool, has_verb: bool
) -> Judgement:
    """Tell whether the bracket ``text[start:end]`` lists responsible units rather than examples.

    Args:
        names: the members of its list.
        labelled: it begins with a label such as 责任单位：.
        has_verb: a member ends in a verb such as 牵头.

    Example:
        >>> text = "做好公开。（办公室、各科室）"
        >>> judge(text, 5, 14, ["办公室", "各科室"], labelled=False, has_verb=False)
        Judgement(units=True, why='offices only, behind a full stop')
        >>> judge("参加养老（工伤）保险。", 4, 8, ["工伤"], labelled=False, has_verb=False).why
        '“工伤” is not called like an office'
    """
    if labelled:
        return Judgement(True, "its label")
    if words.NOT_UNITS.match(text, start + 1):
        return Judgement(False, "it begins like a remark, a number or an abbreviation")
    if not names:
        return Judgement(False, "it lists nothing")
    unlike = next((name for name in names if not words.looks_like_unit(name)), "")
    if has_verb:
        alike = sum(words.looks_like_unit(name) for name in names)
        if words.looks_like_unit(names[0]) and 2 * alike >= len(names):
            return Judgement(True, "a verb behind a name")
        return Judgement(False, f"it has a verb, but “{unlike}” is not called like an office")
    if unlike:
        return Judgement(False, f"“{unlike}” is not called like an office")
    if not any(words.looks_like_unit(name, strong=True) for name in names):
        return Judgement(False, "none of its names is surely that of an office")
    return _by_place(text, start, end, names)


def at_sentence_end(text: str, start: int, end: int) -> bool:
    """Tell whether a bracket stands behind a full stop, or right before one.

    Example:
        >>> at_sentence_end("做好公开。（长期）", 5, 9), at_sentence_end("全年（长期）公开", 2, 6)
        (True, False)
    """
    before, after = text[max(start - 20, 0) : start].rstrip(), text[end : end + 4].lstrip(" 　")
    return before[-1:] in STOPS or not after or after[0] in STOPS


def _by_place(text: str, start: int, end: int, names: Sequence[str]) -> Judgement:
    """Judge a bare list of offices by what stands before and behind it."""
    before = text[max(start - 20, 0) : start].rstrip()
    after = text[end : end + 4].lstrip(" 　")
    if before[-1:] in STOPS:
        return Judgement(True, "offices only, behind a full stop")
    if len(names) == 1 and words.looks_like_unit(before[-4:], strong=True):
        return Judgement(False, "it explains the office before it")
    if not after or after[0] in STOPS:
        return Judgement(True, "offices only, at the end of a sentence")
    return Judgement(False, "it stands in the middle of a sentence")
