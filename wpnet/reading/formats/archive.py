"""Files that are zip archives of XML (Word, OFD): opened without trusting a size they state."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

from wpnet.errors import UnreadableFile

if TYPE_CHECKING:
    from lxml.etree import _Element

#: A Word file of a plan has 15 to 50 parts and under 2 MB of XML.
MAX_PARTS = 5_000
MAX_XML = 24 * 2**20


class Archive:
    """The XML parts of a zip file."""

    def __init__(self, data: bytes, name: str) -> None:
        """Open the archive.

        Raises:
            UnreadableFile: cut off, damaged, or with more parts than any document.
        """
        self._name = name
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
            # Some programs write the folders in the Windows way: "word\\document.xml".
            self._names = {name.replace("\\", "/"): name for name in self._zip.namelist()}
            self.parts = frozenset(self._names)
        except Exception:
            raise UnreadableFile(self._broken()) from None
        if len(self.parts) > MAX_PARTS:
            raise UnreadableFile(
                f"{name}: holds {len(self.parts)} parts, more than any document; save it again"
            )

    def xml(self, part: str) -> _Element | None:
        """The root of a part, or none if the archive has no such part.

        Raises:
            UnreadableFile: damaged, locked, too large, or with a document type (entities).
        """
        return self._parsed(self._read(part)) if part in self.parts else None

    def _parsed(self, content: bytes) -> _Element:
        from lxml import etree

        parser = etree.XMLParser(
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            remove_comments=True,
            remove_pis=True,
        )
        try:
            root = etree.fromstring(content, parser)
        except etree.XMLSyntaxError:
            raise UnreadableFile(self._broken()) from None
        if root.getroottree().docinfo.internalDTD is not None:
            raise UnreadableFile(
                f"{self._name}: its XML declares a document type, which no office program writes; "
                "open it in a word processor and save it again"
            )
        return root

    def data(self, part: str) -> bytes | None:
        """The bytes of a part, or none if the archive has no such part.

        Raises:
            UnreadableFile: damaged, locked or too large.
        """
        return self._read(part) if part in self.parts else None

    def _read(self, part: str) -> bytes:
        try:
            with self._zip.open(self._names[part]) as stream:
                content = stream.read(MAX_XML + 1)
        except RuntimeError:
            raise UnreadableFile(
                f"{self._name}: the file is locked by a password; remove it and try again"
            ) from None
        except Exception:
            raise UnreadableFile(self._broken()) from None
        if len(content) > MAX_XML:
            raise self._too_large()
        return content

    def _too_large(self) -> UnreadableFile:
        return UnreadableFile(
            f"{self._name}: unpacks to more than {MAX_XML // 2**20} MB of text, "
            "far more than a plan; save the plan alone as a file"
        )

    def _broken(self) -> str:
        return f"{self._name}: the file is damaged or cut off; fetch or export it again"


def local(element: _Element) -> str:
    """An element's name without its namespace (office files use two sets of namespaces).

    >>> from lxml import etree
    >>> local(etree.fromstring("<w:p xmlns:w='urn:w'/>"))
    'p'
    """
    return element.tag.rpartition("}")[2]


def attribute(element: _Element | None, name: str) -> str | None:
    """An attribute by its name without namespace.

    >>> from lxml import etree
    >>> attribute(etree.fromstring("<w:p xmlns:w='urn:w' w:val='1'/>"), "val")
    '1'
    """
    if element is None:
        return None
    for key, value in element.attrib.items():
        if str(key).rpartition("}")[2] == name:
            return str(value)
    return None


def child(element: _Element | None, *path: str) -> _Element | None:
    """The first descendant along a path of names, or none.

    >>> from lxml import etree
    >>> local(child(etree.fromstring("<p><pPr><numPr/></pPr></p>"), "pPr", "numPr"))
    'numPr'
    """
    for name in path:
        below = element if element is not None else ()
        element = next((each for each in below if local(each) == name), None)
    return element
