"""Signs that a stretch of a plan was read wrongly although nothing of it is left over.

Each looks at what was understood and at the text beside it, and says which stretch it does not
trust. None of them speaks against any of the plans that were read by hand
(``tests/reading/layouts``, the base plans; 2026-11).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import pairwise

from wpnet.model import ParsedPlan, Requirement
from wpnet.reading.numbering import read_number
from wpnet.reading.unit_words import ends_like_unit
from wpnet.reading.words import has_verb
from wpnet.text import folded

# The number of a section or item inside a sentence: "…接受监督。二、加强解读".
NUMBER_INSIDE = re.compile(
    r"(?<=[\u4e00-\u9fff”）)。；])(?:[（(][一二三四五六七八九十]{1,3}[）)](?=[\u4e00-\u9fff]{4})"
    r"|(?<=[。；）)])[一二三四五六七八九十]{1,3}、(?=[\u4e00-\u9fff]{4}))"
)
PAIRED = {"（": "）", "(": ")", "《": "》", "“": "”", "【": "】", "〔": "〕"}
LONGEST_UNLIKE = 8  # characters of a name that ends like no office and may still be one
SHOWN = 24  # characters of a stretch that are shown
SHORTEST_SENTENCE = 10  # characters; shorter ones may be noun phrases
#: Of all 836 duties read by hand (2026-11) the longest has 298 characters.
LONGEST_SENTENCE = 600
SENTENCE_ENDS = "。！？!?.．；;”）)】]》："
MOST_OPEN = 0.2  # of a plan's duties; above it, ending without a mark is its manner (task tables)
HEADING_RULES = ("section heading", "item heading", "sub-item heading")


def signs(parsed: ParsedPlan) -> Iterator[str]:
    """Yield a sentence for each kind of sign, with the first stretch that shows it.

    Example:
        >>> from wpnet.model import Plan
        >>> list(signs(ParsedPlan(Plan("a"), "", ())))
        []
    """
    for sign in SIGNS:
        found = next(sign(parsed), None)
        if found is not None:
            yield found


def _cut(text: str) -> str:
    line = text.strip().replace("\n", " ")
    return line if len(line) <= SHOWN else f"{line[:SHOWN]}…"


def _lost_section(parsed: ParsedPlan) -> Iterator[str]:
    sections = {entry.section_no for entry in parsed.requirements}
    if 2 in sections and 1 not in sections:
        yield "section 二 stands without a section 一 before it; a heading may be lost"


def _number_inside(parsed: ParsedPlan) -> Iterator[str]:
    for entry in parsed.requirements:
        if found := NUMBER_INSIDE.search(entry.text):
            shown = entry.text[max(found.start() - 10, 0) : found.end() + 10]
            yield (
                f"a number of the outline stands inside a sentence: “…{shown}…”; a line break may "
                "be lost"
            )


def _no_office(parsed: ParsedPlan) -> Iterator[str]:
    for name in dict.fromkeys(entry.unit_as_written for entry in parsed.assignments):
        if len(name) > LONGEST_UNLIKE and not ends_like_unit(folded(name)):
            yield f"“{name}” stands where an office should, and is called like none"


def _without_verb(parsed: ParsedPlan) -> Iterator[str]:
    for entry in _duties(parsed):
        if len(entry.text) >= SHORTEST_SENTENCE and not has_verb(folded(entry.text)):
            yield f"“{_cut(entry.text)}” is read as a duty and has no verb"


def _torn(parsed: ParsedPlan) -> Iterator[str]:
    """Marks that are not closed within their sentence: it is torn, or two columns are mixed."""
    for entry in _duties(parsed):
        for opening, closing in PAIRED.items():
            if entry.text.count(opening) != entry.text.count(closing):
                yield (
                    f"{opening} and {closing} do not fit together in “{_cut(entry.text)}”; the "
                    "sentence may be torn or mixed with another column"
                )


def _without_stop(parsed: ParsedPlan) -> Iterator[str]:
    """A sentence that stops without a mark, among others that have one."""
    duties = list(_duties(parsed))
    open_ended = [entry for entry in duties if entry.text[-1] not in SENTENCE_ENDS]
    if len(open_ended) == len(duties) or len(open_ended) > max(MOST_OPEN * len(duties), 1):
        return
    for entry in open_ended:
        yield f"“…{entry.text[-SHOWN:]}” ends without a full stop; what follows may be lost"


def _too_long(parsed: ParsedPlan) -> Iterator[str]:
    for entry in _duties(parsed):
        if len(entry.text) > LONGEST_SENTENCE:
            yield (
                f"“{_cut(entry.text)}” has {len(entry.text)} characters without a full stop; full "
                "stops may be lost"
            )


def _empty_item(parsed: ParsedPlan) -> Iterator[str]:
    """A heading that the next heading of its level follows: its sentences may be lost."""
    headings = [span for span in parsed.audit if span.rule in HEADING_RULES]
    starts = sorted(entry.start for entry in parsed.requirements)
    for span, following in pairwise(headings):
        deeper = HEADING_RULES.index(following.rule) > HEADING_RULES.index(span.rule)
        filled = any(span.start <= start < following.start for start in starts)
        if not deeper and not filled:
            yield f"no sentence stands below “{_cut(parsed.text[span.start : span.end])}”"


def _behind(parsed: ParsedPlan) -> Iterator[str]:
    """Sentences or the next number behind what was taken for the plan's end."""
    last = max((entry.end for entry in parsed.requirements), default=0)
    for span in parsed.audit:
        if span.start < last or span.rule != "other wrapper text":
            continue
        text = parsed.text[span.start : span.end]
        if read_number(folded(text)) is not None or text.count("。") > 1:
            yield f"“{_cut(text)}” stands behind what was taken for the plan's end"


def _duties(parsed: ParsedPlan) -> Iterator[Requirement]:
    return (entry for entry in parsed.requirements if entry.kind == "duty")


SIGNS: tuple[Callable[[ParsedPlan], Iterator[str]], ...] = (
    _lost_section,
    _number_inside,
    _no_office,
    _without_verb,
    _torn,
    _without_stop,
    _too_long,
    _empty_item,
    _behind,
)
