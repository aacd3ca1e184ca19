"""Names of places, bureaus and offices, and the ids made of them.

Three reviewed tables of the package answer all questions: ``places.csv`` (GB/T 2260),
``bureaus.csv`` and ``aliases.csv`` (``data/SOURCES.md`` says where they come from). What the tables
do not settle stays unresolved: an empty string or ``None``, never a guess.
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

Level = Literal["national", "provincial", "municipal", "district", "other"]

# Half- and full-width forms of the marks that occur in names: one text (DESIGN: "widths folded").
FOLD = str.maketrans("()[]【】﹝﹞〔〕：，；．％　", "（）（）（）（）（）:,;.% ")
# "2025年", "2025 年度": the year before a plan's title.
LEADING_YEAR = re.compile(r"\s*[12]\d{3}\s*年?度?")
# "特别行政区", "自治区", "省", "市": class words that a short place name leaves out.
CLASS_WORD = re.compile(r"(?:特别行政区|(?:维吾尔|壮族|回族)?自治区|地区|新区|省|市|区|县|盟|旗)$")
# "全市", "本区", "区": a level without the place's name, at the start of an office's name.
ELIDED = re.compile(r"(?:全|本)?([国省市区县])(?![域级属场直])")
# "局", "委", "委员会": what follows a bureau's pattern in the name of the bureau itself.
BUREAU_ENDING = re.compile(r"(?:管理|监督管理)?(?:委员会|事务局|局|委|厅|部|办公室|办|处)?")
# "2024年政务公开工作要点", "全区政务公开": a title that names no bureau between place and subject.
WHOLE_GOVERNMENT = re.compile(
    r"(?:全|本)?[省市区县]?(?:[12]\d{3}年?度?)?(?:政务公开|政府信息公开|信息公开)(?!办)"
)
LONGEST_NAME = 15
# The level of a place by the character that stands for it when its name is left out.
ELIDED_LEVELS: Mapping[str, tuple[Level, ...]] = {
    "国": ("national",),
    "省": ("provincial",),
    "市": ("municipal", "district"),
    "区": ("district", "provincial"),
    "县": ("district",),
}


@dataclass(frozen=True, slots=True)
class Place:
    """A place of GB/T 2260: ``parent`` is a code, ``until`` the year of its end (0: exists)."""

    code: str
    name: str
    slug: str
    level: Level
    parent: str = ""
    until: int = 0


@dataclass(frozen=True, slots=True)
class Office:
    """An office's name taken apart.

    ``place`` is a code or '', ``elided`` the level character that stands in its stead (区人社局),
    ``bureau`` a code of ``bureaus.csv`` or '', ``rest`` what is left (a section of the bureau).
    """

    place: str
    elided: str
    bureau: str
    rest: str


def fold(name: str) -> str:
    """Return a name without spaces, its marks in one width.

    Example:
        >>> fold("区建设管理委(区交通委)")
        '区建设管理委（区交通委）'
    """
    return "".join(name.translate(FOLD).split())


def _rows(table: str) -> list[dict[str, str]]:
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
        for row in _rows("places.csv")
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
        if word in full and (length > 2 or inside is not None):
            place = _choose(full[word], inside)
        elif word in short and at == 0 and inside is None:
            place = _choose([place for place in short[word] if place.level != "district"], None)
        else:
            continue
        if place is not None or inside is None:  # an ambiguous name is not settled by its half
            return (place, at + length) if place is not None else None
    return None


def _parse_place(name: str) -> tuple[Place, int, int] | None:
    """Return the most specific place of the first chain of places, and where the chain stands."""
    skip = LEADING_YEAR.match(name)
    first = skip.end() if skip else 0
    body = name[first:]
    if body.startswith(("国务院", "中华人民共和国", "中国")):
        return places()["100000"], first, first
    for at in range(min(len(body), 60)):
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
    parsed = _parse_place(fold(name))
    return parsed[0] if parsed else None


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


@lru_cache(maxsize=1)
def _bureau_patterns() -> tuple[tuple[str, str], ...]:
    """Return (pattern, code), longest pattern first."""
    pairs = [
        (fold(pattern), row["code"])
        for row in _rows("bureaus.csv")
        for pattern in f"{row['patterns']}|{row['others']}".strip("|").split("|")
    ]
    return tuple(sorted(pairs, key=lambda pair: (-len(pair[0]), pair)))


@lru_cache(maxsize=1)
def _full_wordings() -> Mapping[str, str]:
    """Return the full wording for every wording of the same office (人社: 人力资源和社会保障)."""
    return {
        fold(pattern): fold(row["patterns"].split("|")[0])
        for row in _rows("bureaus.csv")
        if row["code"] != "gov"
        for pattern in row["patterns"].split("|")
    }


def _find_bureau(rest: str, *, reach: int) -> tuple[str, int, int] | None:
    """Return (code, start, end) of the bureau that begins first within ``reach`` characters."""
    best: tuple[int, int, str] | None = None
    for pattern, code in _bureau_patterns():
        at = rest.find(pattern, 0, reach + len(pattern))
        if at >= 0 and (best is None or (at, -len(pattern)) < best[:2]):
            best = (at, -len(pattern), code)
    return (best[2], best[0], best[0] - best[1]) if best else None


def bureau_of(name: str) -> str:
    """Return the bureau code of an issuer, office or plan title, '' when there is none known.

    A title that goes straight from the place to the subject is the whole government's: ``gov``.

    Example:
        >>> bureau_of("闵行区人力资源和社会保障局"), bureau_of("嘉定区人社局")
        ('hrss', 'hrss')
        >>> bureau_of("上海市人民政府办公厅"), bureau_of("2024年青浦区政务公开工作要点")
        ('gov', 'gov')
        >>> bureau_of("青浦区某某局")
        ''
    """
    text = fold(name)
    parsed = _parse_place(text)
    skip = LEADING_YEAR.match(text)
    rest = text[parsed[2] :] if parsed else text[skip.end() if skip else 0 :]
    if not rest and parsed:
        return "gov"
    if WHOLE_GOVERNMENT.match(rest):
        return "gov"
    found = _find_bureau(rest, reach=len(rest) if len(rest) <= 60 else 60)
    return found[0] if found else ""


def infer_plan_id(issuer: str, year: int) -> str:
    """Return ``<place>-<bureau>-<year>``, '' when one of the three is not known.

    Example:
        >>> infer_plan_id("闵行区人力资源和社会保障局", 2024)
        'minhang-hrss-2024'
        >>> infer_plan_id("某局", 2024)
        ''
    """
    place, bureau = place_of(issuer), bureau_of(issuer)
    if place is None or not bureau or not 1990 <= year <= 2100:
        return ""
    return f"{place.slug}-{bureau}-{year}"


def read_office(name: str) -> Office:
    """Take an office's name apart: place or elided level, bureau, rest.

    Example:
        >>> read_office("上海市嘉定区人社局")
        Office(place='310114', elided='', bureau='hrss', rest='')
        >>> read_office("区人力资源社会保障局办公室")
        Office(place='', elided='区', bureau='hrss', rest='办公室')
    """
    text = fold(name)
    parsed = _parse_place(text)
    place, elided, rest = "", "", text
    if parsed and parsed[1] == 0:
        place, rest = parsed[0].code, text[parsed[2] :]
    elif (level := ELIDED.match(text)) is not None:
        elided, rest = level.group(1), text[level.end() :]
    found = _find_bureau(rest, reach=0)
    if found is None:
        return Office(place, elided, "", rest)
    code, _, end = found
    ending = BUREAU_ENDING.match(rest, end) if code != "gov" else None
    tail = rest[ending.end() if ending else end :]
    return Office(place, elided, code, tail)


def same_office(a: str, b: str) -> bool:
    """Tell whether two names mean one office; a left-out place fits any place of its level.

    Example:
        >>> same_office("上海市嘉定区人力资源和社会保障局", "嘉定区人社局")
        True
        >>> same_office("上海市人力资源和社会保障局", "嘉定区人社局")
        False
        >>> same_office("区人社局", "嘉定区人力资源社会保障局")
        True
    """
    left, right = read_office(_resolve_alias(fold(a))), read_office(_resolve_alias(fold(b)))
    if (left.bureau, left.rest) != (right.bureau, right.rest):
        return False
    if left.place and right.place:
        return left.place == right.place
    if left.elided and right.elided:
        return left.elided == right.elided
    for named, bare in ((left, right), (right, left)):
        if named.place and bare.elided:
            return places()[named.place].level in ELIDED_LEVELS[bare.elided]
    return True


@lru_cache(maxsize=1)
def _aliases() -> Mapping[str, tuple[dict[str, str], ...]]:
    table: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in _rows("aliases.csv"):
        table[fold(row["alias"])].append(row)
    return {alias: tuple(rows) for alias, rows in table.items()}


def _resolve_alias(name: str, issuer: str = "", year: int = 0) -> str:
    """Return the full name for a short one of ``aliases.csv``, else the name itself."""
    for row in _aliases().get(name, ()):
        if row["issuer"] and row["issuer"] not in issuer:
            continue
        if year and not int(row["valid_from"] or 0) <= year <= int(row["valid_to"] or 9999):
            continue
        return row["name"]
    return name


def resolve_unit(name: str, issuer: str, *, year: int = 0) -> str:
    """Return the normal form of a unit's name in a plan of ``issuer``.

    The issuer's own place becomes its level (嘉定区 in Jiading: 区), aliases are written out, short
    wordings of a bureau become the full one (人社局: 人力资源和社会保障局; 委员会 always 委). What
    the tables do not hold stays as written. Two names with one normal form are one unit; the form
    itself is for comparing, not for showing.

    Example:
        >>> resolve_unit("区人社局", "上海市嘉定区人民政府")
        '区人力资源和社会保障局'
        >>> resolve_unit("嘉定区人力社保局", "上海市嘉定区人民政府")
        '区人力资源和社会保障局'
        >>> resolve_unit("区府办", "上海市嘉定区人民政府")
        '区人民政府办公室'
        >>> resolve_unit("法规处", "上海市人力资源和社会保障局")
        '法规处'
    """
    own = place_of(issuer)
    prefix, rest = _split_prefix(_resolve_alias(fold(name), issuer, year), own)
    if not prefix and own is not None and bureau_of(issuer) == "gov" and _full_wording(rest):
        prefix = own.name[-1]
    return _resolve_alias(prefix + (_full_wording(rest) or rest), issuer, year)


def _split_prefix(text: str, own: Place | None) -> tuple[str, str]:
    """Cut a name into place or level and the rest; the issuer's own place becomes its level."""
    parsed = _parse_place(text)
    if parsed and parsed[1] == 0:
        place, _, end = parsed
        if own is not None and place.code == own.code:
            return own.name[-1], text[end:]
        return text[:end], text[end:]
    elided = ELIDED.match(text)
    return (elided.group(1), text[elided.end() :]) if elided else ("", text)


