"""Which reader a file needs, and its lines as a ``Document``; called apart, see ``door``."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from wpnet.errors import UnreadableFile
from wpnet.model import Document
from wpnet.reading.formats.bounds import Content, within_time
from wpnet.storing.raw import read_raw

#: Every suffix that is read, with its format; the content decides first.
SUFFIXES = {
    ".txt": "text",
    ".html": "html",
    ".htm": "html",
    ".shtml": "html",
    ".xhtml": "html",
    ".pdf": "pdf",
    ".docx": "docx",
    ".docm": "docx",
    ".doc": "legacy",
    ".wps": "legacy",
    ".ofd": "ofd",
    ".png": "ocr",
    ".jpg": "ocr",
    ".jpeg": "ocr",
    ".tif": "ocr",
    ".tiff": "ocr",
    ".bmp": "ocr",
}
#: What the beginning of a file gives away.
SIGNATURES = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "legacy"),
    (b"\x89PNG\r\n\x1a\n", "ocr"),
    (b"\xff\xd8\xff", "ocr"),
    (b"II*\0", "ocr"),
    (b"MM\0*", "ocr"),
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
)
#: Formats that are recognised, but not read.
FOREIGN = (
    (b"{\\rtf", "a rich-text file"),
    (b"\x1f\x8b", "a packed file"),
    (b"7z\xbc\xaf", "a packed file"),
    (b"Rar!", "a packed file"),
    (b"GIF8", "a GIF picture"),
    (b"MIME-Version:", "a web archive"),
    (b"From: <Saved by", "a web archive"),
)
#: Readers that limit their own time: recognising a scan lasts seconds a page, and text has few
#: bytes and takes one step a line.
OWN_CLOCK = frozenset({"pdf", "ocr", "text"})
MARKUP = re.compile(
    rb"\s*(?:<\?xml[^<>]{0,200}\?>\s*)?(?:<!--|<!doctype html|<html|<head|<body)", re.I
)
#: A Word document kept as one XML file: of Word 2003, or the parts of a .docx in one ("flat OPC").
WORD_XML = re.compile(
    rb"<(?:\w{1,9}:)?(?:wordDocument|package)\b[^<>]{0,3000}?"
    rb"schemas\.microsoft\.com/office/(?:word/2003/wordml|2006/xmlPackage)"
)
TAG = re.compile(rb"</(?:p|div|td|html|body|span)>", re.I)
NEEDS = {
    "pdf": "is no PDF (it does not begin with %PDF)",
    "zip": "is no Word or OFD file (it is no zip archive)",
    "legacy": "is no old Word file",
    "ocr": "is no picture that can be opened",
}


def read_document(path: Path) -> Document:
    """The lines of a raw file, whatever its format.

    Args:
        path: a text, web page, PDF, Word, WPS, OFD or picture file.

    Raises:
        UnreadableFile: missing, empty, damaged, encrypted or of no supported format.
    """
    _, data = read_raw(path)
    return read_bytes_as_document(data, path.name)


def read_bytes_as_document(data: bytes, name: str) -> Document:
    """The lines of a file's bytes: format by content first, then by the suffix of ``name``.

    Raises:
        UnreadableFile: empty, damaged, encrypted or of no supported format.

    >>> read_bytes_as_document("一、总体要求".encode(), "plan.txt").container
    'text'
    """
    content = _content(data, name)
    return Document(
        file=name,
        sha256=hashlib.sha256(data).hexdigest(),
        container=content.container,
        lines=content.lines,
        warnings=content.warnings,
        left_out=content.left_out,
    )


def detect_format(data: bytes, name: str) -> str:
    """The module of :mod:`wpnet.reading.formats` that reads a file.

    Raises:
        UnreadableFile: empty, foreign, or not what its suffix says.

    >>> detect_format(b"%PDF-1.7", "plan.txt"), detect_format("<p>公开".encode(), "plan.html")
    ('pdf', 'html')
    """
    if not data:
        raise UnreadableFile(f"{name}: the file is empty; fetch or export it again")
    suffix = SUFFIXES.get(Path(name).suffix.lower(), "text")
    if b"%PDF-" in data[:1024]:
        return "pdf"
    for signature, found in SIGNATURES:
        if data.startswith(signature):
            return _kind_of_zip(data, name) if found == "zip" else found
    for signature, what in FOREIGN:
        if data.startswith(signature):
            raise UnreadableFile(f"{name}: is {what}; open it and save the plan as .docx or .pdf")
    if WORD_XML.search(data[:4096]):
        return "word_xml"
    if suffix == "html" or MARKUP.match(data[:2048].lstrip(b"\xef\xbb\xbf")):
        return "html"
    if suffix == "text":
        return "text"
    return _mislabelled(data, name, suffix)


def _mislabelled(data: bytes, name: str, suffix: str) -> str:
    """Text under another format's suffix (portals serve web pages as .doc), or an error."""
    if len(TAG.findall(data[:200_000])) > 3:
        return "html"
    needs = "zip" if suffix in ("docx", "ofd") else suffix
    raise UnreadableFile(f"{name}: {NEEDS[needs]}; fetch or export it again")


def _kind_of_zip(data: bytes, name: str) -> str:
    from wpnet.reading.formats.archive import Archive

    parts = Archive(data, name).parts
    if "OFD.xml" in parts:
        return "ofd"
    if any(part.startswith("word/") for part in parts):
        return "docx"
    what = "a spreadsheet" if any(part.startswith("xl/") for part in parts) else "a packed file"
    raise UnreadableFile(f"{name}: is {what}, no document; save the plan as .docx, .pdf or .txt")


def _content(data: bytes, name: str) -> Content:
    found = detect_format(data, name)
    reader: Callable[[bytes, str], Content] = import_module(f"wpnet.reading.formats.{found}").read
    try:
        if found in OWN_CLOCK:
            return reader(data, name)
        return within_time(lambda: reader(data, name), name)
    except (RecursionError, MemoryError):
        raise UnreadableFile(
            f"{name}: is nested too deep or too large to be read; save the plan as a .txt file"
        ) from None
