"""Web pages: the body without navigation, one line a block, one line a table cell."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import TYPE_CHECKING

from wpnet.errors import UnreadableFile
from wpnet.model import Cell, Line
from wpnet.reading.formats import html_page
from wpnet.reading.formats.bounds import Content, limited
from wpnet.reading.formats.html_page import SILENT, Page

if TYPE_CHECKING:
    from lxml.etree import _Element

#: Elements that begin and end a line.
BLOCKS = frozenset(
    """
    address article aside blockquote body caption center dd details div dl dt fieldset
    figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr html legend li main nav ol p
    pre section summary table tbody td tfoot th thead tr ul
    """.split()
)
#: Controls of a page.
CONTROLS = frozenset({"select", "button", "input", "textarea", "datalist", "map", "video", "audio"})
FRAMES = frozenset({"nav", "footer", "aside", "menu"})
FRAME_NAME = re.compile(r"(?:^|[\s_-])(?:nav|menu|foot|crumb|copyright|sidebar)", re.I)
HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
#: A block is navigation from so many links on, which hold so much of its text, without a full stop
#: (lists of links on government portals: 0.9 and more; a plan's own links: under 0.2).
LINKS, LINK_SHARE = 4, 0.6
#: The body is the innermost element with so much of the page's sentences.
BODY_SHARE = 0.95
#: A table is layout if one cell has so much of its text and so many characters.
LAYOUT_SHARE, LAYOUT_LENGTH = 0.7, 1_000
#: Sentences left out with navigation, from which on the reader is told.
SENTENCES_TOLD = 3
#: Larger spans than any table has come from errors (HTML allows 1,000 and 65,534).
MAX_SPAN = 1_000


@dataclass(slots=True)
class Measure:
    """What an element holds: characters, characters in links, links, full stops."""

    length: int = 0
    linked: int = 0
    links: int = 0
    stops: int = 0


@dataclass(slots=True)
class State:
    """What the walk over a page carries along."""

    page: Page
    measures: dict[_Element, Measure]
    body: _Element
    preformatted: bool
    after_body: bool = False
    tables: int = 0
    paragraphs: int = 0
    left_out: int = 0
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
    measures = measure(page.root)
    preformatted = next(page.root.iter("pre"), None) is not None
    state = State(page, measures, find_body(page.root, measures), preformatted)
    lines = limited(walk(page.root, state), name)
    if not any(line.text.strip() for line in lines):
        raise UnreadableFile(
            f"{name}: the page holds no text (is it filled by a script, or are its pages images?); "
            "open it in a browser and save what is shown as text or PDF"
        )
    told = state.left_out >= SENTENCES_TOLD
    note = f"{state.left_out} sentences in navigation or hidden parts of the page were left out"
    return Content("html", lines, (*page.warnings, *([note] if told else [])))


def measure(root: _Element) -> dict[_Element, Measure]:
    """The text, links and full stops in every element of a page."""
    from lxml import etree

    measures: dict[_Element, Measure] = {}
    stack: list[Measure] = []
    anchors = 0
    silent = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        step = 1 if event == "start" else -1
        silent += step * (element.tag in SILENT)
        anchors += step * (element.tag == "a")
        if event == "start":
            stack.append(Measure(links=int(element.tag == "a")))
            _count(stack[-1], "" if silent else element.text or "", anchors)
            continue
        own = measures[element] = stack.pop()
        if stack:
            parent = stack[-1]
            parent.length += own.length
            parent.linked += own.linked
            parent.links += own.links
            parent.stops += own.stops
            _count(parent, "" if silent else element.tail or "", anchors)
    return measures


def _count(measured: Measure, content: str, anchors: int) -> None:
    length = len(content) - sum(map(content.count, " \n\t\r\xa0\u3000"))
    measured.length += length
    measured.linked += length if anchors else 0
    measured.stops += content.count("。")


def find_body(root: _Element, measures: dict[_Element, Measure]) -> _Element:
    """The innermost element with nearly all sentences of the page (or nearly all its text)."""

    def weight(element: _Element) -> int:
        return 0 if is_frame(element, measures[element]) else measures[element].stops

    def length(element: _Element) -> int:
        return 0 if is_frame(element, measures[element]) else measures[element].length

    weigh = weight if measures[root].stops else length
    body = root
    while True:
        children = [child for child in body if child.tag in BLOCKS]
        total = sum(map(weigh, children))
        best = max(children, key=weigh, default=None)
        if best is None or not total or weigh(best) < BODY_SHARE * total:
            return body
        if best.tag in ("p", "td", "tr", "li", "tbody"):
            return body
        body = best


def is_frame(element: _Element, measured: Measure) -> bool:
    """Whether an element is navigation, a footer or a list of links around the plan."""
    if element.tag in FRAMES or element.tag in CONTROLS:
        return True
    if measured.stops or element.tag in ("body", "html") or element.tag not in BLOCKS:
        return False
    named = f"{element.get('class') or ''} {element.get('id') or ''}"
    if FRAME_NAME.search(named[:200]) and not _names_annex(element):
        return True
    return measured.links >= LINKS and measured.linked > LINK_SHARE * measured.length


def _names_annex(element: _Element) -> bool:
    return any("附件" in content for content in islice(element.itertext(), 200))


def is_hidden(element: _Element) -> bool:
    """Whether a browser shows nothing of an element."""
    style = element.get("style")
    return element.get("hidden") is not None or bool(style and HIDDEN.search(style[:500]))


def walk(root: _Element, state: State) -> Iterator[Line]:
    """One line for each block, part of a block between ``<br>``, and table cell under ``root``."""
    from lxml import etree

    walker = etree.iterwalk(root, events=("start", "end"))
    for event, element in walker:
        if event == "start":
            if element is not root and _skipped(element, state):
                walker.skip_subtree()
                continue
            if element.tag == "table" and is_data_table(element, state.measures):
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
        if element is state.body:
            state.after_body = True
        yield from _edge(element, state)
        _take(element, True, state)


def _skipped(element: _Element, state: State) -> bool:
    """Whether an element is left out; sentences in it are counted."""
    if element.tag in SILENT:
        return True
    measured = state.measures[element]
    out = is_hidden(element) or is_frame(element, measured)
    if not out and state.after_body and element.tag in BLOCKS and not measured.stops:
        out = not _names_annex(element)
    if out:
        state.left_out += measured.stops
    return out


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


def is_data_table(table: _Element, measures: dict[_Element, Measure]) -> bool:
    """Whether a table holds data, rather than the layout of the page.

    Layout: a table with a table inside, with one cell a row, or with most text in one long cell.
    """
    if next(table.iterdescendants("table"), None) is not None:
        return False
    rows = [[cell for cell in row if cell.tag in ("td", "th")] for row in table.iter("tr")]
    lengths = [measures[cell].length for row in rows for cell in row]
    longest = max(lengths, default=0)
    one_cell = longest > LAYOUT_LENGTH and longest > LAYOUT_SHARE * sum(lengths)
    return max(map(len, rows), default=0) > 1 and not one_cell


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
    inner = State(state.page, state.measures, state.body, state.preformatted)
    lines = [line for line in walk(element, inner) if line.text.strip()]
    state.left_out += inner.left_out
    for line in lines or [Line("", starts=True)]:
        yield replace(line, cell=cell, place=place)
