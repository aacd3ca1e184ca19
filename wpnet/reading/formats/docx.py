"""Word files (.docx): paragraphs with their automatic numbers, tables with merged cells.

The body is walked as XML rather than through python-docx, whose paragraphs leave out text in
content controls and tracked insertions; numbers are counted by :mod:`docx_numbers`.
"""

from __future__ import annotations

import posixpath
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from wpnet.errors import UnreadableFile
from wpnet.model import Cell, LeftOutKind, Line
from wpnet.reading.formats.archive import Archive, attribute, child, local
from wpnet.reading.formats.bounds import Content, LossBook, limited
from wpnet.reading.formats.breaks import cell_lines, rejoined
from wpnet.reading.formats.docx_numbers import Numbering
from wpnet.reading.formats.docx_runs import (
    Runs,
    Styles,
    all_text,
    is_all_taken_back,
    mark_taken_back,
    note_texts,
)

if TYPE_CHECKING:
    from lxml.etree import _Element

#: Elements around paragraphs, tables and rows that add nothing of their own.
BLOCK_WRAPPERS = frozenset(
    {"sdt", "sdtContent", "customXml", "ins", "moveTo", "smartTag", "sect", "sub-section"}
)
#: Larger spans than any table has come from errors.
MAX_SPAN = 1_000


def read(data: bytes, name: str) -> Content:
    """The lines of a Word file in reading order.

    Raises:
        UnreadableFile: damaged, locked, a bomb, or without text.
    """
    return read_archive(Archive(data, name), name)


def read_archive(archive: Archive, name: str) -> Content:
    """The lines of the parts of a Word file.

    Raises:
        UnreadableFile: damaged, a bomb, or without text.
    """
    part = main_part(archive)
    document = archive.xml(part)
    body = child(document, "body")
    if body is None:
        raise UnreadableFile(f"{name}: is no Word file; save it as .docx and try again")
    folder = part.rpartition("/")[0]
    walk = _Walk(archive, part, name)
    lines = rejoined(limited(walk.body_lines(body), name))
    if not any(line.text.strip() for line in lines):
        raise UnreadableFile(
            f"{name}: the document holds no text (are its pages pictures?); "
            "save it as PDF and try again, or type the text"
        )
    _note_margins(archive, folder, walk.losses)
    return Content("docx", lines, tuple(_warnings(walk)), walk.losses.rows())


def _note_margins(archive: Archive, folder: str, losses: LossBook) -> None:
    """Note what stands in heads, feet and comments, which are no part of the running text."""
    for part in sorted(archive.parts):
        kind = posixpath.basename(part).rstrip("0123456789.xml")
        if posixpath.dirname(part) != folder or kind not in ("header", "footer", "comments"):
            continue
        root = archive.xml(part)
        for block in root if root is not None else ():
            losses.add("unread" if kind == "comments" else "page_mark", kind, all_text(block))


def main_part(archive: Archive) -> str:
    """The name of the part that holds the document's text."""
    relations = archive.xml("_rels/.rels")
    for relation in relations if relations is not None else ():
        if (attribute(relation, "Type") or "").endswith("/officeDocument"):
            return (attribute(relation, "Target") or "").lstrip("/")
    return "word/document.xml"


def _warnings(walk: _Walk) -> Iterator[str]:
    counted = Counter(row.kind for row in walk.losses.rows())
    told: tuple[tuple[LeftOutKind, str], ...] = (
        ("deleted", "stretches that were deleted or struck out"),
        ("hidden", "stretches of hidden text"),
        ("footnote", "foot- or endnotes"),
    )
    for kind, what in told:
        if counted[kind]:
            yield f"{counted[kind]} {what} were left out"
    if walk.runs.unread:
        yield f"a symbol or formula was not read ({walk.runs.unread} in all); compare the print"
    yield from walk.warnings


