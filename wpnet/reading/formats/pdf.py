"""PDF files: printed lines and ruled tables in reading order, page by page."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from wpnet.apart import still_alive
from wpnet.errors import UnreadableFile
from wpnet.model import LeftOut, LeftOutKind, Line
from wpnet.reading.formats import ocr, pdf_apart, pdf_guard
from wpnet.reading.formats.bounds import Content, LossBook, within_time
from wpnet.reading.formats.ocr_rules import picture_parts
from wpnet.reading.formats.pdf_columns import lines_of_rows, rows_without
from wpnet.reading.formats.pdf_forms import check_work
from wpnet.reading.formats.pdf_glyphs import GlyphReader, PageGlyphs, is_lost
from wpnet.reading.formats.pdf_guard import OtherReader
from wpnet.reading.formats.pdf_lines import (
    Glyph,
    PrintedLine,
    furniture,
    glyph_rows,
    glyphs_to_lines,
)
from wpnet.reading.formats.pdf_paragraphs import Margins, Paragraphs, margins, usual_pitch
from wpnet.reading.formats.pdf_tables import (
    FEWEST_RULES,
    Part,
    append_part,
    continues,
    page_parts,
    part_lines,
)

if TYPE_CHECKING:
    import pdfplumber.page
    from PIL.Image import Image

#: Fewer characters on a page with a picture mean a scan (a stamp or page number beside it).
SCANNED = 30
#: So many curves on such a page are letters that are drawn.
CURVES = 200
#: Recognising a page lasts 4 to 9 seconds on two processors.
MAX_SCANS = 60
#: Share by which two readers may differ in the characters of a page before a warning.
READERS_DIFFER = 0.05
#: Share of characters without a code from which on a page is left to the other reader.
LOST = 0.1
#: Share of a page's letters across its lines from which on they are no watermark.
ACROSS = 0.3
#: So many letters over others are no accident of a font.
OVERLAID = 3
#: A page needs so many lines to find its own edges; else those of the document hold.
OWN_MARGINS = 8
#: A column needs so many.
COLUMN = 4
#: Share of the document's line width that a page of running text fills; of the printed plans of the
#: round trip, pages that hold only a signature stay below .8.
FULL_PAGE = 0.95


@dataclass(slots=True)
class PageContent:
    """What one page shows: lines outside tables, table parts, and what went wrong."""

    number: int
    height: float
    lines: list[PrintedLine] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    left_out: list[tuple[LeftOutKind, str]] = field(default_factory=list)


def read(data: bytes, name: str) -> Content:
    """The lines of a PDF in reading order; scanned pages need the extra ``ocr``.

    Raises:
        UnreadableFile: cut off, damaged, locked, oversized or without text.
    """
    pages, scans = within_time(lambda: _read_pages(data, name), name)
    if scans and ocr.available():
        recogniser = ocr.engine()
        for number in scans:
            image = ocr.page_image(data, number)
            pages[number] = scanned_page(recogniser, image, number + 1, pages[number].height)
            still_alive()
    if not any(page.lines or page.parts for page in pages):
        raise UnreadableFile(f"{name}: the PDF holds no text; fetch or export it again")
    warnings = [warning for page in pages for warning in page.warnings]
    if scans and ocr.available():
        warnings.append(
            f"{len(scans)} scanned pages were recognised; quotation marks can be lost, "
            "compare with the print"
        )
    lines = within_time(lambda: tuple(assemble(pages)), name)
    return Content("pdf", lines, tuple(warnings), losses_of(pages))


def losses_of(pages: Sequence[PageContent]) -> tuple[LeftOut, ...]:
    """What the pages left out, page by page."""
    book = LossBook()
    for page in pages:
        for kind, text in page.left_out:
            book.add(kind, f"page {page.number}", text)
    return book.rows()


def scanned_page(recogniser: Any, image: Image, number: int, height: float) -> PageContent:
    """The lines and tables in the picture of a page, ``height`` points high."""
    scale = height / image.size[1]
    words, scores = ocr.recognise(recogniser, image, scale)
    parts, rest = picture_parts(image, number, words, scale)
    lines = glyphs_to_lines(rest, number)
    return PageContent(number, height, lines, parts, ocr.low_scores(scores, number))


def _read_pages(data: bytes, name: str) -> tuple[list[PageContent], list[int]]:
    """What the pages show, and which of them (from 0) are pictures still to be recognised."""
    import pdfplumber
    from pdfminer.pdfpage import PDFPage

    logging.getLogger("pdfminer").setLevel(logging.ERROR)
    pdf_guard.check_whole(data, name)
    pdf_guard.check_streams(data, name)
    try:
        with pdfplumber.open(io.BytesIO(data)) as document:
            check_work(PDFPage.create_pages(document.doc), name)
            other = OtherReader(data, name)
            reader = GlyphReader(document.rsrcmgr)
            sparse = {
                n: reader.read(page)
                for n, page in enumerate(document.pages)
                if other.characters[n] < SCANNED
            }
            scans = [n for n, found in sparse.items() if is_scan(document.pages[n], found)]
            _check_scans(scans, len(other.characters), name)
            pages = []
            for number, page in enumerate(document.pages, start=1):
                if number - 1 in scans:
                    note = f"page {number} is a picture and was not read; {ocr.INSTALL}"
                    pages.append(PageContent(number, float(page.height), warnings=[note]))
                else:
                    found = sparse.get(number - 1) or reader.read(page)
                    pages.append(read_page(page, number, found, other))
                page.close()
            return pages, scans
    except UnreadableFile:
        raise
    except Exception as error:
        message = (
            pdf_guard.locked_message if "Password" in repr(error) else pdf_guard.broken_message
        )
        raise UnreadableFile(message(name)) from None


def _check_scans(scans: Sequence[int], pages: int, name: str) -> None:
    """Refuse a PDF that is nothing but pictures where these cannot be read."""
    if not pages:
        raise UnreadableFile(pdf_guard.broken_message(name))
    if len(scans) == pages and not ocr.available():
        raise UnreadableFile(f"{name}: the pages are pictures without text (a scan); {ocr.INSTALL}")


def is_scan(page: pdfplumber.page.Page, found: PageGlyphs) -> bool:
    """Whether a page of few characters is a picture of text: something is drawn on it.

    Only a page with pictures or many rules is looked at more closely.
    """
    if not found.images and found.paths <= CURVES:
        return False
    drawn = len(page.curves) > CURVES or any(
        image["width"] * image["height"] > 0.3 * page.width * page.height for image in page.images
    )
    return bool(drawn)


def read_page(
    page: pdfplumber.page.Page, number: int, found: PageGlyphs, other: OtherReader
) -> PageContent:
    """The lines and tables of a page.

    Args:
        page: the page.
        number: its number from 1.
        found: its characters.
        other: the second reader, which checks the first and stands in where fonts defeat it.
    """
    content = PageContent(number, found.height)
    glyphs = found.upright
    lost = sum(is_lost(glyph.text) for glyph in glyphs) if found.lost else 0
    if lost > LOST * len(glyphs):
        glyphs = other.glyphs(number - 1)
        content.warnings.append(
            f"page {number}: its fonts name no characters, so that a second reader was used, which "
            "can lose a character that stands alone on a line; compare the page with the print"
        )
        lost = sum(is_lost(glyph.text) for glyph in glyphs)
    else:
        glyphs = _set_apart(found, content)
    glyphs, marks = pdf_apart.raise_to_line(glyphs)
    rest = glyphs
    if found.paths >= FEWEST_RULES and not found.turn:
        content.parts, rest = page_parts(page, number, glyphs)
    elif found.paths >= FEWEST_RULES:
        content.warnings.append(
            f"page {number}: its text is turned by {found.turn} degrees; a table on it was read as "
            "lines of text"
        )
    rows = glyph_rows(rest)
    content.lines = lines_of_rows(rows, number)
    _set_notes_apart(content, rest, rows, {glyphs[at] for at in marks})
    content.warnings += _doubts(content, lost)
    content.warnings += _disagreement(found, number, other.characters[number - 1])
    return content


def _set_apart(found: PageGlyphs, content: PageContent) -> list[Glyph]:
    """The characters of a page without what stands across its lines or behind them."""
    glyphs, background = pdf_apart.without_background(found.upright, found.light)
    for said in background:
        content.left_out.append(("watermark", said))
    if background:
        content.warnings.append(
            f"page {content.number}: background text (a watermark) was left out: {background[0]}"
        )
    if found.slanted > ACROSS * found.visible:
        content.left_out.append(("unread", found.apart))
        content.warnings.append(
            f"page {content.number}: {found.slanted} characters that are turned across its lines, "
            "so that a part was not read; rotate the page"
        )
    elif found.slanted:
        content.left_out.append(("watermark", found.apart))
        content.warnings.append(
            f"page {content.number}: {found.slanted} slanted characters (a watermark?) were left "
            f"out: {found.apart[:20]}"
        )
    return glyphs


def _set_notes_apart(
    content: PageContent,
    glyphs: list[Glyph],
    rows: Sequence[Sequence[Glyph]],
    marks: set[Glyph],
) -> None:
    """Take the notes at the foot of a page, and their marks in its text, out of its lines.

    Args:
        content: the page as read so far.
        glyphs: its characters outside tables.
        rows: the same, row by row.
        marks: those among them that are raised.
    """
    notes = pdf_apart.notes_of(content.lines, pdf_apart.usual_size(glyphs))
    if not notes:
        return
    numbered = {mark for note in notes for mark in note.text[:4]}
    dropped = {glyph for glyph in marks if glyph.text in numbered}
    lines = content.lines
    if dropped:
        lines = lines_of_rows(rows_without(rows, dropped), content.number)
    texts = {note.text for note in notes}
    content.lines = [line for line in lines if line.text not in texts]
    said = pdf_apart.note_texts(notes)
    content.left_out += [("footnote", text) for text in said]
    content.warnings.append(f"page {content.number}: {len(said)} foot notes were left out")


def _doubts(content: PageContent, lost: int) -> Iterator[str]:
    number = content.number
    overlaid = sum(line.overlaid for line in content.lines)
    if overlaid >= OVERLAID:
        yield (
            f"page {number}: {overlaid} letters lie over other letters, so that a part of it was "
            "not read as printed; compare the page with the print"
        )
    if lost:
        yield (
            f"page {number}: {lost} characters have no readable code (broken font), "
            "compare the page with the print"
        )


def _disagreement(found: PageGlyphs, number: int, other: int) -> list[str]:
    """A warning where the other reader sees fewer or more characters.

    Text printed twice to look bold counts once for one reader and twice for the other.
    """
    slack = READERS_DIFFER * max(found.visible, other) + 5
    if found.lost or found.visible - slack <= other <= found.printed + slack:
        return []
    return [
        f"page {number}: {found.visible} characters were read, another reader sees {other}, "
        "compare the page with the print"
    ]


def assemble(pages: Sequence[PageContent]) -> Iterator[Line]:
    """All pages as lines in reading order, tables that go on over a page break as one."""
    marked = furniture([page.lines for page in pages], [page.height for page in pages])
    body = [line for page in pages for line in page.lines if line not in marked]
    whole = margins(body) if body else Margins(0, 0, False)
    _join_parts(pages, marked)
    paragraphs = Paragraphs(usual_pitch(body))
    before: PrintedLine | None = None
    tables = 0
    for page in pages:
        own = [line for line in page.lines if line not in marked]
        edges = page_edges(own, whole)
        columns = column_edges(own)
        items: list[PrintedLine | Part] = sorted(
            [*page.lines, *page.parts],
            key=lambda item: (_block(item), item.top, isinstance(item, Part)),
        )
        for item in items:
            if isinstance(item, Part):
                tables += 1
                yield from part_lines(item, tables)
                before = None
            elif item in marked:
                yield Line(item.text, f"page {item.page}", furniture=True)
            else:
                starts = paragraphs.begins(item, before, columns.get(item.block, edges))
                yield Line(item.text, f"page {item.page}", starts=starts)
                before = item


def _block(item: PrintedLine | Part) -> int:
    return 0 if isinstance(item, Part) else item.block


def column_edges(lines: Sequence[PrintedLine]) -> dict[int, Margins]:
    """The edges of each column of a page in two; none of a page of one."""
    blocks: dict[int, list[PrintedLine]] = {}
    for line in lines:
        blocks.setdefault(line.block, []).append(line)
    if len(blocks) < 2:
        return {}
    return {number: margins(block) for number, block in blocks.items() if len(block) >= COLUMN}


def page_edges(lines: Sequence[PrintedLine], whole: Margins) -> Margins:
    """The edges of a page: its own, or the document's where its lines cannot show them.

    A page of short lines that are all indented (a signature and what follows it) has no line that
    begins at the left edge.
    """
    if len(lines) < OWN_MARGINS:
        return whole
    own = margins(lines)
    narrow = own.right - own.left < FULL_PAGE * (whole.right - whole.left)
    return whole if narrow and whole.indented and not own.indented else own


def _join_parts(pages: Sequence[PageContent], marked: set[PrintedLine]) -> None:
    """Move a table part at the top of a page into the table at the end of the page before it."""
    last: Part | None = None
    for page in pages:
        tops = [line.top for line in page.lines if line not in marked]
        page.parts.sort(key=lambda part: part.top)
        if page.parts and last is not None:
            first = page.parts[0]
            if all(top > first.top for top in tops) and continues(last, first):
                append_part(last, first)
                page.parts.pop(0)
                if not page.parts and all(top < first.bottom for top in tops):
                    continue
                if not page.parts:
                    last = None
                    continue
        if page.parts:
            final = page.parts[-1]
            last = final if all(top < final.bottom for top in tops) else None
        elif tops:
            last = None
