"""Words that turn a duty round: cancelled, put off or weakened in the target, not in the source.

A target sentence can repeat a duty letter by letter and cancel it (不再公开…). Likeness cannot see
that, so that what stands here is never ``verbatim``, never ``carried``, and always reviewed.

The words are those of official Chinese, from general knowledge of the genre, set on no sample.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

from wpnet.text import comparable

Turn = Literal["", "weakened", "cancelled"]

_CANCELLING = (
    "不再|不予|不得|不开展|不组织|不公开|不发布|不作为|不要求|停止|停办|停用|停发|中止|终止"
    "|取消|暂停|暂缓|暂不|免予|免于|无需|无须|不必|废止|撤销|推迟|压缩|缩减|减少|除外"
)
_WEAKENING = (
    "原则上|视情况?|酌情|适当|尽可能|尽量|鼓励|探索|逐步|力争|力求|可以?根据|有条件的|条件成熟"
    "|研究(?:制定|建立|推进)|适时|择机|试点|必要时|确有需要"
)
_TURNS = re.compile(f"(?P<cancelled>{_CANCELLING})|(?P<weakened>{_WEAKENING})")
#: Cancelling words that are often what a duty is about (公开取消的事项, 减少跑动次数) count only in
#: front of an action of disclosure, and not behind one.
_ABOUT = re.compile("不得|不予|取消|减少|压缩|撤销|终止|中止|废止|推迟|缩减|停止|不公开")
_ACTIONS = (
    "公开|公布|发布|公示|解读|回应|答复|举办|举行|开展|组织|召开|编制|更新|报送|邀请|征集|征求"
    "|推送|培训|考核|“|「|政府开放|主动|每"
)
_IN_FRONT = re.compile(rf"[^，。；、,;]{{0,6}}(?:{_ACTIONS})")
_BEHIND = re.compile(rf"(?:{_ACTIONS}|对|因|的|或者?|和|及|等|、|应|原则)$")


@lru_cache(maxsize=16_384)
def turns(text: str) -> frozenset[tuple[Turn, str]]:
    """Return the words of a sentence that cancel or weaken what it asks for.

    Example:
        >>> sorted(turns("不再公开补贴政策，原则上每年更新一次。"))
        [('cancelled', '不再'), ('weakened', '原则上')]
        >>> sorted(turns("公开取消和下放的行政审批事项。"))
        []
    """
    found: set[tuple[Turn, str]] = set()
    form = comparable(text)
    for match in _TURNS.finditer(form):
        word = match.group()
        if match["weakened"]:
            found.add(("weakened", word))
        elif not _ABOUT.match(word) or (
            _IN_FRONT.match(form, match.end()) and not _BEHIND.search(form[: match.start()])
        ):
            found.add(("cancelled", word))
    return frozenset(found)


def turned(source: str, target: str) -> Turn:
    """Return what the target does to the source's duty: ``cancelled``, ``weakened`` or nothing.

    A word that the source has itself turns nothing round.

    Example:
        >>> turned("每季度发布名录。", "不再发布名录。"), turned("探索建立机制。", "探索建立机制。")
        ('cancelled', '')
    """
    own = {word for _, word in turns(source)}
    new = {kind for kind, word in turns(target) if word not in own}
    if "cancelled" in new:
        return "cancelled"
    return "weakened" if "weakened" in new else ""