class _Walk:
    """The walk over a document: counts paragraphs and tables on its way."""

    def __init__(self, archive: Archive, part: str, name: str) -> None:
        self._archive, self._part, self._name = archive, part, name
        folder = part.rpartition("/")[0]
        styles = archive.xml(f"{folder}/styles.xml")
        self._numbering = Numbering(archive.xml(f"{folder}/numbering.xml"), styles)
        self._styles = Styles(styles)
        notes = {kind: archive.xml(f"{folder}/{kind}.xml") for kind in ("footnotes", "endnotes")}
        self.losses = LossBook()
        self.runs = Runs(
            self._styles, self.losses, {kind: note_texts(root) for kind, root in notes.items()}
        )
        self.warnings: list[str] = []
        self._paragraphs = 0
        self._tables = 0

    def body_lines(self, parent: _Element) -> Iterator[Line]:
        """The lines of the blocks under an element."""
        for group in whole_paragraphs(blocks(parent)):
            if local(group[0]) == "p":
                place = f"paragraph {self._paragraphs + 1}"
                self._paragraphs += len(group)
                yield from (replace(line, place=place) for line in self._lines(group, place))
            elif local(group[0]) == "altChunk":
                yield from self._chunk(group[0])
            else:
                self._tables += 1
                yield from self._table_lines(group[0], self._tables)

    def _lines(self, group: Sequence[_Element], place: str) -> list[Line]:
        """The printed lines of a paragraph with its number, without empty ones.

        ``group`` are the paragraphs that a deleted paragraph mark has made one.
        """
        text = "".join(self.runs.text(paragraph, place) for paragraph in group)
        holder = next((each for each in group if not is_all_taken_back(each)), None)
        if holder is None or (not text.strip() and not self._shows_number(holder)):
            return []
        label = self._numbering.label(holder)
        if not text.strip() and all_text(holder).strip():
            return []
        lines = [line.strip(" \t") for line in (label + text.lstrip(" \t")).split("\n")]
        shown = [line for line in lines if line.strip()]
        return [Line(line, starts=None if at else True) for at, line in enumerate(shown)]

    def _shows_number(self, paragraph: _Element) -> bool:
        """Whether a paragraph without text still prints its number: it does unless hidden."""
        style = self._styles.of(attribute(child(paragraph, "pPr", "pStyle"), "val"))
        return child(paragraph, "pPr", "rPr", "vanish") is None and not style.get("vanish")

    def _chunk(self, chunk: _Element) -> Iterator[Line]:
        """The lines of a document that is kept whole inside this one."""
        from wpnet.reading.formats import html, text

        target = related(self._archive, self._part, attribute(chunk, "id") or "")
        readers = {".html": html.read, ".htm": html.read, ".xhtml": html.read, ".txt": text.read}
        readers[".docx"] = read
        suffix = posixpath.splitext(target)[1].lower()
        data = self._archive.data(target)
        if data is None or suffix not in readers:
            self.losses.add("unread", f"part {target or '?'}", f"document inside: {target or '?'}")
            self.warnings.append(
                f"a document inside the document was not read ({target or 'it is missing'}); open "
                "the file in Word and save it again"
            )
            return
        inner = readers[suffix](data, self._name)
        shift = self._tables
        for line in inner.lines:
            cell = line.cell and replace(line.cell, table=line.cell.table + shift)
            self._tables = max(self._tables, cell.table if cell else 0)
            yield replace(line, offset=None, place=f"part {target}", cell=cell)
        for row in inner.left_out:
            self.losses.add(row.kind, f"part {target}", row.text)

    def _table_lines(self, table: _Element, number: int) -> Iterator[Line]:
        rows = self._rows(table, number)
        if max((len(cells) for cells in rows), default=0) <= 1:
            yield from self._frame_lines(rows, number)
            return
        held: list[tuple[Cell, list[Line]]] = []
        above: dict[int, int] = {}
        for row_no, cells in enumerate(rows, start=1):
            for column, across, merge, element in cells:
                texts = self._cell(element, f"table {number} row {row_no}")
                if merge == "continue" and column in above:
                    cell, upper = held[above[column]]
                    cell = replace(cell, row_span=row_no - cell.row + 1)
                    held[above[column]] = cell, upper + texts
                else:
                    above[column] = len(held)
                    held.append((Cell(number, row_no, column, 1, across), texts))
        for cell, texts in held:
            for line in texts or [Line("", starts=True)]:
                yield replace(line, place=f"table {number} row {cell.row}", cell=cell)

    def _frame_lines(
        self, rows: list[list[tuple[int, int, str, _Element]]], number: int
    ) -> Iterator[Line]:
        """The lines in a table of one column, which only frames its text."""
        for row_no, cells in enumerate(rows, start=1):
            place = f"table {number} row {row_no}"
            for _, _, _, element in cells:
                for line in self._cell_paragraphs(element, place):
                    yield replace(line, place=place)

    def _rows(self, table: _Element, number: int) -> list[list[tuple[int, int, str, _Element]]]:
        """The rows of a table; those deleted with change tracking are noted."""
        for row_no, row in enumerate(_inside(table, "tr"), start=1):
            if _is_deleted(row):
                self.losses.add("deleted", f"table {number} row {row_no}", all_text(row))
        return list(table_rows(table))

    def _cell(self, cell: _Element, place: str) -> list[Line]:
        return cell_lines(list(self._cell_paragraphs(cell, place)))

    def _cell_paragraphs(self, cell: _Element, place: str) -> Iterator[Line]:
        """The lines of a cell's paragraphs; a table inside gives the lines of its cells."""
        for group in whole_paragraphs(blocks(cell)):
            if local(group[0]) == "p":
                yield from self._lines(group, place)
            elif local(group[0]) == "altChunk":
                yield from self._chunk(group[0])
            else:
                for row in table_rows(group[0]):
                    for _, _, _, inner in row:
                        yield from self._cell_paragraphs(inner, place)


