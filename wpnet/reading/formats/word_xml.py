"""Word documents kept as one XML file: Word 2003 XML, and the parts of a .docx in one ("flat").

Word and WPS save both; portals serve them as .doc. Either becomes the parts of a .docx, which
:mod:`docx` reads.
"""

from __future__ import annotations

import base64
import binascii
from copy import deepcopy
from dataclasses import replace
from typing import TYPE_CHECKING

from wpnet.reading.formats import docx
from wpnet.reading.formats.archive import MAX_XML, Archive, attribute, child, local
from wpnet.reading.formats.bounds import Content

if TYPE_CHECKING:
    from lxml.etree import _Element

#: Names that Word 2003 gives to what a .docx calls otherwise.
NEWER = {"vmerge": "vMerge", "hmerge": "hMerge", "instrText": "instrText"}
TRACKED = {"Word.Deletion": "del", "Word.Insertion": "ins"}


def read(data: bytes, name: str) -> Content:
    """The lines of a Word document that is one XML file.

    Raises:
        UnreadableFile: damaged, too large, or without text.
    """
    archive = FlatArchive(data, name)
    content = docx.read_archive(archive, name)
    if not archive.silent_numbers:
        return content
    note = (
        f"{archive.silent_numbers} automatic numbers are not stated in the file, so that a part of "
        "its outline was not read; open it in Word and save it as .docx"
    )
    return replace(content, warnings=(*content.warnings, note))


class FlatArchive(Archive):
    """The parts of a Word document, out of one XML file."""

    def __init__(self, data: bytes, name: str) -> None:
        """Take the file apart.

        Raises:
            UnreadableFile: damaged, too large, or with a document type.
        """
        self._name = name
        if len(data) > MAX_XML:
            raise self._too_large()
        root = self._parsed(data)
        self.silent_numbers = sum(
            local(each) == "listPr" and child(each, "t") is None and child(each, "ilfo") is not None
            for each in root.iter("*")
        )
        self._roots = _parts_of(root) if local(root) == "package" else _parts_of_2003(root)
        self._bytes = _binary_parts(root)
        self.parts = frozenset((*self._roots, *self._bytes))

    def xml(self, part: str) -> _Element | None:
        """The root of a part, or none if the document has no such part."""
        return self._roots.get(part)

    def data(self, part: str) -> bytes | None:
        """The bytes of a part, or none if the document has no such part."""
        return self._bytes.get(part)


def _parts_of(package: _Element) -> dict[str, _Element]:
    found: dict[str, _Element] = {}
    for part in package:
        content = child(part, "xmlData")
        if content is not None and len(content):
            found[(attribute(part, "name") or "").lstrip("/")] = content[0]
    return found


def _binary_parts(package: _Element) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for part in package:
        content = child(part, "binaryData")
        if local(part) == "part" and content is not None:
            try:
                data = base64.b64decode(content.text or "")
            except (binascii.Error, ValueError):
                continue
            found[(attribute(part, "name") or "").lstrip("/")] = data
    return found


def _parts_of_2003(document: _Element) -> dict[str, _Element]:
    """A Word 2003 document with the names of a .docx, its printed numbers as text."""
    for element in document.iter("*"):
        kind = local(element)
        if kind in NEWER:
            element.tag = NEWER[kind]
        elif kind == "annotation":
            element.tag = TRACKED.get(attribute(element, "type") or "", "smartTag")
        elif kind == "content":
            element.tag = "smartTag"
    notes: dict[str, _Element] = {}
    for kind, holder in (("footnote", "footnotes"), ("endnote", "endnotes")):
        notes[f"word/{holder}.xml"] = _notes_apart(document, kind, holder)
    for paragraph in [each for each in document.iter("*") if local(each) == "p"]:
        _print_number(paragraph)
    styles = child(document, "styles")
    found = {"word/document.xml": document, **notes}
    return found if styles is None else {**found, "word/styles.xml": styles}


def _notes_apart(document: _Element, kind: str, holder: str) -> _Element:
    """Put a reference where a note stands in the text, and the notes together."""
    found = document.makeelement(holder, None, None)
    for number, note in enumerate([e for e in document.iter("*") if local(e) == kind], start=1):
        above = note.getparent()
        if above is None or local(above) != "r":
            continue
        apart = deepcopy(note)
        apart.attrib.clear()
        apart.set("id", str(number))
        found.append(apart)
        reference = document.makeelement(f"{kind}Reference", {"id": str(number)}, None)
        above.replace(note, reference)
    return found


def _print_number(paragraph: _Element) -> None:
    """Write the number that Word 2003 states for a paragraph before its text."""
    stated = child(paragraph, "pPr", "listPr", "t")
    number = attribute(stated, "val")
    if number:
        run = paragraph.makeelement("r", None, None)
        text = paragraph.makeelement("t", None, None)
        text.text = number
        run.append(text)
        paragraph.insert(1, run)
