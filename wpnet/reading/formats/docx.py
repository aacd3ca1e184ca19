"""Word files (.docx): paragraphs with their automatic numbers, tables with merged cells.

The body is walked as XML rather than through python-docx, whose paragraphs leave out text in
content controls and tracked insertions; numbers are counted by :mod:`docx_numbers`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from wpnet.errors import UnreadableFile
from wpnet.model import Cell, Line
from wpnet.reading.formats.archive import Archive, attribute, child, local
from wpnet.reading.formats.bounds import Content, limited
from wpnet.reading.formats.docx_numbers import Numbering

if TYPE_CHECKING:
    from lxml.etree import _Element

#: Elements around blocks or runs that add nothing of their own.
WRAPPERS = frozenset(
    """
    sdt sdtContent ins moveTo smartTag customXml hyperlink fldSimple AlternateContent Choice
    drawing inline anchor graphic graphicData wsp txbx txbxContent pict shape textbox group
    dir bdo ruby rubyBase object rect roundrect wgp wpc
    """.split()
)
MARKS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-", "ptab": "\t"}
#: Larger spans than any table has come from errors.
MAX_SPAN = 1_000


def read(data: bytes, name: str) -> Content:
    """The lines of a Word file in reading order.

    Raises:
        UnreadableFile: damaged, locked, a bomb, or without text.
    """
    archive = Archive(data, name)
    part = main_part(archive)
    document = archive.xml(part)
    body = child(document, "body")
    if body is None:
        raise UnreadableFile(f"{name}: is no Word file; save it as .docx and try again")
    folder = part.rpartition("/")[0]
    numbering = Numbering(
        archive.xml(f"{folder}/numbering.xml"), archive.xml(f"{folder}/styles.xml")
    )
    lines = limited(_Walk(numbering).body_lines(body), name)
    if not any(line.text.strip() for line in lines):
        raise UnreadableFile(
            f"{name}: the document holds no text (are its pages pictures?); "
            "save it as PDF and try again, or type the text"
        )
    return Content("docx", lines, tuple(_warnings(body)))


def main_part(archive: Archive) -> str:
    """The name of the part that holds the document's text."""
    relations = archive.xml("_rels/.rels")
    for relation in relations if relations is not None else ():
        if (attribute(relation, "Type") or "").endswith("/officeDocument"):
            return (attribute(relation, "Target") or "").lstrip("/")
    return "word/document.xml"


def _warnings(body: _Element) -> Iterator[str]:
    deleted = sum(local(element) == "delText" for element in body.iter())
    if deleted:
        yield f"{deleted} stretches deleted with change tracking were left out"


class _Walk:
    """The walk over a document: counts paragraphs and tables on its way."""

    def __init__(self, numbering: Numbering) -> None:
        self._numbering = numbering
        self._paragraphs = 0
        self._tables = 0

    def body_lines(self, parent: _Element) -> Iterator[Line]:
        """The lines of the blocks under an element."""
        for block in blocks(parent):
            if local(block) == "p":
                self._paragraphs += 1
                place = f"paragraph {self._paragraphs}"
                for number, text in enumerate(self._paragraph(block)):
                    yield Line(text, place, starts=None if number else True)
            else:
                self._tables += 1
                yield from self._table_lines(block, self._tables)

    def _paragraph(self, paragraph: _Element) -> list[str]:
        """The printed lines of a paragraph with its number, without empty ones."""
        text = run_text(paragraph)
        hidden = not text.strip()
        label = "" if hidden and not _visible(paragraph) else self._numbering.label(paragraph)
        lines = [line.strip(" \t") for line in (label + text.lstrip(" \t")).split("\n")]
        return [line for line in lines if line.strip()]

    def _table_lines(self, table: _Element, number: int) -> Iterator[Line]:
        rows = list(table_rows(table))
        if max((len(cells) for cells in rows), default=0) <= 1:
            yield from self._frame_lines(rows, number)
            return
        held: list[tuple[Cell, list[str]]] = []
        above: dict[int, int] = {}
        for row_no, cells in enumerate(rows, start=1):
            for column, across, merge, element in cells:
                texts = list(self._cell(element))
                if merge == "continue" and column in above:
                    cell, upper = held[above[column]]
                    cell = replace(cell, row_span=row_no - cell.row + 1)
                    held[above[column]] = cell, upper + texts
                else:
                    above[column] = len(held)
                    held.append((Cell(number, row_no, column, 1, across), texts))
        for cell, texts in held:
            for text in texts or [""]:
                yield Line(text, f"table {number} row {cell.row}", cell=cell, starts=True)

    def _frame_lines(
        self, rows: list[list[tuple[int, int, str, _Element]]], number: int
    ) -> Iterator[Line]:
        """The lines in a table of one column, which only frames its text."""
        for row_no, cells in enumerate(rows, start=1):
            for _, _, _, element in cells:
                for text in self._cell(element):
                    yield Line(text, f"table {number} row {row_no}", starts=True)

    def _cell(self, cell: _Element) -> Iterator[str]:
        """The lines of a cell's paragraphs; a table inside gives the lines of its cells."""
        for block in blocks(cell):
            if local(block) == "p":
                yield from self._paragraph(block)
            else:
                for row in table_rows(block):
                    for _, _, _, inner in row:
                        yield from self._cell(inner)


