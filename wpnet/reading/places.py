"""Places of China: GB/T 2260 codes, levels and slugs, and the places that names mention.

``data/places.csv`` answers (``data/SOURCES.md`` says where it comes from). A name that several
places bear is settled by the place before it or not at all.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Literal, cast

from wpnet.text import folded

Level = Literal["national", "provincial", "municipal", "district", "other"]

# Half- and full-width forms of the marks that occur in names: one text (DESIGN: "widths folded").
FOLD = str.maketrans("()[]【】﹝﹞〔〕：，；．％　", "（）（）（）（）（）:,;.% ")
# "2025年", "2025 年度": the year before a plan's title.
LEADING_YEAR = re.compile(r"\s*[12]\d{3}\s*年?度?")
# "特别行政区", "自治区", "省", "市": class words that a short place name leaves out.
CLASS_WORD = re.compile(r"(?:特别行政区|(?:维吾尔|壮族|回族)?自治区|地区|新区|省|市|区|县|盟|旗)$")
# "国务院办公厅", "国家统计局", "交通运输部办公厅", "海关总署": offices of the state.
NATIONAL = re.compile(
    r"国务院|国家(?!级)|中华人民共和国|中国|中共中央|全国"
    r"|(?:[\u4e00-\u9fff]{2,8}(?<![传织战装工分治保支本局委市县区省])部|海关总署|审计署|税务总局"
    r"|[\u4e00-\u9fff]{2,8}总局)(?=$|办公厅|党组|关于|[12]\d{3}年|落实|贯彻|政务公开|政府信息|信息公开)"
)
# "全市", "本区", "区": a level without the place's name, at the start of an office's name.
ELIDED = re.compile(r"(?:全|本)?([省市区县])(?![域级属场直])")
LONGEST_NAME = 15
LOOKED_AT = 60  # characters of an issuer or title in which a place may begin
#: Names remembered with what they say, 0.3 KB each: the offices of a city's plans recur in all.
NAMES = 16_384


@dataclass(frozen=True, slots=True)
class Place:
    """A place of GB/T 2260: ``parent`` is a code, ``until`` the year of its end (0: exists)."""

    code: str
    name: str
    slug: str
    level: Level
    parent: str = ""
    until: int = 0


def read_table(table: str) -> list[dict[str, str]]:
    """Return the rows of a table of the package."""
    source = files("wpnet.reading").joinpath("data", table)
    with source.open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


@lru_cache(maxsize=1)
def places() -> Mapping[str, Place]:
    """Return all places by their code.

    Example:
        >>> places()["310114"].name
        '嘉定区'
    """
    return {
        row["code"]: Place(
            row["code"],
            row["name"],
            row["slug"],
            cast(Level, row["level"]),
            row["parent"],
            int(row["until"] or 0),
        )
        for row in read_table("places.csv")
    }


@lru_cache(maxsize=1)
def _by_name() -> tuple[Mapping[str, tuple[Place, ...]], Mapping[str, tuple[Place, ...]]]:
    """Return places by full name and by name without class word (上海, 杭州)."""
    full: dict[str, list[Place]] = defaultdict(list)
    short: dict[str, list[Place]] = defaultdict(list)
    for place in places().values():
        if place.level == "national":
            continue
        full[place.name].append(place)
        stem = CLASS_WORD.sub("", place.name)
        if len(stem) >= 2 and stem != place.name:
            short[stem].append(place)
    return (
        {name: tuple(found) for name, found in full.items()},
        {name: tuple(found) for name, found in short.items()},
    )


def _ancestors(place: Place) -> list[str]:
    codes = []
    while place.parent:
        codes.append(place.parent)
        place = places()[place.parent]
    return codes


def _choose(found: Sequence[Place], inside: Place | None) -> Place | None:
    """Return the only place that fits, those that still exist first; ``None`` when ambiguous."""
    if inside is not None:
        found = [place for place in found if inside.code in _ancestors(place)]
    living = [place for place in found if not place.until] or list(found)
    if len(living) > 1 and inside is None:
        top = [place for place in living if place.level in ("provincial", "municipal")]
        living = top if len(top) == 1 else living
    return living[0] if len(living) == 1 else None


def _match_at(name: str, at: int, inside: Place | None) -> tuple[Place, int] | None:
    """Return the place whose name begins at an offset, with the offset behind it."""
    full, short = _by_name()
    for length in range(min(LONGEST_NAME, len(name) - at), 1, -1):
        word = name[at : at + length]
        county = length == 2 and at == 0 and word[-1] == "县"  # 莘县, 冠县
        if word in full and (length > 2 or county or inside is not None):
            place = _choose(full[word], inside)
        elif word in short and at == 0 and inside is None:
            place = _choose([place for place in short[word] if place.level != "district"], None)
        else:
            continue
        if place is not None or inside is None:  # an ambiguous name is not settled by its half
            return (place, at + length) if place is not None else None
    return None


@lru_cache(maxsize=NAMES)
def parse_place(name: str) -> tuple[Place, int, int] | None:
    """Return the most specific place of the first chain of places, and where the chain stands."""
    skip = LEADING_YEAR.match(name)
    first = skip.end() if skip else 0
    body = name[first:]
    if NATIONAL.match(body):
        return places()["100000"], first, first
    for at in range(min(len(body), LOOKED_AT)):
        hit = _match_at(body, at, None)
        if hit is None:
            continue
        place, end = hit
        while (deeper := _match_at(body, end, place)) is not None:
            place, end = deeper
        return place, first + at, first + end
    return None


def place_of(name: str) -> Place | None:
    """Return the place that an issuer, office or title names, or ``None``.

    The longest chain decides (province, city, county); a name that several places bear is settled
    by the place before it or not at all.

    Example:
        >>> place_of("上海市嘉定区人力资源和社会保障局").code
        '310114'
        >>> place_of("2024年青浦区政务公开工作要点").slug
        'qingpu'
        >>> place_of("朝阳区教委") is None, place_of("北京市朝阳区教委").code
        (True, '110105')
        >>> place_of("区人社局") is None
        True
    """
    parsed = parse_place(fold(name))
    return parsed[0] if parsed else None


def settled_place(name: str, document: str) -> Place | None:
    """Return the place of a name that several places bear, settled by what a document names.

    The one candidate counts whose province or city the document mentions; ``None`` where it
    mentions those of several candidates or of none.

    Args:
        name: an issuer or title (普陀区教育局).
        document: the text in which it stands.

    Example:
        >>> settled_place("普陀区教育局", "落实上海市政务公开工作要点。").code
        '310107'
        >>> settled_place("普陀区教育局", "落实市政务公开工作要点。") is None
        True
    """
    if (found := place_of(name)) is not None:
        return found
    near = [place for place in bearers(fold(name))[0] if _is_near(place, document)]
    return near[0] if len(near) == 1 else None


@lru_cache(maxsize=NAMES)
def bearers(name: str) -> tuple[tuple[Place, ...], int]:
    """Return the places that bear the first place name of a text, and where that name ends.

    Only names that several places bear today are looked for; without one there are none, and 0.

    Example:
        >>> found, end = bearers("2025年普陀区教育局")
        >>> [place.code for place in found], end
        (['310107', '330903'], 8)
    """
    full, _ = _by_name()
    for at in range(min(len(name), LOOKED_AT)):
        for length in range(min(LONGEST_NAME, len(name) - at), 2, -1):
            found = [place for place in full.get(name[at : at + length], ()) if not place.until]
            if len(found) > 1:
                return tuple(found), at + length
    return (), 0


def _is_near(place: Place, document: str) -> bool:
    """Tell whether a document mentions the province or city of a place."""
    above = (CLASS_WORD.sub("", places()[code].name) for code in _ancestors(place))
    return any(stem in document for stem in above if len(stem) > 1 and stem != "中华人民共和国")


def place_above(code: str, title: str) -> Place | None:
    """Return the place that 全省, 全市 or 全区 at the start of a title means in a plan of a place.

    ``None`` where the title says no level or the citing place (a code) has none of that level.

    Example:
        >>> place_above("330106", "2024年全市政务公开工作要点").name
        '杭州市'
        >>> place_above("330106", "2024年政务公开工作要点") is None
        True
    """
    text = fold(title)
    skip = LEADING_YEAR.match(text)
    said = ELIDED.match(text, skip.end() if skip else 0)
    if said is None or code not in places():
        return None
    own = places()[code]
    for place in (own, *(places()[above] for above in _ancestors(own))):
        if place.name.endswith(said.group(1)):
            return place
    return None


def level_of(place: Place | None) -> Level:
    """Return the level of a place as in ``plans.csv``; ``other`` when it is not known.

    Example:
        >>> level_of(place_of("上海市")), level_of(place_of("浙江省")), level_of(None)
        ('municipal', 'provincial', 'other')
    """
    return place.level if place is not None else "other"


def fold(name: str) -> str:
    """Return a name without spaces, its marks in one width.

    Example:
        >>> fold("区建设管理委(区交通委)")
        '区建设管理委（区交通委）'
    """
    return "".join(folded(name).translate(FOLD).split())
