"""Characters that mean the same: one table for reading, for comparing and for fingerprints.

A plan in traditional script, one whose PDF holds radicals in place of characters, and one that was
typed with full-width digits are read and compared like any other. ``legible`` puts characters in
the place of what only looks like them; ``folded`` also makes scripts and widths alike. Both work
one for one, so that offsets hold and a reader's text can stay as it is in the document.
``comparable`` is the form in which texts are compared, where widths, quotation marks, blanks and
invisible characters count for nothing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import opencc

# Characters that show nothing: blanks, controls, soft hyphens, joiners, marks of direction,
# fillers, variation selectors and the place holders of objects.
INVISIBLE = (
    r"\s\x00-\x20\x7f-\xa0\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    r"\u202a-\u202e\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffc"
    r"\U000e0000-\U000e01ef"
)
#: A run of visible characters.
VISIBLE = re.compile(f"[^{INVISIBLE}]+")
_HIDDEN = re.compile(f"[{INVISIBLE}]+")
_NO_SCRIPT = re.compile("[\u2014\u2022\xa0\u2013\u30fb]+")  # marks of no script, in no GB 2312
_QUOTES = "“”‘’\"'「」『』﹁﹂﹃﹄＂＇„‟‛′″〝〞〟｢｣"

# Radicals of the block U+2E80 and the characters that they look like, where they stand for a whole
# character (Unicode: EquivalentUnifiedIdeograph.txt). Kangxi radicals are in Unicode's own tables.
_RADICALS = dict(
    zip(
        "⺁⺇⺊⺌⺎⺐⺒⺓⺝⺠⺤⺧⺩⺪⺬⺮⺶⺻⺽⻁⻄⻅⻆⻇⻉⻊⻋⻑⻓⻔⻖⻗⻘⻙⻚⻛⻜⻝⻞⻢⻣⻤⻥⻦⻧⻨⻩⻪⻫⻬⻭⻮⻯⻰⻱⻲",
        "厂几卜小兀尢巳幺月民爪牛王疋示竹羊聿臼虎西见角角贝足车長长门阜雨青韦页风飞食食马骨鬼鱼鸟卤麦黄黾斉齐歯齿竜龙龜亀",
        strict=True,
    )
)
# Forms of the same mark that have a code of their own: ratio, small, half-width and vertical ones.
_MARKS = dict(
    zip(
        "∶︓﹕︰﹐︐﹑︑､﹒｡︒﹔︔﹖︖﹗︕﹙︵﹚︶﹝︹﹞︺︗︻︘︼︽︾︿﹀⟨⟩﹤﹥·•‧∙⋅・･᛫﹏",
        "：：：：，，、、、．。。；；？？！！（（））〔〔〕〕【【】】《》〈〉〈〉<>········＿",
        strict=True,
    )
)
_MARKS.pop("•")  # it begins a line of a list
_BLOCKS = ((0x2F00, 0x2FE0), (0xF900, 0xFB00), (0x2F800, 0x2FA20))  # Kangxi, compatibility
_WIDE_SIGNS = ((0xFF10, 0xFF1A), (0xFF21, 0xFF3B), (0xFF41, 0xFF5B))  # ０-９, Ａ-Ｚ, ａ-ｚ
_ENCLOSED = ((0x2150, 0x2190), (0x2460, 0x2500), (0x3200, 0x3400), (0xFF01, 0xFF5F))
_DINGBATS = {0x2776 + digit: str(digit % 10 + 1) for digit in range(30)}  # ❶ ➀ ➊


def _codes(blocks: tuple[tuple[int, int], ...]) -> list[int]:
    return [code for first, last in blocks for code in range(first, last)]


def _compatible(code: int) -> str:
    return unicodedata.normalize("NFKC", chr(code))


def _one_for_one(blocks: tuple[tuple[int, int], ...]) -> dict[int, str]:
    return {code: same for code in _codes(blocks) if len(same := _compatible(code)) == 1}


def _any_of(table: Mapping[int, str]) -> re.Pattern[str]:
    """Return a pattern for a table's characters; beyond the basic plane one range: faster."""
    plain = "".join(re.escape(chr(code)) for code in sorted(table) if code < 0x10000)
    return re.compile(f"[{plain}\U0002f800-\U0002fa1f]")


