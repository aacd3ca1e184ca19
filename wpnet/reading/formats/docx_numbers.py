"""Automatic numbers of Word paragraphs: which number a paragraph prints in front of its text."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from wpnet.reading.formats.archive import attribute, child, local

if TYPE_CHECKING:
    from lxml.etree import _Element

DIGITS = "〇一二三四五六七八九"
LEGAL = "零壹贰叁肆伍陆柒捌玖"
STEMS, BRANCHES = "甲乙丙丁戊己庚辛壬癸", "子丑寅卯辰巳午未申酉戌亥"
LEVELS = 9
PLACEHOLDER = re.compile(r"%([1-9])")


@dataclass(frozen=True, slots=True)
class Level:
    """How one level of a list is numbered."""

    start: int = 1
    form: str = "decimal"
    template: str = ""
    restart: int | None = None
    legal: bool = False
    style: str = ""


@dataclass(slots=True)
class List:
    """A list definition and the numbers that it has reached."""

    levels: dict[int, Level]
    reached: dict[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Instance:
    """A use of a list (``w:num``), with its own starting numbers and levels."""

    abstract: str
    starts: dict[int, int]
    levels: dict[int, Level]


class Numbering:
    """Counts the numbered paragraphs of a document, in document order."""

    def __init__(self, numbering: _Element | None, styles: _Element | None) -> None:
        """Read the lists of ``numbering.xml`` and the styles that use them."""
        self._styles = _styles(styles)
        self._lists, links = _lists(numbering)
        self._instances = _instances(numbering)
        self._follow_links(links)
        self._begun: set[tuple[str, int]] = set()

    def _follow_links(self, links: dict[str, str]) -> None:
        """Replace lists that only name a list style by the list of that style."""
        for abstract, style in links.items():
            number, _ = self._styles.get(style, ({}, ""))
            instance = self._instances.get(number.get("numId", ""))
            if instance and instance.abstract in self._lists and instance.abstract != abstract:
                self._lists[abstract] = self._lists[instance.abstract]

    def label(self, paragraph: _Element) -> str:
        """The number that a paragraph prints, empty if it has none; counts it.

        Bullets print nothing that counts as text.
        """
        found = self._list_of(paragraph)
        if found is None:
            return ""
        number, level_no = found
        instance = self._instances.get(number)
        if instance is None or instance.abstract not in self._lists:
            return ""
        target = self._lists[instance.abstract]
        levels = {**target.levels, **instance.levels}
        self._count(target, levels, instance, number, level_no)
        return _printed(levels, target.reached, level_no)

    def _count(
        self, target: List, levels: dict[int, Level], instance: Instance, number: str, level_no: int
    ) -> None:
        level = levels.get(level_no, Level())
        if level_no in instance.starts and (number, level_no) not in self._begun:
            target.reached[level_no] = instance.starts[level_no]
        elif level_no in target.reached:
            target.reached[level_no] += 1
        else:
            target.reached[level_no] = level.start
        self._begun.add((number, level_no))
        for above in range(level_no):
            target.reached.setdefault(above, levels.get(above, Level()).start)
        for below in range(level_no + 1, LEVELS):
            restart = levels.get(below, Level()).restart
            if restart is None or (restart and level_no < restart):
                target.reached.pop(below, None)

    def _list_of(self, paragraph: _Element) -> tuple[str, int] | None:
        """The list and level of a paragraph, its own or that of its style."""
        own = _number_properties(child(paragraph, "pPr"))
        style = attribute(child(paragraph, "pPr", "pStyle"), "val") or ""
        chain = self._chain(style)
        number = own.get("numId")
        holder = ""
        if number is None:
            for name in chain:
                if "numId" in self._styles[name][0]:
                    number, holder = self._styles[name][0]["numId"], name
                    break
        if number is None or number == "0":
            return None
        stated = own.get("ilvl") or next(
            (self._styles[name][0]["ilvl"] for name in chain if "ilvl" in self._styles[name][0]), ""
        )
        if stated.isascii() and stated.isdigit():
            return number, min(int(stated), LEVELS - 1)
        return number, self._level_of_style(number, chain if holder else [])

    def _level_of_style(self, number: str, chain: list[str]) -> int:
        instance = self._instances.get(number)
        levels = (
            self._lists[instance.abstract].levels
            if (instance and instance.abstract in self._lists)
            else {}
        )
        for name in chain:
            for level_no, level in levels.items():
                if level.style == name:
                    return level_no
        return 0

    def _chain(self, style: str) -> list[str]:
        """A style and the styles that it is based on."""
        chain: list[str] = []
        while style in self._styles and style not in chain:
            chain.append(style)
            style = self._styles[style][1]
        return chain


def _number_properties(properties: _Element | None) -> dict[str, str]:
    numbered = child(properties, "numPr")
    found = {key: attribute(child(numbered, key), "val") for key in ("numId", "ilvl")}
    return {key: value for key, value in found.items() if value is not None}


def _styles(styles: _Element | None) -> dict[str, tuple[dict[str, str], str]]:
    """For each style its list and level, and the style that it is based on."""
    found = {}
    for style in styles if styles is not None else ():
        name = attribute(style, "styleId")
        if local(style) == "style" and name:
            based = attribute(child(style, "basedOn"), "val") or ""
            found[name] = (_number_properties(child(style, "pPr")), based)
    return found


def _lists(numbering: _Element | None) -> tuple[dict[str, List], dict[str, str]]:
    """The list definitions, and for those that only name a list style, that style."""
    lists, links = {}, {}
    for element in numbering if numbering is not None else ():
        if local(element) != "abstractNum":
            continue
        name = attribute(element, "abstractNumId") or ""
        lists[name] = List(_levels(element))
        link = attribute(child(element, "numStyleLink"), "val")
        if link:
            links[name] = link
    return lists, links


def _instances(numbering: _Element | None) -> dict[str, Instance]:
    found = {}
    for element in numbering if numbering is not None else ():
        if local(element) != "num":
            continue
        starts = {}
        levels: dict[int, Level] = {}
        for override in element:
            if local(override) == "lvlOverride":
                start = attribute(child(override, "startOverride"), "val")
                if start is not None:
                    starts[_integer(attribute(override, "ilvl"), 0)] = _integer(start, 1)
                levels |= _levels(override)
        abstract = attribute(child(element, "abstractNumId"), "val") or ""
        found[attribute(element, "numId") or ""] = Instance(abstract, starts, levels)
    return found


def _levels(parent: _Element) -> dict[int, Level]:
    found = {}
    for element in parent:
        if local(element) == "lvl":
            restart = attribute(child(element, "lvlRestart"), "val")
            legal = child(element, "isLgl")
            found[_integer(attribute(element, "ilvl"), 0)] = Level(
                _integer(attribute(child(element, "start"), "val"), 1),
                attribute(next((e for e in element.iter() if local(e) == "numFmt"), None), "val")
                or "decimal",
                attribute(child(element, "lvlText"), "val") or "",
                None if restart is None else _integer(restart, 0),
                legal is not None and attribute(legal, "val") not in ("0", "false"),
                attribute(child(element, "pStyle"), "val") or "",
            )
    return found


def _integer(value: str | None, default: int) -> int:
    plain = value is not None and value.isascii() and value.isdigit() and len(value) < 7
    return int(value) if plain and value is not None else default


def _printed(levels: dict[int, Level], reached: dict[int, int], level_no: int) -> str:
    level = levels.get(level_no, Level())
    if level.form in ("bullet", "none"):
        return "" if level.form == "bullet" else PLACEHOLDER.sub("", level.template)

    def number(hit: re.Match[str]) -> str:
        at = int(hit.group(1)) - 1
        form = levels.get(at, Level()).form
        decimal = level.legal and form != "none"
        return format_number(reached.get(at, 1), "decimal" if decimal else form)

    label = PLACEHOLDER.sub(number, level.template)
    return f"{label} " if label[-1:].isalnum() else label


def format_number(value: int, form: str) -> str:
    """A number as Word prints it.

    >>> [format_number(12, form) for form in ("decimal", "chineseCounting", "ideographDigital")]
    ['12', '十二', '一二']
    >>> format_number(3, "decimalEnclosedCircle"), format_number(4, "lowerRoman")
    ('③', 'iv')
    """
    if form in (
        "chineseCounting",
        "chineseCountingThousand",
        "taiwaneseCounting",
        "taiwaneseCountingThousand",
        "japaneseCounting",
        "koreanCounting",
    ):
        return chinese_number(value)
    if form in ("chineseLegalSimplified", "ideographLegalTraditional", "japaneseLegal"):
        return chinese_number(value, LEGAL, "拾佰仟")
    if form in ("ideographDigital", "japaneseDigitalTenThousand", "taiwaneseDigital"):
        return "".join(DIGITS[int(digit)] for digit in str(value))
    if form == "decimalZero":
        return f"{value:02d}"
    if form in ("decimalFullWidth", "decimalFullWidth2"):
        return str(value).translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    for prefix, first in (
        ("decimalEnclosedCircle", 0x2460),
        ("decimalEnclosedParen", 0x2474),
        ("decimalEnclosedFullstop", 0x2488),
    ):
        if form.startswith(prefix) and 1 <= value <= 20:
            return chr(first + value - 1)
    if form == "ideographEnclosedCircle" and 1 <= value <= 10:
        return chr(0x3280 + value - 1)
    if form in ("ideographTraditional", "ideographZodiac"):
        row = STEMS if form == "ideographTraditional" else BRANCHES
        return row[(value - 1) % len(row)]
    if form in ("lowerLetter", "upperLetter") and value > 0:
        letter = chr(ord("a") + (value - 1) % 26) * ((value - 1) // 26 + 1)
        return letter if form == "lowerLetter" else letter.upper()
    if form in ("lowerRoman", "upperRoman"):
        return _roman(value) if form == "lowerRoman" else _roman(value).upper()
    return str(value)


def chinese_number(value: int, digits: str = DIGITS, units: str = "十百千") -> str:
    """A number up to 9,999 in Chinese words.

    >>> [chinese_number(number) for number in (1, 10, 21, 105, 110)]
    ['一', '十', '二十一', '一百〇五', '一百一十']
    """
    if not 0 < value < 10_000:
        return str(value) if value else digits[0]
    text, gap = "", False
    for power in range(3, -1, -1):
        digit = value // 10**power % 10
        if digit:
            text += (digits[0] if gap and text else "") + digits[digit]
            text += units[power - 1] if power else ""
            gap = False
        else:
            gap = bool(text)
    short = text.startswith(digits[1] + units[0]) and units[0] == "十"
    return text[1:] if short else text


def _roman(value: int) -> str:
    pairs = (
        (1000, "m"),
        (900, "cm"),
        (500, "d"),
        (400, "cd"),
        (100, "c"),
        (90, "xc"),
        (50, "l"),
        (40, "xl"),
        (10, "x"),
        (9, "ix"),
        (5, "v"),
        (4, "iv"),
        (1, "i"),
    )
    text = ""
    for amount, letters in pairs:
        times = min(value // amount, 10)
        text += letters * times
        value -= amount * times
    return text
