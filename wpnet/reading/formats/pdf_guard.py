"""What is checked before a PDF is opened: whole, of sane size, no bomb inside."""

from __future__ import annotations

import re
import threading
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from wpnet.errors import UnreadableFile
from wpnet.reading.formats.pdf_lines import Glyph

#: A plan has up to 40 pages, its page up to 2,000 characters and 500 drawn objects.
MAX_PAGES = 300
MAX_CHARACTERS = 30_000
MAX_OBJECTS = 40_000
#: Unpacked size of one stream: page contents, fonts (a full CJK font has 25 MB), images.
MAX_CONTENT, MAX_FONT, MAX_IMAGE = 8 * 2**20, 100 * 2**20, 400 * 2**20
MAX_UNPACKED = 2 * 2**30
STREAM = re.compile(rb"stream\r?\n")
STEP = 2**20
#: PDFium is not safe to use from two threads.
PDFIUM = threading.Lock()


def check_whole(data: bytes, name: str) -> None:
    """Refuse a PDF without its end mark.

    Raises:
        UnreadableFile: the file was cut off.

    >>> check_whole(b"%PDF-1.4 ... %%EOF", "plan.pdf")
    """
    if b"%%EOF" not in data[-4096:]:
        raise UnreadableFile(f"{name}: the PDF is cut off before its end; fetch or export it again")


def check_streams(data: bytes, name: str) -> None:
    """Refuse a PDF whose packed streams unpack to more than any plan needs.

    Raises:
        UnreadableFile: a stream is a bomb.
    """
    total = 0
    at = 0
    while (found := STREAM.search(data, at)) is not None:
        start = found.end()
        end = data.find(b"endstream", start)
        end = len(data) if end < 0 else end
        limit = _limit(data[max(0, found.start() - 600) : found.start()])
        size = unpacked_size(data[start:end], limit)
        total += size
        if size > limit or total > MAX_UNPACKED:
            raise UnreadableFile(
                f"{name}: a part of the PDF unpacks to more than {limit // 2**20} MB, "
                "far more than a plan needs; print the plan to a new PDF and try again"
            )
        at = max(end, start + 1)


def _limit(before: bytes) -> int:
    """The limit for a stream, from the dictionary before it."""
    header = before[before.rfind(b" obj") + 1 :]
    if b"/Image" in header:
        return MAX_IMAGE
    fonts = (b"/Length1", b"/CIDFontType0C", b"/Type1C", b"/OpenType")
    return MAX_FONT if any(mark in header for mark in fonts) else MAX_CONTENT


def unpacked_size(packed: bytes, limit: int) -> int:
    """The size of zlib data once unpacked, counted up to just above ``limit``; 0 if it is none.

    Data packed twice is counted at its inner size.

    >>> unpacked_size(zlib.compress(b"0" * 5000), 10_000)
    5000
    """
    if packed[:1] not in (b"\x78", b"\x58", b"\x68", b"\x48"):
        return 0
    outer = zlib.decompressobj()
    inner = None
    size = 0
    pending = packed
    try:
        while size <= limit:
            piece = outer.decompress(pending, STEP)
            pending = outer.unconsumed_tail
            if not piece:
                break
            if size == 0 and inner is None and piece[:2] in (b"\x78\x9c", b"\x78\xda", b"\x78\x01"):
                inner = zlib.decompressobj()
            if inner is None:
                size += len(piece)
            else:
                size += _inner_size(inner, piece, limit)
    except zlib.error:
        return size
    return size


def _inner_size(inner: zlib._Decompress, piece: bytes, limit: int) -> int:
    size = 0
    while piece and size <= limit:
        size += len(inner.decompress(piece, STEP))
        piece = inner.unconsumed_tail
    return size


class OtherReader:
    """PDFium's view of a PDF: how many characters a page has, and where each stands."""

    def __init__(self, data: bytes, name: str) -> None:
        """Count the characters of every page.

        Raises:
            UnreadableFile: locked by a password, broken, or larger than any plan.
        """
        self._data = data
        self._name = name
        with PDFIUM, self._open() as document:
            if len(document) > MAX_PAGES:
                raise too_many_pages(name)
            self.characters = [self._count(document, page) for page in range(len(document))]

    @contextmanager
    def _open(self) -> Iterator[Any]:
        import pypdfium2  # type: ignore[import-untyped]

        try:
            document = pypdfium2.PdfDocument(self._data)
        except pypdfium2.PdfiumError as error:
            locked = "password" in str(error).lower()
            message = locked_message if locked else broken_message
            raise UnreadableFile(message(self._name)) from None
        try:
            yield document
        except pypdfium2.PdfiumError:
            raise UnreadableFile(broken_message(self._name)) from None
        finally:
            document.close()

    def _count(self, document: Any, number: int) -> int:
        """The visible characters of a page (from 0), refused where no print has so many."""
        import pypdfium2.raw as raw  # type: ignore[import-untyped]

        page = document[number]
        flood = UnreadableFile(
            f"{self._name}: page {number + 1} holds more characters or drawings than any printed "
            "page; print the plan to a new PDF and try again"
        )
        if raw.FPDFPage_CountObjects(page) > MAX_OBJECTS:
            raise flood
        text = page.get_textpage()
        if text.count_chars() > MAX_CHARACTERS:
            raise flood
        return len("".join(text.get_text_bounded().split()))

    def glyphs(self, number: int) -> list[Glyph]:
        """The characters of a page (from 0) with their places."""
        import pypdfium2.raw as raw

        with PDFIUM, self._open() as document:
            page = document[number]
            height = page.get_height()
            text = page.get_textpage()
            found = []
            for index in range(text.count_chars()):
                char = chr(raw.FPDFText_GetUnicode(text, index))
                if char.isspace() or raw.FPDFText_IsGenerated(text, index) == 1:
                    continue
                left, bottom, right, top = text.get_charbox(index, loose=True)
                found.append(Glyph(char, left, right, height - top, height - bottom, top - bottom))
            return found


def too_many_pages(name: str) -> UnreadableFile:
    """What to raise of a PDF with more than :data:`MAX_PAGES`."""
    return UnreadableFile(
        f"{name}: has more pages than the {MAX_PAGES} wpnet reads; save the plan's pages as a PDF "
        "of their own"
    )


def locked_message(name: str) -> str:
    """What to say of a PDF that a password locks."""
    return f"{name}: the PDF is locked by a password; remove the password and try again"


def broken_message(name: str) -> str:
    """What to say of a PDF that cannot be taken apart."""
    return f"{name}: the PDF is damaged and cannot be opened; fetch or export it again"