def _full_wording(rest: str) -> str:
    """Return a bureau's name with its full wording, '' for all that is no bureau itself."""
    for length in range(min(len(rest), LONGEST_NAME), 1, -1):
        if (full := _full_wordings().get(rest[:length])) is None:
            continue
        pattern, tail = rest[:length], rest[length:]
        if pattern[-1] in "局委办厅" and not tail:
            return full + pattern[-1] if full[-1] != pattern[-1] else full
        if tail in ("局", "委", "委员会", "办", "厅", "办公室"):
            return full.removesuffix(tail) + tail.replace("委员会", "委")
    return ""


def unit_id(name: str, issuer: str, *, year: int = 0) -> str:
    """Return the id of a unit: ``<place>-<bureau>/<full name>``, the same for all its aliases.

    Where the issuer's place or bureau is not known, its name as written stands before the slash.

    Example:
        >>> unit_id("区人社局", "嘉定区政府") == unit_id("区人力社保局", "嘉定区政府")
        True
        >>> unit_id("办公室", "闵行区人力资源和社会保障局")
        'minhang-hrss/办公室'
    """
    place, bureau = place_of(issuer), bureau_of(issuer)
    scope = f"{place.slug}-{bureau}" if place is not None and bureau else fold(issuer)
    return f"{scope}/{resolve_unit(name, issuer, year=year)}"


def resolve_elided(names: Sequence[str]) -> tuple[str, ...]:
    """Give bare bureaus in a list the level of the last name before them that has one.

    Example:
        >>> resolve_elided(("市发展改革委", "商务局", "各区政府"))
        ('市发展改革委', '市商务局', '各区政府')
        >>> resolve_elided(("办公室", "法规处"))
        ('办公室', '法规处')
    """
    level, resolved = "", []
    for name in names:
        office = read_office(name)
        if office.elided or office.place:
            level = office.elided
        elif level and office.bureau and not office.rest:
            name = level + name
        resolved.append(name)
    return tuple(resolved)
