"""Damaged and hostile files: one clear sentence, bounded time, no traceback."""

from __future__ import annotations

import io
import os
import random
import sys
import time
import zipfile
import zlib
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parent))
import make_twins as twins

from wpnet.errors import UnreadableFile
from wpnet.reading.files import SUFFIXES, read_bytes_as_document
from wpnet.reading.formats.bounds import within_time

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
NOISE = random.Random(1).randbytes(20_000)


def packed(**parts: str) -> bytes:
    """A zip archive; ``__`` in a name stands for a slash."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(f"{name.replace('__', '/')}.xml", content)
    return stream.getvalue()


def word(body: str, doctype: str = "") -> bytes:
    """A Word file."""
    document = f'{doctype}<w:document xmlns:w="{W}"><w:body>{body}</w:body></w:document>'
    return packed(word__document=document)


def pdf(content: bytes, filters: bytes = b"") -> bytes:
    """A PDF of one page."""
    return b"".join(
        (
            b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n",
            b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n",
            b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R",
            b"/Resources<</Font<</F1 5 0 R>>>>>>endobj\n",
            b"5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj\n",
            b"4 0 obj<</Length %d%s>>stream\n" % (len(content), filters),
            content,
            b"\nendstream endobj\ntrailer<</Root 1 0 R>>\n%%EOF",
        )
    )


@cache
def good_pdf() -> bytes:
    """A sound PDF."""
    return twins.pdf_twin(twins.twin_of("qingpu-hrss-2024"))


@cache
def good_docx() -> bytes:
    """A sound Word file."""
    return twins.docx_twin(twins.twin_of("qingpu-hrss-2024"))


ENTITIES = "<!DOCTYPE a [<!ENTITY b 'lol'>" + "".join(
    f"<!ENTITY b{n} '{f'&b{n - 1 if n else str()};' * 10}'>" for n in range(9)
) + "]>"  # fmt: skip
EXTERNAL = "<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]>"
PARAGRAPH = "<w:p><w:r><w:t>&b;</w:t></w:r></w:p>"
BAD: dict[str, tuple[Callable[[], bytes], str]] = {
    "empty.pdf": (lambda: b"", "empty"),
    "random.pdf": (lambda: NOISE, "no PDF"),
    "noise.pdf": (lambda: b"%PDF-1.4\n" + NOISE + b"%%EOF", "damaged"),
    "half.pdf": (lambda: good_pdf()[: len(good_pdf()) // 2], "cut off"),
    "end.pdf": (lambda: good_pdf()[:-100], "cut off"),
    "middle.pdf": (lambda: good_pdf()[:9000] + b"\n%%EOF", "damaged"),
    "locked.pdf": (
        lambda: twins.pdf_twin(twins.twin_of("qingpu-hrss-2024"), key="secret"),
        "password",
    ),
    "bomb.pdf": (lambda: pdf(zlib.compress(b"(a)Tj " * 5_000_000), b"/Filter/FlateDecode"), "MB"),
    "twice.pdf": (
        lambda: pdf(
            zlib.compress(zlib.compress(b"(a)Tj " * 9_000_000)),
            b"/Filter[/FlateDecode/FlateDecode]",
        ),
        "MB",
    ),
    "flood.pdf": (lambda: pdf(b"BT /F1 12 Tf " + b"(a)Tj " * 100_000 + b"ET"), "more characters"),
    "nested.pdf": (lambda: b"%PDF-1.4\n1 0 obj " + b"[" * 99_999 + b"\n%%EOF", "damaged"),
    "random.docx": (lambda: NOISE, "no zip archive"),
    "half.docx": (lambda: good_docx()[: len(good_docx()) // 2], "damaged or cut off"),
    "zipbomb.docx": (lambda: word("<w:p/>" + " " * 2**27), "unpacks to more than"),
    "xmlbomb.docx": (lambda: word(PARAGRAPH.replace("b", "b8"), ENTITIES), ""),
    "external.docx": (lambda: word(PARAGRAPH, EXTERNAL), "document type"),
    "nested.docx": (lambda: word("<w:sdt>" * 20_000 + "</w:sdt>" * 20_000), "damaged"),
    "empty.docx": (lambda: word("<w:p/>"), "no text"),
    "locked.docx": (
        lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
        "password",
    ),
    "table.xlsx": (lambda: packed(xl__workbook="<x/>"), "a spreadsheet"),
    "nested.html": (lambda: ("<div>" * 20_000 + "一、公开。").encode(), "nested too deep"),
    "random.html": (lambda: NOISE, "no text in"),
    "broken.png": (lambda: b"\x89PNG\r\n\x1a\n" + NOISE, "picture"),
    "page.mht": (lambda: b"MIME-Version: 1.0\n\n", "web archive"),
    "empty.ofd": (lambda: packed(OFD="<a/>"), "no text was found"),
}


def refusal(data: bytes, name: str) -> str:
    """The sentence with which a file is refused, or nothing if it gives lines."""
    try:
        lines = read_bytes_as_document(data, name).lines
    except UnreadableFile as error:
        return str(error)
    return "" if lines else "neither lines nor an error"


@pytest.mark.parametrize("name", BAD)
def test_bad_file_is_refused_in_one_sentence(name: str) -> None:
    """A bad file is named, its fault is told, in one line and within seconds."""
    make, fault = BAD[name]
    data = make()
    begin = time.monotonic()
    with pytest.raises(UnreadableFile) as caught:
        read_bytes_as_document(data, name)
    message = str(caught.value)
    assert message.startswith(f"{name}: ")
    assert fault in message
    assert "\n" not in message
    assert time.monotonic() - begin < 30


def test_entities_never_reach_the_text() -> None:
    """No file of the machine is read through an entity."""
    with pytest.raises(UnreadableFile) as caught:
        read_bytes_as_document(word(PARAGRAPH, EXTERNAL), "a.docx")
    assert "root" not in str(caught.value)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "unit", "times"),
    [
        ("a.txt", "一、重复标题\n", 500_000), ("a.html", "<p>一、重复标题</p>\n", 370_000),
        ("b.html", "一、重复标题<br>", 400_000), ("c.html", "<!--", 1_000_000),
        ("d.html", "<a ", 1_000_000), ("e.html", "&#", 1_000_000), ("f.html", "<script>", 200_000),
        ("g.html", "<p a='", 500_000), ("b.txt", "（《", 2_000_000),
        ("h.html", "<td colspan=999 rowspan=65534>一", 100_000),
    ],
)  # fmt: skip
def test_endless_repetition_ends(name: str, unit: str, times: int) -> None:
    """Megabytes of one pattern are read or refused within a minute."""
    begin = time.monotonic()
    told = refusal(("一、公开。" + unit * times).encode(), name)
    assert not told or "has more than 200,000" in told
    assert time.monotonic() - begin < 60


@pytest.mark.parametrize("suffix", sorted(SUFFIXES))
@settings(max_examples=40, deadline=None)
@given(data=st.binary(max_size=300))
def test_any_bytes_under_any_suffix(suffix: str, data: bytes) -> None:
    """Whatever the bytes and the suffix: a document, or one sentence."""
    told = refusal(data, f"a{suffix}")
    assert not told or told.startswith(f"a{suffix}: ")


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**31), st.sampled_from(["pdf", "docx"]))
def test_damaged_bytes_in_sound_files(seed: int, suffix: str) -> None:
    """A few changed bytes in a sound file give a document or one sentence."""
    source = random.Random(seed)
    data = bytearray(good_pdf() if suffix == "pdf" else good_docx())
    for _ in range(8):
        data[source.randrange(len(data))] = source.randrange(256)
    told = refusal(bytes(data), f"a.{suffix}")
    assert not told or told.startswith(f"a.{suffix}: ")


def test_time_is_limited() -> None:
    """A reader that does not come to an end is stopped, and the next one runs free."""

    def endless() -> None:
        while True:
            os.getpid()

    with pytest.raises(UnreadableFile, match="more than 0 seconds"):
        within_time(endless, "a.pdf", 0.2)
    assert within_time(lambda: sum(range(1000)), "a.pdf", 5) == 499_500
