"""OFD files (the Chinese page format GB/T 33190): best effort, text without tables."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from wpnet.errors import UnreadableFile
from wpnet.reading.formats import pdf, pdf_apart
from wpnet.reading.formats.archive import Archive, attribute, child, local
from wpnet.reading.formats.bounds import Content
from wpnet.reading.formats.pdf_glyphs import LIGHT, WHITE
from wpnet.reading.formats.pdf_guard import MAX_PAGES
from wpnet.reading.formats.pdf_lines import Glyph, glyphs_to_lines

if TYPE_CHECKING:
    from lxml.etree import _Element

#: OFD measures in millimetres.
POINTS = 72 / 25.4
#: Text that rises by so much of its way is slanted; below this alpha (of 255) it shows through.
SLANT, OPAQUE = 0.04, 160


def read(data: bytes, name: str) -> Content:
    """The lines of an OFD file in reading order.

    Raises:
        UnreadableFile: damaged, locked, or without text.
    """
    archive = Archive(data, name)
    pages = []
    for number, part in enumerate(page_parts(archive), start=1):
        if number > MAX_PAGES:
            raise UnreadableFile(f"{name}: has more than {MAX_PAGES} pages; save the plan alone")
        root = archive.xml(part)
        if root is not None:
            pages.append(read_page(root, number))
    if not any(page.lines for page in pages):
        raise UnreadableFile(
            f"{name}: no text was found in the OFD; print it to PDF in an OFD reader and try again"
        )
    note = "OFD: tables were read as lines of text; compare units and deadlines with the print"
    warnings = (note, *(warning for page in pages for warning in page.warnings))
    return Content("pdf", tuple(pdf.assemble(pages)), warnings, pdf.losses_of(pages))


def read_page(root: _Element, number: int) -> pdf.PageContent:
    """The lines of a page; what is slanted or stands behind the text is set apart."""
    texts = list(page_texts(root))
    level = [text for text in texts if not text.slanted]
    light = frozenset(at for at, text in enumerate(level) if text.pale)
    glyphs, background = pdf_apart.without_background([text.glyph for text in level], light)
    background += [text.glyph.text for text in texts if text.slanted]
    height = max((glyph.bottom for glyph in glyphs), default=842.0)
    page = pdf.PageContent(number, max(height * 1.05, 842.0), glyphs_to_lines(glyphs, number))
    page.left_out += [("watermark", said) for said in background]
    if background:
        page.warnings.append(
            f"page {number}: slanted or background text (a watermark?) was left out: "
            f"{background[0][:20]}"
        )
    return page


def page_parts(archive: Archive) -> Iterator[str]:
    """The parts that hold the pages, in the order of the document."""
    for root_name, root in _referred(archive, "", archive.xml("OFD.xml"), "DocRoot"):
        folder = posixpath.dirname(root_name)
        for element in root.iter() if root is not None else ():
            location = attribute(element, "BaseLoc")
            if local(element) == "Page" and location:
                yield _path(folder, location)


def _referred(
    archive: Archive, folder: str, root: _Element | None, kind: str
) -> Iterator[tuple[str, _Element | None]]:
    for element in root.iter() if root is not None else ():
        if local(element) == kind and element.text:
            path = _path(folder, element.text.strip())
            yield path, archive.xml(path)


def _path(folder: str, location: str) -> str:
    whole = location if location.startswith("/") else posixpath.join(folder, location)
    return posixpath.normpath(whole).lstrip("/")


class PageText(NamedTuple):
    """A text of a page as one wide character, whether it is slanted, and whether it is pale."""

    glyph: Glyph
    slanted: bool
    pale: bool


def page_texts(root: _Element) -> Iterator[PageText]:
    """Every text of a page with its place in points."""
    behind: set[_Element] = set()
    for element in root.iter():
        if local(element) == "Layer" and attribute(element, "Type") == "Background":
            behind.update(element.iter())
        box = _floats(attribute(element, "Boundary"))
        if local(element) != "TextObject" or len(box) != 4:
            continue
        size = (_floats(attribute(element, "Size")) or [box[3]])[0]
        matrix = _floats(attribute(element, "CTM"))
        slanted = len(matrix) == 6 and abs(matrix[1]) > SLANT * abs(matrix[0])
        pale = element in behind or _is_pale(element)
        for code in element:
            text = code.text if local(code) == "TextCode" else None
            if text and text.strip():
                yield PageText(_glyph(text, code, box, size), slanted, pale)


def _glyph(text: str, code: _Element, box: Sequence[float], size: float) -> Glyph:
    left = box[0] + (_floats(attribute(code, "X")) or [0.0])[0]
    width = min(box[2], size * len(text)) or size * len(text)
    foot = box[1] + (_floats(attribute(code, "Y")) or [box[3]])[0]
    return Glyph(
        text,
        left * POINTS,
        (left + width) * POINTS,
        (foot - size) * POINTS,
        foot * POINTS,
        size * POINTS,
    )


def _is_pale(element: _Element) -> bool:
    """Whether a text is half transparent or of a pale colour."""
    alpha = _floats(attribute(element, "Alpha"))
    if alpha and alpha[0] < OPAQUE:
        return True
    colour = _floats(attribute(child(element, "FillColor"), "Value"))
    return len(colour) in (1, 3) and LIGHT < sum(colour) / len(colour) / 255 < WHITE


def _floats(value: str | None) -> list[float]:
    try:
        return [float(part) for part in (value or "").split()]
    except ValueError:
        return []
