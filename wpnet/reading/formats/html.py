"""Web pages: the body without navigation, one line a block, one line a table cell."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import TYPE_CHECKING

from wpnet.errors import UnreadableFile
from wpnet.model import Cell, Line
from wpnet.reading.formats import html_page, html_parts
from wpnet.reading.formats.bounds import Content, LossBook, limited
from wpnet.reading.formats.breaks import cell_lines, rejoined
from wpnet.reading.formats.html_page import SILENT, Page
from wpnet.reading.formats.html_parts import BLOCKS, Parts

if TYPE_CHECKING:
    from lxml.etree import _Element

#: "plan.pdf": a document that a page shows in a frame.
DOCUMENT = re.compile(r"\.(?:pdf|docx?|wps|ofd|xlsx?)(?:$|[?#])", re.I)
#: Larger spans than any table has come from errors (HTML allows 1,000 and 65,534).
MAX_SPAN = 1_000


@dataclass(slots=True)
class State:
    """What the walk over a page carries along."""

    page: Page
    parts: Parts
    losses: LossBook
    preformatted: bool
    after_body: bool = False
    tables: int = 0
    paragraphs: int = 0
    sentences: int = 0
    buffer: list[tuple[str, int | None]] = field(default_factory=list)


def read(data: bytes, name: str) -> Content:
    """The lines of a web page in reading order, without navigation and hidden text.

    Raises:
        UnreadableFile: no text to be found.

    >>> page = "<p>一、总体<b>要求</b><br>坚持公开。".encode()
    >>> [line.text for line in read(page, "a.html").lines]
    ['一、总体要求', '坚持公开。']
    """
    page = html_page.parse(data, name)
    preformatted = next(page.root.iter("pre"), None) is not None
    state = State(page, Parts(page.root), LossBook(), preformatted)
    lines = rejoined(limited(walk(page.root, state), name))
    if not any(line.text.strip() for line in lines):
        raise UnreadableFile(
            f"{name}: the page holds no text (is it filled by a script, or are its pages images?); "
            "open it in a browser and save what is shown as text or PDF"
        )
    return Content("html", lines, (*page.warnings, *_warnings(state)), state.losses.rows())


def _warnings(state: State) -> Iterator[str]:
    if state.parts.folded:
        yield (
            f"{len(state.parts.folded)} parts of the page that are folded away (hidden until a "
            "click) were read, for they go on with its numbers"
        )
    if state.sentences:
        yield (
            f"{state.sentences} sentences in navigation, hidden or struck parts of the page were "
            "left out"
        )
    struck = sum(row.kind == "deleted" for row in state.losses.rows())
    if struck:
        yield f"{struck} stretches of the page that are struck out were left out"
    for element in state.page.root.iter("iframe", "embed", "object"):
        named = element.get("src") or element.get("data") or ""
        if DOCUMENT.search(named[:500]):
            yield f"a document embedded in the page was not read: {named[:80]}; fetch it as a file"


def walk(root: _Element, state: State) -> Iterator[Line]:
    """One line for each block, part of a block between ``<br>``, and table cell under ``root``."""
    from lxml import etree

    walker = etree.iterwalk(root, events=("start", "end"))
    for event, element in walker:
        if event == "start":
            if element is not root and _skipped(element, state):
                walker.skip_subtree()
                continue
            if element.tag == "table" and state.parts.is_data_table(element):
                yield from _flush(state)
                state.tables += 1
                yield from table_lines(element, state)
                walker.skip_subtree()
                continue
            yield from _edge(element, state)
            _take(element, False, state)
            continue
        if element is root:
            yield from _flush(state)
            return
        if element is state.parts.body:
            state.after_body = True
        yield from _edge(element, state)
        _take(element, True, state)


def _skipped(element: _Element, state: State) -> bool:
    """Whether an element is left out; what it says is noted, and sentences in it are counted."""
    if element.tag in SILENT:
        return True
    kind = state.parts.left_out(element, state.after_body)
    if kind is None:
        return False
    said = html_parts.text_of(element)
    state.losses.add(kind, _place(element, state.page), said)
    state.sentences += state.parts.measures[element].stops
    return True


def _place(element: _Element, page: Page) -> str:
    """Where the text of an element stands in the source."""
    found = (
        page.offsets[key]
        for below in islice(element.iter("*"), 2_000)
        for key in ((below, False), *([(below, True)] if below is not element else []))
        if key in page.offsets
    )
    first = min(found, default=None)
    return "" if first is None else f"chars {first}-{first + len(html_parts.text_of(element))}"


def _edge(element: _Element, state: State) -> Iterator[Line]:
    if element.tag in BLOCKS:
        yield from _flush(state)
    elif element.tag == "br" and state.buffer and state.buffer[-1][0] != "\n":
        state.buffer.append(("\n", None))


def _take(element: _Element, tail: bool, state: State) -> None:
    content = element.tail if tail else element.text
    if content:
        if content.isspace() and not state.buffer:
            return
        if state.preformatted and any(parent.tag == "pre" for parent in _up(element, tail)):
            content = content.replace("\r\n", "\n")
        else:
            content = collapse(content)
        state.buffer.append((content, state.page.offsets.get((element, tail))))


def _up(element: _Element, tail: bool) -> Iterator[_Element]:
    if not tail:
        yield element
    yield from element.iterancestors("pre")


def collapse(content: str) -> str:
    """White space as a browser shows it, but for line ends inside Chinese text, which vanish.

    >>> collapse("政务\\n  公开 2024\\n  年")
    '政务公开 2024 年'
    """
    shown = re.sub(r"(?<=[^\x00-\x7f])[ \t\f]*[\r\n]\s*(?=[^\x00-\x7f])", "", content)
    return re.sub(r"[ \t\r\n\f]+", " ", shown)


def _flush(state: State) -> Iterator[Line]:
    """The lines of the block that ends here."""
    pieces, state.buffer = state.buffer, []
    first = True
    for content, offset in _split(pieces):
        if not content.strip(" \t\r\n"):
            continue
        state.paragraphs += 1
        indented = content[:1] in "\xa0\u3000" or content[:2] == "  "
        place = "" if offset is not None else f"paragraph {state.paragraphs}"
        starts = True if first or indented else None
        yield Line(content.strip(" \t\r\n"), place, offset, starts=starts)
        first = False


def _split(pieces: list[tuple[str, int | None]]) -> Iterator[tuple[str, int | None]]:
    """The pieces joined and cut at line ends, with the offset of the first visible character."""
    text: list[str] = []
    offset: int | None = None
    for content, place in pieces:
        for number, part in enumerate(content.split("\n")):
            if number:
                yield "".join(text), offset
                text, offset = [], None
            if offset is None and part.strip() and not "".join(text).strip():
                offset = place if number == 0 else None
            text.append(part)
    yield "".join(text), offset


def table_lines(table: _Element, state: State) -> Iterator[Line]:
    """The cells row by row, with their places in the grid that row and column spans make."""
    taken: dict[int, int] = {}
    caption = next(table.iterchildren("caption"), None)
    if caption is not None:
        yield from _cell_lines(caption, None, f"table {state.tables}", state)
    for row_no, row in enumerate(table.iter("tr"), start=1):
        column = 1
        for element in row:
            if element.tag not in ("td", "th"):
                continue
            while taken.get(column, 0) >= row_no:
                column += 1
            down, across = _span(element, "rowspan"), _span(element, "colspan")
            cell = Cell(state.tables, row_no, column, down, across)
            yield from _cell_lines(element, cell, f"table {state.tables} row {row_no}", state)
            for covered in range(column, column + across):
                taken[covered] = row_no + down - 1
            column += across


def _span(element: _Element, attribute: str) -> int:
    value = (element.get(attribute) or "1").strip()
    return min(max(int(value), 1), MAX_SPAN) if value.isascii() and value.isdigit() else 1


def _cell_lines(element: _Element, cell: Cell | None, place: str, state: State) -> Iterator[Line]:
    """One line for each paragraph of a cell; one empty line for an empty cell."""
    inner = State(state.page, state.parts, state.losses, state.preformatted)
    lines = [line for line in walk(element, inner) if line.text.strip()]
    state.sentences += inner.sentences
    for line in cell_lines(lines) or [Line("", starts=True)]:
        yield replace(line, cell=cell, place=place)
