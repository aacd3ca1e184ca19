"""OFD and old Word files, pictures."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
import make_twins as twins

from wpnet.errors import UnreadableFile
from wpnet.reading.files import read_bytes_as_document
from wpnet.reading.formats import legacy, ocr

OLD_WORD = legacy.SIGNATURE + bytes(512) + "WordDocument".encode("utf-16-le")


def test_ofd_is_read_in_reading_order() -> None:
    """The texts of an OFD come line by line, whatever their order in the file."""
    page = ((30, 60, "二、做好解读。"), (50, 40, "公开。"), (30, 40, "一、做好"))
    data = twins.ofd_file([page])
    document = read_bytes_as_document(data, "a.ofd")
    assert [line.text for line in document.lines] == ["一、做好公开。", "二、做好解读。"]
    assert "OFD" in document.warnings[0]


def test_old_word_file_says_how_to_convert(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nothing reads a .doc, the message says what to do."""
    monkeypatch.setattr("shutil.which", lambda name: None)
    monkeypatch.setattr(legacy, "find_spec", lambda name: None)
    for name in ("a.doc", "a.wps", "a.txt"):
        with pytest.raises(UnreadableFile, match=rf"{name}: .*save it as \.docx"):
            read_bytes_as_document(OLD_WORD, name)


def test_web_page_called_doc_is_read() -> None:
    """Portals serve web pages as .doc: the content decides."""
    page = "<html><body><p>一、做好公开。</p></body></html>"
    assert read_bytes_as_document(page.encode(), "a.doc").container == "html"


@pytest.mark.skipif(ocr.available(), reason="text recognition is installed")
def test_picture_says_what_to_install() -> None:
    """Without the extra, a picture is refused with the command that installs it."""
    from PIL import Image

    stream = io.BytesIO()
    Image.new("L", (200, 100), 255).save(stream, "PNG")
    with pytest.raises(UnreadableFile, match=r"a\.png: is a picture; .*wpnet\[ocr\]"):
        read_bytes_as_document(stream.getvalue(), "a.png")