_GLYPHS = _one_for_one(_BLOCKS) | {ord(char): same for char, same in _RADICALS.items()}
_EQUAL = {
    **_GLYPHS,
    **_one_for_one(_WIDE_SIGNS),
    **{ord(char): same for char, same in _MARKS.items()},
}
_GLYPH, _ODD = _any_of(_GLYPHS), _any_of(_EQUAL)


def legible(text: str) -> str:
    """Return a text with characters in the place of radicals and compatibility forms of them.

    A reader sees no difference; a search for the characters would find nothing.

    Example:
        >>> legible("⼈⼒資源"), legible("人力資源")
        ('人力資源', '人力資源')
    """
    return text.translate(_GLYPHS) if _GLYPH.search(text) else text


def folded(text: str) -> str:
    """Return a text with characters that mean the same made alike, one for one: offsets hold.

    Radicals and compatibility forms become characters, full-width digits and letters half-width,
    odd forms of a mark the common one, traditional script simplified. Blanks and the width of
    brackets, commas and colons stay.

    Example:
        >>> folded("２０２４年海淀區政務公開⼯作要點∶")
        '2024年海淀区政务公开工作要点：'
    """
    if text.isascii():
        return text
    if _ODD.search(text):
        text = text.translate(_EQUAL)
    return text if _is_simplified(text) else _simplified(text)


@lru_cache(maxsize=16_384)
def comparable(text: str) -> str:
    """Return the form in which texts are compared and remembered.

    Two texts that differ in script, width, quotation marks, blanks, invisible or enclosed
    characters and case have the same form.

    Example:
        >>> comparable("㈠ 推進「一網通辦」，用好ＡＰＰ")
        '(一)推进一网通办,用好app'
    """
    pattern, table = _compared()
    return pattern.sub(lambda found: table[found[0]], folded(_HIDDEN.sub("", text))).lower()


def comparable_places(text: str) -> tuple[str, list[int]]:
    """Return the comparable form, and for each of its letters where it stands in the text.

    Example:
        >>> comparable_places("推进 “一网通办”")
        ('推进一网通办', [0, 1, 4, 5, 6, 7])
    """
    form = comparable(text)
    if len(form) == len(text):
        return form, list(range(len(text)))
    _, table = _compared()
    letters, places = [], []
    for at, letter in enumerate(folded(text)):
        shown = "" if _HIDDEN.match(letter) else table.get(letter, letter).lower()
        letters.append(shown)
        places += [at] * len(shown)
    return "".join(letters), places


@cache
def _compared() -> tuple[re.Pattern[str], dict[str, str]]:
    """Return what comparing changes beyond :func:`folded`: widths, enclosed signs, quotes.

    A pattern of the characters (seven times as fast as ``str.translate``) and what each becomes.
    """
    table = {code: "".join(_compatible(code).split()) for code in _codes(_ENCLOSED)}
    quotes = {ord(quote): "" for quote in _QUOTES}
    brackets = {ord(mark): same for mark, same in zip("［］〖〗", "[][]", strict=True)}
    changed = {chr(code): new for code, new in {**table, **_DINGBATS, **brackets, **quotes}.items()}
    return re.compile(f"[{''.join(map(re.escape, sorted(changed)))}]"), changed


def _is_simplified(text: str) -> bool:
    """A text that the national standard for simplified script can write holds no other script."""
    try:
        text.encode("gb2312")
    except UnicodeEncodeError as fault:
        rest = _NO_SCRIPT.sub("", text[fault.start :])
        return len(rest) < len(text) - fault.start and _is_simplified(rest)
    return True


@cache
def _converter() -> opencc.OpenCC:
    """Return OpenCC's conversion of traditional script, the variants of Hong Kong included."""
    import opencc

    return opencc.OpenCC("hk2s")


def _simplified(text: str) -> str:
    """Simplify a text, character for character; 乾 stays, for it stands in names (乾安县)."""
    converted: str = _converter().convert(text)
    if len(converted) == len(text) and "乾" not in text:
        return converted
    letters = converted if len(converted) == len(text) else map(_converter().convert, text)
    return "".join(
        new if len(new) == 1 and old != "乾" else old
        for old, new in zip(text, letters, strict=True)
    )
