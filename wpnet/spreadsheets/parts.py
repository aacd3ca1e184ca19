"""The parts of a workbook as a stream of XML: what is taken of each, and how much at most."""

from __future__ import annotations

import posixpath
import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import IO, Protocol
from xml.parsers import expat

from wpnet.apart import still_alive

#: Stands for a cell whose value cannot be read: an unworked formula, an error value.
UNREAD = "\ue00e"
DOCUMENT = "xl/workbook.xml"
#: Sheets that are read; a workbook of wpnet has one for each pair of plans that was asked for.
SHEETS = 2000
_COLUMNS = 16_384
_KEPT_COLUMNS = 200  # a table of wpnet has 27
_ROWS = 1_048_576
_LONGEST = 33_000  # characters of a cell; Excel holds 32,767
_BLOCK = 2**18
_MILLION = 1_000_000
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
_REFERENCE = re.compile(r"\$?([A-Za-z]{1,3})\$?([1-9][0-9]{0,6})")


class Damaged(Exception):
    """What is wrong with a workbook, as the middle of a sentence."""


@dataclass
class Bounds:
    """What a workbook may still take: unpacked bytes, cells, characters; less means a bomb.

    The numbers hold 200,000 verdicts with their evidence three times over.
    """

    unpacked: int = 3 * 2**30
    cells: int = 25_000_000
    characters: int = 400_000_000

    def take(self, *, unpacked: int = 0, cells: int = 0, characters: int = 0) -> None:
        """Take off what was found; every million cells say that the reading goes on."""
        self.unpacked -= unpacked
        self.characters -= characters
        if self.cells // _MILLION != (self.cells - cells) // _MILLION:
            still_alive()
        self.cells -= cells
        if min(self.unpacked, self.cells, self.characters) < 0:
            raise Damaged("holds more than any table of wpnet")


class Reader(Protocol):
    """Takes the elements of a part, by the names that it writes: ``x:row`` is a ``row``, too."""

    def start(self, name: str, attributes: dict[str, str]) -> None: ...
    def end(self, name: str) -> None: ...
    def text(self, text: str) -> None: ...


def parse_part(part: IO[bytes], reader: Reader, bounds: Bounds) -> None:
    """Feed a part to a reader. Raises :class:`Damaged` and the faults of archive and XML."""
    parser = expat.ParserCreate()
    parser.buffer_text = True

    def refuse(*_: object) -> None:
        raise Damaged("declares a document type, which no spreadsheet program does")

    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    while block := part.read(_BLOCK):
        bounds.take(unpacked=len(block))
        parser.Parse(block, False)
    parser.Parse(b"", True)


@cache
def _local(name: str) -> str:
    if len(name) > 100:
        raise Damaged("holds an element that no workbook has")
    return name.rpartition(":")[2]


class Targets:
    """The relations of a part: their kinds, ids and targets."""

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self.found: list[tuple[str, str]] = []
        self.by_id: dict[str, str] = {}

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if _local(name) == "Relationship" and attributes.get("TargetMode") != "External":
            target = attributes.get("Target", "").replace("\\", "/")
            path = posixpath.normpath(posixpath.join("/", self.folder, target)).lstrip("/")
            self.found.append((attributes.get("Type", "").rpartition("/")[2], path))
            self.by_id[attributes.get("Id", "")] = path

    def end(self, name: str) -> None:
        """Nothing ends here."""

    def text(self, text: str) -> None:
        """Relations hold no text."""


class SheetNames:
    """The sheets of a workbook: name and relation of each, in order."""

    def __init__(self) -> None:
        self.found: list[tuple[str, str]] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if _local(name) == "sheet":
            found = (value for key, value in attributes.items() if _local(key) == "id")
            self.found.append((attributes.get("name", ""), next(found, "")))

    def end(self, name: str) -> None:
        """Nothing ends here."""

    def text(self, text: str) -> None:
        """The list of sheets holds no text."""


class SharedStrings:
    """The strings that cells refer to by number; readings of characters (rPh) are left out."""

    def __init__(self, bounds: Bounds) -> None:
        self.bounds = bounds
        self.found: list[str] = []
        self.parts: list[str] | None = None
        self.in_text = self.in_reading = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "t":
            self.in_text = not self.in_reading
        elif name == "si":
            self.parts = []
        elif name == "rPh":
            self.in_reading = True
        elif ":" in name:
            self.start(_local(name), attributes)

    def end(self, name: str) -> None:
        if name == "t":
            self.in_text = False
        elif name == "rPh":
            self.in_reading = False
        elif name == "si" and self.parts is not None:
            text = _unescaped("".join(self.parts))[:_LONGEST]
            self.bounds.take(characters=len(text) + 20)
            self.found.append(text)
            self.parts = None
        elif ":" in name:
            self.end(_local(name))

    def text(self, text: str) -> None:
        if self.in_text and self.parts is not None:
            self.parts.append(text)


