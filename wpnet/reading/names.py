"""Names of bureaus and offices, and the ids made of them.

``bureaus.csv`` and ``aliases.csv`` of the package answer, together with the places of ``places``
(``data/SOURCES.md`` says where they come from). What the tables do not settle stays unresolved: an
empty string or ``None``, never a guess.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from wpnet.reading.places import (
    ELIDED,
    LEADING_YEAR,
    LONGEST_NAME,
    NAMES,
    Level,
    Place,
    bearers,
    fold,
    level_of,
    parse_place,
    place_above,
    place_of,
    places,
    read_table,
    settled_place,
)

__all__ = [
    "Office",
    "Place",
    "bureau_of",
    "fold",
    "infer_plan_id",
    "is_settled",
    "level_of",
    "place_above",
    "place_of",
    "places",
    "read_office",
    "resolve_elided",
    "resolve_unit",
    "same_office",
    "settled_place",
    "unit_id",
]

# Years that a plan can be of; the first disclosure plans are of 2008.
FIRST_YEAR, LAST_YEAR = 1990, 2100
# The level of a place by the character that stands for it when its name is left out.
ELIDED_LEVELS: Mapping[str, tuple[Level, ...]] = {
    "省": ("provincial",),
    "市": ("municipal", "district"),
    "区": ("district", "provincial"),
    "县": ("district",),
}
# "局", "委", "委员会": what follows a bureau's pattern in the name of the bureau itself.
BUREAU_ENDING = re.compile(r"(?:管理|监督管理)?(?:委员会|事务局|局|委|厅|部|办公室|办|处)?")
# "2024年政务公开工作要点", "全区政务公开": a title that names no bureau between place and subject.
WHOLE_GOVERNMENT = re.compile(
    r"(?:全|本)?[省市区县]?(?:[12]\d{3}年?度?)?(?:政务公开|政府信息公开|信息公开)(?!办)"
)
# "区", "2024年区": what may stand between the place of a title and the bureau.
BEFORE_BUREAU = re.compile(r"(?:全|本)?[省市区县]?(?:[12]\d{3}年?度?)?(?:全|本)?[省市区县]?")
# "人社局政务公开工作要点", "人社局关于印发", "教育系统": what may follow a bureau's name.
AFTER_BUREAU = re.compile(
    r"$|政务公开|政府信息公开|信息公开|系统|领域|[12]\d{3}年|关于|办公[室厅]|落实|贯彻|（|、|,|和|及|重点|工作"
)


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


@lru_cache(maxsize=1)
def _bureau_patterns() -> Mapping[str, str]:
    """Return bureau codes by the wordings of ``bureaus.csv``."""
    return {
        fold(pattern): row["code"]
        for row in read_table("bureaus.csv")
        for pattern in f"{row['patterns']}|{row['others']}".strip("|").split("|")
    }


@lru_cache(maxsize=1)
def _full_wordings() -> Mapping[str, str]:
    """Return the full wording for every wording of the same office (人社: 人力资源和社会保障)."""
    return {
        fold(pattern): fold(row["patterns"].split("|")[0])
        for row in read_table("bureaus.csv")
        if row["code"] != "gov" and row["patterns"]
        for pattern in row["patterns"].split("|")
    }


def _bureau_at_start(rest: str) -> tuple[str, int]:
    """Return the code of the bureau that words begin with and where its name ends, else ('', 0)."""
    for length in range(min(len(rest), LONGEST_NAME), 1, -1):
        if (code := _bureau_patterns().get(rest[:length])) is not None:
            ending = BUREAU_ENDING.match(rest, length) if code != "gov" else None
            return code, ending.end() if ending else length
    return "", 0


@lru_cache(maxsize=NAMES)
def bureau_of(name: str) -> str:
    """Return the bureau code of an issuer, office or plan title, '' when there is none known.

    A title that goes straight from the place to the subject is the whole government's: ``gov``.
    Offices below a bureau or beside it (教育考试院, 江桥镇人民政府) are not the bureau.

    Example:
        >>> bureau_of("闵行区人力资源和社会保障局"), bureau_of("嘉定区人社局")
        ('hrss', 'hrss')
        >>> bureau_of("上海市人民政府办公厅"), bureau_of("2024年青浦区政务公开工作要点")
        ('gov', 'gov')
        >>> bureau_of("嘉定区江桥镇人民政府"), bureau_of("上海市教育考试院")
        ('', '')
    """
    text = fold(name)
    parsed = parse_place(text)
    skip = LEADING_YEAR.match(text)
    end = parsed[2] if parsed else bearers(text)[1]
    rest = text[end or (skip.end() if skip else 0) :]
    if not rest and end:
        return "gov"
    if WHOLE_GOVERNMENT.match(rest):
        return "gov"
    before = BEFORE_BUREAU.match(rest)
    rest = rest[before.end() :] if before else rest
    code, end = _bureau_at_start(rest)
    return code if code and AFTER_BUREAU.match(rest, end) else ""


def infer_plan_id(issuer: str, year: int, *, document: str = "") -> str:
    """Return ``<place>-<bureau>-<year>``, '' when one of the three is not known.

    ``document`` is the text that settles a place whose name others bear, too.

    Example:
        >>> infer_plan_id("奉贤区教育局", 2024)
        'fengxian-edu-2024'
        >>> infer_plan_id("某局", 2024)
        ''
    """
    place, bureau = settled_place(issuer, document), bureau_of(issuer)
    if place is None or not bureau or not FIRST_YEAR <= year <= LAST_YEAR:
        return ""
    return f"{place.slug}-{bureau}-{year}"


@lru_cache(maxsize=NAMES)
def read_office(name: str) -> Office:
    """Take an office's name apart: place or elided level, bureau, rest.

    Example:
        >>> read_office("上海市嘉定区人社局")
        Office(place='310114', elided='', bureau='hrss', rest='')
        >>> read_office("区人力资源社会保障局办公室")
        Office(place='', elided='区', bureau='hrss', rest='办公室')
    """
    text = fold(name)
    parsed = parse_place(text)
    place, elided, rest = "", "", text
    if parsed and parsed[1] == 0:
        place, rest = parsed[0].code, text[parsed[2] :]
    elif (level := ELIDED.match(text)) is not None:
        elided, rest = level.group(1), text[level.end() :]
    code, end = _bureau_at_start(rest)
    return Office(place, elided, code, rest[end:])


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
    for row in read_table("aliases.csv"):
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


@lru_cache(maxsize=NAMES)
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
    parsed = parse_place(text)
    if parsed and parsed[1] == 0:
        place, _, end = parsed
        if own is not None and place.code == own.code:
            return own.name[-1], text[end:]
        return text[:end], text[end:]
    elided = ELIDED.match(text)
    return (elided.group(1), text[elided.end() :]) if elided else ("", text)


def _full_wording(rest: str) -> str:
    """Return a bureau's name with its full wording, '' for all that is no bureau itself."""
    rest = rest.removesuffix("员会") if rest.endswith("委员会") else rest
    for length in range(min(len(rest), LONGEST_NAME), 1, -1):
        full, tail = _full_wordings().get(rest[:length]), rest[length:]
        if full and tail in ("局", "委", "办", "厅", "办公室"):
            return full + tail.removesuffix("公室")
        if full and not tail and rest[-1] in "局委办":
            return full.removesuffix(rest[-1]) + rest[-1]
    return ""


def is_settled(name: str, issuer: str, *, year: int = 0) -> bool:
    """Tell whether the tables settle which office a name means.

    A name that begins with a place or its level (区粮食局) must be that of a bureau or an alias;
    without one it is a section of the issuer (办公室, 法规处), known by its name.

    Example:
        >>> issuer = "上海市嘉定区人民政府"
        >>> [is_settled(name, issuer) for name in ("区人社局", "办公室", "区府办", "区对外友协")]
        [True, True, True, False]
    """
    full = _resolve_alias(fold(name), issuer, year)
    office = read_office(full)
    return full != fold(name) or bool(office.bureau) or not (office.place or office.elided)


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
