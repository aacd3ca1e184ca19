"""What a Word paragraph shows: its runs, without what was taken back, hidden or stands apart."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from wpnet.model import LeftOutKind
from wpnet.reading.formats.archive import attribute, child, local
from wpnet.reading.formats.bounds import LossBook

if TYPE_CHECKING:
    from lxml.etree import _Element

#: Elements around blocks or runs that add nothing of their own.
WRAPPERS = frozenset(
    """
    sdt sdtContent ins moveTo smartTag customXml hyperlink fldSimple AlternateContent Choice
    drawing inline anchor graphic graphicData wsp txbx txbxContent pict shape textbox group
    dir bdo ruby rubyBase object rect roundrect wgp wpc oMath oMathPara e num den sup sub deg fName
    sSup sSub sSubSup d rad nary func acc bar box borderBox groupChr m mr eqArr limLow limUpp lim
    """.split()
)
MARKS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-", "ptab": "\t"}
TAKEN_BACK = frozenset({"del", "moveFrom"})
NOTES = {"footnoteReference": "footnotes", "endnoteReference": "endnotes"}
#: Wingdings characters of lists and forms whose shape has a character of its own.
WINGDINGS = {0x6C: "●", 0x6E: "■", 0x71: "❑", 0x75: "◆", 0xA8: "□", 0xD8: "➢", 0xFC: "✓", 0xFE: "☑"}
WINGDINGS |= {code: chr(0x2460 + code - 0x81) for code in range(0x81, 0x8B)}
WINGDINGS |= {code: chr(0x2776 + code - 0x8C) for code in range(0x8C, 0x96)}
#: "eq \o\ac(○,3)": the field that draws a number in a circle.
CIRCLED = re.compile(r"\\o.{0,12}?\((?:○|〇|◯|O)[,，;]\s*(\d{1,2})\)", re.I)
MADE_OF_PARTS = re.compile(r"^\s*eq\b", re.I)
#: More styles that rest on each other than any document has.
DEEPEST = 20


class Styles:
    """Which styles strike their text out or hide it."""

    def __init__(self, styles: _Element | None) -> None:
        self._own: dict[str, dict[str, bool]] = {}
        self._based: dict[str, str] = {}
        for style in styles if styles is not None else ():
            name = attribute(style, "styleId")
            if local(style) == "style" and name:
                self._own[name] = _toggles(child(style, "rPr"))
                self._based[name] = attribute(child(style, "basedOn"), "val") or ""

    def of(self, name: str | None) -> dict[str, bool]:
        """What a style says of its text, itself or through the styles that it rests on."""
        found: dict[str, bool] = {}
        for _ in range(DEEPEST):
            if not name or name not in self._own:
                break
            found = {**self._own[name], **found}
            name = self._based[name]
        return found


def _toggles(properties: _Element | None) -> dict[str, bool]:
    return {
        local(element): attribute(element, "val") not in ("0", "false", "off")
        for element in (properties if properties is not None else ())
        if local(element) in ("strike", "dstrike", "vanish")
    }


class Runs:
    """Reads the text of paragraphs and writes down what it leaves out of them."""

    def __init__(self, styles: Styles, losses: LossBook, notes: dict[str, dict[str, str]]) -> None:
        """``notes`` holds the texts of foot- and endnotes by kind and number."""
        self._styles, self._losses, self._notes = styles, losses, notes
        self.unread = 0

    def text(self, paragraph: _Element, place: str) -> str:
        """The text of a paragraph: without deleted, struck, hidden text, notes and text boxes."""
        pieces: list[str] = []
        lost: dict[LeftOutKind, list[str]] = {}
        field: list[str] = []
        paragraph_style = self._styles.of(attribute(child(paragraph, "pPr", "pStyle"), "val"))
        stack = list(reversed(paragraph))
        while stack:
            below = stack.pop()
            kind = local(below)
            if kind == "t":
                pieces.append(below.text or "")
            elif kind in MARKS:
                page = attribute(below, "type") in ("page", "column")
                pieces.append("" if page else MARKS[kind])
            elif kind in TAKEN_BACK:
                lost.setdefault("deleted", []).append(all_text(below))
            elif kind == "r":
                why = self._left_out(below, paragraph_style)
                if why:
                    lost.setdefault(why, []).append(all_text(below))
                else:
                    stack.extend(reversed(below))
            elif kind == "f" and child(below, "num") is not None:
                stack += [_literal(below, "den"), _slash(), _literal(below, "num")]
            elif kind == "sym":
                pieces.append(self._symbol(below, place))
            elif kind in NOTES:
                number = attribute(below, "id") or ""
                note = self._notes.get(NOTES[kind], {}).get(number, "")
                self._losses.add("footnote", place, note or f"note {number}")
            elif kind == "fldChar" and attribute(below, "fldCharType") == "begin":
                field = []
            elif kind == "instrText":
                field.append(below.text or "")
            elif kind == "fldChar":
                pieces.append(self._drawn("".join(field), place))
                field = []
            elif kind == "fldSimple" and not len(below):
                pieces.append(self._drawn(attribute(below, "instr") or "", place))
            elif kind in WRAPPERS and kind != "txbxContent":
                stack.extend(reversed(below))
        for why, said in lost.items():
            self._losses.add(why, place, "".join(said))
        return "".join(pieces)

    def _left_out(self, run: _Element, paragraph: dict[str, bool]) -> LeftOutKind | None:
        """Why a run shows nothing of a final text: struck out, hidden, or taken back."""
        properties = child(run, "rPr")
        if child(properties, "del") is not None or child(properties, "moveFrom") is not None:
            return "deleted"
        style = self._styles.of(attribute(child(properties, "rStyle"), "val"))
        says = {**paragraph, **style, **_toggles(properties)}
        if says.get("strike") or says.get("dstrike"):
            return "deleted"
        return "hidden" if says.get("vanish") else None

    def _symbol(self, symbol: _Element, place: str) -> str:
        """The character of a symbol; one that only its font can draw is noted."""
        font, code = attribute(symbol, "font") or "", attribute(symbol, "char") or ""
        try:
            value = int(code, 16)
        except ValueError:
            value = 0xF000
        if 0x20 < value < 0xE000 and value < 0x110000:
            return chr(value)
        known = WINGDINGS.get(value & 0xFF) if font.lower().startswith("wingdings") else None
        if known is None:
            self.unread += 1
            self._losses.add("unread", place, f"symbol {code} of the font {font}")
        return known or ""

    def _drawn(self, instruction: str, place: str) -> str:
        """What a field draws that has no result of its own: a number in a circle."""
        if not MADE_OF_PARTS.match(instruction):
            return ""
        circled = CIRCLED.search(instruction)
        if circled and 0 < int(circled[1]) <= 20:
            return chr(0x2460 + int(circled[1]) - 1)
        self.unread += 1
        self._losses.add("unread", place, f"formula {instruction.strip()}")
        return ""


def _literal(fraction: _Element, part: str) -> _Element:
    found = child(fraction, part)
    return found if found is not None else fraction.makeelement("t", None, None)


def _slash() -> _Element:
    from lxml import etree

    slash = etree.Element("t")
    slash.text = "/"
    return slash


def all_text(element: _Element) -> str:
    """All text in an element, deleted too."""
    return "".join(below.text or "" for below in element.iter() if local(below) in ("t", "delText"))


def note_texts(notes: _Element | None) -> dict[str, str]:
    """The texts of the notes of a part by their numbers; separators are none."""
    return {
        attribute(note, "id") or "": all_text(note)
        for note in (notes if notes is not None else ())
        if attribute(note, "type") in (None, "normal")
    }


def mark_taken_back(paragraph: _Element) -> bool:
    """Whether the end of a paragraph was deleted, so that it goes on with the next one."""
    mark = child(paragraph, "pPr", "rPr")
    return any(child(mark, kind) is not None for kind in TAKEN_BACK)


def is_all_taken_back(paragraph: _Element) -> bool:
    """Whether nothing of a paragraph is left, its end included."""
    return mark_taken_back(paragraph) and not any(
        local(below) in ("t", "sym", "drawing", "pict") and (below.text or "").strip()
        for below in _kept(paragraph)
    )


def _kept(element: _Element) -> Iterable[_Element]:
    stack = [element]
    while stack:
        below = stack.pop()
        yield below
        stack.extend(child for child in below if local(child) not in TAKEN_BACK)
