"""Plain text files: find the encoding safely, keep every line as it stands."""

from __future__ import annotations

import codecs
import re
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache

from wpnet.errors import UnreadableFile
from wpnet.model import Line
from wpnet.reading.formats.bounds import MAX_TEXT_BYTES, Content, limited

#: Line ends: Windows, Unix, old Mac, vertical tab, form feed (a page ends), NEL, U+2028, U+2029.
LINE_END = re.compile("\r\n|[\n\r\x0b\x0c\x85\u2028\u2029]")
#: Byte order marks; UTF-32 first, because its little-endian mark begins like that of UTF-16.
MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
#: Share of everyday characters among the non-ASCII ones (2026-11-22). Lowest of the five base
#: plans: 0.995; the same plans read in a wrong encoding: at most 0.31; random two-byte
#: characters of GB18030: 0.19. Traditional script lies near 0.7.
PLAUSIBLE = 0.55
#: Share of control characters above which a file is binary; damaged copies of a
#: plan hold up to a tenth, random bytes fail the other tests.
TOO_MANY_CONTROLS = 0.3
#: Share of undecodable places up to which a damaged text is still read, with a warning.
REPAIRABLE = 0.01
SAMPLE = 200_000
#: Control characters that end no line and are no tab.
CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f]")


def read(data: bytes, name: str) -> Content:
    """The lines of a text file, each with its offset in the decoded text.

    Args:
        data: the file's bytes.
        name: the file's name, for messages.

    Raises:
        UnreadableFile: the bytes are no text in UTF-8, UTF-16 or GB18030.

    >>> read("一、总体要求\\r\\n 坚持公开。".encode("gb18030"), "plan.txt").lines[1]
    Line(text=' 坚持公开。', place='', offset=8, cell=None, starts=None, furniture=False)
    """
    text, warnings = decode(data, name)
    return Content("text", limited(split_lines(text), name), warnings)


def split_lines(text: str) -> Iterator[Line]:
    """Every line of a text, empty ones too, with the offset at which it begins.

    >>> [(line.text, line.offset) for line in split_lines("一、\\f\\u2028二、\\n")]
    [('一、', 0), ('', 3), ('二、', 4)]
    """
    start = 0
    for end in LINE_END.finditer(text):
        yield Line(text[start : end.start()], offset=start)
        start = end.end()
    if start < len(text):
        yield Line(text[start:], offset=start)


def decode(data: bytes, name: str) -> tuple[str, tuple[str, ...]]:
    """The text of a file without its byte order mark, and warnings about damage.

    A mark decides; then strict UTF-8; then whichever of UTF-16 and GB18030 decodes strictly into
    everyday characters; then UTF-8 or GB18030 with a few damaged places.

    Raises:
        UnreadableFile: empty, too large, or no text in any of these encodings.

    >>> decode("政务公开".encode("utf-16"), "plan.txt")
    ('政务公开', ())
    """
    if not data.strip(b"\0 \t\r\n\f"):
        raise UnreadableFile(f"{name}: the file is empty; fetch or export it again")
    if len(data) > MAX_TEXT_BYTES:
        raise UnreadableFile(
            f"{name}: has {len(data) / 2**20:.0f} MB of text, more than the "
            f"{MAX_TEXT_BYTES // 2**20} MB any plan needs; save the plan alone as a file"
        )
    for mark, encoding in MARKS:
        if data.startswith(mark):
            return _marked(data[len(mark) :], encoding, name)
    found = _utf8(data) or _best_strict(data) or _damaged(data)
    if found is not None:
        return found
    raise UnreadableFile(
        f"{name}: the bytes are no text in UTF-8, UTF-16 or GB18030 "
        "(a binary or damaged file?); open it in its own program and save it as UTF-8 text"
    )


def everyday_share(text: str) -> float:
    """Share of everyday Chinese characters and marks among the non-ASCII characters, 1 if none.

    >>> everyday_share("做好政务公开工作。")
    1.0
    """
    seen = {char: count for char, count in Counter(text[:SAMPLE]).items() if char > "\x7f"}
    everyday = sum(count for char, count in seen.items() if char in _everyday())
    return everyday / sum(seen.values()) if seen else 1.0


def control_share(text: str) -> float:
    """Share of control characters that are no line end or tab.

    >>> control_share("公开\\x00\\x01")
    0.5
    """
    sample = text[:SAMPLE]
    return len(CONTROL.findall(sample)) / len(sample) if sample else 0.0


@lru_cache(maxsize=1)
def _everyday() -> frozenset[str]:
    """The 3,755 hanzi of GB 2312 level 1, its marks and letters, and marks of plans beside them."""
    rows = [*range(0xA1, 0xA4), *range(0xB0, 0xD8)]
    pairs = (bytes((row, cell)) for row in rows for cell in range(0xA1, 0xFF))
    known = {pair.decode("gb2312", "ignore") for pair in pairs} - {""}
    return frozenset(known | set("\u3000\xa0•·—–〔〕〇﹝﹞★●○①②③④⑤⑥⑦⑧⑨⑩\u2002\u2003"))


def _plausible(text: str) -> bool:
    printable = any(not char.isspace() and char.isprintable() for char in text[:SAMPLE])
    return printable and control_share(text) <= TOO_MANY_CONTROLS


def _marked(body: bytes, encoding: str, name: str) -> tuple[str, tuple[str, ...]]:
    text = body.decode(encoding, "replace")
    bad = text.count("\ufffd")
    if bad > REPAIRABLE * len(text) + 1 or not _plausible(text):
        raise UnreadableFile(
            f"{name}: begins with the mark of {encoding.upper()} text, but what follows is none; "
            "open it in its own program and save it as UTF-8 text"
        )
    return text, _warnings(text)


def _utf8(data: bytes) -> tuple[str, tuple[str, ...]] | None:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return (text, _warnings(text)) if _plausible(text) else None


def _best_strict(data: bytes) -> tuple[str, tuple[str, ...]] | None:
    best: tuple[float, str] | None = None
    for encoding in ("gb18030", "utf-16-le", "utf-16-be"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        share = everyday_share(text)
        if _plausible(text) and share >= PLAUSIBLE and (best is None or share > best[0]):
            best = (share, text)
    return (best[1], _warnings(best[1])) if best else None


def _damaged(data: bytes) -> tuple[str, tuple[str, ...]] | None:
    for encoding in ("utf-8", "gb18030"):
        text = data.decode(encoding, "replace")
        sound = text.replace("\ufffd", "")
        few = len(text) - len(sound) <= REPAIRABLE * len(text) + 1
        if few and len(sound) > 20 and _plausible(sound) and everyday_share(sound) >= PLAUSIBLE:
            return text, _warnings(text)
    return None


def _warnings(text: str) -> tuple[str, ...]:
    found = []
    for label, count, first in (
        ("undecodable", text.count("\ufffd"), text.find("\ufffd")),
        ("control", *_controls(text)),
    ):
        if count:
            line = len(LINE_END.findall(text, 0, first)) + 1
            found.append(f"{count} {label} character(s), the first in line {line}")
    return tuple(found)


def _controls(text: str) -> tuple[int, int]:
    hits = CONTROL.findall(text)
    return (len(hits), text.find(hits[0])) if hits else (0, -1)
