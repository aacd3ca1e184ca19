"""OFD files (the Chinese page format GB/T 33190): best effort, text without tables."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import TYPE_CHECKING

from wpnet.errors import UnreadableFile
from wpnet.reading.formats import pdf
from wpnet.reading.formats.archive import Archive, attribute, local
from wpnet.reading.formats.bounds import Content
from wpnet.reading.formats.pdf_guard import MAX_PAGES
from wpnet.reading.formats.pdf_lines import Glyph, glyphs_to_lines

if TYPE_CHECKING:
    from lxml.etree import _Element

#: OFD measures in millimetres.
POINTS = 72 / 25.4


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
            glyphs = list(page_glyphs(root))
            height = max((glyph.bottom for glyph in glyphs), default=842.0)
            lines = glyphs_to_lines(glyphs, number)
            pages.append(pdf.PageContent(number, max(height * 1.05, 842.0), lines))
    if not any(page.lines for page in pages):
        raise UnreadableFile(
            f"{name}: no text was found in the OFD; print it to PDF in an OFD reader and try again"
        )
    note = "OFD: tables were read as lines of text; compare units and deadlines with the print"
    return Content("pdf", tuple(pdf.assemble(pages)), (note,))


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


def page_glyphs(root: _Element) -> Iterator[Glyph]:
    """Every text of a page as one wide character with its place in points."""
    for element in root.iter():
        if local(element) != "TextObject":
            continue
        box = _floats(attribute(element, "Boundary"))
        if len(box) != 4:
            continue
        size = (_floats(attribute(element, "Size")) or [box[3]])[0]
        for code in element:
            text = code.text if local(code) == "TextCode" else None
            if text and text.strip():
                left = box[0] + (_floats(attribute(code, "X")) or [0.0])[0]
                width = min(box[2], size * len(text)) or size * len(text)
                foot = box[1] + (_floats(attribute(code, "Y")) or [box[3]])[0]
                yield Glyph(
                    text,
                    left * POINTS,
                    (left + width) * POINTS,
                    (foot - size) * POINTS,
                    foot * POINTS,
                    size * POINTS,
                )


def _floats(value: str | None) -> list[float]:
    try:
        return [float(part) for part in (value or "").split()]
    except ValueError:
        return []