class SheetCells:
    """The cells of a sheet by row, and the merged ones."""

    def __init__(self, strings: list[str], bounds: Bounds) -> None:
        self.strings, self.bounds = strings, bounds
        self.rows: list[tuple[int, list[str]]] = []
        self.merged: list[tuple[int, int, int, int]] = []
        self.row, self.cells, self.characters = 0, [""], 0
        self.column = -1
        self.kind = ""
        self.parts: list[str] = []
        self.formula = self.taking = self.in_reading = False
        self.at: Callable[[str], int] = cache(_column)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "c":
            reference = attributes.get("r")
            if reference is None:
                self.column += 1
            else:
                self.column = self.at(reference.rstrip("0123456789"))
            self.kind = attributes.get("t", "n")
            self.parts, self.formula = [], False
        elif name == "v" or name == "t":
            self.taking = not self.in_reading
        elif name == "row":
            said = attributes.get("r")
            self.row = self.row + 1 if said is None else int(said)
            if not 0 < self.row <= _ROWS:
                raise Damaged(f"has a row {str(said)[:20]!r}")
            self.cells, self.column = [], -1
        elif name == "f":
            self.formula = True
        elif name == "rPh":
            self.in_reading = True
        elif name == "mergeCell":
            self._merge(attributes.get("ref", ""))
        elif ":" in name:
            self.start(_local(name), attributes)

    def text(self, text: str) -> None:
        if self.taking:
            self.parts.append(text)

    def end(self, name: str) -> None:
        if name == "v" or name == "t":
            self.taking = False
        elif name == "c":
            value = self._value()
            if value and self.column < _KEPT_COLUMNS:
                self.cells += [""] * (self.column + 1 - len(self.cells))
                self.cells[self.column] = value
        elif name == "row":
            self.bounds.take(cells=len(self.cells) + 1, characters=self.characters)
            self.characters = 0
            if self.cells:
                self.rows.append((self.row, self.cells))
            self.cells = []
        elif name == "rPh":
            self.in_reading = False
        elif ":" in name:
            self.end(_local(name))

    def _value(self) -> str:
        """Return the text of the cell that has ended."""
        said = "".join(self.parts) if len(self.parts) != 1 else self.parts[0]
        if self.kind == "s":
            if said and not said.isdecimal():
                raise Damaged(f"refers to a string {said[:20]!r}")
            return self.strings[int(said)] if said else ""
        if not said:
            return UNREAD if self.formula and self.kind != "str" else ""
        self.characters += len(said)
        if self.kind == "n":
            return _number(said)
        if self.kind == "e":
            return UNREAD
        if self.kind == "b":
            return "TRUE" if said.strip() == "1" else "FALSE"
        if self.kind == "d":
            return said[:10]
        return _unescaped(said)[:_LONGEST]

    def _merge(self, reference: str) -> None:
        first, _, last = reference.partition(":")
        one, other = _REFERENCE.fullmatch(first), _REFERENCE.fullmatch(last or first)
        if not one or not other:
            raise Damaged(f"has merged cells {reference[:40]!r}")
        self.bounds.take(cells=1)
        self.merged.append((int(one[2]), int(other[2]), self.at(one[1]), self.at(other[1])))

    def merged_rows(self) -> list[tuple[int, list[str]]]:
        """Return the rows; cells that are merged into one all hold what it holds."""
        numbers = [number for number, _ in self.rows]
        if numbers != sorted(set(numbers)):
            raise Damaged("has rows out of order")
        at = dict(self.rows)
        for top, bottom, left, right in self.merged:
            cells = at.get(top, [])
            value = cells[left] if left < len(cells) else ""
            width = min(right, _KEPT_COLUMNS - 1) + 1
            if not value or width <= left:
                continue
            within = numbers[bisect_left(numbers, top) : bisect_right(numbers, bottom)]
            self.bounds.take(cells=len(within) * (width - left))
            for row in within:
                at[row] += [""] * (width - len(at[row]))
                at[row][left:width] = [value] * (width - left)
        return self.rows


def _column(letters: str) -> int:
    """Return the place of a column.

    >>> _column("A"), _column("AA")
    (0, 26)
    """
    place = 0
    letters = letters.replace("$", "").upper()
    if not letters.isascii() or not letters.isalpha() or len(letters) > 3:
        raise Damaged(f"has a cell {letters[:20]!r}")
    for letter in letters:
        place = place * 26 + ord(letter) - 64
    if place > _COLUMNS:
        raise Damaged(f"has a cell {letters!r}")
    return place - 1


def _number(said: str) -> str:
    """Return a number as a person would write it.

    >>> _number("3.0"), _number("0.1"), _number("1E2"), _number("x")
    ('3', '0.1', '100', 'x')
    """
    if said.isdecimal():
        return said
    try:
        value = float(said)
    except ValueError:
        return said
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)


def _unescaped(text: str) -> str:
    """Return a text whose control characters were written as ``_x000D_``.

    >>> _unescaped("a_x000A_b_x005F_x000A_")
    'a\\nb_x000A_'
    """
    if "_x" not in text:
        return text
    return _ESCAPED.sub(lambda found: _character(int(found[1], 16), found[0]), text)


def _character(code: int, written: str) -> str:
    return written if 0xD800 <= code < 0xE000 else chr(code)