def related(archive: Archive, part: str, relation: str) -> str:
    """The part that a relation of a part names, or the empty string."""
    folder, _, name = part.rpartition("/")
    relations = archive.xml(f"{folder}/_rels/{name}.rels")
    for entry in relations if relations is not None else ():
        if attribute(entry, "Id") == relation and attribute(entry, "TargetMode") != "External":
            target = attribute(entry, "Target") or ""
            whole = target if target.startswith("/") else posixpath.join(folder, target)
            return posixpath.normpath(whole).lstrip("/")
    return ""


def whole_paragraphs(found: Iterator[_Element]) -> Iterator[list[_Element]]:
    """Blocks one by one, but paragraphs whose end was deleted with the one they go on in."""
    group: list[_Element] = []
    for block in found:
        if local(block) != "p" and group:
            yield group
            group = []
        group.append(block)
        if local(block) != "p" or not mark_taken_back(block):
            yield group
            group = []
    if group:
        yield group


def blocks(parent: _Element) -> Iterator[_Element]:
    """The paragraphs and tables under an element, those in content controls too.

    A text box follows the paragraph to which it is fixed.
    """
    for element in parent:
        kind = local(element)
        if kind in ("p", "tbl", "altChunk"):
            yield element
            if kind == "p":
                for box in element.iter():
                    if local(box) == "txbxContent" and not _in_fallback(box, element):
                        yield from blocks(box)
        elif kind in BLOCK_WRAPPERS:
            yield from blocks(element)


def _in_fallback(box: _Element, top: _Element) -> bool:
    """Whether a text box is the second copy for old programs, or inside another box."""
    for parent in box.iterancestors():
        if parent is top:
            return False
        if local(parent) in ("Fallback", "txbxContent"):
            return True
    return False


def table_rows(table: _Element) -> Iterator[list[tuple[int, int, str, _Element]]]:
    """The cells of each row: first column from 1, columns covered, vertical merge, the element."""
    for row in _inside(table, "tr"):
        if _is_deleted(row):
            continue
        column = 1 + _number(attribute(child(row, "trPr", "gridBefore"), "val"), 0)
        cells: list[tuple[int, int, str, _Element]] = []
        for cell in _inside(row, "tc"):
            across = max(1, _number(attribute(child(cell, "tcPr", "gridSpan"), "val"), 1))
            level = child(cell, "tcPr", "hMerge")
            if level is not None and cells and attribute(level, "val") != "restart":
                first, covered, merge, element = cells[-1]
                cells[-1] = (first, covered + across, merge, element)
                column += across
                continue
            merged = child(cell, "tcPr", "vMerge")
            merge = "" if merged is None else attribute(merged, "val") or "continue"
            cells.append((column, across, merge, cell))
            column += across
        yield cells


def _is_deleted(row: _Element) -> bool:
    return child(row, "trPr", "del") is not None


def _inside(parent: _Element, kind: str) -> Iterator[_Element]:
    for element in parent:
        if local(element) == kind:
            yield element
        elif local(element) in BLOCK_WRAPPERS:
            yield from _inside(element, kind)


def _number(value: str | None, default: int) -> int:
    plain = value is not None and value.isascii() and value.isdigit() and len(value) < 6
    return min(int(value), MAX_SPAN) if plain and value is not None else default
