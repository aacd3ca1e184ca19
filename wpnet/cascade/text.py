"""The comparison form of a text: characters alike, local words neutralised, cut into pieces.

Everything here is a pure function of one text. The comparison form is only used to compare; what
a reader sees is always the text of the plan itself.

>>> comparison_form("推进“嘉定人社”微信公众号建设，用好12345热线")
'推进嘉定人社微信公众号建设,用好服务热线'
>>> clauses("规范办理程序，加强时限管理。")
('规范办理程序', '加强时限管理')
"""

from __future__ import annotations

import re
from functools import lru_cache

from wpnet.dictionary import tokenizer
from wpnet.text import comparable

#: What is local by nature: (pattern, replacement), applied in this order to every text. The words
#: are the ranks and office kinds of Chinese local government, not those of particular plans.
_LOCAL: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"1[02]\d{3}(?!\d)(?:市民)?(?:服务|咨询)?(?:热线)?"), "服务热线"),
    (re.compile(r"(?:政务|政府)服务(?:便民)?热线"), "服务热线"),
    (re.compile(r"(?:人力资源(?:和|与)?社会保障|人社)(?:厅|局|部门)"), "局"),
    (re.compile(r"人力资源(?:和|与)?社会保障"), "人社"),
    (re.compile(r"(?:省|市|区|县|旗|州)(?:人民)?政府办公(?:厅|室)"), "政府办公室"),
    (re.compile(r"国务院办公厅"), "政府办公室"),
    (re.compile(r"(?:省|市|区|县)(?=门户|政府|局|委|级|司法|大数据|政务|人社)"), ""),
    (re.compile(r"(?:我|本|全|各)(?:省|市|区|县|局|委|厅)(?!域)"), ""),
    (re.compile(r"本(?:单位|机关|部门|系统)"), ""),
    (re.compile(r"(?:各)?(?:相关)?(?:处室|科室|股室)"), "科室"),
    (re.compile(r"局(?=门户|官网|官微|网站|机关|系统)"), ""),
    (re.compile(r"20\d\d年(?:度)?"), ""),
    (re.compile(r"依申请办理"), "依申请公开办理"),
    (re.compile(r"市场主体|经营主体"), "企业"),
    (re.compile(r"(?:广大)?(?:人民)?群众"), "群众"),
)
#: Groups of texts (all sentences of a plan, its clauses, …) remembered in each form, 0.05 to 0.2 MB
#: each: those of a city tree of 60 plans. Larger trees are compared source by source, so that most
#: of what is needed next is still there.
SIDES = 512
_CLAUSE_END = re.compile(r"[,;:。!?]+")
_NOT_TEXT = re.compile(r"[^0-9a-z\u3400-\u9fff]+")


@lru_cache(maxsize=16384)
def comparison_form(text: str) -> str:
    """Return the text as it is compared: equal characters alike, local words neutral.

    >>> comparison_form("机关各科室") == comparison_form("机关各处室")
    True
    """
    form = comparable(text)
    for pattern, neutral in _LOCAL:
        form = pattern.sub(neutral, form)
    return form


@lru_cache(maxsize=16384)
def clauses(text: str) -> tuple[str, ...]:
    """Return the clauses of a text in comparison form, cut at every mark but the list mark ``、``.

    A clause of fewer than four characters (``同时``) says no duty and is joined to the next one;
    where that is impossible it is joined to the one before.
    """
    pieces = [piece for piece in _CLAUSE_END.split(comparison_form(text)) if piece]
    merged: list[str] = []
    carry = ""
    for piece in pieces:
        piece = carry + piece
        carry = ""
        if len(piece) < 4:
            carry = piece
        else:
            merged.append(piece)
    if carry:
        if merged:
            merged[-1] += carry
        else:
            merged.append(carry)
    return tuple(merged)


#: How a clause begins that only names a ground (按照…) or a hoped-for effect (切实提升…): fixed
#: phrases of Chinese official prose, from general knowledge of the genre.
_GROUND = re.compile(
    r"(?:坚持|按照|根据|依据|对照|参照|围绕|聚焦|针对|结合|贯彻|为(?!主)|以.{2,20}为|在.{2,20}(?:上|中|下|时|后)$"
    r"|对于?|同时|积极适应|兼顾)"
)
_EFFECT = re.compile(
    r"(?:以便|以利|力求|力争|确保|保障|实现|方便|便于|助力|推动实现|从而|使|让|达到"
    r"|避免|防止|防范|有效降低"
    r"|(?:切实|不断|有效|持续|着力|显著|进一步|全面|更好|最大限度|努力)?"
    r"(?:提高|提升|增强|增进|扩大|促进|引导|利企))"
)


def clause_role(clause: str) -> str:
    """Return ``ground``, ``effect`` or ``duty``: what the clause does in the sentence.

    >>> [clause_role(clause) for clause in ("按照三同步原则", "力求通俗易懂", "编制目录")]
    ['ground', 'effect', 'duty']
    """
    if _GROUND.match(clause):
        return "ground"
    return "effect" if _EFFECT.match(clause) else "duty"


@lru_cache(maxsize=16384)
def runs(text: str) -> tuple[str, ...]:
    """Return the stretches of a text between any two marks, in comparison form.

    >>> runs("接收、登记、转办")
    ('接收', '登记', '转办')
    """
    return tuple(run for run in _NOT_TEXT.split(comparison_form(text)) if run)


@lru_cache(maxsize=16384)
def ngrams(text: str, low: int, high: int) -> tuple[str, ...]:
    """Return all character n-grams of ``low`` to ``high`` characters that cross no mark.

    >>> ngrams("公开、解读", 2, 2)
    ('公开', '解读')
    """
    found: list[str] = []
    for run in runs(text):
        for size in range(low, high + 1):
            found.extend(run[at : at + size] for at in range(len(run) - size + 1))
    return tuple(found)


@lru_cache(maxsize=16384)
def words(text: str) -> tuple[str, ...]:
    """Return the words of a text in comparison form (jieba, exact mode), without marks.

    >>> words("规范公开财政信息")
    ('规范', '公开', '财政', '信息')
    """
    found: list[str] = []
    for run in runs(text):
        found.extend(tokenizer().cut(run, HMM=False))
    return tuple(found)


@lru_cache(maxsize=16384)
def background_weight(word: str) -> float:
    """Return how much a word says, 0 (says nothing) to 1, from its frequency in general Chinese.

    The frequencies are those of jieba's dictionary (about 60 million words of newspapers and
    novels). 工作 and 加强 weigh little, 会商 and 列席 much; a word that is not listed weighs 1.
    """
    import math

    segmenter = tokenizer()
    count = segmenter.FREQ.get(word) or 1
    return round(min(1.0, math.log(segmenter.total / count) / math.log(segmenter.total)), 4)
