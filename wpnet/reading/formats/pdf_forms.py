"""What a PDF page makes its reader do: counted through all drawings that it repeats, before any is.

A page may draw a form, which draws others, several times each: a few hundred bytes can stand for
more work than any machine has. Every reader follows them blindly, so they are counted first.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pdfminer.pdftypes import PDFStream, resolve1
from pdfminer.psparser import PSLiteral

from wpnet.errors import UnreadableFile
from wpnet.reading.formats.pdf_guard import MAX_PAGES, too_many_pages

#: Forms within forms. Word and WPS print none or one, stamps and signatures two or three.
MAX_DEPTH = 12
#: Words and marks of page descriptions. A page of a plan has up to 20,000 (a map 100,000); the
#: reader takes about a second for 60,000 of the dearest kind.
MAX_PAGE, MAX_DOCUMENT = 500_000, 1_500_000
_DRAWN = re.compile(rb"/([^\s/\[\]<>(){}%]+)\s+Do(?![^\s/\[\]<>(){}%])")
_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
_MARKS = (b"[", b"]", b"<", b">", b"(", b"/", b"{", b"}")


def check_work(pages: Iterable[Any], name: str) -> None:
    """Refuse a PDF that would keep its reader busy for longer than any plan.

    Args:
        pages: pages as pdfminer opens them.

    Raises:
        UnreadableFile: forms draw each other in a circle or too deeply, or there is too much of it.
    """
    total = 0
    count = _Counter(name)
    for number, page in enumerate(pages, start=1):
        if number > MAX_PAGES:
            raise too_many_pages(name)
        resources = _dictionary(page.resources)
        work = sum(count.of(stream, resources, 0) for stream in _streams(page.contents))
        total += work
        if work > MAX_PAGE or total > MAX_DOCUMENT:
            raise UnreadableFile(
                f"{name}: page {number} is drawn in more steps than any printed page; print the "
                "plan to a new PDF and try again"
            )


class _Counter:
    """Counts the words of page descriptions, each form once."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.known: dict[int, int] = {}
        self.inside: set[int] = set()

    def of(self, stream: PDFStream, resources: Mapping[str, Any], depth: int) -> int:
        """Return the words of a stream and of all that it draws, as often as it draws it."""
        key = stream.objid or id(stream)
        if key in self.known:
            return self.known[key]
        if key in self.inside or depth > MAX_DEPTH:
            raise UnreadableFile(
                f"{self.name}: its drawings hold each other in a circle or too deeply; print the "
                "plan to a new PDF and try again"
            )
        self.inside.add(key)
        data = stream.get_data()
        work = words(data)
        forms = _dictionary(resources.get("XObject"))
        for drawn, times in _drawn(data).items():
            form = resolve1(forms.get(drawn))
            if isinstance(form, PDFStream) and _is_form(form):
                own = _dictionary(form.get("Resources")) or resources
                work += times * self.of(form, own, depth + 1)
        self.inside.remove(key)
        self.known[key] = work
        return work


def words(data: bytes) -> int:
    """Return how many words and marks a page description has, strings and arrays included.

    >>> words(b"q [(a) 120 (b)] TJ Q")
    10
    """
    return len(data.split()) + sum(map(data.count, _MARKS))


def _drawn(data: bytes) -> dict[str, int]:
    """Return the names of what a page description draws, and how often."""
    found: dict[str, int] = {}
    for match in _DRAWN.finditer(data):
        raw = _ESCAPE.sub(lambda code: bytes([int(code[1], 16)]), match[1])
        name = raw.decode("utf-8", "replace")
        found[name] = found.get(name, 0) + 1
    return found


def _is_form(stream: PDFStream) -> bool:
    kind = resolve1(stream.get("Subtype"))
    return isinstance(kind, PSLiteral) and kind.name == "Form"


def _dictionary(value: Any) -> Mapping[str, Any]:
    found = resolve1(value)
    return found if isinstance(found, dict) else {}


def _streams(contents: Any) -> Iterator[PDFStream]:
    for entry in contents if isinstance(contents, list) else [contents]:
        found = resolve1(entry)
        if isinstance(found, list):
            yield from _streams(found)
        elif isinstance(found, PDFStream):
            yield found