def blocks(parent: _Element) -> Iterator[_Element]:
    """The paragraphs and tables under an element, those in content controls too.

    A text box follows the paragraph to which it is fixed.
    """
    for element in parent:
        kind = local(element)
        if kind in ("p", "tbl"):
            yield element
            if kind == "p":
                for box in element.iter():
                    if local(box) == "txbxContent" and not _in_fallback(box, element):
                        yield from blocks(box)
        elif kind in ("sdt", "sdtContent", "customXml", "ins", "moveTo"):
            yield from blocks(element)


def _in_fallback(box: _Element, top: _Element) -> bool:
    """Whether a text box is the second copy for old programs, or inside another box."""
    for parent in box.iterancestors():
        if parent is top:
            return False
        if local(parent) in ("Fallback", "txbxContent"):
            return True
    return False


def run_text(element: _Element) -> str:
    """The text of a paragraph or run: no deleted, hidden or field-code text, no text boxes."""
    pieces: list[str] = []
    stack = list(reversed(element))
    while stack:
        below = stack.pop()
        kind = local(below)
        if kind == "t":
            pieces.append(below.text or "")
        elif kind in MARKS:
            page = attribute(below, "type") in ("page", "column")
            pieces.append("" if page else MARKS[kind])
        elif kind == "r" and _hidden(below):
            continue
        elif kind == "r" or (kind in WRAPPERS and kind != "txbxContent"):
            stack.extend(reversed(below))
    return "".join(pieces)


def _hidden(run: _Element) -> bool:
    vanish = child(run, "rPr", "vanish")
    return vanish is not None and attribute(vanish, "val") not in ("0", "false")


def _visible(paragraph: _Element) -> bool:
    """Whether a paragraph without text still prints its number (it does, unless it is hidden)."""
    return child(paragraph, "pPr", "rPr", "vanish") is None


def table_rows(table: _Element) -> Iterator[list[tuple[int, int, str, _Element]]]:
    """The cells of each row: first column from 1, columns covered, vertical merge, the element."""
    for row in _inside(table, "tr"):
        if child(row, "trPr", "del") is not None:
            continue
        column = 1 + _number(attribute(child(row, "trPr", "gridBefore"), "val"), 0)
        cells = []
        for cell in _inside(row, "tc"):
            across = max(1, _number(attribute(child(cell, "tcPr", "gridSpan"), "val"), 1))
            merged = child(cell, "tcPr", "vMerge")
            merge = "" if merged is None else attribute(merged, "val") or "continue"
            cells.append((column, across, merge, cell))
            column += across
        yield cells


def _inside(parent: _Element, kind: str) -> Iterator[_Element]:
    for element in parent:
        if local(element) == kind:
            yield element
        elif local(element) in ("sdt", "sdtContent", "customXml", "ins"):
            yield from _inside(element, kind)


def _number(value: str | None, default: int) -> int:
    plain = value is not None and value.isascii() and value.isdigit() and len(value) < 6
    return min(int(value), MAX_SPAN) if plain and value is not None else default
