"""A web page as a tree: decoded in Python, with the place of every text in the source.

The source is decoded before lxml sees it: given bytes, lxml cut a page declared gb2312 at its
first character outside GB 2312 (measured 2026-11-22).
"""

from __future__ import annotations

import html
import re
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from wpnet.errors import UnreadableFile
from wpnet.reading.formats import text

if TYPE_CHECKING:
    from lxml.etree import _Element

#: Elements whose content is no text of the page.
SILENT = frozenset({"head", "script", "style", "template", "noscript", "iframe", "object", "svg"})
#: So few characters beyond ASCII say nothing about the encoding.
FEW = 20
#: How far a text may lie from where it was expected before its place counts as unknown.
RESYNC = 5_000
CHARSET = re.compile(rb"""<meta[^<>]{0,200}?charset\s*=\s*["']?([A-Za-z0-9_-]{1,20})""", re.I)
#: Pages of government portals have up to 5,000 tags.
MAX_TAGS = 200_000
XML_DECLARATION = re.compile(r"\A\s*<\?xml[^<>]{0,200}\?>")
SPACE = re.compile(r"\s+")
ENTITY = re.compile(r"&#?\w{1,31};?")
WORD = re.compile(r"\S+")
TAG_NAME = re.compile(r"<([a-z]{1,10})")


@dataclass(frozen=True, slots=True)
class Page:
    """A parsed page, the offsets of its texts, and warnings about its decoding.

    ``offsets`` maps an element and whether its tail is meant to the offset in the decoded source.
    """

    root: _Element
    offsets: dict[tuple[_Element, bool], int]
    warnings: tuple[str, ...]


def parse(data: bytes, name: str) -> Page:
    """The tree of a page's bytes.

    Raises:
        UnreadableFile: no text, no markup, too much markup, or nested too deep to be read in full.

    >>> parse("<p>公开</p>".encode(), "plan.html").root.findtext(".//p")
    '公开'
    """
    from lxml import etree

    source, warnings = decode(data, name)
    if source.count("<") > MAX_TAGS:
        raise UnreadableFile(
            f"{name}: has more than {MAX_TAGS:,} tags, far more than any plan; "
            "open the page in a browser and save its text as .txt"
        )
    parser = etree.HTMLParser(
        huge_tree=True, no_network=True, remove_comments=True, remove_pis=True
    )
    root = etree.fromstring(source, parser)
    if root is None:
        raise UnreadableFile(f"{name}: holds no web page; save it again from the browser")
    if any("Excessive depth" in error.message for error in parser.error_log):
        raise UnreadableFile(
            f"{name}: its tags are nested too deep to be read in full; "
            "open the page in a browser and save its text as .txt"
        )
    return Page(root, locate(root, source), warnings)


def decode(data: bytes, name: str) -> tuple[str, tuple[str, ...]]:
    """The source of a page; what it declares decides only where the bytes leave a choice.

    Raises:
        UnreadableFile: the bytes are no text.

    >>> decode('<meta charset="gb2312"><p>堃'.encode("gb18030"), "plan.html")[0][-1]
    '堃'
    """
    declared = CHARSET.search(data[:4096])
    source = None
    warnings: tuple[str, ...] = ()
    if declared and not data.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        source = _declared(data, declared.group(1).decode("ascii").lower())
    if source is None:
        source, warnings = text.decode(data, name)
    blanked = XML_DECLARATION.sub(lambda hit: " " * len(hit.group()), source)
    return blanked.replace("\0", "\ufffd"), warnings


def _declared(data: bytes, charset: str) -> str | None:
    """The source in the declared encoding, unless the bytes say otherwise."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        encoding = {"gb2312": "gb18030", "gbk": "gb18030", "big5": "big5hkscs"}.get(
            charset, charset
        )
    try:
        source = data.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return None
    few = sum(char > "\x7f" for char in source[: text.SAMPLE]) < FEW
    sound = few or encoding == "big5hkscs" or text.everyday_share(source) >= text.PLAUSIBLE
    return source if sound else None


def locate(root: _Element, source: str) -> dict[tuple[_Element, bool], int]:
    """Where in the source the first visible character of each text of the tree stands.

    The visible characters of the source are laid beside those of the tree, in order. A text that
    is not found within :data:`RESYNC` characters of where it should be has no offset.
    """
    visible, places = visible_characters(source)
    found: dict[tuple[_Element, bool], int] = {}
    cursor = 0
    for element, tail, content in texts(root):
        bare = SPACE.sub("", content)
        if not bare:
            continue
        key = bare[:60]
        at = (
            cursor
            if visible.startswith(key, cursor)
            else visible.find(key, cursor, cursor + RESYNC)
        )
        if at >= 0:
            found[element, tail] = places[at]
            cursor = at + len(bare)
    return found


def texts(root: _Element) -> Iterator[tuple[_Element, bool, str]]:
    """Every text of a tree in source order: element, whether it is the tail, the text."""
    from lxml import etree

    silent = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        silent += (element.tag in SILENT) * (1 if event == "start" else -1)
        content = element.text if event == "start" else element.tail
        if content and not silent:
            yield element, event == "end", content


def visible_characters(source: str) -> tuple[str, array[int]]:
    """The characters of a source outside tags, without white space, and the offset of each.

    >>> visible, places = visible_characters("<p>公 &lt;<b>开</b>")
    >>> visible, list(places)
    ('公<开', [3, 5, 12])
    """
    pieces: list[str] = []
    places: array[int] = array("L")
    for start, end in _stretches(source):
        at = start
        while at < end:
            stop = source.find("&", at, end)
            stop = end if stop < 0 else stop
            _add(source[at:stop], at, pieces, places)
            at = stop
            if at < end:
                entity = ENTITY.match(source, at, end)
                after = entity.end() if entity else at + 1
                shown = SPACE.sub("", html.unescape(source[at:after]))
                pieces.append(shown)
                places.extend([at] * len(shown))
                at = after
    return "".join(pieces), places


def _add(stretch: str, start: int, pieces: list[str], places: array[int]) -> None:
    for word in WORD.finditer(stretch):
        pieces.append(word.group())
        places.extend(range(start + word.start(), start + word.end()))


def _stretches(source: str) -> Iterator[tuple[int, int]]:
    """The stretches of a source between its tags; comments and silent elements are left out."""
    lower = source.lower() if len(source.lower()) == len(source) else source
    at = 0
    while at < len(source):
        tag = source.find("<", at)
        if tag < 0:
            yield at, len(source)
            return
        if not source[tag + 1 : tag + 2].isascii() or source[tag + 1 : tag + 2] in " <\n":
            yield at, tag + 1
            at = tag + 1
            continue
        yield at, tag
        at = _after_tag(lower, tag)


def _after_tag(lower: str, tag: int) -> int:
    """Where the text goes on after the markup that begins at ``tag``."""
    if lower.startswith("<!--", tag):
        end, width = lower.find("-->", tag + 4), 3
    else:
        end, width = lower.find(">", tag), 1
        word = TAG_NAME.match(lower, tag)
        if word and word.group(1) in SILENT and end >= 0:
            closing = f"</{word.group(1)}"
            close = lower.find(closing, end)
            end = lower.find(">", close) if close >= 0 else -1
    return end + width if end >= 0 else len(lower)
